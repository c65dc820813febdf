/* test_ximu3.c - protects x-IMU3 decoding against the vendor's data: the manual's messages, and 5,004 messages of its
 * own encoder in binary and ASCII, value for value, in any chunks; then, on messages of our own, several sensors on a
 * port, restarts, losses, damage and what the sensor says besides. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"
#include "pod/ximu3_state.h"

enum { MESSAGES = 5004, INERTIAL = 4000, LINE = 512, MAX_BYTES = 128 };

static const double DEG = 3.14159265358979323846 / 180, G = 9.80665;

/* ------------------------------------------------------------------------------------------------- the manual's rows
 */

static size_t unhex(const char *hex, uint8_t *out)
{
    size_t count = 0;
    for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        out[count++] = (uint8_t)byte;
    return count;
}

/* One row: name, values, ASCII, binary, remark. */
static void check_row(char *line)
{
    char *field[5] = {line};
    uint8_t bytes[MAX_BYTES], work[XIMU3_MESSAGE_MAX];
    struct ximu3_message binary, ascii;
    for (unsigned i = 1; i < 5; i++) {
        field[i] = strchr(field[i - 1], '\t');
        assert_non_null(field[i]);
        *field[i]++ = '\0';
    }
    const size_t count = unhex(field[3], bytes);
    assert_int_equal(bytes[count - 1], '\n');
    assert_true(kf_ximu3_parse(bytes, count - 1, work, &binary));
    field[3][-1] = '\n';
    assert_true(kf_ximu3_parse((const uint8_t *)field[2], (size_t)(field[3] - 1 - field[2]), work, &ascii));
    assert_int_equal(ascii.time_us, 1000000);
    assert_int_equal(binary.time_us, 1000000);
    assert_int_equal(ascii.letter, field[2][0]);
    assert_int_equal(binary.letter, field[2][0]);
    assert_int_equal(ascii.count, binary.count);
    if (ascii.count == 0)
        return;
    char *at = field[1];
    for (unsigned i = 0; i < ascii.count; i++, at += *at == ',') {
        const double expected = strtod(at, &at);
        assert_true(fabs(ascii.value[i] - expected) < 5e-5);
        if (strncmp(field[4], "MISMATCH", 8) != 0) /* the manual printed one float the wrong way round */
            assert_true(fabs(binary.value[i] - expected) < 1e-6 * fabs(expected) + 1e-9);
    }
    assert_int_equal(*at, '\0');
}

/* "before -> after": as the text of a serial message. */
static void check_stuffing(char *line)
{
    uint8_t before[MAX_BYTES], after[MAX_BYTES], work[XIMU3_MESSAGE_MAX];
    uint8_t bytes[MAX_BYTES] = {0xd3};
    struct ximu3_message message;
    char *arrow = strchr(line, '\t');
    assert_non_null(arrow);
    *arrow = '\0';
    const size_t plain = unhex(line, before), stuffed = unhex(arrow + 1, after);
    memcpy(bytes + 9, after, stuffed);
    assert_true(kf_ximu3_parse(bytes, 9 + stuffed - 1, work, &message));
    assert_int_equal(message.length, plain - 1);
    assert_memory_equal(message.text, before, plain - 1);
}

static void test_manual(void **state)
{
    (void)state;
    char line[LINE];
    unsigned rows = 0, stuffings = 0;
    FILE *file = fopen(feed_shared_path("pods/x-imu3/manual_vectors.tsv"), "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        if (line[0] >= '0' && line[0] <= '9' && ++stuffings)
            check_stuffing(line);
        else if (++rows)
            check_row(line);
    }
    (void)fclose(file);
    assert_int_equal(rows, 15);
    assert_int_equal(stuffings, 4);
}

/* -------------------------------------------------------------------------------------------------- the long
 * recordings
 */

struct golden {
    uint64_t time_us;
    double value[6]; /* as sent: deg/s, g */
};

static struct golden golden[INERTIAL];

static int load_golden(void **state)
{
    (void)state;
    char line[LINE];
    unsigned count = 0;
    FILE *file = fopen(feed_shared_path("pods/x-imu3/expected.csv"), "r");
    if (!file)
        return -1;
    while (count < INERTIAL && fgets(line, sizeof line, file)) {
        char *at = line + 2;
        if (strncmp(line, "I,", 2) != 0)
            continue;
        golden[count].time_us = strtoull(at, &at, 10);
        for (unsigned i = 0; i < 6; i++)
            golden[count].value[i] = strtod(at + 1, &at);
        count++;
    }
    (void)fclose(file);
    return count == INERTIAL ? 0 : -1;
}

struct watch {
    unsigned seen;
    double absolute; /* tolerance of a value as sent */
};

static void watch_item(void *context, const struct kf_pod_item *item)
{
    struct watch *watch = context;
    if (item->kind != KF_POD_SAMPLE)
        return;
    assert_true(watch->seen < INERTIAL);
    const struct golden *expected = &golden[watch->seen++];
    const struct kf_sample *sample = &item->u.sample;
    assert_int_equal(sample->site, KF_SITE_NONE);
    assert_int_equal(sample->kind, KF_KIND_IMU6);
    assert_int_equal(sample->stream, 0);
    assert_false(sample->saturated);
    assert_true(fabs(item->t_s - (double)(expected->time_us - golden[0].time_us) * 1e-6) < 1e-9);
    for (unsigned i = 0; i < 6; i++) {
        const double unit = i < 3 ? DEG : G;
        const double sent = expected->value[i] * unit;
        const double difference = fabs((double)sample->value[i < 3 ? 3 + i : i - 3] - sent);
        assert_true(difference <= fabs(sent) * 1.5e-7 + watch->absolute * unit);
    }
}

