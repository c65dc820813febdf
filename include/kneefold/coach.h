/* coach.h - from verdicts to cues: which one sentence the runner hears now, if any.
 *
 * A rule watches one metric of swing.def over the last `of` swings on which the metric is not null. It is due when
 * `need` of them, the newest included, lie beyond the limit; of several due rules the one of highest priority is said,
 * of equals the first. Two things keep a rule from nagging: its cool-down, and its release: once said, it is silent
 * for that leg until one swing's metric is back past the release. Pure: no clock, no I/O; time comes with the swings.
 */
#ifndef KNEEFOLD_COACH_H
#define KNEEFOLD_COACH_H

#include <stdbool.h>

#include "kneefold/cue.h"
#include "kneefold/status.h"
#include "kneefold/swing.h"

struct kf_cue {
    double t_s;
    unsigned rule; /* index into the coach's rules */
    bool has_leg;  /* the cue concerns one leg */
    enum kf_leg leg;
    const char *name, *text; /* owned by the coach's rules */
};

/* What a rule remembers of one leg's last swings. */
struct kf_cue_history {
    bool beyond[KF_CUE_OF_MAX]; /* a ring of the rule's `of` */
    unsigned count, next;
    unsigned newest_id[KF_LEG_COUNT]; /* of each leg's last swing taken: a swing is given twice */
    bool silent;                      /* said, and not yet released */
};

struct kf_coach {
    unsigned rule_count;
    struct kf_cue_rule rule[KF_CUE_RULES_MAX];
    bool external_wording;
    double warmup_s; /* no cue before this time since the first swing */
    bool muted;      /* swings are remembered, cues are not said */
    /* state: coach.c's own */
    const struct kf_swing_key *key[KF_CUE_RULES_MAX];
    struct kf_cue_history history[KF_CUE_RULES_MAX][KF_LEG_COUNT];
    double last_cue_t_s[KF_CUE_RULES_MAX]; /* NAN: never */
    double first_swing_t_s;                /* NAN: none yet */
};

/* The one rule every kneefold ships: "Reduce hamstring drive" when 3 of the last 5 judged swings of a leg are pulled.
 */
struct kf_cue_rule kf_cue_rule_hamstring_drive(void);

/* No rules, not muted, no warm-up. */
void kf_coach_init(struct kf_coach *coach);
/* KF_OK, KF_ERR_FULL, or KF_ERR_ARG (unknown metric, need 0 or > of, of > KF_CUE_OF_MAX). */
enum kf_status kf_coach_add(struct kf_coach *coach, const struct kf_cue_rule *rule);
/* Puts these rules in the place of all it had, while it runs: one that is as it was keeps its memory, one of the same
 * name its cool-down. KF_OK; KF_ERR_ARG, and nothing changed, when kf_coach_add would not take one of them. */
enum kf_status kf_coach_use(struct kf_coach *coach, const struct kf_cue_rules *rules);
/* Gives the coach a swing at time t_now_s; returns true and fills *cue when a cue is due. A swing may be given twice,
 * at its verdict and when it is complete: it takes one slot of a rule, the first time that rule's metric is not null.
 */
bool kf_coach_push(struct kf_coach *coach, const struct kf_swing *swing, double t_now_s, struct kf_cue *cue);
/* The stream stopped or restarted: memories of swings are dropped and rules re-armed; cool-downs and warm-up stay. */
void kf_coach_reset(struct kf_coach *coach);

#endif
