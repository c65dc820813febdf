/* ini_line.c - one line of an ini file taken apart as inih r55 would, without changing it. */
#include "settings/ini_line.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

static size_t skip_blanks(const char *text, size_t at, size_t end)
{
    while (at < end && is_blank(text[at]))
        at++;
    return at;
}

static size_t trim_blanks(const char *text, size_t at, size_t end)
{
    while (end > at && is_blank(text[end - 1]))
        end--;
    return end;
}

/* The first of `chars`, or of a comment (a ; behind a blank), or the end. */
static size_t find(const char *text, size_t at, size_t end, const char *chars)
{
    bool was_blank = false;
    for (; at < end; at++) {
        if ((text[at] && strchr(chars, text[at])) || (was_blank && text[at] == ';'))
            break;
        was_blank = is_blank(text[at]);
    }
    return at;
}

static void take_section(const char *text, struct kf_ini_line *line)
{
    line->kind = KF_INI_SECTION;
    line->name = line->begin + 1;
    line->name_end = find(text, line->name, line->end, "]");
    line->closed = line->name_end < line->end && text[line->name_end] == ']';
    if (!line->closed) {
        line->name_end = line->end;
        return;
    }
    const size_t rest = skip_blanks(text, line->name_end + 1, line->end);
    line->clean = rest == line->end || text[rest] == ';' || text[rest] == '#';
}

static void take_key(const char *text, struct kf_ini_line *line)
{
    const size_t equals = find(text, line->begin, line->end, "=:");
    if (equals == line->end || (text[equals] != '=' && text[equals] != ':')) {
        line->kind = KF_INI_OTHER;
        return;
    }
    line->kind = KF_INI_KEY;
    line->name = line->begin;
    line->name_end = trim_blanks(text, line->begin, equals);
    const size_t comment = find(text, equals + 1, line->end, "");
    line->value = skip_blanks(text, equals + 1, comment);
    line->value_end = trim_blanks(text, line->value, comment);
    if (line->value == comment)
        line->value = line->value_end = equals + 1;
}

struct kf_ini_line kf_ini_line_at(const char *text, size_t length, size_t at)
{
    struct kf_ini_line line = {.kind = KF_INI_BLANK, .begin = at};
    const char *newline = memchr(text + at, '\n', length - at);
    line.end = newline ? (size_t)(newline - text) : length;
    line.next = newline ? line.end + 1 : length;
    if (line.end > at && text[line.end - 1] == '\r')
        line.end--;
    line.has_nul = memchr(text + at, '\0', line.end - at) != NULL;
    if (at == 0 && line.end >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        line.begin = 3;
    line.begin = skip_blanks(text, line.begin, line.end);
    if (line.begin == line.end)
        return line;
    if (text[line.begin] == ';' || text[line.begin] == '#')
        line.kind = KF_INI_COMMENT;
    else if (text[line.begin] == '[')
        take_section(text, &line);
    else
        take_key(text, &line);
    return line;
}

bool kf_ini_line_is(const char *text, const struct kf_ini_line *line, enum kf_ini_kind kind, const char *name)
{
    const size_t length = strlen(name);
    return line->kind == kind && line->name_end - line->name == length && memcmp(text + line->name, name, length) == 0;
}
