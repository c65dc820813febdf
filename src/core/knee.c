/* knee.c - the net knee moment from the shank's own sensor, and the joint seen from both sides (see knee.h).
 *
 * With r the vector from sensor to knee, a sensor's specific force f tells the knee's:
 *     F = f + a z×r - w² r,
 * in the sensor's sagittal frame (x forward, y proximal; w, a: rate and angular acceleration). Then, with x' across
 * the shank's long axis,
 *     M_k = J2 a + m2 c2 F·x'                                           science.md section 6, equation (1)
 * which with r = (-e, d) is the equation as printed, the offset e undone.
 *
 * Both sensors see the same knee: R(phi) F_thigh - F_shank = 0. A small turn of a lever arm r by b changes F by
 * b (a z×r' - w² r'), r' = z×r: linear in both turns, so they follow from 2×2 normal equations summed over the initial
 * swings. A turn b means that the long axis is tilted, or that the sensor sits farther in front than placed; both move
 * the knee alike. For the moment the lever's whole turn counts. Of the axis' tilt it is evidence only: the shares
 * below are the slopes of true tilt on found turn over the four runners of data/running and the synthetic one (thigh
 * .58 alone and .75 together with the shank's; tests/accuracy prints what comes of it). */
#include "core/knee.h"

#include <math.h>
#include <string.h>

static const double thigh_tilt_share = .75;
static const double shank_tilt_share = .3;
/* 20 degrees, the program's choice: people stand within 4 of straight and strap within 3 to 6 cm of the usual place; a
 * larger turn is a sensor on another segment or one that has slipped, and must not be explained away. */
static const double turn_limit_rad = .35;
/* Prior on the turns: as much as 1.5 swings of some 46 steps say, so that the first ones do not throw them about. */
static const double prior_samples = 70;
static const double forget_per_swing = 1. / 60; /* the last 40 s or so count: straps settle; program's choice */
static const unsigned learning_swings = 5;      /* they then outweigh the prior three to one */
static const unsigned early_swings = 20;        /* as the means the slip is seen by (pipeline.c) */
static const double recent_share = 1. / 5;      /* a slip shows within five swings; program's choice */
static const double assumed_height_m = 1.72;    /* when nobody said: the moment is then off by a factor, D hardly */

void kf_knee_init(struct kf_knee *knee, const struct kf_athlete *athlete, const struct kf_placement *placement,
                  enum kf_leg leg)
{
    struct kf_athlete known = *athlete;
    memset(knee, 0, sizeof *knee);
    if (!isfinite(known.height_m))
        known.height_m = assumed_height_m;
    const enum kf_site thigh = leg == KF_LEFT ? KF_SITE_THIGH_L : KF_SITE_THIGH_R;
    const enum kf_site shank = leg == KF_LEFT ? KF_SITE_SHANK_L : KF_SITE_SHANK_R;
    knee->inertia = kf_leg_inertia(&known);
    knee->thigh_lever_m[0] = -placement->offset_m[thigh];
    knee->thigh_lever_m[1] = -(1 - placement->ratio[thigh]) * knee->inertia.thigh_m;
    knee->shank_lever_m[0] = -placement->offset_m[shank];
    knee->shank_lever_m[1] = placement->ratio[shank] * knee->inertia.shank_m;
    knee->hip_lever_m[0] = -placement->offset_m[thigh];
    knee->hip_lever_m[1] = placement->ratio[thigh] * knee->inertia.thigh_m;
    knee->residual_mps2 = knee->residual_ratio = knee->early_square = NAN;
    kf_knee_aim(knee);
}

/* What a lever r adds to the sensor's specific force at its far end. */
static void lever_force(double rate_radps, double accel_radps2, const double r[2], double out[2])
{
    out[0] = -accel_radps2 * r[1] - rate_radps * rate_radps * r[0];
    out[1] = accel_radps2 * r[0] - rate_radps * rate_radps * r[1];
}

static void turn_by(const double v[2], double c, double s, double out[2])
{
    out[0] = c * v[0] - s * v[1];
    out[1] = s * v[0] + c * v[1];
}

static void turn(const double v[2], double angle_rad, double out[2])
{
    turn_by(v, cos(angle_rad), sin(angle_rad), out);
}

/* The thigh's tilt turns the lever to the hip with it; the rest of the turn is a sensor that sits farther out. */
void kf_knee_aim(struct kf_knee *knee)
{
    const double out_m = (knee->thigh_turn - knee->thigh_tilt) * knee->thigh_lever_m[1];
    const double hip[2] = {knee->hip_lever_m[0] - out_m, knee->hip_lever_m[1]};
    turn(knee->shank_lever_m, knee->shank_turn, knee->shank_aim_m);
    turn(hip, knee->thigh_tilt, knee->hip_aim_m);
    knee->shank_cos = cos(knee->shank_tilt);
    knee->shank_sin = sin(knee->shank_tilt);
    knee->thigh_cos = cos(knee->thigh_tilt);
    knee->thigh_sin = sin(knee->thigh_tilt);
}

/* Force at the knee, and its change with a turn of the lever. */
static void knee_force(const struct kf_segment_smooth *at, const double lever[2], double force[2], double change[2])
{
    const double across[2] = {-lever[1], lever[0]};
    lever_force(at->rate_radps, at->accel_radps2, lever, force);
    force[0] += at->fwd_mps2;
    force[1] += at->axial_mps2;
    lever_force(at->rate_radps, at->accel_radps2, across, change);
}

