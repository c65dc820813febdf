/* thread.c - a new thread has the signal mask of the one that made it: so all are blocked for that moment. */
#include "config.h"

#include "app/thread.h"

#include <signal.h>

int kf_thread_start(pthread_t *thread, void *(*body)(void *context), void *context)
{
    sigset_t all, before;
    int failed = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(thread, NULL, body, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}
