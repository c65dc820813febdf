/* capture.c - a bug report needs the very bytes, and the engine must not wait for a disk: a ring of bytes between the
 * two threads, whose lock is held only to copy into it or to look at it, never while writing. */
#include "config.h"

#include "app/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/ring.h"
#include "app/thread.h"
#include "source/capture_format.h"

enum { WAIT_MS = 100, WAITS_AT_END = 20 }; /* at the end a device that takes nothing is left after 2 s */

struct kf_capture {
    int fd;
    int64_t start_ns;
    char name[128];
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t news;
    bool closing;
    bool broken; /* writing failed: nothing more can be written */
    enum kf_status status;
    struct kf_error error;
    int64_t last_ns; /* host time of the last record */
    struct kf_ring ring;
    uint8_t room[]; /* the ring's */
};

/* ---- the ring; its lock is held ---- */

/* `why` NULL: what the errno says. */
static void stop(struct kf_capture *capture, enum kf_status status, int os_errno, const char *why)
{
    char text[KF_ERRNO_TEXT_MAX];
    if (capture->status != KF_OK)
        return;
    capture->status = status;
    kf_error_set(&capture->error, status, os_errno, "CAPTURE STOPPED: cannot write '%s': %s", capture->name,
                 why ? why : kf_errno_text(os_errno, text));
    kf_error_hint(&capture->error, "it is good up to there; make room, or capture to another disk");
}

/* Room for the end is kept free. */
static bool has_room(const struct kf_capture *capture, size_t count)
{
    return capture->ring.room - capture->ring.count >= count + KF_CAPTURE_RECORD;
}

/* `length` is that of the bytes, or an event without any. */
static void put_record(struct kf_capture *capture, int64_t host_ns, uint32_t length, const uint8_t *bytes)
{
    uint8_t record[KF_CAPTURE_RECORD];
    const size_t count = length < KF_CAPTURE_EVENTS ? length : 0;
    if (!has_room(capture, count + sizeof record)) {
        stop(capture, KF_ERR_FULL, 0, "it is too slow");
        return;
    }
    /* The reader wants times that never fall back; a monotonic clock gives them. */
    capture->last_ns = host_ns > capture->last_ns ? host_ns : capture->last_ns;
    kf_capture_put_record(record, capture->last_ns, length);
    kf_ring_put(&capture->ring, record, sizeof record);
    if (count > 0)
        kf_ring_put(&capture->ring, bytes, count);
}

/* ---- the writer's thread ---- */

/* One write. The count (0: not now), or -1 with errno. */
static ssize_t write_some(const struct kf_capture *capture, const uint8_t *bytes, size_t count)
{
    struct pollfd fd = {.fd = capture->fd, .events = POLLOUT};
    const ssize_t written = write(capture->fd, bytes, count);
    if (written >= 0)
        return written;
    if (errno == EINTR)
        return 0;
    if (errno != EAGAIN && errno != EWOULDBLOCK)
        return -1;
    (void)poll(&fd, 1, WAIT_MS);
    return 0;
}

/* Writes once without the lock, which is held before and after. */
static void write_waiting(struct kf_capture *capture, int *idle)
{
    size_t count = 0;
    const uint8_t *bytes = kf_ring_front(&capture->ring, &count);
    ssize_t written = 0;
    int failed = 0;
    pthread_mutex_unlock(&capture->lock);
    written = write_some(capture, bytes, count);
    failed = errno;
    pthread_mutex_lock(&capture->lock);
    if (written > 0) {
        kf_ring_drop(&capture->ring, (size_t)written);
        *idle = 0;
    } else if (written == 0 && capture->closing && ++*idle > WAITS_AT_END) {
        capture->broken = true;
        stop(capture, KF_ERR_IO, 0, "nobody takes it");
    } else if (written < 0) {
        capture->broken = true;
        stop(capture, KF_ERR_IO, failed, NULL);
    }
}

static void *run(void *context)
{
    struct kf_capture *capture = context;
    int idle = 0;
    pthread_mutex_lock(&capture->lock);
    while (!capture->broken && (capture->ring.count > 0 || !capture->closing)) {
        if (capture->ring.count > 0)
            write_waiting(capture, &idle);
        else
            pthread_cond_wait(&capture->news, &capture->lock);
    }
    pthread_mutex_unlock(&capture->lock);
    return NULL;
}

/* ---- life ---- */

