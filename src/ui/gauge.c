/* gauge.c - the numbers a coach watches, each against its band: value, where it lies, where the last strides lay, and
 * the baseline's mark. "In band", "high" and "low" are said in words; colour only repeats it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/canvas.h"
#include "ui/parts.h"
#include "ui/text.h"

static const struct kf_gauge_words kinds[KF_GAUGE_COUNT] = {
    [KF_GAUGE_DRIVE] = {"drive", "Nm/kg", 3, 1, true, KF_ROLE_PULLED, false},
    [KF_GAUGE_FOLD] = {"fold share", "by motion", 2, 0, true, KF_ROLE_PULLED, false},
    [KF_GAUGE_PEAK_KNEE] = {"peak knee", "°", 0, 0, true, KF_ROLE_PULLED, true},
    [KF_GAUGE_HIP_TO] = {"hip at TO", "°", 0, 1, true, KF_ROLE_WARN, false},
    [KF_GAUGE_HIP_LAG] = {"hip lag", "ms", 0, 1, true, KF_ROLE_WARN, true},
    [KF_GAUGE_CONTACT] = {"contact", "s", 3, 0, true, KF_ROLE_WARN, false},
    [KF_GAUGE_CADENCE] = {"cadence", "/min", 0, 0, false, KF_ROLE_WARN, false},
    [KF_GAUGE_TRUNK_LEAN] = {"trunk lean", "°", 1, 1, false, KF_ROLE_WARN, true},
    [KF_GAUGE_EMG] = {"EMG early", "", 2, 0, true, KF_ROLE_PULLED, true},
};

enum { NAME = 12, VALUE = 7, WORD = 7, BAR_LEAST = 6, BAR_FOR_WORDS = 12, SHOWN_TRAIL = 12, CHART_ROWS = 6 };

static unsigned trail_count(const struct kf_view_gauge *gauge)
{
    return gauge->trail_count < KF_VIEW_TRAIL ? gauge->trail_count : KF_VIEW_TRAIL;
}

/* The state in a word, and the role that goes with it. */
static const char *judge(const struct kf_gauge_words *kind, const struct kf_view_gauge *gauge, enum kf_role *role)
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
    if (kind->out_of_band == KF_ROLE_PULLED) /* less drive, less fold: out of the band, yet no pull */
        *role = KF_ROLE_UNCLEAR;
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
        kf_grid_fill(grid, kf_rect(rect.x + from, rect.y, to - from + 1, 1), kf_pen(KF_ROLE_BAND), 0x2501);
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

/* The value as text. */
static void value_text(char out[KF_NUMBER_MAX], enum kf_view_gauge_id id, double value)
{
    kf_text_number(out, VALUE, kinds[id].decimals, kinds[id].with_sign, value);
}

static const char *word_of(enum kf_view_gauge_id id, const struct kf_view_gauge *gauge, enum kf_role *role)
{
    const char *word = judge(&kinds[id], gauge, role);

    if (id == KF_GAUGE_FOLD && isfinite(gauge->value)) {
        *role = gauge->value < 1 ? KF_ROLE_PULLED : KF_ROLE_PASSIVE;
        return gauge->value < 1 ? "pulling" : "braking";
    }
    if (!isfinite(gauge->value))
        return "no data";
    return word;
}

/* "L  +0.012 ──▒▒▒◆── high" in one row. */
static void draw_row(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_view_gauge_id id,
                     enum kf_leg leg)
{
    const struct kf_view_gauge *gauge = &view->gauge[id][leg];
    enum kf_role role;
    const char *word = word_of(id, gauge, &role);
    char number[KF_NUMBER_MAX];
    int bar = rect.w - 2 - VALUE - 1, x = rect.x + 2 + VALUE + 1;
    bool words = bar - WORD - 1 >= BAR_FOR_WORDS;

    if (kinds[id].paired)
        kf_grid_text(grid, rect.x, rect.y, 1, kf_pen_bold(kf_leg_role(leg)), leg == KF_RIGHT ? "R" : "L");
    value_text(number, id, gauge->value);
    kf_grid_text_right(grid, rect.x + 2, rect.y, VALUE, kf_pen_bold(role), number);
    bar -= words ? WORD + 1 : 2;
    if (bar >= BAR_LEAST)
        draw_bar(grid, kf_rect(x, rect.y, bar, 1), gauge, role);
    if (words)
        kf_grid_text(grid, rect.x + rect.w - WORD, rect.y, WORD, kf_pen(role), word);
    else if (word[0] && role != KF_ROLE_PASSIVE && role != KF_ROLE_TEXT && role != KF_ROLE_DIM)
        kf_grid_put(grid, rect.x + rect.w - 1, rect.y, kf_pen_bold(role),
                    word[0] == 'h'                     ? 0x25b2
                    : word[0] == 'l' || word[0] == 'p' ? 0x25bc
                                                       : '!');
}

static bool is_shown(const struct kf_view *view, enum kf_view_gauge_id id)
{
    return id != KF_GAUGE_EMG || trail_count(&view->gauge[id][KF_LEFT]) || trail_count(&view->gauge[id][KF_RIGHT]);
}

static int rows_of(const struct kf_view *view, enum kf_view_gauge_id id)
{
    enum kf_leg lone;

    return !is_shown(view, id) ? 0 : kinds[id].paired && !kf_view_lone_leg(view, &lone) ? 2 : 1;
}

