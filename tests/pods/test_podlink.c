/* test_podlink.c - protects what the decoder takes a loss, a restart, a duplicate, a wrapping clock, a full scale and
 * noise for, on frames of our own encoder; and that no bytes whatever, cut however, make it fail or change its mind. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"
#include "podlink_maker.h"

static const double DEG = 3.14159265358979323846 / 180;

static void assert_close(double value, double expected, double relative)
{
    if (!(fabs(value - expected) <= fmax(fabs(expected), 1e-3) * relative))
        fail_msg("%.9g is not %.9g within %g", value, expected, relative);
}

/* --------------------------------------------------------------------------------------------- a pod made by ourselves
 */

struct bench {
    struct maker maker;
    struct feed feed;
};

static int make_bench(void **state)
{
    struct bench *bench = malloc(sizeof *bench);
    if (!bench)
        return -1;
    maker_init(&bench->maker);
    feed_open(&bench->feed, "podlink");
    *state = bench;
    return 0;
}

static int drop_bench(void **state)
{
    struct bench *bench = *state;
    feed_close(&bench->feed);
    free(bench);
    return 0;
}

static const struct kf_pod_stats *run(struct bench *bench)
{
    feed_push(&bench->feed, bench->maker.bytes, bench->maker.length, 0);
    bench->maker.length = 0;
    return feed_stats(&bench->feed);
}

static void stream_frames(struct bench *bench, unsigned frames)
{
    for (unsigned i = 0; i < frames; i++)
        maker_samples(&bench->maker);
}

static void put_mark(struct bench *bench)
{
    kf_podlink_begin(&bench->maker.encoder, KF_PODLINK_MARK, bench->maker.t_us);
    kf_podlink_put_u8(&bench->maker.encoder, 1);
    maker_end(&bench->maker);
}

static void test_lost_frames_are_gaps(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 20);
    (void)run(bench);
    stream_frames(bench, 3);
    bench->maker.length = 0; /* three frames never arrive */
    stream_frames(bench, 1);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->lost_frames, 3);
    assert_int_equal(stats->epochs, 1);
    assert_int_equal(stats->stream[0].lost, 12);
    assert_int_equal(stats->stream[1].lost, 60);
    assert_int_equal(bench->feed.count[KF_POD_GAP], 2);
    assert_close(bench->feed.last[KF_POD_GAP].t_s, 23 * 0.02, 1e-9);
    assert_close(stats->stream[0].rate_hz, 200, 1e-9);
}

static void test_a_lost_frame_without_samples_loses_none(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 10);
    bench->maker.encoder.seq++; /* say, a STATUS */
    stream_frames(bench, 10);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->lost_frames, 1);
    assert_int_equal(stats->stream[0].lost, 0);
    assert_int_equal(stats->epochs, 1);
}

static void test_a_stall_of_the_pod_is_a_gap(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 10);
    bench->maker.t_us += 500000; /* no frame is missing: the pod itself had none */
    stream_frames(bench, 10);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->lost_frames, 0);
    assert_int_equal(stats->stream[0].lost, 100);
    assert_int_equal(stats->stream[1].lost, 500);
    assert_int_equal(stats->epochs, 1);
}

static void test_nominal_rates_are_not_trusted(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    for (int i = 0; i < 100; i++) {
        maker_samples(&bench->maker);
        bench->maker.t_us += 2000; /* 22 ms for 4 samples: 181.8 Hz, not 200 */
    }
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->stream[0].lost, 0);
    assert_close(stats->stream[0].rate_hz, 4 / 0.022, 1e-3);
    assert_close(bench->feed.last[KF_POD_SAMPLE].t_s, 99 * 0.022 + 19 * 0.022 / 20, 1e-9);
}

