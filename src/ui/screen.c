/* screen.c - see screen.h. Header and footer frame every screen; the table says what stands between them. */
#include "ui/screen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/parts.h"
#include "ui/screens.h"

const struct kf_screen kf_screens[KF_SCREEN_COUNT] = {
    [KF_SCREEN_LIVE] = {"main", "main", kf_screen_live_draw, NULL},
    [KF_SCREEN_WHY] = {"why", "why", kf_screen_why_draw, NULL},
    [KF_SCREEN_SUMMARY] = {"summary", "summary", kf_screen_summary_draw, NULL},
    [KF_SCREEN_CUES] = {"cues", "cues", kf_screen_cues_draw, NULL},
    [KF_SCREEN_SETTINGS] = {"settings", "settings", kf_screen_settings_draw, kf_screen_settings_key},
    [KF_SCREEN_ALIGN] = {"alignment", "align", kf_screen_align_draw, NULL},
    [KF_SCREEN_BASELINE] = {"baseline", "baseline", kf_screen_baseline_draw, NULL},
    [KF_SCREEN_LINK] = {"link", "link", kf_screen_link_draw, kf_screen_link_key},
    [KF_SCREEN_HELP] = {"help", "help", kf_screen_help_draw, NULL},
};

void kf_ui_init(struct kf_ui *ui)
{
    memset(ui, 0, sizeof *ui);
    ui->pane.form.list.chosen = 1; /* row 0 is the first section's heading */
}

/* ---- keys ---- */

enum { SCROLL_MOST = 1000 };

static const struct kf_ask nothing = {.action = KF_ACTION_NONE};

static struct kf_ask show(struct kf_ui *ui, unsigned screen)
{
    ui->screen = (enum kf_screen_id)(screen % KF_SCREEN_COUNT);
    ui->scroll = ui->paged = 0;
    return nothing;
}

/* Shows a screen, or leaves it for the main one when it is shown already. */
static struct kf_ask toggle(struct kf_ui *ui, enum kf_screen_id screen)
{
    return show(ui, ui->screen == screen ? KF_SCREEN_LIVE : screen);
}

static struct kf_ask ask_for(const struct kf_key_row *row)
{
    struct kf_ask ask = {.action = row->action, .value = row->value};
    return ask;
}

static struct kf_ask open_prompt(struct kf_ui *ui, enum kf_prompt_kind kind, double value)
{
    kf_prompt_open(&ui->prompt, kind, value);
    return nothing;
}

/* By so many rows, not above the top; how far down there is anything only drawing knows (kf_ui_settle). */
static struct kf_ask move(unsigned *at, int rows)
{
    if (rows > 0)
        *at += *at < SCROLL_MOST ? (unsigned)rows : 0;
    else
        *at -= *at < (unsigned)-rows ? *at : (unsigned)-rows;
    return nothing;
}

/* Those of the table that are not simply passed on to the app. */
static struct kf_ask act(struct kf_ui *ui, const struct kf_view *view, uint32_t key, const struct kf_key_row *row)
{
    struct kf_ask ask = ask_for(row);

    switch (row->action) {
    case KF_ACTION_QUIT:
        if (ui->screen != KF_SCREEN_LIVE)
            return show(ui, KF_SCREEN_LIVE);
        if (key == KF_KEY_ESCAPE) { /* goes back, never out */
            (void)snprintf(ui->notice, sizeof ui->notice, "q quits");
            return nothing;
        }
        return view->recording == KF_RECORDING_ON ? open_prompt(ui, KF_PROMPT_QUIT, 0) : ask;
    case KF_ACTION_HELP:
        return toggle(ui, KF_SCREEN_HELP);
    case KF_ACTION_WHY:
        return toggle(ui, KF_SCREEN_WHY);
    case KF_ACTION_OWN:
        return nothing;
    case KF_ACTION_SETTINGS:
        return toggle(ui, KF_SCREEN_SETTINGS);
    case KF_ACTION_ALIGN:
        return ui->screen == KF_SCREEN_ALIGN ? open_prompt(ui, KF_PROMPT_ALIGN, 0) : show(ui, KF_SCREEN_ALIGN);
    case KF_ACTION_GO_TO:
        return open_prompt(ui, KF_PROMPT_TIME, 0);
    case KF_ACTION_DIFF:
        if (view->diff.shown)
            return ask;
        (void)open_prompt(ui, KF_PROMPT_DIFF, 0);
        kf_entry_init(&ui->prompt.entry, ui->with);
        return nothing;
    case KF_ACTION_MARK:
        return open_prompt(ui, KF_PROMPT_NOTE, view->t_s);
    case KF_ACTION_NEXT_SCREEN:
        return show(ui, (unsigned)ui->screen + 1);
    case KF_ACTION_LAST_SCREEN:
        return show(ui, (unsigned)ui->screen + KF_SCREEN_COUNT - 1);
    case KF_ACTION_SCREEN:
        return key - '1' < KF_SCREEN_COUNT ? show(ui, key - '1') : nothing;
    case KF_ACTION_SCROLL:
        return move(ui->screen == KF_SCREEN_WHY && fabs(row->value) > 1 ? &ui->paged : &ui->scroll, (int)row->value);
    case KF_ACTION_UNITS:
        ui->units = (enum kf_units)(((unsigned)ui->units + 1) % KF_UNITS_COUNT);
        (void)snprintf(ui->notice, sizeof ui->notice, "speeds in %s", kf_units_name(ui->units));
        return nothing;
    case KF_ACTION_BELT:
        ask.value *= kf_units_step_mps(ui->units);
        return ask;
    case KF_ACTION_PAUSE:
        if (view->replay)
            return ask;
        ui->frozen = !ui->frozen;
        (void)snprintf(ui->notice, sizeof ui->notice, "%s",
                       ui->frozen ? "display frozen, measuring goes on: Space again to see it" : "display goes on");
        return nothing;
    case KF_ACTION_THEME:
        ui->theme = (enum kf_theme)(((unsigned)ui->theme + 1) % KF_THEME_COUNT);
        return ask;
    default:
        return ask;
    }
}

