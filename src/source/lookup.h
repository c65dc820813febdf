/* lookup.h - the addresses of a host's name, without waiting for them.
 *
 * getaddrinfo blocks for as long as the resolver likes, half a minute where the network is down; a live session must
 * not stand still for that. So a thread of its own asks. Numbers need no asking and are read at once. A lookup that is
 * abandoned ends by itself when the resolver gives up; whoever tries again every few seconds has two or three of them
 * under way at most. Private to src/source. */
#ifndef KF_SOURCE_LOOKUP_H
#define KF_SOURCE_LOOKUP_H

#include <netdb.h>

#include "kneefold/error.h"

struct kf_lookup;

/* The addresses that `host` and `port` say in numbers, for freeaddrinfo; NULL: it is a name. */
struct addrinfo *kf_lookup_numbers(const char *host, const char *port);

/* Begins to ask for a name. NULL with errno: no memory, no thread. */
struct kf_lookup *kf_lookup_begin(const char *host, const char *port);
/* KF_ERR_AGAIN: not yet. KF_OK: *list is the caller's, for freeaddrinfo. KF_ERR_UNAVAILABLE: no such host, or nobody to
 * ask; *why says it in static words. */
enum kf_status kf_lookup_take(struct kf_lookup *lookup, struct addrinfo **list, const char **why);
/* Never waits. Takes NULL. */
void kf_lookup_close(struct kf_lookup *lookup);

#endif