static void test_duplicates_are_dropped(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 6);
    (void)run(bench);
    stream_frames(bench, 1);
    const size_t length = bench->maker.length;
    (void)run(bench);
    bench->maker.length = length; /* the same bytes again */
    (void)run(bench);
    stream_frames(bench, 1);
    (void)run(bench);
    memcpy(bench->maker.bytes + length, bench->maker.bytes, length); /* and a late one */
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->duplicate_frames, 1);
    assert_int_equal(stats->stream[0].samples, 32);
    assert_int_equal(stats->lost_frames, 0);
    assert_int_equal(stats->epochs, 1);
}

static void test_the_same_seq_is_a_duplicate_whatever_it_holds(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 6);
    bench->maker.encoder.seq--;
    stream_frames(bench, 2);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->duplicate_frames, 1);
    assert_int_equal(stats->lost_frames, 0);
    assert_int_equal(stats->epochs, 1);
    assert_int_equal(stats->stream[0].samples, 28);
}

static void test_a_new_boot_id_is_one_epoch(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 10);
    const double before_s = (run(bench), bench->feed.last[KF_POD_SAMPLE].t_s);
    maker_restart(&bench->maker);
    maker_describe(&bench->maker);
    stream_frames(bench, 10);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->epochs, 2);
    assert_int_equal(bench->feed.count[KF_POD_EPOCH], 1);
    assert_int_equal(stats->lost_frames, 0);
    assert_int_equal(bench->feed.count[KF_POD_GAP], 0);
    assert_true(bench->feed.last[KF_POD_SAMPLE].t_s > before_s + 0.19);
}

static void put_block(struct bench *bench, uint8_t id, unsigned values)
{
    struct kf_podlink_encoder *encoder = &bench->maker.encoder;
    kf_podlink_begin(encoder, KF_PODLINK_SAMPLES, bench->maker.t_us);
    kf_podlink_put_u16(encoder, bench->maker.layout);
    kf_podlink_put_block(encoder, id, 1);
    for (unsigned i = 0; i < values; i++)
        kf_podlink_put_count(encoder, id == MAKER_EMG ? KF_PODLINK_I24 : KF_PODLINK_I16, 1);
    maker_end(&bench->maker);
}

/* After a restart one stream may be told before another whose samples are older: those must not land before the last
 * epoch's, where times of that stream would fall back. Found by fuzzing. */
static void test_times_never_fall(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 10);
    const double before_s = (run(bench), 9 * 0.02 + 3 * 0.005); /* the last IMU sample */
    maker_restart(&bench->maker);
    maker_describe(&bench->maker);
    bench->maker.t_us = 100000;
    put_block(bench, MAKER_EMG, 1);
    bench->maker.t_us = 0;
    put_block(bench, MAKER_IMU, 6);
    (void)run(bench);
    assert_int_equal(feed_stats(&bench->feed)->epochs, 2);
    assert_true(bench->feed.last[KF_POD_SAMPLE].t_s >= before_s);
}

static void test_a_clock_that_falls_back_is_one_epoch(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 10);
    maker_restart(&bench->maker);
    stream_frames(bench, 3); /* its descriptor was lost: the clock tells */
    maker_describe(&bench->maker);
    stream_frames(bench, 3);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->epochs, 2);
    assert_int_equal(stats->lost_frames, 0);
    assert_int_equal(bench->feed.count[KF_POD_GAP], 0);
    assert_int_equal(stats->stream[0].samples, 64);
}

static void test_any_step_back_is_an_epoch(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 10);
    bench->maker.t_us -= 100000; /* seq goes on: only the stream's own time tells */
    stream_frames(bench, 3);
    assert_int_equal(run(bench)->epochs, 2);
    bench->maker.t_us -= 55000; /* an event may be told a little late ... */
    put_mark(bench);
    bench->maker.t_us += 55000;
    stream_frames(bench, 3);
    assert_int_equal(run(bench)->epochs, 2);
    assert_int_equal(feed_stats(&bench->feed)->stream[0].lost, 0);
    bench->maker.t_us -= 30000000; /* ... but not by half a minute */
    put_mark(bench);
    stream_frames(bench, 3);
    assert_int_equal(run(bench)->epochs, 3);
}

