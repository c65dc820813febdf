/* ring.h - bytes that wait between two threads, first in, first out, in a buffer of fixed size.
 *
 * It knows no lock: whoever owns it holds theirs during each call. */
#ifndef KF_RING_H
#define KF_RING_H

#include <stddef.h>
#include <stdint.h>

struct kf_ring {
    uint8_t *bytes; /* `room` of them, the owner's */
    size_t room;
    size_t head, count; /* `count` bytes wait, from bytes[head] on */
};

/* Appends; `count` is at most room - ring->count. */
void kf_ring_put(struct kf_ring *ring, const void *bytes, size_t count);
/* Takes the first; `count` is at most ring->count. */
void kf_ring_take(struct kf_ring *ring, void *bytes, size_t count);

/* The first of those that wait, as many as lie together. */
const uint8_t *kf_ring_front(const struct kf_ring *ring, size_t *count);
/* They are done with. */
void kf_ring_drop(struct kf_ring *ring, size_t count);

#endif
