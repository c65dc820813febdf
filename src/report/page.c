/* page.c - what a coach hands to a runner: the verdict in a sentence a leg, the swings themselves against the relaxed
 * ones, when each verdict fell, how the numbers spread, and what all this can not say. One page, read from the top. */
#include "report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/pen.h"

static const double margin = 40, column_width = 222, right_column = 333;
static const char *const leg_names[KF_LEG_COUNT] = {"Left", "Right"};

const char *const kf_page_caveats[] = {
    "Inertial sensors see the net moment at the knee, not a muscle: a pull and less braking by the quadriceps look "
    "alike, "
    "and co-contraction hides. Only with EMG is a muscle named.",
    "Verdicts compare each swing with this runner's own relaxed swings of the same donning; without a baseline most "
    "are "
    "unclear, and unclear means unclear.",
    "Figures are means ± one standard deviation between swings. Differences between the legs below about 3 % or 2 to 3 "
    "degrees are normal.",
    "This page describes how a leg was swung. It says nothing about injury.",
    NULL,
};

/* ---- words ---- */

void kf_page_verdict(const struct kf_report *report, enum kf_leg which, char out[KF_PAGE_SENTENCE])
{
    const struct kf_report_leg *leg = &report->leg[which];
    if (leg->swings == 0)
        (void)snprintf(out, KF_PAGE_SENTENCE, "No swing of this leg was seen.");
    else if (leg->no_baseline * 2 > leg->swings)
        (void)snprintf(out, KF_PAGE_SENTENCE, "%u swings, most without a baseline to compare with: unclear.",
                       leg->swings);
    else
        (void)snprintf(out, KF_PAGE_SENTENCE, "%u of %u swings passive, %u pulled, %u unclear.", leg->passive,
                       leg->swings, leg->pulled, leg->unclear);
}

static double without_minus_zero(double value, int decimals)
{
    return fabs(value) < .5 * pow(10, -decimals) ? 0 : value;
}

void kf_page_number(char *out, size_t size, double mean, double sd, int decimals)
{
    if (!isfinite(mean))
        (void)snprintf(out, size, "–");
    else if (!isfinite(sd))
        (void)snprintf(out, size, "%.*f", decimals, without_minus_zero(mean, decimals));
    else
        (void)snprintf(out, size, "%.*f ± %.*f", decimals, without_minus_zero(mean, decimals), decimals, sd);
}

static void join(char *out, size_t size, const char *text)
{
    const size_t used = strlen(out);
    (void)snprintf(out + used, size - used, "%s%s", used > 0 && *text ? "  ·  " : "", text);
}

static void draw_head(cairo_t *cairo, const struct kf_report *report)
{
    const struct kf_text_style title = {.size = 19, .bold = true, .color = kf_ink};
    const struct kf_text_style facts = {.size = 8.5, .color = kf_dim};
    const struct kf_text_style maker = {.size = 8, .color = kf_dim, .align = KF_TEXT_RIGHT};
    char text[512] = "", part[160];
    (void)kf_pen_text(cairo, margin, 54, &title, *report->athlete ? report->athlete : "Leg recovery");
    (void)snprintf(part, sizeof part, "kneefold %s  ·  leg recovery report", report->version);
    (void)kf_pen_text(cairo, KF_PAGE_WIDTH - margin, 54, &maker, part);
    join(text, sizeof text, report->date);
    join(text, sizeof text, report->file);
    if (isfinite(report->duration_s)) {
        const unsigned seconds = (unsigned)fmin(fmax(report->duration_s, 0) + .5, 1e6);
        (void)snprintf(part, sizeof part, "%u:%02u min", seconds / 60, seconds % 60);
        join(text, sizeof text, part);
    }
    if (isfinite(report->belt_mps)) {
        (void)snprintf(part, sizeof part, "belt %.2f m/s", report->belt_mps);
        join(text, sizeof text, part);
    }
    if (isfinite(report->cadence_spm)) {
        (void)snprintf(part, sizeof part, "%.0f steps/min", report->cadence_spm);
        join(text, sizeof text, part);
    }
    (void)kf_pen_text(cairo, margin, 70, &facts, text);
    kf_pen_line(cairo, margin, 79, KF_PAGE_WIDTH - margin, 79, .8, kf_rule);
}

