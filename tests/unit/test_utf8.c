/* test_utf8.c - protects what every room believes about text from outside: exactly Unicode's characters are characters,
 * nothing is read behind the end, and what could steer a terminal is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/utf8.h"

static bool is_surrogate(uint32_t code)
{
    return code >= 0xd800 && code <= 0xdfff;
}

static void every_character_comes_back(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        char text[5] = "";
        uint32_t read = 0;
        const unsigned length = kf_utf8_encode(code, text), wanted = is_surrogate(code) ? 0 : length;
        assert_int_equal(length, code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
        assert_int_equal(kf_utf8_decode(text, length, &read), wanted);
        if (wanted > 0)
            assert_int_equal(read, code);
        for (unsigned cut = 1; cut < length; cut++)
            assert_int_equal(kf_utf8_decode(text, cut, &read), 0);
    }
}

static void what_is_none_is_refused(void **state)
{
    static const char *const bad[] = {"\x80",
                                      "\xc0\xaf",
                                      "\xc2",
                                      "\xe0\x80\xaf",
                                      "\xed\xa0\x80",
                                      "\xf0\x80\x80\xaf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xff",
                                      "\xe2\x82"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(kf_utf8_length(bad[i]), 0);
        assert_false(kf_utf8_printable(bad[i]));
    }
}

static void what_steers_is_found(void **state)
{
    static const char *const steering[] = {"\x1b[2J", "a\n", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6"};
    (void)state;
    for (size_t i = 0; i < sizeof steering / sizeof steering[0]; i++)
        assert_false(kf_utf8_printable(steering[i]));
    assert_true(kf_utf8_printable(""));
    assert_true(kf_utf8_printable("Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x8f\x83"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_comes_back),
        cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(what_steers_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
