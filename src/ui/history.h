/* history.h - sessions under each other, newest first, and how their figures went: a screen of the start screen. Pure.
 */
#ifndef KF_UI_HISTORY_H
#define KF_UI_HISTORY_H

#include <stdbool.h>

#include "ui/cell.h"

enum { KF_UI_SESSIONS = 64, KF_UI_TRENDS = 8 };

/* What is known of a session, both legs together. "Told" is while cues could be given, "alone" while none could. */
enum kf_figure {
    KF_FIGURE_MINUTES,
    KF_FIGURE_SWINGS,
    KF_FIGURE_PULLED, /* % of the judged */
    KF_FIGURE_PULLED_TOLD,
    KF_FIGURE_PULLED_ALONE,
    KF_FIGURE_DRIVE, /* Nm/kg */
    KF_FIGURE_DRIVE_TOLD,
    KF_FIGURE_DRIVE_ALONE,
    KF_FIGURE_KNEE,    /* peak, degrees */
    KF_FIGURE_CUES,    /* a minute */
    KF_FIGURE_SHOWN,   /* seconds a minute that a cue stood on the screen */
    KF_FIGURE_CADENCE, /* steps a minute */
    KF_FIGURE_COUNT
};

struct kf_ui_session {
    char day[24], athlete[64];                          /* printable: "2026-11-22 14:30" */
    double value[KF_FIGURE_COUNT], sd[KF_FIGURE_COUNT]; /* NAN: not known; sd: within the session */
    bool cut_off;
};

struct kf_ui_history {
    char whose[80];    /* the athlete, or "all athletes" */
    char trouble[160]; /* why there is nothing to show; "" */
    char broken[160];  /* which files there are no sessions, and why; "" */
    unsigned count;    /* oldest first; the last KF_UI_SESSIONS there are */
    struct kf_ui_session session[KF_UI_SESSIONS];
};

/* What can be looked at over time: a figure, and beside it another of the same unit (KF_FIGURE_COUNT: none). */
struct kf_ui_trend {
    const char *name, *unit, *value_name, *other_name;
    enum kf_figure value, other;
    int decimals;
    bool from_zero; /* the scale begins there */
};
extern const struct kf_ui_trend kf_ui_trends[KF_UI_TRENDS];

/* The least and the most of a trend's figures over sessions (of this athlete alone when not NULL), both of its figures
 * together; false when none is known. */
bool kf_ui_trend_range(const struct kf_ui_trend *trend, const struct kf_ui_session *session, unsigned count,
                       const char *athlete, double *least, double *most);
/* The block of an eighth to a whole cell that stands for a value between them; a blank when it is not finite. */
uint32_t kf_ui_trend_block(double value, double least, double most);

/* Draws into the rectangle; `first`: rows the list is scrolled by; `trend`: the one that is plotted. */
void kf_history_draw(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_history *history, unsigned first,
                     unsigned trend);

/* history_plot.c: one trend of the athlete of the newest session, with axes; 6 rows at least. */
void kf_history_plot(struct kf_grid *grid, struct kf_rect rect, const struct kf_ui_history *history,
                     const struct kf_ui_trend *trend);

#endif
