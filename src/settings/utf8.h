/* utf8.h - is this text UTF-8, character by character? */
#ifndef KF_UTF8_H
#define KF_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character that starts `text` (terminated), 1 to 4, or 0 where there is none: a stray or missing
 * continuation byte, an overlong form, a surrogate, or beyond U+10FFFF. 1 for the terminator. */
size_t kf_utf8_length(const char *text);

/* UTF-8 without control characters (C0, DEL, C1) and without what separates or turns lines (bidi overrides): it may be
 * shown on a terminal. */
bool kf_utf8_printable(const char *text);

#endif
