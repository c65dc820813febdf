/* font.c - see font.h. The letters are narrow on purpose: "REDUCE HAMSTRING DRIVE" takes 95 columns in one line. */
#include "ui/font.h"

#include <string.h>

#include "ui/text.h"

enum { HEIGHT = 5, MAX_LINES = 8, SPACE = 2, MAX_TEXT = 128 };

struct letter {
    char row[HEIGHT][6];
};

static const struct letter letters[128] = {
    ['A'] = {{".##.", "#..#", "####", "#..#", "#..#"}},
    ['B'] = {{"###.", "#..#", "###.", "#..#", "###."}},
    ['C'] = {{".###", "#...", "#...", "#...", ".###"}},
    ['D'] = {{"###.", "#..#", "#..#", "#..#", "###."}},
    ['E'] = {{"###", "#..", "##.", "#..", "###"}},
    ['F'] = {{"###", "#..", "##.", "#..", "#.."}},
    ['G'] = {{".###", "#...", "#.##", "#..#", ".###"}},
    ['H'] = {{"#..#", "#..#", "####", "#..#", "#..#"}},
    ['I'] = {{"#", "#", "#", "#", "#"}},
    ['J'] = {{"..#", "..#", "..#", "#.#", ".#."}},
    ['K'] = {{"#..#", "#.#.", "##..", "#.#.", "#..#"}},
    ['L'] = {{"#..", "#..", "#..", "#..", "###"}},
    ['M'] = {{"#...#", "##.##", "#.#.#", "#...#", "#...#"}},
    ['N'] = {{"#..#", "##.#", "#.##", "#..#", "#..#"}},
    ['O'] = {{".##.", "#..#", "#..#", "#..#", ".##."}},
    ['P'] = {{"###.", "#..#", "###.", "#...", "#..."}},
    ['Q'] = {{".##.", "#..#", "#..#", "#.#.", ".#.#"}},
    ['R'] = {{"###.", "#..#", "###.", "#.#.", "#..#"}},
    ['S'] = {{"###", "#..", "###", "..#", "###"}},
    ['T'] = {{"###", ".#.", ".#.", ".#.", ".#."}},
    ['U'] = {{"#..#", "#..#", "#..#", "#..#", ".##."}},
    ['V'] = {{"#...#", "#...#", ".#.#.", ".#.#.", "..#.."}},
    ['W'] = {{"#...#", "#...#", "#.#.#", "##.##", "#...#"}},
    ['X'] = {{"#...#", ".#.#.", "..#..", ".#.#.", "#...#"}},
    ['Y'] = {{"#...#", ".#.#.", "..#..", "..#..", "..#.."}},
    ['Z'] = {{"####", "..#.", ".#..", "#...", "####"}},
    ['0'] = {{".##.", "#..#", "#..#", "#..#", ".##."}},
    ['1'] = {{".#", "##", ".#", ".#", ".#"}},
    ['2'] = {{"###.", "...#", ".##.", "#...", "####"}},
    ['3'] = {{"###.", "...#", ".##.", "...#", "###."}},
    ['4'] = {{"#..#", "#..#", "####", "...#", "...#"}},
    ['5'] = {{"####", "#...", "###.", "...#", "###."}},
    ['6'] = {{".##.", "#...", "###.", "#..#", ".##."}},
    ['7'] = {{"####", "...#", "..#.", ".#..", ".#.."}},
    ['8'] = {{".##.", "#..#", ".##.", "#..#", ".##."}},
    ['9'] = {{".##.", "#..#", ".###", "...#", ".##."}},
    ['.'] = {{".", ".", ".", ".", "#"}},
    [','] = {{"..", "..", "..", ".#", "#."}},
    ['-'] = {{"...", "...", "###", "...", "..."}},
    ['+'] = {{"...", ".#.", "###", ".#.", "..."}},
    ['!'] = {{"#", "#", "#", ".", "#"}},
    ['?'] = {{"###", "..#", ".#.", "...", ".#."}},
    ['\''] = {{"#", "#", ".", ".", "."}},
    [':'] = {{".", "#", ".", "#", "."}},
    ['/'] = {{"..#", "..#", ".#.", "#..", "#.."}},
    ['%'] = {{"#..#", "...#", ".##.", "#...", "#..#"}},
};

static const struct letter *find(char code)
{
    const struct letter *letter = &letters[code & 127];

    return letter->row[0][0] ? letter : NULL;
}

