/* test_witmotion.c - protects the WitMotion decoder by an encoder of its own, written from formats.md: what is sent
 * comes out in SI units and on time, in every chunk size; cut frames, embedded headers, noise and both lengths of the
 * frames without a checksum included. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"

enum { ROOM = 1 << 16, SHORT = 20, LONG = 28, SUMMED = 11 };

static const double ACC = 16 * 9.80665 / 32768, GYR = 2000 * 3.14159265358979323846 / 180 / 32768;

/* -------------------------------------------------------------------------------------------------------- encoder */

struct wire {
    size_t count;
    uint8_t bytes[ROOM];
};

static void put(struct wire *wire, const void *bytes, size_t count)
{
    assert_true(wire->count + count <= sizeof wire->bytes);
    memcpy(wire->bytes + wire->count, bytes, count);
    wire->count += count;
}

static void put_i16(uint8_t *out, int value)
{
    out[0] = (uint8_t)(value & 0xFF);
    out[1] = (uint8_t)(value >> 8 & 0xFF);
}

static void put_summed(struct wire *wire, uint8_t id, const uint8_t data[8])
{
    uint8_t frame[SUMMED] = {0x55, id};
    unsigned sum = 0;
    memcpy(frame + 2, data, 8);
    for (unsigned i = 0; i < 10; i++)
        sum += frame[i];
    frame[10] = (uint8_t)sum;
    put(wire, frame, sizeof frame);
}

static void put_numbers(struct wire *wire, uint8_t id, const int16_t value[4])
{
    uint8_t data[8];
    for (unsigned i = 0; i < 4; i++)
        put_i16(data + 2 * i, value[i]);
    put_summed(wire, id, data);
}

/* 2024-02-28 23:59:58 and so many milliseconds, up to two days. */
static void put_clock(uint8_t out[8], unsigned ms)
{
    const unsigned second = 86398 + ms / 1000, day = second / 86400;
    const uint8_t date[] = {24,
                            day < 2 ? 2 : 3,
                            (uint8_t)(day < 2 ? 28 + day : 1),
                            (uint8_t)(second / 3600 % 24),
                            (uint8_t)(second / 60 % 60),
                            (uint8_t)(second % 60)};
    memcpy(out, date, sizeof date);
    put_i16(out + 6, (int)(ms % 1000));
}

/* Numbers that change from sample to sample; every third holds the byte 0x55. */
static int16_t raw(unsigned sample, unsigned channel)
{
    return (int16_t)(sample % 3 == 0 ? 0x5551 : (int)((sample * 7919 + channel * 104729) % 60000) - 30000);
}

static void put_raw(struct wire *wire, uint8_t id, unsigned sample, unsigned first)
{
    const int16_t value[4] = {raw(sample, first), raw(sample, first + 1), raw(sample, first + 2), 2512};
    put_numbers(wire, id, value);
}

/* One sample as a wired model sends it: clock (unless ms is UINT_MAX), acceleration, rate, angle. */
static void put_burst(struct wire *wire, unsigned sample, unsigned ms)
{
    uint8_t clock[8];
    if (ms != UINT32_MAX) {
        put_clock(clock, ms);
        put_summed(wire, 0x50, clock);
    }
    put_raw(wire, 0x51, sample, 0);
    put_raw(wire, 0x52, sample, 3);
    put_raw(wire, 0x53, sample, 6);
}

static void put_motion(struct wire *wire, unsigned sample, size_t length, unsigned ms)
{
    uint8_t frame[LONG] = {0x55, 0x61};
    for (unsigned i = 0; i < 9; i++)
        put_i16(frame + 2 + 2 * i, raw(sample, i));
    put_clock(frame + SHORT, ms);
    put(wire, frame, length);
}

/* -------------------------------------------------------------------------------------------------------- checking */

struct watch {
    unsigned samples, next[64]; /* numbers of samples that must come, if given */
    bool ordered;
};

