/* serve.c - where a simulated pod can be reached: pty, TCP, local socket.
 *
 * A pty's master says POLLHUP while nobody has the slave open, once somebody had: the slave is opened and closed here
 * at first, so that a client's coming and going can be told like a socket's. */
#include "config.h"

#include "source/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

enum { BACKLOG = 1 };

static void clear(struct kf_serve *serve)
{
    *serve = (struct kf_serve){.listen_fd = -1, .fd = -1};
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static bool make_nonblocking(int fd)
{
    const int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

static enum kf_status fail(struct kf_serve *serve, const char *what, int os_errno, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];

    kf_error_set(error, KF_ERR_UNAVAILABLE, os_errno, "cannot listen on %s: %s", what, kf_errno_text(os_errno, why));
    if (os_errno == EADDRINUSE)
        kf_error_hint(error, "a program listens there or a file has that name: choose another (port 0 is a free one)");
    kf_serve_close(serve);
    return KF_ERR_UNAVAILABLE;
}

static bool make_raw(const char *path)
{
    struct termios mode;
    const int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (fd < 0)
        return false;
    const bool got = tcgetattr(fd, &mode) == 0;
    if (got) {
        cfmakeraw(&mode);
        (void)tcsetattr(fd, TCSANOW, &mode);
    }
    (void)close(fd);
    return got;
}

enum kf_status kf_serve_pty(struct kf_serve *serve, struct kf_error *error)
{
    const char *path;

    clear(serve);
    serve->fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (serve->fd < 0 || grantpt(serve->fd) != 0 || unlockpt(serve->fd) != 0 || !(path = ptsname(serve->fd)) ||
        strlen(path) >= sizeof serve->where)
        return fail(serve, "a pseudo-terminal", errno, error);
    memcpy(serve->where, path, strlen(path) + 1);
    if (!make_raw(serve->where) || !make_nonblocking(serve->fd))
        return fail(serve, "a pseudo-terminal", errno, error);
    return KF_OK;
}

/* getaddrinfo() would take 70000 modulo 65536. */
static bool is_port(const char *text)
{
    const size_t digits = strspn(text, "0123456789");
    return digits >= 1 && digits <= 5 && text[digits] == '\0' && strtol(text, NULL, 10) <= 65535;
}

/* Splits "HOST:PORT", "[HOST]:PORT" or "PORT". */
static bool split_address(const char *address, char *host, size_t capacity, const char **port)
{
    const char *colon = strrchr(address, ':');
    const char *from = address, *to = colon;

    *port = colon ? colon + 1 : address;
    if (!colon || colon == address) {
        (void)snprintf(host, capacity, "127.0.0.1");
        return is_port(*port);
    }
    if (*from == '[' && to[-1] == ']') {
        from++;
        to--;
    }
    if (to <= from || (size_t)(to - from) >= capacity || !is_port(*port))
        return false;
    memcpy(host, from, (size_t)(to - from));
    host[to - from] = '\0';
    return true;
}

static int listen_at(const struct addrinfo *info)
{
    const int on = 1;
    const int fd = socket(info->ai_family, info->ai_socktype, info->ai_protocol);

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0 && make_nonblocking(fd))
        return fd;
    const int os_errno = errno;
    (void)close(fd);
    errno = os_errno;
    return -1;
}

/* The port the system gave, for port 0. */
static unsigned bound_port(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage room;
    } name;
    socklen_t length = sizeof name;

    if (getsockname(fd, &name.any, &length) != 0)
        return 0;
    return ntohs(name.any.sa_family == AF_INET6 ? name.v6.sin6_port : name.v4.sin_port);
}

enum kf_status kf_serve_tcp(struct kf_serve *serve, const char *address, struct kf_error *error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    char host[200];
    const char *port;

    clear(serve);
    if (!split_address(address, host, sizeof host, &port)) {
        kf_error_set(error, KF_ERR_ARG, 0, "cannot listen on '%s': that is no HOST:PORT", address);
        kf_error_hint(error, "for example 127.0.0.1:5000");
        return KF_ERR_ARG;
    }
    const int fault = getaddrinfo(host, port, &hints, &found);
    if (fault != 0) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "cannot listen on '%s': %s", address, gai_strerror(fault));
        kf_error_hint(error, "HOST:PORT, for example 127.0.0.1:5000");
        return KF_ERR_UNAVAILABLE;
    }
    serve->listen_fd = listen_at(found);
    const int os_errno = errno;
    freeaddrinfo(found);
    if (serve->listen_fd < 0)
        return fail(serve, address, os_errno, error);
    (void)snprintf(serve->where, sizeof serve->where, strchr(host, ':') ? "tcp:[%s]:%u" : "tcp:%s:%u", host,
                   bound_port(serve->listen_fd));
    return KF_OK;
}

