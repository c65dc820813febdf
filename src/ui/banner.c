/* banner.c - the one thing the runner must see: the cue, in letters as big as the room allows, readable from three
 * metres. A cue for one leg stands on that leg's side. Without a cue the state stands there, small and quiet. */
#include <stdio.h>
#include <string.h>

#include "ui/font.h"
#include "ui/parts.h"
#include "ui/text.h"

bool kf_banner_active(const struct kf_view *view)
{
    return view->cue.shown && view->cue.text[0] && !view->muted && !kf_view_is_stale(view);
}

/* Forty columns are just enough for HAMSTRING: no margin there. */
static int margin(int columns)
{
    return columns >= 44 ? 1 : 0;
}

int kf_banner_rows(const struct kf_grid *grid, int columns, int most, const struct kf_view *view)
{
    int rows = 0;

    if (!kf_banner_active(view))
        return most < 2 ? most : 2;
    (void)kf_font_fit(view->cue.text, columns - 2 * margin(columns), most - 1, grid->glyphs, &rows);
    rows = rows ? rows + 1 : 3;
    return rows < most ? rows : most;
}

/* Which leg, and why: under the letters, on the leg's side. */
static void draw_reason(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, int align)
{
    char text[KF_VIEW_TEXT + 32];
    const char *leg = view->cue.leg == KF_RIGHT ? "RIGHT LEG" : "LEFT LEG", *why = view->cue.why;

    if (!view->cue.has_leg)
        (void)snprintf(text, sizeof text, "%s", why);
    else if (align > 0)
        (void)snprintf(text, sizeof text, "%s%s%s ▶▶▶", why, why[0] ? "  " : "", leg);
    else
        (void)snprintf(text, sizeof text, "◀◀◀ %s%s%s", leg, why[0] ? "  " : "", why);
    if (align < 0)
        kf_grid_text(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_CUE), text);
    else if (align > 0)
        kf_grid_text_right(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_CUE), text);
    else
        kf_grid_text_centre(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_CUE), text);
}

static void draw_cue(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    int align = !view->cue.has_leg ? 0 : view->cue.leg == KF_RIGHT ? 1 : -1, rows, spare, fill;
    struct kf_font_size size = kf_font_fit(view->cue.text, rect.w, rect.h > 1 ? rect.h - 1 : 1, grid->glyphs, &rows);

    if (size.sx == 0) { /* plain words in a bar, still the most visible thing on the screen */
        struct kf_pen pen = {KF_ROLE_CUE, KF_ROLE_NONE, KF_ATTR_BOLD | KF_ATTR_REVERSE};
        fill = rect.h > 1 ? rect.h - 1 : rect.h;
        kf_grid_fill(grid, kf_rect(rect.x, rect.y, rect.w, fill), pen, ' ');
        kf_grid_text_centre(grid, rect.x, rect.y + (fill - 1) / 2, rect.w, pen, view->cue.text);
        rows = fill;
    } else {
        spare = rect.h - 1 - rows;
        rect.y += (spare + 1) / 2;
        rect.h -= (spare + 1) / 2;
        kf_font_draw(grid, kf_rect(rect.x, rect.y, rect.w, rows), size, kf_pen_bold(KF_ROLE_CUE), align,
                     view->cue.text);
    }
    if (rect.h > rows)
        draw_reason(grid, kf_rect(rect.x, rect.y + rows + (rect.h > rows + 1), rect.w, 1), view, align);
}

/* "left 18 ○  0 ●  2 ·     right 17 ○  1 ●  2 ·", of the legs that are worn. */
static void count_text(const struct kf_view *view, char out[KF_VIEW_TEXT])
{
    enum kf_leg lone;
    const bool one = kf_view_lone_leg(view, &lone);
    size_t used = 0;

    for (int leg = 0; leg < KF_LEG_COUNT && used < KF_VIEW_TEXT; leg++)
        if (!one || leg == (int)lone)
            used += (size_t)snprintf(out + used, KF_VIEW_TEXT - used, "%s%s %u ○  %u ●  %u ·", used ? "     " : "",
                                     kf_leg_name((enum kf_leg)leg), view->leg[leg].passive, view->leg[leg].pulled,
                                     view->leg[leg].unclear);
}

/* What the runner may know between cues: where we are. */
static void draw_calm(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    const char *state = view->state[0] ? view->state : view->running ? "running" : view->walking ? "walking" : "";
    char counts[KF_VIEW_TEXT], words[KF_VIEW_TEXT];
    const struct kf_view_leg *l = &view->leg[KF_LEFT], *r = &view->leg[KF_RIGHT];
    int rows;
    struct kf_font_size size = kf_font_fit(state, rect.w, rect.h < 7 ? rect.h - 2 : 3, grid->glyphs, &rows);

    count_text(view, counts);
    if (!view->judging && size.sx == 1 && size.sy == 1 && rect.h >= 5) { /* the runner must do or await something */
        rect.y += (rect.h - rows - 2) / 2;
        kf_font_draw(grid, kf_rect(rect.x, rect.y, rect.w, rows), size, kf_pen(KF_ROLE_DIM), 0, state);
        rect.y += rows + 1;
    } else {
        rect.y += rect.h > 2 ? rect.h / 2 - 1 : 0;
        (void)snprintf(words, sizeof words, "%s%s", state,
                       view->muted   ? ", cues muted (x)"
                       : view->quiet ? ", quiet block (X)"
                                     : "");
        kf_grid_text_centre(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TEXT),
                            kf_text_width(words) > rect.w ? state : words);
        rect.y += 1;
        rect.h -= 1;
    }
    if (rect.h > 0 && (l->swings || r->swings))
        kf_grid_text_centre(grid, rect.x, rect.y, rect.w, kf_pen(KF_ROLE_DIM), counts);
}

void kf_banner_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    char text[KF_VIEW_TEXT];

    (void)ui;
    if (rect.h < 1)
        return;
    rect.x += margin(rect.w);
    rect.w -= 2 * margin(rect.w);
    if (view->message[0]) {
        kf_grid_text_centre(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_WARN), view->message);
        rect.y += 1;
        rect.h -= 1;
    }
    if (rect.h < 1)
        return;
    if (kf_view_is_stale(view)) {
        kf_view_stale_text(view, text);
        kf_grid_hatch(grid, rect, text);
    } else if (kf_banner_active(view)) {
        draw_cue(grid, rect, view);
    } else {
        draw_calm(grid, rect, view);
    }
}