static void test_a_seq_jump_that_time_does_not_explain_is_an_epoch(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 50);
    bench->maker.encoder.seq = (uint16_t)(bench->maker.encoder.seq + 400); /* 8 s of frames in 20 ms */
    stream_frames(bench, 5);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->epochs, 2);
    assert_int_equal(stats->lost_frames, 0);
}

static void test_a_seq_jump_that_time_explains_is_a_loss(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    stream_frames(bench, 50);
    bench->maker.encoder.seq = (uint16_t)(bench->maker.encoder.seq + 400);
    bench->maker.t_us += 400 * 20000u;
    stream_frames(bench, 5);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->epochs, 1);
    assert_int_equal(stats->lost_frames, 400);
    assert_int_equal(stats->stream[0].lost, 1600);
}

static void test_clock_and_seq_wrap_quietly(void **state)
{
    struct bench *bench = *state;
    bench->maker.t_us = UINT32_MAX - 50000;
    bench->maker.encoder.seq = 65530;
    maker_describe(&bench->maker);
    stream_frames(bench, 20);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->epochs, 1);
    assert_int_equal(stats->lost_frames, 0);
    assert_close(stats->last_t_s, 19 * 0.02 + 0.019, 1e-9);
}

static void test_samples_wait_for_their_descriptor(void **state)
{
    struct bench *bench = *state;
    stream_frames(bench, 5);
    assert_int_equal(run(bench)->undescribed, 5);
    assert_int_equal(feed_stats(&bench->feed)->epochs, 0);
    maker_describe(&bench->maker);
    stream_frames(bench, 1);
    assert_int_equal(run(bench)->stream[0].samples, 4);
    assert_true(feed_stats(&bench->feed)->first_t_s == 0);
    bench->maker.layout = 8; /* described differently, not told yet */
    stream_frames(bench, 2);
    assert_int_equal(run(bench)->undescribed, 7);
    maker_describe(&bench->maker);
    stream_frames(bench, 2);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->stream[0].samples, 12);
    assert_int_equal(stats->stream[0].lost, 8);
    assert_int_equal(stats->stream_count, 2);
    assert_string_equal(stats->name, "maker");
}

static void put_imu(struct bench *bench, float first, float fourth)
{
    struct kf_podlink_encoder *encoder = &bench->maker.encoder;
    kf_podlink_begin(encoder, KF_PODLINK_SAMPLES, bench->maker.t_us);
    kf_podlink_put_u16(encoder, bench->maker.layout);
    kf_podlink_put_block(encoder, MAKER_IMU, 1);
    for (int i = 0; i < 6; i++)
        kf_podlink_put_count(encoder, KF_PODLINK_I16, i == 0 ? first : i == 3 ? fourth : 0);
    maker_end(&bench->maker);
    bench->maker.t_us += 5000;
}

static void test_full_scale_is_saturated(void **state)
{
    struct bench *bench = *state;
    maker_describe(&bench->maker);
    put_imu(bench, 9999, 9999);
    assert_int_equal(run(bench)->stream[0].saturated, 0);
    put_imu(bench, -10000, 0); /* 100 m/s² is this pod's full scale */
    put_imu(bench, 0, 10000);  /* 1000 deg/s too */
    put_imu(bench, 0, 1e9f);   /* clamped to the end of i16 */
    assert_int_equal(run(bench)->stream[0].saturated, 3);
    assert_close((double)bench->feed.last[KF_POD_SAMPLE].u.sample.value[3], 32767 * 0.1 * DEG, 1e-6);
}

