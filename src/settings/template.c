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
    char value[KF_SETTING_TEXT_MAX + 1], range[KF_SETTING_RANGE_MAX];
    kf_setting_value(defaults, row, value, sizeof value);
    kf_setting_range(row, range, sizeof range);
    fprintf(out, "\n# %s\n# %s%s\n; %s =%s%s\n", row->help, range,
            row->when == KF_SETTING_RESTART ? " (from the next start)" : "", row->key, *value ? " " : "", value);
}

void kf_settings_template(FILE *out)
{
    struct kf_settings defaults;
    const char *section = "";
    kf_settings_default(&defaults);
    fputs("# kneefold.ini - all settings at their defaults. Made from src/settings/schema.def.\n"
          "# Take the ';' off a line to change it. Later ones win: the system's file, the user's, -c, -o.\n"
          "# `kneefold config path` names the files, `kneefold config check FILE` checks one.\n",
          out);
    for (int i = 0; i < KF_SETTING_ROWS; i++) {
        const struct kf_setting *row = &kf_setting_table[i];
        if (strcmp(row->section, section) != 0)
            write_section(out, section = row->section);
        write_row(out, &defaults, row);
    }
}
