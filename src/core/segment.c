/* segment.c - resampling, tilt and projection of one sensor (see segment.h).
 *
 * Everything downstream lives on one grid so that filters have constant coefficients and legs can be compared sample
 * by sample, whatever the pod's rate and clock. Linear interpolation at 200 Hz costs 1 % at 10 Hz at worst, and
 * nothing when the pod samples on the grid. */
#include "core/segment.h"

#include <math.h>
#include <string.h>

#include "core/smooth.h"
#include "core/vec3.h"
#include "kneefold/pipeline.h"

static const double gap_s = .0251;        /* five grid steps, and rounding: longer gaps are not bridged */
static const double forget_gap_s = .1001; /* after this the tilt is found anew: at 600 deg/s it may be 60 off */
static const double bridged_spans = 1.6;  /* of the usual time between samples: one is missing, jitter is less */
static const double span_share = .02;     /* of a new interval in their running mean: 50 samples */
static const double offset_still_s = 1;
static const double offset_tilt_mps2 = .26; /* 1.5 degrees from one half of that second to the other: it turns */
/* Beyond any sensor's range (200 g, 4000 deg/s are the largest made): a damaged value, which would spoil means for
 * minutes. */
static const double largest_mps2 = 4000, largest_radps = 150;

static unsigned slot_of(int64_t step)
{
    return (unsigned)(step & (KF_SEGMENT_RING - 1));
}

_Static_assert(KF_SEGMENT_RING == 64, "the ring is indexed by masking, and its flags are the bits of one word");

static void set_flag(uint64_t *flags, int64_t step, bool on)
{
    const uint64_t flag = UINT64_C(1) << slot_of(step);
    *flags = on ? *flags | flag : *flags & ~flag;
}

/* The flags of KF_SMOOTH_TAPS steps from `first` on, all of them. */
static bool all_set(uint64_t flags, int64_t first)
{
    const uint64_t taps = (UINT64_C(1) << KF_SMOOTH_TAPS) - 1;
    const unsigned slot = slot_of(first);
    const uint64_t turned = slot > 0 ? flags >> slot | flags << (KF_SEGMENT_RING - slot) : flags;
    return (turned & taps) == taps;
}

void kf_segment_init(struct kf_segment *segment, enum kf_site site)
{
    memset(segment, 0, sizeof *segment);
    segment->site = site;
    kf_align_init(&segment->align, site);
    kf_orientation_init(&segment->orientation, KF_GRID_S);
}

void kf_segment_restart(struct kf_segment *segment)
{
    double bias[3];
    vec3_copy(bias, segment->orientation.bias_radps);
    kf_orientation_init(&segment->orientation, KF_GRID_S);
    vec3_copy(segment->orientation.bias_radps, bias);
    segment->started = false;
    segment->valid = 0;
}

void kf_segment_flip(struct kf_segment *segment)
{
    kf_align_flip(&segment->align);
    for (size_t i = 0; i < sizeof segment->point / sizeof segment->point[0]; i++) {
        segment->point[i].rate_radps *= -1;
        segment->point[i].fwd_mps2 *= -1;
        segment->point[i].angle_rad *= -1;
    }
}

static void forget_rest(struct kf_segment *segment)
{
    segment->rest_count = 0;
    memset(segment->rest_sum, 0, sizeof segment->rest_sum);
    memset(segment->rest_tilt, 0, sizeof segment->rest_tilt);
}

/* A pod's gyroscope may be off by 5 deg/s; the orientation filter looks within 2. The first second of rest tells: no
 * fast turning, and gravity stays where it is, so that a slow lean is not taken for an offset. */
static void watch_offset(struct kf_segment *segment, const double acc[3], const double gyr[3])
{
    const double turning = .26; /* 15 deg/s: more is not rest */
    const double half = offset_still_s / 2 * KF_GRID_HZ;
    if (vec3_dot(gyr, gyr) > turning * turning) {
        forget_rest(segment);
        return;
    }
    for (int i = 0; i < 3; i++) {
        segment->rest_sum[i] += gyr[i];
        segment->rest_tilt[i] += (segment->rest_count < half ? acc[i] : -acc[i]) / half;
    }
    if (++segment->rest_count * KF_GRID_S < offset_still_s)
        return;
    if (vec3_dot(segment->rest_tilt, segment->rest_tilt) > offset_tilt_mps2 * offset_tilt_mps2) {
        forget_rest(segment);
        return;
    }
    for (int i = 0; i < 3; i++)
        segment->offset_radps[i] = segment->rest_sum[i] / segment->rest_count;
    segment->offset_found = true;
    kf_orientation_init(&segment->orientation, KF_GRID_S);
}

/* A running body shakes its gyroscopes, and shaken they read otherwise than at rest, by 2 deg/s in data/synthetic. Rest
 * makes the filter so sure that it would take minutes to find that out, and lean by 3 degrees meanwhile. */
static void watch_shaking(struct kf_segment *segment)
{
    if (segment->orientation.rest) {
        segment->rested = true;
    } else if (segment->rested && segment->align.moving_s > 0 && segment->align.quiet_s <= 0) {
        segment->rested = false;
        kf_orientation_doubt_bias(&segment->orientation);
    }
}