/* True when `path` is a socket on which nobody listens any more. */
static bool is_left_behind(const char *path, const struct sockaddr_un *name)
{
    struct stat info;

    if (lstat(path, &info) != 0 || !S_ISSOCK(info.st_mode))
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return false;
    const bool dead = connect(fd, (const struct sockaddr *)name, sizeof *name) != 0 && errno == ECONNREFUSED;
    close_fd(&fd);
    return dead;
}

enum kf_status kf_serve_unix(struct kf_serve *serve, const char *path, struct kf_error *error)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};

    clear(serve);
    if (*path == '\0' || strlen(path) >= sizeof name.sun_path) {
        kf_error_set(error, KF_ERR_ARG, 0, "cannot listen on '%.80s': a socket's path has 1 to %zu bytes", path,
                     sizeof name.sun_path - 1);
        kf_error_hint(error, "a shorter path, for instance /tmp/pod");
        return KF_ERR_ARG;
    }
    memcpy(name.sun_path, path, strlen(path) + 1);
    if (is_left_behind(path, &name))
        (void)unlink(path);
    serve->listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (serve->listen_fd < 0 || bind(serve->listen_fd, (const struct sockaddr *)&name, sizeof name) != 0)
        return fail(serve, path, errno, error);
    memcpy(serve->remove, path, strlen(path) + 1);
    if (listen(serve->listen_fd, BACKLOG) != 0 || !make_nonblocking(serve->listen_fd))
        return fail(serve, path, errno, error);
    (void)snprintf(serve->where, sizeof serve->where, "unix:%s", path);
    return KF_OK;
}

bool kf_serve_connected(struct kf_serve *serve)
{
    const int on = 1;

    if (serve->listen_fd < 0) {
        struct pollfd state = {.fd = serve->fd};
        return poll(&state, 1, 0) >= 0 && !(state.revents & (POLLHUP | POLLERR | POLLNVAL));
    }
    if (serve->fd >= 0)
        return true;
    serve->fd = accept(serve->listen_fd, NULL, NULL);
    if (serve->fd < 0)
        return false;
    (void)setsockopt(serve->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* refused by local sockets: no matter */
    if (!make_nonblocking(serve->fd))
        close_fd(&serve->fd);
    return serve->fd >= 0;
}

int kf_serve_poll_fd(const struct kf_serve *serve, bool connected)
{
    return connected ? serve->fd : serve->listen_fd;
}

/* A failed transfer: nothing now, or the client has left. */
static int gone_or_slow(struct kf_serve *serve)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        return KF_ERR_AGAIN;
    if (serve->listen_fd >= 0)
        close_fd(&serve->fd);
    return KF_ERR_END;
}

int kf_serve_write(struct kf_serve *serve, const uint8_t *bytes, size_t count)
{
    if (serve->fd < 0)
        return KF_ERR_END;
    const ssize_t done =
        serve->listen_fd < 0 ? write(serve->fd, bytes, count) : send(serve->fd, bytes, count, MSG_NOSIGNAL);
    return done >= 0 ? (int)done : gone_or_slow(serve);
}

int kf_serve_read(struct kf_serve *serve, uint8_t *bytes, size_t capacity)
{
    if (serve->fd < 0)
        return KF_ERR_END;
    const ssize_t done = read(serve->fd, bytes, capacity);
    if (done > 0)
        return (int)done;
    if (done == 0)
        errno = EPIPE;
    return gone_or_slow(serve);
}

void kf_serve_close(struct kf_serve *serve)
{
    close_fd(&serve->fd);
    close_fd(&serve->listen_fd);
    if (serve->remove[0] != '\0')
        (void)unlink(serve->remove);
    serve->remove[0] = '\0';
}
