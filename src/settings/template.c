/* template.c - a settings file a person can start from, made from the table so that it is never out of date.
 *
 * Every line that sets something is commented out: a copied file then pins nothing, and defaults that improve with a
 * new release arrive. */
#include <string.h>

#include "settings/layers.h"

static void write_section(FILE *out, const char *section)
{
    fprintf(out, "\n[%s]\n# %s\n", section, kf_section_help(section));
}

static void write_row(FILE *out, const struct kf_settings *defaults, const struct kf_setting *row)
{
    char value[KF_SETTING_VALUE_MAX], range[KF_SETTING_RANGE_MAX];
    kf_setting_value(defaults, row, value, sizeof value);
    kf_setting_range(row, range, sizeof range);
    fprintf(out, "\n# %s\n# %s%s\n; %s =%s%s\n", row->help, range,
            row->when == KF_SETTING_RESTART ? " (from the next start)" : "", row->key, *value ? " " : "", value);
}

/* A comment of any length, in lines of a readable width. */
static void write_comment(FILE *out, const char *text)
{
    enum { WIDTH = 118 };
    while (*text) {
        size_t length = strlen(text);
        if (length > WIDTH)
            for (length = WIDTH; length > 0 && text[length] != ' ';)
                length--;
        length = length > 0 ? length : strlen(text);
        fprintf(out, "# %.*s\n", (int)length, text);
        text += length + (text[length] == ' ');
    }
}

/* The keys once, with what they mean, and then every shipped cue with its values. */
static void write_cues(FILE *out, const struct kf_settings *defaults)
{
    char value[KF_SETTING_VALUE_MAX], range[KF_SETTING_RANGE_MAX];
    fputs(
        "\n# Cues: which number of a swing, beyond what limit, how often, makes which sentence due. A section of a\n"
        "# shipped cue's name changes the keys it holds; one of a new name adds a cue, which needs metric, limit and\n"
        "# text. Its keys:\n",
        out);
    for (int i = 0; i < KF_CUE_KEYS; i++) {
        kf_setting_range(&kf_cue_key_table[i], range, sizeof range);
        fprintf(out, "#   %-13s  %s (%s)\n", kf_cue_key_table[i].key, kf_cue_key_table[i].help, range);
    }
    for (unsigned cue = 0; cue < kf_cues_shipped(); cue++) {
        fputc('\n', out);
        write_comment(out, kf_cue_why(cue));
        fprintf(out, "[cue %s]\n", defaults->cues.rule[cue].name);
        for (int i = 0; i < KF_CUE_KEYS; i++) {
            kf_cue_value(&defaults->cues.rule[cue], &kf_cue_key_table[i], value, sizeof value);
            fprintf(out, "; %s =%s%s\n", kf_cue_key_table[i].key, *value ? " " : "", value);
        }
    }
}

void kf_settings_template(FILE *out)
{
    struct kf_settings defaults;
    const char *section = "";
    kf_settings_default(&defaults);
    fputs("# kneefold.ini - all settings at their defaults. Made from src/settings/schema.def.\n"
          "# Take the ';' off a line to change it. Later ones win: the system's file, the user's, a profile, -c, -o.\n"
          "# `kneefold config path` names the files, `kneefold config check FILE` checks one.\n",
          out);
    for (int i = 0; i < KF_SETTING_ROWS; i++) {
        const struct kf_setting *row = &kf_setting_table[i];
        if (strcmp(row->section, section) != 0)
            write_section(out, section = row->section);
        write_row(out, &defaults, row);
    }
    write_cues(out, &defaults);
}
