/* test_manners.c - protects the manners of a terminal program (ux.md), each of which some well-known dashboard lacks:
 * however it ends, the terminal is as it was and the session's file whole; whatever the terminal is, it gets nothing it
 * does not know; and no size, stall, missing input or pipe makes a mess or a busy loop. */
#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "stage.h"
#include "ui/term_sync.h"
#include "vt.h"

static struct stage stage; /* two megabytes: not for the stack */

static const char *const demo[] = {"demo", NULL};
static const char *const live[] = {"live", "-s", "POD", "-o", "athlete.height_m=1.75", NULL};
static const char *const start_screen[] = {NULL};

static const char screen_entered[] = "\033[?1049h";

static void begin(const char *const *arguments, const char *const *environment)
{
    stage_open(&stage);
    stage.environment = environment;
    stage_run(&stage, true, arguments);
}

static void expect(size_t *from, const char *text)
{
    if (!stage_expect(&stage, from, text))
        fail_msg("'%s' does not come; printed so far: %.3000s", text, stage.output + *from);
}

static struct vt terminal(void)
{
    struct vt vt = {0};
    vt_take(&vt, stage.output, stage.count);
    return vt;
}

/* It has ended with this status, and nobody would know that it was here. */
static void finish(int expected)
{
    const int status = stage_wait(&stage);
    const struct vt vt = terminal();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != expected)
        fail_msg("wait status %#x, wanted exit %d; printed: %.2000s", (unsigned)status, expected, stage.output);
    if (!vt_is_restored(&vt))
        fail_msg("the terminal is not as it was: %s; at last: %s", vt_left(&vt),
                 stage.output + (stage.count > 200 ? stage.count - 200 : 0));
    assert_true(stage_is_restored(&stage));
    stage_close(&stage);
}

/* ---- whatever ends it ---- */

static const char *const everything[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL};

static void end_of(const char *const *arguments, const char *shown, const char *keys, int signal, int expected)
{
    size_t from = 0;
    begin(arguments, everything);
    expect(&from, shown);
    if (signal)
        assert_int_equal(kill(stage.pid, signal), 0);
    else
        stage_type(&stage, keys);
    finish(expected);
}

static void test_every_end_gives_the_terminal_back(void **state)
{
    (void)state;
    end_of(demo, "GAUGES", "q", 0, 0);
    end_of(demo, "GAUGES", "\003", 0, 130);
    end_of(demo, "GAUGES", NULL, SIGTERM, 143);
    end_of(demo, "GAUGES", NULL, SIGHUP, 129);
}

static void test_so_does_every_end_of_the_start_screen(void **state)
{
    (void)state;
    end_of(start_screen, "demo", "q", 0, 0);
    end_of(start_screen, "demo", "\003", 0, 130);
    end_of(start_screen, "demo", NULL, SIGTERM, 143);
    end_of(start_screen, "demo", NULL, SIGHUP, 129);
}

/* Ctrl-S, struck by mistake: nothing would get through any more, least of all what gives the terminal back. */
static void test_so_does_the_end_of_a_stopped_terminal(void **state)
{
    static const int signals[] = {0, SIGTERM, SIGHUP, SIGSEGV};
    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        size_t from = 0;
        begin(demo, everything);
        expect(&from, "GAUGES");
        stage_type(&stage, "\023");
        stage_settle(&stage);
        if (signals[i])
            assert_int_equal(kill(stage.pid, signals[i]), 0);
        else
            stage_type(&stage, "q");
        assert_int_not_equal(stage_wait(&stage), -1);
        const struct vt vt = terminal();
        assert_string_equal(vt_left(&vt), "");
        assert_true(stage_is_restored(&stage));
        stage_close(&stage);
    }
}

static void test_so_does_a_crash(void **state)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT};
    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        size_t from = 0;
        begin(demo, everything);
        expect(&from, "GAUGES");
        assert_int_equal(kill(stage.pid, signals[i]), 0);
        const int status = stage_wait(&stage);
        const struct vt vt = terminal();
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
        assert_string_equal(vt_left(&vt), "");
        assert_true(stage_is_restored(&stage));
        stage_close(&stage);
    }
}

