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

static void forget_times(struct kf_coach *coach, unsigned index)
{
    coach->last_t_s[index] = coach->last_held_t_s[index] = NAN;
}

void kf_coach_init(struct kf_coach *coach)
{
    const struct kf_feedback_plan plan = {0};
    memset(coach, 0, sizeof *coach);
    kf_feedback_init(&coach->feedback, &plan);
    coach->any_t_s = coach->any_held_t_s = coach->banner_t_s = NAN;
    for (unsigned i = 0; i < KF_CUE_RULES_MAX; i++)
        forget_times(coach, i);
}

/* ---- rules ---- */

enum kf_status kf_cue_rule_check(const struct kf_cue_rule *rule)
{
    const struct kf_swing_key *key = kf_swing_key_find(rule->metric);
    if (!key || !key->is_number || rule->need == 0 || rule->need > rule->of || rule->of > KF_CUE_OF_MAX)
        return KF_ERR_ARG;
    return KF_OK;
}

static void put_rule(struct kf_coach *coach, unsigned index, const struct kf_cue_rule *rule)
{
    coach->rules.rule[index] = *rule;
    coach->key[index] = kf_swing_key_find(rule->metric);
    memcpy(coach->dose[index].name, rule->name, sizeof rule->name);
}

enum kf_status kf_coach_add(struct kf_coach *coach, const struct kf_cue_rule *rule)
{
    const enum kf_status status = kf_cue_rule_check(rule);
    if (status != KF_OK)
        return status;
    if (coach->rules.count == KF_CUE_RULES_MAX)
        return KF_ERR_FULL;
    put_rule(coach, coach->rules.count++, rule);
    return KF_OK;
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Whether both ask the same of the same swings. */
static bool same_question(const struct kf_cue_rule *a, const struct kf_cue_rule *b)
{
    return strcmp(a->metric, b->metric) == 0 && a->when == b->when && a->leg == b->leg && a->need == b->need &&
           a->of == b->of && a->enabled == b->enabled && same_number(a->limit, b->limit) &&
           same_number(a->limit_low, b->limit_low) && same_number(a->limit_high, b->limit_high) &&
           same_number(a->release, b->release);
}

/* Gives rule `index` what the coach knew of the rule of the same name, as far as it still holds. */
static void remember_rule(struct kf_coach *coach, unsigned index, const struct kf_coach *before)
{
    const struct kf_cue_rule *rule = &coach->rules.rule[index];
    unsigned old = 0;
    while (old < before->rules.count && strcmp(before->rules.rule[old].name, rule->name) != 0)
        old++;
    if (old == before->rules.count)
        return;
    coach->dose[index] = before->dose[old];
    coach->last_t_s[index] = before->last_t_s[old];
    coach->last_held_t_s[index] = before->last_held_t_s[old];
    if (before->banner_rule == old && !isnan(before->banner_t_s)) {
        coach->banner_rule = index;
        coach->banner_t_s = before->banner_t_s;
    }
    if (!same_question(rule, &before->rules.rule[old]))
        return;
    memcpy(coach->history[index], before->history[old], sizeof coach->history[index]);
    coach->pair[index] = before->pair[old];
}

enum kf_status kf_coach_use(struct kf_coach *coach, const struct kf_cue_rules *rules)
{
    const struct kf_coach before = *coach;
    if (rules->count > KF_CUE_RULES_MAX)
        return KF_ERR_FULL;
    for (unsigned i = 0; i < rules->count; i++)
        if (kf_cue_rule_check(&rules->rule[i]) != KF_OK)
            return KF_ERR_ARG;
    memset(coach->history, 0, sizeof coach->history);
    memset(coach->pair, 0, sizeof coach->pair);
    memset(coach->dose, 0, sizeof coach->dose);
    coach->banner_t_s = NAN;
    for (unsigned i = 0; i < KF_CUE_RULES_MAX; i++)
        forget_times(coach, i);
    coach->rules.count = rules->count;
    for (unsigned i = 0; i < rules->count; i++) {
        put_rule(coach, i, &rules->rule[i]);
        remember_rule(coach, i, &before);
    }
    return KF_OK;
}

/* ---- a swing against a rule ---- */

/* The limit this value is beyond, or NAN. */
static double limit_broken(const struct kf_cue_rule *rule, double value)
{
    switch (rule->when) {
    case KF_CUE_ABOVE:
        return value > rule->limit ? rule->limit : NAN;
    case KF_CUE_BELOW:
        return value < rule->limit ? rule->limit : NAN;
    case KF_CUE_OUTSIDE:
        return value < rule->limit_low ? rule->limit_low : value > rule->limit_high ? rule->limit_high : NAN;
    }
    return NAN;
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
        return isnan(limit_broken(rule, value));
    }
    return false;
}

