/* test_term.c - protects the terminal: one write a frame, everything restored at the end, a terminal that stops reading
 * delays nobody for long and gets the newest frame, a hang-up is noticed, and what is no screen is refused.
 *
 * The program under test runs in a child on a pseudo-terminal; the parent is the terminal. No clock is asserted. */
#include "config.h"
#include "core/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "ui/keys.h"
#include "ui/term.h"
#include "ui/term_out.h"
#include "ui/text.h"

static struct kf_grid grid;
static char seen[1 << 20];
static size_t seen_count;
static struct termios fresh; /* the terminal's settings before the program had it */

/* Runs `program` in a child on a terminal of 80x24; returns the terminal's side. */
static int start(const char *term, int (*program)(void), pid_t *pid, int *slave_out)
{
    struct winsize size = {24, 80, 0, 0};
    int master, slave;

    assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
    assert_int_equal(tcgetattr(slave, &fresh), 0);
    *pid = fork();
    assert_true(*pid >= 0);
    if (*pid == 0) {
        (void)setenv("TERM", term, 1);
        (void)setenv("LC_ALL", "C.UTF-8", 1);
        (void)unsetenv("NO_COLOR");
        (void)close(master);
        _exit(login_tty(slave) == 0 ? program() : 99);
    }
    *slave_out = slave; /* keeps the settings readable after the child's end */
    seen_count = 0;
    return master;
}

/* Reads until the text has been seen. */
static void read_until(int master, const char *text)
{
    for (;;) {
        ssize_t count;
        seen[seen_count] = '\0';
        if (memmem(seen, seen_count, text, strlen(text)))
            return;
        count = read(master, seen + seen_count, sizeof seen - 1 - seen_count);
        assert_true(count > 0);
        seen_count += (size_t)count;
    }
}

