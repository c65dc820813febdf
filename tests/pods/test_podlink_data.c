/* test_podlink_data.c - protects the native protocol against data made by an independent encoder: every shared vector
 * by what it holds, the clean recording's values and counts, the faulty one's exact counts, in every chunk size. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"
#include "kneefold/podlink.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors_open_as_told),
        cmocka_unit_test(test_vectors_decode_as_told),
        cmocka_unit_test(test_clean_recording),
        cmocka_unit_test(test_faulty_recording),
    };
    if (!feed_has_shared())
        return FEED_SKIP;
    return cmocka_run_group_tests_name("podlink, shared data", tests, NULL, NULL);
}
