/* history_plot.c - one figure over the sessions of one runner: a point a session with its spread within the session, so
 * that a change can be seen against it. Sessions stand side by side, whatever the days between them. */
#include "ui/history.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/canvas.h"
#include "ui/text.h"

enum { AXIS = 9, MARGIN = 2 };

struct plot {
    const struct kf_ui_trend *trend;
    const struct kf_ui_session *session[KF_UI_SESSIONS]; /* of the runner, oldest first */
    int count;
    struct kf_rect area; /* without axes */
    double low, high, step;
};

/* ---- the scale ---- */

/* 1, 2 or 5 times a power of ten, and not less. */
static double round_step(double step)
{
    const double power = pow(10, floor(log10(step)));
    const double digits = step / power;
    return power * (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10);
}

static void reach(struct plot *plot, double value)
{
    if (!isfinite(value))
        return;
    plot->low = fmin(plot->low, value);
    plot->high = fmax(plot->high, value);
}

/* From the least to the most, spreads and all, to whole steps. False when nothing is known. */
static bool set_scale(struct plot *plot)
{
    const struct kf_ui_trend *trend = plot->trend;
    plot->low = trend->from_zero ? 0 : INFINITY;
    plot->high = -INFINITY;
    for (int i = 0; i < plot->count; i++) {
        const double *value = plot->session[i]->value, *sd = plot->session[i]->sd;
        const double spread = isfinite(sd[trend->value]) ? sd[trend->value] : 0;
        reach(plot, value[trend->value] - spread);
        reach(plot, value[trend->value] + spread);
        if (trend->other != KF_FIGURE_COUNT)
            reach(plot, value[trend->other]);
    }
    if (!(plot->high >= plot->low))
        return false;
    const double least = pow(10, -trend->decimals); /* what its digits can show */
    plot->step = round_step(fmax((plot->high - plot->low) / 3, least));
    plot->low = floor(plot->low / plot->step) * plot->step;
    plot->high = fmax(ceil(plot->high / plot->step) * plot->step, plot->low + plot->step);
    return true;
}

/* ---- drawing ---- */

static int column_of(const struct plot *plot, int index)
{
    const int room = plot->area.w - 1 - 2 * MARGIN;
    return plot->area.x + MARGIN + (plot->count > 1 ? index * room / (plot->count - 1) : room / 2);
}

static int row_of(const struct plot *plot, double value)
{
    const int cell = kf_scale_cell(value, plot->low, plot->high, plot->area.h);
    return cell < 0 ? -1 : plot->area.y + plot->area.h - 1 - cell;
}

static void draw_axes(struct kf_grid *grid, const struct plot *plot)
{
    const struct kf_rect area = plot->area;
    const int bottom = area.y + area.h;
    char text[KF_NUMBER_MAX];

    for (int y = area.y; y < bottom; y++)
        kf_grid_put(grid, area.x - 1, y, kf_pen(KF_ROLE_FAINT), 0x2502);
    for (int i = 0; i <= (int)lround((plot->high - plot->low) / plot->step); i++) {
        const double value = plot->low + i * plot->step;
        const int y = row_of(plot, value);
        kf_text_number(text, AXIS - 2, plot->trend->decimals, 0, value);
        kf_grid_text(grid, area.x - AXIS, y, AXIS - 2, kf_pen(KF_ROLE_DIM), text);
        for (int x = area.x; x < area.x + area.w; x += 2)
            kf_grid_put(grid, x, y, kf_pen(KF_ROLE_FAINT), 0xb7);
    }
    kf_grid_print(grid, area.x + MARGIN, bottom, 10, kf_pen(KF_ROLE_DIM), "%.10s", plot->session[0]->day);
    if (plot->count > 1)
        kf_grid_print(grid, area.x + area.w - 10, bottom, 10, kf_pen(KF_ROLE_DIM), "%.10s",
                      plot->session[plot->count - 1]->day);
    if (area.w > 44)
        kf_grid_print(grid, area.x + area.w / 2 - 6, bottom, 16, kf_pen(KF_ROLE_DIM), "%d sessions", plot->count);
}

