/* screen_summary.c - the session so far: how each leg's swings were judged, how its numbers lie, and how they and the
 * cues have moved from the beginning to now. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/parts.h"
#include "ui/screens.h"
#include "ui/text.h"

enum { NAME = 12, NUMBER = 7, SPREAD = 8, BARS_LEAST = 8, BESIDE = 100, WIDEST = 4, SMALL_ROWS = 16 };

/* A bar of eight heights; empty at 0. At the ASCII level the heights are signs of growing weight. */
static void draw_bar(struct kf_grid *grid, int x, int y, struct kf_pen pen, double share)
{
    static const char ascii[] = " .:-=+*#@";
    int height = share > 0 ? 1 + (int)fmin(share * 7.999, 7) : 0;

    if (grid->glyphs == KF_GLYPHS_ASCII)
        kf_grid_put(grid, x, y, pen, (uint32_t)ascii[height]);
    else if (height)
        kf_grid_put(grid, x, y, pen, 0x2580 + (uint32_t)height);
}

/* ---- distributions ---- */

static void draw_histogram(struct kf_grid *grid, struct kf_rect rect, struct kf_pen pen,
                           const struct kf_view_spread *spread, double low, double high, double baseline)
{
    uint32_t most = 1, sum[KF_VIEW_BINS] = {0};
    int bars = rect.w < KF_VIEW_BINS ? rect.w : KF_VIEW_BINS, mark = kf_scale_cell(baseline, low, high, bars);
    int wide = rect.w / bars < WIDEST ? rect.w / bars : WIDEST;

    for (int i = 0; i < KF_VIEW_BINS; i++)
        sum[i * bars / KF_VIEW_BINS] += spread->bin[i];
    for (int i = 0; i < bars; i++)
        most = sum[i] > most ? sum[i] : most;
    for (int i = 0; i < bars; i++) {
        kf_grid_put(grid, rect.x + i * wide + wide / 2, rect.y, kf_pen(i == mark ? KF_ROLE_TEXT : KF_ROLE_FAINT),
                    i == mark ? 0x2502 : ' ');
        for (int column = 0; column < wide && sum[i]; column++)
            draw_bar(grid, rect.x + i * wide + column, rect.y, pen, (double)sum[i] / most);
    }
}

static void draw_spread(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_view_gauge_id id,
                        enum kf_leg leg)
{
    const struct kf_view_gauge *gauge = &view->gauge[id][leg];
    const struct kf_gauge_words words = kf_gauge_words(id);
    double mean = gauge->spread.count ? gauge->spread.mean : NAN;
    double sd = gauge->spread.count > 1 ? sqrt(gauge->spread.m2 / (gauge->spread.count - 1)) : NAN;
    char number[KF_NUMBER_MAX];
    int x = rect.x;

    if (words.paired)
        kf_grid_text(grid, x, rect.y, 1, kf_pen_bold(kf_leg_role(leg)), leg == KF_RIGHT ? "R" : "L");
    kf_text_number(number, NUMBER, words.decimals, words.with_sign, mean);
    kf_grid_text(grid, x + 2, rect.y, NUMBER, kf_pen_bold(KF_ROLE_TEXT), number);
    kf_text_number(number, SPREAD - 2, words.decimals, 0, sd);
    kf_grid_print(grid, x + 3 + NUMBER, rect.y, SPREAD, kf_pen(KF_ROLE_DIM), "(%s)", number + strspn(number, " "));
    x += 3 + NUMBER + SPREAD;
    if (rect.x + rect.w - x >= BARS_LEAST)
        draw_histogram(grid, kf_rect(x, rect.y, rect.x + rect.w - x, 1),
                       kf_pen(words.paired ? kf_leg_role(leg) : KF_ROLE_PASSIVE), &gauge->spread, gauge->low,
                       gauge->high, gauge->baseline);
}

static bool has_spread(const struct kf_view *view, int id)
{
    return view->gauge[id][KF_LEFT].spread.count || view->gauge[id][KF_RIGHT].spread.count;
}

