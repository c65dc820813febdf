/* baseline.h - what this leg does when it is relaxed, collected since the sensors were put on.
 *
 * A pull shows as less knee-extensor moment and more fold than this runner's own relaxed swings (science.md section
 * 7), so the verdict needs their median. Each swing is kept as the means it was computed from: when the knee is known
 * better (knee.h), the baseline is restated in the same terms as the swings it judges. */
#ifndef KF_BASELINE_H
#define KF_BASELINE_H

#include "core/knee.h"
#include "kneefold/pipeline.h"

/* More add nothing: the median's error, 1.25 * .0057 / sqrt(n), is then .0006 Nm/kg. */
enum { KF_BASELINE_STRIDES = 128 };

enum kf_baseline_pace { KF_PACE_NONE, KF_PACE_STRIDE_RATE, KF_PACE_BELT };

/* How the relaxed swing changes with pace, where it was relaxed at more than one (science.md section 7). */
struct kf_baseline_slope {
    enum kf_baseline_pace by;
    double usual, low, high; /* strides a second or m/s: of the medians in the report; the range collected */
    double moment, flexion;  /* Nm/kg and deg per unit of pace */
};

struct kf_baseline {
    unsigned count;
    struct kf_knee_means means[KF_BASELINE_STRIDES];
    double thigh_rad[KF_BASELINE_STRIDES], shank_rad[KF_BASELINE_STRIDES]; /* at peak knee, standing frame */
    double emg_ratio[KF_BASELINE_STRIDES]; /* of early swing, of emg_count strides that had one */
    unsigned emg_count;
    double stride_hz[KF_BASELINE_STRIDES], belt_mps[KF_BASELINE_STRIDES]; /* NAN unknown */
    struct kf_baseline_slope slope;
    struct kf_baseline_report report;
};

void kf_baseline_clear(struct kf_baseline *baseline);

/* Adds a relaxed swing; ignored when full. */
void kf_baseline_add(struct kf_baseline *baseline, const struct kf_knee_means *means, double thigh_rad,
                     double shank_rad);

/* The pace of the swing that is added next: strides a second and the belt's speed in m/s, NAN unknown. */
void kf_baseline_pace(struct kf_baseline *baseline, double stride_hz, double belt_mps);

/* The report as it holds at this pace: the same, unless relaxed strides showed how it changes (KF_PACE_...). Within the
 * range collected; no further. */
struct kf_baseline_report kf_baseline_at(const struct kf_baseline *baseline, double stride_hz, double belt_mps);

/* Adds a relaxed swing's early-swing EMG ratio; ignored when NAN or full. */
void kf_baseline_add_emg(struct kf_baseline *baseline, double ratio);

/* Recomputes the report with what is known of the knee now. */
void kf_baseline_restate(struct kf_baseline *baseline, const struct kf_knee *knee, const struct kf_limits *limits);

#endif
