/* test_bitalino.c - protects BITalino decoding: every recorded frame of all six channel counts against its golden, in
 * any chunks; damage, losses and mid-stream starts with exact counts; and that noise is never taken for one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"

enum { FRAMES = 400, CHANNELS = 6 };

static const unsigned sizes[CHANNELS + 1] = {0, 3, 4, 6, 7, 8, 8};

/* What one recording ought to give, sample for sample. */
struct golden {
    unsigned channels;
    unsigned rows;
    int count[FRAMES][CHANNELS];
};

struct watch {
    const struct golden *golden;
    unsigned next[CHANNELS]; /* golden row of the stream's next sample */
};

static double to_uv(unsigned channel, int count)
{
    return (count / (channel < 4 ? 1024.0 : 64.0) - 0.5) * 3300.0 / 1009 * 1000;
}

static void watch_item(void *context, const struct kf_pod_item *item)
{
    struct watch *watch = context;
    if (item->kind != KF_POD_SAMPLE)
        return;
    const unsigned stream = item->u.sample.stream;
    assert_true(stream < watch->golden->channels);
    assert_int_equal(item->u.sample.site, KF_SITE_NONE);
    assert_int_equal(item->u.sample.kind, KF_KIND_EMG);
    const unsigned row = (unsigned)lround(item->t_s * 1000);
    assert_true(row < FRAMES);
    const int count = watch->golden->count[row][stream];
    assert_true(fabs((double)item->u.sample.value[0] - to_uv(stream, count)) < 1e-3);
    const bool rail = count == 0 || count == (stream < 4 ? 1023 : 63);
    assert_int_equal(item->u.sample.saturated, rail);
    watch->next[stream] = row + 1;
}