/* Gauges of which there is something, each apart from the next where there is room. Returns the rows used. */
static int draw_spreads(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    int y = rect.y, end = rect.y + rect.h, gap = rect.h >= 3 * KF_GAUGE_COUNT;

    if (rect.h > 2 * KF_GAUGE_COUNT)
        kf_grid_text(grid, rect.x + NAME + 2, y++, rect.w - NAME - 2, kf_pen(KF_ROLE_DIM),
                     "   mean (SD)     how the swings lie");
    for (int id = 0; id < KF_GAUGE_COUNT; id++) {
        const struct kf_gauge_words words = kf_gauge_words((enum kf_view_gauge_id)id);
        int legs = words.paired ? 2 : 1;
        if (!has_spread(view, id))
            continue;
        if (y + legs > end)
            break;
        kf_grid_text(grid, rect.x, y, NAME - 1, kf_pen(KF_ROLE_TEXT), words.name);
        if (legs > 1)
            kf_grid_text(grid, rect.x, y + 1, NAME - 1, kf_pen(KF_ROLE_DIM), kf_grid_unit(grid, words.unit));
        for (int leg = 0; leg < legs; leg++, y++)
            draw_spread(grid, kf_rect(rect.x + NAME, y, rect.w - NAME, 1), view, (enum kf_view_gauge_id)id,
                        (enum kf_leg)leg);
        y += gap;
    }
    return y - rect.y;
}

/* A row a gauge, where there is no room for more: both legs' means. Scrolls. */
static void draw_means(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, unsigned scroll)
{
    int y = rect.y, end = rect.y + rect.h, rows = 0, hidden;

    for (int id = 0; id < KF_GAUGE_COUNT; id++)
        rows += has_spread(view, id);
    hidden = rows > rect.h ? rows - rect.h : 0;
    grid->scrolled = scroll < (unsigned)hidden ? scroll : (unsigned)hidden;
    hidden = (int)grid->scrolled;
    for (int id = 0; id < KF_GAUGE_COUNT && y < end; id++) {
        const struct kf_gauge_words words = kf_gauge_words((enum kf_view_gauge_id)id);
        if (!has_spread(view, id) || hidden-- > 0)
            continue;
        kf_grid_text(grid, rect.x, y, NAME - 1, kf_pen(KF_ROLE_TEXT), words.name);
        for (int leg = 0; leg < (words.paired ? 2 : 1); leg++) {
            const struct kf_view_spread *spread = &view->gauge[id][leg].spread;
            char number[KF_NUMBER_MAX];
            int x = rect.x + NAME + leg * (NUMBER + 4);
            kf_text_number(number, NUMBER, words.decimals, words.with_sign, spread->count ? spread->mean : NAN);
            if (words.paired)
                kf_grid_text(grid, x, y, 1, kf_pen_bold(kf_leg_role((enum kf_leg)leg)), leg ? "R" : "L");
            kf_grid_text(grid, x + 2, y, NUMBER, kf_pen_bold(KF_ROLE_TEXT), number);
        }
        y++;
    }
}

/* ---- trends ---- */

enum trend { TREND_DRIVE, TREND_PULLED, TREND_KNEE, TREND_CUES, TREND_COUNT };

static double trend_value(const struct kf_view_bucket *bucket, enum trend trend, enum kf_leg leg)
{
    enum kf_view_gauge_id id = trend == TREND_KNEE ? KF_GAUGE_PEAK_KNEE : KF_GAUGE_DRIVE;

    if (trend == TREND_CUES)
        return bucket->cues;
    if (trend == TREND_PULLED)
        return bucket->swings[leg] ? 100.0 * bucket->pulled[leg] / bucket->swings[leg] : NAN;
    return bucket->counted[id][leg] ? (double)bucket->sum[id][leg] / bucket->counted[id][leg] : NAN;
}

/* "drive L ▂▃▅" with its ends in numbers. */
static void draw_trend(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum trend trend,
                       enum kf_leg leg)
{
    unsigned count = view->bucket_count < KF_VIEW_BUCKETS ? view->bucket_count : KF_VIEW_BUCKETS;
    double low = INFINITY, high = -INFINITY, first = NAN, last = NAN;
    char number[2][KF_NUMBER_MAX];
    int decimals = trend == TREND_DRIVE ? 3 : 0, room = rect.w - 2 * (NUMBER + 1) - 2;
    unsigned skip = room > 0 && count > (unsigned)room ? count - (unsigned)room : 0;
    int wide = count > 0 && room / (int)count > 1 ? (room / (int)count < WIDEST ? room / (int)count : WIDEST) : 1;

