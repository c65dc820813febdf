/* text_file.c - a small text file read whole and within bounds.
 *
 * It is opened without waiting, so a pipe nobody writes to does not hang the program before anything is on the screen;
 * -c <(command) and -c /dev/stdin work all the same. */
#include "settings/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024 };

static enum kf_status fail(struct kf_error *error, enum kf_status status, int os_errno, const char *what)
{
    char why[KF_ERRNO_TEXT_MAX];
    return kf_error_set(error, status, os_errno, "%s: %s", what, kf_errno_text(os_errno, why));
}

/* The next bytes; 0 at the end, -1 with errno. ETIMEDOUT: nothing came. */
static ssize_t read_some(int fd, int wait_ms, char *out, size_t room)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    for (;;) {
        const int ready = poll(&waiting, 1, wait_ms);
        if (ready == 0)
            errno = ETIMEDOUT;
        if (ready == 0 || (ready < 0 && errno != EINTR))
            return -1;
        if (ready < 0)
            continue;
        const ssize_t got = read(fd, out, room);
        if (got >= 0 || (errno != EINTR && errno != EAGAIN))
            return got;
    }
}

static enum kf_status read_all(struct kf_text_file *file, int fd, int wait_ms, struct kf_error *error)
{
    size_t room = 0;
    for (;;) {
        if (room - file->length < CHUNK) {
            char *larger = realloc(file->text, room + 2 * CHUNK + 1);
            if (!larger)
                return fail(error, KF_ERR_IO, ENOMEM, "cannot be read");
            file->text = larger;
            room += 2 * CHUNK;
        }
        const ssize_t got = read_some(fd, wait_ms, file->text + file->length, room - file->length);
        if (got < 0 && errno == ETIMEDOUT)
            return kf_error_set(error, KF_ERR_NO_INPUT, ETIMEDOUT, "nothing comes from it: nobody writes to it");
        if (got < 0)
            return fail(error, KF_ERR_IO, errno, "cannot be read");
        file->length += (size_t)got;
        file->text[file->length] = '\0';
        if (file->length > KF_TEXT_FILE_MAX)
            return kf_error_set(error, KF_ERR_NO_INPUT, EFBIG, "it is larger than 1 MiB: no settings file");
        if (got == 0)
            return KF_OK;
    }
}

enum kf_status kf_text_file_read(struct kf_text_file *file, const char *path, int wait_ms, struct kf_error *error)
{
    struct stat about;
    enum kf_status status = KF_OK;
    *file = (struct kf_text_file){NULL, 0};
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fail(error, KF_ERR_NO_INPUT, errno, "cannot be opened");
    if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode))
        status = kf_error_set(error, KF_ERR_NO_INPUT, EISDIR, "cannot be read: it is a folder");
    else
        status = read_all(file, fd, wait_ms, error);
    (void)close(fd);
    if (status != KF_OK)
        kf_text_file_free(file);
    return status;
}

void kf_text_file_free(struct kf_text_file *file)
{
    free(file->text);
    *file = (struct kf_text_file){NULL, 0};
}
