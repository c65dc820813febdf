/* coach.h - from verdicts to cues: which one sentence the runner hears now, if any.
 *
 * A rule (cue.h) watches one metric of swing.def over the last `of` swings on which the metric is not null; a null
 * takes no slot, nor does a swing that walked, was badly measured, cut short or came with a change of belt speed, nor,
 * for a metric that compares with the baseline, one that had none. It is due when `need` of them, the newest included,
 * lie beyond the limit, and stays due as long as the newest says so. One cue at a time: of several due rules the one of
 * highest priority is said, of equals the first, of its legs the one whose swing came last. The others stay due and
 * have their turn at the first swing, of either leg, after the plan's gap (feedback.h); what no swing has confirmed for
 * KF_CUE_FRESH_S is not said any more. Three things keep a rule from nagging: its cool-down; its release: once said, it
 * is silent for that leg until one swing's metric is back past the release (not in continuous feedback); and the
 * feedback plan, which can hold cues back. Pure: no clock, no I/O; time comes with the swings. Flat: a copy is a
 * keyframe. */
#ifndef KNEEFOLD_COACH_H
#define KNEEFOLD_COACH_H

#include <stdbool.h>

#include "kneefold/cue.h"
#include "kneefold/feedback.h"
#include "kneefold/status.h"
#include "kneefold/swing.h"

enum { KF_CUE_WHOM_COUNT = KF_LEG_COUNT + 1, KF_CUE_BOTH_LEGS = KF_LEG_COUNT };
#define KF_CUE_BANNER_S 6.0 /* how long a cue stays on the screen: the runner looks up once a few strides */
#define KF_CUE_FRESH_S 3.0  /* a leg without a swing for so long is not running */

struct kf_cue {
    double t_s;
    unsigned rule; /* index into the coach's rules */
    bool has_leg;  /* the cue concerns one leg */
    enum kf_leg leg;
    char name[KF_CUE_NAME_MAX], text[KF_CUE_TEXT_MAX]; /* text in the wording of the plan */
    /* the evidence: the newest swing's metric and the limit it is beyond, in its unit; of an asymmetry both in % */
    const struct kf_swing_key *key;
    bool is_asymmetry;
    double value, limit;
};

/* The dose of one cue: how often the runner was told, and for how long. [leg], or [KF_CUE_BOTH_LEGS] when it names
 * none. */
struct kf_cue_dose {
    char name[KF_CUE_NAME_MAX];
    unsigned said[KF_CUE_WHOM_COUNT];
    unsigned withheld[KF_CUE_WHOM_COUNT]; /* would have been said: faded, off, muted, quiet or warming up */
    double banner_s[KF_CUE_WHOM_COUNT];   /* on the screen, until the next cue or KF_CUE_BANNER_S */
};

/* What a rule remembers of one leg's last swings (or of both legs'). */
struct kf_cue_history {
    bool beyond[KF_CUE_OF_MAX]; /* a ring of the rule's `of` */
    unsigned count, next;
    unsigned newest_id[KF_LEG_COUNT]; /* of each leg's last swing taken: a swing is given twice */
    double newest_t_s, newest_value;
    bool due;
    bool silent;  /* said or skipped, and not yet released */
    bool counted; /* held back, counted, and not yet released */
};

/* The legs' last swings side by side, for asymmetry. */
struct kf_cue_pair {
    double value[KF_LEG_COUNT], t_s[KF_LEG_COUNT];
    unsigned id[KF_LEG_COUNT];
    bool fresh[KF_LEG_COUNT];   /* not yet part of a pair */
    bool relaxed[KF_LEG_COUNT]; /* a swing of the baseline */
    bool learned[KF_LEG_COUNT];
    double baseline_sum;
    unsigned baseline_count;
};

struct kf_coach {
    struct kf_cue_rules rules;
    struct kf_feedback feedback; /* muted and quiet may be set by the owner */
    /* state: coach.c's own */
    const struct kf_swing_key *key[KF_CUE_RULES_MAX];
    struct kf_cue_history history[KF_CUE_RULES_MAX][KF_LEG_COUNT];
    struct kf_cue_pair pair[KF_CUE_RULES_MAX];
    struct kf_cue_dose dose[KF_CUE_RULES_MAX];
    double last_t_s[KF_CUE_RULES_MAX];      /* said or skipped; NAN: never */
    double last_held_t_s[KF_CUE_RULES_MAX]; /* counted as held back */
    double any_t_s, any_held_t_s;           /* of whatever rule */
    unsigned banner_rule, banner_whom;      /* the last cue said, at banner_t_s (NAN: none) */
    double banner_t_s;
    unsigned newest_id[KF_LEG_COUNT], relaxed_id[KF_LEG_COUNT];
};

/* The rule that kneefold is about: "Reduce hamstring drive" when 3 of the last 5 judged swings of a leg are pulled. */
struct kf_cue_rule kf_cue_rule_hamstring_drive(void);

/* No rules, not muted, a zeroed plan. */
void kf_coach_init(struct kf_coach *coach);
/* Whether a rule can be applied: KF_OK, or KF_ERR_ARG (unknown metric, need 0 or > of, of > KF_CUE_OF_MAX). */
enum kf_status kf_cue_rule_check(const struct kf_cue_rule *rule);
/* KF_OK, KF_ERR_FULL, or what kf_cue_rule_check says. */
enum kf_status kf_coach_add(struct kf_coach *coach, const struct kf_cue_rule *rule);
/* Replaces all rules, while running, too. A rule of the same name that asks the same of the same swings keeps its
 * memory, whatever its text, cool-down or priority; one of the same name keeps its cool-down and its dose. The doses of
 * rules that are gone are gone. On KF_ERR_ARG or KF_ERR_FULL nothing has changed. */
enum kf_status kf_coach_use(struct kf_coach *coach, const struct kf_cue_rules *rules);

/* Gives the coach a swing at time t_now_s; returns true and fills *cue when a cue is said. A swing may be given twice,
 * at its verdict and when it is complete: it takes one slot of a rule, the first time that rule's metric is not null.
 */
bool kf_coach_push(struct kf_coach *coach, const struct kf_swing *swing, double t_now_s, struct kf_cue *cue);
/* The newest swing of this leg was taken into the baseline (KF_OUT_BASELINE): asymmetry rules learn from it. */
void kf_coach_relaxed(struct kf_coach *coach, enum kf_leg leg);
/* A baseline begins anew: what was learned of this runner's asymmetry is forgotten. */
void kf_coach_forget_baseline(struct kf_coach *coach);
/* The stream stopped or restarted: memories of swings are dropped and rules re-armed; cool-downs, warm-up, doses and
 * what is known of the baseline stay. */
void kf_coach_reset(struct kf_coach *coach);
/* The dose of rule `index` as of t_now_s, the banner that is showing included. */
struct kf_cue_dose kf_coach_dose(const struct kf_coach *coach, unsigned index, double t_now_s);

#endif
