/* pump.h - the engine's thread: polls the source, drives a session, and publishes views for others to copy.
 *
 * One thread owns the session from start to stop; everything else talks to it through a bounded queue of requests and
 * through copies of the view, so a screen that hangs never holds up a sample. For a replay a second thread scans the
 * recording for its length and marks, and a third compares it with other settings when asked. All functions here are
 * called from the owner of the pump (the ui's thread). */
#ifndef KF_PUMP_H
#define KF_PUMP_H

#include "app/session.h"

struct kf_pump;

/* Takes over the session and starts. NULL with *error when there is no thread or descriptor to be had; the session is
 * then still the caller's. */
struct kf_pump *kf_pump_start(struct kf_session *session, const struct kf_session_config *config,
                              struct kf_error *error);
/* Ends the threads and closes the session; fills *error and returns its result. `time_is_up`: it ends because its time
 * is up (kf_session_time_up). */
enum kf_status kf_pump_stop(struct kf_pump *pump, bool time_is_up, struct kf_error *error);

/* KF_OK, or KF_ERR_FULL: too many requests wait already, this one is dropped. */
enum kf_status kf_pump_request(struct kf_pump *pump, const struct kf_request *request);

/* Of a replay: has a thread judge the whole recording by other settings, too; the view's diff says how it goes. One at
 * a time: a new one ends the one before. KF_OK; KF_ERR_FULL, KF_ERR_UNAVAILABLE: there is nothing to compare. */
enum kf_status kf_pump_compare(struct kf_pump *pump, const struct kf_settings *other, const char *name);

/* Copies the newest view. False: the session is over, nothing more will come by itself. */
bool kf_pump_view(struct kf_pump *pump, struct kf_view *view);

#endif
