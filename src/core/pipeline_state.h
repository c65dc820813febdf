/* pipeline_state.h - what a pipeline is made of, so that a caller can own one (see kneefold/pipeline.h).
 *
 * Plain values, no pointers: a memcpy is a keyframe. Only src/core looks inside. */
#ifndef KF_PIPELINE_STATE_H
#define KF_PIPELINE_STATE_H

#include "core/hamstring.h"
#include "core/leg.h"
#include "core/segment.h"
#include "core/trunk.h"
#include "kneefold/pipeline.h"

struct kf_pipeline {
    struct kf_pipeline_config config;
    struct kf_segment segment[KF_SITE_BODY_COUNT];
    struct kf_leg_state leg[KF_LEG_COUNT];
    struct kf_emg muscle[KF_MUSCLE_SITES];
    struct kf_frame frame;
    int64_t next_step; /* grid step the legs come to next */
    bool stepping;     /* next_step is meaningful */
    double now_s;      /* time of the sample being pushed */
    unsigned last_id;
    /* belt */
    double belt_mps, belt_change_s; /* NAN unknown; time of the last change */
    /* baseline */
    double baseline_start_s, baseline_end_s; /* toe-offs in [start, end) count; NAN start: none asked for */
    bool auto_open;                          /* the automatic baseline is still being collected */
    unsigned seen[KF_LEG_COUNT];             /* good swings, for the automatic baseline */
};

#endif
