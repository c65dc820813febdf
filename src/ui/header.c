/* header.c - who runs, on what, since when, and whether the data can be trusted: the top two rows; and the bottom row,
 * the keys that work now. Both are built from pieces in order of need, so that a narrow screen loses the least. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/parts.h"
#include "ui/text.h"

static struct kf_pen bar_pen(enum kf_role role, unsigned attr)
{
    struct kf_pen pen = {(uint8_t)role, KF_ROLE_BAR, (uint8_t)attr};
    return pen;
}

bool kf_view_is_stale(const struct kf_view *view)
{
    return view->link == KF_LINK_STALE || view->link == KF_LINK_GONE || view->link == KF_LINK_WAITING;
}

void kf_view_stale_text(const struct kf_view *view, char out[KF_VIEW_TEXT])
{
    char age[KF_NUMBER_MAX] = "";

    if (view->age_s >= 0 && view->age_s < 1e6)
        (void)snprintf(age, sizeof age, " %.0f s", floor(view->age_s));
    if (view->link == KF_LINK_WAITING)
        (void)snprintf(out, KF_VIEW_TEXT, "waiting for data");
    else
        (void)snprintf(out, KF_VIEW_TEXT, "%s%s", view->link == KF_LINK_GONE ? "POD GONE" : "NO DATA", age);
}

const char *kf_leg_name(enum kf_leg leg)
{
    return leg == KF_RIGHT ? "right" : "left";
}

enum kf_role kf_leg_role(enum kf_leg leg)
{
    return leg == KF_RIGHT ? KF_ROLE_RIGHT : KF_ROLE_LEFT;
}

/* What is going on, in a word or two. */
static struct kf_pen condition(const struct kf_view *view, const struct kf_ui *ui, char out[KF_VIEW_TEXT])
{
    if (kf_view_is_stale(view)) {
        kf_view_stale_text(view, out);
        return bar_pen(KF_ROLE_WARN, KF_ATTR_BOLD);
    }
    if (view->link == KF_LINK_ENDED || (view->replay && view->ended)) {
        (void)snprintf(out, KF_VIEW_TEXT, "ENDED");
        return bar_pen(KF_ROLE_WARN, KF_ATTR_BOLD);
    }
    if (ui->frozen || (view->replay && view->paused)) {
        (void)snprintf(out, KF_VIEW_TEXT, "%s", view->replay ? "PAUSED" : "DISPLAY FROZEN");
        return bar_pen(KF_ROLE_WARN, KF_ATTR_BOLD);
    }
    (void)snprintf(out, KF_VIEW_TEXT, "%s", view->replay ? "REPLAY" : "LIVE");
    return bar_pen(KF_ROLE_PASSIVE, KF_ATTR_BOLD);
}

/* A piece of the first row after a separator, if all of it fits. Returns the columns used. */
static int piece(struct kf_grid *grid, int x, int y, int room, enum kf_role role, const char *text)
{
    int width = kf_text_width(text);

    if (width == 0 || width + 3 > room)
        return 0;
    kf_grid_text(grid, x, y, 3, bar_pen(KF_ROLE_FAINT, 0), " │ ");
    return 3 + kf_grid_text(grid, x + 3, y, width, bar_pen(role, 0), text);
}

static void draw_title(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    char text[KF_VIEW_TEXT * 2], clock[KF_NUMBER_MAX], state[KF_VIEW_TEXT];
    struct kf_pen pen = condition(view, ui, state);
    int x = rect.x, end = rect.x + rect.w - kf_text_width(state) - 2, source;

    kf_grid_fill(grid, kf_rect(rect.x, rect.y, rect.w, 1), bar_pen(KF_ROLE_TEXT, 0), ' ');
    x += kf_grid_text(grid, x, rect.y, rect.w, bar_pen(KF_ROLE_TITLE, KF_ATTR_BOLD), " kneefold");
    kf_grid_text(grid, end + 1, rect.y, rect.w, pen, state);
    if (view->muted && end - x > 20)
        kf_grid_text(grid, end -= 6, rect.y, 5, bar_pen(KF_ROLE_WARN, KF_ATTR_BOLD), "MUTED");
    kf_text_clock(clock, view->t_s, 0);
    x += piece(grid, x, rect.y, end - x, KF_ROLE_TITLE, clock);
    if (isfinite(view->belt_mps) && fabs(view->belt_mps) < 100) {
        (void)snprintf(text, sizeof text, "%.2f m/s", view->belt_mps);
        x += piece(grid, x, rect.y, end - x, KF_ROLE_TEXT, text);
    }
    x += piece(grid, x, rect.y, end - x, KF_ROLE_TEXT, view->athlete);
    (void)snprintf(text, sizeof text, view->format[0] ? "%s, %s" : "%s%s", view->source, view->format);
    source = piece(grid, x, rect.y, end - x, KF_ROLE_TEXT, text);
    x += source ? source : piece(grid, x, rect.y, end - x, KF_ROLE_TEXT, view->source);
    (void)piece(grid, x, rect.y, end - x, KF_ROLE_DIM, view->pod);
}

