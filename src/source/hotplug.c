/* hotplug.c - see hotplug.h. udevd's own events are listened to, not the kernel's: when they come the port has its
 * final owner, group and links. */
#include "config.h"

#include "source/hotplug.h"

#include <stddef.h>

#ifdef HAVE_UDEV

#include <libudev.h>
#include <stdlib.h>
#include <string.h>

struct kf_hotplug {
    struct udev *udev;
    struct udev_monitor *monitor;
};

struct kf_hotplug *kf_hotplug_open(void)
{
    struct kf_hotplug *hotplug = calloc(1, sizeof *hotplug);

    if (!hotplug)
        return NULL;
    hotplug->udev = udev_new();
    if (hotplug->udev)
        hotplug->monitor = udev_monitor_new_from_netlink(hotplug->udev, "udev");
    if (hotplug->monitor && udev_monitor_filter_add_match_subsystem_devtype(hotplug->monitor, "tty", NULL) >= 0 &&
        udev_monitor_enable_receiving(hotplug->monitor) >= 0)
        return hotplug;
    kf_hotplug_close(hotplug);
    return NULL;
}

int kf_hotplug_fd(const struct kf_hotplug *hotplug)
{
    return hotplug ? udev_monitor_get_fd(hotplug->monitor) : -1;
}

bool kf_hotplug_take(struct kf_hotplug *hotplug)
{
    struct udev_device *device;
    bool appeared = false;

    while (hotplug && (device = udev_monitor_receive_device(hotplug->monitor)) != NULL) {
        const char *action = udev_device_get_action(device);

        appeared = appeared || (action && strcmp(action, "remove") != 0);
        (void)udev_device_unref(device);
    }
    return appeared;
}

void kf_hotplug_close(struct kf_hotplug *hotplug)
{
    if (!hotplug)
        return;
    if (hotplug->monitor)
        (void)udev_monitor_unref(hotplug->monitor);
    if (hotplug->udev)
        (void)udev_unref(hotplug->udev);
    free(hotplug);
}

#else

struct kf_hotplug *kf_hotplug_open(void)
{
    return NULL;
}

int kf_hotplug_fd(const struct kf_hotplug *hotplug)
{
    (void)hotplug;
    return -1;
}

bool kf_hotplug_take(struct kf_hotplug *hotplug)
{
    (void)hotplug;
    return false;
}

void kf_hotplug_close(struct kf_hotplug *hotplug)
{
    (void)hotplug;
}

#endif
