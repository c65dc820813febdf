/* test_start.c - protects the start screen: every choice leads where it says, an athlete is stored only when asked and
 * only with a name, headings are never chosen, and nothing from outside reaches the screen unmade safe. Pure. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/keys.h"
#include "ui/start.h"
#include "ui/text.h"

static struct kf_start_view view;
static struct kf_start_ui ui;
static struct kf_grid grid;

static int set_up(void **state)
{
    (void)state;
    memset(&view, 0, sizeof view);
    view.port_count = 2;
    (void)snprintf(view.port[0].name, sizeof view.port[0].name, "/dev/ttyACM0");
    (void)snprintf(view.port[0].source, sizeof view.port[0].source, "/dev/ttyACM0");
    (void)snprintf(view.port[1].source, sizeof view.port[1].source, "/dev/ttyUSB1");
    view.session_count = 1;
    (void)snprintf(view.session[0].source, sizeof view.session[0].source, "/x/run.kfs");
    view.athlete_count = 2;
    (void)snprintf(view.athlete[0], KF_START_NAME, "Ada");
    (void)snprintf(view.athlete[1], KF_START_NAME, "Bo");
    kf_start_init(&ui);
    return 0;
}

static struct kf_start_ask press(uint32_t key)
{
    return kf_start_key(&ui, &view, key, 0);
}

static void type(const char *text)
{
    while (*text)
        (void)press((uint32_t)(unsigned char)*text++);
}

/* Ports come and go while the list is looked at: the choice stays on what it was. */
static void test_ports_come_and_go(void **state)
{
    (void)state;
    view.port_count = 0;
    assert_int_equal(press(KF_KEY_ENTER).action, KF_START_LOOK);
    view.port_count = 1;
    kf_start_relisted(&ui, 0, 1); /* the pod that was waited for */
    assert_int_equal(press(KF_KEY_ENTER).action, KF_START_LIVE);
    (void)press(KF_KEY_DOWN);
    (void)press(KF_KEY_DOWN);
    assert_int_equal(press(KF_KEY_ENTER).action, KF_START_DEMO);
    view.port_count = 2;
    kf_start_relisted(&ui, 1, 2);
    assert_int_equal(press(KF_KEY_ENTER).action, KF_START_DEMO);
    view.port_count = 0;
    kf_start_relisted(&ui, 2, 0);
    assert_int_equal(press(KF_KEY_ENTER).action, KF_START_DEMO);
    (void)press(KF_KEY_UP);
    view.port_count = 2;
    kf_start_relisted(&ui, 0, 2);
    (void)press(KF_KEY_DOWN);
    view.port_count = 1;
    kf_start_relisted(&ui, 2, 1); /* the chosen one has gone */
    assert_int_equal(press(KF_KEY_ENTER).action, KF_START_LOOK);
}

static void test_choices_lead_where_they_say(void **state)
{
    (void)state;
    struct kf_start_ask ask = press(KF_KEY_ENTER); /* the first port is chosen at the start */
    assert_int_equal(ask.action, KF_START_LIVE);
    assert_string_equal(ask.source, "/dev/ttyACM0");
    (void)press(KF_KEY_DOWN);
    assert_string_equal(press(KF_KEY_ENTER).source, "/dev/ttyUSB1");
    (void)press(KF_KEY_DOWN);
    assert_int_equal(press(KF_KEY_ENTER).action, KF_START_LOOK);
    (void)press(KF_KEY_DOWN);
    assert_int_equal(press(KF_KEY_ENTER).action, KF_START_DEMO);
    (void)press(KF_KEY_DOWN); /* over the heading */
    ask = press(KF_KEY_ENTER);
    assert_int_equal(ask.action, KF_START_REPLAY);
    assert_string_equal(ask.source, "/x/run.kfs");
    assert_int_equal(press('d').action, KF_START_DEMO);
    assert_int_equal(press('q').action, KF_START_QUIT);
    assert_int_equal(press(12).action, KF_START_REDRAW);
    assert_int_equal(press('y').action, KF_START_NONE);
}

static void test_athletes_turn(void **state)
{
    (void)state;
    (void)press(KF_KEY_HOME);
    assert_string_equal(kf_start_athlete(&ui, &view), "");
    (void)press(KF_KEY_RIGHT);
    assert_string_equal(kf_start_athlete(&ui, &view), "Ada");
    (void)press(KF_KEY_RIGHT);
    assert_string_equal(kf_start_athlete(&ui, &view), "Bo");
    (void)press(KF_KEY_RIGHT);
    assert_string_equal(kf_start_athlete(&ui, &view), "");
    (void)press(KF_KEY_LEFT);
    assert_string_equal(kf_start_athlete(&ui, &view), "Bo");
    view.athlete_count = 0; /* they are gone from the disk */
    assert_string_equal(kf_start_athlete(&ui, &view), "");
}

