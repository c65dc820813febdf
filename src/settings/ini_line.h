/* ini_line.h - the parts of one line of an ini file, as inih takes them, by their places in the text.
 *
 * Reader and writer share it: what the one reads is exactly what the other replaces. */
#ifndef KF_SETTINGS_INI_LINE_H
#define KF_SETTINGS_INI_LINE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    KF_INI_LINE_MAX = 198,   /* bytes of a line, ... */
    KF_INI_SECTION_MAX = 49, /* and of a section's name, that inih r55 takes without cutting */
};

enum kf_ini_kind { KF_INI_BLANK, KF_INI_COMMENT, KF_INI_SECTION, KF_INI_KEY, KF_INI_OTHER };

struct kf_ini_line {
    enum kf_ini_kind kind;
    size_t begin;     /* behind byte-order mark and indentation */
    size_t end;       /* of the line, without its terminator */
    size_t next;      /* where the next line begins */
    size_t name;      /* of the section or key */
    size_t name_end;  /* for an unclosed section: end */
    size_t value;     /* KEY: without blanks and comment behind it */
    size_t value_end; /* value == value_end: empty; then `value` is behind the = or : */
    bool closed;      /* SECTION: it has its ] */
    bool clean;       /* SECTION: nothing but a comment behind it */
    bool has_nul;
};

/* Takes the line that begins at `at` (at < length) apart. */
struct kf_ini_line kf_ini_line_at(const char *text, size_t length, size_t at);

/* Is the name this word? */
bool kf_ini_line_is(const char *text, const struct kf_ini_line *line, enum kf_ini_kind kind, const char *name);

#endif
