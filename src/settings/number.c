/* number.c - numbers as text that read back exactly.
 *
 * printf's shortest format for a double depends on the double; strtod accepts words and blanks a settings file should
 * not hold. Both JSON and the ini file need the narrow, exact thing. */
#include "settings/number.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIGITS = 17 }; /* they tell any two doubles apart (IEEE 754) */

struct decimal {
    bool negative;
    int exponent;    /* of the first digit */
    uint64_t digits; /* DIGITS of them */
};

/* One conversion, for printf's are slow; the shorter ones are made of its digits. */
static struct decimal decimal_of(double value)
{
    char text[KF_NUMBER_TEXT_MAX];
    struct decimal decimal = {.negative = signbit(value)};
    const char *at = text + decimal.negative;
    (void)snprintf(text, sizeof text, "%.*e", DIGITS - 1, value);
    for (int i = 0; i <= DIGITS; i++) /* d.dddde+xx */
        if (i != 1)
            decimal.digits = 10 * decimal.digits + (uint64_t)(at[i] - '0');
    decimal.exponent = (int)strtol(at + DIGITS + 2, NULL, 10);
    return decimal;
}

/* To a multiple of unit, which is a power of ten. The last digit, rounded twice, may be the neighbour of printf's: it
 * reads back all the same, or is not used. */
static struct decimal rounded(struct decimal decimal, uint64_t unit)
{
    const uint64_t too_many = 100000000000000000; /* DIGITS + 1 of them */
    decimal.digits = (decimal.digits + unit / 2) / unit * unit;
    if (decimal.digits == too_many) {
        decimal.digits /= 10;
        decimal.exponent++;
    }
    return decimal;
}

/* How far a number may lie from value, in units of the last digit, and still read back as it: half the way to the next
 * double. NAN where those above and below are not equally far. */
static double room_about(double value, const struct decimal *decimal)
{
    int exponent = 0;
    const double mantissa = fabs(frexp(value, &exponent));
    if (mantissa == .5 || exponent < DBL_MIN_EXP)
        return NAN;
    return (double)decimal->digits * (DBL_EPSILON / 4) / mantissa;
}

/* As printf's %.*g lays it out. */
static size_t lay_out(char *out, const struct decimal *decimal, int digits)
{
    const bool scientific = decimal->exponent < -4 || decimal->exponent >= digits;
    const int point = scientific ? 1 : decimal->exponent + 1; /* digits before it */
    char digit[DIGITS];
    int last = digits - 1;
    char *at = out;
    uint64_t left = decimal->digits;
    for (int i = DIGITS - 1; i >= 0; i--, left /= 10)
        digit[i] = (char)('0' + left % 10);
    while (last > 0 && digit[last] == '0')
        last--;
    if (decimal->negative)
        *at++ = '-';
    if (point <= 0) {
        *at++ = '0';
        *at++ = '.';
        for (int i = point; i < 0; i++)
            *at++ = '0';
    }
    for (int i = 0; i <= last || i < point; i++) {
        if (i == point && i > 0)
            *at++ = '.';
        *at++ = i <= last ? digit[i] : '0';
    }
    *at = '\0';
    if (scientific)
        at += snprintf(at, 8, "e%+03d", decimal->exponent);
    return (size_t)(at - out);
}

/* Reading back is slow, too: it is asked only where the digits left away, known to half a unit, leave it open. */
size_t kf_number_write(char *out, double value)
{
    static const double sure = 1e-9; /* of room_about, which is rounded */
    const struct decimal all = decimal_of(value);
    const double room = room_about(value, &all);
    uint64_t unit = 100;
    for (int digits = 15; digits < DIGITS; digits++, unit /= 10) {
        const struct decimal fewer = rounded(all, unit);
        const uint64_t dropped = all.digits % unit;
        const double off = (double)(dropped < unit / 2 ? dropped : unit - dropped);
        if (off - .5 > room * (1 + sure))
            continue;
        const size_t length = lay_out(out, &fewer, digits);
        if (off + .5 < room * (1 - sure) || strtod(out, NULL) == value)
            return length;
    }
    return lay_out(out, &all, DIGITS);
}

/* Optional sign, digits with at most one point, optional exponent: what a person means by a number. */
static bool looks_decimal(const char *text)
{
    unsigned digits = 0;
    if (*text == '+' || *text == '-')
        text++;
    for (; isdigit((unsigned char)*text); text++)
        digits++;
    if (*text == '.')
        for (text++; isdigit((unsigned char)*text); text++)
            digits++;
    if (digits == 0)
        return false;
    if (*text != 'e' && *text != 'E')
        return *text == '\0';
    text++;
    if (*text == '+' || *text == '-')
        text++;
    if (!isdigit((unsigned char)*text))
        return false;
    while (isdigit((unsigned char)*text))
        text++;
    return *text == '\0';
}

bool kf_number_read(const char *text, double *value)
{
    if (!looks_decimal(text))
        return false;
    const double read = strtod(text, NULL);
    if (!isfinite(read))
        return false;
    *value = read;
    return true;
}
