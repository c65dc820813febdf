/* replay.h - a recording played like a live pod: paced by its own sample times, with pause, speed and seeking.
 *
 * Records go through the same engine as live ones: those of a session file as they were taken, the bytes of any other
 * in pieces small enough to stop at the wanted moment; since chunking changes nothing, strides and verdicts are those
 * of analyze, bit for bit, at any speed. Seeking loads a keyframe (a copy of the engine and of what listens to it) and
 * runs from there as fast as it can. Pure but for reading its source:
 * the caller passes the time in. Position is engine time: that of the last sample. */
#ifndef KF_REPLAY_H
#define KF_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "app/engine.h"
#include "app/keyframes.h"

#define KF_REPLAY_SLOWEST 0.1
#define KF_REPLAY_FASTEST 16.0

struct kf_replay;

struct kf_replay_config {
    const char *uri;          /* a file; kept by copy */
    double speed;             /* 1 is real time */
    struct kf_engine *engine; /* new, nothing pushed yet; not owned */
    void *companion;          /* flat state that follows the engine (the view's filler); not owned */
    size_t companion_size;
    /* Engine and companion were loaded from a keyframe, which may be of another engine's; may be NULL. */
    void (*moved)(void *context);
    void *context;
};

/* NULL with *error: cannot be opened, or lack of memory. */
struct kf_replay *kf_replay_open(const struct kf_replay_config *config, struct kf_error *error);
void kf_replay_close(struct kf_replay *replay); /* takes NULL */

/* Pushes what is due at now_ns (monotonic); a pause of the whole program (over 0.5 s between calls) is not caught up.
 * Works off a far seek over several calls, so that controls stay answered. */
void kf_replay_step(struct kf_replay *replay, int64_t now_ns);
/* When step should be called next: now while seeking, INT64_MAX while nothing moves. */
int64_t kf_replay_wake_ns(const struct kf_replay *replay, int64_t now_ns);

void kf_replay_pause(struct kf_replay *replay, bool paused);
/* Clamped to 0.1 .. 16; not finite: no change. */
void kf_replay_speed(struct kf_replay *replay, double speed);
/* To a time on the log's axis; before its start is the start, INFINITY the end. Done by the steps that follow. */
void kf_replay_seek(struct kf_replay *replay, double to_s);

bool kf_replay_paused(const struct kf_replay *replay);
double kf_replay_speed_of(const struct kf_replay *replay);
bool kf_replay_seeking(const struct kf_replay *replay);
bool kf_replay_ended(const struct kf_replay *replay); /* the whole file has been pushed */
/* Where the playing head stands, s: what a relative seek starts from; NAN before the first sample. */
double kf_replay_position_s(const struct kf_replay *replay);
double kf_replay_end_s(const struct kf_replay *replay); /* time of the last sample; NAN until it was reached once */
/* KF_OK, or why the recording could not be read to its end or not used at all, with *error. */
enum kf_status kf_replay_result(const struct kf_replay *replay, struct kf_error *error);
/* Host time of the record taken last: what is asked for now belongs there. 0 of a file that has none. */
int64_t kf_replay_host_ns(const struct kf_replay *replay);
/* To which a scan of the same recording may add (scan.h), from another thread. Lives as long as the replay. */
struct kf_keyframes *kf_replay_keyframes(struct kf_replay *replay);
const char *kf_replay_name(const struct kf_replay *replay);

#endif
