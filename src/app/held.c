/* held.c - only the last control of each kind is kept, and of settings the last of each key: a long evening of trying
 * things fits in a list of fixed size. */
#include "app/held.h"

#include <stdio.h>
#include <string.h>

static bool sets_something(enum kf_control control)
{
    return control == KF_CONTROL_SETTING || control == KF_CONTROL_FEEDBACK || control == KF_CONTROL_MUTE ||
           control == KF_CONTROL_SITE;
}

/* Whether the later of two of a kind leaves nothing of the other: settings, if it sets the same single key. */
static bool makes_void(const struct kf_record *later, unsigned source, double value, const char *text)
{
    const size_t key = strcspn(text, "=");
    if (later->control == KF_CONTROL_SITE)
        return later->source == source && later->value == value;
    return later->control != KF_CONTROL_SETTING ||
           (strncmp(later->text, text, key + 1) == 0 && text[strcspn(text, "\n")] != '\0' &&
            text[strcspn(text, "\n") + 1] == '\0');
}

static void drop(struct kf_held *held, unsigned at)
{
    held->count--;
    memmove(&held->item[at], &held->item[at + 1], (held->count - at) * sizeof held->item[0]);
}

void kf_held_keep(struct kf_held *held, const struct kf_record *control)
{
    if (!sets_something(control->control) || strlen(control->text) >= KF_HELD_TEXT)
        return;
    for (unsigned i = held->count; i-- > 0;)
        if (held->item[i].control == control->control &&
            makes_void(control, held->item[i].source, held->item[i].value, held->item[i].text))
            drop(held, i);
    if (held->count == KF_HELD_MAX)
        drop(held, 0);
    held->item[held->count].control = control->control;
    held->item[held->count].source = control->source;
    held->item[held->count].value = control->value;
    (void)snprintf(held->item[held->count++].text, KF_HELD_TEXT, "%s", control->text);
}

void kf_held_apply(const struct kf_held *held, struct kf_engine *engine, int64_t host_ns)
{
    for (unsigned i = 0; i < held->count; i++)
        (void)kf_engine_take(engine, &(struct kf_record){.host_ns = host_ns,
                                                         .kind = KF_RECORD_CONTROL,
                                                         .control = held->item[i].control,
                                                         .source = held->item[i].source,
                                                         .value = held->item[i].value,
                                                         .text = held->item[i].text});
}
