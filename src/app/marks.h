/* marks.h - the marks of a recording and the time of day of each: what a laboratory needs to lay a video or a force
 * plate beside an export. Gathered while the recording is read; one owner, no clock: times are the recording's. */
#ifndef KF_MARKS_H
#define KF_MARKS_H

#include <math.h>

#include "app/engine.h"
#include "app/recording.h"

enum { KF_MARKS_MAX = 65536, KF_MARKS_TEXT = 128, KF_MOMENT_TEXT = 32 };

/* No mark, but how a log says that its baseline is collected from the first strides: kf_marks_take passes it over. */
#define KF_MARKS_AUTO "baseline-auto"

struct kf_marks_mark {
    double t_s;               /* on the session's axis; NAN not known */
    int64_t wall_ns;          /* since 1970 UTC; 0 not known */
    char text[KF_MARKS_TEXT]; /* printable, cut; "mark" when anonymous, but for a baseline's */
};

struct kf_marks {
    const struct kf_engine *engine; /* that reads the recording: set before the first event */
    bool anonymous;                 /* no notes, no times of day */
    bool host_clock;                /* a session file: started_ns is the wall clock of its host time 0 */
    int64_t started_ns;             /* when the session began; 0 not known, or anonymous */
    int64_t host_ns;                /* of the record being taken */
    unsigned count, dropped;        /* dropped: beyond KF_MARKS_MAX, told by export */
    struct kf_marks_mark mark[KF_MARKS_MAX];
};

/* NULL with *error: no memory. `path` is the recording; a session file says when it began, and a log that one was
 * exported to, once it has been read. */
struct kf_marks *kf_marks_create(const char *path, bool anonymous, struct kf_error *error);
void kf_marks_destroy(struct kf_marks *marks); /* takes NULL */

/* For the engine's listener: keeps a mark and returns it, NULL of anything else (or beyond KF_MARKS_MAX). */
const struct kf_marks_mark *kf_marks_take(struct kf_marks *marks, const struct kf_engine_event *event);

/* A mark that is no note but says where the baseline is. */
bool kf_marks_is_baselines(const char *text);

/* Tells *marks the host's time of every record. `step` is the watch's and gets *marks; it may be NULL. */
struct kf_recording_watch kf_marks_watch(struct kf_marks *marks, bool (*step)(void *, const struct kf_feed *));

/* "2026-11-22T19:21:20.123Z"; "" and false for 0 and what no calendar holds. */
bool kf_marks_moment(char out[KF_MOMENT_TEXT], int64_t wall_ns);

/* How long before now, ns, a mark's moment lies: a note takes time to type. 0 when either time is unknown. */
static inline int64_t kf_marks_ago_ns(double now_s, double mark_s)
{
    const double ago_s = now_s - mark_s;
    return ago_s > 0 && ago_s < KF_MARK_AGO_MAX_S ? llround(ago_s * 1e9) : 0;
}

#endif
