/* session_state.h - what a session is made of. Private to session.c, which runs it, and session_view.c, which shows
 * it. */
#ifndef KF_SESSION_STATE_H
#define KF_SESSION_STATE_H

#include "app/advice.h"
#include "app/held.h"
#include "app/link_health.h"
#include "app/playback.h"
#include "app/pod_line.h"
#include "app/session.h"
#include "app/view_fill.h"
#include "sink/sink.h"

/* One live source. */
struct kf_session_feed {
    struct kf_pod_line line;
    struct kf_link_health link;
};

struct kf_session {
    struct kf_engine *engine;
    struct kf_engine_listener listener;
    struct kf_record_listener tap;
    struct kf_view_fill fill;
    struct kf_view view;
    struct kf_advice advice;
    unsigned feed_count; /* 0 for a replay */
    struct kf_session_feed feed[KF_PODS_MAX];
    struct kf_replay *replay;     /* or NULL */
    struct kf_capture *capture;   /* or NULL */
    struct kf_recorder *recorder; /* or NULL */
    struct kf_sinks sinks;        /* live only: a recording is looked at, not run to */
    unsigned troubles;            /* of the sinks, shown until trouble_ns */
    int64_t trouble_ns;
    struct kf_playback playback; /* of the replay */
    struct kf_held held;         /* of the replay: what its watcher has set */
    bool over;
    enum kf_status status;
    struct kf_error error;
    bool begun;
    int64_t start_ns, now_ns; /* of the first step, and of this one */
    int64_t record_ns;        /* of the last record of bytes, or of time without */
};

#endif
