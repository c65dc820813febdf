/* reload.h - settings files that change while a session runs: noticed, read anew, and turned into one control.
 *
 * Only what changed in the files changes in the session: values set on the screen meanwhile, and what the command line
 * decided, stay. One thread uses it (the ui's). */
#ifndef KF_RELOAD_H
#define KF_RELOAD_H

#include "app/watch_file.h"
#include "settings/write.h"

struct kf_reload {
    struct kf_watch_file watch; /* watch.fd: poll it for reading; -1 none */
    /* its own: */
    struct kf_settings_request request;
    struct kf_settings_layers layers[2]; /* as read last, and room for the next time */
    unsigned now;
};

/* Reads the files as `request` says, for which the paths of *layers were found, and watches them. The request's words
 * are kept by pointer. KF_OK; or *error, and the session goes on without (watch.fd -1). Close it in any case. */
enum kf_status kf_reload_open(struct kf_reload *reload, const struct kf_settings_layers *layers,
                              const struct kf_settings_request *request, struct kf_error *error);

/* Has one of the files changed since the last call? Never waits. */
bool kf_reload_pending(struct kf_reload *reload);

/* Reads all files anew. KF_OK: `text` is what shall be in force, for KF_CONTROL_SETTINGS: *in_force with what changed
 * in the files. Otherwise every problem has been told, and nothing is different; mending the file makes it pending
 * again. *changed (may be NULL): how many
 * values differ from *in_force. */
enum kf_status kf_reload_read(struct kf_reload *reload, const struct kf_settings *in_force,
                              char text[KF_SETTINGS_WHOLE_MAX], unsigned *changed,
                              const struct kf_settings_listener *listener);

/* The layers as read last: where each value comes from. */
struct kf_settings_layers *kf_reload_layers(struct kf_reload *reload);

void kf_reload_close(struct kf_reload *reload);

#endif