static void watch_item(void *context, const struct kf_pod_item *item)
{
    struct watch *watch = context;
    if (item->kind != KF_POD_SAMPLE)
        return;
    const unsigned sample = watch->ordered ? watch->samples : watch->next[watch->samples];
    for (unsigned i = 0; i < 6; i++) {
        const double expected = raw(sample, i) * (i < 3 ? ACC : GYR);
        if (!(fabs((double)item->u.sample.value[i] - expected) <= 1e-6 * fabs(expected)))
            fail_msg("sample %u, value %u: %.9g is not %.9g", sample, i, (double)item->u.sample.value[i], expected);
    }
    assert_int_equal(item->u.sample.site, KF_SITE_NONE);
    watch->samples++;
}

/* Decodes the wire in every chunk size; *out are the counts, the same for all. */
static void decode(const struct wire *wire, struct watch *watch, struct kf_pod_stats *out)
{
    uint64_t hash = 0;
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        struct feed feed;
        feed_open(&feed, "witmotion");
        watch->samples = 0;
        feed.watch = watch_item;
        feed.watch_context = watch;
        feed_push(&feed, wire->bytes, wire->count, feed_chunks[i]);
        feed_finish(&feed);
        *out = *feed_stats(&feed);
        assert_true(i == 0 || feed.hash == hash);
        hash = feed.hash;
        feed_close(&feed);
    }
}

static int sniff(const uint8_t *bytes, size_t count)
{
    return kf_pod_driver_find("witmotion")->sniff(bytes, count);
}

/* ----------------------------------------------------------------------------------------------------- wired models */

static void test_summed_frames_round_trip(void **state)
{
    (void)state;
    static struct wire wire;
    struct watch watch = {.ordered = true};
    struct kf_pod_stats stats;
    wire.count = 0;
    for (unsigned i = 0; i < 400; i++)
        put_burst(&wire, i, 10 * i); /* past midnight, into the leap day */
    decode(&wire, &watch, &stats);
    assert_int_equal(watch.samples, 400);
    assert_int_equal(stats.good_frames, 1600);
    assert_int_equal(stats.bad_frames + stats.resyncs + stats.stream[0].lost, 0);
    assert_int_equal(stats.epochs, 1);
    assert_true(fabs(stats.last_t_s - 3.99) < 1e-9);
    assert_true(fabs(stats.stream[0].rate_hz - 100) < 1e-3);
    for (size_t from = 0; from < 100; from++)
        assert_ptr_equal(kf_pod_detect(wire.bytes + from, 200), kf_pod_driver_find("witmotion"));
}

static void test_days_follow_each_other(void **state)
{
    (void)state;
    static struct wire wire;
    struct watch watch = {.ordered = true};
    struct kf_pod_stats stats;
    wire.count = 0;
    for (unsigned i = 0; i < 60; i++) /* 86,300 s .. 86,418 s later: from February 29 into March */
        put_burst(&wire, i, (86300 + 2 * i) * 1000);
    decode(&wire, &watch, &stats);
    assert_int_equal(stats.epochs, 1);
    assert_true(fabs(stats.last_t_s - 118) < 1e-9);
}

static void test_lost_frames_leave_gaps(void **state)
{
    (void)state;
    static struct wire wire;
    struct watch watch = {.next = {0, 1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 13, 14}};
    struct kf_pod_stats stats;
    size_t at[16];
    wire.count = 0;
    for (unsigned i = 0; i < 15; i++) {
        at[i] = wire.count;
        put_burst(&wire, i, 10 * i);
    }
    wire.bytes[at[6] + 2 * SUMMED + 4] ^= 0x40; /* the rate of 6 is damaged ... */
    memmove(wire.bytes + at[9] + SUMMED + 5, wire.bytes + at[9] + SUMMED + 8, wire.count - at[9] - SUMMED - 8);
    wire.count -= 3; /* ... the acceleration of 9 is cut short, and the end is cut off */
    wire.count -= 4;
    decode(&wire, &watch, &stats);
    assert_int_equal(watch.samples, 13);
    assert_int_equal(stats.good_frames, 57);
    assert_true(stats.bad_frames >= 3 && stats.bad_frames <= 5);
    assert_int_equal(stats.resyncs, 3);
    assert_int_equal(stats.stream[0].lost, 2);
    assert_true(fabs(stats.last_t_s - 0.14) < 1e-9);
}

