/* test_podlink.c - protects the native protocol: the shared vectors and recordings sample for sample, the exact counts
 * of a faulty link, what a loss, a restart, a duplicate and a wrapping clock are taken for, and that no bytes
 * whatever, cut however, make the decoder fail or change its mind. */
#include <jansson.h>
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

static json_t *load_shared(const char *name)
{
    json_error_t error;
    json_t *root = json_load_file(feed_shared_path(name), 0, &error);
    if (!root)
        fail_msg("%s: %s", name, error.text);
    return root;
}

static size_t unhex(const char *hex, uint8_t *out)
{
    size_t count = 0;
    for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        out[count++] = (uint8_t)byte;
    return count;
}

/* ------------------------------------------------------------------------------- the shared vectors, frame by frame */

static void check_opened(const json_t *vector, const struct kf_podlink_frame *frame)
{
    const json_t *value;
    if ((value = json_object_get(vector, "type")))
        assert_int_equal(frame->type, json_integer_value(value));
    if ((value = json_object_get(vector, "seq")))
        assert_int_equal(frame->seq, json_integer_value(value));
    if ((value = json_object_get(vector, "t_us")))
        assert_int_equal(frame->t_us, json_integer_value(value));
    if ((value = json_object_get(vector, "token")))
        assert_int_equal(kf_podlink_get_u32(frame->payload), json_integer_value(value));
    if ((value = json_object_get(vector, "code")))
        assert_int_equal(frame->payload[0], json_integer_value(value));
}

static void check_described(const json_t *vector, const struct kf_podlink_frame *frame)
{
    struct kf_podlink_descriptor descriptor;
    const char *name = json_string_value(json_object_get(vector, "pod"));
    unsigned known = 0;
    assert_int_equal(kf_podlink_decode_descriptor(frame->payload, frame->length, &descriptor), 0);
    assert_int_equal(descriptor.layout, json_integer_value(json_object_get(vector, "layout")));
    assert_int_equal(descriptor.boot_id, json_integer_value(json_object_get(vector, "boot")));
    assert_int_equal(descriptor.stream_count, json_integer_value(json_object_get(vector, "streams")));
    assert_int_equal(descriptor.name_length, strlen(name));
    assert_memory_equal(descriptor.name, name, strlen(name));
    for (unsigned i = 0; i < descriptor.stream_count; i++)
        known += descriptor.stream[i].kind >= KF_PODLINK_IMU6 && descriptor.stream[i].kind <= KF_PODLINK_FORCE;
    assert_int_equal(known, json_integer_value(json_object_get(vector, "known")));
}

static enum kf_podlink_fault expected_fault(const json_t *vector, size_t count)
{
    static const struct {
        const char *reason;
        enum kf_podlink_fault fault;
    } faults[] = {{"version", KF_PODLINK_BAD_VERSION},
                  {"crc", KF_PODLINK_BAD_CRC},
                  {"length", KF_PODLINK_BAD_LENGTH},
                  {"cobs", KF_PODLINK_BAD_COBS}};
    const char *reason = json_string_value(json_object_get(vector, "reason"));
    for (unsigned i = 0; reason && i < sizeof faults / sizeof faults[0]; i++)
        if (strcmp(faults[i].reason, reason) == 0)
            return faults[i].fault;
    return count == 1 ? KF_PODLINK_EMPTY : KF_PODLINK_OPENED;
}

static void test_vectors_open_as_told(void **state)
{
    (void)state;
    json_t *root = load_shared("podlink/vectors.json");
    uint8_t bytes[4096], body[KF_PODLINK_FRAME_MAX];
    size_t index;
    json_t *vector;
    json_array_foreach(root, index, vector)
    {
        struct kf_podlink_frame frame;
        const size_t count = unhex(json_string_value(json_object_get(vector, "hex")), bytes);
        assert_int_equal(bytes[count - 1], 0);
        const enum kf_podlink_fault fault = kf_podlink_open(bytes, count - 1, body, &frame);
        assert_int_equal(fault, expected_fault(vector, count));
        if (fault != KF_PODLINK_OPENED)
            continue;
        check_opened(vector, &frame);
        if (json_object_get(vector, "pod"))
            check_described(vector, &frame);
    }
    assert_true(index >= 20);
    print_message("podlink vectors: %zu of %zu hold\n", index, json_array_size(root));
    json_decref(root);
}

struct tally {
    unsigned count[KF_SITE_COUNT];
    struct kf_sample first[KF_SITE_COUNT], last[KF_SITE_COUNT];
};

