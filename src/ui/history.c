/* history.c - see history.h. What does not fit is left out from the right: the day, and whether swings were pulled,
 * stay. A trend is of one runner, the newest session's: two runners in one line would show a change nobody made. */
#include "ui/history.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/text.h"

enum {
    DAY = 17,
    SPREAD = 8,
    ATHLETE = 10,
    NAME = 23,
    NARROW = 60,
    PLOT_MOST = 15,
    PLOT_LEAST = 9,
    ROOM_FOR_PLOT = 17,
    ROOM_FOR_ALL = 30
};

const struct kf_ui_trend kf_ui_trends[KF_UI_TRENDS] = {
    {"swings pulled", "%", "all", NULL, KF_FIGURE_PULLED, KF_FIGURE_COUNT, 0, true},
    {"pulled, told | alone", "%", "told", "alone", KF_FIGURE_PULLED_TOLD, KF_FIGURE_PULLED_ALONE, 0, true},
    {"drive", "Nm/kg", "all", NULL, KF_FIGURE_DRIVE, KF_FIGURE_COUNT, 3, false},
    {"drive, told | alone", "Nm/kg", "told", "alone", KF_FIGURE_DRIVE_TOLD, KF_FIGURE_DRIVE_ALONE, 3, false},
    {"peak knee flexion", "deg", "all", NULL, KF_FIGURE_KNEE, KF_FIGURE_COUNT, 1, false},
    {"cues", "1/min", "all", NULL, KF_FIGURE_CUES, KF_FIGURE_COUNT, 2, true},
    {"cue on the screen", "s/min", "all", NULL, KF_FIGURE_SHOWN, KF_FIGURE_COUNT, 1, true},
    {"steps", "1/min", "all", NULL, KF_FIGURE_CADENCE, KF_FIGURE_COUNT, 1, false},
};

