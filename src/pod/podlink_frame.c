/* podlink_frame.c - the receiving half of podlink's frames: taking one apart, checking it, reading its fields.
 *
 * Freestanding like the encoder: a pod needs it for the host's commands. Nothing here keeps state. */
#include "kneefold/podlink.h"

enum { CRC_BYTES = 2, BODY_MIN = KF_PODLINK_HEADER + CRC_BYTES, VERSION_NIBBLE = 1, STREAM_BYTES = 23 };

struct site_code {
    enum kf_site site;
    uint8_t code;
};

static const struct site_code site_codes[] = {
    {KF_SITE_TRUNK, 1},
    {KF_SITE_PELVIS, 2},
    {KF_SITE_THIGH_L, 3},
    {KF_SITE_THIGH_R, 4},
    {KF_SITE_SHANK_L, 5},
    {KF_SITE_SHANK_R, 6},
    {KF_SITE_FOOT_L, 7},
    {KF_SITE_FOOT_R, 8},
    {KF_SITE_HAMSTRING_L, 33},
    {KF_SITE_HAMSTRING_R, 34},
    {KF_SITE_RECTUS_L, 35},
    {KF_SITE_RECTUS_R, 36},
    {KF_SITE_MEDIAL_HAMSTRING_L, 37},
    {KF_SITE_MEDIAL_HAMSTRING_R, 38},
    {KF_SITE_GLUTEUS_L, 39},
    {KF_SITE_GLUTEUS_R, 40},
    {KF_SITE_INSOLE_L, 65},
    {KF_SITE_INSOLE_R, 66},
};
_Static_assert(sizeof site_codes / sizeof site_codes[0] == KF_SITE_COUNT, "every site has a wire code");

enum kf_site kf_podlink_site_from_wire(uint8_t code)
{
    for (unsigned i = 0; i < KF_SITE_COUNT; i++)
        if (site_codes[i].code == code)
            return site_codes[i].site;
    return KF_SITE_NONE;
}

uint8_t kf_podlink_site_to_wire(enum kf_site site)
{
    for (unsigned i = 0; i < KF_SITE_COUNT; i++)
        if (site_codes[i].site == site)
            return site_codes[i].code;
    return 0;
}

unsigned kf_podlink_format_bytes(uint8_t format)
{
    static const uint8_t bytes[] = {[KF_PODLINK_I16] = 2, [KF_PODLINK_I24] = 3, [KF_PODLINK_F32] = 4};
    return format < sizeof bytes ? bytes[format] : 0;
}

uint16_t kf_podlink_get_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | (unsigned)bytes[1] << 8);
}

uint32_t kf_podlink_get_u32(const uint8_t *bytes)
{
    return kf_podlink_get_u16(bytes) | (uint32_t)kf_podlink_get_u16(bytes + 2) << 16;
}

float kf_podlink_get_f32(const uint8_t *bytes)
{
    const union {
        uint32_t bits;
        float f32;
    } same = {.bits = kf_podlink_get_u32(bytes)};
    return same.f32;
}

enum kf_podlink_fault kf_podlink_open(const uint8_t *code, size_t count, uint8_t *body, struct kf_podlink_frame *frame)
{
    if (count == 0)
        return KF_PODLINK_EMPTY;
    if (count >= KF_PODLINK_FRAME_MAX)
        return KF_PODLINK_BAD_LENGTH;
    const int decoded = kf_cobs_decode(code, count, body);
    if (decoded < 0)
        return KF_PODLINK_BAD_COBS;
    if (decoded < BODY_MIN || decoded > KF_PODLINK_BODY_MAX)
        return KF_PODLINK_BAD_LENGTH;
    const size_t covered = (size_t)decoded - CRC_BYTES;
    if (kf_podlink_crc16(body, covered) != kf_podlink_get_u16(body + covered))
        return KF_PODLINK_BAD_CRC;
    if (body[1] >> 4 != VERSION_NIBBLE)
        return KF_PODLINK_BAD_VERSION;
    *frame = (struct kf_podlink_frame){.type = body[0],
                                       .version = body[1],
                                       .seq = kf_podlink_get_u16(body + 2),
                                       .t_us = kf_podlink_get_u32(body + 4),
                                       .payload = body + KF_PODLINK_HEADER,
                                       .length = covered - KF_PODLINK_HEADER};
    return KF_PODLINK_OPENED;
}

static struct kf_podlink_stream get_stream(const uint8_t *bytes)
{
    return (struct kf_podlink_stream){.id = bytes[0],
                                      .kind = bytes[1],
                                      .site = bytes[2],
                                      .format = bytes[3],
                                      .channels = bytes[4],
                                      .rate_hz = kf_podlink_get_u16(bytes + 5),
                                      .scale_a = kf_podlink_get_f32(bytes + 7),
                                      .scale_b = kf_podlink_get_f32(bytes + 11),
                                      .full_a = kf_podlink_get_f32(bytes + 15),
                                      .full_b = kf_podlink_get_f32(bytes + 19)};
}

int kf_podlink_decode_descriptor(const uint8_t *payload, size_t length, struct kf_podlink_descriptor *descriptor)
{
    enum { NAME_AT = 13, AFTER_NAME = 1, BOOT_BYTES = 4 };
    if (length < NAME_AT || payload[NAME_AT - 1] > KF_PODLINK_NAME_MAX)
        return -1;
    const uint8_t name_length = payload[NAME_AT - 1];
    size_t at = NAME_AT + (size_t)name_length;
    if (length < at + AFTER_NAME || payload[at] > KF_PODLINK_MAX_STREAMS)
        return -1;
    const uint8_t stream_count = payload[at++];
    if (length < at + (size_t)stream_count * STREAM_BYTES + BOOT_BYTES)
        return -1;
    descriptor->layout = kf_podlink_get_u16(payload);
    for (unsigned i = 0; i < sizeof descriptor->uid; i++)
        descriptor->uid[i] = payload[2 + i];
    descriptor->firmware_major = payload[10];
    descriptor->firmware_minor = payload[11];
    descriptor->name = (const char *)payload + NAME_AT;
    descriptor->name_length = name_length;
    descriptor->stream_count = stream_count;
    for (unsigned i = 0; i < stream_count; i++, at += STREAM_BYTES)
        descriptor->stream[i] = get_stream(payload + at);
    descriptor->boot_id = kf_podlink_get_u32(payload + at);
    return 0;
}
