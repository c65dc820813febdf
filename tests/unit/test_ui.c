/* test_ui.c - protects the parts a screen is worked with: the key table, typing, lists, forms, prompts, clicks, units
 * and themes; and that the man page's list of keys is the table's. All pure: no terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/screen.h"
#include "ui/text.h"

static struct kf_grid grid;
static struct kf_view view;
static struct kf_ui ui;

static int set_up(void **state)
{
    (void)state;
    memset(&view, 0, sizeof view);
    kf_ui_init(&ui);
    return 0;
}

static enum kf_action press(uint32_t key)
{
    return kf_ui_key(&ui, &view, key).action;
}

/* No key means two things in one place, and every key has its words. */
static void test_key_table(void **state)
{
    (void)state;
    for (unsigned i = 0; i < kf_key_count; i++) {
        const struct kf_key_row *a = &kf_keys[i];
        assert_true(a->name[0] && a->help[0] && a->action != KF_ACTION_NONE && a->where && a->screens);
        for (unsigned j = 0; j < i; j++) {
            const struct kf_key_row *b = &kf_keys[j];
            if (!(a->where & b->where) || !(a->screens & b->screens))
                continue;
            assert_int_not_equal(a->key, b->key);
            assert_int_not_equal(a->key, b->other);
            assert_true(!a->other || (a->other != b->key && a->other != b->other));
        }
    }
    assert_int_equal(kf_key_find(KF_KEY_LEFT, KF_WHERE_REPLAY, KF_SCREEN_LIVE)->action, KF_ACTION_SEEK);
    assert_null(kf_key_find(KF_KEY_LEFT, KF_WHERE_LIVE, KF_SCREEN_LIVE));
    assert_null(kf_key_find(KF_KEY_UP, KF_WHERE_LIVE, KF_SCREEN_LIVE));
    assert_null(kf_key_find(0, KF_WHERE_ALL, KF_SCREEN_LIVE));
    assert_int_equal(kf_key_find('7', KF_WHERE_LIVE, KF_SCREEN_HELP)->action, KF_ACTION_SCREEN);
}

/* A stream of the second pod is chosen, turned to a site of its own kind, and asked for; Escape asks for nothing. */
static void test_a_stream_is_given_a_site(void **state)
{
    struct kf_ask ask;
    (void)state;
    ui.screen = KF_SCREEN_LINK;
    assert_false(kf_screens[KF_SCREEN_LINK].key(&ui, &view, KF_KEY_ENTER, 0, &ask)); /* nothing to choose */
    view.pod_count = 2;
    view.pods[0].stream_count = 1;
    view.pods[1].stream_count = 2;
    view.pods[1].stream[0] = (struct kf_view_stream){.site = KF_SITE_NONE, .kind = KF_KIND_IMU6};
    view.pods[1].stream[1] = (struct kf_view_stream){.site = KF_SITE_GLUTEUS_R, .kind = KF_KIND_EMG};
    assert_int_equal(press(KF_KEY_DOWN), KF_ACTION_NONE);
    assert_int_equal(ui.wear.list.chosen, 1);
    assert_int_equal(press(KF_KEY_ENTER), KF_ACTION_NONE);
    assert_int_equal(press(KF_KEY_LEFT), KF_ACTION_NONE);
    assert_int_equal(ui.wear.site, KF_SITE_FOOT_R);
    assert_int_equal(press('l'), KF_ACTION_NONE);
    assert_int_equal(ui.wear.site, KF_SITE_NONE);
    assert_int_equal(press(KF_KEY_RIGHT), KF_ACTION_NONE);
    ask = kf_ui_key(&ui, &view, KF_KEY_ENTER);
    assert_int_equal(ask.action, KF_ACTION_SITE);
    assert_int_equal(ask.index, 1);
    assert_true(ask.value == 0);
    assert_string_equal(ask.text, "trunk");
    assert_int_equal(press(KF_KEY_DOWN), KF_ACTION_NONE);
    assert_int_equal(press(KF_KEY_ENTER), KF_ACTION_NONE);
    assert_int_equal(press(KF_KEY_RIGHT), KF_ACTION_NONE);
    assert_int_equal(ui.wear.site, KF_SITE_NONE); /* the last muscle */
    assert_int_equal(press(KF_KEY_ESCAPE), KF_ACTION_NONE);
    assert_false(ui.wear.turning);
    assert_int_equal(ui.screen, KF_SCREEN_LINK);
    view.pod_count = 0; /* the pods have gone meanwhile */
    assert_int_equal(press(KF_KEY_ENTER), KF_ACTION_NONE);
}

