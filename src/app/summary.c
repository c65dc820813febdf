/* summary.c - means and spreads of every key, added up swing by swing.
 *
 * Sums of squares lose their digits over a long run; Welford's update does not. */
#include "app/summary.h"

#include <math.h>

static void add(struct kf_moments *moments, double value)
{
    if (!isfinite(value))
        return;
    const double delta = value - moments->mean;
    moments->count++;
    moments->mean += delta / (double)moments->count;
    moments->sum_of_squares += delta * (value - moments->mean);
}

void kf_summary_add(struct kf_summary *summary, const struct kf_swing *swing)
{
    struct kf_summary_leg *leg = &summary->leg[swing->leg];
    leg->swings++;
    switch (swing->verdict) {
    case KF_PASSIVE:
        leg->passive++;
        break;
    case KF_PULLED:
        leg->pulled++;
        break;
    case KF_UNCLEAR:
        leg->unclear++;
        leg->unclear_because[swing->reason]++;
        break;
    }
    for (unsigned row = 0; row < KF_SUMMARY_ROWS; row++)
        add(&leg->number[row], kf_swing_number(swing, &kf_swing_keys[row]));
    add(&summary->cadence_spm, swing->cadence_spm);
}

double kf_moments_mean(const struct kf_moments *moments)
{
    return moments->count > 0 ? moments->mean : NAN;
}

double kf_moments_sd(const struct kf_moments *moments)
{
    return moments->count > 1 ? sqrt(moments->sum_of_squares / (double)(moments->count - 1)) : NAN;
}

double kf_summary_asymmetry(const struct kf_summary *summary, unsigned row)
{
    const double left = kf_moments_mean(&summary->leg[KF_LEFT].number[row]);
    const double right = kf_moments_mean(&summary->leg[KF_RIGHT].number[row]);
    const double scale = fabs(left) + fabs(right);
    return scale > 0 ? 2 * (left - right) / scale : NAN;
}
