/* test_frames.c - protects what the screen costs its terminal, over ssh as well: a minute of the demo, every frame in
 * one write, and no more bytes than were promised: 20 kB/s at 120 x 40 and 10 kB/s at 80 x 24, at 20 frames a second.
 * Time is invented and the runner seeded, so the bytes are the same each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "frames.h"

enum { FRAMES = 60 * FRAMES_HZ };

static struct frames frames; /* half a megabyte: not for the stack */

/* Calls of write by term.c that reach a terminal, counted by the linker's --wrap. Curses' own are seen by what they
 * add to the bytes. */
ssize_t __real_write(int fd, const void *bytes, size_t count);
ssize_t __wrap_write(int fd, const void *bytes, size_t count);
static unsigned writes;
static size_t written;

ssize_t __wrap_write(int fd, const void *bytes, size_t count)
{
    const ssize_t result = __real_write(fd, bytes, count);
    if (result > 0 && isatty(fd) == 1) {
        writes += (size_t)result == count; /* of one that the kernel took half, the other half is no second write */
        written += (size_t)result;
    }
    return result;
}

struct cost {
    unsigned frames, torn; /* torn: in more than one write */
    double bytes_a_frame;
    size_t written, taken;
};

/* The first frame, which is the whole screen, is not among them. */
static struct cost minute(int columns, int rows, enum kf_screen_id screen)
{
    struct cost cost = {0};
    frames_open(&frames, "sim:demo", columns, rows);
    frames.ui.screen = screen;
    frames_pass(&frames);
    frames_show(&frames);
    frames_take_first(&frames);
    const size_t first = frames.count;
    written = 0;
    for (int i = 1; i < FRAMES; i++) {
        frames_pass(&frames);
        writes = 0;
        frames_show(&frames);
        (void)frames_take(&frames, first + written);
        cost.frames += writes > 0;
        cost.torn += writes > 1;
    }
    cost.written = written;
    cost.taken = frames.count - first;
    cost.bytes_a_frame = (double)cost.taken / (FRAMES - 1);
    frames_close(&frames);
    return cost;
}

static void costs_at_most(int columns, int rows, enum kf_screen_id screen, double most)
{
    const struct cost cost = minute(columns, rows, screen);
    print_message("%3d x %2d %-9s %6.1f bytes a frame, %4.1f kB/s; at most %.0f\n", columns, rows,
                  kf_screens[screen].name, cost.bytes_a_frame, cost.bytes_a_frame * FRAMES_HZ * 1e-3, most);
    assert_int_equal(cost.torn, 0);
    assert_int_equal(cost.taken, cost.written);
    assert_true(cost.frames > FRAMES / 10); /* at 40 x 12 little moves */
    assert_true(cost.bytes_a_frame <= most);
}

static void test_the_main_screen_stays_within_its_bytes(void **state)
{
    (void)state;
    costs_at_most(120, 40, KF_SCREEN_LIVE, 1000);
    costs_at_most(100, 30, KF_SCREEN_LIVE, 750);
    costs_at_most(80, 24, KF_SCREEN_LIVE, 500);
    costs_at_most(40, 12, KF_SCREEN_LIVE, 250);
}

static void test_other_screens_cost_less(void **state)
{
    (void)state;
    for (unsigned screen = KF_SCREEN_LIVE + 1; screen < KF_SCREEN_COUNT; screen++) {
        const struct cost cost = minute(120, 40, (enum kf_screen_id)screen);
        print_message("%-9s %6.1f bytes a frame\n", kf_screens[screen].name, cost.bytes_a_frame);
        assert_int_equal(cost.torn, 0);
        assert_int_equal(cost.taken, cost.written);
        assert_true(cost.bytes_a_frame <= 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_main_screen_stays_within_its_bytes),
        cmocka_unit_test(test_other_screens_cost_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
