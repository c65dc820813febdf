/* feed.h - runs a pod driver over bytes in pieces of any size and sums up all it says, for tests.
 *
 * The hash covers every field of every item in order: equal hashes mean equal output. */
#ifndef KF_TEST_FEED_H
#define KF_TEST_FEED_H

#include <stddef.h>
#include <stdint.h>

#include "kneefold/pod.h"

enum { FEED_KINDS = KF_POD_PROBLEM + 1, FEED_SKIP = 77 };

struct feed {
    const struct kf_pod_driver *driver;
    void *state;
    struct kf_pod_sink sink; /* its context is the feed itself */
    uint64_t hash;
    uint64_t count[FEED_KINDS];
    struct kf_pod_item last[FEED_KINDS]; /* the latest item of each kind */
    /* Optional: sees every item, too. */
    void (*watch)(void *context, const struct kf_pod_item *item);
    void *watch_context;
};

/* The feed must stay where it is until feed_close. */
void feed_open(struct feed *feed, const char *driver_name);
/* Pushes all bytes, `chunk` at a time; 0: at once. Each piece is a copy of its own, so reading past it is caught. */
void feed_push(struct feed *feed, const void *bytes, size_t count, size_t chunk);
void feed_finish(struct feed *feed);
const struct kf_pod_stats *feed_stats(const struct feed *feed);
void feed_close(struct feed *feed);

/* Chunk sizes every driver must be indifferent to; ends with 0 (at once). */
extern const size_t feed_chunks[];
extern const unsigned feed_chunk_count;

/* A whole file of ../shared/data, to be freed by the caller; NULL when it is not there. */
uint8_t *feed_read_shared(const char *name, size_t *count);
/* True when ../shared/data is there; says so when not. */
int feed_has_shared(void);
/* The path of a file in ../shared/data; static storage. */
const char *feed_shared_path(const char *name);

#endif
