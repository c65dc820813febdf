/* history_cache.c - see history_cache.h. A kept file is a head and the struct as it lies in memory: the same program
 * reads it, or nobody does. */
#include "config.h"

#include "app/history_cache.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FNV_BASIS UINT64_C(0xcbf29ce484222325)

enum { FORMAT = 2 }; /* counts up when a figure changes its meaning without the struct changing its size */

struct head {
    char program[64]; /* and its version */
    char path[512];
    uint64_t session_size;
    uint64_t format, keys; /* keys: a sum over the names of a swing's numbers, whose order the struct has */
    int64_t bytes, changed_s, changed_ns; /* of the session file */
    uint64_t sum;                         /* of what follows the head */
};

void kf_history_cache_folder(const char *xdg_cache_home, const char *home, char out[KF_HISTORY_CACHE_PATH])
{
    const bool given = xdg_cache_home && xdg_cache_home[0] == '/'; /* relative ones are passed over, as XDG asks */
    const int length = given ? snprintf(out, KF_HISTORY_CACHE_PATH, "%s/kneefold/history", xdg_cache_home)
                       : home && home[0] == '/'
                           ? snprintf(out, KF_HISTORY_CACHE_PATH, "%s/.cache/kneefold/history", home)
                           : 0;
    if (length <= 0 || length >= KF_HISTORY_CACHE_PATH - 32)
        out[0] = '\0';
}

/* FNV-1a, 64 bits: finds what was damaged by accident, and spreads names. `sum` is that of what came before. */
static uint64_t sum_of(uint64_t sum, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++)
        sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
    return sum;
}

static uint64_t sum_of_keys(void)
{
    uint64_t sum = FNV_BASIS;
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        sum = sum_of(sum, kf_swing_keys[i].name, strlen(kf_swing_keys[i].name) + 1);
    return sum;
}

static bool describe(const char *path, struct head *head)
{
    struct stat status;
    memset(head, 0, sizeof *head);
    if (stat(path, &status) != 0 || strlen(path) >= sizeof head->path)
        return false;
    (void)snprintf(head->program, sizeof head->program, "%s %s", PACKAGE_NAME, PACKAGE_VERSION);
    (void)snprintf(head->path, sizeof head->path, "%s", path);
    head->session_size = sizeof(struct kf_history_session);
    head->format = FORMAT;
    head->keys = sum_of_keys();
    head->bytes = status.st_size;
    head->changed_s = status.st_mtim.tv_sec;
    head->changed_ns = status.st_mtim.tv_nsec;
    return true;
}

/* Two paths of one sum replace each other, and the head tells them apart. */
static void file_of(char out[KF_HISTORY_CACHE_PATH], const char *folder, const char *path)
{
    (void)snprintf(out, KF_HISTORY_CACHE_PATH, "%.480s/%016llx", folder,
                   (unsigned long long)sum_of(FNV_BASIS, path, strlen(path)));
}

bool kf_history_cache_find(const char *folder, const char *path, struct kf_history_session *session)
{
    char name[KF_HISTORY_CACHE_PATH];
    struct head now, then;
    if (!*folder || !describe(path, &now))
        return false;
    file_of(name, folder, path);
    FILE *file = fopen(name, "rb");
    bool found = file && fread(&then, sizeof then, 1, file) == 1 && fread(session, sizeof *session, 1, file) == 1;
    if (found) {
        now.sum = sum_of(FNV_BASIS, session, sizeof *session);
        found = memcmp(&now, &then, sizeof now) == 0;
    }
    if (file)
        (void)fclose(file);
    if (!found)
        return false;
    session->path[sizeof session->path - 1] = session->athlete[sizeof session->athlete - 1] =
        session->version[sizeof session->version - 1] = '\0';
    return true;
}

static void make_folders(const char *folder)
{
    char part[KF_HISTORY_CACHE_PATH];
    for (size_t i = 1; folder[i - 1]; i++)
        if (folder[i] == '/' || folder[i] == '\0') {
            (void)snprintf(part, sizeof part, "%.*s", (int)i, folder);
            (void)mkdir(part, 0700); /* one that cannot be made is missed by open */
        }
}

void kf_history_cache_keep(const char *folder, const char *path, const struct kf_history_session *session)
{
    char name[KF_HISTORY_CACHE_PATH], draft[KF_HISTORY_CACHE_PATH + 8];
    struct head head;
    if (!*folder || !describe(path, &head))
        return;
    head.sum = sum_of(FNV_BASIS, session, sizeof *session);
    make_folders(folder);
    file_of(name, folder, path);
    (void)snprintf(draft, sizeof draft, "%s.XXXXXX", name);
    const int fd = mkstemp(draft); /* mode 0600 */
    FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (!file) {
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    const bool written = fwrite(&head, sizeof head, 1, file) == 1 && fwrite(session, sizeof *session, 1, file) == 1;
    if (fclose(file) != 0 || !written || rename(draft, name) != 0)
        (void)unlink(draft);
}
