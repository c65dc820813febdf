/* lines.c - lines of text out of bytes cut anywhere, without bound on what comes but with one on what is kept. */
#include "lines.h"

#include <string.h>

void kf_pod_lines_init(struct kf_pod_lines *lines)
{
    *lines = (struct kf_pod_lines){.number = 1};
}

static void take(const struct kf_pod_line_reader *reader, const char *at, const char *end,
                 const struct kf_pod_sink *sink)
{
    if (end > at && end[-1] == '\r')
        end--;
    reader->take(reader->state, at, end, sink);
}

/* Adds to the line being gathered; one that grows too long is refused at once and skipped to its end. */
static void gather(const struct kf_pod_line_reader *reader, const char *text, size_t count,
                   const struct kf_pod_sink *sink)
{
    struct kf_pod_lines *lines = reader->lines;
    if (lines->skipping)
        return;
    if (count > reader->longest - lines->length) {
        lines->skipping = true;
        reader->refuse(reader->state, sink);
        return;
    }
    memcpy(reader->text + lines->length, text, count);
    lines->length += (unsigned)count;
}

static void end_line(const struct kf_pod_line_reader *reader, const struct kf_pod_sink *sink)
{
    struct kf_pod_lines *lines = reader->lines;
    reader->text[lines->length] = '\n';
    if (!lines->skipping)
        take(reader, reader->text, reader->text + lines->length, sink);
    reader->stats->resyncs += lines->skipping;
    lines->skipping = false;
    lines->length = 0;
    lines->number++;
}

void kf_pod_lines_push(const struct kf_pod_line_reader *reader, const uint8_t *bytes, size_t count,
                       const struct kf_pod_sink *sink)
{
    struct kf_pod_lines *lines = reader->lines;
    const char *at = (const char *)bytes, *end = at + count;
    reader->stats->bytes += count;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (newline && lines->length == 0 && !lines->skipping && newline - at <= (ptrdiff_t)reader->longest) {
            take(reader, at, newline, sink);
            lines->number++;
        } else {
            gather(reader, at, (size_t)((newline ? newline : end) - at), sink);
            if (newline)
                end_line(reader, sink);
        }
        at = newline ? newline + 1 : end;
    }
}

void kf_pod_lines_finish(const struct kf_pod_line_reader *reader, const struct kf_pod_sink *sink)
{
    if (reader->lines->length > 0 || reader->lines->skipping)
        end_line(reader, sink);
}
