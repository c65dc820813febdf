/* strip.c - the last seconds of a leg's signals, with its contacts and verdicts beneath.
 *
 * The trace sweeps like that of a heart monitor: new values replace the oldest in place, with a gap before them, so a
 * frame changes two columns where a scrolling chart changes all of them. A column is two samples, 1/20 s. */
#include <math.h>
#include <string.h>

#include "ui/canvas.h"
#include "ui/parts.h"
#include "ui/text.h"

enum { LABEL = 7, ROOMY = 6, GAP_COLUMNS = 3, MOST_COLUMNS = KF_VIEW_STRIP / 2 - GAP_COLUMNS };

#define COLUMN_S (2 / KF_VIEW_STRIP_HZ)
#define GLYPH_AFTER_TO_S .17 /* about peak knee flexion, where the verdict is said */

static const struct {
    const char *name, *low_text, *high_text;
    double low, high;
} kinds[KF_STRIP_COUNT] = {
    [KF_STRIP_KNEE] = {"knee", "0", "130", 0, 130},
    [KF_STRIP_MOMENT] = {"Nm/kg", "-1.2", "+1.2", -1.2, 1.2},
    [KF_STRIP_EMG] = {"EMG", "", "", 0, 1.2},
};

/* Values of the ring, which may lie. */
static unsigned ring_count(const struct kf_view_strip *strip)
{
    return strip->count < KF_VIEW_STRIP ? strip->count : KF_VIEW_STRIP;
}

/* The value `age` samples before the newest. */
static double ring_at(const struct kf_view_strip *strip, unsigned age)
{
    return (double)strip->value[(strip->next + 2 * KF_VIEW_STRIP - 1 - age) % KF_VIEW_STRIP];
}

static bool has_values(const struct kf_view_strip *strip)
{
    for (unsigned age = 0; age < ring_count(strip); age++)
        if (isfinite(ring_at(strip, age)))
            return true;
    return false;
}

/* Is there anything of this signal? */
static bool is_shown(const struct kf_view *view, enum kf_view_strip_id id)
{
    return has_values(&view->strip[id][KF_LEFT]) || has_values(&view->strip[id][KF_RIGHT]);
}

/* The dot column of sample number n, of 2 * columns. */
static double dot_of(double n, int columns)
{
    return n - floor(n / (2 * columns)) * 2 * columns;
}

static void draw_trace(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_view_strip_id id,
                       enum kf_leg leg)
{
    const struct kf_view_strip *strip = &view->strip[id][leg];
    double newest = floor(view->strip_t_s * KF_VIEW_STRIP_HZ + .5);
    unsigned count = ring_count(strip), most = 2 * (unsigned)(rect.w - GAP_COLUMNS);
    struct kf_canvas canvas;

    kf_canvas_init_chart(&canvas, rect, grid->glyphs, 0, 2 * rect.w - 1, kinds[id].low, kinds[id].high);
    for (unsigned age = 0; age + 1 < count && age + 1 < most; age++) {
        double x = dot_of(newest - age, rect.w), before = dot_of(newest - age - 1, rect.w);
        if (before < x)
            kf_canvas_line(&canvas, kf_pen(kf_leg_role(leg)), before, ring_at(strip, age + 1), x, ring_at(strip, age));
    }
    kf_canvas_show(&canvas, grid);
}

/* Where a moment is in the sweep: its column, or -1 when that shows another time by now. */
static int column_of(const struct kf_view *view, double t_s, int columns)
{
    double age_s = view->strip_t_s - t_s;

    if (!(age_s >= 0) || age_s >= (columns - GAP_COLUMNS) * COLUMN_S)
        return -1;
    return (int)dot_of(floor(t_s * KF_VIEW_STRIP_HZ), columns) / 2;
}

/* One stance as a bar, from contact to toe-off. */
static void draw_stance(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, double from_s,
                        double to_s)
{
    for (double t_s = from_s; t_s < to_s; t_s += COLUMN_S) {
        int x = column_of(view, t_s, rect.w);
        if (x >= 0)
            kf_grid_put(grid, rect.x + x, rect.y, kf_pen(KF_ROLE_STANCE), 0x2584);
    }
}

static void draw_events(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    unsigned count = view->event_count < KF_VIEW_EVENTS ? view->event_count : KF_VIEW_EVENTS;
    double contact_s = NAN;

    for (unsigned i = 0; i < count; i++) {
        const struct kf_view_event *event = &view->event[i];
        if (event->leg != leg)
            continue;
        if (event->kind == KF_EVENT_IC)
            contact_s = event->t_s;
        else if (event->t_s - contact_s < 1)
            draw_stance(grid, rect, view, contact_s, event->t_s);
        if (event->kind == KF_EVENT_TO)
            contact_s = NAN;
    }
    if (view->strip_t_s - contact_s < 1)
        draw_stance(grid, rect, view, contact_s, view->strip_t_s);
    for (unsigned i = 0; i < kf_view_strides(view); i++) {
        const struct kf_view_stride *stride = &view->stride[i];
        int x = stride->leg == leg ? column_of(view, stride->t_s + GLYPH_AFTER_TO_S, rect.w) : -1;
        if (x >= 0)
            kf_grid_put(grid, rect.x + x, rect.y, kf_verdict_pen(stride->verdict), kf_verdict_glyph(stride->verdict));
    }
}

static void draw_label(struct kf_grid *grid, struct kf_rect rect, enum kf_view_strip_id id)
{
    int middle = rect.h / 2;

    if (rect.h >= 3) {
        kf_grid_text_right(grid, rect.x, rect.y, LABEL - 1, kf_pen(KF_ROLE_DIM), kinds[id].high_text);
        kf_grid_text_right(grid, rect.x, rect.y + rect.h - 1, LABEL - 1, kf_pen(KF_ROLE_DIM), kinds[id].low_text);
    }
    kf_grid_text_right(grid, rect.x, rect.y + middle - (rect.h == 2), LABEL - 1, kf_pen(KF_ROLE_DIM), kinds[id].name);
}

void kf_strips_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    enum kf_view_strip_id ids[KF_STRIP_COUNT];
    int shown = 0, columns = rect.w - LABEL, rows = rect.h - 1, y = rect.y;
    int least = rows >= ROOMY ? 2 : 3; /* rows a trace needs: less when that shows them all */

    columns = columns < MOST_COLUMNS ? columns : MOST_COLUMNS;
    if (columns < 12 || rows < 2)
        return;
    if (kf_view_is_stale(view)) {
        kf_grid_hatch(grid, rect, "");
        return;
    }
    for (int id = 0; id < KF_STRIP_COUNT && (shown == 0 || (shown + 1) * least <= rows); id++)
        if (id == KF_STRIP_KNEE || is_shown(view, (enum kf_view_strip_id)id))
            ids[shown++] = (enum kf_view_strip_id)id;
    for (int i = 0; i < shown; i++) {
        int height = (rows + shown - 1 - i) / shown;
        draw_label(grid, kf_rect(rect.x, y, LABEL, height), ids[i]);
        draw_trace(grid, kf_rect(rect.x + LABEL, y, columns, height), view, ids[i], leg);
        y += height;
    }
    draw_events(grid, kf_rect(rect.x + LABEL, y, columns, 1), view, leg);
}
