/* feed.h - a recording as records, whatever it is: the log of a session file, or the bytes of any other.
 *
 * Bytes of a file come as reads of pod 0 at 0 ns, cut as small as the caller asks: nobody knows when they came. A
 * capture knows, so its reads come at their host times and, as the records of a session, as they were taken live, never
 * cut: a pod that restarted goes on where it did, and one that was unplugged has gone and come back. Places can be told
 * and returned to, so that a replay can go back. One thread owns a feed. */
#ifndef KF_FEED_H
#define KF_FEED_H

#include "kneefold/record.h"
#include "source/source.h"
#include "store/reader.h"

struct kf_feed;

/* Whether this is a session file: a regular file that begins as one. Takes a path, also with "file:" before it. */
bool kf_feed_is_session(const char *uri);

/* Opens a source (source.h) or a session file. NULL with *error. */
struct kf_feed *kf_feed_open(const char *uri, struct kf_error *error);
void kf_feed_close(struct kf_feed *feed); /* takes NULL */

/* The next record, valid until the next call; of bytes without host times at most `most`. KF_OK; KF_ERR_AGAIN nothing
 * now; otherwise as kf_source_read and kf_store_next, KF_ERR_END when it ended as it should. */
enum kf_status kf_feed_next(struct kf_feed *feed, size_t most, struct kf_record *record, struct kf_error *error);

struct kf_feed_place {
    int64_t host_ns; /* of the record before it */
    uint64_t bytes;  /* of a file: before this one */
    struct kf_store_place log;
};
struct kf_feed_place kf_feed_tell(const struct kf_feed *feed);
/* KF_OK, or why the place cannot be reached: the file is gone, or can be read once only. */
enum kf_status kf_feed_seek(struct kf_feed *feed, struct kf_feed_place place, struct kf_error *error);

const char *kf_feed_name(const struct kf_feed *feed);          /* printable */
struct kf_store_reader *kf_feed_session(struct kf_feed *feed); /* NULL: no session file */
/* As kf_source_progress. */
bool kf_feed_progress(const struct kf_feed *feed, uint64_t *done, uint64_t *total);

#endif
