/* test_lines.c - protects a live session from what lines do to bytes: the wrong speed, junk and half frames, one byte
 * at a time, ten seconds of silence, and 300 kB/s for a minute without a sample lost or a byte of memory more. A pod of
 * the simulator's bytes on a pseudo-terminal, driven by invented time. */
#include <fcntl.h>
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/session.h"
#include "source/sim.h"
#include "toy_driver.h"

#define MS INT64_C(1000000)

struct line {
    int master;
    struct kf_sim *sim;
    struct kf_session *session;
    int64_t now_ns;
    speed_t speed;  /* the pod talks at this one; B0: at any */
    bool junk;      /* between its reads */
    size_t piece;   /* bytes of one write */
    uint64_t bytes; /* sent */
};

static void open_line(struct line *line, const char *sim)
{
    struct kf_sim_config config;
    struct kf_error error = {0};
    char uri[80];
    memset(line, 0, sizeof *line);
    line->piece = 1024;
    line->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(line->master >= 0 && grantpt(line->master) == 0 && unlockpt(line->master) == 0);
    kf_sim_config_default(&config);
    assert_int_equal(kf_sim_config_parse(&config, sim, &error), KF_OK);
    line->sim = kf_sim_create(&config, &error);
    assert_non_null(line->sim);
    (void)snprintf(uri, sizeof uri, "serial:%s", ptsname(line->master));
    const struct kf_session_config session = {.engine = toy_config(NULL), .uri = {uri}, .speed = 1};
    line->session = kf_session_open(&session, &error);
    if (!line->session)
        fail_msg("%s", error.text);
    kf_session_step(line->session, line->now_ns, 0);
}

static void close_line(struct line *line)
{
    kf_session_close(line->session);
    kf_sim_destroy(line->sim);
    (void)close(line->master);
}

static void put(struct line *line, const uint8_t *bytes, size_t count)
{
    uint8_t questions[1024];
    while (read(line->master, questions, sizeof questions) > 0)
        continue;
    while (count > 0) {
        const ssize_t taken = write(line->master, bytes, count < line->piece ? count : line->piece);
        assert_true(taken > 0);
        kf_session_step(line->session, line->now_ns, 1);
        bytes += taken;
        count -= (size_t)taken;
        line->bytes += (uint64_t)taken;
    }
}

/* What a port hears that listens at another speed than its pod talks: bits cut in other places. */
static void garble(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)(bytes[i] << 3 | 0x05) & (uint8_t)(0xf0 | bytes[i] >> 5);
}

/* The pod talks up to its time until_s. */
static void talk(struct line *line, double until_s)
{
    static const uint8_t junk[] = {0x02, 0x41, 0x00, 0xff, 0x55, 0x0a, 0x00};
    uint8_t bytes[4096];
    struct termios now;
    int count;
    assert_int_equal(tcgetattr(line->master, &now), 0);
    while ((count = kf_sim_wire_read(line->sim, until_s, bytes, sizeof bytes)) > 0) {
        if (line->speed != B0 && cfgetospeed(&now) != line->speed)
            garble(bytes, (size_t)count);
        put(line, bytes, (size_t)count);
        if (line->junk)
            put(line, junk, sizeof junk);
    }
}

/* In real time from *t_s for so long; what the session shows then. */
static const struct kf_view *run(struct line *line, double *t_s, double seconds)
{
    for (const double end_s = *t_s + seconds; *t_s < end_s; *t_s += 0.01) {
        line->now_ns += 10 * MS;
        talk(line, *t_s);
        kf_session_step(line->session, line->now_ns, 0);
    }
    return kf_session_view(line->session, line->now_ns);
}

static void test_the_speed_is_found(void **state)
{
    struct line line;
    double t_s = 0;
    (void)state;
    open_line(&line, "demo");
    line.speed = B115200;
    const struct kf_view *view = run(&line, &t_s, 0.4);
    if (strncmp(view->pods[0].trying, "921600 baud: ", 13) != 0 || !strstr(view->pods[0].trying, "no format yet"))
        fail_msg("trying '%s'", view->pods[0].trying);
    view = run(&line, &t_s, 2.6);
    assert_string_equal(view->pods[0].trying, "");
    assert_string_equal(view->format, "podlink");
    const uint64_t bad = view->pods[0].bad_frames, good = view->pods[0].good_frames;
    view = run(&line, &t_s, 20);
    assert_int_equal(view->pods[0].bad_frames, bad); /* and it stays */
    assert_true(view->pods[0].good_frames > good + 1900);
    assert_true(bad <= 1); /* what the other speed left behind was forgotten */
    close_line(&line);
}

static void test_no_speed_makes_sense(void **state)
{
    struct line line;
    double t_s = 0;
    (void)state;
    open_line(&line, "demo");
    line.speed = B1200;
    const struct kf_view *view = run(&line, &t_s, 6);
    assert_string_equal(view->format, "");
    if (!strstr(view->message, "unknown bytes at 921600, 115200 and 9600 baud: "))
        fail_msg("message '%s'", view->message);
    close_line(&line);
}

