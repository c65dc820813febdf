/* usb.h - fake USB serial ports, by umockdev: enumerated with their metadata, plugged in and out, under any name.
 *
 * The ports exist for this process and its children only. Their other sides are descriptors here, on which the test
 * plays the pod. */
#ifndef USB_H
#define USB_H

#include <stdbool.h>

struct usb; /* all ports there are */

/* Starts this program anew with the two libraries preloaded, once. False, with the reason on stdout: they are not
 * there. */
bool usb_preload(char **argv);

struct usb *usb_open(void);
void usb_close(struct usb *usb);

/* A pod with this serial number ("": none) appears in a socket ("1-2") as /dev/NAME, which serves once. Returns the
 * pod's side, non-blocking. */
int usb_plug(struct usb *usb, const char *name, const char *socket, const char *serial);
/* And goes, whatever is open. `pod` is what usb_plug returned. */
void usb_unplug(struct usb *usb, const char *name, const char *socket, int pod);

#endif
