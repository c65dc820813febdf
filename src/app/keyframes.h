/* keyframes.h - states of a replay at moments along its recording, so that any other moment is near one.
 *
 * They lie in a temporary file that has no name; memory holds only where they are. When there is no room for another,
 * every second one is given up: a recording of two hours has one every 40 s at most, some tens of milliseconds of work.
 * May be used from several threads: the scan of a recording adds what the replay then loads. */
#ifndef KF_KEYFRAMES_H
#define KF_KEYFRAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "app/feed.h"

#define KF_KEYFRAME_EVERY_S 5.0 /* until they must be thinned out */

enum { KF_KEYFRAMES_MAX = 256 };

struct kf_keyframes;

/* For states of up to so many bytes. NULL: no memory. Without a temporary file there are simply no keyframes. */
struct kf_keyframes *kf_keyframes_create(size_t size_max);
void kf_keyframes_destroy(struct kf_keyframes *keyframes); /* takes NULL */

/* Whether one at t_s would be kept: none is near. */
bool kf_keyframes_wanted(struct kf_keyframes *keyframes, double t_s);
/* Keeps a copy of these bytes, as long as kf_keyframes_wanted. */
void kf_keyframes_add(struct kf_keyframes *keyframes, double t_s, struct kf_feed_place place, const void *state,
                      size_t size);
/* The last one at or before t_s but after after_s (-INFINITY: any): false when there is none, or it cannot be read. */
bool kf_keyframes_find(struct kf_keyframes *keyframes, double after_s, double t_s, struct kf_feed_place *place,
                       void *state);

#endif