/* ---- the verdict of a leg ---- */

static void draw_verdict(cairo_t *cairo, const struct kf_report *report, enum kf_leg which, double x)
{
    const struct kf_text_style name = {.size = 11, .bold = true, .color = kf_ink};
    const struct kf_text_style sentence = {.size = 8.5, .color = kf_ink, .width = column_width};
    const struct kf_text_style small = {.size = 7, .color = kf_dim};
    const struct kf_report_leg *leg = &report->leg[which];
    const unsigned parts[] = {leg->passive, leg->unclear, leg->pulled};
    const struct kf_color colors[] = {kf_blue, kf_rule, kf_orange};
    char text[KF_PAGE_SENTENCE];
    double at = x;
    (void)snprintf(text, sizeof text, "%s leg", leg_names[which]);
    (void)kf_pen_text(cairo, x, 97, &name, text);
    kf_page_verdict(report, which, text);
    (void)kf_pen_text(cairo, x, 111, &sentence, text);
    for (int i = 0; i < 3 && leg->swings > 0; i++) {
        const double width = column_width * parts[i] / leg->swings;
        kf_pen_box(cairo, at, 118, width, 9, colors[i], 1);
        at += width;
    }
    if (leg->baseline_strides > 0)
        (void)snprintf(text, sizeof text, "baseline of %u strides%s: %.3f Nm/kg, %.1f°",
                       leg->baseline_strides, leg->baseline_full ? "" : " (provisional)", leg->baseline_moment_nm_kg,
                       leg->baseline_peak_deg);
    else
        (void)snprintf(text, sizeof text, "no baseline: run relaxed for 30 strides first");
    (void)kf_pen_text(cairo, x, 137, &small, text);
}

/* ---- the swings ---- */

/* Where in the swing the knee turns, 0..1, on average; NAN when no swing was measured. */
static double peak_at(const struct kf_report_leg *leg)
{
    return leg->peak_count > 0 ? leg->peak_at_sum / leg->peak_count : NAN;
}

/* The least round range that holds what is judged of all curves of a signal, both legs alike. */
static void find_range(const struct kf_report *report, enum kf_report_signal signal, double step, double *low,
                       double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        for (int group = 0; group < KF_REPORT_UNCLEAR; group++) {
            const struct kf_report_curve *curve = &report->leg[leg].curve[signal][group];
            const double peak = peak_at(&report->leg[leg]);
            const unsigned end = isfinite(peak) ? (unsigned)(peak * (KF_REPORT_POINTS - 1)) + 1 : KF_REPORT_POINTS;
            for (unsigned i = 0; i < end && curve->count > 0; i++) {
                const double sd = curve->count > 1 ? kf_report_curve_sd(curve, i) : 0;
                *low = fmin(*low, curve->mean[i] - sd);
                *high = fmax(*high, curve->mean[i] + sd);
            }
        }
    if (*low > *high) {
        *low = 0;
        *high = step;
    }
    *low = floor(*low / step) * step;
    *high = fmax(ceil(*high / step) * step, *low + step);
}

static void draw_band(cairo_t *cairo, const struct kf_plot *plot, const struct kf_report_curve *curve)
{
    double low[KF_REPORT_POINTS], high[KF_REPORT_POINTS];
    for (unsigned i = 0; i < KF_REPORT_POINTS; i++) {
        const double sd = kf_report_curve_sd(curve, i);
        low[i] = curve->mean[i] - sd;
        high[i] = curve->mean[i] + sd;
    }
    kf_plot_band(cairo, plot, low, high, KF_REPORT_POINTS, kf_gray, .35);
    kf_plot_curve(cairo, plot, curve->mean, KF_REPORT_POINTS, .8, kf_gray, true);
}