static void test_screens_and_back(void **state)
{
    (void)state;
    assert_int_equal(press('w'), KF_ACTION_NONE);
    assert_int_equal(ui.screen, KF_SCREEN_WHY);
    assert_int_equal(press('q'), KF_ACTION_NONE); /* back, not out */
    assert_int_equal(ui.screen, KF_SCREEN_LIVE);
    assert_int_equal(press(KF_KEY_ESCAPE), KF_ACTION_NONE); /* never out */
    assert_int_equal(press(' '), KF_ACTION_NONE);
    assert_true(ui.frozen);
    assert_int_equal(press('q'), KF_ACTION_QUIT);
    view.replay = true;
    assert_int_equal(press(' '), KF_ACTION_PAUSE);
    for (unsigned i = 0; i < KF_SCREEN_COUNT; i++) {
        (void)press('1' + i);
        assert_int_equal(ui.screen, i);
    }
    (void)press('9');
    assert_int_equal(ui.screen, KF_SCREEN_COUNT - 1); /* the last one */
    (void)press(KF_KEY_TAB);
    assert_int_equal(ui.screen, KF_SCREEN_LIVE);
    (void)press(KF_KEY_BACKTAB);
    assert_int_equal(ui.screen, KF_SCREEN_COUNT - 1);
}

static void type(struct kf_entry *entry, const char *text)
{
    int width;
    uint32_t code;

    while ((code = kf_text_next(&text, &width)) != 0)
        assert_int_equal(kf_entry_key(entry, code), KF_ENTRY_TAKEN);
}

static void test_typing(void **state)
{
    struct kf_entry entry;

    (void)state;
    kf_entry_init(&entry, "a\033b");
    assert_string_equal(entry.text, "ab");
    type(&entry, "ü小");
    (void)kf_entry_key(&entry, KF_KEY_LEFT);
    (void)kf_entry_key(&entry, KF_KEY_BACKSPACE);
    assert_string_equal(entry.text, "ab小");
    (void)kf_entry_key(&entry, KF_KEY_DELETE);
    (void)kf_entry_key(&entry, KF_KEY_DELETE);
    assert_string_equal(entry.text, "ab");
    type(&entry, " two words");
    (void)kf_entry_key(&entry, 23);
    assert_string_equal(entry.text, "ab two ");
    (void)kf_entry_key(&entry, KF_KEY_HOME);
    (void)kf_entry_key(&entry, KF_KEY_BACKSPACE);
    type(&entry, "x");
    assert_string_equal(entry.text, "xab two ");
    (void)kf_entry_key(&entry, 0x202e); /* turns the line round in a terminal that believes it */
    assert_string_equal(entry.text, "xab two ");
    for (int i = 0; i < 300; i++)
        (void)kf_entry_key(&entry, 0x5c0f);
    assert_true(strlen(entry.text) < KF_ENTRY_MAX);
    assert_int_equal(strlen(entry.text) % 3, 8 % 3); /* whole characters */
    assert_int_equal(kf_entry_key(&entry, KF_KEY_UP), KF_ENTRY_IGNORED);
    assert_int_equal(kf_entry_key(&entry, KF_KEY_ENTER), KF_ENTRY_DONE);
    assert_int_equal(kf_entry_key(&entry, KF_KEY_ESCAPE), KF_ENTRY_CANCEL);
}

