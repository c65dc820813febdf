/* batch_reference.h - the core's mathematics done the plain way: whole signals at once, each formula as printed.
 *
 * The core works sample by sample in rings, with constants worked out beforehand and sums kept linear so that they can
 * be restated. This reference knows the whole recording, the true frames and the true angles, evaluates kernels from
 * their definition and solves by brute force. Where both agree, neither a ring nor a sign is wrong. */
#ifndef KF_TEST_BATCH_REFERENCE_H
#define KF_TEST_BATCH_REFERENCE_H

#include "kneefold/athlete.h"

enum { BATCH_MAX = 16384 };

/* One segment on the grid of 200 Hz, step 0 at t = 0, in its own sagittal plane. */
struct batch_signal {
    unsigned count;
    double rate[BATCH_MAX], accel[BATCH_MAX], fwd[BATCH_MAX], axial[BATCH_MAX];
};

/* Where a sensor sits: d from the knee along the segment, e in front of it, lever turned by `turn`, axis tilted. */
struct batch_sensor {
    double d_m, e_m, turn_rad, tilt_rad;
};

/* Samples at any times to the grid, on straight lines between neighbours; steps before the first are the first. */
void batch_resample(const double *t_s, const double (*value)[6], unsigned count, double (*out)[6], unsigned steps);

/* Sensor readings to the segment's plane: rows of `turn` are the sensor's axes in the segment's. accel stays 0. */
void batch_project(const double (*value)[6], unsigned steps, const double turn[3][3], struct batch_signal *out);

/* The raised cosine of 13 taps and the slope of the same, evaluated from their definition. */
void batch_smooth(const struct batch_signal *raw, struct batch_signal *out);

/* Science.md section 6, equation (1), the sensor's offset undone; per body mass. */
double batch_moment(const struct kf_leg_inertia *leg, const struct batch_sensor *sensor,
                    const struct batch_signal *shank, unsigned step);

/* Both segments at one moment: angles, rates, accelerations, the hip's acceleration forward and up, the knee's moment.
 */
struct batch_leg {
    double thigh_rad, shank_rad, thigh_radps, shank_radps, thigh_radps2, shank_radps2, hip_mps2[2], knee_moment_nm_kg;
};

/* Science.md section 6, equation (3) as printed: sensors d from the joint above, e in front, offsets undone. */
double batch_hip_moment(const struct kf_leg_inertia *body, const struct batch_sensor *thigh_at,
                        const struct batch_sensor *shank_at, const struct batch_signal *thigh,
                        const struct batch_signal *shank, double knee_rad, unsigned step);

/* The terms of equation (4), rad/s²: rotation with the centripetal one, reaction, hip, gravity, muscle. */
void batch_fold(const struct kf_leg_inertia *body, const struct batch_leg *leg, double part[5]);

/* Mean of a grid signal over [from, to] by trapezoids of 50 us. */
double batch_mean(const double *signal, double from_s, double to_s);

/* The turns of thigh's and shank's levers which make both see the same knee, over the steps marked: the minimum of the
 * squared disagreement itself plus prior (turn²), found by Newton's method with differences. */
void batch_turns(const struct batch_signal *thigh, const struct batch_signal *shank, const double *knee_rad,
                 const unsigned char *used, const struct batch_sensor *thigh_at, const struct batch_sensor *shank_at,
                 double prior, double turns[2]);

/* Time at which a - b crosses zero between the steps, from below or from above; NAN when it does not. b NULL: zero. */
double batch_crossing(const double *a, const double *b, unsigned step, int rising);

#endif
