/* pen.c - the few strokes a page needs, over cairo and pango. */
#include "report/pen.h"

#include <math.h>
#include <stdio.h>

#include <pango/pangocairo.h>

const struct kf_color kf_ink = {.13, .15, .18}, kf_dim = {.45, .48, .52}, kf_rule = {.84, .86, .88},
                      kf_paper_tint = {.965, .970, .978}, kf_blue = {0, .45, .70}, kf_orange = {.84, .37, 0},
                      kf_gray = {.62, .64, .67}, kf_green = {0, .62, .45};

static const double pi = 3.14159265358979323846;

static void use(cairo_t *cairo, struct kf_color color, double alpha)
{
    cairo_set_source_rgba(cairo, color.r, color.g, color.b, alpha);
}

/* ---- text ---- */

static PangoLayout *lay_out(cairo_t *cairo, const struct kf_text_style *style, const char *text)
{
    PangoLayout *layout = pango_cairo_create_layout(cairo);
    PangoFontDescription *font = pango_font_description_from_string("DejaVu Sans, Sans");
    gchar *valid = g_utf8_make_valid(text, -1);
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_style(font, style->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, valid, -1);
    if (style->width > 0) {
        pango_layout_set_width(layout, (int)(style->width * PANGO_SCALE));
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    }
    g_free(valid);
    pango_font_description_free(font);
    return layout;
}

double kf_pen_text(cairo_t *cairo, double x, double y, const struct kf_text_style *style, const char *text)
{
    PangoLayout *layout = lay_out(cairo, style, text);
    PangoRectangle box;
    pango_layout_get_extents(layout, NULL, &box);
    const double width = (double)box.width / PANGO_SCALE, height = (double)box.height / PANGO_SCALE;
    const double above = (double)pango_layout_get_baseline(layout) / PANGO_SCALE;
    const double left = style->align == KF_TEXT_RIGHT ? x - width : style->align == KF_TEXT_CENTER ? x - width / 2 : x;
    use(cairo, style->color, 1);
    cairo_move_to(cairo, left, y - above);
    pango_cairo_show_layout(cairo, layout);
    g_object_unref(layout);
    return height;
}

/* ---- lines and boxes ---- */

void kf_pen_line(cairo_t *cairo, double x0, double y0, double x1, double y1, double width, struct kf_color color)
{
    use(cairo, color, 1);
    cairo_set_line_width(cairo, width);
    cairo_move_to(cairo, x0, y0);
    cairo_line_to(cairo, x1, y1);
    cairo_stroke(cairo);
}

void kf_pen_box(cairo_t *cairo, double x, double y, double width, double height, struct kf_color color, double alpha)
{
    use(cairo, color, alpha);
    cairo_rectangle(cairo, x, y, width, height);
    cairo_fill(cairo);
}

/* ---- plots ---- */

double kf_plot_x(const struct kf_plot *plot, double value)
{
    return plot->x + plot->width * (value - plot->x_low) / (plot->x_high - plot->x_low);
}

double kf_plot_y(const struct kf_plot *plot, double value)
{
    return plot->y + plot->height * (plot->y_high - value) / (plot->y_high - plot->y_low);
}

static void clip(cairo_t *cairo, const struct kf_plot *plot)
{
    cairo_save(cairo);
    cairo_rectangle(cairo, plot->x, plot->y, plot->width, plot->height);
    cairo_clip(cairo);
}

static void number(char *out, size_t size, double value, double step)
{
    const int decimals = step >= 1 ? 0 : step >= .1 ? 1 : 2;
    (void)snprintf(out, size, "%.*f", decimals, fabs(value) < step / 2 ? 0.0 : value);
}

/* The first multiple of the step inside. */
static int first_step(double low, double step)
{
    return step > 0 ? (int)ceil(low / step - 1e-9) : 0;
}