static void test_a_job_is_stopped_and_goes_on(void **state)
{
    size_t from = 0;
    (void)state;
    stage_open(&stage);
    stage.environment = everything;
    stage.job = true;
    stage_run(&stage, true, demo);
    expect(&from, "GAUGES");
    for (int times = 0; times < 2; times++) {
        stage_type(&stage, times ? "\032" : ""); /* Ctrl-Z, and a signal from elsewhere */
        if (times == 0)
            assert_int_equal(kill(-stage_foreground(&stage), SIGTSTP), 0);
        expect(&from, "STOPPED");
        const struct vt vt = terminal();
        assert_string_equal(vt_left(&vt), "");
        assert_true(stage_is_restored(&stage));
        assert_int_equal(kill(-stage_foreground(&stage), SIGCONT), 0);
        expect(&from, screen_entered);
        expect(&from, "GAUGES");
    }
    stage_type(&stage, "q");
    finish(0);
}

/* ---- the session's file ---- */

static char folder[64], data_home[96];

static void make_folder(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/kf-manners-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(data_home, sizeof data_home, "XDG_DATA_HOME=%s", folder);
}

static int first_number(sqlite3 *db, const char *query)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &statement, NULL), SQLITE_OK);
    const int number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
    (void)sqlite3_finalize(statement);
    return number;
}

/* One file, in one piece, that says when the session ended. */
static void assert_recorded(void)
{
    char path[512], sessions[96];
    unsigned files = 0;
    sqlite3 *db = NULL;
    const struct dirent *entry = NULL;
    (void)snprintf(sessions, sizeof sessions, "%s/kneefold", folder);
    DIR *dir = opendir(sessions);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.') {
            files++;
            (void)snprintf(path, sizeof path, "%s/%s", sessions, entry->d_name);
        }
    (void)closedir(dir);
    assert_int_equal(files, 1); /* no -wal, no -shm */
    assert_non_null(strstr(path, ".kfs"));
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(first_number(db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
    assert_int_equal(first_number(db, "SELECT count(*) FROM meta WHERE key = 'ended_ns'"), 1);
    (void)sqlite3_close(db);
    (void)unlink(path);
    (void)rmdir(sessions);
    (void)rmdir(folder);
}

static void record_until(void (*end)(void), int expected)
{
    static const char *const recorded[] = {"live", "-s", "POD", "-o", "record.enabled=yes", NULL};
    const char *const environment[] = {"TERM=xterm-256color", data_home, NULL};
    size_t from = 0;
    make_folder();
    begin(recorded, environment);
    stage_accept(&stage);
    expect(&from, "GAUGES");
    assert_true(stage_feed(&stage, 10, true));
    end();
    const int status = stage_wait(&stage);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == expected);
    stage_close(&stage);
    assert_recorded();
}

static void hang_up(void)
{
    stage_hang_up(&stage);
}

static void terminate(void)
{
    assert_int_equal(kill(stage.pid, SIGTERM), 0);
}

static void quit_and_say_yes(void)
{
    stage_type(&stage, "qy");
}

static void test_the_session_is_closed_whatever_ends_it(void **state)
{
    (void)state;
    record_until(hang_up, 129);
    record_until(terminate, 143);
    record_until(quit_and_say_yes, 0);
}

/* Nohup'ed, it hears of the end from the terminal alone. */
static void test_a_hang_up_without_its_signal_ends_it(void **state)
{
    size_t from = 0;
    (void)state;
    stage_open(&stage);
    stage.environment = everything;
    stage.ignores_hangup = true;
    stage_run(&stage, true, demo);
    expect(&from, "GAUGES");
    stage_hang_up(&stage);
    const int status = stage_wait(&stage);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 129);
    stage_close(&stage);
}

/* ---- sizes ---- */

