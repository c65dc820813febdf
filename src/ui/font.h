/* font.h - block letters for the banner: capitals, digits and a few signs, five pixels high.
 *
 * A pixel is sx columns by sy half rows, so the same letters serve as half-block text and as a poster. */
#ifndef KF_FONT_H
#define KF_FONT_H

#include "ui/cell.h"

struct kf_font_size {
    int sx, sy; /* columns and half rows a pixel */
};

/* The biggest size at which the text, wrapped at its words, fits the columns and rows; sx = 0 when none does or when a
 * character has no letter (letters with accents lose them). `rows_used` may be NULL. At the ASCII level only sizes
 * whose pixels are whole rows are taken. */
struct kf_font_size kf_font_fit(const char *text, int columns, int rows, enum kf_glyphs glyphs, int *rows_used);

/* Draws the text wrapped in that size, from the rectangle's top. align: -1 left, 0 centred, 1 right. */
void kf_font_draw(struct kf_grid *grid, struct kf_rect rect, struct kf_font_size size, struct kf_pen pen, int align,
                  const char *text);

#endif
