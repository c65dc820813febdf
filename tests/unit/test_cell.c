/* test_cell.c - protects the grid from text that comes from outside, and the drawing everything else rests on: widths,
 * clipping, scales, the braille canvas and the block letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "ui/canvas.h"
#include "ui/font.h"
#include "ui/line.h"
#include "ui/screen.h"
#include "ui/text.h"

static struct kf_grid grid;

static void clean_is(const char *text, const char *expected)
{
    char out[64];

    assert_int_equal(kf_text_clean(out, sizeof out, text), strlen(expected));
    assert_string_equal(out, expected);
}

static void test_controls_are_stripped(void **state)
{
    (void)state;
    clean_is("plain", "plain");
    clean_is("\033[31mred\033[0m", "[31mred[0m");
    clean_is("a\r\n\tb\x7f\b\a", "ab");
    clean_is("\xc2\x9b"
             "31mC1",
             "31mC1");
    clean_is("\u202eevil\u2066\u200f", "evil");
    clean_is("e\u0301\u200d\ufe0f", "e");
    clean_is("non\u00a0breaking\u2003space", "non breaking space");
}

static void test_broken_utf8(void **state)
{
    (void)state;
    clean_is("\xff\xfe", "??");
    clean_is("\xc3", "?");
    clean_is("\xe2\x82", "??");
    clean_is("\xc0\xaf", "??");           /* over-long slash */
    clean_is("\xed\xa0\x80", "???");      /* a surrogate */
    clean_is("\xf4\x90\x80\x80", "????"); /* beyond Unicode */
    clean_is("\xf0\x9f\x8f\x83", "?");    /* a runner: of unsure width */
    clean_is("小林", "小林");
}

static void test_clean_cuts_whole_characters(void **state)
{
    char out[4];

    (void)state;
    assert_int_equal(kf_text_clean(out, sizeof out, "aä小"), 3);
    assert_string_equal(out, "aä");
    assert_int_equal(kf_text_clean(out, 1, "abc"), 0);
    assert_string_equal(out, "");
}

static void row_is(int y, const char *expected)
{
    char row[256];

    (void)kf_grid_row(&grid, y, row, sizeof row);
    assert_string_equal(row, expected);
    assert_int_equal(kf_text_width(row), grid.columns);
}

static void test_wide_characters_keep_columns(void **state)
{
    (void)state;
    kf_grid_init(&grid, 6, 1, KF_GLYPHS_BRAILLE);
    assert_int_equal(kf_grid_text(&grid, 0, 0, 6, kf_pen(KF_ROLE_TEXT), "a小林b"), 6);
    row_is(0, "a小林b");
    kf_grid_put(&grid, 2, 0, kf_pen(KF_ROLE_TEXT), 'x'); /* the right half of the first */
    row_is(0, "a x林b");
    kf_grid_put(&grid, 3, 0, kf_pen(KF_ROLE_TEXT), 'y'); /* the left half of the second */
    row_is(0, "a xy b");
    kf_grid_put(&grid, 5, 0, kf_pen(KF_ROLE_TEXT), 0x5c0f); /* no room for its right half */
    row_is(0, "a xy  ");
    kf_grid_init(&grid, 4, 1, KF_GLYPHS_BRAILLE);
    assert_int_equal(kf_grid_text(&grid, 0, 0, 4, kf_pen(KF_ROLE_TEXT), "小林小"), 3);
    row_is(0, "小… ");
}

static void test_ascii_level(void **state)
{
    (void)state;
    kf_grid_init(&grid, 10, 1, KF_GLYPHS_ASCII);
    kf_grid_text(&grid, 0, 0, 10, kf_pen(KF_ROLE_TEXT), "○●·─│é小x…");
    row_is(0, "oX.-|e??x~");
}

