/* test_ximu3_data.c - protects x-IMU3 decoding against the vendor's data: the manual's messages, and 5,004 messages of
 * its own encoder in binary and ASCII, value for value, in any chunks. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manual),       cmocka_unit_test(test_binary_stream),
        cmocka_unit_test(test_ascii_stream), cmocka_unit_test(test_found_from_any_offset),
        cmocka_unit_test(test_missing_ends),
    };
    if (!feed_has_shared())
        return FEED_SKIP;
    return cmocka_run_group_tests_name("ximu3, shared data", tests, load_golden, NULL);
}
