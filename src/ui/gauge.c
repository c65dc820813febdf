/* gauge.c - the numbers a coach watches, each against its band: value, where it lies, where the last strides lay, and
 * the baseline's mark. "In band", "high" and "low" are said in words; colour only repeats it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/canvas.h"
#include "ui/parts.h"
#include "ui/text.h"

struct gauge_kind {
    const char *name, *unit;
    int decimals, with_sign;
    bool paired; /* one a leg; otherwise of the whole body, kept under KF_LEFT */
    enum kf_role out_of_band;
};

static const struct gauge_kind kinds[KF_GAUGE_COUNT] = {
    [KF_GAUGE_DRIVE] = {"drive", "Nm/kg", 3, 1, true, KF_ROLE_PULLED},
    [KF_GAUGE_FOLD] = {"fold share", "", 2, 0, true, KF_ROLE_PULLED},
    [KF_GAUGE_PEAK_KNEE] = {"peak knee", "°", 0, 0, true, KF_ROLE_PULLED},
    [KF_GAUGE_HIP_TO] = {"hip at TO", "°", 0, 1, true, KF_ROLE_WARN},
    [KF_GAUGE_HIP_LAG] = {"hip lag", "ms", 0, 1, true, KF_ROLE_WARN},
    [KF_GAUGE_CONTACT] = {"contact", "s", 3, 0, true, KF_ROLE_WARN},
    [KF_GAUGE_CADENCE] = {"cadence", "steps/min", 0, 0, false, KF_ROLE_WARN},
    [KF_GAUGE_TRUNK_LEAN] = {"trunk lean", "°", 1, 1, false, KF_ROLE_WARN},
    [KF_GAUGE_EMG] = {"EMG early", "", 2, 0, true, KF_ROLE_PULLED},
};

enum { VALUE_COLUMNS = 7, WORD_COLUMNS = 7, TIGHT_NAME_COLUMNS = 10, SHOWN_TRAIL = 12 };

static unsigned trail_count(const struct kf_view_gauge *gauge)
{
    return gauge->trail_count < KF_VIEW_TRAIL ? gauge->trail_count : KF_VIEW_TRAIL;
}

/* The state in a word, and the role that goes with it. */
static const char *judge(const struct gauge_kind *kind, const struct kf_view_gauge *gauge, enum kf_role *role)
{
    *role = KF_ROLE_DIM;
    if (!isfinite(gauge->value))
        return "";
    *role = KF_ROLE_TEXT;
    if (!isfinite(gauge->band_low) && !isfinite(gauge->band_high))
        return "";
    *role = kind->out_of_band;
    if (gauge->value > gauge->band_high)
        return "high";
    if (gauge->value < gauge->band_low)
        return "low";
    *role = KF_ROLE_PASSIVE;
    return "in band";
}

/* Track, band, trail, baseline and the value on it. */
static void draw_bar(struct kf_grid *grid, struct kf_rect rect, const struct kf_view_gauge *gauge, enum kf_role role)
{
    double low = gauge->low, high = gauge->high;
    int from = kf_scale_cell(isfinite(gauge->band_low) ? gauge->band_low : low, low, high, rect.w);
    int to = kf_scale_cell(isfinite(gauge->band_high) ? gauge->band_high : high, low, high, rect.w);
    int at = kf_scale_cell(gauge->value, low, high, rect.w), mark = kf_scale_cell(gauge->baseline, low, high, rect.w);
    unsigned count = trail_count(gauge), first = count > SHOWN_TRAIL ? count - SHOWN_TRAIL : 0;
    bool band = isfinite(gauge->band_low) || isfinite(gauge->band_high);

    kf_grid_fill(grid, rect, kf_pen(KF_ROLE_FAINT), 0x2500);
    if (band && from >= 0 && to >= from)
        kf_grid_fill(grid, kf_rect(rect.x + from, rect.y, to - from + 1, 1), kf_pen(KF_ROLE_BAND), 0x2592);
    for (unsigned i = first; i < count; i++) {
        int x = kf_scale_cell(gauge->trail[i], low, high, rect.w);
        if (x >= 0)
            kf_grid_put(grid, rect.x + x, rect.y, kf_pen(KF_ROLE_DIM), 0x2022);
    }
    if (mark >= 0)
        kf_grid_put(grid, rect.x + mark, rect.y, kf_pen(KF_ROLE_TEXT), 0x2502);
    if (at >= 0) {
        uint32_t glyph = gauge->value < low ? 0x25c0 : gauge->value > high ? 0x25b6 : 0x25c6;
        kf_grid_put(grid, rect.x + at, rect.y, kf_pen_bold(role), glyph);
    }
}

/* "L  +0.012 ──▒▒▒◆── high" in one row. */
static void draw_row(struct kf_grid *grid, struct kf_rect rect, const struct gauge_kind *kind,
                     const struct kf_view_gauge *gauge)
{
    enum kf_role role;
    const char *word = judge(kind, gauge, &role);
    char number[KF_NUMBER_MAX];
    int bar = rect.w - VALUE_COLUMNS - 1 - WORD_COLUMNS - 1;

    kf_text_number(number, VALUE_COLUMNS, kind->decimals, kind->with_sign, gauge->value);
    kf_grid_text(grid, rect.x, rect.y, VALUE_COLUMNS, kf_pen_bold(role), number);
    if (bar < 6) {
        kf_grid_text(grid, rect.x + VALUE_COLUMNS + 1, rect.y, rect.w - VALUE_COLUMNS - 1, kf_pen(role), word);
        return;
    }
    draw_bar(grid, kf_rect(rect.x + VALUE_COLUMNS + 1, rect.y, bar, 1), gauge, role);
    kf_grid_text(grid, rect.x + rect.w - WORD_COLUMNS, rect.y, WORD_COLUMNS, kf_pen(role), word);
}

