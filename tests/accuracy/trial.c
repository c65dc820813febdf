/* trial.c - finds recordings and their truth, runs them, and matches what was said with what happened. */
#include "trial.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double match_s = .060, skip_first_s = .2, skip_last_s = .8;

enum { FILE_CHUNK = 64 * 1024 }; /* as analyze reads */

/* ---- matching ---- */

struct moment {
    double t_s;
    int kind; /* only equal ones match */
};

static int nearest_free(const struct moment *truth, const struct moment *said, size_t count, const int *taken)
{
    int best = NO_PARTNER;
    for (size_t i = 0; i < count; i++) {
        const double away_s = fabs(said[i].t_s - truth->t_s);
        if (said[i].kind != truth->kind || taken[i] != NO_PARTNER || away_s > match_s)
            continue;
        if (best == NO_PARTNER || away_s < fabs(said[best].t_s - truth->t_s))
            best = (int)i;
    }
    return best;
}

static void *need(size_t count, size_t size)
{
    void *room = calloc(count ? count : 1, size);
    if (!room) {
        fputs("not enough memory\n", stderr);
        exit(1);
    }
    return room;
}

/* Moments of one kind are hundreds of ms apart, so the nearest free one is the only sensible partner. */
static void match(const struct moment *truth, size_t truths, const struct moment *said, size_t saids, int **said_of,
                  int **truth_of)
{
    *said_of = need(truths, sizeof **said_of);
    *truth_of = need(saids, sizeof **truth_of);
    for (size_t i = 0; i < saids; i++)
        (*truth_of)[i] = NO_PARTNER;
    for (size_t i = 0; i < truths; i++) {
        (*said_of)[i] = nearest_free(&truth[i], said, saids, *truth_of);
        if ((*said_of)[i] != NO_PARTNER)
            (*truth_of)[(*said_of)[i]] = (int)i;
    }
}

static void match_events(struct trial *trial)
{
    const struct truth *truth = &trial->truth;
    const struct run *run = trial->run;
    struct moment *happened = need(truth->event_count, sizeof *happened), *said = need(run->event_count, sizeof *said);
    for (size_t i = 0; i < truth->event_count; i++)
        happened[i] = (struct moment){truth->event[i].t_s, 2 * (int)truth->event[i].leg + (int)truth->event[i].kind};
    for (size_t i = 0; i < run->event_count; i++)
        said[i] = (struct moment){run->event[i].t_s, 2 * (int)run->event[i].leg + (int)run->event[i].kind};
    match(happened, truth->event_count, said, run->event_count, &trial->event_of_truth, &trial->truth_of_event);
    free(happened);
    free(said);
}

static void match_swings(struct trial *trial)
{
    const struct truth *truth = &trial->truth;
    const struct run *run = trial->run;
    struct moment *happened = need(truth->swing_count, sizeof *happened), *said = need(run->swing_count, sizeof *said);
    for (size_t i = 0; i < truth->swing_count; i++)
        happened[i] = (struct moment){truth->swing[i].t_to_s, (int)truth->swing[i].leg};
    for (size_t i = 0; i < run->swing_count; i++)
        said[i] = (struct moment){run->swing[i].verdict.t_to_s, (int)run->swing[i].verdict.leg};
    match(happened, truth->swing_count, said, run->swing_count, &trial->swing_of_truth, &trial->truth_of_swing);
    free(happened);
    free(said);
}

/* ---- loading ---- */

static double last_event_s(const struct truth *truth)
{
    double last_s = -INFINITY;
    for (size_t i = 0; i < truth->event_count; i++)
        last_s = fmax(last_s, truth->event[i].t_s);
    return last_s;
}

static bool run_trial(struct trial *trial, bool split)
{
    const double last_s = last_event_s(&trial->truth);
    struct run_input input = {
        .chunk = FILE_CHUNK, .baseline_from_s = NAN, .baseline_to_s = NAN, .frames = trial->truth.knee_count > 0};
    trial->middle_s = split ? (trial->truth.valid_from_s + last_s) / 2 : NAN;
    if (split) {
        input.baseline_from_s = trial->truth.valid_from_s;
        input.baseline_to_s = trial->middle_s;
    }
    uint8_t *bytes = run_load(trial->log_path, &input.count);
    input.bytes = bytes;
    trial->run = bytes ? run_bytes(&input, trial->log_path) : NULL;
    free(bytes);
    if (!trial->run)
        return false;
    trial->from_s =
        isnan(trial->truth.valid_from_s) ? trial->run->baseline_from_s : trial->truth.valid_from_s + skip_first_s;
    trial->to_s = last_s - skip_last_s;
    match_events(trial);
    match_swings(trial);
    return true;
}

static bool load_trial(struct trial *trial, const char *json_path, bool split)
{
    static const char ending[] = ".truth.json";
    char stem[4000], knee_path[4096];
    const char *slash = strrchr(json_path, '/');
    snprintf(stem, sizeof stem, "%.*s", (int)(strlen(json_path) - strlen(ending)), json_path);
    snprintf(trial->name, sizeof trial->name, "%.60s", slash ? stem + (slash - json_path) + 1 : stem);
    snprintf(trial->log_path, sizeof trial->log_path, "%s.csv", stem);
    snprintf(knee_path, sizeof knee_path, "%s.knee.csv", stem);
    return truth_read(&trial->truth, json_path, knee_path) && run_trial(trial, split);
}

