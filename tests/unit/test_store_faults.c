/* test_store_faults.c - protects session files from a disk that fails at any one call: every read of a file, and every
 * write and sync of a recording, is made to fail in turn, once and from then on. Nothing crashes; a reading
 * either is the right one or says that it is not; a recording that could not go on says why, and what it had committed
 * before is there. */
#include "recorded.h"

#include "app/conditions.h"
#include "app/feed.h"
#include "app/history.h"
#include "app/verify.h"
#include "fault_vfs.h"

#define MS INT64_C(1000000)

static char session_path[KF_RECORDER_PATH];

/* ---- reading ---- */

/* What one reading gave. */
struct reading {
    uint64_t digest;
    bool doubtful; /* it said that it failed, or that the file is not whole */
    struct kf_error error;
};

static void digest(struct reading *reading, const void *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        reading->digest = (reading->digest ^ ((const uint8_t *)bytes)[i]) * UINT64_C(1099511628211); /* FNV-1a */
}

static void digest_text(struct reading *reading, const char *text)
{
    digest(reading, text, strlen(text) + 1);
}

static bool digest_stride(void *context, const struct kf_swing *swing)
{
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        if (kf_swing_keys[i].is_number) {
            const double value = kf_swing_number(swing, &kf_swing_keys[i]);
            digest(context, &value, sizeof value);
        }
    return true;
}

static bool digest_cue(void *context, const struct kf_store_cue *cue)
{
    digest_text(context, cue->text);
    return true;
}

static bool digest_mark(void *context, const struct kf_store_mark *mark)
{
    digest_text(context, mark->text);
    return true;
}

static bool digest_stream(void *context, const struct kf_store_stream *stream)
{
    digest(context, &stream->samples, sizeof stream->samples);
    return true;
}

static bool digest_belt(void *context, double t_s, double speed_mps)
{
    digest(context, &t_s, sizeof t_s);
    digest(context, &speed_mps, sizeof speed_mps);
    return true;
}

static void note_status(struct reading *reading, enum kf_status status, const struct kf_error *error)
{
    if (status == KF_OK || status == KF_ERR_END)
        return;
    reading->doubtful = true;
    reading->error = *error;
    assert_true(status < 0 && status == error->code && error->text[0]);
}

/* As replay, analyze and export read: conditions, log, then every table. */
static struct reading read_log(const char *path)
{
    struct reading reading = {0};
    const struct kf_store_rows rows = {digest_stride, digest_stride, digest_cue, digest_mark,
                                       digest_stream, digest_belt,   &reading};
    struct kf_engine_config config;
    struct kf_error error = {0};
    struct kf_record record;
    struct kf_feed *feed = kf_feed_open(path, &error);
    enum kf_status status = feed ? KF_OK : error.code;
    if (feed) {
        reading.doubtful = *kf_store_note(kf_feed_session(feed)) != '\0';
        status = kf_conditions_read(kf_feed_session(feed), &config, &error);
        digest(&reading, &config.belt_mps, sizeof config.belt_mps);
        digest(&reading, &config.settings.athlete_height_m, sizeof config.settings.athlete_height_m);
    }
    while (status == KF_OK && (status = kf_feed_next(feed, SIZE_MAX, &record, &error)) == KF_OK) {
        digest(&reading, &record.host_ns, sizeof record.host_ns);
        digest(&reading, record.bytes, record.bytes ? record.count : 0);
    }
    if (status == KF_ERR_END)
        status = kf_store_each(kf_feed_session(feed), &rows, &error);
    note_status(&reading, status, &error);
    kf_feed_close(feed);
    return reading;
}

