/* settings.c - the table of schema.def at run time: defaults, ranges, and values from and to text.
 *
 * One table serves the ini file, -o, `config show` and the template, so that a setting cannot mean two things. */
#include "settings/settings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "settings/number.h"
#include "settings/suggest.h"
#include "settings/utf8.h"

/* The names of sections, as arrays: their addresses are constants. */
#define KF_SECTION(section, name, help) static const char name_of_##section[] = name;
#include "settings/schema.def"

#define NAME(section, key) name_of_##section, #key
#define PLACE(section, key) offsetof(struct kf_settings, section##_##key)
#define KF_NUMBER(section, key, value, min, max, step, unit, when, depends, help)                                      \
    {NAME(section, key),                                                                                               \
     KF_SETTING_NUMBER,                                                                                                \
     PLACE(section, key),                                                                                              \
     (double)value,                                                                                                    \
     "",                                                                                                               \
     min,                                                                                                              \
     max,                                                                                                              \
     step,                                                                                                             \
     unit,                                                                                                             \
     "",                                                                                                               \
     KF_SETTING_##when,                                                                                                \
     depends,                                                                                                          \
     help},
#define KF_COUNT(section, key, value, min, max, step, unit, when, depends, help)                                       \
    {NAME(section, key),                                                                                               \
     KF_SETTING_COUNT,                                                                                                 \
     PLACE(section, key),                                                                                              \
     value,                                                                                                            \
     "",                                                                                                               \
     min,                                                                                                              \
     max,                                                                                                              \
     step,                                                                                                             \
     unit,                                                                                                             \
     "",                                                                                                               \
     KF_SETTING_##when,                                                                                                \
     depends,                                                                                                          \
     help},
#define KF_CHOICE(section, key, value, choices, when, depends, help)                                                   \
    {NAME(section, key),                                                                                               \
     KF_SETTING_CHOICE,                                                                                                \
     PLACE(section, key),                                                                                              \
     value,                                                                                                            \
     "",                                                                                                               \
     0,                                                                                                                \
     0,                                                                                                                \
     0,                                                                                                                \
     "",                                                                                                               \
     choices,                                                                                                          \
     KF_SETTING_##when,                                                                                                \
     depends,                                                                                                          \
     help},
#define KF_TEXT(section, key, value, when, depends, help)                                                              \
    {NAME(section, key),                                                                                               \
     KF_SETTING_TEXT,                                                                                                  \
     PLACE(section, key),                                                                                              \
     0,                                                                                                                \
     value,                                                                                                            \
     0,                                                                                                                \
     0,                                                                                                                \
     0,                                                                                                                \
     "",                                                                                                               \
     "",                                                                                                               \
     KF_SETTING_##when,                                                                                                \
     depends,                                                                                                          \
     help},
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

static void *field(struct kf_settings *settings, const struct kf_setting *setting)
{
    return (char *)settings + setting->offset;
}

static const void *field_const(const struct kf_settings *settings, const struct kf_setting *setting)
{
    return (const char *)settings + setting->offset;
}

static void store_default(struct kf_settings *settings, const struct kf_setting *setting)
{
    switch (setting->type) {
    case KF_SETTING_NUMBER:
        *(double *)field(settings, setting) = setting->value;
        break;
    case KF_SETTING_COUNT:
        *(unsigned *)field(settings, setting) = (unsigned)setting->value;
        break;
    case KF_SETTING_CHOICE:
        *(int *)field(settings, setting) = (int)setting->value;
        break;
    case KF_SETTING_TEXT:
        (void)snprintf(field(settings, setting), KF_SETTING_TEXT_MAX, "%s", setting->text);
        break;
    }
}

void kf_settings_default(struct kf_settings *settings)
{
    memset(settings, 0, sizeof *settings);
    for (int i = 0; i < KF_SETTING_ROWS; i++)
        store_default(settings, &kf_setting_table[i]);
}

const struct kf_setting *kf_setting_find(const char *section, const char *key)
{
    for (int i = 0; i < KF_SETTING_ROWS; i++)
        if (strcmp(kf_setting_table[i].section, section) == 0 && strcmp(kf_setting_table[i].key, key) == 0)
            return &kf_setting_table[i];
    return NULL;
}

/* Copies choice number `index` into out; false when there are not that many. */
static bool choice_name(const char *choices, int index, char *out, size_t capacity)
{
    for (; index > 0; index--) {
        choices = strchr(choices, '|');
        if (!choices)
            return false;
        choices++;
    }
    (void)snprintf(out, capacity, "%.*s", (int)strcspn(choices, "|"), choices);
    return true;
}

