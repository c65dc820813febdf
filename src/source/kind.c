/* kind.c - the parts every kind of source needs and none should write anew: names that cannot upset a terminal, and
 * reads that tell silence from an end and an end from a loss. */
#include "config.h"

#include "source/kind.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/utf8.h"

/* Takes no column, or turns the direction: zero width, joiners, isolates, byte order mark. */
static bool is_invisible(uint32_t point)
{
    return (point >= 0x200b && point <= 0x200f) || (point >= 0x2060 && point <= 0x206f) || point == 0xfeff;
}

/* Bytes of the character at `text`; `bad` when it must not be printed. */
static size_t character_length(const char *text, bool *bad)
{
    uint32_t point;
    const size_t length = kf_utf8_decode(text, 4, &point);

    *bad = length == 0 || kf_utf8_is_control(point) || is_invisible(point);
    return length > 0 ? length : 1;
}

char *kf_source_printable(char *out, size_t capacity, const char *text)
{
    static const char gap[] = "...";
    size_t total = 0, at = 0, length;
    bool bad;

    for (const char *s = text; *s != '\0'; s += length) {
        length = character_length(s, &bad);
        total += bad ? 1 : length;
    }
    if (total >= capacity) {
        for (; total > capacity - sizeof gap; text += length) {
            length = character_length(text, &bad);
            total -= bad ? 1 : length;
        }
        memcpy(out, gap, sizeof gap - 1);
        at = sizeof gap - 1;
    }
    for (; *text != '\0'; text += length) {
        length = character_length(text, &bad);
        memcpy(out + at, bad ? "?" : text, bad ? 1 : length);
        at += bad ? 1 : length;
    }
    out[at] = '\0';
    return out;
}

static int gone(const struct kf_descriptor *descriptor, int os_errno, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];

    if (descriptor->device)
        kf_error_set(error, KF_ERR_UNAVAILABLE, os_errno, "'%s' is gone: unplugged or hung up", descriptor->name);
    else
        kf_error_set(error, KF_ERR_UNAVAILABLE, os_errno, "lost the connection to '%s': %s", descriptor->name,
                     kf_errno_text(os_errno, why));
    kf_error_hint(error, "see that the pod has power and is in reach, then start again");
    return KF_ERR_UNAVAILABLE;
}

/* What a failed read or write means. */
static int failed(const struct kf_descriptor *descriptor, const char *verb, int os_errno, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];

    switch (os_errno) {
    case EIO:
    case ENXIO:
    case ENODEV:
    case EPIPE:
    case ENOTCONN:
    case ECONNRESET:
    case ECONNABORTED:
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
        return gone(descriptor, os_errno, error);
    default:
        return kf_error_set(error, KF_ERR_IO, os_errno, "cannot %s '%s': %s", verb, descriptor->name,
                            kf_errno_text(os_errno, why));
    }
}

static bool is_hung_up(int fd)
{
    struct pollfd entry = {.fd = fd, .events = POLLIN};

    return poll(&entry, 1, 0) > 0 && (entry.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

int kf_descriptor_read(const struct kf_descriptor *descriptor, uint8_t *bytes, size_t capacity, struct kf_error *error)
{
    bool hung_up = false;

    for (;;) {
        ssize_t count = read(descriptor->fd, bytes, capacity < INT_MAX ? capacity : INT_MAX);

        if (count > 0)
            return (int)count;
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
            return failed(descriptor, "read", errno, error);
        if (count == 0 && !descriptor->device)
            return kf_error_set(error, KF_ERR_END, 0, "'%s' closed the connection", descriptor->name);
        if (!descriptor->device)
            return KF_ERR_AGAIN;
        if (hung_up)
            return gone(descriptor, 0, error);
        if (!is_hung_up(descriptor->fd))
            return KF_ERR_AGAIN;
        /* The last bytes may have come between the read and the look at the line: read once more. */
        hung_up = true;
    }
}

int kf_descriptor_write(const struct kf_descriptor *descriptor, const uint8_t *bytes, size_t count,
                        struct kf_error *error)
{
    size_t wanted = count < INT_MAX ? count : INT_MAX;

    for (;;) {
        ssize_t taken = descriptor->device ? write(descriptor->fd, bytes, wanted)
                                           : send(descriptor->fd, bytes, wanted, MSG_NOSIGNAL);

        if (taken >= 0)
            return taken == 0 && wanted > 0 ? KF_ERR_AGAIN : (int)taken;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return KF_ERR_AGAIN;
        if (errno != EINTR)
            return failed(descriptor, "write to", errno, error);
    }
}

void kf_busy(struct kf_error *error, const char *name, const struct stat *device)
{
    static const char self[] = "this program";
    char holder[96];

    if (!device || !kf_holder_find(device, holder, sizeof holder))
        (void)snprintf(holder, sizeof holder, "another program");
    kf_error_set(error, KF_ERR_UNAVAILABLE, EBUSY, "cannot open '%s': in use by %s", name, holder);
    kf_error_hint(error, strcmp(holder, self) == 0 ? "it is one pod, named twice: name each pod once"
                                                   : "close the other program first; one device serves one program");
}

enum kf_status kf_descriptor_lock(int fd, const char *name, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];
    struct stat info;

    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return KF_OK;
    if (errno != EWOULDBLOCK)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, errno, "cannot lock '%s': %s", name, kf_errno_text(errno, why));
    kf_busy(error, name, fstat(fd, &info) == 0 ? &info : NULL);
    return KF_ERR_UNAVAILABLE;
}

int kf_device_read(struct kf_source *source, int64_t now_ns, uint8_t *bytes, size_t capacity, struct kf_error *error)
{
    (void)now_ns;
    return kf_descriptor_read(&((struct kf_device *)source)->descriptor, bytes, capacity, error);
}

int kf_device_write(struct kf_source *source, const uint8_t *bytes, size_t count, struct kf_error *error)
{
    return kf_descriptor_write(&((struct kf_device *)source)->descriptor, bytes, count, error);
}

int kf_device_poll_fd(const struct kf_source *source)
{
    return ((const struct kf_device *)source)->descriptor.fd;
}
