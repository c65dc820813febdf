/* prompt.h - a question over the screen: it takes every key until it is answered.
 *
 * A prompt asks for a line of text, or yes or no; its answer is the action of its row. To add one: one name here, one
 * row in prompt.c, and kf_prompt_open where it is due. */
#ifndef KF_PROMPT_H
#define KF_PROMPT_H

#include "ui/entry.h"
#include "ui/keys.h"

enum kf_prompt_kind {
    KF_PROMPT_NONE,
    KF_PROMPT_NOTE,    /* of a mark; value: its time */
    KF_PROMPT_QUIT,    /* while recording */
    KF_PROMPT_ALIGN,   /* alignment and baseline begin afresh */
    KF_PROMPT_PROFILE, /* its name, to save the settings as */
    KF_PROMPT_TIME,    /* to go to */
    KF_PROMPT_DIFF,    /* settings to compare with: their file */
    KF_PROMPT_COUNT
};

struct kf_prompt {
    enum kf_prompt_kind kind;
    double value; /* what the action gets */
    struct kf_entry entry;
};

/* What a key or a click asks of the app; keys.h says what value and text are. */
struct kf_ask {
    enum kf_action action; /* KF_ACTION_NONE: nothing is left to do */
    double value;
    unsigned index;
    char text[KF_ENTRY_MAX];
};

void kf_prompt_open(struct kf_prompt *prompt, enum kf_prompt_kind kind, double value);

/* A key for an open prompt. It is closed by Enter (or y), and by Escape (or n), and asks for nothing then. */
struct kf_ask kf_prompt_key(struct kf_prompt *prompt, uint32_t key);

/* Draws it into the one row given. */
void kf_prompt_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_prompt *prompt);

#endif
