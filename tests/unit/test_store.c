/* test_store.c - protects the session file: what is written is what is read, record by record and row by row; an
 * existing file is never touched; files that are no session, newer, damaged or made to harm are refused with a reason;
 * and files of older versions open. */
#include "store_help.h"

#include <sys/stat.h>

#include <sqlite3.h>

#include "store/chunk.h"
#include "store/schema.h"

static struct kf_store_writer *create(const char *name)
{
    struct kf_error error = {0};
    struct kf_store_writer *writer = kf_store_create(store_path(name), NULL, &error);
    if (!writer)
        fail_msg("%s", error.text);
    return writer;
}

static struct kf_store_reader *open_it(const char *name)
{
    struct kf_error error = {0};
    struct kf_store_reader *reader = kf_store_open(store_path(name), NULL, &error);
    if (!reader)
        fail_msg("%s", error.text);
    return reader;
}

static void put_made(struct kf_store_writer *writer, unsigned from, unsigned to)
{
    struct kf_error error = {0};
    uint8_t bytes[512];
    for (unsigned n = from; n < to; n++) {
        const struct kf_record record = made_record(n, bytes);
        assert_int_equal(kf_store_record(writer, &record, n * 0.02, &error), KF_OK);
    }
}

static void make_file_of(const char *name, unsigned records)
{
    struct kf_error error = {0};
    struct kf_store_writer *writer = create(name);
    put_made(writer, 0, records);
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
}

