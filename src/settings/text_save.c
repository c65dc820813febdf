/* text_save.c - a text file replaced whole or not at all.
 *
 * A laptop beside a treadmill is closed and unplugged at any moment: half a settings file must never be what it finds
 * next. */
#include "settings/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, LINKS_MAX = 16, TRIES = 100 };

static enum kf_status fail(struct kf_error *error, const char *what, const char *path, int os_errno, const char *hint)
{
    char why[KF_ERRNO_TEXT_MAX];
    (void)kf_error_set(error, KF_ERR_IO, os_errno, "%s '%.150s': %s", what, path, kf_errno_text(os_errno, why));
    kf_error_hint(error, "%s", hint);
    return KF_ERR_IO;
}

/* Follows symbolic links, also one to a file that is not there yet, into `target`. */
static bool follow(const char *path, char target[PATH_ROOM])
{
    char link[PATH_ROOM];
    if (strlen(path) >= PATH_ROOM) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(target, path, strlen(path) + 1);
    for (int i = 0; i < LINKS_MAX; i++) {
        const ssize_t length = readlink(target, link, sizeof link - 1);
        if (length < 0)
            return errno == EINVAL || errno == ENOENT || errno == ENOTDIR;
        link[length] = '\0';
        char *slash = strrchr(target, '/');
        char *from = link[0] == '/' || !slash ? target : slash + 1;
        if ((size_t)(from - target) + (size_t)length >= PATH_ROOM) {
            errno = ENAMETOOLONG;
            return false;
        }
        memcpy(from, link, (size_t)length + 1);
    }
    errno = ELOOP;
    return false;
}

static void folder_of(const char *path, char folder[PATH_ROOM])
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        (void)snprintf(folder, PATH_ROOM, ".");
    else
        (void)snprintf(folder, PATH_ROOM, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

/* Makes the folders above `path` that are missing, for their owner alone as the XDG text asks. */
static bool make_folders(const char *path)
{
    char part[PATH_ROOM];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        (void)snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (mkdir(part, 0700) != 0 && errno != EEXIST && access(part, F_OK) != 0)
            return false;
    }
    return true;
}

/* A new file beside `target`, named so that no two programs take the same. -1 with errno. */
static int open_beside(const char *target, char name[PATH_ROOM])
{
    for (unsigned i = 0; i < TRIES; i++) {
        const int length = snprintf(name, PATH_ROOM, "%s.%ld-%u.tmp", target, (long)getpid(), i);
        if (length >= PATH_ROOM) {
            errno = ENAMETOOLONG;
            return -1;
        }
        const int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static bool write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        const ssize_t written = write(fd, bytes, count);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        }
    }
    return true;
}

/* The owner first: changing it clears bits of the mode. */
static bool keep_owner_and_mode(int fd, const struct stat *old)
{
    struct stat now;
    if (fstat(fd, &now) != 0)
        return false;
    if ((now.st_uid != old->st_uid || now.st_gid != old->st_gid) && fchown(fd, old->st_uid, old->st_gid) != 0)
        return false;
    return fchmod(fd, old->st_mode & 07777) == 0;
}

/* The rename is lasting once the folder is on disk, too. Some file systems cannot sync a folder: they are as good as
 * they are. */
static void sync_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

static enum kf_status replace(const struct kf_text_file *file, const char *target, const struct stat *old,
                              struct kf_error *error)
{
    static const char hint[] = "it is as it was";
    char beside[PATH_ROOM], folder[PATH_ROOM];
    int os_errno = 0;
    folder_of(target, folder);
    const int fd = open_beside(target, beside);
    if (fd < 0)
        return fail(error, "cannot write in", folder, errno, "settings are written beside the old file first");
    if (old && !keep_owner_and_mode(fd, old)) {
        os_errno = errno;
        (void)close(fd);
        (void)unlink(beside);
        return fail(error, "cannot keep owner and mode of", target, os_errno, hint);
    }
    if (!write_all(fd, file->text, file->length) || fsync(fd) != 0)
        os_errno = errno;
    if (close(fd) != 0 && os_errno == 0)
        os_errno = errno;
    if (os_errno == 0 && rename(beside, target) != 0)
        os_errno = errno;
    if (os_errno != 0) {
        (void)unlink(beside);
        return fail(error, "cannot write", target, os_errno, hint);
    }
    sync_folder(folder);
    return KF_OK;
}

enum kf_status kf_text_file_save(const struct kf_text_file *file, const char *path, struct kf_error *error)
{
    char target[PATH_ROOM];
    struct stat old;
    if (!follow(path, target))
        return fail(error, "cannot follow the link", path, errno, "");
    const bool is_there = stat(target, &old) == 0;
    if (!is_there && errno != ENOENT && errno != ENOTDIR)
        return fail(error, "cannot write", target, errno, "");
    if (is_there && !S_ISREG(old.st_mode))
        return kf_error_set(error, KF_ERR_IO, 0, "cannot write '%.150s': it is no regular file", target);
    if (is_there && faccessat(AT_FDCWD, target, W_OK, AT_EACCESS) != 0)
        return fail(error, "cannot write", target, errno, "it is protected: chmod u+w, if it is yours");
    if (!is_there && !make_folders(target))
        return fail(error, "cannot make the folder of", target, errno, "");
    return replace(file, target, is_there ? &old : NULL, error);
}