static void check_stream(const char *name, double absolute)
{
    size_t count;
    uint8_t *bytes = feed_read_shared(name, &count);
    uint64_t hash = 0;
    assert_non_null(bytes);
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        struct watch watch = {.absolute = absolute};
        struct feed feed;
        feed_open(&feed, "ximu3");
        feed.watch = watch_item;
        feed.watch_context = &watch;
        feed_push(&feed, bytes, count, feed_chunks[i]);
        feed_finish(&feed);
        const struct kf_pod_stats *stats = feed_stats(&feed);
        assert_int_equal(stats->good_frames, MESSAGES);
        assert_int_equal(stats->bad_frames + stats->resyncs + stats->lost_frames + stats->duplicate_frames, 0);
        assert_int_equal(watch.seen, INERTIAL);
        assert_int_equal(stats->stream_count, 1);
        assert_int_equal(stats->stream[0].samples, INERTIAL);
        assert_int_equal(stats->stream[0].lost, 0);
        assert_int_equal(stats->epochs, 1);
        assert_true(fabs(stats->stream[0].rate_hz - 400) < 2);
        assert_int_equal(feed.count[KF_POD_TEXT], 2);
        hash = i == 0 ? feed.hash : hash;
        assert_true(feed.hash == hash);
        feed_close(&feed);
    }
    free(bytes);
}

static void test_binary_stream(void **state)
{
    (void)state;
    check_stream("pods/x-imu3/stream.bin", 0);
}

static void test_ascii_stream(void **state)
{
    (void)state;
    check_stream("pods/x-imu3/stream.ascii", 5.1e-5);
}

/* Wherever the listening begins, three inertial messages later it is found. */
static void test_found_from_any_offset(void **state)
{
    (void)state;
    static const char *const names[] = {"pods/x-imu3/stream.bin", "pods/x-imu3/stream.ascii"};
    for (unsigned i = 0; i < 2; i++) {
        size_t count;
        uint8_t *bytes = feed_read_shared(names[i], &count);
        assert_non_null(bytes);
        for (size_t at = 0; at < 3000; at++)
            assert_int_equal(kf_pod_driver_find("ximu3")->sniff(bytes + at, 700), 2);
        assert_string_equal(kf_pod_detect(bytes + 5, count - 5)->name, "ximu3");
        assert_int_equal(kf_pod_driver_find("ximu3")->sniff(bytes, 40), 1);
        free(bytes);
    }
}

/* Inertial messages lose their LF: the two cannot be told apart, but the second is whole to its end and follows. */
static void test_missing_ends(void **state)
{
    (void)state;
    size_t count, made = 0, ends = 0, begin = 0, hit = 0;
    uint8_t *bytes = feed_read_shared("pods/x-imu3/stream.bin", &count);
    struct feed feed;
    assert_non_null(bytes);
    for (size_t at = 0; at < count; at++) {
        const bool end = bytes[at] == '\n';
        ends += end;
        if (end && ends % 10 == 0 && at + 1 < count && bytes[begin] == 0xc9 && bytes[at + 1] == 0xc9)
            hit++;
        else
            bytes[made++] = bytes[at];
        begin = end ? made : begin;
    }
    feed_open(&feed, "ximu3");
    feed_push(&feed, bytes, made, 7);
    feed_finish(&feed);
    assert_true(hit > 300);
    assert_int_equal(feed_stats(&feed)->bad_frames, hit);
    assert_int_equal(feed_stats(&feed)->resyncs, hit);
    assert_int_equal(feed_stats(&feed)->good_frames, MESSAGES - hit);
    assert_int_equal(feed_stats(&feed)->stream[0].samples + feed_stats(&feed)->stream[0].lost, INERTIAL);
    feed_close(&feed);
    free(bytes);
}

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
    put_inertial("", 1300000); /* the last one again */
    const struct kf_pod_stats *stats = run_port(&feed);
    assert_counts(stats, 60, 2, 0);
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
    uint8_t out[256];
    struct feed feed;
    feed_open(&feed, "ximu3");
    assert_true(feed.driver->command(feed.state, KF_POD_CMD_START, out, sizeof out) > sizeof start);
    assert_memory_equal(out, start, sizeof start - 1);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_DESCRIBE, out, sizeof out), 14);
    assert_memory_equal(out, "{\"ping\":null}\n", 14);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_DESCRIBE, out, 13), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_STOP, out, sizeof out), 0);
    feed_close(&feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manual),
        cmocka_unit_test(test_binary_stream),
        cmocka_unit_test(test_ascii_stream),
        cmocka_unit_test(test_found_from_any_offset),
        cmocka_unit_test(test_missing_ends),
        cmocka_unit_test_setup(test_several_sensors, clear_port),
        cmocka_unit_test_setup(test_losses_are_gaps, clear_port),
        cmocka_unit_test_setup(test_restart_is_an_epoch, clear_port),
        cmocka_unit_test_setup(test_damaged_time, clear_port),
        cmocka_unit_test_setup(test_truncated_and_foreign, clear_port),
        cmocka_unit_test_setup(test_begins_in_mid_message, clear_port),
        cmocka_unit_test_setup(test_saturation, clear_port),
        cmocka_unit_test_setup(test_words_battery_name, clear_port),
        cmocka_unit_test_setup(test_carried_digits, clear_port),
        cmocka_unit_test_setup(test_malformed, clear_port),
        cmocka_unit_test_setup(test_commands, clear_port),
    };
    if (!feed_has_shared())
        return FEED_SKIP;
    return cmocka_run_group_tests_name("ximu3", tests, load_golden, NULL);
}
