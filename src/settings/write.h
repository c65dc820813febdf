/* write.h - changes values in the text of an ini file, and nothing else in it.
 *
 * Comments, order, spacing, unknown keys, line endings and byte-order mark stay byte for byte as they were. */
#ifndef KF_SETTINGS_WRITE_H
#define KF_SETTINGS_WRITE_H

#include "settings/ini.h"
#include "settings/text_file.h"

/* Sets section.key to `value` in the text. A line that sets it already keeps all but its value; one that says the same
 * stays. A new line goes behind the commented-out one of this key, else behind the section's last key, else behind its
 * head; the section is appended when it is missing. `value` NULL takes the key's line out: a lower layer's value, or
 * the built-in one, then holds. Setting a new key in a section that is there and taking it out again gives the same
 * bytes. KF_OK, or KF_ERR_IO with *error when memory is short, nothing changed. The value is not checked here. */
enum kf_status kf_ini_set(struct kf_text_file *file, const char *section, const char *key, const char *value,
                          struct kf_error *error);

struct kf_change {
    const char *section, *key, *value; /* value NULL: take it out */
};

struct kf_change_file {
    const char *path;               /* made when it is missing, with its folders */
    const struct kf_settings *base; /* what the file is read over; NULL: the built-in values */
    bool athlete;                   /* only [athlete] and [placement] */
};

/* Changes `count` values of a settings file on disk, all or none: reads it, changes it, checks that the result is a
 * good file with these values, and puts it in the old one's place (kf_text_file_save). KF_OK; KF_ERR_CONFIG with *error
 * when the file was wrong already or a value is not allowed; KF_ERR_NO_INPUT, KF_ERR_IO. */
enum kf_status kf_settings_change(const struct kf_change_file *file, const struct kf_change *changes, unsigned count,
                                  struct kf_error *error);

enum { KF_SETTINGS_WHOLE_MAX = 64 * 1024 }; /* bytes of kf_settings_whole, at most */

/* Every value of *settings as the text of an ini file. Returns its length; the text is cut, and terminated, when it is
 * `capacity` or more. */
size_t kf_settings_whole(const struct kf_settings *settings, char *out, size_t capacity);

/* The other way: exactly the settings that text was made of, and no cue that is not in it, whatever ships today. As
 * kf_settings_read. */
enum kf_status kf_settings_restore(struct kf_settings *settings, const struct kf_settings_text *file,
                                   const struct kf_settings_listener *listener);

#endif
