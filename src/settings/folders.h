/* folders.h - where settings, profiles and athletes are kept, by the rules of the XDG base directories. */
#ifndef KF_SETTINGS_FOLDERS_H
#define KF_SETTINGS_FOLDERS_H

#include <stddef.h>

enum { KF_SETTINGS_PATH_MAX = 1024, KF_FOLDERS_DATA = 16, KF_FILE_NAMES_MAX = 256, KF_FILE_NAME_MAX = 64 };

/* The environment's values (NULL where not set) and the folders of the build. */
struct kf_environment {
    const char *system_dir;  /* SYSCONFDIR */
    const char *package_dir; /* PKGDATADIR; NULL none */
    const char *xdg_config_home, *xdg_data_dirs, *home;
};

struct kf_folders {
    char config[KF_SETTINGS_PATH_MAX];   /* the user's folder, .../kneefold; "" no home */
    char athletes[KF_SETTINGS_PATH_MAX]; /* config/athletes; "" no home */
    unsigned profile_count;
    char profiles[KF_FOLDERS_DATA][KF_SETTINGS_PATH_MAX]; /* where profiles may be, the first wins */
};

/* Relative or overlong values are passed over, as the XDG text asks. */
void kf_folders_find(struct kf_folders *folders, const struct kf_environment *environment);

/* The path of the file NAME.ini in `folder`; "" when it does not fit. */
void kf_folder_file(char out[KF_SETTINGS_PATH_MAX], const char *folder, const char *name);

/* May this be the NAME of a NAME.ini? 1 to 63 bytes of printable UTF-8, no / and no dot first, no = and no blank at
 * either end. */
int kf_file_name_good(const char *name);

struct kf_file_names {
    unsigned count;
    char name[KF_FILE_NAMES_MAX][KF_FILE_NAME_MAX];
};

/* Adds the NAMEs of all NAME.ini in `folder`, sorted, each once; a folder that is not there adds none. */
void kf_file_names_add(struct kf_file_names *names, const char *folder);

/* The path of the profile `name` into out; 0 when there is none. A name with a / is a path and returned as it is. */
int kf_profile_find(const struct kf_folders *folders, const char *name, char out[KF_SETTINGS_PATH_MAX]);
void kf_profile_names(const struct kf_folders *folders, struct kf_file_names *names);

#endif
