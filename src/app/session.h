/* session.h - one session from its sources to the view: what the engine's thread runs, without the thread.
 *
 * A live source is read as its bytes come; a file is replayed at its own pace (replay.h); after that both are the
 * same. The caller polls, passes the time in and copies the view out, so a test drives a whole session by hand. */
#ifndef KF_SESSION_H
#define KF_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "app/engine.h"
#include "ui/view.h"

enum kf_request_kind {
    KF_REQUEST_BASELINE,  /* start collecting, or stop when it is collecting */
    KF_REQUEST_MARK,      /* text; value: so many seconds ago */
    KF_REQUEST_MUTE,      /* toggles */
    KF_REQUEST_BELT,      /* value: change, m/s; an unknown speed starts from the usual 3.0 */
    KF_REQUEST_PAUSE,     /* replay: toggles */
    KF_REQUEST_SEEK,      /* replay, value: seconds from here, may be infinite */
    KF_REQUEST_SPEED,     /* replay, value: +1 faster, -1 slower, in steps of a factor of two */
    KF_REQUEST_RECORD,    /* live: ends the recording, or begins a new one */
    KF_REQUEST_STRIDE,    /* replay, value: to the next stride (+1) or the one before (-1) */
    KF_REQUEST_MARK_STEP, /* replay, the same with marks */
    KF_REQUEST_LOOP,      /* replay: the loop begins here, ends here, is gone */
    KF_REQUEST_SCANNED,   /* replay: scan has been read to its end */
    KF_REQUEST_DIFF,      /* replay, text: the name of other settings that it is being compared with; "": no longer */
    KF_REQUEST_COMPARED,  /* replay: diff has been found, or is NULL and text says why not */
    KF_REQUEST_CONTROL    /* control, source, value, text: as they stand, for align, settings and sites */
};

struct kf_scan; /* scan.h */
struct kf_diff; /* diff.h */

enum { KF_REQUEST_TEXT = 2048 }; /* all keys of a cue with the longest words */

struct kf_request {
    enum kf_request_kind kind;
    double value;
    char text[KF_REQUEST_TEXT];
    enum kf_control control;    /* CONTROL */
    unsigned source;            /* CONTROL, of a site: the pod */
    const struct kf_scan *scan; /* SCANNED: read during the call only */
    struct kf_diff *diff;       /* COMPARED: of malloc, and from now on the session's */
};

/* Hears every record of a live session just before the engine does, in the engine's thread: it must not wait. */
struct kf_record_listener {
    void (*record)(void *context, const struct kf_record *record);
    void *context;
};

struct kf_session_config {
    struct kf_engine_config engine;
    const char *uri[KF_PODS_MAX];       /* any sources, the first NULL ends them; kept by copy. A file stands alone */
    const char *athlete;                /* the runner's name, or NULL */
    double speed;                       /* replay: 1 is real time */
    bool reopen;                        /* a device or connection that has gone is waited for, else it is over */
    struct kf_engine_listener listener; /* hears what the view's filler hears; event may be NULL */
    struct kf_record_listener tap;      /* record may be NULL */
};

struct kf_session;

/* NULL with *error: the source cannot be opened, the settings cannot be used, no memory. */
struct kf_session *kf_session_open(const struct kf_session_config *config, struct kf_error *error);
/* Asks the pod to stop (best effort) and closes everything. Takes NULL. */
void kf_session_close(struct kf_session *session);

/* From now on what is read live goes there, too, and the view says when it stops. Not owned; NULL ends it. */
struct kf_capture; /* capture.h */
void kf_session_capture(struct kf_session *session, struct kf_capture *capture);

/* The session's records and results go there, too, and the view says how it does. Not owned; NULL ends it. */
struct kf_recorder; /* recorder.h */
void kf_session_recorder(struct kf_session *session, struct kf_recorder *recorder);

/* A wake-up at now_ns (monotonic): reads once when `readable` (the descriptor has something) or the source's own time
 * has come, and pushes that through. Bit i of `readable`: that of poll_fds' fd[i]. */
void kf_session_step(struct kf_session *session, int64_t now_ns, unsigned readable);
/* Descriptors to poll for reading, -1 none; returns how many. */
unsigned kf_session_poll_fds(const struct kf_session *session, int fd[KF_PODS_MAX]);
int64_t kf_session_wake_ns(const struct kf_session *session, int64_t now_ns); /* step again no later; INT64_MAX */

void kf_session_request(struct kf_session *session, const struct kf_request *request);

/* The view as of now_ns; valid until the next call with this session. */
const struct kf_view *kf_session_view(struct kf_session *session, int64_t now_ns);

bool kf_session_is_replay(const struct kf_session *session);
/* Of a replay, for its scan (scan.h); they live as long as the session. NULL of a live one. */
struct kf_keyframes; /* keyframes.h */
struct kf_keyframes *kf_session_keyframes(struct kf_session *session);
/* Nothing more will come by itself: the source has ended (a replay can still be sent back). */
bool kf_session_over(const struct kf_session *session);
/* Its time is up: a live session without a sample until now ends as one of which nothing was usable. */
void kf_session_time_up(struct kf_session *session);
/* How it ended: KF_OK, or why reading failed or nothing was usable, with *error. */
enum kf_status kf_session_result(const struct kf_session *session, struct kf_error *error);

#endif
