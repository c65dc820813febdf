/* baseline.c - median and spread of the relaxed swings (see baseline.h; science.md section 7).
 *
 * The median is used because a few pulled or clumsy swings must not move it. For the same reason the slope on pace is
 * that of a line through the medians of the slower and of the faster strides, and none is drawn where the paces hardly
 * differ: its error would cost more than it gains. */
#include "core/baseline.h"

#include <math.h>
#include <string.h>

static const unsigned speed_strides = 10; /* at each of two speeds, section 7 */
static const double same_speed_mps = .1;  /* the moment then differs by .005 (section 7), its own noise */
static const double rate_spread = .03;    /* section 7: interquartile, of the stride rate's median */

void kf_baseline_clear(struct kf_baseline *baseline)
{
    memset(baseline, 0, sizeof *baseline);
    baseline->report = (struct kf_baseline_report){KF_BASELINE_NONE, 0, NAN, NAN, NAN, NAN, 0, NAN, NAN};
}

void kf_baseline_add(struct kf_baseline *baseline, const struct kf_knee_means *means, double thigh_rad,
                     double shank_rad)
{
    if (baseline->count == KF_BASELINE_STRIDES)
        return;
    baseline->means[baseline->count] = *means;
    baseline->thigh_rad[baseline->count] = thigh_rad;
    baseline->shank_rad[baseline->count] = shank_rad;
    baseline->count++;
}

void kf_baseline_add_emg(struct kf_baseline *baseline, double ratio)
{
    if (isfinite(ratio) && baseline->emg_count < KF_BASELINE_STRIDES)
        baseline->emg_ratio[baseline->emg_count++] = ratio;
}

void kf_baseline_pace(struct kf_baseline *baseline, double stride_hz, double belt_mps)
{
    if (baseline->count == KF_BASELINE_STRIDES)
        return;
    baseline->stride_hz[baseline->count] = stride_hz;
    baseline->belt_mps[baseline->count] = belt_mps;
}

struct kf_baseline_report kf_baseline_at(const struct kf_baseline *baseline, double stride_hz, double belt_mps)
{
    const struct kf_baseline_slope *slope = &baseline->slope;
    struct kf_baseline_report report = baseline->report;
    const double pace = slope->by == KF_PACE_BELT ? belt_mps : stride_hz;
    if (slope->by == KF_PACE_NONE || !isfinite(pace))
        return report;
    const double beyond = fmax(slope->low, fmin(slope->high, pace)) - slope->usual;
    report.mean_knee_moment_nm_kg += slope->moment * beyond;
    report.peak_knee_deg += slope->flexion * beyond;
    return report;
}

static void sort(double *value, unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        const double moved = value[i];
        unsigned j = i;
        for (; j > 0 && value[j - 1] > moved; j--)
            value[j] = value[j - 1];
        value[j] = moved;
    }
}

static double median_of(double *value, unsigned count)
{
    sort(value, count);
    return count % 2 ? value[count / 2] : (value[count / 2 - 1] + value[count / 2]) / 2;
}

static double sd_of(const double *value, unsigned count)
{
    double mean = 0, square = 0;
    for (unsigned i = 0; i < count; i++)
        mean += value[i] / count;
    for (unsigned i = 0; i < count; i++)
        square += (value[i] - mean) * (value[i] - mean);
    return count > 1 ? sqrt(square / (count - 1)) : NAN;
}

/* A handful of strides is needed before their median means anything. */
static void restate_emg(struct kf_baseline *baseline)
{
    enum { NEEDED = 6 };
    double ratio[KF_BASELINE_STRIDES];
    struct kf_baseline_report *report = &baseline->report;
    if (baseline->emg_count < NEEDED)
        return;
    memcpy(ratio, baseline->emg_ratio, baseline->emg_count * sizeof *ratio);
    report->emg_strides = baseline->emg_count;
    report->emg_early_ratio_sd = sd_of(ratio, baseline->emg_count);
    report->emg_early_ratio = median_of(ratio, baseline->emg_count);
}

/* Median of value[i] over the strides whose pace is below, or not below, the split. */
static double side_median(const double *value, const double *pace, unsigned count, double split, bool above)
{
    double side[KF_BASELINE_STRIDES];
    unsigned n = 0;
    for (unsigned i = 0; i < count; i++)
        if ((pace[i] >= split) == above)
            side[n++] = value[i];
    return n ? median_of(side, n) : NAN;
}

