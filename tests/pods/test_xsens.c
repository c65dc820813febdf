/* test_xsens.c - protects the Xbus decoder: recordings of a real pod match an independent decoder's output number for
 * number, in every chunk size; all four number formats, long messages, damage, restarts and the pod's commands. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"

enum { ROOM = 4096, GOLDEN_MAX = 200 };

/* ------------------------------------------------------------------------------------------------- the recordings */

struct golden {
    unsigned messages, samples;
    uint32_t time[GOLDEN_MAX];
    float value[GOLDEN_MAX][6];
};

/* Reads three "  X:number" lines. */
static void read_axes(FILE *file, float *out)
{
    char line[128];
    for (unsigned i = 0; i < 3; i++) {
        assert_non_null(fgets(line, sizeof line, file));
        assert_int_equal(line[2], 'X' + (int)i);
        out[i] = strtof(line + 4, NULL);
    }
}

static void load_golden(const char *name, struct golden *golden)
{
    char line[128];
    uint32_t time = 0;
    FILE *file = fopen(feed_shared_path(name), "r");
    assert_non_null(file);
    memset(golden, 0, sizeof *golden);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "PacketCounter", 13) == 0)
            golden->messages++;
        if (strncmp(line, "SampleTimeFine", 14) == 0 && fgets(line, sizeof line, file))
            time = (uint32_t)strtoul(line, NULL, 10);
        if (strncmp(line, "Acceleration", 12) == 0) {
            golden->time[golden->samples] = time;
            read_axes(file, golden->value[golden->samples]);
        }
        if (strncmp(line, "RateOfTurn", 10) == 0)
            read_axes(file, golden->value[golden->samples++] + 3);
    }
    (void)fclose(file);
}

struct compare {
    const struct golden *golden;
    unsigned at;
};

static void compare_item(void *context, const struct kf_pod_item *item)
{
    struct compare *compare = context;
    const struct golden *golden = compare->golden;
    if (item->kind != KF_POD_SAMPLE)
        return;
    assert_true(compare->at < golden->samples);
    assert_int_equal(item->u.sample.site, KF_SITE_NONE);
    assert_int_equal(item->u.sample.stream, 0);
    for (unsigned i = 0; i < 6; i++)
        if (item->u.sample.value[i] != golden->value[compare->at][i])
            fail_msg("sample %u, value %u: %.9g is not %.9g", compare->at, i, (double)item->u.sample.value[i],
                     (double)golden->value[compare->at][i]);
    const double t_s = (double)(golden->time[compare->at] - golden->time[0]) * 1e-4;
    assert_true(fabs(item->t_s - t_s) < 1e-9);
    compare->at++;
}

static void check_recording(const char *number)
{
    struct golden golden;
    struct compare compare = {&golden, 0};
    struct feed feed;
    char name[64];
    size_t count;
    uint64_t hash = 0;
    (void)snprintf(name, sizeof name, "pods/xsens/%s/output.golden", number);
    load_golden(name, &golden);
    (void)snprintf(name, sizeof name, "pods/xsens/%s/output.bin", number);
    uint8_t *bytes = feed_read_shared(name, &count);
    assert_non_null(bytes);
    assert_int_equal(golden.messages, 100);
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        compare.at = 0;
        feed_open(&feed, "xsens");
        feed.watch = compare_item;
        feed.watch_context = &compare;
        feed_push(&feed, bytes, count, feed_chunks[i]);
        feed_finish(&feed);
        const struct kf_pod_stats *stats = feed_stats(&feed);
        assert_int_equal(compare.at, golden.samples);
        assert_int_equal(stats->good_frames, 100);
        assert_int_equal(stats->bad_frames + stats->resyncs + stats->lost_frames + stats->stream[0].lost, 0);
        assert_int_equal(stats->epochs, 1);
        assert_true(fabs(stats->stream[0].rate_hz - 100) < 0.5);
        assert_true(i == 0 || feed.hash == hash);
        hash = feed.hash;
        feed_close(&feed);
    }
    for (size_t from = 0; from < 300; from++)
        assert_ptr_equal(kf_pod_detect(bytes + from, 1500), kf_pod_driver_find("xsens"));
    print_message("xsens/%s: 100 messages, %u samples equal\n", number, golden.samples);
    free(bytes);
}

