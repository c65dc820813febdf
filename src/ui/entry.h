/* entry.h - one line of text being typed: a note, a time, a value. Plain state and pure functions.
 *
 * Only characters that kf_text_next would show are taken, so what was typed is as safe as text from outside is made. */
#ifndef KF_ENTRY_H
#define KF_ENTRY_H

#include "ui/cell.h"

enum { KF_ENTRY_MAX = 128 }; /* bytes, terminator included */

struct kf_entry {
    char text[KF_ENTRY_MAX]; /* UTF-8 */
    unsigned cursor;         /* the byte it stands before */
};

enum kf_entry_result {
    KF_ENTRY_IGNORED, /* not a key of a line of text */
    KF_ENTRY_TAKEN,
    KF_ENTRY_DONE,   /* Enter */
    KF_ENTRY_CANCEL, /* Escape, Ctrl-C's job is the app's */
};

/* Begins with this text and the cursor at its end. */
void kf_entry_init(struct kf_entry *entry, const char *text);

/* Letters, arrows, Home, End, Backspace, Delete, Ctrl-U (all gone), Ctrl-W (a word), Enter, Escape. What is too long is
 * not taken. */
enum kf_entry_result kf_entry_key(struct kf_entry *entry, uint32_t key);

/* Draws it in one row, the cursor reversed and always in sight. */
void kf_entry_draw(struct kf_grid *grid, int x, int y, int width, struct kf_pen pen, const struct kf_entry *entry);

#endif
