/* signals.h - signals as something a loop can wait for, and a terminal that is given back whatever happens.
 *
 * The handlers only note what came and write to a pipe; the loop polls its reading end. A process that is asked to end
 * and cannot (its terminal hangs) is ended after KF_SIGNAL_GRACE_S all the same. One set a process. */
#ifndef KF_SIGNALS_H
#define KF_SIGNALS_H

#include <stdbool.h>

#include "kneefold/error.h"

enum { KF_SIGNAL_GRACE_S = 5 };

struct kf_signals {
    int end;     /* SIGINT, SIGTERM or SIGHUP: the first that came; 0 none */
    bool resize; /* SIGWINCH */
    bool stop;   /* SIGTSTP: suspend the terminal, then kf_signals_suspend */
};

/* Takes over SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP (those not ignored already), SIGQUIT and those of a crash, and
 * ignores SIGPIPE. `restore` gives the terminal back; it is called in a handler (crash, or the grace gone by), so it
 * may use async-signal-safe calls only; NULL none. KF_ERR_UNAVAILABLE with *error when no pipe is to be had. */
enum kf_status kf_signals_open(void (*restore)(void), struct kf_error *error);
void kf_signals_close(void); /* puts the former handlers back */

int kf_signals_fd(void); /* readable when something came */
/* What came since the last call (`end` stays). */
struct kf_signals kf_signals_take(void);
/* Stops the process as an unhandled SIGTSTP would; returns when it is continued. */
void kf_signals_suspend(void);

#endif