static void test_recordings_match(void **state)
{
    (void)state;
    check_recording("1");
    check_recording("2");
    check_recording("4");
}

/* ---------------------------------------------------------------------------------------------- messages of our own */

struct message {
    size_t length;
    uint8_t data[ROOM];
};

static void put_item(struct message *message, unsigned id, const void *data, size_t length)
{
    uint8_t *at = message->data + message->length;
    at[0] = (uint8_t)(id >> 8);
    at[1] = (uint8_t)id;
    at[2] = (uint8_t)length;
    memcpy(at + 3, data, length);
    message->length += 3 + length;
}

static void put_be(uint8_t *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static void put_number(struct message *message, unsigned id, uint64_t value, unsigned bytes)
{
    uint8_t data[8];
    put_be(data, value, bytes);
    put_item(message, id, data, bytes);
}

/* Seals the message at `out`; long ones in the extended form. */
static size_t seal(const struct message *message, uint8_t *out)
{
    const bool extended = message->length >= 255;
    size_t at = 0;
    unsigned sum = 0;
    out[at++] = 0xFA;
    out[at++] = 0xFF;
    out[at++] = 0x36;
    out[at++] = extended ? 0xFF : (uint8_t)message->length;
    if (extended) {
        put_be(out + at, message->length, 2);
        at += 2;
    }
    memcpy(out + at, message->data, message->length);
    at += message->length;
    for (size_t i = 1; i < at; i++)
        sum += out[i];
    out[at++] = (uint8_t)(0u - sum);
    return at;
}

/* Three FP16.32 numbers: fraction first, then the whole part. */
static void put_fp1632(struct message *message, unsigned id, const double *value)
{
    uint8_t data[18];
    for (unsigned i = 0; i < 3; i++) {
        const uint64_t bits = (uint64_t)(int64_t)llround(value[i] * 0x1p32);
        put_be(data + 6 * i, bits & 0xFFFFFFFF, 4);
        put_be(data + 6 * i + 4, bits >> 32 & 0xFFFF, 2);
    }
    put_item(message, id, data, sizeof data);
}

static const double acc[3] = {-9.80665, 0.25, 157.5}, gyr[3] = {-34.9, 1.5, -0.001};

static size_t make_sample(uint8_t *out, unsigned counter, uint32_t time)
{
    struct message message = {0};
    put_number(&message, 0x1020, counter, 2);
    put_number(&message, 0x1060, time, 4);
    put_fp1632(&message, 0x4022, acc);
    put_fp1632(&message, 0x802A, gyr); /* axes north-west-up: the format's bits are the lowest two */
    return seal(&message, out);
}

static size_t make_run(uint8_t *out, unsigned first, unsigned count, uint32_t time)
{
    size_t made = 0;
    for (unsigned i = 0; i < count; i++)
        made += make_sample(out + made, first + i, time + 25 * i);
    return made;
}

static void test_fp1632_is_read(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    struct feed feed;
    feed_open(&feed, "xsens");
    feed_push(&feed, bytes, make_run(bytes, 65530, 20, UINT32_MAX - 100), 3);
    const struct kf_sample *sample = &feed.last[KF_POD_SAMPLE].u.sample;
    assert_int_equal(feed.count[KF_POD_SAMPLE], 20);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(fabs((double)sample->value[i] - acc[i]) < 1e-5);
        assert_true(fabs((double)sample->value[3 + i] - gyr[i]) < 1e-5);
    }
    /* Counter and clock have both wrapped meanwhile. */
    assert_true(fabs(sample->t_s - 19 * 0.0025) < 1e-9);
    assert_int_equal(feed_stats(&feed)->lost_frames + feed_stats(&feed)->stream[0].lost, 0);
    assert_int_equal(feed_stats(&feed)->epochs, 1);
    feed_close(&feed);
}

