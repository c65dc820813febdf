/* utf8.c - well-formed UTF-8 by table 3-7 of the Unicode standard (15.0, section 3.9).
 *
 * Names in settings and from pods reach the terminal, and file names reach JSON: neither may carry bytes that are no
 * text. */
#include "utf8.h"

enum { LONGEST = 4 };

unsigned kf_utf8_decode(const char *text, size_t count, uint32_t *code)
{
    static const uint32_t smallest[LONGEST + 1] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *byte = (const unsigned char *)text;
    *code = byte[0];
    if (byte[0] < 0x80)
        return 1;
    const unsigned length = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
    if (byte[0] < 0xc2 || byte[0] > 0xf4 || length > count)
        return 0;
    *code &= 0xffu >> (length + 1);
    for (unsigned i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (byte[i] & 0x3fu);
    }
    const bool surrogate = *code >= 0xd800 && *code <= 0xdfff;
    return *code < smallest[length] || *code > 0x10ffff || surrogate ? 0 : length;
}

unsigned kf_utf8_encode(uint32_t code, char out[4])
{
    static const unsigned char lead[LONGEST + 1] = {0, 0, 0xc0, 0xe0, 0xf0};
    const unsigned length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (unsigned i = length; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(lead[length] | (code & 0x7f));
    return length;
}

bool kf_utf8_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

size_t kf_utf8_length(const char *text)
{
    uint32_t code;
    return kf_utf8_decode(text, LONGEST, &code);
}

bool kf_utf8_printable(const char *text)
{
    uint32_t code;
    for (unsigned length; *text; text += length) {
        length = kf_utf8_decode(text, LONGEST, &code);
        if (length == 0 || kf_utf8_is_control(code))
            return false;
    }
    return true;
}
