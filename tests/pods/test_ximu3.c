/* test_ximu3.c - protects, on messages of our own making, what the x-IMU3 decoder makes of several sensors on a port,
 * restarts, losses, damage, and of what a sensor says besides. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"
#include "pod/ximu3_state.h"

static const double DEG = 3.14159265358979323846 / 180, G = 9.80665;

/* ------------------------------------------------------------------------------------------- messages of our own
 * making
 */

struct port {
    size_t length;
    uint8_t bytes[1 << 15];
};

static struct port port;

static int clear_port(void **state)
{
    (void)state;
    port.length = 0;
    return 0;
}

static void put(const void *bytes, size_t count)
{
    assert_true(port.length + count <= sizeof port.bytes);
    memcpy(port.bytes + port.length, bytes, count);
    port.length += count;
}

static void put_stuffed(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '\n')
            put("\xdb\xdc", 2);
        else if (bytes[i] == 0xdb)
            put("\xdb\xdd", 2);
        else
            put(&bytes[i], 1);
    }
}

/* A binary message of floats behind `mux` ("", "^A", ...). */
static void put_message(const char *mux, char letter, uint64_t time_us, const float *values, unsigned count)
{
    const uint8_t id = (uint8_t)(0x80 + letter);
    uint8_t body[8 + 4 * XIMU3_VALUES];
    put(mux, strlen(mux));
    put(&id, 1);
    for (unsigned i = 0; i < 8; i++)
        body[i] = (uint8_t)(time_us >> 8 * i);
    memcpy(body + 8, values, 4 * (size_t)count); /* tests run on little-endian machines only */
    put_stuffed(body, 8 + 4 * (size_t)count);
    put("\n", 1);
}

static void put_inertial(const char *mux, uint64_t time_us)
{
    put_message(mux, 'I', time_us, (const float[]){90, 0, 0, 0, 0, 1}, 6);
}

/* `count` readings, 5 ms apart. */
static void put_run(const char *mux, uint64_t from_us, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        put_inertial(mux, from_us + 5000 * (uint64_t)i);
}

/* Feeds all that was put; every chunking gives the same items. The last feed is left open. */
static const struct kf_pod_stats *run_port(struct feed *feed)
{
    uint64_t hash = 0;
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        if (i > 0)
            feed_close(feed);
        feed_open(feed, "ximu3");
        feed_push(feed, port.bytes, port.length, feed_chunks[i]);
        feed_finish(feed);
        hash = i == 0 ? feed->hash : hash;
        assert_true(feed->hash == hash);
    }
    return feed_stats(feed);
}

static void assert_counts(const struct kf_pod_stats *stats, unsigned good, unsigned bad, unsigned resyncs)
{
    if (stats->good_frames != good || stats->bad_frames != bad || stats->resyncs != resyncs)
        fail_msg("good %d bad %d resyncs %d", (int)stats->good_frames, (int)stats->bad_frames, (int)stats->resyncs);
}

/* Sensors whose clocks agree share the axis; one whose clock does not begins where it is first heard. */
static void test_several_sensors(void **state)
{
    (void)state;
    struct feed feed;
    for (unsigned i = 0; i < 20; i++) {
        put_inertial("^A", 1000000 + 5000 * (uint64_t)i);
        put_inertial("^B", 1001000 + 5000 * (uint64_t)i);
        if (i >= 10)
            put_inertial("^C", 900000000 + 5000 * (uint64_t)i);
    }
    const struct kf_pod_stats *stats = run_port(&feed);
    assert_counts(stats, 50, 0, 0);
    assert_int_equal(stats->stream_count, 3);
    assert_int_equal(stats->stream[0].samples, 20);
    assert_int_equal(stats->stream[1].samples, 20);
    assert_int_equal(stats->stream[2].samples, 10);
    assert_int_equal(stats->epochs, 1);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(stats->stream[i].lost, 0);
        assert_true(fabs(stats->stream[i].rate_hz - 200) < 1e-6);
    }
    assert_int_equal(feed.last[KF_POD_SAMPLE].u.sample.stream, 2);
    /* C is first heard after B's eleventh sample (51 ms) and goes on for 9 steps. */
    assert_true(fabs(feed.last[KF_POD_SAMPLE].t_s - 0.096) < 1e-9);
    feed_close(&feed);
    assert_int_equal(kf_pod_driver_find("ximu3")->sniff(port.bytes, port.length), 2);
}