static void test_drawing_is_clipped(void **state)
{
    (void)state;
    kf_grid_init(&grid, 3, 2, KF_GLYPHS_BRAILLE);
    kf_grid_text(&grid, -2, 0, 5, kf_pen(KF_ROLE_TEXT), "abcde");
    kf_grid_text(&grid, 0, 2, 5, kf_pen(KF_ROLE_TEXT), "below");
    kf_grid_fill(&grid, kf_rect(2, -5, 1 << 20, 1 << 20), kf_pen(KF_ROLE_TEXT), '#');
    row_is(0, "cd#");
    row_is(1, "  #");
    kf_grid_init(&grid, 100000, -3, KF_GLYPHS_BRAILLE);
    assert_int_equal(grid.columns, KF_GRID_MAX_COLUMNS);
    assert_int_equal(grid.rows, 0);
}

static void test_numbers(void **state)
{
    char out[KF_NUMBER_MAX];

    (void)state;
    kf_text_number(out, 7, 3, 1, .0123);
    assert_string_equal(out, " +0.012");
    kf_text_number(out, 6, 2, 1, -.0001);
    assert_string_equal(out, " +0.00");
    kf_text_number(out, 4, 0, 0, NAN);
    assert_string_equal(out, "   -");
    kf_text_number(out, 4, 1, 0, 12345.6);
    assert_string_equal(out, "####");
    kf_text_number(out, 4, 1, 0, -INFINITY);
    assert_string_equal(out, "####");
    kf_text_clock(out, 3723.4, 1);
    assert_string_equal(out, "1:02:03");
    kf_text_clock(out, 62.3, 1);
    assert_string_equal(out, "01:02.3");
    kf_text_clock(out, NAN, 0);
    assert_string_equal(out, "--:--");
}

static void test_scale(void **state)
{
    (void)state;
    assert_int_equal(kf_scale_cell(0, 0, 1, 10), 0);
    assert_int_equal(kf_scale_cell(.55, 0, 1, 10), 5);
    assert_int_equal(kf_scale_cell(1e300, 0, 1, 10), 9);
    assert_int_equal(kf_scale_cell(-5, 0, 1, 10), 0);
    assert_int_equal(kf_scale_cell(NAN, 0, 1, 10), -1);
    assert_int_equal(kf_scale_cell(1, 1, 1, 10), -1);
    assert_int_equal(kf_scale_cell(1, 2, 0, 10), -1);
    assert_int_equal(kf_scale_cell(INFINITY, 0, 1, 10), -1);
}

/* Each of braille's eight dots is where the standard puts it. */
static void test_braille_dots(void **state)
{
    static const uint32_t expected[4][2] = {{0x2801, 0x2808}, {0x2802, 0x2810}, {0x2804, 0x2820}, {0x2840, 0x2880}};
    static struct kf_canvas canvas;

    (void)state;
    for (int row = 0; row < 4; row++)
        for (int column = 0; column < 2; column++) {
            kf_grid_init(&grid, 1, 1, KF_GLYPHS_BRAILLE);
            kf_canvas_init_chart(&canvas, kf_rect(0, 0, 1, 1), KF_GLYPHS_BRAILLE, 0, 1, 0, 3);
            kf_canvas_dot(&canvas, kf_pen(KF_ROLE_TEXT), column, 3 - row);
            kf_canvas_show(&canvas, &grid);
            assert_int_equal(grid.cell[0][0].code, expected[row][column]);
        }
}

static void draw_cross(enum kf_glyphs glyphs, const char *top, const char *bottom)
{
    static struct kf_canvas canvas;

    kf_grid_init(&grid, 2, 2, glyphs);
    kf_canvas_init_chart(&canvas, kf_rect(0, 0, 2, 2), glyphs, 0, 1, 0, 1);
    kf_canvas_line(&canvas, kf_pen(KF_ROLE_TEXT), 0, 1, 1, 1);
    kf_canvas_line(&canvas, kf_pen(KF_ROLE_TEXT), -1e9, 0, 1e9, 0); /* clipped, not stepped through */
    kf_canvas_line(&canvas, kf_pen(KF_ROLE_TEXT), NAN, 0, 1, 1);
    kf_canvas_show(&canvas, &grid);
    row_is(0, top);
    row_is(1, bottom);
}

