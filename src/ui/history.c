/* history.c - see history.h. What does not fit is left out from the right: the day, and whether swings were pulled,
 * stay. */
#include "ui/history.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "ui/text.h"

enum { DAY = 17, TRENDS = 5 };

static const struct column {
    const char *name, *trend; /* trend: its name there, NULL for none */
    size_t offset, spread;    /* of the figure and its SD in a session; spread 0: none */
    int width, decimals, with_sign;
} columns[] = {
#define COLUMN(figure) offsetof(struct kf_ui_session, figure)
    {"min", NULL, COLUMN(minutes), 0, 6, 1, 0},
    {"pulled %", "pulled %", COLUMN(pulled_pct), 0, 9, 0, 0},
    {"knee", "peak knee deg", COLUMN(peak_knee_deg), COLUMN(peak_knee_sd_deg), 8, 1, 0},
    {"drive", "drive Nm/kg", COLUMN(drive_nm_kg), COLUMN(drive_sd_nm_kg), 8, 3, 1},
    {"cues/min", "cues a minute", COLUMN(cues_per_min), 0, 9, 2, 0},
    {"steps", "steps a minute", COLUMN(cadence_spm), 0, 7, 1, 0},
    {"told %", NULL, COLUMN(pulled_told_pct), 0, 7, 0, 0},
    {"alone %", NULL, COLUMN(pulled_alone_pct), 0, 8, 0, 0},
    {"swings", NULL, COLUMN(swings), 0, 7, 0, 0},
#undef COLUMN
};
enum { COLUMNS = sizeof columns / sizeof columns[0], SPREAD = 8 };

static double figure(const struct kf_ui_session *session, size_t offset)
{
    return *(const double *)((const char *)session + offset);
}

static int width_of(const struct column *column)
{
    return column->width + (column->spread ? SPREAD : 0);
}

static void draw_head(struct kf_grid *grid, struct kf_rect rect)
{
    int x = rect.x + DAY;

    kf_grid_text(grid, rect.x, rect.y, DAY, kf_pen(KF_ROLE_DIM), "began");
    for (int i = 0; i < COLUMNS && x + width_of(&columns[i]) <= rect.x + rect.w; i++) {
        kf_grid_text_right(grid, x, rect.y, columns[i].width, kf_pen(KF_ROLE_DIM), columns[i].name);
        if (columns[i].spread)
            kf_grid_text_right(grid, x + columns[i].width, rect.y, SPREAD, kf_pen(KF_ROLE_DIM), "SD");
        x += width_of(&columns[i]);
    }
    if (x + 12 < rect.x + rect.w)
        kf_grid_text(grid, x + 2, rect.y, rect.x + rect.w - x - 2, kf_pen(KF_ROLE_DIM), "athlete");
}

static void draw_session(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_session *session)
{
    char text[KF_NUMBER_MAX];
    int x = rect.x + DAY;

    kf_grid_text(grid, rect.x, rect.y, DAY, kf_pen(KF_ROLE_TEXT), session->day);
    for (int i = 0; i < COLUMNS && x + width_of(&columns[i]) <= rect.x + rect.w; i++) {
        const struct column *column = &columns[i];
        kf_text_number(text, column->width, column->decimals, column->with_sign, figure(session, column->offset));
        kf_grid_text(grid, x, rect.y, column->width, kf_pen(i == 1 ? KF_ROLE_PULLED : KF_ROLE_TEXT), text);
        if (column->spread) {
            kf_text_number(text, SPREAD, column->decimals, 0, figure(session, column->spread));
            kf_grid_text(grid, x + column->width, rect.y, SPREAD, kf_pen(KF_ROLE_DIM), text);
        }
        x += width_of(column);
    }
    if (x + 12 < rect.x + rect.w)
        kf_grid_print(grid, x + 2, rect.y, rect.x + rect.w - x - 2, kf_pen(KF_ROLE_DIM), "%s%s",
                      session->cut_off ? "cut off, " : "", session->athlete);
}

/* One column a session, oldest at the left, from the least to the most of them. */
static void draw_trend(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_history *history,
                       const struct column *column)
{
    const int room = rect.w - DAY - 18, count = (int)history->count;
    const int first = count > room ? count - room : 0;
    double least = INFINITY, most = -INFINITY;

    for (int i = first; i < count; i++) {
        const double value = figure(&history->session[i], column->offset);
        least = isfinite(value) ? fmin(least, value) : least;
        most = isfinite(value) ? fmax(most, value) : most;
    }
    kf_grid_text(grid, rect.x, rect.y, DAY, kf_pen(KF_ROLE_DIM), column->trend);
    for (int i = first; i < count; i++) {
        const double value = figure(&history->session[i], column->offset);
        const double share = most > least ? (value - least) / (most - least) : .5;
        if (isfinite(value))
            kf_grid_put(grid, rect.x + DAY + i - first, rect.y, kf_pen(KF_ROLE_ACCENT),
                        0x2581 + (uint32_t)(7.99 * share));
    }
    if (most >= least)
        kf_grid_print(grid, rect.x + DAY + (count - first) + 2, rect.y, 18, kf_pen(KF_ROLE_DIM), "%.*f to %.*f",
                      column->decimals, least, column->decimals, most);
}

static int draw_trends(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_history *history)
{
    int used = 0;

    for (int i = 0; i < COLUMNS && used < rect.h; i++)
        if (columns[i].trend)
            draw_trend(grid, kf_rect(rect.x, rect.y + used++, rect.w, 1), history, &columns[i]);
    return used;
}

void kf_history_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_history *history, unsigned first)
{
    const int trends = history->count > 1 && rect.h >= TRENDS + 7 ? TRENDS + 1 : 0;
    char title[96];

    (void)snprintf(title, sizeof title, "history of %s", history->whose);
    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), title);
    if (history->count == 0) {
        kf_grid_text(grid, rect.x, rect.y + 2, rect.w, kf_pen(KF_ROLE_DIM),
                     *history->trouble ? history->trouble : "no sessions yet: every live session is recorded");
        return;
    }
    draw_head(grid, kf_rect(rect.x, rect.y + 1, rect.w, 1));
    for (int row = 0; row < rect.h - 2 - trends && first + (unsigned)row < history->count; row++)
        draw_session(grid, kf_rect(rect.x, rect.y + 2 + row, rect.w, 1),
                     &history->session[history->count - 1 - first - (unsigned)row]);
    if (trends > 0)
        (void)draw_trends(grid, kf_rect(rect.x, rect.y + rect.h - TRENDS, rect.w, TRENDS), history);
}
