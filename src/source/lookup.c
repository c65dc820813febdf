/* lookup.c - see lookup.h. Asker and thread share one block; the last of the two to leave frees it. */
#include "config.h"

#include "source/lookup.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { ASKING, ANSWERED, ABANDONED };

struct kf_lookup {
    atomic_int state;
    char host[NI_MAXHOST], port[NI_MAXSERV];
    int outcome; /* getaddrinfo's, once ANSWERED; so is the list */
    struct addrinfo *list;
};

static const struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};

struct addrinfo *kf_lookup_numbers(const char *host, const char *port)
{
    struct addrinfo numbers = wanted, *list = NULL;

    numbers.ai_flags |= AI_NUMERICHOST;
    return getaddrinfo(host, port, &numbers, &list) == 0 ? list : NULL;
}

static void free_lookup(struct kf_lookup *lookup)
{
    if (lookup->list)
        freeaddrinfo(lookup->list);
    free(lookup);
}

static void *ask(void *context)
{
    struct kf_lookup *lookup = context;

    lookup->outcome = getaddrinfo(lookup->host, lookup->port, &wanted, &lookup->list);
    if (atomic_exchange(&lookup->state, ANSWERED) == ABANDONED)
        free_lookup(lookup);
    return NULL;
}

/* 0 or the errno. Signals are for the threads that wait for them. */
static int start_thread(struct kf_lookup *lookup)
{
    sigset_t all, before;
    pthread_t thread;
    int outcome;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    outcome = pthread_create(&thread, NULL, ask, lookup);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (outcome == 0)
        (void)pthread_detach(thread);
    return outcome;
}

struct kf_lookup *kf_lookup_begin(const char *host, const char *port)
{
    struct kf_lookup *lookup = calloc(1, sizeof *lookup);
    int outcome;

    if (!lookup)
        return NULL;
    atomic_init(&lookup->state, ASKING);
    (void)snprintf(lookup->host, sizeof lookup->host, "%s", host);
    (void)snprintf(lookup->port, sizeof lookup->port, "%s", port);
    outcome = start_thread(lookup);
    if (outcome == 0)
        return lookup;
    free(lookup);
    errno = outcome;
    return NULL;
}

enum kf_status kf_lookup_take(struct kf_lookup *lookup, struct addrinfo **list, const char **why)
{
    if (atomic_load(&lookup->state) == ASKING)
        return KF_ERR_AGAIN;
    *list = lookup->list;
    lookup->list = NULL;
    *why = lookup->outcome == 0 ? "" : gai_strerror(lookup->outcome);
    return lookup->outcome == 0 && *list ? KF_OK : KF_ERR_UNAVAILABLE;
}

void kf_lookup_close(struct kf_lookup *lookup)
{
    if (lookup && atomic_exchange(&lookup->state, ABANDONED) == ANSWERED)
        free_lookup(lookup);
}
