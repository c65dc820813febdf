/* screen_help.c - every key and where it works, made from the key table, and the signs used on the screens. In a wide
 * terminal it stands in two columns, in a narrow one each sentence takes the rows it needs: nothing is cut. */
#include <string.h>

#include "ui/parts.h"
#include "ui/screens.h"
#include "ui/text.h"

enum { NAME = 11, INDENT = 2, WHERE_TEXT = 64, TWO_COLUMNS = 110 };

struct sign {
    const char *sign, *meaning;
};

static const struct sign signs[] = {
    {"○ ● ·", "passive: motion folded the knee; pulled: muscles did more of it; unclear"},
    {"≠ ○ ● ?", "compared (replay, d): what the other settings say where they say otherwise"},
    {"◆ • ━ │", "a gauge: now, last strides, the band to be in, the baseline"},
    {"█ ▒ ╱ ▲", "the stride: fold, mid swing, terminal swing (leave it alone), now"},
    {"drive", "how much less the muscles braked the fold than when relaxed, Nm/kg"},
    {"fold share", "what motion made of the fold: 1 + what muscles braked, or 1 - what they pulled"},
    {"hip at TO", "the hip's angle at toe-off; extension is negative"},
    {"p", "how sure it is that a swing was pulled, 0 to 1; SD: how much values differ"},
    {"EMG early", "the hamstring's activity just after toe-off, as a part of its peak before contact"},
    {"hip lag", "how much later the thigh turns forward than the knee turns to folding"},
};

/* Where lines go: rows below `skip` are not seen. */
struct page {
    struct kf_grid *grid;
    struct kf_rect rect;
    int row, skip;
};

static int page_y(const struct page *page)
{
    int y = page->row - page->skip;

    return y >= 0 && y < page->rect.h ? page->rect.y + y : -1;
}

/* Words of the text that fit `width` columns, as bytes; at least one character. */
static size_t line_of(const char *text, int width)
{
    size_t best = 0;
    int used = 0, columns;
    const char *at = text;

    while (*at) {
        const char *before = at;
        uint32_t code = kf_text_next(&at, &columns);
        if (code == ' ')
            best = (size_t)(before - text);
        if (code == 0 || (used += columns) > width)
            break;
    }
    return !*at && used <= width ? strlen(text) : best ? best : strlen(text);
}

static void add_wrapped(struct page *page, int indent, struct kf_pen pen, const char *text)
{
    while (*text) {
        char line[256];
        size_t count = line_of(text, page->rect.w - indent);
        int y = page_y(page);

        count = count < sizeof line ? count : sizeof line - 1;
        memcpy(line, text, count);
        line[count] = '\0';
        if (y >= 0)
            kf_grid_text(page->grid, page->rect.x + indent, y, page->rect.w - indent, pen, line);
        page->row++;
        text += count;
        text += strspn(text, " ");
    }
}

static void add_heading(struct page *page, const char *text)
{
    int y;

    page->row += page->row > 0;
    y = page_y(page);
    if (y >= 0)
        kf_grid_text(page->grid, page->rect.x, y, page->rect.w, kf_pen_bold(KF_ROLE_TITLE), text);
    page->row++;
}

static void add_pair(struct page *page, const char *name, const char *meaning)
{
    int y = page_y(page);

    if (y >= 0)
        kf_grid_text(page->grid, page->rect.x + INDENT, y, NAME - 1, kf_pen_bold(KF_ROLE_ACCENT), name);
    add_wrapped(page, INDENT + NAME, kf_pen(KF_ROLE_TEXT), meaning);
}

static void add_signs(struct page *page)
{
    add_heading(page, "Signs");
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        add_pair(page, signs[i].sign, signs[i].meaning);
    add_heading(page, "Mouse");
    add_pair(page, "click", "a tab, a key of the bottom row; a gauge: why; the time line: go there");
    add_pair(page, "wheel", "scrolls");
}

/* Is this the first row that works where it works? */
static bool begins_group(unsigned row, char where[WHERE_TEXT])
{
    char other[WHERE_TEXT];

    kf_key_where_text(&kf_keys[row], where, WHERE_TEXT);
    for (unsigned i = 0; i < row; i++) {
        kf_key_where_text(&kf_keys[i], other, sizeof other);
        if (strcmp(where, other) == 0)
            return false;
    }
    return true;
}

static void add_keys(struct page *page)
{
    char where[WHERE_TEXT], other[WHERE_TEXT];

    for (unsigned i = 0; i < kf_key_count; i++) {
        if (!begins_group(i, where))
            continue;
        add_heading(page, where);
        for (unsigned j = i; j < kf_key_count; j++) {
            kf_key_where_text(&kf_keys[j], other, sizeof other);
            if (strcmp(where, other) == 0)
                add_pair(page, kf_keys[j].name, kf_keys[j].help);
        }
    }
}

static int scrolled(int rows, int room, unsigned scroll)
{
    int most = rows > room ? rows - room : 0;

    return (int)scroll < most ? (int)scroll : most;
}

void kf_screen_help_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui)
{
    struct kf_rect nowhere = kf_rect(rect.x + 2, rect.y + 1, rect.w - 4, 0);
    struct page keys = {grid, nowhere, 0, 0}, marks;
    bool two = rect.w >= TWO_COLUMNS;

    (void)view;
    kf_grid_rule(grid, rect.x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), "HELP");
    if (two)
        keys.rect.w = (rect.w - 4) * 11 / 20;
    marks = keys;
    if (two) {
        marks.rect.x += keys.rect.w + 4;
        marks.rect.w = rect.w - 4 - keys.rect.w - 4;
    }
    for (int pass = 0; pass < 2; pass++) { /* the first only counts the rows */
        add_keys(&keys);
        if (!two)
            marks.row = keys.row;
        add_signs(&marks);
        keys.rect.h = marks.rect.h = rect.h - 1;
        keys.skip = marks.skip = scrolled(marks.row > keys.row ? marks.row : keys.row, rect.h - 1, ui->scroll);
        grid->scrolled = (unsigned)keys.skip;
        keys.row = marks.row = 0;
    }
}
