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

static const uint64_t least_digits = 10000000000000000, too_many = 100000000000000000; /* DIGITS; one more */

/* a × b, of 128 bits. */
static void multiply(uint64_t a, uint64_t b, uint64_t *high, uint64_t *low)
{
    const uint64_t half = UINT32_MAX;
    const uint64_t lows = (a & half) * (b & half), cross = (a >> 32) * (b & half) + (lows >> 32);
    const uint64_t other = (a & half) * (b >> 32) + (cross & half);
    *high = (a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32);
    *low = other << 32 | (lows & half);
}

/* value × 10^power as an integer, half to even as printf; 0 where it takes more than 128 bits and a shift to the right.
 * With value = mantissa × 2^exponent that is mantissa × 5^power × 2^(exponent + power), exactly. */
static uint64_t scaled(double value, int power)
{
    int exponent = 0;
    const uint64_t mantissa = (uint64_t)ldexp(frexp(value, &exponent), DBL_MANT_DIG);
    const int shift = DBL_MANT_DIG - exponent - power;
    uint64_t five = 1, high = 0, low = 0;
    if (power < 0 || power > 27 || shift < 1 || shift > 63) /* 5^27 < 2^63 */
        return 0;
    for (int i = 0; i < power; i++)
        five *= 5;
    multiply(mantissa, five, &high, &low);
    const uint64_t whole = high << (64 - shift) | low >> shift, rest = low << (64 - shift);
    const uint64_t half = UINT64_C(1) << 63;
    return whole + (rest > half || (rest == half && whole % 2 == 1));
}

static struct decimal printed(double value)
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

/* The digits printf gives. Those of everyday numbers, 1e-11 to 1e15, are an integer's: many times as fast, and an
 * hour's analysis writes 400,000 of them. */
static struct decimal decimal_of(double value)
{
    const double size = fabs(value);
    struct decimal decimal = {.negative = signbit(value)};
    if (!(size > 1e-11 && size < 1e15))
        return printed(value);
    decimal.exponent = (int)floor(log10(size)); /* rounded, it may be the neighbour's */
    decimal.digits = scaled(size, DIGITS - 1 - decimal.exponent);
    if (decimal.digits >= too_many)
        decimal.digits = scaled(size, DIGITS - 1 - ++decimal.exponent);
    else if (decimal.digits < least_digits)
        decimal.digits = scaled(size, DIGITS - 1 - --decimal.exponent);
    return decimal.digits >= least_digits && decimal.digits < too_many ? decimal : printed(value);
}

/* To a multiple of unit, which is a power of ten. The last digit, rounded twice, may be the neighbour of printf's: it
 * reads back all the same, or is not used. */
static struct decimal rounded(struct decimal decimal, uint64_t unit)
{
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
