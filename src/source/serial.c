/* serial.c - pods on real serial ports, through libserialport 0.1.1 for opening, line settings and listing. Reading
 * and writing go to its descriptor directly: the library's reads cannot tell an unplugged port from an idle one, and
 * its writes fail when the buffer is full. It locks nothing and leaks its descriptor to children; both are mended. */
#include "config.h"

#include "source/kind.h"
#include "source/serial.h"

#include <errno.h>
#include <fcntl.h>
#include <libserialport.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { BAUD_MIN = 50, BAUD_MAX = 12000000 };

struct serial_source {
    struct kf_device device;
    int lock_fd; /* holds the lock */
    struct sp_port *port;
    bool exclusive; /* TIOCEXCL is ours to take back */
    struct kf_serial_port identity;
    char path[108]; /* printable, for messages; leaves room for " @ 12000000" in base.name */
};

static void serial_close(struct kf_source *source)
{
    struct serial_source *serial = (struct serial_source *)source;

    if (serial->exclusive)
        (void)ioctl(serial->device.descriptor.fd, TIOCNXCL);
    if (serial->device.descriptor.fd >= 0)
        (void)sp_close(serial->port);
    sp_free_port(serial->port);
    if (serial->lock_fd >= 0)
        (void)close(serial->lock_fd);
    free(serial);
}

/* Splits "PATH[@BAUD]"; *baud is 0 without one. */
static enum kf_status split_baud(const char *rest, char *path, size_t capacity, int *baud, struct kf_error *error)
{
    const char *at = strrchr(rest, '@');
    size_t length = at ? (size_t)(at - rest) : strlen(rest);
    char name[128], *end;
    long number = 0;

    kf_source_printable(name, sizeof name, rest);
    if (at) {
        number = strtol(at + 1, &end, 10);
        if (at[1] < '0' || at[1] > '9' || *end != '\0' || number < BAUD_MIN || number > BAUD_MAX) {
            kf_error_set(error, KF_ERR_ARG, 0, "'%s' has no usable speed behind its '@'", name);
            kf_error_hint(error, "a speed is a number from %d to %d, for example @921600; without one it is found",
                          BAUD_MIN, BAUD_MAX);
            return KF_ERR_ARG;
        }
    }
    if (length == 0 || length >= capacity) {
        kf_error_set(error, KF_ERR_ARG, 0, "no serial port named in 'serial:%s'", name);
        kf_error_hint(error, "for example serial:/dev/ttyACM0@115200; kneefold ports lists what is there");
        return KF_ERR_ARG;
    }
    memcpy(path, rest, length);
    path[length] = '\0';
    *baud = (int)number;
    return KF_OK;
}

/* Refuses to open `path` for what errno says. */
static enum kf_status refuse_port(const char *path, int os_errno, struct kf_error *error)
{
    char name[128], why[KF_ERRNO_TEXT_MAX];
    struct stat info;

    kf_source_printable(name, sizeof name, path);
    kf_error_set(error, KF_ERR_UNAVAILABLE, os_errno, "cannot open '%s': %s", name, kf_errno_text(os_errno, why));
    switch (os_errno) {
    case EACCES:
    case EPERM:
        kf_error_hint(error, "join the group that owns it (mostly dialout): sudo usermod -aG dialout $USER; "
                             "then log in again");
        break;
    case EBUSY:
        kf_busy(error, name, stat(path, &info) == 0 ? &info : NULL);
        break;
    case ENOENT:
    case ENXIO:
    case ENODEV:
        kf_error_hint(error, "is the pod plugged in and switched on? kneefold ports lists what is there");
        break;
    default:
        kf_error_hint(error, "kneefold ports lists the ports there are");
        break;
    }
    return KF_ERR_UNAVAILABLE;
}

static enum kf_status refuse_no_port(const char *path, struct kf_error *error)
{
    char name[128];
    struct stat info;

    kf_source_printable(name, sizeof name, path);
    kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "cannot open '%s': not a serial port", name);
    if (stat(path, &info) == 0 && S_ISCHR(info.st_mode))
        kf_error_hint(error, "kneefold ports lists the ports there are; pty:%s takes any terminal device", name);
    else
        kf_error_hint(error, "a recording is file:%s", name);
    return KF_ERR_UNAVAILABLE;
}

/* The library could not open the device: for what errno says, or because it is a terminal of another sort. */
static enum kf_status refuse_library(const char *path, enum sp_return outcome, struct kf_error *error)
{
    int os_errno = outcome == SP_ERR_FAIL ? sp_last_error_code() : 0;

    return os_errno != 0 && os_errno != ENOTTY ? refuse_port(path, os_errno, error) : refuse_no_port(path, error);
}

