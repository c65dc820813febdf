/* test_csv_number.c - protects that a log's numbers are read exactly (against strtod, in the C locale), that what is no
 * number is none, and that the reader stops where the number does. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pod/csv_number.h"

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void assert_same(const char *text)
{
    double value = NAN;
    const double expected = strtod(text, NULL);
    const char *end = kf_csv_number(text, &value);
    assert_non_null(end);
    assert_int_equal(*end, ',');
    if (fabs(expected) < DBL_MIN) /* subnormals read as 0 */
        assert_true(value == 0);
    else if (memcmp(&value, &expected, sizeof value) != 0)
        fail_msg("%s reads as %a, not %a", text, value, expected);
}

static void test_chosen(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0,",
        "-0,",
        "+1,",
        "1.,",
        ".5,",
        "-.5e1,",
        "1e5,",
        "1E-5,",
        "1e+05,",
        "-9.80665,",
        "0.000000,",
        "9007199254740993,",
        "9007199254740992,",
        "9007199254740991,",
        "0.1000000000000000055511151231257827021,",
        "179769313486231570000000000000000000000e270,",
        "1e22,",
        "1e23,",
        "8.5e-22,",
        "1e-400,",
        "2.2250738585072014e-308,",
        "6.8056473384187692692674921486353642291e38,",
        "123456789012345678901234567890,",
        "0e999999999999,",
        "9007199254740992.99999999999999999999,",
        "0000000000000000000000000000000000000001.5,",
    };
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_same(texts[i]);
    double value;
    (void)kf_csv_number("1e400,", &value);
    assert_true(isinf(value) && value > 0);
    (void)kf_csv_number("-1e99999999999999,", &value);
    assert_true(isinf(value) && value < 0);
}

static void test_random(void **state)
{
    (void)state;
    static const char *const formats[] = {"%.17g,", "%.25e,", "%.9g,", "%.4g,"};
    uint64_t seed = 1;
    char text[400];
    for (int i = 0; i < 200000; i++) {
        const uint64_t bits = next_random(&seed);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        (void)snprintf(text, sizeof text, formats[i % 4], value);
        assert_same(text);
        (void)snprintf(text, sizeof text, "%.*f,", (int)(bits % 12), (double)(int64_t)next_random(&seed) / 1e15);
        assert_same(text);
    }
}

/* Exactly between two doubles, and a hair beside: where rounding goes wrong first. */
static void test_halves(void **state)
{
    (void)state;
    uint64_t seed = 2;
    char text[400];
    for (int i = 0; i < 20000; i++) {
        const uint64_t odd = (next_random(&seed) >> 10 | UINT64_C(1) << 53) | 1; /* 54 bits */
        const int length =
            snprintf(text, sizeof text, "%.100Lf", ldexpl((long double)odd, -(int)(next_random(&seed) % 60)));
        (void)snprintf(text + length, sizeof text - (size_t)length, "%s", i % 2 ? "1," : ",");
        assert_same(text);
    }
}

static void test_no_numbers(void **state)
{
    (void)state;
    static const char *const texts[] = {"",    ",",   "-",    "+",  ".",  "-.",  "e5",
                                        "nan", "inf", "-inf", " 1", "x1", "--1", "+-1"};
    double value = 42;
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_null(kf_csv_number(texts[i], &value));
    assert_true(value == 42);
    static const struct {
        const char *text;
        unsigned length;
        double value;
    } partial[] = {{"1e,", 1, 1}, {"1e+,", 1, 1}, {"0x10,", 1, 0}, {"1.2.3,", 3, 1.2}, {"5 ,", 1, 5}, {"1,5", 1, 1}};
    for (unsigned i = 0; i < sizeof partial / sizeof partial[0]; i++) {
        assert_ptr_equal(kf_csv_number(partial[i].text, &value), partial[i].text + partial[i].length);
        assert_true(value == partial[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chosen),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_halves),
        cmocka_unit_test(test_no_numbers),
    };
    return cmocka_run_group_tests_name("csv_number", tests, NULL, NULL);
}
