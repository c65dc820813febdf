/* settings_apply.c - hands each setting to the struct that uses it.
 *
 * Settings are flat words and numbers; pipeline and coach have their own structs. A setting that is not named here has
 * no effect on a verdict. */
#include "app/settings_apply.h"

#include <math.h>

struct kf_athlete kf_settings_athlete(const struct kf_settings *settings)
{
    static const enum kf_sex sexes[] = {
        [KF_SET_SEX_UNKNOWN] = KF_SEX_UNKNOWN, [KF_SET_SEX_MALE] = KF_SEX_MALE, [KF_SET_SEX_FEMALE] = KF_SEX_FEMALE};
    return (struct kf_athlete){
        .mass_kg = settings->athlete_mass_kg,
        .height_m = settings->athlete_height_m,
        .thigh_m = settings->athlete_thigh_m,
        .shank_m = settings->athlete_shank_m,
        .sex = sexes[settings->athlete_sex],
    };
}

struct kf_placement kf_settings_placement(const struct kf_settings *settings)
{
    struct kf_placement placement = kf_placement_default();
    placement.ratio[KF_SITE_THIGH_L] = settings->placement_thigh_l;
    placement.ratio[KF_SITE_THIGH_R] = settings->placement_thigh_r;
    placement.ratio[KF_SITE_SHANK_L] = settings->placement_shank_l;
    placement.ratio[KF_SITE_SHANK_R] = settings->placement_shank_r;
    placement.offset_m[KF_SITE_THIGH_L] = settings->placement_thigh_l_offset_m;
    placement.offset_m[KF_SITE_THIGH_R] = settings->placement_thigh_r_offset_m;
    placement.offset_m[KF_SITE_SHANK_L] = settings->placement_shank_l_offset_m;
    placement.offset_m[KF_SITE_SHANK_R] = settings->placement_shank_r_offset_m;
    return placement;
}

struct kf_limits kf_settings_limits(const struct kf_settings *settings)
{
    return (struct kf_limits){
        .drive_limit_nm_kg = settings->verdict_drive_limit_nm_kg,
        .p_pulled = settings->verdict_p_pulled,
        .knee_excess_deg = settings->verdict_knee_excess_deg,
        .flexor_fraction_max = settings->verdict_flexor_fraction_max,
        .flexor_fraction_floor_nm_kg = settings->verdict_flexor_fraction_floor_nm_kg,
        .sigma_nm_kg = settings->verdict_sigma_nm_kg,
        .sigma_population_nm_kg = settings->verdict_sigma_population_nm_kg,
        .min_quality = settings->swing_min_quality,
        .baseline_provisional_strides = settings->verdict_baseline_provisional_strides,
        .baseline_full_strides = settings->verdict_baseline_full_strides,
        .confidence_cap_pulled = settings->verdict_confidence_cap_pulled,
        .confidence_cap_passive = settings->verdict_confidence_cap_passive,
    };
}

struct kf_engine_config kf_settings_engine(const struct kf_settings *settings)
{
    static struct kf_cue_rule shipped; /* the engine copies rules: filled anew with the same words each time */
    shipped = kf_cue_rule_hamstring_drive();
    return (struct kf_engine_config){
        .pipeline = {.athlete = kf_settings_athlete(settings),
                     .placement = kf_settings_placement(settings),
                     .limits = kf_settings_limits(settings)},
        .rules = &shipped,
        .rule_count = 1,
        .external_wording = settings->feedback_wording == KF_SET_WORDING_EXTERNAL,
        .warmup_s = settings->feedback_warmup_s,
        .belt_mps = NAN,
        .baseline_from_s = NAN,
        .baseline_to_s = NAN,
    };
}
