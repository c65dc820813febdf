/* recorder_path.c - names made of a moment and a person, neither of which a file system has been asked about. */
#include "config.h"

#include "app/recorder_path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "app/recorder.h"

enum { NAME_MAX_BYTES = 32 };

static bool may_stay(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static void clean_name(char out[NAME_MAX_BYTES + 1], const char *athlete)
{
    size_t used = 0;
    for (; *athlete && used < NAME_MAX_BYTES; athlete++) {
        if (may_stay(*athlete))
            out[used++] = *athlete;
        else if (used > 0 && out[used - 1] != '_')
            out[used++] = '_';
    }
    while (used > 0 && out[used - 1] == '_')
        used--;
    out[used] = '\0';
    if (used == 0)
        (void)snprintf(out, NAME_MAX_BYTES + 1, "runner");
}

bool kf_recorder_path(char *out, size_t capacity, const char *folder, int64_t wall_ns, const char *athlete,
                      unsigned number)
{
    const time_t seconds = (time_t)(wall_ns / INT64_C(1000000000));
    char name[NAME_MAX_BYTES + 1], moment[32] = "", again[16] = "";
    struct tm local;
    clean_name(name, athlete);
    if (!localtime_r(&seconds, &local) || strftime(moment, sizeof moment, "%Y-%m-%d_%H%M", &local) == 0)
        return false;
    if (number > 1)
        (void)snprintf(again, sizeof again, "-%u", number);
    return (size_t)snprintf(out, capacity, "%s/%s_%s%s.kfs", folder, moment, name, again) < capacity;
}

enum kf_status kf_recorder_make_folder(const char *folder, struct kf_error *error)
{
    char path[KF_RECORDER_PATH], why[KF_ERRNO_TEXT_MAX];
    struct stat info;
    (void)snprintf(path, sizeof path, "%s", folder);
    for (char *slash = path + 1; *path; slash++) {
        const bool last = *slash == '\0';
        if (!last && *slash != '/')
            continue;
        *slash = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            break;
        if (last)
            return stat(path, &info) == 0 && S_ISDIR(info.st_mode)
                       ? KF_OK
                       : kf_error_set(error, KF_ERR_IO, ENOTDIR, "cannot record below '%.150s': it is no folder",
                                      folder);
        *slash = '/';
    }
    return kf_error_set(error, KF_ERR_IO, errno, "cannot make the folder '%.150s': %s", path,
                        kf_errno_text(errno, why));
}

enum kf_status kf_recorder_folder(const char *folder, const char *xdg_data_home, const char *home, char *out,
                                  size_t capacity, struct kf_error *error)
{
    int count = 0;
    if (folder && *folder)
        count = snprintf(out, capacity, "%s", folder);
    else if (xdg_data_home && *xdg_data_home == '/')
        count = snprintf(out, capacity, "%s/kneefold", xdg_data_home);
    else if (home && *home)
        count = snprintf(out, capacity, "%s/.local/share/kneefold", home);
    if (count > 0 && (size_t)count < capacity)
        return KF_OK;
    kf_error_set(error, KF_ERR_CONFIG, 0,
                 count > 0 ? "the folder for recordings has too long a name"
                           : "there is no folder for recordings: neither XDG_DATA_HOME nor HOME is set");
    kf_error_hint(error, "name one with -o record.folder=FOLDER, or record nothing with -o record.enabled=no");
    return KF_ERR_CONFIG;
}