/* However long the text and narrow the field, the cursor is in it. */
static void test_cursor_in_sight(void **state)
{
    struct kf_entry entry;

    (void)state;
    kf_entry_init(&entry, "");
    type(&entry, "a long 小林 note");
    for (int width = 1; width < 20; width++)
        for (int step = 0; step < 16; step++) {
            int cursors = 0;
            kf_grid_init(&grid, 30, 1, KF_GLYPHS_BRAILLE);
            kf_entry_draw(&grid, 3, 0, width, kf_pen(KF_ROLE_TEXT), &entry);
            for (int x = 0; x < 30; x++)
                if (grid.cell[0][x].pen.attr & KF_ATTR_REVERSE) {
                    assert_in_range(x, 3, 2 + width + 1);
                    cursors += grid.cell[0][x].code != 0;
                }
            assert_int_equal(cursors, 1);
            (void)kf_entry_key(&entry, step < 15 ? KF_KEY_LEFT : KF_KEY_END);
        }
}

static void test_list(void **state)
{
    struct kf_list list = {99};

    (void)state;
    assert_true(kf_list_key(&list, 10, 4, KF_KEY_UP, 0));
    assert_int_equal(list.chosen, 8);
    assert_true(kf_list_key(&list, 10, 4, KF_KEY_PAGE_UP, 0));
    assert_int_equal(list.chosen, 5);
    assert_true(kf_list_key(&list, 10, 4, KF_KEY_PICK, 2));
    assert_int_equal(list.chosen, 2);
    assert_true(kf_list_key(&list, 10, 4, KF_KEY_PICK, 1e99));
    assert_int_equal(list.chosen, 9);
    assert_false(kf_list_key(&list, 10, 4, 'z', 0));
    for (unsigned count = 0; count < 12; count++)
        for (unsigned rows = 1; rows < 12; rows++)
            for (list.chosen = 0; list.chosen < count; list.chosen++) {
                unsigned first = kf_list_first(&list, count, rows);
                assert_true(first <= list.chosen && list.chosen < first + rows);
                assert_true(first == 0 || first + rows <= count);
            }
    assert_true(kf_list_key(&list, 0, 4, KF_KEY_DOWN, 0));
    assert_int_equal(list.chosen, 0);
}

static void test_form(void **state)
{
    static const struct kf_field fields[] = {{KF_FIELD_HEADING, "verdict", "", "", ""},
                                             {KF_FIELD_STEPS, "limit", "0.02", "Nm/kg", ""},
                                             {KF_FIELD_CHOICE, "mode", "faded", "", "changed"},
                                             {KF_FIELD_BUTTON, "save", "", "", ""}};
    struct kf_form form = {0};

    (void)state;
    assert_int_equal(kf_form_key(&form, fields, 4, 4, KF_KEY_RIGHT, 0), KF_FORM_IGNORED);
    assert_int_equal(kf_form_key(&form, fields, 4, 4, KF_KEY_DOWN, 0), KF_FORM_TAKEN);
    assert_int_equal(kf_form_key(&form, fields, 4, 4, KF_KEY_RIGHT, 0), KF_FORM_MORE);
    assert_int_equal(kf_form_key(&form, fields, 4, 4, KF_KEY_ENTER, 0), KF_FORM_TAKEN);
    assert_int_equal(kf_form_key(&form, fields, 4, 4, 'q', 0), KF_FORM_TAKEN); /* typed, not obeyed */
    kf_grid_init(&grid, 60, 4, KF_GLYPHS_BRAILLE);
    kf_form_draw(&grid, kf_rect(0, 0, 60, 4), &form, fields, 4);
    assert_int_equal(kf_form_key(&form, fields, 4, 4, KF_KEY_ENTER, 0), KF_FORM_SET);
    assert_string_equal(form.entry.text, "0.02q");
    assert_int_equal(kf_form_key(&form, fields, 4, 4, KF_KEY_PICK, 2), KF_FORM_TAKEN);
    assert_int_equal(kf_form_key(&form, fields, 4, 4, KF_KEY_LEFT, 0), KF_FORM_LESS);
    assert_int_equal(kf_form_key(&form, fields, 4, 4, KF_KEY_DOWN, 0), KF_FORM_TAKEN);
    assert_int_equal(kf_form_key(&form, fields, 4, 4, KF_KEY_ENTER, 0), KF_FORM_PRESS);
    assert_int_equal(kf_form_key(&form, fields, 4, 4, 'q', 0), KF_FORM_IGNORED);
}

