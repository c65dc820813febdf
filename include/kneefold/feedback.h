/* feedback.h - when a runner is told what the coach has found: all the time, less and less, or not at all.
 *
 * Feedback on every error makes a runner depend on it: being told only when out of a band, and less and less often, is
 * remembered better (science.md section 1). So finding and telling are apart: the coach (coach.h) finds that a cue is
 * due and asks here whether it is said. Pure: time is the log's and comes with the swings, so a replay tells the same.
 */
#ifndef KNEEFOLD_FEEDBACK_H
#define KNEEFOLD_FEEDBACK_H

#include <stdbool.h>

#include "kneefold/feedback_plan.h"

struct kf_feedback {
    struct kf_feedback_plan plan;
    bool muted, quiet; /* by control */
    /* state: feedback.c's own */
    double start_t_s; /* of the first swing; NAN before */
    unsigned step;    /* of the credit */
    double credit;    /* how much of the next cue has come together */
};

/* The cue's turn is over either way. */
enum kf_feedback_answer { KF_FEEDBACK_SAY, KF_FEEDBACK_SKIP };

/* No swing yet; not muted, not quiet. */
void kf_feedback_init(struct kf_feedback *feedback, const struct kf_feedback_plan *plan);
/* A plan changed while running: the clock goes on. */
void kf_feedback_set_plan(struct kf_feedback *feedback, const struct kf_feedback_plan *plan);
/* A swing came. The first one starts the clock. */
void kf_feedback_swing(struct kf_feedback *feedback, double t_s);
/* Whether a quiet block is on, of the plan or by control. */
bool kf_feedback_quiet(const struct kf_feedback *feedback, double t_s);
/* Whether everything is held back at this moment. */
bool kf_feedback_held(const struct kf_feedback *feedback, double t_s);
/* A cue is due while nothing is held: is it said? Ask once for each such cue; faded counts them. */
enum kf_feedback_answer kf_feedback_ask(struct kf_feedback *feedback, double t_s);
/* Of the due cues that would be said now, as a share: 1 continuous and bandwidth, 0 off, held or before any swing. */
double kf_feedback_share(const struct kf_feedback *feedback, double t_s);
/* What is left of the warm-up, s; all of it before the first swing, 0 once it is over. */
double kf_feedback_warmup_left_s(const struct kf_feedback *feedback, double t_s);

#endif
