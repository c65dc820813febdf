/* pty.c - live bytes from a pseudo-terminal that a program answers on: a port without hardware. */
#include "config.h"

#include "source/kind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static void pty_close(struct kf_source *source)
{
    struct kf_device *pty = (struct kf_device *)source;

    (void)close(pty->descriptor.fd);
    free(pty);
}

static const struct kf_source_ops plain_ops = {
    .read = kf_device_read,
    .write = kf_device_write,
    .poll_fd = kf_device_poll_fd,
    .close = pty_close,
};

/* Makes the source, and owns `fd` from here on, also when it fails. */
static struct kf_source *adopt(int fd, const char *name, struct kf_error *error)
{
    struct kf_device *pty = calloc(1, sizeof *pty);

    if (!pty) {
        (void)close(fd);
        kf_error_set(error, KF_ERR_INTERNAL, ENOMEM, "out of memory for '%s'", name);
        return NULL;
    }
    pty->base.ops = &plain_ops;
    pty->base.live = true;
    kf_source_printable(pty->base.name, sizeof pty->base.name, name);
    pty->descriptor = (struct kf_descriptor){.fd = fd, .device = true, .name = pty->base.name};
    return &pty->base;
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
    const struct kf_device *pty = (const struct kf_device *)source;
    struct termios line;
    char why[KF_ERRNO_TEXT_MAX];

    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (speeds[i].baud != baud)
            continue;
        if (tcgetattr(pty->descriptor.fd, &line) != 0 || cfsetspeed(&line, speeds[i].name) != 0 ||
            tcsetattr(pty->descriptor.fd, TCSANOW, &line) != 0)
            return kf_error_set(error, KF_ERR_UNAVAILABLE, errno, "cannot set '%s' to %u baud: %s", source->name, baud,
                                kf_errno_text(errno, why));
        (void)tcflush(pty->descriptor.fd, TCIFLUSH);
    }
    return KF_OK;
}

static const struct kf_source_ops pty_ops = {
    .read = kf_device_read,
    .write = kf_device_write,
    .poll_fd = kf_device_poll_fd,
    .set_baud = pty_set_baud,
    .close = pty_close,
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
    source = adopt(fd, name, error);
    if (source && (baud != 0 || hunts))
        source->ops = &pty_ops;
    if (source && baud != 0)
        (void)pty_set_baud(source, baud, NULL);
    if (source)
        source->hunts = hunts;
    return source;
}

const struct kf_source_kind kf_source_pty = {
    .scheme = "pty",
    .summary = "pty:PATH, a pseudo-terminal, as from kneefold simulate --pty",
    .open = pty_open,
};
