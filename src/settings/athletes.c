/* athletes.c - runners in files of their own.
 *
 * Two runners share a laptop and not a leg: a length or a strap that is left out must not come from the other. */
#include "settings/athletes.h"

#include <string.h>

#include "settings/text_file.h"
#include "settings/write.h"

static bool is_of_athlete(const struct kf_setting *row)
{
    return strcmp(row->section, "athlete") == 0 || strcmp(row->section, "placement") == 0;
}

void kf_athletes_list(const struct kf_folders *folders, struct kf_file_names *names)
{
    names->count = 0;
    kf_file_names_add(names, folders->athletes);
}

/* Both sections as they are built in, called `name`. */
static void forget(struct kf_settings *settings, struct kf_settings_origins *origins, const char *name)
{
    struct kf_settings defaults;
    kf_settings_default(&defaults);
    for (int i = 0; i < KF_SETTING_ROWS; i++) {
        char value[KF_SETTING_VALUE_MAX];
        if (!is_of_athlete(&kf_setting_table[i]))
            continue;
        kf_setting_value(&defaults, &kf_setting_table[i], value, sizeof value);
        (void)kf_setting_set(settings, &kf_setting_table[i], value, NULL);
        origins->row[i] = (struct kf_settings_origin){NULL, 0};
    }
    (void)kf_setting_set(settings, &kf_setting_table[KF_SETTING_INDEX_athlete_name], name, NULL);
}

enum kf_status kf_athlete_load(struct kf_settings *settings, struct kf_settings_origins *origins, const char *path,
                               const char *name, const struct kf_settings_listener *listener)
{
    struct kf_settings fresh = *settings;
    struct kf_settings_origins from = {0};
    struct kf_text_file file;
    struct kf_error error;
    enum kf_status status = kf_text_file_read(&file, path, 0, &error);
    if (status != KF_OK) {
        const struct kf_settings_problem problem = {path, 0, error.text, "it is the file of --athlete"};
        listener->problem(listener->context, &problem);
        return status;
    }
    if (origins)
        from = *origins;
    forget(&fresh, &from, name);
    const struct kf_settings_text text = {.name = path, .text = file.text, .length = file.length, .athlete = true};
    status = kf_settings_read(&fresh, &from, &text, listener);
    kf_text_file_free(&file);
    if (status != KF_OK)
        return status;
    *settings = fresh;
    if (origins)
        *origins = from;
    return KF_OK;
}

enum kf_status kf_athlete_save(const struct kf_folders *folders, const char *name, const struct kf_settings *settings,
                               struct kf_error *error)
{
    struct kf_settings defaults;
    struct kf_change changes[KF_SETTING_ROWS];
    char path[KF_SETTINGS_PATH_MAX], values[KF_SETTING_ROWS][KF_SETTING_VALUE_MAX], built_in[KF_SETTING_VALUE_MAX];
    unsigned count = 0;
    if (!kf_file_name_good(name)) {
        (void)kf_error_set(error, KF_ERR_ARG, 0, "'%.80s' is no name for an athlete's file", name);
        kf_error_hint(error, "up to %d bytes, no / and no =, no dot first", KF_FILE_NAME_MAX - 1);
        return KF_ERR_ARG;
    }
    kf_folder_file(path, folders->athletes, name);
    if (!folders->athletes[0] || !path[0])
        return kf_error_set(error, KF_ERR_IO, 0, "there is no home directory to keep athletes in");
    kf_settings_default(&defaults);
    for (int i = 0; i < KF_SETTING_ROWS; i++) {
        const struct kf_setting *row = &kf_setting_table[i];
        if (!is_of_athlete(row))
            continue;
        kf_setting_value(settings, row, values[count], sizeof values[count]);
        kf_setting_value(&defaults, row, built_in, sizeof built_in);
        changes[count] = (struct kf_change){row->section, row->key, values[count]};
        if (strcmp(values[count], built_in) == 0)
            changes[count].value = NULL;
        count++;
    }
    const struct kf_change_file file = {.path = path, .athlete = true};
    return kf_settings_change(&file, changes, count, error);
}
