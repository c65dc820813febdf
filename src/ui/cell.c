/* cell.c - see cell.h. Everything ends in kf_grid_put, which alone writes cells: clipping, widths and the ASCII level
 * are its business and nobody else's. */
#include "ui/cell.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8.h"
#include "ui/text.h"

static const struct kf_cell blank = {' ', {KF_ROLE_NONE, KF_ROLE_NONE, 0}};

void kf_grid_init(struct kf_grid *grid, int columns, int rows, enum kf_glyphs glyphs)
{
    grid->columns = columns < 0 ? 0 : columns > KF_GRID_MAX_COLUMNS ? KF_GRID_MAX_COLUMNS : columns;
    grid->rows = rows < 0 ? 0 : rows > KF_GRID_MAX_ROWS ? KF_GRID_MAX_ROWS : rows;
    grid->glyphs = glyphs;
    grid->hot_count = 0;
    grid->scrolled = grid->paged = 0;
    memset(grid->hot, 0, sizeof grid->hot);
    for (int y = 0; y < grid->rows; y++)
        for (int x = 0; x < grid->columns; x++)
            grid->cell[y][x] = blank;
}

/* A cell about to be drawn over gives up its wide partner. */
static void release(struct kf_cell *row, int columns, int x)
{
    if (row[x].code == 0 && x > 0)
        row[x - 1].code = ' ';
    if (x + 1 < columns && row[x + 1].code == 0)
        row[x + 1].code = ' ';
}

void kf_grid_put(struct kf_grid *grid, int x, int y, struct kf_pen pen, uint32_t code)
{
    struct kf_cell *row;
    char bytes[5] = "";
    const char *safe = bytes;
    int width;

    if (x < 0 || y < 0 || x >= grid->columns || y >= grid->rows)
        return;
    bytes[kf_utf8_encode(code, bytes)] = '\0';
    code = kf_text_next(&safe, &width);
    if (code == 0) {
        code = '?';
        width = 1;
    }
    if (grid->glyphs == KF_GLYPHS_ASCII && code > 126)
        code = (uint32_t)(unsigned char)kf_text_ascii(code);
    row = grid->cell[y];
    release(row, grid->columns, x);
    if (width == 2 && x + 1 >= grid->columns) {
        code = ' ';
        width = 1;
    }
    row[x].code = code;
    row[x].pen = pen;
    if (width == 2) {
        release(row, grid->columns, x + 1);
        row[x].code = code;
        row[x + 1].code = code > 126 ? 0 : code;
        row[x + 1].pen = pen;
    }
}

int kf_grid_text(struct kf_grid *grid, int x, int y, int width, struct kf_pen pen, const char *text)
{
    bool cut = kf_text_width(text) > width;
    int room = cut ? width - 1 : width, used = 0, columns;
    uint32_t code;

    if (width <= 0)
        return 0;
    while ((code = kf_text_next(&text, &columns)) != 0 && used + columns <= room) {
        kf_grid_put(grid, x + used, y, pen, code);
        used += columns;
    }
    if (cut)
        kf_grid_put(grid, x + used++, y, pen, 0x2026);
    return used;
}

int kf_grid_text_right(struct kf_grid *grid, int x, int y, int width, struct kf_pen pen, const char *text)
{
    int columns = kf_text_width(text), skip = columns < width ? width - columns : 0;

    return skip + kf_grid_text(grid, x + skip, y, width - skip, pen, text);
}

int kf_grid_text_centre(struct kf_grid *grid, int x, int y, int width, struct kf_pen pen, const char *text)
{
    int columns = kf_text_width(text), skip = columns < width ? (width - columns) / 2 : 0;

    return skip + kf_grid_text(grid, x + skip, y, width - skip, pen, text);
}

int kf_grid_print(struct kf_grid *grid, int x, int y, int width, struct kf_pen pen, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return kf_grid_text(grid, x, y, width, pen, text);
}

void kf_grid_fill(struct kf_grid *grid, struct kf_rect rect, struct kf_pen pen, uint32_t code)
{
    for (int y = rect.y < 0 ? 0 : rect.y; y < rect.y + rect.h && y < grid->rows; y++)
        for (int x = rect.x < 0 ? 0 : rect.x; x < rect.x + rect.w && x < grid->columns; x++)
            kf_grid_put(grid, x, y, pen, code);
}

void kf_grid_rule(struct kf_grid *grid, int x, int y, int width, struct kf_pen title_pen, const char *title)
{
    kf_grid_fill(grid, kf_rect(x, y, width, 1), kf_pen(KF_ROLE_FAINT), 0x2500);
    if (title[0] && width > 6) {
        int used = kf_grid_text(grid, x + 3, y, width - 6, title_pen, title);
        kf_grid_put(grid, x + 2, y, title_pen, ' ');
        kf_grid_put(grid, x + 3 + used, y, title_pen, ' ');
    }
}

void kf_grid_hatch(struct kf_grid *grid, struct kf_rect rect, const char *text)
{
    int columns = kf_text_width(text) + 2;

    for (int y = 0; y < rect.h; y++)
        for (int x = 0; x < rect.w; x++)
            kf_grid_put(grid, rect.x + x, rect.y + y, kf_pen(KF_ROLE_FAINT), (x + y) % 4 ? ' ' : 0x2571);
    if (columns > rect.w)
        columns = rect.w;
    if (text[0] && rect.h > 0) {
        int x = rect.x + (rect.w - columns) / 2, y = rect.y + rect.h / 2;
        kf_grid_fill(grid, kf_rect(x, y, columns, 1), kf_pen(KF_ROLE_WARN), ' ');
        kf_grid_text_centre(grid, x, y, columns, kf_pen_bold(KF_ROLE_WARN), text);
    }
}

void kf_grid_hot(struct kf_grid *grid, struct kf_rect rect, uint32_t key, double from, double to)
{
    if (grid->hot_count < KF_GRID_HOTS)
        grid->hot[grid->hot_count++] = (struct kf_hot){rect, key, from, to};
}

uint32_t kf_grid_hot_at(const struct kf_grid *grid, int x, int y, double *value)
{
    for (unsigned i = grid->hot_count; i > 0; i--) {
        const struct kf_hot *hot = &grid->hot[i - 1];
        int right = x - hot->rect.x, down = y - hot->rect.y;
        if (right < 0 || down < 0 || right >= hot->rect.w || down >= hot->rect.h)
            continue;
        *value = hot->from + (hot->to - hot->from) * right / (hot->rect.w > 1 ? hot->rect.w - 1 : 1);
        return hot->key;
    }
    return 0;
}

int kf_scale_cell(double value, double low, double high, int cells)
{
    double share = (value - low) / (high - low);

    if (!isfinite(share) || !(high > low) || cells < 1)
        return -1;
    if (share <= 0)
        return 0;
    if (share >= 1)
        return cells - 1;
    return (int)(share * cells);
}

const char *kf_grid_unit(const struct kf_grid *grid, const char *unit)
{
    return grid->glyphs == KF_GLYPHS_ASCII && strcmp(unit, "°") == 0 ? "deg" : unit;
}

size_t kf_grid_row(const struct kf_grid *grid, int y, char *out, size_t size)
{
    size_t used = 0;

    for (int x = 0; x < grid->columns; x++)
        if (grid->cell[y][x].code != 0 && !kf_text_add(out, size, &used, grid->cell[y][x].code))
            break;
    out[used] = '\0';
    return used;
}