static void test_the_end_of_an_integer_is_saturated(void **state)
{
    struct bench *bench = *state;
    static const float counts[] = {8388606.0f, 8388607.0f, -8388608.0f, -8388607.0f};
    maker_describe(&bench->maker); /* its EMG tells no full scale */
    kf_podlink_begin(&bench->maker.encoder, KF_PODLINK_SAMPLES, 0);
    kf_podlink_put_u16(&bench->maker.encoder, bench->maker.layout);
    kf_podlink_put_block(&bench->maker.encoder, MAKER_EMG, 4);
    for (unsigned i = 0; i < 4; i++)
        kf_podlink_put_count(&bench->maker.encoder, KF_PODLINK_I24, counts[i]);
    maker_end(&bench->maker);
    assert_int_equal(run(bench)->stream[1].saturated, 2);
    assert_true(bench->feed.last[KF_POD_SAMPLE].u.sample.value[0] == -8388607.0f / 2);
}

static void test_events_become_items(void **state)
{
    struct bench *bench = *state;
    struct kf_podlink_encoder *encoder = &bench->maker.encoder;
    maker_describe(&bench->maker);
    stream_frames(bench, 2);
    kf_podlink_begin(encoder, KF_PODLINK_MARK, 30000);
    kf_podlink_put_u8(encoder, 3);
    maker_end(&bench->maker);
    kf_podlink_begin(encoder, KF_PODLINK_STATUS, 40000);
    kf_podlink_put_u8(encoder, 255);
    kf_podlink_put_u16(encoder, 3700);
    kf_podlink_put_u16(encoder, 0x8000);
    kf_podlink_put_u32(encoder, 12);
    maker_end(&bench->maker);
    kf_podlink_begin(encoder, KF_PODLINK_TEXT, 40000);
    for (int i = 0; i < 1000; i++)
        kf_podlink_put_u8(encoder, 'x');
    maker_end(&bench->maker);
    (void)run(bench);
    const struct kf_pod_item *last = bench->feed.last;
    assert_string_equal(last[KF_POD_MARK].u.mark.text, "long-press");
    assert_close(last[KF_POD_MARK].t_s, 0.03, 1e-9);
    assert_int_equal(last[KF_POD_STATUS].u.status.battery_pct, -1);
    assert_int_equal(last[KF_POD_STATUS].u.status.battery_mv, 3700);
    assert_true(isnan(last[KF_POD_STATUS].u.status.temperature_c));
    assert_int_equal(last[KF_POD_STATUS].u.status.pod_dropped, 12);
    assert_int_equal(strlen(last[KF_POD_TEXT].u.text.text), KF_POD_TEXT_MAX - 1);
}

static void test_endless_junk_is_one_bad_frame(void **state)
{
    struct bench *bench = *state;
    uint8_t junk[5000];
    memset(junk, 0x55, sizeof junk);
    feed_push(&bench->feed, junk, sizeof junk, 64);
    maker_describe(&bench->maker);
    feed_push(&bench->feed, "", 1, 0);
    const struct kf_pod_stats *stats = run(bench);
    assert_int_equal(stats->bad_frames, 1);
    assert_int_equal(stats->resyncs, 1);
    assert_int_equal(stats->good_frames, 1);
    feed_push(&bench->feed, junk, 10, 0);
    feed_finish(&bench->feed);
    assert_int_equal(stats->bad_frames, 2); /* the input ended inside a frame */
}

static void test_commands_are_frames(void **state)
{
    struct bench *bench = *state;
    static const uint8_t types[] = {KF_PODLINK_DESCRIBE, KF_PODLINK_START, KF_PODLINK_STOP, KF_PODLINK_IDENTIFY};
    for (unsigned i = 0; i < sizeof types; i++) {
        uint8_t out[16], body[KF_PODLINK_FRAME_MAX];
        struct kf_podlink_frame frame;
        assert_int_equal(bench->feed.driver->command(bench->feed.state, (enum kf_pod_command)i, 0, out, 11), 0);
        const size_t count = bench->feed.driver->command(bench->feed.state, (enum kf_pod_command)i, 0, out, sizeof out);
        assert_true(count > 0 && out[count - 1] == 0);
        assert_int_equal(kf_podlink_open(out, count - 1, body, &frame), KF_PODLINK_OPENED);
        assert_int_equal(frame.type, types[i]);
        assert_int_equal(frame.seq, i);
    }
}

