/* watch.h - what demo, live and replay share: their options, and a session on the screen made of them.
 *
 * A command puts kf_watch_argp among its argp children with a struct kf_watch made by kf_watch_init as its input; it
 * brings the common options (common.h) along. */
#ifndef KF_WATCH_H
#define KF_WATCH_H

#include "cli/common.h"
#include "ui/term.h"

struct kf_watch {
    struct kf_common common;
    double seconds; /* --seconds; NAN: until someone ends it */
    /* set by the command before the run */
    const char *uri[KF_PODS_MAX]; /* the first NULL ends them */
    bool auto_baseline;           /* the first strides are the baseline */
    bool check;                   /* replay: --check */
    bool skip_warmup;             /* kf_common_skip_warmup */
    const char *compare_path;     /* replay: --with; NULL none */
    double speed;                 /* of a replay, 1 is real time */
    const char *capture_path;     /* NULL: none */
    bool capture_overwrite;
};

extern const struct argp kf_watch_argp;

struct kf_watch kf_watch_init(void);

/* What [display] says of the terminal. */
struct kf_term_options kf_watch_term_options(const struct kf_settings *settings);

/* Runs the session. Returns the exit status; what went wrong has been said. */
int kf_watch_run(struct kf_watch *watch);

#endif
