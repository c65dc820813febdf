/* advice.h - what the numbers of a link mean and what to change: the one line of the view that names the cure.
 *
 * Reads a finished view and nothing else: a rate too low for running, a range that saturates, a stream nobody has
 * placed or that two claim, a sensor that has slipped on its segment. Pure; times are the view's own. */
#ifndef KF_ADVICE_H
#define KF_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/view.h"

/* How a leg's knee residual usually is, and its sensors' axes. */
struct kf_advice_leg {
    double steady_s;      /* of running with a residual, so far: the level below is known after some */
    double level_mps2;    /* NAN unknown */
    double axis_ratio[2]; /* usual, of thigh and shank */
    double grown_s;       /* for so long it has been clearly above its level */
    double slipped_s;     /* when it was found to have slipped; NAN: it has not */
    enum kf_site slipped; /* or KF_SITE_NONE: one of the two */
};

struct kf_advice {
    double t_s;              /* of the last view; NAN: none yet */
    double unplaced_since_s; /* when streams without a site were first seen; NAN: none */
    struct kf_advice_leg leg[KF_LEG_COUNT];
};

void kf_advice_init(struct kf_advice *advice);
/* Takes the next view (a time that falls back begins afresh, as does a new alignment) and writes the most urgent
 * advice. False, and "" in out: all is well. */
bool kf_advice_take(struct kf_advice *advice, const struct kf_view *view, char *out, size_t size);

#endif
