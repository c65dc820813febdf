/* source.h - where bytes come from: one row of function pointers a kind.
 *
 * A source is opened from a URI and then read by one thread, which polls its descriptor:
 *
 *     serial:/dev/ttyACM0[@921600]  a real port (a bare /dev path means this); by-id links and ptys are fine, too;
 *                                   without a speed kf_source_hunts is true, and hunt.h says what to try
 *     tcp:HOST:PORT                 connects; tcp:[::1]:5000 for IPv6 numbers
 *     unix:PATH                     connects to a listening local socket
 *     pty:PATH                      any terminal device, opened raw, its speed untouched
 *     file:PATH, file:-, -          a file, pipe or standard input, plain or gzip (a bare existing path means this); of
 *                                   a capture (capture_format.h) the bytes it holds
 *     sim:key=value,...             the simulator
 *
 * Opening may allocate and, by kf_source_open, take a while: up to 10 s to look a name up and 5 s to connect.
 * kf_source_begin never waits: its tcp: or unix: source connects while it is read, or by kf_source_connect. Once
 * connected nothing allocates.
 * Not thread-safe: one thread owns a source. Nothing here reads a clock. Every close takes NULL.
 *
 * The loop of a live reader: poll poll_fd (when it is not -1) until wake_ns, then read once; a count below `capacity`
 * or KF_ERR_AGAIN means that nothing more is there now, so poll again. A reader that has no other work (analyze) just
 * reads until KF_ERR_END: regular files never say KF_ERR_AGAIN, a pipe says it only when a signal came. */
#ifndef KF_SOURCE_H
#define KF_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/error.h"

struct kf_source; /* opaque; made by kf_source_open */

struct kf_source_kind {
    const char *scheme;  /* "serial", "tcp", "unix", "file", "pty", "sim" */
    const char *summary; /* one line for people: what follows the colon, and what it is */
    /* Opens `rest` (what follows the colon) without waiting for anybody: that is left to ops->connect. NULL on failure,
     * with *error filled (text and hint). */
    struct kf_source *(*open)(const char *rest, struct kf_error *error);
};

/* What every kind's struct starts with; only the kinds and source.c look inside. */
struct kf_source_ops {
    /* As kf_source_connect. NULL: opening was all. */
    int (*connect)(struct kf_source *source, int64_t now_ns, struct kf_error *error);
    /* Bytes read (> 0) or a status, see kf_source_read. `capacity` is never 0. */
    int (*read)(struct kf_source *source, int64_t now_ns, uint8_t *bytes, size_t capacity, struct kf_error *error);
    /* Bytes taken by the pod, or a negative status. NULL: cannot write. */
    int (*write)(struct kf_source *source, const uint8_t *bytes, size_t count, struct kf_error *error);
    /* Descriptor to poll for reading, or -1: wake by time alone. NULL: -1. */
    int (*poll_fd)(const struct kf_source *source);
    /* Monotonic time at which read will have something new without the descriptor saying so; INT64_MAX never, and
     * NULL means never. */
    int64_t (*wake_ns)(const struct kf_source *source, int64_t now_ns);
    /* How far a source of known size has been read. NULL: unknown. */
    bool (*progress)(const struct kf_source *source, uint64_t *done_bytes, uint64_t *total_bytes);
    /* Changes the line's speed; what came in before is thrown away. NULL: it has none. */
    enum kf_status (*set_baud)(struct kf_source *source, unsigned baud, struct kf_error *error);
    /* When the bytes last read came to the host that captured them. NULL, or false: the source does not know. */
    bool (*host_ns)(const struct kf_source *source, int64_t *host_ns);
    /* As kf_source_anew. NULL: false. */
    bool (*anew)(const struct kf_source *source);
    void (*close)(struct kf_source *source);
};

struct kf_source {
    const struct kf_source_ops *ops;
    char name[128]; /* for people: "sim", "/dev/ttyACM0 @ 921600" (printable) */
    bool live;      /* cannot be rewound or sped up */
    bool hunts;     /* a port whose speed was left open: hunt.h finds it */
};

