/* step.h - a value one step further, for whoever turns settings with arrow keys. */
#ifndef KF_SETTINGS_STEP_H
#define KF_SETTINGS_STEP_H

#include "settings/settings.h"

/* `now`, a value of this row as text ("" not known), moved by `steps` of the row's step within its range and on
 * multiples of the step; a choice turns round and round; a text stays as it is. */
void kf_setting_step(const struct kf_setting *row, const char *now, int steps, char *out, size_t capacity);

#endif
