/* term_caps.c - see term_caps.h. The locale says which characters there are, terminfo how many colours. */
#include "config.h"

#include "ui/term_caps.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>
#include <term.h>

const char *kf_caps_name(void)
{
    const char *name = getenv("TERM");

    return name ? name : "";
}

enum kf_glyphs kf_caps_glyphs(enum kf_glyphs most)
{
    enum kf_glyphs best = KF_GLYPHS_BRAILLE;

    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        best = KF_GLYPHS_ASCII;
    else if (strcmp(kf_caps_name(), "linux") == 0) /* the console's fonts have no braille */
        best = KF_GLYPHS_BLOCKS;
    return best < most ? best : most;
}

enum kf_colours kf_caps_colours(enum kf_colours most)
{
    const char *no_color = getenv("NO_COLOR");
    int has = tigetnum("colors");
    enum kf_colours best = has > 0x10000 ? KF_COLOURS_DIRECT
                           : has >= 256  ? KF_COLOURS_256
                           : has >= 8    ? KF_COLOURS_8
                                         : KF_COLOURS_NONE;

    if (no_color && no_color[0])
        best = KF_COLOURS_NONE;
    return best < most ? best : most;
}
