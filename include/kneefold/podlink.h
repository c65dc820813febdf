/* podlink.h - the native pod protocol, version 1: encoder and frame layer (man podlink.7, ../shared/podlink.md).
 *
 * Freestanding C: no libc calls, so firmware can compile the encoder as it is. The decoder is the driver
 * "podlink" in pod.h; both sides share the constants here. */
#ifndef KNEEFOLD_PODLINK_H
#define KNEEFOLD_PODLINK_H

#include <stddef.h>
#include <stdint.h>

#include "kneefold/sample.h"

enum {
    KF_PODLINK_HEADER = 8,
    KF_PODLINK_PAYLOAD_MAX = 1024,
    KF_PODLINK_BODY_MAX = KF_PODLINK_HEADER + KF_PODLINK_PAYLOAD_MAX + 2,
    KF_PODLINK_FRAME_MAX = KF_PODLINK_BODY_MAX + KF_PODLINK_BODY_MAX / 254 + 2, /* COBS and delimiter */
    KF_PODLINK_MAX_STREAMS = 16,
    KF_PODLINK_NAME_MAX = 32, /* bytes of a pod's name */
    KF_PODLINK_BLOCK_MAX = 64 /* samples in one block */
};

enum kf_podlink_type {
    KF_PODLINK_DESCRIPTOR = 0x01,
    KF_PODLINK_SAMPLES = 0x02,
    KF_PODLINK_STATUS = 0x03,
    KF_PODLINK_MARK = 0x04,
    KF_PODLINK_TEXT = 0x05,
    KF_PODLINK_PONG = 0x06,
    KF_PODLINK_DESCRIBE = 0x81,
    KF_PODLINK_START = 0x82,
    KF_PODLINK_STOP = 0x83,
    KF_PODLINK_PING = 0x84,
    KF_PODLINK_IDENTIFY = 0x85,
    KF_PODLINK_RATE = 0x86
};

enum kf_podlink_kind { KF_PODLINK_IMU6 = 1, KF_PODLINK_EMG = 2, KF_PODLINK_FORCE = 3 };
enum kf_podlink_format { KF_PODLINK_I16 = 1, KF_PODLINK_I24 = 2, KF_PODLINK_F32 = 3 };

struct kf_podlink_stream {
    uint8_t id;
    uint8_t kind;           /* enum kf_podlink_kind */
    uint8_t site;           /* wire code, podlink.md */
    uint8_t format;         /* enum kf_podlink_format */
    uint8_t channels;       /* imu6 6, emg 1, force 1 */
    uint16_t rate_hz;       /* nominal */
    float scale_a, scale_b; /* per count: m/s² and deg/s, or µV, or body weights */
    float full_a, full_b;   /* full scale in the same units */
};

struct kf_podlink_descriptor {
    uint16_t layout;
    uint8_t uid[8];
    uint8_t firmware_major, firmware_minor;
    const char *name;     /* UTF-8, name_length bytes, no terminator needed */
    uint8_t name_length;  /* <= 32 */
    uint8_t stream_count; /* <= KF_PODLINK_MAX_STREAMS */
    struct kf_podlink_stream stream[KF_PODLINK_MAX_STREAMS];
    uint32_t boot_id;
};

/* One sender's frame under construction. Caller-owned; zero it once, then begin/put/end for each frame. */
struct kf_podlink_encoder {
    uint16_t seq;  /* of the next frame; wraps */
    size_t length; /* bytes of body so far */
    uint8_t body[KF_PODLINK_BODY_MAX];
    uint8_t overflow; /* set when a put did not fit; end then returns 0 */
};

/* One frame taken apart. payload points into the body it was opened in; the checksum stands behind it. */
struct kf_podlink_frame {
    uint8_t type;    /* enum kf_podlink_type, or one this program does not know */
    uint8_t version; /* the whole byte; its high nibble is 1 */
    uint16_t seq;
    uint32_t t_us;
    const uint8_t *payload;
    size_t length; /* of the payload, 0..KF_PODLINK_PAYLOAD_MAX */
};

