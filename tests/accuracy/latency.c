/* latency.c - how soon things are said: a cue that comes after the swing is of no use to the leg.
 *
 * Measured on the recording's own axis, from the moment it happened to the sample on which it was said; over all scored
 * events and swings of all recordings. */
#include <math.h>
#include <stdio.h>

#include "trial.h"

struct delays {
    struct series verdict_own;   /* verdict after the engine's own peak: the key latency_ms */
    struct series verdict_truth; /* verdict after the true peak */
    struct series toe_off, contact;
    size_t unlike; /* swings whose latency_ms is not what was measured here */
};

static void event_delays(const struct trial *trial, struct delays *delays)
{
    for (size_t i = 0; i < trial->truth.event_count; i++) {
        const struct truth_event *event = &trial->truth.event[i];
        const int at = trial->event_of_truth[i];
        if (at == NO_PARTNER || !trial_scored(trial, event->t_s))
            continue;
        series_add(event->kind == KF_EVENT_TO ? &delays->toe_off : &delays->contact,
                   1000 * (trial->run->event[at].t_now_s - event->t_s));
    }
}

static void verdict_delays(const struct trial *trial, struct delays *delays)
{
    for (size_t i = 0; i < trial->run->swing_count; i++) {
        const struct run_swing *said = &trial->run->swing[i];
        const double own_ms = 1000 * (said->t_verdict_s - said->verdict.t_peak_knee_s);
        const int at = trial->truth_of_swing[i];
        if (!trial_scored(trial, said->verdict.t_to_s))
            continue;
        series_add(&delays->verdict_own, own_ms);
        delays->unlike += !(fabs(said->verdict.latency_ms - own_ms) < .01);
        if (at != NO_PARTNER)
            series_add(&delays->verdict_truth, 1000 * (said->t_verdict_s - trial->truth.swing[at].t_peak_knee_s));
    }
}

static void collect(const struct trials *trials, struct delays *delays)
{
    for (size_t i = 0; i < trials->count; i++) {
        event_delays(&trials->trial[i], delays);
        verdict_delays(&trials->trial[i], delays);
    }
}

static void line(const char *name, struct series *delay_ms)
{
    printf("%-40s %6zu %7.1f %7.1f %7.1f\n", name, delay_ms->count, series_quantile(delay_ms, .5),
           series_quantile(delay_ms, .95), series_max(delay_ms));
}

static void print(const char *name, struct delays *delays)
{
    printf("\n%s: ms from the moment to the word\n%-40s %6s %7s %7s %7s\n", name, "", "n", "p50", "p95", "max");
    line("verdict after its own peak knee flexion", &delays->verdict_own);
    line("verdict after the true peak", &delays->verdict_truth);
    line("toe-off after the true one", &delays->toe_off);
    line("initial contact after the true one", &delays->contact);
}

static void append(struct delays *to, struct delays *from)
{
    series_append(&to->verdict_own, &from->verdict_own);
    series_append(&to->verdict_truth, &from->verdict_truth);
    series_append(&to->toe_off, &from->toe_off);
    to->unlike += from->unlike;
}

static void clear(struct delays *delays)
{
    series_free(&delays->verdict_own);
    series_free(&delays->verdict_truth);
    series_free(&delays->toe_off);
    series_free(&delays->contact);
}

void latency_table(const struct trials *running, const struct trials *synthetic, struct gates *gates)
{
    struct delays real = {0}, model = {0}, all = {0};
    collect(running, &real);
    collect(synthetic, &model);
    print("Running", &real);
    print("Synthetic", &model);
    append(&all, &real);
    append(&all, &model);
    gate_at_most(gates, "verdict after its own peak knee flexion, latest", series_max(&all.verdict_own), 60, "ms");
    gate_at_most(gates, "verdict after the true peak, latest", series_max(&all.verdict_truth), 60, "ms");
    gate_at_most(gates, "toe-off after the true one, latest", series_max(&all.toe_off), 40, "ms");
    gate_at_most(gates, "swings whose latency_ms is not the measured one", (double)all.unlike, 0, "");
    clear(&real);
    clear(&model);
    clear(&all);
}