/* The text in capitals without accents; false when a character has no letter. */
static bool spell(const char *text, char out[MAX_TEXT])
{
    size_t used = 0;
    uint32_t code;
    int width;

    while ((code = kf_text_next(&text, &width)) != 0) {
        char c = kf_text_ascii(code);
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (used + 1 >= MAX_TEXT || (c == '?' && code != '?') || (c != ' ' && !find(c)))
            return false;
        out[used++] = c;
    }
    out[used] = '\0';
    return used > 0;
}

/* Pixels of the first `count` characters, without the gap after the last. */
static int pixels(const char *text, size_t count)
{
    int total = 0;

    for (size_t i = 0; i < count; i++)
        total += 1 + (text[i] == ' ' ? SPACE : (int)strlen(find(text[i])->row[0]));
    return total > 0 ? total - 1 : 0;
}

struct lines {
    int count;
    const char *start[MAX_LINES];
    size_t length[MAX_LINES];
};

/* Wraps at spaces into `room` pixels; false when a word is too long or there are too many lines. */
static bool wrap(const char *text, int room, struct lines *lines)
{
    lines->count = 0;
    while (*text) {
        size_t best = 0, i;

        while (*text == ' ')
            text++;
        if (!*text)
            break;
        for (i = 1; pixels(text, i) <= room; i++) {
            if (text[i] == ' ' || !text[i])
                best = i;
            if (!text[i])
                break;
        }
        if (best == 0 || lines->count == MAX_LINES)
            return false;
        lines->start[lines->count] = text;
        lines->length[lines->count++] = best;
        text += best;
    }
    return lines->count > 0;
}

/* Half rows of so many lines, a pixel between them. */
static int half_rows(int lines, int sy)
{
    return (lines * (HEIGHT + 1) - 1) * sy;
}

struct kf_font_size kf_font_fit(const char *text, int columns, int rows, enum kf_glyphs glyphs, int *rows_used)
{
    static const struct kf_font_size sizes[] = {{6, 6}, {5, 5}, {4, 4}, {3, 4}, {3, 3}, {2, 3}, {2, 2}, {1, 2}, {1, 1}};
    static const struct kf_font_size none = {0, 0};
    struct lines lines;
    char spelled[MAX_TEXT];

    if (rows_used)
        *rows_used = 0;
    if (!spell(text, spelled))
        return none;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        int needed;
        if ((glyphs == KF_GLYPHS_ASCII && sizes[i].sy % 2) || !wrap(spelled, columns / sizes[i].sx, &lines))
            continue;
        needed = (half_rows(lines.count, sizes[i].sy) + 1) / 2;
        if (needed <= rows) {
            if (rows_used)
                *rows_used = needed;
            return sizes[i];
        }
    }
    return none;
}

/* Is this pixel of a line set? */
static bool is_set(const char *text, size_t length, int x, int y)
{
    for (size_t i = 0; i < length && x >= 0; i++) {
        int width = text[i] == ' ' ? SPACE : (int)strlen(find(text[i])->row[0]);
        if (x < width)
            return text[i] != ' ' && find(text[i])->row[y][x] == '#';
        x -= width + 1;
    }
    return false;
}

/* Is this half row of the block of lines set in this column? */
static bool half_set(const struct lines *lines, struct kf_font_size size, int columns, int align, int x, int half)
{
    int line = half / ((HEIGHT + 1) * size.sy), y = half / size.sy % (HEIGHT + 1), width, left;

    if (line >= lines->count || y >= HEIGHT)
        return false;
    width = pixels(lines->start[line], lines->length[line]) * size.sx;
    left = align < 0 ? 0 : align > 0 ? columns - width : (columns - width) / 2;
    return x >= left && x < left + width && is_set(lines->start[line], lines->length[line], (x - left) / size.sx, y);
}

void kf_font_draw(struct kf_grid *grid, struct kf_rect rect, struct kf_font_size size, struct kf_pen pen, int align,
                  const char *text)
{
    static const uint32_t halves[4] = {' ', 0x2580, 0x2584, 0x2588};
    struct lines lines;
    char spelled[MAX_TEXT];

    if (size.sx < 1 || size.sy < 1 || !spell(text, spelled) || !wrap(spelled, rect.w / size.sx, &lines))
        return;
    for (int y = 0; y < rect.h && y * 2 < half_rows(lines.count, size.sy); y++) {
        for (int x = 0; x < rect.w; x++) {
            unsigned top = half_set(&lines, size, rect.w, align, x, 2 * y);
            unsigned bottom = half_set(&lines, size, rect.w, align, x, 2 * y + 1);
            if (top || bottom)
                kf_grid_put(grid, rect.x + x, rect.y + y, pen, halves[top + 2 * bottom]);
        }
    }
}
