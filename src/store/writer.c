/* writer.c - a second of the session at a time, in one transaction with all that was said in it: so a file never holds
 * a stride whose bytes it lacks, nor bytes whose strides are missing. */
#include "config.h"

#include "store/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "store/chunk.h"
#include "store/guard.h"
#include "store/schema.h"

enum statement {
    INSERT_CHUNK,
    INSERT_VERDICT,
    INSERT_STRIDE,
    INSERT_CUE,
    INSERT_MARK,
    INSERT_BELT,
    INSERT_STREAM,
    INSERT_SETTINGS,
    INSERT_META,
    BEGIN_COMMIT,
    END_COMMIT,
    STATEMENTS
};

static const char *const statements[STATEMENTS] = {
    [INSERT_CHUNK] = "INSERT INTO chunks (start_ns, end_ns, t_s, records, size, data) VALUES (?,?,?,?,?,?)",
    [INSERT_VERDICT] = "INSERT OR REPLACE INTO verdicts (id, t_s, leg, verdict, muscle, reason, pulled, p_pulled,"
                       " confidence, quality, mean_knee_moment_nm_kg, drive_nm_kg, sigma_nm_kg, knee_excess_deg,"
                       " flexor_work_fraction, latency_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [INSERT_STRIDE] = NULL, /* made of the keys of a swing */
    [INSERT_CUE] = "INSERT INTO cues (t_s, cue, leg, text) VALUES (?,?,?,?)",
    [INSERT_MARK] = "INSERT INTO marks (t_s, wall_ns, text) VALUES (?,?,?)",
    [INSERT_BELT] = "INSERT INTO belt (t_s, wall_ns, speed_mps) VALUES (?,?,?)",
    [INSERT_STREAM] = "INSERT OR REPLACE INTO streams (pod, stream, format, site, kind, rate_hz, samples, lost,"
                      " saturated) VALUES (?,?,?,?,?,?,?,?,?)",
    [INSERT_SETTINGS] = "INSERT INTO settings (host_ns, ini) VALUES (?,?)",
    [INSERT_META] = "INSERT OR REPLACE INTO meta (key, value) VALUES (?,?)",
    [BEGIN_COMMIT] = "BEGIN IMMEDIATE",
    [END_COMMIT] = "COMMIT",
};

struct kf_store_writer {
    struct kf_db db;
    sqlite3_stmt *statement[STATEMENTS];
    struct kf_guard guard;
    bool moved;
    bool open; /* a transaction is */
    enum kf_status status;
    struct kf_error error; /* the first fault, said again at every call after it */
    int64_t committed_ns;
    /* the open chunk */
    int64_t start_ns, end_ns;
    double t_s;
    unsigned records;
    size_t used, packed_room;
    uint8_t *packed;
    uint8_t chunk[KF_CHUNK_MAX];
};

/* ---- one row ---- */

static enum kf_status fail(struct kf_store_writer *writer, int result, struct kf_error *error)
{
    if (writer->status == KF_OK)
        writer->status = kf_db_fault(&writer->db, result, "write to", &writer->error);
    *error = writer->error;
    return writer->status;
}

static int execute(struct kf_store_writer *writer, enum statement which)
{
    sqlite3_stmt *statement = writer->statement[which];
    const int result = sqlite3_step(statement);
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    return result == SQLITE_DONE ? SQLITE_OK : result;
}

static enum kf_status step(struct kf_store_writer *writer, enum statement which, struct kf_error *error)
{
    const int result = execute(writer, which);
    return result == SQLITE_OK ? KF_OK : fail(writer, result, error);
}

/* Every row belongs to the transaction of its second. */
static enum kf_status begin(struct kf_store_writer *writer, struct kf_error *error)
{
    if (writer->status != KF_OK) {
        *error = writer->error;
        return writer->status;
    }
    if (!writer->open && step(writer, BEGIN_COMMIT, error) != KF_OK)
        return error->code;
    writer->open = true;
    return KF_OK;
}

/* A row being filled, from its first column on. A value that SQLite refuses (too long, no memory) refuses the row: left
 * out alone, it would read as one that was not known. */
struct row {
    struct kf_store_writer *writer;
    enum statement into;
    int columns;
    int result;
};

