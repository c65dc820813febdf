/* holder.c - who has a device open. "Busy" alone sends people hunting; /proc knows the program's name. The search is
 * bounded, and what it cannot see (other users' processes, systems without /proc) it leaves unnamed. */
#include "config.h"

#include "source/kind.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { PROCESSES_MAX = 32768, DESCRIPTORS_MAX = 4096 };

/* Whether one of the descriptors in `folder` ("/proc/PID/fd") is the device. */
static bool has_open(const char *folder, dev_t rdev)
{
    DIR *list = opendir(folder);
    const struct dirent *entry;
    bool found = false;

    if (!list)
        return false;
    for (int seen = 0; !found && seen < DESCRIPTORS_MAX && (entry = readdir(list)) != NULL; seen++) {
        struct stat info;

        found = fstatat(dirfd(list), entry->d_name, &info, 0) == 0 && S_ISCHR(info.st_mode) && info.st_rdev == rdev;
    }
    (void)closedir(list);
    return found;
}

/* The program's short name from "/proc/PID/comm", as it is; "?" when unreadable. */
static void read_comm(long pid, char *out, size_t capacity)
{
    char path[48];
    ssize_t count = -1;
    int fd;

    (void)snprintf(path, sizeof path, "/proc/%ld/comm", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        count = read(fd, out, capacity - 1);
        (void)close(fd);
    }
    if (count <= 0) {
        out[0] = '?';
        count = 1;
    }
    out[count] = '\0';
    out[strcspn(out, "\n")] = '\0';
}

/* The process holding a flock on the file, from /proc/locks ("1: FLOCK  ADVISORY  WRITE 1234 00:05:678 0 EOF");
 * 0 when none is listed. */
static long lock_owner(const struct stat *info)
{
    FILE *locks = fopen("/proc/locks", "re");
    char line[160];
    long owner = 0;

    if (!locks)
        return 0;
    for (int seen = 0; owner == 0 && seen < PROCESSES_MAX && fgets(line, sizeof line, locks); seen++) {
        unsigned device_major, device_minor;
        unsigned long long inode;
        long pid;

        if (sscanf(line, "%*d: FLOCK %*s %*s %ld %x:%x:%llu", &pid, &device_major, &device_minor, &inode) == 4 &&
            device_major == major(info->st_dev) && device_minor == minor(info->st_dev) &&
            inode == (unsigned long long)info->st_ino)
            owner = pid;
    }
    (void)fclose(locks);
    return owner > 0 ? owner : 0;
}

/* The first process but this one with the device open; 0 when none is visible. */
static long device_user(dev_t rdev)
{
    DIR *list = opendir("/proc");
    const struct dirent *entry;
    long user = 0;

    if (!list)
        return 0;
    for (int seen = 0; user == 0 && seen < PROCESSES_MAX && (entry = readdir(list)) != NULL; seen++) {
        char folder[288];
        long pid = 0;

        if (sscanf(entry->d_name, "%9ld", &pid) != 1 || pid == (long)getpid())
            continue;
        (void)snprintf(folder, sizeof folder, "/proc/%ld/fd", pid);
        if (has_open(folder, rdev))
            user = pid;
    }
    (void)closedir(list);
    return user;
}

bool kf_holder_find(const struct stat *device, char *out, size_t capacity)
{
    char comm[64], name[64];
    long pid = lock_owner(device);

    if (pid == 0)
        pid = device_user(device->st_rdev);
    if (pid == 0)
        return false;
    if (pid == (long)getpid()) {
        (void)snprintf(out, capacity, "this program");
        return true;
    }
    read_comm(pid, comm, sizeof comm);
    (void)snprintf(out, capacity, "%s (process %ld)", kf_source_printable(name, sizeof name, comm), pid);
    return true;
}
