/* session_help.h - sessions driven by hand for tests: what they judged as one number, and time that is invented. */
#ifndef SESSION_HELP_H
#define SESSION_HELP_H

#include "app/session.h"
#include "app/settings_apply.h"
#include "toy_driver.h"

#define MS INT64_C(1000000)

/* Everything judged, folded into one number that no change survives. */
struct heard {
    unsigned swings, cues;
    uint64_t hash;
};

static inline void fold(struct heard *heard, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    heard->hash = (heard->hash ^ bits) * UINT64_C(1099511628211);
}

static inline void on_event(void *context, const struct kf_engine_event *event)
{
    struct heard *heard = context;
    if (event->kind == KF_ENGINE_CUE) {
        heard->cues++;
        fold(heard, event->cue->t_s);
    }
    if (event->kind != KF_ENGINE_OUTPUT || event->output->kind != KF_OUT_SWING)
        return;
    heard->swings++;
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        if (kf_swing_keys[i].is_number)
            fold(heard, kf_swing_number(event->output->swing, &kf_swing_keys[i]));
    fold(heard, event->output->swing->verdict);
}

static inline struct kf_session_config session_config(const char *uri, struct heard *heard)
{
    struct kf_session_config config = {.engine = toy_config(NULL), .uri = {uri}, .speed = 1};
    const struct kf_athlete runner = {70, 1.75, NAN, NAN, KF_SEX_MALE};
    const struct kf_placement placement = kf_placement_default();
    config.engine.settings.cues = (struct kf_cue_rules){.count = 1, .rule = {kf_cue_rule_hamstring_drive()}};
    kf_settings_set_runner(&config.engine.settings, &runner, &placement);
    if (heard)
        config.listener = (struct kf_engine_listener){on_event, heard};
    return config;
}

static inline struct kf_session *open_session(const struct kf_session_config *config)
{
    struct kf_error error = {0};
    struct kf_session *session = kf_session_open(config, &error);
    if (!session)
        fail_msg("%s", error.text);
    return session;
}

/* Steps every 10 ms from *now_ns for so long. */
static inline const struct kf_view *run(struct kf_session *session, int64_t *now_ns, double seconds)
{
    const int64_t until_ns = *now_ns + (int64_t)(seconds * 1e9);
    for (; *now_ns < until_ns; *now_ns += 10 * MS)
        kf_session_step(session, *now_ns, false);
    return kf_session_view(session, *now_ns);
}

#endif
