/* strides.c - the last strides of a leg with their verdicts. The glyph says it by shape: a hollow circle passive, a
 * full one pulled, a dot unclear (ASCII: o X .). */
#include <math.h>
#include <stdio.h>

#include "ui/parts.h"
#include "ui/text.h"

struct kf_pen kf_verdict_pen(enum kf_verdict verdict)
{
    return verdict == KF_PULLED    ? kf_pen_bold(KF_ROLE_PULLED)
           : verdict == KF_PASSIVE ? kf_pen(KF_ROLE_PASSIVE)
                                   : kf_pen(KF_ROLE_UNCLEAR);
}

uint32_t kf_verdict_glyph(enum kf_verdict verdict)
{
    return verdict == KF_PULLED ? 0x25cf : verdict == KF_PASSIVE ? 0x25cb : 0xb7;
}

unsigned kf_view_strides(const struct kf_view *view)
{
    return view->stride_count < KF_VIEW_STRIDES ? view->stride_count : KF_VIEW_STRIDES;
}

/* One column of the list; `least` is the panel's width from which it is shown. */
struct column {
    const char *title;
    int width, least;
};

static const struct column columns[] = {
    {"verdict", 7, 0}, {"drive", 6, 16}, {"knee", 4, 21}, {"p", 4, 27}, {"at", 6, 34}};

static void format_cell(char out[KF_NUMBER_MAX], unsigned column, const struct kf_view_stride *stride)
{
    switch (column) {
    case 0:
        (void)snprintf(out, KF_NUMBER_MAX, "%s", kf_verdict_name(stride->verdict));
        break;
    case 1:
        kf_text_number(out, columns[column].width, 3, 1, stride->drive_nm_kg);
        break;
    case 2:
        kf_text_number(out, columns[column].width, 0, 0, stride->peak_knee_deg);
        break;
    case 3:
        kf_text_number(out, columns[column].width, 2, 0, stride->p_pulled);
        break;
    default:
        kf_text_clock(out, stride->t_s, 0);
        break;
    }
}

static void draw_stride(struct kf_grid *grid, struct kf_rect rect, const struct kf_view_stride *stride)
{
    struct kf_pen pen = kf_verdict_pen(stride->verdict);
    int x = rect.x + 2;

    kf_grid_put(grid, rect.x, rect.y, pen, kf_verdict_glyph(stride->verdict));
    for (unsigned i = 0; i < sizeof columns / sizeof columns[0] && rect.w >= columns[i].least; i++) {
        char text[KF_NUMBER_MAX];
        format_cell(text, i, stride);
        if (i == 0)
            kf_grid_text(grid, x, rect.y, columns[i].width, pen, text);
        else
            kf_grid_text_right(grid, x, rect.y, columns[i].width, kf_pen(i == 4 ? KF_ROLE_DIM : KF_ROLE_TEXT), text);
        x += columns[i].width + 1;
    }
}

static void draw_titles(struct kf_grid *grid, struct kf_rect rect)
{
    int x = rect.x + 2;

    for (unsigned i = 0; i < sizeof columns / sizeof columns[0] && rect.w >= columns[i].least; i++) {
        if (i == 0)
            kf_grid_text(grid, x, rect.y, columns[i].width, kf_pen(KF_ROLE_DIM), columns[i].title);
        else
            kf_grid_text_right(grid, x, rect.y, columns[i].width, kf_pen(KF_ROLE_DIM), columns[i].title);
        x += columns[i].width + 1;
    }
}

void kf_strides_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    unsigned count = kf_view_strides(view);
    int y = rect.y;

    if (rect.h < 1 || rect.w < 10)
        return;
    if (rect.h > 2)
        draw_titles(grid, kf_rect(rect.x, y++, rect.w, 1));
    for (unsigned i = count; i > 0 && y < rect.y + rect.h; i--)
        if (view->stride[i - 1].leg == leg)
            draw_stride(grid, kf_rect(rect.x, y++, rect.w, 1), &view->stride[i - 1]);
}

void kf_strides_glyphs(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    int x = rect.x + rect.w - 1;

    for (unsigned i = kf_view_strides(view); i > 0 && x >= rect.x; i--)
        if (view->stride[i - 1].leg == leg) {
            enum kf_verdict verdict = view->stride[i - 1].verdict;
            kf_grid_put(grid, x, rect.y, kf_verdict_pen(verdict), kf_verdict_glyph(verdict));
            x -= 2;
        }
}
