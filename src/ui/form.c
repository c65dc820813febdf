/* form.c - see form.h. While something is typed the form takes every key: letters are text then, not commands. */
#include "ui/form.h"

#include "ui/keys.h"
#include "ui/text.h"

enum { LABEL_LEAST = 12, LABEL_MOST = 30, UNIT = 9, NOTE = 12, WITH_NOTE = 60 };

static enum kf_form_result type(struct kf_form *form, uint32_t key)
{
    switch (kf_entry_key(&form->entry, key)) {
    case KF_ENTRY_DONE:
        form->typing = false;
        return KF_FORM_SET;
    case KF_ENTRY_CANCEL:
        form->typing = false;
        return KF_FORM_TAKEN;
    case KF_ENTRY_TAKEN:
    case KF_ENTRY_IGNORED:
    default:
        return KF_FORM_TAKEN;
    }
}

static enum kf_form_result enter(struct kf_form *form, const struct kf_field *field)
{
    switch (field->kind) {
    case KF_FIELD_BUTTON:
        return KF_FORM_PRESS;
    case KF_FIELD_CHOICE:
        return KF_FORM_MORE;
    case KF_FIELD_STEPS:
    case KF_FIELD_TEXT:
        kf_entry_init(&form->entry, field->value);
        form->typing = true;
        return KF_FORM_TAKEN;
    case KF_FIELD_HEADING:
    default:
        return KF_FORM_TAKEN;
    }
}

enum kf_form_result kf_form_key(struct kf_form *form, const struct kf_field *fields, unsigned count, unsigned rows,
                                uint32_t key, double value)
{
    const struct kf_field *field = form->list.chosen < count ? &fields[form->list.chosen] : NULL;
    bool turns = field && (field->kind == KF_FIELD_STEPS || field->kind == KF_FIELD_CHOICE);

    if (form->typing && field)
        return type(form, key);
    form->typing = false;
    if (turns && (key == KF_KEY_LEFT || key == 'h'))
        return KF_FORM_LESS;
    if (turns && (key == KF_KEY_RIGHT || key == 'l'))
        return KF_FORM_MORE;
    if (field && key == KF_KEY_ENTER)
        return enter(form, field);
    return kf_list_key(&form->list, count, rows, key, value) ? KF_FORM_TAKEN : KF_FORM_IGNORED;
}

static void draw_field(struct kf_grid *grid, struct kf_rect rect, const struct kf_form *form,
                       const struct kf_field *field, bool chosen)
{
    int label = rect.w >= WITH_NOTE ? rect.w * 2 / 5 : rect.w / 3, note = rect.w >= WITH_NOTE ? NOTE : 0, value, unit,
        x = rect.x;
    struct kf_pen pen = chosen ? kf_pen_bold(KF_ROLE_TITLE) : kf_pen(KF_ROLE_TEXT);

    label = label < LABEL_LEAST ? LABEL_LEAST : label > LABEL_MOST ? LABEL_MOST : label;
    value = unit = rect.w - 2 - label - 1 - UNIT - note;
    if (field->kind == KF_FIELD_HEADING) {
        kf_grid_rule(grid, x, rect.y, rect.w, kf_pen_bold(KF_ROLE_TITLE), field->label);
        return;
    }
    if (chosen)
        kf_grid_put(grid, x, rect.y, kf_pen_bold(KF_ROLE_ACCENT), 0x25b6);
    if (!*field->unit && !*field->note) /* nothing stands to its right */
        value = rect.w - 3 - label;
    kf_grid_text(grid, x + 2, rect.y, label, chosen ? pen : kf_pen(KF_ROLE_DIM), field->label);
    x += 3 + label;
    if (chosen && form->typing) {
        struct kf_pen typed = {KF_ROLE_TITLE, KF_ROLE_BAR, KF_ATTR_UNDERLINE};
        kf_entry_draw(grid, x, rect.y, value, typed, &form->entry);
    } else {
        unit = kf_grid_text(grid, x, rect.y, value, pen, field->value) + 1;
    }
    kf_grid_text(grid, x + unit, rect.y, UNIT, kf_pen(KF_ROLE_DIM), field->unit);
    kf_grid_text(grid, x + value + UNIT, rect.y, note, kf_pen(KF_ROLE_ACCENT), field->note);
}

void kf_form_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_form *form, const struct kf_field *fields,
                  unsigned count)
{
    unsigned rows = rect.h > 0 ? (unsigned)rect.h : 0, first = kf_list_first(&form->list, count, rows);

    for (unsigned i = first; i < count && i - first < rows; i++) {
        struct kf_rect row = kf_rect(rect.x, rect.y + (int)(i - first), rect.w, 1);
        draw_field(grid, row, form, &fields[i], i == form->list.chosen);
        kf_grid_hot(grid, row, KF_KEY_PICK, i, i);
    }
}