static void test_an_athlete_is_made(void **state)
{
    (void)state;
    (void)press('n');
    assert_true(ui.editing);
    for (int i = 0; i < 20; i++)
        (void)press(KF_KEY_DOWN);
    (void)press(KF_KEY_UP); /* store */
    assert_int_equal(press(KF_KEY_ENTER).action, KF_START_NONE);
    assert_non_null(strstr(ui.notice, "name"));
    ui.form.list.chosen = 1;
    (void)press(KF_KEY_ENTER);
    type("Bo q");
    (void)press(KF_KEY_ENTER);
    assert_string_equal(ui.draft.athlete_name, "Bo q");
    for (unsigned i = 1; i < 8; i++) { /* a height */
        ui.form.list.chosen = i;
        (void)press(KF_KEY_RIGHT);
    }
    assert_true(ui.draft.athlete_height_m > 1.5 && ui.draft.athlete_height_m < 2);
    for (int i = 0; i < 20; i++)
        (void)press(KF_KEY_DOWN);
    (void)press(KF_KEY_UP);
    assert_int_equal(press(KF_KEY_ENTER).action, KF_START_ATHLETE);
    (void)snprintf(view.athlete[1], KF_START_NAME, "Bo q");
    kf_start_saved(&ui, &view);
    assert_false(ui.editing);
    assert_string_equal(kf_start_athlete(&ui, &view), "Bo q");
    (void)press('n');
    assert_int_equal(press(KF_KEY_ESCAPE).action, KF_START_NONE); /* leaves the form, not the program */
    assert_false(ui.editing);
}

static void test_history_is_a_place_to_come_back_from(void **state)
{
    (void)state;
    assert_int_equal(press('H').action, KF_START_HISTORY);
    assert_true(ui.in_history);
    view.history.count = 3;
    for (int i = 0; i < 10; i++)
        (void)press(KF_KEY_DOWN);
    assert_int_equal(ui.scroll, 2);
    for (int i = 0; i < 10; i++)
        (void)press('k');
    assert_int_equal(ui.scroll, 0);
    (void)press(KF_KEY_LEFT); /* what is plotted goes round */
    assert_int_equal(ui.trend, KF_UI_TRENDS - 1);
    (void)press('l');
    assert_int_equal(ui.trend, 0);
    assert_int_equal(press('d').action, KF_START_NONE); /* nothing begins from here */
    assert_int_equal(press('q').action, KF_START_NONE);
    assert_false(ui.in_history);
    assert_int_equal(press('q').action, KF_START_QUIT);
}

/* Every size, with texts of strangers: rows keep their columns. */
static void test_it_fits_everywhere(void **state)
{
    char row[KF_GRID_MAX_COLUMNS * 4 + 1];
    (void)state;
    (void)snprintf(view.port[0].about, sizeof view.port[0].about,
                   "\x1b[31m\xe2\x80\xaegnp\xe6\x97\xa5\xe6\x9c\xac\xff");
    view.session_count = KF_START_ITEMS;
    view.port_count = KF_START_ITEMS;
    for (int columns = 1; columns < 200; columns += 7)
        for (int rows = 1; rows < 60; rows += 5) {
            grid.columns = columns;
            grid.rows = rows;
            grid.glyphs = KF_GLYPHS_BRAILLE;
            ui.editing = (columns + rows) % 3 == 1;
            ui.in_history = (columns + rows) % 3 == 2;
            view.history.count = (unsigned)rows % 3 * 32;
            (void)snprintf(view.history.session[31].athlete, 64, "\x1b[2J\xe2\x80\xae");
            kf_start_draw(&grid, &view, &ui);
            for (int y = 0; y < grid.rows; y++) {
                (void)kf_grid_row(&grid, y, row, sizeof row);
                assert_int_equal(kf_text_width(row), grid.columns);
                assert_null(strchr(row, '\x1b'));
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_ports_come_and_go, set_up),
        cmocka_unit_test_setup(test_choices_lead_where_they_say, set_up),
        cmocka_unit_test_setup(test_athletes_turn, set_up),
        cmocka_unit_test_setup(test_an_athlete_is_made, set_up),
        cmocka_unit_test_setup(test_history_is_a_place_to_come_back_from, set_up),
        cmocka_unit_test_setup(test_it_fits_everywhere, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
