/* reader_rows.c - the tables of a session as values: columns are found by name, for a file may be older than a column,
 * and what is not of the type we write is unknown. */
#include "config.h"

#include "store/reader.h"

#include <math.h>
#include <string.h>

#include "store/reader_state.h"

static double number_of(sqlite3_stmt *statement, int column)
{
    const int type = sqlite3_column_type(statement, column);
    return type == SQLITE_FLOAT || type == SQLITE_INTEGER ? sqlite3_column_double(statement, column) : NAN;
}

static int64_t count_of(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_INTEGER ? sqlite3_column_int64(statement, column) : 0;
}

static uint64_t unsigned_of(sqlite3_stmt *statement, int column)
{
    const int64_t value = count_of(statement, column);
    return value < 0 ? 0 : (uint64_t)value;
}

/* "" for what is no text. */
static const char *text_of(sqlite3_stmt *statement, int column)
{
    const char *text = sqlite3_column_type(statement, column) == SQLITE_TEXT
                           ? (const char *)sqlite3_column_text(statement, column)
                           : "";
    return text ? text : "";
}

/* ---- strides ---- */

static enum kf_verdict verdict_of(const char *word)
{
    enum kf_verdict verdict = KF_PULLED;
    while (verdict > KF_UNCLEAR && strcmp(word, kf_verdict_name(verdict)) != 0)
        verdict--;
    return verdict;
}

static enum kf_muscle muscle_of(const char *word)
{
    enum kf_muscle muscle = KF_MUSCLE_TONE;
    while (muscle > KF_MUSCLE_UNKNOWN && strcmp(word, kf_muscle_name(muscle)) != 0)
        muscle--;
    return muscle;
}

static enum kf_reason reason_of(const char *word)
{
    enum kf_reason reason = KF_REASON_NOT_ALIGNED;
    while (reason > KF_REASON_NONE && strcmp(word, kf_reason_name(reason)) != 0)
        reason--;
    return reason;
}

static void take_word(struct kf_swing *swing, const char *key, const char *word)
{
    if (strcmp(key, "leg") == 0)
        swing->leg = strcmp(word, "r") == 0 ? KF_RIGHT : KF_LEFT;
    else if (strcmp(key, "trunk_site") == 0)
        swing->trunk_site = kf_site_from_name(word, (unsigned)strnlen(word, 64));
    else if (strcmp(key, "verdict") == 0)
        swing->verdict = verdict_of(word);
    else if (strcmp(key, "muscle") == 0)
        swing->muscle = muscle_of(word);
    else if (strcmp(key, "reason") == 0)
        swing->reason = reason_of(word);
}

void kf_store_take_stride(sqlite3_stmt *statement, struct kf_swing *swing)
{
    *swing = kf_swing_unknown();
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        const char *name = sqlite3_column_name(statement, i);
        const struct kf_swing_key *key = name ? kf_swing_key_find(name) : NULL;
        const double number = number_of(statement, i);
        if (key && key->is_number)
            memcpy((char *)swing + key->offset, &number, sizeof number);
        else if (key && strcmp(name, "id") == 0)
            swing->id = (unsigned)count_of(statement, i);
        else if (key)
            take_word(swing, name, text_of(statement, i));
    }
    if (swing->reason == KF_REASON_LOW_QUALITY && isnan(swing->quality)) /* the word for one cut short (swing.c) */
        swing->reason = KF_REASON_NONE;
}

/* The row of this id by a statement that is prepared once and kept. */
static enum kf_status row_of(struct kf_store_reader *reader, sqlite3_stmt **statement, const char *sql, unsigned id,
                             struct kf_swing *swing, struct kf_error *error)
{
    enum kf_status status = KF_OK;
    int result = SQLITE_OK;
    if (!*statement)
        *statement = kf_db_prepare(&reader->db, sql, "read", error);
    if (!*statement)
        return error->code;
    (void)sqlite3_bind_int64(*statement, 1, id);
    result = sqlite3_step(*statement);
    if (result == SQLITE_ROW)
        kf_store_take_stride(*statement, swing);
    else if (result == SQLITE_DONE)
        status = kf_error_set(error, KF_ERR_END, 0, "there is no swing %u", id);
    else
        status = kf_db_fault(&reader->db, result, "read", error);
    (void)sqlite3_reset(*statement);
    return status;
}

enum kf_status kf_store_stride_of(struct kf_store_reader *reader, unsigned id, struct kf_swing *swing,
                                  struct kf_error *error)
{
    return row_of(reader, &reader->stride, "SELECT * FROM strides WHERE id = ?", id, swing, error);
}