    for (unsigned i = 0; i < count; i++) {
        double value = trend_value(&view->bucket[i], trend, leg);
        if (!isfinite(value))
            continue;
        low = fmin(low, value);
        high = fmax(high, value);
        first = isfinite(first) ? first : value;
        last = value;
    }
    if (trend == TREND_PULLED || trend == TREND_CUES)
        low = 0;
    if (trend != TREND_CUES)
        kf_grid_text(grid, rect.x, rect.y, 1, kf_pen_bold(kf_leg_role(leg)), leg == KF_RIGHT ? "R" : "L");
    kf_text_number(number[0], NUMBER, decimals, decimals > 0, first);
    kf_text_number(number[1], NUMBER, decimals, decimals > 0, last);
    kf_grid_text(grid, rect.x + 2, rect.y, NUMBER, kf_pen(KF_ROLE_DIM), number[0]);
    for (unsigned i = skip; i < count && room > 0; i++) {
        double value = trend_value(&view->bucket[i], trend, leg);
        double share = high > low ? (value - low) / (high - low) : .5;
        struct kf_pen pen = kf_pen(trend == TREND_CUES ? KF_ROLE_CUE : kf_leg_role(leg));
        for (int column = 0; column < wide && isfinite(value) && (low != 0 || value > 0); column++)
            draw_bar(grid, rect.x + 3 + NUMBER + (int)(i - skip) * wide + column, rect.y, pen, fmax(share, .01));
    }
    kf_grid_text(grid, rect.x + 4 + NUMBER + (int)(count - skip) * wide, rect.y, NUMBER, kf_pen_bold(KF_ROLE_TEXT),
                 number[1]);
}

static void draw_trends(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    static const char *const names[TREND_COUNT] = {"drive", "pulled %", "peak knee", "cues"};
    int y = rect.y, end = rect.y + rect.h, gap = rect.h >= 11;

    if (end - y < 1)
        return;
    kf_grid_text(grid, rect.x, y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "Trends");
    if (view->bucket_s > 0 && view->bucket_s < 1e6)
        kf_grid_print(grid, rect.x + NAME + 2, y, rect.w - NAME, kf_pen(KF_ROLE_DIM), "first, then each %.0f s, last",
                      view->bucket_s);
    y++;
    for (int trend = 0; trend < TREND_COUNT; trend++) {
        int legs = trend == TREND_CUES ? 1 : 2;
        if (y + legs > end)
            return;
        kf_grid_text(grid, rect.x, y, NAME - 1, kf_pen(KF_ROLE_TEXT), names[trend]);
        for (int leg = 0; leg < legs; leg++, y++)
            draw_trend(grid, kf_rect(rect.x + NAME, y, rect.w - NAME, 1), view, (enum trend)trend, (enum kf_leg)leg);
        y += gap;
    }
}

/* ---- verdicts ---- */

static void draw_counts(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    static const enum kf_verdict verdicts[] = {KF_PASSIVE, KF_PULLED, KF_UNCLEAR};
    const struct kf_view_leg *from = &view->leg[leg];
    const unsigned counts[] = {from->passive, from->pulled, from->unclear};
    int x = rect.x + 6, end = rect.x + rect.w;

    kf_grid_text(grid, rect.x, rect.y, 5, kf_pen_bold(kf_leg_role(leg)), kf_leg_name(leg));
    for (int i = 0; i < 3 && x + 6 < end; i++) {
        kf_grid_put(grid, x, rect.y, kf_verdict_pen(verdicts[i]), kf_verdict_glyph(verdicts[i]));
        x += 2 + kf_grid_print(grid, x + 2, rect.y, end - x - 2, kf_verdict_pen(verdicts[i]), "%u", counts[i]);
        if (rect.w >= 60)
            x += 1 + kf_grid_text(grid, x + 1, rect.y, end - x, kf_pen(KF_ROLE_DIM), kf_verdict_name(verdicts[i]));
        if (from->swings && (rect.w >= 44 || verdicts[i] == KF_PULLED))
            x += 1 + kf_grid_print(grid, x + 1, rect.y, end - x, kf_pen(KF_ROLE_TEXT), "%.0f %%",
                                   100.0 * counts[i] / from->swings);
        x += 3;
    }
}

void kf_screen_summary_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,
                            const struct kf_ui *ui)
{
    int y = rect.y + 1, half = (rect.w - 6) / 2, rows;
    bool beside = rect.w >= BESIDE;

    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "SUMMARY");
    y += rect.h >= 24;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++, y++)
        draw_counts(grid, kf_rect(rect.x + 2, y, rect.w - 4, 1), view, (enum kf_leg)leg);
    y += rect.h >= 20;
    if (rect.h < SMALL_ROWS) {
        draw_means(grid, kf_rect(rect.x + 2, y, rect.w - 4, rect.y + rect.h - y), view, ui->scroll);
        return;
    }
    if (beside) {
        draw_spreads(grid, kf_rect(rect.x + 2, y, half, rect.y + rect.h - y), view);
        draw_trends(grid, kf_rect(rect.x + 4 + half, y, rect.w - half - 6, rect.y + rect.h - y), view);
        return;
    }
    rows = rect.y + rect.h - y - 8;
    y += draw_spreads(grid, kf_rect(rect.x + 2, y, rect.w - 4, rows > 6 ? rows : rect.y + rect.h - y), view);
    draw_trends(grid, kf_rect(rect.x + 2, y, rect.w - 4, rect.y + rect.h - y), view);
}