/* An existing file is somebody's; a pipe or device is there to be written to. -1 with *error. */
static int open_file(const char *path, bool overwrite, struct kf_error *error)
{
    const int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    struct stat info;
    char why[KF_ERRNO_TEXT_MAX];
    int fd = open(path, flags | O_CREAT | O_EXCL, 0600);
    if (fd < 0 && errno == EEXIST) {
        const bool regular = stat(path, &info) != 0 || S_ISREG(info.st_mode);
        if (regular && !overwrite) {
            kf_error_set(error, KF_ERR_ARG, EEXIST, "cannot capture to '%s': it exists", path);
            kf_error_hint(error, "choose another name, or let --force overwrite it");
            return -1;
        }
        fd = open(path, regular ? flags | O_TRUNC : flags);
        if (fd >= 0 && regular)
            (void)fchmod(fd, 0600);
    }
    if (fd < 0) {
        kf_error_set(error, KF_ERR_IO, errno, "cannot capture to '%s': %s", path, kf_errno_text(errno, why));
        kf_error_hint(error, "check its name and folder, and whether you may write there");
    }
    return fd;
}

static void destroy(struct kf_capture *capture)
{
    pthread_cond_destroy(&capture->news);
    pthread_mutex_destroy(&capture->lock);
    free(capture);
}

struct kf_capture *kf_capture_open(const struct kf_capture_config *config, struct kf_error *error)
{
    const size_t room = config->room ? config->room : KF_CAPTURE_ROOM;
    struct kf_capture *capture = calloc(1, sizeof *capture + room);
    char head[KF_CAPTURE_HEAD], why[KF_ERRNO_TEXT_MAX];
    int failed = 0;
    if (!capture) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for a capture");
        return NULL;
    }
    pthread_mutex_init(&capture->lock, NULL);
    pthread_cond_init(&capture->news, NULL);
    capture->ring = (struct kf_ring){.bytes = capture->room, .room = room};
    capture->start_ns = config->start_ns;
    (void)snprintf(capture->name, sizeof capture->name, "%s", config->path);
    kf_ring_put(&capture->ring, head, kf_capture_put_head(head, config->source, config->wall_ns));
    capture->fd = open_file(config->path, config->overwrite, error);
    if (capture->fd < 0) {
        destroy(capture);
        return NULL;
    }
    failed = kf_thread_start(&capture->thread, run, capture);
    if (failed) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, failed, "cannot start the capture's thread: %s",
                     kf_errno_text(failed, why));
        (void)close(capture->fd);
        destroy(capture);
        return NULL;
    }
    return capture;
}

void kf_capture_put(struct kf_capture *capture, int64_t now_ns, const uint8_t *bytes, size_t count)
{
    const size_t most = KF_CAPTURE_BYTES;
    if (!capture)
        return;
    pthread_mutex_lock(&capture->lock);
    while (count > 0 && capture->status == KF_OK) {
        const size_t part = count < most ? count : most;
        put_record(capture, now_ns - capture->start_ns, (uint32_t)part, bytes);
        bytes += part;
        count -= part;
    }
    pthread_cond_signal(&capture->news);
    pthread_mutex_unlock(&capture->lock);
}

void kf_capture_gone(struct kf_capture *capture, int64_t now_ns)
{
    if (!capture)
        return;
    pthread_mutex_lock(&capture->lock);
    if (capture->status == KF_OK)
        put_record(capture, now_ns - capture->start_ns, KF_CAPTURE_GONE, NULL);
    pthread_cond_signal(&capture->news);
    pthread_mutex_unlock(&capture->lock);
}

enum kf_status kf_capture_state(struct kf_capture *capture, struct kf_error *error)
{
    enum kf_status status = KF_OK;
    if (!capture)
        return KF_OK;
    pthread_mutex_lock(&capture->lock);
    status = capture->status;
    if (status != KF_OK && error)
        *error = capture->error;
    pthread_mutex_unlock(&capture->lock);
    return status;
}

enum kf_status kf_capture_close(struct kf_capture *capture, struct kf_error *error)
{
    uint8_t end[KF_CAPTURE_RECORD];
    enum kf_status status = KF_OK;
    if (!capture)
        return KF_OK;
    pthread_mutex_lock(&capture->lock);
    capture->closing = true;
    if (capture->status == KF_OK) {
        kf_capture_put_record(end, capture->last_ns, 0);
        kf_ring_put(&capture->ring, end, sizeof end);
    }
    pthread_cond_signal(&capture->news);
    pthread_mutex_unlock(&capture->lock);
    pthread_join(capture->thread, NULL);
    if (close(capture->fd) != 0)
        stop(capture, KF_ERR_IO, errno, NULL);
    status = kf_capture_state(capture, error);
    destroy(capture);
    return status;
}
