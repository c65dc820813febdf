/* segment.h - one sensor on one body segment: from raw samples to the segment's sagittal plane on the 5 ms grid.
 *
 * Samples of any rate and phase are interpolated linearly to the grid, freed of gyroscope bias, tilted (orientation.h)
 * and projected on the segment's frame (align.h). What leaves is a ring of points, all in the sagittal plane:
 * forward and axial specific force, rate and angle. A gap of more than 25 ms is not bridged: its points are invalid. */
#ifndef KF_SEGMENT_H
#define KF_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/align.h"
#include "core/smooth.h"
#include "kneefold/orientation.h"
#include "kneefold/sample.h"

enum { KF_SEGMENT_RING = 64 }; /* 320 ms: covers the smoother's delay and the skew between sites */

struct kf_segment_point {
    double rate_radps; /* about z, forward swing of the distal end positive */
    double fwd_mps2;   /* specific force forward, f_t */
    double axial_mps2; /* specific force towards the proximal joint, f_a */
    double angle_rad;  /* from the downward vertical, distal end forward positive */
};

struct kf_segment {
    enum kf_site site;
    bool worn; /* has delivered a sample */
    struct kf_align align;
    struct kf_orientation orientation;
    double offset_radps[3]; /* gyroscope offset found at standing, beyond what the orientation filter may find */
    bool offset_found;
    bool rested; /* the bias was last learnt at rest */
    /* resampler */
    double last_t_s, last_value[6];
    bool last_saturated;
    bool started;
    int64_t next_step; /* grid step the next point belongs to */
    double span_s;     /* between samples, running mean; 0 unknown */
    /* ring, by grid step modulo KF_SEGMENT_RING; its first points stand behind its last once more, so that what the
     * smoother reads is always one piece */
    struct kf_segment_point point[KF_SEGMENT_RING + KF_SMOOTH_TAPS - 1];
    uint64_t valid;      /* a bit a point: it exists and the frame is known */
    uint64_t bridged;    /* interpolated over missing samples */
    uint64_t saturated;  /* a neighbour read at full scale */
    double rest_sum[3];  /* of gyroscope readings while the segment is still, for the offset */
    double rest_tilt[3]; /* mean specific force in the first half of that rest minus in the second */
    unsigned rest_count;
};

/* The same, smoothed and differentiated about one grid step. */
struct kf_segment_smooth {
    double rate_radps, accel_radps2, fwd_mps2, axial_mps2, angle_rad;
};

void kf_segment_init(struct kf_segment *segment, enum kf_site site);

/* Takes a sample and makes the grid points it completes. Samples that do not advance time, or that hold a value which
 * is not finite or beyond any sensor's range, are ignored: as if they had been lost. */
void kf_segment_push(struct kf_segment *segment, const struct kf_sample *sample);

/* Nothing is joined across what follows: the resampler and the tilt start again, frame and bias stay. */
void kf_segment_restart(struct kf_segment *segment);

/* The other sign of the medio-lateral axis, for the points in the ring as well. */
void kf_segment_flip(struct kf_segment *segment);

/* Whether points step - KF_SMOOTH_HALF .. step + KF_SMOOTH_HALF exist, and their smoothing about `step`. */
bool kf_segment_smooth(const struct kf_segment *segment, int64_t step, struct kf_segment_smooth *out);

/* Whether this step was interpolated over missing samples; whether a neighbour of it read at full scale. */
static inline bool kf_segment_bridged(const struct kf_segment *segment, int64_t step)
{
    return segment->bridged >> (step & (KF_SEGMENT_RING - 1)) & 1;
}

static inline bool kf_segment_saturated(const struct kf_segment *segment, int64_t step)
{
    return segment->saturated >> (step & (KF_SEGMENT_RING - 1)) & 1;
}

/* One point, or NULL when it does not exist (too old, too new, gap, no frame). */
const struct kf_segment_point *kf_segment_at(const struct kf_segment *segment, int64_t step);

#endif
