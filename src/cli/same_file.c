/* same_file.c - opening a file for writing empties it: a recording named twice by mistake would be lost before its
 * first byte is read. Names are compared by what they lead to. */
#include "cli/same_file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool identify(const char *name, struct stat *state)
{
    const int outcome = strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, state) : stat(name, state);
    return outcome == 0 && S_ISREG(state->st_mode);
}

bool kf_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return identify(a, &first) && identify(b, &second) && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}
