/* podlink_encode.c - the sending half of podlink: header, fields, checksum, byte stuffing.
 *
 * Freestanding: no library calls, no heap, so firmware compiles this file (with cobs.c and crc16.c) as it is. */
#include "kneefold/podlink.h"

enum { VERSION_BYTE = 0x10, CRC_BYTES = 2 };

void kf_podlink_begin(struct kf_podlink_encoder *encoder, enum kf_podlink_type type, uint32_t t_us)
{
    encoder->length = 0;
    encoder->overflow = 0;
    kf_podlink_put_u8(encoder, (uint8_t)type);
    kf_podlink_put_u8(encoder, VERSION_BYTE);
    kf_podlink_put_u16(encoder, encoder->seq);
    kf_podlink_put_u32(encoder, t_us);
}

void kf_podlink_put(struct kf_podlink_encoder *encoder, const void *bytes, size_t count)
{
    const uint8_t *from = bytes;
    if (count > (size_t)KF_PODLINK_BODY_MAX - CRC_BYTES - encoder->length) {
        encoder->overflow = 1;
        return;
    }
    for (size_t i = 0; i < count; i++)
        encoder->body[encoder->length++] = from[i];
}

void kf_podlink_put_u8(struct kf_podlink_encoder *encoder, uint8_t value)
{
    kf_podlink_put(encoder, &value, 1);
}

void kf_podlink_put_u16(struct kf_podlink_encoder *encoder, uint16_t value)
{
    const uint8_t bytes[2] = {(uint8_t)(value & 0xff), (uint8_t)(value >> 8)};
    kf_podlink_put(encoder, bytes, sizeof bytes);
}

void kf_podlink_put_u32(struct kf_podlink_encoder *encoder, uint32_t value)
{
    kf_podlink_put_u16(encoder, (uint16_t)(value & 0xffff));
    kf_podlink_put_u16(encoder, (uint16_t)(value >> 16));
}

void kf_podlink_put_f32(struct kf_podlink_encoder *encoder, float value)
{
    const union {
        float f32;
        uint32_t bits;
    } same = {.f32 = value};
    kf_podlink_put_u32(encoder, same.bits);
}

size_t kf_podlink_end(struct kf_podlink_encoder *encoder, uint8_t *out)
{
    size_t length = 0;
    if (!encoder->overflow) {
        const uint16_t crc = kf_podlink_crc16(encoder->body, encoder->length);
        encoder->body[encoder->length++] = (uint8_t)(crc & 0xff);
        encoder->body[encoder->length++] = (uint8_t)(crc >> 8);
        length = kf_cobs_encode(encoder->body, encoder->length, out);
        out[length++] = 0;
        encoder->seq++;
    }
    encoder->length = 0;
    return length;
}

static void put_stream(struct kf_podlink_encoder *encoder, const struct kf_podlink_stream *stream)
{
    kf_podlink_put_u8(encoder, stream->id);
    kf_podlink_put_u8(encoder, stream->kind);
    kf_podlink_put_u8(encoder, stream->site);
    kf_podlink_put_u8(encoder, stream->format);
    kf_podlink_put_u8(encoder, stream->channels);
    kf_podlink_put_u16(encoder, stream->rate_hz);
    kf_podlink_put_f32(encoder, stream->scale_a);
    kf_podlink_put_f32(encoder, stream->scale_b);
    kf_podlink_put_f32(encoder, stream->full_a);
    kf_podlink_put_f32(encoder, stream->full_b);
}

size_t kf_podlink_encode_descriptor(struct kf_podlink_encoder *encoder, uint32_t t_us,
                                    const struct kf_podlink_descriptor *descriptor, uint8_t *out)
{
    if (descriptor->stream_count > KF_PODLINK_MAX_STREAMS || descriptor->name_length > KF_PODLINK_NAME_MAX)
        return 0;
    kf_podlink_begin(encoder, KF_PODLINK_DESCRIPTOR, t_us);
    kf_podlink_put_u16(encoder, descriptor->layout);
    kf_podlink_put(encoder, descriptor->uid, sizeof descriptor->uid);
    kf_podlink_put_u8(encoder, descriptor->firmware_major);
    kf_podlink_put_u8(encoder, descriptor->firmware_minor);
    kf_podlink_put_u8(encoder, descriptor->name_length);
    kf_podlink_put(encoder, descriptor->name, descriptor->name_length);
    kf_podlink_put_u8(encoder, descriptor->stream_count);
    for (unsigned i = 0; i < descriptor->stream_count; i++)
        put_stream(encoder, &descriptor->stream[i]);
    kf_podlink_put_u32(encoder, descriptor->boot_id);
    return kf_podlink_end(encoder, out);
}

void kf_podlink_put_block(struct kf_podlink_encoder *encoder, uint8_t stream_id, uint8_t count)
{
    kf_podlink_put_u8(encoder, stream_id);
    kf_podlink_put_u8(encoder, count);
}

/* Half away from zero, clamped to ±; NaN is 0. Exact: a float under 2^23 holds its half. */
static int32_t round_count(float counts, int32_t lowest, int32_t highest)
{
    if (counts >= (float)highest)
        return highest;
    if (counts <= (float)lowest)
        return lowest;
    if (counts >= 0.0f)
        return (int32_t)(counts + 0.5f);
    return counts < 0.0f ? (int32_t)(counts - 0.5f) : 0;
}

void kf_podlink_put_count(struct kf_podlink_encoder *encoder, enum kf_podlink_format format, float counts)
{
    if (format == KF_PODLINK_I16) {
        kf_podlink_put_u16(encoder, (uint16_t)round_count(counts, INT16_MIN, INT16_MAX));
    } else if (format == KF_PODLINK_I24) {
        const uint32_t value = (uint32_t)round_count(counts, -8388608, 8388607);
        kf_podlink_put_u16(encoder, (uint16_t)(value & 0xffff));
        kf_podlink_put_u8(encoder, (uint8_t)(value >> 16 & 0xff));
    } else {
        kf_podlink_put_f32(encoder, counts);
    }
}
