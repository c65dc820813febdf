/* export.c - the table of forms, and those that analyze has already. */
#include "config.h"

#include "app/export.h"

#include <math.h>
#include <string.h>

#include "app/analysis.h"
#include "app/marks.h"
#include "app/recording.h"
#include "settings/number.h"

struct export_run {
    struct kf_analysis analysis;
    struct kf_marks *marks;
};

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct export_run *run = context;
    (void)kf_marks_take(run->marks, event);
    kf_analysis_event(&run->analysis, event);
}

enum kf_status kf_export_temporary_failed(int os_errno, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];
    (void)kf_error_set(error, KF_ERR_IO, os_errno, "cannot write a temporary file%s%s", os_errno ? ": " : "",
                       os_errno ? kf_errno_text(os_errno, why) : "");
    kf_error_hint(error, "make room where temporary files lie (/tmp) and export again");
    return KF_ERR_IO;
}

static enum kf_status analyse(const struct kf_export *job, struct export_run *run, struct kf_error *error)
{
    const struct kf_engine_listener listener = {on_event, run};
    const struct kf_recording_watch watch = kf_marks_watch(run->marks, job->step);
    struct kf_engine *engine = kf_engine_create(&job->config, &listener, error);
    if (!engine)
        return error->code;
    run->marks->engine = engine;
    kf_analysis_begin(&run->analysis, job->anonymous ? "anonymous" : job->path, engine);
    run->analysis.format = kf_feed_is_session(job->path) ? "kfs" : NULL;
    run->analysis.anonymous = job->anonymous;
    run->analysis.marks = run->marks;
    enum kf_status status = kf_recording_read(job->path, engine, &watch, error);
    if (status == KF_OK)
        kf_analysis_end(&run->analysis);
    if (status == KF_OK && run->analysis.write_errno &&
        run->analysis.write_name) /* job->out's faults are the caller's */
        status = kf_export_temporary_failed(run->analysis.write_errno, error);
    kf_analysis_free(&run->analysis);
    kf_engine_destroy(engine);
    return status;
}

static enum kf_status run_analysis(struct kf_export *job, const struct kf_analysis_writer *writer,
                                   struct kf_error *error)
{
    struct export_run run = {.analysis = {.writer = writer, .out = job->out}};
    run.marks = kf_marks_create(job->path, job->anonymous, error);
    const enum kf_status status = run.marks ? analyse(job, &run, error) : error->code;
    job->marks_left_out = run.marks ? run.marks->dropped : 0;
    kf_marks_destroy(run.marks);
    return status;
}

/* ---- marks alone ---- */

static bool marks_begin(struct kf_analysis *analysis, bool first)
{
    (void)first;
    fputs("t_s,time,text\n", analysis->out);
    return true;
}

static void marks_end(struct kf_analysis *analysis)
{
    char moment[KF_MOMENT_TEXT], number[KF_NUMBER_TEXT_MAX];
    for (unsigned i = 0; i < analysis->marks->count; i++) {
        const struct kf_marks_mark *mark = &analysis->marks->mark[i];
        if (isfinite(mark->t_s) && kf_number_write(number, mark->t_s) > 0)
            fputs(number, analysis->out);
        (void)kf_marks_moment(moment, mark->wall_ns);
        fprintf(analysis->out, ",%s,\"", moment);
        for (const char *at = mark->text; *at; at++) {
            if (*at == '"') /* a quote within quotes is doubled: RFC 4180 */
                putc('"', analysis->out);
            putc(*at, analysis->out);
        }
        fputs("\"\n", analysis->out);
    }
}

static const struct kf_analysis_writer marks_writer = {.name = "marks", .begin = marks_begin, .end = marks_end};

static enum kf_status run_marks(struct kf_export *job, struct kf_error *error)
{
    return run_analysis(job, &marks_writer, error);
}

/* ---- the table ---- */

static enum kf_status run_strides(struct kf_export *job, struct kf_error *error)
{
    return run_analysis(job, &kf_analysis_csv, error);
}

static enum kf_status run_json(struct kf_export *job, struct kf_error *error)
{
    return run_analysis(job, &kf_analysis_json, error);
}

static const struct kf_export_form forms[] = {
    {".strides.csv", run_strides, ".marks.csv"}, /* a row a swing: analyze --csv */
    {".marks.csv", run_marks, NULL},             /* a row a mark, with its time of day */
    {".csv", kf_export_log, NULL},               /* the samples, a CSV log that kneefold reads again */
    {".json", run_json, NULL},                   /* everything that was found: analyze --json, and the marks */
    {".sto", kf_export_motion, NULL},            /* OpenSim storage: hip and knee angles, degrees */
    {".mot", kf_export_motion, NULL},            /* OpenSim motion: the same */
    {".bdf", kf_export_bdf, NULL},               /* BDF+: EMG, with steps, verdicts, cues and marks */
    {NULL, NULL, NULL},
};

const struct kf_export_form *kf_export_form_of(const char *name)
{
    const size_t length = strlen(name);
    for (const struct kf_export_form *form = forms; form->suffix; form++) {
        const size_t suffix = strlen(form->suffix);
        if (length > suffix && strcmp(name + length - suffix, form->suffix) == 0)
            return form;
    }
    return NULL;
}