/* Both legs in one row: two values, and on one bar their letters. */
static void draw_both(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_view_gauge_id id)
{
    const struct kf_view_gauge *left = &view->gauge[id][KF_LEFT];
    struct kf_view_gauge track = *left;
    int x = rect.x, bar = rect.w - 2 * (VALUE + 1);

    for (int leg = 0; leg < KF_LEG_COUNT; leg++, x += VALUE + 1) {
        char number[KF_NUMBER_MAX];
        enum kf_role role;
        (void)word_of(id, &view->gauge[id][leg], &role);
        value_text(number, id, view->gauge[id][leg].value);
        kf_grid_text_right(grid, x, rect.y, VALUE, kf_pen_bold(role), number);
    }
    if (bar < BAR_LEAST)
        return;
    track.value = NAN;
    track.trail_count = 0;
    draw_bar(grid, kf_rect(x, rect.y, bar, 1), &track, KF_ROLE_TEXT);
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        int at = kf_scale_cell(view->gauge[id][leg].value, left->low, left->high, bar);
        int other = kf_scale_cell(view->gauge[id][!leg].value, left->low, left->high, bar);
        struct kf_pen pen = kf_pen_bold(at == other ? KF_ROLE_TITLE : kf_leg_role((enum kf_leg)leg));
        if (at >= 0)
            kf_grid_put(grid, x + at, rect.y, pen, at == other ? 0x25c6 : leg ? 'R' : 'L');
    }
}

/* Name and unit in front; the unit under the name where there are two rows. */
static void draw_gauge(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_view_gauge_id id)
{
    enum kf_leg lone;
    const bool both = kinds[id].paired && !kf_view_lone_leg(view, &lone);
    const char *unit = kf_grid_unit(grid, kinds[id].unit);
    int rows = both && rect.h > 1 ? 2 : 1, used;

    used = kf_grid_text(grid, rect.x, rect.y, NAME - 1, kf_pen(KF_ROLE_TEXT), kinds[id].name);
    if (rows > 1)
        kf_grid_text(grid, rect.x, rect.y + 1, NAME - 1, kf_pen(KF_ROLE_DIM), unit);
    else if (used + 1 + kf_text_width(unit) < NAME)
        kf_grid_text(grid, rect.x + used + 1, rect.y, NAME, kf_pen(KF_ROLE_DIM), unit);
    if (both && rows == 1)
        draw_both(grid, kf_rect(rect.x + NAME, rect.y, rect.w - NAME, 1), view, id);
    else if (!both)
        draw_row(grid, kf_rect(rect.x + NAME, rect.y, rect.w - NAME, 1), view, id, kinds[id].paired ? lone : KF_LEFT);
    for (int leg = 0; both && rows == 2 && leg < rows; leg++)
        draw_row(grid, kf_rect(rect.x + NAME, rect.y + leg, rect.w - NAME, 1), view, id, (enum kf_leg)leg);
    kf_grid_hot(grid, kf_rect(rect.x, rect.y, rect.w, rows), 'w', 0, 0);
}

/* The drive of both legs' last strides, newest at the right, with the band's edges. */
static void draw_chart(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    const struct kf_view_gauge *scale = &view->gauge[KF_GAUGE_DRIVE][KF_LEFT];
    double edges[2] = {scale->band_low, scale->band_high};
    enum kf_leg lone;
    const bool one = kf_view_lone_leg(view, &lone);
    struct kf_canvas canvas;
    int x;

    if (!isfinite(scale->low) || !isfinite(scale->high) || !(scale->high > scale->low))
        return;
    x = rect.x + kf_grid_text(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "drive, last strides") + 2;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        if (!one || leg == (int)lone)
            x += 2 + kf_grid_text(grid, x, rect.y, rect.x + rect.w - x, kf_pen_bold(kf_leg_role((enum kf_leg)leg)),
                                  leg == KF_RIGHT ? "R right" : "L left");
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

struct kf_gauge_words kf_gauge_words(enum kf_view_gauge_id id)
{
    return kinds[id];
}

void kf_gauges_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    int needed = 0, y = rect.y, end = rect.y + rect.h, gap, rows[KF_GAUGE_COUNT];

    if (kf_view_is_stale(view)) {
        char text[KF_VIEW_TEXT];
        kf_view_stale_text(view, text);
        kf_grid_hatch(grid, rect, text);
        return;
    }
    for (int id = 0; id < KF_GAUGE_COUNT; id++)
        needed += rows_of(view, (enum kf_view_gauge_id)id);
    gap = rect.h - needed >= 3;
    for (int id = KF_GAUGE_COUNT - 1; id >= 0; id--) { /* what is judged is the last to be made small */
        rows[id] = rows_of(view, (enum kf_view_gauge_id)id);
        if (rows[id] > 1 && needed > rect.h) {
            rows[id] = 1;
            needed--;
        }
    }
    for (int id = 0; id < KF_GAUGE_COUNT && y < end; id++) {
        if (rows[id])
            draw_gauge(grid, kf_rect(rect.x, y, rect.w, rows[id]), view, (enum kf_view_gauge_id)id);
        y += rows[id];
        y += gap && rows[id] && kinds[id].ends_group && y + 1 < end;
    }
    if (end - y >= CHART_ROWS)
        draw_chart(grid, kf_rect(rect.x, y, rect.w, end - y), view);
}