static void tally_item(void *context, const struct kf_pod_item *item)
{
    struct tally *tally = context;
    if (item->kind != KF_POD_SAMPLE)
        return;
    const enum kf_site site = item->u.sample.site;
    if (tally->count[site]++ == 0)
        tally->first[site] = item->u.sample;
    tally->last[site] = item->u.sample;
}

/* What the driver counts for one vector: by its "ok" and "reason". */
static void check_counts(const json_t *vector, const struct kf_pod_stats *before, const struct kf_pod_stats *after,
                         size_t count)
{
    const char *reason = json_string_value(json_object_get(vector, "reason"));
    const bool is_undescribed = reason && strcmp(reason, "undescribed") == 0;
    assert_int_equal(after->undescribed - before->undescribed, is_undescribed);
    assert_int_equal(after->bad_frames - before->bad_frames, reason && !is_undescribed);
    assert_int_equal(after->good_frames - before->good_frames, !reason && count > 1);
}

static void check_samples(const json_t *vector, const struct kf_pod_stats *before, const struct kf_pod_stats *after)
{
    /* Streams 1, 2, 3 of the vectors' descriptor are the known ones, in this order. */
    const json_t *samples = json_object_get(vector, "samples");
    char id[2] = "1";
    for (unsigned i = 0; i < after->stream_count; i++, id[0]++) {
        const uint64_t earlier = i < before->stream_count ? before->stream[i].samples : 0;
        assert_int_equal(after->stream[i].samples - earlier, json_integer_value(json_object_get(samples, id)));
    }
}

static void test_vectors_decode_as_told(void **state)
{
    (void)state;
    json_t *root = load_shared("podlink/vectors.json");
    struct tally tally = {.count = {0}};
    struct feed feed;
    uint8_t bytes[4096];
    size_t index;
    json_t *vector;
    feed_open(&feed, "podlink");
    feed.watch = tally_item;
    feed.watch_context = &tally;
    json_array_foreach(root, index, vector)
    {
        const struct kf_pod_stats before = *feed_stats(&feed);
        const size_t count = unhex(json_string_value(json_object_get(vector, "hex")), bytes);
        feed_push(&feed, bytes, count, 1);
        check_counts(vector, &before, feed_stats(&feed), count);
        check_samples(vector, &before, feed_stats(&feed));
        if (json_object_get(vector, "last_emg_uv")) {
            const enum kf_site site = feed_stats(&feed)->stream[2].site;
            assert_close((double)tally.last[site].value[0], json_number_value(json_object_get(vector, "last_emg_uv")),
                         1e-6);
        }
    }
    feed_close(&feed);
    json_decref(root);
}

/* ---------------------------------------------------------------------------------------------------- the recordings
 */

static void check_values(const json_t *truth, const struct kf_sample *sample)
{
    for (size_t part = 0; part < 2; part++)
        for (size_t axis = 0; axis < 3; axis++) {
            const json_t *value = json_array_get(json_array_get(truth, part), axis);
            const double expected = json_number_value(value) * (part ? DEG : 1);
            assert_true(fabs((double)sample->value[3 * part + axis] - expected) <= 1e-6 * fabs(expected) + 1e-12);
        }
}

static void check_ends(const json_t *expected, const struct tally *tally)
{
    static const char *const ends[] = {"first", "last"};
    for (unsigned end = 0; end < 2; end++) {
        const char *name;
        json_t *truth;
        json_object_foreach(json_object_get(expected, ends[end]), name, truth)
        {
            const enum kf_site site = kf_site_from_name(name, (unsigned)strlen(name));
            check_values(truth, end ? &tally->last[site] : &tally->first[site]);
        }
    }
}

