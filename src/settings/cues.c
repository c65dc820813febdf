/* cues.c - a coach's own rules: what a [cue NAME] section may say, and what it must.
 *
 * A cue that can never be due, or whose limits contradict each other, would be found out beside the treadmill only; so
 * it is refused when it is read. */
#include "settings/cues.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/suggest.h"
#include "kneefold/swing.h"
#include "settings/value.h"

enum { CUE_NAME_LENGTH = 45 }; /* "cue " before it, and the ini library keeps 49 bytes of a section's name */

_Static_assert(sizeof(enum kf_cue_when) == sizeof(int) && sizeof(enum kf_cue_leg) == sizeof(int),
               "choices are read and written as int");
_Static_assert((int)KF_CUE_TEXT_MAX <= (int)KF_SETTING_VALUE_MAX && (int)CUE_NAME_LENGTH < (int)KF_CUE_NAME_MAX,
               "a cue's words fit");

#define NAME(section_, key_) .section = "cue", .key = #key_
#define PLACE(section, key) .offset = offsetof(struct kf_cue_rule, key)
#define SIZE(section, key) .size = sizeof(((struct kf_cue_rule *)0)->key)
#include "settings/rows.h"
const struct kf_setting kf_cue_key_table[KF_CUE_KEYS] = {
#include "settings/cue_keys.def"
};

#define ABOVE(limit_, release_)                                                                                        \
    .when = KF_CUE_ABOVE, .limit = (limit_), .limit_low = NAN, .limit_high = NAN, .release = (release_)
#define BELOW(limit_, release_)                                                                                        \
    .when = KF_CUE_BELOW, .limit = (limit_), .limit_low = NAN, .limit_high = NAN, .release = (release_)
#define OUTSIDE(low, high)                                                                                             \
    .when = KF_CUE_OUTSIDE, .limit = NAN, .limit_low = (low), .limit_high = (high), .release = NAN
#define KF_CUE(name_, metric_, limits, leg_, need_, of_, cooldown_s_, priority_, enabled_, text_, external_, why_)     \
    {{.name = name_,                                                                                                   \
      .metric = metric_,                                                                                               \
      limits,                                                                                                          \
      .leg = KF_CUE_##leg_,                                                                                            \
      .need = need_,                                                                                                   \
      .of = of_,                                                                                                       \
      .cooldown_s = cooldown_s_,                                                                                       \
      .priority = priority_,                                                                                           \
      .text = text_,                                                                                                   \
      .text_external = external_,                                                                                      \
      .enabled = enabled_},                                                                                            \
     why_},
static const struct {
    struct kf_cue_rule rule;
    const char *why;
} shipped[] = {
#include "settings/cues.def"
};

enum { SHIPPED = sizeof shipped / sizeof shipped[0] };
_Static_assert((int)SHIPPED < (int)KF_CUE_RULES_MAX, "there is room for a coach's own");

void kf_cues_default(struct kf_cue_rules *cues)
{
    memset(cues, 0, sizeof *cues);
    for (unsigned i = 0; i < SHIPPED; i++)
        memcpy(&cues->rule[i], &shipped[i].rule, sizeof shipped[i].rule);
    cues->count = SHIPPED;
}

unsigned kf_cues_shipped(void)
{
    return SHIPPED;
}

const char *kf_cue_why(unsigned index)
{
    return index < SHIPPED ? shipped[index].why : "";
}

const char *kf_cue_section_name(const char *section)
{
    return strncmp(section, "cue ", 4) == 0 || strncmp(section, "cue.", 4) == 0 ? section + 4 : NULL;
}

int kf_cue_find(const struct kf_cue_rules *cues, const char *name)
{
    for (unsigned i = 0; i < cues->count; i++)
        if (strcmp(cues->rule[i].name, name) == 0)
            return (int)i;
    return -1;
}

static bool is_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    const size_t length = strlen(name);
    return length > 0 && length <= CUE_NAME_LENGTH && strspn(name, letters) == length;
}

int kf_cue_find_or_add(struct kf_cue_rules *cues, const char *name, struct kf_error *error)
{
    const int found = kf_cue_find(cues, name);
    if (found >= 0)
        return found;
    if (!is_name(name)) {
        (void)kf_error_set(error, KF_ERR_CONFIG, 0, "'%.60s' is no name of a cue", name);
        kf_error_hint(error, "1 to %d letters, digits, - and _, as in [cue hamstring-drive]", CUE_NAME_LENGTH);
        return -1;
    }
    if (cues->count == KF_CUE_RULES_MAX) {
        (void)kf_error_set(error, KF_ERR_CONFIG, 0, "cue '%s' is one too many", name);
        kf_error_hint(error, "there is room for %d, the shipped ones among them", KF_CUE_RULES_MAX);
        return -1;
    }
    struct kf_cue_rule *rule = &cues->rule[cues->count];
    memset(rule, 0, sizeof *rule);
    for (int i = 0; i < KF_CUE_KEYS; i++)
        kf_value_default(rule, &kf_cue_key_table[i]);
    memcpy(rule->name, name, strlen(name));
    return (int)cues->count++;
}

const struct kf_setting *kf_cue_key_find(const char *key)
{
    for (int i = 0; i < KF_CUE_KEYS; i++)
        if (strcmp(kf_cue_key_table[i].key, key) == 0)
            return &kf_cue_key_table[i];
    return NULL;
}

void kf_cue_value(const struct kf_cue_rule *rule, const struct kf_setting *row, char *out, size_t capacity)
{
    kf_value_text(rule, row, out, capacity);
}

