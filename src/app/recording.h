/* recording.h - a recording read to its end into an engine, for all that needs no clock. */
#ifndef KF_RECORDING_H
#define KF_RECORDING_H

#include "app/engine.h"
#include "app/feed.h"

/* `before` is called with every record before the engine takes it, `step` after it: false stops the reading. Both may
 * be NULL. */
struct kf_recording_watch {
    void (*before)(void *context, const struct kf_record *record);
    bool (*step)(void *context, const struct kf_feed *feed);
    void *context;
};

/* Opens the file `path` ("-": standard input), whatever its name looks like. NULL with *error. */
struct kf_feed *kf_recording_open(const char *path, struct kf_error *error);

/* Reads an open recording to its end into the engine, and leaves both open. KF_ERR_END; KF_ERR_AGAIN when the watch
 * stopped it; or why it cannot be read on, with *error. */
enum kf_status kf_recording_drain(struct kf_feed *feed, struct kf_engine *engine,
                                  const struct kf_recording_watch *watch, struct kf_error *error);

/* Opens the file `path` ("-": standard input), reads all of it into the engine and finishes that. KF_OK; KF_ERR_AGAIN
 * when the watch stopped it (nothing is said then); otherwise *error, which names the file: it cannot be opened or
 * read to its end, or nothing in it was usable. What was readable has been taken in any case. */
enum kf_status kf_recording_read(const char *path, struct kf_engine *engine, const struct kf_recording_watch *watch,
                                 struct kf_error *error);

#endif
