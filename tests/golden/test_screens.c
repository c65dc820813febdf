/* test_screens.c - protects how every screen looks: cell dumps of example views at five sizes, in UTF-8, ASCII and
 * without colour (where attributes must carry the state) against the files in screens/. KF_GOLDEN_UPDATE=1 rewrites
 * them; say why in the commit. And whatever a view holds, drawing stays inside the grid and every row is whole. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "example_view.h"
#include "ui/screen.h"
#include "ui/start.h"
#include "ui/text.h"

static const int sizes[][2] = {{120, 40}, {100, 30}, {80, 24}, {40, 12}, {30, 8}};
enum { SIZES = sizeof sizes / sizeof sizes[0], DUMP = 1 << 20 };

enum level { LEVEL_UTF8, LEVEL_ASCII, LEVEL_MONO, LEVEL_COUNT };
static const char *const level_names[LEVEL_COUNT] = {"utf8", "ascii", "mono"};

static struct kf_grid grid;
static struct kf_view view;
static char dump[DUMP], golden[DUMP];
static size_t dumped;

static void add(const char *text)
{
    size_t length = strlen(text);

    assert_true(dumped + length < DUMP);
    memcpy(dump + dumped, text, length + 1);
    dumped += length;
}

/* Columns a row takes must be the grid's, whatever is in it. */
static void check_row(int y)
{
    char row[KF_GRID_MAX_COLUMNS * 4 + 1];

    (void)kf_grid_row(&grid, y, row, sizeof row);
    assert_int_equal(kf_text_width(row), grid.columns);
}

/* Without colour: a letter a cell, b bold, r reverse, u underline, capital R bold and reverse. */
static void add_attributes(int y)
{
    char row[KF_GRID_MAX_COLUMNS + 2];
    int end = 0;

    for (int x = 0; x < grid.columns; x++) {
        uint8_t attr = kf_theme_look(KF_THEME_SAFE, KF_COLOURS_NONE, grid.cell[y][x].pen).attr;
        row[x] = attr & KF_ATTR_REVERSE     ? (attr & KF_ATTR_BOLD ? 'R' : 'r')
                 : attr & KF_ATTR_BOLD      ? 'b'
                 : attr & KF_ATTR_UNDERLINE ? 'u'
                                            : ' ';
        if (row[x] != ' ' && (grid.cell[y][x].code != ' ' || (attr & KF_ATTR_REVERSE)))
            end = x + 1;
        else
            row[x] = ' ';
    }
    row[end] = '\n';
    row[end + 1] = '\0';
    add(row);
}

static void add_grid(enum level level)
{
    char row[KF_GRID_MAX_COLUMNS * 4 + 1];

    for (int y = 0; y < grid.rows; y++) {
        check_row(y);
        if (level == LEVEL_MONO) {
            add_attributes(y);
        } else {
            (void)kf_grid_row(&grid, y, row, sizeof row);
            add(row);
            add("|\n");
        }
    }
}

static void compare(const char *name, enum level level)
{
    char path[512];
    FILE *file;
    size_t length;

    (void)snprintf(path, sizeof path, "%s/tests/golden/screens/%s.%s.txt", KF_SRCDIR, name, level_names[level]);
    if (getenv("KF_GOLDEN_UPDATE")) {
        file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(dump, 1, dumped, file), dumped);
        assert_int_equal(fclose(file), 0);
        return;
    }
    file = fopen(path, "r");
    if (!file)
        fail_msg("no golden file %s", path);
    length = fread(golden, 1, DUMP - 1, file);
    golden[length] = '\0';
    (void)fclose(file);
    for (size_t i = 0, line = 1; i <= dumped; i++) {
        if (golden[i] != dump[i])
            fail_msg("%s differs in line %zu; now:\n%s", path, line, dump);
        line += dump[i] == '\n';
    }
}

static void draw(const struct kf_ui *ui, const int size[2], enum kf_glyphs glyphs)
{
    grid.columns = size[0];
    grid.rows = size[1];
    grid.glyphs = glyphs;
    kf_screen_draw(&grid, &view, ui);
}

static void check_screen(const char *name, const struct kf_ui *ui)
{
    for (int level = 0; level < LEVEL_COUNT; level++) {
        dumped = 0;
        for (int i = 0; i < SIZES; i++) {
            char title[64];
            draw(ui, sizes[i], level == LEVEL_ASCII ? KF_GLYPHS_ASCII : KF_GLYPHS_BRAILLE);
            (void)snprintf(title, sizeof title, "== %s %dx%d\n", name, sizes[i][0], sizes[i][1]);
            add(title);
            add_grid((enum level)level);
        }
        compare(name, (enum level)level);
    }
}

