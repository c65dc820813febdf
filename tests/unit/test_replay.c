/* test_replay.c - protects playing a recording: its pace at any speed, pausing, seeking both ways and to the ends, and
 * that what the engine says after any seeking is what it says without. Time is invented; nothing sleeps. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/replay.h"
#include "log_file.h"
#include "toy_driver.h"

#define MS INT64_C(1000000)

/* What was heard so far, as a flat value: the companion of the engine. */
struct heard {
    unsigned marks, problems, frames;
    double sum;
};

struct player {
    struct log_file log;
    struct heard heard;
    struct kf_engine *engine;
    struct kf_replay *replay;
    int64_t now_ns;
};

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct heard *heard = context;
    if (event->kind == KF_ENGINE_ITEM && event->item->kind == KF_POD_MARK) {
        heard->marks++;
        heard->sum = heard->sum * 1.0001 + event->item->t_s;
    }
    if (event->kind == KF_ENGINE_ITEM && event->item->kind == KF_POD_PROBLEM)
        heard->problems++;
    if (event->kind == KF_ENGINE_OUTPUT && event->output->kind == KF_OUT_FRAME) {
        heard->frames++;
        heard->sum = heard->sum * 1.0001 + event->output->frame->t_s;
    }
}

static void play(struct player *player, double first_s, double seconds, double speed)
{
    struct kf_engine_config engine = toy_config(NULL);
    const struct kf_engine_listener listener = {on_event, &player->heard};
    struct kf_replay_config config = {
        .speed = speed, .companion = &player->heard, .companion_size = sizeof(struct heard)};
    struct kf_error error = {0};
    memset(player, 0, sizeof *player);
    player->log = log_file_make(first_s, seconds);
    player->now_ns = 1000 * MS;
    engine.want_frames = true;
    player->engine = kf_engine_create(&engine, &listener, &error);
    assert_non_null(player->engine);
    config.uri = player->log.path;
    config.engine = player->engine;
    player->replay = kf_replay_open(&config, &error);
    assert_non_null(player->replay);
}

static void stop(struct player *player)
{
    kf_replay_close(player->replay);
    kf_engine_destroy(player->engine);
    log_file_remove(&player->log);
}

/* Lets time go by in steps of 5 ms. */
static void let_pass(struct player *player, double seconds)
{
    const int64_t until_ns = player->now_ns + (int64_t)(seconds * 1e9);
    while (player->now_ns < until_ns) {
        kf_replay_step(player->replay, player->now_ns);
        player->now_ns += 5 * MS;
    }
}

/* Lets a seek finish without time going by. */
static void settle(struct player *player)
{
    unsigned steps = 0;
    do {
        kf_replay_step(player->replay, player->now_ns);
        assert_true(++steps < 100000);
    } while (kf_replay_seeking(player->replay));
}

static void assert_at(const struct player *player, double t_s)
{
    const double at_s = kf_engine_time_s(player->engine);
    if (!(fabs(at_s - t_s) <= 0.03))
        fail_msg("at %.3f s instead of %.3f s", at_s, t_s);
}

static struct heard heard_straight(double first_s, double seconds)
{
    struct player player;
    play(&player, first_s, seconds, 1);
    kf_replay_seek(player.replay, INFINITY); /* nothing is known yet: no effect */
    settle(&player);
    kf_replay_seek(player.replay, INFINITY);
    settle(&player);
    assert_true(kf_replay_ended(player.replay));
    stop(&player);
    return player.heard;
}

static void test_pace_is_that_of_the_samples(void **state)
{
    struct player player;
    (void)state;
    play(&player, 0, 20, 1);
    let_pass(&player, 2);
    assert_at(&player, 2);
    kf_replay_speed(player.replay, 4);
    let_pass(&player, 1);
    assert_at(&player, 6);
    kf_replay_speed(player.replay, 0.0001);
    assert_true(kf_replay_speed_of(player.replay) == KF_REPLAY_SLOWEST);
    let_pass(&player, 1);
    assert_at(&player, 6.1);
    kf_replay_speed(player.replay, NAN);
    kf_replay_speed(player.replay, 1e9);
    assert_true(kf_replay_speed_of(player.replay) == KF_REPLAY_FASTEST);
    stop(&player);
}

static void test_a_log_may_start_at_any_time(void **state)
{
    struct player player;
    (void)state;
    play(&player, 1000, 20, 1);
    let_pass(&player, 3);
    assert_at(&player, 1003);
    kf_replay_seek(player.replay, -5);
    settle(&player);
    assert_at(&player, 1000);
    let_pass(&player, 1);
    assert_at(&player, 1001);
    stop(&player);
}

static void test_pause_holds_and_still_seeks(void **state)
{
    struct player player;
    (void)state;
    play(&player, 0, 20, 1);
    let_pass(&player, 2);
    kf_replay_pause(player.replay, true);
    let_pass(&player, 5);
    assert_at(&player, 2);
    assert_true(kf_replay_wake_ns(player.replay, player.now_ns) == INT64_MAX);
    kf_replay_seek(player.replay, 12);
    assert_true(kf_replay_wake_ns(player.replay, player.now_ns) == player.now_ns);
    settle(&player);
    assert_at(&player, 12);
    let_pass(&player, 1);
    assert_at(&player, 12);
    kf_replay_pause(player.replay, false);
    let_pass(&player, 1);
    assert_at(&player, 13);
    stop(&player);
}

