/* cue.h - one rule of the coach: which metric of a swing, beyond what limit, how often, makes which sentence due.
 *
 * Plain values: settings read them from [cue NAME] sections, the coach (coach.h) applies them. */
#ifndef KNEEFOLD_CUE_H
#define KNEEFOLD_CUE_H

enum { KF_CUE_RULES_MAX = 32, KF_CUE_OF_MAX = 32, KF_CUE_TEXT_MAX = 80, KF_CUE_NAME_MAX = 48, KF_CUE_METRIC_MAX = 32 };
enum { KF_CUE_PAIRS_NEEDED = 12 }; /* as many as a provisional baseline has strides (science.md section 7) */

enum kf_cue_when { KF_CUE_ABOVE, KF_CUE_BELOW, KF_CUE_OUTSIDE };

/* each: every leg by itself; left, right: that leg only; both: the swings of both legs in one row, and the cue names
 * no leg (cadence, trunk lean); asymmetry: the metric is 100 * 2(l - r)/(|l| + |r|) of the legs' last swings, %, less
 * this runner's own asymmetry during the baseline: the change counts, in either direction for KF_CUE_OUTSIDE. A slot
 * is a pair of swings, one of each leg; until KF_CUE_PAIRS_NEEDED pairs of the baseline are known there are none. */
enum kf_cue_leg { KF_CUE_EACH, KF_CUE_LEFT, KF_CUE_RIGHT, KF_CUE_BOTH, KF_CUE_ASYMMETRY };

struct kf_cue_rule {
    char name[KF_CUE_NAME_MAX];     /* "hamstring-drive" */
    char metric[KF_CUE_METRIC_MAX]; /* a KF_NUM row of swing.def */
    enum kf_cue_when when;
    double limit, limit_low, limit_high; /* in the metric's unit; low and high for outside, limit for the others */
    double release; /* above: at or below it the rule re-arms, below: at or above it; NAN: the limit. Outside re-arms
                       inside its limits */
    enum kf_cue_leg leg;
    unsigned need, of; /* 1 <= need <= of <= KF_CUE_OF_MAX */
    double cooldown_s; /* least time from one cue of this rule to its next, whichever leg */
    int priority;      /* larger is more urgent */
    char text[KF_CUE_TEXT_MAX], text_external[KF_CUE_TEXT_MAX]; /* the second may be "": then the first is said */
    int enabled; /* 1; 0: kept where it is, so that indices agree, and never due */
};

struct kf_cue_rules {
    unsigned count;
    struct kf_cue_rule rule[KF_CUE_RULES_MAX];
};

#endif
