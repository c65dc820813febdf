/* summary.h - a recording in a few numbers: per leg counts, means and spreads, and how the legs differ.
 *
 * Incremental (Welford 1962): one pass, flat memory, no loss of digits over hours. */
#ifndef KF_SUMMARY_H
#define KF_SUMMARY_H

#include <stdint.h>

#include "kneefold/swing.h"

enum {
#define KF_NUM(name, unit, label, help) KF_SUMMARY_ROW_##name,
#define KF_WORD(name, unit, label, help) KF_SUMMARY_ROW_##name,
#include "kneefold/swing.def"
#undef KF_NUM
#undef KF_WORD
    KF_SUMMARY_ROWS, /* rows of kf_swing_keys; those of words stay empty */
    KF_SUMMARY_REASONS = KF_REASON_NOT_ALIGNED + 1
};

struct kf_moments {
    uint64_t count;
    double mean, sum_of_squares; /* of deviations from the mean */
};

struct kf_summary_leg {
    uint64_t swings, passive, pulled, unclear;
    uint64_t unclear_because[KF_SUMMARY_REASONS];
    struct kf_moments number[KF_SUMMARY_ROWS];
};

struct kf_summary {                /* zero it to begin */
    struct kf_moments cadence_spm; /* of both legs' strides */
    struct kf_summary_leg leg[KF_LEG_COUNT];
};

/* Adds a swing in its last version. Numbers that are not measurable are left out. */
void kf_summary_add(struct kf_summary *summary, const struct kf_swing *swing);

/* NAN when nothing was measured; the spread (n - 1) also of one value. */
double kf_moments_mean(const struct kf_moments *moments);
double kf_moments_sd(const struct kf_moments *moments);

/* 2 (l - r) / (|l| + |r|) of the means of a row; NAN when a leg has none or both are 0. */
double kf_summary_asymmetry(const struct kf_summary *summary, unsigned row);

#endif
