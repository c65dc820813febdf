/* reader_state.h - a reader as its files see it: reader.c has the file and its log, reader_rows.c the tables,
 * reader_copy.c a copy where the file itself cannot be opened, reader_damage.c what is left of a damaged one,
 * reader_salvage.c what is left where SQLite finds nothing. */
#ifndef KF_STORE_READER_STATE_H
#define KF_STORE_READER_STATE_H

#include "store/chunk.h"
#include "store/db.h"
#include "store/reader.h"

struct kf_store_reader {
    struct kf_db db;
    struct kf_db salvaged; /* of a damaged file: the chunks picked up from it, to be read instead; else closed */
    int version;
    bool complete;
    int64_t end_ns;        /* of the last record that can be read; -1 none */
    struct kf_error fault; /* the first of those whose caller was not told: a text that could not be read */
    char note[KF_STORE_TEXT_MAX];
    sqlite3_stmt *next_chunk, *stride, *verdict; /* the latter two NULL until asked for */
    int64_t chunk_id;                            /* of the chunk in `chunk`; 0 none yet */
    uint32_t chunk_records, taken;
    struct kf_chunk_reader log;
    uint8_t chunk[KF_CHUNK_MAX];
};

/* By its own header, whether a file lacks bytes at its end; one that is no SQLite file does not. While there is a -wal,
 * the header may promise what is still in there. */
struct kf_store_cut {
    bool is_cut;
    uint64_t there, whole; /* bytes; whole 0 unknown */
};
struct kf_store_cut kf_store_measure(const char *path);

/* Lets the log be read from `db`. */
enum kf_status kf_store_prepare_log(struct kf_store_reader *reader, const struct kf_db *db, struct kf_error *error);

/* SQLite's own look at every page. */
bool kf_store_is_sound(struct kf_store_reader *reader);

/* Reads the whole log and sets end_ns and, of a file that is damaged after all, the note. KF_ERR_DATA with *error when
 * nothing is left that could be used. */
enum kf_status kf_store_survey(struct kf_store_reader *reader, const struct kf_store_cut *cut, struct kf_error *error);

/* Picks up the chunks of a damaged file, page by page, from the first one to the first that is lost, into a temporary
 * database of their own. False when that cannot be made. */
bool kf_store_salvage(const char *path, struct kf_db *db);

/* Says that nothing is left of a file that was cut. */
enum kf_status kf_store_refuse_cut(const struct kf_store_reader *reader, const struct kf_store_cut *cut,
                                   struct kf_error *error);

/* Copies the file and its -wal to a place of our own and opens the copy, which has no name any more then: for a folder
 * in which SQLite may not make what it needs. */
enum kf_status kf_store_open_copy(struct kf_db *db, const char *path, struct kf_error *error);

/* A row of `strides` or `verdicts` from the statement's present row: columns by their names. */
void kf_store_take_stride(sqlite3_stmt *statement, struct kf_swing *swing);

#endif
