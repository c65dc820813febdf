/* ini.c - an ini file read whole or not at all, with every mistake in it named by its line.
 *
 * inih tells of the first bad line only, gives handlers no line number and cuts long lines silently. So the reader
 * it pulls lines through counts them, looks at each first, and hands on only lines inih will take as they are. */
#include "settings/ini.h"

#include <ini.h>
#include <math.h>
#include <string.h>

#include "settings/ini_line.h"

enum in_section { IN_NONE, IN_ROWS, IN_CUE, IN_WRONG /* told already: its keys are not */ };

struct reading {
    const struct kf_settings_text *file;
    const struct kf_settings_listener *listener;
    const struct kf_settings *before;
    struct kf_settings settings;
    size_t at; /* in the text */
    unsigned line;
    unsigned set_at[KF_SETTING_ROWS]; /* line that set the row; 0 none */
    unsigned cue_set_at[KF_CUE_RULES_MAX][KF_CUE_KEYS];
    unsigned cue_at[KF_CUE_RULES_MAX]; /* line of the cue's first section; 0 none */
    bool cue_wrong[KF_CUE_RULES_MAX], rows_wrong;
    unsigned problems;
    enum in_section in;
    char section[KF_INI_SECTION_MAX + 1];
    int cue;            /* of an IN_CUE section */
    bool expecting_key; /* the last line must reach the handler, or it was no "key = value" */
};

static void tell(struct reading *reading, unsigned line, const char *text, const char *hint)
{
    const struct kf_settings_problem problem = {reading->file->name, line, text, hint};
    reading->problems++;
    if (reading->in == IN_CUE)
        reading->cue_wrong[reading->cue] = true;
    else
        reading->rows_wrong = true;
    reading->listener->problem(reading->listener->context, &problem);
}

static void tell_error(struct reading *reading, unsigned line, const struct kf_error *error)
{
    tell(reading, line, error->text, error->hint);
}

/* Knows the section, or tells that there is none of this name. */
static void enter_section(struct reading *reading)
{
    struct kf_error error;
    const char *cue = strncmp(reading->section, "cue ", 4) == 0 ? reading->section + 4 : NULL;
    const bool mine = strcmp(reading->section, "athlete") == 0 || strcmp(reading->section, "placement") == 0;
    if (reading->file->athlete && !mine && (cue || kf_section_help(reading->section))) {
        (void)kf_error_set(&error, KF_ERR_CONFIG, 0, "[%s] has no place in an athlete's file", reading->section);
        kf_error_hint(&error, "it holds [athlete] and [placement]; the rest goes into kneefold.ini or a profile");
        tell_error(reading, reading->line, &error);
    } else if (cue) {
        reading->cue = kf_cue_find_or_add(&reading->settings.cues, cue, &error);
        if (reading->cue < 0) {
            tell_error(reading, reading->line, &error);
            return;
        }
        reading->in = IN_CUE;
        if (!reading->cue_at[reading->cue])
            reading->cue_at[reading->cue] = reading->line;
    } else if (kf_section_help(reading->section)) {
        reading->in = IN_ROWS;
    } else {
        (void)kf_setting_unknown(reading->section, "", &error);
        tell_error(reading, reading->line, &error);
    }
}

/* Looks at a section line before inih does. True when inih may have it. */
static bool look_at_section(struct reading *reading, const struct kf_ini_line *line)
{
    const size_t length = line->name_end - line->name;
    reading->in = IN_WRONG;
    if (!line->closed) {
        tell(reading, reading->line, "the section has no closing ']'", "write [section]");
        return false;
    }
    if (length > KF_INI_SECTION_MAX) {
        tell(reading, reading->line, "the section's name is longer than 49 bytes",
             "`kneefold config show` lists them all");
        return false;
    }
    if (!line->clean) {
        tell(reading, reading->line, "something stands behind the section's ']'",
             "put it on a line of its own, or a ; before it");
        return false;
    }
    memcpy(reading->section, reading->file->text + line->name, length);
    reading->section[length] = '\0';
    enter_section(reading);
    return true;
}

/* Looks at a line and says whether inih may have it; what it must not have has been told. */
static bool look_at(struct reading *reading, const struct kf_ini_line *line)
{
    if (line->has_nul) {
        tell(reading, reading->line, "the line holds a NUL byte", "settings are a text file in UTF-8");
        return false;
    }
    if (line->kind == KF_INI_BLANK || line->kind == KF_INI_COMMENT)
        return false;
    if (line->end - line->begin > KF_INI_LINE_MAX) {
        tell(reading, reading->line, "the line is longer than 198 bytes",
             "shorten it; comments may go on lines of their own");
        return false;
    }
    if (line->kind == KF_INI_SECTION)
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
    const struct kf_settings_text *file = reading->file;
    tell_missed(reading);
    if (reading->at >= file->length)
        return NULL;
    const struct kf_ini_line line = kf_ini_line_at(file->text, file->length, reading->at);
    reading->at = line.next;
    reading->line++;
    const int length = look_at(reading, &line) ? (int)(line.end - line.begin) : 0;
    (void)snprintf(out, (size_t)capacity, "%.*s\n", length, file->text + line.begin);
    return out;
}

/* The line that set the place before, or 0; remembers this one. */
static unsigned *set_at(struct reading *reading, struct kf_place place)
{
    return place.cue < 0 ? &reading->set_at[place.row - kf_setting_table]
                         : &reading->cue_set_at[place.cue][place.row - kf_cue_key_table];
}

