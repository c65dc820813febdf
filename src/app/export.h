/* export.h - a recording in the forms other programs read: CSV log, strides, JSON, OpenSim motion.
 *
 * A form is one file and one row in export.c. Anonymous means: no name, no body mass, no file name, no notes, no times
 * of day, nothing of the device; height and sex stay where the equations need them. */
#ifndef KF_EXPORT_H
#define KF_EXPORT_H

#include <stdio.h>

#include "app/engine.h"
#include "app/feed.h"

struct kf_export {
    const char *path; /* of the recording */
    struct kf_engine_config config;
    bool anonymous;
    FILE *out;
    unsigned marks_left_out; /* set when run: of those beyond KF_MARKS_MAX the file has none */
    const char *out_path;    /* its name, for a library that opens it itself */
    bool (*step)(void *context, const struct kf_feed *feed); /* as of kf_recording_watch, whatever the context */
};

struct kf_export_form {
    const char *suffix; /* ".strides.csv"; a longer one stands before those it ends with */
    /* Reads the recording and writes job->out. KF_OK also when job->out failed (ferror); else *error. */
    enum kf_status (*run)(struct kf_export *job, struct kf_error *error);
    const char *beside; /* the form of a second file for what this one has no place for, or NULL */
};

/* The form for this file's name, or NULL. */
const struct kf_export_form *kf_export_form_of(const char *name);

/* For the forms: says that a temporary file could not be made or written; os_errno 0: unknown why. KF_ERR_IO. */
enum kf_status kf_export_temporary_failed(int os_errno, struct kf_error *error);

/* export_log.c, export_motion.c, export_bdf.c; KF_ERR_AGAIN when step stopped it. What job->out did not take is no
 * fault of theirs: its owner asks ferror. */
enum kf_status kf_export_log(struct kf_export *job, struct kf_error *error);
enum kf_status kf_export_motion(struct kf_export *job, struct kf_error *error);
enum kf_status kf_export_bdf(struct kf_export *job, struct kf_error *error);

#endif