/* "label value" of the second row. Returns the columns used, 0 when it does not fit. */
static int health(struct kf_grid *grid, int x, int y, int room, bool bad, const char *label, const char *value)
{
    int label_width = kf_text_width(label), value_width = kf_text_width(value);

    if (label_width + value_width + 3 > room)
        return 0;
    kf_grid_text(grid, x, y, label_width, kf_pen(KF_ROLE_DIM), label);
    kf_grid_text(grid, x + label_width + 1, y, value_width, bad ? kf_pen_bold(KF_ROLE_WARN) : kf_pen(KF_ROLE_TEXT),
                 value);
    return label_width + value_width + 3;
}

static bool shown(double value)
{
    return fabs(value) < 1e7;
}

static void draw_link(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    char text[64];
    int x = rect.x + 1, y = rect.y + 1, end = rect.x + rect.w;

    (void)snprintf(text, sizeof text, shown(view->rate_hz) ? "%.0f Hz" : "-", view->rate_hz);
    x += health(grid, x, y, end - x, false, "rate", text);
    (void)snprintf(text, sizeof text, shown(view->loss_pct) ? "%.1f %%" : "-", view->loss_pct);
    x += health(grid, x, y, end - x, view->loss_pct >= 1, "loss", text);
    if (shown(view->latency_ms_p50) && shown(view->latency_ms_p95)) {
        (void)snprintf(text, sizeof text, "%.0f/%.0f ms", view->latency_ms_p50, view->latency_ms_p95);
        x += health(grid, x, y, end - x, view->latency_ms_p95 > 100, "latency p50/p95", text);
    }
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)view->bad_frames);
    x += health(grid, x, y, end - x, view->bad_frames > 0, "bad frames", text);
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)view->resyncs);
    x += health(grid, x, y, end - x, view->resyncs > 0, "resyncs", text);
    if (view->battery_pct >= 0 && view->battery_pct <= 100) {
        (void)snprintf(text, sizeof text, "%d %%", view->battery_pct);
        x += health(grid, x, y, end - x, view->battery_pct < 15, "battery", text);
    }
    (void)snprintf(text, sizeof text, "%u", view->cue_count);
    (void)health(grid, x, y, end - x, false, "cues", text);
}

void kf_header_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    draw_title(grid, rect, view, ui);
    if (rect.h > 1)
        draw_link(grid, rect, view);
}

void kf_footer_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    unsigned where = ui->screen != KF_SCREEN_LIVE ? KF_WHERE_OTHER : view->replay ? KF_WHERE_REPLAY : KF_WHERE_LIVE;
    int x = rect.x + 1, end = rect.x + rect.w;

    kf_grid_fill(grid, rect, bar_pen(KF_ROLE_TEXT, 0), ' ');
    if (ui->notice[0]) {
        kf_grid_text(grid, x, rect.y, rect.w - 2, bar_pen(KF_ROLE_WARN, KF_ATTR_BOLD), ui->notice);
        return;
    }
    for (unsigned i = 0; i < kf_key_count; i++) {
        const struct kf_key_row *row = &kf_keys[i];
        int needed = kf_text_width(row->name) + 1 + kf_text_width(row->label);
        if (!(row->where & where) || !row->label[0] || x + needed > end)
            continue;
        x += kf_grid_text(grid, x, rect.y, end - x, bar_pen(KF_ROLE_ACCENT, KF_ATTR_BOLD), row->name) + 1;
        x += kf_grid_text(grid, x, rect.y, end - x, bar_pen(KF_ROLE_DIM, 0), row->label) + 2;
    }
}
