/* test_capture.c - protects captures: what is read from one is what the pod sent, at the times it came, whatever size
 * the reads are; one cut anywhere is good up to there and says so; damage is refused with words; and the writer keeps
 * its file private, overwrites nothing unasked, and never makes the engine wait for a disk. */
#include "source_help.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <zlib.h>

#include "app/capture.h"
#include "app/feed.h"
#include "source/capture_format.h"
#include "toy_driver.h"

enum { ROOM = 1 << 20, RECORDS = 6 };

struct image { /* a file's bytes, or a pod's */
    size_t count;
    uint8_t bytes[ROOM];
};

static struct image sent, stored, got; /* too big for the stack */

static const uint32_t lengths[RECORDS] = {1, 40, 300, 7, 2, 511};

static void append(struct image *image, const void *bytes, size_t count)
{
    assert_true(count <= sizeof image->bytes - image->count);
    if (count > 0)
        memcpy(image->bytes + image->count, bytes, count);
    image->count += count;
}

static void append_record(struct image *image, int64_t host_ns, const uint8_t *bytes, uint32_t count)
{
    uint8_t record[KF_CAPTURE_RECORD];
    kf_capture_put_record(record, host_ns, count);
    append(image, record, sizeof record);
    append(image, bytes, count);
}

static int64_t time_of(int record)
{
    return record * INT64_C(3000000001);
}

/* A small capture in `stored`, its pod's bytes in `sent`. */
static void make_capture(void)
{
    char head[KF_CAPTURE_HEAD];
    sent.count = stored.count = 0;
    append(&stored, head, kf_capture_put_head(head, "a\npod", INT64_C(1795375280123456789)));
    for (int i = 0; i < RECORDS; i++) {
        const size_t from = sent.count;
        for (; sent.count < from + lengths[i]; sent.count++)
            sent.bytes[sent.count] = (uint8_t)(sent.count * 37 % 251);
        append_record(&stored, time_of(i), sent.bytes + from, lengths[i]);
    }
    append_record(&stored, time_of(RECORDS), NULL, 0);
}

static struct kf_source *open_stored(size_t count)
{
    struct kf_source *source;
    write_file(in_folder("capture"), stored.bytes, count);
    source = kf_source_open(uri_of("file", in_folder("capture")), NULL);
    assert_non_null(source);
    return source;
}

/* Reads to the end into `got`; the status it ended with. */
static int read_all(struct kf_source *source, size_t capacity, struct kf_error *error)
{
    int count;
    got.count = 0;
    while ((count = kf_source_read(source, 0, got.bytes + got.count, capacity, error)) > 0) {
        assert_true((size_t)count <= capacity);
        got.count += (size_t)count;
    }
    assert_int_equal(kf_source_read(source, 0, got.bytes + got.count, capacity, error), count);
    return count;
}

static void test_the_pods_bytes_come_back(void **state)
{
    static const size_t capacities[] = {1, 7, 64, 4096, 65536};
    (void)state;
    make_capture();
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
        struct kf_source *source = open_stored(stored.count);
        assert_int_equal(read_all(source, capacities[i], NULL), KF_ERR_END);
        assert_int_equal(got.count, sent.count);
        assert_memory_equal(got.bytes, sent.bytes, sent.count);
        kf_source_close(source);
    }
}

static void test_a_packed_capture_reads_the_same(void **state)
{
    gzFile packed = gzopen(in_folder("capture.gz"), "wb");
    struct kf_source *source;
    (void)state;
    make_capture();
    assert_int_equal(gzwrite(packed, stored.bytes, (unsigned)stored.count), stored.count);
    assert_int_equal(gzclose(packed), Z_OK);
    source = kf_source_open(uri_of("file", in_folder("capture.gz")), NULL);
    assert_int_equal(read_all(source, 100, NULL), KF_ERR_END);
    assert_int_equal(got.count, sent.count);
    assert_memory_equal(got.bytes, sent.bytes, sent.count);
    kf_source_close(source);
}

static void test_host_times_come_back(void **state)
{
    struct kf_source *source;
    int64_t host_ns = -1;
    (void)state;
    make_capture();
    source = open_stored(stored.count);
    for (int i = 0; i < RECORDS; i++) {
        assert_int_equal(kf_source_read(source, 0, got.bytes, sizeof got.bytes, NULL), lengths[i]);
        assert_true(kf_source_host_ns(source, &host_ns));
        assert_int_equal(host_ns, time_of(i));
    }
    kf_source_close(source);
    write_file(in_folder("plain"), "bytes", 5);
    source = kf_source_open(uri_of("file", in_folder("plain")), NULL);
    assert_false(kf_source_host_ns(source, &host_ns));
    assert_int_equal(host_ns, time_of(RECORDS - 1));
    kf_source_close(source);
}