static struct reading read_history(const char *path)
{
    struct reading reading = {0};
    struct kf_error error = {0};
    struct kf_history_session *session = calloc(1, sizeof *session);
    assert_non_null(session);
    note_status(&reading, kf_history_read(path, session, &error), &error);
    reading.doubtful |= !session->complete;
    digest_text(&reading, session->athlete);
    digest(&reading, &session->minutes, sizeof session->minutes);
    digest(&reading, &session->cues, sizeof session->cues);
    const double knee_deg = kf_history_mean(session, "peak_knee_deg");
    digest(&reading, &knee_deg, sizeof knee_deg);
    free(session);
    return reading;
}

static void say(void *context, const char *line)
{
    digest_text(context, line);
    ((struct reading *)context)->doubtful = true; /* nothing differs when nothing fails */
}

static struct reading read_check(const char *path)
{
    struct reading reading = {0};
    struct kf_verify_report report;
    struct kf_engine_config config;
    struct kf_error error = {0};
    struct kf_store_reader *reader = kf_store_open(path, NULL, &error);
    enum kf_status status = reader ? kf_conditions_read(reader, &config, &error) : error.code;
    kf_store_close(reader);
    if (status == KF_OK)
        status = kf_verify_session(path, &config, say, &reading, &report, &error);
    note_status(&reading, status, &error);
    if (status != KF_OK)
        return reading;
    reading.doubtful |= report.note[0] || report.differences;
    digest(&reading, &report.strides, sizeof report.strides);
    digest(&reading, &report.cues, sizeof report.cues);
    return reading;
}

static const struct {
    const char *name;
    struct reading (*read)(const char *path);
} readings[] = {{"log", read_log}, {"history", read_history}, {"check", read_check}};

static const struct {
    enum fault_kind kind;
    const char *name;
} read_faults[] = {{FAULT_READ, "failing"}, {FAULT_SHORT, "short"}, {FAULT_CORRUPT, "corrupt"}};

/* Every read of the file in turn, until one is asked for that never comes; with `times` 1 the disk recovers at once. */
static void fail_each_read(unsigned how, unsigned fault_of, int64_t times)
{
    const struct reading right = readings[how].read(session_path);
    unsigned said = 0, harmless = 0;
    assert_false(right.doubtful);
    for (int64_t after = 0;; after++) {
        fault = (struct fault){.kind = read_faults[fault_of].kind, .after = after, .times = times};
        const struct reading got = readings[how].read(session_path);
        const bool fired = (int64_t)fault.calls > after;
        fault = (struct fault){0};
        if (!fired)
            break;
        said += got.doubtful;
        harmless += !got.doubtful;
        if (read_faults[fault_of].kind == FAULT_SHORT && how < 2)
            continue; /* SQLite takes what is missing for zeros, and has no checksum: below, the log has */
        if (!got.doubtful && got.digest != right.digest)
            fail_msg("%s, %s read %d (%d times): it reads otherwise and says nothing", readings[how].name,
                     read_faults[fault_of].name, (int)after, (int)times);
        if (how == 0 && times == 0 && got.error.code && got.error.code != KF_ERR_IO && got.error.code != KF_ERR_DATA &&
            got.error.code != KF_ERR_NO_INPUT)
            fail_msg("read %d: status %d, '%s'", (int)after, got.error.code, got.error.text);
    }
    print_message("%-8s %-8s reads, %s: %3u said, %3u made no difference\n", readings[how].name,
                  read_faults[fault_of].name, times ? "once     " : "for good ", said, harmless);
    assert_true(said > 0);
}

static void test_reads(void **state)
{
    (void)state;
    for (unsigned how = 0; how < sizeof readings / sizeof readings[0]; how++)
        for (unsigned kind = 0; kind < sizeof read_faults / sizeof read_faults[0]; kind++) {
            if (readings[how].read != read_check) /* which takes its time */
                fail_each_read(how, kind, 0);
            fail_each_read(how, kind, 1);
        }
}

/* ---- writing ---- */

enum { RECORDS = 400 };

static const struct {
    enum fault_kind kind;
    const char *name, *word; /* what is said */
} write_faults[] = {{FAULT_FULL, "full", "the disk is full"},
                    {FAULT_READ_ONLY, "read-only", "read-only"},
                    {FAULT_WRITE, "failing", "the disk failed"},
                    {FAULT_SYNC, "not syncing", "the disk failed"}};