/* Whole frames missing must not pair one sample's acceleration with another's rate. */
static void test_halves_never_meet(void **state)
{
    (void)state;
    static struct wire wire;
    struct watch watch = {.next = {0, 1, 4}};
    struct kf_pod_stats stats;
    wire.count = 0;
    put_burst(&wire, 0, UINT32_MAX);
    put_burst(&wire, 1, UINT32_MAX);
    put_raw(&wire, 0x51, 2, 0);
    put_raw(&wire, 0x53, 2, 6);
    put_raw(&wire, 0x52, 3, 3);
    put_raw(&wire, 0x53, 3, 6);
    put_burst(&wire, 4, UINT32_MAX);
    decode(&wire, &watch, &stats);
    assert_int_equal(watch.samples, 3);
    assert_int_equal(stats.stream[0].lost, 2);
    assert_true(fabs(stats.last_t_s - 4 / 200.0) < 1e-9); /* no clock: counted at 200 Hz */
}

/* Nor must they when all between them is damaged. */
static void test_halves_never_meet_over_damage(void **state)
{
    (void)state;
    static struct wire wire;
    struct watch watch = {.next = {0, 3}};
    struct kf_pod_stats stats;
    wire.count = 0;
    put_burst(&wire, 0, UINT32_MAX);
    put_raw(&wire, 0x51, 1, 0);
    put(&wire, "\1\2\3", 3);
    put_raw(&wire, 0x52, 2, 3);
    put_burst(&wire, 3, UINT32_MAX);
    decode(&wire, &watch, &stats);
    assert_int_equal(watch.samples, 2);
    assert_int_equal(stats.stream[0].lost, 2);
}

/* A clock that stands and then goes on by less than was counted meanwhile is no restart. */
static void test_slow_clock_never_turns_time_back(void **state)
{
    (void)state;
    static struct wire wire;
    struct watch watch = {.ordered = true};
    struct kf_pod_stats stats;
    wire.count = 0;
    for (unsigned i = 0; i < 40; i++)
        put_burst(&wire, i, i < 20 ? 10 * i : 190 + 10 * (i / 10));
    decode(&wire, &watch, &stats);
    assert_int_equal(watch.samples, 40);
    assert_int_equal(stats.epochs, 1);
}

static void test_clock_set_back_is_an_epoch(void **state)
{
    (void)state;
    static struct wire wire;
    struct watch watch = {.ordered = true};
    struct kf_pod_stats stats;
    wire.count = 0;
    for (unsigned i = 0; i < 20; i++)
        put_burst(&wire, i, i < 10 ? 60000 + 10 * i : 10 * i);
    for (unsigned i = 20; i < 30; i++) /* stands still, then goes on */
        put_burst(&wire, i, 190);
    for (unsigned i = 30; i < 40; i++)
        put_burst(&wire, i, 10 * i);
    decode(&wire, &watch, &stats);
    assert_int_equal(stats.epochs, 2);
    assert_int_equal(stats.stream[0].lost, 0);
    assert_true(fabs(stats.last_t_s - 0.39) < 1e-3);
}

static void test_full_scale_is_told(void **state)
{
    (void)state;
    static struct wire wire;
    static const int16_t calm[4] = {1, 2, 3, 4}, full[4] = {1, -32768, 3, 4};
    struct feed feed;
    wire.count = 0;
    for (unsigned i = 0; i < 4; i++) {
        put_numbers(&wire, 0x51, i == 1 ? full : calm);
        put_numbers(&wire, 0x52, i == 3 ? full : calm);
    }
    feed_open(&feed, "witmotion");
    feed_push(&feed, wire.bytes, wire.count, 0);
    assert_int_equal(feed_stats(&feed)->stream[0].saturated, 2);
    feed_close(&feed);
}

/* ------------------------------------------------------------------------------------------------- Bluetooth models */

