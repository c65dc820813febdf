/* transport.c - replay: where we are in the recording, how fast it plays, and what lies along the time line: marks
 * over the line, on it the share of pulled swings in every part of the recording, and the loop's ends; below it, where
 * other settings would have judged otherwise. */
#include <math.h>
#include <stdio.h>

#include "ui/parts.h"
#include "ui/text.h"

/* Of the recording's parts under a column: how many swings, and how many of them passive and pulled. */
static struct kf_view_timeline_bin sum_column(const struct kf_view_timeline *timeline, int x, int width)
{
    const int from = x * KF_VIEW_TIMELINE / width, to = (x + 1) * KF_VIEW_TIMELINE / width;
    struct kf_view_timeline_bin sum = {0, 0, 0};

    for (int i = from; i < (to > from ? to : from + 1) && i < KF_VIEW_TIMELINE; i++) {
        sum.swings = (uint16_t)(sum.swings + timeline->bin[i].swings);
        sum.passive = (uint16_t)(sum.passive + timeline->bin[i].passive);
        sum.pulled = (uint16_t)(sum.pulled + timeline->bin[i].pulled);
    }
    return sum;
}

/* The share of pulled swings as the height of a column; passive ones a line, others a dot. */
static void draw_verdicts(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, int at)
{
    for (int x = 0; x < rect.w; x++) {
        const struct kf_view_timeline_bin sum = sum_column(&view->timeline, x, rect.w);
        const struct kf_pen rest = kf_pen(x <= at ? KF_ROLE_TEXT : KF_ROLE_FAINT);
        if (sum.pulled > 0)
            kf_grid_put(grid, rect.x + x, rect.y, kf_pen(KF_ROLE_PULLED),
                        grid->glyphs == KF_GLYPHS_ASCII ? 'X' : 0x2581 + 7u * sum.pulled / sum.swings);
        else if (sum.passive > 0)
            kf_grid_put(grid, rect.x + x, rect.y, kf_pen(KF_ROLE_PASSIVE), x <= at ? 0x2501 : 0x2500);
        else
            kf_grid_put(grid, rect.x + x, rect.y, rest, sum.swings > 0 ? 0xb7 : 0x2500);
    }
}

/* Before the recording has been read through: the strides played so far. */
static void draw_strides(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, int at)
{
    for (int x = 0; x < rect.w; x++)
        kf_grid_put(grid, rect.x + x, rect.y, kf_pen(x <= at ? KF_ROLE_TEXT : KF_ROLE_FAINT),
                    x <= at ? 0x2501 : 0x2500);
    for (unsigned i = 0; i < kf_view_strides(view); i++) {
        int x = kf_scale_cell(view->stride[i].t_s, 0, view->duration_s, rect.w);
        enum kf_verdict verdict = view->stride[i].verdict;
        if (x >= 0 && verdict != KF_UNCLEAR)
            kf_grid_put(grid, rect.x + x, rect.y, kf_verdict_pen(verdict), kf_verdict_glyph(verdict));
    }
}

/* What the other settings say where they say something else: under it, and nothing where they agree. */
static void draw_others(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    for (int x = 0; x < rect.w; x++) {
        const struct kf_view_timeline_bin sum = sum_column(&view->diff.changed, x, rect.w);
        if (sum.swings == 0)
            kf_grid_put(grid, rect.x + x, rect.y, kf_pen(KF_ROLE_FAINT), 0xb7);
        else if (sum.pulled > 0)
            kf_grid_put(grid, rect.x + x, rect.y, kf_pen_bold(KF_ROLE_PULLED), kf_verdict_glyph(KF_PULLED));
        else if (sum.passive > 0)
            kf_grid_put(grid, rect.x + x, rect.y, kf_pen_bold(KF_ROLE_PASSIVE), kf_verdict_glyph(KF_PASSIVE));
        else
            kf_grid_put(grid, rect.x + x, rect.y, kf_pen_bold(KF_ROLE_UNCLEAR), '?');
    }
    if (view->duration_s > 0)
        kf_grid_hot(grid, rect, KF_KEY_SEEK, 0, view->duration_s);
}

