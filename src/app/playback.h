/* playback.h - what a person does with a recording that plays: pause, speed, jumps by time, stride and mark, a loop.
 *
 * replay.h moves the playing head; a scan (scan.h), once it is through, knows where strides and marks lie. This joins
 * the two, and shows both in the view. */
#ifndef KF_PLAYBACK_H
#define KF_PLAYBACK_H

#include "app/compare.h"
#include "app/replay.h"
#include "app/scan.h"
#include "app/session.h"

struct kf_playback {
    struct kf_replay *replay; /* not owned */
    bool scanned;
    struct kf_scan scan;
    double loop_from_s, loop_to_s; /* NAN: not set */
    struct kf_view_timeline timeline;
    struct kf_compare compare;
};

void kf_playback_init(struct kf_playback *playback, struct kf_replay *replay);

/* The scan has been read through. */
void kf_playback_scanned(struct kf_playback *playback, const struct kf_scan *scan);

/* PAUSE, SEEK, SPEED, STRIDE, MARK_STEP, LOOP; others are ignored. */
void kf_playback_request(struct kf_playback *playback, const struct kf_request *request);

/* kf_replay_step, and back to the loop's beginning from its end. */
void kf_playback_step(struct kf_playback *playback, int64_t now_ns);

/* Replay's part of the view: position, speed, marks, verdicts along the time line, the loop. */
void kf_playback_show(const struct kf_playback *playback, struct kf_view *view);

#endif
