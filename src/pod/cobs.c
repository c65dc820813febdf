/* cobs.c - byte stuffing by Cheshire and Baker (1999): a body without zeros, so that 0x00 can end a frame.
 *
 * Freestanding: firmware compiles this file as it is. */
#include "kneefold/podlink.h"

enum { GROUP_MAX = 255 }; /* code byte of a full group: 254 bytes follow, no zero is implied */

size_t kf_cobs_encode(const uint8_t *bytes, size_t count, uint8_t *out)
{
    size_t code_at = 0, length = 1;
    uint8_t code = 1;
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            out[length++] = bytes[i];
            code++;
        }
        if (bytes[i] == 0 || (code == GROUP_MAX && i + 1 < count)) {
            out[code_at] = code;
            code_at = length++;
            code = 1;
        }
    }
    out[code_at] = code;
    return length;
}

int kf_cobs_decode(const uint8_t *code, size_t count, uint8_t *out)
{
    const uint8_t *const start = out;
    size_t at = 0;
    if (count == 0)
        return -1;
    while (at < count) {
        const size_t group = code[at];
        if (group == 0 || at + group > count)
            return -1;
        const uint8_t *const end = code + at + group;
        for (const uint8_t *from = code + at + 1; from < end; from++) {
            if (*from == 0)
                return -1;
            *out++ = *from;
        }
        at += group;
        if (group < GROUP_MAX && at < count)
            *out++ = 0;
    }
    return (int)(out - start);
}