static void test_a_storm_of_sizes_passes(void **state)
{
    uint32_t seed = 4;
    size_t from = 0;
    (void)state;
    begin(demo, everything);
    expect(&from, "GAUGES");
    for (int i = 0; i < 100; i++) {
        seed = seed * 1664525u + 1013904223u;
        stage_resize(&stage, 1 + (int)(seed >> 8) % 400, 1 + (int)(seed >> 20) % 150);
        if (i % 10 == 9) { /* tiny sizes are seen, too, not only passed over */
            from = stage.count;
            stage_resize(&stage, 20, 5);
            expect(&from, "needs");
            from = stage.count;
            stage_resize(&stage, 400, 150);
            expect(&from, "GAUGES");
        }
    }
    stage_resize(&stage, 20, 5);
    expect(&from, "needs");
    stage_resize(&stage, 100, 30);
    expect(&from, "GAUGES");
    stage_type(&stage, "q");
    finish(0);
}

static void test_a_storm_of_signals_passes(void **state)
{
    static const int storm[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGWINCH, SIGALRM};
    size_t from = 0;
    (void)state;
    begin(demo, everything);
    expect(&from, "GAUGES");
    for (int i = 0; i < 500; i++)
        assert_int_equal(kill(stage.pid, storm[i % 4]), 0);
    from = stage.count; /* a stop that is still being undone throws away what is typed: let the storm be over */
    stage_resize(&stage, 20, 5);
    expect(&from, "needs");
    stage_resize(&stage, 100, 30);
    expect(&from, "GAUGES");
    stage_type(&stage, "?\014"); /* drawn anew, so that words stand in one piece */
    expect(&from, "this help");
    stage_type(&stage, "qq");
    finish(0);
}

/* ---- synchronised output ---- */

static const char question[] = "\033[?2026$p";

static void answered(const char *answer, bool has_it)
{
    size_t from = 0;
    begin(demo, everything);
    expect(&from, "GAUGES"); /* the first frame does not wait for the answer */
    expect(&from, question);
    stage_type(&stage, answer);
    stage_type(&stage, "?\014");
    expect(&from, "this help"); /* and the answer is no key: the help would have been left again */
    assert_int_equal(stage_has(&stage, KF_SYNC_BEGIN), has_it);
    stage_type(&stage, "qq");
    finish(0);
}

static void test_frames_are_whole_where_the_terminal_can(void **state)
{
    (void)state;
    answered("\033[?2026;2$y", true);
    answered("\033[?2026;0$y", false);
    answered("\033[?2026;4$y", false);
}

/* What is not read would be typed into the shell. */
static void test_a_late_answer_is_still_taken(void **state)
{
    char left[64];
    size_t from = 0;
    (void)state;
    begin(demo, everything);
    expect(&from, question);
    stage_type(&stage, "q");
    stage_type(&stage, "\033[?2026;2$y");
    const int status = stage_wait(&stage);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    struct termios raw = stage.before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = raw.c_cc[VTIME] = 0;
    assert_int_equal(tcsetattr(stage.terminal, TCSANOW, &raw), 0);
    assert_int_equal(read(stage.terminal, left, sizeof left), 0);
    stage_close(&stage);
}

