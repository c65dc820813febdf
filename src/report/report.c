/* report.c - the value a page is drawn from: means and spreads of curves, added up swing by swing. */
#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void kf_report_init(struct kf_report *report)
{
    memset(report, 0, sizeof *report);
    report->duration_s = report->belt_mps = report->cadence_spm = NAN;
    report->drive_limit_nm_kg = report->trunk_lean_deg = NAN;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        report->leg[leg].baseline_moment_nm_kg = report->leg[leg].baseline_peak_deg = NAN;
}

void kf_report_free(struct kf_report *report)
{
    free(report->swing);
    free(report->cue);
    report->swing = NULL;
    report->cue = NULL;
    report->swing_count = report->cue_count = 0;
}

/* Welford's update (1962), a point at a time: no digits are lost over a long run. */
void kf_report_curve_add(struct kf_report_curve *curve, const double value[KF_REPORT_POINTS])
{
    for (unsigned i = 0; i < KF_REPORT_POINTS; i++)
        if (!isfinite(value[i]))
            return;
    curve->count++;
    for (unsigned i = 0; i < KF_REPORT_POINTS; i++) {
        const double delta = value[i] - curve->mean[i];
        curve->mean[i] += delta / curve->count;
        curve->squares[i] += delta * (value[i] - curve->mean[i]);
    }
}

double kf_report_curve_sd(const struct kf_report_curve *curve, unsigned point)
{
    return curve->count > 1 ? sqrt(curve->squares[point] / (curve->count - 1)) : NAN;
}
