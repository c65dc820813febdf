/* stream.c - live bytes through a descriptor: a TCP or local socket that listens for us, or a pseudo-terminal that a
 * program answers on. All three are read the same way; they differ in how they are opened and in what can go wrong. */
#include "config.h"

#include "source/kind.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

/* A connection gets 5 s over all addresses of a host. Waiting is counted in slices, since this room reads no clock:
 * a signal uses up a slice. */
enum { CONNECT_SLICES = 50, SLICE_MS = 100 };

struct stream_source {
    struct kf_source base;
    struct kf_descriptor descriptor;
};

static int stream_read(struct kf_source *source, int64_t now_ns, uint8_t *bytes, size_t capacity,
                       struct kf_error *error)
{
    (void)now_ns;
    return kf_descriptor_read(&((struct stream_source *)source)->descriptor, bytes, capacity, error);
}

static int stream_write(struct kf_source *source, const uint8_t *bytes, size_t count, struct kf_error *error)
{
    return kf_descriptor_write(&((struct stream_source *)source)->descriptor, bytes, count, error);
}

static int stream_poll_fd(const struct kf_source *source)
{
    return ((const struct stream_source *)source)->descriptor.fd;
}

static void stream_close(struct kf_source *source)
{
    struct stream_source *stream = (struct stream_source *)source;

    (void)close(stream->descriptor.fd);
    free(stream);
}

static const struct kf_source_ops stream_ops = {
    .read = stream_read,
    .write = stream_write,
    .poll_fd = stream_poll_fd,
    .close = stream_close,
};

/* Makes the source, and owns `fd` from here on, also when it fails. */
static struct kf_source *adopt(int fd, bool device, const char *name, struct kf_error *error)
{
    struct stream_source *stream = calloc(1, sizeof *stream);

    if (!stream) {
        (void)close(fd);
        kf_error_set(error, KF_ERR_INTERNAL, ENOMEM, "out of memory for '%s'", name);
        return NULL;
    }
    stream->base.ops = &stream_ops;
    stream->base.live = true;
    kf_source_printable(stream->base.name, sizeof stream->base.name, name);
    stream->descriptor = (struct kf_descriptor){.fd = fd, .device = device, .name = stream->base.name};
    return &stream->base;
}

/* Waits for a connection under way. 0, or the errno it failed with. */
static int await_connection(int fd, int slices)
{
    struct pollfd entry = {.fd = fd, .events = POLLOUT};
    int outcome = 0;
    socklen_t size = sizeof outcome;

    for (; slices > 0; slices--)
        if (poll(&entry, 1, SLICE_MS) > 0)
            return getsockopt(fd, SOL_SOCKET, SO_ERROR, &outcome, &size) == 0 ? outcome : errno;
    return ETIMEDOUT;
}

/* A connected, non-blocking socket; -1 with errno. */
static int connect_to(int family, const struct sockaddr *address, socklen_t length, int slices)
{
    int outcome = 0, fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (connect(fd, address, length) != 0)
        outcome = errno == EINPROGRESS || errno == EINTR ? await_connection(fd, slices) : errno;
    if (outcome == 0)
        return fd;
    (void)close(fd);
    errno = outcome;
    return -1;
}

/* Splits "HOST:PORT" or "[v6]:PORT". False when it is neither, or the port is no number from 1 to 65535. */
static bool split_host(const char *rest, char *host, size_t capacity, char *port, size_t port_capacity)
{
    const char *colon = strrchr(rest, ':');
    const char *from = rest;
    size_t length, digits;
    long number;

    if (!colon)
        return false;
    length = (size_t)(colon - rest);
    if (length >= 2 && rest[0] == '[' && rest[length - 1] == ']') {
        from++;
        length -= 2;
    } else if (memchr(rest, ':', length)) {
        return false;
    }
    digits = strspn(colon + 1, "0123456789");
    if (length == 0 || length >= capacity || digits == 0 || digits >= port_capacity || colon[1 + digits] != '\0')
        return false;
    number = strtol(colon + 1, NULL, 10);
    (void)snprintf(host, capacity, "%.*s", (int)length, from);
    (void)snprintf(port, port_capacity, "%ld", number);
    return number >= 1 && number <= 65535;
}

