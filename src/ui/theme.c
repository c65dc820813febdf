/* theme.c - see theme.h: a table of roles against palettes. */
#include "ui/theme.h"

struct row {
    int dark, light; /* of 256 */
    int eight;       /* of 8 */
    uint8_t plain;   /* attributes without colour */
};

static const struct row rows[KF_ROLE_COUNT] = {
    [KF_ROLE_NONE] = {-1, -1, -1, 0},
    [KF_ROLE_TEXT] = {252, 235, -1, 0},
    [KF_ROLE_DIM] = {246, 241, -1, 0},
    [KF_ROLE_FAINT] = {240, 249, -1, 0},
    [KF_ROLE_TITLE] = {255, 232, -1, KF_ATTR_BOLD},
    [KF_ROLE_ACCENT] = {229, 18, 6, KF_ATTR_BOLD},
    [KF_ROLE_PASSIVE] = {75, 25, 4, 0},
    [KF_ROLE_PULLED] = {208, 130, 3, KF_ATTR_BOLD},
    [KF_ROLE_UNCLEAR] = {246, 244, -1, 0},
    [KF_ROLE_WARN] = {221, 94, 3, KF_ATTR_BOLD},
    [KF_ROLE_CUE] = {214, 130, 3, KF_ATTR_BOLD},
    [KF_ROLE_LEFT] = {116, 30, 6, KF_ATTR_BOLD},
    [KF_ROLE_RIGHT] = {182, 90, 5, KF_ATTR_BOLD},
    [KF_ROLE_BAND] = {25, 153, 4, 0},
    [KF_ROLE_BASELINE] = {102, 146, -1, 0},
    [KF_ROLE_STANCE] = {243, 247, -1, 0},
    [KF_ROLE_INITIAL] = {75, 25, 4, 0},
    [KF_ROLE_MID] = {67, 110, 6, 0},
    [KF_ROLE_TERMINAL] = {239, 251, -1, 0},
    [KF_ROLE_BAR] = {236, 254, -1, 0},
};

static struct row row_of(uint8_t role)
{
    return rows[role < KF_ROLE_COUNT ? role : KF_ROLE_NONE];
}

struct kf_look kf_theme_look(enum kf_theme theme, enum kf_colours colours, struct kf_pen pen)
{
    struct row fg = row_of(pen.fg), bg = row_of(pen.bg);
    struct kf_look look = {-1, -1, pen.attr};

    if (theme == KF_THEME_PLAIN || colours == KF_COLOURS_NONE) {
        look.attr |= fg.plain;
    } else if (colours == KF_COLOURS_8) {
        look.fg = fg.eight;
        look.bg = bg.eight;
    } else {
        look.fg = theme == KF_THEME_LIGHT ? fg.light : fg.dark;
        look.bg = theme == KF_THEME_LIGHT ? bg.light : bg.dark;
    }
    return look;
}

const char *kf_theme_name(enum kf_theme theme)
{
    static const char *const names[KF_THEME_COUNT] = {"dark", "light", "plain"};

    return (unsigned)theme < KF_THEME_COUNT ? names[theme] : "";
}
