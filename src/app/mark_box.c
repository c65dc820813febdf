/* mark_box.c - a lab's sync: whoever starts the cameras sets a mark in the session without touching its terminal. */
#include "config.h"

#include "app/mark_box.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ui/text.h"

static const char suffix[] = ".mark";

struct kf_mark_box {
    int fd;
    struct sockaddr_un address;
};

/* The folder of all sockets; false with *error when there is none. */
static bool folder_of(const char *runtime_dir, char *out, size_t capacity, struct kf_error *error)
{
    if (!runtime_dir || *runtime_dir != '/') {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "there is no XDG_RUNTIME_DIR to exchange marks in");
        kf_error_hint(error, "set it to a folder of your own, such as /run/user/%ld, for both programs",
                      (long)getuid());
        return false;
    }
    if ((size_t)snprintf(out, capacity, "%s/kneefold", runtime_dir) < capacity)
        return true;
    kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "XDG_RUNTIME_DIR is too long to exchange marks in");
    kf_error_hint(error, "set it to a shorter one");
    return false;
}

/* What is in the way of a name belongs to a session that has died: numbers of processes are used again. */
static bool bind_socket(struct kf_mark_box *box)
{
    const mode_t mask = umask(0177);
    (void)unlink(box->address.sun_path);
    const bool bound = bind(box->fd, (const struct sockaddr *)&box->address, sizeof box->address) == 0;
    (void)umask(mask);
    return bound;
}

struct kf_mark_box *kf_mark_box_open(const char *runtime_dir, struct kf_error *error)
{
    char folder[80], why[KF_ERRNO_TEXT_MAX];
    struct kf_mark_box *box = NULL;
    if (!folder_of(runtime_dir, folder, sizeof folder, error))
        return NULL;
    box = calloc(1, sizeof *box);
    if (!box) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, ENOMEM, "not enough memory for marks from outside");
        return NULL;
    }
    box->address.sun_family = AF_UNIX;
    (void)snprintf(box->address.sun_path, sizeof box->address.sun_path, "%s/%ld%s", folder, (long)getpid(), suffix);
    box->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (box->fd >= 0 && (mkdir(folder, 0700) == 0 || errno == EEXIST) && bind_socket(box))
        return box;
    kf_error_set(error, KF_ERR_UNAVAILABLE, errno, "cannot take marks from outside at '%s': %s", box->address.sun_path,
                 kf_errno_text(errno, why));
    kf_error_hint(error, "check the folder's permissions");
    box->address.sun_path[0] = '\0';
    kf_mark_box_close(box);
    return NULL;
}

void kf_mark_box_close(struct kf_mark_box *box)
{
    if (!box)
        return;
    if (box->address.sun_path[0])
        (void)unlink(box->address.sun_path);
    if (box->fd >= 0)
        (void)close(box->fd);
    free(box);
}

bool kf_mark_box_take(struct kf_mark_box *box, char text[KF_MARK_TEXT])
{
    char bytes[KF_MARK_TEXT];
    ssize_t count = 0;
    if (!box)
        return false;
    do
        count = recv(box->fd, bytes, sizeof bytes - 1, 0);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return false;
    bytes[count] = '\0';
    if (kf_text_clean(text, KF_MARK_TEXT, bytes) == 0)
        (void)snprintf(text, KF_MARK_TEXT, "mark");
    return true;
}

/* ---- sending ---- */

/* True when the session took it; a socket nobody listens at is what a killed session left. */
static bool send_one(int fd, const char *folder, const char *name, const char *text)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t count = strlen(text);
    if ((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", folder, name) >= sizeof address.sun_path)
        return false;
    if (sendto(fd, text, count, MSG_NOSIGNAL, (const struct sockaddr *)&address, sizeof address) == (ssize_t)count)
        return true;
    if (errno == ECONNREFUSED)
        (void)unlink(address.sun_path);
    return false;
}

static bool is_socket_name(const char *name)
{
    const size_t length = strlen(name), digits = strspn(name, "0123456789");
    return digits > 0 && length == digits + sizeof suffix - 1 && strcmp(name + digits, suffix) == 0;
}

int kf_mark_send(const char *runtime_dir, const char *text, struct kf_error *error)
{
    char folder[80], cut[KF_MARK_TEXT];
    int reached = 0, fd = -1;
    DIR *sessions = NULL;
    if (!folder_of(runtime_dir, folder, sizeof folder, error))
        return 0;
    (void)snprintf(cut, sizeof cut, "%s", text);
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sessions = fd >= 0 ? opendir(folder) : NULL;
    for (const struct dirent *entry; sessions && (entry = readdir(sessions)) != NULL;)
        if (is_socket_name(entry->d_name))
            reached += send_one(fd, folder, entry->d_name, cut);
    if (sessions)
        (void)closedir(sessions);
    if (fd >= 0)
        (void)close(fd);
    if (reached == 0) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "no session of yours runs that could take the mark");
        kf_error_hint(error, "start `kneefold live` first, with the same XDG_RUNTIME_DIR");
    }
    return reached;
}
