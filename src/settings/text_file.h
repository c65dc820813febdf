/* text_file.h - a small text file read whole, whatever it turns out to be, and replaced whole or not at all.
 *
 * Settings are named by people: a folder, a device without an end or a pipe nobody writes to must end in a message. */
#ifndef KF_SETTINGS_TEXT_FILE_H
#define KF_SETTINGS_TEXT_FILE_H

#include <stddef.h>

#include "kneefold/error.h"

enum {
    KF_TEXT_FILE_MAX = 1024 * 1024,
    KF_TEXT_FILE_WAIT_MS = 2000 /* for a pipe's writer, before anything is on the screen; 0 while a session runs */
};

struct kf_text_file {
    char *text; /* malloc'ed, terminated behind length; NULL when nothing was read */
    size_t length;
};

/* Reads `path` into *file. KF_OK: kf_text_file_free it. Otherwise *error says why, without the path, and *file is
 * empty: KF_ERR_NO_INPUT cannot be opened (os_errno tells a missing file, ENOENT or ENOTDIR), is a folder, is larger
 * than KF_TEXT_FILE_MAX, or a pipe from which nothing came for wait_ms; KF_ERR_IO reading failed or memory is short. */
enum kf_status kf_text_file_read(struct kf_text_file *file, const char *path, int wait_ms, struct kf_error *error);

/* Puts the text in the place of the file at once: whoever looks sees the old file or the new one, also after a crash.
 * It is written beside it, synced and renamed. A symbolic link stays one, and what it points at is replaced; mode,
 * owner and group are kept; folders that are missing are made. A further hard link keeps the old text. KF_OK; KF_ERR_IO
 * with *error (which names the path) and the old file as it was. */
enum kf_status kf_text_file_save(const struct kf_text_file *file, const char *path, struct kf_error *error);

/* Takes an empty one, too. */
void kf_text_file_free(struct kf_text_file *file);

#endif
