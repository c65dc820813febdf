/* theme.c - see theme.h: a table of roles against palettes. */
#include "ui/theme.h"

struct row {
    int safe, dark, light, contrast; /* of 256 */
    int eight;                       /* of 8 */
    uint8_t plain;                   /* attributes without colour */
};

static const struct row rows[KF_ROLE_COUNT] = {
    [KF_ROLE_NONE] = {-1, -1, -1, -1, -1, 0},
    [KF_ROLE_TEXT] = {252, 252, 235, 231, -1, 0},
    [KF_ROLE_DIM] = {246, 246, 241, 255, -1, 0},
    [KF_ROLE_FAINT] = {240, 240, 247, 250, -1, 0},
    [KF_ROLE_TITLE] = {255, 255, 232, 231, -1, KF_ATTR_BOLD},
    [KF_ROLE_ACCENT] = {229, 229, 18, 226, 6, KF_ATTR_BOLD},
    [KF_ROLE_PASSIVE] = {75, 78, 25, 51, 4, 0},
    [KF_ROLE_PULLED] = {208, 203, 130, 214, 3, KF_ATTR_BOLD},
    [KF_ROLE_UNCLEAR] = {246, 246, 242, 255, -1, 0},
    [KF_ROLE_WARN] = {221, 221, 94, 226, 3, KF_ATTR_BOLD},
    [KF_ROLE_CUE] = {214, 210, 130, 220, 3, KF_ATTR_BOLD},
    [KF_ROLE_LEFT] = {116, 116, 23, 123, 6, KF_ATTR_BOLD},
    [KF_ROLE_RIGHT] = {182, 182, 90, 219, 5, KF_ATTR_BOLD},
    [KF_ROLE_BAND] = {31, 29, 67, 39, 4, 0},
    [KF_ROLE_BASELINE] = {102, 102, 102, 252, -1, 0},
    [KF_ROLE_STANCE] = {243, 243, 245, 250, -1, 0},
    [KF_ROLE_INITIAL] = {75, 78, 25, 51, 4, 0},
    [KF_ROLE_MID] = {67, 65, 67, 39, 6, 0},
    [KF_ROLE_TERMINAL] = {242, 242, 246, 248, -1, 0},
    [KF_ROLE_BAR] = {236, 236, 254, 18, -1, 0},
};

static struct row row_of(uint8_t role)
{
    return rows[role < KF_ROLE_COUNT ? role : KF_ROLE_NONE];
}

/* 0xrrggbb of a palette number from 16 on: xterm's cube of 6x6x6 and its ramp of greys. */
static int rgb_of(int number)
{
    static const int level[6] = {0, 95, 135, 175, 215, 255};
    int cube = number - 16, grey = 8 + 10 * (number - 232);

    if (number < 16)
        return number;
    if (number >= 232)
        return grey << 16 | grey << 8 | grey;
    return level[cube / 36] << 16 | level[cube / 6 % 6] << 8 | level[cube % 6];
}

static int colour(enum kf_theme theme, enum kf_colours colours, struct row row)
{
    int number = theme == KF_THEME_LIGHT      ? row.light
                 : theme == KF_THEME_DARK     ? row.dark
                 : theme == KF_THEME_CONTRAST ? row.contrast
                                              : row.safe;

    if (colours == KF_COLOURS_8)
        return row.eight;
    return colours == KF_COLOURS_DIRECT ? rgb_of(number) : number;
}

struct kf_look kf_theme_look(enum kf_theme theme, enum kf_colours colours, struct kf_pen pen)
{
    struct row fg = row_of(pen.fg), bg = row_of(pen.bg);
    struct kf_look look = {-1, -1, pen.attr};

    if (theme == KF_THEME_PLAIN || colours == KF_COLOURS_NONE) {
        look.attr |= fg.plain;
    } else {
        look.fg = colour(theme, colours, fg);
        look.bg = colour(theme, colours, bg);
    }
    return look;
}

const char *kf_theme_name(enum kf_theme theme)
{
    static const char *const names[KF_THEME_COUNT] = {"safe", "dark", "light", "contrast", "plain"};

    return (unsigned)theme < KF_THEME_COUNT ? names[theme] : "";
}