void kf_plot_axes(cairo_t *cairo, const struct kf_plot *plot, double x_step, double y_step, const char *title)
{
    static const struct kf_text_style above = {.size = 8, .bold = true, .color = {.13, .15, .18}};
    static const struct kf_text_style left = {.size = 6.5, .color = {.45, .48, .52}, .align = KF_TEXT_RIGHT};
    static const struct kf_text_style below = {.size = 6.5, .color = {.45, .48, .52}, .align = KF_TEXT_CENTER};
    char text[32];
    for (int i = first_step(plot->y_low, y_step); y_step > 0 && i * y_step <= plot->y_high + 1e-9 * y_step; i++) {
        const double y = kf_plot_y(plot, i * y_step);
        kf_pen_line(cairo, plot->x, y, plot->x + plot->width, y, i == 0 ? .8 : .4, i == 0 ? kf_gray : kf_rule);
        number(text, sizeof text, i * y_step, y_step);
        (void)kf_pen_text(cairo, plot->x - 4, y + 2.3, &left, text);
    }
    for (int i = first_step(plot->x_low, x_step); x_step > 0 && i * x_step <= plot->x_high + 1e-9 * x_step; i++) {
        const double x = kf_plot_x(plot, i * x_step);
        kf_pen_line(cairo, x, plot->y + plot->height, x, plot->y + plot->height + 2.5, .6, kf_gray);
        number(text, sizeof text, i * x_step, x_step);
        (void)kf_pen_text(cairo, x, plot->y + plot->height + 10, &below, text);
    }
    kf_pen_line(cairo, plot->x, plot->y + plot->height, plot->x + plot->width, plot->y + plot->height, .6, kf_gray);
    (void)kf_pen_text(cairo, plot->x, plot->y - 5, &above, title);
}

static double step_x(const struct kf_plot *plot, unsigned i, unsigned count)
{
    return plot->x + plot->width * i / (count - 1);
}

void kf_plot_band(cairo_t *cairo, const struct kf_plot *plot, const double *low, const double *high, unsigned count,
                  struct kf_color color, double alpha)
{
    clip(cairo, plot);
    for (unsigned from = 0; from < count;) {
        unsigned to = from;
        while (to < count && isfinite(low[to]) && isfinite(high[to]))
            to++;
        for (unsigned i = from; i < to; i++)
            cairo_line_to(cairo, step_x(plot, i, count), kf_plot_y(plot, high[i]));
        for (unsigned i = to; i-- > from;)
            cairo_line_to(cairo, step_x(plot, i, count), kf_plot_y(plot, low[i]));
        use(cairo, color, alpha);
        cairo_close_path(cairo);
        cairo_fill(cairo);
        from = to + 1;
    }
    cairo_restore(cairo);
}

void kf_plot_curve(cairo_t *cairo, const struct kf_plot *plot, const double *value, unsigned count, double width,
                   struct kf_color color, bool dashed)
{
    static const double dashes[] = {3, 2};
    bool down = false;
    clip(cairo, plot);
    use(cairo, color, 1);
    cairo_set_line_width(cairo, width);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(cairo, dashes, dashed ? 2 : 0, 0);
    for (unsigned i = 0; i < count; i++) {
        if (!isfinite(value[i])) {
            down = false;
            continue;
        }
        if (down)
            cairo_line_to(cairo, step_x(plot, i, count), kf_plot_y(plot, value[i]));
        else
            cairo_move_to(cairo, step_x(plot, i, count), kf_plot_y(plot, value[i]));
        down = true;
    }
    cairo_stroke(cairo);
    cairo_restore(cairo);
}

void kf_plot_mark(cairo_t *cairo, const struct kf_plot *plot, double x, double y, enum kf_mark mark, double size,
                  struct kf_color color)
{
    const double px = kf_plot_x(plot, x), py = fmin(fmax(kf_plot_y(plot, y), plot->y), plot->y + plot->height);
    if (!isfinite(px) || !isfinite(py) || px < plot->x - size || px > plot->x + plot->width + size)
        return;
    use(cairo, color, 1);
    cairo_new_path(cairo);
    if (mark == KF_MARK_TICK) {
        kf_pen_line(cairo, px, py, px, py + size, 1, color);
        return;
    }
    cairo_arc(cairo, px, py, mark == KF_MARK_DOT ? size / 2 : size, 0, 2 * pi);
    cairo_set_line_width(cairo, .8);
    if (mark == KF_MARK_HOLLOW)
        cairo_stroke(cairo);
    else
        cairo_fill(cairo);
}
