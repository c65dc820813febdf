/* trunk.h - how far trunk and pelvis lean, and which sensor says so.
 *
 * A sensor on the chest or back shows the trunk, one on the pelvis the pelvis; either may be worn, both, or none, and
 * either may fall silent. The lean is the trunk's while its sensor speaks, else the pelvis'; the hip is measured from
 * the pelvis while that speaks, else from the trunk. */
#ifndef KF_TRUNK_H
#define KF_TRUNK_H

#include <stdint.h>

#include "core/segment.h"

struct kf_trunk {
    enum kf_site site;   /* lean_rad's; KF_SITE_NONE when nothing is worn */
    double lean_rad;     /* forward positive; NAN when it is not known */
    double hip_lean_rad; /* what the hip is measured from */
    double pelvis_rad;   /* the pelvis' own; NAN without its sensor */
};

/* Both at grid step `step` - KF_SMOOTH_HALF, the moment the legs are described at; the sensors have reached `step`. */
struct kf_trunk kf_trunk_at(struct kf_segment segment[KF_SITE_BODY_COUNT], int64_t step);

#endif
