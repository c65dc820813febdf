/* utf8.h - is this text UTF-8, character by character, and what may a terminal be shown of it?
 *
 * Names, notes and file names come from outside: every room that keeps or shows them asks here. */
#ifndef KF_UTF8_H
#define KF_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at text[0], of which `count` (above 0) bytes may be read, and no byte behind a terminator is. Returns
 * its length, 1 to 4, and *code; 0 where there is none: a stray or missing continuation byte, an overlong form, a
 * surrogate, or beyond U+10FFFF. A terminator is a character of one byte. */
unsigned kf_utf8_decode(const char *text, size_t count, uint32_t *code);

/* Writes a code point, up to U+10FFFF, and returns its length. */
unsigned kf_utf8_encode(uint32_t code, char out[4]);

/* C0, DEL, C1, and what separates lines or turns the direction of all that follows on one (bidi overrides): never for a
 * terminal. */
bool kf_utf8_is_control(uint32_t code);

/* kf_utf8_decode of a terminated text, without the code. */
size_t kf_utf8_length(const char *text);

/* The whole terminated text is UTF-8 without controls. */
bool kf_utf8_printable(const char *text);

#endif
