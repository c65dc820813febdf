/* synthetic.c - accuracy on the model's recordings, where every pull is known: how many are found and how many are
 * imagined.
 *
 * Verdicts are gated over the scored swings whose toe-off lies after the marked baseline; those before it are printed.
 * In a recording with co-contraction the quadriceps answer every pull: the net moment hides it by design and only EMG
 * can tell, so its pulls are printed and its unpulled swings gated. Swings in which the rectus brakes less are printed
 * alone: without EMG nothing tells them from a pull. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "trial.h"

enum pull_class { PULL_0, PULL_5, PULL_10, PULL_20, PULL_RECTUS, PULL_BEFORE, PULL_CLASSES };

struct pull_tallies {
    struct tally of[PULL_CLASSES];
};

/* ---- events and numbers ---- */

static void event_table(const struct trials *trials)
{
    print_event_head("Synthetic: gait events against the model, from the baseline's start on (not gated)");
    for (size_t i = 0; i < trials->count; i++) {
        struct event_score ic = {0}, to = {0};
        trial_score_events(&trials->trial[i], KF_EVENT_IC, &ic);
        trial_score_events(&trials->trial[i], KF_EVENT_TO, &to);
        print_event_line(trials->trial[i].name, &ic, &to);
        series_free(&ic.error_ms);
        series_free(&to.error_ms);
    }
}

static void print_key(const struct trial *trial, const char *key, size_t offset, int decimals)
{
    struct pairs pairs = {0};
    trial_pair(trial, key, offset, &pairs);
    printf("  %+7.*f %6.*f", decimals, series_mean(&pairs.error), decimals, series_sd(&pairs.error));
    pairs_free(&pairs);
}

static void swing_table(const struct trials *trials)
{
    printf("\nSynthetic: swings against the model, mean error and SD (not gated)\n");
    printf("%-22s  %14s  %14s  %14s  %14s  %14s  %14s\n", "", "moment Nm/kg", "knee work J/kg", "peak knee deg",
           "knee TO deg", "thigh TO deg", "trunk lean deg");
    for (size_t i = 0; i < trials->count; i++) {
        const struct trial *trial = &trials->trial[i];
        printf("%-22s", trial->name);
        print_key(trial, "mean_knee_moment_nm_kg", offsetof(struct truth_swing, mean_knee_moment_nm_kg), 3);
        print_key(trial, "knee_work_j_kg", offsetof(struct truth_swing, knee_work_j_kg), 3);
        print_key(trial, "peak_knee_deg", offsetof(struct truth_swing, peak_knee_deg), 2);
        print_key(trial, "knee_to_deg", offsetof(struct truth_swing, knee_to_deg), 2);
        print_key(trial, "thigh_to_deg", offsetof(struct truth_swing, thigh_to_deg), 2);
        print_key(trial, "trunk_lean_deg", offsetof(struct truth_swing, trunk_lean_deg), 2);
        printf("\n");
    }
}

/* ---- verdicts ---- */

static enum pull_class class_of(const struct trial *trial, const struct truth_swing *swing)
{
    if (swing->t_to_s < trial->run->baseline_to_s)
        return PULL_BEFORE;
    if (swing->rf_drop)
        return PULL_RECTUS;
    return swing->pull < .025 ? PULL_0 : swing->pull < .075 ? PULL_5 : swing->pull < .15 ? PULL_10 : PULL_20;
}

/* An estimate after the baseline that belongs to no swing counts with the unpulled. */
static struct pull_tallies tally_trial(const struct trial *trial)
{
    struct pull_tallies tallies = {0};
    for (size_t i = 0; i < trial->truth.swing_count; i++) {
        const struct truth_swing *swing = &trial->truth.swing[i];
        if (trial_scored(trial, swing->t_to_s))
            tally_add(&tallies.of[class_of(trial, swing)], trial_swing_of(trial, i));
    }
    for (size_t i = 0; i < trial->run->swing_count; i++) {
        const double t_to_s = trial->run->swing[i].verdict.t_to_s;
        if (trial->truth_of_swing[i] == NO_PARTNER && trial_scored(trial, t_to_s) &&
            t_to_s >= trial->run->baseline_to_s)
            tally_add(&tallies.of[PULL_0], &trial->run->swing[i]);
    }
    return tallies;
}

