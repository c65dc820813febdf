/* baseline.h - what this leg does when it is relaxed, collected since the sensors were put on.
 *
 * A pull shows as less knee-extensor moment and more fold than this runner's own relaxed swings (science.md section
 * 7), so the verdict needs their median. Each swing is kept as the means it was computed from: when the knee is known
 * better (knee.h), the baseline is restated in the same terms as the swings it judges. */
#ifndef KF_BASELINE_H
#define KF_BASELINE_H

#include "core/knee.h"
#include "kneefold/pipeline.h"

enum { KF_BASELINE_STRIDES = 128 }; /* more add nothing: the median's error is then .0005 Nm/kg */

struct kf_baseline {
    unsigned count;
    struct kf_knee_means means[KF_BASELINE_STRIDES];
    double thigh_rad[KF_BASELINE_STRIDES], shank_rad[KF_BASELINE_STRIDES]; /* at peak knee, standing frame */
    double emg_ratio[KF_BASELINE_STRIDES]; /* of early swing, of emg_count strides that had one */
    unsigned emg_count;
    struct kf_baseline_report report;
};

void kf_baseline_clear(struct kf_baseline *baseline);

/* Adds a relaxed swing; ignored when full. */
void kf_baseline_add(struct kf_baseline *baseline, const struct kf_knee_means *means, double thigh_rad,
                     double shank_rad);

/* Adds a relaxed swing's early-swing EMG ratio; ignored when NAN or full. */
void kf_baseline_add_emg(struct kf_baseline *baseline, double ratio);

/* Recomputes the report with what is known of the knee now. */
void kf_baseline_restate(struct kf_baseline *baseline, const struct kf_knee *knee, const struct kf_limits *limits);

#endif
