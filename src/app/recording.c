/* recording.c - from a file's name to an engine that has heard all of it. */
#include "app/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 64 * 1024 };

enum kf_status kf_recording_drain(struct kf_feed *feed, struct kf_engine *engine,
                                  const struct kf_recording_watch *watch, struct kf_error *error)
{
    struct kf_record record;
    for (;;) {
        if (kf_engine_refused(engine, 0))
            return KF_ERR_END; /* /dev/zero has no end */
        const enum kf_status status = kf_feed_next(feed, PIECE, &record, error);
        if (status != KF_OK && status != KF_ERR_AGAIN)
            return status;
        if (status == KF_OK && watch && watch->before)
            watch->before(watch->context, &record);
        if (status == KF_OK)
            (void)kf_engine_take(engine, &record);
        if (watch && watch->step && !watch->step(watch->context, feed))
            return KF_ERR_AGAIN;
    }
}

static enum kf_status finish(const char *path, struct kf_engine *engine, enum kf_status status, struct kf_error *error)
{
    struct kf_error unusable = {0};
    const enum kf_status usable = kf_engine_finish(engine, &unusable);
    if (status != KF_ERR_END)
        return status;
    if (usable != KF_OK) {
        (void)kf_error_set(error, usable, 0, "'%.80s': %.160s", path, unusable.text);
        kf_error_hint(error, "%s", unusable.hint);
    }
    return usable;
}

/* "file:" so that no path is taken for another kind of source. */
struct kf_feed *kf_recording_open(const char *path, struct kf_error *error)
{
    const size_t size = strlen(path) + sizeof "file:";
    char *uri = malloc(size);
    if (!uri) {
        (void)kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory to open a file");
        return NULL;
    }
    (void)snprintf(uri, size, "file:%s", path);
    struct kf_feed *feed = kf_feed_open(uri, error);
    free(uri);
    return feed;
}

enum kf_status kf_recording_read(const char *path, struct kf_engine *engine, const struct kf_recording_watch *watch,
                                 struct kf_error *error)
{
    struct kf_feed *feed = kf_recording_open(path, error);
    if (!feed)
        return error->code;
    enum kf_status status = kf_recording_drain(feed, engine, watch, error);
    if (status != KF_ERR_AGAIN)
        status = finish(path, engine, status, error);
    kf_feed_close(feed);
    return status;
}