static int result_of(pid_t pid)
{
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static struct kf_term *opened(void)
{
    struct kf_term *term = NULL;
    struct kf_error error;

    return kf_term_open(&term, NULL, &error) == KF_OK ? term : NULL;
}

static void draw(const char *text, int columns, int rows)
{
    kf_grid_init(&grid, columns, rows, KF_GLYPHS_BRAILLE);
    kf_grid_text(&grid, 0, 0, columns, kf_pen_bold(KF_ROLE_CUE), text);
    kf_grid_text(&grid, 2, rows - 1, columns, kf_pen(KF_ROLE_LEFT), "小林 ⣿");
}

/* Shows "first", answers each key with its number as text, ends at 'q'. */
static int echo_keys(void)
{
    struct kf_term *term = opened();
    bool going = term != NULL;

    if (!term)
        return 1;
    draw("first", 80, 24);
    (void)kf_term_present(term, &grid);
    while (going) {
        struct pollfd poll_fd = {kf_term_fd(term), POLLIN, 0};
        uint32_t key;
        enum kf_status status;

        (void)poll(&poll_fd, 1, -1);
        while ((status = kf_term_key(term, &key)) == KF_OK) {
            char text[32];
            int columns, rows, x = 0, y = 0;
            kf_term_size(term, &columns, &rows);
            if (key == KF_KEY_CLICK)
                kf_term_click(term, &x, &y);
            (void)snprintf(text, sizeof text, "key<%x>%dx%d@%d,%d", key, columns, rows, x, y);
            draw(text, columns, rows);
            (void)kf_term_present(term, &grid);
            going = key != 'q';
        }
        if (status == KF_ERR_END)
            _exit(42);
    }
    kf_term_close(term);
    return 0;
}

static void test_keys_and_restore(void **state)
{
    struct termios after;
    struct winsize size = {30, 100, 0, 0};
    pid_t pid;
    int slave, master = start("xterm-256color", echo_keys, &pid, &slave);

    (void)state;
    read_until(master, "first");
    read_until(master, "小林 ⣿");
    assert_int_equal(write(master, "\033OD", 3), 3);
    read_until(master, "10002>80x24"); /* KF_KEY_LEFT, as far as it differs from the first frame */
    assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
    assert_int_equal(write(master, "w", 1), 1);
    read_until(master, "100x30");
    assert_int_equal(write(master, "q", 1), 1);
    read_until(master, "\033[?1049l");
    assert_int_equal(result_of(pid), 0);
    assert_int_equal(tcgetattr(slave, &after), 0);
    assert_memory_equal(&fresh.c_lflag, &after.c_lflag, sizeof fresh.c_lflag);
    assert_memory_equal(&fresh.c_iflag, &after.c_iflag, sizeof fresh.c_iflag);
    assert_memory_equal(&fresh.c_oflag, &after.c_oflag, sizeof fresh.c_oflag);
    (void)close(master);
    (void)close(slave);
}

/* A button becomes a click with its place, the wheel arrow keys, and nothing is reported any more after the end. */
static void test_mouse(void **state)
{
    pid_t pid;
    int slave, master = start("xterm-256color", echo_keys, &pid, &slave);

    (void)state;
    read_until(master, "first");
    assert_non_null(memmem(seen, seen_count, "\033[?1006;1000h", 13));
    assert_int_equal(write(master, "\033[<0;71;21M", 11), 11);
    read_until(master, "@70,20");
    assert_int_equal(write(master, "\033[<65;3;3M", 10), 10);
    read_until(master, "0,0"); /* KF_KEY_DOWN has no place */
    assert_int_equal(write(master, "q", 1), 1);
    read_until(master, "\033[?1006;1000l");
    assert_int_equal(result_of(pid), 0);
    (void)close(master);
    (void)close(slave);
}

static void test_hang_up(void **state)
{
    pid_t pid;
    int slave, master = start("xterm-256color", echo_keys, &pid, &slave), result;

    (void)state;
    read_until(master, "first");
    (void)close(slave);
    (void)close(master);
    result = result_of(pid);
    assert_true(result == 42 || result == 1000 + SIGHUP);
}

/* Frames into a terminal that does not read: must come to an end by itself. Exit 0 when frames were dropped. */
static int fill(void)
{
    struct kf_term *term = opened();
    int dropped = 0;

    if (!term)
        return 1;
    for (int i = 0; i < 200 && dropped < 3; i++) {
        kf_grid_init(&grid, 80, 24, KF_GLYPHS_BRAILLE);
        kf_grid_fill(&grid, kf_rect(0, 0, 80, 24), kf_pen(i % 2 ? KF_ROLE_LEFT : KF_ROLE_RIGHT),
                     (uint32_t)('a' + i % 26));
        dropped += kf_term_present(term, &grid) == KF_ERR_AGAIN;
    }
    kf_term_close(term);
    return dropped < 3;
}

static void test_stalled_terminal(void **state)
{
    pid_t pid;
    int slave, master = start("xterm-256color", fill, &pid, &slave);

    (void)state;
    assert_int_equal(result_of(pid), 0); /* nothing has been read so far */
    (void)close(master);
    (void)close(slave);
}

/* Calls of write by term.c, counted by the linker's --wrap. */
ssize_t __real_write(int fd, const void *bytes, size_t count);
ssize_t __wrap_write(int fd, const void *bytes, size_t count);
static int writes;

ssize_t __wrap_write(int fd, const void *bytes, size_t count)
{
    writes += isatty(fd) == 1; /* not those into the frame's memory */
    return __real_write(fd, bytes, count);
}

/* Twenty different frames, each drawn when the parent has read the end of the one before. Exit 0: a write each. */
static int twenty_frames(void)
{
    struct kf_term *term = opened();
    int wrong = 0;

    if (!term)
        return 1;
    for (int i = 0; i < 20; i++) {
        char go;
        kf_grid_init(&grid, 80, 24, KF_GLYPHS_BRAILLE);
        for (int y = 0; y < 24; y++)
            kf_grid_print(&grid, y, y, 60, kf_pen((enum kf_role)(1 + (y + i) % 12)), "%d, %d", i, y);
        kf_grid_put(&grid, 70, 23, kf_pen(KF_ROLE_NONE), (uint32_t)(0x4e00 + i)); /* drawn last */
        writes = 0;
        (void)kf_term_present(term, &grid);
        wrong += writes != 1;
        while (read(STDIN_FILENO, &go, 1) != 1)
            continue;
    }
    kf_term_close(term);
    return wrong;
}

static void test_one_write_a_frame(void **state)
{
    pid_t pid;
    int slave, master = start("xterm-256color", twenty_frames, &pid, &slave);

    (void)state;
    for (int i = 0; i < 20; i++) {
        char last[5] = "";
        last[kf_utf8_encode((uint32_t)(0x4e00 + i), last)] = '\0';
        read_until(master, last);
        seen_count = 0;
        assert_int_equal(write(master, "x", 1), 1);
    }
    read_until(master, "\033[?1049l");
    assert_int_equal(result_of(pid), 0);
    (void)close(master);
    (void)close(slave);
}

static int refused(void)
{
    struct kf_term *term = (struct kf_term *)&grid;
    struct kf_error error;

    return kf_term_open(&term, NULL, &error) == KF_ERR_UNAVAILABLE && term == NULL && error.text[0] ? 0 : 1;
}

static void test_no_screen(void **state)
{
    static const char *const names[] = {"dumb", "", "no-such-terminal"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        pid_t pid;
        int slave, master = start(names[i], refused, &pid, &slave);
        assert_int_equal(result_of(pid), 0);
        (void)close(slave);
        assert_true(read(master, seen, sizeof seen) <= 0); /* not a byte was written */
        (void)close(master);
    }
}

/* A frame of which memory held a part only goes as far as it is there: nobody waits for the rest. */
static void test_short_of_memory(void **state)
{
    static struct kf_term_out out;
    int pipe_fd[2];
    (void)state;
    assert_int_equal(pipe(pipe_fd), 0);
    out = (struct kf_term_out){.curses_fd = -1, .tty_fd = pipe_fd[1], .memory = memfd_create("frame", MFD_CLOEXEC)};
    assert_true(write(out.memory, "part", 4) == 4);
    out.pending = 10;
    assert_int_equal(kf_term_out_flush(&out, 0), KF_OK);
    assert_true(out.pending == 0 && out.sent == 0 && out.torn);
    assert_true(read(pipe_fd[0], seen, sizeof seen) == 4 && memcmp(seen, "part", 4) == 0);
    (void)close(out.memory);
    (void)close(pipe_fd[0]);
    (void)close(pipe_fd[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_and_restore),  cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_hang_up),           cmocka_unit_test(test_stalled_terminal),
        cmocka_unit_test(test_one_write_a_frame), cmocka_unit_test(test_no_screen),
        cmocka_unit_test(test_short_of_memory),
    };

    (void)alarm(120); /* a terminal that waits for ever fails rather than hangs */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
