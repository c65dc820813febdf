/* canvas.h - curves finer than a cell: lines in dots, shown in braille (2x4 a cell), quarter blocks (2x2) or ASCII.
 *
 * The canvas has its own coordinates (x right, y up, any unit); a unit is as long sideways as it is upwards on a
 * terminal whose cells are twice as tall as wide. Lines beyond the edges are clipped, NANs draw nothing. */
#ifndef KF_CANVAS_H
#define KF_CANVAS_H

#include "ui/cell.h"

enum { KF_CANVAS_MAX_COLUMNS = 160, KF_CANVAS_MAX_ROWS = 60 };

struct kf_canvas {
    struct kf_rect rect; /* on the grid; cut to the maximum */
    enum kf_glyphs glyphs;
    int dots_x, dots_y;                                      /* dots a cell */
    double x0, y0;                                           /* the coordinates of the rectangle's lower left corner */
    double scale_x, scale_y;                                 /* dots a unit */
    uint8_t dots[KF_CANVAS_MAX_ROWS][KF_CANVAS_MAX_COLUMNS]; /* a bit a dot, row by row from the top */
    char stroke[KF_CANVAS_MAX_ROWS][KF_CANVAS_MAX_COLUMNS];  /* the ASCII level's character */
    struct kf_pen pen[KF_CANVAS_MAX_ROWS][KF_CANVAS_MAX_COLUMNS];
};

/* Same scale both ways: `columns_per_unit` columns a unit, with (x, y) at the middle of the rectangle. */
void kf_canvas_init(struct kf_canvas *canvas, struct kf_rect rect, enum kf_glyphs glyphs, double x, double y,
                    double columns_per_unit);

/* A chart instead: x from x_low to x_high and y from y_low to y_high fill the rectangle. */
void kf_canvas_init_chart(struct kf_canvas *canvas, struct kf_rect rect, enum kf_glyphs glyphs, double x_low,
                          double x_high, double y_low, double y_high);

/* Later strokes give a shared cell their pen. */
void kf_canvas_dot(struct kf_canvas *canvas, struct kf_pen pen, double x, double y);
void kf_canvas_line(struct kf_canvas *canvas, struct kf_pen pen, double x1, double y1, double x2, double y2);
/* Two dots thick where dots are finer than cells. */
void kf_canvas_bone(struct kf_canvas *canvas, struct kf_pen pen, double x1, double y1, double x2, double y2);

/* Puts the cells that have dots; the others are left as they were. */
void kf_canvas_show(const struct kf_canvas *canvas, struct kf_grid *grid);

#endif
