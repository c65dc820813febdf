/* layers.h - the settings in force: built in, then the system's file, the user's, the profile, the one named with -c,
 * the athlete's, then single values.
 *
 * A layer that is wrong is left out whole and told; the caller decides whether to go on (the program does not). */
#ifndef KF_SETTINGS_LAYERS_H
#define KF_SETTINGS_LAYERS_H

#include <stdio.h>

#include "settings/folders.h"
#include "settings/ini.h"

/* What is asked for beside the system's and the user's file; zero: nothing. The words are kept by pointer. */
struct kf_settings_request {
    const char *profile;               /* --profile: a name, or a path (with a /) */
    const char *file;                  /* -c */
    const char *athlete;               /* --athlete: the file of this name is read when there is one */
    const struct kf_settings *session; /* of a recorded session: they take the place of the system's and the user's, but
                                          for [display] and [record], which are no part of what was recorded */
    const char *const *assignments;    /* -o: "section.key=value" */
    unsigned assignment_count;
};

struct kf_settings_layers {
    struct kf_settings settings;
    struct kf_settings_origins origin;
    struct kf_folders folders;
    char system_path[KF_SETTINGS_PATH_MAX];    /* SYSCONFDIR/kneefold/kneefold.ini */
    char user_path[KF_SETTINGS_PATH_MAX];      /* $XDG_CONFIG_HOME or ~/.config, /kneefold/kneefold.ini; "" no home */
    char profile_path[KF_SETTINGS_PATH_MAX];   /* "" none asked for */
    char athlete_path[KF_SETTINGS_PATH_MAX];   /* "" none asked for, or no home */
    bool system_read, user_read, athlete_read; /* the file was there and good */
    bool at_once;                              /* read anew while a session runs: a pipe without a writer is no wait */
};

/* Finds folders and the first two paths from the environment's values (folders.h). */
void kf_settings_paths(struct kf_settings_layers *layers, const struct kf_environment *environment);

/* Reads every layer into *layers (paths set before). Files of the system, the user and the athlete may be missing;
 * profile and -c's must be there. KF_OK; KF_ERR_NO_INPUT when one cannot be opened; KF_ERR_IO; KF_ERR_CONFIG, also
 * for a profile there is not (told with those there are). Every problem is told first.
 * An athlete's file replaces [athlete] and [placement] whole: what it leaves out is built in, not another's.
 * Origins point into *layers and at request->file: keep both where they are. */
enum kf_status kf_settings_load(struct kf_settings_layers *layers, const struct kf_settings_request *request,
                                const struct kf_settings_listener *listener);

/* Reads the same layers anew, as the files are now and without waiting, into *fresh; *now stays. As kf_settings_load:
 * what is not KF_OK is not to be used. */
enum kf_status kf_settings_reload(const struct kf_settings_layers *now, const struct kf_settings_request *request,
                                  struct kf_settings_layers *fresh, const struct kf_settings_listener *listener);

/* Sets one value from "section.key=value". KF_OK and *place, or KF_ERR_CONFIG with *error and no value changed; what no
 * single row can check (kf_settings_check_all) is left to the caller. */
enum kf_status kf_settings_assign(struct kf_settings *settings, const char *assignment, struct kf_place *place,
                                  struct kf_error *error);

/* kf_settings_check, and kf_cue_check of every cue. */
enum kf_status kf_settings_check_all(const struct kf_settings *settings, struct kf_error *error);

/* Writes a commented file of all settings at their defaults, each line that sets one commented out. */
void kf_settings_template(FILE *out);

#endif
