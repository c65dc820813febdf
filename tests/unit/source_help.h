/* source_help.h - what the tests of sources share: a folder of their own, and looking at refusals. */
#ifndef KF_TEST_SOURCE_HELP_H
#define KF_TEST_SOURCE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/source.h"

static char folder[] = "/tmp/kneefold-source-XXXXXX"; /* mkdtemp makes it */

/* "FOLDER/NAME", good until the call after next. */
static inline const char *in_folder(const char *name)
{
    static char path[2][128];
    static unsigned turn;

    turn ^= 1;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static inline int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

/* Removes these files (NULL ends them), those that are there, and the folder: a file that nobody knows of fails it. */
static inline int remove_folder(const char *const names[])
{
    for (; *names; names++)
        (void)unlink(in_folder(*names));
    return rmdir(folder);
}

/* "SCHEME:NAME", good until the next call. */
static inline const char *uri_of(const char *scheme, const char *name)
{
    static char uri[160];

    (void)snprintf(uri, sizeof uri, "%s:%s", scheme, name);
    return uri;
}

static inline void write_file(const char *path, const void *bytes, size_t count)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, count), (ssize_t)count);
    assert_int_equal(close(fd), 0);
}

/* Opening fails with this code, and the two lines hold these words; NULL: not looked at. */
static inline void assert_refused(const char *uri, enum kf_status code, const char *text, const char *hint)
{
    struct kf_error error = {0};
    struct kf_source *source = kf_source_open(uri, &error);

    assert_null(source);
    assert_int_equal(error.code, code);
    if (!strstr(error.text, text))
        fail_msg("'%s' does not say '%s'", error.text, text);
    if (hint && !strstr(error.hint, hint))
        fail_msg("'%s' does not say '%s'", error.hint, hint);
    assert_true(error.hint[0] != '\0');
    for (const char *s = error.text; *s; s++)
        assert_true((unsigned char)*s >= 0x20 && *s != 0x7f);
}

#endif
