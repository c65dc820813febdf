/* schema.c - the tables: what `sqlite3 FILE .schema` shows, and what is refused though SQLite would open it. */
#include "config.h"

#include "store/schema.h"

#include <string.h>

#include "kneefold/swing.h"

static const char tables[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);"
    "CREATE TABLE chunks (id INTEGER PRIMARY KEY, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, t_s REAL,"
    " records INTEGER NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE TABLE streams (pod INTEGER NOT NULL, stream INTEGER NOT NULL, format TEXT, site TEXT, kind TEXT,"
    " rate_hz REAL, samples INTEGER NOT NULL, lost INTEGER NOT NULL, saturated INTEGER NOT NULL,"
    " PRIMARY KEY (pod, stream));"
    "CREATE TABLE verdicts (id INTEGER PRIMARY KEY, t_s REAL, leg TEXT, verdict TEXT, muscle TEXT, reason TEXT,"
    " pulled REAL, p_pulled REAL, confidence REAL, quality REAL, mean_knee_moment_nm_kg REAL, drive_nm_kg REAL,"
    " sigma_nm_kg REAL, knee_excess_deg REAL, flexor_work_fraction REAL, latency_ms REAL);"
    "CREATE TABLE cues (id INTEGER PRIMARY KEY, t_s REAL NOT NULL, cue TEXT NOT NULL, leg TEXT, text TEXT NOT NULL);"
    "CREATE TABLE marks (id INTEGER PRIMARY KEY, t_s REAL, wall_ns INTEGER NOT NULL, text TEXT NOT NULL);"
    "CREATE TABLE belt (id INTEGER PRIMARY KEY, t_s REAL, wall_ns INTEGER NOT NULL, speed_mps REAL);"
    "CREATE TABLE settings (id INTEGER PRIMARY KEY, host_ns INTEGER NOT NULL, ini TEXT NOT NULL);";

const struct kf_schema_step kf_schema_steps[] = {{0, NULL}}; /* none yet: version 1 is the first */
const size_t kf_schema_step_count = 0;

/* The columns of strides are the keys of a swing. */
static enum kf_status create_strides(const struct kf_db *db, struct kf_error *error)
{
    char sql[4096] = "CREATE TABLE strides (id INTEGER PRIMARY KEY";
    size_t used = strlen(sql);
    for (unsigned i = 0; i < kf_swing_key_count && used < sizeof sql; i++)
        if (strcmp(kf_swing_keys[i].name, "id") != 0)
            used += (size_t)snprintf(sql + used, sizeof sql - used, ", %s %s", kf_swing_keys[i].name,
                                     kf_swing_keys[i].is_number ? "REAL" : "TEXT");
    if (used + 2 < sizeof sql)
        (void)snprintf(sql + used, sizeof sql - used, ")");
    return kf_db_run(db, sql, "write to", error);
}

enum kf_status kf_schema_create(const struct kf_db *db, struct kf_error *error)
{
    char pragmas[96];
    (void)snprintf(pragmas, sizeof pragmas, "PRAGMA application_id=%d; PRAGMA user_version=%d", KF_STORE_APPLICATION_ID,
                   KF_STORE_VERSION);
    if (kf_db_run(db, "BEGIN IMMEDIATE", "write to", error) != KF_OK ||
        kf_db_run(db, tables, "write to", error) != KF_OK || create_strides(db, error) != KF_OK ||
        kf_db_run(db, pragmas, "write to", error) != KF_OK || kf_db_run(db, "COMMIT", "write to", error) != KF_OK)
        return error->code;
    return KF_OK;
}

/* ---- older versions ---- */

static const struct kf_schema_step *step_from(const struct kf_schema_step *steps, size_t count, int64_t version)
{
    for (size_t i = 0; i < count; i++)
        if (steps[i].from == version)
            return &steps[i];
    return NULL;
}

