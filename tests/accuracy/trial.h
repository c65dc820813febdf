/* trial.h - one recording with its truth and what the engine said of it, matched one-to-one.
 *
 * Scoring rules (the end of keys.md): same leg and kind within ±60 ms; scored is what lies in [from_s, to_s), from
 * valid_from_s + .2 s to .8 s before the last truth event. The model's recordings have no valid_from_s: they are scored
 * from the start of their marked baseline, when the belt is up to speed. Swings are matched by toe-off, in that span.
 */
#ifndef KF_TEST_TRIAL_H
#define KF_TEST_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "gate.h"
#include "run.h"
#include "series.h"
#include "truth.h"

enum { NO_PARTNER = -1 };

struct trial {
    char name[64]; /* file name without ".truth.json" */
    char log_path[4096];
    struct truth truth;
    struct run *run;
    double from_s, to_s; /* what is scored */
    double middle_s;     /* running: half-way from valid_from_s to the last truth event; the baseline's end */
    int *event_of_truth, *truth_of_event; /* index into the other's list, or NO_PARTNER */
    int *swing_of_truth, *truth_of_swing;
};

struct trials {
    struct trial *trial;
    size_t count;
};

/* Every recording of the folder with a truth file, in order of name, run and matched. `split`: the baseline is taken
 * from the first half; otherwise the log's marks decide. False with a line on standard error. */
bool trials_load(struct trials *trials, const char *folder, bool split);
void trials_free(struct trials *trials);

bool trial_scored(const struct trial *trial, double t_s);

/* The matched estimate of a truth swing, or NULL. */
const struct run_swing *trial_swing_of(const struct trial *trial, size_t truth_swing);

/* Errors of one kind of event, ms, added to *error_ms; with counts of truths without and estimates without partner. */
struct event_score {
    size_t scored, missed, extra;
    struct series error_ms;
};
void trial_score_events(const struct trial *trial, enum kf_event_kind kind, struct event_score *score);

/* A truth swing's number against the same key of the estimate, over all scored swings: estimate, truth. */
struct pairs {
    struct series estimate, truth, error;
};
void trial_pair(const struct trial *trial, const char *key, size_t truth_offset, struct pairs *pairs);
void pairs_free(struct pairs *pairs);

/* How swings were called. */
struct tally {
    size_t swings, passive, pulled, unclear;
    size_t missed; /* truth swings without an estimate: counted in `swings`, called nothing */
    size_t reason[KF_REASON_NOT_ALIGNED + 1]; /* of the unclear ones */
};
void tally_add(struct tally *tally, const struct run_swing *swing); /* NULL: missed */
void tally_append(struct tally *tally, const struct tally *more);
double tally_percent(const struct tally *tally, size_t count); /* of its swings; NAN of none */

/* The tables. Each prints itself and adds its gates. */
void running_tables(const struct trials *running, struct gates *gates);
void synthetic_tables(const struct trials *synthetic, struct gates *gates);
/* What the runner hears. */
void cue_table(const struct trials *running, const struct trials *synthetic, struct gates *gates);
void latency_table(const struct trials *running, const struct trials *synthetic, struct gates *gates);

/* Every recording in pieces of several sizes and through replay says the same as in one pass. */
void chunk_table(const struct trials *running, const struct trials *synthetic, const char *podlink_folder,
                 struct gates *gates);

/* Events of one trial, or of several together, as one line of a table. */
void print_event_line(const char *name, const struct event_score *ic, const struct event_score *to);
void print_event_head(const char *title);

#endif
