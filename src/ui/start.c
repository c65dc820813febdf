/* start.c - see start.h. The list is a form whose buttons are ports and sessions; making an athlete is another form, of
 * the settings' own rows, so that ranges and units are those of everywhere. */
#include "ui/start.h"

#include <stdio.h>
#include <string.h>

#include "settings/step.h"
#include "ui/font.h"
#include "ui/keys.h"
#include "ui/screen.h"
#include "ui/settings_pane.h"
#include "ui/text.h"

enum { FIELDS = 2 * KF_START_ITEMS + 16, PAGE = 8, FIRST_PORT = 5 }; /* FIRST_PORT: or what comes instead */

enum what { HEADING, ATHLETE, NEW, HISTORY, PORT, LOOK, DEMO, SESSION, ROW, STORE, LEAVE };

/* What each field of the form stands for. */
struct part {
    enum what what;
    unsigned index;
};

struct parts {
    unsigned count;
    struct part part[FIELDS];
    struct kf_field field[FIELDS];
    char value[FIELDS][KF_SETTING_VALUE_MAX];
};

static void add(struct parts *parts, enum what what, unsigned index, struct kf_field field)
{
    if (parts->count == FIELDS)
        return;
    if (!field.unit)
        field.unit = "";
    if (!field.note)
        field.note = "";
    parts->part[parts->count] = (struct part){what, index};
    parts->field[parts->count++] = field;
}

static void add_heading(struct parts *parts, const char *label)
{
    add(parts, HEADING, 0, (struct kf_field){.kind = KF_FIELD_HEADING, .label = label, .value = ""});
}

static void add_button(struct parts *parts, enum what what, unsigned index, const char *label, const char *value)
{
    add(parts, what, index, (struct kf_field){.kind = KF_FIELD_BUTTON, .label = label, .value = value});
}

static void list_choices(struct parts *parts, const struct kf_start_ui *ui, const struct kf_start_view *view)
{
    const char *name = kf_start_athlete(ui, view);
    add_heading(parts, "runner");
    add(parts, ATHLETE, 0,
        (struct kf_field){.kind = KF_FIELD_CHOICE,
                          .label = "athlete",
                          .value = *name                      ? name
                                   : view->athlete_count == 0 ? "nobody known yet"
                                                              : "nobody in particular"});
    add_button(parts, NEW, 0, "new athlete", "height or leg lengths");
    add_button(parts, HISTORY, 0, "history", "sessions and trends");
    add_heading(parts, "coach");
    for (unsigned i = 0; i < view->port_count && i < KF_START_ITEMS; i++)
        add_button(parts, PORT, i, view->port[i].name, view->port[i].about);
    add_button(parts, LOOK, 0, "look again",
               view->port_count == 0 ? "no pod yet: plug it in" : "for pods and files");
    add_button(parts, DEMO, 0, "demo", "a simulated runner");
    if (view->session_count > 0)
        add_heading(parts, "replay");
    for (unsigned i = 0; i < view->session_count && i < KF_START_ITEMS; i++)
        add_button(parts, SESSION, i, view->session[i].name, view->session[i].about);
}

static void list_athlete(struct parts *parts, const struct kf_start_ui *ui)
{
    add_heading(parts, "new athlete");
    for (unsigned i = 0; i < KF_SETTING_ROWS; i++) {
        const struct kf_setting *row = &kf_setting_table[i];
        const unsigned at = parts->count;
        if (strcmp(row->section, "athlete") != 0 || at >= FIELDS)
            continue;
        kf_setting_value(&ui->draft, row, parts->value[at], sizeof parts->value[at]);
        add(parts, ROW, i,
            (struct kf_field){
                .kind = kf_pane_kind(row), .label = row->key, .value = parts->value[at], .unit = row->unit});
    }
    add_button(parts, STORE, 0, "store", "keep the athlete");
    add_button(parts, LEAVE, 0, "leave", "without storing");
}