/* What kf_podlink_open says of the bytes between two delimiters. */
enum kf_podlink_fault {
    KF_PODLINK_OPENED,      /* a good frame */
    KF_PODLINK_EMPTY,       /* no bytes at all: legal, ignored */
    KF_PODLINK_BAD_COBS,    /* the code points past its end or holds a zero */
    KF_PODLINK_BAD_LENGTH,  /* the body is under 10 or over 1034 bytes */
    KF_PODLINK_BAD_CRC,     /* the checksum does not match */
    KF_PODLINK_BAD_VERSION, /* well framed, but another protocol version: nothing in it may be read */
    KF_PODLINK_FAULT_COUNT
};

/* Wire codes of sites (podlink.md). An unknown code gives KF_SITE_NONE, a site without a code gives 0. */
enum kf_site kf_podlink_site_from_wire(uint8_t code);
uint8_t kf_podlink_site_to_wire(enum kf_site site);

/* CRC-16/CCITT-FALSE; the check value of "123456789" is 0x29B1. */
uint16_t kf_podlink_crc16(const uint8_t *bytes, size_t count);

/* COBS by Cheshire and Baker, without the delimiter. encode needs count + count/254 + 1 bytes of room and returns
 * the bytes written; decode returns the decoded length, or -1 when the code is broken. decode may work in place. */
size_t kf_cobs_encode(const uint8_t *bytes, size_t count, uint8_t *out);
int kf_cobs_decode(const uint8_t *code, size_t count, uint8_t *out);

void kf_podlink_begin(struct kf_podlink_encoder *encoder, enum kf_podlink_type type, uint32_t t_us);
void kf_podlink_put(struct kf_podlink_encoder *encoder, const void *bytes, size_t count);
void kf_podlink_put_u8(struct kf_podlink_encoder *encoder, uint8_t value);
void kf_podlink_put_u16(struct kf_podlink_encoder *encoder, uint16_t value);
void kf_podlink_put_u32(struct kf_podlink_encoder *encoder, uint32_t value);
void kf_podlink_put_f32(struct kf_podlink_encoder *encoder, float value);
/* Appends crc, encodes, delimits, advances seq. Returns bytes in out (capacity KF_PODLINK_FRAME_MAX), 0 on overflow. */
size_t kf_podlink_end(struct kf_podlink_encoder *encoder, uint8_t *out);

/* Whole frames in one call, by the above. Same return. */
size_t kf_podlink_encode_descriptor(struct kf_podlink_encoder *encoder, uint32_t t_us,
                                    const struct kf_podlink_descriptor *descriptor, uint8_t *out);
/* Starts a block inside a SAMPLES frame begun with begin + put_u16(layout); then put count × channels values. */
void kf_podlink_put_block(struct kf_podlink_encoder *encoder, uint8_t stream_id, uint8_t count);
/* One value in the stream's format: integers are rounded half away from zero and clamped to what the format holds,
 * NaN becomes 0; f32 is stored as it is. */
void kf_podlink_put_count(struct kf_podlink_encoder *encoder, enum kf_podlink_format format, float counts);

/* Opens the `count` code bytes found between two delimiters into body (KF_PODLINK_FRAME_MAX bytes; may be the code
 * itself, longer code is refused unread). *frame is filled for KF_PODLINK_OPENED only. */
enum kf_podlink_fault kf_podlink_open(const uint8_t *code, size_t count, uint8_t *body, struct kf_podlink_frame *frame);

/* Reads a DESCRIPTOR's payload; bytes appended by newer pods are ignored. descriptor->name points into the payload.
 * Returns 0, or -1 when it is cut short or holds more streams or a longer name than the protocol allows. */
int kf_podlink_decode_descriptor(const uint8_t *payload, size_t length, struct kf_podlink_descriptor *descriptor);

/* Bytes of one channel in this sample format, 0 for a format this program does not know. */
unsigned kf_podlink_format_bytes(uint8_t format);

/* Little-endian fields at these bytes. */
uint16_t kf_podlink_get_u16(const uint8_t *bytes);
uint32_t kf_podlink_get_u32(const uint8_t *bytes);
float kf_podlink_get_f32(const uint8_t *bytes);

#endif
