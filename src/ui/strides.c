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

enum { VERDICT, OTHER, DRIVE, KNEE, P_PULLED, AT, REASON, COLUMNS };

/* With a diff what the other settings say stands beside the verdict, and what is beyond moves or goes. */
static const struct column columns[2][COLUMNS] = {{{"verdict", 7, 0},
                                                   {NULL, 0, 0},
                                                   {"drive", 6, 16},
                                                   {"knee", 4, 21},
                                                   {"p", 4, 27},
                                                   {"at", 6, 34},
                                                   {"reason", 14, 50}},
                                                  {{"verdict", 7, 0},
                                                   {"other", 7, 17},
                                                   {"drive", 6, 24},
                                                   {"knee", 4, 29},
                                                   {"p", 4, 35},
                                                   {"at", 6, 42},
                                                   {"reason", 14, 58}}};

static const struct column *columns_of(const struct kf_view *view)
{
    return columns[view->diff.shown && view->diff.state == KF_DIFF_KNOWN];
}

/* Returns the cell's role and shape. */
static struct kf_pen format_cell(char out[KF_NUMBER_MAX], int column, const struct kf_view_stride *stride)
{
    const bool differs = stride->other_known && stride->other != stride->verdict;
    const int width = columns[1][column].width;

    switch (column) {
    case VERDICT:
        (void)snprintf(out, KF_NUMBER_MAX, "%s", kf_verdict_name(stride->verdict));
        return kf_verdict_pen(stride->verdict);
    case OTHER:
        (void)snprintf(out, KF_NUMBER_MAX, "%s",
                       !stride->other_known ? "-"
                       : differs            ? kf_verdict_name(stride->other)
                                            : "same");
        return differs ? kf_pen_bold(kf_verdict_pen(stride->other).fg) : kf_pen(KF_ROLE_DIM);
    case DRIVE:
        kf_text_number(out, width, 3, 1, stride->drive_nm_kg);
        return kf_pen(KF_ROLE_TEXT);
    case KNEE:
        kf_text_number(out, width, 0, 0, stride->peak_knee_deg);
        return kf_pen(KF_ROLE_TEXT);
    case P_PULLED:
        kf_text_number(out, width, 2, 0, stride->p_pulled);
        return kf_pen(KF_ROLE_TEXT);
    case AT:
        kf_text_clock(out, stride->t_s, 0);
        return kf_pen(KF_ROLE_DIM);
    default:
        (void)snprintf(out, KF_NUMBER_MAX, "%s", kf_reason_name(stride->reason));
        return kf_pen(KF_ROLE_DIM);
    }
}

/* Words at the left of their column, numbers at its right. */
static int draw_cell(struct kf_grid *grid, int x, int y, const struct column *column, bool words, struct kf_pen pen,
                     const char *text)
{
    if (words)
        kf_grid_text(grid, x, y, column->width, pen, text);
    else
        kf_grid_text_right(grid, x, y, column->width, pen, text);
    return column->width + 1;
}

static bool is_words(int column)
{
    return column <= OTHER || column == REASON;
}

static void draw_stride(struct kf_grid *grid, struct kf_rect rect, const struct column *all,
                        const struct kf_view_stride *stride)
{
    int x = rect.x + 2;

    kf_grid_put(grid, rect.x, rect.y, kf_verdict_pen(stride->verdict), kf_verdict_glyph(stride->verdict));
    if (all[OTHER].width && stride->other_known && stride->other != stride->verdict)
        kf_grid_put(grid, rect.x + 1, rect.y, kf_pen_bold(KF_ROLE_ACCENT), 0x2260);
    for (int i = 0; i < COLUMNS && rect.w >= all[i].least; i++) {
        char text[KF_NUMBER_MAX];
        const struct kf_pen pen = format_cell(text, i, stride);
        if (all[i].width)
            x += draw_cell(grid, x, rect.y, &all[i], is_words(i), pen, text);
    }
}

static void draw_titles(struct kf_grid *grid, struct kf_rect rect, const struct column *all)
{
    int x = rect.x + 2;

    for (int i = 0; i < COLUMNS && rect.w >= all[i].least; i++)
        if (all[i].width)
            x += draw_cell(grid, x, rect.y, &all[i], is_words(i), kf_pen(KF_ROLE_DIM), all[i].title);
}

void kf_strides_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, enum kf_leg leg)
{
    unsigned count = kf_view_strides(view);
    int y = rect.y;

    if (rect.h < 1 || rect.w < 10)
        return;
    if (rect.h > 2)
        draw_titles(grid, kf_rect(rect.x, y++, rect.w, 1), columns_of(view));
    for (unsigned i = count; i > 0 && y < rect.y + rect.h; i--)
        if (view->stride[i - 1].leg == leg)
            draw_stride(grid, kf_rect(rect.x, y++, rect.w, 1), columns_of(view), &view->stride[i - 1]);
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
