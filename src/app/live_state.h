/* live_state.h - what the ui's thread knows of the session it shows. Private to live.c, which draws and waits, and
 * live_act.c, which does what keys ask for. Only the ui's thread uses it. */
#ifndef KF_LIVE_STATE_H
#define KF_LIVE_STATE_H

#include "app/live.h"
#include "app/pump.h"
#include "app/reload.h"
#include "ui/line.h"
#include "ui/screen.h"

struct kf_capture;
struct kf_mark_box;
struct kf_recorder;

#define KF_LIVE_NOTICE_NS INT64_C(2000000000) /* how long the answer to a key stands in the footer */

struct kf_live {
    const struct kf_live_config *config;
    struct kf_live_end *end;
    struct kf_pump *pump;
    struct kf_capture *capture;   /* or NULL */
    struct kf_mark_box *marks_in; /* from other terminals; or NULL */
    struct kf_recorder *recorder; /* NULL: a replay, or there is no folder for it */
    struct kf_term *term;         /* NULL: lines */
    struct kf_ui ui;
    struct kf_settings saved; /* as in the files */
    struct kf_reload reload;
    struct kf_error unwatched; /* code KF_OK, or why nobody will say that the files change */
    bool files_changed;        /* and have not been read again */
    struct kf_line line;
    int64_t start_ns, frame_ns, notice_ns; /* frame_ns: when the next one is due */
    unsigned marks, bells;
    bool quit, time_is_up;
    struct kf_view view, shown; /* the newest, and the one on the screen */
    struct kf_grid grid;
};

/* The answer to a key, for the footer. */
KF_PRINTF_LIKE(3, 4)
void kf_live_say(struct kf_live *live, int64_t now_ns, const char *format, ...);

/* Does what a key asks for. */
void kf_live_act(struct kf_live *live, int64_t now_ns, struct kf_ask ask);

/* Begins to compare a replay with the settings in this file, which is read anew each time: it may have been edited
 * since. "" ends it. */
void kf_live_compare(struct kf_live *live, int64_t now_ns, const char *path);

/* Offers to read the settings' files again when they have changed. */
void kf_live_look_at_files(struct kf_live *live, int64_t now_ns);

#endif
