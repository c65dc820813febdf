/* list.h - a list of rows of which one is chosen: what moves, and which part of it is in sight. Pure. */
#ifndef KF_LIST_H
#define KF_LIST_H

#include <stdbool.h>
#include <stdint.h>

struct kf_list {
    unsigned chosen;
};

/* Up, down, page up and down, Home, End, k and j; KF_KEY_PICK with the row as `value`. True when the key was one. */
bool kf_list_key(struct kf_list *list, unsigned count, unsigned rows, uint32_t key, double value);

/* The first row to draw so that the chosen one is in sight; `chosen` beyond the end counts as the last. */
unsigned kf_list_first(const struct kf_list *list, unsigned count, unsigned rows);

#endif
