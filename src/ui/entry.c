/* entry.c - see entry.h. The cursor moves by whole characters; a character is what one code point shows. */
#include "ui/entry.h"

#include <string.h>

#include "core/utf8.h"
#include "ui/keys.h"
#include "ui/text.h"

enum { CTRL_A = 1, CTRL_E = 5, CTRL_U = 21, CTRL_W = 23, DEL = 127, BS = 8 };

void kf_entry_init(struct kf_entry *entry, const char *text)
{
    entry->cursor = (unsigned)kf_text_clean(entry->text, sizeof entry->text, text);
}

static bool is_tail(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static unsigned before(const struct kf_entry *entry, unsigned at)
{
    while (at > 0 && is_tail(entry->text[--at]))
        continue;
    return at;
}

static unsigned after(const struct kf_entry *entry, unsigned at)
{
    if (entry->text[at])
        at++;
    while (is_tail(entry->text[at]))
        at++;
    return at;
}

/* Takes the bytes from..to out; the cursor stands where they were. */
static void cut(struct kf_entry *entry, unsigned from, unsigned to)
{
    memmove(entry->text + from, entry->text + to, strlen(entry->text + to) + 1);
    entry->cursor = from;
}

static unsigned word_begin(const struct kf_entry *entry)
{
    unsigned at = entry->cursor;

    while (at > 0 && entry->text[at - 1] == ' ')
        at--;
    while (at > 0 && entry->text[at - 1] != ' ')
        at--;
    return at;
}

static enum kf_entry_result insert(struct kf_entry *entry, uint32_t key)
{
    char bytes[5] = "", safe[5] = "";
    size_t length = strlen(entry->text), count;

    if (key < ' ' || key > 0x10ffff)
        return KF_ENTRY_IGNORED;
    bytes[kf_utf8_encode(key, bytes)] = '\0';
    count = kf_text_clean(safe, sizeof safe, bytes);
    if (count == 0 || length + count >= KF_ENTRY_MAX)
        return KF_ENTRY_TAKEN;
    memmove(entry->text + entry->cursor + count, entry->text + entry->cursor, length - entry->cursor + 1);
    memcpy(entry->text + entry->cursor, safe, count);
    entry->cursor += (unsigned)count;
    return KF_ENTRY_TAKEN;
}

enum kf_entry_result kf_entry_key(struct kf_entry *entry, uint32_t key)
{
    switch (key) {
    case KF_KEY_ENTER:
        return KF_ENTRY_DONE;
    case KF_KEY_ESCAPE:
        return KF_ENTRY_CANCEL;
    case KF_KEY_LEFT:
        entry->cursor = before(entry, entry->cursor);
        return KF_ENTRY_TAKEN;
    case KF_KEY_RIGHT:
        entry->cursor = after(entry, entry->cursor);
        return KF_ENTRY_TAKEN;
    case KF_KEY_HOME:
    case CTRL_A:
        entry->cursor = 0;
        return KF_ENTRY_TAKEN;
    case KF_KEY_END:
    case CTRL_E:
        entry->cursor = (unsigned)strlen(entry->text);
        return KF_ENTRY_TAKEN;
    case KF_KEY_BACKSPACE:
    case DEL:
    case BS:
        cut(entry, before(entry, entry->cursor), entry->cursor);
        return KF_ENTRY_TAKEN;
    case KF_KEY_DELETE:
        cut(entry, entry->cursor, after(entry, entry->cursor));
        return KF_ENTRY_TAKEN;
    case CTRL_U:
        cut(entry, 0, entry->cursor);
        return KF_ENTRY_TAKEN;
    case CTRL_W:
        cut(entry, word_begin(entry), entry->cursor);
        return KF_ENTRY_TAKEN;
    default:
        return insert(entry, key);
    }
}

/* Columns of the text's first `bytes` bytes. */
static int columns_of(const struct kf_entry *entry, unsigned bytes)
{
    char part[KF_ENTRY_MAX];

    memcpy(part, entry->text, bytes);
    part[bytes] = '\0';
    return kf_text_width(part);
}

void kf_entry_draw(struct kf_grid *grid, int x, int y, int width, struct kf_pen pen, const struct kf_entry *entry)
{
    struct kf_pen cursor = pen;
    const char *text = entry->text;
    int at = columns_of(entry, entry->cursor), skip = at >= width ? at - width + 1 : 0, used = 0, columns;
    uint32_t code, under = ' ';

    cursor.attr ^= KF_ATTR_REVERSE;
    kf_grid_fill(grid, kf_rect(x, y, width, 1), pen, ' ');
    while ((code = kf_text_next(&text, &columns)) != 0 && used - skip + columns <= width) {
        if (used >= skip)
            kf_grid_put(grid, x + used - skip, y, pen, code);
        if (used == at)
            under = code;
        used += columns;
    }
    if (width > 0)
        kf_grid_put(grid, x + at - skip, y, cursor, under);
}
