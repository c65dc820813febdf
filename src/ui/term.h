/* term.h - the terminal: cells in, keys out. The only place that knows curses.
 *
 * Order: open; then, from one thread alone: size, present, key in any order; close. A frame reaches the terminal in
 * one write, and as one picture where the terminal can (term_sync.h). A terminal that stops reading holds
 * kf_term_present up for at most KF_TERM_WAIT_MS a call: frames are dropped meanwhile and the newest is drawn when it
 * reads again. Close, suspend and the emergency restore put the terminal back as it was, also when it no longer reads.
 * Signals are the app's: none is caught here. */
#ifndef KF_TERM_H
#define KF_TERM_H

#include "kneefold/error.h"
#include "ui/cell.h"
#include "ui/theme.h"

enum { KF_TERM_WAIT_MS = 40, KF_TERM_CLOSE_WAIT_MS = 300, KF_TERM_ANSWER_WAIT_MS = 100 };

struct kf_term;

/* What to use at most; the terminal may have less. */
struct kf_term_options {
    enum kf_glyphs glyphs;   /* KF_GLYPHS_BRAILLE: as good as the locale and the terminal can */
    enum kf_colours colours; /* KF_COLOURS_DIRECT likewise; NO_COLOR in the environment means none */
    enum kf_theme theme;
    bool mouse; /* take clicks and the wheel, where the terminal sends them */
};

/* Everything the terminal has, safe theme. */
struct kf_term_options kf_term_options_default(void);

/* Takes standard input and output as a screen and sets the locale (LC_NUMERIC stays "C"). Fails with
 * KF_ERR_UNAVAILABLE, and nothing changed, where only line mode is possible: not a terminal, TERM unset, "dumb" or
 * without cursor addressing. Any other fault: KF_ERR_IO. *term is NULL after a failure. */
enum kf_status kf_term_open(struct kf_term **term, const struct kf_term_options *options, struct kf_error *error);

/* Restores the terminal and frees. NULL is fine. */
void kf_term_close(struct kf_term *term);

/* Columns and rows now (a resize is noticed here, no signal needed), at most the grid's maximum. */
void kf_term_size(struct kf_term *term, int *columns, int *rows);
enum kf_glyphs kf_term_glyphs(const struct kf_term *term);

/* Shows the grid. KF_OK; KF_ERR_AGAIN: the terminal is not reading, the frame was dropped; KF_ERR_END: it hung up. */
enum kf_status kf_term_present(struct kf_term *term, const struct kf_grid *grid);

/* The next key (keys.h) without waiting. KF_OK; KF_ERR_AGAIN: none; KF_ERR_END: the terminal hung up. Call until
 * KF_ERR_AGAIN whenever kf_term_fd is readable. */
enum kf_status kf_term_key(struct kf_term *term, uint32_t *key);

/* Where the last KF_KEY_CLICK was, as column and row. */
void kf_term_click(const struct kf_term *term, int *x, int *y);

/* Rings the terminal's bell, now and without waiting. */
void kf_term_bell(struct kf_term *term);

/* The descriptor to poll for keys. */
int kf_term_fd(const struct kf_term *term);

void kf_term_theme(struct kf_term *term, enum kf_theme theme);
/* The next frame is drawn from nothing. */
void kf_term_redraw(struct kf_term *term);

/* Before SIGTSTP stops the program, and after SIGCONT. */
void kf_term_suspend(struct kf_term *term);
void kf_term_resume(struct kf_term *term);

/* Puts the terminal back from a crash handler: async-signal-safe, frees nothing. NULL is fine. */
void kf_term_restore_in_signal(const struct kf_term *term);

#endif
