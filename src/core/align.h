/* align.h - which way the sensor sits on its segment (science.md section 4).
 *
 * Sensors are strapped on any way up. Two directions make a segment's frame: the long axis, from gravity while the
 * runner stands straight, and the medio-lateral axis, about which the segment turns most while running. The frame is
 * x forward, y along the segment towards its proximal end, z to the runner's right.
 *
 * Without a standing pose the long axis is taken from the mean tilt over running strides and the population's mean
 * segment angle: good to some 6 degrees, so the quality is lower. */
#ifndef KF_ALIGN_H
#define KF_ALIGN_H

#include <stdbool.h>

#include "kneefold/sample.h"

struct kf_align {
    enum kf_site site;
    double mean_cos, mean_sin; /* of the population's mean segment angle */
    /* standing */
    double block_sum[6], block_square[3]; /* of a half-second block: force and rate, and force squared */
    unsigned block_count;
    double stand_sum[6]; /* of consecutive still blocks */
    double stand_s;      /* how long they last together */
    bool stood;          /* long_axis comes from standing */
    bool stand_checked;  /* what hung there while standing hangs much the same while running, or was given up */
    bool stand_locked;   /* running has begun: later pauses do not change the frame */
    /* motion */
    double covariance[6];              /* of angular rate: xx xy xz yy yz zz */
    double moving_s;                   /* how long the sensor has been turning */
    double quiet_s;                    /* since it last turned; a pause teaches nothing about running */
    double rate_square;                /* mean square of the angular rate while moving */
    double main_axis[3];               /* largest eigenvector, any sign */
    double up_mean[3];                 /* mean upward direction while moving, sensor axes */
    double forward[3];                 /* trunk and pelvis: where the body is driven while it rises */
    double vertical, level[3];         /* low-passed specific force, upward and horizontal */
    double usual_axis[3], usual_up[3]; /* main_axis and up_mean early in the run */
    bool usual_known;
    /* result */
    double long_axis[3];
    bool flipped; /* the medio-lateral axis is minus main_axis */
    bool has_frame;
    double x[3], y[3], z[3];
    double axis_ratio; /* of the two largest eigenvalues; 0 unknown */
};

void kf_align_init(struct kf_align *align, enum kf_site site);

/* One grid step: specific force m/s², angular rate rad/s (bias removed), upward direction, all in sensor axes. */
void kf_align_update(struct kf_align *align, const double force[3], const double rate[3], const double up[3]);

/* Recomputes the frame from what is known; called at stride boundaries and while there is no frame yet, so that a
 * frame never changes within a swing. Returns whether there is a frame. */
bool kf_align_refresh(struct kf_align *align);

/* Turns the frame about its long axis by half a turn: the sign of the medio-lateral axis was wrong. */
void kf_align_flip(struct kf_align *align);

/* Whether the segment hangs upside down while running, by the long axis found at standing: the sensor was turned over
 * since, or the runner was not standing then. */
bool kf_align_upside_down(const struct kf_align *align);

/* The runner runs now as usual: how the sensor turns and hangs is remembered, to be compared with later. Again: the
 * first time counts. */
void kf_align_remember(struct kf_align *align);

/* How far the sensor has turned on its segment since, rad: the larger of what its axis of turning and its mean upward
 * direction have moved, both means of some 10 s of running. Running at another speed moves a shank's by up to 6 degrees
 * per m/s. NAN when nothing is remembered. */
double kf_align_slip(const struct kf_align *align);

/* 0..1 from the axis ratio and from how the long axis was found; 0 without a frame or
 * upside down. */
double kf_align_quality(const struct kf_align *align);

#endif