/* The spread as a bar behind the point, cell by cell. */
static void draw_spread(struct kf_grid *grid, const struct plot *plot, int index, enum kf_figure figure)
{
    const double value = plot->session[index]->value[figure], sd = plot->session[index]->sd[figure];
    if (!isfinite(value) || !isfinite(sd))
        return;
    for (int y = row_of(plot, value + sd); y <= row_of(plot, value - sd); y++)
        kf_grid_put(grid, column_of(plot, index), y, kf_pen(KF_ROLE_DIM), 0x2502);
}

/* A line from point to point; sessions at which the figure is not known are passed over. */
static void draw_line(struct kf_grid *grid, const struct plot *plot, enum kf_figure figure)
{
    struct kf_canvas canvas;
    int before = -1;
    kf_canvas_init_chart(&canvas, plot->area, grid->glyphs, plot->area.x, plot->area.x + plot->area.w - 1, plot->low,
                         plot->high);
    for (int i = 0; i < plot->count; i++) {
        const double value = plot->session[i]->value[figure];
        if (!isfinite(value))
            continue;
        if (before >= 0)
            kf_canvas_line(&canvas, kf_pen(KF_ROLE_FAINT), column_of(plot, before),
                           plot->session[before]->value[figure], column_of(plot, i), value);
        before = i;
    }
    kf_canvas_show(&canvas, grid);
}

/* `beside`: columns to the right, so that two figures of one session never hide each other. */
static void draw_points(struct kf_grid *grid, const struct plot *plot, enum kf_figure figure, int beside,
                        struct kf_pen pen, uint32_t code)
{
    for (int i = 0; i < plot->count; i++)
        if (isfinite(plot->session[i]->value[figure]))
            kf_grid_put(grid, column_of(plot, i) + beside, row_of(plot, plot->session[i]->value[figure]), pen, code);
}

static void draw_title(struct kf_grid *grid, struct kf_rect rect, const struct plot *plot)
{
    const struct kf_ui_trend *trend = plot->trend;
    bool spread = false;
    char title[160];
    for (int i = 0; i < plot->count; i++)
        spread |= isfinite(plot->session[i]->sd[trend->value]);
    (void)snprintf(title, sizeof title, "%s%s%.40s, %s%s", plot->session[0]->athlete,
                   *plot->session[0]->athlete ? ": " : "", trend->name, trend->unit,
                   trend->other_name ? "   ● told  ○ alone"
                   : spread          ? "   ● mean  │ one SD to each side"
                                     : "");
    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), title);
}

void kf_history_plot(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_history *history,
                     const struct kf_ui_trend *trend)
{
    struct plot plot = {.trend = trend, .area = kf_rect(rect.x + AXIS, rect.y + 1, rect.w - AXIS, rect.h - 2)};
    for (unsigned i = 0; i < history->count; i++)
        if (strcmp(history->session[i].athlete, history->session[history->count - 1].athlete) == 0)
            plot.session[plot.count++] = &history->session[i];
    if (plot.count == 0)
        return;
    draw_title(grid, rect, &plot);
    if (!set_scale(&plot)) {
        kf_grid_text(grid, rect.x + AXIS, rect.y + rect.h / 2, rect.w - AXIS, kf_pen(KF_ROLE_DIM),
                     trend->other_name
                         ? "no session had swings both with feedback and without (settings: feedback.quiet)"
                         : "not measured in these sessions");
        return;
    }
    draw_axes(grid, &plot);
    for (int i = 0; i < plot.count; i++)
        draw_spread(grid, &plot, i, trend->value);
    draw_line(grid, &plot, trend->value);
    if (trend->other != KF_FIGURE_COUNT) {
        draw_line(grid, &plot, trend->other);
        draw_points(grid, &plot, trend->other, 1, kf_pen_bold(KF_ROLE_RIGHT), 0x25cb);
    }
    draw_points(grid, &plot, trend->value, 0, kf_pen_bold(KF_ROLE_ACCENT), 0x25cf);
}
