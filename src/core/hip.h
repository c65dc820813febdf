/* hip.h - the hip between pelvis and thigh: its angle, its moment, and when the thigh turns forward.
 *
 * The claim being coached (science.md section 1) is that the hip starts recovery and the knee follows. Three things
 * show it: how far the hip extends and when, how much later the thigh turns forward than the knee turns to flexion, and
 * the net moment of the muscles about the hip. A row is what kf_trace_row gives: both segments at one moment. */
#ifndef KF_HIP_H
#define KF_HIP_H

#include <stdbool.h>

#include "core/knee.h"
#include "core/trace.h"
#include "kneefold/swing.h"

/* Net hip moment per body mass, Nm/kg, flexion positive: science.md section 6, equation (3). NAN when the row is. */
double kf_hip_moment(const struct kf_knee *knee, const double row[KF_TRACE_CHANNELS]);

/* Hip flexion, rad: the thigh's angle plus the pelvis' or trunk's lean. */
double kf_hip_flexion(const struct kf_knee *knee, const double row[KF_TRACE_CHANNELS]);

/* Fills hip_to_deg, peak_hip_ext_deg, peak_hip_ext_ms and hip_reversal_lag_ms of a swing whose t_to_s and
 * t_peak_knee_s are known; what the trace does not show stays NAN. */
void kf_hip_measure(const struct kf_knee *knee, const struct kf_trace *trace, struct kf_swing *swing);

/* Whether something still carries the body after this toe-off: the mean vertical specific force of the hip, near 0 in
 * a flight and near g while the other foot stands. False when the trace has a hole there. */
bool kf_hip_carried(const struct kf_knee *knee, const struct kf_trace *trace, double t_to_s);

#endif
