/* ring.c - see ring.h. What goes over the end goes on at the beginning, in two copies. */
#include "app/ring.h"

#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

void kf_ring_put(struct kf_ring *ring, const void *bytes, size_t count)
{
    const size_t at = (ring->head + ring->count) % ring->room;
    const size_t first = least(count, ring->room - at);
    memcpy(ring->bytes + at, bytes, first);
    memcpy(ring->bytes, (const uint8_t *)bytes + first, count - first);
    ring->count += count;
}

void kf_ring_take(struct kf_ring *ring, void *bytes, size_t count)
{
    const size_t first = least(count, ring->room - ring->head);
    memcpy(bytes, ring->bytes + ring->head, first);
    memcpy((uint8_t *)bytes + first, ring->bytes, count - first);
    kf_ring_drop(ring, count);
}

const uint8_t *kf_ring_front(const struct kf_ring *ring, size_t *count)
{
    *count = least(ring->count, ring->room - ring->head);
    return ring->bytes + ring->head;
}

void kf_ring_drop(struct kf_ring *ring, size_t count)
{
    ring->head = (ring->head + count) % ring->room;
    ring->count -= count;
}
