/* fold.c - does the leg's own motion fold the knee, or do muscles? (see fold.h)
 *
 * Science.md section 6, equation (4), with kappa = L1 m2 c2 / J2:
 *     phi'' = a1 (1 + kappa cos(phi)) - kappa w1² sin(phi)
 *             + (m2 c2 / J2) [a_hx cos(theta2) + (a_hy + g) sin(theta2)] - M_k / J2,
 * integrated from toe-off to the peak of the flexion rate. The five parts of keys.md:
 *     rotation  a1 - kappa w1² sin(phi): what the thigh's turning makes, the centripetal pull at the knee included
 *     reaction  kappa a1 cos(phi): the shank left behind as the thigh's acceleration drives the knee forward
 *     gravity   (m2 c2 / J2) g sin(theta2), which alone needs the shank's angle from the vertical
 *     muscle    -M_k / J2
 *     hip       the hip's own acceleration: what is left of the force at the knee, as the shank's sensor feels it.
 * The shank's sensor serves the hip's part and the muscles' alike, so the parts add up to the gain whatever the two
 * sensors disagree about; taken from the thigh's sensor the hip's part would leave that disagreement over. */
#include "core/fold.h"

#include <math.h>

#include "core/smooth.h"
#include "kneefold/pipeline.h"

static const double degrees = 180 / 3.14159265358979323846;
static const double gravity_mps2 = 9.80665;
static const double least_gain_degps = 60; /* running gains 400 to 1000; a share of next to nothing says nothing */
static const double slope_s = .010;        /* a slope at an end is read over two grid steps either side */

enum part { ROTATION, REACTION, HIP, GRAVITY, MUSCLE, PARTS };

struct fold {
    const struct kf_knee *knee;
    double gained[PARTS]; /* rad/s */
};

/* Adds what equation (4) says at one moment, rad/s², times a weight. */
static void add_moment(void *context, const double row[KF_TRACE_CHANNELS], double weight_s)
{
    struct fold *fold = context;
    const struct kf_knee *knee = fold->knee;
    const struct kf_leg_inertia *body = &knee->inertia;
    const double coupling = body->m2 * body->c2_m / body->j2_m2, kappa = body->thigh_m * coupling;
    const double a1 = row[KF_TRACE_THIGH_ACCEL], w1 = row[KF_TRACE_THIGH_RATE];
    const double a2 = row[KF_TRACE_SHANK_ACCEL], w2 = row[KF_TRACE_SHANK_RATE];
    const double theta2 = row[KF_TRACE_SHANK_ANGLE] + knee->shank_tilt;
    const double phi = kf_knee_flexion(knee, row[KF_TRACE_THIGH_ANGLE], row[KF_TRACE_SHANK_ANGLE]);
    const struct kf_knee_means shank = {a2, w2 * w2, row[KF_TRACE_SHANK_FWD], row[KF_TRACE_SHANK_AXIAL]};
    double force[2];
    kf_knee_force(knee, &shank, force);
    const double centripetal = -kappa * w1 * w1 * sin(phi), reaction = kappa * a1 * cos(phi);
    const double gravity = coupling * gravity_mps2 * sin(theta2);
    fold->gained[ROTATION] += weight_s * (a1 + centripetal);
    fold->gained[REACTION] += weight_s * reaction;
    fold->gained[HIP] += weight_s * (coupling * force[0] - reaction - centripetal - gravity);
    fold->gained[GRAVITY] += weight_s * gravity;
    fold->gained[MUSCLE] -= weight_s * kf_knee_moment(knee, &shank) / body->j2_m2;
}

/* A smoothed signal's integral is short by half the kernel's variance times what the signal's slope changes between the
 * ends: 2 to 3 % of the gain, because the flexion rate bends at its peak. Adds it back. */
static void undo_smoothing(struct fold *fold, const struct kf_trace *trace, double from_s, double to_s)
{
    double row[KF_TRACE_CHANNELS];
    for (int end = 0; end < 2; end++)
        for (int side = -1; side <= 1; side += 2) {
            kf_trace_row(trace, (end ? to_s : from_s) + side * slope_s, row);
            add_moment(fold, row,
                       (end ? -1 : 1) * side * KF_SMOOTH_VARIANCE * KF_GRID_S * KF_GRID_S / 2 / (2 * slope_s));
        }
}

/* When the knee flexes fastest: the fastest grid step, and the zero of its acceleration beside it. */
static double fastest_s(const struct kf_trace *trace, double from_s, double to_s)
{
    const int64_t first = (int64_t)ceil(from_s * KF_GRID_HZ), last = (int64_t)floor(to_s * KF_GRID_HZ);
    double most = -INFINITY, best_s = NAN;
    for (int64_t step = first; step <= last; step++) {
        const double *row = kf_trace_step(trace, step);
        if (!row)
            return NAN;
        const double rate = row[KF_TRACE_THIGH_RATE] - row[KF_TRACE_SHANK_RATE];
        if (rate <= most)
            continue;
        most = rate;
        best_s = (double)step * KF_GRID_S;
    }
    for (int64_t side = 0; side < 2; side++) {
        const int64_t step = (int64_t)lround(best_s * KF_GRID_HZ) + side;
        const double zero_s = kf_trace_crossing(trace, KF_TRACE_THIGH_ACCEL, KF_TRACE_SHANK_ACCEL, step, false);
        if (zero_s >= from_s && zero_s <= to_s)
            return zero_s;
    }
    return best_s;
}

void kf_fold_measure(const struct kf_knee *knee, const struct kf_trace *trace, struct kf_swing *swing)
{
    if (!isfinite(swing->t_to_s) || !(swing->t_peak_knee_s - swing->t_to_s < KF_TRACE_STEPS * KF_GRID_S))
        return;
    const double peak_s = fastest_s(trace, swing->t_to_s, swing->t_peak_knee_s);
    if (!(peak_s > swing->t_to_s))
        return;
    struct fold fold = {knee, {0}};
    kf_trace_integrate(trace, swing->t_to_s, peak_s, add_moment, &fold);
    undo_smoothing(&fold, trace, swing->t_to_s, peak_s);
    swing->fold_rotation_degps = degrees * fold.gained[ROTATION];
    swing->fold_reaction_degps = degrees * fold.gained[REACTION];
    swing->fold_hip_degps = degrees * fold.gained[HIP];
    swing->fold_gravity_degps = degrees * fold.gained[GRAVITY];
    swing->fold_muscle_degps = degrees * fold.gained[MUSCLE];
    double gain_degps = 0;
    for (int part = 0; part < PARTS; part++)
        gain_degps += degrees * fold.gained[part];
    if (gain_degps > least_gain_degps)
        swing->fold_motion_share = (gain_degps - swing->fold_muscle_degps) / gain_degps;
}
