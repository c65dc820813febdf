/* capture_format.c - makes and takes apart captures. A capture comes from a disk that may have been full and through
 * mail and hands, so its reader believes nothing it has not checked, and needs the same little memory for any file. */
#include "config.h"

#include "source/capture_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char magic[] = "kneefold-capture ";
enum { MAGIC = sizeof magic - 1 };

#define SECOND_NS INT64_C(1000000000)
#define HOST_MAX_NS (INT64_C(400) * 86400 * SECOND_NS) /* no session lasts longer: what claims to is damaged */

/* ---- writing ---- */

size_t kf_capture_put_head(char out[KF_CAPTURE_HEAD], const char *source, int64_t started_ns)
{
    const time_t started_s = (time_t)(started_ns / SECOND_NS);
    struct tm utc = {0};
    char name[KF_CAPTURE_SOURCE], when[32] = "";
    int count;

    (void)snprintf(name, sizeof name, "%s", source);
    for (char *c = name; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    if (gmtime_r(&started_s, &utc))
        (void)strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    count = snprintf(out, KF_CAPTURE_HEAD, "%s1\nsource: %s\nstarted: %s\nstarted_ns: %lld\n\n", magic, name, when,
                     (long long)started_ns);
    return count > 0 ? (size_t)count : 0;
}

void kf_capture_put_record(uint8_t out[KF_CAPTURE_RECORD], int64_t host_ns, uint32_t count)
{
    const uint64_t when = (uint64_t)host_ns;

    for (unsigned i = 0; i < 8; i++)
        out[i] = (uint8_t)(when >> 8 * i & 0xff);
    for (unsigned i = 0; i < 4; i++)
        out[8 + i] = (uint8_t)(count >> 8 * i & 0xff);
}

/* ---- reading ---- */

int kf_capture_sniff(const uint8_t *bytes, size_t count)
{
    if (memcmp(bytes, magic, count < MAGIC ? count : MAGIC) != 0)
        return 0;
    return count < MAGIC ? 1 : 2;
}

/* What follows "key: " in a line, or NULL. */
static const char *value_of(const char *line, const char *key)
{
    const size_t length = strlen(key);

    return strncmp(line, key, length) == 0 && line[length] == ':' && line[length + 1] == ' ' ? line + length + 2 : NULL;
}

/* One whole line of the head, terminated. */
static void take_line(struct kf_capture_reader *reader, const char *line)
{
    const char *value;

    if (reader->lines++ == 0) {
        if (strncmp(line, magic, MAGIC) != 0)
            reader->fault = "it does not begin like a capture";
        else if (strcmp(line + MAGIC, "1") != 0)
            reader->fault = "it is of a version this program does not know";
    } else if (line[0] == '\0') {
        reader->phase = KF_CAPTURE_IN_RECORD;
    } else if ((value = value_of(line, "source"))) {
        (void)snprintf(reader->source, sizeof reader->source, "%s", value);
    } else if ((value = value_of(line, "started_ns"))) {
        reader->started_ns = strtoll(value, NULL, 10);
    }
    if (reader->lines > KF_CAPTURE_LINES)
        reader->fault = "its head has no end";
}

static void take_head_byte(struct kf_capture_reader *reader, uint8_t byte)
{
    if (byte != '\n') {
        reader->hold[reader->held++] = (char)byte;
        if (reader->held == sizeof reader->hold || byte < 0x20)
            reader->fault = "its head is no text";
        return;
    }
    reader->hold[reader->held] = '\0';
    reader->held = 0;
    take_line(reader, reader->hold);
}

static uint64_t integer_at(const char *bytes, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = size; i-- > 0;)
        value = value << 8 | (uint8_t)bytes[i];
    return value;
}

static void take_record_byte(struct kf_capture_reader *reader, uint8_t byte)
{
    uint64_t host_ns, length;

    reader->hold[reader->held++] = (char)byte;
    if (reader->held < KF_CAPTURE_RECORD)
        return;
    reader->held = 0;
    host_ns = integer_at(reader->hold, 8);
    length = integer_at(reader->hold + 8, 4);
    if (length > KF_CAPTURE_BYTES && length < KF_CAPTURE_EVENTS) {
        reader->fault = "a record of that length cannot be";
    } else if (host_ns > HOST_MAX_NS || (int64_t)host_ns < reader->host_ns) {
        reader->fault = "a record of that time cannot be";
    } else if (length >= KF_CAPTURE_EVENTS) {
        reader->gone = reader->gone || length == KF_CAPTURE_GONE;
    } else {
        reader->host_ns = (int64_t)host_ns;
        reader->left = (uint32_t)length;
        reader->phase = length > 0 ? KF_CAPTURE_IN_BYTES : KF_CAPTURE_AT_END;
    }
}

size_t kf_capture_take(struct kf_capture_reader *reader, const uint8_t *bytes, size_t count, size_t room,
                       const uint8_t **pod, size_t *pod_count)
{
    size_t at = 0;

    *pod = NULL;
    *pod_count = 0;
    while (at < count && !reader->fault && reader->phase != KF_CAPTURE_IN_BYTES) {
        if (reader->phase == KF_CAPTURE_IN_HEAD)
            take_head_byte(reader, bytes[at++]);
        else if (reader->phase == KF_CAPTURE_IN_RECORD)
            take_record_byte(reader, bytes[at++]);
        else
            reader->fault = "it goes on behind its end";
    }
    if (at < count && !reader->fault) {
        *pod = bytes + at;
        *pod_count = reader->left < count - at ? reader->left : count - at;
        *pod_count = *pod_count < room ? *pod_count : room;
        reader->left -= (uint32_t)*pod_count;
        at += *pod_count;
        if (reader->left == 0)
            reader->phase = KF_CAPTURE_IN_RECORD;
    }
    reader->position += at;
    return at;
}
