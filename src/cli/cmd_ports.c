/* cmd_ports.c - `kneefold ports`: which serial ports there are, so that a person can name one to `live`, and with
 * --probe what speaks on them. */
#include "config.h"

#include <argp.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/probe.h"
#include "app/settings_apply.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/complain.h"
#include "cli/interrupt.h"
#include "source/serial.h"

enum { PORTS_MAX = 64, OPTION_PROBE = 0x300 };

#define LOOK_NS INT64_C(200000000) /* how often the progress line looks for news */

static const char doc[] =
    "List the serial ports of this machine with their USB names, or of the PORTs named.\v"
    "--probe opens each, listens at the speeds pods talk at, and asks a silent one in every format to describe itself "
    "and to start; it takes some 6 seconds, all ports at once. With pod.format set, as by -o pod.format=witmotion, it "
    "looks for that format alone, as live does; pod.csv.columns says what a pod's bare numbers are.";

static const struct argp_option argp_options[] = {
    {"probe", OPTION_PROBE, NULL, 0, "say what speaks on each port", 0},
    {0},
};

struct options {
    struct kf_common common;
    struct kf_engine_config config; /* what the settings say of pods */
    bool probe;
    unsigned count;
    const char *named[PORTS_MAX];
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->common;
        return 0;
    case OPTION_PROBE:
        options->probe = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->count == PORTS_MAX)
            kf_complain_usage(state, "at most %d ports at a time", PORTS_MAX);
        options->named[options->count++] = arg;
        return 0;
    case ARGP_KEY_SUCCESS:
        if (options->count > 0 && !options->probe)
            kf_complain_usage(state, "naming ports is for --probe");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void print_port(const struct kf_serial_port *port)
{
    printf("%-16s %s", port->path, port->description);
    if (port->usb)
        printf("  [%04x:%04x%s%s%s%s]", (unsigned)port->usb_vendor, (unsigned)port->usb_product,
               *port->usb_manufacturer ? " " : "", port->usb_manufacturer, *port->usb_serial ? ", serial " : "",
               port->usb_serial);
    putchar('\n');
}

/* ---- probing ---- */

struct probing {
    unsigned count;
    struct kf_probe *probe[PORTS_MAX];
};

/* The time at which something is due next; false when all have ended. */
static bool next_wake(const struct probing *all, int64_t *wake_ns)
{
    bool any = false;
    for (unsigned i = 0; i < all->count; i++) {
        const int64_t one_ns = kf_probe_wake_ns(all->probe[i]);
        any = any || kf_probe_outcome(all->probe[i]) == KF_PROBE_RUNNING;
        *wake_ns = one_ns < *wake_ns ? one_ns : *wake_ns;
    }
    return any;
}

static void show_progress(const struct probing *all)
{
    unsigned left = 0;
    for (unsigned i = 0; i < all->count; i++)
        left += kf_probe_outcome(all->probe[i]) == KF_PROBE_RUNNING;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, left > 0 ? "\rlistening on %u port%s ... " : "\r\033[K", left, left == 1 ? "" : "s");
}

/* Steps all of them until the last has ended or a signal came. */
static void run_probes(struct probing *all)
{
    struct pollfd fds[PORTS_MAX] = {{0}};
    int64_t now_ns = kf_clock_monotonic_ns(), wake_ns = now_ns + LOOK_NS;
    while (kf_interrupt_status() == 0 && next_wake(all, &wake_ns)) {
        show_progress(all);
        for (unsigned i = 0; i < all->count; i++)
            fds[i] = (struct pollfd){.fd = kf_probe_poll_fd(all->probe[i]), .events = POLLIN};
        const int64_t wait_ns = wake_ns > now_ns ? wake_ns - now_ns : 0;
        if (poll(fds, all->count, (int)((wait_ns + 999999) / 1000000)) < 0 && errno != EINTR)
            break;
        now_ns = kf_clock_monotonic_ns();
        for (unsigned i = 0; i < all->count; i++)
            kf_probe_step(all->probe[i], now_ns, fds[i].revents != 0);
        wake_ns = now_ns + LOOK_NS;
    }
    show_progress(&(struct probing){.count = 0});
}

static bool open_probe(struct probing *all, const char *uri, const struct kf_engine_config *config)
{
    all->probe[all->count] = kf_probe_open(uri, config);
    if (!all->probe[all->count])
        return false;
    all->count++;
    return true;
}

static int probe_ports(const struct options *options, const struct kf_serial_port *port, unsigned count)
{
    struct probing all = {.count = 0};
    struct kf_error error = {0};
    char text[1024];
    int status = EX_OK;
    for (unsigned i = 0; status == EX_OK && i < (options->count > 0 ? options->count : count); i++)
        if (!open_probe(&all, options->count > 0 ? options->named[i] : port[i].path, &options->config)) {
            (void)kf_error_set(&error, KF_ERR_UNAVAILABLE, 0, "not enough memory to probe so many ports");
            status = kf_complain(&error);
        }
    if (status == EX_OK)
        run_probes(&all);
    for (unsigned i = 0; i < all.count; i++) {
        if (options->count > 0)
            puts(options->named[i]);
        else
            print_port(&port[i]);
        printf("    %s\n", kf_probe_say(all.probe[i], text, sizeof text));
        kf_probe_close(all.probe[i]);
    }
    return status == EX_OK ? kf_interrupt_status() : status;
}

/* ---- the command ---- */

/* What --probe looks for; what live would not take is refused. Returns 0, or the exit status, everything said. */
static int read_settings(struct options *options)
{
    struct kf_error error = {0};
    const int status = kf_common_settings(&options->common);
    if (status != 0)
        return status;
    options->config = kf_settings_engine(&options->common.layers.settings);
    struct kf_engine *engine = kf_engine_create(&options->config, NULL, &error);
    if (!engine)
        return kf_complain(&error);
    kf_engine_destroy(engine);
    return 0;
}

static int ports(int argc, char **argv)
{
    static const struct argp_child children[] = {{&kf_common_settings_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {argp_options, parse, "[PORT...]", doc, children, NULL, NULL};
    static struct kf_serial_port port[PORTS_MAX];
    struct options options = {.probe = false};
    struct kf_error error;
    int count = 0, status = 0;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    if (options.probe && (status = read_settings(&options)) != 0)
        return status;
    if (options.probe)
        kf_interrupt_catch();
    if (options.count > 0)
        return probe_ports(&options, NULL, 0);
    count = kf_serial_list(port, PORTS_MAX, &error);
    if (count < 0)
        return kf_complain(&error);
    if (count == 0)
        puts("No serial port found. Plug the pod in, or try `kneefold demo`: it needs none.");
    if (options.probe)
        return probe_ports(&options, port, (unsigned)(count < PORTS_MAX ? count : PORTS_MAX));
    for (int i = 0; i < count && i < PORTS_MAX; i++)
        print_port(&port[i]);
    if (count > PORTS_MAX)
        printf("... and %d more\n", count - PORTS_MAX);
    return EX_OK;
}

const struct kf_command kf_command_ports = {"ports", "list serial ports with their USB names", ports};
