/* settings_apply.c - hands each setting to the struct that uses it.
 *
 * Settings are flat words and numbers; pipeline and coach have their own structs. A setting that is not named here has
 * no effect on a verdict. */
#include "app/settings_apply.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "settings/feedback_words.h"

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
        .emg_tone = settings->verdict_emg_tone,
        .emg_active = settings->verdict_emg_active,
        .emg_excess = settings->verdict_emg_excess,
    };
}

void kf_settings_set_runner(struct kf_settings *settings, const struct kf_athlete *athlete,
                            const struct kf_placement *placement)
{
    static const int sexes[] = {
        [KF_SEX_UNKNOWN] = KF_SET_SEX_UNKNOWN, [KF_SEX_MALE] = KF_SET_SEX_MALE, [KF_SEX_FEMALE] = KF_SET_SEX_FEMALE};
    settings->athlete_mass_kg = athlete->mass_kg;
    settings->athlete_height_m = athlete->height_m;
    settings->athlete_thigh_m = athlete->thigh_m;
    settings->athlete_shank_m = athlete->shank_m;
    settings->athlete_sex = sexes[athlete->sex];
    settings->placement_thigh_l = placement->ratio[KF_SITE_THIGH_L];
    settings->placement_thigh_r = placement->ratio[KF_SITE_THIGH_R];
    settings->placement_shank_l = placement->ratio[KF_SITE_SHANK_L];
    settings->placement_shank_r = placement->ratio[KF_SITE_SHANK_R];
    settings->placement_thigh_l_offset_m = placement->offset_m[KF_SITE_THIGH_L];
    settings->placement_thigh_r_offset_m = placement->offset_m[KF_SITE_THIGH_R];
    settings->placement_shank_l_offset_m = placement->offset_m[KF_SITE_SHANK_L];
    settings->placement_shank_r_offset_m = placement->offset_m[KF_SITE_SHANK_R];
}

_Static_assert((int)KF_POD_OPTION_TEXT == (int)KF_SETTING_TEXT_MAX, "a text setting fits an option");

static void add_option(struct kf_engine_config *config, const char *format, const char *key, const char *value)
{
    struct kf_pod_option *option = &config->option[config->option_count];
    if (*value == '\0')
        return;
    config->option_count++;
    *option = (struct kf_pod_option){.format = format, .key = key};
    memcpy(option->value, value, strlen(value) + 1);
}

/* The rows of each pod's section, which are alike: schema.def, KF_POD_ROWS. */
static const int first_row[KF_PODS_MAX] = {KF_SETTING_INDEX_pod_format, KF_SETTING_INDEX_pod_2_format,
                                           KF_SETTING_INDEX_pod_3_format, KF_SETTING_INDEX_pod_4_format};
enum {
    ROW_RATE = KF_SETTING_INDEX_pod_rate_hz - KF_SETTING_INDEX_pod_format,
    ROW_STREAM = KF_SETTING_INDEX_pod_stream_0 - KF_SETTING_INDEX_pod_format,
    STREAM_ROWS = KF_SETTING_INDEX_pod_stream_7 - KF_SETTING_INDEX_pod_stream_0 + 1
};

static const void *field(const struct kf_settings *settings, unsigned pod, int row)
{
    return (const char *)settings + kf_setting_table[first_row[pod] + row].offset;
}

/* NULL for auto, and for a format this build does not know. */
static const struct kf_pod_driver *chosen_driver(const struct kf_settings *settings, unsigned pod)
{
    char name[KF_SETTING_TEXT_MAX];
    kf_setting_value(settings, &kf_setting_table[first_row[pod]], name, sizeof name);
    return kf_pod_driver_find(name);
}

void kf_settings_streams(const struct kf_settings *settings, unsigned pod, enum kf_site site[KF_POD_MAX_STREAMS])
{
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++)
        site[i] = KF_SITE_NONE;
    for (int i = 0; i < STREAM_ROWS; i++)
        site[i] = (enum kf_site)(*(const int *)field(settings, pod, ROW_STREAM + i) - 1); /* the first choice is none */
}

static void add_options(struct kf_engine_config *config, const struct kf_settings *settings)
{
    char rate[KF_SETTING_TEXT_MAX];
    kf_setting_value(settings, &kf_setting_table[KF_SETTING_INDEX_pod_csv_rate_hz], rate, sizeof rate);
    add_option(config, "csv", "columns", settings->pod_csv_columns);
    add_option(config, "csv", "rate_hz", rate);
}

struct kf_pipeline_config kf_settings_pipeline(const struct kf_settings *settings)
{
    return (struct kf_pipeline_config){
        .athlete = kf_settings_athlete(settings),
        .placement = kf_settings_placement(settings),
        .limits = kf_settings_limits(settings),
    };
}

_Static_assert((int)KF_SET_FEEDBACK_BANDWIDTH == (int)KF_FEEDBACK_BANDWIDTH &&
                   (int)KF_SET_FEEDBACK_CONTINUOUS == (int)KF_FEEDBACK_CONTINUOUS &&
                   (int)KF_SET_FEEDBACK_FADED == (int)KF_FEEDBACK_FADED &&
                   (int)KF_SET_FEEDBACK_OFF == (int)KF_FEEDBACK_OFF,
               "the choices of feedback.mode are the modes");

struct kf_feedback_plan kf_settings_feedback(const struct kf_settings *settings)
{
    struct kf_feedback_plan plan = {
        .mode = (enum kf_feedback_mode)settings->feedback_mode,
        .external_wording = settings->feedback_wording == KF_SET_WORDING_EXTERNAL,
        .warmup_s = settings->feedback_warmup_s,
        .gap_s = settings->feedback_gap_s,
    };
    (void)kf_feedback_read_steps(settings->feedback_schedule, &plan); /* both were checked with the settings */
    (void)kf_feedback_read_quiet(settings->feedback_quiet, &plan);
    return plan;
}

struct kf_engine_config kf_settings_engine(const struct kf_settings *settings)
{
    struct kf_engine_config config = {
        .settings = *settings,
        .pod_count = 1,
        .belt_mps = NAN,
        .baseline_from_s = NAN,
        .baseline_to_s = NAN,
    };
    for (unsigned i = 0; i < KF_PODS_MAX; i++) {
        config.pod[i].driver = chosen_driver(settings, i);
        config.pod[i].rate_hz = *(const unsigned *)field(settings, i, ROW_RATE);
        kf_settings_streams(settings, i, config.pod[i].stream_site);
    }
    add_options(&config, settings);
    return config;
}
