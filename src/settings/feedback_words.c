/* feedback_words.c - a session's plan as a coach writes it down: "full 300, half 300, none". */
#include "settings/feedback_words.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "settings/number.h"

enum { WORD_MAX = 24 };

/* The next word up to a blank or one of `stops`; false when there is none or it is too long. */
static bool next_word(const char **text, const char *stops, char word[WORD_MAX])
{
    size_t length;
    *text += strspn(*text, " \t");
    length = strcspn(*text, stops);
    if (length == 0 || length >= WORD_MAX)
        return false;
    memcpy(word, *text, length);
    word[length] = '\0';
    *text += length;
    *text += strspn(*text, " \t");
    return true;
}

/* Past a comma to the next item. False at the end, or at what is no comma (then *text is not at its end). */
static bool next_item(const char **text)
{
    if (**text != ',')
        return false;
    ++*text;
    return true;
}

static bool read_share(const char *word, double *share)
{
    static const struct {
        const char *word;
        double share;
    } words[] = {{"full", 1}, {"half", .5}, {"none", 0}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(word, words[i].word) == 0) {
            *share = words[i].share;
            return true;
        }
    return kf_number_read(word, share) && *share >= 0 && *share <= 1;
}

static bool read_step(const char **text, struct kf_feedback_step *step)
{
    char word[WORD_MAX];
    if (!next_word(text, ", \t", word) || !read_share(word, &step->share))
        return false;
    step->seconds = INFINITY;
    if (**text == ',' || **text == '\0')
        return true;
    return next_word(text, ", \t", word) && kf_number_read(word, &step->seconds) && step->seconds > 0;
}

const char *kf_feedback_read_steps(const char *text, struct kf_feedback_plan *plan)
{
    static const char hint[] = "full, half, none or a share 0..1, each with its seconds: full 300, half 300, none";
    struct kf_feedback_plan read = {.step_count = 0};
    bool more = text[strspn(text, " \t")] != '\0';
    for (; more; more = next_item(&text)) {
        if (read.step_count == KF_FEEDBACK_STEPS_MAX)
            return "at most 8 steps";
        if (read.step_count > 0 && isinf(read.step[read.step_count - 1].seconds))
            return "only the last step may go without seconds";
        if (!read_step(&text, &read.step[read.step_count++]))
            return hint;
    }
    if (*text && read.step_count > 0)
        return hint;
    plan->step_count = read.step_count;
    memcpy(plan->step, read.step, sizeof plan->step);
    return NULL;
}

static bool read_span(const char **text, struct kf_feedback_span *span)
{
    char word[WORD_MAX];
    if (!next_word(text, "-, \t", word) || !kf_number_read(word, &span->from_s) || **text != '-')
        return false;
    ++*text;
    return next_word(text, ", \t", word) && kf_number_read(word, &span->to_s) && span->from_s < span->to_s;
}

const char *kf_feedback_read_quiet(const char *text, struct kf_feedback_plan *plan)
{
    static const char hint[] = "seconds from-to since the first swing: 300-360, 600-660";
    struct kf_feedback_plan read = {.quiet_count = 0};
    bool more = text[strspn(text, " \t")] != '\0';
    for (; more; more = next_item(&text)) {
        if (read.quiet_count == KF_FEEDBACK_QUIET_MAX)
            return "at most 8 blocks";
        if (!read_span(&text, &read.quiet[read.quiet_count++]))
            return hint;
    }
    if (*text && read.quiet_count > 0)
        return hint;
    plan->quiet_count = read.quiet_count;
    memcpy(plan->quiet, read.quiet, sizeof plan->quiet);
    return NULL;
}