static enum kf_status refuse_metric(const char *section, const char *value, struct kf_error *error)
{
    const struct kf_swing_key *key = kf_swing_key_find(value);
    struct kf_suggestion nearest = {0};
    (void)kf_error_set(error, KF_ERR_CONFIG, 0, "%s.metric cannot be '%.80s'", section, value);
    for (unsigned i = 0; i < kf_swing_metric_count; i++)
        if (kf_swing_keys[i].is_number)
            kf_suggest_offer(&nearest, value, kf_swing_keys[i].name);
    if (key)
        kf_error_hint(error, "'%s' is a word, and a cue watches a number: pulled, peak_knee_deg, ...", value);
    else if (nearest.word)
        kf_error_hint(error, "did you mean '%s'? `man kneefold` lists the keys of a swing", nearest.word);
    else
        kf_error_hint(error, "a number of a swing, like pulled or peak_knee_deg: `man kneefold` lists them");
    return KF_ERR_CONFIG;
}

enum kf_status kf_cue_set(struct kf_cue_rule *rule, const struct kf_setting *row, const char *value,
                          struct kf_error *error)
{
    char section[KF_CUE_NAME_MAX + 8];
    (void)snprintf(section, sizeof section, "cue %s", rule->name);
    if (row == &kf_cue_key_table[KF_CUE_KEY_metric]) {
        const struct kf_swing_key *key = kf_swing_key_find(value);
        if (!key || !key->is_number)
            return refuse_metric(section, value, error);
    }
    return kf_value_set(rule, row, value) ? KF_OK : kf_value_refuse(section, row, value, error);
}

/* One thing that a cue can lack. */
static enum kf_status lack(const struct kf_cue_rule *rule, int key, const struct kf_setting **row,
                           struct kf_error *error, const char *hint)
{
    *row = &kf_cue_key_table[key];
    (void)kf_error_set(error, KF_ERR_CONFIG, 0, "cue '%s' has no %s", rule->name, (*row)->key);
    kf_error_hint(error, "%s", hint);
    return KF_ERR_CONFIG;
}

static enum kf_status check_limits(const struct kf_cue_rule *rule, const struct kf_setting **row,
                                   struct kf_error *error)
{
    const bool above = rule->when == KF_CUE_ABOVE;
    if (rule->when == KF_CUE_OUTSIDE) {
        if (isnan(rule->limit_low))
            return lack(rule, KF_CUE_KEY_limit_low, row, error, "when = outside takes limit_low and limit_high");
        if (isnan(rule->limit_high))
            return lack(rule, KF_CUE_KEY_limit_high, row, error, "when = outside takes limit_low and limit_high");
        if (rule->limit_low < rule->limit_high)
            return KF_OK;
        *row = &kf_cue_key_table[KF_CUE_KEY_limit_low];
        (void)kf_error_set(error, KF_ERR_CONFIG, 0, "cue '%s': limit_low (%g) is not below limit_high (%g)", rule->name,
                           rule->limit_low, rule->limit_high);
        kf_error_hint(error, "a swing counts when it is below the one or above the other");
        return KF_ERR_CONFIG;
    }
    if (isnan(rule->limit))
        return lack(rule, KF_CUE_KEY_limit, row, error, "when = above and when = below take a limit");
    if (isnan(rule->release) || (above ? rule->release <= rule->limit : rule->release >= rule->limit))
        return KF_OK;
    *row = &kf_cue_key_table[KF_CUE_KEY_release];
    (void)kf_error_set(error, KF_ERR_CONFIG, 0, "cue '%s': release (%g) is on the wrong side of limit (%g)", rule->name,
                       rule->release, rule->limit);
    kf_error_hint(error, "with when = %s it is the limit or %s", above ? "above" : "below", above ? "less" : "more");
    return KF_ERR_CONFIG;
}

enum kf_status kf_cue_check(const struct kf_cue_rule *rule, const struct kf_setting **row, struct kf_error *error)
{
    struct kf_suggestion nearest = {0};
    char hint[128] = "a cue of one's own needs metric, limit and text";
    if (!*rule->metric) {
        for (unsigned i = 0; i < SHIPPED; i++)
            kf_suggest_offer(&nearest, rule->name, shipped[i].rule.name);
        if (nearest.word)
            (void)snprintf(hint, sizeof hint, "did you mean [cue %s]? A cue of one's own needs metric, limit and text",
                           nearest.word);
        return lack(rule, KF_CUE_KEY_metric, row, error, hint);
    }
    if (!*rule->text)
        return lack(rule, KF_CUE_KEY_text, row, error, hint);
    if (rule->need > rule->of) {
        *row = &kf_cue_key_table[KF_CUE_KEY_need];
        (void)kf_error_set(error, KF_ERR_CONFIG, 0, "cue '%s': need (%u) is more than of (%u)", rule->name, rule->need,
                           rule->of);
        kf_error_hint(error, "it could never be due");
        return KF_ERR_CONFIG;
    }
    return check_limits(rule, row, error);
}

enum kf_status kf_cue_key_unknown(const char *name, const char *key, struct kf_error *error)
{
    struct kf_suggestion nearest = {0};
    for (int i = 0; i < KF_CUE_KEYS; i++)
        kf_suggest_offer(&nearest, key, kf_cue_key_table[i].key);
    (void)kf_error_set(error, KF_ERR_CONFIG, 0, "there is no key '%.60s' in [cue %.60s]", key, name);
    if (nearest.word)
        kf_error_hint(error, "did you mean '%s'?", nearest.word);
    else
        kf_error_hint(error, "`man kneefold.ini` lists the keys of a cue");
    return KF_ERR_CONFIG;
}
