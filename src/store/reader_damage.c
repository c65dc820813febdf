/* reader_damage.c - a session file that was cut short or damaged is worth what can still be read of it. How much that
 * is is found out when the file is opened, and said, so that nobody takes a part for the whole.
 *
 * A crash makes no such file: what it tears is torn in the -wal, or was safe there. A copy to a full stick does. */
#include "config.h"

#include "store/reader_state.h"

#include <string.h>
#include <sys/stat.h>

/* Header of an SQLite file (sqlite.org/fileformat2.html, 1.3): 16 page size, big-endian, 1 for 65536; 28 pages. */
enum { HEADER = 100, PAGE_SIZE_AT = 16, PAGES_AT = 28 };

static uint64_t get_be(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

struct kf_store_cut kf_store_measure(const char *path)
{
    struct kf_store_cut cut = {0};
    uint8_t header[HEADER] = {0};
    struct stat info;
    FILE *file = fopen(path, "rbe");
    if (!file)
        return cut;
    if (fstat(fileno(file), &info) == 0 && fread(header, 1, sizeof header, file) >= 16 &&
        kf_store_sniff(header, sizeof header)) {
        const uint64_t page = get_be(header + PAGE_SIZE_AT, 2);
        cut.there = info.st_size > 0 ? (uint64_t)info.st_size : 0;
        cut.whole = get_be(header + PAGES_AT, 4) * (page == 1 ? 65536 : page);
        cut.is_cut = cut.there < (cut.whole > HEADER ? cut.whole : HEADER);
    }
    (void)fclose(file);
    return cut;
}

static bool answers(const struct kf_store_reader *reader, const char *sql)
{
    int64_t value = 0;
    return kf_db_number(&reader->db, sql, 0, &value, &(struct kf_error){0}) == KF_OK;
}

bool kf_store_is_sound(struct kf_store_reader *reader)
{
    sqlite3_stmt *statement = kf_db_prepare(&reader->db, "PRAGMA quick_check(1)", "read", &(struct kf_error){0});
    bool sound = false;
    if (statement && sqlite3_step(statement) == SQLITE_ROW) {
        const char *word = (const char *)sqlite3_column_text(statement, 0);
        sound = word && strcmp(word, "ok") == 0;
    }
    (void)sqlite3_finalize(statement);
    return sound;
}

enum kf_status kf_store_refuse_cut(const struct kf_store_reader *reader, const struct kf_store_cut *cut,
                                   struct kf_error *error)
{
    if (cut->whole > HEADER)
        kf_error_set(error, KF_ERR_DATA, 0,
                     "cannot read '%.150s': it was cut short to %.1f of %.1f kB, and nothing recorded is in them",
                     reader->db.path, (double)cut->there * 1e-3, (double)cut->whole * 1e-3);
    else
        kf_error_set(error, KF_ERR_DATA, 0, "cannot read '%.150s': it was cut short to its first %u bytes",
                     reader->db.path, (unsigned)cut->there);
    kf_error_hint(error, "copy it again from where it was recorded, with its -wal if there is one");
    return KF_ERR_DATA;
}

/* Judging by other settings than the runner was judged by would look like a reading of the file, and be none. */
static bool knows_its_conditions(const struct kf_store_reader *reader)
{
    return answers(reader, "SELECT sum(instr(value, '\n')) FROM meta") &&
           answers(reader, "SELECT sum(instr(ini, '\n')) FROM settings");
}

/* Reads the log from its beginning, and goes back there. Returns how it ended. */
static enum kf_status walk(struct kf_store_reader *reader)
{
    struct kf_error why;
    struct kf_record record;
    enum kf_status end = KF_OK;
    reader->end_ns = -1;
    while ((end = kf_store_next(reader, &record, &why)) == KF_OK)
        reader->end_ns = record.host_ns;
    (void)kf_store_seek(reader, (struct kf_store_place){0}, &why);
    return end;
}

/* As SQLite reads the log, or, where that reaches further, as its pages have it. */
static enum kf_status walk_both(struct kf_store_reader *reader)
{
    struct kf_error why;
    const enum kf_status end = walk(reader);
    const int64_t by_sqlite_ns = reader->end_ns;
    if (end == KF_ERR_END || !kf_store_salvage(reader->db.path, &reader->salvaged))
        return end;
    if (kf_store_prepare_log(reader, &reader->salvaged, &why) == KF_OK && walk(reader) != KF_OK &&
        reader->end_ns > by_sqlite_ns)
        return KF_ERR_DATA;
    (void)kf_store_prepare_log(reader, &reader->db, &why);
    kf_db_close(&reader->salvaged);
    reader->end_ns = by_sqlite_ns;
    return end;
}

enum kf_status kf_store_survey(struct kf_store_reader *reader, const struct kf_store_cut *cut, struct kf_error *error)
{
    char what[80] = "the file is damaged";
    const enum kf_status end = walk_both(reader);
    *error = (struct kf_error){0};
    if (end == KF_ERR_END && kf_store_is_sound(reader))
        return KF_OK;
    if (cut->is_cut && (reader->end_ns < 0 || !knows_its_conditions(reader)))
        return kf_store_refuse_cut(reader, cut, error);
    if (!knows_its_conditions(reader)) {
        kf_error_set(error, KF_ERR_DATA, 0, "cannot read '%.150s': it is damaged, and how it was recorded is lost",
                     reader->db.path);
        kf_error_hint(error, "take a copy of it, and see what sqlite3 FILE .recover can save");
        return KF_ERR_DATA;
    }
    if (cut->is_cut)
        (void)snprintf(what, sizeof what, "the file was cut short to %.1f of %.1f MB", (double)cut->there * 1e-6,
                       (double)cut->whole * 1e-6);
    if (reader->end_ns < 0)
        (void)snprintf(reader->note, sizeof reader->note, "%s: nothing of its log can be read", what);
    else if (end == KF_ERR_END)
        (void)snprintf(reader->note, sizeof reader->note,
                       "%s: its log can be read to the end, second %.0f, but other tables lack rows", what,
                       (double)reader->end_ns * 1e-9);
    else
        (void)snprintf(reader->note, sizeof reader->note,
                       "%s: its log can be read up to second %.0f, what follows is lost", what,
                       (double)reader->end_ns * 1e-9);
    return KF_OK;
}