static bool concerns(const struct kf_cue_rule *rule, enum kf_leg leg)
{
    return !((rule->leg == KF_CUE_LEFT && leg != KF_LEFT) || (rule->leg == KF_CUE_RIGHT && leg != KF_RIGHT));
}

static bool names_a_leg(const struct kf_cue_rule *rule)
{
    return rule->leg != KF_CUE_BOTH && rule->leg != KF_CUE_ASYMMETRY;
}

/* The row of swings a leg's swing belongs to: for rules about both legs there is one. */
static unsigned row_of(const struct kf_cue_rule *rule, enum kf_leg leg)
{
    return names_a_leg(rule) ? (unsigned)leg : 0;
}

static void take_slot(const struct kf_cue_rule *rule, struct kf_cue_history *history, double value, double t_s)
{
    const bool beyond = !isnan(limit_broken(rule, value));
    unsigned hits = 0;
    history->beyond[history->next] = beyond;
    history->next = (history->next + 1) % rule->of;
    if (history->count < rule->of)
        history->count++;
    for (unsigned i = 0; i < history->count; i++)
        hits += history->beyond[i];
    history->due = beyond && hits >= rule->need;
    history->newest_t_s = t_s;
    history->newest_value = value;
    if (is_released(rule, value))
        history->silent = history->counted = false;
}

/* ---- asymmetry ---- */

static double asymmetry_pct(const struct kf_cue_pair *pair)
{
    const double left = pair->value[KF_LEFT], right = pair->value[KF_RIGHT];
    return 100 * 2 * (left - right) / (fabs(left) + fabs(right));
}

/* Both legs' swings of one stride belong to the baseline: their asymmetry is this runner's own. */
static void learn(struct kf_cue_pair *pair)
{
    const bool apart = fabs(pair->t_s[KF_LEFT] - pair->t_s[KF_RIGHT]) > KF_CUE_FRESH_S;
    const double asymmetry = asymmetry_pct(pair);
    if (apart || !pair->relaxed[KF_LEFT] || !pair->relaxed[KF_RIGHT] || pair->learned[KF_LEFT] ||
        pair->learned[KF_RIGHT] || !isfinite(asymmetry))
        return;
    pair->learned[KF_LEFT] = pair->learned[KF_RIGHT] = true;
    pair->baseline_sum += asymmetry;
    pair->baseline_count++;
}

/* Puts a leg's value beside the other's; the change of asymmetry when that makes a new pair, else NAN. */
static double pair_up(struct kf_cue_pair *pair, const struct kf_swing *swing, double value, double t_s, bool relaxed)
{
    const enum kf_leg leg = swing->leg;
    pair->value[leg] = value;
    pair->t_s[leg] = t_s;
    pair->id[leg] = swing->id;
    pair->relaxed[leg] = relaxed;
    pair->learned[leg] = false;
    pair->fresh[leg] = true;
    learn(pair);
    if (!pair->fresh[KF_LEFT] || !pair->fresh[KF_RIGHT])
        return NAN;
    pair->fresh[KF_LEFT] = pair->fresh[KF_RIGHT] = false;
    if (fabs(pair->t_s[KF_LEFT] - pair->t_s[KF_RIGHT]) > KF_CUE_FRESH_S || pair->baseline_count < KF_CUE_PAIRS_NEEDED)
        return NAN;
    return asymmetry_pct(pair) - pair->baseline_sum / pair->baseline_count;
}