static bool judged_by_emg(const struct trial *trial)
{
    return strstr(trial->name, "cocontraction") != NULL;
}

static void print_tallies(const char *name, const struct pull_tallies *tallies)
{
    const struct tally *unpulled = &tallies->of[PULL_0];
    size_t missed = 0;
    printf("%-22s %3zu of %3zu (%3zu passive)", name, unpulled->pulled, unpulled->swings, unpulled->passive);
    for (int k = PULL_5; k < PULL_CLASSES; k++)
        printf("  %3zu of %3zu", tallies->of[k].pulled, tallies->of[k].swings);
    for (int k = 0; k < PULL_CLASSES; k++)
        missed += tallies->of[k].missed;
    printf("  %6zu\n", missed);
}

static void print_reasons(const struct pull_tallies *tallies)
{
    static const char *const names[] = {"0 %", "5 %", "10 %", "20 %", "rectus", "before"};
    printf("unclear, by reason:\n");
    for (int k = 0; k < PULL_CLASSES; k++) {
        const struct tally *tally = &tallies->of[k];
        if (tally->unclear == 0)
            continue;
        printf("  %-6s", names[k]);
        for (size_t i = 0; i < sizeof tally->reason / sizeof tally->reason[0]; i++)
            if (tally->reason[i])
                printf(" %s %zu", kf_reason_name((enum kf_reason)i), tally->reason[i]);
        printf("\n");
    }
}

static void print_baselines(const struct trials *trials)
{
    static const char *const kinds[] = {"none", "provisional", "full"};
    for (size_t i = 0; i < trials->count; i++) {
        const struct run *run = trials->trial[i].run;
        printf("%-22s baseline", trials->trial[i].name);
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            const struct kf_baseline_report *b = &run->baseline[leg];
            printf("  %c: %2u strides, %s, %.3f±%.3f Nm/kg, %.1f±%.1f deg", kf_leg_letter((enum kf_leg)leg), b->strides,
                   kinds[b->kind], b->mean_knee_moment_nm_kg, b->sd_nm_kg, b->peak_knee_deg, b->peak_knee_sd_deg);
        }
        printf("\n");
    }
}

static void verdict_table(const struct trials *trials, struct gates *gates)
{
    struct pull_tallies gated = {0};
    printf("\nSynthetic: swings called pulled, by what was really pulled, after the marked baseline\n");
    printf("%-22s %-24s  %-10s  %-10s  %-10s  %-10s  %-10s  %6s\n", "", "not at all", "5 %", "10 %", "20 %", "rectus",
           "before", "missed");
    for (size_t i = 0; i < trials->count; i++) {
        const struct trial *trial = &trials->trial[i];
        const struct pull_tallies tallies = tally_trial(trial);
        print_tallies(trial->name, &tallies);
        for (int k = 0; k < PULL_CLASSES; k++)
            if (k == PULL_0 || k == PULL_BEFORE || !judged_by_emg(trial))
                tally_append(&gated.of[k], &tallies.of[k]);
    }
    print_tallies("all but hidden pulls", &gated);
    print_reasons(&gated);
    print_baselines(trials);
    const struct tally *of = gated.of;
    gate_at_least(gates, "synthetic: 10 % pulls called pulled", tally_percent(&of[PULL_10], of[PULL_10].pulled), 90,
                  "%");
    gate_at_least(gates, "synthetic: 20 % pulls called pulled", tally_percent(&of[PULL_20], of[PULL_20].pulled), 98,
                  "%");
    gate_at_most(gates, "synthetic: unpulled swings called pulled", tally_percent(&of[PULL_0], of[PULL_0].pulled), 3,
                 "%");
}

void synthetic_tables(const struct trials *synthetic, struct gates *gates)
{
    gate_at_least(gates, "synthetic: recordings", (double)synthetic->count, 6, "");
    event_table(synthetic);
    swing_table(synthetic);
    verdict_table(synthetic, gates);
}
