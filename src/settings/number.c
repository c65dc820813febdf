/* number.c - numbers as text that read back exactly.
 *
 * printf's shortest format for a double depends on the double; strtod accepts words and blanks a settings file should
 * not hold. Both JSON and the ini file need the narrow, exact thing. */
#include "settings/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What a person has typed has at most 15 digits, and they survive a double; what was computed nearly always takes 17,
 * which tell any two doubles apart. Trying 16, too, would cost an hour's analysis a tenth of its time. */
size_t kf_number_write(char *out, double value)
{
    const int length = snprintf(out, KF_NUMBER_TEXT_MAX, "%.15g", value);
    if (strtod(out, NULL) == value)
        return (size_t)length;
    return (size_t)snprintf(out, KF_NUMBER_TEXT_MAX, "%.17g", value);
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