static void draw_swings(cairo_t *cairo, const struct kf_report *report, enum kf_leg which, enum kf_report_signal signal,
                        const struct kf_plot *frame)
{
    static const char *const titles[KF_REPORT_SIGNALS] = {"knee flexion in swing, °",
                                                          "net knee moment, Nm/kg, extension +"};
    static const double steps[KF_REPORT_SIGNALS] = {30, .1};
    const struct kf_text_style note = {.size = 6, .color = kf_dim, .align = KF_TEXT_CENTER};
    const struct kf_report_leg *leg = &report->leg[which];
    const struct kf_report_curve *curve = leg->curve[signal];
    struct kf_plot plot = *frame;
    plot.x_low = 0;
    plot.x_high = 100;
    find_range(report, signal, steps[signal], &plot.y_low, &plot.y_high);
    double y_step = steps[signal];
    while ((plot.y_high - plot.y_low) / y_step > 6)
        y_step *= 2;
    if (isfinite(peak_at(leg))) { /* what is never judged is shaded */
        const double x = kf_plot_x(&plot, 100 * peak_at(leg));
        kf_pen_box(cairo, x, plot.y, plot.x + plot.width - x, plot.height, kf_paper_tint, 1);
        (void)kf_pen_text(cairo, (x + plot.x + plot.width) / 2, plot.y + 8, &note, "after the peak: not judged");
    }
    kf_plot_axes(cairo, &plot, 20, y_step, titles[signal]);
    if (curve[KF_REPORT_BASELINE].count > 1)
        draw_band(cairo, &plot, &curve[KF_REPORT_BASELINE]);
    if (curve[KF_REPORT_PASSIVE].count > 0)
        kf_plot_curve(cairo, &plot, curve[KF_REPORT_PASSIVE].mean, KF_REPORT_POINTS, 1.3, kf_blue, false);
    if (curve[KF_REPORT_PULLED].count > 0)
        kf_plot_curve(cairo, &plot, curve[KF_REPORT_PULLED].mean, KF_REPORT_POINTS, 1.5, kf_orange, false);
}

static double legend_entry(cairo_t *cairo, double x, double y, struct kf_color color, double height, const char *text)
{
    const struct kf_text_style style = {.size = 7, .color = kf_dim};
    kf_pen_box(cairo, x, y - 2 - height / 2, 14, height, color, height > 3 ? .35 : 1);
    (void)kf_pen_text(cairo, x + 18, y, &style, text);
    return x + 30 + 3.9 * (double)strlen(text);
}

static void draw_all_swings(cairo_t *cairo, const struct kf_report *report)
{
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        const double x = (leg == KF_LEFT ? margin : right_column) + 22;
        const struct kf_plot knee = {.x = x, .y = 164, .width = column_width - 22, .height = 92};
        const struct kf_plot moment = {.x = x, .y = 288, .width = column_width - 22, .height = 92};
        draw_swings(cairo, report, (enum kf_leg)leg, KF_REPORT_KNEE_DEG, &knee);
        draw_swings(cairo, report, (enum kf_leg)leg, KF_REPORT_MOMENT, &moment);
    }
    double x = margin + 22;
    x = legend_entry(cairo, x, 402, kf_gray, 6, "baseline, ± 1 SD");
    x = legend_entry(cairo, x, 402, kf_blue, 1.6, "passive swings, mean");
    x = legend_entry(cairo, x, 402, kf_orange, 1.8, "pulled swings, mean");
    const struct kf_text_style note = {.size = 7, .color = kf_dim, .align = KF_TEXT_RIGHT};
    (void)kf_pen_text(cairo, KF_PAGE_WIDTH - margin, 402, &note, "0 % toe-off, 100 % next contact");
}

/* ---- when ---- */

static double nice_step(double span, int most)
{
    static const double factors[] = {1, 2, 5};
    for (double unit = 1e-3; unit < 1e7; unit *= 10)
        for (int i = 0; i < 3; i++)
            if (span / (unit * factors[i]) <= most)
                return unit * factors[i];
    return span;
}

static void time_span(const struct kf_report *report, double *from, double *to)
{
    *from = 0;
    *to = fmax(isfinite(report->duration_s) ? report->duration_s : 1, 1);
    for (unsigned i = 0; i < report->swing_count; i++) {
        *from = fmin(*from, report->swing[i].t_s);
        *to = fmax(*to, report->swing[i].t_s);
    }
}

