/* cell.h - the grid of cells every screen draws on, and what can be drawn: text, lines, fills.
 *
 * Screens speak of roles, never of colours, and of columns, never of bytes. All drawing is clipped to the grid, so a
 * screen need not check. A grid is large (0.5 MB): own it statically or on the heap, not on the stack. */
#ifndef KF_CELL_H
#define KF_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/error.h"

enum { KF_GRID_MAX_COLUMNS = 400, KF_GRID_MAX_ROWS = 150, KF_GRID_HOTS = 96 };

/* What the terminal can show. */
enum kf_glyphs { KF_GLYPHS_ASCII, KF_GLYPHS_BLOCKS, KF_GLYPHS_BRAILLE };

/* What a cell means; theme.c says how that looks. */
enum kf_role {
    KF_ROLE_NONE, /* the terminal's own */
    KF_ROLE_TEXT,
    KF_ROLE_DIM,   /* labels, scales */
    KF_ROLE_FAINT, /* tracks, hatching, rules */
    KF_ROLE_TITLE,
    KF_ROLE_ACCENT, /* live markers, keys */
    KF_ROLE_PASSIVE,
    KF_ROLE_PULLED,
    KF_ROLE_UNCLEAR,
    KF_ROLE_WARN,
    KF_ROLE_CUE,
    KF_ROLE_LEFT,
    KF_ROLE_RIGHT,
    KF_ROLE_BAND, /* where the runner should be */
    KF_ROLE_BASELINE,
    KF_ROLE_STANCE,
    KF_ROLE_INITIAL,
    KF_ROLE_MID,
    KF_ROLE_TERMINAL,
    KF_ROLE_BAR, /* background of header and footer */
    KF_ROLE_COUNT
};

enum kf_attr { KF_ATTR_BOLD = 1, KF_ATTR_REVERSE = 2, KF_ATTR_UNDERLINE = 4 };

struct kf_pen {
    uint8_t fg, bg; /* enum kf_role */
    uint8_t attr;   /* enum kf_attr, or-ed */
};

struct kf_cell {
    uint32_t code; /* 0: the right half of the wide character to the left */
    struct kf_pen pen;
};

struct kf_rect {
    int x, y, w, h; /* columns and rows; w or h <= 0 is empty */
};

/* An area that can be clicked: a click is as the key. From its first to its last column `value` goes from..to. */
struct kf_hot {
    struct kf_rect rect;
    uint32_t key; /* keys.h */
    double from, to;
};

struct kf_grid {
    int columns, rows;
    enum kf_glyphs glyphs;
    unsigned hot_count;
    unsigned scrolled, paged; /* of what the ui asked for, as much as there was to scroll; screen.h */
    struct kf_hot hot[KF_GRID_HOTS];
    struct kf_cell cell[KF_GRID_MAX_ROWS][KF_GRID_MAX_COLUMNS];
};

static inline struct kf_pen kf_pen(enum kf_role role)
{
    struct kf_pen pen = {(uint8_t)role, KF_ROLE_NONE, 0};
    return pen;
}

static inline struct kf_pen kf_pen_bold(enum kf_role role)
{
    struct kf_pen pen = {(uint8_t)role, KF_ROLE_NONE, KF_ATTR_BOLD};
    return pen;
}

static inline struct kf_rect kf_rect(int x, int y, int w, int h)
{
    struct kf_rect rect = {x, y, w, h};
    return rect;
}

/* Blank grid of this size; sizes are clamped to 0..the maximum. */
void kf_grid_init(struct kf_grid *grid, int columns, int rows, enum kf_glyphs glyphs);

/* One character. At the ASCII level a look-alike is put. A wide character that does not fit becomes a blank; a half of
 * one that is drawn over takes the other half with it. Unsafe code points become '?'. */
void kf_grid_put(struct kf_grid *grid, int x, int y, struct kf_pen pen, uint32_t code);

/* UTF-8 text from x in at most `width` columns; a cut is shown by an ellipsis. Returns the columns used. */
int kf_grid_text(struct kf_grid *grid, int x, int y, int width, struct kf_pen pen, const char *text);
int kf_grid_text_right(struct kf_grid *grid, int x, int y, int width, struct kf_pen pen, const char *text);
int kf_grid_text_centre(struct kf_grid *grid, int x, int y, int width, struct kf_pen pen, const char *text);

/* The same with a format. */
KF_PRINTF_LIKE(6, 7)
int kf_grid_print(struct kf_grid *grid, int x, int y, int width, struct kf_pen pen, const char *format, ...);

void kf_grid_fill(struct kf_grid *grid, struct kf_rect rect, struct kf_pen pen, uint32_t code);

/* A rule with a title set into it at its left. */
void kf_grid_rule(struct kf_grid *grid, int x, int y, int width, struct kf_pen title_pen, const char *title);

/* The sign of missing data: the rectangle hatched with the text in its middle. */
void kf_grid_hatch(struct kf_grid *grid, struct kf_rect rect, const char *text);

/* Marks an area as one to click; a later one lies over an earlier one. What is beyond KF_GRID_HOTS cannot be clicked.
 */
void kf_grid_hot(struct kf_grid *grid, struct kf_rect rect, uint32_t key, double from, double to);
/* The key of the area at this cell, or 0, and its value. */
uint32_t kf_grid_hot_at(const struct kf_grid *grid, int x, int y, double *value);

/* Where a value lies on a scale of `cells` cells: 0..cells-1 (clamped), -1 when it or the scale is not finite or
 * the scale is empty. */
int kf_scale_cell(double value, double low, double high, int cells);

/* A unit as this grid can show it: where there is no degree sign it is a word. */
const char *kf_grid_unit(const struct kf_grid *grid, const char *unit);

/* One row as UTF-8 (4 bytes a column + 1 is enough), terminated. Returns the bytes. */
size_t kf_grid_row(const struct kf_grid *grid, int y, char *out, size_t size);

#endif
