/* screen_live.c - the main screen, live and replay: the cue over everything, the left leg at the left, the right leg at
 * the right, the gauges between them. A narrow or low terminal gets the cue and the gauges and loses the figures. */
#include <stdio.h>

#include "ui/parts.h"
#include "ui/screens.h"
#include "ui/text.h"

enum { WIDE_COLUMNS = 76, WIDE_ROWS = 19, TALL_ROWS = 35, LEG_LEAST = 22, LEG_MOST = 60, LEG_ROWS = 9 };

/* What must be known about a leg before its numbers are believed, in at most `room` columns. */
static enum kf_role leg_state(const struct kf_view *view, enum kf_leg which, int room, char out[KF_VIEW_TEXT])
{
    const struct kf_view_leg *leg = &view->leg[which];
    double quality = leg->thigh.quality < leg->shank.quality ? leg->thigh.quality : leg->shank.quality;
    char number[KF_NUMBER_MAX], text[KF_NUMBER_MAX];

    if (leg->thigh.swapped || leg->shank.swapped) {
        (void)snprintf(out, KF_VIEW_TEXT, "sensors look swapped");
        return KF_ROLE_WARN;
    }
    if (leg->now.worn && !leg->now.aligned) {
        (void)snprintf(out, KF_VIEW_TEXT, "aligning");
        return KF_ROLE_WARN;
    }
    if (!leg->now.worn) {
        (void)snprintf(out, KF_VIEW_TEXT, "not worn");
        return KF_ROLE_DIM;
    }
    if (leg->baseline.kind == KF_BASELINE_NONE)
        (void)snprintf(text, sizeof text, "no baseline");
    else
        (void)snprintf(text, sizeof text, leg->baseline.kind == KF_BASELINE_FULL ? "baseline %u" : "baseline %u/%u",
                       leg->baseline.strides, view->limits.baseline_full_strides);
    kf_text_number(number, 4, 2, 0, quality);
    (void)snprintf(out, KF_VIEW_TEXT, "%s  align %s", text, number);
    if (kf_text_width(out) > room)
        (void)snprintf(out, KF_VIEW_TEXT, "%s", text);
    return KF_ROLE_DIM;
}

/* Rule with the leg's name, figure, cycle bar, strides: each gets its room from the height. */
static void draw_leg(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    int rest = rect.h - 1, cycle = rest >= 18 ? 3 : rest >= 6 ? 2 : 0, figure, y = rect.y;
    char state[KF_VIEW_TEXT];
    enum kf_role role = leg_state(view, leg, rect.w - 12, state);

    kf_grid_rule(grid, rect.x, y, rect.w, kf_pen_bold(kf_leg_role(leg)), leg == KF_RIGHT ? "RIGHT" : "LEFT");
    if (rect.w >= 12 + kf_text_width(state)) {
        kf_grid_text_right(grid, rect.x + 10, y, rect.w - 11, kf_pen(role), state);
        kf_grid_put(grid, rect.x + rect.w - 1, y, kf_pen(KF_ROLE_FAINT), ' ');
        kf_grid_put(grid, rect.x + rect.w - 2 - kf_text_width(state), y, kf_pen(KF_ROLE_FAINT), ' ');
    }
    y += 1;
    rest -= cycle;
    figure = rest >= 10 ? rest * 2 / 3 : rest >= 8 ? rest - 3 : 0;
    if (figure) {
        kf_figure_draw(grid, kf_rect(rect.x, y, rect.w, figure), view, leg);
        y += figure;
    }
    if (cycle) {
        kf_cycle_draw(grid, kf_rect(rect.x, y, rect.w, cycle), view, leg);
        y += cycle;
    }
    kf_strides_draw(grid, kf_rect(rect.x, y, rect.w, rect.y + rect.h - y), view, leg);
}

/* Two columns: the one leg on its side, and the gauges. */
static void draw_lone(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    int w = rect.w * 2 / 5 < LEG_MOST ? rect.w * 2 / 5 : LEG_MOST, gauges = rect.w - w - 2;
    int title = rect.h >= 18, x = leg == KF_RIGHT ? rect.x : rect.x + w + 2;
    char name[32];

    draw_leg(grid, kf_rect(leg == KF_RIGHT ? rect.x + rect.w - w : rect.x, rect.y, w, rect.h), view, leg);
    (void)snprintf(name, sizeof name, "GAUGES (%s leg not worn)", kf_leg_name(leg == KF_RIGHT ? KF_LEFT : KF_RIGHT));
    if (title)
        kf_grid_rule(grid, x, rect.y, gauges, kf_pen_bold(KF_ROLE_TITLE), name);
    kf_gauges_draw(grid, kf_rect(x, rect.y + title, gauges, rect.h - title), view);
}

/* Three columns: left leg, gauges, right leg. */
static void draw_wide(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    enum kf_leg lone;
    int leg = rect.w * 3 / 10, gap = rect.w >= 98 ? 2 : 1, middle, title = rect.h >= 18;

    if (kf_view_lone_leg(view, &lone)) {
        draw_lone(grid, rect, view, lone);
        return;
    }
    leg = leg < LEG_LEAST ? LEG_LEAST : leg > LEG_MOST ? LEG_MOST : leg;
    middle = rect.w - 2 * leg - 2 * gap;
    draw_leg(grid, kf_rect(rect.x, rect.y, leg, rect.h), view, KF_LEFT);
    if (title)
        kf_grid_rule(grid, rect.x + leg + gap, rect.y, middle, kf_pen_bold(KF_ROLE_TITLE), "GAUGES");
    kf_gauges_draw(grid, kf_rect(rect.x + leg + gap, rect.y + title, middle, rect.h - title), view);
    draw_leg(grid, kf_rect(rect.x + rect.w - leg, rect.y, leg, rect.h), view, KF_RIGHT);
}

