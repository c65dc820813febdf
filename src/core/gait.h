/* gait.h - initial contact, toe-off and peak knee flexion of one running leg, sample by sample.
 *
 * Features of the thigh's and the shank's rate mark the events (science.md section 5); how far a feature lies from the
 * event differs between runners and speeds by up to 40 ms, and one physical term for each event explains most of
 * that: see gait.c. An event is said once, as soon as its features are known, and never taken back. */
#ifndef KF_GAIT_H
#define KF_GAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/trace.h"
#include "kneefold/pipeline.h"

enum { KF_GAIT_RATES = 5 };

struct kf_gait {
    enum kf_phase phase;
    unsigned steps;                       /* since the start */
    double t_ic_s, t_to_s, t_peak_knee_s; /* of the stride in progress; NAN not yet */
    double stride_s, contact_s;           /* of the last strides, running mean; NAN unknown */
    double walking;                       /* evidence of strides, -1 running .. 1 walking; 0 none yet */
    /* IC */
    bool armed;             /* the shank has swung forward */
    double swing_peak;      /* its peak rate in this swing */
    double usual_peak;      /* of recent swings; 0 unknown */
    double contact_cross_s; /* the shank's rate crossed zero here and the impact is awaited; NAN */
    /* TO */
    double knee_rate[KF_GAIT_RATES]; /* lightly smoothed knee-flexion rate, newest last */
    bool extending;                  /* the knee has extended in this stance */
};

/* What was recognised at this step. */
struct kf_gait_news {
    bool ic, to, peak_knee, lost; /* lost: no contact came, the stride is given up */
    double t_ic_s, t_to_s, t_peak_knee_s;
};

void kf_gait_init(struct kf_gait *gait);

/* One grid step. `trace` holds smoothed values up to step - KF_SMOOTH_HALF; knee_rate_radps is the flexion rate
 * smoothed over 3 samples about step - 1 (NAN when a sensor is missing); axial force is the shank's, with the
 * sensor's offset undone: fwd_offset_m in front of the long axis. */
struct kf_gait_news kf_gait_step(struct kf_gait *gait, const struct kf_trace *trace, int64_t step,
                                 double knee_rate_radps, double fwd_offset_m);

/* Two feet never off the ground together, or a walker's slow stride: not running. */
bool kf_gait_walking(const struct kf_gait *gait);

#endif