/* 8 data bits, no parity, one stop bit, no flow control; a speed of 0 is left as it is. */
static enum kf_status set_line(struct sp_port *port, const char *name, int baud, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX] = "the port does not know that speed";

    if (sp_set_bits(port, 8) == SP_OK && sp_set_parity(port, SP_PARITY_NONE) == SP_OK &&
        sp_set_stopbits(port, 1) == SP_OK && sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE) == SP_OK &&
        (baud == 0 || sp_set_baudrate(port, baud) == SP_OK))
        return KF_OK;
    if (sp_last_error_code() != 0 && sp_last_error_code() != EINVAL)
        kf_errno_text(sp_last_error_code(), why);
    kf_error_set(error, KF_ERR_UNAVAILABLE, sp_last_error_code(), "cannot set '%s' to %d baud, 8N1: %s", name, baud,
                 why);
    kf_error_hint(error, "try another speed, for example @115200");
    return KF_ERR_UNAVAILABLE;
}

static void tell_speed(struct serial_source *serial, unsigned baud)
{
    if (baud == 0)
        (void)snprintf(serial->device.base.name, sizeof serial->device.base.name, "%s", serial->path);
    else
        (void)snprintf(serial->device.base.name, sizeof serial->device.base.name, "%s @ %u", serial->path, baud);
}

static enum kf_status serial_set_baud(struct kf_source *source, unsigned baud, struct kf_error *error)
{
    struct serial_source *serial = (struct serial_source *)source;

    if (set_line(serial->port, serial->path, (int)baud, error) != KF_OK)
        return KF_ERR_UNAVAILABLE;
    (void)sp_flush(serial->port, SP_BUF_INPUT);
    tell_speed(serial, baud);
    return KF_OK;
}

static const struct kf_source_ops serial_ops = {
    .read = kf_device_read,
    .write = kf_device_write,
    .poll_fd = kf_device_poll_fd,
    .set_baud = serial_set_baud,
    .close = serial_close,
};

/* Locks the port before the library sees it: the library's open changes the line's settings, and those of a port in
 * use are not ours. */
static enum kf_status lock_port(struct serial_source *serial, const char *path, struct kf_error *error)
{
    serial->lock_fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (serial->lock_fd < 0)
        return refuse_port(path, errno, error);
    return kf_descriptor_lock(serial->lock_fd, serial->path, error);
}

/* Opens the port at the real name `path`; what it has opened it leaves to serial_close. */
static enum kf_status open_port(struct serial_source *serial, const char *path, int baud, struct kf_error *error)
{
    enum sp_return outcome;
    int fd = -1;

    if (lock_port(serial, path, error) != KF_OK)
        return KF_ERR_UNAVAILABLE;
    outcome = sp_open(serial->port, SP_MODE_READ_WRITE);
    if (outcome != SP_OK)
        return refuse_library(path, outcome, error);
    if (sp_get_port_handle(serial->port, &fd) != SP_OK || fd < 0) {
        (void)sp_close(serial->port);
        return refuse_no_port(path, error);
    }
    serial->device.descriptor = (struct kf_descriptor){.fd = fd, .device = true, .name = serial->path};
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    /* The lock keeps out programs that ask for it, this the others (but for root). */
    serial->exclusive = ioctl(fd, TIOCEXCL) == 0;
    if (set_line(serial->port, serial->path, baud, error) != KF_OK)
        return KF_ERR_UNAVAILABLE;
    /* What came in before the speed was set is noise. */
    (void)sp_flush(serial->port, SP_BUF_INPUT);
    return KF_OK;
}

/* The library's handle of `path`, or NULL. It takes real names only, and /dev/serial/by-id holds links: `real` gets
 * the name that counts (PATH_MAX bytes), "" when there is no such file. */
static struct sp_port *find_port(const char *path, char *real)
{
    struct sp_port *port = NULL;

    (void)snprintf(real, PATH_MAX, "%s", path);
    if (sp_get_port_by_name(path, &port) == SP_OK)
        return port;
    if (!realpath(path, real)) {
        real[0] = '\0';
        return NULL;
    }
    return sp_get_port_by_name(real, &port) == SP_OK ? port : NULL;
}

/* A text of the library, which may be NULL and comes from the device. */
static void copy_text(char *out, size_t capacity, const char *text)
{
    kf_source_printable(out, capacity, text ? text : "");
}

/* Where it is plugged in: of sysfs' ".../1-2/1-2:1.0/ttyUSB0" the USB interface, "1-2:1.0". */
static void find_location(struct kf_serial_port *port)
{
    const char *slash = strrchr(port->path, '/');
    char link[96], real[PATH_MAX], *part;

    (void)snprintf(link, sizeof link, "/sys/class/tty/%.40s/device", slash ? slash + 1 : port->path);
    if (!realpath(link, real))
        return;
    while ((part = strrchr(real, '/')) != NULL) {
        if (strchr(part, ':') && strchr(part, '-')) {
            copy_text(port->usb_location, sizeof port->usb_location, part + 1);
            return;
        }
        *part = '\0';
    }
}