static void test_long_message_is_read(void **state)
{
    (void)state;
    uint8_t bytes[ROOM], filler[200] = {0xFA, 0xFF};
    struct message message = {0};
    struct feed feed;
    put_item(&message, 0xF000, filler, sizeof filler);
    put_item(&message, 0xF000, filler, sizeof filler);
    put_fp1632(&message, 0x4022, acc);
    put_fp1632(&message, 0x8022, gyr);
    put_number(&message, 0xE020, 1u << 12, 4); /* rate y is clipped */
    feed_open(&feed, "xsens");
    feed_push(&feed, bytes, seal(&message, bytes), 1);
    feed_finish(&feed);
    assert_int_equal(feed.count[KF_POD_SAMPLE], 1);
    assert_true(feed.last[KF_POD_SAMPLE].u.sample.saturated);
    assert_int_equal(feed_stats(&feed)->good_frames, 1);
    feed_close(&feed);
}

static void test_damage_costs_its_own_frame(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    struct feed feed;
    uint64_t hash = 0;
    const size_t one = make_run(bytes, 0, 1, 0);
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        const size_t count = make_run(bytes, 0, 30, 0);
        bytes[10 * one + 20] ^= 1;                                   /* message 10: its sum */
        memcpy(bytes + 20 * one + 8, "\xFA\xFF\x36\xFF\x07\xFF", 6); /* 20: and a false, long header inside it */
        feed_open(&feed, "xsens");
        feed_push(&feed, bytes, count - 5, feed_chunks[i]); /* 29 is cut off */
        feed_finish(&feed);
        const struct kf_pod_stats *stats = feed_stats(&feed);
        assert_int_equal(stats->good_frames, 27);
        assert_int_equal(stats->stream[0].samples, 27);
        assert_int_equal(stats->lost_frames, 2);
        assert_int_equal(stats->stream[0].lost, 2);
        assert_int_equal(stats->resyncs, 3);
        assert_true(fabs(stats->last_t_s - 28 * 0.0025) < 1e-9);
        assert_true(i == 0 || feed.hash == hash);
        hash = feed.hash;
        feed_close(&feed);
    }
}

static void test_restart_begins_an_epoch(void **state)
{
    (void)state;
    uint8_t bytes[2 * ROOM];
    struct feed feed;
    size_t count = make_run(bytes, 500, 20, 700000);
    count += make_sample(bytes + count, 519, 700000 + 19 * 25); /* a copy */
    count += make_run(bytes + count, 0, 20, 1000);
    feed_open(&feed, "xsens");
    feed_push(&feed, bytes, count, 0);
    const struct kf_pod_stats *stats = feed_stats(&feed);
    assert_int_equal(stats->epochs, 2);
    assert_int_equal(feed.count[KF_POD_EPOCH], 1);
    assert_int_equal(stats->duplicate_frames, 1);
    assert_int_equal(stats->stream[0].samples, 40);
    assert_int_equal(stats->stream[0].lost + stats->lost_frames, 0);
    assert_true(fabs(stats->last_t_s - 39 * 0.0025) < 1e-6);
    feed_close(&feed);
}

/* A pod that counts but whose clock stands is timed by its counter. */
static void test_standing_clock_is_no_restart(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    struct feed feed;
    size_t count = 0;
    for (unsigned i = 0; i < 20; i++)
        count += make_sample(bytes + count, i, 5);
    feed_open(&feed, "xsens");
    feed_push(&feed, bytes, count, 0);
    assert_int_equal(feed_stats(&feed)->epochs, 1);
    assert_int_equal(feed_stats(&feed)->stream[0].lost, 0);
    assert_true(fabs(feed_stats(&feed)->last_t_s - 0.19) < 1e-9);
    feed_close(&feed);
}

