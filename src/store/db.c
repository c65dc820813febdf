/* db.c - SQLite, opened so that a file from anyone may be read: it holds data, and nothing in it runs. */
#include "config.h"

#include "store/db.h"

#include "store/chunk.h"

enum { LOCKED_MS = 1000 }; /* how long a call waits for another program that holds the file */

static void close_doors(sqlite3 *sqlite)
{
    static const int off[] = {SQLITE_DBCONFIG_ENABLE_TRIGGER,
                              SQLITE_DBCONFIG_ENABLE_VIEW,
                              SQLITE_DBCONFIG_TRUSTED_SCHEMA,
                              SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,
                              SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER,
                              SQLITE_DBCONFIG_DQS_DDL,
                              SQLITE_DBCONFIG_DQS_DML};
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++)
        (void)sqlite3_db_config(sqlite, off[i], 0, NULL);
    (void)sqlite3_db_config(sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_limit(sqlite, SQLITE_LIMIT_LENGTH, 4 * KF_CHUNK_MAX);
    (void)sqlite3_limit(sqlite, SQLITE_LIMIT_SQL_LENGTH, 64 * 1024);
    (void)sqlite3_limit(sqlite, SQLITE_LIMIT_COLUMN, 256);
    (void)sqlite3_limit(sqlite, SQLITE_LIMIT_EXPR_DEPTH, 64);
    (void)sqlite3_limit(sqlite, SQLITE_LIMIT_COMPOUND_SELECT, 4);
    (void)sqlite3_limit(sqlite, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_limit(sqlite, SQLITE_LIMIT_WORKER_THREADS, 0);
}

enum kf_status kf_db_open(struct kf_db *db, const char *path, int flags, const char *vfs, struct kf_error *error)
{
    int result = SQLITE_OK;
    *db = (struct kf_db){0};
    (void)snprintf(db->path, sizeof db->path, "%s", path);
    result = sqlite3_open_v2(path, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
    if (result != SQLITE_OK) {
        (void)kf_db_fault(db, result, "open", error);
        kf_db_close(db);
        return error ? error->code : KF_ERR_NO_INPUT;
    }
    close_doors(db->sqlite);
    (void)sqlite3_busy_timeout(db->sqlite, LOCKED_MS);
    /* Damage inside a page is looked for at its every use; nothing is mapped, so that a file cut short is no SIGBUS. */
    if (kf_db_run(db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF", "open", error) !=
        KF_OK) {
        kf_db_close(db);
        return error ? error->code : KF_ERR_DATA;
    }
    return KF_OK;
}

void kf_db_close(struct kf_db *db)
{
    (void)sqlite3_close(db->sqlite);
    db->sqlite = NULL;
}

static const struct fault {
    int result; /* primary code */
    enum kf_status status;
    const char *why, *hint;
} faults[] = {
    {SQLITE_FULL, KF_ERR_IO, "the disk is full", "make room, or let [record] folder name another disk"},
    {SQLITE_READONLY, KF_ERR_IO, "it is read-only", "check the file's and its folder's permissions"},
    {SQLITE_PERM, KF_ERR_NO_INPUT, "permission denied", "check the file's and its folder's permissions"},
    {SQLITE_AUTH, KF_ERR_NO_INPUT, "permission denied", "check the file's and its folder's permissions"},
    {SQLITE_BUSY, KF_ERR_UNAVAILABLE, "another program keeps it locked", "end that program, then try again"},
    {SQLITE_LOCKED, KF_ERR_UNAVAILABLE, "another program keeps it locked", "end that program, then try again"},
    {SQLITE_CORRUPT, KF_ERR_DATA, "it is damaged", "take a copy of it, and see what sqlite3 FILE .recover can save"},
    {SQLITE_NOTADB, KF_ERR_DATA, "it is no session file", "a session is a .kfs file that kneefold recorded"},
    {SQLITE_FORMAT, KF_ERR_DATA, "it is no session file", "a session is a .kfs file that kneefold recorded"},
    {SQLITE_CANTOPEN, KF_ERR_NO_INPUT, "it cannot be opened", "check its name, and whether you may use its folder"},
    {SQLITE_NOMEM, KF_ERR_UNAVAILABLE, "there is not enough memory", "close other programs"},
    {SQLITE_TOOBIG, KF_ERR_DATA, "a value in it is larger than any kneefold writes", "it is not kneefold's work"},
    {SQLITE_IOERR, KF_ERR_IO, "the disk failed", "look at the system's log, ulimit -f and quotas; use another disk"},
};

enum kf_status kf_db_fault(const struct kf_db *db, int result, const char *doing, struct kf_error *error)
{
    const struct fault *fault = NULL;
    const char *why = NULL;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (faults[i].result == (result & 0xff))
            fault = &faults[i];
    why = fault ? fault->why : sqlite3_errstr(result);
    kf_error_set(error, fault ? fault->status : KF_ERR_DATA, db->sqlite ? sqlite3_system_errno(db->sqlite) : 0,
                 "cannot %s '%.150s': %s", doing, db->path, why);
    kf_error_hint(error, "%s", fault ? fault->hint : "it is not what kneefold writes");
    return fault ? fault->status : KF_ERR_DATA;
}

enum kf_status kf_db_run(const struct kf_db *db, const char *sql, const char *doing, struct kf_error *error)
{
    const int result = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? KF_OK : kf_db_fault(db, result, doing, error);
}

sqlite3_stmt *kf_db_prepare(const struct kf_db *db, const char *sql, const char *doing, struct kf_error *error)
{
    sqlite3_stmt *statement = NULL;
    const int result = sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    if (result != SQLITE_OK)
        (void)kf_db_fault(db, result, doing, error);
    return statement;
}

enum kf_status kf_db_number(const struct kf_db *db, const char *sql, int64_t missing, int64_t *value,
                            struct kf_error *error)
{
    enum kf_status status = KF_OK;
    sqlite3_stmt *statement = kf_db_prepare(db, sql, "read", error);
    int result = SQLITE_OK;
    *value = missing;
    if (!statement)
        return error ? error->code : KF_ERR_DATA;
    result = sqlite3_step(statement);
    if (result == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_INTEGER)
        *value = sqlite3_column_int64(statement, 0);
    else if (result != SQLITE_ROW && result != SQLITE_DONE)
        status = kf_db_fault(db, result, "read", error);
    (void)sqlite3_finalize(statement);
    return status;
}
