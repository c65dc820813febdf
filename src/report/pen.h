/* pen.h - what a page is drawn with: colours, text and plots on a cairo surface, in points from the top left. */
#ifndef KF_PEN_H
#define KF_PEN_H

#include <stdbool.h>

#include <cairo.h>

struct kf_color {
    double r, g, b;
};

/* Blue and orange stay apart for every common kind of colour blindness (Okabe and Ito 2008). */
extern const struct kf_color kf_ink, kf_dim, kf_rule, kf_paper_tint, kf_blue, kf_orange, kf_gray, kf_green;

enum kf_text_align { KF_TEXT_LEFT, KF_TEXT_CENTER, KF_TEXT_RIGHT };

struct kf_text_style {
    double size; /* points */
    bool bold, italic;
    struct kf_color color;
    enum kf_text_align align;
    double width; /* 0: one line; else lines are broken at it */
};

/* Draws text with its first line's baseline at y; returns the height of all lines. Invalid UTF-8 is drawn as '?'. */
double kf_pen_text(cairo_t *cairo, double x, double y, const struct kf_text_style *style, const char *text);

void kf_pen_line(cairo_t *cairo, double x0, double y0, double x1, double y1, double width, struct kf_color color);
void kf_pen_box(cairo_t *cairo, double x, double y, double width, double height, struct kf_color color, double alpha);

/* A plot: a rectangle of the page and the values its edges stand for. */
struct kf_plot {
    double x, y, width, height;
    double x_low, x_high, y_low, y_high;
};

double kf_plot_x(const struct kf_plot *plot, double value);
double kf_plot_y(const struct kf_plot *plot, double value);

/* Grid lines and numbers at multiples of the steps (0: none); the title stands above. */
void kf_plot_axes(cairo_t *cairo, const struct kf_plot *plot, double x_step, double y_step, const char *title);
/* Between low[] and high[] over `count` equal steps of the x axis; points that are not finite break it. */
void kf_plot_band(cairo_t *cairo, const struct kf_plot *plot, const double *low, const double *high, unsigned count,
                  struct kf_color color, double alpha);
void kf_plot_curve(cairo_t *cairo, const struct kf_plot *plot, const double *value, unsigned count, double width,
                   struct kf_color color, bool dashed);
/* A mark of a verdict at a point: hollow circle, filled one, dot; a tick hangs down from it. Beyond the plot's
 * top or bottom it stands at the edge. */
enum kf_mark { KF_MARK_HOLLOW, KF_MARK_FILLED, KF_MARK_DOT, KF_MARK_TICK };
void kf_plot_mark(cairo_t *cairo, const struct kf_plot *plot, double x, double y, enum kf_mark mark, double size,
                  struct kf_color color);

#endif
