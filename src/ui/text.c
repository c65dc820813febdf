/* text.c - see text.h. An allow-list of ranges decides: what is not known to take one or two columns is not shown. */
#include "ui/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

struct range {
    uint32_t first, last;
    int width; /* 0: skipped */
};

/* In order of code points; gaps between the rows are '?'. */
static const struct range ranges[] = {
    {0x0000, 0x001f, 0},                      /* controls */
    {0x0020, 0x007e, 1}, {0x007f, 0x009f, 0}, /* delete, C1 controls */
    {0x00a0, 0x00ac, 1}, {0x00ad, 0x00ad, 0}, /* soft hyphen */
    {0x00ae, 0x02ff, 1},                      /* Latin, phonetic letters, spacing modifiers */
    {0x0300, 0x036f, 0},                      /* combining marks */
    {0x0370, 0x0377, 1}, {0x037a, 0x037f, 1}, {0x0384, 0x038a, 1},   {0x038c, 0x038c, 1},   {0x038e, 0x03a1, 1},
    {0x03a3, 0x0482, 1},                                                                  /* Greek, Cyrillic */
    {0x0483, 0x0489, 0}, {0x048a, 0x052f, 1}, {0x0531, 0x0556, 1},   {0x0561, 0x0587, 1}, /* Armenian */
    {0x0591, 0x05c7, 0}, {0x05d0, 0x05ea, 1},                                             /* Hebrew points, letters */
    {0x0600, 0x061a, 0}, {0x061c, 0x061c, 0}, {0x0620, 0x063f, 1},   {0x0641, 0x064a, 1},   {0x064b, 0x0670, 0},
    {0x0671, 0x06d3, 1},                      /* Arabic letters */
    {0x06d6, 0x06ed, 0}, {0x10d0, 0x10fa, 1}, /* Georgian */
    {0x1100, 0x115f, 2}, {0x1160, 0x11ff, 0}, /* Hangul parts */
    {0x1ab0, 0x1aff, 0}, {0x1dc0, 0x1dff, 0}, {0x1e00, 0x1eff, 1},   {0x2000, 0x200a, 1},   {0x200b, 0x200f, 0},
    {0x2010, 0x2027, 1}, {0x2028, 0x202e, 0}, /* separators, bidi embeddings and overrides */
    {0x202f, 0x205f, 1}, {0x2060, 0x206f, 0}, /* joiners, bidi isolates */
    {0x2070, 0x2071, 1}, {0x2074, 0x208e, 1}, {0x20a0, 0x20bf, 1},   {0x20d0, 0x20ff, 0},   {0x2100, 0x2188, 1},
    {0x2190, 0x2199, 1}, {0x2200, 0x22ff, 1}, {0x2500, 0x25fc, 1},   {0x2713, 0x2713, 1},   {0x2717, 0x2717, 1},
    {0x2800, 0x28ff, 1}, /* braille */
    {0x2e80, 0x303e, 2}, {0x3041, 0x3098, 2}, {0x3099, 0x309a, 0},   {0x309b, 0x33ff, 2},   {0x3400, 0x4dbf, 2},
    {0x4e00, 0x9fff, 2}, {0xa000, 0xa4c6, 2}, {0xac00, 0xd7a3, 2},   {0xf900, 0xfaff, 2},   {0xfe00, 0xfe0f, 0},
    {0xfe20, 0xfe2f, 0}, {0xfe30, 0xfe6b, 2}, {0xfeff, 0xfeff, 0},   {0xff01, 0xff60, 2},   {0xff61, 0xffbe, 1},
    {0xffe0, 0xffe6, 2}, {0xfff9, 0xfffb, 0}, {0x20000, 0x2fffd, 2}, {0xe0000, 0xe0fff, 0},
};

/* One code point; 0xfffd for a broken byte. *text is advanced by at least one. */
static uint32_t decode(const char **text)
{
    uint32_t code;
    const unsigned length = kf_utf8_decode(*text, 4, &code);
    *text += length > 0 ? length : 1;
    return length > 0 ? code : 0xfffd;
}

/* Width of a code point, or -1 when it is not on the list. */
static int width_of(uint32_t code)
{
    size_t low = 0, high = sizeof ranges / sizeof ranges[0];

    if (code >= ' ' && code < 0x7f) /* nearly all there is */
        return 1;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (code > ranges[mid].last)
            low = mid + 1;
        else if (code < ranges[mid].first)
            high = mid;
        else
            return ranges[mid].width;
    }
    return -1;
}

uint32_t kf_text_next(const char **text, int *width)
{
    while (**text) {
        uint32_t code = decode(text);
        int columns = width_of(code);

        if (columns == 0)
            continue;
        if (columns < 0) {
            *width = 1;
            return '?';
        }
        *width = columns;
        if (code == 0xa0 || (code >= 0x2000 && code <= 0x200a) || code == 0x202f || code == 0x205f)
            return ' ';
        return code;
    }
    *width = 0;
    return 0;
}

int kf_text_width(const char *text)
{
    int total = 0, width;

    while (kf_text_next(&text, &width))
        total += width;
    return total;
}

