/* frames.h - the demo as a terminal gets it, frame by frame, without waiting: the session runs on invented time, and
 * what is drawn goes through curses to a pseudo-terminal of our own. */
#ifndef FRAMES_H
#define FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "app/session.h"
#include "ui/screen.h"
#include "ui/term.h"

enum { FRAMES_HZ = 20, FRAMES_CHUNK = 1 << 16 };

struct frames {
    struct kf_session *session;
    struct kf_term *term;
    struct kf_ui ui;
    struct kf_grid grid;
    int64_t now_ns;
    int master, slave, kept_in, kept_out; /* kept: standard input and output as they were */
    size_t count;                         /* bytes that the terminal has got so far */
    char last[16];                        /* the last of them */
    char bytes[FRAMES_CHUNK];
};

/* Standard input and output are the terminal from here to frames_close: whoever has something to say uses stderr.
 * Aborts when there is no terminal or no session. */
void frames_open(struct frames *frames, const char *demo, int columns, int rows);
void frames_close(struct frames *frames);

/* A frame's time passes in the session. */
void frames_pass(struct frames *frames);
/* The view of now is drawn, and shown. */
void frames_show(struct frames *frames);
/* Takes all of the first frame: what curses sets up, the picture, and the question of term_sync.h, which ends it. */
void frames_take_first(struct frames *frames);
/* Takes what has come; waits until `total` bytes have come in all, if they ever do. Returns how many just now. */
size_t frames_take(struct frames *frames, size_t total);

#endif
