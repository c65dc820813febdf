/* window.h - the judged window W of a swing: means, work and moments from shortly after toe-off to shortly before peak
 * knee flexion (science.md section 7). */
#ifndef KF_WINDOW_H
#define KF_WINDOW_H

#include "core/knee.h"
#include "core/trace.h"
#include "kneefold/swing.h"

/* Over [from_s, to_s] of the trace: *means, and the swing's mean_knee_moment_nm_kg, mean_hip_moment_nm_kg,
 * knee_work_j_kg and flexor_work_fraction. A hole in the trace makes all of them NAN. */
void kf_window_measure(const struct kf_knee *knee, const struct kf_trace *trace, double from_s, double to_s,
                       struct kf_knee_means *means, struct kf_swing *swing);

#endif