static void test_rate_is_for_every_inertial_stream(void **state)
{
    struct bench *bench = *state;
    const struct kf_pod_driver *driver = bench->feed.driver;
    uint8_t out[256], body[KF_PODLINK_FRAME_MAX];
    struct kf_podlink_frame frame;
    assert_int_equal(driver->command(bench->feed.state, KF_POD_CMD_RATE, 200, out, sizeof out), 0);
    maker_describe(&bench->maker);
    (void)run(bench);
    const size_t count = driver->command(bench->feed.state, KF_POD_CMD_RATE, 200, out, sizeof out);
    assert_int_equal(count, 15);
    assert_int_equal(kf_podlink_open(out, count - 1, body, &frame), KF_PODLINK_OPENED);
    assert_int_equal(frame.type, KF_PODLINK_RATE);
    assert_int_equal(frame.length, 3);
    assert_int_equal(frame.payload[0], MAKER_IMU);
    assert_int_equal(kf_podlink_get_u16(frame.payload + 1), 200);
    assert_int_equal(driver->command(bench->feed.state, KF_POD_CMD_RATE, 200, out, 14), 0);
}

static void test_frames_that_do_not_fit_are_refused(void **state)
{
    struct bench *bench = *state;
    uint8_t out[KF_PODLINK_FRAME_MAX], filler[KF_PODLINK_PAYLOAD_MAX + 1];
    memset(filler, 1, sizeof filler);
    kf_podlink_begin(&bench->maker.encoder, KF_PODLINK_TEXT, 0);
    kf_podlink_put(&bench->maker.encoder, filler, sizeof filler);
    assert_int_equal(kf_podlink_end(&bench->maker.encoder, out), 0);
    kf_podlink_begin(&bench->maker.encoder, KF_PODLINK_TEXT, 0);
    kf_podlink_put(&bench->maker.encoder, filler, KF_PODLINK_PAYLOAD_MAX);
    assert_true(kf_podlink_end(&bench->maker.encoder, out) <= sizeof out);
}

/* ------------------------------------------------------------------------------------------------ small parts and
 * noise */

/* The checksum as it is defined. */
static uint16_t crc_by_bits(const uint8_t *bytes, size_t count)
{
    unsigned crc = 0xffff;
    for (size_t i = 0; i < 8 * count; i++) {
        const unsigned bit = (unsigned)bytes[i / 8] >> (7 - i % 8) & 1;
        crc = (crc << 1 ^ ((crc >> 15 ^ bit) & 1 ? 0x1021u : 0)) & 0xffff;
    }
    return (uint16_t)crc;
}

