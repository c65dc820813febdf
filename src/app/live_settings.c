/* live_settings.c - the settings screen edits a draft; here the draft becomes controls of the session and lines of
 * files.
 */
#include "app/live_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/preview.h"
#include "settings/folders.h"
#include "settings/place.h"
#include "settings/write.h"
#include "ui/text.h"

enum { CHANGES = 512 }; /* values one visit to the settings may change */

/* A value that is to be written, with room for its words. */
struct written {
    char section[KF_SECTION_MAX], value[KF_SETTING_VALUE_MAX];
};

void kf_live_keep_first(void *context, const struct kf_settings_problem *problem)
{
    struct kf_live_problem *first = context;
    const char *name = strrchr(problem->file, '/');
    if (first->count++ == 0)
        (void)snprintf(first->text, sizeof first->text, "%.40s:%u: %.100s", name ? name + 1 : problem->file,
                       problem->line, problem->text);
}

bool kf_live_read_over(const char *path, struct kf_settings *settings, char answer[KF_LIVE_ANSWER])
{
    struct kf_live_problem first = {0};
    const struct kf_settings_listener listener = {kf_live_keep_first, &first};
    struct kf_settings fresh = *settings;
    struct kf_error error = {0};
    struct kf_text_file file;
    enum kf_status status = kf_text_file_read(&file, path, 0, &error);
    if (status != KF_OK) {
        (void)snprintf(first.text, sizeof first.text, "'%.60s': %.80s", path, error.text);
    } else {
        const struct kf_settings_text text = {.name = path, .text = file.text, .length = file.length};
        status = kf_settings_read(&fresh, NULL, &text, &listener);
        kf_text_file_free(&file);
    }
    if (status == KF_OK)
        *settings = fresh;
    else
        (void)kf_text_clean(answer, KF_LIVE_ANSWER, first.text);
    return status == KF_OK;
}

/* The draft's value of a place as text; true when `base` has another, or not that cue. */
static bool differs(const struct kf_settings *draft, const struct kf_settings *base, struct kf_place place,
                    char value[KF_SETTING_VALUE_MAX])
{
    char other[KF_SETTING_VALUE_MAX];
    kf_place_value(draft, place, value, KF_SETTING_VALUE_MAX);
    if (place.cue >= 0 && (unsigned)place.cue >= base->cues.count)
        return true;
    kf_place_value(base, place, other, sizeof other);
    return strcmp(value, other) != 0;
}

/* Requests in the making: the changes of one section go together, since limits of a cue make sense together only. */
struct batch {
    struct kf_pump *pump;
    struct kf_request request;
    size_t used;
    unsigned count, sent, dropped;
    char section[KF_SECTION_MAX];
};

static void send(struct batch *batch)
{
    if (batch->count == 0)
        return;
    if (kf_pump_request(batch->pump, &batch->request) == KF_OK)
        batch->sent += batch->count;
    else
        batch->dropped += batch->count;
    batch->used = batch->count = 0;
}

static void add(struct batch *batch, const char *section, const char *key, const char *value)
{
    char line[KF_SECTION_MAX * 2 + KF_SETTING_VALUE_MAX + 2];
    const int length = snprintf(line, sizeof line, "%s.%s=%s\n", section, key, value);
    if (strcmp(section, batch->section) != 0 || batch->used + (size_t)length >= sizeof batch->request.text)
        send(batch);
    (void)snprintf(batch->section, sizeof batch->section, "%s", section);
    memcpy(batch->request.text + batch->used, line, (size_t)length + 1);
    batch->used += (size_t)length;
    batch->count++;
}

bool kf_live_apply(struct kf_pump *pump, const struct kf_settings *draft, const struct kf_settings *in_force,
                   char answer[KF_LIVE_ANSWER])
{
    struct kf_error error = {0};
    struct batch batch = {.pump = pump, .request = {.kind = KF_REQUEST_CONTROL, .control = KF_CONTROL_SETTING}};
    if (kf_settings_check_all(draft, &error) != KF_OK) {
        (void)snprintf(answer, KF_LIVE_ANSWER, "not applied: %.140s", error.text);
        return false;
    }
    for (unsigned i = 0; i < kf_place_count(draft); i++) {
        const struct kf_place place = kf_place_at(i);
        char section[KF_SECTION_MAX], value[KF_SETTING_VALUE_MAX];
        if (!differs(draft, in_force, place, value))
            continue;
        kf_place_section(draft, place, section, sizeof section);
        add(&batch, section, place.row->key, value);
    }
    send(&batch);
    if (batch.dropped > 0)
        (void)snprintf(answer, KF_LIVE_ANSWER, "%u applied; the same key again for the other %u", batch.sent,
                       batch.dropped);
    else
        (void)snprintf(answer, KF_LIVE_ANSWER, "%u applied, not saved", batch.sent);
    return batch.dropped == 0;
}