/* Whichever sensor is heard first: settings say where stream 1 is worn, and a mux may be plugged in at any moment. */
static void test_streams_are_numbered_by_channel(void **state)
{
    static const char *const order[3] = {"^C", "^A", "^B"};
    (void)state;
    struct feed feed;
    for (unsigned first = 0; first < 3; first++) {
        port.length = 0;
        for (unsigned i = 0; i < 60; i++) {
            const char *channel = order[(first + i) % 3];
            if (i < 57 || channel[1] == 'B') /* B has the last word */
                put_inertial(channel, 1000000 + 2000 * (uint64_t)i);
        }
        (void)run_port(&feed);
        assert_int_equal(feed_stats(&feed)->stream_count, 3);
        assert_int_equal(feed.last[KF_POD_SAMPLE].u.sample.stream, 1);
        feed_close(&feed);
    }
}

static void test_losses_are_gaps(void **state)
{
    (void)state;
    struct feed feed;
    put_run("", 1000000, 20);
    put_run("", 1120000, 20);  /* 4 lost */
    put_run("", 11220000, 20); /* a pause of 10 s: 2,000 lost */
    const struct kf_pod_stats *stats = run_port(&feed);
    assert_counts(stats, 60, 0, 0);
    assert_int_equal(stats->stream[0].lost, 4 + 2000);
    assert_int_equal(stats->epochs, 1);
    assert_true(fabs(stats->last_t_s - 10.315) < 1e-9);
    feed_close(&feed);
}

static void test_restart_is_an_epoch(void **state)
{
    (void)state;
    struct feed feed;
    put_run("^A", 50000000, 20);
    put_run("^B", 50000000, 20);
    put_run("^A", 300000, 20);
    put_run("^B", 300000, 20);
    const struct kf_pod_stats *stats = run_port(&feed);
    assert_counts(stats, 80, 0, 0);
    assert_int_equal(stats->epochs, 2);
    assert_int_equal(feed.count[KF_POD_EPOCH], 1);
    assert_int_equal(stats->stream[0].lost + stats->stream[1].lost, 0);
    assert_true(fabs(stats->last_t_s - (0.095 + 0.005 + 0.095)) < 1e-9);
    feed_close(&feed);
}

/* One damaged clock is neither a restart nor a pause. */
static void test_damaged_time(void **state)
{
    (void)state;
    struct feed feed;
    put_run("", 1000000, 20);
    put_inertial("", 77);
    put_run("", 1105000, 20);
    put_inertial("", UINT64_MAX);
    put_run("", 1205000, 20);
    put_inertial("", 2500000);
    put_run("", 1305000, 2);
    put_inertial("", 1310000); /* the last one again */
    const struct kf_pod_stats *stats = run_port(&feed);
    assert_counts(stats, 62, 3, 0);
    assert_int_equal(stats->duplicate_frames, 1);
    assert_int_equal(stats->epochs, 1);
    assert_int_equal(stats->stream[0].lost, 1); /* 1,200,000 is missing, 1,100,000 is where 77 stood */
    feed_close(&feed);
}

static void test_truncated_and_foreign(void **state)
{
    (void)state;
    struct feed feed;
    put_run("", 1000000, 10);
    port.length -= 12;
    put_run("", 1050000, 10); /* the first of them hides behind the truncated one */
    put("\xc9\x01\x02\n", 4);
    put_run("", 1100000, 10);
    for (unsigned i = 0; i < 3000; i++)
        put("x", 1);
    put_run("", 1150000, 10);
    put_message("", 'I', 1200000, (const float[]){NAN, 0, 0, 0, 0, 1}, 6);
    put("\n\n", 2);
    put("\xc9half", 5);
    const struct kf_pod_stats *stats = run_port(&feed);
    assert_counts(stats, 39, 5, 4);
    assert_int_equal(stats->stream[0].lost, 1);
    feed_close(&feed);
}

