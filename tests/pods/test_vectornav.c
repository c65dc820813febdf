/* test_vectornav.c - protects the VectorNav decoder: a real binary log mixed with text matches its author's own decode,
 * the vendor's sentences and packets are read, and damage, restarts, false headers and chunks change nothing else. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"
#include "pod/crc16.h"

enum { ROOM = 8192, ROWS = 200 };

static const struct kf_pod_driver *vectornav(void)
{
    return kf_pod_driver_find("vectornav");
}

/* --------------------------------------------------------------------------------------------------- the real log */

struct rows {
    unsigned count, at, unlisted;
    double value[ROWS][6];
};

/* Columns 4 to 9 of the author's table: acceleration and rate. */
static void load_rows(struct rows *rows)
{
    char line[2048];
    FILE *file = fopen(feed_shared_path("pods/vectornav/F00294_expected.csv"), "r");
    assert_non_null(file);
    rows->count = 0;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) && rows->count < ROWS) {
        char *at = line;
        for (unsigned i = 0; i < 9; i++, at++) {
            const double value = strtod(at, &at);
            if (i >= 3)
                rows->value[rows->count][i - 3] = value;
        }
        rows->count++;
    }
    (void)fclose(file);
}

static bool is_row(const struct kf_sample *sample, const double *expected)
{
    for (unsigned i = 0; i < 6; i++)
        if (!(fabs((double)sample->value[i] - expected[i]) <= 1e-6 * fmax(fabs(expected[i]), 1e-6)))
            return false;
    return true;
}

/* The table lacks one packet of the log; every row of it must come, in order. */
static void compare_item(void *context, const struct kf_pod_item *item)
{
    struct rows *rows = context;
    if (item->kind != KF_POD_SAMPLE)
        return;
    if (rows->at < rows->count && is_row(&item->u.sample, rows->value[rows->at]))
        rows->at++;
    else
        rows->unlisted++;
}

static void test_log_matches(void **state)
{
    (void)state;
    struct rows rows;
    struct feed feed;
    size_t count;
    uint64_t hash = 0;
    uint8_t *bytes = feed_read_shared("pods/vectornav/F00294.raw", &count);
    assert_non_null(bytes);
    load_rows(&rows);
    assert_int_equal(rows.count, 98);
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        rows.at = rows.unlisted = 0;
        feed_open(&feed, "vectornav");
        feed.watch = compare_item;
        feed.watch_context = &rows;
        feed_push(&feed, bytes, count, feed_chunks[i]);
        feed_finish(&feed);
        const struct kf_pod_stats *stats = feed_stats(&feed);
        if (i == 0)
            print_message("F00294: %u packets, %u bad, %u resyncs, %u rows equal\n", (unsigned)stats->good_frames,
                          (unsigned)stats->bad_frames, (unsigned)stats->resyncs, rows.at);
        assert_int_equal(stats->good_frames, 99);
        assert_int_equal(rows.at, 98);
        assert_int_equal(rows.unlisted, 1);
        assert_true(i == 0 || feed.hash == hash);
        hash = feed.hash;
        feed_close(&feed);
    }
    for (size_t from = 0; from < 1000; from++)
        assert_ptr_equal(kf_pod_detect(bytes + from, 2000), vectornav());
    free(bytes);
}

/* ------------------------------------------------------------------------------------------- the vendor's examples */

static void test_sentences_are_read(void **state)
{
    (void)state;
    struct feed feed;
    size_t count;
    uint8_t *bytes = feed_read_shared("pods/vectornav/ascii_vectors.txt", &count);
    assert_non_null(bytes);
    feed_open(&feed, "vectornav");
    feed_push(&feed, bytes, count, 1);
    feed_finish(&feed);
    const struct kf_pod_stats *stats = feed_stats(&feed);
    assert_int_equal(stats->good_frames, 10);
    assert_int_equal(stats->bad_frames + stats->resyncs, 0);
    assert_int_equal(feed.count[KF_POD_SAMPLE], 5);
    assert_string_equal(stats->name, "VN-200T-CR");
    assert_string_equal(feed.last[KF_POD_TEXT].u.text.text, "VNERR,12");
    assert_true(fabs((double)feed.last[KF_POD_STATUS].u.status.temperature_c - 20.7) < 1e-5);
    static const double imu[6] = {-0.015, 0.019, 9.948, 0.002066, -0.008442, -0.044656};
    for (unsigned i = 0; i < 6; i++)
        assert_true(fabs((double)feed.last[KF_POD_SAMPLE].u.sample.value[i] - imu[i]) < 1e-6);
    assert_true(fabs(stats->last_t_s - 4.0 / 40) < 1e-9);
    assert_int_equal(vectornav()->sniff(bytes, count), 2);
    feed_close(&feed);
    free(bytes);
}

