/* screen.h - the table of screens and the ui's own state.
 *
 * A frame: the app copies a view, calls kf_screen_draw on a grid and presents the grid (term.h). A key: term.h gives
 * it, kf_ui_key names the action; what concerns only the display is done at once, the rest is the app's. Screens are
 * pure: the same view and state give the same cells. */
#ifndef KF_SCREEN_H
#define KF_SCREEN_H

#include "ui/cell.h"
#include "ui/keys.h"
#include "ui/theme.h"
#include "ui/view.h"

enum { KF_SCREEN_MIN_COLUMNS = 40, KF_SCREEN_MIN_ROWS = 12 };

enum kf_screen_id { KF_SCREEN_LIVE, KF_SCREEN_WHY, KF_SCREEN_HELP, KF_SCREEN_COUNT };

struct kf_ui {
    enum kf_screen_id screen;
    unsigned scroll; /* rows the help or the evidence is scrolled by */
    bool frozen;     /* live: the app shows the view it had when this became true */
    enum kf_theme theme;
    char notice[KF_VIEW_TEXT]; /* the app's answer to a key ("mark 3 set"); shown in place of the footer; "" none */
};

struct kf_screen {
    const char *name;
    /* Draws into the rectangle between header and footer. */
    void (*draw)(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui);
};

extern const struct kf_screen kf_screens[KF_SCREEN_COUNT];

void kf_ui_init(struct kf_ui *ui);

/* The action of a key on the screen shown. Screens, scrolling, theme and `frozen` are changed here; the action is
 * returned in any case, KF_ACTION_NONE when nothing is left to do for the app. The app answers: QUIT (on the main
 * screen only), PAUSE (replay only), BASELINE, MARK, BELT_*, MUTE, THEME (kf_term_theme), REDRAW, SEEK_*, SLOWER,
 * FASTER. */
enum kf_action kf_ui_key(struct kf_ui *ui, const struct kf_view *view, uint32_t key);

/* Draws the whole grid (already at the terminal's size). Below 40x12: a plain notice. */
void kf_screen_draw(struct kf_grid *grid, const struct kf_view *view, const struct kf_ui *ui);

#endif
