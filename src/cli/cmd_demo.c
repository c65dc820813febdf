/* cmd_demo.c - kneefold demo: a simulated runner through the whole live path, so that everything can be tried before a
 * pod is at hand. */
#include <stdio.h>
#include <sysexits.h>

#include "cli/command.h"
#include "cli/complain.h"
#include "cli/watch.h"

enum { OPTION_SIM = 0x100, URI_MAX = 1024 };

static const char doc[] =
    "Coach a simulated runner: nothing to plug in.\v"
    "The runner stands for a moment, jogs relaxed (the baseline) and then pulls the heel up for 20 seconds at a time. "
    "Keys: q quits, ? helps. `kneefold simulate --help` names what --sim can change, for instance --sim "
    "seed=3,pull=0.2; --sim emg adds electrodes on the hamstrings.";

static const struct argp_option argp_options[] = {
    {"sim", OPTION_SIM, "KEY=VALUE,...", 0, "options of the simulator", 0},
    {0},
};

struct options {
    struct kf_watch watch;
    const char *sim;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->watch;
        return 0;
    case OPTION_SIM:
        options->sim = arg;
        return 0;
    case ARGP_KEY_ARG:
        kf_complain_usage(state, "demo takes no argument, so not '%s'", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int demo(int argc, char **argv)
{
    static const struct argp_child children[] = {{&kf_watch_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {argp_options, parse, NULL, doc, children, NULL, NULL};
    struct options options = {.watch = kf_watch_init()};
    char uri[URI_MAX];
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    (void)snprintf(uri, sizeof uri, "sim:demo%s%s", options.sim ? "," : "", options.sim ? options.sim : "");
    options.watch.uri[0] = uri;
    options.watch.auto_baseline = true;
    options.watch.skip_warmup = true;
    return kf_watch_run(&options.watch);
}

const struct kf_command kf_command_demo = {"demo", "coach a simulated runner: nothing to plug in", demo};
