/* text_file.h - a small text file read whole, whatever it turns out to be.
 *
 * Settings are named by people: a folder, a device without an end or a pipe nobody writes to must end in a message. */
#ifndef KF_SETTINGS_TEXT_FILE_H
#define KF_SETTINGS_TEXT_FILE_H

#include <stddef.h>

#include "kneefold/error.h"

enum { KF_TEXT_FILE_MAX = 1024 * 1024 };

struct kf_text_file {
    char *text; /* malloc'ed, terminated behind length; NULL when nothing was read */
    size_t length;
};

/* Reads `path` into *file. KF_OK: kf_text_file_free it. Otherwise *error says why, without the path, and *file is
 * empty: KF_ERR_NO_INPUT cannot be opened (os_errno tells a missing file, ENOENT or ENOTDIR), is a folder, is larger
 * than KF_TEXT_FILE_MAX, or a pipe from which nothing came for 2 s; KF_ERR_IO reading failed or memory is short. */
enum kf_status kf_text_file_read(struct kf_text_file *file, const char *path, struct kf_error *error);

/* Takes an empty one, too. */
void kf_text_file_free(struct kf_text_file *file);

#endif
