/* orientation.c - 6-axis VQF (Laidig & Seel, Information Fusion 2023), written from its equations in y-up form.
 *
 * A gyroscope turned into an orientation drifts; an accelerometer knows up only on average. Low-passing the specific
 * force in a frame that turns with the drift alone (not with the sensor) keeps that average valid during motion.
 * The remaining drift of that average is the gyroscope's bias, seen through the sensor's turning: a Kalman filter.
 * Only the turning needs every sample; the rest works on block means (see orientation.h). */
#include "kneefold/orientation.h"

#include <math.h>
#include <string.h>

#define DEG (3.14159265358979323846 / 180)

/* The paper's constants. */
static const double acc_tau_s = 3, rest_tau_s = .5, rest_after_s = 1.5;
static const double rest_rate_radps = 2 * DEG, rest_force_mps2 = .5;
static const double bias_clip_radps = 2 * DEG;
static const double sigma_init_radps = .5 * DEG, sigma_motion_radps = .1 * DEG, sigma_rest_radps = .03 * DEG;
static const double sigma_walk_radps = .1 * DEG, walk_time_s = 100; /* the bias wanders by so much in so long */
static const double vertical_trust = 1e-4; /* the vertical bias is not observed in motion, only drawn to 0 */
/* Ours. */
static const double block_s = .02;       /* a 25th of the fastest time constant */
static const double largest_input = 1e6; /* far beyond any sensor: a damaged number */
static const double no_length = 1e-6;    /* of a force or a quaternion that gives no direction */

static double clip(double value, double limit)
{
    return value > limit ? limit : value < -limit ? -limit : value;
}

static double square(double value)
{
    return value * value;
}

static inline void quat_multiply(const double p[4], const double q[4], double out[4])
{
    const double w = p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3];
    const double x = p[0] * q[1] + p[1] * q[0] + p[2] * q[3] - p[3] * q[2];
    const double y = p[0] * q[2] - p[1] * q[3] + p[2] * q[0] + p[3] * q[1];
    const double z = p[0] * q[3] + p[1] * q[2] - p[2] * q[1] + p[3] * q[0];
    out[0] = w;
    out[1] = x;
    out[2] = y;
    out[3] = z;
}

