/* hip.c - is the hip late, how far does it extend, and what do its muscles do? (see hip.h)
 *
 * Science.md section 6, equation (3): thigh and shank hang from the hip, so with F the force the knee carries,
 *     F_t = m2 [f_t2 + (c2 - d2) a2],  F_a = m2 [f_a2 + (c2 - d2) w2²],
 *     M_h = (J1 - m1 c1 d1) a1 + m1 c1 f_t1 + M_k + L1 (F_t cos(phi) + F_a sin(phi)).
 * Here each sensor's force is first taken to the joint above it (knee.h), its offset e undone on thigh and shank alike:
 * there d = 0. */
#include "core/hip.h"

#include <math.h>

#include "kneefold/pipeline.h"

static const double degrees = 180 / 3.14159265358979323846;
/* Where a reversal and a peak may lie: from this long before toe-off (a sprinter's thigh turns early) to peak knee. */
static const double before_to_s = .120;
/* Over the 2000 swings of data/running and data/synthetic this force is -6 to .4 m/s²; a walker's hip feels some 9. */
static const double flight_s = .080, carried_mps2 = 4;

static struct kf_knee_means thigh_of(const double row[KF_TRACE_CHANNELS])
{
    return (struct kf_knee_means){row[KF_TRACE_THIGH_ACCEL], row[KF_TRACE_THIGH_RATE] * row[KF_TRACE_THIGH_RATE],
                                  row[KF_TRACE_THIGH_FWD], row[KF_TRACE_THIGH_AXIAL]};
}

static struct kf_knee_means shank_of(const double row[KF_TRACE_CHANNELS])
{
    return (struct kf_knee_means){row[KF_TRACE_SHANK_ACCEL], row[KF_TRACE_SHANK_RATE] * row[KF_TRACE_SHANK_RATE],
                                  row[KF_TRACE_SHANK_FWD], row[KF_TRACE_SHANK_AXIAL]};
}

double kf_hip_moment(const struct kf_knee *knee, const double row[KF_TRACE_CHANNELS])
{
    const struct kf_leg_inertia *body = &knee->inertia;
    const struct kf_knee_means thigh = thigh_of(row), shank = shank_of(row);
    const double phi = kf_knee_flexion(knee, row[KF_TRACE_THIGH_ANGLE], row[KF_TRACE_SHANK_ANGLE]);
    double at_knee[2], at_hip[2];
    kf_knee_force(knee, &shank, at_knee);
    kf_knee_hip_force(knee, &thigh, at_hip);
    const double knee_moment = body->j2_m2 * shank.accel_radps2 + body->m2 * body->c2_m * at_knee[0];
    const double across = body->m2 * (at_knee[0] + body->c2_m * shank.accel_radps2);
    const double along = body->m2 * (at_knee[1] + body->c2_m * shank.rate2_rad2ps2);
    return body->j1_m2 * thigh.accel_radps2 + body->m1 * body->c1_m * at_hip[0] + knee_moment +
           body->thigh_m * (across * cos(phi) + along * sin(phi));
}

double kf_hip_flexion(const struct kf_knee *knee, const double row[KF_TRACE_CHANNELS])
{
    return row[KF_TRACE_THIGH_ANGLE] + knee->thigh_tilt + row[KF_TRACE_LEAN];
}

/* The smallest hip flexion about toe-off, its moment between grid steps by the parabola through three of them. */
static void find_extension(const struct kf_knee *knee, const struct kf_trace *trace, struct kf_swing *swing)
{
    const int64_t first = (int64_t)ceil((swing->t_to_s - before_to_s) * KF_GRID_HZ);
    const int64_t last = (int64_t)floor(swing->t_peak_knee_s * KF_GRID_HZ);
    int64_t best_step = first;
    double best[3] = {NAN, NAN, NAN}, earlier = NAN, now = NAN;
    for (int64_t step = first; step <= last; step++) {
        const double *row = kf_trace_step(trace, step);
        const double later = row ? kf_hip_flexion(knee, row) : NAN;
        if (now <= earlier && now <= later && !(now >= best[1])) {
            best[0] = earlier, best[1] = now, best[2] = later;
            best_step = step - 1;
        }
        earlier = now;
        now = later;
    }
    const double bend = best[0] - 2 * best[1] + best[2], slope = (best[2] - best[0]) / 2;
    const double part = bend > 0 ? -slope / bend : 0;
    swing->peak_hip_ext_deg = degrees * (best[1] + part * slope / 2);
    if (isfinite(best[1]))
        swing->peak_hip_ext_ms = 1e3 * (((double)best_step + part) * KF_GRID_S - swing->t_to_s);
}

void kf_hip_measure(const struct kf_knee *knee, const struct kf_trace *trace, struct kf_swing *swing)
{
    double row[KF_TRACE_CHANNELS];
    const double from_s = swing->t_to_s - before_to_s, to_s = swing->t_peak_knee_s;
    if (!isfinite(from_s) || !isfinite(to_s))
        return;
    kf_trace_row(trace, swing->t_to_s, row);
    swing->hip_to_deg = degrees * kf_hip_flexion(knee, row);
    find_extension(knee, trace, swing);
    const double forward_s = kf_trace_last_rise(trace, KF_TRACE_THIGH_RATE, KF_TRACE_CHANNELS, from_s, to_s);
    const double flexion_s = kf_trace_last_rise(trace, KF_TRACE_THIGH_RATE, KF_TRACE_SHANK_RATE, from_s, to_s);
    swing->hip_reversal_lag_ms = 1e3 * (forward_s - flexion_s);
}

struct carried {
    const struct kf_knee *knee;
    double impulse;
};

static void add_vertical(void *context, const double row[KF_TRACE_CHANNELS], double weight_s)
{
    struct carried *carried = context;
    const struct kf_knee_means thigh = thigh_of(row);
    const double angle = row[KF_TRACE_THIGH_ANGLE] + carried->knee->thigh_tilt;
    double force[2];
    kf_knee_hip_force(carried->knee, &thigh, force);
    carried->impulse += weight_s * (force[1] * cos(angle) + force[0] * sin(angle));
}

bool kf_hip_carried(const struct kf_knee *knee, const struct kf_trace *trace, double t_to_s)
{
    struct carried carried = {knee, 0};
    kf_trace_integrate(trace, t_to_s, t_to_s + flight_s, add_vertical, &carried);
    return carried.impulse / flight_s > carried_mps2;
}
