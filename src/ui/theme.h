/* theme.h - how a role looks: the one place where colours are named.
 *
 * Colour comes last: a screen must be readable without it, so every theme also says which attributes carry the role on
 * a terminal of one colour. The default is safe for the colour-blind: blue is passive, orange is pulled. */
#ifndef KF_THEME_H
#define KF_THEME_H

#include "ui/cell.h"

enum kf_theme {
    KF_THEME_SAFE,     /* blue and orange on dark: the default */
    KF_THEME_DARK,     /* green and red on dark */
    KF_THEME_LIGHT,    /* blue and orange on light */
    KF_THEME_CONTRAST, /* as SAFE, nothing pale */
    KF_THEME_PLAIN,    /* no colour */
    KF_THEME_COUNT
};

enum kf_colours { KF_COLOURS_NONE, KF_COLOURS_8, KF_COLOURS_256, KF_COLOURS_DIRECT };

struct kf_look {
    int fg, bg;   /* palette numbers, DIRECT: 0xrrggbb; -1 the terminal's own */
    uint8_t attr; /* enum kf_attr */
};

/* What a pen looks like. KF_THEME_PLAIN looks like a terminal without colours. */
struct kf_look kf_theme_look(enum kf_theme theme, enum kf_colours colours, struct kf_pen pen);

/* "safe", "dark", "light", "contrast", "plain". */
const char *kf_theme_name(enum kf_theme theme);

#endif
