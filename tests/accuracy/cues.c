/* cues.c - accuracy of what the runner hears: over relaxed running no cue at all, and the trunk's when the trunk comes
 * up.
 *
 * Every shipped rule is on and none waits for another, so that each is counted by itself. Relaxed is the second half of
 * every real run (the first is its baseline) and what lies before the end of a model's relaxed block. Those rules that
 * are on by default are gated; the others are printed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/cues.h"
#include "trial.h"

struct count {
    unsigned relaxed, all; /* over relaxed swings; over everything */
};

static const double contact_s = .3; /* a stride begins about so long before its toe-off */

static int rule_of(const struct kf_cue_rules *rules, const struct kf_cue *cue)
{
    return kf_cue_find(rules, cue->name);
}

static struct run *run_all(const struct trial *trial, bool split)
{
    size_t count = 0;
    uint8_t *bytes = run_load(trial->log_path, &count);
    const struct run_input input = {.bytes = bytes,
                                    .count = count,
                                    .chunk = 65536,
                                    .baseline_from_s = split ? trial->from_s : NAN,
                                    .baseline_to_s = split ? trial->middle_s : NAN,
                                    .all_cues = true};
    struct run *run = bytes ? run_bytes(&input, trial->name) : NULL;
    free(bytes);
    return run;
}

/* When the runner stops being relaxed: pulls begin, or the trunk comes up. */
static double relaxed_until_s(const struct trial *trial)
{
    double until_s = INFINITY;
    for (size_t i = 0; i < trial->truth.swing_count; i++) {
        const struct truth_swing *swing = &trial->truth.swing[i];
        if (swing->t_to_s > trial->from_s && (swing->pull > 0 || swing->rf_drop || swing->trunk_lean_deg < 5.5) &&
            swing->t_to_s - contact_s < until_s)
            until_s = swing->t_to_s - contact_s;
    }
    return until_s;
}

/* Counts a recording's cues by rule; the first of the trunk's into *trunk_s. */
static void count_trial(const struct trial *trial, const struct kf_cue_rules *rules, bool real, struct count *by_rule,
                        double *trunk_s)
{
    const double from_s = real ? trial->middle_s : 0, until_s = real ? INFINITY : relaxed_until_s(trial);
    struct run *run = run_all(trial, real);
    printf("%-22s", trial->name);
    for (size_t i = 0; run && i < run->cue_count; i++) {
        const struct kf_cue *cue = &run->cue[i];
        const int rule = rule_of(rules, cue);
        const bool relaxed = cue->t_s >= from_s && cue->t_s < until_s;
        by_rule[rule].all++;
        by_rule[rule].relaxed += relaxed;
        if (relaxed)
            printf("  %s at %.1f s", cue->name, cue->t_s);
        if (strcmp(cue->name, "trunk-upright") == 0 && isnan(*trunk_s))
            *trunk_s = cue->t_s;
    }
    printf("  (%zu in all)\n", run ? run->cue_count : 0);
    free(run);
}

static void trunk_gate(const struct trial *trial, double trunk_s, struct gates *gates)
{
    const double fall_s = relaxed_until_s(trial);
    printf("%s: the lean falls from %.1f s on, the trunk's cue comes at %.1f s\n", trial->name, fall_s, trunk_s);
    gate_at_least(gates, "upright block: trunk cue after the lean's fall, not before", trunk_s - fall_s, 0, "s");
    gate_at_most(gates, "upright block: trunk cue after the lean's fall", trunk_s - fall_s, 10, "s");
}

void cue_table(const struct trials *running, const struct trials *synthetic, struct gates *gates)
{
    const struct trials *both[] = {running, synthetic};
    struct count by_rule[2][KF_CUE_RULES_MAX] = {{{0, 0}}};
    static struct kf_cue_rules rules;
    unsigned gated = 0;
    kf_cues_default(&rules);
    printf("\nCues over relaxed running, every rule on\n");
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < both[k]->count; i++) {
            double trunk_s = NAN;
            count_trial(&both[k]->trial[i], &rules, k == 0, by_rule[k], &trunk_s);
            if (strstr(both[k]->trial[i].name, "upright"))
                trunk_gate(&both[k]->trial[i], trunk_s, gates);
        }
    printf("%-18s %4s  %21s  %21s\n", "cue", "on", "real: relaxed, all", "model: relaxed, all");
    for (unsigned i = 0; i < rules.count; i++) {
        printf("%-18s %4s  %10u %10u  %10u %10u\n", rules.rule[i].name, rules.rule[i].enabled ? "yes" : "no",
               by_rule[0][i].relaxed, by_rule[0][i].all, by_rule[1][i].relaxed, by_rule[1][i].all);
        if (rules.rule[i].enabled)
            gated += by_rule[0][i].relaxed + by_rule[1][i].relaxed;
    }
    gate_at_most(gates, "cues that are on by default, over relaxed running", gated, 0, "");
}