/* A note is typed over all keys; its mark is of the moment the key was pressed. */
static void test_note(void **state)
{
    struct kf_ask ask;

    (void)state;
    view.t_s = 12.5;
    assert_int_equal(press('m'), KF_ACTION_NONE);
    view.t_s = 17;
    assert_int_equal(press('q'), KF_ACTION_NONE);
    assert_int_equal(press('x'), KF_ACTION_NONE);
    ask = kf_ui_key(&ui, &view, KF_KEY_ENTER);
    assert_int_equal(ask.action, KF_ACTION_MARK);
    assert_string_equal(ask.text, "qx");
    assert_true(ask.value == 12.5);
    assert_int_equal(press('m'), KF_ACTION_NONE);
    assert_int_equal(press(KF_KEY_ESCAPE), KF_ACTION_NONE);
    assert_int_equal(ui.prompt.kind, KF_PROMPT_NONE);
    assert_int_equal(press('x'), KF_ACTION_MUTE);
}

static void test_quit_asks_while_recording(void **state)
{
    (void)state;
    view.recording = KF_RECORDING_ON;
    assert_int_equal(press('q'), KF_ACTION_NONE);
    assert_int_equal(press('n'), KF_ACTION_NONE);
    assert_int_equal(press('q'), KF_ACTION_NONE);
    assert_int_equal(press('x'), KF_ACTION_NONE); /* no answer */
    assert_int_equal(press('y'), KF_ACTION_QUIT);
}

static void test_align_asks(void **state)
{
    (void)state;
    assert_int_equal(press('a'), KF_ACTION_NONE);
    assert_int_equal(ui.screen, KF_SCREEN_ALIGN);
    assert_int_equal(press('a'), KF_ACTION_NONE);
    assert_int_equal(press('y'), KF_ACTION_ALIGN);
}

/* What was drawn decides what is clicked. */
static void test_clicks(void **state)
{
    struct kf_ask ask;
    double value = 0;

    (void)state;
    kf_grid_init(&grid, 120, 40, KF_GLYPHS_BRAILLE);
    kf_screen_draw(&grid, &view, &ui);
    for (int x = 0; x < 120; x++)
        if (kf_grid_hot_at(&grid, x, 1, &value) == (uint32_t)'1' + KF_SCREEN_HELP)
            (void)kf_ui_click(&ui, &view, &grid, x, 1);
    assert_int_equal(ui.screen, KF_SCREEN_HELP);
    kf_grid_init(&grid, 120, 40, KF_GLYPHS_BRAILLE);
    kf_grid_hot(&grid, kf_rect(10, 5, 101, 1), KF_KEY_SEEK, 0, 50);
    kf_grid_hot(&grid, kf_rect(30, 5, 3, 1), 'w', 0, 0);
    view.replay = true;
    ask = kf_ui_click(&ui, &view, &grid, 60, 5);
    assert_int_equal(ask.action, KF_ACTION_SEEK_TO);
    assert_true(fabs(ask.value - 25) < 1e-9);
    (void)kf_ui_click(&ui, &view, &grid, 31, 5);
    assert_int_equal(ui.screen, KF_SCREEN_WHY);
    assert_int_equal(kf_ui_click(&ui, &view, &grid, -1, -1).action, KF_ACTION_NONE);
    for (int i = 0; i < 2 * KF_GRID_HOTS; i++)
        kf_grid_hot(&grid, kf_rect(0, 0, 1, 1), 'w', 0, 0);
}

