/* seeds.c - see seeds.h. */
#include "seeds.h"

#include <stdio.h>
#include <string.h>

/* Bit by bit, as the firmware has it: x^4 + x + 1. */
static uint8_t crc4(const uint8_t *bytes, size_t count)
{
    unsigned crc = 0;
    for (size_t bit = 0; bit < count * 8; bit++) {
        crc = crc << 1 | ((unsigned)bytes[bit / 8] >> (7 - bit % 8) & 1u);
        if (crc & 16)
            crc ^= 0x13;
    }
    return (uint8_t)crc;
}

size_t seed_bitalino(uint8_t *out)
{
    size_t made = 0;
    for (unsigned frame = 0; frame < 60; frame++) {
        const size_t size = frame < 25 ? 7 : 8;
        uint8_t *at = out + made;
        for (unsigned i = 0; i < size; i++)
            at[i] = (uint8_t)(frame * 37 + i * 11);
        at[size - 1] = (uint8_t)(frame << 4);
        at[size - 1] |= crc4(at, size);
        made += frame == 15 ? 0 : size; /* one is lost */
    }
    return made;
}

size_t seed_cyton(uint8_t *out)
{
    enum { FRAME = 33 };
    static const char banner[] = "OpenBCI V3 8-16 channel\n$$$";
    size_t made = sizeof banner - 1;
    memcpy(out, banner, made);
    for (unsigned frame = 0; frame < 40; frame++, made += FRAME) {
        for (unsigned i = 0; i < FRAME; i++)
            out[made + i] = (uint8_t)(frame * 53 + i * 29);
        out[made] = frame < 20 ? 0xa0 : 0x41;
        out[made + 1] = (uint8_t)(frame < 12 ? frame : frame + 3);
        out[made + FRAME - 1] = (uint8_t)(0xc0 + frame % 7);
    }
    return made;
}

static size_t put_stuffed(uint8_t *out, const uint8_t *bytes, size_t count)
{
    size_t made = 0;
    for (size_t i = 0; i < count; i++) {
        const int stuffed = bytes[i] == '\n' || bytes[i] == 0xdb;
        if (stuffed)
            out[made++] = 0xdb;
        out[made++] = !stuffed ? bytes[i] : bytes[i] == '\n' ? 0xdc : 0xdd;
    }
    return made;
}

size_t seed_ximu3(uint8_t *out)
{
    static const char words[] = "{\"ping\":{\"interface\":\"USB\",\"name\":\"x\",\"sn\":\"1\"}}\nN,1,hello\nO,2\n";
    size_t made = sizeof words - 1;
    memcpy(out, words, made);
    for (unsigned i = 0; i < 60; i++) {
        const uint32_t time_us = (i < 40 ? 1000000 : 30000) + 2500 * i;
        uint8_t body[33] = {0xc9};
        for (unsigned byte = 0; byte < 4; byte++)
            body[1 + byte] = (uint8_t)(time_us >> 8 * byte);
        for (unsigned value = 0; value < 6; value++)
            body[12 + 4 * value] = (uint8_t)(0x3d + value % 3); /* the floats' exponents */
        body[9] = (uint8_t)(i % 5 ? i : '\n');
        if (i % 3 > 0) {
            out[made++] = '^';
            out[made++] = (uint8_t)('@' + i % 3);
        }
        if (i % 4 > 0)
            made += put_stuffed(out + made, body, sizeof body);
        else
            made += (size_t)snprintf((char *)out + made, 64, "I,%u,1.5,-2,0.0001,0,0,9.:000", (unsigned)time_us);
        out[made++] = '\n';
    }
    return made;
}
