/* kind.h - what the kinds of sources share: their rows, printable names, error texts, and descriptors.
 *
 * Only files of this room include it. A new kind is one file with one `const struct kf_source_kind` and one row in
 * source.c's table. */
#ifndef KF_SOURCE_KIND_H
#define KF_SOURCE_KIND_H

#include <sys/stat.h>

#include "source/source.h"

extern const struct kf_source_kind kf_source_serial; /* serial.c */
extern const struct kf_source_kind kf_source_tcp;    /* socket.c */
extern const struct kf_source_kind kf_source_unix;   /* socket.c */
extern const struct kf_source_kind kf_source_pty;    /* pty.c */
extern const struct kf_source_kind kf_source_file;   /* file.c */
extern const struct kf_source_kind kf_source_sim;    /* sim_source.c */

/* Copies `text`, which may come from anywhere, as printable UTF-8: control characters (C0, DEL, C1), line separators
 * and direction marks, and bytes that are not UTF-8 become '?'. What does not fit loses its head: "...runs/x.csv".
 * Always terminated; `capacity` >= 8. Returns `out`. */
char *kf_source_printable(char *out, size_t capacity, const char *text);

/* An open descriptor of a device or a socket, non-blocking. */
struct kf_descriptor {
    int fd;
    bool device;      /* a terminal device: an idle one and one hung up both read as nothing */
    const char *name; /* printable, for messages; outlives this */
};

/* Non-blocking read and write with the meanings of kf_source_read and kf_source_write. EINTR is retried, writing to a
 * closed connection raises no SIGPIPE. */
int kf_descriptor_read(const struct kf_descriptor *descriptor, uint8_t *bytes, size_t capacity, struct kf_error *error);
int kf_descriptor_write(const struct kf_descriptor *descriptor, const uint8_t *bytes, size_t count,
                        struct kf_error *error);

/* What a source that is one descriptor starts with, and its `read`, `write` and `poll_fd`. */
struct kf_device {
    struct kf_source base;
    struct kf_descriptor descriptor;
};
int kf_device_read(struct kf_source *source, int64_t now_ns, uint8_t *bytes, size_t capacity, struct kf_error *error);
int kf_device_write(struct kf_source *source, const uint8_t *bytes, size_t count, struct kf_error *error);
int kf_device_poll_fd(const struct kf_source *source);

/* Takes the advisory lock that keeps two programs off one device; the kernel drops it when the descriptor closes.
 * KF_ERR_UNAVAILABLE with *error naming the holder, when it can be found. `name` is printable. */
enum kf_status kf_descriptor_lock(int fd, const char *name, struct kf_error *error);

/* A pseudo-terminal that was named as a serial port: told the speed `baud`, where it is not 0; `hunts` as in source.h.
 * NULL with *error. */
struct kf_source *kf_pty_open(const char *path, unsigned baud, bool hunts, struct kf_error *error);

/* Names who keeps `device` (of stat) from us: the holder of its lock, else a process that has it open.
 * "screen (process 1234)" or "this program", printable. False when it cannot be seen: another user's process, or no
 * /proc. */
bool kf_holder_find(const struct stat *device, char *out, size_t capacity);
/* Fills *error for a device that another keeps from us, or this program under another name. `device` may be NULL. */
void kf_busy(struct kf_error *error, const char *name, const struct stat *device);

#endif
