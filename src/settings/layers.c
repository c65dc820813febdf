/* layers.c - which file sets what: the order of the layers, and where each value came from.
 *
 * A coach has one file on the laptop, another for an athlete, and tries a limit by hand: later layers win, and
 * `config show --origin` can say who did. */
#include "settings/layers.h"

#include <errno.h>
#include <string.h>

static void join(char *out, const char *directory, const char *rest)
{
    const int length = snprintf(out, KF_SETTINGS_PATH_MAX, "%s/%s", directory, rest);
    if (length < 0 || length >= KF_SETTINGS_PATH_MAX)
        out[0] = '\0';
}

void kf_settings_paths(struct kf_settings_layers *layers, const char *system_dir, const char *xdg_config_home,
                       const char *home)
{
    layers->user_path[0] = '\0';
    join(layers->system_path, system_dir, "kneefold/kneefold.ini");
    if (xdg_config_home && xdg_config_home[0] == '/')
        join(layers->user_path, xdg_config_home, "kneefold/kneefold.ini");
    else if (home && home[0] == '/')
        join(layers->user_path, home, ".config/kneefold/kneefold.ini");
}

static void tell(const struct kf_settings_listener *listener, const char *file, unsigned line, const char *text,
                 const char *hint)
{
    const struct kf_settings_problem problem = {file, line, text, hint};
    listener->problem(listener->context, &problem);
}

/* One file. `must_exist` is for the one named by hand. */
static enum kf_status load_file(struct kf_settings_layers *layers, const char *path, bool must_exist, bool *read,
                                const struct kf_settings_listener *listener)
{
    struct kf_error error;
    FILE *stream = fopen(path, "r");
    if (!stream) {
        const int os_errno = errno;
        char why[KF_ERRNO_TEXT_MAX];
        if (!must_exist && (os_errno == ENOENT || os_errno == ENOTDIR))
            return KF_OK;
        (void)kf_error_set(&error, KF_ERR_NO_INPUT, os_errno, "cannot be opened: %s", kf_errno_text(os_errno, why));
        tell(listener, path, 0, error.text, "`kneefold config path` shows which files are read");
        return KF_ERR_NO_INPUT;
    }
    const enum kf_status status = kf_settings_read(&layers->settings, layers->origin, stream, path, listener);
    *read = status == KF_OK;
    (void)fclose(stream);
    return status;
}

enum kf_status kf_settings_assign(struct kf_settings *settings, const char *assignment, const struct kf_setting **row,
                                  struct kf_error *error)
{
    char section[64], key[64];
    const size_t name_length = strcspn(assignment, "=");
    size_t section_length = name_length;
    while (section_length > 0 && assignment[section_length] != '.')
        section_length--;
    const char *dot = assignment + section_length;
    const size_t key_length = *dot == '.' ? name_length - section_length - 1 : 0;
    if (*dot != '.' || assignment[name_length] != '=') {
        (void)kf_error_set(error, KF_ERR_CONFIG, 0, "'%.120s' is no section.key=value", assignment);
        kf_error_hint(error, "for example -o athlete.height_m=1.75");
        return KF_ERR_CONFIG;
    }
    (void)snprintf(section, sizeof section, "%.*s", (int)section_length, assignment);
    (void)snprintf(key, sizeof key, "%.*s", (int)key_length, dot + 1);
    *row = kf_setting_find(section, key);
    if (!*row)
        return kf_setting_unknown(section, key, error);
    return kf_setting_set(settings, *row, dot + 2 + key_length, error);
}

static enum kf_status load_assignments(struct kf_settings_layers *layers, const char *const *assignments,
                                       unsigned count, const struct kf_settings_listener *listener)
{
    enum kf_status worst = KF_OK;
    const struct kf_setting *row = NULL;
    struct kf_error error;
    for (unsigned i = 0; i < count; i++) {
        if (kf_settings_assign(&layers->settings, assignments[i], &row, &error) == KF_OK) {
            layers->origin[row - kf_setting_table] = (struct kf_settings_origin){"-o", i + 1};
        } else {
            worst = KF_ERR_CONFIG;
            tell(listener, "-o", i + 1, error.text, error.hint);
        }
    }
    if (worst == KF_OK && count > 0 && kf_settings_check(&layers->settings, &row, &error) != KF_OK) {
        worst = KF_ERR_CONFIG;
        tell(listener, "-o", 0, error.text, error.hint);
    }
    return worst;
}

enum kf_status kf_settings_load(struct kf_settings_layers *layers, const char *file, const char *const *assignments,
                                unsigned assignment_count, const struct kf_settings_listener *listener)
{
    enum kf_status status, worst = KF_OK;
    bool read = false;
    kf_settings_default(&layers->settings);
    memset(layers->origin, 0, sizeof layers->origin);
    layers->system_read = layers->user_read = false;
    if (layers->system_path[0])
        worst = load_file(layers, layers->system_path, false, &layers->system_read, listener);
    if (layers->user_path[0] &&
        (status = load_file(layers, layers->user_path, false, &layers->user_read, listener)) != KF_OK)
        worst = status;
    if (file && (status = load_file(layers, file, true, &read, listener)) != KF_OK)
        worst = status;
    status = load_assignments(layers, assignments, assignment_count, listener);
    return status != KF_OK ? status : worst;
}