/* A key that does nothing here says why, and what the screen would not show at once is said. */
static void test_every_key_answers(void **state)
{
    (void)state;
    for (int replay = 0; replay < 2; replay++) {
        view.replay = replay == 1;
        for (uint32_t key = '!'; key < 0x7f; key++) {
            kf_ui_init(&ui);
            const enum kf_action action = press(key);
            if (action == KF_ACTION_NONE && ui.screen == KF_SCREEN_LIVE && ui.prompt.kind == KF_PROMPT_NONE &&
                key != '1')
                assert_true(ui.notice[0]);
        }
    }
    kf_ui_init(&ui);
    (void)press('r');
    assert_string_equal(ui.notice, "r works in: live");
    (void)press('u');
    assert_string_equal(ui.notice, "speeds in km/h");
    (void)press('x');
    assert_string_equal(ui.notice, "");
}

static bool drawn(const char *text)
{
    char row[KF_GRID_MAX_COLUMNS * 4 + 1];
    for (int y = 0; y < grid.rows; y++) {
        (void)kf_grid_row(&grid, y, row, sizeof row);
        if (strstr(row, text))
            return true;
    }
    return false;
}

static void draw(int columns, int rows)
{
    kf_grid_init(&grid, columns, rows, KF_GLYPHS_BRAILLE);
    kf_screen_draw(&grid, &view, &ui);
    kf_ui_settle(&ui, &grid);
}

/* On the smallest screen every number can be reached, and beyond the end one key back moves at once. */
static void test_why_in_pages(void **state)
{
    (void)state;
    view.stride_count = 2;
    view.stride[1].id = 7;
    ui.screen = KF_SCREEN_WHY;
    draw(40, 12);
    assert_true(drawn("drive") && !drawn("said after"));
    assert_true(drawn("PgDn more"));
    for (int i = 0; i < 9; i++) {
        (void)press(KF_KEY_PAGE_DOWN);
        draw(40, 12);
    }
    assert_true(drawn("said after") && !drawn("drive "));
    (void)press(KF_KEY_PAGE_UP);
    draw(40, 12);
    assert_false(drawn("said after"));
    assert_true(drawn("swing 7"));
    for (int i = 0; i < 9; i++) {
        (void)press(KF_KEY_DOWN);
        draw(40, 12);
    }
    assert_true(drawn("swing 0"));
    (void)press('k');
    draw(40, 12);
    assert_true(drawn("swing 7"));
    draw(120, 50); /* there all fits */
    assert_int_equal(ui.paged, 0);
}

static void speed_is(enum kf_units units, double mps, const char *expected)
{
    char out[KF_NUMBER_MAX];

    kf_units_speed(out, units, mps);
    assert_string_equal(out, expected);
}

static void test_units(void **state)
{
    (void)state;
    speed_is(KF_UNITS_MPS, 3.96, "3.96 m/s");
    speed_is(KF_UNITS_KMH, 3.96, "14.3 km/h");
    speed_is(KF_UNITS_PACE, 3.96, "4:13 min/km");
    speed_is(KF_UNITS_PACE, 0, "-");
    speed_is(KF_UNITS_PACE, -1e300, "-");
    speed_is(KF_UNITS_MPS, NAN, "-");
    (void)press('u');
    assert_int_equal(ui.units, KF_UNITS_KMH);
    assert_true(fabs(kf_ui_key(&ui, &view, '-').value + .1 / 3.6) < 1e-12);
}