/* As it was live: reads are whole, at their times, however little is asked for. */
static void test_a_feed_gives_reads_as_they_were(void **state)
{
    struct kf_record record;
    (void)state;
    make_capture();
    write_file(in_folder("capture"), stored.bytes, stored.count);
    struct kf_feed *feed = kf_feed_open(in_folder("capture"), NULL);
    assert_non_null(feed);
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < RECORDS; i++) {
            assert_int_equal(kf_feed_next(feed, 5, &record, NULL), KF_OK);
            assert_int_equal(record.count, lengths[i]);
            assert_int_equal(record.host_ns, time_of(i));
        }
        assert_int_equal(kf_feed_next(feed, 5, &record, NULL), KF_ERR_END);
        assert_int_equal(kf_feed_seek(feed, (struct kf_feed_place){0}, NULL), KF_OK);
    }
    kf_feed_close(feed);
}

/* The engine's time at the end of what lies in the file. */
static double heard_until_s(const char *file)
{
    struct kf_engine_config config = toy_config(&toy_driver);
    struct kf_engine *engine = kf_engine_create(&config, NULL, NULL);
    struct kf_feed *feed = kf_feed_open(file, NULL);
    struct kf_record record;
    assert_true(engine && feed);
    while (kf_feed_next(feed, 64, &record, NULL) == KF_OK)
        (void)kf_engine_take(engine, &record);
    const double t_s = kf_engine_time_s(engine);
    kf_feed_close(feed);
    kf_engine_destroy(engine);
    return t_s;
}

/* 2 s of samples, a restart that takes 5 s, 1 s of samples. */
static void test_a_restart_lies_where_it_lay_live(void **state)
{
    char head[KF_CAPTURE_HEAD];
    (void)state;
    sent.count = stored.count = 0;
    append(&stored, head, kf_capture_put_head(head, "pod", 0));
    for (int i = 0; i < 300; i++) {
        const char *bytes = i == 200 ? "es" : "s";
        const int64_t host_ns = (i * INT64_C(10) + (i >= 200 ? 5000 : 0)) * 1000000;
        append_record(&stored, host_ns, (const uint8_t *)bytes, (uint32_t)strlen(bytes));
        append(&sent, bytes, strlen(bytes));
    }
    append_record(&stored, INT64_C(8000000000), NULL, 0);
    write_file(in_folder("capture"), stored.bytes, stored.count);
    write_file(in_folder("plain"), sent.bytes, sent.count);
    const double captured_s = heard_until_s(in_folder("capture")), raw_s = heard_until_s(in_folder("plain"));
    assert_true(captured_s > 7.96 && captured_s < 8.02);
    assert_true(raw_s > 2.97 && raw_s < 3.01);
}

static void test_the_head_tells_where_and_when(void **state)
{
    struct kf_capture_reader reader = {0};
    const uint8_t *pod;
    size_t count;
    (void)state;
    make_capture();
    (void)kf_capture_take(&reader, stored.bytes, stored.count, 1, &pod, &count);
    assert_string_equal(reader.source, "a?pod");
    assert_int_equal(reader.started_ns, INT64_C(1795375280123456789));
    assert_memory_equal(stored.bytes, "kneefold-capture 1\nsource: a?pod\nstarted: 2026-11-22T19:21:20Z\n", 63);
}

/* Before its first 17 bytes are there it could be anything. */
static void test_a_cut_capture_is_good_up_to_there_and_says_so(void **state)
{
    size_t longest = 0;
    (void)state;
    make_capture();
    for (size_t cut = 17; cut < stored.count; cut++) {
        struct kf_error error = {0};
        struct kf_source *source = open_stored(cut);
        assert_int_equal(read_all(source, 4096, &error), KF_ERR_DATA);
        assert_non_null(strstr(error.text, "cut off"));
        assert_true(error.hint[0] != '\0');
        assert_true(got.count <= sent.count && got.count >= longest);
        assert_memory_equal(got.bytes, sent.bytes, got.count);
        longest = got.count;
        kf_source_close(source);
    }
    assert_int_equal(longest, sent.count);
}

/* Reading ends with KF_ERR_DATA after `good` bytes of the pod's, and says this. */
static void assert_damaged(size_t good, const char *text)
{
    struct kf_error error = {0};
    struct kf_source *source = open_stored(stored.count);
    assert_int_equal(read_all(source, 4096, &error), KF_ERR_DATA);
    assert_int_equal(got.count, good);
    if (!strstr(error.text, text))
        fail_msg("'%s' does not say '%s'", error.text, text);
    kf_source_close(source);
}

