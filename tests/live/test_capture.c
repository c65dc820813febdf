/* test_capture.c - protects `live --capture` in the whole program: the file holds the very bytes the pod sent, also
 * when a signal ends the session; and a full disk ends the capture, loudly, but not the coaching. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "source/sim.h"
#include "source/source.h"
#include "stage.h"

enum { ROOM = 1 << 22 };

static struct stage stage; /* two megabytes: not for the stack */
static char folder[] = "/tmp/kf-capture-XXXXXX", path[64];
static uint8_t sent[ROOM], captured[ROOM];

static void run_live(bool on_terminal, const char *capture)
{
    const char *const arguments[] = {"live", "-s", "POD", "-o", "athlete.height_m=1.75", "--capture", capture, NULL};
    stage_open(&stage);
    stage_run(&stage, on_terminal, arguments);
    stage_accept(&stage);
}

/* What stage_feed sends up to a time: the same runner once more. */
static size_t bytes_sent(double until_s)
{
    struct kf_sim_config config;
    struct kf_sim *sim;
    size_t count = 0;
    int more;
    kf_sim_config_default(&config);
    assert_int_equal(kf_sim_config_parse(&config, "demo", NULL), KF_OK);
    sim = kf_sim_create(&config, NULL);
    assert_non_null(sim);
    while ((more = kf_sim_wire_read(sim, until_s, sent + count, sizeof sent - count)) > 0)
        count += (size_t)more;
    kf_sim_destroy(sim);
    return count;
}

/* Into `captured`; the capture has its end. */
static size_t bytes_captured(void)
{
    struct kf_source *source = kf_source_open(path, NULL);
    size_t count = 0;
    int more;
    assert_non_null(source);
    while ((more = kf_source_read(source, 0, captured + count, sizeof captured - count, NULL)) > 0)
        count += (size_t)more;
    assert_int_equal(more, KF_ERR_END);
    kf_source_close(source);
    return count;
}

static void assert_exit(int expected)
{
    const int status = stage_wait(&stage);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != expected)
        fail_msg("wait status %#x, wanted exit %d; printed: %.2000s", (unsigned)status, expected, stage.output);
}

static void test_the_file_holds_what_the_pod_sent(void **state)
{
    struct stat info;
    (void)state;
    run_live(false, path);
    assert_true(stage_feed(&stage, 30, true));
    stage_end_pod(&stage);
    assert_exit(0);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    const size_t count = bytes_sent(30);
    assert_true(count > 100000);
    assert_int_equal(bytes_captured(), count);
    assert_memory_equal(captured, sent, count);
    stage_close(&stage);
    (void)unlink(path);
}

static void test_a_signal_ends_the_file_properly(void **state)
{
    size_t from = 0;
    (void)state;
    run_live(true, path);
    assert_true(stage_expect(&stage, &from, "GAUGES"));
    assert_true(stage_feed(&stage, 20, true));
    assert_int_equal(kill(stage.pid, SIGTERM), 0);
    assert_exit(143);
    const size_t count = bytes_captured(); /* what lay in the socket was not read */
    assert_true(count > 0 && count <= bytes_sent(20));
    assert_memory_equal(captured, sent, count);
    stage_close(&stage);
    (void)unlink(path);
}

static void test_a_full_disk_is_said_and_coaching_goes_on(void **state)
{
    double fed_s = 0;
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    run_live(false, "/dev/full");
    while (fed_s < 60 && !stage_has(&stage, "CUE")) {
        assert_true(stage_feed(&stage, fed_s += 3, true));
        stage_settle(&stage);
    }
    assert_true(stage_has(&stage, "note: CAPTURE STOPPED: cannot write '/dev/full'"));
    assert_true(stage_has(&stage, "Reduce hamstring drive"));
    stage_end_pod(&stage);
    assert_exit(74);
    assert_true(stage_has(&stage, "kneefold: CAPTURE STOPPED"));
    stage_close(&stage);
}

static void test_a_screen_says_it_too(void **state)
{
    size_t from = 0;
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    run_live(true, "/dev/full");
    assert_true(stage_expect(&stage, &from, "GAUGES"));
    from = 0; /* it may stand in the very first frame, above the gauges */
    assert_true(stage_expect(&stage, &from, "STOPPED"));
    assert_true(stage_feed(&stage, 5, true));
    stage_type(&stage, "q");
    assert_exit(74);
    stage_close(&stage);
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/run.kfc", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_file_holds_what_the_pod_sent),
        cmocka_unit_test(test_a_signal_ends_the_file_properly),
        cmocka_unit_test(test_a_full_disk_is_said_and_coaching_goes_on),
        cmocka_unit_test(test_a_screen_says_it_too),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
