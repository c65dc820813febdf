/* value.h - one value as text and back, for a row of any table: the settings room's own.
 *
 * `base` is the struct the row's offset is in: struct kf_settings, or struct kf_cue_rule for the keys of a cue. */
#ifndef KF_SETTINGS_VALUE_H
#define KF_SETTINGS_VALUE_H

#include "settings/settings.h"

void kf_value_default(void *base, const struct kf_setting *row);

/* False, and nothing changed, when the row does not allow it. */
bool kf_value_set(void *base, const struct kf_setting *row, const char *value);

/* As kf_value_set reads it back exactly; "" when not known. KF_SETTING_VALUE_MAX bytes are enough. */
void kf_value_text(const void *base, const struct kf_setting *row, char *out, size_t capacity);

/* "SECTION.KEY cannot be 'VALUE'", and the allowed range. Returns KF_ERR_CONFIG. */
enum kf_status kf_value_refuse(const char *section, const struct kf_setting *row, const char *value,
                               struct kf_error *error);

#endif