/* Opens any URI, in this order: "-"; a known scheme; a /dev path (serial); another existing path (file, or unix for a
 * socket). NULL with *error: KF_ERR_ARG for what is no source, KF_ERR_NO_INPUT for what is not there or not ours to
 * read, KF_ERR_UNAVAILABLE for a device, host or peer that is absent or busy. */
struct kf_source *kf_source_open(const char *uri, struct kf_error *error);

/* The same at once: whether a peer lets us in is not known yet. */
struct kf_source *kf_source_begin(const char *uri, struct kf_error *error);

enum { KF_CONNECT_LOOK_MS = 20 }; /* how often a connection under way is looked at */

/* Looks after a connection under way: KF_OK it stands; KF_ERR_AGAIN not yet, ask again at kf_source_wake_ns;
 * KF_ERR_UNAVAILABLE with *error: nobody is there, or nobody has answered in time, and never will. The time runs from
 * the first call, by now_ns. A source that connects to nothing is KF_OK. */
int kf_source_connect(struct kf_source *source, int64_t now_ns, struct kf_error *error);

/* Reads into `bytes`. `now_ns` is the monotonic time of this wake-up, for sources that make their own time (sim) or are
 * still connecting (KF_ERR_AGAIN meanwhile, or as kf_source_connect); the others ignore it. Returns the count (1 ..
 * capacity) or KF_ERR_AGAIN        nothing now KF_ERR_END          ended as it should: end of file, or the peer closed
 * its connection KF_ERR_UNAVAILABLE  gone: unplugged, hung up, connection lost; opening it anew may work later
 *     KF_ERR_DATA         a compressed file or a capture is damaged or cut off; all that was readable has been
 *                         delivered before
 *     KF_ERR_IO           reading failed midway
 *     KF_ERR_ARG          capacity is 0
 * All but KF_ERR_AGAIN fill *error, and say the same when asked again. */
int kf_source_read(struct kf_source *source, int64_t now_ns, uint8_t *bytes, size_t capacity, struct kf_error *error);

/* Writes command bytes to the pod. Returns the count taken (may be fewer than asked for), KF_ERR_AGAIN when the
 * device's buffer is full now, KF_ERR_UNAVAILABLE when it is gone or this kind takes no commands, KF_ERR_IO. */
int kf_source_write(struct kf_source *source, const uint8_t *bytes, size_t count, struct kf_error *error);

/* Descriptor to poll for POLLIN, or -1: wake by time alone. */
int kf_source_poll_fd(const struct kf_source *source);

/* Monotonic time at which read has something new without the descriptor saying so: INT64_MAX never, `now_ns` or
 * earlier at once (a regular file). */
int64_t kf_source_wake_ns(const struct kf_source *source, int64_t now_ns);

/* For a progress line: bytes consumed of the file's size, both as stored (compressed, if it is). False, and neither
 * is touched, when the size is unknown (pipes, devices, sim). */
bool kf_source_progress(const struct kf_source *source, uint64_t *done_bytes, uint64_t *total_bytes);

/* Of a capture: when the bytes last read came to the host that stored them, ns since its start. False, and *host_ns is
 * not touched, when the source has no such times. */
bool kf_source_host_ns(const struct kf_source *source, int64_t *host_ns);

/* Of a capture: whether the source it was made of had hung up, or changed its speed, between the bytes last read and
 * those before. They are not to be joined. */
bool kf_source_anew(const struct kf_source *source);

/* Whether the speed was left open, so that the caller has to find it. */
bool kf_source_hunts(const struct kf_source *source);

/* Sets a serial port's speed, baud; its name tells it. KF_ERR_UNAVAILABLE with *error: this port has no such speed, or
 * the kind has none at all. */
enum kf_status kf_source_set_baud(struct kf_source *source, unsigned baud, struct kf_error *error);

const char *kf_source_name(const struct kf_source *source); /* printable, for people */
bool kf_source_live(const struct kf_source *source);        /* true: cannot be rewound or sped up */

void kf_source_close(struct kf_source *source);

#endif