static void test_packets_without_motion_are_good(void **state)
{
    (void)state;
    static const char *const hex[] = {"fa010900700500030a000000480e2c42084c37c110388bc2d4cb",
                                      "fa01080093502e42833ef13f48b504bb9288"};
    struct feed feed;
    feed_open(&feed, "vectornav");
    for (unsigned i = 0; i < 2; i++) {
        uint8_t bytes[64];
        size_t count = 0;
        for (unsigned byte; sscanf(hex[i] + 2 * count, "%2x", &byte) == 1;)
            bytes[count++] = (uint8_t)byte;
        feed_push(&feed, bytes, count, 1);
        assert_int_equal(vectornav()->sniff(bytes, count), 2);
        assert_int_equal(vectornav()->sniff(bytes, count - 1), 1);
        bytes[9] ^= 4;
        assert_int_equal(vectornav()->sniff(bytes, count), 1);
    }
    assert_int_equal(feed_stats(&feed)->good_frames, 2);
    assert_int_equal(feed.count[KF_POD_SAMPLE], 0);
    feed_close(&feed);
}

/* --------------------------------------------------------------------------------------------- streams of our own */

static size_t put_sentence(uint8_t *out, const char *text, unsigned digits)
{
    unsigned sum = 0;
    for (const char *at = text; *at; at++)
        sum ^= (unsigned char)*at;
    if (digits == 4)
        sum = kf_crc16_push(0, (const uint8_t *)text, strlen(text));
    return (size_t)snprintf((char *)out, 256, "$%s*%0*X\r\n", text, (int)digits, sum);
}

static const float motion[6] = {1.5f, -9.75f, 0.25f, -3.5f, 0.125f, 12.0f};

/* The packet our START asks for: time and measured motion. */
static size_t put_packet(uint8_t *out, uint64_t time_ns)
{
    static const uint8_t header[] = {0xFA, 0x01, 0x01, 0x02};
    size_t at = sizeof header;
    memcpy(out, header, sizeof header);
    for (unsigned i = 0; i < 8; i++)
        out[at++] = (uint8_t)(time_ns >> 8 * i);
    memcpy(out + at, motion, sizeof motion);
    at += sizeof motion;
    const uint16_t crc = kf_crc16_push(0, out + 1, at - 1);
    out[at++] = (uint8_t)(crc >> 8);
    out[at++] = (uint8_t)crc;
    return at;
}

static size_t put_run(uint8_t *out, uint64_t time_ns, unsigned count)
{
    size_t made = 0;
    for (unsigned i = 0; i < count; i++)
        made += put_packet(out + made, time_ns + i * UINT64_C(5000000));
    return made;
}

static void test_pod_clock_times_packets(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    struct feed feed;
    size_t count = put_run(bytes, UINT64_C(43000006000), 20);
    count += put_run(bytes + count, UINT64_C(43000006000) + 23 * UINT64_C(5000000), 20); /* three are missing */
    count += put_run(bytes + count, UINT64_C(5000000), 20);                              /* switched off and on */
    feed_open(&feed, "vectornav");
    feed_push(&feed, bytes, count, 7);
    const struct kf_pod_stats *stats = feed_stats(&feed);
    assert_int_equal(stats->good_frames, 60);
    assert_int_equal(stats->stream[0].samples, 60);
    assert_int_equal(stats->stream[0].lost, 3);
    assert_int_equal(stats->epochs, 2);
    assert_true(fabs(stats->last_t_s - 62 * 0.005) < 1e-9);
    assert_true(fabs(stats->stream[0].rate_hz - 200) < 0.01);
    assert_int_equal(stats->stream[0].saturated, 0);
    for (unsigned i = 0; i < 6; i++)
        assert_true(feed.last[KF_POD_SAMPLE].u.sample.value[i] == motion[i]);
    assert_int_equal(feed.last[KF_POD_SAMPLE].u.sample.site, KF_SITE_NONE);
    feed_close(&feed);
}

