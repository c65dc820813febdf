/* words.h - a sentence put together from parts, cut where the room ends. */
#ifndef KF_WORDS_H
#define KF_WORDS_H

#include <stddef.h>

#include "kneefold/error.h"

/* Appends to what stands in `out`, which has `capacity` bytes; what does not fit is cut. */
KF_PRINTF_LIKE(3, 4)
void kf_words_append(char *out, size_t capacity, const char *format, ...);

#endif