static long long number_at(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void check_recording_counts(const json_t *counts, const struct kf_pod_stats *stats)
{
    assert_int_equal(stats->good_frames, number_at(counts, "good_frames"));
    assert_int_equal(stats->bad_frames, number_at(counts, "bad_frames"));
    assert_int_equal(stats->lost_frames, number_at(counts, "lost_frames"));
    assert_int_equal(stats->epochs, 1);
    assert_int_equal(stats->undescribed, 0);
    for (unsigned i = 0; i < stats->stream_count; i++) {
        const struct kf_pod_stream *stream = &stats->stream[i];
        const bool is_imu = stream->kind == KF_KIND_IMU6;
        assert_int_equal(stream->samples, number_at(counts, is_imu ? "imu_samples" : "emg_samples"));
        assert_int_equal(stream->samples + stream->lost, is_imu ? 6000 : 30000);
        /* The pod's clock runs 180 ppm fast: its samples seem that much further apart. */
        assert_close(stream->rate_hz, (is_imu ? 200 : 1000) / 1.00018, 2e-6);
    }
    print_message("  good %llu bad %llu lost %llu, imu %llu, emg %llu\n", (unsigned long long)stats->good_frames,
                  (unsigned long long)stats->bad_frames, (unsigned long long)stats->lost_frames,
                  (unsigned long long)stats->stream[0].samples, (unsigned long long)stats->stream[3].samples);
}

/* Feeds a recording in every chunk size; counts and values must hold, the output must be the same. */
static void check_recording(const char *name, const json_t *expected, const json_t *counts)
{
    size_t count;
    uint8_t *bytes = feed_read_shared(name, &count);
    uint64_t hash = 0;
    assert_non_null(bytes);
    assert_ptr_equal(kf_pod_detect(bytes, 1024), kf_pod_driver_find("podlink"));
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        struct tally tally = {.count = {0}};
        struct feed feed;
        feed_open(&feed, "podlink");
        feed.watch = tally_item;
        feed.watch_context = &tally;
        feed_push(&feed, bytes, count, feed_chunks[i]);
        feed_finish(&feed);
        if (i == 0) {
            check_recording_counts(counts, feed_stats(&feed));
            check_ends(expected, &tally);
            hash = feed.hash;
        }
        assert_true(feed.hash == hash);
        assert_true(tally.first[KF_SITE_TRUNK].t_s == 0);
        feed_close(&feed);
    }
    free(bytes);
}

static void test_clean_recording(void **state)
{
    (void)state;
    json_t *expected = load_shared("podlink/run.expected.json");
    check_recording("podlink/run.podlink", expected, json_object_get(expected, "clean"));
    json_decref(expected);
}

static void test_faulty_recording(void **state)
{
    (void)state;
    json_t *expected = load_shared("podlink/run.expected.json");
    const json_t *faulty = json_object_get(expected, "faulty");
    check_recording("podlink/run_faulty.podlink", expected, json_object_get(faulty, "decoded"));
    json_decref(expected);
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
        assert_int_equal(bench->feed.driver->command(bench->feed.state, (enum kf_pod_command)i, out, 11), 0);
        const size_t count = bench->feed.driver->command(bench->feed.state, (enum kf_pod_command)i, out, sizeof out);
        assert_true(count > 0 && out[count - 1] == 0);
        assert_int_equal(kf_podlink_open(out, count - 1, body, &frame), KF_PODLINK_OPENED);
        assert_int_equal(frame.type, types[i]);
        assert_int_equal(frame.seq, i);
    }
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

static void test_parts(void **state)
{
    (void)state;
    uint8_t plain[300], code[310], back[310];
    assert_int_equal(kf_podlink_crc16((const uint8_t *)"123456789", 9), 0x29b1);
    for (int site = 0; site < KF_SITE_COUNT; site++)
        assert_int_equal(kf_podlink_site_from_wire(kf_podlink_site_to_wire((enum kf_site)site)), site);
    assert_int_equal(kf_podlink_site_from_wire(9), KF_SITE_NONE);
    assert_int_equal(kf_podlink_site_to_wire(KF_SITE_NONE), 0);
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
        WITH_BENCH(test_a_new_boot_id_is_one_epoch),
        WITH_BENCH(test_a_clock_that_falls_back_is_one_epoch),
        WITH_BENCH(test_a_seq_jump_that_time_does_not_explain_is_an_epoch),
        WITH_BENCH(test_a_seq_jump_that_time_explains_is_a_loss),
        WITH_BENCH(test_clock_and_seq_wrap_quietly),
        WITH_BENCH(test_samples_wait_for_their_descriptor),
        WITH_BENCH(test_full_scale_is_saturated),
        WITH_BENCH(test_events_become_items),
        WITH_BENCH(test_endless_junk_is_one_bad_frame),
        WITH_BENCH(test_commands_are_frames),
        WITH_BENCH(test_frames_that_do_not_fit_are_refused),
        WITH_BENCH(test_noise_changes_nothing),
    };
    const struct CMUnitTest shared_tests[] = {
        cmocka_unit_test(test_vectors_open_as_told),
        cmocka_unit_test(test_vectors_decode_as_told),
        cmocka_unit_test(test_clean_recording),
        cmocka_unit_test(test_faulty_recording),
    };
    const int failed = cmocka_run_group_tests_name("podlink", tests, NULL, NULL);
    if (failed)
        return failed;
    if (!feed_has_shared())
        return FEED_SKIP;
    return cmocka_run_group_tests_name("podlink, shared data", shared_tests, NULL, NULL);
}
