/* serial.h - the serial ports of this machine, for people to choose from. */
#ifndef KF_SERIAL_H
#define KF_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kneefold/error.h"
#include "source/source.h"

/* One port. Texts are printable and "" when the device does not say. */
struct kf_serial_port {
    char path[64];         /* "/dev/ttyACM0" */
    char description[128]; /* "Nano 33 BLE", or what the system calls it */
    bool usb;              /* the rest is valid */
    uint16_t usb_vendor, usb_product;
    char usb_manufacturer[64];
    char usb_name[64];
    char usb_serial[64];   /* the same after every plugging in: what finds a pod again */
    char usb_location[64]; /* "1-2:1.0": socket and interface, the same as long as nobody takes another socket */
};

/* Fills up to `capacity` ports, ordered as the system lists them. Returns how many there are in all (may be more than
 * `capacity`), or KF_ERR_UNAVAILABLE with *error when the system cannot list them. Allocates and frees. */
int kf_serial_list(struct kf_serial_port *ports, unsigned capacity, struct kf_error *error);

/* Whether `port` is the pod that `wanted` was: the same USB serial number and interface; of a device without a number
 * the same model in the same socket; of what is not USB the same path. */
bool kf_serial_is(const struct kf_serial_port *port, const struct kf_serial_port *wanted);

/* Looks for that pod among the ports there are now, under whatever name. Allocates and frees. */
bool kf_serial_find(const struct kf_serial_port *wanted, struct kf_serial_port *found);

/* What an open source is, when it is a real port; else NULL. Valid until it is closed. */
const struct kf_serial_port *kf_serial_identity(const struct kf_source *source);

#endif
