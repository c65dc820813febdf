/* layers.c - which file sets what: the order of the layers, and where each value came from.
 *
 * A coach has one file on the laptop, another for an athlete, and tries a limit by hand: later layers win, and
 * `config show --origin` can say who did. */
#include "settings/layers.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/suggest.h"
#include "settings/athletes.h"
#include "settings/text_file.h"

void kf_settings_paths(struct kf_settings_layers *layers, const struct kf_environment *environment)
{
    kf_folders_find(&layers->folders, environment);
    layers->at_once = false;
    const int length =
        snprintf(layers->system_path, sizeof layers->system_path, "%s/kneefold/kneefold.ini", environment->system_dir);
    if (length < 0 || (size_t)length >= sizeof layers->system_path)
        layers->system_path[0] = '\0';
    layers->user_path[0] = '\0';
    if (layers->folders.config[0])
        kf_folder_file(layers->user_path, layers->folders.config, "kneefold");
}

static void tell(const struct kf_settings_listener *listener, const char *file, unsigned line, const char *text,
                 const char *hint)
{
    const struct kf_settings_problem problem = {file, line, text, hint};
    listener->problem(listener->context, &problem);
}

/* One file. `must_exist` is for those named by hand. */
static enum kf_status load_file(struct kf_settings_layers *layers, const char *path, bool must_exist, bool *read,
                                const struct kf_settings_listener *listener)
{
    struct kf_text_file file;
    struct kf_error error;
    enum kf_status status = kf_text_file_read(&file, path, layers->at_once ? 0 : KF_TEXT_FILE_WAIT_MS, &error);
    if (status != KF_OK) {
        if (!must_exist && (error.os_errno == ENOENT || error.os_errno == ENOTDIR))
            return KF_OK;
        tell(listener, path, 0, error.text, "`kneefold config path` shows which files are read");
        return status;
    }
    const struct kf_settings_text text = {.name = path, .text = file.text, .length = file.length};
    status = kf_settings_read(&layers->settings, &layers->origin, &text, listener);
    *read = status == KF_OK;
    kf_text_file_free(&file);
    return status;
}

static enum kf_status refuse_profile(const struct kf_settings_layers *layers, const char *name,
                                     const struct kf_settings_listener *listener)
{
    struct kf_file_names names;
    struct kf_suggestion nearest = {0};
    struct kf_error error;
    char list[200] = "";
    kf_profile_names(&layers->folders, &names);
    for (unsigned i = 0; i < names.count; i++) {
        const size_t used = strlen(list);
        (void)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", names.name[i]);
        kf_suggest_offer(&nearest, name, names.name[i]);
    }
    (void)kf_error_set(&error, KF_ERR_CONFIG, 0, "there is no profile '%.80s'", name);
    if (nearest.word)
        kf_error_hint(&error, "did you mean '%s'? There are: %s", nearest.word, list);
    else if (names.count > 0)
        kf_error_hint(&error, "there are: %s", list);
    else
        kf_error_hint(&error, "there are none; a path (with a /) may be given instead");
    tell(listener, "--profile", 0, error.text, error.hint);
    return KF_ERR_CONFIG;
}

static enum kf_status load_profile(struct kf_settings_layers *layers, const char *name,
                                   const struct kf_settings_listener *listener)
{
    bool read = false;
    if (!kf_profile_find(&layers->folders, name, layers->profile_path))
        return refuse_profile(layers, name, listener);
    return load_file(layers, layers->profile_path, true, &read, listener);
}

/* The athlete's own file when there is one. */
static enum kf_status load_athlete(struct kf_settings_layers *layers, const char *name,
                                   const struct kf_settings_listener *listener)
{
    if (!layers->folders.athletes[0] || !kf_file_name_good(name))
        return KF_OK;
    kf_folder_file(layers->athlete_path, layers->folders.athletes, name);
    if (!layers->athlete_path[0] || access(layers->athlete_path, F_OK) != 0)
        return KF_OK;
    const enum kf_status status =
        kf_athlete_load(&layers->settings, &layers->origin, layers->athlete_path, name, listener);
    layers->athlete_read = status == KF_OK;
    return status;
}

