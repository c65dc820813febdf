/* settings.c - the table of schema.def at run time: defaults, ranges, and values from and to text.
 *
 * One table serves the ini file, -o, `config show` and the template, so that a setting cannot mean two things. */
#include "settings/settings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/suggest.h"
#include "settings/cues.h"
#include "settings/feedback_words.h"
#include "settings/value.h"

/* The names of sections, as arrays: their addresses are constants. */
#define KF_SECTION(section, name, help) static const char name_of_##section[] = name;
#include "settings/schema.def"

#define NAME(section_, key_) .section = name_of_##section_, .key = #key_
#define PLACE(section, key) .offset = offsetof(struct kf_settings, section##_##key)
#define SIZE(section, key) .size = sizeof(((struct kf_settings *)0)->section##_##key)
#include "settings/rows.h"
const struct kf_setting kf_setting_table[KF_SETTING_ROWS] = {
#include "settings/schema.def"
};

static const struct {
    const char *name, *help;
} sections[] = {
#define KF_SECTION(section, name, help) {name, help},
#include "settings/schema.def"
};

const char *kf_section_help(const char *section)
{
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (strcmp(sections[i].name, section) == 0)
            return sections[i].help;
    return NULL;
}

void kf_settings_default(struct kf_settings *settings)
{
    memset(settings, 0, sizeof *settings);
    for (int i = 0; i < KF_SETTING_ROWS; i++)
        kf_value_default(settings, &kf_setting_table[i]);
    kf_cues_default(&settings->cues);
}

const struct kf_setting *kf_setting_find(const char *section, const char *key)
{
    for (int i = 0; i < KF_SETTING_ROWS; i++)
        if (strcmp(kf_setting_table[i].section, section) == 0 && strcmp(kf_setting_table[i].key, key) == 0)
            return &kf_setting_table[i];
    return NULL;
}

void kf_setting_value(const struct kf_settings *settings, const struct kf_setting *setting, char *out, size_t capacity)
{
    kf_value_text(settings, setting, out, capacity);
}

enum kf_status kf_setting_set(struct kf_settings *settings, const struct kf_setting *setting, const char *value,
                              struct kf_error *error)
{
    return kf_value_set(settings, setting, value) ? KF_OK : kf_value_refuse(setting->section, setting, value, error);
}

/* The two lists of [feedback], which are texts to the table. */
static enum kf_status check_feedback(const struct kf_settings *settings, const struct kf_setting **row,
                                     struct kf_error *error)
{
    struct kf_feedback_plan plan;
    const char *value = settings->feedback_schedule, *hint = kf_feedback_read_steps(value, &plan);
    *row = &kf_setting_table[KF_SETTING_INDEX_feedback_schedule];
    if (!hint) {
        *row = &kf_setting_table[KF_SETTING_INDEX_feedback_quiet];
        value = settings->feedback_quiet;
        hint = kf_feedback_read_quiet(value, &plan);
    }
    if (!hint)
        return KF_OK;
    (void)kf_error_set(error, KF_ERR_CONFIG, 0, "feedback.%s cannot be '%s'", (*row)->key, value);
    kf_error_hint(error, "%s", hint);
    return KF_ERR_CONFIG;
}

enum kf_status kf_settings_check(const struct kf_settings *settings, const struct kf_setting **row,
                                 struct kf_error *error)
{
    if (check_feedback(settings, row, error) != KF_OK)
        return KF_ERR_CONFIG;
    if (settings->verdict_baseline_full_strides >= settings->verdict_baseline_provisional_strides)
        return KF_OK;
    *row = &kf_setting_table[KF_SETTING_INDEX_verdict_baseline_full_strides];
    (void)kf_error_set(error, KF_ERR_CONFIG, 0,
                       "verdict.baseline_full_strides (%u) is less than verdict.baseline_provisional_strides (%u)",
                       settings->verdict_baseline_full_strides, settings->verdict_baseline_provisional_strides);
    kf_error_hint(error, "a full baseline takes at least the strides of a provisional one");
    return KF_ERR_CONFIG;
}

enum kf_status kf_setting_unknown(const char *section, const char *key, struct kf_error *error)
{
    struct kf_suggestion near_section = {0}, near_key = {0};
    char owner[128] = "";
    if (!kf_section_help(section)) {
        for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
            kf_suggest_offer(&near_section, section, sections[i].name);
        (void)kf_error_set(error, KF_ERR_CONFIG, 0, "there is no section [%.60s]", section);
        if (near_section.word)
            kf_error_hint(error, "did you mean [%s]? `kneefold config show` lists them all", near_section.word);
        else
            kf_error_hint(error, "`kneefold config show` lists them all");
        return KF_ERR_CONFIG;
    }
    for (int i = 0; i < KF_SETTING_ROWS; i++) {
        const struct kf_setting *row = &kf_setting_table[i];
        if (strcmp(row->section, section) == 0)
            kf_suggest_offer(&near_key, key, row->key);
        else if (strcmp(row->key, key) == 0)
            (void)snprintf(owner, sizeof owner, "it belongs to [%s]", row->section);
    }
    (void)kf_error_set(error, KF_ERR_CONFIG, 0, "there is no key '%.60s' in [%s]", key, section);
    if (*owner)
        kf_error_hint(error, "%s", owner);
    else if (near_key.word)
        kf_error_hint(error, "did you mean '%s'?", near_key.word);
    else
        kf_error_hint(error, "`kneefold config show` lists them all");
    return KF_ERR_CONFIG;
}