static void test_damage_and_text_in_between(void **state)
{
    (void)state;
    static const uint8_t false_header[] = {0xFA, 0x14, 0x3E, 0x00, 0x3A, 0x00};
    static const char gps[] = "$GPRMC,1,A*00\r\nlogger: 12 C\r\n";
    uint8_t bytes[ROOM];
    struct feed feed;
    uint64_t hash = 0;
    size_t count = put_run(bytes, 1, 10);
    memcpy(bytes + count, gps, sizeof gps - 1);
    count += sizeof gps - 1;
    memcpy(bytes + count, false_header, sizeof false_header); /* hides the three packets behind it */
    count += sizeof false_header;
    count += put_run(bytes + count, 1 + 10 * UINT64_C(5000000), 10);
    bytes[count - 20] ^= 0x10;
    count += put_run(bytes + count, 1 + 20 * UINT64_C(5000000), 10);
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        feed_open(&feed, "vectornav");
        feed_push(&feed, bytes, count - 3, feed_chunks[i]);
        feed_finish(&feed);
        const struct kf_pod_stats *stats = feed_stats(&feed);
        assert_int_equal(stats->good_frames, 28);
        assert_int_equal(stats->bad_frames, 3); /* false, damaged, cut off by the end */
        assert_int_equal(stats->resyncs, 3);
        assert_int_equal(stats->stream[0].lost, 1);
        assert_int_equal(stats->epochs, 1);
        assert_true(fabs(stats->last_t_s - 28 * 0.005) < 1e-9);
        assert_true(i == 0 || feed.hash == hash);
        hash = feed.hash;
        feed_close(&feed);
    }
}

static void test_sentences_follow_the_told_rate(void **state)
{
    (void)state;
    static const char imu[] = "VNIMU,+00.1,+00.2,+00.3,-00.015,+157.019,+09.948,+00.1,-00.2,-00.3,+20.7,+084.3";
    uint8_t bytes[ROOM];
    struct feed feed;
    size_t count = put_sentence(bytes, "VNWRG,07,100", 2);
    for (unsigned i = 0; i < 10; i++)
        count += put_sentence(bytes + count, imu, i % 2 ? 4 : 2);
    bytes[count - 30] ^= 1;                                           /* the last one */
    count += put_sentence(bytes + count, "VNIMU,1,2,3,4,5,6,7,8", 2); /* too few fields */
    count += put_sentence(bytes + count, imu, 4);
    memcpy(bytes + count, "$VNIMU,1,2\r\n", 12); /* breaks off */
    count += 12;
    feed_open(&feed, "vectornav");
    feed_push(&feed, bytes, count, 5);
    feed_finish(&feed);
    const struct kf_pod_stats *stats = feed_stats(&feed);
    assert_int_equal(stats->good_frames, 11);
    assert_int_equal(stats->bad_frames, 3);
    assert_int_equal(stats->stream[0].samples, 10);
    assert_int_equal(stats->stream[0].lost, 2);
    assert_int_equal(stats->stream[0].saturated, 10);
    assert_true(fabs(stats->last_t_s - 0.11) < 1e-9);
    feed_close(&feed);
}

/* A pod that sends both gives each sample once: the packets'. */
static void test_packets_supersede_sentences(void **state)
{
    (void)state;
    uint8_t bytes[ROOM];
    struct feed feed;
    size_t count = 0;
    for (unsigned i = 0; i < 10; i++) {
        count += put_sentence(bytes + count, "VNMAR,1,2,3,4,5,6,7,8,9", 2);
        count += put_packet(bytes + count, 1 + i * UINT64_C(5000000));
        count += put_packet(bytes + count, 1 + i * UINT64_C(5000000)); /* a copy */
    }
    feed_open(&feed, "vectornav");
    feed_push(&feed, bytes, count, 9);
    assert_int_equal(feed_stats(&feed)->good_frames, 20);
    assert_int_equal(feed_stats(&feed)->duplicate_frames, 10);
    assert_int_equal(feed_stats(&feed)->stream[0].samples, 11);
    assert_int_equal(feed_stats(&feed)->epochs, 1);
    feed_close(&feed);
}

static void seal(uint8_t *packet, size_t size)
{
    const uint16_t crc = kf_crc16_push(0, packet + 1, size - 3);
    packet[size - 2] = (uint8_t)(crc >> 8);
    packet[size - 1] = (uint8_t)crc;
}

