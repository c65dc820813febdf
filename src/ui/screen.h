/* screen.h - the table of screens and the ui's own state.
 *
 * A frame: the app copies a view, calls kf_screen_draw on a grid and presents the grid (term.h). A key: term.h gives
 * it, kf_ui_key says what it asks of the app; what concerns only the display is done at once. A click: kf_ui_click,
 * with the grid that was drawn. Screens are pure: the same view and state give the same cells. */
#ifndef KF_SCREEN_H
#define KF_SCREEN_H

#include "ui/cell.h"
#include "ui/form.h"
#include "ui/keys.h"
#include "ui/list.h"
#include "ui/prompt.h"
#include "ui/settings_pane.h"
#include "ui/theme.h"
#include "ui/units.h"
#include "ui/view.h"

enum { KF_SCREEN_MIN_COLUMNS = 40, KF_SCREEN_MIN_ROWS = 12 };

/* On the link screen: the stream chosen, counted over all pods, and where it is to be worn. */
struct kf_wear {
    struct kf_list list;
    bool turning;      /* sites are being looked through; nothing has been asked yet */
    enum kf_site site; /* the one shown while turning */
};

struct kf_ui {
    enum kf_screen_id screen;
    unsigned scroll; /* rows a long screen is scrolled by; why: strides back */
    unsigned paged;  /* why: numbers above the room */
    bool frozen;     /* live: the app shows the view it had when this became true */
    enum kf_theme theme;
    enum kf_units units;
    struct kf_prompt prompt;
    char with[KF_ENTRY_MAX]; /* replay: the file of settings compared with last, to be offered again */
    struct kf_pane pane;     /* the settings being edited */
    struct kf_wear wear;
    char notice[KF_VIEW_TEXT]; /* the answer to a key ("mark set"), the ui's or the app's; in place of the footer; ""
                                  none */
};

struct kf_screen {
    const char *name, *tab; /* in a sentence; on its tab */
    /* Draws into the rectangle between header and footer. */
    void (*draw)(struct kf_grid *grid, struct kf_rect rect, const struct kf_view *view, const struct kf_ui *ui);
    /* NULL, or sees each key first: true when it was the screen's own, and *ask is what it asks of the app. */
    bool (*key)(struct kf_ui *ui, const struct kf_view *view, uint32_t key, double value, struct kf_ask *ask);
};

extern const struct kf_screen kf_screens[KF_SCREEN_COUNT];

void kf_ui_init(struct kf_ui *ui);

/* A key on the screen shown (to an open prompt first). Screens, scrolling, theme, units and `frozen` are changed here;
 * THEME and all that keys.h calls the app's come back as what is asked; KF_ACTION_NONE when nothing is left to do. */
struct kf_ask kf_ui_key(struct kf_ui *ui, const struct kf_view *view, uint32_t key);

/* A click on a cell of the grid last drawn: as the key that the area there stands for. */
struct kf_ask kf_ui_click(struct kf_ui *ui, const struct kf_view *view, const struct kf_grid *grid, int x, int y);

/* After drawing: scrolling beyond the end is forgotten, so that the next key back moves at once. */
void kf_ui_settle(struct kf_ui *ui, const struct kf_grid *grid);

/* Draws the whole grid (already at the terminal's size). Below 40x12: a plain notice. */
void kf_screen_draw(struct kf_grid *grid, const struct kf_view *view, const struct kf_ui *ui);

#endif
