/* recorded.h - a session recorded as live records it, from the simulator's demo, as fast as it goes. */
#ifndef KF_TEST_RECORDED_H
#define KF_TEST_RECORDED_H

#include "app/recorder.h"
#include "app/session.h"
#include "app/settings_apply.h"
#include "settings/settings.h"
#include "store_help.h"

/* So many seconds into a file below `folder`, with a mark half way and a change of speed behind it. False when it
 * cannot be made. */
static inline bool record_demo(const char *folder, unsigned seconds, char path[KF_RECORDER_PATH])
{
    const int64_t ms = 1000000, end_ns = (int64_t)seconds * 1000 * ms;
    struct kf_settings settings;
    struct kf_session_config config = {.uri = {"sim:demo"}, .speed = 1, .athlete = "Ada"};
    struct kf_error error = {0};
    struct kf_recorder_state recording = {0};
    kf_settings_default(&settings);
    settings.athlete_height_m = 1.75;
    config.engine = kf_settings_engine(&settings);
    config.engine.auto_baseline = true;
    config.engine.belt_mps = 3.96;
    struct kf_session *session = kf_session_open(&config, &error);
    const struct kf_recorder_config recorded = {.folder = folder,
                                                .athlete = "Ada",
                                                .source = "sim",
                                                .engine = &config.engine,
                                                .wall_ns = INT64_C(1795375280000000000),
                                                .on = true};
    struct kf_recorder *recorder = session ? kf_recorder_open(&recorded, &error) : NULL;
    if (!recorder)
        return false;
    kf_session_recorder(session, recorder);
    for (int64_t now_ns = 0; now_ns < end_ns; now_ns += 10 * ms) {
        if (now_ns == end_ns / 2)
            kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_MARK, .text = "half way"});
        if (now_ns == end_ns / 2)
            kf_session_request(session, &(struct kf_request){.kind = KF_REQUEST_BELT, .value = 0.1});
        kf_session_step(session, now_ns, true);
    }
    kf_session_close(session);
    kf_recorder_state(recorder, &recording);
    memcpy(path, recording.path, sizeof recording.path);
    return kf_recorder_close(recorder, &error) == KF_OK;
}

#endif
