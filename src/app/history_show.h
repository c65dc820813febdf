/* history_show.h - a stored session as the figures that are looked at over time, for the screen, the list and JSON. */
#ifndef KF_HISTORY_SHOW_H
#define KF_HISTORY_SHOW_H

#include <stdio.h>

#include "app/history.h"
#include "ui/history.h"

/* The day and time are local. */
void kf_history_show(struct kf_ui_session *out, const struct kf_history_session *session);

/* "3 files are no sessions: a.kfs: why"; "" when there are none. */
void kf_history_show_broken(const struct kf_history *history, char *out, size_t size);

/* history_json.c: one object: the sessions with every figure, and the files that are none. */
void kf_history_write_json(FILE *out, const struct kf_history *history);

#endif
