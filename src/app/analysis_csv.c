/* analysis_csv.c - --csv: one row a swing, columns the swing's keys in the order of keys.md.
 *
 * What spreadsheets and R read without a parser; an empty cell is "not measurable". Rows of several files follow each
 * other under one header, told apart by ids that start again at 1. */
#include <math.h>

#include "app/analysis.h"
#include "settings/number.h"

static bool csv_begin(struct kf_analysis *analysis, bool first)
{
    for (unsigned i = 0; first && i < kf_swing_key_count; i++)
        fprintf(analysis->out, "%s%s", i > 0 ? "," : "", kf_swing_keys[i].name);
    if (first)
        putc('\n', analysis->out);
    return true;
}

static void csv_swing(struct kf_analysis *analysis, const struct kf_swing *swing)
{
    char text[KF_NUMBER_TEXT_MAX];
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        const double number = kf_swing_number(swing, &kf_swing_keys[i]);
        const char *word = kf_swing_word(swing, &kf_swing_keys[i]);
        if (i > 0)
            putc(',', analysis->out);
        if (i == KF_SUMMARY_ROW_id)
            fprintf(analysis->out, "%u", swing->id);
        else if (isfinite(number) && kf_number_write(text, number) > 0)
            fputs(text, analysis->out);
        else if (word)
            fputs(word, analysis->out);
    }
    putc('\n', analysis->out);
}

const struct kf_analysis_writer kf_analysis_csv = {.name = "csv", .begin = csv_begin, .swing = csv_swing};
