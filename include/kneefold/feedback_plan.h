/* feedback_plan.h - how a session's feedback is meant to go: mode, warm-up, steps of fading, quiet blocks.
 *
 * Plain values: settings read them from [feedback], the coach (feedback.h) applies them. Times count from the first
 * swing; the steps of a faded plan from the end of the warm-up. */
#ifndef KNEEFOLD_FEEDBACK_PLAN_H
#define KNEEFOLD_FEEDBACK_PLAN_H

#include <stdbool.h>

enum kf_feedback_mode {
    KF_FEEDBACK_BANDWIDTH,  /* once when the band is left; again only after the runner was back inside (release) */
    KF_FEEDBACK_CONTINUOUS, /* a cue is said again, cool-down by cool-down, for as long as it is due */
    KF_FEEDBACK_FADED,      /* as bandwidth, and only a share of them: the plan's steps */
    KF_FEEDBACK_OFF         /* none, gauges only: a retention test */
};

enum { KF_FEEDBACK_STEPS_MAX = 8, KF_FEEDBACK_QUIET_MAX = 8 };

struct kf_feedback_step {
    double share;   /* of the due cues, 0..1; the first of a step is said when above 0 */
    double seconds; /* the last step lasts, whatever it says */
};

struct kf_feedback_span {
    double from_s, to_s; /* [from, to) */
};

/* Zeroed it is bandwidth, without warm-up or gap.
 * The numbers of the modes are stored in session files: never change one. */
struct kf_feedback_plan {
    enum kf_feedback_mode mode;
    bool external_wording;
    double warmup_s; /* no cue before; familiarisation studies use 360 */
    double gap_s;    /* least time between two cues of whatever rules: one thing at a time */
    unsigned step_count;
    struct kf_feedback_step step[KF_FEEDBACK_STEPS_MAX]; /* faded; none: as bandwidth */
    unsigned quiet_count;
    struct kf_feedback_span quiet[KF_FEEDBACK_QUIET_MAX];
};

#endif
