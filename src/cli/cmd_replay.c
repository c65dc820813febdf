/* cmd_replay.c - kneefold replay: a recording seen as it was seen live, with pause, speed and seeking. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "app/feed.h"
#include "app/replay.h"
#include "app/verify.h"
#include "cli/command.h"
#include "cli/complain.h"
#include "cli/watch.h"
#include "settings/number.h"
#include "ui/entry.h"
#include "ui/text.h"

enum { OPTION_AUTO_BASELINE = 0x100, OPTION_CHECK, OPTION_WITH };

static const char doc[] =
    "Play a recording: a session file, or a CSV log, a capture or the bytes of a pod, plain or gzip.\v"
    "Strides, verdicts and cues are those of `kneefold analyze FILE` at any speed. Keys: Space "
    "pauses, the arrows seek by "
    "5 s, < and > change the speed, Home and End go to the ends.";

static const struct argp_option argp_options[] = {
    {"auto-baseline", OPTION_AUTO_BASELINE, NULL, 0, "the first steady strides are the baseline, as in live", 0},
    {"check", OPTION_CHECK, NULL, 0, "show nothing: compare what a session file says was said with what is said now",
     0},
    {"with", OPTION_WITH, "OTHER.ini", 0,
     "show beside it what these settings, read over those in force, would say (key d)", 0},
    {"times", 'x', "N", 0, "play N times as fast, 0.1 to 16", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct kf_watch *watch = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = watch;
        state->child_inputs[1] = &watch->common;
        return 0;
    case OPTION_AUTO_BASELINE:
        watch->auto_baseline = true;
        return 0;
    case OPTION_CHECK:
        watch->check = true;
        return 0;
    case OPTION_WITH:
        if (strlen(arg) >= KF_ENTRY_MAX)
            kf_complain_usage(state, "--with: a path of at most %d bytes", KF_ENTRY_MAX - 1);
        watch->compare_path = arg;
        return 0;
    case 'x':
        if (!kf_number_read(arg, &watch->speed) || watch->speed < KF_REPLAY_SLOWEST || watch->speed > KF_REPLAY_FASTEST)
            kf_complain_usage(state, "--times '%s' is not from %g to %g", arg, KF_REPLAY_SLOWEST, KF_REPLAY_FASTEST);
        return 0;
    case ARGP_KEY_ARG:
        kf_common_take_file(&watch->uri[0], arg, state);
        return 0;
    case ARGP_KEY_END:
        if (watch->check && watch->compare_path)
            kf_complain_usage(state, "--check shows nothing to compare --with; see kneefold diff");
        return 0;
    case ARGP_KEY_NO_ARGS:
        kf_complain_usage(state, "no FILE to replay");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- --check ---- */

static void say(void *context, const char *line)
{
    char text[384];
    (void)context;
    (void)kf_text_clean(text, sizeof text, line);
    puts(text);
}

static void explain(const struct kf_verify_report *report)
{
    char version[sizeof report->version];
    (void)kf_text_clean(version, sizeof version, report->version);
    if (report->differences > KF_VERIFY_SHOWN)
        printf("... and %" PRIu64 " more\n", report->differences - KF_VERIFY_SHOWN);
    if (strcmp(report->version, PACKAGE_VERSION) != 0)
        printf("it was recorded by kneefold %s, this is %s\n", version, PACKAGE_VERSION);
    if (report->began_late)
        puts("its recording began in mid-session: what was known before is not in it");
    if (report->lost > 0)
        printf("%" PRIu64 " records were lost while it was recorded\n", report->lost);
    if (report->note[0])
        puts(report->note);
}

/* 0 all the same, 65 something differs. */
static int check(struct kf_watch *watch)
{
    struct kf_engine_config config;
    struct kf_verify_report report;
    struct kf_error error = {0};
    const char *path = watch->uri[0];
    int status = EX_OK;
    if (!kf_feed_is_session(path))
        return kf_complain_text(KF_ERR_DATA, "--check is for session files: only they say what was said",
                                "play other recordings without it");
    watch->common.recording = path;
    status = kf_common_load(&watch->common, &config);
    if (status != 0)
        return status;
    path = strncmp(path, "file:", 5) == 0 ? path + 5 : path;
    if (kf_verify_session(path, &config, say, NULL, &report, &error) != KF_OK)
        return kf_complain(&error);
    explain(&report);
    printf("%" PRIu64 " strides and %" PRIu64 " cues: ", report.strides, report.cues);
    if (report.differences == 0)
        puts("all as stored");
    else
        printf("%" PRIu64 " differences\n", report.differences);
    return report.differences == 0 ? EX_OK : EX_DATAERR;
}

static int replay(int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&kf_watch_argp, 0, NULL, 0}, {&kf_common_baseline_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {argp_options, parse, "FILE", doc, children, NULL, NULL};
    struct kf_watch watch = kf_watch_init();
    if (argp_parse(&argp, argc, argv, 0, NULL, &watch) != 0)
        return EX_USAGE;
    watch.skip_warmup = true;
    return watch.check ? check(&watch) : kf_watch_run(&watch);
}

const struct kf_command kf_command_replay = {"replay", "play a recording, with seek and speed", replay};
