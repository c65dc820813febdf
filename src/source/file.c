/* file.c - recorded bytes: a regular file of any size, a pipe or standard input, plain or gzip, streamed; of a capture
 * (capture_format.h) the bytes that the pod sent, so that whoever reads sees just what was seen live. zlib's gzread
 * waits until its buffer is full and allocates on its first read, so a pipe would stall and the promise that reading
 * allocates nothing would break; this uses inflate on a fixed arena instead. */
#include "config.h"

#include "source/capture_format.h"
#include "source/kind.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZLIB_CONST
#include <zlib.h>

/* inflate asks for its state (about 7 KiB) and, on first use, a 32 KiB window (zlib's zconf.h); the rest is slack. */
enum { INPUT_SIZE = 65536, ARENA_SIZE = 65536, AHEAD_SIZE = 65536 };

struct file_source {
    struct kf_source base;
    int fd;
    bool regular;
    bool at_end;   /* the descriptor has no more */
    bool detected; /* `gzip` is known */
    bool gzip;
    bool in_member;   /* between a gzip header and its checksum */
    bool output_full; /* inflate stopped for want of room: more comes without reading */
    uint64_t size;    /* bytes as stored; regular files only */
    uint64_t fetched; /* bytes read from the descriptor */
    bool sniffed;     /* `capture` is known */
    bool capture;     /* unpacked bytes go through `reader` */
    struct kf_capture_reader reader;
    bool anew;                    /* the bytes last read came after the source had hung up */
    size_t ahead_at, ahead_count; /* unpacked, not handed out yet */
    size_t arena_used;
    z_stream inflater; /* next_in and avail_in serve plain files, too */
    unsigned char input[INPUT_SIZE];
    unsigned char ahead[AHEAD_SIZE];
    alignas(max_align_t) unsigned char arena[ARENA_SIZE];
};

static voidpf arena_alloc(voidpf opaque, uInt items, uInt item_size)
{
    struct file_source *file = opaque;
    size_t align = alignof(max_align_t);
    size_t wanted = ((size_t)items * item_size + align - 1) / align * align;
    void *block = file->arena + file->arena_used;

    if (wanted > ARENA_SIZE - file->arena_used)
        return Z_NULL;
    file->arena_used += wanted;
    return block;
}

/* The arena goes with its owner. */
static void arena_free(voidpf opaque, voidpf block)
{
    (void)opaque;
    (void)block;
}

/* A named pipe nobody has opened for writing reads as ended, but does not poll so. False after a signal. */
static bool has_writer(int fd)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    return poll(&waiting, 1, -1) >= 0;
}

/* One read of the descriptor: the count, 0 at the end, or a status. A signal counts as "nothing now", so that a
 * caller waiting on a silent pipe can look at its stop flag. */
static int fetch(struct file_source *file, unsigned char *bytes, size_t capacity, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];
    ssize_t count;

    if (file->at_end)
        return 0;
    if (file->fetched == 0 && !file->regular && !has_writer(file->fd))
        return KF_ERR_AGAIN;
    count = read(file->fd, bytes, capacity < INT_MAX ? capacity : INT_MAX);
    if (count < 0) {
        if (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)
            return KF_ERR_AGAIN;
        return kf_error_set(error, KF_ERR_IO, errno, "cannot read '%s': %s", file->base.name,
                            kf_errno_text(errno, why));
    }
    file->at_end = count == 0;
    file->fetched += (uint64_t)count;
    return (int)count;
}

/* Puts more input behind what is left of it. Returns as fetch does. */
static int refill(struct file_source *file, struct kf_error *error)
{
    size_t left = file->inflater.avail_in;
    int count;

    memmove(file->input, file->inflater.next_in, left);
    file->inflater.next_in = file->input;
    count = fetch(file, file->input + left, INPUT_SIZE - left, error);
    if (count > 0)
        file->inflater.avail_in += (uInt)count;
    return count;
}

/* gzip says so in its first three bytes: the magic and the only method there is (RFC 1952). */
static int detect(struct file_source *file, struct kf_error *error)
{
    static const unsigned char magic[] = {0x1f, 0x8b, 0x08};
    size_t given;

    do {
        int count = refill(file, error);

        if (count < 0)
            return count;
        given = file->inflater.avail_in < sizeof magic ? file->inflater.avail_in : sizeof magic;
        if (memcmp(file->input, magic, given) != 0)
            break;
    } while (given < sizeof magic && !file->at_end);
    file->gzip = given == sizeof magic && memcmp(file->input, magic, given) == 0;
    file->detected = true;
    return KF_OK;
}

