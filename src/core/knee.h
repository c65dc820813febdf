/* knee.h - the knee joint between two sensors: where it is, and the net moment muscles make about it.
 *
 * The moment is science.md section 6 equation (1), from one shank sensor: shank and foot turn about the knee under
 * gravity, the knee's acceleration and the muscles. It needs to know where the knee is as seen from the sensor and
 * which way the long axis runs. Standing tells both only as well as people stand straight (their shanks lean some
 * 2 degrees, their thighs some 4), so both are mended from motion: the knee's specific force computed from the thigh
 * and from the shank must agree (section 4), and the least-squares turn of both lever arms that makes them agree
 * best is found over the initial swings of the run. */
#ifndef KF_KNEE_H
#define KF_KNEE_H

#include <stdbool.h>

#include "core/segment.h"
#include "kneefold/athlete.h"

struct kf_knee {
    struct kf_leg_inertia inertia;
    double thigh_lever_m[2]; /* thigh sensor to knee, forward and up, as placed */
    double shank_lever_m[2]; /* shank sensor to knee */
    double hip_lever_m[2];   /* thigh sensor to hip */
    /* normal equations of the lever turns over initial swings; the open swing is added when it ends */
    double sum[6], open[6]; /* J1J1 J1J2 J2J2 J1e J2e ee */
    double force_sum, force_open;
    double weight, weight_open; /* samples */
    /* result, radians */
    double thigh_turn, shank_turn;        /* of the lever arms */
    double thigh_tilt, shank_tilt;        /* of the long axes: added to the standing frame's angles */
    double residual_mps2, residual_ratio; /* RMS disagreement, and as a fraction of the force; NAN unknown */
    /* the same of recent swings alone, each by the turns found before it: a sensor that slips shows at once */
    double recent_square; /* running mean, m²/s⁴ */
    double early_square;  /* of the first swings since the levers were set; NAN not yet */
    unsigned swings;
    /* what follows from turns and tilts, kept by kf_knee_aim: levers as turned, own axes in the standing frames */
    double shank_aim_m[2], hip_aim_m[2];
    double shank_cos, shank_sin, thigh_cos, thigh_sin;
};

/* What a sensor says at one moment, or means over the judged window W, in the standing frame; the mean moment is linear
 * in them, so it can be restated when the knee is known better. */
struct kf_knee_means {
    double accel_radps2, rate2_rad2ps2, fwd_mps2, axial_mps2;
};

void kf_knee_init(struct kf_knee *knee, const struct kf_athlete *athlete, const struct kf_placement *placement,
                  enum kf_leg leg);

/* Compares both sensors' view of the knee at one moment of initial swing. */
void kf_knee_watch(struct kf_knee *knee, const struct kf_segment_smooth *thigh, const struct kf_segment_smooth *shank);

/* The initial swing has ended well: its comparison counts, and the turns are solved anew. */
void kf_knee_settle(struct kf_knee *knee);

/* The initial swing came to nothing: its comparison is dropped. */
void kf_knee_drop(struct kf_knee *knee);

/* Works out what follows from turns and tilts; kf_knee_init and kf_knee_settle do. */
void kf_knee_aim(struct kf_knee *knee);

/* The knee's specific force, m/s², as the shank's sensor tells it: forward across the shank's own axis, and along it
 * towards the knee. */
void kf_knee_force(const struct kf_knee *knee, const struct kf_knee_means *at, double force_mps2[2]);

/* The hip's, as the thigh's sensor tells it: across and along the thigh's own axis. */
void kf_knee_hip_force(const struct kf_knee *knee, const struct kf_knee_means *at, double force_mps2[2]);

/* Net knee moment per body mass, Nm/kg, extension positive. */
double kf_knee_moment(const struct kf_knee *knee, const struct kf_knee_means *at);

/* Knee flexion, rad, from the standing frame's angles. */
double kf_knee_flexion(const struct kf_knee *knee, double thigh_rad, double shank_rad);

/* RMS disagreement over the last swings, m/s², and over the first 20 good ones; NAN not known yet. */
double kf_knee_recent_residual(const struct kf_knee *knee);
double kf_knee_early_residual(const struct kf_knee *knee);

/* 0..1: how well thigh and shank agree; 1 while nothing is known. */
double kf_knee_quality(const struct kf_knee *knee);

#endif
