/* span.c - a stretch of a recording, as people type it. */
#include "cli/span.h"

#include <string.h>

#include "settings/number.h"

bool kf_span_read(const char *text, double *from_s, double *to_s)
{
    char begin[KF_NUMBER_TEXT_MAX] = "";
    const size_t length = strcspn(text, ":");
    double from = 0, to = 0;
    if (length >= sizeof begin || text[length] != ':')
        return false;
    memcpy(begin, text, length);
    if (!kf_number_read(begin, &from) || !kf_number_read(text + length + 1, &to) || from < 0 || to <= from)
        return false;
    *from_s = from;
    *to_s = to;
    return true;
}
