/* place.h - where one value lives: section and key of a file, of -o or of the screen, for settings and cues alike.
 *
 * Who shows, writes or reads every value walks the places of a struct kf_settings: the table's rows, then the keys of
 * each cue. */
#ifndef KF_SETTINGS_PLACE_H
#define KF_SETTINGS_PLACE_H

#include "settings/cues.h"

enum { KF_SECTION_MAX = 64 }; /* bytes of a section's name */

struct kf_place {
    const struct kf_setting *row; /* of kf_setting_table, or of kf_cue_key_table */
    int cue;                      /* the cue's index; -1 when row is a setting */
};

/* Where a value in force comes from. */
struct kf_settings_origin {
    const char *file; /* NULL: built in. Owned by whoever called */
    unsigned line;    /* 1-based; for "-o" the number of the option */
};

struct kf_settings_origins {
    struct kf_settings_origin row[KF_SETTING_ROWS];
    struct kf_settings_origin cue[KF_CUE_RULES_MAX][KF_CUE_KEYS];
};

/* The place of section and key. A cue that is not there yet is added. KF_OK, or KF_ERR_CONFIG with *error (the nearest
 * that is there, where one can be guessed). */
enum kf_status kf_place_find(struct kf_settings *settings, const char *section, const char *key, struct kf_place *place,
                             struct kf_error *error);

/* Place number `index` of kf_place_count(settings). */
unsigned kf_place_count(const struct kf_settings *settings);
struct kf_place kf_place_at(unsigned index);

/* As kf_setting_set and kf_setting_value; a value takes KF_SETTING_VALUE_MAX bytes. */
enum kf_status kf_place_set(struct kf_settings *settings, struct kf_place place, const char *value,
                            struct kf_error *error);
void kf_place_value(const struct kf_settings *settings, struct kf_place place, char *out, size_t capacity);

/* The section it stands in: "verdict", "cue hamstring-drive". KF_SECTION_MAX bytes are enough. */
void kf_place_section(const struct kf_settings *settings, struct kf_place place, char *out, size_t capacity);

struct kf_settings_origin *kf_place_origin(struct kf_settings_origins *origins, struct kf_place place);

/* Takes "section.key=value" apart: section ends at the last dot before the =. KF_OK, or KF_ERR_CONFIG with *error.
 * *value points into `assignment`. */
enum kf_status kf_assignment_split(const char *assignment, char section[KF_SECTION_MAX], char key[KF_SECTION_MAX],
                                   const char **value, struct kf_error *error);

#endif