/* Of a product of unit quaternions: one Newton step from length 1, exact to rounding. */
static void quat_normalise(double q[4])
{
    const double scale = 1.5 - .5 * (q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    for (int i = 0; i < 4; i++)
        q[i] *= scale;
}

/* The matrix that turns vectors as q does, row by row. */
static void quat_matrix(const double q[4], double matrix[9])
{
    const double w = 2 * q[0], x = 2 * q[1], y = 2 * q[2], z = 2 * q[3];
    const double wx = w * q[1], wy = w * q[2], wz = w * q[3];
    const double xx = x * q[1], xy = x * q[2], xz = x * q[3];
    const double yy = y * q[2], yz = y * q[3], zz = z * q[3];
    matrix[0] = 1 - yy - zz;
    matrix[1] = xy - wz;
    matrix[2] = xz + wy;
    matrix[3] = xy + wz;
    matrix[4] = 1 - xx - zz;
    matrix[5] = yz - wx;
    matrix[6] = xz - wy;
    matrix[7] = yz + wx;
    matrix[8] = 1 - xx - yy;
}

/* in turned by q: in + w t + v x t, t = 2 v x in. */
static inline void quat_turn(const double q[4], const double in[3], double out[3])
{
    const double tx = 2 * (q[2] * in[2] - q[3] * in[1]);
    const double ty = 2 * (q[3] * in[0] - q[1] * in[2]);
    const double tz = 2 * (q[1] * in[1] - q[2] * in[0]);
    const double x = in[0] + q[0] * tx + q[2] * tz - q[3] * ty;
    const double y = in[1] + q[0] * ty + q[3] * tx - q[1] * tz;
    const double z = in[2] + q[0] * tz + q[1] * ty - q[2] * tx;
    out[0] = x;
    out[1] = y;
    out[2] = z;
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* cos(h) and sin(h)/h of the half angle h = sqrt(x): series up to a quarter radian (5700 deg/s at 5 ms), where the
 * first term left out is below 1e-15. */
static void half_turn(double x, double *cosine, double *sinc)
{
    if (x < 1. / 16) {
        *cosine = 1 - x / 2 * (1 - x / 12 * (1 - x / 30 * (1 - x / 56 * (1 - x / 90))));
        *sinc = 1 - x / 6 * (1 - x / 20 * (1 - x / 42 * (1 - x / 72 * (1 - x / 110))));
        return;
    }
    const double h = sqrt(x);
    *cosine = cos(h);
    *sinc = sin(h) / h;
}

static void strapdown(struct kf_orientation *o, const double gyr_radps[3])
{
    double half[3], step[4], sinc;
    for (int i = 0; i < 3; i++)
        half[i] = (gyr_radps[i] - o->bias_radps[i]) * o->ts_s / 2;
    half_turn(dot(half, half), &step[0], &sinc);
    for (int i = 0; i < 3; i++)
        step[i + 1] = half[i] * sinc;
    quat_multiply(o->gyr_q, step, o->gyr_q);
}

/* Adds a sample to the block; the sums end up as means in close_block. */
static void add_to_block(struct kf_orientation *o, const double acc_mps2[3], const double gyr_radps[3])
{
    double force[3], rate_off = 0, force_off = 0;
    quat_turn(o->gyr_q, acc_mps2, force);
    for (int i = 0; i < 3; i++) {
        o->force_sum[i] += force[i];
        o->rate_sum[i] += gyr_radps[i];
        o->raw_sum[i] += acc_mps2[i];
        rate_off += square(gyr_radps[i] - o->average[i]);
        force_off += square(acc_mps2[i] - o->average[i + 3]);
    }
    o->still &= rate_off < square(rest_rate_radps) && force_off < square(rest_force_mps2);
    o->pending++;
    o->samples++;
}

/* Rest: neither rate nor force left the neighbourhood of its own slow average for a while, and that average rate is
 * small enough to be a bias. */
static void detect_rest(struct kf_orientation *o)
{
    double mean[6];
    const double share = 1. / o->pending;
    bool still = o->still;
    for (int i = 0; i < 3; i++) {
        mean[i] = o->rate_sum[i] * share;
        mean[i + 3] = o->raw_sum[i] * share;
    }
    kf_butter2_step(&o->rest_filter, o->rest_z1, o->rest_z2, mean, o->average, 6);
    for (int i = 0; i < 3; i++)
        still &= fabs(o->average[i]) <= bias_clip_radps;
    o->rest_s = still ? o->rest_s + o->pending * o->ts_s : 0;
    o->rest = o->rest_s >= rest_after_s;
}

/* Turns acc_q so that the low-passed force points up. tilt is where it pointed before: the drift of one block. */
static void correct_inclination(struct kf_orientation *o, double tilt[3])
{
    double force[3];
    const double share = 1. / o->pending;
    for (int i = 0; i < 3; i++)
        force[i] = o->force_sum[i] * share;
    kf_butter2_step(&o->acc_filter, o->acc_z1, o->acc_z2, force, force, 3);
    quat_turn(o->acc_q, force, tilt);
    const double length = sqrt(dot(tilt, tilt));
    if (length < no_length) { /* no force, no direction */
        tilt[0] = tilt[1] = tilt[2] = 0;
        return;
    }
    for (int i = 0; i < 3; i++)
        tilt[i] /= length;
    double correction[4] = {0, 1, 0, 0}; /* upside down: any horizontal axis does */
    const double w = sqrt(fmax(0, (tilt[1] + 1) / 2));
    if (w > no_length) {
        correction[0] = w;
        correction[1] = -tilt[2] / (2 * w);
        correction[3] = tilt[0] / (2 * w);
    }
    quat_multiply(correction, o->acc_q, o->acc_q);
}

/* Inverse of the symmetric matrix xx xy xz yy yz zz. */
static void symmetric_invert(const double s[6], double out[6])
{
    const double xx = s[3] * s[5] - s[4] * s[4];
    const double xy = s[2] * s[4] - s[1] * s[5];
    const double xz = s[1] * s[4] - s[2] * s[3];
    const double scale = 1 / (s[0] * xx + s[1] * xy + s[2] * xz);
    out[0] = xx * scale;
    out[1] = xy * scale;
    out[2] = xz * scale;
    out[3] = (s[0] * s[5] - s[2] * s[2]) * scale;
    out[4] = (s[1] * s[2] - s[0] * s[4]) * scale;
    out[5] = (s[0] * s[3] - s[1] * s[1]) * scale;
}

static inline void symmetric_turn(const double s[6], const double in[3], double out[3])
{
    out[0] = s[0] * in[0] + s[1] * in[1] + s[2] * in[2];
    out[1] = s[1] * in[0] + s[3] * in[1] + s[4] * in[2];
    out[2] = s[2] * in[0] + s[4] * in[1] + s[5] * in[2];
}

/* How much the variance of the bias grows over a block. */
static double growth(const struct kf_orientation *o)
{
    return square(sigma_walk_radps) * o->block * o->ts_s / walk_time_s;
}

/* The measurement variance with which the filter settles at sigma against that growth. */
static double noise_for(const struct kf_orientation *o, double sigma)
{
    return square(square(sigma)) / growth(o) + square(sigma);
}

/* One Kalman step: h times the bias was measured to be off by error, with variances noise. */
static void update_bias(struct kf_orientation *o, const double h[9], const double error[3], const double noise[3])
{
    double *p = o->bias_cov;
    double hp[9], s[6], inverse[6], gain[9], clipped[3];
    for (int i = 0; i < 6; i += i ? 2 : 3)
        p[i] += p[i] < square(sigma_init_radps) ? growth(o) : 0;
    for (int i = 0; i < 3; i++)
        symmetric_turn(p, h + 3 * i, hp + 3 * i);
    s[0] = dot(hp, h) + noise[0];
    s[1] = dot(hp, h + 3);
    s[2] = dot(hp, h + 6);
    s[3] = dot(hp + 3, h + 3) + noise[1];
    s[4] = dot(hp + 3, h + 6);
    s[5] = dot(hp + 6, h + 6) + noise[2];
    symmetric_invert(s, inverse);
    for (int i = 0; i < 3; i++) {
        const double column[3] = {hp[i], hp[i + 3], hp[i + 6]};
        symmetric_turn(inverse, column, gain + 3 * i);
        clipped[i] = clip(error[i], bias_clip_radps);
    }
    for (int i = 0; i < 3; i++)
        o->bias_radps[i] = clip(o->bias_radps[i] + dot(gain + 3 * i, clipped), bias_clip_radps);
    for (int i = 0, k = 0; i < 3; i++)
        for (int j = i; j < 3; j++, k++)
            p[k] -= gain[3 * i] * hp[j] + gain[3 * i + 1] * hp[j + 3] + gain[3 * i + 2] * hp[j + 6];
}

static void estimate_bias(struct kf_orientation *o, const double tilt[3])
{
    static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    const double *b = o->bias_radps;
    double q[4], now[KF_ORIENTATION_TURN_CHANNELS] = {0}, slow[KF_ORIENTATION_TURN_CHANNELS];
    kf_orientation_quat(o, q);
    quat_matrix(q, now);
    now[9] = dot(now, b);
    now[10] = dot(now + 6, b);
    kf_butter2_step(&o->turn_filter, o->turn_z1, o->turn_z2, now, slow, KF_ORIENTATION_TURN_CHANNELS);
    if (o->rest) {
        const double noise = noise_for(o, sigma_rest_radps);
        const double error[3] = {o->average[0] - b[0], o->average[1] - b[1], o->average[2] - b[2]};
        update_bias(o, identity, error, (const double[3]){noise, noise, noise});
        return;
    }
    const double noise = noise_for(o, sigma_motion_radps);
    const double rate = 1 / (o->block * o->ts_s);
    const double error[3] = {
        tilt[2] * rate + slow[9] - dot(slow, b),
        -dot(slow + 3, b),
        -tilt[0] * rate + slow[10] - dot(slow + 6, b),
    };
    update_bias(o, slow, error, (const double[3]){noise, noise / vertical_trust, noise});
}

/* The very first block is one sample: an orientation is there from the start, and its tilt is the unknown pose, not
 * drift. */
static void close_block(struct kf_orientation *o)
{
    double tilt[3];
    detect_rest(o);
    correct_inclination(o, tilt);
    quat_normalise(o->gyr_q);
    quat_normalise(o->acc_q);
    if (o->samples > 1)
        estimate_bias(o, tilt);
    o->pending = 0;
    o->still = true;
    for (int i = 0; i < 3; i++)
        o->force_sum[i] = o->rate_sum[i] = o->raw_sum[i] = 0;
}

void kf_orientation_doubt_bias(struct kf_orientation *orientation)
{
    memset(orientation->bias_cov, 0, sizeof orientation->bias_cov);
    orientation->bias_cov[0] = orientation->bias_cov[3] = orientation->bias_cov[5] = square(sigma_init_radps);
}

void kf_orientation_init(struct kf_orientation *orientation, double ts_s)
{
    const unsigned block = ts_s < block_s ? (unsigned)(block_s / ts_s + 1e-9) : 1; /* 4 * .005 is .02 */
    memset(orientation, 0, sizeof *orientation);
    orientation->ts_s = ts_s;
    orientation->gyr_q[0] = orientation->acc_q[0] = 1;
    kf_orientation_doubt_bias(orientation);
    orientation->block = block;
    orientation->acc_filter = orientation->turn_filter = kf_butter2_design(acc_tau_s, block * ts_s);
    orientation->rest_filter = kf_butter2_design(rest_tau_s, block * ts_s);
}

static bool usable(const double value[3])
{
    return fabs(value[0]) < largest_input && fabs(value[1]) < largest_input && fabs(value[2]) < largest_input;
}

void kf_orientation_update(struct kf_orientation *orientation, const double acc_mps2[3], const double gyr_radps[3])
{
    if (!usable(acc_mps2) || !usable(gyr_radps))
        return;
    strapdown(orientation, gyr_radps);
    add_to_block(orientation, acc_mps2, gyr_radps);
    if (orientation->pending == orientation->block || orientation->samples == 1)
        close_block(orientation);
}

void kf_orientation_quat(const struct kf_orientation *orientation, double quat[4])
{
    quat_multiply(orientation->acc_q, orientation->gyr_q, quat);
}

void kf_orientation_up(const struct kf_orientation *orientation, double up[3])
{
    double q[4];
    kf_orientation_quat(orientation, q);
    up[0] = 2 * (q[1] * q[2] + q[0] * q[3]);
    up[1] = 1 - 2 * (q[1] * q[1] + q[3] * q[3]);
    up[2] = 2 * (q[2] * q[3] - q[0] * q[1]);
}