static void list_all(struct parts *parts, const struct kf_start_ui *ui, const struct kf_start_view *view)
{
    parts->count = 0;
    if (ui->editing)
        list_athlete(parts, ui);
    else
        list_choices(parts, ui, view);
}

/* ---- keys ---- */

void kf_start_init(struct kf_start_ui *ui)
{
    memset(ui, 0, sizeof *ui);
    ui->form.list.chosen = FIRST_PORT;
}

const char *kf_start_athlete(const struct kf_start_ui *ui, const struct kf_start_view *view)
{
    const unsigned count = view->athlete_count < KF_START_ATHLETES ? view->athlete_count : KF_START_ATHLETES;
    return ui->athlete > 0 && ui->athlete <= count ? view->athlete[ui->athlete - 1] : "";
}

static void begin_athlete(struct kf_start_ui *ui)
{
    kf_settings_default(&ui->draft);
    ui->editing = true;
    ui->form.list.chosen = 1;
    ui->notice[0] = '\0';
}

static void leave_athlete(struct kf_start_ui *ui)
{
    ui->editing = false;
    ui->form.list.chosen = 1;
}

static struct kf_start_ask ask_for(enum kf_start_action action, const char *source)
{
    struct kf_start_ask ask = {.action = action};
    (void)snprintf(ask.source, sizeof ask.source, "%s", source);
    return ask;
}

static struct kf_start_ask press(struct kf_start_ui *ui, const struct kf_start_view *view, struct part part)
{
    ui->notice[0] = '\0';
    switch (part.what) {
    case NEW:
        begin_athlete(ui);
        break;
    case HISTORY:
        ui->in_history = true;
        ui->scroll = 0;
        return ask_for(KF_START_HISTORY, "");
    case PORT:
        return ask_for(KF_START_LIVE, view->port[part.index].source);
    case LOOK:
        return ask_for(KF_START_LOOK, "");
    case DEMO:
        return ask_for(KF_START_DEMO, "");
    case SESSION:
        return ask_for(KF_START_REPLAY, view->session[part.index].source);
    case STORE:
        if (ui->draft.athlete_name[0])
            return ask_for(KF_START_ATHLETE, "");
        (void)snprintf(ui->notice, sizeof ui->notice, "an athlete needs a name");
        break;
    case LEAVE:
        leave_athlete(ui);
        break;
    case HEADING:
    case ATHLETE:
    case ROW:
        break;
    }
    return ask_for(KF_START_NONE, "");
}

static void set(struct kf_start_ui *ui, const struct kf_setting *row, const char *value)
{
    struct kf_error error = {0};
    ui->notice[0] = '\0';
    if (kf_setting_set(&ui->draft, row, value, &error) != KF_OK)
        (void)snprintf(ui->notice, sizeof ui->notice, "%.110s; %.40s", error.text, error.hint);
}

/* One step of an athlete's number, or the next choice. */
static void step(struct kf_start_ui *ui, const struct kf_start_view *view, struct part part, int steps)
{
    const unsigned count = view->athlete_count < KF_START_ATHLETES ? view->athlete_count : KF_START_ATHLETES;
    const struct kf_setting *row = &kf_setting_table[part.what == ROW ? part.index : 0];
    char now[KF_SETTING_VALUE_MAX], value[KF_SETTING_VALUE_MAX];
    if (part.what == ATHLETE)
        ui->athlete = (ui->athlete + count + 1 + (unsigned)(steps + (int)count + 1)) % (count + 1);
    if (part.what != ROW)
        return;
    kf_setting_value(&ui->draft, row, now, sizeof now);
    kf_setting_step(row, now, steps, value, sizeof value);
    set(ui, row, value);
}

static void skip_heading(struct kf_start_ui *ui, const struct parts *parts, unsigned before)
{
    unsigned *at = &ui->form.list.chosen;
    if (*at < parts->count && parts->part[*at].what == HEADING)
        *at = *at<before && * at> 0 ? *at - 1 : *at + 1;
}

