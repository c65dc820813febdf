/* test_cyton.c - protects Cyton decoding: the published 24-bit rows, scale and sample packets, exactly; locking only on
 * contiguous counted frames; exact counts for damage, losses and text; the same in any chunks. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"

enum { FRAME = 33, CHANNELS = 8, ROWS = 4913, ROOM = 1 << 16 };

static const double UV_PER_COUNT = 4.5e6 / 24 / 0x7fffff;

/* A board of our own: bytes it would send. */
struct board {
    uint8_t header, footer, number;
    size_t length;
    uint8_t bytes[ROOM];
};

static struct board board;

static int make_board(void **state)
{
    (void)state;
    board = (struct board){.header = 0xa0, .footer = 0xc0};
    return 0;
}

static void put_frame(const int32_t counts[CHANNELS])
{
    uint8_t *at = board.bytes + board.length;
    assert_true(board.length + FRAME <= ROOM);
    memset(at, 0, FRAME);
    at[0] = board.header;
    at[1] = board.number++;
    for (unsigned i = 0; i < CHANNELS; i++)
        for (unsigned byte = 0; byte < 3; byte++)
            at[2 + 3 * i + byte] = (uint8_t)((uint32_t)counts[i] >> (16 - 8 * byte));
    at[FRAME - 1] = board.footer;
    board.length += FRAME;
}

/* Frames whose channel 0 tells the frame, with false headers and footers inside. */
static void put_frames(unsigned frames)
{
    for (unsigned i = 0; i < frames; i++) {
        const int32_t counts[CHANNELS] = {(int32_t)(board.length / FRAME), 0x41a0c0, -0x5f5f60, 0x7ffffe, -7, 6, 5, -4};
        put_frame(counts);
    }
}

static void put_text(const char *text)
{
    memcpy(board.bytes + board.length, text, strlen(text));
    board.length += strlen(text);
}

static void feed_board(struct feed *feed, size_t chunk)
{
    feed_open(feed, "cyton");
    feed_push(feed, board.bytes, board.length, chunk);
    feed_finish(feed);
}

static void assert_counts(const struct feed *feed, unsigned good, unsigned bad, unsigned resyncs, unsigned lost)
{
    const struct kf_pod_stats *stats = feed_stats(feed);
    if (stats->good_frames != good || stats->bad_frames != bad || stats->resyncs != resyncs ||
        stats->lost_frames != lost)
        fail_msg("good %d bad %d resyncs %d lost %d", (int)stats->good_frames, (int)stats->bad_frames,
                 (int)stats->resyncs, (int)stats->lost_frames);
    assert_int_equal(stats->stream[7].samples, good);
    assert_int_equal(stats->stream[7].lost, lost);
}

/* Every chunking gives the same items and these counts. */
static void assert_board(unsigned good, unsigned bad, unsigned resyncs, unsigned lost)
{
    uint64_t hash = 0;
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        struct feed feed;
        feed_board(&feed, feed_chunks[i]);
        assert_counts(&feed, good, bad, resyncs, lost);
        hash = i == 0 ? feed.hash : hash;
        assert_true(feed.hash == hash);
        feed_close(&feed);
    }
}

/* ------------------------------------------------------------------------------------------------ published vectors */

struct rows {
    unsigned count, seen;
    int32_t value[ROWS];
};

static void watch_rows(void *context, const struct kf_pod_item *item)
{
    struct rows *rows = context;
    if (item->kind != KF_POD_SAMPLE || rows->seen == rows->count)
        return;
    const double expected = rows->value[rows->seen] * UV_PER_COUNT;
    assert_int_equal(item->u.sample.stream, rows->seen % CHANNELS);
    assert_int_equal(item->u.sample.site, KF_SITE_NONE);
    assert_int_equal(item->u.sample.kind, KF_KIND_EMG);
    assert_true(item->t_s == rows->seen / CHANNELS / 250.0);
    assert_true(fabs((double)item->u.sample.value[0] - expected) <= fabs(expected) * 1e-7);
    rows->seen++;
}