/* Runs SQL on a file, as someone with sqlite3 could. */
static void tamper(const char *name, const char *sql)
{
    sqlite3 *sqlite = NULL;
    char *why = NULL;
    assert_int_equal(sqlite3_open(store_path(name), &sqlite), SQLITE_OK);
    if (sqlite3_exec(sqlite, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
    sqlite3_close(sqlite);
}

static void assert_refused(const char *name, enum kf_status code, const char *word)
{
    struct kf_error error = {0};
    assert_null(kf_store_open(store_path(name), NULL, &error));
    assert_int_equal(error.code, code);
    if (!strstr(error.text, word))
        fail_msg("'%s' does not say '%s'", error.text, word);
    assert_true(error.hint[0] != '\0');
}

/* ---- what is written is what is read ---- */

static void test_log(void **state)
{
    enum kf_status end = KF_OK;
    struct kf_store_reader *reader = NULL;
    struct stat info;
    (void)state;
    make_file_of("log.kfs", 1000);
    assert_int_equal(stat(store_path("log.kfs"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_not_equal(stat(store_path("log.kfs-wal"), &info), 0);
    reader = open_it("log.kfs");
    assert_true(kf_store_complete(reader));
    assert_string_equal(kf_store_note(reader), "");
    assert_int_equal(kf_store_end_ns(reader), 999 * MADE_STEP_NS);
    assert_int_equal(read_made(reader, 0, &end), 1000);
    assert_int_equal(end, KF_ERR_END);
    kf_store_close(reader);
}

/* From any place that was told, the same records follow. */
static void test_places(void **state)
{
    enum kf_status end = KF_OK;
    struct kf_error error = {0};
    struct kf_record record;
    struct kf_store_place place[300];
    struct kf_store_reader *reader = NULL;
    (void)state;
    make_file_of("places.kfs", 300);
    reader = open_it("places.kfs");
    for (unsigned n = 0; n < 300; n++) {
        place[n] = kf_store_tell(reader);
        assert_int_equal(kf_store_next(reader, &record, &error), KF_OK);
    }
    for (unsigned n = 299; n < 300; n -= 23) {
        assert_int_equal(kf_store_seek(reader, place[n], &error), KF_OK);
        assert_int_equal(read_made(reader, n, &end), 300);
        assert_int_equal(end, KF_ERR_END);
    }
    kf_store_close(reader);
}

/* A read longer than a record may be is stored as several of the same time; a chunk that is full begins another. */
static void test_long_reads(void **state)
{
    enum { LONG = 3 * 65536 + 17, TIMES = 12 };
    static uint8_t bytes[LONG];
    struct kf_error error = {0};
    struct kf_record record = {.kind = KF_RECORD_READ, .bytes = bytes, .count = LONG};
    struct kf_store_writer *writer = create("long.kfs");
    struct kf_store_reader *reader = NULL;
    size_t got = 0;
    (void)state;
    for (size_t i = 0; i < LONG; i++)
        bytes[i] = (uint8_t)(i * i >> 3);
    for (int i = 0; i < TIMES; i++)
        assert_int_equal(kf_store_record(writer, &record, NAN, &error), KF_OK);
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
    reader = open_it("long.kfs");
    while (kf_store_next(reader, &record, &error) == KF_OK) {
        for (size_t i = 0; i < record.count; i++, got++)
            assert_int_equal(record.bytes[i], bytes[got % LONG]);
        assert_int_equal(record.host_ns, 0);
    }
    assert_int_equal(error.code, KF_ERR_END);
    assert_int_equal(got, (size_t)LONG * TIMES);
    kf_store_close(reader);
}

/* What a session takes is told with all that still waits beside the file, and not twice. */
static void test_bytes(void **state)
{
    struct kf_error error = {0};
    struct kf_store_writer *writer = create("bytes.kfs");
    struct stat now, then;
    uint64_t told = 0;
    (void)state;
    for (unsigned n = 0; n < 8000; n += 1000) {
        put_made(writer, n, n + 1000);
        assert_int_equal(kf_store_commit(writer, &error), KF_OK);
        assert_true(kf_store_bytes(writer) > told);
        told = kf_store_bytes(writer);
    }
    assert_int_equal(stat(store_path("bytes.kfs"), &now), 0);
    assert_true((uint64_t)now.st_size < told);
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
    assert_int_equal(stat(store_path("bytes.kfs"), &then), 0);
    assert_int_equal(then.st_size, told);
}

static void test_no_records(void **state)
{
    static char text[KF_RECORD_TEXT_MAX + 1];
    struct kf_error error = {0};
    struct kf_store_writer *writer = create("none.kfs");
    struct kf_record record = {.kind = KF_RECORD_READ};
    (void)state;
    assert_int_equal(kf_store_record(writer, &record, 0, &error), KF_ERR_ARG); /* nothing read */
    record = (struct kf_record){.kind = KF_RECORD_TICK, .source = KF_PODS_MAX};
    assert_int_equal(kf_store_record(writer, &record, 0, &error), KF_ERR_ARG);
    memset(text, 'x', KF_RECORD_TEXT_MAX);
    record = (struct kf_record){.kind = KF_RECORD_CONTROL, .control = KF_CONTROL_MARK, .text = text};
    assert_int_equal(kf_store_record(writer, &record, 0, &error), KF_ERR_ARG); /* no room for its end */
    text[KF_RECORD_TEXT_MAX - 1] = '\0';
    assert_int_equal(kf_store_record(writer, &record, 0, &error), KF_OK);
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
}

static struct kf_swing made_swing(unsigned id)
{
    struct kf_swing swing = kf_swing_unknown();
    swing.id = id;
    swing.leg = id % 2 ? KF_RIGHT : KF_LEFT;
    swing.verdict = KF_PULLED;
    swing.muscle = KF_MUSCLE_FLEXOR;
    swing.reason = KF_REASON_DRIVE_AND_FOLD;
    swing.trunk_site = KF_SITE_PELVIS;
    swing.t_to_s = id * 0.1;
    swing.peak_knee_deg = 104.25 + 1e-13;
    swing.drive_nm_kg = 0.1 / 3;
    swing.pulled = 1;
    return swing;
}

struct seen {
    unsigned strides, cues, marks, streams, belts;
};

static bool see_stride(void *context, const struct kf_swing *got)
{
    struct seen *seen = context;
    struct kf_swing made = made_swing(++seen->strides);
    if (made.id == 2)
        made.stride_s = 0.7;
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        const double a = kf_swing_number(got, &kf_swing_keys[i]), b = kf_swing_number(&made, &kf_swing_keys[i]);
        assert_true(a == b || (isnan(a) && isnan(b)));
    }
    assert_int_equal(got->id, made.id);
    assert_int_equal(got->leg, made.leg);
    assert_int_equal(got->verdict, made.verdict);
    assert_int_equal(got->muscle, made.muscle);
    assert_int_equal(got->reason, made.reason);
    assert_int_equal(got->trunk_site, made.trunk_site);
    return true;
}

static bool see_cue(void *context, const struct kf_store_cue *cue)
{
    ((struct seen *)context)->cues++;
    assert_true(cue->t_s == 12.5 && cue->has_leg && cue->leg == KF_RIGHT);
    assert_string_equal(cue->name, "hamstring-drive");
    assert_string_equal(cue->text, "Robert'); DROP TABLE cues;--");
    return true;
}

static bool see_mark(void *context, const struct kf_store_mark *mark)
{
    ((struct seen *)context)->marks++;
    assert_true(mark->t_s == 3 && mark->wall_ns == INT64_C(1795375280123456789));
    assert_string_equal(mark->text, "böse \"note\"");
    return true;
}

static bool see_stream(void *context, const struct kf_store_stream *stream)
{
    ((struct seen *)context)->streams++;
    assert_int_equal(stream->samples, 20);
    assert_int_equal(stream->site, KF_SITE_SHANK_R);
    assert_int_equal(stream->kind, KF_KIND_EMG);
    assert_true(isnan(stream->rate_hz));
    return true;
}

static bool see_belt(void *context, double t_s, double speed_mps)
{
    ((struct seen *)context)->belts++;
    assert_true(t_s == 1 && speed_mps == 3.6);
    return true;
}

static void put_tables(struct kf_store_writer *writer)
{
    struct kf_error error = {0};
    struct kf_swing swing = made_swing(1);
    const struct kf_store_cue cue = {12.5, "hamstring-drive", "Robert'); DROP TABLE cues;--", true, KF_RIGHT};
    struct kf_store_stream stream = {0, 1, "podlink", KF_SITE_SHANK_R, KF_KIND_EMG, 200, 10, 0, 0};
    assert_int_equal(kf_store_verdict(writer, &swing, 0.2, &error), KF_OK);
    swing = made_swing(2);
    assert_int_equal(kf_store_verdict(writer, &swing, 0.2, &error), KF_OK);
    swing.stride_s = 0.7;
    assert_int_equal(kf_store_stride(writer, &swing, &error), KF_OK); /* the last one stays */
    assert_int_equal(kf_store_cue(writer, &cue, &error), KF_OK);
    assert_int_equal(kf_store_mark(writer, 3, INT64_C(1795375280123456789), "böse \"note\"", &error), KF_OK);
    assert_int_equal(kf_store_belt(writer, 1, 5, 3.6, &error), KF_OK);
    assert_int_equal(kf_store_stream(writer, &stream, &error), KF_OK);
    stream.samples = 20;
    stream.rate_hz = NAN;
    assert_int_equal(kf_store_stream(writer, &stream, &error), KF_OK);
    assert_int_equal(kf_store_settings(writer, 0, "[athlete]\nname = X\n", &error), KF_OK);
    assert_int_equal(kf_store_meta(writer, "athlete", "A", &error), KF_OK);
    assert_int_equal(kf_store_meta(writer, "athlete", "B", &error), KF_OK);
}

static void test_tables(void **state)
{
    struct kf_error error = {0};
    struct seen seen = {0};
    const struct kf_store_rows rows = {.stride = see_stride,
                                       .cue = see_cue,
                                       .mark = see_mark,
                                       .stream = see_stream,
                                       .belt = see_belt,
                                       .context = &seen};
    struct kf_store_writer *writer = create("tables.kfs");
    struct kf_store_reader *reader = NULL;
    struct kf_swing swing;
    char text[64];
    (void)state;
    put_tables(writer);
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
    reader = open_it("tables.kfs");
    assert_int_equal(kf_store_each(reader, &rows, &error), KF_OK);
    assert_true(seen.strides == 2 && seen.cues == 1 && seen.marks == 1 && seen.streams == 1 && seen.belts == 1);
    assert_int_equal(kf_store_stride_of(reader, 2, &swing, &error), KF_OK);
    assert_true(swing.stride_s == 0.7);
    assert_int_equal(kf_store_stride_of(reader, 3, &swing, &error), KF_ERR_END);
    assert_true(kf_store_ini(reader, text, sizeof text));
    assert_string_equal(text, "[athlete]\nname = X\n");
    assert_true(kf_store_meta_of(reader, "athlete", text, 2));
    assert_string_equal(text, "B");
    assert_false(kf_store_meta_of(reader, "nothing", text, sizeof text));
    kf_store_close(reader);
}

/* A value that SQLite refuses is not left out in silence: the recording stops, and what came before it stays. */
static void test_refused_value(void **state)
{
    const size_t size = 5 * 1024 * 1024; /* above SQLITE_LIMIT_LENGTH of db.c */
    struct kf_error error = {0};
    struct kf_store_writer *writer = kf_store_create(store_path("refused.kfs"), NULL, &error);
    char *text = malloc(size), value[16];
    (void)state;
    assert_true(writer && text);
    memset(text, 'x', size - 1);
    text[size - 1] = '\0';
    assert_int_equal(kf_store_meta(writer, "before", "kept", &error), KF_OK);
    assert_int_equal(kf_store_commit(writer, &error), KF_OK);
    assert_int_equal(kf_store_meta(writer, "long", text, &error), KF_ERR_DATA);
    assert_int_equal(kf_store_meta(writer, "after", "lost", &error), KF_ERR_DATA);
    kf_store_abandon(writer);
    free(text);
    struct kf_store_reader *reader = kf_store_open(store_path("refused.kfs"), NULL, &error);
    assert_non_null(reader);
    assert_true(kf_store_meta_of(reader, "before", value, sizeof value));
    assert_false(kf_store_meta_of(reader, "long", value, sizeof value));
    kf_store_close(reader);
}

static void test_existing_file_is_kept(void **state)
{
    struct kf_error error = {0};
    struct stat before, after;
    (void)state;
    make_file_of("mine.kfs", 10);
    assert_int_equal(stat(store_path("mine.kfs"), &before), 0);
    assert_null(kf_store_create(store_path("mine.kfs"), NULL, &error));
    assert_int_equal(error.code, KF_ERR_ARG);
    assert_int_equal(stat(store_path("mine.kfs"), &after), 0);
    assert_true(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec && before.st_size == after.st_size);
    assert_null(kf_store_create(store_path("no-such-folder/x.kfs"), NULL, &error));
    assert_int_equal(error.code, KF_ERR_IO);
    assert_non_null(strstr(error.text, "no such file or directory"));
}

/* A file deleted or renamed under the writer takes everything that is written to it: silence would be a lie. */
static void test_moved_file_is_told(void **state)
{
    struct kf_error error = {0};
    uint8_t bytes[512];
    (void)state;
    for (unsigned renamed = 0; renamed < 2; renamed++) {
        struct kf_store_writer *writer = kf_store_create(store_path("moved.kfs"), NULL, &error);
        struct kf_record record = made_record(0, bytes);
        assert_non_null(writer);
        assert_int_equal(kf_store_record(writer, &record, NAN, &error), KF_OK);
        assert_int_equal(kf_store_commit(writer, &error), KF_OK);
        if (renamed)
            assert_int_equal(rename(store_path("moved.kfs"), store_path("elsewhere.kfs")), 0);
        else
            assert_int_equal(unlink(store_path("moved.kfs")), 0);
        record = made_record(1, bytes);
        assert_int_equal(kf_store_record(writer, &record, NAN, &error), KF_OK);
        assert_int_equal(kf_store_commit(writer, &error), KF_ERR_IO);
        assert_non_null(strstr(error.text, "deleted or renamed"));
        assert_int_equal(kf_store_finish(writer, &error), KF_ERR_IO);
    }
}

/* ---- what is refused ---- */

static void write_text(const char *name, const char *text)
{
    FILE *file = fopen(store_path(name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
}

static void test_no_session(void **state)
{
    (void)state;
    assert_refused("missing.kfs", KF_ERR_NO_INPUT, "cannot be opened");
    assert_refused(".", KF_ERR_NO_INPUT, "no regular file");
    assert_int_equal(mkfifo(store_path("pipe.kfs"), 0600), 0);
    assert_refused("pipe.kfs", KF_ERR_NO_INPUT, "no regular file");
    assert_int_equal(unlink(store_path("pipe.kfs")), 0);
    write_text("empty.kfs", "");
    assert_refused("empty.kfs", KF_ERR_DATA, "no session file");
    write_text("text.kfs", "SQLite is not what this is, though it is long enough to be looked at as a header of one "
                           "hundred bytes, or is it?");
    assert_refused("text.kfs", KF_ERR_DATA, "no session file");
    tamper("other.kfs", "CREATE TABLE t (x)");
    assert_refused("other.kfs", KF_ERR_DATA, "no session file");
}

static void test_hostile(void **state)
{
    static const struct {
        const char *sql, *word;
    } table[] = {
        {"CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM cues; END", "triggers"},
        {"DROP TABLE cues; CREATE VIEW cues AS SELECT randomblob(1000000000) AS t_s, 1 AS cue, 2 AS leg, 3 AS text",
         "views"},
        {"CREATE VIRTUAL TABLE v USING fts4(x)", "views"},
        {"CREATE INDEX i ON strides (zeroblob(100000000))", "indices"},
        {"DROP TABLE marks; CREATE TABLE marks (id INTEGER PRIMARY KEY, t_s, wall_ns, text AS (zeroblob(1000000000)))",
         "computed"},
        {"DROP TABLE chunks", "missing"},
        {"PRAGMA user_version=2", "newer"},
        {"PRAGMA user_version=0", "never was"},
        {"PRAGMA user_version=-7", "never was"},
        {"PRAGMA application_id=1", "no session file"},
    };
    char name[32];
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        (void)snprintf(name, sizeof name, "hostile%zu.kfs", i);
        make_file_of(name, 100);
        tamper(name, table[i].sql);
        assert_refused(name, KF_ERR_DATA, table[i].word);
    }
}

/* Every lie about a chunk is met by a refusal that says in which second, and never by its size in memory. */
static void test_hostile_chunks(void **state)
{
    static const char *const table[] = {
        "UPDATE chunks SET size = 1000000000000 WHERE id = 2",
        "UPDATE chunks SET size = -1 WHERE id = 2",
        "UPDATE chunks SET size = size + 1 WHERE id = 2",
        "UPDATE chunks SET size = size - 1 WHERE id = 2",
        "UPDATE chunks SET size = 'many' WHERE id = 2",
        "UPDATE chunks SET records = 0 WHERE id = 2",
        "UPDATE chunks SET records = records + 1 WHERE id = 2",
        "UPDATE chunks SET data = 'text' WHERE id = 2",
        "UPDATE chunks SET data = zeroblob(3000000) WHERE id = 2",
        "UPDATE chunks SET data = x'' WHERE id = 2",
        "UPDATE chunks SET data = (SELECT data FROM chunks WHERE id = 1), size = (SELECT size FROM chunks WHERE id = "
        "1),"
        " records = (SELECT records FROM chunks WHERE id = 1) WHERE id = 2", /* time falls */
    };
    char name[32];
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        enum kf_status end = KF_OK;
        unsigned read = 0;
        struct kf_store_reader *reader = NULL;
        (void)snprintf(name, sizeof name, "chunks%zu.kfs", i);
        make_file_of(name, 150);
        tamper(name, table[i]);
        reader = open_it(name);
        read = read_made(reader, 0, &end);
        if (end != KF_ERR_DATA || read < 50 || read > 100)
            fail_msg("%s: %u records, ended %d", table[i], read, end);
        assert_int_equal(read_made(reader, read, &end), read); /* and it stays refused */
        assert_int_equal(end, KF_ERR_DATA);
        kf_store_close(reader);
    }
}

/* Rows of wrong types are unknown, not believed; columns of a later program are passed over. */
static bool count_strides(void *context, const struct kf_swing *swing)
{
    ++*(unsigned *)context;
    assert_true(isnan(swing->peak_knee_deg));
    assert_int_equal(swing->verdict, KF_UNCLEAR);
    return true;
}

static void test_wrong_types(void **state)
{
    struct kf_error error = {0};
    unsigned strides = 0;
    const struct kf_store_rows rows = {.stride = count_strides, .context = &strides};
    struct kf_store_writer *writer = create("types.kfs");
    struct kf_store_reader *reader = NULL;
    char text[16];
    (void)state;
    put_tables(writer);
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
    tamper("types.kfs", "UPDATE strides SET peak_knee_deg = 'wide', verdict = x'00ff', leg = 7;"
                        "ALTER TABLE strides ADD COLUMN \"later; DROP TABLE meta\" REAL;"
                        "ALTER TABLE strides DROP COLUMN drive_nm_kg;"
                        "UPDATE meta SET value = zeroblob(100) WHERE key = 'athlete'");
    reader = open_it("types.kfs");
    assert_int_equal(kf_store_each(reader, &rows, &error), KF_OK);
    assert_int_equal(strides, 2);
    assert_false(kf_store_meta_of(reader, "athlete", text, sizeof text));
    kf_store_close(reader);
}

/* ---- older versions ---- */

/* As version 1 was released: its tables by their own statements, which no later change of ours touches. */
static const char version_1[] =
    "PRAGMA application_id=1262898244; PRAGMA user_version=1;"
    "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);"
    "CREATE TABLE chunks (id INTEGER PRIMARY KEY, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, t_s REAL,"
    " records INTEGER NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE TABLE streams (pod INTEGER NOT NULL, stream INTEGER NOT NULL, format TEXT, site TEXT, kind TEXT,"
    " rate_hz REAL, samples INTEGER NOT NULL, lost INTEGER NOT NULL, saturated INTEGER NOT NULL,"
    " PRIMARY KEY (pod, stream));"
    "CREATE TABLE strides (id INTEGER PRIMARY KEY, leg TEXT, t_to_s REAL, peak_knee_deg REAL, verdict TEXT);"
    "CREATE TABLE verdicts (id INTEGER PRIMARY KEY, t_s REAL, leg TEXT, verdict TEXT);"
    "CREATE TABLE cues (id INTEGER PRIMARY KEY, t_s REAL NOT NULL, cue TEXT NOT NULL, leg TEXT, text TEXT NOT NULL);"
    "CREATE TABLE marks (id INTEGER PRIMARY KEY, t_s REAL, wall_ns INTEGER NOT NULL, text TEXT NOT NULL);"
    "CREATE TABLE belt (id INTEGER PRIMARY KEY, t_s REAL, wall_ns INTEGER NOT NULL, speed_mps REAL);"
    "CREATE TABLE settings (id INTEGER PRIMARY KEY, host_ns INTEGER NOT NULL, ini TEXT NOT NULL);"
    "INSERT INTO meta VALUES ('athlete', 'Ada'), ('ended_ns', '5000000000');"
    "INSERT INTO chunks VALUES (1, 5000000000, 5000000000, NULL, 1, 16, "
    "x'789c63f8c4aac5c8c0c0c0c200010010d20127');"
    "INSERT INTO strides VALUES (1, 'l', 2.5, 104.5, 'passive');";

static bool see_old(void *context, const struct kf_swing *swing)
{
    ++*(unsigned *)context;
    assert_true(swing->t_to_s == 2.5 && swing->peak_knee_deg == 104.5 && isnan(swing->drive_nm_kg));
    assert_int_equal(swing->verdict, KF_PASSIVE);
    return true;
}

static void test_version_1(void **state)
{
    struct kf_error error = {0};
    struct kf_store_reader *reader = NULL;
    struct kf_record record;
    unsigned strides = 0;
    const struct kf_store_rows rows = {.stride = see_old, .context = &strides};
    char athlete[16];
    (void)state;
    tamper("v1.kfs", version_1);
    reader = open_it("v1.kfs");
    assert_int_equal(kf_store_version(reader), 1);
    assert_true(kf_store_meta_of(reader, "athlete", athlete, sizeof athlete));
    assert_string_equal(athlete, "Ada");
    assert_int_equal(kf_store_each(reader, &rows, &error), KF_OK);
    assert_int_equal(strides, 1);
    assert_int_equal(kf_store_next(reader, &record, &error), KF_OK);
    assert_true(record.kind == KF_RECORD_TICK && record.host_ns == INT64_C(5000000000));
    assert_int_equal(kf_store_next(reader, &record, &error), KF_ERR_END);
    kf_store_close(reader);
}

/* The framework itself, with steps of no real version: all are taken, or none. */
static void test_migration(void **state)
{
    static const struct kf_schema_step steps[] = {
        {2, "ALTER TABLE marks ADD COLUMN second TEXT DEFAULT 'two'"},
        {1, "ALTER TABLE marks ADD COLUMN first TEXT DEFAULT 'one'"},
        {3, "ALTER TABLE no_such_table ADD COLUMN x"},
    };
    struct kf_error error = {0};
    struct kf_db db;
    int64_t value = 0;
    (void)state;
    make_file_of("old.kfs", 10);
    assert_int_equal(kf_db_open(&db, store_path("old.kfs"), SQLITE_OPEN_READWRITE, NULL, &error), KF_OK);
    assert_int_equal(kf_schema_migrate(&db, steps, 3, 4, &error), KF_ERR_DATA);
    assert_int_equal(kf_db_number(&db, "PRAGMA user_version", 0, &value, &error), KF_OK);
    assert_int_equal(value, 1);
    assert_int_equal(kf_schema_migrate(&db, steps, 3, 3, &error), KF_OK);
    assert_int_equal(kf_db_number(&db, "PRAGMA user_version", 0, &value, &error), KF_OK);
    assert_int_equal(value, 3);
    assert_int_equal(
        kf_db_number(&db, "SELECT count(*) FROM marks WHERE first = 'one' AND second = 'two'", 9, &value, &error),
        KF_OK);
    assert_int_equal(value, 0);
    assert_int_equal(kf_schema_migrate(&db, steps, 2, 9, &error), KF_ERR_DATA); /* no step from 3 */
    kf_db_close(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_long_reads),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_no_records),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_refused_value),
        cmocka_unit_test(test_existing_file_is_kept),
        cmocka_unit_test(test_moved_file_is_told),
        cmocka_unit_test(test_no_session),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_hostile_chunks),
        cmocka_unit_test(test_wrong_types),
        cmocka_unit_test(test_version_1),
        cmocka_unit_test(test_migration),
    };
    return cmocka_run_group_tests(tests, make_store_folder, remove_store_folder);
}
