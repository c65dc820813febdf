/* cues.h - [cue NAME] sections: their keys, the cues shipped, and what makes a cue complete.
 *
 * The cues of struct kf_settings are the shipped ones (cues.def), in their order, and behind them those that files
 * added, in the order they were first met. One that is switched off keeps its place. */
#ifndef KF_SETTINGS_CUES_H
#define KF_SETTINGS_CUES_H

#include "settings/settings.h"

/* The index of each key, in the order of cue_keys.def. */
enum {
#define KF_NUMBER(section, key, ...) KF_CUE_KEY_##key,
#define KF_COUNT(section, key, ...) KF_CUE_KEY_##key,
#define KF_CHOICE(section, key, ...) KF_CUE_KEY_##key,
#define KF_TEXT(section, key, ...) KF_CUE_KEY_##key,
#include "settings/cue_keys.def"
    KF_CUE_KEYS
};

/* The rows; their offsets are in struct kf_cue_rule. */
extern const struct kf_setting kf_cue_key_table[KF_CUE_KEYS];

/* The shipped cues. */
void kf_cues_default(struct kf_cue_rules *cues);

/* How many cues are shipped; index i < this is built in, and `why` says where its numbers come from. */
unsigned kf_cues_shipped(void);
const char *kf_cue_why(unsigned index);

/* The NAME in the section "cue NAME" (or "cue.NAME", as -o may say); NULL for any other section. */
const char *kf_cue_section_name(const char *section);

/* The cue's index, or -1. */
int kf_cue_find(const struct kf_cue_rules *cues, const char *name);

/* kf_cue_find, and when there is none a new cue with every key at its default. -1 with *error when the name is no name
 * (letters, digits, - and _, up to KF_CUE_NAME_LENGTH) or there are KF_CUE_RULES_MAX cues. */
int kf_cue_find_or_add(struct kf_cue_rules *cues, const char *name, struct kf_error *error);

/* The key's row, or NULL. */
const struct kf_setting *kf_cue_key_find(const char *key);

/* Sets one key from text. KF_OK; or KF_ERR_CONFIG with *error and nothing changed. */
enum kf_status kf_cue_set(struct kf_cue_rule *rule, const struct kf_setting *row, const char *value,
                          struct kf_error *error);

/* The value as kf_cue_set reads it back exactly; "" for none. */
void kf_cue_value(const struct kf_cue_rule *rule, const struct kf_setting *row, char *out, size_t capacity);

/* Is the cue complete and free of contradictions? KF_OK; or KF_ERR_CONFIG with *error, and *row the key to blame. */
enum kf_status kf_cue_check(const struct kf_cue_rule *rule, const struct kf_setting **row, struct kf_error *error);

/* Says that a cue has no such key, with the nearest that it has. Returns KF_ERR_CONFIG. */
enum kf_status kf_cue_key_unknown(const char *name, const char *key, struct kf_error *error);

#endif
