/* socket.c - live bytes from a TCP or local socket that listens for us. Connecting takes its time, and where nobody
 * answers, seconds: so a source begins unconnected and is looked after by whoever would read it, who never waits.
 *
 * A name is looked up (lookup.h), its addresses are tried one after the other, and the first that lets us in is read. A
 * local socket whose queue is full says so at once and has no way to wait for its turn, so it is asked again. */
#include "config.h"

#include "source/kind.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "source/lookup.h"

#define LOOKUP_NS INT64_C(10000000000) /* for a name: resolvers ask twice, for 5 s each */
#define CONNECT_NS INT64_C(5000000000) /* over all addresses of a host */
#define LOOK_NS (KF_CONNECT_LOOK_MS * INT64_C(1000000))

struct socket_source {
    struct kf_source base;
    struct kf_descriptor descriptor; /* its fd is -1 while there is none */
    bool connected;
    struct kf_error refused;  /* why there will be no connection; code KF_OK: it may yet be */
    struct kf_lookup *lookup; /* of a name, while it is looked up */
    struct addrinfo *found;   /* all addresses, until connected */
    struct addrinfo local;    /* or that of a local socket */
    struct sockaddr_un local_address;
    const struct addrinfo *at;         /* the one that is tried */
    int64_t end_ns, share_ns, look_ns; /* of this try, or of the lookup; of each address; when to look again */
};

static int stop(struct socket_source *source, const struct kf_error *why, struct kf_error *error)
{
    if (source->descriptor.fd >= 0)
        (void)close(source->descriptor.fd);
    source->descriptor.fd = -1;
    source->refused = *why;
    if (error)
        *error = *why;
    return why->code;
}

/* ---- connecting ---- */

static const char *hint_for(int os_errno)
{
    switch (os_errno) {
    case ECONNREFUSED:
        return "start the pod's program first; it has to listen there";
    case ENOENT:
        return "nothing has made that socket yet: start the program that listens";
    case EACCES:
    case EPERM:
        return "the socket belongs to another user; see ls -l";
    case ENOTSOCK:
        return "it is no socket; a recording is file:PATH";
    case EAGAIN:
        return "the program that listens lets nobody in: does it serve another one, or has it stopped?";
    default:
        return "check the address, and that both are on the same network";
    }
}

static int refuse(struct socket_source *source, int os_errno, struct kf_error *error)
{
    struct kf_error why;
    char text[KF_ERRNO_TEXT_MAX];

    kf_error_set(&why, KF_ERR_UNAVAILABLE, os_errno, "cannot connect to '%s': %s", source->base.name,
                 os_errno == EAGAIN ? "it does not answer" : kf_errno_text(os_errno, text));
    kf_error_hint(&why, "%s", hint_for(os_errno));
    return stop(source, &why, error);
}

static int refuse_name(struct socket_source *source, const char *reason, struct kf_error *error)
{
    struct kf_error why;

    kf_error_set(&why, KF_ERR_UNAVAILABLE, 0, "cannot find host of '%s': %s", source->base.name, reason);
    kf_error_hint(&why, "check the name, or use the pod's address in numbers");
    return stop(source, &why, error);
}

