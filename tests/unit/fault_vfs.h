/* fault_vfs.h - a file system for SQLite that fails on demand: full, read-only, failing, or cut off after so many
 * bytes, as by a power failure in the middle of a write. It is the usual one otherwise. */
#ifndef KF_TEST_FAULT_VFS_H
#define KF_TEST_FAULT_VFS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define FAULT_VFS "kf-fault"

enum fault_kind {
    FAULT_NONE,
    FAULT_FULL,      /* writes: SQLITE_FULL */
    FAULT_READ_ONLY, /* writes: SQLITE_READONLY */
    FAULT_WRITE,     /* writes: SQLITE_IOERR_WRITE */
    FAULT_SYNC,      /* syncs: SQLITE_IOERR_FSYNC */
    FAULT_LOCK,      /* locks: SQLITE_BUSY, another program has it */
    FAULT_READ,      /* reads: SQLITE_IOERR_READ */
    FAULT_SHORT,     /* reads: the second half is missing, as behind the end of a file */
    FAULT_CORRUPT,   /* reads of pages give other bytes */
    FAULT_CUT        /* writes seem to succeed but nothing more reaches the disk; the last one is cut */
};

struct fault {
    enum fault_kind kind;
    int64_t after; /* so many bytes (CUT) or calls are let through first */
    int64_t times; /* so many calls fail then; 0 all */
    uint64_t bytes_written, calls;
};

extern struct fault fault; /* read and changed by one test at a time */

/* Told of what reaches the files, in order; NULL nobody. Of a session's three files, by what follows its name. */
enum fault_file { FAULT_FILE_MAIN, FAULT_FILE_WAL, FAULT_FILE_JOURNAL, FAULT_FILES };
enum fault_op { FAULT_OP_WRITE, FAULT_OP_TRUNCATE, FAULT_OP_SYNC, FAULT_OP_DELETE };
extern void (*fault_trace)(enum fault_file file, enum fault_op op, const void *bytes, int64_t count, int64_t at);

extern atomic_bool fault_stall; /* while true, writes wait: a disk that hangs */

/* Once per program. */
void fault_vfs_register(void);
/* Whoever names no VFS gets this one from now on: for what has no parameter for it. */
void fault_vfs_take_over(void);

#endif