enum kf_status kf_store_verdict_of(struct kf_store_reader *reader, unsigned id, struct kf_swing *swing,
                                   struct kf_error *error)
{
    return row_of(reader, &reader->verdict, "SELECT * FROM verdicts WHERE id = ?", id, swing, error);
}

/* ---- row by row ---- */

static bool give_stride(sqlite3_stmt *statement, const struct kf_store_rows *rows)
{
    struct kf_swing swing;
    kf_store_take_stride(statement, &swing);
    return rows->stride(rows->context, &swing);
}

static bool give_verdict(sqlite3_stmt *statement, const struct kf_store_rows *rows)
{
    struct kf_swing swing;
    kf_store_take_stride(statement, &swing);
    return rows->verdict(rows->context, &swing);
}

static bool give_cue(sqlite3_stmt *statement, const struct kf_store_rows *rows)
{
    const char *leg = text_of(statement, 2);
    const struct kf_store_cue cue = {.t_s = number_of(statement, 0),
                                     .name = text_of(statement, 1),
                                     .has_leg = *leg != '\0',
                                     .leg = *leg == 'r' ? KF_RIGHT : KF_LEFT,
                                     .text = text_of(statement, 3)};
    return rows->cue(rows->context, &cue);
}

static bool give_mark(sqlite3_stmt *statement, const struct kf_store_rows *rows)
{
    const struct kf_store_mark mark = {
        .t_s = number_of(statement, 0), .wall_ns = count_of(statement, 1), .text = text_of(statement, 2)};
    return rows->mark(rows->context, &mark);
}

static enum kf_kind kind_of(const char *word)
{
    enum kf_kind kind = KF_KIND_FORCE;
    while (kind > KF_KIND_IMU6 && strcmp(word, kf_kind_name(kind)) != 0)
        kind--;
    return kind;
}

static bool give_stream(sqlite3_stmt *statement, const struct kf_store_rows *rows)
{
    const char *site = text_of(statement, 3);
    const struct kf_store_stream stream = {.pod = (unsigned)count_of(statement, 0),
                                           .stream = (unsigned)count_of(statement, 1),
                                           .format = text_of(statement, 2),
                                           .site = kf_site_from_name(site, (unsigned)strnlen(site, 64)),
                                           .kind = kind_of(text_of(statement, 4)),
                                           .rate_hz = number_of(statement, 5),
                                           .samples = unsigned_of(statement, 6),
                                           .lost = unsigned_of(statement, 7),
                                           .saturated = unsigned_of(statement, 8)};
    return rows->stream(rows->context, &stream);
}

static bool give_belt(sqlite3_stmt *statement, const struct kf_store_rows *rows)
{
    return rows->belt(rows->context, number_of(statement, 0), number_of(statement, 1));
}

static enum kf_status give_all(struct kf_store_reader *reader, const struct kf_store_rows *rows, const char *sql,
                               bool (*give)(sqlite3_stmt *, const struct kf_store_rows *), struct kf_error *error)
{
    sqlite3_stmt *statement = kf_db_prepare(&reader->db, sql, "read", error);
    enum kf_status status = KF_OK;
    int result = SQLITE_OK;
    if (!statement)
        return error->code;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW && give(statement, rows))
        continue;
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        status = kf_db_fault(&reader->db, result, "read", error);
    (void)sqlite3_finalize(statement);
    return status;
}

enum kf_status kf_store_each(struct kf_store_reader *reader, const struct kf_store_rows *rows, struct kf_error *error)
{
    const struct {
        bool wanted;
        const char *sql;
        bool (*give)(sqlite3_stmt *, const struct kf_store_rows *);
    } table[] = {
        {rows->stream != NULL,
         "SELECT pod, stream, format, site, kind, rate_hz, samples, lost, saturated FROM streams ORDER BY pod, stream",
         give_stream},
        {rows->stride != NULL, "SELECT * FROM strides ORDER BY id", give_stride},
        {rows->verdict != NULL, "SELECT * FROM verdicts ORDER BY id", give_verdict},
        {rows->cue != NULL, "SELECT t_s, cue, leg, text FROM cues ORDER BY id", give_cue},
        {rows->mark != NULL, "SELECT t_s, wall_ns, text FROM marks ORDER BY id", give_mark},
        {rows->belt != NULL, "SELECT t_s, speed_mps FROM belt ORDER BY id", give_belt},
    };
    if (reader->fault.code != KF_OK) {
        *error = reader->fault;
        return error->code;
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].wanted && give_all(reader, rows, table[i].sql, table[i].give, error) != KF_OK)
            return error->code;
    return KF_OK;
}