static enum kf_status take_step(const struct kf_db *db, const struct kf_schema_step *step, struct kf_error *error)
{
    char sql[48];
    (void)snprintf(sql, sizeof sql, "PRAGMA user_version=%d", step->from + 1);
    return kf_db_run(db, step->sql, "migrate", error) == KF_OK ? kf_db_run(db, sql, "migrate", error) : error->code;
}

enum kf_status kf_schema_migrate(const struct kf_db *db, const struct kf_schema_step *steps, size_t count, int to,
                                 struct kf_error *error)
{
    int64_t version = 0;
    if (kf_db_run(db, "BEGIN IMMEDIATE", "migrate", error) != KF_OK ||
        kf_db_number(db, "PRAGMA user_version", 0, &version, error) != KF_OK)
        goto fail;
    while (version < to) {
        const struct kf_schema_step *step = step_from(steps, count, version);
        if (!step) {
            kf_error_set(error, KF_ERR_DATA, 0, "cannot read '%.150s': it is of version %d, which never was", db->path,
                         (int)version);
            goto fail;
        }
        if (take_step(db, step, error) != KF_OK)
            goto fail;
        version++;
    }
    if (kf_db_run(db, "COMMIT", "migrate", error) == KF_OK)
        return KF_OK;
fail:
    (void)kf_db_run(db, "ROLLBACK", "migrate", NULL);
    return error->code;
}

/* ---- what is no session ---- */

static enum kf_status refuse(const struct kf_db *db, const char *why, const char *hint, struct kf_error *error)
{
    kf_error_set(error, KF_ERR_DATA, 0, "cannot read '%.150s': %s", db->path, why);
    kf_error_hint(error, "%s", hint);
    return KF_ERR_DATA;
}

/* Objects that could compute instead of hold. */
static enum kf_status check_objects(const struct kf_db *db, struct kf_error *error)
{
    static const char foreign[] = "SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')"
                                  " OR (type = 'table' AND rootpage = 0)"
                                  " OR (type = 'index' AND sql IS NOT NULL)";
    static const char computed[] = "SELECT count(*) FROM sqlite_schema AS s, pragma_table_xinfo(s.name) AS c"
                                   " WHERE s.type = 'table' AND c.hidden <> 0";
    int64_t count = 0;
    if (kf_db_number(db, foreign, 0, &count, error) != KF_OK)
        return error->code;
    if (count == 0 && kf_db_number(db, computed, 0, &count, error) != KF_OK)
        return error->code;
    return count == 0 ? KF_OK
                      : refuse(db, "it holds views, triggers, indices or computed columns, which no session has",
                               "it is not kneefold's work: do not trust it", error);
}

enum kf_status kf_schema_check(const struct kf_db *db, int *version, struct kf_error *error)
{
    int64_t id = 0, found = 0;
    if (kf_db_number(db, "PRAGMA application_id", 0, &id, error) != KF_OK ||
        kf_db_number(db, "PRAGMA user_version", 0, &found, error) != KF_OK)
        return error->code;
    if (id != KF_STORE_APPLICATION_ID)
        return refuse(db, "it is no session file", "a session is a .kfs file that kneefold recorded", error);
    if (found > KF_STORE_VERSION)
        return refuse(db, "a newer kneefold recorded it", "update this program", error);
    if (found < 1)
        return refuse(db, "its version never was", "it is not kneefold's work, or was changed", error);
    *version = (int)found;
    return check_objects(db, error);
}

enum kf_status kf_schema_complete(const struct kf_db *db, struct kf_error *error)
{
    static const char ours[] =
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN"
        " ('meta', 'chunks', 'streams', 'strides', 'verdicts', 'cues', 'marks', 'belt', 'settings')";
    int64_t count = 0;
    if (kf_db_number(db, ours, 0, &count, error) != KF_OK)
        return error->code;
    return count == 9
               ? KF_OK
               : refuse(db, "tables of a session are missing", "it is not kneefold's work, or was changed", error);
}
