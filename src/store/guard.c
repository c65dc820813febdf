/* guard.c - a name is asked each time whose file it is: a descriptor would not know that its file has lost its name. */
#include "config.h"

#include "store/guard.h"

#include <stdio.h>
#include <sys/stat.h>

enum { PATH_ROOM = 4096 };

static enum kf_guard_news look(struct kf_guard_file *file, const char *path)
{
    struct stat now;
    if (stat(path, &now) != 0)
        return file->seen ? KF_GUARD_MOVED : KF_GUARD_WELL;
    if (file->seen && (now.st_dev != file->device || now.st_ino != file->inode))
        return KF_GUARD_MOVED;
    if (file->seen && now.st_size < file->size)
        return KF_GUARD_CUT;
    *file = (struct kf_guard_file){true, now.st_dev, now.st_ino, now.st_size};
    return KF_GUARD_WELL;
}

enum kf_guard_news kf_guard_look(struct kf_guard *guard, const char *path)
{
    char wal[PATH_ROOM];
    const enum kf_guard_news main = look(&guard->main, path);
    (void)snprintf(wal, sizeof wal, "%s-wal", path);
    const enum kf_guard_news beside = look(&guard->wal, wal);
    return main > beside ? main : beside;
}