void kf_coach_relaxed(struct kf_coach *coach, enum kf_leg leg)
{
    coach->relaxed_id[leg] = coach->newest_id[leg];
    for (unsigned i = 0; i < coach->rules.count; i++) {
        struct kf_cue_pair *pair = &coach->pair[i];
        if (pair->id[leg] != coach->relaxed_id[leg] || pair->relaxed[leg])
            continue;
        pair->relaxed[leg] = true;
        if (pair->id[1 - leg] != 0)
            learn(pair);
    }
}

void kf_coach_forget_baseline(struct kf_coach *coach)
{
    memset(coach->pair, 0, sizeof coach->pair);
    memset(coach->relaxed_id, 0, sizeof coach->relaxed_id);
}

/* ---- what is remembered of a swing ---- */

/* Numbers that compare with a baseline are without one against other runners, who differ by more than any limit. */
static bool compares(const struct kf_swing_key *key)
{
    static const char *const names[] = {"drive_nm_kg", "sigma_nm_kg", "knee_excess_deg", "p_pulled"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(key->name, names[i]) == 0)
            return true;
    return false;
}

/* Whether a swing can be held against anyone: a walker's, one badly measured or one cut short (who steps off the belt
 * leans anyhow) cannot. */
static bool counts(const struct kf_swing *swing, const struct kf_swing_key *key)
{
    if (isfinite(swing->t_to_s) && isnan(swing->t_peak_knee_s))
        return false;
    switch (swing->reason) {
    case KF_REASON_WALKING:
    case KF_REASON_NOT_ALIGNED:
    case KF_REASON_LOW_QUALITY:
    case KF_REASON_BELT_CHANGE:
        return false;
    case KF_REASON_NO_BASELINE:
        return !compares(key);
    default:
        return true;
    }
}

/* Puts the swing into the rule's memory, the first time its metric is known. */
static void remember(struct kf_coach *coach, unsigned index, const struct kf_swing *swing, double t_now_s)
{
    const struct kf_cue_rule *rule = &coach->rules.rule[index];
    struct kf_cue_history *history = &coach->history[index][row_of(rule, swing->leg)];
    double value = kf_swing_number(swing, coach->key[index]);
    if (!rule->enabled || isnan(value) || !concerns(rule, swing->leg) || history->newest_id[swing->leg] == swing->id ||
        !counts(swing, coach->key[index]))
        return;
    history->newest_id[swing->leg] = swing->id;
    if (rule->leg == KF_CUE_ASYMMETRY)
        value = pair_up(&coach->pair[index], swing, value, t_now_s, coach->relaxed_id[swing->leg] == swing->id);
    if (!isnan(value))
        take_slot(rule, history, value, t_now_s);
}

/* ---- who speaks ---- */

static bool waited(double t_now_s, double last_t_s, double least_s)
{
    return isnan(last_t_s) || t_now_s - last_t_s >= least_s;
}

/* Whether this leg's row of the rule may be said now, or while cues are held back be counted as one that would be. */
static bool may_speak(const struct kf_coach *coach, unsigned index, unsigned row, double t_now_s, bool held)
{
    const struct kf_cue_history *history = &coach->history[index][row];
    const struct kf_feedback_plan *plan = &coach->feedback.plan;
    const bool again = plan->mode == KF_FEEDBACK_CONTINUOUS;
    if (!history->due || t_now_s - history->newest_t_s > KF_CUE_FRESH_S)
        return false;
    if (!again && (held ? history->counted || history->silent : history->silent))
        return false;
    if (held)
        return waited(t_now_s, coach->last_held_t_s[index], coach->rules.rule[index].cooldown_s) &&
               waited(t_now_s, coach->any_held_t_s, plan->gap_s);
    return waited(t_now_s, coach->last_t_s[index], coach->rules.rule[index].cooldown_s) &&
           waited(t_now_s, coach->any_t_s, plan->gap_s);
}

/* The rule whose turn it is, or KF_CUE_RULES_MAX. */
static unsigned choose(const struct kf_coach *coach, enum kf_leg newest, double t_now_s, bool held, unsigned *row)
{
    unsigned best = KF_CUE_RULES_MAX;
    for (unsigned i = 0; i < coach->rules.count; i++) {
        if (best != KF_CUE_RULES_MAX && coach->rules.rule[i].priority <= coach->rules.rule[best].priority)
            continue;
        for (unsigned k = 0; k < KF_LEG_COUNT; k++) {
            const unsigned leg = k == 0 ? (unsigned)newest : 1 - (unsigned)newest;
            if (!may_speak(coach, i, leg, t_now_s, held))
                continue;
            best = i;
            *row = leg;
            break;
        }
    }
    return best;
}