/* Frames of the rows' own bytes, eight rows a frame. */
static void test_int24_rows(void **state)
{
    (void)state;
    static struct rows rows;
    int byte[3], value;
    FILE *file = fopen(feed_shared_path("pods/openbci-cyton/24bit_patterns.txt"), "r");
    assert_non_null(file);
    for (rows = (struct rows){0}; fscanf(file, "%d %d %d %d", &byte[0], &byte[1], &byte[2], &value) == 4;
         rows.count++) {
        assert_true(rows.count < ROWS);
        if (rows.count % CHANNELS == 0)
            put_frame((const int32_t[CHANNELS]){0});
        uint8_t *at = board.bytes + board.length - FRAME + 2 + 3 * (rows.count % CHANNELS);
        for (unsigned i = 0; i < 3; i++)
            at[i] = (uint8_t)byte[i];
        rows.value[rows.count] = value;
    }
    (void)fclose(file);
    assert_int_equal(rows.count, ROWS);
    struct feed feed;
    feed_open(&feed, "cyton");
    feed.watch = watch_rows;
    feed.watch_context = &rows;
    feed_push(&feed, board.bytes, board.length, 0);
    feed_finish(&feed);
    assert_int_equal(rows.seen, ROWS);
    assert_counts(&feed, (ROWS + CHANNELS - 1) / CHANNELS, 0, 0, 0);
    feed_close(&feed);
}

static float first_value;

static void watch_first(void *context, const struct kf_pod_item *item)
{
    (void)context;
    if (item->kind == KF_POD_SAMPLE && item->u.sample.stream == 0)
        first_value = item->u.sample.value[0];
}

