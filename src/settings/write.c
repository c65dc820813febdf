/* write.c - changes values in the text of an ini file, and nothing else in it.
 *
 * A coach's file is a notebook: comments say why a limit is what it is. Writing the settings out anew would lose them,
 * so a change replaces the bytes of a value, adds a line, or takes one out. */
#include "settings/write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/ini_line.h"

/* Where a key is, or where it would go. */
struct spot {
    bool has_section, has_key;
    struct kf_ini_line line; /* has_key */
    size_t line_start;       /* has_key: with its indentation */
    size_t insert;           /* where a new line begins */
    const char *indent;      /* of the section's last key */
    size_t indent_length;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Is this comment the key's own line, commented out? */
static bool is_twin(const char *text, const struct kf_ini_line *line, const char *key)
{
    const size_t length = strlen(key);
    size_t at = line->begin + 1;
    while (at < line->end && is_blank(text[at]))
        at++;
    if (line->end - at <= length || memcmp(text + at, key, length) != 0)
        return false;
    for (at += length; at < line->end && is_blank(text[at]);)
        at++;
    return at < line->end && text[at] == '=';
}

static struct spot find_spot(const struct kf_text_file *file, const char *section, const char *key)
{
    const char *text = file->text;
    struct spot spot = {.indent = ""};
    bool inside = false, has_twin = false;
    struct kf_ini_line line;
    for (size_t at = 0; at < file->length && !spot.has_key; at = line.next) {
        line = kf_ini_line_at(text, file->length, at);
        if (line.kind == KF_INI_SECTION) {
            inside = kf_ini_line_is(text, &line, KF_INI_SECTION, section);
            if (inside && !spot.has_section)
                spot.insert = line.next;
            spot.has_section = spot.has_section || inside;
        } else if (inside && kf_ini_line_is(text, &line, KF_INI_KEY, key)) {
            spot.has_key = true;
            spot.line = line;
            spot.line_start = at;
        } else if (inside && line.kind == KF_INI_KEY && !has_twin) {
            spot.insert = line.next;
            spot.indent_length = line.begin - at;
            spot.indent = text + at;
        } else if (inside && line.kind == KF_INI_COMMENT && is_twin(text, &line, key)) {
            spot.insert = line.next;
            has_twin = true;
        }
    }
    return spot;
}

/* Puts `count` bytes in the place of `removed` ones. */
static enum kf_status splice(struct kf_text_file *file, size_t at, size_t removed, const char *bytes, size_t count,
                             struct kf_error *error)
{
    char *text = malloc(file->length - removed + count + 1);
    if (!text)
        return kf_error_set(error, KF_ERR_IO, 0, "not enough memory to change settings");
    if (file->length > 0) {
        memcpy(text, file->text, at);
        memcpy(text + at + count, file->text + at + removed, file->length - at - removed);
    }
    memcpy(text + at, bytes, count);
    file->length += count - removed;
    text[file->length] = '\0';
    free(file->text);
    file->text = text;
    return KF_OK;
}

/* The ending of the file's first line. */
static const char *line_ending(const struct kf_text_file *file)
{
    const char *newline = file->length > 0 ? memchr(file->text, '\n', file->length) : NULL;
    return newline && newline > file->text && newline[-1] == '\r' ? "\r\n" : "\n";
}

static enum kf_status replace_value(struct kf_text_file *file, const struct kf_ini_line *line, const char *value,
                                    struct kf_error *error)
{
    char padded[KF_SETTING_VALUE_MAX + 4];
    const size_t length = line->value_end - line->value;
    size_t at = line->value;
    if (length == strlen(value) && memcmp(file->text + at, value, length) == 0)
        return KF_OK;
    if (length > 0)
        return splice(file, at, length, value, strlen(value), error);
    /* "key =" gets a blank before its value, and one behind it when a comment follows closely. */
    const bool blank = at < line->end && is_blank(file->text[at]);
    at += blank;
    const int count = snprintf(padded, sizeof padded, "%s%s%s", blank ? "" : " ", value,
                               at < line->end && file->text[at] == ';' ? " " : "");
    return splice(file, at, 0, padded, (size_t)count, error);
}

/* A line of its own at spot->insert. */
static enum kf_status add_line(struct kf_text_file *file, const struct spot *spot, const char *section, const char *key,
                               const char *value, struct kf_error *error)
{
    char added[KF_SECTION_MAX * 2 + KF_SETTING_VALUE_MAX + 128];
    const char *end = line_ending(file);
    const size_t at = spot->has_section ? spot->insert : file->length;
    const bool open = at > 0 && file->text[at - 1] != '\n'; /* the last line has no ending */
    const int indent = spot->indent_length < 64 ? (int)spot->indent_length : 0;
    int count = snprintf(added, sizeof added, "%s", open ? end : "");
    if (!spot->has_section)
        count += snprintf(added + count, sizeof added - (size_t)count, "%s[%s]%s", at > 0 ? end : "", section, end);
    count += snprintf(added + count, sizeof added - (size_t)count, "%.*s%s =%s%s%s", indent, spot->indent, key,
                      *value ? " " : "", value, end);
    if ((size_t)count >= sizeof added)
        return kf_error_set(error, KF_ERR_CONFIG, 0, "%.40s.%.40s is too long to write", section, key);
    return splice(file, at, 0, added, (size_t)count, error);
}

enum kf_status kf_ini_set(struct kf_text_file *file, const char *section, const char *key, const char *value,
                          struct kf_error *error)
{
    const struct spot spot = find_spot(file, section, key);
    if (!value)
        return spot.has_key ? splice(file, spot.line_start, spot.line.next - spot.line_start, "", 0, error) : KF_OK;
    if (strlen(value) >= KF_SETTING_VALUE_MAX)
        return kf_error_set(error, KF_ERR_CONFIG, 0, "%.40s.%.40s is too long to write", section, key);
    return spot.has_key ? replace_value(file, &spot.line, value, error)
                        : add_line(file, &spot, section, key, value, error);
}

/* Keeps the first problem. */
static void keep(void *context, const struct kf_settings_problem *problem)
{
    struct kf_error *error = context;
    if (error->code != KF_OK)
        return;
    (void)kf_error_set(error, KF_ERR_CONFIG, 0, "%s:%u: %s", problem->file, problem->line, problem->text);
    kf_error_hint(error, "%s", problem->hint);
}

static enum kf_status read_back(const struct kf_change_file *file, const struct kf_text_file *text,
                                struct kf_settings *settings, struct kf_error *error)
{
    const struct kf_settings_listener listener = {keep, error};
    const struct kf_settings_text whole = {
        .name = file->path, .text = text->text ? text->text : "", .length = text->length, .athlete = file->athlete};
    error->code = KF_OK;
    if (file->base)
        *settings = *file->base;
    else
        kf_settings_default(settings);
    return kf_settings_read(settings, NULL, &whole, &listener);
}

/* Sets the values in memory, each checked by its row, and the whole by reading it. */
static enum kf_status change_text(const struct kf_change_file *file, struct kf_text_file *text,
                                  const struct kf_change *changes, unsigned count, struct kf_error *error)
{
    struct kf_settings settings;
    struct kf_place place;
    enum kf_status status = read_back(file, text, &settings, error);
    if (status != KF_OK) {
        kf_error_hint(error, "mend the file first: kneefold config edit, or kneefold config check FILE");
        return status;
    }
    for (unsigned i = 0; status == KF_OK && i < count; i++) {
        status = kf_place_find(&settings, changes[i].section, changes[i].key, &place, error);
        if (status == KF_OK && changes[i].value)
            status = kf_place_set(&settings, place, changes[i].value, error);
        if (status == KF_OK) {
            char section[KF_SECTION_MAX];
            kf_place_section(&settings, place, section, sizeof section); /* "cue NAME", also for "cue.NAME" */
            status = kf_ini_set(text, section, changes[i].key, changes[i].value, error);
        }
    }
    return status == KF_OK ? read_back(file, text, &settings, error) : status;
}

enum kf_status kf_settings_change(const struct kf_change_file *file, const struct kf_change *changes, unsigned count,
                                  struct kf_error *error)
{
    struct kf_text_file text;
    struct kf_error why;
    enum kf_status status = kf_text_file_read(&text, file->path, 0, &why);
    if (status != KF_OK && why.os_errno != ENOENT)
        return kf_error_set(error, status, why.os_errno, "'%.120s' %.120s", file->path, why.text);
    status = change_text(file, &text, changes, count, error);
    if (status == KF_OK)
        status = kf_text_file_save(&text, file->path, error);
    kf_text_file_free(&text);
    return status;
}

size_t kf_settings_whole(const struct kf_settings *settings, char *out, size_t capacity)
{
    char section[KF_SECTION_MAX], last[KF_SECTION_MAX] = "", value[KF_SETTING_VALUE_MAX];
    size_t used = 0;
    if (capacity > 0)
        out[0] = '\0';
    for (unsigned i = 0; i < kf_place_count(settings); i++) {
        const struct kf_place place = kf_place_at(i);
        char line[KF_SECTION_MAX + KF_SETTING_VALUE_MAX + 128];
        kf_place_section(settings, place, section, sizeof section);
        kf_place_value(settings, place, value, sizeof value);
        const bool head = strcmp(section, last) != 0;
        const int count = snprintf(line, sizeof line, "%s%s%s%s%s =%s%s\n", head && *last ? "\n" : "", head ? "[" : "",
                                   head ? section : "", head ? "]\n" : "", place.row->key, *value ? " " : "", value);
        if (used < capacity)
            (void)snprintf(out + used, capacity - used, "%s", line);
        used += (size_t)count;
        memcpy(last, section, sizeof last);
    }
    return used;
}

enum kf_status kf_settings_restore(struct kf_settings *settings, const struct kf_settings_text *file,
                                   const struct kf_settings_listener *listener)
{
    struct kf_settings fresh;
    struct kf_settings_text own = *file;
    own.program = true;
    kf_settings_default(&fresh);
    memset(&fresh.cues, 0, sizeof fresh.cues);
    const enum kf_status status = kf_settings_read(&fresh, NULL, &own, listener);
    if (status == KF_OK)
        *settings = fresh;
    return status;
}