static void test_damage_is_refused_with_words(void **state)
{
    size_t head;
    (void)state;
    make_capture();
    head = stored.count - sent.count - (RECORDS + 1) * KF_CAPTURE_RECORD;
    append(&stored, "x", 1);
    assert_damaged(sent.count, "behind its end");
    make_capture();
    stored.bytes[head + KF_CAPTURE_RECORD + 1 + 10] = 2; /* a length of over 131072 */
    assert_damaged(1, "that length cannot be");
    make_capture();
    append_record(&stored, 0, NULL, 0);
    stored.count -= 2 * KF_CAPTURE_RECORD; /* in place of the end: a record before the one before it */
    append_record(&stored, 0, sent.bytes, 5);
    assert_damaged(sent.count, "that time cannot be");
    make_capture();
    stored.bytes[head + 7] = 0x80;
    assert_damaged(0, "that time cannot be");
    make_capture();
    stored.bytes[17] = '2';
    assert_damaged(0, "version");
    make_capture();
    stored.bytes[25] = '\0';
    assert_damaged(0, "no text");
    stored.count = 19;
    for (int i = 0; i < 40; i++)
        append(&stored, "key: value\n", 11);
    assert_damaged(0, "no end");
    stored.count = 19;
    for (int i = 0; i < 40; i++)
        append(&stored, "0123456789", 10);
    assert_damaged(0, "no text");
}

/* What only begins like a capture is read as it stands. */
static void test_what_is_no_capture_is_left_alone(void **state)
{
    static const char *const texts[] = {"kneefold-", "kneefold-log 1\n", "kneefold-capturf 1\n", "k"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct kf_source *source;
        stored.count = 0;
        append(&stored, texts[i], strlen(texts[i]));
        source = open_stored(stored.count);
        assert_int_equal(read_all(source, 3, NULL), KF_ERR_END);
        assert_int_equal(got.count, stored.count);
        assert_memory_equal(got.bytes, stored.bytes, stored.count);
        kf_source_close(source);
    }
}

/* ---- the writer ---- */

static struct kf_capture_config config_for(const char *path)
{
    struct kf_capture_config config = {.path = path, .source = "pod", .wall_ns = 1, .start_ns = 1000};
    return config;
}

/* Puts `sent` into the capture, in pieces, the first one longer than a record can be. */
static void put_sent(struct kf_capture *capture)
{
    size_t at = 0, piece = 100000;
    for (int64_t now_ns = 1000; at < sent.count; now_ns += 5, piece = 999) {
        piece = piece < sent.count - at ? piece : sent.count - at;
        kf_capture_put(capture, now_ns, sent.bytes + at, piece);
        at += piece;
    }
}

static void make_sent(size_t count)
{
    for (sent.count = 0; sent.count < count; sent.count++)
        sent.bytes[sent.count] = (uint8_t)(sent.count * 131 >> 3);
}