static const struct column {
    const char *name;
    enum kf_figure figure;
    int width, decimals;
    bool has_spread, with_sign;
} columns[] = {
    {"pulled %", KF_FIGURE_PULLED, 9, 0, false, false},    {"min", KF_FIGURE_MINUTES, 6, 1, false, false},
    {"knee deg", KF_FIGURE_KNEE, 9, 1, true, false},       {"drive", KF_FIGURE_DRIVE, 8, 3, true, true},
    {"cues/min", KF_FIGURE_CUES, 9, 2, false, false},      {"s/min", KF_FIGURE_SHOWN, 6, 1, false, false},
    {"told %", KF_FIGURE_PULLED_TOLD, 7, 0, false, false}, {"alone %", KF_FIGURE_PULLED_ALONE, 8, 0, false, false},
    {"steps", KF_FIGURE_CADENCE, 6, 0, false, false},      {"swings", KF_FIGURE_SWINGS, 7, 0, false, false},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* ---- the table ---- */

static int width_of(const struct column *column)
{
    return column->width + (column->has_spread ? SPREAD : 0);
}

/* Whose it was is said where there are several. */
static bool is_mixed(const struct kf_ui_history *history)
{
    for (unsigned i = 1; i < history->count; i++)
        if (strcmp(history->session[i].athlete, history->session[0].athlete) != 0)
            return true;
    return false;
}

static int figures_from(struct kf_rect rect, bool mixed)
{
    return rect.x + DAY + (mixed ? ATHLETE : 0);
}

static void draw_head(struct kf_grid *grid, struct kf_rect rect, bool mixed)
{
    int x = figures_from(rect, mixed);

    kf_grid_text(grid, rect.x, rect.y, DAY, kf_pen(KF_ROLE_DIM), "began");
    if (mixed)
        kf_grid_text(grid, rect.x + DAY, rect.y, ATHLETE, kf_pen(KF_ROLE_DIM), "athlete");
    for (int i = 0; i < COLUMNS && x + width_of(&columns[i]) <= rect.x + rect.w; i++) {
        kf_grid_text_right(grid, x, rect.y, columns[i].width, kf_pen(KF_ROLE_DIM), columns[i].name);
        if (columns[i].has_spread)
            kf_grid_text_right(grid, x + columns[i].width, rect.y, SPREAD, kf_pen(KF_ROLE_DIM), "SD");
        x += width_of(&columns[i]);
    }
}

static void draw_figure(struct kf_grid *grid, int x, int y, const struct column *column,
                        const struct kf_ui_session *session)
{
    const enum kf_role role = column->figure == KF_FIGURE_PULLED ? KF_ROLE_PULLED : KF_ROLE_TEXT;
    char text[KF_NUMBER_MAX];

    kf_text_number(text, column->width, column->decimals, column->with_sign, session->value[column->figure]);
    kf_grid_text(grid, x, y, column->width, kf_pen(role), text);
    if (!column->has_spread)
        return;
    kf_text_number(text, SPREAD, column->decimals, 0, session->sd[column->figure]);
    kf_grid_text(grid, x + column->width, y, SPREAD, kf_pen(KF_ROLE_DIM), text);
}

static void draw_session(struct kf_grid *grid, struct kf_rect rect, bool mixed, const struct kf_ui_session *session)
{
    int x = figures_from(rect, mixed);

    kf_grid_text(grid, rect.x, rect.y, DAY, kf_pen(session->cut_off ? KF_ROLE_WARN : KF_ROLE_TEXT), session->day);
    if (mixed)
        kf_grid_text(grid, rect.x + DAY, rect.y, ATHLETE - 1, kf_pen(KF_ROLE_TEXT), session->athlete);
    for (int i = 0; i < COLUMNS && x + width_of(&columns[i]) <= rect.x + rect.w; i++) {
        draw_figure(grid, x, rect.y, &columns[i], session);
        x += width_of(&columns[i]);
    }
    if (session->cut_off && x + 9 < rect.x + rect.w)
        kf_grid_text(grid, x + 1, rect.y, 8, kf_pen(KF_ROLE_WARN), "cut off");
    else if (session->cut_off) /* a glyph says it where the words have no room */
        kf_grid_text(grid, rect.x + DAY - 1, rect.y, 1, kf_pen(KF_ROLE_WARN), "!");
}

/* ---- trends ---- */

static bool is_of(const struct kf_ui_session *session, const char *athlete)
{
    return !athlete || strcmp(session->athlete, athlete) == 0;
}

bool kf_ui_trend_range(const struct kf_ui_trend *trend, const struct kf_ui_session *session, unsigned count,
                       const char *athlete, double *least, double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (unsigned i = 0; i < count; i++)
        for (int pair = 0; pair < 2; pair++) {
            const enum kf_figure figure = pair ? trend->other : trend->value;
            if (figure == KF_FIGURE_COUNT || !is_of(&session[i], athlete) || !isfinite(session[i].value[figure]))
                continue;
            *least = fmin(*least, session[i].value[figure]);
            *most = fmax(*most, session[i].value[figure]);
        }
    return *most >= *least;
}

uint32_t kf_ui_trend_block(double value, double least, double most)
{
    if (!isfinite(value))
        return ' ';
    return 0x2581 + (uint32_t)(most > least ? 7.99 * (value - least) / (most - least) : 3);
}

/* Where blocks are lacking, characters that hold more and more ink. */
static uint32_t block_for(const struct kf_grid *grid, double value, double least, double most)
{
    static const char ink[] = "_.:-=+*#";
    const uint32_t block = kf_ui_trend_block(value, least, most);
    return grid->glyphs == KF_GLYPHS_ASCII && block != ' ' ? (uint32_t)ink[block - 0x2581] : block;
}

/* One column a session, oldest at the left, from the least to the most of them; the last one in words. */
static void draw_spark(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_history *history,
                       const struct kf_ui_trend *trend, bool is_chosen)
{
    const char *athlete = history->session[history->count - 1].athlete;
    const struct kf_pen name = is_chosen ? kf_pen_bold(KF_ROLE_TEXT) : kf_pen(KF_ROLE_DIM);
    const int before = rect.w < NARROW ? kf_text_width(trend->name) + 2 : NAME, room = rect.w - before - 24;
    double least = NAN, most = NAN;
    int x = rect.x + before;
    unsigned first = 0, of_runner = 0;

    kf_grid_text(grid, rect.x, rect.y, before - 1, name, trend->name);
    for (unsigned i = history->count; i > 0 && (int)of_runner < room; i--)
        if (is_of(&history->session[i - 1], athlete)) {
            of_runner++;
            first = i - 1;
        }
    if (!kf_ui_trend_range(trend, history->session + first, history->count - first, athlete, &least, &most)) {
        kf_grid_text(grid, x, rect.y, rect.w - before, kf_pen(KF_ROLE_FAINT), "not measured");
        return;
    }
    for (unsigned i = first; i < history->count; i++)
        if (is_of(&history->session[i], athlete)) {
            const double value =
                history->session[i].value[trend->other == KF_FIGURE_COUNT ? trend->value : trend->other];
            kf_grid_put(grid, x++, rect.y, kf_pen(KF_ROLE_ACCENT), block_for(grid, value, least, most));
        }
    kf_grid_print(grid, x + 2, rect.y, rect.x + rect.w - x - 2, kf_pen(KF_ROLE_DIM), "%.*f to %.*f %s%s%s",
                  trend->decimals, least, trend->decimals, most, trend->unit, trend->other_name ? ", bars: " : "",
                  trend->other_name ? trend->other_name : "");
}

static int trends_height(const struct kf_ui_history *history, struct kf_rect rect)
{
    if (history->count < 2)
        return 0;
    if (rect.h < ROOM_FOR_PLOT)
        return rect.h >= 7 ? 2 : 0;
    const int plot = rect.h / 2 < PLOT_LEAST ? PLOT_LEAST : rect.h / 2 > PLOT_MOST ? PLOT_MOST : rect.h / 2;
    return plot + (rect.h >= ROOM_FOR_ALL ? KF_UI_TRENDS + 1 : 0);
}

static void draw_trends(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_history *history, unsigned trend)
{
    const bool all = rect.h > PLOT_MOST;
    if (rect.h < PLOT_LEAST) {
        draw_spark(grid, kf_rect(rect.x, rect.y + rect.h - 1, rect.w, 1), history, &kf_ui_trends[trend], true);
        return;
    }
    const int plot = rect.h - (all ? KF_UI_TRENDS + 1 : 0);
    kf_history_plot(grid, kf_rect(rect.x, rect.y, rect.w, plot), history, &kf_ui_trends[trend]);
    for (unsigned i = 0; all && i < KF_UI_TRENDS; i++)
        draw_spark(grid, kf_rect(rect.x, rect.y + plot + 1 + (int)i, rect.w, 1), history, &kf_ui_trends[i], i == trend);
}

void kf_history_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_history *history, unsigned first,
                     unsigned trend)
{
    const int trends = trends_height(history, rect), broken = *history->broken ? 1 : 0;
    const int rows = rect.h - 2 - trends - broken;
    const bool mixed = is_mixed(history);
    char title[128];

    (void)snprintf(title, sizeof title, "history of %s, newest first", history->whose);
    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), title);
    if (broken)
        kf_grid_text(grid, rect.x, rect.y + rect.h - trends - 1, rect.w, kf_pen(KF_ROLE_WARN), history->broken);
    if (history->count == 0) {
        kf_grid_text(grid, rect.x, rect.y + 2, rect.w, kf_pen(KF_ROLE_TEXT),
                     *history->trouble ? history->trouble : "No sessions yet.");
        if (!*history->trouble)
            kf_grid_text(grid, rect.x, rect.y + 3, rect.w, kf_pen(KF_ROLE_DIM),
                         "Every live session is recorded; q, then d, runs the demo.");
        return;
    }
    draw_head(grid, kf_rect(rect.x, rect.y + 1, rect.w, 1), mixed);
    for (int row = 0; row < rows && first + (unsigned)row < history->count; row++)
        draw_session(grid, kf_rect(rect.x, rect.y + 2 + row, rect.w, 1), mixed,
                     &history->session[history->count - 1 - first - (unsigned)row]);
    if (trends > 0)
        draw_trends(grid, kf_rect(rect.x, rect.y + rect.h - trends, rect.w, trends), history, trend % KF_UI_TRENDS);
}
