/* crc16.c - the checksum of podlink frames (CRC-16/CCITT-FALSE) and of VectorNav's (the same from 0).
 *
 * Four bits a step over a table of 16: fast enough for a host, small enough for a pod. Freestanding. */
#include "crc16.h"

#include "kneefold/podlink.h"

static const uint16_t nibble_table[16] = {0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7,
                                          0x8108, 0x9129, 0xa14a, 0xb16b, 0xc18c, 0xd1ad, 0xe1ce, 0xf1ef};

static uint16_t push_nibble(uint16_t crc, unsigned nibble)
{
    return (uint16_t)((unsigned)(crc << 4) ^ nibble_table[(unsigned)(crc >> 12) ^ nibble]);
}

uint16_t kf_crc16_push(uint16_t crc, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        crc = push_nibble(crc, (unsigned)bytes[i] >> 4);
        crc = push_nibble(crc, (unsigned)bytes[i] & 15u);
    }
    return crc;
}

uint16_t kf_podlink_crc16(const uint8_t *bytes, size_t count)
{
    return kf_crc16_push(0xffff, bytes, count);
}
