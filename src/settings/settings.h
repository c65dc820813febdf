/* settings.h - every setting of the program, as one struct and as one table, both made from schema.def.
 *
 * A setting is named section.key. Its value is read from text and checked against the table; a value that does not
 * pass is refused with its allowed range and changes nothing. Units are in the keys, and are those a person uses. */
#ifndef KF_SETTINGS_H
#define KF_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "kneefold/cue.h"
#include "kneefold/error.h"
#include "kneefold/status.h"

enum {
    KF_SETTING_TEXT_MAX = 64,  /* bytes of a text setting, terminator included */
    KF_SETTING_VALUE_MAX = 80, /* bytes of any value as text, those of cues among them */
    KF_SETTING_ANY = 1000000,  /* a range up to here is told as "any number" */
    KF_SETTING_RANGE_MAX = 256 /* bytes of an allowed range in words */
};

/* The choices of a KF_CHOICE row, in the row's order. */
enum { KF_SET_SEX_UNKNOWN, KF_SET_SEX_MALE, KF_SET_SEX_FEMALE };
enum { KF_SET_NO, KF_SET_YES };
enum { KF_SET_FEEDBACK_BANDWIDTH, KF_SET_FEEDBACK_CONTINUOUS, KF_SET_FEEDBACK_FADED, KF_SET_FEEDBACK_OFF };
enum { KF_SET_RECORD_NO, KF_SET_RECORD_YES };
enum { KF_SET_WORDING_INTERNAL, KF_SET_WORDING_EXTERNAL };
enum { KF_SET_GLYPHS_AUTO, KF_SET_GLYPHS_BRAILLE, KF_SET_GLYPHS_BLOCKS, KF_SET_GLYPHS_ASCII };
enum {
    KF_SET_FORMAT_AUTO,
    KF_SET_FORMAT_LOG,
    KF_SET_FORMAT_PODLINK,
    KF_SET_FORMAT_CSV,
    KF_SET_FORMAT_WITMOTION,
    KF_SET_FORMAT_XIMU3,
    KF_SET_FORMAT_BITALINO,
    KF_SET_FORMAT_CYTON,
    KF_SET_FORMAT_VECTORNAV,
    KF_SET_FORMAT_XSENS
};
enum {
    KF_SET_THEME_AUTO,
    KF_SET_THEME_SAFE,
    KF_SET_THEME_DARK,
    KF_SET_THEME_LIGHT,
    KF_SET_THEME_CONTRAST,
    KF_SET_THEME_PLAIN
};
enum { KF_SET_UNITS_MPS, KF_SET_UNITS_KMH, KF_SET_UNITS_PACE };

/* One field a row, SECTION_KEY: numbers double (NAN: not known, where the default is NAN), counts unsigned, choices
 * int (the enums above), texts char[KF_SETTING_TEXT_MAX]. */
struct kf_settings {
#define KF_NUMBER(section, key, value, min, max, step, unit, when, depends, help) double section##_##key;
#define KF_COUNT(section, key, value, min, max, step, unit, when, depends, help) unsigned section##_##key;
#define KF_CHOICE(section, key, value, choices, when, depends, help) int section##_##key;
#define KF_TEXT(section, key, value, when, depends, help) char section##_##key[KF_SETTING_TEXT_MAX];
#include "settings/schema.def"
    struct kf_cue_rules cues; /* cues.h */
};

enum kf_setting_type { KF_SETTING_NUMBER, KF_SETTING_COUNT, KF_SETTING_CHOICE, KF_SETTING_TEXT };
enum kf_setting_when { KF_SETTING_LIVE, KF_SETTING_RESTART };

/* A row of schema.def at run time. */
struct kf_setting {
    const char *section, *key;
    enum kf_setting_type type;
    size_t offset;             /* of the field in struct kf_settings (cue_keys.def: in struct kf_cue_rule) */
    size_t size;               /* bytes of a text's field; 0 for the other types */
    double value;              /* default of numbers (NAN: not known) and counts; a choice's index */
    const char *text;          /* default of texts */
    double min, max, step;     /* numbers and counts, both ends allowed */
    const char *unit;          /* "" none */
    const char *choices;       /* "unknown|m|f"; "" for the other types */
    enum kf_setting_when when; /* takes effect while running, or at the next start */
    const char *depends;       /* section.key=value that must hold for this one to matter; "" none */
    const char *help;          /* one sentence, with where its number comes from */
};

/* How many rows there are, at compile time: arrays beside the table are this long. */
enum {
#define KF_NUMBER(section, key, ...) KF_SETTING_INDEX_##section##_##key,
#define KF_COUNT(section, key, ...) KF_SETTING_INDEX_##section##_##key,
#define KF_CHOICE(section, key, ...) KF_SETTING_INDEX_##section##_##key,
#define KF_TEXT(section, key, ...) KF_SETTING_INDEX_##section##_##key,
#include "settings/schema.def"
    KF_SETTING_ROWS
};

extern const struct kf_setting kf_setting_table[KF_SETTING_ROWS];

/* What each section is for, in the table's order of sections; NULL for an unknown name. */
const char *kf_section_help(const char *section);

/* The built-in values. */
void kf_settings_default(struct kf_settings *settings);

/* The row, or NULL. */
const struct kf_setting *kf_setting_find(const char *section, const char *key);

/* Sets one setting from text. KF_OK; or KF_ERR_CONFIG with *error (value, allowed range) and nothing changed.
 * Numbers have a point, never a comma, whatever the locale; an empty value means "not known" where that is allowed. */
enum kf_status kf_setting_set(struct kf_settings *settings, const struct kf_setting *setting, const char *value,
                              struct kf_error *error);

/* The value as kf_setting_set would read it back exactly; "" when not known. */
void kf_setting_value(const struct kf_settings *settings, const struct kf_setting *setting, char *out, size_t capacity);

/* The allowed values in words: "0.5 to 2.5 m", "unknown, m, f". KF_SETTING_RANGE_MAX is enough for all rows. */
void kf_setting_range(const struct kf_setting *setting, char *out, size_t capacity);

/* What no single row can check: limits that contradict each other. KF_OK or KF_ERR_CONFIG with *error; *row is then
 * the row to blame. */
enum kf_status kf_settings_check(const struct kf_settings *settings, const struct kf_setting **row,
                                 struct kf_error *error);

/* Says in *error that section.key is not a setting, with the nearest that is. Returns KF_ERR_CONFIG. */
enum kf_status kf_setting_unknown(const char *section, const char *key, struct kf_error *error);

#endif
