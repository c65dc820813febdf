/* crc16.c - the checksum of podlink frames (CRC-16/CCITT-FALSE) and of VectorNav's (the same from 0).
 *
 * Every byte of a session passes here, and step by step each waits for the one before. A checksum is linear: that of
 * four bytes is the sum of what each of their eight nibbles adds, all looked up at once ("slicing", Kounavis and Berry
 * 2005), six times as fast, from tables of 256 bytes in all, small enough for a pod. Freestanding. */
#include "crc16.h"

#include "kneefold/podlink.h"

enum { WORD = 4 };

/* What a nibble adds that this many nibbles follow; the first row alone is the checksum nibble by nibble. */
static const uint16_t table[2 * WORD][16] = {
    {0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7, 0x8108, 0x9129, 0xa14a, 0xb16b, 0xc18c, 0xd1ad,
     0xe1ce, 0xf1ef},
    {0x0000, 0x1231, 0x2462, 0x3653, 0x48c4, 0x5af5, 0x6ca6, 0x7e97, 0x9188, 0x83b9, 0xb5ea, 0xa7db, 0xd94c, 0xcb7d,
     0xfd2e, 0xef1f},
    {0x0000, 0x3331, 0x6662, 0x5553, 0xccc4, 0xfff5, 0xaaa6, 0x9997, 0x89a9, 0xba98, 0xefcb, 0xdcfa, 0x456d, 0x765c,
     0x230f, 0x103e},
    {0x0000, 0x0373, 0x06e6, 0x0595, 0x0dcc, 0x0ebf, 0x0b2a, 0x0859, 0x1b98, 0x18eb, 0x1d7e, 0x1e0d, 0x1654, 0x1527,
     0x10b2, 0x13c1},
    {0x0000, 0x3730, 0x6e60, 0x5950, 0xdcc0, 0xebf0, 0xb2a0, 0x8590, 0xa9a1, 0x9e91, 0xc7c1, 0xf0f1, 0x7561, 0x4251,
     0x1b01, 0x2c31},
    {0x0000, 0x4363, 0x86c6, 0xc5a5, 0x1dad, 0x5ece, 0x9b6b, 0xd808, 0x3b5a, 0x7839, 0xbd9c, 0xfeff, 0x26f7, 0x6594,
     0xa031, 0xe352},
    {0x0000, 0x76b4, 0xed68, 0x9bdc, 0xcaf1, 0xbc45, 0x2799, 0x512d, 0x85c3, 0xf377, 0x68ab, 0x1e1f, 0x4f32, 0x3986,
     0xa25a, 0xd4ee},
    {0x0000, 0x1ba7, 0x374e, 0x2ce9, 0x6e9c, 0x753b, 0x59d2, 0x4275, 0xdd38, 0xc69f, 0xea76, 0xf1d1, 0xb3a4, 0xa803,
     0x84ea, 0x9f4d},
};

static uint16_t push_nibble(uint16_t crc, unsigned nibble)
{
    return (uint16_t)((unsigned)(crc << 4) ^ table[0][(unsigned)(crc >> 12) ^ nibble]);
}

/* Byte `byte` with 2 * `row` nibbles behind it. */
static unsigned part(unsigned row, unsigned byte)
{
    return (unsigned)table[2 * row + 1][byte >> 4] ^ table[2 * row][byte & 15u];
}

uint16_t kf_crc16_push(uint16_t crc, const uint8_t *bytes, size_t count)
{
    for (; count >= WORD; bytes += WORD, count -= WORD)
        crc = (uint16_t)(part(3, bytes[0] ^ (unsigned)(crc >> 8)) ^ part(2, bytes[1] ^ (crc & 0xffu)) ^
                         part(1, bytes[2]) ^ part(0, bytes[3]));
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