/* Which pace tells, and where it divides the strides; KF_PACE_NONE when neither varies enough. Fills low and high. */
static enum kf_baseline_pace choose_pace(const struct kf_baseline *baseline, struct kf_baseline_slope *slope,
                                         double *split)
{
    const unsigned count = baseline->count;
    double sorted[KF_BASELINE_STRIDES];
    unsigned slow = 0, fast = 0;
    memcpy(sorted, baseline->belt_mps, count * sizeof *sorted);
    sort(sorted, count);
    slope->low = sorted[0];
    slope->high = sorted[count - 1];
    *split = (slope->low + slope->high) / 2;
    for (unsigned i = 0; i < count; i++) {
        slow += fabs(baseline->belt_mps[i] - slope->low) < same_speed_mps;
        fast += fabs(baseline->belt_mps[i] - slope->high) < same_speed_mps;
    }
    if (slope->high - slope->low > 2 * same_speed_mps && slow >= speed_strides && fast >= speed_strides)
        return KF_PACE_BELT;
    memcpy(sorted, baseline->stride_hz, count * sizeof *sorted);
    sort(sorted, count);
    slope->low = sorted[0];
    slope->high = sorted[count - 1];
    *split = sorted[count / 2];
    const double spread = sorted[3 * count / 4] - sorted[count / 4];
    return count >= speed_strides && spread > rate_spread * *split ? KF_PACE_STRIDE_RATE : KF_PACE_NONE;
}

static bool all_known(const double *pace, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (!isfinite(pace[i]))
            return false;
    return true;
}

/* Finds the slope and takes it out of both series, which are then as they would be at the usual pace. */
static void take_out_slope(struct kf_baseline *baseline, double *moment, double *flexion)
{
    const unsigned count = baseline->count;
    struct kf_baseline_slope *slope = &baseline->slope;
    double split;
    *slope = (struct kf_baseline_slope){KF_PACE_NONE, NAN, NAN, NAN, 0, 0};
    if (!all_known(baseline->stride_hz, count))
        return;
    slope->by = choose_pace(baseline, slope, &split);
    const double *pace = slope->by == KF_PACE_BELT ? baseline->belt_mps : baseline->stride_hz;
    const double apart = side_median(pace, pace, count, split, true) - side_median(pace, pace, count, split, false);
    if (slope->by == KF_PACE_NONE || !(apart > 0)) {
        slope->by = KF_PACE_NONE;
        return;
    }
    slope->moment =
        (side_median(moment, pace, count, split, true) - side_median(moment, pace, count, split, false)) / apart;
    slope->flexion =
        (side_median(flexion, pace, count, split, true) - side_median(flexion, pace, count, split, false)) / apart;
    double sorted[KF_BASELINE_STRIDES];
    memcpy(sorted, pace, count * sizeof *sorted);
    slope->usual = median_of(sorted, count);
    for (unsigned i = 0; i < count; i++) {
        moment[i] -= slope->moment * (pace[i] - slope->usual);
        flexion[i] -= slope->flexion * (pace[i] - slope->usual);
    }
}

void kf_baseline_restate(struct kf_baseline *baseline, const struct kf_knee *knee, const struct kf_limits *limits)
{
    const double degrees = 180 / 3.14159265358979323846;
    double moment[KF_BASELINE_STRIDES], flexion[KF_BASELINE_STRIDES];
    struct kf_baseline_report *report = &baseline->report;
    report->strides = baseline->count;
    if (baseline->count == 0)
        return;
    for (unsigned i = 0; i < baseline->count; i++) {
        moment[i] = kf_knee_moment(knee, &baseline->means[i]);
        flexion[i] = degrees * kf_knee_flexion(knee, baseline->thigh_rad[i], baseline->shank_rad[i]);
    }
    take_out_slope(baseline, moment, flexion);
    report->sd_nm_kg = sd_of(moment, baseline->count);
    report->peak_knee_sd_deg = sd_of(flexion, baseline->count);
    report->mean_knee_moment_nm_kg = median_of(moment, baseline->count);
    report->peak_knee_deg = median_of(flexion, baseline->count);
    restate_emg(baseline);
    report->kind = KF_BASELINE_NONE;
    if (baseline->count >= limits->baseline_provisional_strides)
        report->kind = KF_BASELINE_PROVISIONAL;
    if (baseline->count >= limits->baseline_full_strides || baseline->count == KF_BASELINE_STRIDES)
        report->kind = KF_BASELINE_FULL;
}
