/* retention.h - acquisition against retention: how a runner ran while cues were given, and while none could be.
 *
 * What counts after training is what stays without feedback (science.md section 1), so blocks without it are the test.
 * Read from a stored session: its strides, and from its log the controls that turned feedback on and off. */
#ifndef KF_RETENTION_H
#define KF_RETENTION_H

#include "app/engine.h"
#include "store/reader.h"

struct kf_retention_part {
    uint64_t swings, judged, pulled; /* judged: passive or pulled */
    uint64_t drives;                 /* swings whose drive is known */
    double drive_sum_nm_kg;
};

struct kf_retention {
    struct kf_retention_part told;  /* a due cue could be said */
    struct kf_retention_part alone; /* off, quiet, muted, or still in the warm-up */
};

/* Reads the log from where it stands to its end: give it a reader of its own. The moment of a control on the session's
 * axis is its host time since the first bytes came, good to the pod's latency and drift: a swing at the edge of a block
 * may be counted with its neighbour. KF_OK; else *error, as the reader's. */
enum kf_status kf_retention_read(struct kf_store_reader *reader, struct kf_retention *retention,
                                 struct kf_error *error);

/* Of those judged; NAN none was. */
double kf_retention_pulled_share(const struct kf_retention_part *part);
double kf_retention_drive_nm_kg(const struct kf_retention_part *part); /* mean; NAN none */

#endif
