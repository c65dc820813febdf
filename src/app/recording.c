/* recording.c - from a file's name to an engine that has heard all of it. */
#include "app/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 64 * 1024 };

/* "file:" so that no path is taken for another kind of source. */
static struct kf_source *open_file(const char *path, struct kf_error *error)
{
    const size_t size = strlen(path) + sizeof "file:";
    char *uri = malloc(size);
    if (!uri) {
        (void)kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory to open a file");
        return NULL;
    }
    (void)snprintf(uri, size, "file:%s", path);
    struct kf_source *source = kf_source_open(uri, error);
    free(uri);
    return source;
}

/* KF_ERR_END, another fault with *error, or KF_ERR_AGAIN when the watch has had enough. */
static enum kf_status read_all(struct kf_source *source, struct kf_engine *engine, uint8_t *bytes,
                               const struct kf_recording_watch *watch, struct kf_error *error)
{
    for (;;) {
        const int count = kf_source_read(source, 0, bytes, PIECE, error);
        if (count > 0)
            kf_engine_push(engine, bytes, (size_t)count);
        else if (count != KF_ERR_AGAIN)
            return (enum kf_status)count;
        if (watch && watch->step && !watch->step(watch->context, source))
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

enum kf_status kf_recording_read(const char *path, struct kf_engine *engine, const struct kf_recording_watch *watch,
                                 struct kf_error *error)
{
    struct kf_source *source = open_file(path, error);
    uint8_t *bytes = malloc(PIECE);
    enum kf_status status = source ? KF_ERR_UNAVAILABLE : error->code;
    if (source && !bytes)
        (void)kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory to read '%.160s'", path);
    if (source && bytes) {
        status = read_all(source, engine, bytes, watch, error);
        if (status != KF_ERR_AGAIN)
            status = finish(path, engine, status, error);
    }
    free(bytes);
    kf_source_close(source);
    return status;
}