/* Up and down scroll, left and right choose what is plotted, what leads back leads back. */
static struct kf_start_ask key_of_history(struct kf_start_ui *ui, const struct kf_start_view *view, uint32_t key)
{
    if ((key == KF_KEY_DOWN || key == 'j') && ui->scroll + 1 < view->history.count)
        ui->scroll++;
    else if ((key == KF_KEY_UP || key == 'k') && ui->scroll > 0)
        ui->scroll--;
    else if (key == KF_KEY_ESCAPE || key == 'q' || key == KF_KEY_ENTER || key == 'H')
        ui->in_history = false;
    else if (key == KF_KEY_RIGHT || key == 'l')
        ui->trend = (ui->trend + 1) % KF_UI_TRENDS;
    else if (key == KF_KEY_LEFT || key == 'h')
        ui->trend = (ui->trend + KF_UI_TRENDS - 1) % KF_UI_TRENDS;
    return ask_for(key == 12 ? KF_START_REDRAW : KF_START_NONE, "");
}

struct kf_start_ask kf_start_key(struct kf_start_ui *ui, const struct kf_start_view *view, uint32_t key, double value)
{
    struct parts parts;
    if (ui->in_history)
        return key_of_history(ui, view, key);
    list_all(&parts, ui, view);
    if (ui->form.list.chosen >= parts.count)
        ui->form.list.chosen = parts.count - 1;
    const unsigned before = ui->form.list.chosen;
    switch (kf_form_key(&ui->form, parts.field, parts.count, PAGE, key, value)) {
    case KF_FORM_LESS:
        step(ui, view, parts.part[before], -1);
        return ask_for(KF_START_NONE, "");
    case KF_FORM_MORE:
        step(ui, view, parts.part[before], 1);
        return ask_for(KF_START_NONE, "");
    case KF_FORM_SET:
        set(ui, &kf_setting_table[parts.part[before].index], ui->form.entry.text);
        return ask_for(KF_START_NONE, "");
    case KF_FORM_PRESS:
        return press(ui, view, parts.part[before]);
    case KF_FORM_TAKEN:
        skip_heading(ui, &parts, before);
        return key == KF_KEY_PICK && ui->form.list.chosen == before ? press(ui, view, parts.part[before])
                                                                    : ask_for(KF_START_NONE, "");
    case KF_FORM_IGNORED:
    default:
        break;
    }
    if (ui->editing && (key == KF_KEY_ESCAPE || key == 'q'))
        leave_athlete(ui);
    else if (key == KF_KEY_ESCAPE || key == 'q')
        return ask_for(KF_START_QUIT, "");
    else if (key == 12)
        return ask_for(KF_START_REDRAW, "");
    else if (!ui->editing && key == 'd')
        return ask_for(KF_START_DEMO, "");
    else if (!ui->editing && key == 'n')
        begin_athlete(ui);
    else if (!ui->editing && key == 'H')
        return press(ui, view, (struct part){HISTORY, 0});
    return ask_for(KF_START_NONE, "");
}

void kf_start_relisted(struct kf_start_ui *ui, unsigned ports_before, unsigned ports_now)
{
    const unsigned look = FIRST_PORT + ports_before;
    const unsigned chosen = ui->form.list.chosen;
    if (ui->editing || ui->in_history || ports_before == ports_now || chosen < FIRST_PORT)
        return;
    if (chosen > look)
        ui->form.list.chosen = chosen + ports_now - ports_before;
    else if (chosen > FIRST_PORT + ports_now)
        ui->form.list.chosen = FIRST_PORT + ports_now;
}

void kf_start_saved(struct kf_start_ui *ui, const struct kf_start_view *view)
{
    leave_athlete(ui);
    for (unsigned i = 0; i < view->athlete_count && i < KF_START_ATHLETES; i++)
        if (strcmp(view->athlete[i], ui->draft.athlete_name) == 0)
            ui->athlete = i + 1;
}

/* ---- drawing ---- */

