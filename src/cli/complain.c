/* complain.c - what failed, what to try, and the exit status that says so to a script.
 *
 * A full disk or a closed pipe shows only when buffered output is written, often at exit: it is looked for there, so
 * that no command ends with 0 while its output is lost. */
#include "config.h"

#include "cli/complain.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "ui/text.h"

int kf_exit_status(enum kf_status status)
{
    switch (status) {
    case KF_OK:
    case KF_ERR_END:
        return EX_OK;
    case KF_ERR_ARG:
        return EX_USAGE;
    case KF_ERR_DATA:
        return EX_DATAERR;
    case KF_ERR_NO_INPUT:
        return EX_NOINPUT;
    case KF_ERR_UNAVAILABLE:
    case KF_ERR_AGAIN:
        return EX_UNAVAILABLE;
    case KF_ERR_IO:
        return EX_IOERR;
    case KF_ERR_CONFIG:
        return EX_CONFIG;
    case KF_ERR_INTERNAL:
    case KF_ERR_FULL:
        return EX_SOFTWARE;
    }
    return EX_SOFTWARE;
}

int kf_complain_text(enum kf_status status, const char *text, const char *hint)
{
    char clean[512];
    kf_text_clean(clean, sizeof clean, text);
    fprintf(stderr, "kneefold: %s\n", clean);
    if (hint && *hint) {
        kf_text_clean(clean, sizeof clean, hint);
        fprintf(stderr, "  %s\n", clean);
    }
    return kf_exit_status(status);
}

int kf_complain(const struct kf_error *error)
{
    return kf_complain_text(error->code, error->text, error->hint);
}

void kf_complain_usage(const struct argp_state *state, const char *format, ...)
{
    char text[512], clean[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)kf_text_clean(clean, sizeof clean, text);
    argp_error(state, "%s", clean);
}

int kf_complain_of_options(int argc, char *const *argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const size_t name = strncmp(argv[i], "--", 2) == 0 ? strcspn(argv[i], "=") : argv[i][0] == '-' ? 2 : 0;
        for (size_t at = 0; at < name && argv[i][at]; at++)
            if ((unsigned char)argv[i][at] < ' ' || (unsigned char)argv[i][at] >= 0x7f)
                return kf_complain_text(KF_ERR_ARG, "an option's name is plain ASCII: one here is not",
                                        "add --help for the options there are");
    }
    return EX_OK;
}

static bool output_told; /* standard output's failure has been dealt with: not again at exit */

int kf_complain_output(int os_errno, const char *name)
{
    struct kf_error error;
    char why[KF_ERRNO_TEXT_MAX];
    (void)kf_errno_text(os_errno, why);
    output_told = output_told || !name;
    if (os_errno == EPIPE)
        return EX_OK;
    if (name)
        (void)kf_error_set(&error, KF_ERR_IO, os_errno, "cannot write '%s': %s", name, why);
    else
        (void)kf_error_set(&error, KF_ERR_IO, os_errno, "cannot write to standard output: %s", why);
    if (os_errno == ENOSPC)
        kf_error_hint(&error, "make room on that disk, or write somewhere else");
    else if (name)
        kf_error_hint(&error, "check its name and folder, and whether you may write there");
    else
        kf_error_hint(&error, "what was written before this is incomplete");
    return kf_complain(&error);
}

/* atexit: an exit status already chosen stays unless output was lost. */
static void close_output(void)
{
    const int earlier_errno = errno;
    const bool failed_before = ferror(stdout) != 0;
    const bool failed_now = fclose(stdout) != 0;
    if ((!failed_before && !failed_now) || output_told)
        return;
    _exit(kf_complain_output(failed_now && errno ? errno : earlier_errno, NULL));
}

/* A program started without one of the three would open a file of its own in its place and print into that. Writing to
 * these, and reading from the first, fails. */
static void occupy_closed_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void kf_complain_about_output(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    occupy_closed_descriptors();
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigaction(SIGXFSZ, &ignore, NULL); /* ulimit -f: a write that fails like one to a full disk */
    (void)atexit(close_output);
}
