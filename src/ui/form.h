/* form.h - a list of named values that can be changed: numbers step, choices turn, texts are typed. Pure.
 *
 * The form does not own the values: its caller shows it rows made from whatever it edits, passes keys in, and applies
 * the one change a key asks for. */
#ifndef KF_FORM_H
#define KF_FORM_H

#include "ui/entry.h"
#include "ui/list.h"

enum kf_field_kind {
    KF_FIELD_HEADING, /* no value; cannot be chosen for editing */
    KF_FIELD_STEPS,   /* left and right step it, Enter types it */
    KF_FIELD_CHOICE,  /* left and right turn it */
    KF_FIELD_TEXT,    /* Enter types it */
    KF_FIELD_BUTTON   /* Enter presses it */
};

struct kf_field {
    enum kf_field_kind kind;
    const char *label, *value, *unit, *note; /* note: "changed", "restart"; any may be "" but not NULL */
};

struct kf_form {
    struct kf_list list;
    bool typing;
    struct kf_entry entry;
};

enum kf_form_result {
    KF_FORM_IGNORED, /* not a key of a form */
    KF_FORM_TAKEN,
    KF_FORM_LESS, /* the chosen field shall step down, turn back */
    KF_FORM_MORE,
    KF_FORM_SET,  /* it shall become entry.text */
    KF_FORM_PRESS /* the button was pressed */
};

/* `count` fields, `rows` in sight; `value` as for kf_list_key. The chosen field is form->list.chosen. */
enum kf_form_result kf_form_key(struct kf_form *form, const struct kf_field *fields, unsigned count, unsigned rows,
                                uint32_t key, double value);

/* Label, value, unit and note of the fields in sight, the chosen one marked; rows can be clicked. */
void kf_form_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_form *form, const struct kf_field *fields,
                  unsigned count);

#endif
