/* utf8.c - well-formed UTF-8 by table 3-7 of the Unicode standard.
 *
 * Names in settings reach the terminal and file names reach JSON: neither may carry bytes that are no text. */
#include "settings/utf8.h"

size_t kf_utf8_length(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;
    if (byte[0] < 0x80)
        return 1;
    if (byte[0] < 0xc2 || byte[0] > 0xf4)
        return 0;
    const size_t length = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
    for (size_t i = 1; i < length; i++)
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
    const int overlong = (byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xf0 && byte[1] < 0x90);
    const int surrogate = byte[0] == 0xed && byte[1] > 0x9f;
    const int beyond = byte[0] == 0xf4 && byte[1] > 0x8f;
    return overlong || surrogate || beyond ? 0 : length;
}

/* U+2028 to 202E and 2066 to 2069: separators of lines, and what turns the direction of all that follows on a line. */
static bool steers(const char *text, size_t length)
{
    const unsigned char *byte = (const unsigned char *)text;
    return length == 3 && byte[0] == 0xe2 &&
           ((byte[1] == 0x80 && byte[2] >= 0xa8 && byte[2] <= 0xae) ||
            (byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9));
}

bool kf_utf8_printable(const char *text)
{
    while (*text) {
        const size_t length = kf_utf8_length(text);
        const unsigned char first = (unsigned char)text[0];
        if (length == 0 || first < 0x20 || first == 0x7f || (first == 0xc2 && (unsigned char)text[1] < 0xa0) ||
            steers(text, length))
            return false;
        text += length;
    }
    return true;
}
