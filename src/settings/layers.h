/* layers.h - the settings in force: built in, then the system's file, the user's, the one named, then single values.
 *
 * A layer that is wrong is left out whole and told; the caller decides whether to go on (the program does not). */
#ifndef KF_SETTINGS_LAYERS_H
#define KF_SETTINGS_LAYERS_H

#include "settings/ini.h"

enum { KF_SETTINGS_PATH_MAX = 1024 };

struct kf_settings_layers {
    struct kf_settings settings;
    struct kf_settings_origin origin[KF_SETTING_ROWS];
    char system_path[KF_SETTINGS_PATH_MAX]; /* SYSCONFDIR/kneefold/kneefold.ini */
    char user_path[KF_SETTINGS_PATH_MAX];   /* $XDG_CONFIG_HOME or ~/.config, /kneefold/kneefold.ini; "" no home */
    bool system_read, user_read;            /* the file was there and good */
};

/* Fills the two paths from `system_dir` and the environment's values (either may be NULL). */
void kf_settings_paths(struct kf_settings_layers *layers, const char *system_dir, const char *xdg_config_home,
                       const char *home);

/* Reads every layer into *layers (paths set before). `file` is -c's, or NULL; assignments are -o's
 * "section.key=value". Files of the system and the user may be missing; `file` must be there.
 * KF_OK; KF_ERR_NO_INPUT when `file` cannot be opened; KF_ERR_IO; KF_ERR_CONFIG. Every problem is told first.
 * Origins point into *layers and at `file`: keep both. */
enum kf_status kf_settings_load(struct kf_settings_layers *layers, const char *file, const char *const *assignments,
                                unsigned assignment_count, const struct kf_settings_listener *listener);

/* Sets one value from "section.key=value". KF_OK and *row, or KF_ERR_CONFIG with *error and nothing changed; what no
 * single row can check (kf_settings_check) is left to the caller. */
enum kf_status kf_settings_assign(struct kf_settings *settings, const char *assignment, const struct kf_setting **row,
                                  struct kf_error *error);

/* Writes a commented file of all settings at their defaults, each line that sets one commented out. */
void kf_settings_template(FILE *out);

#endif
