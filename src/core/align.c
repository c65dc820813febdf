/* align.c - the segment's frame from gravity at standing and from the axis of turning (see align.h).
 *
 * The mean of an accelerometer at rest points up along a straight leg. The axis a leg turns about is the largest
 * eigenvector of the covariance of its angular rate, C = mean(w w'), kept with a time constant of 10 s; one power
 * iteration a sample follows it. Both are science.md section 4.
 *
 * A trunk turns most about its own long axis, so there the forward direction comes from the rhythm of running: in
 * each step the body is braked while it sinks and driven while it rises, so the forward force goes with minus the
 * change of the vertical force; sideways sway has half that frequency and averages out. */
#include "core/align.h"

#include <math.h>
#include <string.h>

#include "core/vec3.h"
#include "kneefold/pipeline.h"

static const unsigned block_samples = KF_GRID_HZ / 2;
static const double stand_needed_s = 2;     /* section 4 */
static const double still_force_mps2 = .4;  /* spread of specific force within a block */
static const double still_rate_radps = .14; /* 8 deg/s: mean rate; a gyroscope's offset may be 5 (section 11) */
/* 46 and 17 deg/s, program's choice: a running leg is faster all but a few steps of a stride, standing never is. */
static const double moving_radps = .8, trunk_moving_radps = .3;
static const double pause_s = .5;         /* no running segment is this long without turning */
static const double axis_tau_s = 10;      /* section 4: 5 to 10 */
static const double trunk_rate_radps = 5; /* RMS; running trunks and pelves turn at 1 to 2.5 */
static const double ratio_most = 1e6;
static const double motion_needed_s = .4; /* more than half a stride: the axis has been turned about */
/* Section 4's limit of 5 would refuse thighs that serve: those of data/running have 3.1 to 9.7, their shanks 6.4 to 25.
 * Full quality from 3 on, none at 1, where no axis stands out. */
static const double ratio_none = 1, ratio_full = 3;
static const double never_stood_quality = .6; /* the long axis is good to 6 degrees only (align.h); program's choice */
static const double deg = 3.14159265358979323846 / 180;
/* Means of real runners lie within 10 degrees of the population's, a walk's within 20. */
static const double table_rad = 35 * 3.14159265358979323846 / 180, doubt_after_s = 5;

/* Mean segment angle over a running stride, forward positive: 11 and -37 degrees, SD about 4 (science.md section 11 for
 * 3.96 m/s; the four runners of data/running within 4 degrees). The trunk has no such prior: its lean is unknown. */
static double mean_angle(enum kf_site site)
{
    switch (site) {
    case KF_SITE_THIGH_L:
    case KF_SITE_THIGH_R:
        return 11 * deg;
    case KF_SITE_SHANK_L:
    case KF_SITE_SHANK_R:
        return -37 * deg;
    default:
        return 0;
    }
}

static bool is_trunk(enum kf_site site)
{
    return site == KF_SITE_TRUNK || site == KF_SITE_PELVIS;
}

void kf_align_init(struct kf_align *align, enum kf_site site)
{
    memset(align, 0, sizeof *align);
    align->site = site;
    align->mean_cos = cos(mean_angle(site));
    align->mean_sin = sin(mean_angle(site));
    /* 1/sqrt(3): a start for the power iteration across no axis of the sensor */
    align->main_axis[0] = align->main_axis[1] = align->main_axis[2] = .577;
}

static void end_block(struct kf_align *align)
{
    const double n = align->block_count;
    double spread = 0, rate = 0;
    for (int i = 0; i < 3; i++) {
        const double mean = align->block_sum[i] / n;
        spread += align->block_square[i] / n - mean * mean;
        rate += align->block_sum[i + 3] / n * (align->block_sum[i + 3] / n);
    }
    const bool still = spread < still_force_mps2 * still_force_mps2 && rate < still_rate_radps * still_rate_radps;
    if (!still) {
        memset(align->stand_sum, 0, sizeof align->stand_sum);
        align->stand_s = 0;
    } else {
        for (int i = 0; i < 6; i++)
            align->stand_sum[i] += align->block_sum[i];
        align->stand_s += n * KF_GRID_S;
    }
    if (align->stand_s >= stand_needed_s && !align->stand_locked) {
        vec3_copy(align->long_axis, align->stand_sum);
        vec3_normalise(align->long_axis);
        align->stood = true;
    }
    align->block_count = 0;
    memset(align->block_sum, 0, sizeof align->block_sum);
    memset(align->block_square, 0, sizeof align->block_square);
}