/* The statement of the next value, or NULL once one was refused. */
static sqlite3_stmt *next_column(struct row *row)
{
    row->columns++;
    return row->result == SQLITE_OK ? row->writer->statement[row->into] : NULL;
}

static void put_int(struct row *row, int64_t value)
{
    sqlite3_stmt *statement = next_column(row);
    if (statement)
        row->result = sqlite3_bind_int64(statement, row->columns, value);
}

/* SQLite would store NAN as NULL, too, and an infinity as it is: neither is a measurement. */
static void put_number(struct row *row, double value)
{
    sqlite3_stmt *statement = next_column(row);
    if (statement)
        row->result = isfinite(value) ? sqlite3_bind_double(statement, row->columns, value)
                                      : sqlite3_bind_null(statement, row->columns);
}

/* NULL is unknown. The text stays where it is until the row is written; so do bytes. */
static void put_text(struct row *row, const char *text)
{
    sqlite3_stmt *statement = next_column(row);
    if (statement)
        row->result = text ? sqlite3_bind_text(statement, row->columns, text, -1, SQLITE_STATIC)
                           : sqlite3_bind_null(statement, row->columns);
}

static void put_bytes(struct row *row, const void *bytes, size_t count)
{
    sqlite3_stmt *statement = next_column(row);
    if (statement)
        row->result = sqlite3_bind_blob64(statement, row->columns, bytes, count, SQLITE_STATIC);
}

static enum kf_status write_row(const struct row *row, struct kf_error *error)
{
    if (begin(row->writer, error) != KF_OK)
        return error->code;
    return row->result == SQLITE_OK ? step(row->writer, row->into, error) : fail(row->writer, row->result, error);
}

static const char *leg_name(enum kf_leg leg)
{
    return leg == KF_LEFT ? "l" : "r";
}

/* ---- the log ---- */

static enum kf_status write_chunk(struct kf_store_writer *writer, struct kf_error *error)
{
    struct row row = {.writer = writer, .into = INSERT_CHUNK};
    uLongf packed = writer->packed_room;
    if (writer->records == 0)
        return KF_OK;
    if (compress2(writer->packed, &packed, writer->chunk, writer->used, Z_DEFAULT_COMPRESSION) != Z_OK)
        return fail(writer, SQLITE_NOMEM, error);
    put_int(&row, writer->start_ns);
    put_int(&row, writer->end_ns);
    put_number(&row, writer->t_s);
    put_int(&row, writer->records);
    put_int(&row, (sqlite3_int64)writer->used);
    put_bytes(&row, writer->packed, packed);
    if (write_row(&row, error) != KF_OK)
        return error->code;
    writer->records = 0;
    writer->used = 0;
    return KF_OK;
}

/* A record that nobody will find must not seem to go on. A file that was cut is left as it is: a page that would be
 * brought into it now is not the one that was read. */
