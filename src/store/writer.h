/* writer.h - makes a session file (.kfs) and adds to it, one commit a second of the session's own time.
 *
 * A session file is the record a coach relies on: the log of everything the engine consumed, compressed second by
 * second, and beside it what the engine said. Whatever ends the program, the file opens again and lacks at most the
 * last second. The file is this writer's alone while it lives: other programs find it locked, and a file deleted,
 * renamed or cut short under it is noticed at the next commit. Not thread-safe: one thread owns a writer
 * (app/recorder.h keeps it off the engine's). After a fault nothing more is written; what was committed before stays.
 * `error` is never NULL. */
#ifndef KF_STORE_WRITER_H
#define KF_STORE_WRITER_H

#include <stdbool.h>

#include "kneefold/error.h"
#include "kneefold/record.h"
#include "kneefold/swing.h"

#define KF_STORE_COMMIT_NS INT64_C(1000000000)

struct kf_store_writer;

/* One row of `streams`: what a pod's stream had delivered by now. */
struct kf_store_stream {
    unsigned pod, stream;
    const char *format;
    enum kf_site site;
    enum kf_kind kind;
    double rate_hz; /* NAN unknown */
    uint64_t samples, lost, saturated;
};

/* The keys of a swing that a row of `verdicts` has, besides its id. */
extern const char *const kf_store_verdict_keys[];
extern const size_t kf_store_verdict_key_count;

struct kf_store_cue {
    double t_s;
    const char *name, *text;
    bool has_leg;
    enum kf_leg leg;
};

/* Makes `path`, mode 0600, with all its tables, in one step: at no moment is there a file of that name that is no
 * session. NULL with *error: KF_ERR_ARG when it exists, else why it cannot be made. `vfs` is NULL but in tests. */
struct kf_store_writer *kf_store_create(const char *path, const char *vfs, struct kf_error *error);

/* Adds a record to the log. `t_s` is the engine's time before it (NAN unknown), for the index. KF_ERR_ARG for what is
 * no record; else KF_OK or why writing stopped. */
enum kf_status kf_store_record(struct kf_store_writer *writer, const struct kf_record *record, double t_s,
                               struct kf_error *error);

/* What the engine said. A stride is written at its verdict and again when it is complete: the last one stays. */
enum kf_status kf_store_verdict(struct kf_store_writer *writer, const struct kf_swing *swing, double t_now_s,
                                struct kf_error *error);
enum kf_status kf_store_stride(struct kf_store_writer *writer, const struct kf_swing *swing, struct kf_error *error);
enum kf_status kf_store_cue(struct kf_store_writer *writer, const struct kf_store_cue *cue, struct kf_error *error);
enum kf_status kf_store_mark(struct kf_store_writer *writer, double t_s, int64_t wall_ns, const char *text,
                             struct kf_error *error);
enum kf_status kf_store_belt(struct kf_store_writer *writer, double t_s, int64_t wall_ns, double speed_mps,
                             struct kf_error *error);
enum kf_status kf_store_stream(struct kf_store_writer *writer, const struct kf_store_stream *stream,
                               struct kf_error *error);
/* A whole ini file, in force from host_ns on. */
enum kf_status kf_store_settings(struct kf_store_writer *writer, int64_t host_ns, const char *ini,
                                 struct kf_error *error);
/* A line of `meta`; an earlier value of the key is replaced. */
enum kf_status kf_store_meta(struct kf_store_writer *writer, const char *key, const char *value,
                             struct kf_error *error);

/* Commits what there is: for a pause in which no record comes. */
enum kf_status kf_store_commit(struct kf_store_writer *writer, struct kf_error *error);

/* Host time up to which everything is safe on the disk; -1 nothing yet. */
int64_t kf_store_committed_ns(const struct kf_store_writer *writer);

/* How large the session is: the file's size once its log is brought in, not what both take on the disk until then. 0
 * when it cannot be asked (the next commit says why). */
uint64_t kf_store_bytes(const struct kf_store_writer *writer);

/* Commits, notes that the session ended in order, and leaves one file, with no -wal beside it. Frees in any case. Takes
 * NULL. */
enum kf_status kf_store_finish(struct kf_store_writer *writer, struct kf_error *error);

/* Frees without another word to the file, as if the power had failed. Takes NULL. */
void kf_store_abandon(struct kf_store_writer *writer);

#endif
