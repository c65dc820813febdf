/* test_live.c - protects what only the whole program can show: a pod's bytes become a cue, a terminal that hangs holds
 * up no sample, and settings that someone edits meanwhile are read when asked for. (test_manners.c has its ends.) */
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

#include "stage.h"

static struct stage stage; /* two megabytes: not for the stack */

static const char *const live[] = {"live", "-s", "POD", "-o", "athlete.height_m=1.75", NULL};

static void assert_exit(int status, int expected)
{
    if (!WIFEXITED(status) || WEXITSTATUS(status) != expected)
        fail_msg("wait status %#x, wanted exit %d; printed: %.2000s", (unsigned)status, expected, stage.output);
}

static void open_screen(size_t *from)
{
    stage_open(&stage);
    stage_run(&stage, true, live);
    stage_accept(&stage);
    *from = 0;
    assert_true(stage_expect(&stage, from, "GAUGES"));
}

static void test_a_pod_becomes_a_cue(void **state)
{
    double fed_s = 0;
    (void)state;
    stage_open(&stage);
    stage_run(&stage, false, live);
    stage_accept(&stage);
    while (fed_s < 60 && !stage_has(&stage, "CUE")) {
        assert_true(stage_feed(&stage, fed_s += 3, true)); /* half as long as a cue stays */
        stage_settle(&stage);
    }
    assert_true(stage_has(&stage, "Reduce hamstring drive"));
    stage_end_pod(&stage);
    assert_exit(stage_wait(&stage), 0);
    assert_true(stage_has(&stage, "judging") && stage_has(&stage, "pulled"));
    stage_close(&stage);
}

/* Ten times what the socket holds is taken while nobody reads the terminal. */
static void test_a_stalled_terminal_holds_up_no_sample(void **state)
{
    size_t from = 0;
    (void)state;
    open_screen(&from);
    assert_true(stage_feed(&stage, 300, false));
    assert_int_equal(kill(stage.pid, SIGTERM), 0);
    assert_exit(stage_wait(&stage), 143);
    assert_true(stage_is_restored(&stage));
    stage_close(&stage);
}

static void write_settings(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    assert_int_equal(fclose(stream), 0);
}

/* A coach edits a limit beside the screen: it is offered, R reads it, and a mistake is named and changes nothing. */
static void test_a_changed_settings_file_is_read_again(void **state)
{
    char path[] = "/tmp/kneefold-live-XXXXXX";
    const char *const with_file[] = {"live", "-s", "POD", "-c", path, NULL};
    size_t from = 0;
    (void)state;
    const int fd = mkstemp(path);
    assert_true(fd >= 0 && close(fd) == 0);
    stage_open(&stage);
    stage_run(&stage, true, with_file);
    stage_accept(&stage);
    assert_true(stage_expect(&stage, &from, "GAUGES"));
    write_settings(path, "[feedback]\ngap_s = 9\n");
    assert_true(stage_expect(&stage, &from, "R reads them"));
    stage_type(&stage, "R");
    assert_true(stage_expect(&stage, &from, "1 changed"));
    write_settings(path, "[feedback]\ngap_s = 9000\nmode = loud\n");
    stage_type(&stage, "R");
    assert_true(stage_expect(&stage, &from, "cannot be '9000'"));
    stage_type(&stage, "q");
    assert_exit(stage_wait(&stage), 0);
    stage_close(&stage);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_pod_becomes_a_cue),
        cmocka_unit_test(test_a_stalled_terminal_holds_up_no_sample),
        cmocka_unit_test(test_a_changed_settings_file_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
