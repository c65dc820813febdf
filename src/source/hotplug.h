/* hotplug.h - a descriptor that becomes readable when a serial port appears, so that waiting for a pod needs no looking
 * around. With libudev alone; without it, or where no udev runs, there is no descriptor and the caller looks by time.
 */
#ifndef KF_HOTPLUG_H
#define KF_HOTPLUG_H

#include <stdbool.h>

struct kf_hotplug;

/* NULL when this build or machine cannot tell; that is no fault. Allocates. */
struct kf_hotplug *kf_hotplug_open(void);
int kf_hotplug_fd(const struct kf_hotplug *hotplug); /* to poll for POLLIN; -1 of NULL */
/* Takes all news there are; whether a port has appeared. Never blocks. False of NULL. */
bool kf_hotplug_take(struct kf_hotplug *hotplug);
void kf_hotplug_close(struct kf_hotplug *hotplug); /* takes NULL */

#endif
