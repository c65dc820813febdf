/* guard.h - whether the files a session is written to are still there, and still whole.
 *
 * A write to a file that was deleted succeeds, and so does one behind the end of a file that somebody has just cut:
 * SQLite reports neither. So the writer looks at its two files, the session and its -wal, by their names before and
 * after every commit. A cut made and overgrown between those two looks, a few milliseconds, is not seen. */
#ifndef KF_STORE_GUARD_H
#define KF_STORE_GUARD_H

#include <stdbool.h>
#include <sys/types.h>

enum kf_guard_news {
    KF_GUARD_WELL,
    KF_GUARD_MOVED, /* deleted, renamed, replaced or out of reach: what was written is where nobody will look */
    KF_GUARD_CUT    /* smaller than it was: SQLite's picture of the file is wrong, and writing on would spoil more */
};

/* Zeroed, it has seen nothing yet; a -wal is watched from when there is one. */
struct kf_guard {
    struct kf_guard_file {
        bool seen;
        dev_t device;
        ino_t inode;
        off_t size;
    } main, wal;
};

/* Compares both files with the last look and remembers them. `path` is the session's. */
enum kf_guard_news kf_guard_look(struct kf_guard *guard, const char *path);

#endif
