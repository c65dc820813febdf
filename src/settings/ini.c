/* ini.c - an ini file read whole or not at all, with every mistake in it named by its line.
 *
 * inih tells of the first bad line only, gives handlers no line number and cuts long lines silently. So the reader
 * it pulls lines through counts them, looks at each first, and hands on only lines inih will take as they are. */
#include "settings/ini.h"

#include <errno.h>
#include <ini.h>
#include <string.h>

enum { LINE_MAX_BYTES = 198, SECTION_MAX_BYTES = 49 }; /* what inih r55 takes without cutting */

struct reading {
    FILE *stream;
    const char *name;
    const struct kf_settings_listener *listener;
    struct kf_settings settings;
    unsigned set_at[KF_SETTING_ROWS]; /* line that set the row; 0 none */
    unsigned line;
    unsigned problems;
    bool skip_section; /* told already: its keys are not */
    bool in_section;
    bool expecting_key; /* the last line must reach the handler, or it was no "key = value" */
    int os_errno;
};

static void tell(struct reading *reading, unsigned line, const char *text, const char *hint)
{
    const struct kf_settings_problem problem = {reading->name, line, text, hint};
    reading->problems++;
    reading->listener->problem(reading->listener->context, &problem);
}

static void tell_error(struct reading *reading, unsigned line, const struct kf_error *error)
{
    tell(reading, line, error->text, error->hint);
}

/* Reads one line without its end into `line` (LINE_MAX_BYTES + 1). Returns its full length, or -1 at the end. */
static long read_line(struct reading *reading, char *line, bool *binary)
{
    long length = 0;
    int c = getc(reading->stream);
    *binary = false;
    if (c == EOF)
        return -1;
    for (; c != EOF && c != '\n'; c = getc(reading->stream)) {
        if (c == '\0')
            *binary = true;
        if (length < LINE_MAX_BYTES)
            line[length] = (char)c;
        length++;
    }
    line[length < LINE_MAX_BYTES ? length : LINE_MAX_BYTES] = '\0';
    if (length > 0 && length <= LINE_MAX_BYTES && line[length - 1] == '\r')
        line[--length] = '\0';
    return length;
}

/* The line without byte-order mark (first line) and indentation, which inih would take for a continuation. */
static const char *bare(const char *line, unsigned number)
{
    if (number == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0)
        line += 3;
    return line + strspn(line, " \t\v\f\r");
}

/* Looks at a section line before inih does. True when inih may have it. */
static bool look_at_section(struct reading *reading, const char *line)
{
    char section[SECTION_MAX_BYTES + 1];
    struct kf_error error;
    const char *end = strchr(line, ']');
    reading->skip_section = true;
    reading->in_section = true;
    if (!end) {
        tell(reading, reading->line, "the section has no closing ']'", "write [section]");
        return false;
    }
    const size_t length = (size_t)(end - line) - 1;
    if (length > SECTION_MAX_BYTES) {
        tell(reading, reading->line, "the section's name is longer than 49 bytes",
             "`kneefold config show` lists them all");
        return false;
    }
    memcpy(section, line + 1, length);
    section[length] = '\0';
    if (!kf_section_help(section)) {
        (void)kf_setting_unknown(section, "", &error);
        tell_error(reading, reading->line, &error);
        return true;
    }
    reading->skip_section = false;
    return true;
}

/* Looks at a line and says whether inih may have it; what it must not have has been told. */
static bool look_at(struct reading *reading, const char *line, long length, bool binary)
{
    if (*line == '\0' || *line == ';' || *line == '#')
        return length <= LINE_MAX_BYTES;
    if (binary) {
        tell(reading, reading->line, "the line holds a NUL byte", "settings are a text file in UTF-8");
        return false;
    }
    if (length > LINE_MAX_BYTES) {
        tell(reading, reading->line, "the line is longer than 198 bytes",
             "shorten it; comments may go on lines of their own");
        return false;
    }
    if (*line == '[')
        return look_at_section(reading, line);
    reading->expecting_key = true;
    return true;
}

/* A line that should have set a key but never reached the handler. */
static void tell_missed(struct reading *reading)
{
    if (reading->expecting_key)
        tell(reading, reading->line, "the line is no 'key = value'", "comments begin with ; or #");
    reading->expecting_key = false;
}

/* inih's reader, like fgets. It hands on one line a call, with nothing in it when inih must not see it. */
static char *give_line(char *out, int capacity, void *context)
{
    struct reading *reading = context;
    char line[LINE_MAX_BYTES + 1];
    bool binary;
    tell_missed(reading);
    const long length = read_line(reading, line, &binary);
    if (length < 0) {
        if (ferror(reading->stream))
            reading->os_errno = errno;
        return NULL;
    }
    reading->line++;
    const char *text = bare(line, reading->line);
    (void)snprintf(out, (size_t)capacity, "%s\n", look_at(reading, text, length, binary) ? text : "");
    return out;
}

/* inih's handler: one key of a line. */
static int take_key(void *context, const char *section, const char *key, const char *value)
{
    struct reading *reading = context;
    struct kf_error error;
    reading->expecting_key = false;
    if (!reading->in_section) {
        tell(reading, reading->line, "a key stands before any [section]", "put it under its section, like [athlete]");
        return 1;
    }
    if (reading->skip_section)
        return 1;
    const struct kf_setting *row = kf_setting_find(section, key);
    if (!row) {
        (void)kf_setting_unknown(section, key, &error);
        tell_error(reading, reading->line, &error);
        return 1;
    }
    unsigned *set_at = &reading->set_at[row - kf_setting_table];
    if (*set_at) {
        (void)kf_error_set(&error, KF_ERR_CONFIG, 0, "%s.%s is set a second time", section, key);
        kf_error_hint(&error, "line %u set it first: keep one of them", *set_at);
        tell_error(reading, reading->line, &error);
        return 1;
    }
    *set_at = reading->line;
    if (kf_setting_set(&reading->settings, row, value, &error) != KF_OK)
        tell_error(reading, reading->line, &error);
    return 1;
}

/* Contradictions between rows, blamed on the line that made them. */
static void check_whole(struct reading *reading)
{
    const struct kf_setting *row = NULL;
    struct kf_error error;
    if (reading->problems == 0 && kf_settings_check(&reading->settings, &row, &error) != KF_OK)
        tell_error(reading, reading->set_at[row - kf_setting_table], &error);
}

enum kf_status kf_settings_read(struct kf_settings *settings, struct kf_settings_origin origin[KF_SETTING_ROWS],
                                FILE *stream, const char *name, const struct kf_settings_listener *listener)
{
    struct reading reading = {.stream = stream, .name = name, .listener = listener, .settings = *settings};
    (void)ini_parse_stream(give_line, &reading, take_key, &reading);
    if (reading.os_errno) {
        char why[KF_ERRNO_TEXT_MAX];
        tell(&reading, 0, kf_errno_text(reading.os_errno, why), "");
        return KF_ERR_IO;
    }
    check_whole(&reading);
    if (reading.problems > 0)
        return KF_ERR_CONFIG;
    *settings = reading.settings;
    for (int i = 0; origin && i < KF_SETTING_ROWS; i++)
        if (reading.set_at[i])
            origin[i] = (struct kf_settings_origin){name, reading.set_at[i]};
    return KF_OK;
}