/* The prompt's; a file named once is offered again. */
static struct kf_ask answer(struct kf_ui *ui, uint32_t key)
{
    const struct kf_ask ask = kf_prompt_key(&ui->prompt, key);

    if (ask.action == KF_ACTION_DIFF)
        (void)snprintf(ui->with, sizeof ui->with, "%s", ask.text);
    return ask;
}

/* A key that does nothing here says where it does something. */
static void explain(struct kf_ui *ui, uint32_t key)
{
    char where[64];

    for (unsigned i = 0; i < kf_key_count; i++)
        if (kf_keys[i].key == key || kf_keys[i].other == key) {
            kf_key_where_text(&kf_keys[i], where, sizeof where);
            (void)snprintf(ui->notice, sizeof ui->notice, "%s works in: %s", kf_keys[i].name, where);
            return;
        }
    if (key > ' ' && key < 0x7f)
        (void)snprintf(ui->notice, sizeof ui->notice, "no key %c: ? lists all", (int)key);
}

static struct kf_ask press(struct kf_ui *ui, const struct kf_view *view, uint32_t key, double value)
{
    const struct kf_screen *screen = &kf_screens[(unsigned)ui->screen % KF_SCREEN_COUNT];
    const struct kf_key_row *row;
    struct kf_ask ask = nothing;

    ui->notice[0] = '\0';
    if (ui->prompt.kind != KF_PROMPT_NONE)
        return answer(ui, key);
    if (screen->key && screen->key(ui, view, key, value, &ask))
        return ask;
    if (key == KF_KEY_SEEK) {
        ask.action = view->replay ? KF_ACTION_SEEK_TO : KF_ACTION_NONE;
        ask.value = value;
        return ask;
    }
    row = kf_key_find(key, view->replay ? KF_WHERE_REPLAY : KF_WHERE_LIVE, ui->screen);
    if (!row)
        explain(ui, key);
    return row ? act(ui, view, key, row) : nothing;
}

struct kf_ask kf_ui_key(struct kf_ui *ui, const struct kf_view *view, uint32_t key)
{
    return press(ui, view, key, 0);
}

struct kf_ask kf_ui_click(struct kf_ui *ui, const struct kf_view *view, const struct kf_grid *grid, int x, int y)
{
    double value = 0;
    uint32_t key = kf_grid_hot_at(grid, x, y, &value);

    return key && ui->prompt.kind == KF_PROMPT_NONE ? press(ui, view, key, value) : nothing;
}

void kf_ui_settle(struct kf_ui *ui, const struct kf_grid *grid)
{
    ui->scroll = grid->scrolled;
    ui->paged = grid->paged;
}

/* ---- drawing ---- */

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

static void draw_bottom(struct kf_grid *grid, const struct kf_view *view, const struct kf_ui *ui)
{
    struct kf_rect rect = kf_rect(0, grid->rows - 1, grid->columns, 1);

    if (ui->prompt.kind != KF_PROMPT_NONE)
        kf_prompt_draw(grid, rect, &ui->prompt);
    else
        kf_footer_draw(grid, rect, view, ui);
}

void kf_screen_draw(struct kf_grid *grid, const struct kf_view *view, const struct kf_ui *ui)
{
    unsigned screen = (unsigned)ui->screen < KF_SCREEN_COUNT ? (unsigned)ui->screen : 0;
    int header = grid->rows >= 20 ? 2 : 1;

    kf_grid_init(grid, grid->columns, grid->rows, grid->glyphs);
    if (grid->columns < KF_SCREEN_MIN_COLUMNS || grid->rows < KF_SCREEN_MIN_ROWS) {
        draw_notice(grid, view);
        if (ui->prompt.kind != KF_PROMPT_NONE && grid->rows > 0)
            draw_bottom(grid, view, ui);
        return;
    }
    kf_header_draw(grid, kf_rect(0, 0, grid->columns, header), view, ui);
    if (screen != KF_SCREEN_LIVE)
        header += draw_cue_row(grid, header, view);
    kf_screens[screen].draw(grid, kf_rect(0, header, grid->columns, grid->rows - header - 1), view, ui);
    draw_bottom(grid, view, ui);
}
