/* held.h - what a person sets while watching a recording holds wherever the recording is sent.
 *
 * A seek loads an earlier state of the engine, in which nobody had asked for anything yet. So controls that set
 * something (settings, feedback, mute, sites) are kept here and given to the engine again after every move; what
 * belongs to a moment (a mark, a baseline) is not. */
#ifndef KF_HELD_H
#define KF_HELD_H

#include "app/engine.h"

enum { KF_HELD_MAX = 48, KF_HELD_TEXT = 2048 }; /* controls; bytes of one's text, as of a request */

struct kf_held {
    unsigned count;
    struct {
        enum kf_control control;
        unsigned source;
        double value;
        char text[KF_HELD_TEXT];
    } item[KF_HELD_MAX]; /* in the order they were asked for */
};

/* Keeps a control, if it is one that sets something; one that it makes void goes. With no room left the oldest goes. */
void kf_held_keep(struct kf_held *held, const struct kf_record *control);

/* Gives all of them to the engine, as of host_ns. */
void kf_held_apply(const struct kf_held *held, struct kf_engine *engine, int64_t host_ns);

#endif
