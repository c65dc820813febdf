/* reader.c - a session file is someone's recording, or someone's trap: every type and size is checked before use. */
#include "config.h"

#include "store/reader.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <zlib.h>

#include "store/reader_state.h"
#include "store/schema.h"

static const char magic[16] = "SQLite format 3";

enum { LOCKED_MS = 100 }; /* another reader that opens it holds it for less; a recorder, until it ends */

bool kf_store_sniff(const uint8_t *bytes, size_t count)
{
    return count >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0;
}

/* ---- opening ---- */

/* "file:PATH?immutable=1", for a folder in which SQLite may not make its lock: then nobody else writes there either. */
static bool immutable_uri(char *out, size_t capacity, const char *path)
{
    size_t used = (size_t)snprintf(out, capacity, "file:");
    for (; *path && used + 24 < capacity; path++) {
        const bool plain = strchr("%?#", *path) == NULL;
        used += (size_t)snprintf(out + used, capacity - used, plain ? "%c" : "%%%02X", (unsigned char)*path);
    }
    (void)snprintf(out + used, capacity - used, "?immutable=1");
    return *path == '\0';
}

/* The first look into the file decides whether it can be read at all. */
static enum kf_status look(struct kf_store_reader *reader, struct kf_error *error)
{
    return kf_schema_check(&reader->db, &reader->version, error);
}

/* The rest of a file that was cut: SQLite reads it up to there when it is told to mind the schema less. Nothing can be
 * written through a connection that only reads. */
static enum kf_status open_rest(struct kf_store_reader *reader, const struct kf_store_cut *cut, struct kf_error *error)
{
    (void)sqlite3_db_config(reader->db.sqlite, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    (void)kf_db_run(&reader->db, "PRAGMA writable_schema=ON", "open", error);
    return look(reader, error) == KF_OK ? KF_OK : kf_store_refuse_cut(reader, cut, error);
}

static enum kf_status say_locked(struct kf_store_reader *reader, struct kf_error *error)
{
    kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "cannot read '%.150s': it is being recorded just now", reader->db.path);
    kf_error_hint(error, "end the recording, or the program that keeps the file locked, then try again");
    return KF_ERR_UNAVAILABLE;
}

/* SQLite makes a file beside one that has a -wal, and a lock; where it may not, the -wal is either gone, and the file
 * can be read as it is, or what it holds must not be passed over. */
static enum kf_status open_unlocked(struct kf_store_reader *reader, const char *path, const char *vfs,
                                    struct kf_error *error)
{
    char uri[2048], wal[2048];
    struct stat info;
    const struct kf_error first = *error;
    enum kf_status status = KF_OK;
    kf_db_close(&reader->db);
    if ((size_t)snprintf(wal, sizeof wal, "%s-wal", path) >= sizeof wal || !immutable_uri(uri, sizeof uri, path))
        return first.code;
    if (stat(wal, &info) == 0 && info.st_size > 0)
        status = kf_store_open_copy(&reader->db, path, error);
    else
        status = kf_db_open(&reader->db, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, vfs, error);
    if (status == KF_OK)
        (void)snprintf(reader->db.path, sizeof reader->db.path, "%s", path);
    if (status != KF_OK || look(reader, error) != KF_OK) {
        *error = first;
        return first.code;
    }
    return KF_OK;
}

static enum kf_status open_file(struct kf_store_reader *reader, const char *path, const char *vfs,
                                const struct kf_store_cut *cut, struct kf_error *error)
{
    enum kf_status status = kf_db_open(&reader->db, path, SQLITE_OPEN_READONLY, vfs, error);
    if (status == KF_OK) {
        (void)sqlite3_busy_timeout(reader->db.sqlite, LOCKED_MS);
        status = look(reader, error);
    }
    if (status == KF_ERR_UNAVAILABLE && (sqlite3_errcode(reader->db.sqlite) & 0xff) == SQLITE_BUSY)
        return say_locked(reader, error);
    if (status == KF_ERR_DATA && cut->is_cut)
        return open_rest(reader, cut, error);
    if (status == KF_ERR_NO_INPUT || status == KF_ERR_IO)
        return open_unlocked(reader, path, vfs, error);
    return status;
}

