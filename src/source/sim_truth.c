/* sim_truth.c - what really happened in a simulation, as JSON in the shape of ../shared/data/synthetic. */
#include <math.h>
#include <stdlib.h>

#include "source/sim_state.h"

enum kf_status kf_sim_record_add(struct kf_sim_record *record, const struct kf_sim_truth *truth)
{
    if (record->count == record->capacity) {
        const size_t capacity = record->capacity ? 2 * record->capacity : 256;
        struct kf_sim_truth *fact = realloc(record->fact, capacity * sizeof *fact);
        if (!fact)
            return KF_ERR_FULL;
        record->fact = fact;
        record->capacity = capacity;
    }
    record->fact[record->count++] = *truth;
    return KF_OK;
}

void kf_sim_record_free(struct kf_sim_record *record)
{
    free(record->fact);
    *record = (struct kf_sim_record){NULL, 0, 0};
}

static void write_swing(const struct kf_sim_swing *swing, FILE *file)
{
    fprintf(file,
            "{\"side\": \"%c\", \"pull\": %.10g, \"rf_drop\": %s, \"t_ic\": %.6f, \"t_to\": %.6f, "
            "\"t_next_ic\": %.6f, \"t_peak_knee\": %.6f, \"peak_knee_deg\": %.6f, \"knee_to_deg\": %.6f, "
            "\"thigh_to_deg\": %.6f, \"mean_knee_moment_nm_kg\": %.9f, \"knee_work_j_kg\": %.9f, "
            "\"trunk_lean_deg\": %.6f}",
            kf_leg_letter(swing->leg), swing->pull, swing->rf_drop ? "true" : "false", swing->t_ic_s, swing->t_to_s,
            swing->t_next_ic_s, swing->t_peak_knee_s, swing->peak_knee_deg, swing->knee_to_deg, swing->thigh_to_deg,
            swing->mean_knee_moment_nm_kg, swing->knee_work_j_kg, swing->trunk_lean_deg);
}

static void write_head(const struct kf_sim_config *config, FILE *file)
{
    static const char *const sex[] = {"null", "\"m\"", "\"f\""};

    fprintf(file,
            "{\"athlete\": {\"mass_kg\": %.10g, \"height_m\": %.10g, \"sex\": %s}, \"belt_speed_mps\": %.10g, "
            "\"rate_hz\": %d, \"stand_s\": %.10g, \"relaxed_until_s\": %.10g,\n \"events\": [",
            config->athlete.mass_kg, config->athlete.height_m, sex[config->athlete.sex], config->speed_mps,
            config->rate_hz, config->stand_s, kf_sim_relaxed_until_s(config));
}

static void write_placement(const struct kf_sim_config *config, FILE *file)
{
    static const enum kf_site order[] = {KF_SITE_THIGH_L, KF_SITE_SHANK_L, KF_SITE_THIGH_R, KF_SITE_SHANK_R};
    const char *separator = "";

    fputs(" \"placement\": {", file);
    for (unsigned i = 0; i < sizeof order / sizeof *order; i++) {
        const bool left = order[i] == KF_SITE_THIGH_L || order[i] == KF_SITE_SHANK_L;
        if (config->legs != KF_SIM_BOTH_LEGS && left != (config->legs == KF_SIM_LEFT_LEG))
            continue;
        fprintf(file, "%s\"%s\": %.10g", separator, kf_site_name(order[i]), config->placement.ratio[order[i]]);
        separator = ", ";
    }
    fputs("}}\n", file);
}

void kf_sim_record_write(const struct kf_sim_record *record, const struct kf_sim_config *config, FILE *file)
{
    const char *separator = "\n  ";

    write_head(config, file);
    for (size_t i = 0; i < record->count; i++) {
        const struct kf_sim_truth *fact = &record->fact[i];
        if (fact->kind == KF_SIM_SWING)
            continue;
        fprintf(file, "%s[%.6f, \"%s\", \"%c\"]", separator, fact->t_s, fact->kind == KF_SIM_IC ? "ic" : "to",
                kf_leg_letter(fact->leg));
        separator = ",\n  ";
    }
    fputs("],\n \"swings\": [", file);
    separator = "\n  ";
    for (size_t i = 0; i < record->count; i++) {
        if (record->fact[i].kind != KF_SIM_SWING)
            continue;
        fputs(separator, file);
        write_swing(&record->fact[i].swing, file);
        separator = ",\n  ";
    }
    fputs("],\n", file);
    write_placement(config, file);
}