static void watch_standing(struct kf_align *align, const double force[3], const double rate[3])
{
    for (int i = 0; i < 3; i++) {
        align->block_sum[i] += force[i];
        align->block_sum[i + 3] += rate[i];
        align->block_square[i] += force[i] * force[i];
    }
    if (++align->block_count == block_samples)
        end_block(align);
}

static void multiply(const double covariance[6], const double v[3], double out[3])
{
    const double *c = covariance;
    out[0] = c[0] * v[0] + c[1] * v[1] + c[2] * v[2];
    out[1] = c[1] * v[0] + c[3] * v[1] + c[4] * v[2];
    out[2] = c[2] * v[0] + c[4] * v[1] + c[5] * v[2];
}

static void watch_axis(struct kf_align *align, const double rate[3], double share)
{
    double *c = align->covariance;
    c[0] += share * (rate[0] * rate[0] - c[0]);
    c[1] += share * (rate[0] * rate[1] - c[1]);
    c[2] += share * (rate[0] * rate[2] - c[2]);
    c[3] += share * (rate[1] * rate[1] - c[3]);
    c[4] += share * (rate[1] * rate[2] - c[4]);
    c[5] += share * (rate[2] * rate[2] - c[5]);
    double next[3];
    multiply(c, align->main_axis, next);
    if (vec3_normalise(next))
        vec3_copy(align->main_axis, next);
}

/* Horizontal force times minus the change of vertical force: points forward (see above). Both are low-passed alike near
 * 4 Hz, the rhythm of steps without the impact, so that their phase is kept. */
static void watch_forward(struct kf_align *align, const double force[3], const double up[3], double share)
{
    const double smooth = .12; /* 2 pi 4 Hz / 200 Hz */
    const double vertical = vec3_dot(force, up);
    const double change = smooth * (vertical - align->vertical);
    align->vertical += change;
    for (int i = 0; i < 3; i++) {
        align->level[i] += smooth * (force[i] - vertical * up[i] - align->level[i]);
        align->forward[i] += share * (-align->level[i] * change - align->forward[i]);
    }
}

void kf_align_update(struct kf_align *align, const double force[3], const double rate[3], const double up[3])
{
    watch_standing(align, force, rate);
    const double speed2 = vec3_dot(rate, rate);
    const double floor_radps = is_trunk(align->site) ? trunk_moving_radps : moving_radps;
    align->quiet_s = speed2 < floor_radps * floor_radps ? align->quiet_s + KF_GRID_S : 0;
    if (align->quiet_s > (align->moving_s > 0 ? pause_s : 0))
        return;
    align->moving_s += KF_GRID_S;
    const double early = KF_GRID_S / align->moving_s, late = KF_GRID_S / axis_tau_s;
    const double share = early > late ? early : late;
    for (int i = 0; i < 3; i++)
        align->up_mean[i] += share * (up[i] - align->up_mean[i]);
    align->rate_square += share * (speed2 - align->rate_square);
    if (is_trunk(align->site))
        watch_forward(align, force, up, share);
    else
        watch_axis(align, rate, share);
}

/* Ratio of the largest eigenvalue to the next: the latter from the 2×2 block across the main axis. */
static double eigen_ratio(const double covariance[6], const double axis[3])
{
    double turned[3];
    multiply(covariance, axis, turned);
    const double first = vec3_dot(axis, turned);
    double u[3] = {fabs(axis[0]) < .8, fabs(axis[0]) >= .8, 0}, v[3], cu[3], cv[3];
    vec3_reject(u, axis);
    vec3_normalise(u);
    vec3_cross(axis, u, v);
    multiply(covariance, u, cu);
    multiply(covariance, v, cv);
    const double a = vec3_dot(u, cu), b = vec3_dot(u, cv), d = vec3_dot(v, cv);
    const double second = (a + d) / 2 + sqrt((a - d) * (a - d) / 4 + b * b);
    const double least = first / ratio_most; /* turning about one axis alone, second is rounding: 0 or below */
    return first > 0 ? first / fmax(second, least) : 0;
}

/* z from y and a rough z; x completes the right-handed frame. */
static bool set_frame(struct kf_align *align, const double y[3], const double rough_z[3])
{
    double z[3];
    vec3_copy(z, rough_z);
    vec3_reject(z, y);
    if (!vec3_normalise(z))
        return false;
    if (align->flipped)
        vec3_scale(z, -1);
    vec3_copy(align->y, y);
    vec3_copy(align->z, z);
    vec3_cross(align->y, align->z, align->x);
    return align->has_frame = true;
}

