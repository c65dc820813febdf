/* transport.c - replay: where we are in the recording, how fast it plays, and what lies along the time line: marks
 * above the line's position, verdicts of the strides known so far on it. */
#include <math.h>
#include <stdio.h>

#include "ui/parts.h"
#include "ui/text.h"

static void draw_line(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    int at = kf_scale_cell(view->t_s, 0, view->duration_s, rect.w);
    unsigned marks = view->mark_count < KF_VIEW_MARKS ? view->mark_count : KF_VIEW_MARKS;

    for (int x = 0; x < rect.w; x++)
        kf_grid_put(grid, rect.x + x, rect.y, kf_pen(x <= at ? KF_ROLE_TEXT : KF_ROLE_FAINT),
                    x <= at ? 0x2501 : 0x2500);
    for (unsigned i = 0; i < kf_view_strides(view); i++) {
        int x = kf_scale_cell(view->stride[i].t_s, 0, view->duration_s, rect.w);
        enum kf_verdict verdict = view->stride[i].verdict;
        if (x >= 0 && verdict != KF_UNCLEAR)
            kf_grid_put(grid, rect.x + x, rect.y, kf_verdict_pen(verdict), kf_verdict_glyph(verdict));
    }
    for (unsigned i = 0; i < marks; i++) {
        int x = kf_scale_cell(view->mark[i].t_s, 0, view->duration_s, rect.w);
        if (x >= 0)
            kf_grid_put(grid, rect.x + x, rect.y, kf_pen_bold(KF_ROLE_WARN), 0x25bc);
    }
    if (at >= 0)
        kf_grid_put(grid, rect.x + at, rect.y, kf_pen_bold(KF_ROLE_ACCENT), view->paused ? 0x2503 : 0x25b6);
}

/* The mark we are in: the last one before now. */
static const char *current_mark(const struct kf_view *view)
{
    unsigned marks = view->mark_count < KF_VIEW_MARKS ? view->mark_count : KF_VIEW_MARKS;
    const char *text = "";

    for (unsigned i = 0; i < marks; i++)
        if (view->mark[i].t_s <= view->t_s)
            text = view->mark[i].text;
    return text;
}

void kf_transport_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    char now[KF_NUMBER_MAX], all[KF_NUMBER_MAX];
    const char *word = view->ended ? "END" : view->paused ? "PAUSED" : "PLAYING";
    int x = rect.x + 1;

    kf_text_clock(now, view->t_s, 1);
    kf_text_clock(all, view->duration_s, 1);
    if (rect.h > 1) {
        x += kf_grid_text(grid, x, rect.y, 8, kf_pen_bold(view->paused || view->ended ? KF_ROLE_WARN : KF_ROLE_TEXT),
                          word);
        if (fabs(view->speed) < 1000)
            x += kf_grid_print(grid, x + 2, rect.y, 10, kf_pen(KF_ROLE_TEXT), "%gx", view->speed) + 2;
        x += kf_grid_print(grid, x + 2, rect.y, rect.w - x, kf_pen_bold(KF_ROLE_TEXT), "%s", now) + 2;
        x += kf_grid_print(grid, x + 1, rect.y, rect.w - x, kf_pen(KF_ROLE_DIM), "of %s", all) + 1;
        if (current_mark(view)[0])
            kf_grid_print(grid, x + 3, rect.y, rect.x + rect.w - x - 4, kf_pen(KF_ROLE_WARN), "▼ %s",
                          current_mark(view));
        rect.y += 1;
    }
    draw_line(grid, kf_rect(rect.x + 1, rect.y, rect.w - 2, 1), view);
}