static void test_main_screen(void **state)
{
    struct kf_ui ui;

    (void)state;
    kf_ui_init(&ui);
    for (int i = 0; i < EXAMPLE_COUNT; i++) {
        example_view(&view, (enum example)i, .43);
        check_screen(example_names[i], &ui);
    }
}

static void test_other_screens(void **state)
{
    static struct kf_settings layered;
    static struct kf_settings_origins origins;
    struct kf_place place;
    struct kf_ui ui;

    (void)state;
    kf_ui_init(&ui);
    for (int screen = KF_SCREEN_LIVE + 1; screen < KF_SCREEN_COUNT; screen++) {
        example_view(&view, screen == KF_SCREEN_WHY ? EXAMPLE_PULLED : EXAMPLE_RUNNING, .43);
        ui.screen = (enum kf_screen_id)screen;
        check_screen(kf_screens[screen].name, &ui);
    }
    example_view(&view, EXAMPLE_RUNNING, .43);
    view.alignment[KF_SITE_SHANK_L].swapped = view.alignment[KF_SITE_SHANK_R].swapped = true;
    view.alignment[KF_SITE_THIGH_L].upside_down = true;
    view.alignment[KF_SITE_THIGH_R].residual_mps2 = 6;
    view.alignment[KF_SITE_TRUNK].aligned = false;
    ui.screen = KF_SCREEN_ALIGN;
    check_screen("alignment_faults", &ui);
    example_view(&view, EXAMPLE_HOSTILE, .43);
    ui.screen = KF_SCREEN_LINK;
    check_screen("hostile_link", &ui);
    example_view(&view, EXAMPLE_RUNNING, .43);
    ui.wear.list.chosen = 5;
    (void)kf_ui_key(&ui, &view, KF_KEY_ENTER);
    (void)kf_ui_key(&ui, &view, KF_KEY_RIGHT);
    check_screen("link_wear", &ui);
    example_view(&view, EXAMPLE_HOSTILE, .43);
    ui.screen = KF_SCREEN_CUES;
    check_screen("hostile_cues", &ui);
    example_view(&view, EXAMPLE_NO_BASELINE, .43);
    ui.screen = KF_SCREEN_BASELINE;
    check_screen("baseline_begun", &ui);
    ui.screen = KF_SCREEN_LIVE;
    kf_prompt_open(&ui.prompt, KF_PROMPT_NOTE, 0);
    kf_entry_init(&ui.prompt.entry, "left calf feels tight");
    check_screen("note", &ui);
    kf_ui_init(&ui);
    example_view(&view, EXAMPLE_REPLAY, .43);
    example_diff(&view);
    check_screen("diff", &ui);
    ui.screen = KF_SCREEN_WHY;
    check_screen("diff_why", &ui);
    example_view(&view, EXAMPLE_NO_BASELINE, .43);
    kf_ui_init(&ui);
    ui.screen = KF_SCREEN_SETTINGS;
    ui.pane.form.list.chosen = 25;
    (void)kf_pane_key(&ui.pane, &view.settings, KF_KEY_RIGHT, 0);
    layered = view.settings;
    ui.pane.layered = &layered;
    ui.pane.origins = &origins;
    (void)kf_pane_chosen(&ui.pane, &view.settings, &place);
    *kf_place_origin(&origins, place) = (struct kf_settings_origin){"/home/coach/.config/kneefold/kneefold.ini", 31};
    check_screen("settings_changed", &ui);
}

/* The screen before a session has a view of its own. */
static void test_start_screen(void **state)
{
    static struct kf_start_view start;
    static struct kf_start_ui ui;

    (void)state;
    kf_start_init(&ui);
    start.port_count = start.session_count = start.athlete_count = 1;
    (void)snprintf(start.athlete[0], KF_START_NAME, "Ada Lovelace");
    (void)snprintf(start.port[0].name, sizeof start.port[0].name, "/dev/ttyACM0");
    (void)snprintf(start.port[0].about, sizeof start.port[0].about, "Nano 33 BLE, serial 8C2F");
    (void)snprintf(start.session[0].name, sizeof start.session[0].name, "2026-11-22 14:30 Ada");
    (void)snprintf(start.session[0].about, sizeof start.session[0].about, "3.1 MB");
    ui.athlete = 1;
    for (int level = 0; level < LEVEL_COUNT; level++) {
        dumped = 0;
        for (int i = 0; i < 2 * SIZES; i++) {
            char title[64];
            ui.editing = i >= SIZES;
            ui.form.list.chosen = i >= SIZES ? 2 : 4;
            kf_settings_default(&ui.draft);
            grid.columns = sizes[i % SIZES][0];
            grid.rows = sizes[i % SIZES][1];
            grid.glyphs = level == LEVEL_ASCII ? KF_GLYPHS_ASCII : KF_GLYPHS_BRAILLE;
            kf_start_draw(&grid, &start, &ui);
            (void)snprintf(title, sizeof title, "== start%s %dx%d\n", ui.editing ? ", new athlete" : "",
                           sizes[i % SIZES][0], sizes[i % SIZES][1]);
            add(title);
            add_grid((enum level)level);
        }
        compare("start", (enum level)level);
    }
}