/* The bytes one by one, and in reads of any size, are the same frames. */
static void test_single_bytes_are_as_good(void **state)
{
    static const size_t pieces[] = {1, 7, 1024};
    uint64_t good[3];
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct line line;
        double t_s = 0;
        open_line(&line, "demo,flip=0.01,drop=0.01");
        line.piece = pieces[i];
        const struct kf_view *view = run(&line, &t_s, 10);
        good[i] = view->pods[0].good_frames + (view->pods[0].bad_frames << 32);
        assert_true(view->pods[0].good_frames > 900);
        assert_true(view->pods[0].bad_frames > 0);
        close_line(&line);
    }
    assert_int_equal(good[0], good[1]);
    assert_int_equal(good[1], good[2]);
}

static void test_junk_costs_only_what_it_hits(void **state)
{
    struct line line;
    double t_s = 0;
    (void)state;
    open_line(&line, "demo");
    line.junk = true; /* 7 bytes every 10 ms: two frames of nothing, and two bytes before a good one */
    const struct kf_view *view = run(&line, &t_s, 10);
    assert_int_equal(view->link, KF_LINK_OK);
    assert_true(view->pods[0].good_frames > 900);
    assert_true(view->pods[0].bad_frames > 900);
    assert_true(view->pods[0].stream_count == 5);
    close_line(&line);
}

static void test_ten_seconds_of_silence(void **state)
{
    struct line line;
    double t_s = 0;
    (void)state;
    open_line(&line, "demo");
    const struct kf_view *view = run(&line, &t_s, 5);
    assert_int_equal(view->link, KF_LINK_OK);
    for (unsigned i = 0; i < 1000; i++) {
        line.now_ns += 10 * MS;
        kf_session_step(line.session, line.now_ns, 0);
    }
    view = kf_session_view(line.session, line.now_ns);
    assert_int_equal(view->link, KF_LINK_STALE);
    assert_true(view->age_s > 9.9 && view->age_s < 10.1);
    assert_false(kf_session_over(line.session));
    t_s += 10; /* the pod went on; its radio kept the bytes */
    view = run(&line, &t_s, 1);
    assert_int_equal(view->link, KF_LINK_OK);
    assert_true(view->t_s > 15.8);
    assert_true(view->loss_pct == 0);
    close_line(&line);
}

/* 18 MB in 60 s of the host's time: the pod's runner runs fourteen times as fast. */
static void test_a_flood_loses_nothing(void **state)
{
    enum { FLOOD_BYTES_A_STEP = 3000, STEPS = 6000 };
    static uint8_t bytes[FLOOD_BYTES_A_STEP];
    struct line line;
    (void)state;
    open_line(&line, "demo,emg");
    size_t before = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        const int count = kf_sim_wire_read(line.sim, INFINITY, bytes, sizeof bytes);
        assert_true(count > 0);
        line.now_ns += 10 * MS * count / FLOOD_BYTES_A_STEP;
        put(&line, bytes, (size_t)count);
        if (i == STEPS / 10)
            before = mallinfo2().uordblks;
    }
    const size_t after = mallinfo2().uordblks;
    const struct kf_view *view = kf_session_view(line.session, line.now_ns);
    assert_true(line.bytes > 15000000);
    assert_int_equal(view->pods[0].bytes, line.bytes);
    assert_int_equal(view->pods[0].bad_frames, 0);
    assert_true(view->pods[0].loss_pct == 0);
    assert_int_equal(view->pods[0].stream_count, 7);
    assert_int_equal(after, before);
    close_line(&line);
}

/* "0.03,1" from before and "9,2,..." from after are no line together. */
static void test_half_lines_are_not_joined(void **state)
{
    static const char before[] = "...,6\n0.00,1,2,3,4,5,6\n0.01,1,2,3,4,5,6\n0.02,1,2,3,4,5,6\n0.03,1",
                      after[] = "9,2,3,4,5,6\n0.05,1,2,3,4,5,6\n";
    struct kf_engine_config config = toy_config(kf_pod_driver_find("csv"));
    struct kf_engine *engine;
    (void)state;
    config.option_count = 1;
    config.option[0] = (struct kf_pod_option){"csv", "columns", "time_s acc_g gyr_dps"};
    engine = kf_engine_create(&config, NULL, NULL);
    assert_non_null(engine);
    kf_engine_push(engine, (const uint8_t *)before, sizeof before - 1);
    const uint64_t good = kf_engine_stats(engine, 0)->good_frames;
    assert_true(good >= 2);
    assert_int_equal(kf_engine_take(engine, &(struct kf_record){.kind = KF_RECORD_GONE}), KF_OK);
    assert_int_equal(kf_engine_take(engine, &(struct kf_record){.kind = KF_RECORD_BACK}), KF_OK);
    kf_engine_push(engine, (const uint8_t *)after, sizeof after - 1);
    assert_int_equal(kf_engine_stats(engine, 0)->good_frames, good + 1);
    assert_int_equal(kf_engine_stats(engine, 0)->bad_frames, 1);
    kf_engine_destroy(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_speed_is_found),           cmocka_unit_test(test_no_speed_makes_sense),
        cmocka_unit_test(test_half_lines_are_not_joined),    cmocka_unit_test(test_single_bytes_are_as_good),
        cmocka_unit_test(test_junk_costs_only_what_it_hits), cmocka_unit_test(test_ten_seconds_of_silence),
        cmocka_unit_test(test_a_flood_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
