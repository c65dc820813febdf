/* usb.c - see usb.h. */
#include "usb.h"

#ifdef HAVE_UMOCKDEV

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <umockdev.h>
#include <unistd.h>

#define HUB "/devices/pci0000:00/0000:00:14.0/usb1/"

struct usb {
    UMockdevTestbed *bed;
};

static const char shim[] = "tests/live/tiocm_shim.so", umockdev[] = "libumockdev-preload.so.0";

/* What the program is linked with that wants to be first: a sanitizer's library. */
static void sanitizer_path(char *out, size_t capacity)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "re");
    out[0] = '\0';
    while (maps && out[0] == '\0' && fgets(line, sizeof line, maps)) {
        char *path = strchr(line, '/');
        if (path && strstr(path, "/libasan.so"))
            (void)snprintf(out, capacity, "%.*s:", (int)strcspn(path, "\n"), path);
    }
    if (maps)
        (void)fclose(maps);
}

bool usb_preload(char **argv)
{
    char here[4096], list[8192], first[600];
    if (getenv("KF_USB_PRELOADED"))
        return true;
    if (!realpath(shim, here)) {
        puts("SKIP: tests/live/tiocm_shim.so is not built");
        return false;
    }
    sanitizer_path(first, sizeof first);
    (void)snprintf(list, sizeof list, "%s%s:%s", first, here, umockdev);
    (void)setenv("LD_PRELOAD", list, 1);
    (void)setenv("KF_USB_PRELOADED", "1", 1);
    (void)execv("/proc/self/exe", argv);
    puts("SKIP: cannot start anew with umockdev preloaded");
    return false;
}

static void add(struct usb *usb, const char *description)
{
    GError *error = NULL;
    if (umockdev_testbed_add_from_string(usb->bed, description, &error))
        return;
    fprintf(stderr, "usb: %s\n", error->message);
    abort();
}

struct usb *usb_open(void)
{
    struct usb *usb = calloc(1, sizeof *usb);
    if (!usb)
        abort();
    usb->bed = umockdev_testbed_new();
    /* A machine always has terminals; one without any cannot be listed. */
    add(usb, "P: /devices/virtual/tty/console\nN: console\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/console\n\n");
    return usb;
}

void usb_close(struct usb *usb)
{
    g_object_unref(usb->bed);
    free(usb);
}

static const char *tty_path(char out[256], const char *name, const char *socket)
{
    (void)snprintf(out, 256, "/sys" HUB "%s/%s:1.0/%s/tty/%s", socket, socket, name, name);
    return out;
}

int usb_plug(struct usb *usb, const char *name, const char *socket, const char *serial)
{
    char text[2048], number[128] = "", node[64], path[256];
    if (serial[0] != '\0')
        (void)snprintf(number, sizeof number, "A: serial=%s\\n\n", serial);
    (void)snprintf(text, sizeof text,
                   "P: " HUB "%s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nA: idVendor=2341\\n\nA: idProduct=805a\\n\n"
                   "A: busnum=1\\n\nA: devnum=5\\n\nA: manufacturer=Arduino\\n\nA: product=Nano 33 BLE\\n\n%s\n"
                   "P: " HUB "%s/%s:1.0\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n\n"
                   "P: " HUB "%s/%s:1.0/%s\nE: SUBSYSTEM=usb-serial\n\n"
                   "P: " HUB
                   "%s/%s:1.0/%s/tty/%s\nN: %s\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/%s\nL: device=../../../%s\n\n",
                   socket, number, socket, socket, socket, socket, name, socket, socket, name, name, name, name, name);
    add(usb, text);
    (void)snprintf(node, sizeof node, "/dev/%s", name);
    const int pod = umockdev_testbed_get_dev_fd(usb->bed, node);
    (void)fcntl(pod, F_SETFL, O_NONBLOCK);
    (void)fcntl(pod, F_SETFD, FD_CLOEXEC);
    umockdev_testbed_uevent(usb->bed, tty_path(path, name, socket), "add");
    return pod;
}

void usb_unplug(struct usb *usb, const char *name, const char *socket, int pod)
{
    char path[256], *root = umockdev_testbed_get_root_dir(usb->bed);
    umockdev_testbed_uevent(usb->bed, tty_path(path, name, socket), "remove");
    umockdev_testbed_remove_device(usb->bed, path); /* from the port up, each takes its links along */
    (void)snprintf(path, sizeof path, "/sys" HUB "%s/%s:1.0/%s", socket, socket, name);
    umockdev_testbed_remove_device(usb->bed, path);
    (void)snprintf(path, sizeof path, "/sys" HUB "%s/%s:1.0", socket, socket);
    umockdev_testbed_remove_device(usb->bed, path);
    (void)snprintf(path, sizeof path, "/sys" HUB "%s", socket);
    umockdev_testbed_remove_device(usb->bed, path);
    (void)snprintf(path, sizeof path, "%s/dev/%s", root, name);
    (void)unlink(path);
    (void)close(pod);
    g_free(root);
}

#else

#include <stdio.h>

bool usb_preload(char **argv)
{
    (void)argv;
    puts("SKIP: built without umockdev");
    return false;
}

struct usb *usb_open(void)
{
    return NULL;
}

void usb_close(struct usb *usb)
{
    (void)usb;
}

int usb_plug(struct usb *usb, const char *name, const char *socket, const char *serial)
{
    (void)usb;
    (void)name;
    (void)socket;
    (void)serial;
    return -1;
}

void usb_unplug(struct usb *usb, const char *name, const char *socket, int pod)
{
    (void)usb;
    (void)name;
    (void)socket;
    (void)pod;
}

#endif
