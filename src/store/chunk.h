/* chunk.h - one second of a session's log as bytes, before they are compressed into a row of the session file.
 *
 * Records follow each other, each with a head of 16 bytes, little-endian (Python: struct.unpack('<qBBHI')):
 *
 *     i64 host_ns   since the session began; never falls
 *     u8  kind      enum kf_record_kind
 *     u8  source    index of the pod
 *     u16 control   enum kf_control
 *     u32 length    bytes that follow
 *
 * and of a READ its bytes; of a CONTROL an f64 value and the text with its terminating 0; of the others nothing. Pure:
 * no allocation, no I/O. Documented for users in man/kneefold-session.5. */
#ifndef KF_CHUNK_H
#define KF_CHUNK_H

#include "kneefold/record.h"
#include "kneefold/status.h"

enum {
    KF_CHUNK_HEAD = 16,
    KF_CHUNK_BODY_MAX = 8 + KF_RECORD_TEXT_MAX, /* of a record; longer reads become several records of one time */
    KF_CHUNK_MAX = 1024 * 1024                  /* bytes of a chunk: more are refused before memory is taken for them */
};

/* Bytes the record takes in a chunk; 0 for one that cannot be stored: too long, or made of what record.h forbids. */
size_t kf_chunk_size(const struct kf_record *record);

/* Writes the record, which takes kf_chunk_size bytes. */
void kf_chunk_put(uint8_t *out, const struct kf_record *record);

/* Reads a chunk, from whoever wrote it. Set bytes and count, and last_ns to what the first record may not fall below.
 */
struct kf_chunk_reader {
    const uint8_t *bytes;
    size_t count, at;
    int64_t last_ns;
};

/* The next record; its pointers point into the chunk. KF_OK; KF_ERR_END behind the last; KF_ERR_DATA for bytes that
 * are no record, and from then on. */
enum kf_status kf_chunk_next(struct kf_chunk_reader *reader, struct kf_record *record);

#endif