/* What has come of the address at hand: 0 connected; EINPROGRESS and EAGAIN: not yet; else why not. */
static int try_address(struct socket_source *source)
{
    struct pollfd entry = {.fd = source->descriptor.fd, .events = POLLOUT};
    int outcome = 0;
    socklen_t size = sizeof outcome;

    if (entry.fd >= 0) {
        if (poll(&entry, 1, 0) <= 0)
            return EINPROGRESS;
        return getsockopt(entry.fd, SOL_SOCKET, SO_ERROR, &outcome, &size) == 0 ? outcome : errno;
    }
    entry.fd = socket(source->at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (entry.fd < 0)
        return errno;
    outcome = connect(entry.fd, source->at->ai_addr, source->at->ai_addrlen) == 0 ? 0 : errno;
    if (outcome == EAGAIN) {
        (void)close(entry.fd);
        return EAGAIN;
    }
    source->descriptor.fd = entry.fd;
    return outcome == EINPROGRESS || outcome == EINTR ? try_address(source) : outcome;
}

static void be_connected(struct socket_source *source)
{
    int on = 1;

    source->connected = true;
    if (source->at->ai_family != AF_UNIX) /* commands are a few bytes each and should not wait for more */
        (void)setsockopt(source->descriptor.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (source->found)
        freeaddrinfo(source->found);
    source->found = NULL;
    source->at = NULL;
}

static int try_addresses(struct socket_source *source, int64_t now_ns, struct kf_error *error)
{
    int outcome = ETIMEDOUT;

    while (source->at) {
        outcome = try_address(source);
        if (outcome == 0) {
            be_connected(source);
            return KF_OK;
        }
        if ((outcome == EINPROGRESS || outcome == EAGAIN) && now_ns < source->end_ns) {
            source->look_ns = now_ns + LOOK_NS;
            return KF_ERR_AGAIN;
        }
        if (source->descriptor.fd >= 0)
            (void)close(source->descriptor.fd);
        source->descriptor.fd = -1;
        source->at = source->at->ai_next;
        source->end_ns = now_ns + source->share_ns;
    }
    return refuse(source, outcome == EINPROGRESS ? ETIMEDOUT : outcome, error);
}

static void start_trying(struct socket_source *source, const struct addrinfo *first, int64_t now_ns)
{
    int count = 0;

    for (const struct addrinfo *one = first; one; one = one->ai_next)
        count++;
    source->at = first;
    source->share_ns = CONNECT_NS / count;
    source->end_ns = now_ns + source->share_ns;
}

static int look_up(struct socket_source *source, int64_t now_ns, struct kf_error *error)
{
    const char *why = "no answer";
    enum kf_status status = kf_lookup_take(source->lookup, &source->found, &why);

    if (source->end_ns == INT64_MIN)
        source->end_ns = now_ns + LOOKUP_NS;
    if (status == KF_ERR_AGAIN && now_ns < source->end_ns) {
        source->look_ns = now_ns + LOOK_NS;
        return KF_ERR_AGAIN;
    }
    kf_lookup_close(source->lookup);
    source->lookup = NULL;
    if (status != KF_OK)
        return refuse_name(source, why, error);
    start_trying(source, source->found, now_ns);
    return KF_OK;
}

static int socket_connect(struct kf_source *base, int64_t now_ns, struct kf_error *error)
{
    struct socket_source *source = (struct socket_source *)base;
    int status = KF_OK;

    if (source->connected)
        return KF_OK;
    if (source->refused.code != KF_OK)
        return stop(source, &source->refused, error);
    if (source->lookup)
        status = look_up(source, now_ns, error);
    else if (source->end_ns == INT64_MIN)
        start_trying(source, source->found ? source->found : &source->local, now_ns);
    return status == KF_OK ? try_addresses(source, now_ns, error) : status;
}

/* ---- the source ---- */

static int socket_read(struct kf_source *base, int64_t now_ns, uint8_t *bytes, size_t capacity, struct kf_error *error)
{
    const int status = socket_connect(base, now_ns, error);

    return status == KF_OK ? kf_descriptor_read(&((struct socket_source *)base)->descriptor, bytes, capacity, error)
                           : status;
}

static int socket_write(struct kf_source *base, const uint8_t *bytes, size_t count, struct kf_error *error)
{
    struct socket_source *source = (struct socket_source *)base;

    if (source->refused.code != KF_OK)
        return stop(source, &source->refused, error);
    return source->connected ? kf_descriptor_write(&source->descriptor, bytes, count, error) : KF_ERR_AGAIN;
}

static int socket_poll_fd(const struct kf_source *base)
{
    const struct socket_source *source = (const struct socket_source *)base;

    return source->connected ? source->descriptor.fd : -1;
}

static int64_t socket_wake_ns(const struct kf_source *base, int64_t now_ns)
{
    const struct socket_source *source = (const struct socket_source *)base;

    if (source->connected)
        return INT64_MAX;
    return source->look_ns == INT64_MIN || source->refused.code != KF_OK ? now_ns : source->look_ns;
}

static void socket_close(struct kf_source *base)
{
    struct socket_source *source = (struct socket_source *)base;

    if (source->descriptor.fd >= 0)
        (void)close(source->descriptor.fd);
    if (source->found)
        freeaddrinfo(source->found);
    kf_lookup_close(source->lookup);
    free(source);
}

static const struct kf_source_ops socket_ops = {
    .connect = socket_connect,
    .read = socket_read,
    .write = socket_write,
    .poll_fd = socket_poll_fd,
    .wake_ns = socket_wake_ns,
    .close = socket_close,
};

static struct socket_source *make_source(const char *name, struct kf_error *error)
{
    struct socket_source *source = calloc(1, sizeof *source);

    if (!source) {
        kf_error_set(error, KF_ERR_INTERNAL, ENOMEM, "out of memory for '%s'", name);
        return NULL;
    }
    source->base.ops = &socket_ops;
    source->base.live = true;
    kf_source_printable(source->base.name, sizeof source->base.name, name);
    source->descriptor = (struct kf_descriptor){.fd = -1, .name = source->base.name};
    source->end_ns = source->look_ns = INT64_MIN;
    return source;
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

static struct kf_source *tcp_open(const char *rest, struct kf_error *error)
{
    struct socket_source *source;
    char host[256], port[8], name[128];

    if (!split_host(rest, host, sizeof host, port, sizeof port)) {
        kf_error_set(error, KF_ERR_ARG, 0, "'tcp:%s' is not tcp:HOST:PORT",
                     kf_source_printable(name, sizeof name, rest));
        kf_error_hint(error, "for example tcp:192.168.4.1:5000, tcp:pod.local:5000 or tcp:[fe80::1%%wlan0]:5000");
        return NULL;
    }
    source = make_source(rest, error);
    if (!source)
        return NULL;
    source->found = kf_lookup_numbers(host, port);
    if (!source->found)
        source->lookup = kf_lookup_begin(host, port);
    if (source->found || source->lookup)
        return &source->base;
    (void)refuse_name(source, kf_errno_text(errno, (char[KF_ERRNO_TEXT_MAX]){0}), error);
    socket_close(&source->base);
    return NULL;
}

static struct kf_source *unix_open(const char *rest, struct kf_error *error)
{
    struct socket_source *source;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[128];

    if (rest[0] == '\0' || strlen(rest) >= sizeof address.sun_path) {
        kf_error_set(error, KF_ERR_ARG, 0, "'unix:%s' names no socket: the path has to have 1 to %zu bytes",
                     kf_source_printable(name, sizeof name, rest), sizeof address.sun_path - 1);
        kf_error_hint(error, "unix:PATH, where a program listens");
        return NULL;
    }
    source = make_source(rest, error);
    if (!source)
        return NULL;
    memcpy(address.sun_path, rest, strlen(rest) + 1);
    source->local_address = address;
    source->local = (struct addrinfo){.ai_family = AF_UNIX,
                                      .ai_addr = (struct sockaddr *)&source->local_address,
                                      .ai_addrlen = sizeof source->local_address};
    return &source->base;
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
