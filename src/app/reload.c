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
    if (kf_settings_reload(layers, request, &reload->layers[0], &quiet) != KF_OK)
        reload->layers[0] = *layers; /* spoiled since then: what was good is what the next change is compared with */
    return kf_watch_file_settings(&reload->watch, &reload->layers[0], request, error);
}

bool kf_reload_pending(struct kf_reload *reload)
{
    return kf_watch_file_changed(&reload->watch);
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

enum kf_status kf_reload_read(struct kf_reload *reload, const struct kf_settings_listener *listener)
{
    return kf_settings_reload(&reload->layers[reload->now], &reload->request, &reload->layers[1 - reload->now],
                              listener);
}

/* Cues whose sections are in none of the files any more; returns how many. */
static unsigned switch_off(struct kf_settings *settings, const struct kf_cue_rules *before,
                           const struct kf_cue_rules *fresh)
{
    unsigned count = 0;
    for (unsigned i = 0; i < before->count; i++) {
        const int index = kf_cue_find(&settings->cues, before->rule[i].name);
        if (index < 0 || kf_cue_find(fresh, before->rule[i].name) >= 0)
            continue;
        count += settings->cues.rule[index].enabled != 0;
        settings->cues.rule[index].enabled = 0;
    }
    return count;
}

enum kf_status kf_reload_merge(const struct kf_reload *reload, struct kf_settings *settings, unsigned *changed,
                               struct kf_error *error)
{
    const struct kf_settings *before = &reload->layers[reload->now].settings;
    const struct kf_settings *fresh = &reload->layers[1 - reload->now].settings;
    struct kf_settings result = *settings;
    char section[KF_SECTION_MAX], value[KF_SETTING_VALUE_MAX];
    unsigned count = switch_off(&result, &before->cues, &fresh->cues);
    for (unsigned i = 0; i < kf_place_count(fresh); i++) {
        const struct kf_place place = kf_place_at(i);
        struct kf_place there;
        if (same_value(before, fresh, place) || same_value(&result, fresh, place))
            continue;
        kf_place_section(fresh, place, section, sizeof section);
        kf_place_value(fresh, place, value, sizeof value);
        if (kf_place_find(&result, section, place.row->key, &there, error) != KF_OK ||
            kf_place_set(&result, there, value, error) != KF_OK)
            return KF_ERR_CONFIG;
        count++;
    }
    if (kf_settings_check_all(&result, error) != KF_OK)
        return KF_ERR_CONFIG;
    *settings = result;
    if (changed)
        *changed = count;
    return KF_OK;
}

void kf_reload_done(struct kf_reload *reload)
{
    reload->now = 1 - reload->now;
}

struct kf_settings_layers *kf_reload_layers(struct kf_reload *reload)
{
    return &reload->layers[reload->now];
}

void kf_reload_close(struct kf_reload *reload)
{
    kf_watch_file_close(&reload->watch);
}
