/* error.h - what went wrong, in words, owned by the caller.
 *
 * Set-up functions outside the core fill a struct kf_error. `text` says what failed
 * ("cannot open '/dev/ttyACM0': permission denied"), `hint` what to try; hint may be "".
 * Both are always terminated. The core archive must not include this header: it formats. */
#ifndef KNEEFOLD_ERROR_H
#define KNEEFOLD_ERROR_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kneefold/status.h"

#if defined(__GNUC__)
#define KF_PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define KF_PRINTF_LIKE(fmt, args)
#endif

struct kf_error {
    enum kf_status code;
    int os_errno;   /* errno at the time, or 0 */
    char text[256]; /* what failed */
    char hint[256]; /* what to try, or "" */
};

/* Fills *error (which may be NULL) and returns `code`, so that callers can `return kf_error_set(...)`.
 * Long texts are cut. The hint is cleared. */
KF_PRINTF_LIKE(4, 5)
static inline enum kf_status kf_error_set(struct kf_error *error, enum kf_status code, int os_errno, const char *format,
                                          ...)
{
    if (error) {
        va_list args;
        error->code = code;
        error->os_errno = os_errno;
        error->hint[0] = '\0';
        va_start(args, format);
        (void)vsnprintf(error->text, sizeof error->text, format, args);
        va_end(args);
    }
    return code;
}

/* Adds the second line, what to try, to an error already set. */
KF_PRINTF_LIKE(2, 3)
static inline void kf_error_hint(struct kf_error *error, const char *format, ...)
{
    if (error) {
        va_list args;
        va_start(args, format);
        (void)vsnprintf(error->hint, sizeof error->hint, format, args);
        va_end(args);
    }
}

enum { KF_ERRNO_TEXT_MAX = 128 };

/* "no such file or directory": strerror, but starting in lower case as our messages go. Returns `out`, which holds
 * KF_ERRNO_TEXT_MAX chars. */
static inline const char *kf_errno_text(int os_errno, char out[KF_ERRNO_TEXT_MAX])
{
    (void)snprintf(out, KF_ERRNO_TEXT_MAX, "%s", strerror(os_errno));
    /* "No such file" but not "RPC failed": only a capital followed by a small letter is lowered. */
    if (out[0] >= 'A' && out[0] <= 'Z' && !(out[1] >= 'A' && out[1] <= 'Z'))
        out[0] = (char)(out[0] - 'A' + 'a');
    return out;
}

#endif
