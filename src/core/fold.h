/* fold.h - what folds the knee: the knee-flexion rate gained from toe-off to its peak, split by cause. */
#ifndef KF_FOLD_H
#define KF_FOLD_H

#include "core/knee.h"
#include "core/trace.h"
#include "kneefold/swing.h"

/* Fills fold_rotation_degps ... fold_muscle_degps and fold_motion_share of a swing whose t_to_s and t_peak_knee_s are
 * known. All stay NAN when the trace has a hole there, the share when there is hardly a gain (60 deg/s). */
void kf_fold_measure(const struct kf_knee *knee, const struct kf_trace *trace, struct kf_swing *swing);

#endif