static void test_those_that_would_print_it_are_not_asked(void **state)
{
    static const char *const shy[][3] = {
        {"TERM=linux", NULL}, {"TERM=vt100", NULL}, {"TERM=xterm-256color", "TERM_PROGRAM=Apple_Terminal", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof shy / sizeof shy[0]; i++) {
        size_t from = 0;
        begin(demo, shy[i]);
        expect(&from, "GAUGES");
        stage_type(&stage, "q");
        assert_int_equal(stage_wait(&stage), 0);
        assert_false(stage_has(&stage, "2026"));
        stage_close(&stage);
    }
}

/* ---- what a terminal is not able to do ---- */

static void test_a_vt100_gets_what_it_knows(void **state)
{
    static const char *const vt100[] = {"TERM=vt100", "LC_ALL=C", NULL};
    size_t from = 0;
    (void)state;
    begin(live, vt100);
    stage_accept(&stage);
    expect(&from, "GAUGES");
    assert_true(stage_feed(&stage, 40, true));
    for (const char *key = "2345678191?wt"; *key; key++) {
        const char typed[] = {*key, '\0'};
        stage_type(&stage, typed);
        assert_true(stage_feed(&stage, 41 + (double)(key - "2345678191?wt"), true));
        stage_settle(&stage);
    }
    stage_type(&stage, "1q");
    const struct vt vt = terminal();
    assert_string_equal(vt.beyond_vt100, "");
    assert_false(vt.bytes_beyond_ascii);
    assert_false(vt.colour_asked);
    finish(0);
}

static void test_every_terminal_is_given_back(void **state)
{
    static const char *const terms[] = {"TERM=linux",           "TERM=xterm", "TERM=xterm-256color", "TERM=screen",
                                        "TERM=tmux-256color",   "TERM=rxvt",  "TERM=xterm-direct",   "TERM=vt220",
                                        "TERM=screen-256color", "TERM=vt100", "TERM=ansi",           NULL};
    (void)state;
    for (int i = 0; terms[i]; i++) {
        const char *const environment[] = {terms[i], i % 2 ? "LC_ALL=C" : "LC_ALL=C.UTF-8", NULL};
        size_t from = 0;
        begin(demo, environment);
        expect(&from, stage_expect(&stage, &from, "kneefold") ? "" : "is unknown");
        if (stage_has(&stage, "is unknown")) /* this machine's terminfo lacks it: lines, until asked to end */
            stage_type(&stage, "\003");
        else
            stage_type(&stage, "q");
        finish(stage_has(&stage, "is unknown") ? 130 : 0);
    }
}

static void test_a_dumb_terminal_gets_lines(void **state)
{
    static const char *const dumb[] = {"TERM=dumb", NULL};
    static const char *const unset[] = {"TERM", NULL};
    (void)state;
    for (int i = 0; i < 2; i++) {
        size_t from = 0;
        begin(live, i ? unset : dumb);
        stage_accept(&stage);
        expect(&from, "no screen: TERM is");
        assert_true(stage_feed(&stage, 60, true));
        expect(&from, "judging");
        expect(&from, "drive");
        assert_null(strchr(stage.output, '\033'));
        stage_type(&stage, "\003");
        finish(130);
    }
}

static void test_the_c_locale_gets_ascii(void **state)
{
    static const char *const c[] = {"LC_ALL=C", "TERM=xterm-256color", NULL};
    size_t from = 0;
    (void)state;
    begin(live, c);
    stage_accept(&stage);
    expect(&from, "GAUGES");
    assert_true(stage_feed(&stage, 60, true));
    stage_type(&stage, "?\014");
    expect(&from, "this help");
    stage_type(&stage, "qq");
    assert_false(terminal().bytes_beyond_ascii);
    finish(0);
}

static void test_no_color_means_none(void **state)
{
    static const char *const none[] = {"NO_COLOR=1", "TERM=xterm-256color", NULL};
    size_t from = 0;
    (void)state;
    begin(live, none);
    stage_accept(&stage);
    expect(&from, "GAUGES");
    assert_true(stage_feed(&stage, 60, true));
    stage_type(&stage, "t?\014");
    expect(&from, "this help");
    stage_type(&stage, "qq");
    assert_false(terminal().colour_asked);
    finish(0);
    begin(demo, everything); /* the test can tell */
    from = 0;
    expect(&from, "GAUGES");
    assert_true(terminal().colour_asked);
    stage_type(&stage, "q");
    finish(0);
}

/* ---- no terminal at all ---- */

/* Seconds of processor time of two seconds of the demo. */
static double cost(enum stage_input input, bool on_terminal)
{
    static const char *const two_seconds[] = {"demo", "--seconds", "2", NULL};
    stage_open(&stage);
    stage.input = input;
    stage_run(&stage, on_terminal, two_seconds);
    const int status = stage_wait(&stage);
    const double cpu_s = stage.cpu_s;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(stage_has(&stage, "link: data are coming"));
    assert_null(strchr(stage.output, '\033'));
    stage_close(&stage);
    return cpu_s;
}

/* A loop that spins would use all of the two seconds. The measure is what the same costs with an input that is there.
 */
static void test_without_an_input_it_does_not_spin(void **state)
{
    const double silent_s = cost(STAGE_INPUT_SILENT, false);
    const double limit_s = 0.2 + 3 * silent_s;
    (void)state;
    assert_true(cost(STAGE_INPUT_NULL, false) < limit_s);
    assert_true(cost(STAGE_INPUT_CLOSED, false) < limit_s);
    assert_true(cost(STAGE_INPUT_NULL, true) < limit_s);
    assert_true(cost(STAGE_INPUT_CLOSED, true) < limit_s);
}

static void test_a_pipe_gets_plain_lines(void **state)
{
    (void)state;
    stage_open(&stage);
    stage_run(&stage, false, live);
    stage_accept(&stage);
    assert_true(stage_feed(&stage, 60, true));
    stage_end_pod(&stage);
    const int status = stage_wait(&stage);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(stage_has(&stage, "judging"));
    assert_true(stage.count > 0 && stage.output[stage.count - 1] == '\n');
    for (size_t i = 0; i < stage.count; i++)
        assert_true(stage.output[i] == '\n' || (unsigned char)stage.output[i] >= ' ');
    stage_close(&stage);
}

/* ---- a terminal that stops ---- */

/* While nobody reads, minutes pass in the log; who reads again gets the rest of the frame that was under way and then
 * the present, not the frames in between. */
static void test_a_stalled_terminal_gets_the_present(void **state)
{
    static const char cleared[] = "\033[H\033[2J";
    unsigned frames = 0;
    size_t from = 0;
    (void)state;
    begin(live, everything);
    stage_accept(&stage);
    expect(&from, "GAUGES");
    for (int i = 0; i < 200; i++) /* each a whole frame anew: what the terminal holds is full soon */
        stage_resize(&stage, 100 + i % 2, 30), assert_true(stage_feed(&stage, 1 + i, false));
    const size_t before = stage.count;
    stage_settle(&stage);
    for (const char *at = stage.output + before; (at = strstr(at, cleared)); at++)
        frames++;
    if (frames > 12)
        fail_msg("%u frames of the past", frames);
    stage_type(&stage, "\014"); /* drawn anew: in full */
    expect(&from, "03:19");
    stage_type(&stage, "q");
    finish(0);
}

/* A name with * runs only the tests that match. */
int main(int count, char **arguments)
{
    if (count > 1)
        cmocka_set_test_filter(arguments[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_end_gives_the_terminal_back),
        cmocka_unit_test(test_so_does_every_end_of_the_start_screen),
        cmocka_unit_test(test_so_does_the_end_of_a_stopped_terminal),
        cmocka_unit_test(test_so_does_a_crash),
        cmocka_unit_test(test_a_job_is_stopped_and_goes_on),
        cmocka_unit_test(test_the_session_is_closed_whatever_ends_it),
        cmocka_unit_test(test_a_hang_up_without_its_signal_ends_it),
        cmocka_unit_test(test_a_storm_of_sizes_passes),
        cmocka_unit_test(test_a_storm_of_signals_passes),
        cmocka_unit_test(test_frames_are_whole_where_the_terminal_can),
        cmocka_unit_test(test_a_late_answer_is_still_taken),
        cmocka_unit_test(test_those_that_would_print_it_are_not_asked),
        cmocka_unit_test(test_a_vt100_gets_what_it_knows),
        cmocka_unit_test(test_every_terminal_is_given_back),
        cmocka_unit_test(test_a_dumb_terminal_gets_lines),
        cmocka_unit_test(test_the_c_locale_gets_ascii),
        cmocka_unit_test(test_no_color_means_none),
        cmocka_unit_test(test_without_an_input_it_does_not_spin),
        cmocka_unit_test(test_a_pipe_gets_plain_lines),
        cmocka_unit_test(test_a_stalled_terminal_gets_the_present),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
