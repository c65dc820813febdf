/* view_fill.h - turns what the engine says into what the screen shows: one flat value, filled as events come.
 *
 * The filler is the engine's listener. It keeps the histories a screen needs (trails, stride list, ankle paths, the
 * cue on the banner); all time in it is the log's, so the same log gives the same screen at any speed. Flat: it is
 * copied with the engine into keyframes. What belongs to the outside (link, replay's transport) is set by session.c. */
#ifndef KF_VIEW_FILL_H
#define KF_VIEW_FILL_H

#include <stdbool.h>

#include "app/engine.h"
#include "ui/view.h"

#define KF_MESSAGE_SHOWN_S 10.0 /* a line from the pod or about its bytes in the header */

struct kf_view_fill_leg {
    double t_ic_s, stride_s; /* the stride under way; how long the last one was */
    enum kf_phase phase;
    unsigned path_count, path_skip, path_step; /* the swing under way; one frame in path_step is kept */
    float path_x[KF_VIEW_PATH], path_y[KF_VIEW_PATH];
    unsigned baseline_strides; /* at the last swing: when it grows, that swing was a relaxed one */
    double baseline_sum[KF_GAUGE_COUNT];
    unsigned baseline_count[KF_GAUGE_COUNT];
};

struct kf_view_fill {
    struct kf_view view;
    const struct kf_engine *engine; /* asked for the baseline when it changes; the caller sets it once there is one */
    bool auto_baseline;             /* still collected by itself */
    double thigh_share;             /* of the leg's length, for the ankle's path */
    bool cued;
    bool puzzled; /* kf_engine_puzzled at the last update */
    double message_t_s;
    struct kf_view_fill_leg leg[KF_LEG_COUNT];
};

/* `athlete` names the runner, NULL or "" when unnamed. */
void kf_view_fill_init(struct kf_view_fill *fill, const struct kf_engine_config *config, const char *athlete);

/* The engine's listener; context is the filler. */
void kf_view_fill_event(void *context, const struct kf_engine_event *event);

/* Brings everything that depends on the present moment up to date: state, cycle, baselines, the banner's age. */
void kf_view_fill_update(struct kf_view_fill *fill, const struct kf_engine *engine);

#endif
