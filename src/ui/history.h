/* history.h - sessions under each other, newest first, and how their figures went: a screen of the start screen. Pure.
 */
#ifndef KF_UI_HISTORY_H
#define KF_UI_HISTORY_H

#include <stdbool.h>

#include "ui/cell.h"

enum { KF_UI_SESSIONS = 64 };

/* One session, both legs together. NAN: not known. */
struct kf_ui_session {
    char day[24], athlete[64]; /* printable: "2026-11-22 14:30" */
    double minutes, swings, pulled_pct, peak_knee_deg, peak_knee_sd_deg, drive_nm_kg, drive_sd_nm_kg, cadence_spm,
        cues_per_min, pulled_told_pct, pulled_alone_pct; /* told: while cues could be given; alone: while none could */
    bool cut_off;
};

struct kf_ui_history {
    char whose[80];    /* the athlete, or "all athletes" */
    char trouble[160]; /* why there is nothing to show; "" */
    unsigned count;    /* oldest first; the last KF_UI_SESSIONS there are */
    struct kf_ui_session session[KF_UI_SESSIONS];
};

/* Draws into the rectangle; `first`: rows the list is scrolled by. */
void kf_history_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_history *history, unsigned first);

#endif