/* Writes what differs; *count is how many values. */
static enum kf_status write_file(const char *path, const struct kf_settings *draft, const struct kf_settings *base,
                                 unsigned *count, struct kf_error *error)
{
    const struct kf_change_file file = {.path = path};
    struct kf_change *changes = calloc(CHANGES, sizeof *changes);
    struct written *written = calloc(CHANGES, sizeof *written);
    enum kf_status status = KF_ERR_UNAVAILABLE;
    *count = 0;
    if (!changes || !written) {
        kf_error_set(error, status, 0, "not enough memory to save settings");
    } else {
        for (unsigned i = 0; i < kf_place_count(draft) && *count < CHANGES; i++) {
            const struct kf_place place = kf_place_at(i);
            struct written *words = &written[*count];
            if (!differs(draft, base, place, words->value))
                continue;
            kf_place_section(draft, place, words->section, sizeof words->section);
            changes[(*count)++] = (struct kf_change){words->section, place.row->key, words->value};
        }
        status = *count > 0 ? kf_settings_change(&file, changes, *count, error) : KF_OK;
    }
    free(changes);
    free(written);
    return status;
}

static bool tell(enum kf_status status, const struct kf_error *error, unsigned count, const char *path,
                 char answer[KF_LIVE_ANSWER])
{
    char text[KF_LIVE_ANSWER];
    if (status != KF_OK)
        (void)snprintf(text, sizeof text, "not saved: %.140s", error->text);
    else if (count == 0)
        (void)snprintf(text, sizeof text, "nothing to save: all is as it was");
    else
        (void)snprintf(text, sizeof text, "%u saved in %.130s", count, path);
    (void)kf_text_clean(answer, KF_LIVE_ANSWER, text);
    return status == KF_OK;
}

bool kf_live_save(const char *path, const struct kf_settings *draft, const struct kf_settings *base,
                  char answer[KF_LIVE_ANSWER])
{
    struct kf_error error = {0};
    unsigned count = 0;
    if (!path || !*path) {
        (void)snprintf(answer, KF_LIVE_ANSWER, "not saved: there is no folder for settings (HOME is not set)");
        return false;
    }
    const enum kf_status status = write_file(path, draft, base, &count, &error);
    return tell(status, &error, count, path, answer);
}

/* What is not a profile's goes back to what is built in. */
static void keep_profile(struct kf_settings *settings, const struct kf_settings *built_in)
{
    static const char *const others[] = {"athlete", "placement", "display", "record"};
    char value[KF_SETTING_VALUE_MAX];
    for (unsigned i = 0; i < KF_SETTING_ROWS; i++)
        for (size_t j = 0; j < sizeof others / sizeof others[0]; j++)
            if (strcmp(kf_setting_table[i].section, others[j]) == 0) {
                kf_setting_value(built_in, &kf_setting_table[i], value, sizeof value);
                (void)kf_setting_set(settings, &kf_setting_table[i], value, NULL);
            }
}

bool kf_live_save_profile(const char *folder, const char *name, const struct kf_settings *draft,
                          char answer[KF_LIVE_ANSWER])
{
    struct kf_settings built_in, profile = *draft;
    struct kf_error error = {0};
    char path[KF_SETTINGS_PATH_MAX] = "";
    unsigned count = 0;
    if (!kf_file_name_good(name)) {
        (void)snprintf(answer, KF_LIVE_ANSWER,
                       "not saved: a profile's name is letters and digits, no / and no = in it");
        return false;
    }
    if (*folder)
        kf_folder_file(path, folder, name);
    if (!*path) {
        (void)snprintf(answer, KF_LIVE_ANSWER, "not saved: there is no folder for profiles");
        return false;
    }
    kf_settings_default(&built_in);
    keep_profile(&profile, &built_in);
    const enum kf_status status = write_file(path, &profile, &built_in, &count, &error);
    return tell(status, &error, count, path, answer);
}

void kf_live_origins(struct kf_pane *pane, struct kf_settings_layers *layers)
{
    pane->layered = &layers->settings;
    pane->origins = &layers->origin;
}

void kf_live_preview(struct kf_pane *pane, const struct kf_view *view)
{
    const struct kf_baseline_report baseline[KF_LEG_COUNT] = {view->leg[KF_LEFT].baseline,
                                                              view->leg[KF_RIGHT].baseline};
    pane->preview = (struct kf_pane_preview){.known = false};
    pane->edited = kf_pane_change_count(pane, &view->settings) > 0;
    if (!pane->edited)
        return;
    const struct kf_preview found = kf_preview(&view->recent, baseline, view->belt_mps, &view->settings, &pane->draft);
    pane->preview = (struct kf_pane_preview){.known = true,
                                             .swings = found.swings,
                                             .verdicts = found.verdicts,
                                             .cues = found.cues,
                                             .remeasured = kf_pane_remeasures(pane, &view->settings)};
}
