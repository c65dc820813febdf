/* number.c - numbers as text that read back exactly.
 *
 * printf's shortest format for a double depends on the double; strtod accepts words and blanks a settings file should
 * not hold. Both JSON and the ini file need the narrow, exact thing. */
#include "settings/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

size_t kf_number_write(char *out, double value)
{
    int length = 0;
    for (int digits = 15; digits <= 17; digits++) {
        length = snprintf(out, KF_NUMBER_TEXT_MAX, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
    return length > 0 ? (size_t)length : 0;
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