bool kf_text_add(char *out, size_t size, size_t *used, uint32_t code)
{
    char bytes[4];
    const unsigned count = kf_utf8_encode(code, bytes);
    if (*used + count >= size)
        return false;
    memcpy(out + *used, bytes, count);
    *used += count;
    return true;
}

size_t kf_text_clean(char *out, size_t size, const char *text)
{
    size_t used = 0;
    uint32_t code;
    int width;

    while ((code = kf_text_next(&text, &width)) != 0 && kf_text_add(out, size, &used, code))
        continue;
    out[used] = '\0';
    return used;
}

char kf_text_ascii(uint32_t code)
{
    static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";
    static const struct {
        uint32_t code;
        char ascii;
    } like[] = {
        {0xb0, 'o'},   {0xb1, '+'},   {0xb7, '.'},   {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''}, {0x2019, '\''},
        {0x201c, '"'}, {0x201d, '"'}, {0x2022, '.'}, {0x2026, '~'}, {0x2190, '<'}, {0x2191, '^'},  {0x2192, '>'},
        {0x2193, 'v'}, {0x2264, '<'}, {0x2265, '>'}, {0x2212, '-'}, {0x2502, '|'}, {0x2503, '|'},  {0x2506, ':'},
        {0x250a, ':'}, {0x2571, '/'}, {0x2580, '#'}, {0x2584, '_'}, {0x2588, '#'}, {0x2591, '.'},  {0x2592, '='},
        {0x2593, '#'}, {0x25a0, '#'}, {0x25b2, '^'}, {0x25b6, '>'}, {0x25bc, 'v'}, {0x25c0, '<'},  {0x25c6, '*'},
        {0x25cb, 'o'}, {0x25cf, 'X'}, {0x2713, 'y'}, {0x2717, 'n'}, {0x2260, '!'},
    };

    if (code >= 0x20 && code < 0x7f)
        return (char)code;
    if (code >= 0xc0 && code <= 0xff)
        return latin[code - 0xc0];
    for (size_t i = 0; i < sizeof like / sizeof like[0]; i++)
        if (like[i].code == code)
            return like[i].ascii;
    if (code == 0x2500)
        return '-';
    if (code == 0x2501) /* the thick line differs from the thin one */
        return '=';
    if (code >= 0x2504 && code <= 0x2505)
        return '-';
    if (code >= 0x250c && code <= 0x256c)
        return '+';
    if (code >= 0x2581 && code <= 0x259f)
        return '#';
    return '?';
}

void kf_text_number(char out[KF_NUMBER_MAX], int width, int decimals, int with_sign, double value)
{
    char digits[KF_NUMBER_MAX];
    bool small = fabs(value) < 1e9; /* false for NAN, too */

    if (width < 1)
        width = 1;
    if (width > KF_NUMBER_MAX - 1)
        width = KF_NUMBER_MAX - 1;
    if (isnan(value)) {
        (void)snprintf(out, KF_NUMBER_MAX, "%*s", width, "-");
        return;
    }
    if (small && fabs(value) * pow(10, decimals) < .5)
        value = 0; /* never "-0.00" */
    if (!small || snprintf(digits, sizeof digits, with_sign ? "%+.*f" : "%.*f", decimals, value) > width) {
        memset(out, '#', (size_t)width);
        out[width] = '\0';
        return;
    }
    (void)snprintf(out, KF_NUMBER_MAX, "%*s", width, digits);
}

void kf_text_clock(char out[KF_NUMBER_MAX], double t_s, int tenths)
{
    long whole, tenth;

    if (!(fabs(t_s) < 3.6e7)) {
        (void)snprintf(out, KF_NUMBER_MAX, "--:--");
        return;
    }
    tenth = (long)floor(fabs(t_s) * 10 + 1e-6);
    whole = tenth / 10;
    tenth %= 10;
    if (whole >= 3600)
        (void)snprintf(out, KF_NUMBER_MAX, "%s%ld:%02ld:%02ld", t_s < 0 ? "-" : "", whole / 3600, whole / 60 % 60,
                       whole % 60);
    else if (tenths)
        (void)snprintf(out, KF_NUMBER_MAX, "%s%02ld:%02ld.%ld", t_s < 0 ? "-" : "", whole / 60, whole % 60, tenth);
    else
        (void)snprintf(out, KF_NUMBER_MAX, "%s%02ld:%02ld", t_s < 0 ? "-" : "", whole / 60, whole % 60);
}

double kf_text_seconds(const char *text)
{
    double total_s = 0;

    for (int parts = 0; parts < 3; parts++) {
        char *end = NULL;
        const double part = *text >= '0' && *text <= '9' ? strtod(text, &end) : -1;
        if (!(part >= 0 && part < 1e7) || (parts > 0 && part >= 60))
            return (double)NAN;
        total_s = total_s * 60 + part;
        if (*end == '\0')
            return total_s;
        if (*end != ':')
            return (double)NAN;
        text = end + 1;
    }
    return (double)NAN;
}
