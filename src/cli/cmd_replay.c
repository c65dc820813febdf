/* cmd_replay.c - kneefold replay: a recording seen as it was seen live, with pause, speed and seeking. */
#include <math.h>
#include <sysexits.h>

#include "app/replay.h"
#include "cli/command.h"
#include "cli/span.h"
#include "cli/watch.h"
#include "settings/number.h"

enum { OPTION_BASELINE = 0x100, OPTION_AUTO_BASELINE };

static const char doc[] = "Play a recording: a CSV log or a raw capture, plain or gzip.\v"
                          "Strides, verdicts and cues are those of `kneefold analyze FILE` at any speed. Keys: Space "
                          "pauses, the arrows seek by "
                          "5 s, < and > change the speed, Home and End go to the ends.";

static const struct argp_option argp_options[] = {
    {"baseline", OPTION_BASELINE, "FROM:TO", 0, "the relaxed strides are those from second FROM to second TO", 0},
    {"auto-baseline", OPTION_AUTO_BASELINE, NULL, 0, "the first steady strides are the baseline, as in live", 0},
    {"times", 'x', "N", 0, "play N times as fast, 0.1 to 16", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct kf_watch *watch = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = watch;
        return 0;
    case OPTION_BASELINE:
        if (!kf_span_read(arg, &watch->baseline_from_s, &watch->baseline_to_s))
            argp_error(state, "--baseline '%s' is no FROM:TO in seconds, such as 16:48", arg);
        return 0;
    case OPTION_AUTO_BASELINE:
        watch->auto_baseline = true;
        return 0;
    case 'x':
        if (!kf_number_read(arg, &watch->speed) || watch->speed < KF_REPLAY_SLOWEST || watch->speed > KF_REPLAY_FASTEST)
            argp_error(state, "--times '%s' is not from %g to %g", arg, KF_REPLAY_SLOWEST, KF_REPLAY_FASTEST);
        return 0;
    case ARGP_KEY_ARG:
        if (watch->uri[0])
            argp_error(state, "one FILE at a time, not '%s' and '%s'", watch->uri[0], arg);
        watch->uri[0] = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no FILE to replay");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int replay(int argc, char **argv)
{
    static const struct argp_child children[] = {{&kf_watch_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {argp_options, parse, "FILE", doc, children, NULL, NULL};
    struct kf_watch watch = kf_watch_init();
    if (argp_parse(&argp, argc, argv, 0, NULL, &watch) != 0)
        return EX_USAGE;
    watch.skip_warmup = true;
    return kf_watch_run(&watch);
}

const struct kf_command kf_command_replay = {"replay", "play a recording, with seek and speed", replay};
