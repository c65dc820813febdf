/* cmd_report.c - `kneefold report`: a recording on one page, for the runner to take home. */
#include "config.h"

#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "app/recording.h"
#include "app/report_gather.h"
#include "app/settings_apply.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/complain.h"
#include "cli/interrupt.h"
#include "cli/same_file.h"
#include "ui/text.h"

enum { OPTION_OUTPUT = 0x100 };

static const char doc[] =
    "Draw a recording on one page.\vThe name of OUT says what it becomes: .html, .pdf, .svg or .png. The page shows "
    "each leg's swings against its relaxed ones, the verdicts over time, distributions, cues, and every number with "
    "its "
    "spread.";

static const struct argp_option argp_options[] = {
    {"output", OPTION_OUTPUT, "OUT", 0, "the file to draw, as -o OUT: OUT.html, OUT.pdf, OUT.svg or OUT.png", 0},
    {0},
};

struct options {
    struct kf_common common;
    const char *file;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPTION_OUTPUT:
        options->common.output = arg;
        return 0;
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->child_inputs[1] = &options->common;
        return 0;
    case ARGP_KEY_ARG:
        kf_common_take_file(&options->file, arg, state);
        return 0;
    case ARGP_KEY_END:
        if (!options->file)
            kf_complain_usage(state, "no FILE to report on");
        if (!options->common.output)
            kf_complain_usage(state, "no file to draw: add -o report.pdf");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void name_report(struct kf_report *report, const struct options *options)
{
    const char *slash = strrchr(options->file, '/');
    (void)kf_text_clean(report->file, sizeof report->file, slash ? slash + 1 : options->file);
    (void)kf_text_clean(report->athlete, sizeof report->athlete, kf_common_athlete(&options->common));
    (void)snprintf(report->version, sizeof report->version, "%s", PACKAGE_VERSION);
    report->drive_limit_nm_kg = options->common.layers.settings.verdict_drive_limit_nm_kg;
}

/* 0, or an exit status with everything said. */
static int gather(struct kf_report_gather *gather, const struct options *options, struct kf_engine_config *config)
{
    const struct kf_engine_listener listener = {kf_report_gather_event, gather};
    struct kf_error error = {0};
    struct kf_engine *engine = kf_engine_create(config, &listener, &error);
    if (!engine)
        return kf_complain(&error);
    enum kf_status status = kf_recording_read(options->file, engine, &kf_interrupt_watch, &error);
    if (status == KF_OK)
        status = kf_report_gather_end(gather, engine, &error);
    kf_engine_destroy(engine);
    if (kf_interrupt_status())
        return kf_interrupt_status();
    return status == KF_OK ? EX_OK : kf_complain(&error);
}

static int draw(const struct options *options, struct kf_engine_config *config)
{
    struct kf_report report;
    struct kf_error error = {0};
    struct kf_report_gather *gatherer = calloc(1, sizeof *gatherer);
    if (!gatherer)
        return kf_complain_text(KF_ERR_UNAVAILABLE, "not enough memory for a report", NULL);
    kf_report_gather_init(gatherer, &report);
    name_report(&report, options);
    if (isfinite(config->belt_mps))
        report.belt_mps = config->belt_mps;
    int status = gather(gatherer, options, config);
    if (status == EX_OK && kf_report_write(&report, options->common.output, &error) != KF_OK)
        status = kf_complain(&error);
    kf_report_free(&report);
    free(gatherer);
    return status;
}

static int report(int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&kf_common_argp, 0, NULL, 0}, {&kf_common_baseline_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {argp_options, parse, "FILE -o OUT", doc, children, NULL, NULL};
    struct options options = {.common = {.wants_output = true}};
    struct kf_engine_config config;
    struct kf_error error = {0};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    if (kf_report_can_write(options.common.output, &error) != KF_OK)
        return kf_complain(&error);
    if (kf_same_file(options.common.output, options.file))
        return kf_complain_text(KF_ERR_ARG, "-o would overwrite the recording", "give the page a file of its own");
    options.common.recording = options.file;
    int status = kf_common_load(&options.common, &config);
    if (status != 0)
        return status;
    kf_common_skip_warmup(&options.common, &config);
    config.want_frames = true;
    kf_interrupt_catch();
    return draw(&options, &config);
}

const struct kf_command kf_command_report = {"report", "draw a recording on one page (HTML, PDF, SVG, PNG)", report};
