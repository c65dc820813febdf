/* capture.h - writes a capture (source/capture_format.h) while a session runs, without the session ever waiting for it.
 *
 * The engine's thread puts bytes into a bounded buffer, a thread of the capture's own writes them to the file at once.
 * A disk that fails, or is so slow that the buffer fills, stops the capture, never the coaching: what is in the file by
 * then stays and can be read, and state and close say what happened. */
#ifndef KF_CAPTURE_H
#define KF_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/error.h"

enum { KF_CAPTURE_ROOM = 4 * 1024 * 1024 }; /* bytes that may wait for the disk: 13 s of 300 kB/s */

struct kf_capture;

struct kf_capture_config {
    const char *path;   /* made with mode 0600; a pipe or device that is there is written to */
    bool overwrite;     /* an existing file is refused otherwise */
    const char *source; /* the source's name, for the file's head */
    int64_t wall_ns;    /* when it starts, since 1970 UTC */
    int64_t start_ns;   /* the same moment on the monotonic clock of kf_capture_put */
    size_t room;        /* 0: KF_CAPTURE_ROOM; tests take less */
};

/* NULL with *error: KF_ERR_ARG when the file exists, KF_ERR_IO when it cannot be made, KF_ERR_UNAVAILABLE. */
struct kf_capture *kf_capture_open(const struct kf_capture_config *config, struct kf_error *error);

/* Bytes just read from the source, at now_ns (monotonic). Copies them; never waits for the disk. Of a stopped capture,
 * and with NULL, does nothing. */
void kf_capture_put(struct kf_capture *capture, int64_t now_ns, const uint8_t *bytes, size_t count);

/* The source has hung up, or its speed was changed: what comes next is not joined to what came before. As above. */
void kf_capture_gone(struct kf_capture *capture, int64_t now_ns);

/* KF_OK while all is well, also for NULL; otherwise why the capture has stopped, with *error. */
enum kf_status kf_capture_state(struct kf_capture *capture, struct kf_error *error);

/* Writes what waits and the end, closes, and says as kf_capture_state whether the file holds everything. A pipe whose
 * reader takes nothing is given 2 s. */
enum kf_status kf_capture_close(struct kf_capture *capture, struct kf_error *error);

#endif
