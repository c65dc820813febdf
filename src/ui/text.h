/* text.h - text from outside made safe for a grid of columns.
 *
 * Pod names, notes and athletes come from strangers. A control character, a bidi override or a combining mark in one of
 * them must not move the cursor, turn the line round or shift a column, so only code points of known width pass. */
#ifndef KF_TEXT_H
#define KF_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes the next code point of UTF-8 text that may be shown and sets *width to its columns, 1 or 2. Returns 0 at the
 * end. Controls, bidi and zero-width marks and combining marks are skipped; broken UTF-8 and scripts that one cell a
 * code point cannot show give '?'. Right-to-left letters pass as they are. */
uint32_t kf_text_next(const char **text, int *width);

/* Columns the safe form of the text takes. */
int kf_text_width(const char *text);

/* Writes the safe form, as UTF-8, into out (terminated, cut at a whole character). Returns bytes written. size >= 1. */
size_t kf_text_clean(char *out, size_t size, const char *text);

/* Adds a code point, as UTF-8, to the *used bytes in out; false when that and a terminator do not fit in `size`. */
bool kf_text_add(char *out, size_t size, size_t *used, uint32_t code);

/* What to show for this code point where only ASCII can be shown: a look-alike, else '?'. */
char kf_text_ascii(uint32_t code);

enum { KF_NUMBER_MAX = 32 };

/* A number right-aligned in `width` (< KF_NUMBER_MAX) columns: "-" when not finite, all '#' when it does not fit. */
void kf_text_number(char out[KF_NUMBER_MAX], int width, int decimals, int with_sign, double value);

/* Seconds as "1:02:03" or "02:03"; with tenths "02:03.4"; "--:--" when not finite. */
void kf_text_clock(char out[KF_NUMBER_MAX], double t_s, int tenths);

/* The other way: "83", "83.5", "1:23.5" or "1:02:03" in seconds; NAN for anything else. */
double kf_text_seconds(const char *text);

#endif
