/* test_manual.c - protects the man page of the settings from being stale: the committed one is what its frame and the
 * tables make today, and every list has a place in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "manual.h"

static char *all_of(FILE *stream)
{
    enum { ROOM = 256 * 1024 };
    char *text = calloc(1, ROOM);
    assert_non_null(text);
    rewind(stream);
    assert_true(fread(text, 1, ROOM - 1, stream) < ROOM - 1);
    (void)fclose(stream);
    return text;
}

static void page_is_fresh(void **state)
{
    FILE *frame = fopen(KF_SRCDIR "/man/kneefold.ini.5.in", "r"), *made = tmpfile();
    FILE *committed = fopen(KF_SRCDIR "/man/kneefold.ini.5", "r");
    (void)state;
    assert_true(frame && made && committed);
    kf_manual_write(frame, made);
    (void)fclose(frame);
    char *fresh = all_of(made), *page = all_of(committed);
    if (strcmp(fresh, page) != 0)
        fail_msg("man/kneefold.ini.5 is stale: make update-config");
    assert_null(strchr(page, '@'));
    assert_non_null(strstr(page, "\\fBknee_excess_deg\\fR = \\fI8\\fR\n"));
    assert_non_null(strstr(page, ".B [cue hamstring-drive]\n"));
    assert_non_null(strstr(page, "\\fBcooldown_s\\fR = "));
    assert_non_null(strstr(page, "peak_knee_deg|deg|"));
    free(fresh);
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(page_is_fresh)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
