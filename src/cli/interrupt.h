/* interrupt.h - Ctrl-C, SIGTERM and SIGHUP end long work between two reads instead of in the middle of a line. */
#ifndef KF_INTERRUPT_H
#define KF_INTERRUPT_H

#include "app/recording.h"

/* From now on SIGINT, SIGTERM and SIGHUP are remembered; a second one of the same kind ends the program at once. */
void kf_interrupt_catch(void);

/* 0, or the exit status of the signal that came: 129 SIGHUP, 130 SIGINT, 143 SIGTERM. */
int kf_interrupt_status(void);

/* Stops reading a recording when a signal has come. */
extern const struct kf_recording_watch kf_interrupt_watch;

#endif
