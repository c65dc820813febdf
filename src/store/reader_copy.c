/* reader_copy.c - a session that was cut off has its last seconds in the -wal, which SQLite reads only where it may
 * write: on a stick that may not be written, a copy of both is read instead. */
#include "config.h"

#include "store/reader_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIECE = 16 * 1024, PATH_ROOM = 4096 };

static bool copy_bytes(int from, int to)
{
    uint8_t piece[PIECE];
    ssize_t count = 0;
    while ((count = read(from, piece, sizeof piece)) > 0)
        if (write(to, piece, (size_t)count) != count) /* a regular file takes all, or the disk is full */
            return false;
    return count == 0;
}

static bool copy_file(const char *from, const char *to)
{
    const int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const bool copied = in >= 0 && out >= 0 && copy_bytes(in, out);
    if (in >= 0)
        (void)close(in);
    return (out < 0 || close(out) == 0) && copied;
}

/* Reads once, so that SQLite has the -wal open, too, before the names go. */
static enum kf_status open_here(struct kf_db *db, const char *path, const char *copy, struct kf_error *error)
{
    char wal[PATH_ROOM + 8], copied_wal[128];
    int64_t version = 0;
    (void)snprintf(wal, sizeof wal, "%.4095s-wal", path);
    (void)snprintf(copied_wal, sizeof copied_wal, "%s-wal", copy);
    if (!copy_file(path, copy) || !copy_file(wal, copied_wal)) {
        kf_error_set(error, KF_ERR_IO, errno, "cannot copy '%.150s' to a place where it can be read", path);
        kf_error_hint(error, "make room in /tmp, or copy it and its -wal to a folder of yours");
        return KF_ERR_IO;
    }
    if (kf_db_open(db, copy, SQLITE_OPEN_READWRITE, NULL, error) != KF_OK)
        return error->code;
    return kf_db_number(db, "PRAGMA user_version", 0, &version, error);
}

enum kf_status kf_store_open_copy(struct kf_db *db, const char *path, struct kf_error *error)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    char folder[] = "/tmp/kneefold-XXXXXX", copy[64], name[128];
    enum kf_status status = KF_OK;
    if (!mkdtemp(folder))
        return kf_error_set(error, KF_ERR_IO, errno, "cannot make a folder in /tmp");
    (void)snprintf(copy, sizeof copy, "%s/copy.kfs", folder);
    status = open_here(db, path, copy, error);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        (void)snprintf(name, sizeof name, "%s%s", copy, suffixes[i]);
        (void)unlink(name);
    }
    (void)rmdir(folder);
    return status;
}