static void make_history(struct kf_ui_history *history)
{
    (void)snprintf(history->whose, sizeof history->whose, "Ada Lovelace");
    (void)snprintf(history->broken, sizeof history->broken, "not read: cannot read '/home/ada/x.kfs': it is damaged");
    history->count = 12;
    for (unsigned i = 0; i < history->count; i++) {
        const double step = i;
        struct kf_ui_session session = {.value = {[KF_FIGURE_MINUTES] = 20 + step,
                                                  [KF_FIGURE_SWINGS] = 3500 + 10 * step,
                                                  [KF_FIGURE_PULLED] = 30 - 2 * step,
                                                  [KF_FIGURE_PULLED_TOLD] = i % 3 ? NAN : 20 - step,
                                                  [KF_FIGURE_PULLED_ALONE] = i % 3 ? NAN : 24 - step,
                                                  [KF_FIGURE_DRIVE] = .021 - .002 * step,
                                                  [KF_FIGURE_DRIVE_TOLD] = NAN,
                                                  [KF_FIGURE_DRIVE_ALONE] = NAN,
                                                  [KF_FIGURE_KNEE] = 112 - step / 3,
                                                  [KF_FIGURE_CUES] = i == 5 ? NAN : 1.2 - step / 12,
                                                  [KF_FIGURE_SHOWN] = i == 5 ? NAN : 7.2 - step / 2,
                                                  [KF_FIGURE_CADENCE] = 172 + step / 4},
                                        .cut_off = i == 7};
        for (int j = 0; j < KF_FIGURE_COUNT; j++)
            session.sd[j] = j == KF_FIGURE_KNEE ? 2.4 : j == KF_FIGURE_DRIVE ? .012 : NAN;
        (void)snprintf(session.day, sizeof session.day, "2026-11-%02u 07:30", (i + 1) % 100);
        (void)snprintf(session.athlete, sizeof session.athlete, "Ada Lovelace");
        history->session[i] = session;
    }
}

/* What is plotted, size by size: pulled; told and alone; the drive and its spread; nothing to plot; another runner. */
static void set_history(struct kf_start_view *start, struct kf_start_ui *ui, int size)
{
    static const unsigned trends[] = {0, 1, 2, 3};
    make_history(&start->history);
    ui->trend = trends[size % 4];
    if (size == 2)
        (void)snprintf(start->history.session[3].athlete, sizeof start->history.session[3].athlete, "Grace");
}

static void test_history_screen(void **state)
{
    static struct kf_start_view start;
    static struct kf_start_ui ui;

    (void)state;
    kf_start_init(&ui);
    ui.in_history = true;
    for (int level = 0; level < LEVEL_COUNT; level++) {
        dumped = 0;
        for (int i = 0; i < SIZES; i++) {
            char title[64];
            set_history(&start, &ui, i);
            grid.columns = sizes[i][0];
            grid.rows = sizes[i][1];
            grid.glyphs = level == LEVEL_ASCII ? KF_GLYPHS_ASCII : KF_GLYPHS_BRAILLE;
            kf_start_draw(&grid, &start, &ui);
            (void)snprintf(title, sizeof title, "== history %dx%d\n", sizes[i][0], sizes[i][1]);
            add(title);
            add_grid((enum level)level);
        }
        memset(&start.history, 0, sizeof start.history);
        (void)snprintf(start.history.whose, sizeof start.history.whose, "all athletes");
        grid.columns = 80;
        grid.rows = 24;
        kf_start_draw(&grid, &start, &ui);
        add("== history of nothing 80x24\n");
        add_grid((enum level)level);
        compare("history", (enum level)level);
    }
}

/* A cue must be on the screen at every size and level, and must not be when the data are stale. */
static void test_cue_is_shown(void **state)
{
    struct kf_ui ui;

    (void)state;
    kf_ui_init(&ui);
    for (int i = 0; i < SIZES; i++)
        for (int stale = 0; stale < 2; stale++) {
            int cells = 0;
            example_view(&view, stale ? EXAMPLE_STALE : EXAMPLE_PULLED, .43);
            draw(&ui, sizes[i], i % 2 ? KF_GLYPHS_ASCII : KF_GLYPHS_BRAILLE);
            for (int y = 0; y < grid.rows; y++)
                for (int x = 0; x < grid.columns; x++)
                    cells += grid.cell[y][x].pen.fg == KF_ROLE_CUE;
            assert_true(stale ? cells == 0 : cells > 20);
        }
}

