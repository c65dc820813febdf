/* feedback.c - warm-up, quiet blocks and fading, by the log's own time.
 *
 * Fading takes a share of the due cues, not of the time: a step of one half says every second cue. The shares add up to
 * a credit, so the same cues are left out whenever the same log is replayed. */
#include "kneefold/feedback.h"

#include <math.h>
#include <string.h>

static const double whole = .998; /* three times .333, as a person writes a third, make one */

void kf_feedback_init(struct kf_feedback *feedback, const struct kf_feedback_plan *plan)
{
    memset(feedback, 0, sizeof *feedback);
    feedback->plan = *plan;
    feedback->start_t_s = NAN;
    feedback->step = KF_FEEDBACK_STEPS_MAX;
}

void kf_feedback_set_plan(struct kf_feedback *feedback, const struct kf_feedback_plan *plan)
{
    feedback->plan = *plan;
}

void kf_feedback_swing(struct kf_feedback *feedback, double t_s)
{
    if (isnan(feedback->start_t_s))
        feedback->start_t_s = t_s;
}

double kf_feedback_warmup_left_s(const struct kf_feedback *feedback, double t_s)
{
    if (isnan(feedback->start_t_s))
        return feedback->plan.warmup_s;
    return fmax(0, feedback->plan.warmup_s - (t_s - feedback->start_t_s));
}

static bool in_quiet_block(const struct kf_feedback *feedback, double t_s)
{
    const double elapsed_s = t_s - feedback->start_t_s;
    for (unsigned i = 0; i < feedback->plan.quiet_count; i++)
        if (elapsed_s >= feedback->plan.quiet[i].from_s && elapsed_s < feedback->plan.quiet[i].to_s)
            return true;
    return false;
}

bool kf_feedback_quiet(const struct kf_feedback *feedback, double t_s)
{
    return feedback->quiet || in_quiet_block(feedback, t_s);
}

bool kf_feedback_held(const struct kf_feedback *feedback, double t_s)
{
    return feedback->muted || isnan(feedback->start_t_s) || kf_feedback_warmup_left_s(feedback, t_s) > 0 ||
           kf_feedback_quiet(feedback, t_s);
}

/* The step of a faded plan at this moment; the last one lasts. */
static unsigned step_at(const struct kf_feedback *feedback, double t_s)
{
    const struct kf_feedback_plan *plan = &feedback->plan;
    double elapsed_s = t_s - feedback->start_t_s - plan->warmup_s;
    unsigned step = 0;
    for (; step + 1 < plan->step_count && elapsed_s >= plan->step[step].seconds; step++)
        elapsed_s -= plan->step[step].seconds;
    return step;
}

static double share_of_mode(const struct kf_feedback *feedback, double t_s)
{
    if (feedback->plan.mode == KF_FEEDBACK_OFF)
        return 0;
    if (feedback->plan.mode != KF_FEEDBACK_FADED || feedback->plan.step_count == 0)
        return 1;
    return feedback->plan.step[step_at(feedback, t_s)].share;
}

double kf_feedback_share(const struct kf_feedback *feedback, double t_s)
{
    return kf_feedback_held(feedback, t_s) ? 0 : share_of_mode(feedback, t_s);
}

enum kf_feedback_answer kf_feedback_ask(struct kf_feedback *feedback, double t_s)
{
    const double share = share_of_mode(feedback, t_s);
    const unsigned step = step_at(feedback, t_s);
    if (share <= 0)
        return KF_FEEDBACK_SKIP;
    if (step != feedback->step)
        feedback->credit = 1 - share;
    feedback->step = step;
    feedback->credit += share;
    if (feedback->credit < whole)
        return KF_FEEDBACK_SKIP;
    feedback->credit -= 1;
    return KF_FEEDBACK_SAY;
}