static void load_golden(struct golden *golden, unsigned channels)
{
    char name[64], line[256];
    (void)snprintf(name, sizeof name, "pods/bitalino/sim%u_expected.csv", channels);
    FILE *file = fopen(feed_shared_path(name), "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    golden->channels = channels;
    for (golden->rows = 0; fgets(line, sizeof line, file); golden->rows++) {
        char *at = line;
        assert_true(golden->rows < FRAMES);
        for (unsigned field = 0; field < channels + 2; field++) {
            const long value = strtol(at, &at, 10);
            if (field >= 2)
                golden->count[golden->rows][field - 2] = (int)value;
            at += *at == ',';
        }
    }
    (void)fclose(file);
    assert_int_equal(golden->rows, FRAMES);
}

static uint8_t *load_recording(unsigned channels, size_t *count)
{
    char name[64];
    (void)snprintf(name, sizeof name, "pods/bitalino/sim%u.bin", channels);
    uint8_t *bytes = feed_read_shared(name, count);
    assert_non_null(bytes);
    assert_int_equal(*count, FRAMES * sizes[channels]);
    return bytes;
}

static void test_recordings(void **state)
{
    (void)state;
    static struct golden golden;
    for (unsigned channels = 1; channels <= CHANNELS; channels++) {
        size_t count;
        uint8_t *bytes = load_recording(channels, &count);
        uint64_t hash = 0;
        load_golden(&golden, channels);
        for (unsigned i = 0; i < feed_chunk_count; i++) {
            struct watch watch = {.golden = &golden};
            struct feed feed;
            feed_open(&feed, "bitalino");
            feed.watch = watch_item;
            feed.watch_context = &watch;
            feed_push(&feed, bytes, count, feed_chunks[i]);
            feed_finish(&feed);
            const struct kf_pod_stats *stats = feed_stats(&feed);
            assert_int_equal(stats->good_frames, FRAMES);
            assert_int_equal(stats->bad_frames + stats->resyncs + stats->lost_frames, 0);
            assert_int_equal(stats->stream_count, channels);
            for (unsigned stream = 0; stream < channels; stream++) {
                assert_int_equal(stats->stream[stream].samples, FRAMES);
                assert_int_equal(watch.next[stream], FRAMES);
                assert_true(fabs(stats->stream[stream].rate_hz - 1000) < 1e-6);
            }
            hash = i == 0 ? feed.hash : hash;
            assert_true(feed.hash == hash);
            feed_close(&feed);
        }
        free(bytes);
    }
}

static void test_found_by_its_bytes(void **state)
{
    (void)state;
    for (unsigned channels = 1; channels <= CHANNELS; channels++) {
        size_t count;
        uint8_t *bytes = load_recording(channels, &count);
        const size_t lock = (size_t)8 * sizes[channels];
        const struct kf_pod_driver *driver = kf_pod_driver_find("bitalino");
        assert_int_equal(driver->sniff(bytes, lock - 1), 1);
        assert_int_equal(driver->sniff(bytes, lock), 2);
        assert_ptr_equal(kf_pod_detect(bytes + 1, count - 1), driver);
        free(bytes);
    }
}

struct damage {
    const char *name;
    unsigned frame, offset; /* where, in frames and bytes */
    unsigned removed;       /* bytes taken away */
    uint8_t flipped;        /* bits turned in the byte there */
    unsigned good, bad, resyncs, lost;
};

/* Damage in the 8-byte frames of the six-channel recording; 400 frames minus those hurt must come through unchanged. */
static const struct damage damages[] = {
    {"a bit error", 100, 3, 0, 0x10, 399, 1, 1, 1},
    {"a bit error in the last frame but one", 398, 3, 0, 0x10, 399, 1, 1, 1},
    {"a lost byte", 100, 3, 1, 0, 399, 1, 1, 1},
    {"a lost frame", 100, 0, 8, 0, 399, 0, 0, 1},
    {"fifteen lost frames", 100, 0, 120, 0, 385, 0, 0, 15},
    {"half a frame lost across two", 100, 4, 8, 0, 398, 1, 1, 2},
    {"a start in mid-frame", 0, 0, 5, 0, 399, 1, 1, 0},
    {"an end in mid-frame", 399, 4, 4, 0, 399, 1, 0, 0},
};

static void check_damage(const struct damage *damage, const struct golden *golden)
{
    size_t count;
    uint8_t *bytes = load_recording(6, &count);
    const size_t at = damage->frame * 8 + damage->offset;
    bytes[at] ^= damage->flipped;
    memmove(bytes + at, bytes + at + damage->removed, count - at - damage->removed);
    count -= damage->removed;
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        struct watch watch = {.golden = golden};
        struct feed feed;
        feed_open(&feed, "bitalino");
        if (damage->frame > 0) { /* else times start later than the golden's */
            feed.watch = watch_item;
            feed.watch_context = &watch;
        }
        feed_push(&feed, bytes, count, feed_chunks[i]);
        feed_finish(&feed);
        const struct kf_pod_stats *stats = feed_stats(&feed);
        if (stats->good_frames != damage->good || stats->bad_frames != damage->bad ||
            stats->resyncs != damage->resyncs || stats->lost_frames != damage->lost)
            fail_msg("%s: good %d bad %d resyncs %d lost %d", damage->name, (int)stats->good_frames,
                     (int)stats->bad_frames, (int)stats->resyncs, (int)stats->lost_frames);
        assert_int_equal(stats->stream[5].samples, damage->good);
        assert_int_equal(stats->stream[5].lost, damage->lost);
        feed_close(&feed);
    }
    free(bytes);
}

static void test_damage_costs_only_what_it_hits(void **state)
{
    (void)state;
    static struct golden golden;
    load_golden(&golden, 6);
    for (unsigned i = 0; i < sizeof damages / sizeof damages[0]; i++)
        check_damage(&damages[i], &golden);
}

/* Long noise hides whole rounds of the four-bit counter: the bytes passed over tell how many. */
static void test_bytes_count_rounds_of_the_counter(void **state)
{
    (void)state;
    size_t count;
    uint8_t *bytes = load_recording(6, &count);
    struct feed feed;
    memset(bytes + 100 * 8, 0xff, 50 * 8);
    feed_open(&feed, "bitalino");
    feed_push(&feed, bytes, count, 0);
    feed_finish(&feed);
    assert_int_equal(feed_stats(&feed)->good_frames, 350);
    assert_int_equal(feed_stats(&feed)->lost_frames, 50);
    assert_int_equal(feed_stats(&feed)->bad_frames, 50);
    assert_int_equal(feed_stats(&feed)->resyncs, 1);
    assert_true(fabs(feed_stats(&feed)->last_t_s - 0.399) < 1e-9);
    feed_close(&feed);
    free(bytes);
}

/* Frames that stand where they should are believed in pairs, however often others are hit. */
static void test_frequent_damage(void **state)
{
    (void)state;
    size_t count;
    unsigned hit = 0;
    uint8_t *bytes = load_recording(6, &count);
    struct feed feed;
    for (size_t frame = 20; frame < FRAMES - 2; frame += 3, hit++)
        bytes[frame * 8 + 2] ^= 1;
    feed_open(&feed, "bitalino");
    feed_push(&feed, bytes, count, 7);
    feed_finish(&feed);
    assert_int_equal(feed_stats(&feed)->good_frames, FRAMES - hit);
    assert_int_equal(feed_stats(&feed)->bad_frames, hit);
    assert_int_equal(feed_stats(&feed)->lost_frames, hit);
    feed_close(&feed);
    free(bytes);
}

