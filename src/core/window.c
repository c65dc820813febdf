/* window.c - what the muscles about knee and hip did while the knee folded (see window.h).
 *
 * The verdict rests on the mean moment over W, work P = -M_k phi' on its parts that drive the fold (science.md section
 * 7). All of it is integrated by the trapezoid rule on grid steps, with the fractions of a step at both ends. */
#include "core/window.h"

#include <math.h>

#include "core/hip.h"

struct window {
    const struct kf_knee *knee;
    struct kf_knee_means mean;
    double hip_moment, work_j_kg, flexor_work, any_work;
};

static void add_moment(void *context, const double row[KF_TRACE_CHANNELS], double weight_s)
{
    struct window *sum = context;
    const double rate = row[KF_TRACE_SHANK_RATE];
    const struct kf_knee_means at = {row[KF_TRACE_SHANK_ACCEL], rate * rate, row[KF_TRACE_SHANK_FWD],
                                     row[KF_TRACE_SHANK_AXIAL]};
    const double power = -kf_knee_moment(sum->knee, &at) * (row[KF_TRACE_THIGH_RATE] - rate);
    sum->mean.accel_radps2 += weight_s * at.accel_radps2;
    sum->mean.rate2_rad2ps2 += weight_s * at.rate2_rad2ps2;
    sum->mean.fwd_mps2 += weight_s * at.fwd_mps2;
    sum->mean.axial_mps2 += weight_s * at.axial_mps2;
    sum->hip_moment += weight_s * kf_hip_moment(sum->knee, row);
    sum->work_j_kg += weight_s * power;
    sum->flexor_work += weight_s * fmax(power, 0);
    sum->any_work += weight_s * fabs(power);
}

void kf_window_measure(const struct kf_knee *knee, const struct kf_trace *trace, double from_s, double to_s,
                       struct kf_knee_means *means, struct kf_swing *swing)
{
    const double duration_s = to_s - from_s;
    struct window sum = {knee, {0, 0, 0, 0}, 0, 0, 0, 0};
    kf_trace_integrate(trace, from_s, to_s, add_moment, &sum);
    *means = (struct kf_knee_means){sum.mean.accel_radps2 / duration_s, sum.mean.rate2_rad2ps2 / duration_s,
                                    sum.mean.fwd_mps2 / duration_s, sum.mean.axial_mps2 / duration_s};
    swing->mean_knee_moment_nm_kg = kf_knee_moment(knee, means);
    swing->mean_hip_moment_nm_kg = sum.hip_moment / duration_s;
    swing->knee_work_j_kg = sum.work_j_kg;
    swing->flexor_work_fraction = sum.flexor_work / sum.any_work;
}
