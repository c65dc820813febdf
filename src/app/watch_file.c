/* watch_file.c - says when one of the settings files in force changed on disk. */
#include "config.h"

#include "app/watch_file.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/inotify.h>

enum { EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE };

/* Watches the folder for the file, if we may look into it. False with errno: there is no watch to be had. */
static bool add(struct kf_watch_file *watch, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char folder[KF_SETTINGS_PATH_MAX + 4];
    if (slash)
        (void)snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path);
    else
        (void)snprintf(folder, sizeof folder, ".");
    errno = ENAMETOOLONG;
    if (strlen(name) >= KF_WATCH_NAME_MAX || watch->count == sizeof watch->file / sizeof watch->file[0])
        return false;
    const int number = inotify_add_watch(watch->fd, folder, EVENTS);
    if (number < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    watch->file[watch->count].folder = number;
    memcpy(watch->file[watch->count].name, name, strlen(name) + 1);
    watch->count++;
    return true;
}

/* By its own name, and by what it points at. */
static bool add_both(struct kf_watch_file *watch, const char *path)
{
    char *real = realpath(path, NULL);
    const bool added = add(watch, path) && (!real || strcmp(real, path) == 0 || add(watch, real));
    const int os_errno = errno;
    free(real);
    errno = os_errno;
    return added;
}

static enum kf_status not_noticed(struct kf_watch_file *watch, struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];
    kf_error_set(error, KF_ERR_UNAVAILABLE, errno, "changed settings files are not noticed: %s",
                 kf_errno_text(errno, why));
    kf_watch_file_close(watch);
    return KF_ERR_UNAVAILABLE;
}

enum kf_status kf_watch_file_open(struct kf_watch_file *watch, const char *const *paths, unsigned count,
                                  struct kf_error *error)
{
    *watch = (struct kf_watch_file){.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    if (watch->fd < 0)
        return not_noticed(watch, error);
    for (unsigned i = 0; i < count && i < KF_WATCH_FILES; i++)
        if (paths[i] && *paths[i] && !add_both(watch, paths[i]))
            return not_noticed(watch, error);
    return KF_OK;
}

static bool concerns(const struct kf_watch_file *watch, const struct inotify_event *event)
{
    for (unsigned i = 0; i < watch->count; i++)
        if (event->len > 0 && event->wd == watch->file[i].folder && strcmp(event->name, watch->file[i].name) == 0)
            return true;
    return (event->mask & IN_Q_OVERFLOW) != 0; /* some were lost: perhaps ours */
}

bool kf_watch_file_changed(struct kf_watch_file *watch)
{
    _Alignas(struct inotify_event) char bytes[4096];
    bool changed = false;
    ssize_t got;
    if (watch->fd < 0)
        return false;
    while ((got = read(watch->fd, bytes, sizeof bytes)) > 0) {
        for (char *at = bytes; at < bytes + got;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
            changed = concerns(watch, event) || changed;
            at += sizeof *event + event->len;
        }
    }
    return changed;
}
#else
enum kf_status kf_watch_file_open(struct kf_watch_file *watch, const char *const *paths, unsigned count,
                                  struct kf_error *error)
{
    (void)paths;
    (void)count;
    *watch = (struct kf_watch_file){.fd = -1};
    return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "changed settings files are not noticed on this system");
}

bool kf_watch_file_changed(struct kf_watch_file *watch)
{
    (void)watch;
    return false;
}
#endif

enum kf_status kf_watch_file_settings(struct kf_watch_file *watch, const struct kf_settings_layers *layers,
                                      const struct kf_settings_request *request, struct kf_error *error)
{
    const char *const paths[] = {layers->system_path, layers->user_path, layers->profile_path, request->file,
                                 layers->athlete_path};
    return kf_watch_file_open(watch, paths, sizeof paths / sizeof paths[0], error);
}

void kf_watch_file_close(struct kf_watch_file *watch)
{
    if (watch->fd >= 0)
        (void)close(watch->fd);
    watch->fd = -1;
}