/* A frame's four check bits prove nothing when its count is wrong, be it in its place or in any number. */
static void test_checksum_alone_proves_nothing(void **state)
{
    (void)state;
    size_t count;
    uint8_t *bytes = load_recording(6, &count);
    struct feed feed;
    memcpy(bytes + 100 * 8, bytes + 90 * 8, 8);
    feed_open(&feed, "bitalino");
    feed_push(&feed, bytes, count, 0);
    feed_finish(&feed);
    assert_int_equal(feed_stats(&feed)->good_frames, FRAMES - 1);
    assert_int_equal(feed_stats(&feed)->bad_frames, 1);
    assert_int_equal(feed_stats(&feed)->lost_frames, 1);
    feed_close(&feed);
    for (unsigned frame = 1; frame < FRAMES; frame++)
        memcpy(bytes + (size_t)frame * 8, bytes, 8);
    assert_int_equal(kf_pod_driver_find("bitalino")->sniff(bytes, count), 1);
    free(bytes);
}

/* Another channel count in mid-stream: the board was restarted. */
static void test_new_frame_size_is_a_new_epoch(void **state)
{
    (void)state;
    size_t count;
    struct feed feed;
    feed_open(&feed, "bitalino");
    for (unsigned channels = 4; channels > 0; channels -= 2) {
        uint8_t *bytes = load_recording(channels, &count);
        feed_push(&feed, bytes, count, 7);
        free(bytes);
    }
    feed_finish(&feed);
    const struct kf_pod_stats *stats = feed_stats(&feed);
    assert_int_equal(stats->epochs, 2);
    assert_int_equal(feed.count[KF_POD_EPOCH], 1);
    assert_int_equal(stats->good_frames, 2 * FRAMES);
    assert_int_equal(stats->bad_frames + stats->lost_frames, 0);
    assert_int_equal(stats->stream[1].samples, 2 * FRAMES);
    assert_int_equal(stats->stream[3].samples, FRAMES);
    feed_close(&feed);
}

static void test_noise_never_locks(void **state)
{
    (void)state;
    static uint8_t noise[1 << 20];
    uint32_t random = 5;
    for (size_t i = 0; i < sizeof noise; i++) {
        random = random * 1664525u + 1013904223u;
        noise[i] = (uint8_t)(random >> 24);
    }
    struct feed feed;
    feed_open(&feed, "bitalino");
    feed_push(&feed, noise, sizeof noise, 0);
    feed_finish(&feed);
    assert_int_equal(feed_stats(&feed)->good_frames, 0);
    assert_int_equal(feed_stats(&feed)->epochs, 0);
    feed_close(&feed);
    assert_int_equal(kf_pod_driver_find("bitalino")->sniff(noise, 1 << 16), 0);
}

static void test_commands(void **state)
{
    (void)state;
    struct feed feed;
    uint8_t out[8];
    feed_open(&feed, "bitalino");
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, sizeof out), 2);
    assert_memory_equal(out, "\xc3\xfd", 2);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_STOP, 0, out, sizeof out), 1);
    assert_int_equal(out[0], 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, 1), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_RATE, 1000, out, sizeof out), 3);
    assert_memory_equal(out, "\x00\xc3\xfd", 3);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_RATE, 1000, out, 2), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_RATE, 100, out, sizeof out), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_IDENTIFY, 0, out, sizeof out), 0);
    feed_close(&feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recordings),
        cmocka_unit_test(test_found_by_its_bytes),
        cmocka_unit_test(test_damage_costs_only_what_it_hits),
        cmocka_unit_test(test_bytes_count_rounds_of_the_counter),
        cmocka_unit_test(test_frequent_damage),
        cmocka_unit_test(test_checksum_alone_proves_nothing),
        cmocka_unit_test(test_new_frame_size_is_a_new_epoch),
        cmocka_unit_test(test_noise_never_locks),
        cmocka_unit_test(test_commands),
    };
    if (!feed_has_shared())
        return FEED_SKIP;
    return cmocka_run_group_tests_name("bitalino", tests, NULL, NULL);
}