static void test_parts(void **state)
{
    (void)state;
    uint8_t plain[300], code[310], back[310];
    assert_int_equal(kf_podlink_crc16((const uint8_t *)"123456789", 9), 0x29b1);
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (uint8_t)(i * i + 7 * i + 13);
    for (size_t length = 0; length <= sizeof plain; length++)
        assert_int_equal(kf_podlink_crc16(plain, length), crc_by_bits(plain, length));
    for (int site = 0; site < KF_SITE_COUNT; site++)
        assert_int_equal(kf_podlink_site_from_wire(kf_podlink_site_to_wire((enum kf_site)site)), site);
    assert_int_equal(kf_podlink_site_from_wire(9), KF_SITE_NONE);
    assert_int_equal(kf_podlink_site_to_wire(KF_SITE_NONE), 0);
    assert_int_equal(kf_cobs_decode((const uint8_t *)"\3a\0\2b", 5, back), -1);
    assert_int_equal(kf_cobs_decode((const uint8_t *)"\5ab", 3, back), -1);
    assert_int_equal(kf_cobs_decode((const uint8_t *)"", 0, back), -1);
    for (size_t length = 0; length <= sizeof plain; length++)
        for (int zeros = 0; zeros < 3; zeros++) {
            for (size_t i = 0; i < length; i++)
                plain[i] = (uint8_t)(zeros == 0 ? i % 255 + 1 : zeros == 1 ? i % 7 : 0);
            const size_t coded = kf_cobs_encode(plain, length, code);
            assert_true(coded <= length + length / 254 + 1);
            assert_null(memchr(code, 0, coded));
            assert_int_equal(kf_cobs_decode(code, coded, back), length);
            assert_memory_equal(back, plain, length);
        }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Bytes as bad as a link can make them: chunks must not matter, counts must add up, times must not fall back. */
static void check_noise(const uint8_t *bytes, size_t count)
{
    uint64_t hash = 0;
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        struct feed feed;
        feed_open(&feed, "podlink");
        feed_push(&feed, bytes, count, feed_chunks[i]);
        feed_finish(&feed);
        hash = i == 0 ? feed.hash : hash;
        assert_true(feed.hash == hash);
        assert_int_equal(feed_stats(&feed)->bytes, count);
        feed_close(&feed);
    }
}

static void test_noise_changes_nothing(void **state)
{
    struct bench *bench = *state;
    uint32_t seed = 1;
    static uint8_t bytes[1 << 15];
    maker_describe(&bench->maker);
    stream_frames(bench, 60);
    maker_restart(&bench->maker);
    stream_frames(bench, 60);
    maker_describe(&bench->maker);
    for (int round = 0; round < 60; round++) {
        const size_t count = bench->maker.length < sizeof bytes ? bench->maker.length : sizeof bytes;
        memcpy(bytes, bench->maker.bytes, count);
        for (int hit = 0; hit < round; hit++)
            bytes[next_random(&seed) % count] ^= (uint8_t)(1u << next_random(&seed) % 8);
        check_noise(bytes, count);
    }
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < 4096; i++)
            bytes[i] = (uint8_t)(next_random(&seed) % (round < 10 ? 256 : 4));
        check_noise(bytes, 4096);
        assert_ptr_not_equal(kf_pod_detect(bytes, 4096), bench->feed.driver);
    }
}

int main(void)
{
#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, make_bench, drop_bench)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        WITH_BENCH(test_lost_frames_are_gaps),
        WITH_BENCH(test_a_lost_frame_without_samples_loses_none),
        WITH_BENCH(test_a_stall_of_the_pod_is_a_gap),
        WITH_BENCH(test_nominal_rates_are_not_trusted),
        WITH_BENCH(test_duplicates_are_dropped),
        WITH_BENCH(test_the_same_seq_is_a_duplicate_whatever_it_holds),
        WITH_BENCH(test_a_new_boot_id_is_one_epoch),
        WITH_BENCH(test_any_step_back_is_an_epoch),
        WITH_BENCH(test_times_never_fall),
        WITH_BENCH(test_a_clock_that_falls_back_is_one_epoch),
        WITH_BENCH(test_a_seq_jump_that_time_does_not_explain_is_an_epoch),
        WITH_BENCH(test_a_seq_jump_that_time_explains_is_a_loss),
        WITH_BENCH(test_clock_and_seq_wrap_quietly),
        WITH_BENCH(test_samples_wait_for_their_descriptor),
        WITH_BENCH(test_full_scale_is_saturated),
        WITH_BENCH(test_the_end_of_an_integer_is_saturated),
        WITH_BENCH(test_events_become_items),
        WITH_BENCH(test_endless_junk_is_one_bad_frame),
        WITH_BENCH(test_commands_are_frames),
        WITH_BENCH(test_rate_is_for_every_inertial_stream),
        WITH_BENCH(test_frames_that_do_not_fit_are_refused),
        WITH_BENCH(test_noise_changes_nothing),
    };
    return cmocka_run_group_tests_name("podlink", tests, NULL, NULL);
}
