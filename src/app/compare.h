/* compare.h - what other settings would have said of the recording that is being replayed, beside what is said.
 *
 * A diff (diff.h) is found by a thread of its own (pump.h) and handed over; this keeps it and shows it in the view. */
#ifndef KF_COMPARE_H
#define KF_COMPARE_H

#include "app/diff.h"
#include "app/session.h"
#include "ui/view.h"

struct kf_compare {       /* zeroed: nothing to compare with */
    struct kf_diff *diff; /* owned, or NULL */
    struct kf_view_diff view;
};

/* DIFF and COMPARED; takes what they bring. */
void kf_compare_request(struct kf_compare *compare, const struct kf_request *request);

/* The diff, and at each of the view's strides what the other settings say of it. */
void kf_compare_show(const struct kf_compare *compare, struct kf_view *view);

void kf_compare_close(struct kf_compare *compare);

#endif