static unsigned whom(const struct kf_cue_rule *rule, unsigned row)
{
    return names_a_leg(rule) ? row : KF_CUE_BOTH_LEGS;
}

static double banner_s(const struct kf_coach *coach, double t_now_s)
{
    return isnan(coach->banner_t_s) ? 0 : fmax(0, fmin(KF_CUE_BANNER_S, t_now_s - coach->banner_t_s));
}

static void show_banner(struct kf_coach *coach, unsigned index, unsigned row, double t_now_s)
{
    coach->dose[coach->banner_rule].banner_s[coach->banner_whom] += banner_s(coach, t_now_s);
    coach->banner_rule = index;
    coach->banner_whom = whom(&coach->rules.rule[index], row);
    coach->banner_t_s = t_now_s;
    coach->dose[index].said[coach->banner_whom]++;
}

static void tell(const struct kf_coach *coach, unsigned index, unsigned row, double t_now_s, struct kf_cue *cue)
{
    const struct kf_cue_rule *rule = &coach->rules.rule[index];
    const bool external = coach->feedback.plan.external_wording && rule->text_external[0];
    *cue = (struct kf_cue){
        .t_s = t_now_s,
        .rule = index,
        .has_leg = names_a_leg(rule),
        .leg = names_a_leg(rule) ? (enum kf_leg)row : KF_LEFT,
        .key = coach->key[index],
        .is_asymmetry = rule->leg == KF_CUE_ASYMMETRY,
        .value = coach->history[index][row].newest_value,
    };
    cue->limit = limit_broken(rule, cue->value);
    memcpy(cue->name, rule->name, sizeof cue->name);
    memcpy(cue->text, external ? rule->text_external : rule->text, sizeof cue->text);
}

/* A cue that would be said now if it were not held back: counted once, and still due afterwards. */
static void count_held(struct kf_coach *coach, unsigned index, unsigned row, double t_now_s)
{
    coach->history[index][row].counted = true;
    coach->last_held_t_s[index] = coach->any_held_t_s = t_now_s;
    coach->dose[index].withheld[whom(&coach->rules.rule[index], row)]++;
}

bool kf_coach_push(struct kf_coach *coach, const struct kf_swing *swing, double t_now_s, struct kf_cue *cue)
{
    unsigned row = 0;
    kf_feedback_swing(&coach->feedback, t_now_s);
    coach->newest_id[swing->leg] = swing->id;
    for (unsigned i = 0; i < coach->rules.count; i++)
        remember(coach, i, swing, t_now_s);
    const bool held = kf_feedback_held(&coach->feedback, t_now_s);
    const unsigned best = choose(coach, swing->leg, t_now_s, held, &row);
    if (best == KF_CUE_RULES_MAX)
        return false;
    if (held) {
        count_held(coach, best, row, t_now_s);
        return false;
    }
    coach->history[best][row].silent = true;
    coach->last_t_s[best] = coach->any_t_s = t_now_s;
    if (kf_feedback_ask(&coach->feedback, t_now_s) == KF_FEEDBACK_SKIP) {
        coach->dose[best].withheld[whom(&coach->rules.rule[best], row)]++;
        return false;
    }
    show_banner(coach, best, row, t_now_s);
    tell(coach, best, row, t_now_s, cue);
    return true;
}

void kf_coach_reset(struct kf_coach *coach)
{
    memset(coach->history, 0, sizeof coach->history);
    for (unsigned i = 0; i < KF_CUE_RULES_MAX; i++)
        memset(coach->pair[i].fresh, 0, sizeof coach->pair[i].fresh);
}

struct kf_cue_dose kf_coach_dose(const struct kf_coach *coach, unsigned index, double t_now_s)
{
    struct kf_cue_dose dose = coach->dose[index];
    if (coach->banner_rule == index)
        dose.banner_s[coach->banner_whom] += banner_s(coach, t_now_s);
    return dose;
}
