/* value.c - one value as text and back, checked against its row.
 *
 * Settings and cues are read from files, from -o, from the screen and from recordings: all of them meet the same
 * check, so that a value is either allowed everywhere or nowhere. */
#include "settings/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "settings/number.h"
#include "core/utf8.h"

static void *field(void *base, const struct kf_setting *row)
{
    return (char *)base + row->offset;
}

static const void *field_const(const void *base, const struct kf_setting *row)
{
    return (const char *)base + row->offset;
}

void kf_value_default(void *base, const struct kf_setting *row)
{
    void *at = field(base, row);
    switch (row->type) {
    case KF_SETTING_NUMBER:
        *(double *)at = row->value;
        break;
    case KF_SETTING_COUNT:
        *(unsigned *)at = (unsigned)row->value;
        break;
    case KF_SETTING_CHOICE:
        *(int *)at = (int)row->value;
        break;
    case KF_SETTING_TEXT:
        memset(at, 0, row->size);
        (void)snprintf(at, row->size, "%s", row->text);
        break;
    }
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

void kf_value_text(const void *base, const struct kf_setting *row, char *out, size_t capacity)
{
    const void *at = field_const(base, row);
    char number[KF_NUMBER_TEXT_MAX] = "";
    switch (row->type) {
    case KF_SETTING_NUMBER:
        if (isfinite(*(const double *)at))
            kf_number_write(number, *(const double *)at);
        (void)snprintf(out, capacity, "%s", number);
        break;
    case KF_SETTING_COUNT:
        (void)snprintf(out, capacity, "%u", *(const unsigned *)at);
        break;
    case KF_SETTING_CHOICE:
        (void)choice_name(row->choices, *(const int *)at, out, capacity);
        break;
    case KF_SETTING_TEXT:
        (void)snprintf(out, capacity, "%s", (const char *)at);
        break;
    }
}

void kf_setting_range(const struct kf_setting *row, char *out, size_t capacity)
{
    char low[KF_NUMBER_TEXT_MAX], high[KF_NUMBER_TEXT_MAX], name[KF_SETTING_VALUE_MAX];
    const char *empty = isnan(row->value) ? ", or empty when not known" : "";
    size_t used = 0;
    switch (row->type) {
    case KF_SETTING_NUMBER:
    case KF_SETTING_COUNT:
        kf_number_write(low, row->min);
        kf_number_write(high, row->max);
        if (row->max >= KF_SETTING_ANY)
            (void)snprintf(out, capacity, "any number, or empty");
        else
            (void)snprintf(out, capacity, "%s to %s%s%s%s", low, high, *row->unit ? " " : "", row->unit, empty);
        break;
    case KF_SETTING_CHOICE:
        out[0] = '\0';
        for (int i = 0; used < capacity && choice_name(row->choices, i, name, sizeof name); i++)
            used += (size_t)snprintf(out + used, capacity - used, "%s%s", i > 0 ? ", " : "", name);
        break;
    case KF_SETTING_TEXT:
        (void)snprintf(out, capacity, "up to %zu bytes of UTF-8, no control characters", row->size - 1);
        break;
    }
}

/* An ini file would give it back as it is: no blank at either end, and nothing in it that begins a comment. */
static bool is_storable(const char *text)
{
    const size_t length = strlen(text);
    return length == 0 || (text[0] != ' ' && text[0] != ';' && text[length - 1] != ' ' && !strstr(text, " ;"));
}

static bool set_number(void *at, const struct kf_setting *row, const char *value)
{
    double number = NAN;
    if (*value == '\0' && isnan(row->value)) {
        *(double *)at = NAN;
        return true;
    }
    if (!kf_number_read(value, &number) || number < row->min || number > row->max)
        return false;
    *(double *)at = number;
    return true;
}

static bool set_count(void *at, const struct kf_setting *row, const char *value)
{
    double number = NAN;
    if (!kf_number_read(value, &number) || number < row->min || number > row->max || number != floor(number))
        return false;
    *(unsigned *)at = (unsigned)number;
    return true;
}

static bool set_choice(void *at, const struct kf_setting *row, const char *value)
{
    char name[KF_SETTING_VALUE_MAX];
    for (int i = 0; choice_name(row->choices, i, name, sizeof name); i++)
        if (strcmp(name, value) == 0) {
            *(int *)at = i;
            return true;
        }
    return false;
}

/* What is behind the terminator is zero, too: equal settings are equal bytes. */
static bool set_text(void *at, const struct kf_setting *row, const char *value)
{
    const size_t length = strlen(value);
    if (length >= row->size || !kf_utf8_printable(value) || !is_storable(value))
        return false;
    memset(at, 0, row->size);
    memcpy(at, value, length);
    return true;
}

bool kf_value_set(void *base, const struct kf_setting *row, const char *value)
{
    void *at = field(base, row);
    switch (row->type) {
    case KF_SETTING_NUMBER:
        return set_number(at, row, value);
    case KF_SETTING_COUNT:
        return set_count(at, row, value);
    case KF_SETTING_CHOICE:
        return set_choice(at, row, value);
    case KF_SETTING_TEXT:
        return set_text(at, row, value);
    }
    return false;
}

enum kf_status kf_value_refuse(const char *section, const struct kf_setting *row, const char *value,
                               struct kf_error *error)
{
    char range[KF_SETTING_RANGE_MAX];
    const bool numeric = row->type == KF_SETTING_NUMBER || row->type == KF_SETTING_COUNT;
    kf_setting_range(row, range, sizeof range);
    (void)kf_error_set(error, KF_ERR_CONFIG, 0, "%s.%s cannot be '%.80s'", section, row->key, value);
    if (numeric && strchr(value, ','))
        kf_error_hint(error, "allowed: %s; decimals take a point, not a comma", range);
    else if (strchr(value, '#') && row->type != KF_SETTING_TEXT)
        kf_error_hint(error, "allowed: %s; a comment behind a value begins with ' ;'", range);
    else if (row->type == KF_SETTING_TEXT && !is_storable(value))
        kf_error_hint(error, "allowed: %s, no blank at either end and no ' ;'", range);
    else
        kf_error_hint(error, "allowed: %s", range);
    return KF_ERR_CONFIG;
}
