/* orientation.h - which way a sensor is tilted: 6-axis VQF (Laidig & Seel 2023), science.md section 3.
 *
 * Gyroscope strapdown integration, corrected towards the low-passed specific force in an almost-inertial frame, with a
 * Kalman filter for the gyroscope's bias. Heading is arbitrary and drifts; inclination is what this is for: 1.4 degrees
 * RMS under fast rotation. World here is y up (ISB). Fixed sampling interval; state in double.
 *
 * Every sample turns the orientation; everything slow (low-passes, inclination correction, rest, bias) runs on the
 * means of 20 ms blocks, far faster than their time constants, at under half the cost.
 *
 * The caller owns the struct, which holds no pointers: a memcpy is a keyframe. Give it every sample in order; a sample
 * that is missing should be bridged by the caller (repeat or interpolate), because each call is one interval of
 * turning. A sustained 0.5 m/s² (a belt's change of speed) tilts the result by 3 degrees: the caller flags it. A bias
 * is found up to 2 deg/s on each axis, as in the paper: what is known to be larger, the caller subtracts first. */
#ifndef KNEEFOLD_ORIENTATION_H
#define KNEEFOLD_ORIENTATION_H

#include <stdbool.h>

#include "kneefold/butterworth.h"

/* R of the 6D orientation (row by row) and the horizontal part of R b (x, z), low-passed together; one spare. */
#define KF_ORIENTATION_TURN_CHANNELS 12

struct kf_orientation {
    double ts_s;     /* sampling interval */
    double gyr_q[4]; /* strapdown quaternion, sensor to almost-inertial frame, w x y z */
    double acc_q[4]; /* inclination correction */
    double bias_radps[3];
    double bias_cov[6];    /* of the bias, (rad/s)²: xx xy xz yy yz zz */
    bool rest;             /* the sensor lies still: the bias is read off directly */
    unsigned long samples; /* taken, without the ignored ones */

    /* The block in progress: sums over `pending` of its `block` samples. */
    unsigned block, pending;
    bool still;                     /* no sample of it left the neighbourhood of the average */
    double force_sum[3];            /* specific force, almost-inertial frame */
    double rate_sum[3], raw_sum[3]; /* angular rate and specific force, sensor axes */

    /* The low-passes and their states, one step a block. */
    struct kf_butter2 acc_filter, turn_filter, rest_filter;
    double acc_z1[3], acc_z2[3]; /* of force_sum */
    double turn_z1[KF_ORIENTATION_TURN_CHANNELS], turn_z2[KF_ORIENTATION_TURN_CHANNELS];
    double rest_z1[6], rest_z2[6]; /* of rate_sum and raw_sum */
    double average[6];             /* their output */
    double rest_s;                 /* how long the sensor has been still */
};

/* Nothing known yet: identity, bias 0 ± 0.5 deg/s. ts_s in (0, 0.1], unchecked; above .02 a block is one sample. tau is
 * 3 s. */
void kf_orientation_init(struct kf_orientation *orientation, double ts_s);

/* What was learnt of the gyroscope's bias at rest may hold no more, now that it is shaken: as uncertain as at the
 * start. */
void kf_orientation_doubt_bias(struct kf_orientation *orientation);

/* One sample: specific force m/s² and angular rate rad/s in sensor axes. A sample with a value that is not finite, or
 * beyond a million, is ignored (state kept). */
void kf_orientation_update(struct kf_orientation *orientation, const double acc_mps2[3], const double gyr_radps[3]);

/* Sensor-to-world quaternion, w x y z, world y up. Unit length. */
void kf_orientation_quat(const struct kf_orientation *orientation, double quat[4]);

/* World's up direction in sensor axes (unit): the tilt, free of heading. */
void kf_orientation_up(const struct kf_orientation *orientation, double up[3]);

#endif