static int end(const struct file_source *file, struct kf_error *error)
{
    return kf_error_set(error, KF_ERR_END, 0, "'%s' has ended", file->base.name);
}

static int read_plain(struct file_source *file, uint8_t *bytes, size_t capacity, struct kf_error *error)
{
    size_t left = file->inflater.avail_in;
    int count;

    if (left > 0) {
        count = (int)(left < capacity ? left : capacity);
        memcpy(bytes, file->inflater.next_in, (size_t)count);
        file->inflater.next_in += count;
        file->inflater.avail_in -= (uInt)count;
        return count;
    }
    count = fetch(file, bytes, capacity, error);
    return count == 0 ? end(file, error) : count;
}

static int damaged(const struct file_source *file, const char *what, struct kf_error *error)
{
    kf_error_set(error, KF_ERR_DATA, 0, "'%s' is damaged near byte %" PRIu64 " of its gzip data: %s", file->base.name,
                 file->fetched - file->inflater.avail_in, what);
    kf_error_hint(error, "what came before is usable; copy the file again, or check it with gzip -t");
    return KF_ERR_DATA;
}

static int cut_off(const struct file_source *file, struct kf_error *error)
{
    kf_error_set(error, KF_ERR_DATA, 0, "'%s' is cut off: its gzip data stops after %" PRIu64 " bytes, before its end",
                 file->base.name, file->fetched);
    kf_error_hint(error, "what came before is usable; copy the file again, or check it with gzip -t");
    return KF_ERR_DATA;
}

/* Makes input available and stands inside a gzip member. KF_OK, or what to return. Members may follow each other;
 * like gzip, anything else behind the last one (padding) is ignored. */
static int enter_member(struct file_source *file, struct kf_error *error)
{
    while (file->inflater.avail_in == 0 && !file->output_full) {
        int count = refill(file, error);

        if (count < 0)
            return count;
        if (count == 0)
            return file->in_member ? cut_off(file, error) : end(file, error);
    }
    if (file->in_member)
        return KF_OK;
    if (file->inflater.next_in[0] != 0x1f) {
        file->at_end = true;
        file->inflater.avail_in = 0;
        return end(file, error);
    }
    file->in_member = true;
    return inflateReset(&file->inflater) == Z_OK ? KF_OK : damaged(file, "no room to unpack it", error);
}

static int read_gzip(struct file_source *file, uint8_t *bytes, size_t capacity, struct kf_error *error)
{
    size_t room = capacity < INT_MAX ? capacity : INT_MAX;

    for (;;) {
        size_t made;
        int outcome, status = enter_member(file, error);

        if (status != KF_OK)
            return status;
        file->inflater.next_out = bytes;
        file->inflater.avail_out = (uInt)room;
        outcome = inflate(&file->inflater, Z_NO_FLUSH);
        made = room - file->inflater.avail_out;
        file->output_full = file->inflater.avail_out == 0 && outcome != Z_STREAM_END;
        if (outcome == Z_STREAM_END)
            file->in_member = false;
        if (made > 0)
            return (int)made;
        if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR)
            return damaged(file, file->inflater.msg ? file->inflater.msg : "it cannot be unpacked", error);
    }
}

/* Bytes as they were before any packing. */
static int read_unpacked(struct file_source *file, uint8_t *bytes, size_t capacity, struct kf_error *error)
{
    if (!file->detected) {
        int status = detect(file, error);

        if (status != KF_OK)
            return status;
    }
    return file->gzip ? read_gzip(file, bytes, capacity, error) : read_plain(file, bytes, capacity, error);
}

/* Reads more behind what is ahead; the count or a status. */
static int read_ahead(struct file_source *file, struct kf_error *error)
{
    int count;

    if (file->ahead_at == file->ahead_count)
        file->ahead_at = file->ahead_count = 0;
    count = read_unpacked(file, file->ahead + file->ahead_count, AHEAD_SIZE - file->ahead_count, error);
    if (count > 0)
        file->ahead_count += (size_t)count;
    return count;
}