static void test_a_stopped_program_does_not_race_after(void **state)
{
    struct player player;
    (void)state;
    play(&player, 0, 60, 1);
    let_pass(&player, 2);
    player.now_ns += 30000 * MS;
    kf_replay_step(player.replay, player.now_ns);
    assert_at(&player, 2.5);
    stop(&player);
}

static void test_seeking_changes_nothing_that_is_heard(void **state)
{
    const struct heard straight = heard_straight(0, 90);
    struct player player;
    (void)state;
    assert_int_equal(straight.marks, 30);
    assert_int_equal(straight.problems, 0);
    play(&player, 0, 90, 16);
    let_pass(&player, 1);
    kf_replay_seek(player.replay, 31.7);
    settle(&player);
    assert_at(&player, 31.7);
    kf_replay_seek(player.replay, 3.2);
    settle(&player);
    assert_at(&player, 3.2);
    assert_int_equal(player.heard.marks, 3);
    kf_replay_seek(player.replay, 26);
    settle(&player);
    kf_replay_seek(player.replay, 21);
    settle(&player);
    let_pass(&player, 0.1);
    for (unsigned again = 0; again < 2; again++) { /* the second time from a keyframe made after going back */
        kf_replay_seek(player.replay, INFINITY);
        settle(&player);
        assert_true(kf_replay_ended(player.replay));
        assert_memory_equal(&player.heard, &straight, sizeof straight);
        kf_replay_seek(player.replay, 48); /* too far for the buffer: the file is opened anew */
        settle(&player);
        assert_at(&player, 48);
    }
    stop(&player);
}

static void test_the_end_is_kept_and_can_be_left(void **state)
{
    const struct heard straight = heard_straight(0, 10);
    struct player player;
    struct kf_error error = {0};
    (void)state;
    play(&player, 0, 10, 1);
    assert_true(isnan(kf_replay_end_s(player.replay)));
    let_pass(&player, 11);
    assert_true(kf_replay_ended(player.replay));
    assert_true(kf_replay_end_s(player.replay) == 10);
    assert_true(kf_replay_position_s(player.replay) == 10);
    assert_true(kf_replay_wake_ns(player.replay, player.now_ns) == INT64_MAX);
    assert_memory_equal(&player.heard, &straight, sizeof straight);
    kf_replay_seek(player.replay, kf_replay_position_s(player.replay) - 5);
    assert_false(kf_replay_ended(player.replay));
    settle(&player);
    assert_at(&player, 5);
    let_pass(&player, 6);
    assert_true(kf_replay_ended(player.replay));
    assert_memory_equal(&player.heard, &straight, sizeof straight);
    assert_int_equal(kf_replay_result(player.replay, &error), KF_OK);
    stop(&player);
}

/* More keyframes than fit: 64 of 5 s are 320 s. */
static void test_long_recordings_thin_their_keyframes_out(void **state)
{
    const struct heard straight = heard_straight(0, 700);
    struct player player;
    (void)state;
    play(&player, 0, 700, 1);
    let_pass(&player, 0.1);
    kf_replay_seek(player.replay, 690);
    settle(&player);
    for (double to_s = 650; to_s > 0; to_s -= 81.3) {
        kf_replay_seek(player.replay, to_s);
        settle(&player);
        assert_at(&player, to_s);
    }
    kf_replay_seek(player.replay, INFINITY);
    settle(&player);
    assert_memory_equal(&player.heard, &straight, sizeof straight);
    stop(&player);
}

static void test_a_file_that_goes_away_ends_the_replay(void **state)
{
    struct player player;
    struct kf_error error = {0};
    (void)state;
    play(&player, 0, 60, 1);
    let_pass(&player, 0.1);
    kf_replay_seek(player.replay, 50);
    settle(&player);
    log_file_remove(&player.log);
    kf_replay_seek(player.replay, 0);
    settle(&player);
    assert_true(kf_replay_ended(player.replay));
    assert_int_equal(kf_replay_result(player.replay, &error), KF_ERR_NO_INPUT);
    assert_true(error.text[0] != '\0');
    stop(&player);
}

static void test_what_cannot_be_replayed_says_so(void **state)
{
    struct kf_engine_config engine_config = toy_config(NULL);
    struct kf_error error = {0};
    struct kf_engine *engine = kf_engine_create(&engine_config, NULL, &error);
    struct kf_replay_config config = {.uri = "/nonexistent/run.csv", .engine = engine, .speed = 1};
    struct kf_replay *replay = NULL;
    (void)state;
    assert_null(kf_replay_open(&config, &error));
    assert_int_equal(error.code, KF_ERR_NO_INPUT);
    config.uri = "/dev/null";
    replay = kf_replay_open(&config, &error);
    assert_non_null(replay);
    kf_replay_step(replay, 0);
    assert_true(kf_replay_ended(replay));
    assert_int_equal(kf_replay_result(replay, &error), KF_ERR_DATA);
    assert_non_null(strstr(error.text, "/dev/null"));
    kf_replay_close(replay);
    kf_engine_destroy(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pace_is_that_of_the_samples),
        cmocka_unit_test(test_a_log_may_start_at_any_time),
        cmocka_unit_test(test_pause_holds_and_still_seeks),
        cmocka_unit_test(test_a_stopped_program_does_not_race_after),
        cmocka_unit_test(test_seeking_changes_nothing_that_is_heard),
        cmocka_unit_test(test_the_end_is_kept_and_can_be_left),
        cmocka_unit_test(test_long_recordings_thin_their_keyframes_out),
        cmocka_unit_test(test_a_file_that_goes_away_ends_the_replay),
        cmocka_unit_test(test_what_cannot_be_replayed_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
