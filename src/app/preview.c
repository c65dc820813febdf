/* preview.c - the last swings judged by two settings, side by side. */
#include "app/preview.h"

#include <math.h>
#include <string.h>

#include "app/settings_apply.h"
#include "core/verdict.h"
#include "kneefold/coach.h"

void kf_preview_keep(struct kf_preview_swings *swings, const struct kf_swing *swing)
{
    for (unsigned i = 0; i < swings->count; i++)
        if (swings->swing[i].id == swing->id) {
            swings->swing[i] = *swing;
            return;
        }
    swings->swing[swings->next] = *swing;
    swings->next = (swings->next + 1) % KF_PREVIEW_SWINGS;
    if (swings->count < KF_PREVIEW_SWINGS)
        swings->count++;
}

/* One settings' judge and coach. */
struct judge {
    struct kf_limits limits;
    struct kf_coach coach;
};

static void init_judge(struct judge *judge, const struct kf_settings *settings)
{
    struct kf_feedback_plan plan = kf_settings_feedback(settings);
    plan.warmup_s = 0; /* it counts from the session's first swing, which is not among these */
    plan.quiet_count = 0;
    judge->limits = kf_settings_limits(settings);
    kf_coach_init(&judge->coach);
    kf_feedback_set_plan(&judge->coach.feedback, &plan);
    (void)kf_coach_use(&judge->coach, &settings->cues);
}

/* Its verdict on the swing, judged under the circumstances its reason tells of. */
static struct kf_swing judge_again(const struct judge *judge, const struct kf_swing *swing,
                                   const struct kf_baseline_report *baseline, double belt_mps)
{
    struct kf_swing again = *swing;
    const struct kf_verdict_context context = {
        .limits = &judge->limits,
        .baseline = baseline,
        .belt_mps = belt_mps,
        .aligned = swing->reason != KF_REASON_NOT_ALIGNED,
        .walking = swing->reason == KF_REASON_WALKING,
        .belt_changing = swing->reason == KF_REASON_BELT_CHANGE,
        .cut_short = isnan(swing->t_peak_knee_s),
    };
    kf_verdict(&again, &context);
    return again;
}

/* The rule that speaks, or -1. */
static int hear(struct judge *judge, const struct kf_swing *swing)
{
    struct kf_cue cue;
    const double t_s = isfinite(swing->t_peak_knee_s) ? swing->t_peak_knee_s : swing->t_to_s;
    return kf_coach_push(&judge->coach, swing, t_s, &cue) ? (int)cue.rule : -1;
}

static bool same_cue(const struct judge *a, int rule_a, const struct judge *b, int rule_b)
{
    if (rule_a < 0 || rule_b < 0)
        return rule_a == rule_b;
    return strcmp(a->coach.rules.rule[rule_a].name, b->coach.rules.rule[rule_b].name) == 0;
}

struct kf_preview kf_preview(const struct kf_preview_swings *swings,
                             const struct kf_baseline_report baseline[KF_LEG_COUNT], double belt_mps,
                             const struct kf_settings *before, const struct kf_settings *after)
{
    struct kf_preview preview = {.swings = swings->count};
    struct judge old, new;
    init_judge(&old, before);
    init_judge(&new, after);
    for (unsigned i = 0; i < swings->count; i++) {
        const unsigned oldest = swings->count < KF_PREVIEW_SWINGS ? 0 : swings->next;
        const struct kf_swing *swing = &swings->swing[(oldest + i) % KF_PREVIEW_SWINGS];
        const struct kf_swing was = judge_again(&old, swing, &baseline[swing->leg], belt_mps);
        const struct kf_swing is = judge_again(&new, swing, &baseline[swing->leg], belt_mps);
        const int said = hear(&old, &was), says = hear(&new, &is);
        preview.verdicts += was.verdict != is.verdict;
        preview.cues_before += said >= 0;
        preview.cues_after += says >= 0;
        preview.cues += !same_cue(&old, said, &new, says);
    }
    return preview;
}