static void check_unsummed(size_t length, double last_t_s)
{
    static struct wire wire;
    struct watch watch = {.ordered = true};
    struct kf_pod_stats stats;
    wire.count = 0;
    put(&wire, "\x61\x00\x55\x12", 4); /* the end of a frame */
    for (unsigned i = 0; i < 100; i++)
        put_motion(&wire, i, length, 50 * i);
    decode(&wire, &watch, &stats);
    assert_int_equal(watch.samples, 100);
    assert_int_equal(stats.good_frames, 100);
    assert_int_equal(stats.bad_frames, 0);
    assert_int_equal(stats.resyncs, 1);
    assert_int_equal(stats.stream[0].lost, 0);
    assert_true(fabs(stats.last_t_s - last_t_s) < 1e-9);
    for (size_t from = 0; from < 2 * length; from++) {
        assert_ptr_equal(kf_pod_detect(wire.bytes + from, 4 * length + 8), kf_pod_driver_find("witmotion"));
        assert_int_equal(sniff(wire.bytes + from, 2 * length), 1);
    }
}

static void test_length_is_learned_from_spacing(void **state)
{
    (void)state;
    check_unsummed(SHORT, 99 / 200.0);
    check_unsummed(LONG, 99 * 0.05);
}

static void test_three_long_frames_lock_by_their_clock(void **state)
{
    (void)state;
    static struct wire wire;
    for (unsigned step_ms = 0; step_ms <= 50; step_ms += 50) {
        wire.count = 0;
        for (unsigned i = 0; i < 3; i++)
            put_motion(&wire, i, LONG, step_ms * i);
        assert_int_equal(sniff(wire.bytes, wire.count), step_ms ? 2 : 1);
        put_motion(&wire, 3, LONG, 0); /* a clock that stands: one frame more */
        assert_int_equal(sniff(wire.bytes, wire.count), 2);
    }
}

static void check_cuts(size_t length)
{
    static struct wire wire;
    struct watch watch = {.next = {4, 7, 10, 16, 19, 22, 25, 31}};
    struct kf_pod_stats stats;
    wire.count = 0;
    for (unsigned i = 0; i < 12; i++) {
        const size_t begin = wire.count;
        put_motion(&wire, 3 * i + 1, length, 50 * i); /* numbers without an 0x55 */
        if (i == 0 || i == 4 || i == 9)               /* cut short, the first one among them */
            wire.count = begin + 5 + i;
        if (i == 6) /* an angle that looks like a header */
            memcpy(wire.bytes + begin + 16, "\x55\x61", 2);
    }
    wire.count -= 3; /* 11 is cut off by the end */
    decode(&wire, &watch, &stats);
    assert_int_equal(watch.samples, 8);
    assert_int_equal(stats.good_frames, 8);
    assert_int_equal(stats.stream[0].lost, 2);
    assert_int_equal(stats.bad_frames, 4);
    assert_int_equal(stats.resyncs, 4);
}

static void test_cut_frames_cost_themselves(void **state)
{
    (void)state;
    check_cuts(SHORT);
    check_cuts(LONG);
}

static void test_other_length_is_learned_anew(void **state)
{
    (void)state;
    static struct wire wire;
    struct watch watch = {.ordered = true};
    struct kf_pod_stats stats;
    wire.count = 0;
    for (unsigned i = 0; i < 60; i++)
        put_motion(&wire, i, i < 20 || i >= 40 ? SHORT : LONG, 50 * i);
    decode(&wire, &watch, &stats);
    assert_int_equal(stats.good_frames, 60);
    assert_int_equal(stats.bad_frames + stats.resyncs, 0);
}

