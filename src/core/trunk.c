/* trunk.c - a dead sensor must not hide one that lives: which of trunk and pelvis tells the lean (see trunk.h). */
#include "core/trunk.h"

#include <math.h>

#include "core/smooth.h"
#include "kneefold/pipeline.h"

static const int64_t silent_steps = 100; /* half a second: more than a gap, and the other sensor takes over */

static bool speaks(const struct kf_segment *segment, int64_t step)
{
    return segment->started && segment->next_step + silent_steps >= step;
}

static double lean_of(struct kf_segment *segment, int64_t step)
{
    if (!speaks(segment, step))
        return NAN;
    if (step % KF_GRID_HZ == 0)
        kf_align_refresh(&segment->align);
    const struct kf_segment_point *point = kf_segment_at(segment, step - KF_SMOOTH_HALF);
    if (!point || kf_align_quality(&segment->align) <= 0)
        return NAN;
    return -point->angle_rad; /* the trunk points up: lean is the other way */
}

struct kf_trunk kf_trunk_at(struct kf_segment segment[KF_SITE_BODY_COUNT], int64_t step)
{
    struct kf_segment *chest = &segment[KF_SITE_TRUNK], *pelvis = &segment[KF_SITE_PELVIS];
    const double chest_rad = lean_of(chest, step), pelvis_rad = lean_of(pelvis, step);
    const bool by_chest = speaks(chest, step), by_pelvis = speaks(pelvis, step);
    return (struct kf_trunk){
        .site = by_chest    ? KF_SITE_TRUNK
                : by_pelvis ? KF_SITE_PELVIS
                            : KF_SITE_NONE,
        .lean_rad = by_chest ? chest_rad : pelvis_rad,
        .hip_lean_rad = by_pelvis ? pelvis_rad : chest_rad,
        .pelvis_rad = pelvis_rad,
    };
}