/* The diff in words, the longest that fit. Returns the columns used, at the right end. */
static int draw_diff_words(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    const struct kf_view_diff *diff = &view->diff;
    char text[2 * KF_VIEW_TEXT + 64], brief[KF_NUMBER_MAX];

    (void)snprintf(brief, sizeof brief, "%u differ", diff->verdicts);
    if (diff->state == KF_DIFF_KNOWN)
        (void)snprintf(text, sizeof text, "with %s %u of %u verdicts and %u cues differ", diff->with, diff->verdicts,
                       diff->swings, diff->cues);
    else
        (void)snprintf(text, sizeof text, "%s %s%s",
                       diff->state == KF_DIFF_FAILED ? "not compared with" : "comparing with", diff->with,
                       diff->state == KF_DIFF_FAILED ? diff->why : "");
    if (kf_text_width(text) > rect.w && diff->state == KF_DIFF_KNOWN)
        (void)snprintf(text, sizeof text, "%s", brief);
    kf_grid_text_right(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_ACCENT), text);
    return kf_text_width(text) < rect.w ? kf_text_width(text) : rect.w;
}

static void draw_end_of_loop(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, double t_s,
                             uint32_t glyph)
{
    const int x = kf_scale_cell(t_s, 0, view->duration_s, rect.w);

    if (x >= 0)
        kf_grid_put(grid, rect.x + x, rect.y, kf_pen_bold(KF_ROLE_ACCENT), glyph);
}

static void draw_line(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    int at = kf_scale_cell(view->t_s, 0, view->duration_s, rect.w);
    unsigned marks = view->mark_count < KF_VIEW_MARKS ? view->mark_count : KF_VIEW_MARKS;

    if (rect.w < 1)
        return;
    if (view->timeline.known)
        draw_verdicts(grid, rect, view, at);
    else
        draw_strides(grid, rect, view, at);
    for (unsigned i = 0; i < marks; i++) {
        int x = kf_scale_cell(view->mark[i].t_s, 0, view->duration_s, rect.w);
        if (x >= 0)
            kf_grid_put(grid, rect.x + x, rect.y, kf_pen_bold(KF_ROLE_WARN), 0x25bc);
    }
    draw_end_of_loop(grid, rect, view, view->loop_from_s, '[');
    draw_end_of_loop(grid, rect, view, view->loop_to_s, ']');
    if (view->duration_s > 0)
        kf_grid_hot(grid, rect, KF_KEY_SEEK, 0, view->duration_s);
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

/* Where we are in words: what it does, how fast, when, and after which mark; with a diff, what it found. */
static void draw_words(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    char now[KF_NUMBER_MAX], all[KF_NUMBER_MAX];
    const char *word = view->ended ? "END" : view->paused ? "PAUSED" : "PLAYING";
    int x = rect.x, end = rect.x + rect.w;

    kf_text_clock(now, view->t_s, 1);
    kf_text_clock(all, view->duration_s, 1);
    x += kf_grid_text(grid, x, rect.y, 8, kf_pen_bold(view->paused || view->ended ? KF_ROLE_WARN : KF_ROLE_TEXT), word);
    if (fabs(view->speed) < 1000)
        x += kf_grid_print(grid, x + 2, rect.y, 10, kf_pen(KF_ROLE_TEXT), "%gx", view->speed) + 2;
    x += kf_grid_print(grid, x + 2, rect.y, end - x, kf_pen_bold(KF_ROLE_TEXT), "%s", now) + 2;
    if (view->diff.shown)
        end -= draw_diff_words(grid, kf_rect(x + 2, rect.y, end - x - 2, 1), view) + 2;
    if (x + 4 + kf_text_width(all) <= end)
        x += kf_grid_print(grid, x + 1, rect.y, end - x, kf_pen(KF_ROLE_DIM), "of %s", all) + 1;
    if (current_mark(view)[0] && x + 5 + kf_text_width(current_mark(view)) <= end)
        kf_grid_print(grid, x + 3, rect.y, end - x - 3, kf_pen(KF_ROLE_WARN), "▼ %s", current_mark(view));
}

void kf_transport_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view)
{
    rect.x += 1;
    rect.w -= 2;
    if (rect.h > 1)
        draw_words(grid, kf_rect(rect.x, rect.y++, rect.w, 1), view);
    draw_line(grid, kf_rect(rect.x, rect.y++, rect.w, 1), view);
    if (rect.h > 2)
        draw_others(grid, kf_rect(rect.x, rect.y, rect.w, 1), view);
}
