/* ini.h - settings from an ini file: all of its errors at once, or all of its values.
 *
 * inih splits the lines; the reader here counts them, takes off byte-order mark and indentation, and refuses what
 * inih would cut silently (lines over 198 bytes, section names over 49). */
#ifndef KF_SETTINGS_INI_H
#define KF_SETTINGS_INI_H

#include <stdio.h>

#include "settings/settings.h"

/* Where a setting in force comes from. */
struct kf_settings_origin {
    const char *file; /* NULL: built in. Owned by whoever called */
    unsigned line;    /* 1-based; for "-o" the number of the option */
};

struct kf_settings_problem {
    const char *file;
    unsigned line;           /* 0: the file as a whole */
    const char *text, *hint; /* valid during the call */
};

struct kf_settings_listener {
    void (*problem)(void *context, const struct kf_settings_problem *problem);
    void *context;
};

/* Reads `stream`, which is called `name`. KF_OK: every value is in *settings, and origin[i] of the rows it set is
 * {name, line}. KF_ERR_CONFIG: each problem has been told in the order of the lines, and neither *settings nor
 * origin is touched. KF_ERR_IO: reading failed (told, too). origin may be NULL. */
enum kf_status kf_settings_read(struct kf_settings *settings, struct kf_settings_origin origin[KF_SETTING_ROWS],
                                FILE *stream, const char *name, const struct kf_settings_listener *listener);

#endif