/* Records until something fails. Returns the status; *committed_ns is what was safe before that. */
static enum kf_status record(const char *path, int64_t *committed_ns, struct kf_error *error)
{
    struct kf_store_writer *writer = kf_store_create(path, NULL, error);
    enum kf_status status = writer ? KF_OK : error->code;
    uint8_t bytes[512];
    *committed_ns = -1;
    for (unsigned n = 0; n < RECORDS && status == KF_OK; n++) {
        const struct kf_record made = made_record(n, bytes);
        status = kf_store_record(writer, &made, n * 0.02, error);
        if (status == KF_OK && n % 50 == 1)
            status = kf_store_mark(writer, n * 0.02, n, "a mark", error);
        *committed_ns = kf_store_committed_ns(writer);
    }
    if (status != KF_OK) {
        struct kf_error again = {0};
        const struct kf_record made = made_record(RECORDS, bytes);
        if (writer) /* and it stays failed */
            assert_int_equal(kf_store_record(writer, &made, NAN, &again), status);
        kf_store_abandon(writer);
        return status;
    }
    return kf_store_finish(writer, error);
}

static void assert_left(const char *path, int64_t committed_ns)
{
    struct kf_error error = {0};
    enum kf_status end = KF_OK;
    struct kf_store_reader *reader = NULL;
    if (access(path, F_OK) != 0) {
        assert_true(committed_ns < 0); /* it was never given its name */
        return;
    }
    reader = kf_store_open(path, NULL, &error);
    if (!reader)
        fail_msg("%s", error.text);
    const unsigned read = read_made(reader, 0, &end);
    assert_int_equal(end, KF_ERR_END);
    if (committed_ns >= 0 && ((int64_t)read - 1) * MADE_STEP_NS < committed_ns)
        fail_msg("%s: %u records are there, of %d ms that were committed", path, read, (int)(committed_ns / MS));
    kf_store_close(reader);
}

static void fail_each_write(unsigned fault_of, int64_t times)
{
    char name[48];
    unsigned said = 0, harmless = 0;
    for (int64_t after = 0;; after++) {
        struct kf_error error = {0};
        int64_t committed_ns = -1;
        (void)snprintf(name, sizeof name, "write%u-%d-%d.kfs", fault_of, (int)times, (int)after);
        fault = (struct fault){.kind = write_faults[fault_of].kind, .after = after, .times = times};
        const enum kf_status status = record(store_path(name), &committed_ns, &error);
        const bool fired = (int64_t)fault.calls > after;
        fault = (struct fault){0};
        assert_left(store_path(name), committed_ns);
        if (!fired) {
            assert_int_equal(status, KF_OK);
            break;
        }
        said += status != KF_OK;
        harmless += status == KF_OK;
        if (status != KF_OK && (!strstr(error.text, write_faults[fault_of].word) || !error.hint[0]))
            fail_msg("%s, call %d: '%s' does not say '%s'", write_faults[fault_of].name, (int)after, error.text,
                     write_faults[fault_of].word);
    }
    print_message("%-11s writer, %s: %3u said, %3u made no difference\n", write_faults[fault_of].name,
                  times ? "once    " : "for good", said, harmless);
    assert_true(said > 5);
}

static void test_writes(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < sizeof write_faults / sizeof write_faults[0]; kind++) {
        fail_each_write(kind, 0);
        fail_each_write(kind, 1);
    }
}

/* ---- a session to read ---- */

static int record_session(void **state)
{
    fault_vfs_register();
    fault_vfs_take_over();
    return make_store_folder(state) == 0 && record_demo(store_path("session"), 24, session_path) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reads), cmocka_unit_test(test_writes)};
    return cmocka_run_group_tests(tests, record_session, remove_store_folder);
}