static void draw_timeline(cairo_t *cairo, const struct kf_report *report)
{
    static const enum kf_mark marks[] = {
        [KF_UNCLEAR] = KF_MARK_DOT, [KF_PASSIVE] = KF_MARK_HOLLOW, [KF_PULLED] = KF_MARK_FILLED};
    const struct kf_text_style side = {.size = 7.5, .bold = true, .color = kf_dim, .align = KF_TEXT_RIGHT};
    const struct kf_color colors[] = {[KF_UNCLEAR] = kf_gray, [KF_PASSIVE] = kf_blue, [KF_PULLED] = kf_orange};
    const double size = report->swing_count > 1200 ? 1.1 : report->swing_count > 400 ? 1.6 : 2.2;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        struct kf_plot plot = {.x = margin + 22,
                               .y = 426 + 48.0 * leg,
                               .width = KF_PAGE_WIDTH - 2 * margin - 22,
                               .height = 40,
                               .y_low = -.05,
                               .y_high = .15};
        time_span(report, &plot.x_low, &plot.x_high);
        const double step = nice_step(plot.x_high - plot.x_low, 12);
        kf_plot_axes(cairo, &plot, leg == KF_LEFT ? 0 : step, .05,
                     leg == KF_LEFT ? "drive of every swing, Nm/kg more flexing than the baseline, over time, s" : "");
        if (isfinite(report->drive_limit_nm_kg))
            kf_pen_line(cairo, plot.x, kf_plot_y(&plot, report->drive_limit_nm_kg), plot.x + plot.width,
                        kf_plot_y(&plot, report->drive_limit_nm_kg), .5, kf_orange);
        (void)kf_pen_text(cairo, plot.x + plot.width - 3, plot.y + 8, &side, leg_names[leg]);
        for (unsigned i = 0; i < report->swing_count; i++) {
            const struct kf_report_swing *swing = &report->swing[i];
            if (swing->leg == (enum kf_leg)leg && isfinite(swing->drive_nm_kg))
                kf_plot_mark(cairo, &plot, swing->t_s, swing->drive_nm_kg, marks[swing->verdict], size,
                             colors[swing->verdict]);
        }
        for (unsigned i = 0; i < report->cue_count; i++)
            if (!report->cue[i].has_leg || report->cue[i].leg == (enum kf_leg)leg)
                kf_plot_mark(cairo, &plot, report->cue[i].t_s, plot.y_high, KF_MARK_TICK, 7, kf_ink);
    }
}

/* ---- how it spreads ---- */

enum { BINS = 40 };

static void count_bins(const struct kf_report *report, enum kf_leg leg, bool drive, const struct kf_plot *plot,
                       double bins[BINS + 1])
{
    double most = 0;
    memset(bins, 0, (BINS + 1) * sizeof *bins);
    for (unsigned i = 0; i < report->swing_count; i++) {
        const struct kf_report_swing *swing = &report->swing[i];
        const double value = drive ? swing->drive_nm_kg : swing->peak_knee_deg;
        const double at = (value - plot->x_low) / (plot->x_high - plot->x_low) * BINS;
        if (swing->leg == leg && at >= 0 && at < BINS)
            bins[(int)at]++;
    }
    for (int i = 0; i < BINS; i++)
        most = fmax(most, bins[i]);
    for (int i = 0; i < BINS && most > 0; i++)
        bins[i] /= most;
}

static void draw_distribution(cairo_t *cairo, const struct kf_report *report, bool drive, double x)
{
    struct kf_plot plot = {.x = x + 22, .y = 554, .width = column_width - 22, .height = 42, .y_low = 0, .y_high = 1.08};
    plot.x_low = drive ? -.05 : 70;
    plot.x_high = drive ? .15 : 150;
    double bins[BINS + 1], zero[BINS + 1] = {0};
    kf_plot_axes(cairo, &plot, drive ? .05 : 20, 0,
                 drive ? "drive, Nm/kg: left filled, right dashed" : "peak knee flexion, °: left filled, right dashed");
    count_bins(report, KF_LEFT, drive, &plot, bins);
    kf_plot_band(cairo, &plot, zero, bins, BINS + 1, kf_green, .30);
    kf_plot_curve(cairo, &plot, bins, BINS + 1, .9, kf_green, false);
    count_bins(report, KF_RIGHT, drive, &plot, bins);
    kf_plot_curve(cairo, &plot, bins, BINS + 1, 1.1, kf_ink, true);
}

