/* schema.h - the tables of a session file, and how a file of an older version becomes one of this version.
 *
 * user_version counts the versions that were released; 1 is the first. New keys of a swing are no new version: they are
 * columns that older files lack, and read as NULL. Only files of this room include it; the tables are documented for
 * users in man/kneefold-session.5. */
#ifndef KF_STORE_SCHEMA_H
#define KF_STORE_SCHEMA_H

#include "store/db.h"

#define KF_STORE_APPLICATION_ID 0x4B464C44 /* "KFLD" */

enum { KF_STORE_VERSION = 1 };

/* One row a released version that is not the last: the statements that make the next one of it. */
struct kf_schema_step {
    int from;
    const char *sql;
};

/* Writes the tables into an empty database. */
enum kf_status kf_schema_create(const struct kf_db *db, struct kf_error *error);

/* Takes the steps from the file's version to `to`, all or none. KF_ERR_DATA when there is no step from where it stands.
 */
enum kf_status kf_schema_migrate(const struct kf_db *db, const struct kf_schema_step *steps, size_t count, int to,
                                 struct kf_error *error);

/* The steps of this program, for kf_schema_migrate. */
extern const struct kf_schema_step kf_schema_steps[];
extern const size_t kf_schema_step_count;

/* Whether this is a session of a version this program knows, and made of nothing but plain tables: no views, triggers,
 * virtual tables or computed columns, which we never write. *version gets user_version. KF_ERR_DATA with *error. */
enum kf_status kf_schema_check(const struct kf_db *db, int *version, struct kf_error *error);

/* Whether all tables of this version are there: asked once the file is of this version. */
enum kf_status kf_schema_complete(const struct kf_db *db, struct kf_error *error);

#endif