bool trials_load(struct trials *trials, const char *folder, bool split)
{
    char pattern[4096];
    glob_t found = {0};
    bool loaded = true;
    *trials = (struct trials){0};
    snprintf(pattern, sizeof pattern, "%s/*.truth.json", folder);
    if (glob(pattern, 0, NULL, &found) == 0) {
        trials->trial = need(found.gl_pathc, sizeof *trials->trial);
        for (; loaded && trials->count < found.gl_pathc; trials->count++)
            loaded = load_trial(&trials->trial[trials->count], found.gl_pathv[trials->count], split);
    }
    globfree(&found);
    return loaded;
}

void trials_free(struct trials *trials)
{
    for (size_t i = 0; i < trials->count; i++) {
        struct trial *trial = &trials->trial[i];
        truth_free(&trial->truth);
        free(trial->run);
        free(trial->event_of_truth);
        free(trial->truth_of_event);
        free(trial->swing_of_truth);
        free(trial->truth_of_swing);
    }
    free(trials->trial);
    *trials = (struct trials){0};
}

/* ---- scoring ---- */

bool trial_scored(const struct trial *trial, double t_s)
{
    return t_s >= trial->from_s && t_s < trial->to_s;
}

const struct run_swing *trial_swing_of(const struct trial *trial, size_t truth_swing)
{
    const int at = trial->swing_of_truth[truth_swing];
    return at == NO_PARTNER ? NULL : &trial->run->swing[at];
}

void trial_score_events(const struct trial *trial, enum kf_event_kind kind, struct event_score *score)
{
    for (size_t i = 0; i < trial->truth.event_count; i++) {
        const struct truth_event *event = &trial->truth.event[i];
        const int at = trial->event_of_truth[i];
        if (event->kind != kind || !trial_scored(trial, event->t_s))
            continue;
        score->scored++;
        if (at == NO_PARTNER)
            score->missed++;
        else
            series_add(&score->error_ms, 1000 * (trial->run->event[at].t_s - event->t_s));
    }
    for (size_t i = 0; i < trial->run->event_count; i++) {
        const struct run_event *event = &trial->run->event[i];
        score->extra +=
            event->kind == kind && trial->truth_of_event[i] == NO_PARTNER && trial_scored(trial, event->t_s);
    }
}

void trial_pair(const struct trial *trial, const char *key, size_t truth_offset, struct pairs *pairs)
{
    const struct kf_swing_key *row = kf_swing_key_find(key);
    for (size_t i = 0; row && i < trial->truth.swing_count; i++) {
        const struct truth_swing *swing = &trial->truth.swing[i];
        const struct run_swing *said = trial_swing_of(trial, i);
        double truth;
        memcpy(&truth, (const char *)swing + truth_offset, sizeof truth);
        const double estimate = said ? kf_swing_number(&said->swing, row) : NAN;
        if (!trial_scored(trial, swing->t_to_s) || !isfinite(truth) || !isfinite(estimate))
            continue;
        series_add(&pairs->estimate, estimate);
        series_add(&pairs->truth, truth);
        series_add(&pairs->error, estimate - truth);
    }
}

void pairs_free(struct pairs *pairs)
{
    series_free(&pairs->estimate);
    series_free(&pairs->truth);
    series_free(&pairs->error);
}

void tally_add(struct tally *tally, const struct run_swing *swing)
{
    tally->swings++;
    if (!swing) {
        tally->missed++;
        return;
    }
    switch (swing->verdict.verdict) {
    case KF_PASSIVE:
        tally->passive++;
        break;
    case KF_PULLED:
        tally->pulled++;
        break;
    case KF_UNCLEAR:
        tally->unclear++;
        tally->reason[swing->verdict.reason]++;
        break;
    }
}

void tally_append(struct tally *tally, const struct tally *more)
{
    tally->swings += more->swings;
    tally->passive += more->passive;
    tally->pulled += more->pulled;
    tally->unclear += more->unclear;
    tally->missed += more->missed;
    for (size_t i = 0; i < sizeof tally->reason / sizeof tally->reason[0]; i++)
        tally->reason[i] += more->reason[i];
}

double tally_percent(const struct tally *tally, size_t count)
{
    return tally->swings ? 100.0 * (double)count / (double)tally->swings : NAN;
}

/* ---- a table both kinds of recording share ---- */

void print_event_head(const char *title)
{
    printf("\n%s\n%-22s %37s   %37s\n", title, "", "initial contact, ms", "toe-off, ms");
    printf("%-22s %5s %6s %5s %6s %5s %6s   %5s %6s %5s %6s %5s %6s\n", "", "n", "missed", "extra", "mean", "SD",
           "worst", "n", "missed", "extra", "mean", "SD", "worst");
}

static void print_events(const struct event_score *score)
{
    printf("%5zu %6zu %5zu %+6.1f %5.1f %6.1f", score->scored, score->missed, score->extra,
           series_mean(&score->error_ms), series_sd(&score->error_ms), series_worst(&score->error_ms));
}

void print_event_line(const char *name, const struct event_score *ic, const struct event_score *to)
{
    printf("%-22s ", name);
    print_events(ic);
    printf("   ");
    print_events(to);
    printf("\n");
}