static void draw_distributions(cairo_t *cairo, const struct kf_report *report)
{
    draw_distribution(cairo, report, true, margin);
    draw_distribution(cairo, report, false, right_column);
}

/* ---- the numbers ---- */

static void draw_numbers(cairo_t *cairo, const struct kf_report *report)
{
    const struct kf_text_style head = {.size = 7, .bold = true, .color = kf_dim, .align = KF_TEXT_RIGHT};
    const struct kf_text_style label = {.size = 7, .color = kf_ink};
    const struct kf_text_style value = {.size = 7, .color = kf_ink, .align = KF_TEXT_RIGHT};
    const double top = 632, step = 9.3, left = 240, right = 306, last = 346;
    char text[64];
    (void)kf_pen_text(cairo, left, top, &head, "left");
    (void)kf_pen_text(cairo, right, top, &head, "right");
    (void)kf_pen_text(cairo, last, top, &head, "l–r %");
    kf_pen_line(cairo, margin, top + 3, last, top + 3, .5, kf_rule);
    for (unsigned i = 0; i < report->number_count; i++) {
        const struct kf_report_number *number = &report->number[i];
        const double y = top + step * (i + 1.3);
        (void)snprintf(text, sizeof text, "%s%s%s", number->label, *number->unit ? ", " : "", number->unit);
        (void)kf_pen_text(cairo, margin, y, &label, text);
        kf_page_number(text, sizeof text, number->mean[KF_LEFT], number->sd[KF_LEFT], number->decimals);
        (void)kf_pen_text(cairo, left, y, &value, text);
        kf_page_number(text, sizeof text, number->mean[KF_RIGHT], number->sd[KF_RIGHT], number->decimals);
        (void)kf_pen_text(cairo, right, y, &value, text);
        kf_page_number(text, sizeof text, number->asymmetry_pct, NAN, 0);
        (void)kf_pen_text(cairo, last, y, &value, text);
    }
}

static void draw_cues(cairo_t *cairo, const struct kf_report *report)
{
    enum { SHOWN = 5 };
    const double x = 366, width = KF_PAGE_WIDTH - margin - x;
    const struct kf_text_style head = {.size = 8, .bold = true, .color = kf_ink};
    const struct kf_text_style line = {.size = 7, .color = kf_ink, .width = width};
    const struct kf_text_style small = {.size = 6.3, .color = kf_dim, .width = width};
    char text[200];
    double y = 632;
    (void)snprintf(text, sizeof text, report->cues_in_all == 0 ? "Cues: none" : "Cues: %u", report->cues_in_all);
    (void)kf_pen_text(cairo, x, y, &head, text);
    y += 12;
    for (unsigned i = 0; i < report->cue_count && i < SHOWN; i++) {
        const struct kf_report_cue *cue = &report->cue[i];
        (void)snprintf(text, sizeof text, "%.0f s  %s%s%s", cue->t_s, cue->text, cue->has_leg ? ", " : "",
                       cue->has_leg ? (cue->leg == KF_LEFT ? "left" : "right") : "");
        y += kf_pen_text(cairo, x, y, &line, text) + 1;
    }
    if (report->cues_in_all > SHOWN)
        y += kf_pen_text(cairo, x, y, &small, "and more: the ticks above the drive") + 1;
    y += 8;
    (void)kf_pen_text(cairo, x, y, &head, "What this page can not say");
    y += 11;
    for (const char *const *caveat = kf_page_caveats; *caveat; caveat++)
        y += kf_pen_text(cairo, x, y, &small, *caveat) + 3;
}

void kf_page_draw(cairo_t *cairo, const struct kf_report *report)
{
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    draw_head(cairo, report);
    draw_verdict(cairo, report, KF_LEFT, margin);
    draw_verdict(cairo, report, KF_RIGHT, right_column);
    draw_all_swings(cairo, report);
    draw_timeline(cairo, report);
    draw_distributions(cairo, report);
    draw_numbers(cairo, report);
    draw_cues(cairo, report);
}
