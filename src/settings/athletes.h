/* athletes.h - runners in files of their own: NAME.ini with the sections [athlete] and [placement].
 *
 * An athlete's file replaces both sections whole: what it leaves out is built in, never another runner's. A NAME is one
 * that kf_file_name_good (folders.h) takes. */
#ifndef KF_SETTINGS_ATHLETES_H
#define KF_SETTINGS_ATHLETES_H

#include "settings/folders.h"
#include "settings/ini.h"

/* The names of all athletes, sorted. */
void kf_athletes_list(const struct kf_folders *folders, struct kf_file_names *names);

/* Reads athlete `name` from `path` (kf_folder_file of folders->athletes) into both sections. Without a name of its own
 * the athlete is called `name`. KF_OK; or the problem has been told and nothing is changed: KF_ERR_NO_INPUT,
 * KF_ERR_IO, KF_ERR_CONFIG. origins may be NULL; they keep `path` by pointer. */
enum kf_status kf_athlete_load(struct kf_settings *settings, struct kf_settings_origins *origins, const char *path,
                               const char *name, const struct kf_settings_listener *listener);

/* Stores both sections of *settings as athlete `name`. A file that is there keeps its comments and all that has not
 * changed; values that are built in are left out. KF_OK, or *error: KF_ERR_ARG for a bad name, else as
 * kf_settings_change. */
enum kf_status kf_athlete_save(const struct kf_folders *folders, const char *name, const struct kf_settings *settings,
                               struct kf_error *error);

#endif
