/* prompt.c - the questions are a table, so that a new one is a row and every one takes Esc for no. */
#include "ui/prompt.h"

#include <stdio.h>

#include "ui/text.h"

struct row {
    const char *question, *hint;
    bool has_text;
    enum kf_action action;
};

static const struct row rows[KF_PROMPT_COUNT] = {
    [KF_PROMPT_NOTE] = {"mark:", "Enter sets it, Esc does not", true, KF_ACTION_MARK},
    [KF_PROMPT_QUIT] = {"recording: stop and quit?", "y/n", false, KF_ACTION_QUIT},
    [KF_PROMPT_PROFILE] = {"save as profile:", "a name; Enter saves, Esc does not", true, KF_ACTION_PROFILE},
    [KF_PROMPT_TIME] = {"go to:", "seconds or 1:23; Enter goes, Esc does not", true, KF_ACTION_GO_TO},
    [KF_PROMPT_DIFF] = {"compare with:", "a settings file; Enter reads it, Esc does not", true, KF_ACTION_DIFF},
    [KF_PROMPT_ALIGN] = {"align anew? the baseline begins afresh, too", "y/n", false, KF_ACTION_ALIGN},
};

static const struct row *row_of(const struct kf_prompt *prompt)
{
    static const struct row none = {"", "", false, KF_ACTION_NONE};

    return (unsigned)prompt->kind < KF_PROMPT_COUNT && rows[prompt->kind].question ? &rows[prompt->kind] : &none;
}

void kf_prompt_open(struct kf_prompt *prompt, enum kf_prompt_kind kind, double value)
{
    prompt->kind = kind;
    prompt->value = value;
    kf_entry_init(&prompt->entry, "");
}

struct kf_ask kf_prompt_key(struct kf_prompt *prompt, uint32_t key)
{
    const struct row *row = row_of(prompt);
    struct kf_ask ask = {.action = KF_ACTION_NONE, .value = prompt->value};
    enum kf_entry_result result;

    if (row->has_text) {
        result = kf_entry_key(&prompt->entry, key);
        (void)snprintf(ask.text, sizeof ask.text, "%s", prompt->entry.text);
    } else {
        result = key == 'y' || key == 'Y' || key == KF_KEY_ENTER                  ? KF_ENTRY_DONE
                 : key == 'n' || key == 'N' || key == 'q' || key == KF_KEY_ESCAPE ? KF_ENTRY_CANCEL
                                                                                  : KF_ENTRY_IGNORED;
    }
    if (result == KF_ENTRY_DONE)
        ask.action = row->action;
    if (result == KF_ENTRY_DONE || result == KF_ENTRY_CANCEL)
        prompt->kind = KF_PROMPT_NONE;
    return ask;
}

void kf_prompt_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_prompt *prompt)
{
    const struct row *row = row_of(prompt);
    struct kf_pen pen = {KF_ROLE_CUE, KF_ROLE_BAR, KF_ATTR_BOLD}, dim = {KF_ROLE_DIM, KF_ROLE_BAR, 0};
    struct kf_pen typed = {KF_ROLE_TITLE, KF_ROLE_BAR, KF_ATTR_UNDERLINE};
    int x = rect.x + 1, end = rect.x + rect.w - 1, hint = kf_text_width(row->hint);

    kf_grid_fill(grid, rect, dim, ' ');
    x += kf_grid_text(grid, x, rect.y, end - x, pen, row->question) + 1;
    if (hint + 2 + (row->has_text ? 20 : 0) <= end - x) {
        kf_grid_text_right(grid, x, rect.y, end - x, dim, row->hint);
        end -= hint + 2;
    }
    if (row->has_text)
        kf_entry_draw(grid, x, rect.y, end - x, typed, &prompt->entry);
}