static void make_point(struct kf_segment *segment, int64_t step, const double value[6])
{
    const unsigned slot = slot_of(step);
    double gyr[3], rate[3], up[3];
    if (!segment->offset_found)
        watch_offset(segment, value, value + 3);
    for (int i = 0; i < 3; i++)
        gyr[i] = value[i + 3] - segment->offset_radps[i];
    kf_orientation_update(&segment->orientation, value, gyr);
    kf_orientation_up(&segment->orientation, up);
    for (int i = 0; i < 3; i++)
        rate[i] = gyr[i] - segment->orientation.bias_radps[i];
    struct kf_align *align = &segment->align;
    kf_align_update(align, value, rate, up);
    watch_shaking(segment);
    if (!align->has_frame)
        return;
    struct kf_segment_point *point = &segment->point[slot];
    point->rate_radps = vec3_dot(rate, align->z);
    point->fwd_mps2 = vec3_dot(value, align->x);
    point->axial_mps2 = vec3_dot(value, align->y);
    /* The strapdown holds each rate over the step before it: the tilt is half a step ahead. */
    point->angle_rad = atan2(vec3_dot(up, align->x), vec3_dot(up, align->y)) - KF_GRID_S / 2 * point->rate_radps;
    if (slot < KF_SMOOTH_TAPS - 1)
        segment->point[KF_SEGMENT_RING + slot] = *point;
    set_flag(&segment->valid, step, true);
}

/* Grid points in (last_t_s, t_s], on the line between the two samples. */
static void interpolate(struct kf_segment *segment, double t_s, const double value[6], bool saturated)
{
    const double span_s = t_s - segment->last_t_s;
    const bool bridged = span_s > bridged_spans * segment->span_s;
    for (;;) {
        const double step_t_s = (double)segment->next_step / KF_GRID_HZ;
        if (step_t_s > t_s)
            break;
        const double along = (step_t_s - segment->last_t_s) / span_s, part = along > 0 ? along : 0;
        double between[6];
        for (int i = 0; i < 6; i++)
            between[i] = segment->last_value[i] + part * (value[i] - segment->last_value[i]);
        set_flag(&segment->valid, segment->next_step, false);
        set_flag(&segment->bridged, segment->next_step, bridged);
        set_flag(&segment->saturated, segment->next_step, saturated || segment->last_saturated);
        make_point(segment, segment->next_step, between);
        segment->next_step++;
    }
}

static void begin(struct kf_segment *segment, double t_s)
{
    segment->valid = 0;
    segment->next_step = (int64_t)ceil(t_s * KF_GRID_HZ);
    segment->started = true;
}

/* Points of a gap exist as steps but are not valid. */
static void skip(struct kf_segment *segment, double t_s)
{
    const int64_t to = (int64_t)ceil(t_s * KF_GRID_HZ);
    if (to - segment->next_step >= KF_SEGMENT_RING)
        segment->next_step = to - KF_SEGMENT_RING;
    while (segment->next_step < to)
        set_flag(&segment->valid, segment->next_step++, false);
}

void kf_segment_push(struct kf_segment *segment, const struct kf_sample *sample)
{
    double value[6];
    for (int i = 0; i < 6; i++) {
        value[i] = (double)sample->value[i];
        if (!(fabs(value[i]) < (i < 3 ? largest_mps2 : largest_radps)))
            return;
    }
    segment->worn = true;
    const double span_s = sample->t_s - segment->last_t_s;
    if (segment->started && !(span_s > 0))
        return;
    if (!segment->started) {
        begin(segment, sample->t_s);
    } else if (span_s > gap_s) {
        if (span_s > forget_gap_s)
            kf_segment_restart(segment);
        segment->started = true;
        skip(segment, sample->t_s);
    } else {
        segment->span_s += (segment->span_s > 0 ? span_share : 1) * (span_s - segment->span_s);
        interpolate(segment, sample->t_s, value, sample->saturated);
    }
    segment->last_t_s = sample->t_s;
    memcpy(segment->last_value, value, sizeof value);
    segment->last_saturated = sample->saturated;
}

const struct kf_segment_point *kf_segment_at(const struct kf_segment *segment, int64_t step)
{
    if (step >= segment->next_step || step < segment->next_step - KF_SEGMENT_RING ||
        !(segment->valid >> slot_of(step) & 1))
        return NULL;
    return &segment->point[slot_of(step)];
}

bool kf_segment_smooth(const struct kf_segment *segment, int64_t step, struct kf_segment_smooth *out)
{
    if (step + KF_SMOOTH_HALF >= segment->next_step || step - KF_SMOOTH_HALF < segment->next_step - KF_SEGMENT_RING)
        return false;
    const int64_t first = step - KF_SMOOTH_HALF;
    if (!all_set(segment->valid, first))
        return false;
    const struct kf_segment_point *point = &segment->point[slot_of(first)];
    struct kf_segment_point sum = {0, 0, 0, 0};
    double change = 0;
    for (int i = 0; i < KF_SMOOTH_TAPS; i++, point++) {
        sum.rate_radps += kf_smooth_weight[i] * point->rate_radps;
        sum.fwd_mps2 += kf_smooth_weight[i] * point->fwd_mps2;
        sum.axial_mps2 += kf_smooth_weight[i] * point->axial_mps2;
        change += kf_smooth_slope[i] * point->rate_radps;
    }
    out->rate_radps = sum.rate_radps;
    out->fwd_mps2 = sum.fwd_mps2;
    out->axial_mps2 = sum.axial_mps2;
    out->accel_radps2 = change * KF_GRID_HZ;
    out->angle_rad = segment->point[slot_of(step)].angle_rad;
    return true;
}
