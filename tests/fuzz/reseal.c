/* reseal.c - see reseal.h. */
#include "reseal.h"

#include <string.h>

#include "pod/crc16.h"
#include "pod/vectornav_packet.h"

/* Each returns the length of the frame it sealed at bytes[0], 0 when none begins there. */

static size_t seal_witmotion(uint8_t *bytes, size_t count)
{
    enum { SIZE = 11 };
    unsigned sum = 0;
    if (count < SIZE || bytes[0] != 0x55 || bytes[1] >> 4 != 5)
        return 0;
    for (unsigned i = 0; i < SIZE - 1; i++)
        sum += bytes[i];
    bytes[SIZE - 1] = (uint8_t)sum;
    return SIZE;
}

static size_t seal_xbus(uint8_t *bytes, size_t count)
{
    unsigned sum = 0;
    if (count < 6 || bytes[0] != 0xFA || bytes[1] != 0xFF)
        return 0;
    const size_t size = bytes[3] == 0xFF ? 7 + ((size_t)bytes[4] << 8 | bytes[5]) : (size_t)bytes[3] + 5;
    if (size > count)
        return 0;
    for (size_t i = 1; i < size - 1; i++)
        sum += bytes[i];
    bytes[size - 1] = (uint8_t)(0u - sum);
    return size;
}

static size_t seal_packet(uint8_t *bytes, size_t count)
{
    struct vectornav_layout layout;
    if (kf_vectornav_layout(bytes, count, &layout) != 1 || layout.size > count)
        return 0;
    const uint16_t crc = kf_crc16_push(0, bytes + 1, layout.size - 3);
    bytes[layout.size - 2] = (uint8_t)(crc >> 8);
    bytes[layout.size - 1] = (uint8_t)crc;
    return layout.size;
}

static size_t seal_sentence(uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789ABCDEF";
    const uint8_t *star = count > 3 && memcmp(bytes, "$VN", 3) == 0 ? memchr(bytes, '*', count) : NULL;
    const size_t at = star ? (size_t)(star - bytes) : count;
    unsigned sum = 0;
    if (count - at < 3)
        return 0;
    for (size_t i = 1; i < at; i++)
        sum ^= bytes[i];
    bytes[at + 1] = (uint8_t)digits[sum >> 4];
    bytes[at + 2] = (uint8_t)digits[sum & 15];
    return at + 3;
}

void reseal(uint8_t *bytes, size_t count)
{
    static size_t (*const sealers[])(uint8_t * bytes, size_t count) = {seal_witmotion, seal_xbus, seal_packet,
                                                                       seal_sentence};
    for (size_t at = 0; at < count;) {
        size_t size = 0;
        for (unsigned i = 0; size == 0 && i < sizeof sealers / sizeof sealers[0]; i++)
            size = sealers[i](bytes + at, count - at);
        at += size ? size : 1;
    }
}
