/* view_pods.h - the view's pods: what the engine knows of each, and what of them stands in the header. */
#ifndef KF_VIEW_PODS_H
#define KF_VIEW_PODS_H

#include "app/engine.h"
#include "ui/view.h"

/* All that the engine knows of a pod: format, name, clock, counts, streams. Source, link, age and latency are left. */
void kf_view_pod_fill(struct kf_view_pod *pod, const struct kf_engine *engine, unsigned index);

/* How the sensors sit, by site. */
void kf_view_alignment_fill(struct kf_view *view, const struct kf_engine *engine);

/* The header's one line for all pods: names of all, the worst link, age, loss and latency, the least rate and battery,
 * sums of faults. */
void kf_view_pods_sum_up(struct kf_view *view);

/* Whether the pods that see this leg (without one: the body) still deliver: a cue speaks of strides, and of those that
 * nobody sees any more it must not. */
bool kf_view_pods_see(const struct kf_view *view, bool has_leg, enum kf_leg leg);

#endif
