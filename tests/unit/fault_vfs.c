/* fault_vfs.c - see fault_vfs.h. Every file is the usual VFS's, behind methods that look at `fault` first. */
#include "fault_vfs.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

struct fault fault;
atomic_bool fault_stall;
void (*fault_trace)(enum fault_file file, enum fault_op op, const void *bytes, int64_t count, int64_t at);

struct file {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct, in memory SQLite gave */
    enum fault_file which;
};

static sqlite3_vfs *usual;
static sqlite3_vfs vfs;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct file *)file)->real;
}

static void trace(enum fault_file which, enum fault_op op, const void *bytes, int64_t count, int64_t at)
{
    if (fault_trace)
        fault_trace(which, op, bytes, count, at);
}

/* Counts a call of a kind that `which` concerns; true when it is to fail. */
static bool due(enum fault_kind a, enum fault_kind b, enum fault_kind c)
{
    if (fault.kind != a && fault.kind != b && fault.kind != c)
        return false;
    const int64_t call = (int64_t)fault.calls++;
    return call >= fault.after && (fault.times == 0 || call < fault.after + fault.times);
}

static int file_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at)
{
    int result = SQLITE_OK;
    if (fault.kind == FAULT_READ && due(FAULT_READ, FAULT_READ, FAULT_READ))
        return SQLITE_IOERR_READ;
    result = real_of(file)->pMethods->xRead(real_of(file), bytes, count, at);
    if (fault.kind == FAULT_SHORT && due(FAULT_SHORT, FAULT_SHORT, FAULT_SHORT)) {
        memset((char *)bytes + count / 2, 0, (size_t)(count - count / 2)); /* as SQLite asks of a short read */
        return SQLITE_IOERR_SHORT_READ;
    }
    if (fault.kind == FAULT_CORRUPT && at >= 4096 && due(FAULT_CORRUPT, FAULT_CORRUPT, FAULT_CORRUPT))
        memset(bytes, 0x5a, (size_t)count);
    return result;
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    const int64_t before = (int64_t)fault.bytes_written;
    while (atomic_load(&fault_stall))
        (void)sched_yield();
    fault.bytes_written += (uint64_t)count;
    if (fault.kind == FAULT_CUT && before + count > fault.after) {
        const int left = before < fault.after ? (int)(fault.after - before) : 0;
        return left > 0 ? real_of(file)->pMethods->xWrite(real_of(file), bytes, left, at) : SQLITE_OK;
    }
    if (due(FAULT_FULL, FAULT_READ_ONLY, FAULT_WRITE))
        return fault.kind == FAULT_FULL ? SQLITE_FULL
                                        : (fault.kind == FAULT_READ_ONLY ? SQLITE_READONLY : SQLITE_IOERR_WRITE);
    trace(((struct file *)file)->which, FAULT_OP_WRITE, bytes, count, at);
    return real_of(file)->pMethods->xWrite(real_of(file), bytes, count, at);
}

static bool is_cut(void)
{
    return fault.kind == FAULT_CUT && (int64_t)fault.bytes_written > fault.after;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    trace(((struct file *)file)->which, FAULT_OP_TRUNCATE, NULL, 0, size);
    return is_cut() ? SQLITE_OK : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    (void)flags; /* what was written stays: a power failure is made of the trace */
    trace(((struct file *)file)->which, FAULT_OP_SYNC, NULL, 0, 0);
    return due(FAULT_SYNC, FAULT_SYNC, FAULT_SYNC) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return due(FAULT_LOCK, FAULT_LOCK, FAULT_LOCK) ? SQLITE_BUSY : real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_reserved(sqlite3_file *file, int *reserved)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), reserved);
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, argument);
}

static int file_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **at)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, at);
}

static int shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_device,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

static int open_file(sqlite3_vfs *self, const char *name, sqlite3_file *opened, int flags, int *out_flags)
{
    struct file *file = (struct file *)opened;
    int result = SQLITE_OK;
    (void)self;
    file->real = (sqlite3_file *)(file + 1);
    file->base.pMethods = NULL;
    file->which = flags & SQLITE_OPEN_WAL            ? FAULT_FILE_WAL
                  : flags & SQLITE_OPEN_MAIN_JOURNAL ? FAULT_FILE_JOURNAL
                                                     : FAULT_FILE_MAIN;
    result = usual->xOpen(usual, name, file->real, flags, out_flags);
    if (result == SQLITE_OK)
        file->base.pMethods = &methods;
    return result;
}

static int delete_file(sqlite3_vfs *self, const char *name, int sync)
{
    (void)self;
    trace(strstr(name, "-wal") ? FAULT_FILE_WAL : FAULT_FILE_JOURNAL, FAULT_OP_DELETE, NULL, 0, 0);
    return is_cut() ? SQLITE_OK : usual->xDelete(usual, name, sync);
}

void fault_vfs_register(void)
{
    usual = sqlite3_vfs_find(NULL);
    vfs = *usual;
    vfs.zName = FAULT_VFS;
    vfs.pNext = NULL;
    vfs.szOsFile = usual->szOsFile + (int)sizeof(struct file);
    vfs.xOpen = open_file;
    vfs.xDelete = delete_file;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
        abort();
}

void fault_vfs_take_over(void)
{
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        abort();
}
