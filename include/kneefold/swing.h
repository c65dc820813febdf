/* swing.h - one leg swing: what was measured, what was judged, and why.
 *
 * The fields are generated from swing.def, whose rows are the keys of keys.md. Numbers are doubles in the unit
 * their name carries; NAN means "not measurable", never zero. */
#ifndef KNEEFOLD_SWING_H
#define KNEEFOLD_SWING_H

#include <stdbool.h>
#include <stddef.h>

#include "kneefold/sample.h"

enum kf_verdict { KF_UNCLEAR, KF_PASSIVE, KF_PULLED };
enum kf_muscle { KF_MUSCLE_UNKNOWN, KF_MUSCLE_HAMSTRING, KF_MUSCLE_COCONTRACTION, KF_MUSCLE_FLEXOR, KF_MUSCLE_TONE };
enum kf_reason {
    KF_REASON_NONE, /* not judged yet, or cut short: the swing was not seen to its peak */
    KF_REASON_DRIVE_AND_FOLD,
    KF_REASON_FLEXOR_MOMENT,
    KF_REASON_WITHIN_BAND,
    KF_REASON_NO_BASELINE,
    KF_REASON_LOW_QUALITY,
    KF_REASON_COCONTRACTION,
    KF_REASON_BETWEEN,
    KF_REASON_WALKING,
    KF_REASON_BELT_CHANGE,
    KF_REASON_NOT_ALIGNED
};

struct kf_swing {
    unsigned id;
    enum kf_leg leg;
    enum kf_site trunk_site; /* KF_SITE_TRUNK, KF_SITE_PELVIS or KF_SITE_NONE */
    enum kf_verdict verdict;
    enum kf_muscle muscle;
    enum kf_reason reason;
#define KF_NUM(name, unit, label, help) double name;
#define KF_METRIC(name, unit, label, help) double name;
#define KF_WORD(name, unit, label, help)
#include "kneefold/swing.def"
#undef KF_NUM
#undef KF_WORD
};

/* A row of swing.def at run time. */
struct kf_swing_key {
    const char *name, *unit, *label, *help; /* label: what people call it, the unit left out */
    bool is_number;
    size_t offset; /* of the double in struct kf_swing; 0 for words */
};

extern const struct kf_swing_key kf_swing_keys[]; /* in the order of keys.md; numbers for cues alone behind them */
extern const unsigned kf_swing_key_count;         /* of keys that are put out */
extern const unsigned kf_swing_metric_count;      /* of all */

/* The row with this name, or NULL; also of numbers for cues alone. */
const struct kf_swing_key *kf_swing_key_find(const char *name);

/* The number in this row; NAN for words. */
double kf_swing_number(const struct kf_swing *swing, const struct kf_swing_key *key);

/* The word in a KF_WORD row, or NULL (id is not a word). */
const char *kf_swing_word(const struct kf_swing *swing, const struct kf_swing_key *key);

/* A swing of which nothing is known yet: every number NAN. */
struct kf_swing kf_swing_unknown(void);

const char *kf_verdict_name(enum kf_verdict verdict);
const char *kf_muscle_name(enum kf_muscle muscle);
const char *kf_reason_name(enum kf_reason reason); /* "drive-and-fold", ... ; "" for none */

#endif
