/* chunk.c - records to bytes and back, trusting no byte on the way back. */
#include "config.h"

#include "store/chunk.h"

#include <stdbool.h>
#include <string.h>

static void put_le(uint8_t *out, uint64_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get_le(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

/* Bytes behind the head, or more than KF_CHUNK_BODY_MAX. */
static size_t body_size(const struct kf_record *record)
{
    if (record->kind == KF_RECORD_READ)
        return record->count;
    return record->kind == KF_RECORD_CONTROL ? 8 + strnlen(record->text, KF_RECORD_TEXT_MAX) + 1 : 0;
}

size_t kf_chunk_size(const struct kf_record *record)
{
    const bool readable = record->kind != KF_RECORD_READ || (record->count > 0 && record->bytes);
    const bool told = record->kind != KF_RECORD_CONTROL || record->text;
    if (record->host_ns < 0 || record->source >= KF_PODS_MAX || record->kind > KF_RECORD_TICK || !readable || !told ||
        (unsigned)record->control > UINT16_MAX)
        return 0;
    const size_t body = body_size(record);
    return body <= KF_CHUNK_BODY_MAX ? KF_CHUNK_HEAD + body : 0;
}

void kf_chunk_put(uint8_t *out, const struct kf_record *record)
{
    const size_t body = body_size(record);
    const bool asked = record->kind == KF_RECORD_CONTROL;
    uint64_t value = 0;
    put_le(out, (uint64_t)record->host_ns, 8);
    out[8] = (uint8_t)record->kind;
    out[9] = (uint8_t)record->source;
    put_le(out + 10, asked ? (uint64_t)record->control : 0, 2);
    put_le(out + 12, body, 4);
    out += KF_CHUNK_HEAD;
    if (record->kind == KF_RECORD_READ) {
        memcpy(out, record->bytes, body);
    } else if (asked) {
        memcpy(&value, &record->value, sizeof value);
        put_le(out, value, 8);
        memcpy(out + 8, record->text, body - 8);
    }
}

static enum kf_status damaged(struct kf_chunk_reader *reader)
{
    reader->at = reader->count + 1;
    return KF_ERR_DATA;
}

/* Value and text of a control: the text ends with its only 0. */
static bool take_control(struct kf_record *record, const uint8_t *body, size_t length)
{
    uint64_t value = 0;
    if (length < 9 || memchr(body + 8, '\0', length - 8) != body + length - 1)
        return false;
    value = get_le(body, 8);
    memcpy(&record->value, &value, sizeof value);
    record->text = (const char *)body + 8;
    return true;
}

static bool take_body(struct kf_record *record, const uint8_t *body, size_t length)
{
    switch (record->kind) {
    case KF_RECORD_READ:
        record->bytes = body;
        record->count = length;
        return length > 0;
    case KF_RECORD_CONTROL:
        return take_control(record, body, length);
    case KF_RECORD_GONE:
    case KF_RECORD_BACK:
    case KF_RECORD_TICK:
        return length == 0;
    }
    return false;
}

enum kf_status kf_chunk_next(struct kf_chunk_reader *reader, struct kf_record *record)
{
    const uint8_t *head = reader->bytes + reader->at;
    if (reader->at == reader->count)
        return KF_ERR_END;
    if (reader->at > reader->count || reader->count - reader->at < KF_CHUNK_HEAD)
        return damaged(reader);
    const uint64_t host_ns = get_le(head, 8);
    const size_t length = (size_t)get_le(head + 12, 4);
    *record = (struct kf_record){.host_ns = (int64_t)host_ns,
                                 .kind = (enum kf_record_kind)head[8],
                                 .source = head[9],
                                 .control = (enum kf_control)get_le(head + 10, 2)};
    if (host_ns > INT64_MAX || record->host_ns < reader->last_ns || head[8] > KF_RECORD_TICK ||
        record->source >= KF_PODS_MAX || length > KF_CHUNK_BODY_MAX ||
        length > reader->count - reader->at - KF_CHUNK_HEAD || !take_body(record, head + KF_CHUNK_HEAD, length))
        return damaged(reader);
    reader->last_ns = record->host_ns;
    reader->at += KF_CHUNK_HEAD + length;
    return KF_OK;
}
