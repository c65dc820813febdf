/* csv_field.c - what kind of line this is: bare numbers, name:number pairs, or a header of names.
 *
 * Firmware prints numbers with whatever stands between them; runs of commas, blanks and tabs are all one delimiter, and
 * one may trail. Where commas are decimal, semicolons are that delimiter. Programs for people write titles such as
 * "Accelerometer X (g)": a line that is nothing else is cut at its commas alone. */
#include <math.h>
#include <string.h>

#include "csv_number.h"
#include "csv_state.h"

static bool is_delimiter(char c)
{
    return c == ',' || c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A letter, then anything printable but a colon. */
static bool is_name(struct csv_span span)
{
    if (span.at == span.end || !is_letter(*span.at))
        return false;
    for (const char *at = span.at; at < span.end; at++)
        if (*at <= ' ' || *at > '~' || *at == ':')
            return false;
    return true;
}

/* 10/31/2026 or 12:03:44.55: loggers write them beside their numbers. */
static bool is_date_or_clock(struct csv_span span)
{
    unsigned separators = 0;
    if (!is_digit(*span.at) || !is_digit(span.end[-1]))
        return false;
    for (const char *at = span.at; at < span.end; at++) {
        if (*at == '/' || *at == ':')
            separators++;
        else if (!is_digit(*at) && *at != '.')
            return false;
    }
    return separators == 2;
}

static bool read_number(struct csv_span span, double *value)
{
    if (span.at == span.end)
        return false;
    if (kf_csv_number(span.at, value) == span.end)
        return isfinite(*value);
    *value = NAN;
    return is_date_or_clock(span);
}

static void mix(uint64_t *shape, struct csv_span name)
{
    for (const char *at = name.at; at < name.end; at++)
        *shape = (*shape ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    *shape = (*shape ^ ',') * UINT64_C(0x100000001b3);
}

uint64_t kf_csv_bare_shape(unsigned count)
{
    return count;
}

/* The form of one field; its parts go to place `i`. */
static enum csv_form cut_field(struct csv_fields *fields, unsigned i, struct csv_span span)
{
    struct csv_span name = {span.at, span.at};
    fields->field[i] = span;
    if (read_number(span, &fields->value[i]))
        return CSV_BARE;
    while (name.end < span.end && *name.end != ':')
        name.end++;
    fields->name[i] = name;
    if (!is_name(name))
        return CSV_OTHER;
    if (name.end == span.end)
        return CSV_NAMES;
    fields->field[i] = (struct csv_span){name.end + 1, span.end};
    return read_number(fields->field[i], &fields->value[i]) ? CSV_LABELLED : CSV_OTHER;
}

/* "Time (s)": as is_name, with blanks inside. */
static bool is_title(struct csv_span span)
{
    if (span.at == span.end || !is_letter(*span.at))
        return false;
    for (const char *at = span.at; at < span.end; at++)
        if (*at < ' ' || *at > '~' || *at == ':')
            return false;
    return true;
}

static void trim(struct csv_span *span)
{
    while (span->at < span->end && (*span->at == ' ' || *span->at == '\t'))
        span->at++;
    while (span->end > span->at && (span->end[-1] == ' ' || span->end[-1] == '\t'))
        span->end--;
}

/* Two titles at least, and nothing else; false leaves *fields as it was but for its names. */
static bool cut_titles(struct csv_fields *fields, struct csv_span line)
{
    uint64_t shape = UINT64_C(0xcbf29ce484222325);
    unsigned count = 0;
    for (const char *at = line.at; at <= line.end;) {
        const char *comma = memchr(at, ',', (size_t)(line.end - at));
        struct csv_span span = {at, comma ? comma : line.end};
        trim(&span);
        if (count > 0 && !comma && span.at == span.end) /* one may trail */
            break;
        if (count == CSV_COLUMN_MAX || !is_title(span))
            return false;
        fields->name[count++] = span;
        mix(&shape, span);
        at = comma ? comma + 1 : line.end + 1;
    }
    if (count < 2)
        return false;
    fields->form = CSV_NAMES;
    fields->count = count;
    fields->shape = shape;
    fields->fault = (struct csv_span){NULL, NULL};
    return true;
}

static void cut_words(struct csv_fields *fields, struct csv_span line)
{
    uint64_t shape = UINT64_C(0xcbf29ce484222325);
    fields->count = 0;
    fields->shape = 0;
    fields->fault = (struct csv_span){NULL, NULL};
    for (const char *at = line.at;;) {
        while (at < line.end && is_delimiter(*at))
            at++;
        if (at == line.end)
            break;
        struct csv_span span = {at, at};
        while (span.end < line.end && !is_delimiter(*span.end))
            span.end++;
        const enum csv_form form = fields->count < CSV_COLUMN_MAX ? cut_field(fields, fields->count, span) : CSV_OTHER;
        if (form == CSV_OTHER || (fields->count > 0 && form != fields->form)) {
            fields->form = CSV_OTHER;
            fields->fault = span;
            return;
        }
        fields->form = form;
        if (form != CSV_BARE)
            mix(&shape, fields->name[fields->count]);
        fields->count++;
        at = span.end;
    }
    if (fields->count == 0)
        fields->form = CSV_OTHER;
    else
        fields->shape = fields->form == CSV_BARE ? kf_csv_bare_shape(fields->count) : shape;
}

struct csv_span kf_csv_plain(struct csv_span line, char *plain)
{
    const size_t length = (size_t)(line.end - line.at);
    if (!memchr(line.at, ';', length))
        return line;
    for (size_t i = 0; i < length; i++)
        plain[i] = line.at[i] == ',' ? '.' : line.at[i] == ';' ? ',' : line.at[i];
    plain[length] = '\n';
    return (struct csv_span){plain, plain + length};
}

void kf_csv_cut(struct csv_fields *fields, struct csv_span line)
{
    cut_words(fields, line);
    if (fields->form == CSV_OTHER && fields->fault.at)
        (void)cut_titles(fields, line);
}
