/* leg.h - one leg: its trace, its events, its knee, the swing in progress and its baseline. */
#ifndef KF_LEG_H
#define KF_LEG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/baseline.h"
#include "core/gait.h"
#include "core/knee.h"
#include "core/pace.h"
#include "core/segment.h"
#include "core/trace.h"
#include "kneefold/pipeline.h"

struct kf_leg_state {
    enum kf_leg leg;
    struct kf_trace trace;
    struct kf_gait gait;
    struct kf_knee knee;
    struct kf_baseline baseline;
    struct kf_pace pace;
    struct kf_leg_frame now;
    /* signs of the medio-lateral axes */
    double shank_forward, shank_backward;            /* decaying peaks of the shank's rate, rad/s */
    double rate_product, thigh_square, shank_square; /* thigh's rate against the shank's .2 stride later */
    double other_product;                            /* the other leg's thigh against this shank */
    double watched_s, rest_s;                        /* since the shank began to move; since it last did */
    double wrong_s; /* how long its sign has seemed wrong, less how long since it has not */
    bool signs_known, signs_sure;
    bool turned; /* an axis was: the swing in progress is to be closed */
    /* the swing in progress */
    bool open, judged; /* toe-off seen; verdict said */
    struct kf_swing swing;
    unsigned runs;          /* swings with a flight, measured well */
    bool carried;           /* no flight followed its toe-off: a walk */
    enum kf_site lean_site; /* where the trunk's lean is measured */
    double lean_sum;        /* of it since this leg's contact */
    unsigned lean_count;
    unsigned steps, steps_bad, steps_saturated; /* since toe-off */
};

void kf_leg_init(struct kf_leg_state *leg, enum kf_leg which, const struct kf_athlete *athlete,
                 const struct kf_placement *placement);

/* Drops the stride in progress and the trace; knee, signs and baseline stay. */
void kf_leg_restart(struct kf_leg_state *leg);

/* Appends what both sensors say about grid step `step` - KF_SMOOTH_HALF, and how far the pelvis or trunk leaned then
 * (NAN unknown), and returns the lightly smoothed knee-flexion rate about step - 1 (NAN when not
 * measurable). */
double kf_leg_sense(struct kf_leg_state *leg, struct kf_segment *thigh, struct kf_segment *shank, double lean_rad,
                    int64_t step);

/* Brings the angles and moments of `now` to what was sensed with `step`. Nothing else rests on them, so only who draws
 * every frame pays for them. */
void kf_leg_show(struct kf_leg_state *leg, int64_t step);

/* Compares this leg's shank with the other leg's thigh, after both have sensed `step`. */
void kf_leg_watch_other(struct kf_leg_state *leg, const struct kf_leg_state *other, int64_t step);

/* Whether the shank moves with the other leg's thigh instead of its own: left and right are mixed up. */
bool kf_leg_swapped(const struct kf_leg_state *leg, const struct kf_leg_state *other);

/* Takes the frames anew from what the sensors have learnt; between swings only. */
void kf_leg_refresh(struct kf_leg_state *leg, struct kf_segment *thigh, struct kf_segment *shank);

/* At peak knee flexion: measures the swing over W and at toe-off; false when the trace has a hole there. */
bool kf_leg_measure(struct kf_leg_state *leg, struct kf_knee_means *means, double peak_angles[2]);

/* At the next contact (NAN: it never came): completes the swing. */
void kf_leg_complete(struct kf_leg_state *leg, double t_next_ic_s);

/* 0..1 from saturation and loss since toe-off. */
double kf_leg_signal_quality(const struct kf_leg_state *leg);

#endif
