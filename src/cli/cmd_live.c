/* cmd_live.c - kneefold live: coaches from a pod, or from anything that sends like one. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "cli/command.h"
#include "cli/complain.h"
#include "cli/watch.h"
#include "source/serial.h"

enum { PORTS_MAX = 64 };
enum { OPTION_CAPTURE = 0x300, OPTION_FORCE };

static const char doc[] =
    "Coach from a pod.\v"
    "SOURCE is serial:/dev/ttyACM0[@921600] (a bare /dev path means this), tcp:HOST:PORT, unix:PATH, pty:PATH, "
    "file:PATH or sim:[KEY=VALUE,...]. Without one, the only USB serial port there is. The first relaxed strides "
    "become "
    "the baseline; b starts and stops one by hand.";

static const struct argp_option argp_options[] = {
    {"source", 's', "SOURCE", 0, "where the bytes come from; repeat it for several pods at once", 0},
    {"capture", OPTION_CAPTURE, "FILE", 0, "also store the exact bytes, with the times they came, in a new FILE", 0},
    {"force", OPTION_FORCE, NULL, 0, "let --capture overwrite FILE", 0},
    {0},
};

struct options {
    struct kf_watch watch;
    unsigned sources;
};

static void take_source(struct options *options, const char *source, struct argp_state *state)
{
    for (unsigned i = 0; i < options->sources; i++)
        if (strcmp(options->watch.uri[i], source) == 0 && strncmp(source, "sim:", 4) != 0)
            kf_complain_usage(state, "SOURCE '%s' is named twice", source);
    if (options->sources == KF_PODS_MAX)
        kf_complain_usage(state, "more than %d SOURCEs at a time, with '%s'", KF_PODS_MAX, source);
    options->watch.uri[options->sources++] = source;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->watch;
        return 0;
    case 's':
    case ARGP_KEY_ARG:
        take_source(options, arg, state);
        return 0;
    case OPTION_CAPTURE:
        options->watch.capture_path = arg;
        return 0;
    case OPTION_FORCE:
        options->watch.capture_overwrite = true;
        return 0;
    case ARGP_KEY_SUCCESS:
        if (options->watch.capture_overwrite && !options->watch.capture_path)
            kf_complain_usage(state, "--force is for --capture FILE");
        if (options->watch.capture_path && options->sources > 1)
            kf_complain_usage(
                state, "--capture stores one SOURCE, not %u: the session file (.kfs) that live records holds them all",
                options->sources);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The only USB port there is, into *port (a board's built-in ports have no pod); otherwise an error that says what
 * there is to choose from. */
static enum kf_status find_port(struct kf_serial_port *port, struct kf_error *error)
{
    struct kf_serial_port ports[PORTS_MAX];
    const int count = kf_serial_list(ports, PORTS_MAX, error);
    int found = 0;
    if (count < 0)
        return (enum kf_status)count;
    for (int i = 0; i < count && i < PORTS_MAX; i++)
        if (ports[i].usb && found++ == 0)
            *port = ports[i];
    if (found == 1)
        return KF_OK;
    if (found == 0) {
        (void)kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "no pod: this machine has no USB serial port now");
        kf_error_hint(error, "plug it in, name another source with -s SOURCE, or try `kneefold demo`");
        return KF_ERR_UNAVAILABLE;
    }
    (void)kf_error_set(error, KF_ERR_ARG, 0, "which pod? There are %d USB serial ports", found);
    kf_error_hint(error, "name one: kneefold live -s %s; `kneefold ports` lists them", port->path);
    return KF_ERR_ARG;
}

static int live(int argc, char **argv)
{
    static const struct argp_child children[] = {{&kf_watch_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {argp_options, parse, "[SOURCE...]", doc, children, NULL, NULL};
    struct options options = {.watch = kf_watch_init()};
    struct kf_serial_port port;
    struct kf_error error = {0};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    if (options.sources == 0) {
        if (find_port(&port, &error) != KF_OK)
            return kf_complain(&error);
        options.watch.uri[0] = port.path;
    }
    options.watch.auto_baseline = true;
    return kf_watch_run(&options.watch);
}

const struct kf_command kf_command_live = {"live", "coach from a pod", live};