static enum kf_status stay(struct kf_store_writer *writer, struct kf_error *error)
{
    const enum kf_guard_news news = kf_guard_look(&writer->guard, sqlite3_db_filename(writer->db.sqlite, "main"));
    if (news == KF_GUARD_WELL)
        return KF_OK;
    writer->moved = news == KF_GUARD_MOVED;
    if (news == KF_GUARD_CUT)
        (void)sqlite3_db_config(writer->db.sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    writer->status =
        kf_error_set(&writer->error, KF_ERR_IO, 0, "'%.150s' was %s while recording", writer->db.path,
                     news == KF_GUARD_CUT ? "cut short or emptied by another program" : "deleted or renamed");
    kf_error_hint(&writer->error, "start the recording again: it makes a new file");
    *error = writer->error;
    return writer->status;
}

enum kf_status kf_store_commit(struct kf_store_writer *writer, struct kf_error *error)
{
    const bool any = writer->records > 0;
    if (!any && !writer->open && writer->status == KF_OK)
        return KF_OK;
    if (begin(writer, error) != KF_OK || stay(writer, error) != KF_OK || write_chunk(writer, error) != KF_OK ||
        step(writer, END_COMMIT, error) != KF_OK)
        return error->code;
    writer->open = false;
    if (any)
        writer->committed_ns = writer->end_ns;
    return stay(writer, error);
}

/* A read longer than a record may be is several reads of one time. */
static enum kf_status put_long(struct kf_store_writer *writer, const struct kf_record *record, double t_s,
                               struct kf_error *error)
{
    struct kf_record part = *record;
    for (size_t at = 0; at < record->count; at += part.count) {
        const size_t left = record->count - at;
        part.bytes = record->bytes + at;
        part.count = left < KF_CHUNK_BODY_MAX ? left : KF_CHUNK_BODY_MAX;
        if (kf_store_record(writer, &part, t_s, error) != KF_OK)
            return error->code;
    }
    return KF_OK;
}

enum kf_status kf_store_record(struct kf_store_writer *writer, const struct kf_record *record, double t_s,
                               struct kf_error *error)
{
    const size_t size = kf_chunk_size(record);
    if (size == 0 && record->kind == KF_RECORD_READ && record->count > KF_CHUNK_BODY_MAX)
        return put_long(writer, record, t_s, error);
    if (size == 0)
        return kf_error_set(error, KF_ERR_ARG, 0, "there is a record that no session file can hold");
    if (begin(writer, error) != KF_OK)
        return error->code;
    if (writer->records > 0 && record->host_ns - writer->start_ns >= KF_STORE_COMMIT_NS &&
        (kf_store_commit(writer, error) != KF_OK || begin(writer, error) != KF_OK))
        return error->code;
    if (writer->used + size > sizeof writer->chunk && write_chunk(writer, error) != KF_OK)
        return error->code;
    if (writer->records++ == 0) {
        writer->start_ns = record->host_ns;
        writer->t_s = t_s;
    }
    kf_chunk_put(writer->chunk + writer->used, record);
    writer->used += size;
    writer->end_ns = record->host_ns;
    return KF_OK;
}

/* ---- what the engine said ---- */

/* The columns of `verdicts` behind its id and time; see statements[]. */
const char *const kf_store_verdict_keys[] = {"leg",
                                             "verdict",
                                             "muscle",
                                             "reason",
                                             "pulled",
                                             "p_pulled",
                                             "confidence",
                                             "quality",
                                             "mean_knee_moment_nm_kg",
                                             "drive_nm_kg",
                                             "sigma_nm_kg",
                                             "knee_excess_deg",
                                             "flexor_work_fraction",
                                             "latency_ms"};
const size_t kf_store_verdict_key_count = sizeof kf_store_verdict_keys / sizeof kf_store_verdict_keys[0];

static void put_key(struct row *row, const struct kf_swing *swing, const struct kf_swing_key *key)
{
    const char *word = key->is_number ? NULL : kf_swing_word(swing, key);
    if (key->is_number)
        put_number(row, kf_swing_number(swing, key));
    else
        put_text(row, word && *word ? word : NULL);
}

enum kf_status kf_store_verdict(struct kf_store_writer *writer, const struct kf_swing *swing, double t_now_s,
                                struct kf_error *error)
{
    struct row row = {.writer = writer, .into = INSERT_VERDICT};
    put_int(&row, swing->id);
    put_number(&row, t_now_s);
    for (size_t i = 0; i < kf_store_verdict_key_count; i++)
        put_key(&row, swing, kf_swing_key_find(kf_store_verdict_keys[i]));
    return write_row(&row, error) == KF_OK ? kf_store_stride(writer, swing, error) : error->code;
}

enum kf_status kf_store_stride(struct kf_store_writer *writer, const struct kf_swing *swing, struct kf_error *error)
{
    struct row row = {.writer = writer, .into = INSERT_STRIDE};
    put_int(&row, swing->id); /* the first key */
    for (unsigned i = 1; i < kf_swing_key_count; i++)
        put_key(&row, swing, &kf_swing_keys[i]);
    return write_row(&row, error);
}

enum kf_status kf_store_cue(struct kf_store_writer *writer, const struct kf_store_cue *cue, struct kf_error *error)
{
    struct row row = {.writer = writer, .into = INSERT_CUE};
    put_number(&row, cue->t_s);
    put_text(&row, cue->name);
    put_text(&row, cue->has_leg ? leg_name(cue->leg) : NULL);
    put_text(&row, cue->text);
    return write_row(&row, error);
}

enum kf_status kf_store_mark(struct kf_store_writer *writer, double t_s, int64_t wall_ns, const char *text,
                             struct kf_error *error)
{
    struct row row = {.writer = writer, .into = INSERT_MARK};
    put_number(&row, t_s);
    put_int(&row, wall_ns);
    put_text(&row, text);
    return write_row(&row, error);
}

enum kf_status kf_store_belt(struct kf_store_writer *writer, double t_s, int64_t wall_ns, double speed_mps,
                             struct kf_error *error)
{
    struct row row = {.writer = writer, .into = INSERT_BELT};
    put_number(&row, t_s);
    put_int(&row, wall_ns);
    put_number(&row, speed_mps);
    return write_row(&row, error);
}

static sqlite3_int64 count_of(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (sqlite3_int64)value;
}

enum kf_status kf_store_stream(struct kf_store_writer *writer, const struct kf_store_stream *stream,
                               struct kf_error *error)
{
    struct row row = {.writer = writer, .into = INSERT_STREAM};
    put_int(&row, stream->pod);
    put_int(&row, stream->stream);
    put_text(&row, stream->format);
    put_text(&row, stream->site == KF_SITE_NONE ? NULL : kf_site_name(stream->site));
    put_text(&row, kf_kind_name(stream->kind));
    put_number(&row, stream->rate_hz);
    put_int(&row, count_of(stream->samples));
    put_int(&row, count_of(stream->lost));
    put_int(&row, count_of(stream->saturated));
    return write_row(&row, error);
}

enum kf_status kf_store_settings(struct kf_store_writer *writer, int64_t host_ns, const char *ini,
                                 struct kf_error *error)
{
    struct row row = {.writer = writer, .into = INSERT_SETTINGS};
    put_int(&row, host_ns);
    put_text(&row, ini);
    return write_row(&row, error);
}

enum kf_status kf_store_meta(struct kf_store_writer *writer, const char *key, const char *value, struct kf_error *error)
{
    struct row row = {.writer = writer, .into = INSERT_META};
    put_text(&row, key);
    put_text(&row, value);
    return write_row(&row, error);
}

int64_t kf_store_committed_ns(const struct kf_store_writer *writer)
{
    return writer->committed_ns;
}

/* The file itself grows only when the log beside it, up to some 4 MB, is brought in. */
uint64_t kf_store_bytes(const struct kf_store_writer *writer)
{
    struct kf_error error;
    int64_t pages = 0, page_bytes = 0;
    if (kf_db_number(&writer->db, "PRAGMA page_count", 0, &pages, &error) != KF_OK ||
        kf_db_number(&writer->db, "PRAGMA page_size", 0, &page_bytes, &error) != KF_OK)
        return 0;
    return (uint64_t)pages * (uint64_t)page_bytes;
}

/* ---- life ---- */

static enum kf_status prepare(struct kf_store_writer *writer, struct kf_error *error)
{
    char stride[4096] = "INSERT OR REPLACE INTO strides VALUES (?";
    size_t used = strlen(stride);
    for (unsigned i = 1; i < kf_swing_key_count && used < sizeof stride; i++)
        used += (size_t)snprintf(stride + used, sizeof stride - used, ",?");
    (void)snprintf(stride + used, sizeof stride - used, ")");
    for (int i = 0; i < STATEMENTS; i++) {
        writer->statement[i] = kf_db_prepare(&writer->db, statements[i] ? statements[i] : stride, "write to", error);
        if (!writer->statement[i])
            return error->code;
    }
    return KF_OK;
}

/* The empty database with its tables, under a name that says it is none yet. */
static enum kf_status make_empty(const char *path, const char *vfs, struct kf_error *error)
{
    struct kf_db db;
    enum kf_status status =
        kf_db_open(&db, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE, vfs, error);
    if (status != KF_OK)
        return status;
    status = kf_schema_create(&db, error);
    kf_db_close(&db);
    return status;
}

static enum kf_status name_fault(const char *path, int os_errno, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];
    if (os_errno == EEXIST) {
        kf_error_set(error, KF_ERR_ARG, EEXIST, "cannot record to '%.150s': it exists", path);
        kf_error_hint(error, "choose another name");
        return KF_ERR_ARG;
    }
    kf_error_set(error, KF_ERR_IO, os_errno, "cannot record to '%.150s': %s", path, kf_errno_text(os_errno, why));
    kf_error_hint(error, "check its folder, and whether you may write there");
    return KF_ERR_IO;
}

