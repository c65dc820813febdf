/* serial.h - the serial ports of this machine, for people to choose from. */
#ifndef KF_SERIAL_H
#define KF_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kneefold/error.h"

enum { KF_SERIAL_BAUD_DEFAULT = 921600 };

/* One port. Texts are printable and "" when the device does not say. */
struct kf_serial_port {
    char path[64];         /* "/dev/ttyACM0" */
    char description[128]; /* "Nano 33 BLE", or what the system calls it */
    bool usb;              /* the rest is valid */
    uint16_t usb_vendor, usb_product;
    char usb_manufacturer[64];
    char usb_name[64];
    char usb_serial[64]; /* the same after every plugging in: what finds a pod again */
};

/* Fills up to `capacity` ports, ordered as the system lists them. Returns how many there are in all (may be more than
 * `capacity`), or KF_ERR_UNAVAILABLE with *error when the system cannot list them. Allocates and frees. */
int kf_serial_list(struct kf_serial_port *ports, unsigned capacity, struct kf_error *error);

#endif