/* Without colour a theme leaves attributes, and no two verdicts differ by colour alone where there is one. */
static void test_themes(void **state)
{
    (void)state;
    for (int theme = 0; theme < KF_THEME_COUNT; theme++)
        for (int colours = KF_COLOURS_NONE; colours <= KF_COLOURS_DIRECT; colours++) {
            struct kf_look a = kf_theme_look((enum kf_theme)theme, (enum kf_colours)colours, kf_pen(KF_ROLE_PASSIVE));
            struct kf_look b = kf_theme_look((enum kf_theme)theme, (enum kf_colours)colours, kf_pen(KF_ROLE_PULLED));
            assert_true(a.fg != b.fg || a.attr != b.attr);
            if (theme == KF_THEME_PLAIN || colours == KF_COLOURS_NONE)
                assert_true(a.fg == -1 && b.fg == -1);
        }
    assert_int_equal(kf_theme_look(KF_THEME_SAFE, KF_COLOURS_DIRECT, kf_pen(KF_ROLE_PULLED)).fg, 0xff8700);
    assert_string_equal(kf_theme_name(KF_THEME_CONTRAST), "contrast");
}

/* ---- the man page ---- */

static char page[256 * 1024], expected[32 * 1024];

static void add(const char *text)
{
    assert_true(strlen(expected) + strlen(text) < sizeof expected);
    strcat(expected, text);
}

/* roff: a backslash and a minus at the beginning of a word need care; everything here is plain otherwise. */
static void add_escaped(const char *text)
{
    static const struct {
        const char *is, *roff;
    } table[] = {{"←", "\\(<-"}, {"→", "\\(->"}, {"↑", "\\(ua"}, {"↓", "\\(da"},
                 {"…", "..."},   {"-", "\\-"},   {"'", "\\(aq"}};

    while (*text) {
        char one[2] = {*text, '\0'};
        size_t i = 0, count = sizeof table / sizeof table[0];
        while (i < count && strncmp(text, table[i].is, strlen(table[i].is)) != 0)
            i++;
        add(i < count ? table[i].roff : one);
        text += i < count ? strlen(table[i].is) : 1;
    }
}

static void list_keys(void)
{
    char where[64];

    expected[0] = '\0';
    for (unsigned i = 0; i < kf_key_count; i++) {
        kf_key_where_text(&kf_keys[i], where, sizeof where);
        add(".TP\n.B ");
        add_escaped(kf_keys[i].name);
        add("\n");
        add_escaped(kf_keys[i].help);
        add(" (");
        add(where);
        add(").\n");
    }
}

/* KF_MAN_UPDATE=1 rewrites the list. */
static void test_man_page(void **state)
{
    static const char path[] = KF_SRCDIR "/man/kneefold.1", from[] = ".\\\" keys: begin\n", to[] = ".\\\" keys: end\n";
    FILE *file = fopen(path, "r");
    char *begin, *end;

    (void)state;
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    (void)fclose(file);
    begin = strstr(page, from);
    end = strstr(page, to);
    assert_true(begin && end && begin < end);
    begin += sizeof from - 1;
    list_keys();
    if (getenv("KF_MAN_UPDATE")) {
        file = fopen(path, "w");
        assert_non_null(file);
        (void)fprintf(file, "%.*s%s%s", (int)(begin - page), page, expected, end);
        assert_int_equal(fclose(file), 0);
        return;
    }
    if ((size_t)(end - begin) != strlen(expected) || memcmp(begin, expected, strlen(expected)) != 0)
        fail_msg("man/kneefold.1 does not list the keys of src/ui/keys.c: run make update-keys");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_table),
        cmocka_unit_test_setup(test_a_stream_is_given_a_site, set_up),
        cmocka_unit_test_setup(test_screens_and_back, set_up),
        cmocka_unit_test(test_typing),
        cmocka_unit_test(test_cursor_in_sight),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_form),
        cmocka_unit_test_setup(test_note, set_up),
        cmocka_unit_test_setup(test_quit_asks_while_recording, set_up),
        cmocka_unit_test_setup(test_align_asks, set_up),
        cmocka_unit_test_setup(test_clicks, set_up),
        cmocka_unit_test_setup(test_every_key_answers, set_up),
        cmocka_unit_test_setup(test_why_in_pages, set_up),
        cmocka_unit_test_setup(test_units, set_up),
        cmocka_unit_test(test_themes),
        cmocka_unit_test(test_man_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