static void test_scale(void **state)
{
    (void)state;
    static const char head[] = "# openbci-interface";
    char line[256];
    unsigned rows = 0;
    FILE *file = fopen(feed_shared_path("pods/openbci-cyton/packets.txt"), "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) && strncmp(line, head, sizeof head - 1) != 0)
        continue;
    for (unsigned hex; fscanf(file, "%6x %255s", &hex, line) == 2; rows++) {
        struct feed feed;
        (void)make_board(state);
        for (unsigned i = 0; i < 3; i++)
            put_frame((const int32_t[CHANNELS]){(int32_t)hex});
        feed_open(&feed, "cyton");
        feed.watch = watch_first;
        feed_push(&feed, board.bytes, board.length, 0);
        const double expected = strtod(line, NULL);
        assert_true(fabs((double)first_value - expected) <= fabs(expected) * 1e-7);
        feed_close(&feed);
    }
    (void)fclose(file);
    assert_int_equal(rows, 8);
}

/* A published packet, numbered by us. */
static void put_packet(const char *hex)
{
    uint8_t *at = board.bytes + board.length;
    for (unsigned i = 0; i < FRAME; i++, hex += 2) {
        char pair[] = {hex[0], hex[1], '\0'};
        at[i] = i == 1 ? board.number++ : (uint8_t)strtoul(pair, NULL, 16);
    }
    board.length += FRAME;
}

struct seen {
    double uv[CHANNELS];
    bool saturated[CHANNELS];
};

static void watch_seen(void *context, const struct kf_pod_item *item)
{
    struct seen *seen = context;
    if (item->kind != KF_POD_SAMPLE)
        return;
    seen->uv[item->u.sample.stream] = (double)item->u.sample.value[0];
    seen->saturated[item->u.sample.stream] = item->u.sample.saturated;
}

static void check_packet(const char *hex)
{
    struct seen seen = {.uv = {0}};
    struct feed feed;
    (void)make_board(NULL);
    for (unsigned i = 0; i < 3; i++)
        put_packet(hex);
    feed_open(&feed, "cyton");
    feed.watch = watch_seen;
    feed.watch_context = &seen;
    feed_push(&feed, board.bytes, board.length, 0);
    feed_finish(&feed);
    assert_counts(&feed, 3, 0, 0, 0);
    for (unsigned i = 0; i < CHANNELS; i++) {
        int32_t count = 0;
        char six[7] = {0};
        memcpy(six, hex + 4 + 6 * i, 6);
        count = (int32_t)strtol(six, NULL, 16);
        count -= count > 0x7fffff ? 0x1000000 : 0;
        assert_true(fabs(seen.uv[i] - count * UV_PER_COUNT) <= fabs(count * UV_PER_COUNT) * 1e-7);
        assert_int_equal(seen.saturated[i], count == 0x7fffff);
    }
    feed_close(&feed);
}

static void test_packets(void **state)
{
    (void)state;
    char line[256];
    unsigned packets = 0;
    FILE *file = fopen(feed_shared_path("pods/openbci-cyton/packets.txt"), "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "A0NN", 4) != 0)
            continue;
        check_packet(line);
        packets++;
        if (packets == 1) { /* the published variation of the first one */
            memcpy(line + 4, "81", 2);
            check_packet(line);
        }
    }
    (void)fclose(file);
    assert_int_equal(packets, 5);
}

/* ---------------------------------------------------------------------------------------------- keeping hold of frames
 */

static void test_locks_on_three_counted_frames(void **state)
{
    (void)state;
    const struct kf_pod_driver *driver = kf_pod_driver_find("cyton");
    put_frames(3);
    assert_int_equal(driver->sniff(board.bytes, board.length - 1), 1);
    assert_int_equal(driver->sniff(board.bytes, board.length), 2);
    board.bytes[FRAME + 1]++;
    assert_int_equal(driver->sniff(board.bytes, board.length), 1);
    put_frames(3);
    assert_ptr_equal(kf_pod_detect(board.bytes + 5, board.length - 5), driver);
    board.length = ROOM;
    memset(board.bytes, 0xa0, ROOM);
    assert_int_equal(driver->sniff(board.bytes, ROOM), 0);
}

static void test_wired_board(void **state)
{
    (void)state;
    board.header = 0x41;
    board.footer = 0xc6;
    put_frames(300); /* the number wraps */
    assert_board(300, 0, 0, 0);
}

static void test_damage(void **state)
{
    (void)state;
    put_frames(40);
    board.bytes[10 * FRAME + 32] = 0; /* a footer hit */
    assert_board(39, 1, 1, 1);
    board.bytes[39 * FRAME] = 0; /* the last header, too */
    assert_board(38, 2, 1, 1);
}

static void test_truncated_frame(void **state)
{
    (void)state;
    put_frames(10);
    board.length -= 13;
    put_frames(10);
    assert_board(19, 1, 1, 1);
    memmove(board.bytes, board.bytes + 20, board.length - 20); /* and a start in mid-frame */
    board.length -= 20;
    assert_board(18, 2, 2, 1);
}

static void test_radio_losses(void **state)
{
    (void)state;
    put_frames(10);
    board.number = (uint8_t)(board.number + 7);
    put_frames(1);
    board.number++;
    put_frames(10);
    assert_board(21, 0, 0, 8);
    struct feed feed;
    feed_board(&feed, 0);
    assert_true(fabs(feed_stats(&feed)->last_t_s - 28 / 250.0) < 1e-9);
    assert_true(fabs(feed_stats(&feed)->stream[0].rate_hz - 250) < 1e-6);
    feed_close(&feed);
}

/* What the board says to people is no bad frame; it says it when it has stopped. */
static void test_text(void **state)
{
    (void)state;
    static const char banner[] = "OpenBCI V3 8-16 channel\nOn Board ADS1299 Device ID: 0x3E\nFirmware: v3.1.1\n$$$";
    put_text(banner);
    put_frames(10);
    put_text("Success: Channel set for 1$$$");
    board.number = 0;
    put_frames(10);
    assert_board(20, 0, 0, 0);
    struct feed feed;
    feed_board(&feed, 0);
    assert_string_equal(feed_stats(&feed)->name, "OpenBCI V3 8-16 channel");
    assert_int_equal(feed.count[KF_POD_TEXT], 2);
    assert_int_equal(feed.count[KF_POD_EPOCH], 1);
    assert_int_equal(feed_stats(&feed)->epochs, 2);
    assert_true(fabs(feed_stats(&feed)->last_t_s - 19 / 250.0) < 1e-9);
    feed_close(&feed);
}

static void test_commands(void **state)
{
    (void)state;
    struct feed feed;
    uint8_t out[128];
    feed_open(&feed, "cyton");
    const size_t count = feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, sizeof out);
    assert_int_equal(count, 8 * 9 + 1);
    assert_memory_equal(out, "x1060100Xx2", 11);
    assert_int_equal(out[count - 1], 'b');
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, 72), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_STOP, 0, out, sizeof out), 1);
    assert_int_equal(out[0], 's');
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_DESCRIBE, 0, out, sizeof out), 1);
    assert_int_equal(out[0], 'v');
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_IDENTIFY, 0, out, sizeof out), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_RATE, 500, out, sizeof out), 0);
    feed_close(&feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_int24_rows, make_board),
        cmocka_unit_test_setup(test_scale, make_board),
        cmocka_unit_test_setup(test_packets, make_board),
        cmocka_unit_test_setup(test_locks_on_three_counted_frames, make_board),
        cmocka_unit_test_setup(test_wired_board, make_board),
        cmocka_unit_test_setup(test_damage, make_board),
        cmocka_unit_test_setup(test_truncated_frame, make_board),
        cmocka_unit_test_setup(test_radio_losses, make_board),
        cmocka_unit_test_setup(test_text, make_board),
        cmocka_unit_test_setup(test_commands, make_board),
    };
    if (!feed_has_shared())
        return FEED_SKIP;
    return cmocka_run_group_tests_name("cyton", tests, NULL, NULL);
}