static struct kf_source *refuse_connection(const char *name, int os_errno, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];

    kf_error_set(error, KF_ERR_UNAVAILABLE, os_errno, "cannot connect to '%s': %s", name, kf_errno_text(os_errno, why));
    switch (os_errno) {
    case ECONNREFUSED:
        kf_error_hint(error, "start the pod's program first; it has to listen there");
        break;
    case ENOENT:
        kf_error_hint(error, "nothing has made that socket yet: start the program that listens");
        break;
    case EACCES:
    case EPERM:
        kf_error_hint(error, "the socket belongs to another user; see ls -l");
        break;
    case ENOTSOCK:
        kf_error_hint(error, "it is no socket; a recording is file:PATH");
        break;
    default:
        kf_error_hint(error, "check the address, and that both are on the same network");
        break;
    }
    return NULL;
}

static struct kf_source *tcp_open(const char *rest, struct kf_error *error)
{
    struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    char host[256], port[8], name[128];
    int outcome, count = 0, fd = -1, on = 1, os_errno = 0;

    kf_source_printable(name, sizeof name, rest);
    if (!split_host(rest, host, sizeof host, port, sizeof port)) {
        kf_error_set(error, KF_ERR_ARG, 0, "'tcp:%s' is not tcp:HOST:PORT", name);
        kf_error_hint(error, "for example tcp:192.168.4.1:5000, tcp:pod.local:5000 or tcp:[fe80::1%%wlan0]:5000");
        return NULL;
    }
    outcome = getaddrinfo(host, port, &wanted, &list);
    if (outcome != 0) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, outcome == EAI_SYSTEM ? errno : 0, "cannot find host of '%s': %s", name,
                     gai_strerror(outcome));
        kf_error_hint(error, "check the name, or use the pod's address in numbers");
        return NULL;
    }
    for (const struct addrinfo *one = list; one; one = one->ai_next)
        count++;
    for (const struct addrinfo *one = list; one && fd < 0; one = one->ai_next) {
        fd = connect_to(one->ai_family, one->ai_addr, one->ai_addrlen,
                        count < CONNECT_SLICES ? CONNECT_SLICES / count : 1);
        if (fd < 0)
            os_errno = errno;
    }
    freeaddrinfo(list);
    if (fd < 0)
        return refuse_connection(name, os_errno, error);
    /* Commands are a few bytes each and should not wait for more. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return adopt(fd, false, name, error);
}

static struct kf_source *unix_open(const char *rest, struct kf_error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[128];
    int fd;

    kf_source_printable(name, sizeof name, rest);
    if (rest[0] == '\0' || strlen(rest) >= sizeof address.sun_path) {
        kf_error_set(error, KF_ERR_ARG, 0, "'unix:%s' names no socket: the path has to have 1 to %zu bytes", name,
                     sizeof address.sun_path - 1);
        kf_error_hint(error, "unix:PATH, where a program listens");
        return NULL;
    }
    memcpy(address.sun_path, rest, strlen(rest) + 1);
    fd = connect_to(AF_UNIX, (const struct sockaddr *)&address, sizeof address, CONNECT_SLICES);
    return fd < 0 ? refuse_connection(name, errno, error) : adopt(fd, false, name, error);
}

/* Eight bits through, both ways, nothing interpreted: no echo, no signals, no flow control. False with errno. */
static bool make_raw(int fd)
{
    struct termios line;

    if (tcgetattr(fd, &line) != 0)
        return false;
    line.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | INPCK | ISTRIP | INLCR | IGNCR | ICRNL | IXON | IXOFF);
    line.c_oflag &= ~(tcflag_t)OPOST;
    line.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    line.c_cflag &= ~(tcflag_t)(CSIZE | PARENB | CSTOPB);
    line.c_cflag |= CS8 | CREAD | CLOCAL;
    line.c_cc[VMIN] = 1;
    line.c_cc[VTIME] = 0;
    return tcsetattr(fd, TCSANOW, &line) == 0;
}

