/* heard.h - remembers what a pipeline said, in order and bit for bit. Include after cmocka.h. */
#ifndef KF_TEST_HEARD_H
#define KF_TEST_HEARD_H

#include <stdint.h>

#include "core/pipeline_state.h"
#include "exact.h"

enum { HEARD_MAX = 2048 };

struct heard_event {
    struct kf_event event;
    double now_s;
};

struct heard {
    unsigned events, verdicts, swings, baselines, frames;
    struct heard_event event[HEARD_MAX];
    struct kf_swing verdict[HEARD_MAX], swing[HEARD_MAX];
    double last_now_s; /* outputs never go back in time */
    uint64_t print;    /* of every bit said: equal for equal outputs */
};

/* A sink that writes into *heard; starts empty. */
struct kf_pipeline_sink heard_by(struct heard *heard);

/* A pipeline for the exact runner, with no automatic baseline and no frames. */
struct kf_pipeline_config heard_config(const struct exact_body *body);

/* Pushes one tick of the exact runner: trunk and both legs, all sites in `sites` (bits 1 << site). */
void heard_push_pose(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink, const struct exact_body *body,
                     const struct kf_sim_pose *pose, unsigned sites);

/* The bits of `sites` of heard_push_pose. */
#define HEARD_LEFT (1u << KF_SITE_THIGH_L | 1u << KF_SITE_SHANK_L)
#define HEARD_RIGHT (1u << KF_SITE_THIGH_R | 1u << KF_SITE_SHANK_R)
#define HEARD_LEGS (HEARD_LEFT | HEARD_RIGHT)
#define HEARD_ALL (HEARD_LEGS | 1u << KF_SITE_TRUNK)

/* How many verdicts of this class, or with this reason, belong to toe-offs from from_s on. */
unsigned heard_count(const struct heard *heard, enum kf_verdict verdict, double from_s);
unsigned heard_reasons(const struct heard *heard, enum kf_reason reason, double from_s);

#endif
