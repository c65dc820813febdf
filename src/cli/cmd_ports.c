/* cmd_ports.c - `kneefold ports`: which serial ports there are, so that a person can name one to `live`. */
#include "config.h"

#include <argp.h>
#include <stdio.h>
#include <sysexits.h>

#include "cli/command.h"
#include "cli/complain.h"
#include "source/serial.h"

enum { PORTS_MAX = 64 };

static const char doc[] = "List the serial ports of this machine with their USB names.";

static void print_port(const struct kf_serial_port *port)
{
    printf("%-16s %s", port->path, port->description);
    if (port->usb)
        printf("  [%04x:%04x%s%s%s%s]", (unsigned)port->usb_vendor, (unsigned)port->usb_product,
               *port->usb_manufacturer ? " " : "", port->usb_manufacturer, *port->usb_serial ? ", serial " : "",
               port->usb_serial);
    putchar('\n');
}

static int ports(int argc, char **argv)
{
    static const struct argp argp = {NULL, NULL, NULL, doc, NULL, NULL, NULL};
    static struct kf_serial_port port[PORTS_MAX];
    struct kf_error error;
    if (argp_parse(&argp, argc, argv, 0, NULL, NULL) != 0)
        return EX_USAGE;
    const int count = kf_serial_list(port, PORTS_MAX, &error);
    if (count < 0)
        return kf_complain(&error);
    if (count == 0)
        puts("No serial port found. Plug the pod in, or try `kneefold demo`: it needs none.");
    for (int i = 0; i < count && i < PORTS_MAX; i++)
        print_port(&port[i]);
    if (count > PORTS_MAX)
        printf("... and %d more\n", count - PORTS_MAX);
    return EX_OK;
}

const struct kf_command kf_command_ports = {"ports", "list serial ports with their USB names", ports};
