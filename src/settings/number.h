/* number.h - numbers as text, the same in every locale: what is written reads back exactly.
 *
 * The program keeps LC_NUMERIC at "C"; these two also refuse what strtod alone would let through. */
#ifndef KF_NUMBER_H
#define KF_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum { KF_NUMBER_TEXT_MAX = 32 };

/* 15 digits where they read back as the same double, else 17. `value` must be finite; out holds
 * KF_NUMBER_TEXT_MAX bytes. Returns the length. */
size_t kf_number_write(char *out, double value);

/* A decimal number and nothing else (no hexadecimal, inf, nan or blanks). False, and *value untouched, otherwise. */
bool kf_number_read(const char *text, double *value);

#endif
