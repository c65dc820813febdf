/* live.h - a session on the screen, or as lines where there is none, until someone ends it.
 *
 * The calling thread becomes the ui: it draws copies of the view and turns keys into controls, while the engine runs in
 * a thread of its own (pump.h). Input or output that is no terminal, or a terminal without cursor addressing, gets a
 * line a stride and cue instead. Signals are taken over for the time of the call and the terminal is given back in any
 * case, a crash included. One at a time a process. */
#ifndef KF_LIVE_H
#define KF_LIVE_H

#include "app/reload.h"
#include "app/session.h"
#include "ui/term.h"
#include "ui/units.h"

struct kf_live_config {
    struct kf_session_config session; /* reopen is set here: waiting for a pod is for someone who watches */
    struct kf_term_options term;
    enum kf_units units;
    /* Where the session's settings came from, so that files that change can be read again. layers NULL: they are not
     * watched. Both outlive the call. */
    const struct kf_settings_layers *layers;
    struct kf_settings_request request;
    const char *settings_path; /* the file the settings screen saves to; NULL or "": none */
    const char *profiles_path; /* and the folder of profiles */
    unsigned frame_rate_hz;    /* 1..60 */
    const char *capture_path;  /* NULL: the bytes are not stored */
    bool capture_overwrite;    /* an existing file is refused otherwise */
    bool record;               /* from the beginning; r begins and ends it in any case */
    const char *record_folder; /* [record] folder; "" or NULL: the usual one */
    const char *compare_path;  /* replay: other settings to compare with from the beginning; NULL: none */
    double seconds;            /* stop after so long; NAN: when someone ends it, or (lines only) with the source */
};

struct kf_live_end {
    int signal;                /* SIGINT, SIGTERM or SIGHUP ended it; 0 none */
    int output_errno;          /* standard output could not be written to; 0 none */
    struct kf_error recording; /* code KF_OK, or why the recording stopped */
    struct kf_error capture;   /* code KF_OK, or why the capture is not complete */
};

/* KF_OK, also when a signal or a closed pipe ended it; otherwise what failed, with *error: so does a pod that was not
 * understood in all of `seconds`. */
enum kf_status kf_live_run(const struct kf_live_config *config, struct kf_live_end *end, struct kf_error *error);

#endif
