/* theme.h - how a role looks: the one place where colours are named.
 *
 * Colour comes last: a screen must be readable without it, so every theme also says which attributes carry the role on
 * a terminal of one colour. The default is safe for the colour-blind: blue is passive, orange is pulled. */
#ifndef KF_THEME_H
#define KF_THEME_H

#include "ui/cell.h"

enum kf_theme { KF_THEME_DARK, KF_THEME_LIGHT, KF_THEME_PLAIN, KF_THEME_COUNT };

enum kf_colours { KF_COLOURS_NONE, KF_COLOURS_8, KF_COLOURS_256 };

struct kf_look {
    int fg, bg;   /* palette numbers; -1 the terminal's own */
    uint8_t attr; /* enum kf_attr */
};

/* What a pen looks like. KF_THEME_PLAIN looks like a terminal without colours. */
struct kf_look kf_theme_look(enum kf_theme theme, enum kf_colours colours, struct kf_pen pen);

/* "dark", "light", "plain". */
const char *kf_theme_name(enum kf_theme theme);

#endif
