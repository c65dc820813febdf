/* suggest.c - the nearest known word to a mistyped one.
 *
 * A wrong key or command is nearly always a right one with a slip in it; naming it saves the person a look into the
 * manual. */
#include "suggest.h"

#include <string.h>

enum { WORD_MAX = 64 };

/* What is offered are words of ASCII. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: three rows of the usual table. */
unsigned kf_suggest_distance(const char *a, const char *b, unsigned limit)
{
    const size_t a_length = strlen(a), b_length = strlen(b);
    unsigned rows[3][WORD_MAX + 1];
    if (a_length > WORD_MAX || b_length > WORD_MAX)
        return limit + 1;
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            const unsigned change = above[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
            row[j] = least(least(above[j], row[j - 1]) + 1, change);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return least(rows[a_length % 3][b_length], limit + 1);
}

void kf_suggest_offer(struct kf_suggestion *best, const char *typed, const char *candidate)
{
    const size_t typed_length = strlen(typed), length = strlen(candidate);
    const unsigned limit = (unsigned)((typed_length > length ? typed_length : length) + 2) / 3;
    const unsigned distance = kf_suggest_distance(typed, candidate, limit);
    if (distance <= limit && distance < length && (!best->word || distance < best->distance)) {
        best->word = candidate;
        best->distance = distance;
    }
}
