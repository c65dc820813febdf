/* serve.h - the other end of a source: a pty, TCP port or local socket on which a simulated pod can be reached.
 *
 * One client at a time; the next may come when it has left. Nothing here blocks, sleeps or reads a clock. Used by
 * `kneefold simulate` and by tests of the live sources. Order: one of the opens, then connected / read / write, close.
 * SIGPIPE is never raised. */
#ifndef KF_SERVE_H
#define KF_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/error.h"

struct kf_serve {
    int listen_fd;    /* -1 for a pty */
    int fd;           /* the client, or the pty's master; -1: nobody */
    char where[256];  /* what a client opens: "/dev/pts/3", "tcp:127.0.0.1:5000", "unix:/tmp/x" */
    char remove[108]; /* the socket's path, to be removed at close; "" none */
};

/* A pseudo-terminal in raw mode; `where` is its slave. */
enum kf_status kf_serve_pty(struct kf_serve *serve, struct kf_error *error);
/* "HOST:PORT", "[::1]:PORT" or "PORT" (loopback only); port 0 takes a free one, which `where` then names. */
enum kf_status kf_serve_tcp(struct kf_serve *serve, const char *address, struct kf_error *error);
/* A socket left behind by a program that died is replaced; anything else at `path` is refused. */
enum kf_status kf_serve_unix(struct kf_serve *serve, const char *path, struct kf_error *error);

/* Whether somebody is there now; takes a client that waits. */
bool kf_serve_connected(struct kf_serve *serve);
/* To wait on: for POLLIN when nobody is there, for POLLIN and POLLOUT else. -1: a pty nobody has open. */
int kf_serve_poll_fd(const struct kf_serve *serve, bool connected);

/* Bytes taken or got; KF_ERR_AGAIN when the client is slow or silent; KF_ERR_END when it has left (and is forgotten).
 */
int kf_serve_write(struct kf_serve *serve, const uint8_t *bytes, size_t count);
int kf_serve_read(struct kf_serve *serve, uint8_t *bytes, size_t capacity);

void kf_serve_close(struct kf_serve *serve); /* takes one that failed to open, or was closed already */

#endif
