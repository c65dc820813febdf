/* exact.h - a runner without noise: planar strides of known shape, and what perfect sensors strapped anywhere read.
 *
 * The core's answers can only be held against the equations when nothing else is in the signal. Poses come from the
 * simulator (kf_sim_pose_of) or from exact_gait below: the Fourier series of science.md section 11, as slow, long in
 * stance or wild as wanted. Readings are derived from the sensor's place in the world, not from the core's formulas. */
#ifndef KF_TEST_EXACT_H
#define KF_TEST_EXACT_H

#include <stdbool.h>

#include "kneefold/athlete.h"
#include "kneefold/sample.h"
#include "source/sim.h"

/* How a sensor is strapped on: rows are its axes in the segment's (forward, proximal, right). */
struct exact_mount {
    double turn[3][3];
    double gyr_offset_radps[3];
};

struct exact_body {
    struct kf_leg_inertia inertia;
    struct kf_placement placement;
    struct exact_mount mount[KF_SITE_BODY_COUNT];
};

/* 1.75 m, male; sensors where kf_placement_default says, axes along the segments'. */
void exact_body_init(struct exact_body *body);
struct kf_athlete exact_athlete(void);

/* Any rotation, by number; the same number, the same rotation. */
void exact_mount_any(struct exact_mount *mount, unsigned number);
/* Turned by an angle about a unit axis of the segment. */
void exact_mount_turn(struct exact_mount *mount, const double axis[3], double angle_rad);

/* What the sensor at `site` (trunk, thighs, shanks) reads in this pose. */
struct kf_sample exact_sample(const struct exact_body *body, enum kf_site site, const struct kf_sim_pose *pose);

/* Strides at a steady pace; 0 amplitude is standing. */
struct exact_gait {
    double stand_s;       /* standing first, then a second to full amplitude */
    double stop_s;        /* stands again from here, half a second after; INFINITY never */
    double period_s;      /* of a stride */
    double contact_share; /* of the stride; .371 is the base gait's */
    double amplitude;     /* 1 as the base gait */
    double walk_until_s;  /* after standing walks until here, within a second it then runs; 0 never */
    double walk_period_s; /* of a walking stride */
};

/* Stands 4 s, then the base gait for ever: 3.96 m/s, .690 s, .371. */
struct exact_gait exact_gait_default(void);

/* Angles, rates and accelerations at t_s; moments are not filled in. The right leg is half a stride later. */
void exact_gait_pose(const struct exact_gait *gait, double t_s, struct kf_sim_pose *pose);

/* When this leg's contact number `stride` (0, 1, ...) and the toe-off after it happen. */
double exact_gait_ic_s(const struct exact_gait *gait, enum kf_leg leg, unsigned stride);
double exact_gait_to_s(const struct exact_gait *gait, enum kf_leg leg, unsigned stride);

#endif
