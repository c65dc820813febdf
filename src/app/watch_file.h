/* watch_file.h - says when one of the settings files in force changed on disk.
 *
 * Editors write beside a file and rename: so the folders are watched, those of a link and of what it points at. Where
 * the system has no inotify nothing is ever said, and fd is -1. */
#ifndef KF_WATCH_FILE_H
#define KF_WATCH_FILE_H

#include <stdbool.h>

#include "kneefold/error.h"
#include "settings/layers.h"

enum { KF_WATCH_FILES = 8, KF_WATCH_NAME_MAX = 256 };

struct kf_watch_file {
    int fd; /* poll it for reading; -1 none */
    unsigned count;
    struct {
        int folder; /* inotify's number of it */
        char name[KF_WATCH_NAME_MAX];
    } file[2 * KF_WATCH_FILES]; /* each by its own name and by what it points at */
};

/* Watches up to KF_WATCH_FILES paths, "" among them passed over. Files and folders may be missing: a file is seen when
 * it comes, a folder is not. KF_OK; KF_ERR_UNAVAILABLE with *error: go on without. Close it in any case. */
enum kf_status kf_watch_file_open(struct kf_watch_file *watch, const char *const *paths, unsigned count,
                                  struct kf_error *error);

/* The same for the files the layers were read from, or would be. `request` is the one they were loaded with. */
enum kf_status kf_watch_file_settings(struct kf_watch_file *watch, const struct kf_settings_layers *layers,
                                      const struct kf_settings_request *request, struct kf_error *error);

/* Takes what has happened since the last call: true when one of the files was written, came or went. Never waits.
 * Several changes are one; after it kf_settings_reload (layers.h) reads them all anew. */
bool kf_watch_file_changed(struct kf_watch_file *watch);

void kf_watch_file_close(struct kf_watch_file *watch);

#endif
