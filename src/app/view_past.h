/* view_past.h - keeps what the view tells of the whole session: events, strips, distributions, trends.
 *
 * All time is the log's, so the same log gives the same picture at any speed. Everything is in the view itself: there
 * is no state beside it, and a keyframe carries it along. */
#ifndef KF_VIEW_PAST_H
#define KF_VIEW_PAST_H

#include "kneefold/coach.h"
#include "ui/view.h"

/* No strides yet: trends in pieces of 10 s. */
void kf_view_past_init(struct kf_view *view);

/* A frame at the grid's rate: every fifth goes to the strips, and each leg's pose is renewed some times a second. */
void kf_view_past_frame(struct kf_view *view, const struct kf_frame *frame);
void kf_view_past_event(struct kf_view *view, const struct kf_event *event);
void kf_view_past_verdict(struct kf_view *view, const struct kf_swing *swing);
void kf_view_past_cue(struct kf_view *view, const struct kf_cue *cue);

/* Bands of all gauges but drive and peak knee, from the rules and limits in the view: called when those have changed. */
void kf_view_past_bands(struct kf_view *view);

/* A stride's value of this gauge, for its distribution and its trend. NAN counts nowhere. Scale: the gauge's. */
void kf_view_past_value(struct kf_view *view, enum kf_view_gauge_id id, enum kf_leg row, double t_s, double value);

#endif
