/* reload.c - settings files that change while a session runs.
 *
 * A coach edits a limit in an editor beside the running screen. What the files say now is compared with what they said
 * before, and only the difference goes to the session. */
#include "app/reload.h"

#include <string.h>

static void ignore(void *context, const struct kf_settings_problem *problem)
{
    (void)context;
    (void)problem;
}

enum kf_status kf_reload_open(struct kf_reload *reload, const struct kf_settings_layers *layers,
                              const struct kf_settings_request *request, struct kf_error *error)
{
    const struct kf_settings_listener quiet = {ignore, NULL}; /* they have been read, and told, before */
    memset(reload, 0, sizeof *reload);
    reload->watch.fd = -1;
    reload->request = *request;
    (void)kf_settings_reload(layers, request, &reload->layers[0], &quiet);
    return kf_watch_file_settings(&reload->watch, &reload->layers[0], request, error);
}

bool kf_reload_pending(struct kf_reload *reload)
{
    return kf_watch_file_changed(&reload->watch);
}

/* The cue's section is in none of the files any more. */
static void drop_cue(struct kf_cue_rules *cues, const char *name)
{
    const int index = kf_cue_find(cues, name);
    if (index < 0)
        return;
    cues->count--;
    memmove(&cues->rule[index], &cues->rule[index + 1], (cues->count - (unsigned)index) * sizeof cues->rule[0]);
    memset(&cues->rule[cues->count], 0, sizeof cues->rule[0]);
}

/* Has `before` the value that `fresh` has at `place`? Cues are the same by their names. */
static bool same_value(const struct kf_settings *before, const struct kf_settings *fresh, struct kf_place place)
{
    char old[KF_SETTING_VALUE_MAX], new[KF_SETTING_VALUE_MAX];
    struct kf_place there = place;
    if (place.cue >= 0)
        there.cue = kf_cue_find(&before->cues, fresh->cues.rule[place.cue].name);
    if (place.cue >= 0 && there.cue < 0)
        return false;
    kf_place_value(before, there, old, sizeof old);
    kf_place_value(fresh, place, new, sizeof new);
    return strcmp(old, new) == 0;
}

/* Brings into *result what is different in `fresh` from `before`. */
static enum kf_status merge(struct kf_settings *result, const struct kf_settings *before,
                            const struct kf_settings *fresh, unsigned *changed, struct kf_error *error)
{
    char section[KF_SECTION_MAX], value[KF_SETTING_VALUE_MAX];
    for (unsigned i = 0; i < before->cues.count; i++)
        if (kf_cue_find(&fresh->cues, before->cues.rule[i].name) < 0) {
            drop_cue(&result->cues, before->cues.rule[i].name);
            ++*changed;
        }
    for (unsigned i = 0; i < kf_place_count(fresh); i++) {
        const struct kf_place place = kf_place_at(i);
        struct kf_place there;
        if (same_value(before, fresh, place) || same_value(result, fresh, place))
            continue;
        kf_place_section(fresh, place, section, sizeof section);
        kf_place_value(fresh, place, value, sizeof value);
        if (kf_place_find(result, section, place.row->key, &there, error) != KF_OK ||
            kf_place_set(result, there, value, error) != KF_OK)
            return KF_ERR_CONFIG;
        ++*changed;
    }
    return kf_settings_check_all(result, error);
}

enum kf_status kf_reload_read(struct kf_reload *reload, const struct kf_settings *in_force,
                              char text[KF_SETTINGS_WHOLE_MAX], unsigned *changed,
                              const struct kf_settings_listener *listener)
{
    struct kf_settings_layers *now = &reload->layers[reload->now], *fresh = &reload->layers[1 - reload->now];
    struct kf_settings result = *in_force;
    struct kf_error error = {0};
    unsigned count = 0;
    const enum kf_status status = kf_settings_reload(now, &reload->request, fresh, listener);
    if (status != KF_OK)
        return status;
    if (merge(&result, &now->settings, &fresh->settings, &count, &error) != KF_OK) {
        const struct kf_settings_problem problem = {"settings", 0, error.text, error.hint};
        listener->problem(listener->context, &problem);
        return KF_ERR_CONFIG;
    }
    reload->now = 1 - reload->now;
    (void)kf_settings_whole(&result, text, KF_SETTINGS_WHOLE_MAX);
    if (changed)
        *changed = count;
    return KF_OK;
}

struct kf_settings_layers *kf_reload_layers(struct kf_reload *reload)
{
    return &reload->layers[reload->now];
}

void kf_reload_close(struct kf_reload *reload)
{
    kf_watch_file_close(&reload->watch);
}