struct hint {
    const char *key, *label;
};

/* Keys of the bottom row, what is needed most first: those that do not fit are left out whole. */
static void draw_hints(struct kf_grid *grid, int y, const struct hint *hint)
{
    const struct kf_pen key = {KF_ROLE_ACCENT, KF_ROLE_BAR, KF_ATTR_BOLD}, dim = {KF_ROLE_DIM, KF_ROLE_BAR, 0};
    int x = 1;

    for (; hint->key && x + kf_text_width(hint->key) + 1 + kf_text_width(hint->label) < grid->columns; hint++) {
        x += kf_grid_text(grid, x, y, grid->columns, key, hint->key) + 1;
        x += kf_grid_text(grid, x, y, grid->columns, dim, hint->label) + 2;
    }
}

static void draw_footer(struct kf_grid *grid, int y, const struct kf_start_ui *ui)
{
    static const struct hint in_list[] = {{"↑ ↓", "choose"}, {"Enter", "start"},   {"q", "quit"},    {"← →", "athlete"},
                                          {"d", "demo"},     {"n", "new athlete"}, {"H", "history"}, {NULL, NULL}};
    static const struct hint in_history[] = {{"↑ ↓", "scroll"}, {"q", "back"}, {"← →", "another figure"}, {NULL, NULL}};
    static const struct hint in_form[] = {
        {"↑ ↓", "choose"}, {"← →", "step"}, {"Enter", "type"}, {"Esc", "leave"}, {NULL, NULL}};
    const struct kf_pen dim = {KF_ROLE_DIM, KF_ROLE_BAR, 0}, warn = {KF_ROLE_WARN, KF_ROLE_BAR, KF_ATTR_BOLD};

    kf_grid_fill(grid, kf_rect(0, y, grid->columns, 1), dim, ' ');
    if (*ui->notice)
        kf_grid_text(grid, 1, y, grid->columns - 2, warn, ui->notice);
    else
        draw_hints(grid, y, ui->in_history ? in_history : ui->editing ? in_form : in_list);
}

void kf_start_draw(struct kf_grid *grid, const struct kf_start_view *view, const struct kf_start_ui *ui)
{
    struct parts parts;
    int y = 1, width = grid->columns - 4, used = 0;
    kf_grid_init(grid, grid->columns, grid->rows, grid->glyphs);
    if (grid->columns < KF_SCREEN_MIN_COLUMNS || grid->rows < KF_SCREEN_MIN_ROWS) {
        kf_grid_print(grid, 0, grid->rows / 2, grid->columns, kf_pen(KF_ROLE_TEXT), "kneefold needs %dx%d",
                      KF_SCREEN_MIN_COLUMNS, KF_SCREEN_MIN_ROWS);
        return;
    }
    if (grid->rows >= 24 && !ui->in_history) {
        const struct kf_font_size size = kf_font_fit("KNEEFOLD", width, 5, grid->glyphs, &used);
        kf_font_draw(grid, kf_rect(2, 1, width, used), size, kf_pen_bold(KF_ROLE_TITLE), -1, "KNEEFOLD");
        y += used + 1;
        kf_grid_text(grid, 2, y, width, kf_pen(KF_ROLE_DIM),
                     "did the knee fold by itself, carried by the hip, or was it pulled?");
        y += 2;
    } else {
        kf_grid_text(grid, 2, 0, width, kf_pen_bold(KF_ROLE_TITLE), "kneefold");
    }
    if (ui->in_history) {
        kf_history_draw(grid, kf_rect(2, y, width, grid->rows - y - 2), &view->history, ui->scroll, ui->trend);
        draw_footer(grid, grid->rows - 1, ui);
        return;
    }
    list_all(&parts, ui, view);
    kf_form_draw(grid, kf_rect(2, y, width > 96 ? 96 : width, grid->rows - y - 2), &ui->form, parts.field, parts.count);
    draw_footer(grid, grid->rows - 1, ui);
}
