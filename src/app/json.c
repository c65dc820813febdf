/* json.c - a JSON writer that keeps nothing but whether a comma is due.
 *
 * A recording can hold hours; a tree of it in memory, as a JSON library builds one, would grow with it. */
#include "app/json.h"

#include <inttypes.h>
#include <math.h>

#include "core/utf8.h"
#include "settings/number.h"

static void separate(struct kf_json *json)
{
    if (json->comma)
        putc(',', json->out);
    json->comma = true;
}

void kf_json_open(struct kf_json *json, char bracket)
{
    separate(json);
    putc(bracket, json->out);
    json->comma = false;
}

void kf_json_close(struct kf_json *json, char bracket)
{
    putc(bracket, json->out);
    json->comma = true;
}

void kf_json_key(struct kf_json *json, const char *key)
{
    separate(json);
    fprintf(json->out, "\"%s\":", key);
    json->comma = false;
}

void kf_json_null(struct kf_json *json)
{
    separate(json);
    fputs("null", json->out);
}

void kf_json_number(struct kf_json *json, double value)
{
    char text[KF_NUMBER_TEXT_MAX];
    if (!isfinite(value)) {
        kf_json_null(json);
        return;
    }
    separate(json);
    kf_number_write(text, value);
    fputs(text, json->out);
}

void kf_json_count(struct kf_json *json, uint64_t value)
{
    separate(json);
    fprintf(json->out, "%" PRIu64, value);
}

void kf_json_bool(struct kf_json *json, bool value)
{
    separate(json);
    fputs(value ? "true" : "false", json->out);
}

/* One character of a string; returns how many bytes of the text it took. */
static size_t write_character(FILE *out, const char *text)
{
    const unsigned char first = (unsigned char)text[0];
    const size_t length = kf_utf8_length(text);
    if (length == 0) {
        fputs("\\ufffd", out);
        return 1;
    }
    if (first == '"' || first == '\\')
        fprintf(out, "\\%c", first);
    else if (first < 0x20 || first == 0x7f)
        fprintf(out, "\\u%04x", first);
    else
        fwrite(text, 1, length, out);
    return length;
}

void kf_json_string(struct kf_json *json, const char *text)
{
    if (!text) {
        kf_json_null(json);
        return;
    }
    separate(json);
    putc('"', json->out);
    while (*text)
        text += write_character(json->out, text);
    putc('"', json->out);
}

void kf_json_pair_number(struct kf_json *json, const char *key, double value)
{
    kf_json_key(json, key);
    kf_json_number(json, value);
}

void kf_json_pair_count(struct kf_json *json, const char *key, uint64_t value)
{
    kf_json_key(json, key);
    kf_json_count(json, value);
}

void kf_json_pair_bool(struct kf_json *json, const char *key, bool value)
{
    kf_json_key(json, key);
    kf_json_bool(json, value);
}

void kf_json_pair_string(struct kf_json *json, const char *key, const char *text)
{
    kf_json_key(json, key);
    kf_json_string(json, text);
}
