/* screen.c - see screen.h. Header and footer frame every screen; the table says what stands between them. */
#include "ui/screen.h"

#include <stdio.h>
#include <string.h>

#include "ui/parts.h"
#include "ui/screens.h"

const struct kf_screen kf_screens[KF_SCREEN_COUNT] = {
    [KF_SCREEN_LIVE] = {"main", kf_screen_live_draw},
    [KF_SCREEN_WHY] = {"why", kf_screen_why_draw},
    [KF_SCREEN_HELP] = {"help", kf_screen_help_draw},
};

void kf_ui_init(struct kf_ui *ui)
{
    memset(ui, 0, sizeof *ui);
}

/* Shows a screen, or leaves it for the main one when it is shown already. */
static enum kf_action toggle(struct kf_ui *ui, enum kf_screen_id screen)
{
    ui->screen = ui->screen == screen ? KF_SCREEN_LIVE : screen;
    ui->scroll = 0;
    return KF_ACTION_NONE;
}

static enum kf_action show(struct kf_ui *ui, unsigned screen)
{
    ui->screen = (enum kf_screen_id)(screen % KF_SCREEN_COUNT);
    ui->scroll = 0;
    return KF_ACTION_NONE;
}

enum kf_action kf_ui_key(struct kf_ui *ui, const struct kf_view *view, uint32_t key)
{
    enum kf_where where = ui->screen != KF_SCREEN_LIVE ? KF_WHERE_OTHER
                          : view->replay               ? KF_WHERE_REPLAY
                                                       : KF_WHERE_LIVE;
    enum kf_action action = kf_key_action(key, where);

    ui->notice[0] = '\0';
    switch (action) {
    case KF_ACTION_QUIT:
        return ui->screen == KF_SCREEN_LIVE ? action : show(ui, KF_SCREEN_LIVE);
    case KF_ACTION_HELP:
        return toggle(ui, KF_SCREEN_HELP);
    case KF_ACTION_WHY:
        return toggle(ui, KF_SCREEN_WHY);
    case KF_ACTION_NEXT_SCREEN:
        return show(ui, (unsigned)ui->screen + 1);
    case KF_ACTION_SCREEN_1:
    case KF_ACTION_SCREEN_2:
    case KF_ACTION_SCREEN_3:
        return show(ui, (unsigned)(action - KF_ACTION_SCREEN_1));
    case KF_ACTION_UP:
        ui->scroll -= ui->scroll > 0;
        return KF_ACTION_NONE;
    case KF_ACTION_DOWN:
        ui->scroll += ui->scroll < kf_key_count;
        return KF_ACTION_NONE;
    case KF_ACTION_PAUSE:
        if (view->replay)
            return action;
        ui->frozen = !ui->frozen;
        return KF_ACTION_NONE;
    case KF_ACTION_THEME:
        ui->theme = (enum kf_theme)(((unsigned)ui->theme + 1) % KF_THEME_COUNT);
        return action;
    default:
        return action;
    }
}

/* Too small for anything: say so, with whatever fits. */
static void draw_notice(struct kf_grid *grid, const struct kf_view *view)
{
    int y = grid->rows / 2;

    if (grid->columns > 30)
        kf_grid_print(grid, 0, y, grid->columns, kf_pen(KF_ROLE_TEXT), "kneefold needs %dx%d (now %dx%d)",
                      KF_SCREEN_MIN_COLUMNS, KF_SCREEN_MIN_ROWS, grid->columns, grid->rows);
    else
        kf_grid_print(grid, 0, y, grid->columns, kf_pen(KF_ROLE_TEXT), "needs %dx%d", KF_SCREEN_MIN_COLUMNS,
                      KF_SCREEN_MIN_ROWS);
    if (kf_banner_active(view))
        kf_grid_text(grid, 0, y > 0 ? y - 1 : 1, grid->columns, kf_pen_bold(KF_ROLE_CUE), view->cue.text);
}

/* On every other screen the cue keeps a row of its own. Returns the rows taken. */
static int draw_cue_row(struct kf_grid *grid, int y, const struct kf_view *view)
{
    struct kf_pen pen = {KF_ROLE_CUE, KF_ROLE_NONE, KF_ATTR_BOLD | KF_ATTR_REVERSE};

    if (!kf_banner_active(view))
        return 0;
    kf_grid_fill(grid, kf_rect(0, y, grid->columns, 1), pen, ' ');
    kf_grid_text_centre(grid, 0, y, grid->columns, pen, view->cue.text);
    return 1;
}

void kf_screen_draw(struct kf_grid *grid, const struct kf_view *view, const struct kf_ui *ui)
{
    unsigned screen = (unsigned)ui->screen < KF_SCREEN_COUNT ? (unsigned)ui->screen : 0;
    int header = grid->rows >= 20 ? 2 : 1;

    kf_grid_init(grid, grid->columns, grid->rows, grid->glyphs);
    if (grid->columns < KF_SCREEN_MIN_COLUMNS || grid->rows < KF_SCREEN_MIN_ROWS) {
        draw_notice(grid, view);
        return;
    }
    kf_header_draw(grid, kf_rect(0, 0, grid->columns, header), view, ui);
    if (screen != KF_SCREEN_LIVE)
        header += draw_cue_row(grid, header, view);
    kf_screens[screen].draw(grid, kf_rect(0, header, grid->columns, grid->rows - header - 1), view, ui);
    kf_footer_draw(grid, kf_rect(0, grid->rows - 1, grid->columns, 1), view, ui);
}