/* Finds out whether it is a capture. KF_OK, or what to return; a file that ends before it is clear is none. */
static int sniff(struct file_source *file, struct kf_error *error)
{
    int look = 1;

    while (look == 1) {
        int count = read_ahead(file, error);

        if (count == KF_ERR_AGAIN || (count < 0 && file->ahead_count == 0))
            return count;
        look = kf_capture_sniff(file->ahead, file->ahead_count);
        if (count < 0)
            break; /* said again once these few bytes are read */
    }
    file->capture = look == 2;
    file->sniffed = true;
    return KF_OK;
}

static int bad_capture(const struct file_source *file, struct kf_error *error)
{
    const struct kf_capture_reader *reader = &file->reader;

    if (reader->fault)
        kf_error_set(error, KF_ERR_DATA, 0, "the capture '%s' is damaged near byte %" PRIu64 ": %s", file->base.name,
                     reader->position, reader->fault);
    else
        kf_error_set(error, KF_ERR_DATA, 0, "the capture '%s' is cut off: it stops after %" PRIu64 " bytes",
                     file->base.name, reader->position);
    kf_error_hint(error, reader->phase == KF_CAPTURE_IN_HEAD ? "copy the file again, or take a newer kneefold"
                                                             : "what came before is usable");
    return KF_ERR_DATA;
}

/* What has come of a record when the file says no more for now: that first, the reason when asked again. */
static int end_captured(const struct file_source *file, size_t taken, int status, struct kf_error *error)
{
    if (taken > 0)
        return (int)taken;
    return status == KF_ERR_END && file->reader.phase != KF_CAPTURE_AT_END ? bad_capture(file, error) : status;
}

/* The pod's bytes, those of one record at a time and all that there is room for, as they were read live: one host time
 * holds for them. */
static int read_captured(struct file_source *file, uint8_t *bytes, size_t capacity, struct kf_error *error)
{
    const uint8_t *pod;
    size_t taken = 0, count = 0;

    file->anew = false;
    while (!file->reader.fault) {
        size_t left = file->ahead_count - file->ahead_at;

        if (left == 0) {
            int got = read_ahead(file, error);

            if (got < 0)
                return end_captured(file, taken, got, error);
            continue;
        }
        file->ahead_at +=
            kf_capture_take(&file->reader, file->ahead + file->ahead_at, left, capacity - taken, &pod, &count);
        if (count > 0) {
            memcpy(bytes + taken, pod, count);
            file->anew = file->anew || file->reader.gone;
            file->reader.gone = false;
        }
        taken += count;
        if (taken == capacity || (taken > 0 && file->reader.phase != KF_CAPTURE_IN_BYTES))
            return (int)taken;
    }
    return bad_capture(file, error);
}

static int file_read(struct kf_source *source, int64_t now_ns, uint8_t *bytes, size_t capacity, struct kf_error *error)
{
    struct file_source *file = (struct file_source *)source;
    size_t left;

    (void)now_ns;
    if (!file->sniffed) {
        int status = sniff(file, error);

        if (status != KF_OK)
            return status;
    }
    if (file->capture)
        return read_captured(file, bytes, capacity, error);
    left = file->ahead_count - file->ahead_at;
    if (left == 0)
        return read_unpacked(file, bytes, capacity, error);
    left = left < capacity ? left : capacity;
    memcpy(bytes, file->ahead + file->ahead_at, left);
    file->ahead_at += left;
    return (int)left;
}

static bool file_host_ns(const struct kf_source *source, int64_t *host_ns)
{
    const struct file_source *file = (const struct file_source *)source;

    if (!file->capture)
        return false;
    *host_ns = file->reader.host_ns;
    return true;
}

static bool file_anew(const struct kf_source *source)
{
    return ((const struct file_source *)source)->anew;
}

static int file_poll_fd(const struct kf_source *source)
{
    const struct file_source *file = (const struct file_source *)source;

    return file->regular ? -1 : file->fd;
}

static int64_t file_wake_ns(const struct kf_source *source, int64_t now_ns)
{
    const struct file_source *file = (const struct file_source *)source;
    bool ready = file->regular || file->at_end || file->inflater.avail_in > 0 || file->output_full ||
                 file->ahead_at < file->ahead_count;

    return ready ? now_ns : INT64_MAX;
}