/* Of an older version a copy is migrated; the file stays as it is. */
static enum kf_status bring_up(struct kf_store_reader *reader, struct kf_error *error)
{
    struct kf_db copy = {0};
    sqlite3_backup *backup = NULL;
    int result = SQLITE_OK;
    if (reader->version == KF_STORE_VERSION)
        return KF_OK;
    if (kf_db_open(&copy, "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL, error) != KF_OK)
        return error->code;
    memcpy(copy.path, reader->db.path, sizeof copy.path);
    backup = sqlite3_backup_init(copy.sqlite, "main", reader->db.sqlite, "main");
    if (backup)
        (void)sqlite3_backup_step(backup, -1); /* finish gives its result */
    result = backup ? sqlite3_backup_finish(backup) : sqlite3_errcode(copy.sqlite);
    if (result != SQLITE_OK)
        (void)kf_db_fault(&copy, result, "migrate", error);
    else if (kf_schema_migrate(&copy, kf_schema_steps, kf_schema_step_count, KF_STORE_VERSION, error) == KF_OK) {
        kf_db_close(&reader->db);
        reader->db = copy;
        return KF_OK;
    }
    kf_db_close(&copy);
    return error->code;
}

/* Damage that the log would meet only later is found out and said at once. */
static enum kf_status describe(struct kf_store_reader *reader, const struct kf_store_cut *cut, struct kf_error *error)
{
    char ended[32];
    reader->complete = kf_store_meta_of(reader, "ended_ns", ended, sizeof ended);
    if (reader->fault.code == KF_ERR_DATA)
        reader->fault = (struct kf_error){0}; /* the survey says how bad it is */
    *error = reader->fault;
    if (error->code == KF_OK)
        (void)kf_db_number(&reader->db, "SELECT end_ns FROM chunks ORDER BY id DESC LIMIT 1", -1, &reader->end_ns,
                           error);
    if (error->code == KF_ERR_DATA || cut->is_cut || (!reader->complete && !kf_store_is_sound(reader)))
        (void)kf_store_survey(reader, cut, error);
    if (error->code != KF_OK)
        return error->code;
    if (reader->note[0] != '\0')
        reader->complete = false;
    else if (!reader->complete)
        (void)snprintf(reader->note, sizeof reader->note,
                       "the recording was cut off: this is what there is, up to second %.0f",
                       (double)kf_store_end_ns(reader) * 1e-9);
    return KF_OK;
}

enum kf_status kf_store_prepare_log(struct kf_store_reader *reader, const struct kf_db *db, struct kf_error *error)
{
    (void)sqlite3_finalize(reader->next_chunk);
    reader->next_chunk = kf_db_prepare(
        db, "SELECT id, start_ns, records, size, data FROM chunks WHERE id >= ? ORDER BY id LIMIT 1", "read", error);
    return reader->next_chunk ? KF_OK : error->code;
}

static enum kf_status set_up(struct kf_store_reader *reader, const char *path, const char *vfs, struct kf_error *error)
{
    struct kf_store_cut cut;
    struct stat info;
    if (vfs == NULL && stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        kf_error_set(error, KF_ERR_NO_INPUT, 0, "cannot open '%.150s': it is no regular file", path);
        kf_error_hint(error, "a session is a .kfs file that kneefold recorded");
        return KF_ERR_NO_INPUT;
    }
    if (stat(path, &info) == 0 && info.st_size == 0) { /* SQLite would delete the -wal beside it */
        kf_error_set(error, KF_ERR_DATA, 0, "cannot read '%.150s': it is no session file, but empty", path);
        kf_error_hint(error, "copy it again from where it was recorded; leave a -wal beside it as it is");
        return KF_ERR_DATA;
    }
    cut = kf_store_measure(path); /* not before: opening a pipe nobody writes to would wait for ever */
    if (open_file(reader, path, vfs, &cut, error) != KF_OK || bring_up(reader, error) != KF_OK)
        return error->code;
    if (kf_schema_complete(&reader->db, error) != KF_OK)
        return cut.is_cut ? kf_store_refuse_cut(reader, &cut, error) : error->code;
    if (kf_store_prepare_log(reader, &reader->db, error) != KF_OK)
        return error->code;
    return describe(reader, &cut, error);
}

struct kf_store_reader *kf_store_open(const char *path, const char *vfs, struct kf_error *error)
{
    struct kf_store_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory to open '%.150s'", path);
        return NULL;
    }
    if (set_up(reader, path, vfs, error) == KF_OK)
        return reader;
    kf_store_close(reader);
    return NULL;
}

void kf_store_close(struct kf_store_reader *reader)
{
    if (!reader)
        return;
    (void)sqlite3_finalize(reader->next_chunk);
    (void)sqlite3_finalize(reader->stride);
    (void)sqlite3_finalize(reader->verdict);
    kf_db_close(&reader->salvaged);
    kf_db_close(&reader->db);
    free(reader);
}

/* ---- what the file says of itself ---- */

int kf_store_version(const struct kf_store_reader *reader)
{
    return reader->version;
}

bool kf_store_complete(const struct kf_store_reader *reader)
{
    return reader->complete;
}

const char *kf_store_note(const struct kf_store_reader *reader)
{
    return reader->note;
}

/* The text of the first row's first column; `sql` may have one parameter. That it could not be read is no "none": it is
 * kept, and ends the log. */
static bool take_text(struct kf_store_reader *reader, const char *sql, const char *parameter, char *out,
                      size_t capacity)
{
    struct kf_error error = {0};
    sqlite3_stmt *statement = kf_db_prepare(&reader->db, sql, "read", &error);
    bool found = false;
    int result = SQLITE_DONE;
    out[0] = '\0';
    if (statement && parameter)
        (void)sqlite3_bind_text(statement, 1, parameter, -1, SQLITE_STATIC);
    if (statement)
        result = sqlite3_step(statement);
    if (result == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_TEXT) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        (void)snprintf(out, capacity, "%s", text ? text : "");
        found = text != NULL;
        result = found ? result : SQLITE_NOMEM;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        (void)kf_db_fault(&reader->db, result, "read", &error);
    if (error.code != KF_OK && reader->fault.code == KF_OK)
        reader->fault = error;
    (void)sqlite3_finalize(statement);
    return found;
}

bool kf_store_meta_of(struct kf_store_reader *reader, const char *key, char *out, size_t capacity)
{
    return take_text(reader, "SELECT value FROM meta WHERE key = ?", key, out, capacity);
}

bool kf_store_ini(struct kf_store_reader *reader, char *out, size_t capacity)
{
    return take_text(reader, "SELECT ini FROM settings ORDER BY id LIMIT 1", NULL, out, capacity);
}

int64_t kf_store_end_ns(struct kf_store_reader *reader)
{
    return reader->end_ns > 0 ? reader->end_ns : 0;
}

/* ---- the log ---- */

static enum kf_status damaged(struct kf_store_reader *reader, struct kf_error *error)
{
    reader->log.at = reader->log.count + 1;
    kf_error_set(error, KF_ERR_DATA, 0, "'%.150s' is damaged in second %.0f of its log", reader->db.path,
                 (double)reader->log.last_ns * 1e-9);
    kf_error_hint(error, "what came before is good; see what sqlite3 FILE .recover can save");
    return KF_ERR_DATA;
}

static bool all_integers(sqlite3_stmt *statement, int count)
{
    for (int i = 0; i < count; i++)
        if (sqlite3_column_type(statement, i) != SQLITE_INTEGER)
            return false;
    return true;
}

/* From the statement's row into reader->chunk. */
static bool unpack(struct kf_store_reader *reader)
{
    sqlite3_stmt *statement = reader->next_chunk;
    uLongf size = 0;
    if (!all_integers(statement, 4) || sqlite3_column_type(statement, 4) != SQLITE_BLOB)
        return false;
    const int64_t id = sqlite3_column_int64(statement, 0), records = sqlite3_column_int64(statement, 2),
                  wanted = sqlite3_column_int64(statement, 3);
    const void *data = sqlite3_column_blob(statement, 4);
    const int packed = sqlite3_column_bytes(statement, 4);
    if (wanted < 1 || wanted > KF_CHUNK_MAX || records < 1 || records > wanted / KF_CHUNK_HEAD || !data || packed < 1)
        return false;
    size = (uLongf)wanted;
    if (uncompress(reader->chunk, &size, data, (uLong)packed) != Z_OK || size != (uLongf)wanted)
        return false;
    reader->chunk_id = id;
    reader->chunk_records = (uint32_t)records;
    reader->taken = 0;
    reader->log.bytes = reader->chunk;
    reader->log.count = size;
    reader->log.at = 0;
    return true;
}

/* The first chunk whose id is `from` or more. */
static enum kf_status load_chunk(struct kf_store_reader *reader, int64_t from, struct kf_error *error)
{
    enum kf_status status = KF_OK;
    int result = SQLITE_OK;
    (void)sqlite3_bind_int64(reader->next_chunk, 1, from);
    result = sqlite3_step(reader->next_chunk);
    if (result == SQLITE_DONE && reader->salvaged.sqlite)
        status = damaged(reader, error); /* here it was lost */
    else if (result == SQLITE_DONE)
        status = kf_error_set(error, KF_ERR_END, 0, "'%.150s' has ended", reader->db.path);
    else if (result == SQLITE_ROW)
        status = unpack(reader) ? KF_OK : damaged(reader, error);
    else if ((result & 0xff) == SQLITE_CORRUPT)
        status = damaged(reader, error);
    else
        status = kf_db_fault(&reader->db, result, "read", error);
    (void)sqlite3_reset(reader->next_chunk);
    return status;
}

enum kf_status kf_store_next(struct kf_store_reader *reader, struct kf_record *record, struct kf_error *error)
{
    if (reader->fault.code != KF_OK) {
        *error = reader->fault;
        return error->code;
    }
    if (reader->log.at > reader->log.count)
        return damaged(reader, error);
    while (reader->log.at == reader->log.count) {
        enum kf_status status = KF_OK;
        if (reader->taken != reader->chunk_records || reader->chunk_id == INT64_MAX)
            return damaged(reader, error);
        status = load_chunk(reader, reader->chunk_id + 1, error);
        if (status != KF_OK)
            return status;
    }
    reader->taken++;
    return kf_chunk_next(&reader->log, record) == KF_OK ? KF_OK : damaged(reader, error);
}

struct kf_store_place kf_store_tell(const struct kf_store_reader *reader)
{
    return (struct kf_store_place){.chunk = reader->chunk_id, .at = (uint32_t)reader->log.at};
}

enum kf_status kf_store_seek(struct kf_store_reader *reader, struct kf_store_place place, struct kf_error *error)
{
    struct kf_record record;
    enum kf_status status = KF_OK;
    reader->log = (struct kf_chunk_reader){0};
    reader->chunk_id = 0;
    reader->chunk_records = reader->taken = 0;
    if (place.chunk == 0)
        return KF_OK;
    status = load_chunk(reader, place.chunk, error);
    while (status == KF_OK && reader->log.at < place.at)
        status = kf_store_next(reader, &record, error);
    return status;
}