static void test_noise_with_a_checksum_does_not_lock(void **state)
{
    (void)state;
    uint8_t bytes[256] = {0xFA, 0x01, 0x01, 0x00}; /* a time alone: one may be chance, two are not */
    enum { TIME_ONLY = 14 };
    seal(bytes, TIME_ONLY);
    memcpy(bytes + TIME_ONLY, bytes, TIME_ONLY);
    assert_int_equal(vectornav()->sniff(bytes, TIME_ONLY), 1);
    assert_int_equal(vectornav()->sniff(bytes, 2 * (size_t)TIME_ONLY), 2);
    const size_t size = put_packet(bytes, 1);
    assert_int_equal(vectornav()->sniff(bytes, size), 2);
    bytes[15] = 0x7E; /* an acceleration of 1e38 */
    seal(bytes, size);
    assert_int_equal(vectornav()->sniff(bytes, size), 1);
    const size_t count = put_sentence(bytes, "VNERR,12", 2);
    assert_int_equal(vectornav()->sniff(bytes, count), 2);
    bytes[8] ^= 1;
    assert_int_equal(vectornav()->sniff(bytes, count), 1);
}

static size_t put_rate(struct feed *feed, unsigned rate_hz, char *out, size_t capacity)
{
    const size_t count = feed->driver->command(feed->state, KF_POD_CMD_RATE, rate_hz, (uint8_t *)out, capacity - 1);
    out[count] = '\0';
    return count;
}

/* Of packets it is a divisor, of sentences a number of hertz that the pod has. */
static void test_rate_is_for_what_it_sends(void **state)
{
    (void)state;
    static const char sentence[] = "$VNRRG,01,VN-100T*0E\r\n";
    char out[64];
    struct feed feed;
    feed_open(&feed, "vectornav");
    put_rate(&feed, 200, out, sizeof out);
    assert_string_equal(out, "$VNWRG,75,3,4,01,0201*71\r\n");
    put_rate(&feed, 100000, out, sizeof out);
    assert_string_equal(out, "$VNWRG,75,3,1,01,0201*74\r\n");
    feed_push(&feed, (const uint8_t *)sentence, sizeof sentence - 1, 0);
    assert_int_equal(feed_stats(&feed)->good_frames, 1);
    put_rate(&feed, 99, out, sizeof out);
    assert_string_equal(out, "$VNWRG,07,100*6C\r\n");
    put_rate(&feed, 1000, out, sizeof out);
    assert_string_equal(out, "$VNWRG,07,200*6F\r\n");
    assert_int_equal(put_rate(&feed, 100, out, 12), 0);
    feed_close(&feed);
}

static void test_commands_are_sentences(void **state)
{
    (void)state;
    static const char start[] = "$VNWRG,06,0*6C\r\n$VNWRG,75,3,4,01,0201*", stop[] = "$VNWRG,06,0*6C\r\n";
    uint8_t out[256];
    struct feed feed;
    feed_open(&feed, "vectornav");
    size_t count = feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, sizeof out);
    assert_true(count > sizeof start);
    assert_memory_equal(out, start, sizeof start - 1);
    feed_push(&feed, out, count, 0); /* our own decoder finds their checksums right */
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, 40), 0);
    count = feed.driver->command(feed.state, KF_POD_CMD_STOP, 0, out, sizeof out);
    assert_memory_equal(out, stop, sizeof stop - 1);
    feed_push(&feed, out, count, 0);
    count = feed.driver->command(feed.state, KF_POD_CMD_DESCRIBE, 0, out, sizeof out);
    assert_int_equal(count, sizeof "$VNRRG,01*hh\r\n" - 1);
    feed_push(&feed, out, count, 0);
    assert_int_equal(feed_stats(&feed)->good_frames, 5);
    assert_int_equal(feed_stats(&feed)->bad_frames, 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_IDENTIFY, 0, out, sizeof out), 0);
    feed_close(&feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_matches),
        cmocka_unit_test(test_sentences_are_read),
        cmocka_unit_test(test_packets_without_motion_are_good),
        cmocka_unit_test(test_pod_clock_times_packets),
        cmocka_unit_test(test_damage_and_text_in_between),
        cmocka_unit_test(test_sentences_follow_the_told_rate),
        cmocka_unit_test(test_packets_supersede_sentences),
        cmocka_unit_test(test_noise_with_a_checksum_does_not_lock),
        cmocka_unit_test(test_commands_are_sentences),
        cmocka_unit_test(test_rate_is_for_what_it_sends),
    };
    if (!feed_has_shared())
        return FEED_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
