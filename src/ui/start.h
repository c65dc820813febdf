/* start.h - the screen before a session: who runs, which pods are there, what was recorded last. Pure.
 *
 * The app lists what there is (struct kf_start_view) and carries out what is asked; everything else, the athlete's form
 * among it, happens here. */
#ifndef KF_START_H
#define KF_START_H

#include "settings/settings.h"
#include "ui/form.h"
#include "ui/history.h"

enum { KF_START_ITEMS = 32, KF_START_ATHLETES = 64, KF_START_NAME = 64, KF_START_PATH = 1024 };

struct kf_start_item {
    char name[96], about[128];  /* printable: "/dev/ttyACM0", "Nano 33 BLE, serial 1234" */
    char source[KF_START_PATH]; /* what to open */
};

struct kf_start_view {
    unsigned port_count, session_count, athlete_count;
    struct kf_start_item port[KF_START_ITEMS], session[KF_START_ITEMS];
    char athlete[KF_START_ATHLETES][KF_START_NAME];
    char settings[KF_START_PATH]; /* the user's file, or "" when there is none */
    struct kf_ui_history history; /* of the athlete chosen when it was asked for */
};

enum kf_start_action {
    KF_START_NONE,
    KF_START_QUIT,
    KF_START_DEMO,
    KF_START_LIVE,    /* source */
    KF_START_REPLAY,  /* source */
    KF_START_LOOK,    /* list all anew */
    KF_START_HISTORY, /* the view's history shall be that of the athlete chosen */
    KF_START_ATHLETE, /* the draft is to be stored under its name */
    KF_START_REDRAW
};

struct kf_start_ask {
    enum kf_start_action action;
    char source[KF_START_PATH];
};

struct kf_start_ui {
    struct kf_form form;
    unsigned athlete;         /* 0 nobody in particular, else the view's athlete - 1 */
    bool editing;             /* the form is that of a new athlete */
    bool in_history;          /* the history is shown */
    unsigned scroll, trend;   /* of the history */
    struct kf_settings draft; /* the athlete being made */
    char notice[160];         /* the app's answer, or why a value was refused */
};

void kf_start_init(struct kf_start_ui *ui);

/* The athlete chosen, or "". */
const char *kf_start_athlete(const struct kf_start_ui *ui, const struct kf_start_view *view);

struct kf_start_ask kf_start_key(struct kf_start_ui *ui, const struct kf_start_view *view, uint32_t key, double value);

/* The ports were listed anew: what is chosen stays chosen, and "look again" gives way to the first port. */
void kf_start_relisted(struct kf_start_ui *ui, unsigned ports_before, unsigned ports_now);

/* The app has stored the draft: back to the list, with that athlete chosen when the view has it. */
void kf_start_saved(struct kf_start_ui *ui, const struct kf_start_view *view);

/* Draws the whole grid. */
void kf_start_draw(struct kf_grid *grid, const struct kf_start_view *view, const struct kf_start_ui *ui);

#endif
