/* live_settings.h - what the settings screen asks for: its draft sent to the session, written to a file, made a
 * profile.
 *
 * All functions answer with the words for the footer and never fail harder than that: a file that cannot be written
 * leaves the session as it is. */
#ifndef KF_LIVE_SETTINGS_H
#define KF_LIVE_SETTINGS_H

#include "app/pump.h"
#include "settings/layers.h"
#include "ui/settings_pane.h"

enum { KF_LIVE_ANSWER = 160 };

/* A listener's context: of what is wrong with a settings file the first, with its line. Zeroed: nothing. */
struct kf_live_problem {
    unsigned count;
    char text[KF_LIVE_ANSWER];
};
void kf_live_keep_first(void *context, const struct kf_settings_problem *problem);

/* Reads the settings file over *settings, as `kneefold diff` does. False, *settings as it was: answer says why not. */
bool kf_live_read_over(const char *path, struct kf_settings *settings, char answer[KF_LIVE_ANSWER]);

/* Sends every value of the draft that differs from the one in force to the session, one control a section. False, and
 * the answer says why: its values contradict each other and nothing was sent, or the queue took some of them only. */
bool kf_live_apply(struct kf_pump *pump, const struct kf_settings *draft, const struct kf_settings *in_force,
                   char answer[KF_LIVE_ANSWER]);

/* Writes the values of the draft that differ from `base` into the ini file `path` (NULL: there is none to write). What
 * the file says besides stays byte for byte. True when they are there now. */
bool kf_live_save(const char *path, const struct kf_settings *draft, const struct kf_settings *base,
                  char answer[KF_LIVE_ANSWER]);

/* Lets the pane tell where values come from; *layers stays the caller's. */
void kf_live_origins(struct kf_pane *pane, struct kf_settings_layers *layers);

/* Works out what the pane's draft would have done to the view's last swings; nothing while there is no draft. A draft
 * that has come into force is none any more. */
void kf_live_preview(struct kf_pane *pane, const struct kf_view *view);

/* Writes the draft's values that are not built in as the profile `name` in `folder` ("": there is none). Who runs, and
 * how this laptop shows and records, are no part of a profile. */
bool kf_live_save_profile(const char *folder, const char *name, const struct kf_settings *draft,
                          char answer[KF_LIVE_ANSWER]);

#endif