/* The mean upward direction of running in the frame, as the segment's angle beyond the population's. */
static double beyond_usual(const struct kf_align *align)
{
    const double angle = atan2(vec3_dot(align->up_mean, align->x), vec3_dot(align->up_mean, align->y));
    return remainder(angle - mean_angle(align->site), 360 * deg);
}

/* A sensor that lay still on a table has not stood: what hangs so far off while running was put on since. Beyond a
 * right angle it is called upside down instead, and nothing is made of it. */
static void doubt_standing(struct kf_align *align)
{
    if (align->stand_checked || !align->stood || !align->has_frame || align->moving_s < doubt_after_s)
        return;
    const double off = fabs(beyond_usual(align));
    align->stand_checked = true;
    if (off < table_rad || off > 90 * deg)
        return;
    align->stood = false;
    align->has_frame = !is_trunk(align->site);
}

static bool refresh_trunk(struct kf_align *align)
{
    double y[3], forward[3], z[3];
    doubt_standing(align);
    if (!align->stood || align->moving_s < motion_needed_s)
        return align->has_frame;
    vec3_copy(y, align->long_axis);
    vec3_copy(forward, align->forward);
    vec3_reject(forward, y);
    if (!vec3_normalise(forward))
        return align->has_frame;
    vec3_cross(forward, y, z);
    return set_frame(align, y, z);
}

bool kf_align_refresh(struct kf_align *align)
{
    if (is_trunk(align->site))
        return refresh_trunk(align);
    if (align->moving_s < motion_needed_s)
        return align->has_frame;
    if (align->has_frame) { /* keep the sign the legs have agreed on */
        const double same = vec3_dot(align->main_axis, align->z) * (align->flipped ? -1 : 1);
        if (same < 0)
            vec3_scale(align->main_axis, -1);
    }
    align->axis_ratio = eigen_ratio(align->covariance, align->main_axis);
    doubt_standing(align);
    if (align->stood)
        return set_frame(align, align->long_axis, align->main_axis);
    double y[3];
    vec3_copy(y, align->up_mean);
    vec3_reject(y, align->main_axis);
    if (!vec3_normalise(y) || !set_frame(align, y, align->main_axis))
        return align->has_frame;
    /* y is upright on average; turn the frame so that the average is the population's. */
    const double c = align->mean_cos, s = align->mean_sin;
    for (int i = 0; i < 3; i++) {
        const double x_i = align->x[i], y_i = align->y[i];
        align->x[i] = c * x_i + s * y_i;
        align->y[i] = c * y_i - s * x_i;
    }
    return true;
}

void kf_align_flip(struct kf_align *align)
{
    align->flipped = !align->flipped;
    align->has_frame = false;
    vec3_scale(align->z, -1);
    kf_align_refresh(align);
}

/* Beyond a right angle from the population's mean, whose cosine and sine are known: asked at every step of a trunk. */
bool kf_align_upside_down(const struct kf_align *align)
{
    if (!align->has_frame || align->moving_s < motion_needed_s)
        return false;
    return align->mean_cos * vec3_dot(align->up_mean, align->y) + align->mean_sin * vec3_dot(align->up_mean, align->x) <
           0;
}

void kf_align_remember(struct kf_align *align)
{
    if (align->usual_known)
        return;
    vec3_copy(align->usual_axis, align->main_axis);
    vec3_copy(align->usual_up, align->up_mean);
    align->usual_known = true;
}

static double angle_between(const double a[3], const double b[3])
{
    double across[3];
    vec3_cross(a, b, across);
    return atan2(sqrt(vec3_dot(across, across)), vec3_dot(a, b));
}

double kf_align_slip(const struct kf_align *align)
{
    if (!align->usual_known)
        return NAN;
    const double axis = angle_between(align->usual_axis, align->main_axis), half = 90 * deg;
    const double up = angle_between(align->usual_up, align->up_mean);
    return fmax(up, axis > half ? 2 * half - axis : axis); /* the axis has no sign */
}

double kf_align_quality(const struct kf_align *align)
{
    if (!align->has_frame || kf_align_upside_down(align))
        return 0;
    const double stance = align->stood ? 1 : never_stood_quality;
    if (is_trunk(align->site)) /* what turns faster than any trunk is loose, or no trunk */
        return align->rate_square < trunk_rate_radps * trunk_rate_radps ? stance : 0;
    return stance * fmin(1, fmax(0, (align->axis_ratio - ratio_none) / (ratio_full - ratio_none)));
}
