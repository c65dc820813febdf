/* place.c - one way to name, read and set a value, whether it is a setting or a key of a cue. */
#include "settings/place.h"

#include <stdio.h>
#include <string.h>

enum kf_status kf_place_find(struct kf_settings *settings, const char *section, const char *key, struct kf_place *place,
                             struct kf_error *error)
{
    const char *name = kf_cue_section_name(section);
    if (!name || kf_section_help(section)) {
        *place = (struct kf_place){kf_setting_find(section, key), -1};
        return place->row ? KF_OK : kf_setting_unknown(section, key, error);
    }
    place->row = kf_cue_key_find(key);
    if (!place->row)
        return kf_cue_key_unknown(name, key, error);
    place->cue = kf_cue_find_or_add(&settings->cues, name, error);
    return place->cue >= 0 ? KF_OK : KF_ERR_CONFIG;
}

unsigned kf_place_count(const struct kf_settings *settings)
{
    return KF_SETTING_ROWS + settings->cues.count * KF_CUE_KEYS;
}

struct kf_place kf_place_at(unsigned index)
{
    if (index < KF_SETTING_ROWS)
        return (struct kf_place){&kf_setting_table[index], -1};
    index -= KF_SETTING_ROWS;
    return (struct kf_place){&kf_cue_key_table[index % KF_CUE_KEYS], (int)(index / KF_CUE_KEYS)};
}

enum kf_status kf_place_set(struct kf_settings *settings, struct kf_place place, const char *value,
                            struct kf_error *error)
{
    return place.cue < 0 ? kf_setting_set(settings, place.row, value, error)
                         : kf_cue_set(&settings->cues.rule[place.cue], place.row, value, error);
}

void kf_place_value(const struct kf_settings *settings, struct kf_place place, char *out, size_t capacity)
{
    if (place.cue < 0)
        kf_setting_value(settings, place.row, out, capacity);
    else
        kf_cue_value(&settings->cues.rule[place.cue], place.row, out, capacity);
}

void kf_place_section(const struct kf_settings *settings, struct kf_place place, char *out, size_t capacity)
{
    if (place.cue < 0)
        (void)snprintf(out, capacity, "%s", place.row->section);
    else
        (void)snprintf(out, capacity, "cue %s", settings->cues.rule[place.cue].name);
}

struct kf_settings_origin *kf_place_origin(struct kf_settings_origins *origins, struct kf_place place)
{
    return place.cue < 0 ? &origins->row[place.row - kf_setting_table]
                         : &origins->cue[place.cue][place.row - kf_cue_key_table];
}

enum kf_status kf_assignment_split(const char *assignment, char section[KF_SECTION_MAX], char key[KF_SECTION_MAX],
                                   const char **value, struct kf_error *error)
{
    const size_t name_length = strcspn(assignment, "=");
    size_t dot = name_length;
    while (dot > 0 && assignment[dot] != '.')
        dot--;
    const size_t key_length = assignment[dot] == '.' ? name_length - dot - 1 : 0;
    if (assignment[dot] != '.' || assignment[name_length] != '=' || dot >= KF_SECTION_MAX ||
        key_length >= KF_SECTION_MAX) {
        (void)kf_error_set(error, KF_ERR_CONFIG, 0, "'%.120s' is no section.key=value", assignment);
        kf_error_hint(error, "for example athlete.height_m=1.75");
        return KF_ERR_CONFIG;
    }
    (void)snprintf(section, KF_SECTION_MAX, "%.*s", (int)dot, assignment);
    (void)snprintf(key, KF_SECTION_MAX, "%.*s", (int)key_length, assignment + dot + 1);
    *value = assignment + name_length + 1;
    return KF_OK;
}