/* inih's handler: one key of a line. */
static int take_key(void *context, const char *section, const char *key, const char *value)
{
    struct reading *reading = context;
    struct kf_place place;
    struct kf_error error;
    (void)section; /* as the reader saw it */
    reading->expecting_key = false;
    if (reading->in == IN_NONE)
        tell(reading, reading->line, "a key stands before any [section]", "put it under its section, like [athlete]");
    if (reading->in == IN_NONE || reading->in == IN_WRONG)
        return 1;
    if (kf_place_find(&reading->settings, reading->section, key, &place, &error) != KF_OK) {
        tell_error(reading, reading->line, &error);
        return 1;
    }
    unsigned *line = set_at(reading, place);
    if (*line) {
        (void)kf_error_set(&error, KF_ERR_CONFIG, 0, "%s.%s is set a second time", reading->section, key);
        kf_error_hint(&error, "line %u set it first: keep one of them", *line);
        tell_error(reading, reading->line, &error);
        return 1;
    }
    *line = reading->line;
    if (kf_place_set(&reading->settings, place, value, &error) != KF_OK)
        tell_error(reading, reading->line, &error);
    return 1;
}

/* A limit that `when` has no use for is a slip: the cue would not do what was written. */
static void check_idle_keys(struct reading *reading, unsigned cue)
{
    const struct kf_cue_rule *rule = &reading->settings.cues.rule[cue];
    const bool outside = rule->when == KF_CUE_OUTSIDE;
    const struct {
        int key;
        double value;
        bool idle;
    } limits[] = {{KF_CUE_KEY_limit, rule->limit, outside},
                  {KF_CUE_KEY_limit_low, rule->limit_low, !outside},
                  {KF_CUE_KEY_limit_high, rule->limit_high, !outside},
                  {KF_CUE_KEY_release, rule->release, outside}};
    struct kf_error error;
    for (unsigned i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const unsigned line = reading->cue_set_at[cue][limits[i].key];
        if (line == 0 || !limits[i].idle || isnan(limits[i].value))
            continue;
        (void)kf_error_set(&error, KF_ERR_CONFIG, 0, "cue '%s': %s has no use here", rule->name,
                           kf_cue_key_table[limits[i].key].key);
        kf_error_hint(&error, outside ? "when = outside takes limit_low and limit_high"
                                      : "limit_low and limit_high are for when = outside");
        tell_error(reading, line, &error);
    }
}

/* The line to blame for a contradiction: that of the row blamed, or the one without which there is none. */
static unsigned guilty_line(const struct reading *reading, const struct kf_setting *blamed)
{
    const struct kf_setting *row = NULL;
    const unsigned line = reading->set_at[blamed - kf_setting_table];
    char value[KF_SETTING_VALUE_MAX];
    for (int i = 0; line == 0 && i < KF_SETTING_ROWS; i++) {
        struct kf_settings without = reading->settings;
        if (!reading->set_at[i])
            continue;
        kf_setting_value(reading->before, &kf_setting_table[i], value, sizeof value);
        (void)kf_setting_set(&without, &kf_setting_table[i], value, NULL);
        if (kf_settings_check(&without, &row, NULL) == KF_OK)
            return reading->set_at[i];
    }
    return line;
}

/* What no line is wrong in by itself, blamed on the line that made it. */
static void check_whole(struct reading *reading)
{
    const struct kf_setting *row = NULL;
    struct kf_error error;
    reading->in = IN_NONE;
    if (!reading->rows_wrong && kf_settings_check(&reading->settings, &row, &error) != KF_OK)
        tell_error(reading, guilty_line(reading, row), &error);
    for (unsigned i = 0; i < reading->settings.cues.count; i++) {
        if (!reading->cue_at[i] || reading->cue_wrong[i])
            continue;
        if (!reading->file->program)
            check_idle_keys(reading, i);
        if (kf_cue_check(&reading->settings.cues.rule[i], &row, &error) != KF_OK) {
            const unsigned line = reading->cue_set_at[i][row - kf_cue_key_table];
            tell_error(reading, line ? line : reading->cue_at[i], &error);
        }
    }
}

static void note_origins(const struct reading *reading, struct kf_settings_origins *origins)
{
    const char *name = reading->file->name;
    for (int i = 0; i < KF_SETTING_ROWS; i++)
        if (reading->set_at[i])
            origins->row[i] = (struct kf_settings_origin){name, reading->set_at[i]};
    for (int i = 0; i < KF_CUE_RULES_MAX; i++)
        for (int key = 0; key < KF_CUE_KEYS; key++)
            if (reading->cue_set_at[i][key])
                origins->cue[i][key] = (struct kf_settings_origin){name, reading->cue_set_at[i][key]};
}

/* Editors of other systems save "Unicode" as UTF-16, of which every line would be wrong. */
static bool is_utf16(const struct kf_settings_text *file)
{
    return file->length >= 2 && (memcmp(file->text, "\xff\xfe", 2) == 0 || memcmp(file->text, "\xfe\xff", 2) == 0);
}

enum kf_status kf_settings_read(struct kf_settings *settings, struct kf_settings_origins *origins,
                                const struct kf_settings_text *file, const struct kf_settings_listener *listener)
{
    struct reading reading = {.file = file, .listener = listener, .before = settings, .settings = *settings};
    if (is_utf16(file)) {
        tell(&reading, 0, "the file is in UTF-16", "save it as UTF-8");
        return KF_ERR_CONFIG;
    }
    (void)ini_parse_stream(give_line, &reading, take_key, &reading);
    check_whole(&reading);
    if (reading.problems > 0)
        return KF_ERR_CONFIG;
    *settings = reading.settings;
    if (origins)
        note_origins(&reading, origins);
    return KF_OK;
}