static void test_damaged_numbers_are_no_sample(void **state)
{
    (void)state;
    static const uint8_t nan12[12] = {0x7F, 0xC0, 0, 0, 0x7F, 0x80, 0, 0, 0x7F, 0, 0, 0};
    uint8_t bytes[ROOM];
    struct message message = {0};
    struct feed feed;
    put_item(&message, 0x4020, nan12, sizeof nan12);
    put_item(&message, 0x8020, nan12, sizeof nan12);
    feed_open(&feed, "xsens");
    feed_push(&feed, bytes, seal(&message, bytes), 0);
    message.data[2] = 11; /* items no longer fill the message */
    feed_push(&feed, bytes, seal(&message, bytes), 0);
    message = (struct message){.length = 0};
    put_number(&message, 0x1020, 7, 2);
    message.length++; /* nor do they here */
    feed_push(&feed, bytes, seal(&message, bytes), 0);
    assert_int_equal(feed.count[KF_POD_SAMPLE], 0);
    assert_int_equal(feed.count[KF_POD_GAP], 0);
    assert_int_equal(feed_stats(&feed)->epochs, 0);
    assert_int_equal(feed_stats(&feed)->bad_frames, 2);
    feed_close(&feed);
}

static void test_three_messages_lock(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    const struct kf_pod_driver *xsens = kf_pod_driver_find("xsens");
    const size_t count = make_run(bytes, 0, 3, 0);
    assert_int_equal(xsens->sniff(bytes, count - 1), 1);
    assert_int_equal(xsens->sniff(bytes, count), 2);
    bytes[count / 2] ^= 1;
    assert_int_equal(xsens->sniff(bytes, count), 1);
}

static void test_end_is_told_once(void **state)
{
    (void)state;
    static const uint8_t half[] = {0xFA, 0xFF, 0x36, 0x20, 0xFA, 0xFF, 0x36, 0x20, 0x00};
    struct feed feed;
    feed_open(&feed, "xsens");
    feed_push(&feed, half, sizeof half, 1);
    feed_finish(&feed);
    assert_int_equal(feed_stats(&feed)->bad_frames, 1);
    assert_int_equal(feed.last[KF_POD_PROBLEM].u.problem.column, 0);
    feed_close(&feed);
}

static void test_commands_are_xbus(void **state)
{
    (void)state;
    static const uint8_t stop[] = {0xFA, 0xFF, 0x30, 0x00, 0xD1};
    static const uint8_t at_200[] = {0xFA, 0xFF, 0x30, 0x00, 0xD1, 0xFA, 0xFF, 0xC0, 0x10, 0x10, 0x20,
                                     0xFF, 0xFF, 0x10, 0x60, 0xFF, 0xFF, 0x40, 0x20, 0x00, 0xC8, 0x80,
                                     0x20, 0x00, 0xC8, 0x05, 0xFA, 0xFF, 0x10, 0x00, 0xF1};
    static const uint8_t measure[] = {0xFA, 0xFF, 0x10, 0x00, 0xF1};
    uint8_t out[64];
    struct feed feed;
    feed_open(&feed, "xsens");
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_STOP, 0, out, sizeof out), sizeof stop);
    assert_memory_equal(out, stop, sizeof stop);
    const size_t count = feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, sizeof out);
    assert_int_equal(count, 31);
    assert_memory_equal(out, stop, sizeof stop);
    assert_memory_equal(out + count - sizeof measure, measure, sizeof measure);
    feed_push(&feed, out, count, 0); /* our own decoder takes them for three good messages */
    assert_int_equal(feed_stats(&feed)->good_frames, 3);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, 30), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_IDENTIFY, 0, out, sizeof out), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_RATE, 200, out, sizeof out), sizeof at_200);
    assert_memory_equal(out, at_200, sizeof at_200);
    feed_close(&feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recordings_match),
        cmocka_unit_test(test_fp1632_is_read),
        cmocka_unit_test(test_long_message_is_read),
        cmocka_unit_test(test_damage_costs_its_own_frame),
        cmocka_unit_test(test_restart_begins_an_epoch),
        cmocka_unit_test(test_standing_clock_is_no_restart),
        cmocka_unit_test(test_damaged_numbers_are_no_sample),
        cmocka_unit_test(test_three_messages_lock),
        cmocka_unit_test(test_end_is_told_once),
        cmocka_unit_test(test_commands_are_xbus),
    };
    if (!feed_has_shared())
        return FEED_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
