/* json.h - JSON written as it comes, value by value, into a stream: flat memory, always well formed.
 *
 * Numbers read back exactly and are null when not finite; strings are valid UTF-8 whatever they were. Errors of the
 * stream are the caller's to look for (ferror). */
#ifndef KF_JSON_H
#define KF_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct kf_json {
    FILE *out;
    bool comma; /* a value stands before this place in the same object or array */
};

/* '{' or '[', and its partner. */
void kf_json_open(struct kf_json *json, char bracket);
void kf_json_close(struct kf_json *json, char bracket);

/* The key of the next value; `key` is plain ASCII. */
void kf_json_key(struct kf_json *json, const char *key);

void kf_json_number(struct kf_json *json, double value); /* null when not finite */
void kf_json_count(struct kf_json *json, uint64_t value);
void kf_json_bool(struct kf_json *json, bool value);
void kf_json_null(struct kf_json *json);
/* NULL: null. Bytes that are no UTF-8 become U+FFFD. */
void kf_json_string(struct kf_json *json, const char *text);

/* A key and its value. */
void kf_json_pair_number(struct kf_json *json, const char *key, double value);
void kf_json_pair_count(struct kf_json *json, const char *key, uint64_t value);
void kf_json_pair_bool(struct kf_json *json, const char *key, bool value);
void kf_json_pair_string(struct kf_json *json, const char *key, const char *text);

#endif
