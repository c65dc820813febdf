/* view_coach.c - copies the coach's state into the view, so that a coach sees why a cue is silent. */
#include "app/view_coach.h"

#include <math.h>

static void show_leg(struct kf_view_rule *out, const struct kf_coach *coach, unsigned index, unsigned leg)
{
    const struct kf_cue_history *history = &coach->history[index][leg];
    out->seen[leg] = history->count;
    out->beyond[leg] = 0;
    for (unsigned i = 0; i < history->count; i++)
        out->beyond[leg] += history->beyond[i];
    out->silent[leg] = history->silent;
}

static void show_dose(struct kf_view_rule *out, const struct kf_cue_dose *dose)
{
    for (unsigned leg = 0; leg < KF_LEG_COUNT; leg++) {
        out->said[leg] = dose->said[leg];
        out->withheld[leg] = dose->withheld[leg];
        out->banner_s[leg] = dose->banner_s[leg];
    }
    out->said[KF_LEFT] += dose->said[KF_CUE_BOTH_LEGS];
    out->withheld[KF_LEFT] += dose->withheld[KF_CUE_BOTH_LEGS];
    out->banner_s[KF_LEFT] += dose->banner_s[KF_CUE_BOTH_LEGS];
}

static void show_rule(struct kf_view_rule *out, const struct kf_coach *coach, unsigned index, double t_s)
{
    const struct kf_cue_dose dose = kf_coach_dose(coach, index, t_s);
    const double last_t_s = coach->last_t_s[index];
    out->rule = coach->rules.rule[index];
    for (unsigned leg = 0; leg < KF_LEG_COUNT; leg++)
        show_leg(out, coach, index, leg);
    show_dose(out, &dose);
    out->last_t_s = last_t_s;
    out->cooldown_left_s = isnan(last_t_s) ? 0 : fmax(0, out->rule.cooldown_s - (t_s - last_t_s));
}

void kf_view_coach(struct kf_view *view, const struct kf_engine *engine)
{
    const struct kf_coach *coach = kf_engine_coach(engine);
    const double t_s = kf_engine_time_s(engine);
    view->rule_count = coach->rules.count;
    for (unsigned i = 0; i < coach->rules.count; i++)
        show_rule(&view->rule[i], coach, i, t_s);
    kf_setting_value(kf_engine_settings(engine), &kf_setting_table[KF_SETTING_INDEX_feedback_mode], view->feedback,
                     sizeof view->feedback);
    view->quiet = kf_feedback_quiet(&coach->feedback, t_s);
    view->warmup_left_s = kf_feedback_warmup_left_s(&coach->feedback, t_s);
}
