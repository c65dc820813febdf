/* vt.h - what bytes do to a terminal, as far as manners need it: which modes they leave on, and whether they hold
 * anything that a plain terminal does not know. No picture is made of them. */
#ifndef VT_H
#define VT_H

#include <stdbool.h>
#include <stddef.h>

enum { VT_MODES = 8, VT_PARAMETERS = 64 };

/* Zeroed: a terminal as it was switched on. */
struct vt {
    /* what is in force */
    int mode[VT_MODES]; /* DEC private modes (CSI ? n h) that are on; 0 none. Not 7 and 25, which are on from the start
                         */
    bool cursor_hidden, keypad, line_drawing, looks, coloured; /* looks: any attribute or colour */
    /* what was ever seen */
    bool colour_asked; /* an SGR that sets a colour; putting the default back is none */
    bool bytes_beyond_ascii;
    unsigned strings;                     /* OSC, DCS and their like */
    unsigned synchronised;                /* frames begun (mode 2026) */
    char beyond_vt100[VT_PARAMETERS + 8]; /* the first sequence that a VT100 does not know, without its ESC; "" none */
    /* the sequence under way */
    enum { VT_TEXT, VT_ESCAPE, VT_CHARSET, VT_CSI, VT_STRING, VT_STRING_ESCAPE } state;
    char parameter[VT_PARAMETERS];
    size_t length;
};

void vt_take(struct vt *vt, const char *bytes, size_t count);

/* As it was switched on: the main screen, a shown cursor, no mouse, no mode, no colour. */
bool vt_is_restored(const struct vt *vt);
/* What is not, in words. */
const char *vt_left(const struct vt *vt);

#endif
