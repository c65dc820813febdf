/* coach.c - which one sentence the runner hears now, if any.
 *
 * Feedback on every bad swing is noise, and a runner can follow one instruction at a time. So a rule speaks when
 * enough of the last swings agree, then keeps silent until something changed and some time went by. */
#include "kneefold/coach.h"

#include <math.h>
#include <string.h>

struct kf_cue_rule kf_cue_rule_hamstring_drive(void)
{
    return (struct kf_cue_rule){
        .name = "hamstring-drive",
        .metric = "pulled",
        .when = KF_CUE_ABOVE,
        .limit = .5,
        .limit_low = NAN,
        .limit_high = NAN,
        .release = NAN,
        .leg = KF_CUE_EACH,
        .need = 3,
        .of = 5,
        .cooldown_s = 10,
        .priority = 10,
        .text = "Reduce hamstring drive",
        .text_external = "Let the heel follow the thigh",
        .enabled = 1,
    };
}

void kf_coach_init(struct kf_coach *coach)
{
    memset(coach, 0, sizeof *coach);
    coach->first_swing_t_s = NAN;
    for (unsigned i = 0; i < KF_CUE_RULES_MAX; i++)
        coach->last_cue_t_s[i] = NAN;
}

enum kf_status kf_coach_add(struct kf_coach *coach, const struct kf_cue_rule *rule)
{
    const struct kf_swing_key *key = kf_swing_key_find(rule->metric);
    if (!key || !key->is_number || rule->need == 0 || rule->need > rule->of || rule->of > KF_CUE_OF_MAX)
        return KF_ERR_ARG;
    if (coach->rule_count == KF_CUE_RULES_MAX)
        return KF_ERR_FULL;
    coach->key[coach->rule_count] = key;
    coach->rule[coach->rule_count++] = *rule;
    return KF_OK;
}

/* What the rule has been through, when the coach had one of its name. */
static void inherit(struct kf_coach *coach, unsigned index, const struct kf_coach *before)
{
    const struct kf_cue_rule *rule = &coach->rule[index];
    for (unsigned i = 0; i < before->rule_count; i++) {
        if (strcmp(before->rule[i].name, rule->name) != 0)
            continue;
        coach->last_cue_t_s[index] = before->last_cue_t_s[i];
        if (memcmp(&before->rule[i], rule, sizeof *rule) == 0)
            memcpy(coach->history[index], before->history[i], sizeof coach->history[index]);
    }
}

enum kf_status kf_coach_use(struct kf_coach *coach, const struct kf_cue_rules *rules)
{
    struct kf_coach fresh;
    kf_coach_init(&fresh);
    for (unsigned i = 0; i < rules->count; i++) {
        const enum kf_status status = kf_coach_add(&fresh, &rules->rule[i]);
        if (status != KF_OK)
            return status;
        inherit(&fresh, i, coach);
    }
    fresh.external_wording = coach->external_wording;
    fresh.warmup_s = coach->warmup_s;
    fresh.muted = coach->muted;
    fresh.first_swing_t_s = coach->first_swing_t_s;
    *coach = fresh;
    return KF_OK;
}

static bool is_beyond(const struct kf_cue_rule *rule, double value)
{
    switch (rule->when) {
    case KF_CUE_ABOVE:
        return value > rule->limit;
    case KF_CUE_BELOW:
        return value < rule->limit;
    case KF_CUE_OUTSIDE:
        return value < rule->limit_low || value > rule->limit_high;
    }
    return false;
}

static bool is_released(const struct kf_cue_rule *rule, double value)
{
    const double release = isnan(rule->release) ? rule->limit : rule->release;
    switch (rule->when) {
    case KF_CUE_ABOVE:
        return value <= release;
    case KF_CUE_BELOW:
        return value >= release;
    case KF_CUE_OUTSIDE:
        return !is_beyond(rule, value);
    }
    return false;
}

static bool concerns(const struct kf_cue_rule *rule, enum kf_leg leg)
{
    return rule->leg == KF_CUE_EACH || rule->leg == KF_CUE_BOTH || (rule->leg == KF_CUE_LEFT && leg == KF_LEFT) ||
           (rule->leg == KF_CUE_RIGHT && leg == KF_RIGHT);
}

/* The row of swings a leg's swing belongs to: both legs share the first. */
static unsigned row_of(const struct kf_cue_rule *rule, enum kf_leg leg)
{
    return rule->leg == KF_CUE_BOTH ? 0 : (unsigned)leg;
}

/* Puts the swing into the rule's memory; true when the rule is due by it. */
static bool remember(struct kf_coach *coach, unsigned index, const struct kf_swing *swing)
{
    const struct kf_cue_rule *rule = &coach->rule[index];
    const double value = kf_swing_number(swing, coach->key[index]);
    struct kf_cue_history *history = &coach->history[index][row_of(rule, swing->leg)];
    if (isnan(value) || !concerns(rule, swing->leg) || (history->newest_id[swing->leg] == swing->id))
        return false;
    const bool beyond = is_beyond(rule, value);
    unsigned hits = 0;
    history->newest_id[swing->leg] = swing->id;
    history->beyond[history->next] = beyond;
    history->next = (history->next + 1) % rule->of;
    if (history->count < rule->of)
        history->count++;
    if (is_released(rule, value))
        history->silent = false;
    for (unsigned i = 0; i < history->count; i++)
        hits += history->beyond[i];
    return beyond && hits >= rule->need && !history->silent;
}

static bool may_speak(const struct kf_coach *coach, unsigned index, double t_now_s)
{
    const double last_t_s = coach->last_cue_t_s[index];
    return !coach->muted && t_now_s - coach->first_swing_t_s >= coach->warmup_s &&
           (isnan(last_t_s) || t_now_s - last_t_s >= coach->rule[index].cooldown_s);
}

static void speak(struct kf_coach *coach, unsigned index, const struct kf_swing *swing, double t_now_s,
                  struct kf_cue *cue)
{
    const struct kf_cue_rule *rule = &coach->rule[index];
    coach->last_cue_t_s[index] = t_now_s;
    coach->history[index][row_of(rule, swing->leg)].silent = true;
    cue->t_s = t_now_s;
    cue->rule = index;
    cue->has_leg = rule->leg != KF_CUE_BOTH;
    cue->leg = swing->leg;
    cue->name = rule->name;
    cue->text = coach->external_wording && rule->text_external[0] ? rule->text_external : rule->text;
}

bool kf_coach_push(struct kf_coach *coach, const struct kf_swing *swing, double t_now_s, struct kf_cue *cue)
{
    unsigned best = KF_CUE_RULES_MAX;
    if (isnan(coach->first_swing_t_s))
        coach->first_swing_t_s = t_now_s;
    for (unsigned i = 0; i < coach->rule_count; i++) {
        const bool due = coach->rule[i].enabled && remember(coach, i, swing) && may_speak(coach, i, t_now_s);
        if (due && (best == KF_CUE_RULES_MAX || coach->rule[i].priority > coach->rule[best].priority))
            best = i;
    }
    if (best == KF_CUE_RULES_MAX)
        return false;
    speak(coach, best, swing, t_now_s, cue);
    return true;
}

void kf_coach_reset(struct kf_coach *coach)
{
    memset(coach->history, 0, sizeof coach->history);
}
