/* start.h - the start screen: lists pods, athletes and recordings, and says what was chosen. */
#ifndef KF_APP_START_H
#define KF_APP_START_H

#include "settings/layers.h"
#include "ui/start.h"
#include "ui/term.h"

struct kf_start_config {
    const struct kf_settings_layers *layers; /* where athletes are, and the athlete chosen before */
    const char *recordings;                  /* the folder of sessions; "" none */
    struct kf_term_options term;
};

struct kf_start_choice {
    enum kf_start_action action; /* QUIT, DEMO, LIVE, REPLAY */
    char source[KF_START_PATH];
    char athlete[KF_START_NAME]; /* "" nobody in particular; kept from one call to the next */
    int signal;                  /* that ended it; 0 none */
};

/* Shows the screen until something is chosen. KF_ERR_UNAVAILABLE with *error where only line mode is possible. */
enum kf_status kf_start_run(const struct kf_start_config *config, struct kf_start_choice *choice,
                            struct kf_error *error);

#endif
