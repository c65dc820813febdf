/* ini.h - settings from the text of an ini file: all of its errors at once, or all of its values.
 *
 * inih splits the lines; the reader here counts them, takes off byte-order mark and indentation, and refuses what
 * inih would cut silently (lines over 198 bytes, section names over 49). */
#ifndef KF_SETTINGS_INI_H
#define KF_SETTINGS_INI_H

#include "settings/place.h"

struct kf_settings_problem {
    const char *file;
    unsigned line;           /* 0: the file as a whole */
    const char *text, *hint; /* valid during the call */
};

struct kf_settings_listener {
    void (*problem)(void *context, const struct kf_settings_problem *problem);
    void *context;
};

struct kf_settings_text {
    const char *name; /* what it is called in problems and origins; kept by pointer */
    const char *text;
    size_t length;
    bool athlete; /* an athlete's file: only [athlete] and [placement] may be in it */
    bool program; /* the program's own words (kf_settings_whole): a limit that `when` has no use for is no slip */
};

/* Reads an ini file from memory over what *settings holds. KF_OK: every value is in *settings, and the origins of what
 * it set are {name, line}. KF_ERR_CONFIG: every problem has been told, those of lines in their order and then what
 * contradicts itself, and neither *settings nor *origins is touched. origins may be NULL. */
enum kf_status kf_settings_read(struct kf_settings *settings, struct kf_settings_origins *origins,
                                const struct kf_settings_text *file, const struct kf_settings_listener *listener);

#endif
