/* folders.c - where settings, profiles and athletes are kept, and which there are. */
#include "settings/folders.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/utf8.h"

static void join(char out[KF_SETTINGS_PATH_MAX], const char *folder, size_t folder_length, const char *rest)
{
    const int length = snprintf(out, KF_SETTINGS_PATH_MAX, "%.*s/%s", (int)folder_length, folder, rest);
    if (length < 0 || length >= KF_SETTINGS_PATH_MAX)
        out[0] = '\0';
}

static void add_profiles(struct kf_folders *folders, const char *folder, size_t length, const char *rest)
{
    if (folders->profile_count == KF_FOLDERS_DATA || length == 0 || length >= KF_SETTINGS_PATH_MAX || folder[0] != '/')
        return;
    char *path = folders->profiles[folders->profile_count];
    join(path, folder, length, rest);
    if (path[0])
        folders->profile_count++;
}

void kf_folders_find(struct kf_folders *folders, const struct kf_environment *environment)
{
    const char *data = environment->xdg_data_dirs && *environment->xdg_data_dirs ? environment->xdg_data_dirs
                                                                                 : "/usr/local/share:/usr/share";
    memset(folders, 0, sizeof *folders);
    if (environment->xdg_config_home && environment->xdg_config_home[0] == '/')
        join(folders->config, environment->xdg_config_home, strlen(environment->xdg_config_home), "kneefold");
    else if (environment->home && environment->home[0] == '/')
        join(folders->config, environment->home, strlen(environment->home), ".config/kneefold");
    if (folders->config[0]) {
        join(folders->athletes, folders->config, strlen(folders->config), "athletes");
        add_profiles(folders, folders->config, strlen(folders->config), "profiles");
    }
    while (*data) {
        const size_t length = strcspn(data, ":");
        if (folders->profile_count < KF_FOLDERS_DATA - 1) /* the last is the package's own */
            add_profiles(folders, data, length, "kneefold/profiles");
        data += length + (data[length] == ':');
    }
    if (environment->package_dir)
        add_profiles(folders, environment->package_dir, strlen(environment->package_dir), "profiles");
}

void kf_folder_file(char out[KF_SETTINGS_PATH_MAX], const char *folder, const char *name)
{
    const int length = snprintf(out, KF_SETTINGS_PATH_MAX, "%s/%s.ini", folder, name);
    if (length < 0 || length >= KF_SETTINGS_PATH_MAX)
        out[0] = '\0';
}

int kf_file_name_good(const char *name)
{
    const size_t length = strlen(name);
    if (length == 0 || length >= KF_FILE_NAME_MAX || strpbrk(name, "/=") || name[0] == '.' || name[0] == ' ' ||
        name[0] == ';' || name[length - 1] == ' ' || strstr(name, " ;"))
        return 0;
    return kf_utf8_printable(name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int is_among(const struct kf_file_names *names, const char *name)
{
    for (unsigned i = 0; i < names->count; i++)
        if (strcmp(names->name[i], name) == 0)
            return 1;
    return 0;
}

void kf_file_names_add(struct kf_file_names *names, const char *folder)
{
    DIR *open_folder = *folder ? opendir(folder) : NULL;
    const struct dirent *entry;
    if (!open_folder)
        return;
    while (names->count < KF_FILE_NAMES_MAX && (entry = readdir(open_folder)) != NULL) {
        const size_t length = strlen(entry->d_name);
        char name[KF_FILE_NAME_MAX];
        if (length <= 4 || length - 4 >= sizeof name || strcmp(entry->d_name + length - 4, ".ini") != 0)
            continue;
        (void)snprintf(name, sizeof name, "%.*s", (int)(length - 4), entry->d_name);
        if (kf_file_name_good(name) && !is_among(names, name))
            memcpy(names->name[names->count++], name, sizeof name);
    }
    (void)closedir(open_folder);
    qsort(names->name, names->count, sizeof names->name[0], by_name);
}

int kf_profile_find(const struct kf_folders *folders, const char *name, char out[KF_SETTINGS_PATH_MAX])
{
    if (strchr(name, '/')) {
        const size_t length = strlen(name);
        if (length >= KF_SETTINGS_PATH_MAX)
            return 0;
        memcpy(out, name, length + 1);
        return 1;
    }
    for (unsigned i = 0; kf_file_name_good(name) && i < folders->profile_count; i++) {
        kf_folder_file(out, folders->profiles[i], name);
        if (out[0] && access(out, F_OK) == 0)
            return 1;
    }
    out[0] = '\0';
    return 0;
}

void kf_profile_names(const struct kf_folders *folders, struct kf_file_names *names)
{
    names->count = 0;
    for (unsigned i = 0; i < folders->profile_count; i++)
        kf_file_names_add(names, folders->profiles[i]);
}