void kf_setting_value(const struct kf_settings *settings, const struct kf_setting *setting, char *out, size_t capacity)
{
    const void *at = field_const(settings, setting);
    char number[KF_NUMBER_TEXT_MAX] = "";
    switch (setting->type) {
    case KF_SETTING_NUMBER:
        if (isfinite(*(const double *)at))
            kf_number_write(number, *(const double *)at);
        (void)snprintf(out, capacity, "%s", number);
        break;
    case KF_SETTING_COUNT:
        (void)snprintf(out, capacity, "%u", *(const unsigned *)at);
        break;
    case KF_SETTING_CHOICE:
        (void)choice_name(setting->choices, *(const int *)at, out, capacity);
        break;
    case KF_SETTING_TEXT:
        (void)snprintf(out, capacity, "%s", (const char *)at);
        break;
    }
}

void kf_setting_range(const struct kf_setting *setting, char *out, size_t capacity)
{
    char low[KF_NUMBER_TEXT_MAX], high[KF_NUMBER_TEXT_MAX], name[KF_SETTING_TEXT_MAX];
    size_t used = 0;
    switch (setting->type) {
    case KF_SETTING_NUMBER:
    case KF_SETTING_COUNT:
        kf_number_write(low, setting->min);
        kf_number_write(high, setting->max);
        (void)snprintf(out, capacity, "%s to %s%s%s%s", low, high, *setting->unit ? " " : "", setting->unit,
                       isnan(setting->value) ? ", or empty when not known" : "");
        break;
    case KF_SETTING_CHOICE:
        out[0] = '\0';
        for (int i = 0; used < capacity && choice_name(setting->choices, i, name, sizeof name); i++)
            used += (size_t)snprintf(out + used, capacity - used, "%s%s", i > 0 ? ", " : "", name);
        break;
    case KF_SETTING_TEXT:
        (void)snprintf(out, capacity, "up to %d bytes of UTF-8, no control characters", KF_SETTING_TEXT_MAX - 1);
        break;
    }
}

/* UTF-8 without control characters (C0, DEL, C1): it may be shown on a terminal. */
static bool is_printable(const char *text)
{
    while (*text) {
        const size_t length = kf_utf8_length(text);
        const unsigned char first = (unsigned char)text[0];
        if (length == 0 || first < 0x20 || first == 0x7f || (first == 0xc2 && (unsigned char)text[1] < 0xa0))
            return false;
        text += length;
    }
    return true;
}

static bool set_number(void *at, const struct kf_setting *setting, const char *value)
{
    double number = NAN;
    if (*value == '\0' && isnan(setting->value)) {
        *(double *)at = NAN;
        return true;
    }
    if (!kf_number_read(value, &number) || number < setting->min || number > setting->max)
        return false;
    *(double *)at = number;
    return true;
}

static bool set_count(void *at, const struct kf_setting *setting, const char *value)
{
    double number = NAN;
    if (!kf_number_read(value, &number) || number < setting->min || number > setting->max || number != floor(number))
        return false;
    *(unsigned *)at = (unsigned)number;
    return true;
}

static bool set_choice(void *at, const struct kf_setting *setting, const char *value)
{
    char name[KF_SETTING_TEXT_MAX];
    for (int i = 0; choice_name(setting->choices, i, name, sizeof name); i++)
        if (strcmp(name, value) == 0) {
            *(int *)at = i;
            return true;
        }
    return false;
}

static bool set_text(void *at, const char *value)
{
    const size_t length = strlen(value);
    if (length >= KF_SETTING_TEXT_MAX || !is_printable(value))
        return false;
    memcpy(at, value, length + 1);
    return true;
}

/* The second line: the allowed range, and the slip when one can be guessed. */
static void explain_value(struct kf_error *error, const struct kf_setting *setting, const char *value)
{
    char range[KF_SETTING_RANGE_MAX];
    kf_setting_range(setting, range, sizeof range);
    const bool numeric = setting->type == KF_SETTING_NUMBER || setting->type == KF_SETTING_COUNT;
    if (numeric && strchr(value, ','))
        kf_error_hint(error, "allowed: %s; decimals take a point, not a comma", range);
    else if (numeric && strchr(value, '#'))
        kf_error_hint(error, "allowed: %s; a comment behind a value begins with ' ;'", range);
    else
        kf_error_hint(error, "allowed: %s", range);
}

enum kf_status kf_setting_set(struct kf_settings *settings, const struct kf_setting *setting, const char *value,
                              struct kf_error *error)
{
    void *at = field(settings, setting);
    bool good = false;
    switch (setting->type) {
    case KF_SETTING_NUMBER:
        good = set_number(at, setting, value);
        break;
    case KF_SETTING_COUNT:
        good = set_count(at, setting, value);
        break;
    case KF_SETTING_CHOICE:
        good = set_choice(at, setting, value);
        break;
    case KF_SETTING_TEXT:
        good = set_text(at, value);
        break;
    }
    if (good)
        return KF_OK;
    (void)kf_error_set(error, KF_ERR_CONFIG, 0, "%s.%s cannot be '%.80s'", setting->section, setting->key, value);
    explain_value(error, setting, value);
    return KF_ERR_CONFIG;
}

enum kf_status kf_settings_check(const struct kf_settings *settings, const struct kf_setting **row,
                                 struct kf_error *error)
{
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