static struct kf_source *refuse_terminal(const char *name, int os_errno, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];

    kf_error_set(error, KF_ERR_UNAVAILABLE, os_errno, "cannot open '%s': %s", name,
                 os_errno == ENOTTY ? "not a terminal device" : kf_errno_text(os_errno, why));
    if (os_errno == ENOTTY)
        kf_error_hint(error, "a recording is file:%s", name);
    else if (os_errno == EACCES || os_errno == EPERM)
        kf_error_hint(error, "it belongs to another user; see ls -l %s", name);
    else
        kf_error_hint(error, "the program that made it may have ended: kneefold simulate --pty prints its name");
    return NULL;
}

/* A pseudo-terminal has no speed; it hands it on to the program on its other side, if it is one of POSIX's or Linux's
 * names. */
static enum kf_status pty_set_baud(struct kf_source *source, unsigned baud, struct kf_error *error)
{
    static const struct {
        unsigned baud;
        speed_t name;
    } speeds[] = {
        {9600, B9600},   {19200, B19200},   {38400, B38400},
#ifdef B921600
        {57600, B57600}, {115200, B115200}, {230400, B230400}, {460800, B460800}, {921600, B921600},
#endif
    };
    const struct stream_source *stream = (const struct stream_source *)source;
    struct termios line;
    char why[KF_ERRNO_TEXT_MAX];

    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (speeds[i].baud != baud)
            continue;
        if (tcgetattr(stream->descriptor.fd, &line) != 0 || cfsetspeed(&line, speeds[i].name) != 0 ||
            tcsetattr(stream->descriptor.fd, TCSANOW, &line) != 0)
            return kf_error_set(error, KF_ERR_UNAVAILABLE, errno, "cannot set '%s' to %u baud: %s", source->name, baud,
                                kf_errno_text(errno, why));
        (void)tcflush(stream->descriptor.fd, TCIFLUSH);
    }
    return KF_OK;
}

static const struct kf_source_ops pty_ops = {
    .read = stream_read,
    .write = stream_write,
    .poll_fd = stream_poll_fd,
    .set_baud = pty_set_baud,
    .close = stream_close,
};

static struct kf_source *pty_open(const char *rest, struct kf_error *error)
{
    if (rest[0] == '\0') {
        kf_error_set(error, KF_ERR_ARG, 0, "no device named in 'pty:'");
        kf_error_hint(error, "for example pty:/dev/pts/3; kneefold simulate --pty prints its name");
        return NULL;
    }
    return kf_pty_open(rest, 0, false, error);
}

struct kf_source *kf_pty_open(const char *path, unsigned baud, bool hunts, struct kf_error *error)
{
    struct kf_source *source;
    char name[128];
    int fd;

    kf_source_printable(name, sizeof name, path);
    fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return refuse_terminal(name, errno, error);
    if (!isatty(fd)) {
        (void)close(fd);
        return refuse_terminal(name, ENOTTY, error);
    }
    /* The lock comes first: another program's line settings are not ours to change. TIOCEXCL would stay in force for
     * as long as the program on the other side keeps its end open, and so outlive us; a lock does not. */
    if (kf_descriptor_lock(fd, name, error) != KF_OK) {
        (void)close(fd);
        return NULL;
    }
    if (!make_raw(fd)) {
        int os_errno = errno;

        (void)close(fd);
        return refuse_terminal(name, os_errno, error);
    }
    source = adopt(fd, true, name, error);
    if (source && (baud != 0 || hunts))
        source->ops = &pty_ops;
    if (source && baud != 0)
        (void)pty_set_baud(source, baud, NULL);
    if (source)
        source->hunts = hunts;
    return source;
}

const struct kf_source_kind kf_source_tcp = {
    .scheme = "tcp",
    .summary = "tcp:HOST:PORT, a pod or program that listens on the network",
    .open = tcp_open,
};

const struct kf_source_kind kf_source_unix = {
    .scheme = "unix",
    .summary = "unix:PATH, a program that listens on a local socket",
    .open = unix_open,
};

const struct kf_source_kind kf_source_pty = {
    .scheme = "pty",
    .summary = "pty:PATH, a pseudo-terminal, as from kneefold simulate --pty",
    .open = pty_open,
};
