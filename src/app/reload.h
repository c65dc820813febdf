/* reload.h - settings files that change while a session runs: noticed, read anew, and their changes merged.
 *
 * Only what changed in the files changes in the session: values set on the screen meanwhile, and what the command line
 * decided, stay. One thread uses it (the ui's). When kf_reload_pending says so, and someone wants it: kf_reload_read,
 * kf_reload_merge into each struct that follows the files, kf_reload_done. */
#ifndef KF_RELOAD_H
#define KF_RELOAD_H

#include "app/watch_file.h"

struct kf_reload {
    struct kf_watch_file watch; /* watch.fd: poll it for reading; -1 none */
    /* its own: */
    struct kf_settings_request request;
    struct kf_settings_layers layers[2]; /* as followed, and as read last */
    unsigned now;
};

/* Reads the files as `request` says, for which the paths of *layers were found, and watches them. The request's words
 * are kept by pointer. KF_OK; or *error, and the session goes on without (watch.fd -1). Close it in any case. */
enum kf_status kf_reload_open(struct kf_reload *reload, const struct kf_settings_layers *layers,
                              const struct kf_settings_request *request, struct kf_error *error);

/* Has one of the files changed since the last call? Never waits. */
bool kf_reload_pending(struct kf_reload *reload);

/* Reads all files anew. KF_OK; otherwise every problem has been told, and nothing is different: mending the file makes
 * it pending again. */
enum kf_status kf_reload_read(struct kf_reload *reload, const struct kf_settings_listener *listener);

/* Brings into *settings what the files say now and did not say before. A cue whose section has gone is switched off,
 * so that the others keep their places. KF_OK, *changed (may be NULL) values are others; or KF_ERR_CONFIG with *error,
 * nothing changed: what is set on the screen contradicts the files. */
enum kf_status kf_reload_merge(const struct kf_reload *reload, struct kf_settings *settings, unsigned *changed,
                               struct kf_error *error);

/* What was read is what the next change is compared with. */
void kf_reload_done(struct kf_reload *reload);

/* The layers followed: where each value comes from. */
struct kf_settings_layers *kf_reload_layers(struct kf_reload *reload);

void kf_reload_close(struct kf_reload *reload);

#endif
