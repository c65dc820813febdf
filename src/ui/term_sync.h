/* term_sync.h - synchronised output, DEC private mode 2026: a terminal that has it shows a frame once it is whole.
 *
 * Only the terminal knows whether it has it: it is asked once, after the first frame, and its answer comes among the
 * keys. Those that would print the question are not asked. For term.c alone, while curses is open. */
#ifndef KF_TERM_SYNC_H
#define KF_TERM_SYNC_H

#include <stdbool.h>
#include <wchar.h>

#define KF_SYNC_BEGIN "\033[?2026h"
#define KF_SYNC_END "\033[?2026l"

struct kf_sync {
    enum { KF_SYNC_UNKNOWN, KF_SYNC_TO_ASK, KF_SYNC_ASKED, KF_SYNC_NO, KF_SYNC_YES } state;
    unsigned frames; /* shown since it was asked */
};

/* Whether it is to be asked; `name` is that of the terminal. Curses learns to know the answers. */
void kf_sync_open(struct kf_sync *sync, const char *name);

/* What goes to the terminal with this frame: the question, once, or "". */
const char *kf_sync_question(struct kf_sync *sync);

/* True when this key code of curses was the answer. */
bool kf_sync_answer(struct kf_sync *sync, wint_t code);

/* An answer may still come: who leaves now would leave it to the shell, as if someone had typed it. */
bool kf_sync_awaited(const struct kf_sync *sync);

#endif