static void draw_leg_row(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,
                         enum kf_view_gauge_id id, enum kf_leg leg)
{
    const struct gauge_kind *kind = &kinds[id];

    if (kind->paired)
        kf_grid_text(grid, rect.x, rect.y, 1, kf_pen_bold(kf_leg_role(leg)), leg == KF_RIGHT ? "R" : "L");
    draw_row(grid, kf_rect(rect.x + 2, rect.y, rect.w - 2, 1), kind, &view->gauge[id][leg]);
}

/* Name, unit and band, above the gauge's bars. */
static void draw_heading(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view,
                         enum kf_view_gauge_id id)
{
    const struct gauge_kind *kind = &kinds[id];
    const struct kf_view_gauge *gauge = &view->gauge[id][KF_LEFT];
    char low[KF_NUMBER_MAX], high[KF_NUMBER_MAX], text[KF_VIEW_TEXT];
    int x = rect.x;

    x += kf_grid_text(grid, x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), kind->name) + 1;
    kf_grid_text(grid, x, rect.y, rect.x + rect.w - x, kf_pen(KF_ROLE_DIM), kind->unit);
    if (!isfinite(gauge->band_low) || !isfinite(gauge->band_high))
        return;
    kf_text_number(low, 1 + VALUE_COLUMNS, kind->decimals, kind->with_sign, gauge->band_low);
    kf_text_number(high, 1 + VALUE_COLUMNS, kind->decimals, kind->with_sign, gauge->band_high);
    (void)snprintf(text, sizeof text, "band %s to %s", low + strspn(low, " "), high + strspn(high, " "));
    if (kf_text_width(text) + x + 8 < rect.x + rect.w)
        kf_grid_text_right(grid, rect.x, rect.y, rect.w, kf_pen(KF_ROLE_DIM), text);
}

/* One row a bar, its name in front: 8 rows. */
static void draw_tight(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    int y = 0;

    for (int i = 0; i < KF_GAUGE_COUNT; i++)
        for (int leg = 0; leg < (kinds[i].paired ? 2 : 1) && y < rect.h; leg++, y++) {
            if (leg == 0)
                kf_grid_text(grid, rect.x, rect.y + y, TIGHT_NAME_COLUMNS, kf_pen(KF_ROLE_DIM), kinds[i].name);
            draw_leg_row(grid, kf_rect(rect.x + TIGHT_NAME_COLUMNS + 1, rect.y + y, rect.w - TIGHT_NAME_COLUMNS - 1, 1),
                         view, (enum kf_view_gauge_id)i, (enum kf_leg)leg);
        }
}

/* The drive of both legs' last strides, newest at the right, with the band's edges. */
static void draw_chart(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    const struct kf_view_gauge *scale = &view->gauge[KF_GAUGE_DRIVE][KF_LEFT];
    double edges[2] = {scale->band_low, scale->band_high};
    struct kf_canvas canvas;
    int x;

    if (!isfinite(scale->low) || !isfinite(scale->high) || !(scale->high > scale->low))
        return;
    x = rect.x + kf_grid_text(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "drive, last strides") + 2;
    x += kf_grid_text(grid, x, rect.y, rect.x + rect.w - x, kf_pen_bold(KF_ROLE_LEFT), "L left") + 2;
    kf_grid_text(grid, x, rect.y, rect.x + rect.w - x, kf_pen_bold(KF_ROLE_RIGHT), "R right");
    rect.y += 1;
    rect.h -= 1;
    kf_canvas_init_chart(&canvas, rect, grid->glyphs, 0, KF_VIEW_TRAIL - 1, scale->low, scale->high);
    for (int edge = 0; edge < 2; edge++)
        for (int i = 0; i < rect.w * canvas.dots_x; i += 4)
            kf_canvas_dot(&canvas, kf_pen(KF_ROLE_BAND), i / canvas.scale_x, edges[edge]);
    for (int leg = 0; leg < 2; leg++) {
        const struct kf_view_gauge *gauge = &view->gauge[KF_GAUGE_DRIVE][leg];
        unsigned count = trail_count(gauge);
        for (unsigned i = 1; i < count; i++)
            kf_canvas_line(&canvas, kf_pen(kf_leg_role((enum kf_leg)leg)), KF_VIEW_TRAIL + i - 1.0 - count,
                           gauge->trail[i - 1], (double)(KF_VIEW_TRAIL + i - count), gauge->trail[i]);
    }
    kf_canvas_show(&canvas, grid);
}

void kf_gauges_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    int gap = rect.h >= 17, y = rect.y;

    if (kf_view_is_stale(view)) {
        char text[KF_VIEW_TEXT];
        kf_view_stale_text(view, text);
        kf_grid_hatch(grid, rect, text);
        return;
    }
    if (rect.h < 13) {
        draw_tight(grid, rect, view);
        return;
    }
    for (int i = 0; i < KF_GAUGE_COUNT; i++) {
        int legs = kinds[i].paired ? 2 : 1;
        draw_heading(grid, kf_rect(rect.x, y++, rect.w, 1), view, (enum kf_view_gauge_id)i);
        for (int leg = 0; leg < legs; leg++)
            draw_leg_row(grid, kf_rect(rect.x, y++, rect.w, 1), view, (enum kf_view_gauge_id)i, (enum kf_leg)leg);
        y += gap;
    }
    if (rect.y + rect.h - y >= 5)
        draw_chart(grid, kf_rect(rect.x, y, rect.w, rect.y + rect.h - y), view);
}