static void test_canvas_lines(void **state)
{
    (void)state;
    draw_cross(KF_GLYPHS_BRAILLE, "⠉⠉", "⣀⣀");
    draw_cross(KF_GLYPHS_BLOCKS, "▀▀", "▄▄");
    draw_cross(KF_GLYPHS_ASCII, "--", "--");
}

static void test_letters(void **state)
{
    static const char cue[] = "Reduce hamstring drive";
    struct kf_font_size size;
    int rows;

    (void)state;
    size = kf_font_fit(cue, 98, 5, KF_GLYPHS_BRAILLE, &rows);
    assert_int_equal(size.sx, 1);
    assert_int_equal(size.sy, 2);
    assert_int_equal(rows, 5);
    size = kf_font_fit(cue, 40, 9, KF_GLYPHS_BRAILLE, &rows);
    assert_int_equal(size.sy, 1);
    assert_int_equal(rows, 9);
    assert_int_equal(kf_font_fit(cue, 39, 50, KF_GLYPHS_BRAILLE, &rows).sx, 0);
    assert_int_equal(kf_font_fit(cue, 40, 9, KF_GLYPHS_ASCII, &rows).sx, 0);
    assert_int_equal(kf_font_fit("小林", 200, 50, KF_GLYPHS_BRAILLE, &rows).sx, 0);
    assert_int_equal(kf_font_fit("", 200, 50, KF_GLYPHS_BRAILLE, &rows).sx, 0);
    assert_true(kf_font_fit("réduis", 200, 50, KF_GLYPHS_BRAILLE, &rows).sx > 1);
    kf_grid_init(&grid, 4, 3, KF_GLYPHS_BRAILLE);
    kf_font_draw(&grid, kf_rect(0, 0, 4, 3), (struct kf_font_size){1, 1}, kf_pen(KF_ROLE_CUE), 0, "L");
    row_is(0, "█   ");
    row_is(2, "▀▀▀ ");
}

/* Lines: each stride and cue once, safe, whole lines, in small pages, too. */
static void test_line_news(void **state)
{
    static struct kf_view view;
    struct kf_line line;
    char out[512];
    unsigned strides = 0, cues = 0;

    (void)state;
    kf_line_init(&line);
    memset(&view, 0, sizeof view);
    memcpy(view.source, "sim\033[2J", 8);
    view.link = KF_LINK_OK;
    view.t_s = 30;
    for (unsigned i = 0; i < 20; i++) {
        view.stride[i].id = i + 1;
        view.stride[i].leg = i % 2 ? KF_RIGHT : KF_LEFT;
        view.stride[i].t_s = i;
        view.stride[i].drive_nm_kg = NAN;
    }
    view.stride_count = 20;
    view.cue.shown = true;
    memcpy(view.cue.text, "Reduce", 7);
    while (kf_line_news(&line, &view, out, sizeof out)) {
        assert_int_equal(out[strlen(out) - 1], '\n');
        assert_null(strchr(out, '\033'));
        for (const char *at = out; (at = strstr(at, "drive")) != NULL; at++)
            strides++;
        cues += strstr(out, "CUE: Reduce") != NULL;
    }
    assert_int_equal(strides, 20);
    assert_int_equal(cues, 1);
    view.link = KF_LINK_STALE;
    assert_true(kf_line_news(&line, &view, out, sizeof out) > 0);
    assert_non_null(strstr(out, "no data"));
    assert_int_equal(kf_line_news(&line, &view, out, sizeof out), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_controls_are_stripped),
        cmocka_unit_test(test_broken_utf8),
        cmocka_unit_test(test_clean_cuts_whole_characters),
        cmocka_unit_test(test_wide_characters_keep_columns),
        cmocka_unit_test(test_ascii_level),
        cmocka_unit_test(test_drawing_is_clipped),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_braille_dots),
        cmocka_unit_test(test_canvas_lines),
        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_line_news),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