static void test_register_answers_are_skipped(void **state)
{
    (void)state;
    static const uint8_t answer[] = {0x55, 0x71, 0x3A, 0, 0x68, 1, 0x69, 0, 0x7A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    static struct wire wire;
    struct watch watch = {.ordered = true};
    struct kf_pod_stats stats;
    wire.count = 0;
    for (unsigned i = 0; i < 10; i++) {
        put_motion(&wire, i, SHORT, 0);
        if (i == 5)
            put(&wire, answer, sizeof answer);
    }
    decode(&wire, &watch, &stats);
    assert_int_equal(watch.samples, 10);
    assert_int_equal(stats.good_frames, 11);
    assert_int_equal(stats.bad_frames, 0);
}

/* A single notification, as people paste them. */
static void test_single_frame_is_read_at_the_end(void **state)
{
    (void)state;
    for (unsigned length = SHORT; length <= LONG; length += LONG - SHORT) {
        static struct wire wire;
        struct watch watch = {.ordered = true};
        struct kf_pod_stats stats;
        wire.count = 0;
        put_motion(&wire, 0, length, 0);
        decode(&wire, &watch, &stats);
        assert_int_equal(watch.samples, 1);
        assert_int_equal(stats.bad_frames, 0);
    }
}

/* ------------------------------------------------------------------------------------------------------------ others
 */

static void test_noise_does_not_lock(void **state)
{
    (void)state;
    static uint8_t noise[64 << 10];
    uint32_t random = 7;
    for (unsigned round = 0; round < 64; round++) {
        for (size_t i = 0; i < sizeof noise; i++) {
            random = random * 1664525u + 1013904223u;
            noise[i] = (uint8_t)(random >> 24);
        }
        assert_int_equal(sniff(noise, sizeof noise / 2), 1);
        assert_int_equal(sniff(noise, sizeof noise), 0);
    }
}

static void test_start_unlocks_and_asks(void **state)
{
    (void)state;
    static const uint8_t start[] = {0xFF, 0xAA, 0x69, 0x88, 0xB5, 0xFF, 0xAA, 0x02,
                                    0x07, 0x00, 0xFF, 0xAA, 0x03, 0x0B, 0x00};
    uint8_t out[32];
    struct feed feed;
    feed_open(&feed, "witmotion");
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, sizeof out), sizeof start);
    assert_memory_equal(out, start, sizeof start);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_START, 0, out, sizeof start - 1), 0);
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_STOP, 0, out, sizeof out), 0);
    feed_close(&feed);
}

static void test_rate_is_the_next_one_up(void **state)
{
    (void)state;
    static const struct {
        unsigned rate_hz;
        uint8_t code;
    } rates[] = {{1, 0x06}, {10, 0x06}, {11, 0x09}, {100, 0x09}, {101, 0x0B}, {200, 0x0B}, {1000, 0x0B}};
    uint8_t wanted[] = {0xFF, 0xAA, 0x69, 0x88, 0xB5, 0xFF, 0xAA, 0x03, 0, 0x00}, out[32];
    struct feed feed;
    feed_open(&feed, "witmotion");
    for (unsigned i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        wanted[8] = rates[i].code;
        assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_RATE, rates[i].rate_hz, out, sizeof out),
                         sizeof wanted);
        assert_memory_equal(out, wanted, sizeof wanted);
    }
    assert_int_equal(feed.driver->command(feed.state, KF_POD_CMD_RATE, 100, out, sizeof wanted - 1), 0);
    feed_close(&feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summed_frames_round_trip),
        cmocka_unit_test(test_days_follow_each_other),
        cmocka_unit_test(test_lost_frames_leave_gaps),
        cmocka_unit_test(test_halves_never_meet),
        cmocka_unit_test(test_halves_never_meet_over_damage),
        cmocka_unit_test(test_slow_clock_never_turns_time_back),
        cmocka_unit_test(test_clock_set_back_is_an_epoch),
        cmocka_unit_test(test_three_long_frames_lock_by_their_clock),
        cmocka_unit_test(test_full_scale_is_told),
        cmocka_unit_test(test_length_is_learned_from_spacing),
        cmocka_unit_test(test_cut_frames_cost_themselves),
        cmocka_unit_test(test_other_length_is_learned_anew),
        cmocka_unit_test(test_register_answers_are_skipped),
        cmocka_unit_test(test_single_frame_is_read_at_the_end),
        cmocka_unit_test(test_noise_does_not_lock),
        cmocka_unit_test(test_start_unlocks_and_asks),
        cmocka_unit_test(test_rate_is_the_next_one_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
