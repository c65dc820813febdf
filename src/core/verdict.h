/* verdict.h - did the knee fold passively, or was it pulled? (science.md section 7) */
#ifndef KF_VERDICT_H
#define KF_VERDICT_H

#include <stdbool.h>

#include "kneefold/pipeline.h"
#include "kneefold/swing.h"

/* What the swing itself does not carry. */
struct kf_verdict_context {
    const struct kf_limits *limits;
    const struct kf_baseline_report *baseline;
    double belt_mps; /* NAN unknown */
    bool aligned, walking, belt_changing;
    bool cut_short; /* the swing was not seen to its peak: there is nothing to judge, and nothing wrong with it */
};

/* Judges a swing whose mean_knee_moment_nm_kg, flexor_work_fraction, peak_knee_deg and quality are measured, and
 * emg_early_ratio where the hamstrings wear electrodes (NAN otherwise): fills
 * drive_nm_kg, sigma_nm_kg, knee_excess_deg, p_pulled, pulled, verdict, muscle, confidence and reason. */
void kf_verdict(struct kf_swing *swing, const struct kf_verdict_context *context);

#endif