static void describe_port(struct kf_serial_port *out, const struct sp_port *port)
{
    int vendor = 0, product = 0;

    *out = (struct kf_serial_port){0};
    copy_text(out->path, sizeof out->path, sp_get_port_name(port));
    copy_text(out->description, sizeof out->description, sp_get_port_description(port));
    out->usb = sp_get_port_transport(port) == SP_TRANSPORT_USB;
    if (!out->usb)
        return;
    if (sp_get_port_usb_vid_pid(port, &vendor, &product) == SP_OK) {
        out->usb_vendor = (uint16_t)vendor;
        out->usb_product = (uint16_t)product;
    }
    find_location(out);
    copy_text(out->usb_manufacturer, sizeof out->usb_manufacturer, sp_get_port_usb_manufacturer(port));
    copy_text(out->usb_name, sizeof out->usb_name, sp_get_port_usb_product(port));
    copy_text(out->usb_serial, sizeof out->usb_serial, sp_get_port_usb_serial(port));
}

/* Makes the source around `port`, which it owns from here on, also when it fails. */
static struct serial_source *create(struct sp_port *port, const char *path, int baud, struct kf_error *error)
{
    struct serial_source *serial = calloc(1, sizeof *serial);

    if (!serial) {
        sp_free_port(port);
        kf_error_set(error, KF_ERR_INTERNAL, ENOMEM, "out of memory for a serial port");
        return NULL;
    }
    serial->device.base.ops = &serial_ops;
    serial->device.base.live = true;
    serial->port = port;
    serial->lock_fd = -1;
    serial->device.descriptor.fd = -1;
    kf_source_printable(serial->path, sizeof serial->path, path);
    serial->device.base.hunts = baud == 0;
    tell_speed(serial, (unsigned)baud);
    describe_port(&serial->identity, port);
    return serial;
}

static struct kf_source *serial_open(const char *rest, struct kf_error *error)
{
    struct serial_source *serial;
    struct sp_port *port;
    char path[PATH_MAX], real[PATH_MAX];
    int baud;

    if (split_baud(rest, path, sizeof path, &baud, error) != KF_OK)
        return NULL;
    port = find_port(path, real);
    if (!port && real[0] == '\0') {
        refuse_port(path, errno, error);
        return NULL;
    }
    if (!port && strncmp(real, "/dev/pts/", 9) == 0)
        return kf_pty_open(real, (unsigned)baud, baud == 0, error);
    if (!port) {
        refuse_no_port(path, error);
        return NULL;
    }
    serial = create(port, real, baud, error);
    if (serial && open_port(serial, real, baud, error) != KF_OK) {
        serial_close(&serial->device.base);
        return NULL;
    }
    return serial ? &serial->device.base : NULL;
}

const struct kf_source_kind kf_source_serial = {
    .scheme = "serial",
    .summary = "serial:/dev/ttyACM0[@921600], a pod on a USB cable or radio (also its /dev/serial/by-id name)",
    .open = serial_open,
};

int kf_serial_list(struct kf_serial_port *ports, unsigned capacity, struct kf_error *error)
{
    struct sp_port **list = NULL; /* the library may fail without setting it */
    int count = 0;

    if (sp_list_ports(&list) != SP_OK || !list) {
        char why[KF_ERRNO_TEXT_MAX];

        return kf_error_set(error, KF_ERR_UNAVAILABLE, sp_last_error_code(), "cannot list the serial ports: %s",
                            kf_errno_text(sp_last_error_code(), why));
    }
    for (; list[count]; count++)
        if ((unsigned)count < capacity)
            describe_port(&ports[count], list[count]);
    sp_free_port_list(list);
    return count;
}

bool kf_serial_is(const struct kf_serial_port *port, const struct kf_serial_port *wanted)
{
    const char *interface = strchr(port->usb_location, ':'), *wanted_interface = strchr(wanted->usb_location, ':');

    if (!wanted->usb)
        return strcmp(port->path, wanted->path) == 0;
    if (!port->usb || port->usb_vendor != wanted->usb_vendor || port->usb_product != wanted->usb_product)
        return false;
    if (wanted->usb_serial[0] == '\0')
        return strcmp(port->usb_location, wanted->usb_location) == 0;
    return strcmp(port->usb_serial, wanted->usb_serial) == 0 &&
           strcmp(interface ? interface : "", wanted_interface ? wanted_interface : "") == 0;
}

bool kf_serial_find(const struct kf_serial_port *wanted, struct kf_serial_port *found)
{
    struct sp_port **list = NULL;
    bool is = false;

    if (sp_list_ports(&list) != SP_OK || !list)
        return false;
    for (unsigned i = 0; !is && list[i]; i++) {
        describe_port(found, list[i]);
        is = kf_serial_is(found, wanted);
    }
    sp_free_port_list(list);
    return is;
}

const struct kf_serial_port *kf_serial_identity(const struct kf_source *source)
{
    return source->ops == &serial_ops ? &((const struct serial_source *)source)->identity : NULL;
}