enum kf_status kf_settings_assign(struct kf_settings *settings, const char *assignment, struct kf_place *place,
                                  struct kf_error *error)
{
    char section[KF_SECTION_MAX], key[KF_SECTION_MAX];
    const char *value = NULL;
    enum kf_status status = kf_assignment_split(assignment, section, key, &value, error);
    if (status == KF_OK)
        status = kf_place_find(settings, section, key, place, error);
    return status == KF_OK ? kf_place_set(settings, *place, value, error) : status;
}

enum kf_status kf_settings_check_all(const struct kf_settings *settings, struct kf_error *error)
{
    const struct kf_setting *row = NULL;
    enum kf_status status = kf_settings_check(settings, &row, error);
    for (unsigned i = 0; status == KF_OK && i < settings->cues.count; i++)
        status = kf_cue_check(&settings->cues.rule[i], &row, error);
    return status;
}

static enum kf_status load_assignments(struct kf_settings_layers *layers, const struct kf_settings_request *request,
                                       const struct kf_settings_listener *listener)
{
    enum kf_status worst = KF_OK;
    struct kf_place place;
    struct kf_error error;
    for (unsigned i = 0; i < request->assignment_count; i++) {
        if (kf_settings_assign(&layers->settings, request->assignments[i], &place, &error) == KF_OK) {
            *kf_place_origin(&layers->origin, place) = (struct kf_settings_origin){"-o", i + 1};
        } else {
            worst = KF_ERR_CONFIG;
            tell(listener, "-o", i + 1, error.text, error.hint);
        }
    }
    if (worst == KF_OK && request->assignment_count > 0 && kf_settings_check_all(&layers->settings, &error) != KF_OK) {
        worst = KF_ERR_CONFIG;
        tell(listener, "-o", 0, error.text, error.hint);
    }
    return worst;
}

static void take_session(struct kf_settings_layers *layers, const struct kf_settings *session)
{
    for (unsigned i = 0; i < KF_SETTING_ROWS; i++) {
        const struct kf_setting *row = &kf_setting_table[i];
        const size_t size = row->type == KF_SETTING_NUMBER  ? sizeof(double)
                            : row->type == KF_SETTING_COUNT ? sizeof(unsigned)
                            : row->type == KF_SETTING_TEXT  ? row->size
                                                            : sizeof(int);
        if (strcmp(row->section, "display") == 0 || strcmp(row->section, "record") == 0)
            continue;
        memcpy((char *)&layers->settings + row->offset, (const char *)session + row->offset, size);
        layers->origin.row[i] = (struct kf_settings_origin){"the session", 0};
    }
    layers->settings.cues = session->cues;
    for (unsigned i = 0; i < session->cues.count; i++)
        for (unsigned key = 0; key < KF_CUE_KEYS; key++)
            layers->origin.cue[i][key] = (struct kf_settings_origin){"the session", 0};
}

enum kf_status kf_settings_load(struct kf_settings_layers *layers, const struct kf_settings_request *request,
                                const struct kf_settings_listener *listener)
{
    enum kf_status status, worst = KF_OK;
    bool read = false;
    kf_settings_default(&layers->settings);
    memset(&layers->origin, 0, sizeof layers->origin);
    layers->profile_path[0] = layers->athlete_path[0] = '\0';
    layers->system_read = layers->user_read = layers->athlete_read = false;
    if (layers->system_path[0])
        worst = load_file(layers, layers->system_path, false, &layers->system_read, listener);
    if (layers->user_path[0] &&
        (status = load_file(layers, layers->user_path, false, &layers->user_read, listener)) != KF_OK)
        worst = status;
    if (request->session)
        take_session(layers, request->session);
    if (request->profile && (status = load_profile(layers, request->profile, listener)) != KF_OK)
        worst = status;
    if (request->file && (status = load_file(layers, request->file, true, &read, listener)) != KF_OK)
        worst = status;
    if (request->athlete && (status = load_athlete(layers, request->athlete, listener)) != KF_OK)
        worst = status;
    status = load_assignments(layers, request, listener);
    return status != KF_OK ? status : worst;
}

enum kf_status kf_settings_reload(const struct kf_settings_layers *now, const struct kf_settings_request *request,
                                  struct kf_settings_layers *fresh, const struct kf_settings_listener *listener)
{
    fresh->folders = now->folders;
    fresh->at_once = true;
    memcpy(fresh->system_path, now->system_path, sizeof fresh->system_path);
    memcpy(fresh->user_path, now->user_path, sizeof fresh->user_path);
    return kf_settings_load(fresh, request, listener);
}