/* link() gives the name only if it is free; file systems without links get the name by a rename. */
static enum kf_status give_name(const char *made, const char *path, struct kf_error *error)
{
    struct stat info;
    if (link(made, path) == 0) {
        (void)unlink(made);
        return KF_OK;
    }
    if (errno == EEXIST || lstat(path, &info) == 0)
        return name_fault(path, EEXIST, error);
    return rename(made, path) == 0 ? KF_OK : name_fault(path, errno, error);
}

static enum kf_status make_file(const char *path, const char *vfs, struct kf_error *error)
{
    char made[1024];
    struct stat info;
    enum kf_status status = KF_OK;
    int fd = -1;
    if ((size_t)snprintf(made, sizeof made, "%s.%ld.new", path, (long)getpid()) >= sizeof made)
        return name_fault(path, ENAMETOOLONG, error);
    if (lstat(path, &info) == 0)
        return name_fault(path, EEXIST, error);
    (void)unlink(made); /* of an earlier program of this number */
    fd = open(made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return name_fault(path, errno, error);
    (void)close(fd);
    status = make_empty(made, vfs, error);
    if (status == KF_OK)
        status = give_name(made, path, error);
    if (status != KF_OK)
        (void)unlink(made);
    return status;
}

static void destroy(struct kf_store_writer *writer)
{
    for (int i = 0; i < STATEMENTS; i++)
        (void)sqlite3_finalize(writer->statement[i]);
    kf_db_close(&writer->db);
    free(writer->packed);
    free(writer);
}

struct kf_store_writer *kf_store_create(const char *path, const char *vfs, struct kf_error *error)
{
    struct kf_store_writer *writer = calloc(1, sizeof *writer);
    if (writer) {
        writer->packed_room = compressBound(KF_CHUNK_MAX);
        writer->packed = malloc(writer->packed_room);
    }
    if (!writer || !writer->packed) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, ENOMEM, "not enough memory to record a session");
        free(writer);
        return NULL;
    }
    writer->committed_ns = -1;
    /* Exclusive: nobody else can lock a running recording, and the log's index stays in memory: as a mapped file (-shm)
     * a disk that fails or a program that cuts it would kill us by SIGBUS. Synchronous: a commit is on the disk, so
     * that no failing power takes more than the last second either. */
    if (make_file(path, vfs, error) != KF_OK ||
        kf_db_open(&writer->db, path, SQLITE_OPEN_READWRITE, vfs, error) != KF_OK ||
        kf_db_run(&writer->db,
                  "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                  " PRAGMA cache_size=-4096",
                  "write to", error) != KF_OK ||
        prepare(writer, error) != KF_OK) {
        destroy(writer);
        return NULL;
    }
    return writer;
}

void kf_store_abandon(struct kf_store_writer *writer)
{
    if (!writer)
        return;
    if (writer->open)
        (void)kf_db_run(&writer->db, "ROLLBACK", "write to", &writer->error);
    if (writer->moved) /* whoever has the file now does not have its log: bring that in */
        (void)kf_db_run(&writer->db, "PRAGMA wal_checkpoint", "write to", &writer->error);
    destroy(writer);
}

enum kf_status kf_store_finish(struct kf_store_writer *writer, struct kf_error *error)
{
    char ended[32];
    enum kf_status status = KF_OK;
    if (!writer)
        return KF_OK;
    status = kf_store_commit(writer, error);
    (void)snprintf(ended, sizeof ended, "%" PRId64, writer->committed_ns);
    if (status == KF_OK)
        status = kf_store_meta(writer, "ended_ns", ended, error);
    if (status == KF_OK)
        status = kf_store_commit(writer, error);
    /* One file to copy. Should the disk fail just now, two are as good. */
    if (status == KF_OK)
        (void)kf_db_run(&writer->db, "PRAGMA journal_mode=DELETE", "write to", &writer->error);
    kf_store_abandon(writer);
    return status;
}
