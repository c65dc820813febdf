/* test_manual.c - protects the man page of the settings from being stale: the committed one is what its frame and the
 * tables make today, and every list has a place in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "manual.h"

enum { ROOM = 256 * 1024 };

static void read_all(FILE *stream, char text[ROOM])
{
    rewind(stream);
    const size_t length = fread(text, 1, ROOM - 1, stream);
    assert_true(length < ROOM - 1);
    text[length] = '\0';
    (void)fclose(stream);
}

static void page_is_fresh(void **state)
{
    FILE *frame = fopen(KF_SRCDIR "/man/kneefold.ini.5.in", "r"), *made = tmpfile();
    FILE *committed = fopen(KF_SRCDIR "/man/kneefold.ini.5", "r");
    static char fresh[ROOM], page[ROOM];
    (void)state;
    assert_true(frame && made && committed);
    kf_manual_write(frame, made);
    (void)fclose(frame);
    read_all(made, fresh);
    read_all(committed, page);
    if (strcmp(fresh, page) != 0)
        fail_msg("man/kneefold.ini.5 is stale: make update-config");
    assert_null(strchr(page, '@'));
    assert_non_null(strstr(page, "\\fBknee_excess_deg\\fR = \\fI8\\fR\n"));
    assert_non_null(strstr(page, ".B [cue hamstring-drive]\n"));
    assert_non_null(strstr(page, "\\fBcooldown_s\\fR = "));
    assert_non_null(strstr(page, "peak_knee_deg|deg|"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(page_is_fresh)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
