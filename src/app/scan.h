/* scan.h - a look through a whole recording before it has been played: how long it is and where its marks are.
 *
 * It runs the recording through an engine of its own as fast as it can, in a thread of its own; the timeline of a
 * replay shows what it found, and its keyframes let the replay seek where it has not been. A scan that fails finds
 * nothing: replay itself will say why. */
#ifndef KF_SCAN_H
#define KF_SCAN_H

#include <stdatomic.h>

#include "app/engine.h"
#include "app/keyframes.h"
#include "ui/view.h"

struct kf_scan_mark {
    double t_s;
    char text[32];
};

enum { KF_SCAN_STRIDES = 1 << 15 }; /* of both legs: three hours of running */

struct kf_scan_stride {
    float t_s; /* toe-off */
    enum kf_verdict verdict;
};

struct kf_scan {
    double end_s; /* time of the last sample; NAN when there is none */
    struct kf_scan_mark mark[KF_VIEW_MARKS];
    unsigned mark_count; /* the first KF_VIEW_MARKS */
    unsigned stride_count;
    struct kf_scan_stride stride[KF_SCAN_STRIDES]; /* in the order of their verdicts; those beyond are left out */
};

/* Where a replay's scan leaves keyframes, made as the session's own are: of an engine and a view's filler. */
struct kf_scan_keyframes {
    struct kf_keyframes *keyframes; /* NULL: none wanted */
    const char *athlete;
};

/* Reads `uri` to its end, or until *cancel. KF_OK, KF_ERR_AGAIN when cancelled, or why not. */
enum kf_status kf_scan_run(struct kf_scan *scan, const char *uri, const struct kf_engine_config *config,
                           const struct kf_scan_keyframes *keyframes, const atomic_bool *cancel);

#endif
