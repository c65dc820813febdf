/* vectornav_packet.c - where the fields of a binary packet lie: sums of sizes over the bits of its masks. */
#include "vectornav_packet.h"

#include <math.h>
#include <string.h>

#include "crc16.h"
#include "kneefold/podlink.h"

enum { SYNC = 0xFA, GROUPS = 7, FIELDS = 16, CRC_BYTES = 2, MASK_BYTES = 2 };

/* Sizes of fields, VN-100 user manual, "User Configurable Binary Output Messages"; 0: not known. */
static const uint8_t sizes[GROUPS][FIELDS] = {
    {8, 8, 8, 12, 16, 12, 24, 12, 12, 24, 20, 28, 2, 4, 8}, /* common */
    {8, 8, 8, 2, 8, 8, 8, 4, 4, 1},                         /* time */
    {2, 12, 12, 12, 4, 4, 16, 12, 12, 12, 12},              /* IMU */
    {8, 8, 2, 1, 1, 24, 24, 12, 12, 12, 4, 4},              /* GPS */
    {2, 12, 16, 36, 12, 12, 12, 12, 12},                    /* attitude */
    {2, 24, 24, 12, 12, 12, 12, 12, 12, 4, 4},              /* INS */
    {8, 8, 2, 1, 1, 24, 24, 12, 12, 12, 4, 4},              /* GPS 2 */
};

/* Fields that are made of floats alone, a bit a field. */
static const uint16_t floats[GROUPS] = {0x0FB8, 0, 0x07FE, 0, 0x01FE, 0x07F8, 0};

static const struct {
    uint8_t group, field;
    uint8_t want; /* enum vectornav_want */
    uint8_t skip; /* bytes of the field before it */
} wanted[] = {
    {0, 0, VECTORNAV_TIME, 0},    {0, 5, VECTORNAV_GYR, 0},      {0, 8, VECTORNAV_ACC, 0},
    {0, 9, VECTORNAV_RAW_ACC, 0}, {0, 9, VECTORNAV_RAW_GYR, 12}, {0, 10, VECTORNAV_CELSIUS, 12},
    {1, 0, VECTORNAV_TIME, 0},    {2, 2, VECTORNAV_RAW_ACC, 0},  {2, 3, VECTORNAV_RAW_GYR, 0},
    {2, 4, VECTORNAV_CELSIUS, 0}, {2, 9, VECTORNAV_ACC, 0},      {2, 10, VECTORNAV_GYR, 0},
};

static void note_place(struct vectornav_layout *layout, unsigned group, unsigned field, size_t at)
{
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (wanted[i].group == group && wanted[i].field == field)
            layout->place[wanted[i].want] = at + wanted[i].skip;
}

static bool has_group(const uint8_t *bytes, unsigned group)
{
    return bytes[1] >> group & 1;
}

static size_t header_size(const uint8_t *bytes)
{
    size_t size = 2;
    for (unsigned group = 0; group < GROUPS; group++)
        size += has_group(bytes, group) ? MASK_BYTES : 0;
    return size;
}

int kf_vectornav_layout(const uint8_t *bytes, size_t count, struct vectornav_layout *layout)
{
    if (bytes[0] != SYNC)
        return -1;
    if (count < 2)
        return 0;
    if (bytes[1] == 0 || bytes[1] >> GROUPS)
        return -1;
    size_t at = header_size(bytes);
    if (count < at)
        return 0;
    memset(layout, 0, sizeof *layout);
    const uint8_t *mask_at = bytes + 2;
    for (unsigned group = 0; group < GROUPS; group++) {
        const unsigned mask = has_group(bytes, group) ? kf_podlink_get_u16(mask_at) : 0;
        if (has_group(bytes, group))
            mask_at += MASK_BYTES;
        for (unsigned field = 0; mask >> field; field++) {
            if (!(mask >> field & 1))
                continue;
            if (sizes[group][field] == 0)
                return -1;
            note_place(layout, group, field, at);
            at += sizes[group][field];
        }
    }
    layout->size = at + CRC_BYTES;
    return 1;
}

bool kf_vectornav_packet_sound(const uint8_t *bytes, size_t size)
{
    return kf_crc16_push(0, bytes + 1, size - 1) == 0;
}

static bool is_sane(const uint8_t *bytes)
{
    static const double MOST = 1e6, LEAST = 1e-12;
    const double size = fabs((double)kf_podlink_get_f32(bytes));
    return size <= MOST && (size >= LEAST || size == 0);
}

bool kf_vectornav_packet_plausible(const uint8_t *bytes, const struct vectornav_layout *layout)
{
    const uint8_t *mask_at = bytes + 2;
    size_t at = header_size(bytes);
    unsigned seen = 0;
    for (unsigned group = 0; group < GROUPS && at < layout->size; group++) {
        const unsigned mask = has_group(bytes, group) ? kf_podlink_get_u16(mask_at) : 0;
        if (has_group(bytes, group))
            mask_at += MASK_BYTES;
        for (unsigned field = 0; mask >> field; field++) {
            const size_t size = mask >> field & 1 ? sizes[group][field] : 0;
            for (size_t i = 0; floats[group] >> field & 1 && i < size; i += 4, seen++)
                if (!is_sane(bytes + at + i))
                    return false;
            at += size;
        }
    }
    return seen > 0;
}
