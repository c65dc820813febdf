/* preview.h - what a changed setting would have done to the last swings: quick enough for every key pressed.
 *
 * Swings keep what was measured, so they are judged again by kf_verdict and heard again by two coaches, one for each
 * settings; nothing is filtered or aligned anew. That holds for [verdict], swing.min_quality, [feedback] and cues; what
 * changes the measuring itself (athlete, placement, pod) needs a whole diff (diff.h). */
#ifndef KF_PREVIEW_H
#define KF_PREVIEW_H

#include "kneefold/pipeline.h"
#include "kneefold/swing.h"
#include "settings/settings.h"
#include "ui/view_session.h"

struct kf_preview {
    unsigned swings;                  /* looked at */
    unsigned verdicts;                /* whose verdict would change */
    unsigned cues_before, cues_after; /* said over these swings, no swing before them known */
    unsigned cues;                    /* swings at which another cue, or none, or one would be said */
};

/* Takes a verdict, or the same swing complete. */
void kf_preview_keep(struct kf_preview_swings *swings, const struct kf_swing *swing);

/* baseline: of each leg as it is now; belt_mps: NAN unknown. */
struct kf_preview kf_preview(const struct kf_preview_swings *swings,
                             const struct kf_baseline_report baseline[KF_LEG_COUNT], double belt_mps,
                             const struct kf_settings *before, const struct kf_settings *after);

#endif
