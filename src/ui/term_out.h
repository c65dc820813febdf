/* term_out.h - what curses draws, on its way to the terminal: caught in memory, written in one piece. For term.c alone,
 * which opens and closes the descriptors. */
#ifndef KF_TERM_OUT_H
#define KF_TERM_OUT_H

#include <stdbool.h>
#include <sys/types.h>

#include "kneefold/status.h"

struct kf_term_out {
    int curses_fd;       /* what curses writes to: points at the terminal or at `memory` */
    int tty_fd;          /* to write to: non-blocking, a description of our own where possible */
    int memory;          /* a file in memory */
    off_t sent, pending; /* bytes of `memory` written and in all */
    bool hung_up;        /* the terminal has gone; term.c sees it, too, when it reads keys */
    bool torn;           /* a part of a frame was lost; who draws the next one from nothing clears it */
    char chunk[1 << 16];
};

/* From here on what curses writes is kept in memory. `synchronised`: as one picture (term_sync.h). */
void kf_term_out_catch(struct kf_term_out *out, bool synchronised);
/* To here; what was caught is pending now. A frame without any bytes of its own is forgotten. */
void kf_term_out_release(struct kf_term_out *out, bool synchronised);

/* Writes what is pending, waiting wait_ms at most each time the terminal takes nothing. KF_OK: all has gone that there
 * is; KF_ERR_AGAIN: some is left; KF_ERR_END: the terminal hung up. */
enum kf_status kf_term_out_flush(struct kf_term_out *out, int wait_ms);

#endif
