/* export.c - the table of forms, and those that analyze has already. */
#include "config.h"

#include "app/export.h"

#include <string.h>

#include "app/analysis.h"
#include "app/recording.h"

static void on_event(void *context, const struct kf_engine_event *event)
{
    kf_analysis_event(context, event);
}

static enum kf_status run_analysis(const struct kf_export *job, const struct kf_analysis_writer *writer,
                                   struct kf_error *error)
{
    struct kf_analysis analysis = {.writer = writer, .out = job->out};
    const struct kf_engine_listener listener = {on_event, &analysis};
    struct kf_engine *engine = kf_engine_create(&job->config, &listener, error);
    enum kf_status status = KF_OK;
    if (!engine)
        return error->code;
    kf_analysis_begin(&analysis, job->anonymous ? "anonymous" : job->path, engine);
    analysis.format = kf_feed_is_session(job->path) ? "kfs" : NULL;
    analysis.anonymous = job->anonymous;
    status = kf_recording_read(job->path, engine, NULL, error);
    if (status == KF_OK)
        kf_analysis_end(&analysis);
    kf_analysis_free(&analysis);
    kf_engine_destroy(engine);
    return status;
}

static enum kf_status run_strides(const struct kf_export *job, struct kf_error *error)
{
    return run_analysis(job, &kf_analysis_csv, error);
}

static enum kf_status run_json(const struct kf_export *job, struct kf_error *error)
{
    return run_analysis(job, &kf_analysis_json, error);
}

const struct kf_export_form kf_export_forms[] = {
    {".strides.csv", "a row a swing: analyze --csv", run_strides},
    {".csv", "the samples, a CSV log that kneefold reads again", kf_export_log},
    {".json", "everything that was found: analyze --json", run_json},
    {".sto", "OpenSim storage: hip and knee angles, degrees", kf_export_motion},
    {".mot", "OpenSim motion: the same", kf_export_motion},
    {0},
};

const struct kf_export_form *kf_export_form_of(const char *name)
{
    const size_t length = strlen(name);
    for (const struct kf_export_form *form = kf_export_forms; form->suffix; form++) {
        const size_t suffix = strlen(form->suffix);
        if (length > suffix && strcmp(name + length - suffix, form->suffix) == 0)
            return form;
    }
    return NULL;
}
