/* synthetic.c - accuracy on the model's recordings, where every pull is known: how many are found and how many are
 * imagined.
 *
 * Verdicts are gated over the scored swings whose toe-off lies after the marked baseline; those before it are printed.
 * In a recording with co-contraction the quadriceps answer every pull: the net moment hides it by design and only EMG
 * can tell, so its pulls are printed and its unpulled swings gated; with EMG worn the muscle named is gated too. Swings
 * in which the rectus brakes less are printed alone: without EMG nothing tells them from a pull. */
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

/* A runner who straightens up: mean error of the trunk's lean before its fall and after. What it is off by throughout
 * is the standing pose's and the filter's; the fall itself must show in full. */
static void lean_table(const struct trials *trials, struct gates *gates)
{
    double fall = NAN, worst = 0;
    for (size_t i = 0; i < trials->count; i++) {
        struct pairs pairs = {0};
        trial_pair(&trials->trial[i], "trunk_lean_deg", offsetof(struct truth_swing, trunk_lean_deg), &pairs);
        const double mean = series_mean(&pairs.error);
        worst = isnan(mean) || fabs(mean) > fabs(worst) ? mean : worst;
        pairs_free(&pairs);
    }
    printf("\nSynthetic: trunk lean where it falls, mean error before and after, deg\n");
    for (size_t i = 0; i < trials->count; i++) {
        const struct trial *trial = &trials->trial[i];
        struct series before = {0}, after = {0};
        if (!strstr(trial->name, "upright"))
            continue;
        for (size_t k = 0; k < trial->truth.swing_count; k++) {
            const struct truth_swing *truth = &trial->truth.swing[k];
            const struct run_swing *swing = trial_swing_of(trial, k);
            if (!swing || !trial_scored(trial, truth->t_to_s) || !isfinite(swing->swing.trunk_lean_deg))
                continue;
            const bool upright = truth->t_to_s > trial->run->baseline_to_s;
            series_add(upright ? &after : &before, swing->swing.trunk_lean_deg - truth->trunk_lean_deg);
        }
        fall = series_mean(&after) - series_mean(&before);
        printf("%-22s %4zu swings %+5.2f  %4zu swings %+5.2f\n", trial->name, before.count, series_mean(&before),
               after.count, series_mean(&after));
        series_free(&before);
        series_free(&after);
    }
    gate_within(gates, "synthetic: trunk lean, worst recording's mean error", worst, 1, "deg");
    gate_within(gates, "synthetic: fall of the trunk's lean (7 deg), error", fall, 1.5, "deg");
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

/* ---- muscles: what EMG adds ---- */

struct muscle_tally {
    size_t swings, pulled;                                    /* estimates; those called pulled */
    size_t called[KF_MUSCLE_TONE + 1], hamstring_when_pulled; /* of all; of those called pulled */
    struct series ratio;
};

static struct muscle_tally tally_muscles(const struct trial *trial, enum pull_class class)
{
    struct muscle_tally tally = {0};
    for (size_t i = 0; i < trial->truth.swing_count; i++) {
        const struct truth_swing *swing = &trial->truth.swing[i];
        const struct run_swing *said = trial_swing_of(trial, i);
        if (!said || !trial_scored(trial, swing->t_to_s) || class_of(trial, swing) != class)
            continue;
        tally.swings++;
        tally.called[said->verdict.muscle]++;
        tally.pulled += said->verdict.verdict == KF_PULLED;
        tally.hamstring_when_pulled +=
            said->verdict.verdict == KF_PULLED && said->verdict.muscle == KF_MUSCLE_HAMSTRING;
        if (isfinite(said->verdict.emg_early_ratio))
            series_add(&tally.ratio, said->verdict.emg_early_ratio);
    }
    return tally;
}

static double percent(size_t part, size_t all)
{
    return all ? 100.0 * (double)part / (double)all : NAN;
}

static void print_muscles(const struct trial *trial, struct muscle_tally tally[PULL_CLASSES])
{
    static const char *const names[] = {"0 %", "5 %", "10 %", "20 %", "rectus", "before"};
    for (int k = 0; k < PULL_CLASSES; k++) {
        tally[k] = tally_muscles(trial, (enum pull_class)k);
        if (tally[k].swings == 0)
            continue;
        printf("%-22s %-6s  %6zu  %6.3f±%.3f  %9zu  %13zu  %6zu  %4zu  %7zu\n", trial->name, names[k], tally[k].swings,
               series_mean(&tally[k].ratio), series_sd(&tally[k].ratio), tally[k].called[KF_MUSCLE_HAMSTRING],
               tally[k].called[KF_MUSCLE_COCONTRACTION], tally[k].called[KF_MUSCLE_FLEXOR],
               tally[k].called[KF_MUSCLE_TONE], tally[k].called[KF_MUSCLE_UNKNOWN]);
        series_free(&tally[k].ratio);
    }
}

static void muscle_table(const struct trials *trials, struct gates *gates)
{
    double hamstring = NAN, hidden = NAN, imagined = NAN;
    printf("\nSynthetic with EMG: which muscle, by what was really pulled\n%-22s %-6s  %6s  %12s  %9s  %13s  %6s  %4s  "
           "%7s\n",
           "", "pull", "swings", "early ratio", "hamstring", "cocontraction", "flexor", "tone", "unknown");
    for (size_t i = 0; i < trials->count; i++) {
        const struct trial *trial = &trials->trial[i];
        struct muscle_tally tally[PULL_CLASSES];
        if (!strstr(trial->name, "with_emg"))
            continue;
        print_muscles(trial, tally);
        const struct muscle_tally *ten = &tally[PULL_10], *twenty = &tally[PULL_20];
        if (!judged_by_emg(trial)) {
            hamstring =
                percent(ten->hamstring_when_pulled + twenty->hamstring_when_pulled, ten->pulled + twenty->pulled);
            continue;
        }
        const enum kf_muscle both = KF_MUSCLE_COCONTRACTION;
        const struct muscle_tally *none = &tally[PULL_0], *five = &tally[PULL_5];
        hidden = percent(ten->called[both] + twenty->called[both], ten->swings + twenty->swings);
        imagined = percent(none->called[both] + five->called[both] + tally[PULL_BEFORE].called[both],
                           none->swings + five->swings + tally[PULL_BEFORE].swings);
    }
    gate_at_least(gates, "with_emg: pulls of 10 % and more, called pulled: hamstring", hamstring, 90, "%");
    gate_at_least(gates, "cocontraction_with_emg: pulls of 10 % and more: cocontraction", hidden, 80, "%");
    gate_at_most(gates, "cocontraction_with_emg: other swings: cocontraction", imagined, 5, "%");
}

void synthetic_tables(const struct trials *synthetic, struct gates *gates)
{
    gate_at_least(gates, "synthetic: recordings", (double)synthetic->count, 6, "");
    event_table(synthetic);
    swing_table(synthetic);
    lean_table(synthetic, gates);
    verdict_table(synthetic, gates);
    muscle_table(synthetic, gates);
}
