/* words.c - what a port says is told in one line, of which no part knows how long the others are. */
#include "source/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void kf_words_append(char *out, size_t capacity, const char *format, ...)
{
    const size_t used = strlen(out);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(out + used, capacity - used, format, args);
    va_end(args);
}