void kf_knee_watch(struct kf_knee *knee, const struct kf_segment_smooth *thigh, const struct kf_segment_smooth *shank)
{
    double thigh_force[2], thigh_change[2], from_thigh[2], j1[2], from_shank[2], j2[2];
    const double flexion = thigh->angle_rad - shank->angle_rad, c = cos(flexion), s = sin(flexion);
    knee_force(thigh, knee->thigh_lever_m, thigh_force, thigh_change);
    knee_force(shank, knee->shank_lever_m, from_shank, j2);
    turn_by(thigh_force, c, s, from_thigh);
    turn_by(thigh_change, c, s, j1);
    for (int i = 0; i < 2; i++) {
        const double e = from_thigh[i] - from_shank[i];
        knee->open[0] += j1[i] * j1[i];
        knee->open[1] -= j1[i] * j2[i];
        knee->open[2] += j2[i] * j2[i];
        knee->open[3] += j1[i] * e;
        knee->open[4] -= j2[i] * e;
        knee->open[5] += e * e;
        knee->force_open += from_shank[i] * from_shank[i];
    }
    knee->weight_open += 1;
}

void kf_knee_drop(struct kf_knee *knee)
{
    memset(knee->open, 0, sizeof knee->open);
    knee->force_open = knee->weight_open = 0;
}

static double limited(double turn_rad)
{
    return fmax(-turn_limit_rad, fmin(turn_limit_rad, turn_rad));
}

/* The squared disagreement that the turns found leave in these sums. */
static double left_of(const struct kf_knee *knee, const double sum[6])
{
    const double p = knee->thigh_turn, q = knee->shank_turn;
    return fmax(0, sum[5] + 2 * (p * sum[3] + q * sum[4]) + p * p * sum[0] + 2 * p * q * sum[1] + q * q * sum[2]);
}

static void watch_slip(struct kf_knee *knee)
{
    const double square = left_of(knee, knee->open) / (2 * knee->weight_open);
    const double share = knee->swings == learning_swings ? 1 : recent_share;
    if (++knee->swings <= learning_swings)
        return; /* the turns are being found */
    knee->recent_square += share * (square - knee->recent_square);
    const unsigned seen = knee->swings - learning_swings;
    if (seen == 1)
        knee->early_square = square;
    else if (seen <= early_swings)
        knee->early_square += (square - knee->early_square) / seen;
}

void kf_knee_settle(struct kf_knee *knee)
{
    if (knee->weight_open <= 0)
        return;
    watch_slip(knee);
    for (int i = 0; i < 6; i++)
        knee->sum[i] += knee->open[i] - forget_per_swing * knee->sum[i];
    knee->force_sum += knee->force_open - forget_per_swing * knee->force_sum;
    knee->weight += knee->weight_open - forget_per_swing * knee->weight;
    kf_knee_drop(knee);

    const double steadied = 1 + prior_samples / knee->weight;
    const double a = steadied * knee->sum[0], b = knee->sum[1], d = steadied * knee->sum[2];
    const double g1 = -knee->sum[3], g2 = -knee->sum[4], det = a * d - b * b;
    knee->thigh_turn = limited((d * g1 - b * g2) / det);
    knee->shank_turn = limited((a * g2 - b * g1) / det);
    knee->thigh_tilt = thigh_tilt_share * knee->thigh_turn;
    knee->shank_tilt = shank_tilt_share * knee->shank_turn;
    kf_knee_aim(knee);

    const double left = left_of(knee, knee->sum);
    knee->residual_mps2 = sqrt(left / (2 * knee->weight));
    knee->residual_ratio = sqrt(left / knee->force_sum);
}

/* The force at the far end of lever r, across and along a segment whose axis is tilted. */
static void far_force(const struct kf_knee_means *at, const double r[2], double c, double s, double force[2])
{
    const double fwd = at->fwd_mps2 - at->accel_radps2 * r[1] - at->rate2_rad2ps2 * r[0];
    const double axial = at->axial_mps2 + at->accel_radps2 * r[0] - at->rate2_rad2ps2 * r[1];
    force[0] = c * fwd + s * axial;
    force[1] = c * axial - s * fwd;
}

void kf_knee_force(const struct kf_knee *knee, const struct kf_knee_means *at, double force_mps2[2])
{
    far_force(at, knee->shank_aim_m, knee->shank_cos, knee->shank_sin, force_mps2);
}

void kf_knee_hip_force(const struct kf_knee *knee, const struct kf_knee_means *at, double force_mps2[2])
{
    far_force(at, knee->hip_aim_m, knee->thigh_cos, knee->thigh_sin, force_mps2);
}

double kf_knee_moment(const struct kf_knee *knee, const struct kf_knee_means *at)
{
    double force[2];
    kf_knee_force(knee, at, force);
    return knee->inertia.j2_m2 * at->accel_radps2 + knee->inertia.m2 * knee->inertia.c2_m * force[0];
}

double kf_knee_flexion(const struct kf_knee *knee, double thigh_rad, double shank_rad)
{
    return thigh_rad + knee->thigh_tilt - shank_rad - knee->shank_tilt;
}

double kf_knee_recent_residual(const struct kf_knee *knee)
{
    return knee->swings > learning_swings ? sqrt(knee->recent_square) : NAN;
}

double kf_knee_early_residual(const struct kf_knee *knee)
{
    return sqrt(knee->early_square);
}

/* The two views of real runners' knees differ by .12 to .33 of the force (soft tissue, a joint that is no hinge); of
 * swapped or loose sensors by more than the force itself. Full quality up to .4, none from 1.1 on: between the two. */
double kf_knee_quality(const struct kf_knee *knee)
{
    if (!isfinite(knee->residual_ratio))
        return 1;
    const double full = .4, none = 1.1;
    return fmax(0, fmin(1, (none - knee->residual_ratio) / (none - full)));
}
