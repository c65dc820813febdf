/* reader.h - opens a session file (.kfs) from anyone, and gives back what it holds: the log in order, and the tables.
 *
 * The file is opened read-only and never changed; one of an older version is migrated in a temporary copy. Nothing in
 * it is executed and no size in it is believed: what is not as kneefold writes it is refused with a reason. A recording
 * that was cut off, or a file that was cut short or damaged, opens as far as its log can be read, and says so
 * (kf_store_note); one that is still being made is locked. Text that comes out is as the file has
 * it: not to be shown unsanitised. Not thread-safe: one thread owns a reader. `error` is never NULL. */
#ifndef KF_STORE_READER_H
#define KF_STORE_READER_H

#include <stdbool.h>

#include "kneefold/error.h"
#include "kneefold/record.h"
#include "kneefold/swing.h"
#include "store/writer.h"

enum { KF_STORE_TEXT_MAX = 256, KF_STORE_INI_MAX = 64 * 1024 };

struct kf_store_reader;

/* Whether these leading bytes are an SQLite file's, 16 at least. */
bool kf_store_sniff(const uint8_t *bytes, size_t count);

/* NULL with *error: KF_ERR_NO_INPUT cannot be opened, KF_ERR_DATA no session, damaged, of a newer version, not to be
 * trusted; KF_ERR_UNAVAILABLE being recorded, or locked by another program. `vfs` is NULL but in tests. */
struct kf_store_reader *kf_store_open(const char *path, const char *vfs, struct kf_error *error);
void kf_store_close(struct kf_store_reader *reader); /* takes NULL */

int kf_store_version(const struct kf_store_reader *reader); /* of the file, before any migration */
/* It ended in order, and no damage was found. */
bool kf_store_complete(const struct kf_store_reader *reader);
/* "", or a sentence about the state of the file: cut off, cut short, damaged, and up to which second it can be
 * read. */
const char *kf_store_note(const struct kf_store_reader *reader);
/* The value of a line of `meta`, cut to capacity; false and "" when there is none. Of one that cannot be read, too, but
 * then kf_store_next and kf_store_each fail with the reason. */
bool kf_store_meta_of(struct kf_store_reader *reader, const char *key, char *out, size_t capacity);
/* The ini text in force at the beginning, KF_STORE_INI_MAX at most; false and "" as above. */
bool kf_store_ini(struct kf_store_reader *reader, char *out, size_t capacity);
/* Host time of the last record that can be read, 0 when there is none. */
int64_t kf_store_end_ns(struct kf_store_reader *reader);

/* The next record of the log, valid until the next call. KF_OK; KF_ERR_END; KF_ERR_DATA with *error when the file is
 * damaged here: what came before is good. Another status: reading failed. */
enum kf_status kf_store_next(struct kf_store_reader *reader, struct kf_record *record, struct kf_error *error);

/* A place in the log: before the record that kf_store_next would give. Zeroed it is the beginning. */
struct kf_store_place {
    int64_t chunk; /* id of the row */
    uint32_t at;   /* bytes into it */
};
struct kf_store_place kf_store_tell(const struct kf_store_reader *reader);
enum kf_status kf_store_seek(struct kf_store_reader *reader, struct kf_store_place place, struct kf_error *error);

/* The stored row of this id; KF_ERR_END when there is none. Columns that the file lacks are unknown. */
enum kf_status kf_store_stride_of(struct kf_store_reader *reader, unsigned id, struct kf_swing *swing,
                                  struct kf_error *error);

/* The same of the verdict: of its keys alone (kf_store_verdict_keys), the others are unknown. */
enum kf_status kf_store_verdict_of(struct kf_store_reader *reader, unsigned id, struct kf_swing *swing,
                                   struct kf_error *error);

/* Rows in order of their table; the callback's texts are valid during the call. It returns false to stop. */
struct kf_store_mark {
    double t_s;
    int64_t wall_ns;
    const char *text;
};
struct kf_store_rows {
    bool (*stride)(void *context, const struct kf_swing *swing);
    bool (*verdict)(void *context, const struct kf_swing *swing);
    bool (*cue)(void *context, const struct kf_store_cue *cue);
    bool (*mark)(void *context, const struct kf_store_mark *mark);
    bool (*stream)(void *context, const struct kf_store_stream *stream);
    bool (*belt)(void *context, double t_s, double speed_mps);
    void *context;
};
/* Calls those that are not NULL, table by table. */
enum kf_status kf_store_each(struct kf_store_reader *reader, const struct kf_store_rows *rows, struct kf_error *error);

#endif
