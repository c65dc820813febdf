/* thread.h - starts a thread that hears no signals: those are for the ui's thread, which waits for them (signals.h). */
#ifndef KF_THREAD_H
#define KF_THREAD_H

#include <pthread.h>

/* 0, or the errno. */
int kf_thread_start(pthread_t *thread, void *(*body)(void *context), void *context);

#endif
