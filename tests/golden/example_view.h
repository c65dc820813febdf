/* example_view.h - made-up views for the screens' tests and for looking at them: every state a screen must survive. */
#ifndef KF_EXAMPLE_VIEW_H
#define KF_EXAMPLE_VIEW_H

#include <stddef.h>

#include "ui/view.h"

enum example {
    EXAMPLE_RUNNING, /* both legs, baseline there, all passive but one */
    EXAMPLE_PULLED,  /* left leg pulled, cue on the banner */
    EXAMPLE_ONE_LEG, /* right leg's sensors only */
    EXAMPLE_NO_BASELINE,
    EXAMPLE_STALE,   /* the link went quiet while a cue was up */
    EXAMPLE_REPLAY,  /* paused in a recording with marks */
    EXAMPLE_HOSTILE, /* control characters, bidi, wide and broken text */
    EXAMPLE_WAITING, /* nothing has come yet */
    EXAMPLE_COUNT
};

extern const char *const example_names[EXAMPLE_COUNT];

/* The view at time t_s (0 and later) of a runner at 3.96 m/s. The same arguments give the same view. */
void example_view(struct kf_view *view, enum example example, double t_s);

/* The replay's view is compared with settings that judge some of its swings otherwise. */
void example_diff(struct kf_view *view);

/* Rubbish of every kind, from a seed: NANs, infinities, huge numbers and counts, broken text. */
void example_rubbish(struct kf_view *view, unsigned seed);

/* ---- between example_view.c and example_session.c ---- */

/* What the view of a runner tells of the session, at view->t_s. */
void example_session(struct kf_view *view);
/* A stride's value into the distribution. */
void example_spread(struct kf_view_gauge *gauge, double value);
void example_rubbish_session(struct kf_view *view, unsigned *state);
unsigned example_random(unsigned *state);
double example_bad_number(unsigned *state);
void example_bad_text(char *text, size_t size, unsigned *state);
unsigned example_bad_count(unsigned capacity, unsigned *state);

#endif
