/* report.c - words about bad input, safe to show: bytes from outside may hold terminal escapes. */
#include "report.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8.h"

void kf_pod_problem(const struct kf_pod_sink *sink, uint64_t line, uint64_t column, const char *format, ...)
{
    struct kf_pod_item item = {.kind = KF_POD_PROBLEM, .t_s = NAN};
    va_list args;
    item.u.problem.line = line;
    item.u.problem.column = column;
    va_start(args, format);
    (void)vsnprintf(item.u.problem.text, sizeof item.u.problem.text, format, args);
    va_end(args);
    sink->item(sink->context, &item);
}

const char *kf_pod_escape(char *out, size_t capacity, const void *bytes, size_t count)
{
    enum { ESCAPE = 4, DOTS = 3 };
    static const char hex[] = "0123456789abcdef";
    const unsigned char *from = bytes;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const bool plain = from[i] >= ' ' && from[i] < 0x7f;
        if (at + (plain ? 1 : ESCAPE) + DOTS + 1 > capacity) {
            memcpy(out + at, "...", DOTS);
            at += DOTS;
            break;
        }
        if (plain) {
            out[at++] = (char)from[i];
        } else {
            out[at++] = '\\';
            out[at++] = 'x';
            out[at++] = hex[from[i] >> 4];
            out[at++] = hex[from[i] & 15];
        }
    }
    out[at] = '\0';
    return out;
}

/* Bytes of the printable character at `from`, 0 when there is none. */
static size_t printable_length(const char *from, size_t count)
{
    uint32_t code;
    const unsigned length = kf_utf8_decode(from, count, &code);
    return length > 0 && !kf_utf8_is_control(code) ? length : 0;
}

void kf_pod_clean_utf8(char *out, size_t capacity, const void *bytes, size_t count)
{
    const char *from = bytes;
    size_t at = 0;
    for (size_t i = 0; i < count;) {
        const size_t length = printable_length(from + i, count - i);
        if (at + (length ? length : 1) >= capacity)
            break;
        if (length)
            memcpy(out + at, from + i, length);
        else
            out[at] = '?';
        at += length ? length : 1;
        i += length ? length : 1;
    }
    out[at] = '\0';
}
