/* db.h - what the session file's writer and readers share of SQLite: opening it so that nothing in a file is ever
 * executed, and saying in words what failed.
 *
 * Only files of this room include it. */
#ifndef KF_STORE_DB_H
#define KF_STORE_DB_H

#include <stdint.h>

#include <sqlite3.h>

#include "kneefold/error.h"

struct kf_db {
    sqlite3 *sqlite;
    char path[512]; /* for messages; cut */
};

/* Opens with these flags of sqlite3_open_v2 and closes every door a hostile file could use: no triggers, no views, no
 * functions with side effects out of a schema, no attached files, bounded values. `vfs` may be NULL. On failure *db is
 * closed. */
enum kf_status kf_db_open(struct kf_db *db, const char *path, int flags, const char *vfs, struct kf_error *error);
void kf_db_close(struct kf_db *db); /* takes one that is closed or zeroed */

/* The words for the result code of a call that failed while `doing` ("read", "write to") the file; returns their
 * status: KF_ERR_IO disk full, read-only or failing; KF_ERR_UNAVAILABLE locked; KF_ERR_DATA damaged or no such file;
 * KF_ERR_NO_INPUT cannot be opened. */
enum kf_status kf_db_fault(const struct kf_db *db, int result, const char *doing, struct kf_error *error);

/* Runs statements that give no rows. */
enum kf_status kf_db_run(const struct kf_db *db, const char *sql, const char *doing, struct kf_error *error);

/* NULL with *error. */
sqlite3_stmt *kf_db_prepare(const struct kf_db *db, const char *sql, const char *doing, struct kf_error *error);

/* The first column of the first row of a query made for one number; `missing` when there is none. */
enum kf_status kf_db_number(const struct kf_db *db, const char *sql, int64_t missing, int64_t *value,
                            struct kf_error *error);

#endif
