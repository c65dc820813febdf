/* test_playback.c - protects what keys do to a recording that plays: steps to the next stride and mark and back, the
 * A-B loop, speeds, and a time line whose parts add up to the strides there are. Time is invented; nothing sleeps. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/playback.h"
#include "log_file.h"
#include "toy_driver.h"
#include "ui/text.h"

#define MS INT64_C(1000000)

static struct kf_playback playback;
static struct kf_scan scan;
static struct log_file file;
static struct kf_engine *engine;
static struct kf_replay *replay;
static int64_t now_ns;

/* A log of 20 s; a scan that found strides every .7 s and marks at 4 and 9 s. */
static int open_player(void **state)
{
    struct kf_engine_config config = toy_config(NULL);
    struct kf_error error = {0};
    (void)state;
    file = log_file_make(0, 20);
    now_ns = 1000 * MS;
    engine = kf_engine_create(&config, NULL, &error);
    const struct kf_replay_config replay_config = {.uri = file.path, .speed = 1, .engine = engine};
    replay = engine ? kf_replay_open(&replay_config, &error) : NULL;
    memset(&scan, 0, sizeof scan);
    scan.end_s = 20;
    for (unsigned i = 0; i < 28; i++)
        scan.stride[scan.stride_count++] = (struct kf_scan_stride){(float)(.7 * i + .5), i % 4 == 0   ? KF_PULLED
                                                                                         : i % 4 == 1 ? KF_UNCLEAR
                                                                                                      : KF_PASSIVE};
    scan.mark_count = 2;
    scan.mark[0].t_s = 4;
    scan.mark[1].t_s = 9;
    kf_playback_init(&playback, replay);
    return replay ? 0 : -1;
}

static int close_player(void **state)
{
    (void)state;
    kf_replay_close(replay);
    kf_engine_destroy(engine);
    log_file_remove(&file);
    return 0;
}

static void let_pass(double seconds)
{
    const int64_t until_ns = now_ns + (int64_t)(seconds * 1e9);
    for (; now_ns < until_ns; now_ns += 5 * MS)
        kf_playback_step(&playback, now_ns);
}

static void ask(enum kf_request_kind kind, double value)
{
    kf_playback_request(&playback, &(struct kf_request){.kind = kind, .value = value});
    kf_playback_step(&playback, now_ns);
}

static void assert_at(double t_s)
{
    if (fabs(kf_replay_position_s(replay) - t_s) > .02)
        fail_msg("the head stands at %.3f s, not at %.3f", kf_replay_position_s(replay), t_s);
}

static void test_steps(void **state)
{
    (void)state;
    let_pass(.1);
    ask(KF_REQUEST_PAUSE, 0);
    ask(KF_REQUEST_STRIDE, 1); /* the scan is not through: nobody knows */
    assert_at(.1);
    kf_playback_scanned(&playback, &scan);
    ask(KF_REQUEST_STRIDE, 1);
    assert_at(.5);
    ask(KF_REQUEST_STRIDE, 1);
    assert_at(1.2);
    ask(KF_REQUEST_STRIDE, -1);
    assert_at(.5);
    ask(KF_REQUEST_STRIDE, -1); /* there is none before */
    assert_at(.5);
    ask(KF_REQUEST_MARK_STEP, 1);
    assert_at(4);
    ask(KF_REQUEST_MARK_STEP, 1);
    assert_at(9);
    ask(KF_REQUEST_MARK_STEP, 1);
    assert_at(9);
    ask(KF_REQUEST_MARK_STEP, -1);
    assert_at(4);
    ask(KF_REQUEST_SEEK, INFINITY);
    ask(KF_REQUEST_STRIDE, -1);
    assert_at(.7 * 27 + .5);
}

static void test_loop(void **state)
{
    (void)state;
    let_pass(2);
    ask(KF_REQUEST_LOOP, 0);
    let_pass(1);
    ask(KF_REQUEST_LOOP, 0); /* from 2 to 3 s, and at once back to 2 */
    assert_at(2);
    let_pass(.5);
    assert_at(2.5);
    let_pass(10);
    assert_true(kf_replay_position_s(replay) >= 1.98 && kf_replay_position_s(replay) <= 3.02);
    ask(KF_REQUEST_LOOP, 0);
    let_pass(2);
    assert_true(kf_replay_position_s(replay) > 3.5);
    ask(KF_REQUEST_LOOP, 0);
    ask(KF_REQUEST_LOOP, 0); /* no loop of no length */
    assert_true(isnan(playback.loop_from_s));
}

static void test_time_line(void **state)
{
    static struct kf_view view;
    unsigned swings = 0, passive = 0, pulled = 0;
    (void)state;
    kf_playback_show(&playback, &view);
    assert_false(view.timeline.known);
    kf_playback_scanned(&playback, &scan);
    kf_playback_show(&playback, &view);
    assert_true(view.timeline.known && view.replay);
    assert_int_equal(view.mark_count, 2);
    for (unsigned i = 0; i < KF_VIEW_TIMELINE; i++) {
        swings += view.timeline.bin[i].swings;
        passive += view.timeline.bin[i].passive;
        pulled += view.timeline.bin[i].pulled;
    }
    assert_int_equal(swings, 28);
    assert_int_equal(pulled, 7);
    assert_int_equal(passive, 14);
}

static void test_a_recordings_pod_is_not_waited_for(void **state)
{
    static struct kf_view view;
    (void)state;
    view.pod_count = 1;
    view.t_s = 1;
    view.pods[0].link = KF_LINK_WAITING;
    kf_playback_show(&playback, &view);
    assert_int_equal(view.pods[0].link, KF_LINK_OK);
}

static void test_speeds(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++)
        ask(KF_REQUEST_SPEED, 1);
    assert_true(kf_replay_speed_of(replay) == KF_REPLAY_FASTEST);
    for (int i = 0; i < 20; i++)
        ask(KF_REQUEST_SPEED, -1);
    assert_true(kf_replay_speed_of(replay) == KF_REPLAY_SLOWEST);
}

static void test_typed_times(void **state)
{
    (void)state;
    assert_true(kf_text_seconds("83") == 83 && kf_text_seconds("83.5") == 83.5);
    assert_true(kf_text_seconds("1:23.5") == 83.5 && kf_text_seconds("1:02:03") == 3723);
    static const char *const wrong[] = {"", "x", "-1", "1:", ":5", "1:60", "1:2:3:4", "nan", "1e99", "1 2", "+5"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_true(isnan(kf_text_seconds(wrong[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_steps, open_player, close_player),
        cmocka_unit_test_setup_teardown(test_loop, open_player, close_player),
        cmocka_unit_test_setup_teardown(test_time_line, open_player, close_player),
        cmocka_unit_test_setup_teardown(test_a_recordings_pod_is_not_waited_for, open_player, close_player),
        cmocka_unit_test_setup_teardown(test_speeds, open_player, close_player),
        cmocka_unit_test(test_typed_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