/* The address sanitizer watches the bounds here. */
static void test_rubbish(void **state)
{
    static const enum kf_glyphs glyphs[] = {KF_GLYPHS_ASCII, KF_GLYPHS_BLOCKS, KF_GLYPHS_BRAILLE};
    struct kf_ui ui;

    (void)state;
    kf_ui_init(&ui);
    for (unsigned seed = 0; seed < 600; seed++) {
        int size[2] = {(int)(seed * 37 % 260), (int)(seed * 13 % 100)};
        if (seed % 100 == 0) {
            size[0] = 1000;
            size[1] = 1000;
        }
        example_rubbish(&view, seed);
        ui.screen = (enum kf_screen_id)(seed / 3 % KF_SCREEN_COUNT);
        ui.scroll = seed % 40;
        kf_prompt_open(&ui.prompt, (enum kf_prompt_kind)(seed % 7 % KF_PROMPT_COUNT), 0);
        draw(&ui, size, glyphs[seed % 3]);
        for (int y = 0; y < grid.rows; y++) {
            check_row(y);
            for (int x = 0; grid.glyphs == KF_GLYPHS_ASCII && x < grid.columns; x++)
                assert_in_range(grid.cell[y][x].code, 0x20, 0x7e);
        }
    }
}

/* Every key on every screen, live and in replay, and what it leaves behind drawn in every size. */
static void test_every_key(void **state)
{
    static const uint32_t keys[] = {KF_KEY_UP,     KF_KEY_DOWN,    KF_KEY_LEFT,      KF_KEY_RIGHT,   KF_KEY_HOME,
                                    KF_KEY_END,    KF_KEY_PAGE_UP, KF_KEY_PAGE_DOWN, KF_KEY_BACKTAB, KF_KEY_BACKSPACE,
                                    KF_KEY_DELETE, KF_KEY_CLICK,   KF_KEY_SEEK,      KF_KEY_PICK,    KF_KEY_OTHER};
    enum { SPECIAL = sizeof keys / sizeof keys[0] };

    (void)state;
    for (int replay = 0; replay < 2; replay++)
        for (int screen = 0; screen < KF_SCREEN_COUNT; screen++)
            for (uint32_t i = 0; i < 128 + SPECIAL; i++) {
                struct kf_ui ui;
                kf_ui_init(&ui);
                ui.screen = (enum kf_screen_id)screen;
                example_view(&view, replay ? EXAMPLE_REPLAY : EXAMPLE_RUNNING, .43);
                for (int twice = 0; twice < 2; twice++)
                    (void)kf_ui_key(&ui, &view, i < 128 ? i : keys[i - 128]);
                draw(&ui, sizes[i % SIZES], i % 2 ? KF_GLYPHS_ASCII : KF_GLYPHS_BRAILLE);
                for (int y = 0; y < grid.rows; y++)
                    check_row(y);
                for (unsigned hot = 0; hot < grid.hot_count; hot++) {
                    struct kf_ui clicked = ui;
                    (void)kf_ui_click(&clicked, &view, &grid, grid.hot[hot].rect.x, grid.hot[hot].rect.y);
                    assert_in_range(clicked.screen, 0, KF_SCREEN_COUNT - 1);
                }
            }
}

/* The same view and state give the same cells: screens keep no state. */
static void test_pure(void **state)
{
    static struct kf_grid first;
    struct kf_ui ui;

    (void)state;
    kf_ui_init(&ui);
    memset(&grid, 0, sizeof grid);
    example_view(&view, EXAMPLE_PULLED, .2);
    draw(&ui, sizes[0], KF_GLYPHS_BRAILLE);
    first = grid;
    example_view(&view, EXAMPLE_STALE, .9);
    draw(&ui, sizes[0], KF_GLYPHS_BRAILLE);
    assert_memory_not_equal(&first, &grid, sizeof grid);
    example_view(&view, EXAMPLE_PULLED, .2);
    draw(&ui, sizes[0], KF_GLYPHS_BRAILLE);
    assert_memory_equal(&first, &grid, sizeof grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_main_screen),  cmocka_unit_test(test_other_screens),  cmocka_unit_test(test_cue_is_shown),
        cmocka_unit_test(test_rubbish),      cmocka_unit_test(test_pure),           cmocka_unit_test(test_every_key),
        cmocka_unit_test(test_start_screen), cmocka_unit_test(test_history_screen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
