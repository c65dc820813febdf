/* manual.c - kneefold.ini(5) from its hand-written frame and the tables.
 *
 * A list of sixty settings written by hand is wrong within a month; the frame's sentences are not in any table. */
#include "manual.h"

#include <string.h>

#include "kneefold/swing.h"
#include "settings/cues.h"

/* Words as troff prints them. */
static void put_words(FILE *out, const char *words)
{
    if (*words == '.' || *words == '\'')
        fputs("\\&", out);
    for (; *words; words++) {
        if (*words == '\\')
            fputs("\\e", out);
        else if (*words == '-' && (words[1] == ' ' || (words[1] >= '0' && words[1] <= '9')))
            fputs("\\-", out);
        else
            fputc(*words, out);
    }
}

static void put_row(FILE *out, const struct kf_setting *row, const char *value)
{
    char range[KF_SETTING_RANGE_MAX];
    kf_setting_range(row, range, sizeof range);
    fprintf(out, ".TP\n\\fB%s\\fR =", row->key);
    if (*value) {
        fputs(" \\fI", out);
        put_words(out, value);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    put_words(out, row->help);
    fputs(". Allowed: ", out);
    put_words(out, range);
    fputs(row->when == KF_SETTING_RESTART ? ". Holds from the next start.\n" : ".\n", out);
}

static void put_settings(FILE *out)
{
    const char *section = "";
    struct kf_settings defaults;
    char value[KF_SETTING_VALUE_MAX];
    kf_settings_default(&defaults);
    for (int i = 0; i < KF_SETTING_ROWS; i++) {
        const struct kf_setting *row = &kf_setting_table[i];
        if (strcmp(section, row->section) != 0) {
            section = row->section;
            fprintf(out, ".SS [%s]\n", section);
            put_words(out, kf_section_help(section));
            fputs(".\n", out);
        }
        kf_setting_value(&defaults, row, value, sizeof value);
        put_row(out, row, value);
    }
}

static void put_cue_keys(FILE *out)
{
    struct kf_cue_rules cues = {.count = 0};
    char value[KF_SETTING_VALUE_MAX];
    const int own = kf_cue_find_or_add(&cues, "own", NULL);
    for (int i = 0; own >= 0 && i < KF_CUE_KEYS; i++) {
        kf_cue_value(&cues.rule[own], &kf_cue_key_table[i], value, sizeof value);
        put_row(out, &kf_cue_key_table[i], value);
    }
}

static void put_metrics(FILE *out)
{
    fputs(".TS\ntab(|);\nlb l lw(34n).\n", out);
    for (unsigned i = 0; i < kf_swing_metric_count; i++)
        if (kf_swing_keys[i].is_number) {
            fprintf(out, "%s|%s|T{\n", kf_swing_keys[i].name, kf_swing_keys[i].unit);
            put_words(out, kf_swing_keys[i].help);
            fputs("\nT}\n", out);
        }
    fputs(".TE\n", out);
}

static void put_cues(FILE *out)
{
    struct kf_cue_rules cues;
    char value[KF_SETTING_VALUE_MAX];
    kf_cues_default(&cues);
    for (unsigned cue = 0; cue < cues.count; cue++) {
        fprintf(out, ".TP\n.B [cue %s]\n", cues.rule[cue].name);
        put_words(out, kf_cue_why(cue));
        fputs(".\n", out);
        for (int i = 0; i < KF_CUE_KEYS; i++) {
            kf_cue_value(&cues.rule[cue], &kf_cue_key_table[i], value, sizeof value);
            if (!*value)
                continue;
            fprintf(out, ".br\n%s = \\fI", kf_cue_key_table[i].key);
            put_words(out, value);
            fputs("\\fR\n", out);
        }
    }
}

void kf_manual_write(FILE *frame, FILE *out)
{
    static const struct {
        const char *mark;
        void (*put)(FILE *out);
    } lists[] = {{"@SETTINGS@\n", put_settings},
                 {"@CUE_KEYS@\n", put_cue_keys},
                 {"@METRICS@\n", put_metrics},
                 {"@CUES@\n", put_cues}};
    char line[1024];
    while (fgets(line, sizeof line, frame)) {
        bool is_list = false;
        for (unsigned i = 0; i < sizeof lists / sizeof lists[0]; i++)
            if (strcmp(line, lists[i].mark) == 0) {
                lists[i].put(out);
                is_list = true;
            }
        char *made = strstr(line, "@MADE@");
        if (made)
            fprintf(out, "%.*smade from kneefold.ini.5.in and the tables: make update-config\n", (int)(made - line),
                    line);
        else if (!is_list)
            fputs(line, out);
    }
}