/* "L ○○●○" of one leg. */
static void draw_glyphs(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    kf_grid_text(grid, rect.x, rect.y, 1, kf_pen_bold(kf_leg_role(leg)), leg == KF_RIGHT ? "R" : "L");
    kf_strides_glyphs(grid, kf_rect(rect.x + 2, rect.y, rect.w - 4, 1), view, leg);
}

/* Of both in one row, or of the only one. */
static void draw_glyph_row(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    int half = rect.w / 2;
    enum kf_leg lone;

    if (kf_view_lone_leg(view, &lone)) {
        draw_glyphs(grid, rect, view, lone);
        return;
    }
    draw_glyphs(grid, kf_rect(rect.x, rect.y, half, 1), view, KF_LEFT);
    draw_glyphs(grid, kf_rect(rect.x + half, rect.y, rect.w - half + 1, 1), view, KF_RIGHT);
}

/* One column: gauges, a row of verdicts, and the legs side by side where there is room for them. */
static void draw_narrow(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    int gauges = rect.h - 1 > 24 ? 14 : rect.h - 1 < KF_GAUGE_COUNT ? rect.h - 1 : KF_GAUGE_COUNT;
    int legs = rect.h - gauges - 1, half = rect.w / 2;
    enum kf_leg lone;

    if (rect.h < 1)
        return;
    if (legs < LEG_ROWS)
        gauges = rect.h - 1;
    if (legs >= LEG_ROWS && kf_view_lone_leg(view, &lone)) {
        draw_leg(grid, kf_rect(rect.x, rect.y, rect.w, legs), view, lone);
        rect.y += legs;
    } else if (legs >= LEG_ROWS) {
        draw_leg(grid, kf_rect(rect.x, rect.y, half - 1, legs), view, KF_LEFT);
        draw_leg(grid, kf_rect(rect.x + half, rect.y, rect.w - half, legs), view, KF_RIGHT);
        rect.y += legs;
    }
    kf_gauges_draw(grid, kf_rect(rect.x, rect.y, rect.w, gauges), view);
    draw_glyph_row(grid, kf_rect(rect.x, rect.y + gauges, rect.w, 1), view);
}

/* Both legs' strips side by side. */
static void draw_strips(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    int half = (rect.w - 2) / 2;
    enum kf_leg lone;

    if (kf_view_lone_leg(view, &lone)) {
        kf_strips_draw(grid, rect, view, lone);
        return;
    }
    kf_strips_draw(grid, kf_rect(rect.x, rect.y, half, rect.h), view, KF_LEFT);
    kf_strips_draw(grid, kf_rect(rect.x + rect.w - half, rect.y, half, rect.h), view, KF_RIGHT);
}

/* How the rows are shared out. */
struct layout {
    int banner, strips; /* rows; strips 0: none of their own */
    bool shared;        /* in the banner's rows while there is no cue */
};

/* The banner's rows are fixed where there is room, so that nothing moves when a cue comes: without one they are the
 * strips'. The smallest screens have as many as the cue needs. */
static struct layout lay_out(const struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    struct layout layout = {0, 0, false};
    int spare = rect.h > 37 ? rect.h - 37 : 0; /* beyond what all parts like to have */

    if (rect.w >= WIDE_COLUMNS && rect.h >= TALL_ROWS) {
        layout.banner = 7 + (spare / 3 > 14 ? 14 : spare / 3);
        layout.strips = 9 + (spare / 3 > 6 ? 6 : spare / 3);
    } else if (rect.w >= WIDE_COLUMNS && rect.h >= WIDE_ROWS) {
        layout.banner = 7;
        layout.shared = !kf_banner_active(view) && !kf_view_is_stale(view);
    } else {
        layout.banner =
            (view->message[0] ? 1 : 0) +
            (kf_banner_active(view) ? kf_banner_rows(grid, rect.w, rect.h - (view->message[0] ? 1 : 0), view) : 1);
    }
    return layout;
}

static void draw_top(struct kf_grid *grid, struct kf_rect rect, struct layout layout, const struct kf_view *view,
                     const struct kf_ui *ui)
{
    int state = layout.shared ? 2 : layout.banner;

    kf_banner_draw(grid, kf_rect(rect.x, rect.y, rect.w, state), view, ui);
    if (layout.shared)
        draw_strips(grid, kf_rect(rect.x + 1, rect.y + state, rect.w - 2, layout.banner - state), view);
}

void kf_screen_live_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    struct layout layout;

    if (view->replay) {
        int rows = view->diff.shown ? 3 : rect.h >= 20 ? 2 : 1;
        rect.h -= rows;
        kf_transport_draw(grid, kf_rect(rect.x, rect.y + rect.h, rect.w, rows), view);
    }
    layout = lay_out(grid, rect, view);
    draw_top(grid, rect, layout, view, ui);
    rect.y += layout.banner;
    rect.h -= layout.banner;
    rect.x += 1;
    rect.w -= 2;
    if (layout.strips) {
        rect.h -= layout.strips;
        kf_grid_rule(grid, rect.x, rect.y + rect.h, rect.w, kf_pen(KF_ROLE_DIM), "LAST SECONDS");
        draw_strips(grid, kf_rect(rect.x, rect.y + rect.h + 1, rect.w, layout.strips - 1), view);
    }
    if (rect.w >= WIDE_COLUMNS - 2 && rect.h >= 9)
        draw_wide(grid, rect, view);
    else
        draw_narrow(grid, rect, view);
}
