/* baseline.c - median and spread of the relaxed swings (see baseline.h; science.md section 7).
 *
 * The median is used because a few pulled or clumsy swings must not move it. */
#include "core/baseline.h"

#include <math.h>
#include <string.h>

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