static bool file_progress(const struct kf_source *source, uint64_t *done_bytes, uint64_t *total_bytes)
{
    const struct file_source *file = (const struct file_source *)source;

    if (!file->regular)
        return false;
    *done_bytes = file->fetched - file->inflater.avail_in - (file->gzip ? 0 : file->ahead_count - file->ahead_at);
    *total_bytes = file->size;
    return true;
}

static void file_close(struct kf_source *source)
{
    struct file_source *file = (struct file_source *)source;

    (void)inflateEnd(&file->inflater);
    (void)close(file->fd);
    free(file);
}

static const struct kf_source_ops file_ops = {
    .read = file_read,
    .poll_fd = file_poll_fd,
    .wake_ns = file_wake_ns,
    .progress = file_progress,
    .host_ns = file_host_ns,
    .anew = file_anew,
    .close = file_close,
};

static int refuse(const char *name, int os_errno, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];

    kf_error_set(error, KF_ERR_NO_INPUT, os_errno, "cannot open '%s': %s", name,
                 os_errno == EISDIR ? "it is a directory" : kf_errno_text(os_errno, why));
    switch (os_errno) {
    case EISDIR:
        kf_error_hint(error, "name a file in it");
        break;
    case EACCES:
    case EPERM:
        kf_error_hint(error, "you may not read it; ls -l shows who may");
        break;
    case ENXIO:
        kf_error_hint(error, "if it is a local socket, connect with unix:%s", name);
        break;
    default:
        kf_error_hint(error, "check its name and folder");
        break;
    }
    return -1;
}

/* Without waiting for the other end of a named pipe: fetch() does, where a signal or a key can end it. */
static int open_without_waiting(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    const int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);
    if (flags >= 0)
        (void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    return fd;
}

/* A descriptor for `path`, "-" meaning standard input; -1 with *error. */
static int open_path(const char *path, const char *name, struct stat *info, struct kf_error *error)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : open_without_waiting(path);
    int os_errno = 0;

    if (fd < 0)
        return refuse(name, errno, error);
    if (fstat(fd, info) != 0)
        os_errno = errno;
    else if (S_ISDIR(info->st_mode))
        os_errno = EISDIR;
    if (os_errno == 0)
        return fd;
    (void)close(fd);
    return refuse(name, os_errno, error);
}

static struct kf_source *file_open(const char *rest, struct kf_error *error)
{
    struct file_source *file;
    char name[sizeof file->base.name];
    struct stat info;
    int fd;

    if (rest[0] == '\0') {
        kf_error_set(error, KF_ERR_ARG, 0, "no file named in 'file:'");
        kf_error_hint(error, "file:PATH, or file:- for standard input");
        return NULL;
    }
    kf_source_printable(name, sizeof name, strcmp(rest, "-") == 0 ? "standard input" : rest);
    fd = open_path(rest, name, &info, error);
    if (fd < 0)
        return NULL;
    file = calloc(1, sizeof *file);
    if (!file) {
        (void)close(fd);
        kf_error_set(error, KF_ERR_INTERNAL, ENOMEM, "out of memory for '%s'", name);
        return NULL;
    }
    file->base.ops = &file_ops;
    memcpy(file->base.name, name, sizeof name);
    file->fd = fd;
    file->regular = S_ISREG(info.st_mode);
    file->base.live = !file->regular;
    file->size = file->regular ? (uint64_t)info.st_size : 0;
    file->inflater = (z_stream){.next_in = file->input, .zalloc = arena_alloc, .zfree = arena_free, .opaque = file};
    /* 15: the largest window; 16: gzip headers and checksums, no raw zlib. Two parameters of a fixed arena: cannot
     * fail but for a zlib that needs more than ARENA_SIZE. */
    if (inflateInit2(&file->inflater, 15 + 16) != Z_OK) {
        file_close(&file->base);
        kf_error_set(error, KF_ERR_INTERNAL, 0, "cannot unpack with this zlib (%s)", zlibVersion());
        return NULL;
    }
    return &file->base;
}

const struct kf_source_kind kf_source_file = {
    .scheme = "file",
    .summary = "file:PATH, a recording or capture, plain or gzip; file:- is standard input",
    .open = file_open,
};
