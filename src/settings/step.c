/* step.c - arrow keys know a direction only; the row knows the step, the range and the order of its choices. */
#include "settings/step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The choice of "a|b|c" that stands `steps` after `now`. */
static void turn(const char *choices, const char *now, int steps, char *out, size_t capacity)
{
    const char *at = choices;
    int index = 0, count = 1;
    for (const char *c = choices; *c; c++)
        count += *c == '|';
    for (int i = 0; i < count; i++) {
        const size_t length = strcspn(at, "|");
        if (strlen(now) == length && memcmp(at, now, length) == 0)
            index = i;
        at += length + 1;
    }
    index = ((index + steps) % count + count) % count;
    for (at = choices; index > 0; index--)
        at += strcspn(at, "|") + 1;
    (void)snprintf(out, capacity, "%.*s", (int)strcspn(at, "|"), at);
}

void kf_setting_step(const struct kf_setting *row, const char *now, int steps, char *out, size_t capacity)
{
    char *end = NULL;
    double number = strtod(now, &end); /* LC_NUMERIC is "C" */
    if (row->type == KF_SETTING_CHOICE) {
        turn(row->choices, now, steps, out, capacity);
        return;
    }
    if (row->type == KF_SETTING_TEXT) {
        (void)snprintf(out, capacity, "%s", now);
        return;
    }
    if (end == now) /* not known yet: begin in the middle of what is possible */
        number = row->min > 0 && row->max < KF_SETTING_ANY ? (row->min + row->max) / 2 : 0;
    number = round((number + steps * row->step) / row->step) * row->step;
    number = fmin(fmax(number, row->min), row->max);
    (void)snprintf(out, capacity, "%.10g", fabs(number) < row->step / 2 ? 0 : number);
}
