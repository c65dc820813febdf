/* term_caps.h - what the terminal and the locale can show. For term.c alone, once curses is open. */
#ifndef KF_TERM_CAPS_H
#define KF_TERM_CAPS_H

#include "ui/cell.h"
#include "ui/theme.h"

/* TERM, or "". */
const char *kf_caps_name(void);

/* The best there is, and at most this. */
enum kf_glyphs kf_caps_glyphs(enum kf_glyphs most);
enum kf_colours kf_caps_colours(enum kf_colours most); /* NO_COLOR in the environment: none */

#endif