/* What can be had from behind a lost LF, and what must not be. */
static void test_rescue(void **state)
{
    (void)state;
    struct feed feed;
    put_run("", 1000000, 2);
    put("\xc9\x01\n", 3); /* 1,010,000 was lost with it, though the rate is hardly known yet */
    put_run("", 1015000, 4);
    port.length--; /* twice in a row */
    put_run("", 1035000, 2);
    port.length--;
    put_run("", 1045000, 1);
    put("\xc9xyz", 4);
    put_inertial("", 77); /* follows from nothing */
    put_run("", 1050000, 3);
    for (unsigned i = 0; i < 1000; i++)
        put("x", 1);
    put_run("", 1065000, 3);
    for (unsigned i = 0; i < XIMU3_MESSAGE_MAX - XIMU3_TAIL; i++)
        put("x", 1);
    put("S,1,", 4); /* well formed, were it not the tail of something else */
    for (unsigned i = 0; i < XIMU3_TAIL; i++)
        put("y", 1);
    put("\n", 1);
    put_run("", 1080000, 3);
    const struct kf_pod_stats *stats = run_port(&feed);
    assert_counts(stats, 16, 6, 6);
    assert_int_equal(stats->stream[0].lost, 3);
    feed_close(&feed);
}

/* A restarted clock that happens to be in step with one far behind on the axis does not take its stream back in time.
 */
static void test_time_never_falls_back(void **state)
{
    (void)state;
    struct feed feed;
    put_run("^A", 1000000, 10);
    put_run("^B", 500000000, 100);
    put_run("^C", 900000000, 10);
    put_run("^C", 100000000, 10);
    put_inertial("^A", 1050000);
    put_run("^B", 1060000, 10);
    assert_counts(run_port(&feed), 141, 0, 0);
    assert_int_equal(feed.last[KF_POD_SAMPLE].u.sample.stream, 1);
    assert_true(feed.last[KF_POD_SAMPLE].t_s > 0.5);
    feed_close(&feed);
}

static void test_detection_wants_three_together(void **state)
{
    (void)state;
    const struct kf_pod_driver *driver = kf_pod_driver_find("ximu3");
    put_run("", 1000000, 2);
    put("noise\n", 6);
    put_run("", 1010000, 2);
    assert_int_equal(driver->sniff(port.bytes, port.length), 1);
    put_inertial("", 3000000); /* more than a second later */
    put_run("", 1020000, 2);
    assert_int_equal(driver->sniff(port.bytes, port.length), 1);
    put_run("", 1030000, 1);
    assert_int_equal(driver->sniff(port.bytes, port.length), 2);
}

static void test_begins_in_mid_message(void **state)
{
    (void)state;
    struct feed feed;
    put_run("", 1000000, 10);
    memmove(port.bytes, port.bytes + 3, port.length - 3);
    port.length -= 3;
    const struct kf_pod_stats *stats = run_port(&feed);
    assert_counts(stats, 9, 1, 1);
    assert_true(fabs(stats->last_t_s - 0.04) < 1e-9); /* zero is the first reading heard */
    feed_close(&feed);
}

static void test_saturation(void **state)
{
    (void)state;
    struct feed feed;
    put_message("", 'I', 1000000, (const float[]){1999, 0, 0, 0, 0, 15.9f}, 6);
    put_message("", 'I', 1005000, (const float[]){0, -2000, 0, 0, 0, 1}, 6);
    put_message("", 'I', 1010000, (const float[]){0, 0, 0, 16, 0, 1}, 6);
    assert_int_equal(run_port(&feed)->stream[0].saturated, 2);
    feed_close(&feed);
}

static void test_words_battery_name(void **state)
{
    (void)state;
    static const char words[] = "{\"ping\":{\"interface\":\"USB\",\"name\":\"Left thigh\",\"sn\":\"0123\"}}\r\n"
                                "{\"inertial_message_rate_divisor\":2}\nN,1095000,Button pressed.\nO,1095000\n";
    struct feed feed;
    put_run("", 1000000, 20);
    put_message("", 'T', 1095000, (const float[]){31.5f}, 1);
    put_message("", 'B', 1095000, (const float[]){80, 3.9f, 0}, 3);
    put(words, sizeof words - 1);
    assert_counts(run_port(&feed), 26, 0, 0);
    assert_string_equal(feed_stats(&feed)->name, "Left thigh");
    assert_int_equal(feed.last[KF_POD_STATUS].u.status.battery_pct, 80);
    assert_int_equal(feed.last[KF_POD_STATUS].u.status.battery_mv, 3900);
    assert_true(feed.last[KF_POD_STATUS].u.status.temperature_c == 31.5f);
    assert_true(fabs(feed.last[KF_POD_STATUS].t_s - 0.095) < 1e-9);
    assert_string_equal(feed.last[KF_POD_TEXT].u.text.text, "Button pressed.");
    assert_string_equal(feed.last[KF_POD_MARK].u.mark.text, "button");
    feed_close(&feed);
}

