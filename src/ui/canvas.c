/* canvas.c - see canvas.h. Lines are stepped in dots after clipping to the rectangle, so that a huge coordinate costs
 * no more than a small one. */
#include "ui/canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void prepare(struct kf_canvas *canvas, struct kf_rect rect, enum kf_glyphs glyphs)
{
    memset(canvas, 0, sizeof *canvas);
    if (rect.w > KF_CANVAS_MAX_COLUMNS)
        rect.w = KF_CANVAS_MAX_COLUMNS;
    if (rect.h > KF_CANVAS_MAX_ROWS)
        rect.h = KF_CANVAS_MAX_ROWS;
    canvas->rect = rect;
    canvas->glyphs = glyphs;
    canvas->dots_x = glyphs == KF_GLYPHS_ASCII ? 1 : 2;
    canvas->dots_y = glyphs == KF_GLYPHS_ASCII ? 1 : glyphs == KF_GLYPHS_BLOCKS ? 2 : 4;
}

void kf_canvas_init(struct kf_canvas *canvas, struct kf_rect rect, enum kf_glyphs glyphs, double x, double y,
                    double columns_per_unit)
{
    prepare(canvas, rect, glyphs);
    canvas->scale_x = columns_per_unit * canvas->dots_x;
    canvas->scale_y = columns_per_unit * canvas->dots_y / 2;
    canvas->x0 = x - canvas->rect.w / 2.0 / columns_per_unit;
    canvas->y0 = y - canvas->rect.h / columns_per_unit;
}

void kf_canvas_init_chart(struct kf_canvas *canvas, struct kf_rect rect, enum kf_glyphs glyphs, double x_low,
                          double x_high, double y_low, double y_high)
{
    prepare(canvas, rect, glyphs);
    canvas->x0 = x_low;
    canvas->y0 = y_low;
    canvas->scale_x = (canvas->rect.w * canvas->dots_x - 1) / (x_high - x_low);
    canvas->scale_y = (canvas->rect.h * canvas->dots_y - 1) / (y_high - y_low);
}

static void set_dot(struct kf_canvas *canvas, struct kf_pen pen, int x, int y, char stroke)
{
    int column = x / canvas->dots_x, row = y / canvas->dots_y;

    if (x < 0 || y < 0 || column >= canvas->rect.w || row >= canvas->rect.h)
        return;
    canvas->dots[row][column] |= (uint8_t)(1u << ((y % canvas->dots_y) * canvas->dots_x + x % canvas->dots_x));
    canvas->pen[row][column] = pen;
    canvas->stroke[row][column] = stroke;
}

/* Dots from the left and from the top, still fractional. */
static double to_dot_x(const struct kf_canvas *canvas, double x)
{
    return (x - canvas->x0) * canvas->scale_x;
}

static double to_dot_y(const struct kf_canvas *canvas, double y)
{
    return canvas->rect.h * canvas->dots_y - 1 - (y - canvas->y0) * canvas->scale_y;
}

/* Cuts one edge off the segment a..b (Liang and Barsky's way); false when nothing is left. */
static bool clip_edge(double p, double q, double *from, double *to)
{
    double r;

    if (p == 0)
        return q >= 0;
    r = q / p;
    if (p < 0 && r > *from)
        *from = r;
    if (p > 0 && r < *to)
        *to = r;
    return *from <= *to;
}

static void step_line(struct kf_canvas *canvas, struct kf_pen pen, double x1, double y1, double x2, double y2)
{
    double dx = x2 - x1, dy = y2 - y1, from = 0, to = 1;
    double w = canvas->rect.w * canvas->dots_x - 1, h = canvas->rect.h * canvas->dots_y - 1;
    char stroke = fabs(dy) < .35 * fabs(dx) ? '-' : fabs(dx) < .35 * fabs(dy) ? '|' : dx * dy > 0 ? '\\' : '/';
    int steps;

    if (!isfinite(dx) || !isfinite(dy) || w < 0 || h < 0)
        return;
    if (!clip_edge(-dx, x1 + .49, &from, &to) || !clip_edge(dx, w + .49 - x1, &from, &to) ||
        !clip_edge(-dy, y1 + .49, &from, &to) || !clip_edge(dy, h + .49 - y1, &from, &to))
        return;
    steps = (int)ceil((to - from) * fmax(fabs(dx), fabs(dy)));
    for (int i = 0; i <= steps; i++) {
        double share = from + (to - from) * (steps ? (double)i / steps : 0);
        set_dot(canvas, pen, (int)lround(x1 + share * dx), (int)lround(y1 + share * dy), stroke);
    }
}

void kf_canvas_dot(struct kf_canvas *canvas, struct kf_pen pen, double x, double y)
{
    double dot_x = to_dot_x(canvas, x), dot_y = to_dot_y(canvas, y);

    if (fabs(dot_x) < 1e4 && fabs(dot_y) < 1e4)
        set_dot(canvas, pen, (int)floor(dot_x + .5), (int)floor(dot_y + .5), '.');
}

void kf_canvas_line(struct kf_canvas *canvas, struct kf_pen pen, double x1, double y1, double x2, double y2)
{
    step_line(canvas, pen, to_dot_x(canvas, x1), to_dot_y(canvas, y1), to_dot_x(canvas, x2), to_dot_y(canvas, y2));
}

void kf_canvas_bone(struct kf_canvas *canvas, struct kf_pen pen, double x1, double y1, double x2, double y2)
{
    double a = to_dot_x(canvas, x1), b = to_dot_y(canvas, y1), c = to_dot_x(canvas, x2), d = to_dot_y(canvas, y2);
    bool steep = fabs(d - b) > fabs(c - a);

    step_line(canvas, pen, a, b, c, d);
    if (canvas->glyphs == KF_GLYPHS_BRAILLE)
        step_line(canvas, pen, a + steep, b + !steep, c + steep, d + !steep);
}

/* The character of a cell's dots. Braille numbers its dots 1 4 / 2 5 / 3 6 / 7 8. */
static uint32_t character(const struct kf_canvas *canvas, uint8_t dots, char stroke)
{
    static const uint8_t braille[8] = {0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80};
    static const uint16_t quarter[16] = {' ',    0x2598, 0x259d, 0x2580, 0x2596, 0x258c, 0x259e, 0x259b,
                                         0x2597, 0x259a, 0x2590, 0x259c, 0x2584, 0x2599, 0x259f, 0x2588};
    uint32_t code = 0x2800;

    if (canvas->glyphs == KF_GLYPHS_ASCII)
        return (uint32_t)(unsigned char)stroke;
    if (canvas->glyphs == KF_GLYPHS_BLOCKS)
        return quarter[dots & 15];
    for (unsigned i = 0; i < 8; i++)
        if (dots & 1u << i)
            code |= braille[i];
    return code;
}

void kf_canvas_show(const struct kf_canvas *canvas, struct kf_grid *grid)
{
    for (int y = 0; y < canvas->rect.h; y++)
        for (int x = 0; x < canvas->rect.w; x++)
            if (canvas->dots[y][x])
                kf_grid_put(grid, canvas->rect.x + x, canvas->rect.y + y, canvas->pen[y][x],
                            character(canvas, canvas->dots[y][x], canvas->stroke[y][x]));
}
