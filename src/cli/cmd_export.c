/* cmd_export.c - kneefold export: a recording for other programs; the file's ending says which form. */
#include "config.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/export.h"
#include "app/marks.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/complain.h"
#include "cli/interrupt.h"
#include "cli/same_file.h"

enum { OPTION_ANONYMOUS = 0x100 };

static const char doc[] =
    "Write a recording for other programs: -o OUT.csv (a CSV log), OUT.strides.csv (and OUT.marks.csv beside it), "
    "OUT.json, OUT.sto or OUT.mot (OpenSim joint angles), OUT.bdf (BDF+: EMG, with steps and verdicts).\v--anonymous "
    "leaves out the name, body mass, notes, times of day and all that names the "
    "device or the file.";

static const struct argp_option argp_options[] = {
    {"anonymous", OPTION_ANONYMOUS, NULL, 0, "say nothing of who, when and with what", 0},
    {0},
};

struct options {
    struct kf_common common;
    const char *file;
    bool anonymous;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->common;
        return 0;
    case OPTION_ANONYMOUS:
        options->anonymous = true;
        return 0;
    case ARGP_KEY_ARG:
        kf_common_take_file(&options->file, arg, state);
        return 0;
    case ARGP_KEY_END:
        if (!options->file || !options->common.output)
            kf_complain_usage(state, "what is to be written where? FILE -o OUT.csv");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void tell_left_out(const struct kf_export *job)
{
    char text[512];
    (void)snprintf(text, sizeof text, "%u marks of '%.150s' are not in '%.150s': it holds the first %d",
                   job->marks_left_out, job->path, job->out_path, KF_MARKS_MAX);
    (void)kf_complain_text(KF_ERR_DATA, text, "a session file keeps all of them in its table marks");
}

/* A file half written is of no use: it goes. */
static int write_file(struct kf_export *job, const struct kf_export_form *form, const char *path)
{
    struct kf_error error = {0};
    enum kf_status status = KF_OK;
    int failed = 0;
    job->out_path = path;
    job->out = kf_common_create(path);
    if (!job->out)
        return kf_complain_output(errno, path);
    status = form->run(job, &error);
    failed = ferror(job->out) ? EIO : 0;
    if (fclose(job->out) != 0)
        failed = errno;
    if (status == KF_OK && failed == 0 && job->marks_left_out > 0 && !form->beside) /* which has no place for any */
        tell_left_out(job);
    if (status == KF_OK && failed == 0)
        return EX_OK;
    (void)unlink(path);
    if (kf_interrupt_status())
        return kf_interrupt_status();
    return status != KF_OK ? kf_complain(&error) : kf_complain_output(failed, path);
}

/* OUT.strides.csv has no place for marks: they go to OUT.marks.csv. */
static int write_beside(struct kf_export *job, const struct kf_export_form *form, const char *path)
{
    const size_t stem = strlen(path) - strlen(form->suffix), size = stem + strlen(form->beside) + 1;
    char *second = malloc(size);
    struct kf_error error = {0};
    if (!second)
        return kf_complain(
            (kf_error_set(&error, KF_ERR_UNAVAILABLE, 0, "not enough memory for a second file"), &error));
    (void)snprintf(second, size, "%.*s%s", (int)stem, path, form->beside);
    const int status = write_file(job, kf_export_form_of(second), second);
    free(second);
    return status;
}

static int export(int argc, char **argv)
{
    static const struct argp_child children[] = {{&kf_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {argp_options, parse, "FILE -o OUT", doc, children, NULL, NULL};
    struct options options = {.common = {.wants_output = true}};
    struct kf_export job = {0};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EX_USAGE;
    const struct kf_export_form *form = kf_export_form_of(options.common.output);
    if (!form)
        return kf_complain_text(KF_ERR_ARG, "-o's ending names no form that can be written",
                                "it can be .csv, .strides.csv, .marks.csv, .json, .sto, .mot or .bdf");
    if (kf_same_file(options.common.output, options.file))
        return kf_complain_text(KF_ERR_ARG, "-o would overwrite the recording", "give the export a file of its own");
    options.common.recording = options.file;
    const int status = kf_common_load(&options.common, &job.config);
    if (status != 0)
        return status;
    kf_common_skip_warmup(&options.common, &job.config);
    kf_interrupt_catch();
    job.step = kf_interrupt_watch.step;
    job.path = options.file;
    job.anonymous = options.anonymous;
    const int written = write_file(&job, form, options.common.output);
    return written == EX_OK && form->beside ? write_beside(&job, form, options.common.output) : written;
}

const struct kf_command kf_command_export = {"export",
                                             "write a recording for other programs (CSV, JSON, OpenSim, BDF+)", export};
