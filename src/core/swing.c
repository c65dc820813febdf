/* swing.c - the rows of swing.def at run time: one table serves JSON, CSV, summary and cue metrics. */
#include "kneefold/swing.h"

#include <math.h>
#include <string.h>

#define KF_NUM(name, unit, label, help) {#name, unit, label, help, true, offsetof(struct kf_swing, name)},
#define KF_METRIC(name, unit, label, help) {#name, unit, label, help, true, offsetof(struct kf_swing, name)},
#define KF_WORD(name, unit, label, help) {#name, unit, label, help, false, 0},
const struct kf_swing_key kf_swing_keys[] = {
#include "kneefold/swing.def"
};
#undef KF_NUM
#undef KF_WORD

const unsigned kf_swing_metric_count = sizeof kf_swing_keys / sizeof kf_swing_keys[0];

enum {
    KEYS = 0
#define KF_NUM(name, unit, label, help) +1
#define KF_WORD(name, unit, label, help) +1
#include "kneefold/swing.def"
#undef KF_NUM
#undef KF_WORD
};
const unsigned kf_swing_key_count = KEYS;

const struct kf_swing_key *kf_swing_key_find(const char *name)
{
    for (unsigned i = 0; i < kf_swing_metric_count; i++)
        if (strcmp(kf_swing_keys[i].name, name) == 0)
            return &kf_swing_keys[i];
    return NULL;
}

double kf_swing_number(const struct kf_swing *swing, const struct kf_swing_key *key)
{
    double value = NAN;
    if (key->is_number)
        memcpy(&value, (const char *)swing + key->offset, sizeof value);
    return value;
}

const char *kf_swing_word(const struct kf_swing *swing, const struct kf_swing_key *key)
{
    if (strcmp(key->name, "leg") == 0)
        return swing->leg == KF_LEFT ? "l" : "r";
    if (strcmp(key->name, "trunk_site") == 0)
        return swing->trunk_site == KF_SITE_NONE ? NULL : kf_site_name(swing->trunk_site);
    if (strcmp(key->name, "verdict") == 0)
        return kf_verdict_name(swing->verdict);
    if (strcmp(key->name, "muscle") == 0)
        return kf_muscle_name(swing->muscle);
    if (strcmp(key->name, "reason") == 0) /* keys.md has no word of its own for a swing cut short; its quality is null */
        return kf_reason_name(swing->reason == KF_REASON_NONE ? KF_REASON_LOW_QUALITY : swing->reason);
    return NULL;
}

struct kf_swing kf_swing_unknown(void)
{
    struct kf_swing swing;
    memset(&swing, 0, sizeof swing);
    swing.trunk_site = KF_SITE_NONE;
#define KF_NUM(name, unit, label, help) swing.name = NAN;
#define KF_METRIC(name, unit, label, help) swing.name = NAN;
#define KF_WORD(name, unit, label, help)
#include "kneefold/swing.def"
#undef KF_NUM
#undef KF_WORD
    return swing;
}

const char *kf_verdict_name(enum kf_verdict verdict)
{
    static const char *const names[] = {[KF_UNCLEAR] = "unclear", [KF_PASSIVE] = "passive", [KF_PULLED] = "pulled"};
    return names[verdict];
}

const char *kf_muscle_name(enum kf_muscle muscle)
{
    static const char *const names[] = {
        [KF_MUSCLE_UNKNOWN] = "unknown",
        [KF_MUSCLE_HAMSTRING] = "hamstring",
        [KF_MUSCLE_COCONTRACTION] = "cocontraction",
        [KF_MUSCLE_FLEXOR] = "flexor",
        [KF_MUSCLE_TONE] = "tone",
    };
    return names[muscle];
}

const char *kf_reason_name(enum kf_reason reason)
{
    static const char *const names[] = {
        [KF_REASON_NONE] = "",
        [KF_REASON_DRIVE_AND_FOLD] = "drive-and-fold",
        [KF_REASON_FLEXOR_MOMENT] = "flexor-moment",
        [KF_REASON_WITHIN_BAND] = "within-band",
        [KF_REASON_NO_BASELINE] = "no-baseline",
        [KF_REASON_LOW_QUALITY] = "low-quality",
        [KF_REASON_COCONTRACTION] = "cocontraction",
        [KF_REASON_BETWEEN] = "between",
        [KF_REASON_WALKING] = "walking",
        [KF_REASON_BELT_CHANGE] = "belt-change",
        [KF_REASON_NOT_ALIGNED] = "not-aligned",
    };
    return names[reason];
}
