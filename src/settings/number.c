/* number.c - numbers as text that read back exactly.
 *
 * printf's shortest format for a double depends on the double; strtod accepts words and blanks a settings file should
 * not hold. Both JSON and the ini file need the narrow, exact thing. */
#include "settings/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIGITS = 17 }; /* they tell any two doubles apart (IEEE 754) */

struct decimal {
    bool negative;
    int exponent; /* of the first digit */
    char digit[DIGITS];
};

/* One conversion, for printf's are slow; the shorter ones are made of its digits. Rounded twice, their last digit may
 * be the neighbour of printf's: it reads back all the same, or is not used. */
static struct decimal decimal_of(double value)
{
    char text[KF_NUMBER_TEXT_MAX];
    struct decimal decimal = {.negative = signbit(value)};
    const char *at = text + decimal.negative;
    (void)snprintf(text, sizeof text, "%.*e", DIGITS - 1, value);
    decimal.digit[0] = at[0]; /* d.dddde+xx */
    for (int i = 1; i < DIGITS; i++)
        decimal.digit[i] = at[i + 1];
    decimal.exponent = (int)strtol(at + DIGITS + 2, NULL, 10);
    return decimal;
}

static struct decimal rounded(struct decimal decimal, int digits)
{
    int at = digits - 1;
    if (decimal.digit[digits] < '5')
        return decimal;
    while (at >= 0 && decimal.digit[at] == '9')
        decimal.digit[at--] = '0';
    if (at >= 0) {
        decimal.digit[at]++;
    } else {
        decimal.digit[0] = '1';
        decimal.exponent++;
    }
    return decimal;
}

/* As printf's %.*g lays it out. */
static size_t lay_out(char *out, const struct decimal *decimal, int digits)
{
    const bool scientific = decimal->exponent < -4 || decimal->exponent >= digits;
    const int point = scientific ? 1 : decimal->exponent + 1; /* digits before it */
    int last = digits - 1;
    char *at = out;
    while (last > 0 && decimal->digit[last] == '0')
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
        *at++ = i <= last ? decimal->digit[i] : '0';
    }
    *at = '\0';
    if (scientific)
        at += snprintf(at, 8, "e%+03d", decimal->exponent);
    return (size_t)(at - out);
}

size_t kf_number_write(char *out, double value)
{
    const struct decimal all = decimal_of(value);
    for (int digits = 15; digits < DIGITS; digits++) {
        const struct decimal fewer = rounded(all, digits);
        const size_t length = lay_out(out, &fewer, digits);
        if (strtod(out, NULL) == value)
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