static void test_the_writer_stores_every_byte_privately(void **state)
{
    const struct kf_capture_config config = config_for(in_folder("written"));
    struct kf_capture *capture = kf_capture_open(&config, NULL);
    struct kf_source *source;
    struct stat info;
    (void)state;
    make_sent(500000);
    put_sent(capture);
    assert_int_equal(kf_capture_state(capture, NULL), KF_OK);
    assert_int_equal(kf_capture_close(capture, NULL), KF_OK);
    assert_int_equal(stat(config.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    source = kf_source_open(config.path, NULL);
    assert_int_equal(read_all(source, 65536, NULL), KF_ERR_END);
    assert_int_equal(got.count, sent.count);
    assert_memory_equal(got.bytes, sent.bytes, sent.count);
    kf_source_close(source);
}

static void test_an_existing_file_is_overwritten_only_when_told(void **state)
{
    struct kf_capture_config config = config_for(in_folder("existing"));
    struct kf_error error = {0};
    struct stat info;
    (void)state;
    write_file(config.path, "precious", 8);
    assert_int_equal(chmod(config.path, 0644), 0);
    assert_null(kf_capture_open(&config, &error));
    assert_int_equal(error.code, KF_ERR_ARG);
    assert_non_null(strstr(error.hint, "--force"));
    assert_int_equal(stat(config.path, &info), 0);
    assert_int_equal(info.st_size, 8);
    config.overwrite = true;
    assert_int_equal(kf_capture_close(kf_capture_open(&config, NULL), NULL), KF_OK);
    assert_int_equal(stat(config.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    config.path = "/nonexistent/capture";
    assert_null(kf_capture_open(&config, &error));
    assert_int_equal(error.code, KF_ERR_IO);
}

static void test_a_full_disk_stops_it_with_words(void **state)
{
    const struct kf_capture_config config = config_for("/dev/full");
    struct kf_capture *capture;
    struct kf_error error = {0};
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    capture = kf_capture_open(&config, NULL);
    assert_non_null(capture);
    make_sent(300000);
    put_sent(capture);
    assert_int_equal(kf_capture_close(capture, &error), KF_ERR_IO);
    assert_non_null(strstr(error.text, "CAPTURE STOPPED"));
    assert_non_null(strstr(error.text, "no space left"));
}

/* A pipe that nobody reads holds 64 KiB: what comes then finds the buffer full, at once, and what was taken before is
 * a good capture without its end. */
static void test_a_disk_too_slow_stops_it_and_holds_up_nobody(void **state)
{
    struct kf_capture_config config = config_for(in_folder("pipe"));
    struct kf_capture *capture;
    struct kf_capture_reader reader = {0};
    struct kf_error error = {0};
    size_t taken = 0;
    ssize_t count;
    int end;
    (void)state;
    assert_int_equal(mkfifo(config.path, 0600), 0);
    end = open(config.path, O_RDONLY | O_NONBLOCK);
    assert_true(end >= 0);
    config.room = 4096;
    capture = kf_capture_open(&config, NULL);
    make_sent(400000);
    for (size_t at = 0; at < sent.count; at += 500)
        kf_capture_put(capture, 2000, sent.bytes + at, 500);
    assert_int_equal(kf_capture_state(capture, &error), KF_ERR_FULL);
    assert_non_null(strstr(error.text, "too slow"));
    stored.count = 0;
    while ((count = read(end, stored.bytes + stored.count, 65536)) > 0)
        stored.count += (size_t)count;
    assert_int_equal(kf_capture_close(capture, NULL), KF_ERR_FULL);
    while ((count = read(end, stored.bytes + stored.count, 65536)) > 0)
        stored.count += (size_t)count;
    assert_int_equal(count, 0);
    for (size_t at = 0; at < stored.count;) {
        const uint8_t *pod;
        size_t pod_count;
        at += kf_capture_take(&reader, stored.bytes + at, stored.count - at, 4096, &pod, &pod_count);
        assert_null(reader.fault);
        assert_memory_equal(pod_count ? pod : sent.bytes, pod_count ? sent.bytes + taken : sent.bytes, pod_count);
        taken += pod_count;
    }
    assert_true(taken >= 1000 && taken < sent.count && taken % 500 == 0);
    assert_int_equal(reader.phase, KF_CAPTURE_IN_RECORD);
    (void)close(end);
}

/* The writer's buffer goes round many times; each piece is read before the next one is put. */
static void test_a_small_buffer_goes_round(void **state)
{
    struct kf_capture_config config = config_for(in_folder("round"));
    struct kf_capture *capture;
    uint8_t piece[KF_CAPTURE_RECORD + 500];
    int end;
    (void)state;
    assert_int_equal(mkfifo(config.path, 0600), 0);
    end = open(config.path, O_RDONLY | O_NONBLOCK);
    config.room = 1500;
    capture = kf_capture_open(&config, NULL);
    assert_non_null(capture);
    assert_int_equal(fcntl(end, F_SETFL, 0), 0);
    do /* the head, to its empty line */
        assert_int_equal(read(end, piece, 1), 1);
    while (piece[0] != '\n' || read(end, piece, 1) != 1 || piece[0] != '\n');
    make_sent(50000);
    for (size_t at = 0; at < sent.count; at += 500) {
        kf_capture_put(capture, 2000, sent.bytes + at, 500);
        for (size_t have = 0; have < sizeof piece;) {
            const ssize_t count = read(end, piece + have, sizeof piece - have);
            assert_true(count > 0);
            have += (size_t)count;
        }
        assert_memory_equal(piece + KF_CAPTURE_RECORD, sent.bytes + at, 500);
    }
    assert_int_equal(kf_capture_close(capture, NULL), KF_OK);
    (void)close(end);
}

static int tear_down(void **state)
{
    static const char *const names[] = {"capture", "capture.gz", "plain", "written", "existing", "pipe", "round", NULL};
    (void)state;
    return remove_folder(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_pods_bytes_come_back),
        cmocka_unit_test(test_a_packed_capture_reads_the_same),
        cmocka_unit_test(test_host_times_come_back),
        cmocka_unit_test(test_a_feed_gives_reads_as_they_were),
        cmocka_unit_test(test_a_restart_lies_where_it_lay_live),
        cmocka_unit_test(test_the_head_tells_where_and_when),
        cmocka_unit_test(test_a_cut_capture_is_good_up_to_there_and_says_so),
        cmocka_unit_test(test_damage_is_refused_with_words),
        cmocka_unit_test(test_what_is_no_capture_is_left_alone),
        cmocka_unit_test(test_the_writer_stores_every_byte_privately),
        cmocka_unit_test(test_an_existing_file_is_overwritten_only_when_told),
        cmocka_unit_test(test_a_full_disk_stops_it_with_words),
        cmocka_unit_test(test_a_small_buffer_goes_round),
        cmocka_unit_test(test_a_disk_too_slow_stops_it_and_holds_up_nobody),
    };
    return cmocka_run_group_tests(tests, make_folder, tear_down);
}