/* Firmware prints 14.99996 as "14.:000". */
static void test_carried_digits(void **state)
{
    (void)state;
    static const char line[] = "I,1000000,-4.:000,0.0000,0.0000,0.0000,14.:000,0.0000\n";
    struct feed feed;
    put(line, sizeof line - 1);
    assert_counts(run_port(&feed), 1, 0, 0);
    assert_true(fabs((double)feed.last[KF_POD_SAMPLE].u.sample.value[1] - 15 * G) < 1e-4);
    assert_true(fabs((double)feed.last[KF_POD_SAMPLE].u.sample.value[3] + 5 * DEG) < 1e-6);
    feed_close(&feed);
}

static void test_malformed(void **state)
{
    (void)state;
    static const char *const messages[] = {
        "I,1000000,1,2,3,4,5",
        "I,1000000,1,2,3,4,5,6,7",
        "I,1000000,1,2,3,4,5,",
        "I,1000000,1,2,3,4,5,nan",
        "I,-1,1,2,3,4,5,6",
        "I,18446744073709551616,1,2,3,4,5,6",
        "J,1000000,1,2,3,4,5,6",
        "i,1000000,1,2,3,4,5,6",
        "I 1000000 1 2 3 4 5 6",
        "I,1000000,1,2,3,4,5,14.:",
        "{\"ping\":null",
        "^A",
        "I",
        "1,2,3,4,5,6",
        "\xd3\x01\x02\x03\x04\x05\x06\x07\x08\xdb",
    };
    uint8_t work[XIMU3_MESSAGE_MAX];
    struct ximu3_message message;
    char line[64];
    for (unsigned i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        const int length = snprintf(line, sizeof line, "%s\n", messages[i]);
        if (kf_ximu3_parse((const uint8_t *)line, (size_t)length - 1, work, &message))
            fail_msg("taken for a message: %s", messages[i]);
    }
}

static void test_commands(void **state)
{
    (void)state;
    static const char start[] = "{\"inertial_message_rate_divisor\":2}\n{\"apply\":null}\n";
    static const char at_100[] = "{\"inertial_message_rate_divisor\":4}\n{\"apply\":null}\n^^"
                                 "{\"inertial_message_rate_divisor\":4}\n^^{\"apply\":null}\n";
    uint8_t out[256];
    struct feed feed;
    feed_open(&feed, "ximu3");
    assert_true(feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, sizeof out) > sizeof start);
    assert_memory_equal(out, start, sizeof start - 1);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_DESCRIBE, 0, out, sizeof out), 14);
    assert_memory_equal(out, "{\"ping\":null}\n", 14);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_DESCRIBE, 0, out, 13), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_STOP, 0, out, sizeof out), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_RATE, 100, out, sizeof out), sizeof at_100 - 1);
    assert_memory_equal(out, at_100, sizeof at_100 - 1);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_RATE, 100, out, sizeof at_100 - 1), 0);
    assert_true(feed.driver->command(feed.state, KF_POD_CMD_RATE, 5000, out, sizeof out) > 0);
    assert_memory_equal(out, "{\"inertial_message_rate_divisor\":1}\n", 36);
    feed_close(&feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_several_sensors, clear_port),
        cmocka_unit_test_setup(test_streams_are_numbered_by_channel, clear_port),
        cmocka_unit_test_setup(test_losses_are_gaps, clear_port),
        cmocka_unit_test_setup(test_restart_is_an_epoch, clear_port),
        cmocka_unit_test_setup(test_damaged_time, clear_port),
        cmocka_unit_test_setup(test_truncated_and_foreign, clear_port),
        cmocka_unit_test_setup(test_rescue, clear_port),
        cmocka_unit_test_setup(test_time_never_falls_back, clear_port),
        cmocka_unit_test_setup(test_detection_wants_three_together, clear_port),
        cmocka_unit_test_setup(test_begins_in_mid_message, clear_port),
        cmocka_unit_test_setup(test_saturation, clear_port),
        cmocka_unit_test_setup(test_words_battery_name, clear_port),
        cmocka_unit_test_setup(test_carried_digits, clear_port),
        cmocka_unit_test_setup(test_malformed, clear_port),
        cmocka_unit_test_setup(test_commands, clear_port),
    };
    return cmocka_run_group_tests_name("ximu3", tests, NULL, NULL);
}
