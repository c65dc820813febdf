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

/* KF_REQUEST_DIFF: a comparison begins, or ends. KF_REQUEST_COMPARED: it has been found, and request->diff is owned
 * from now on. Others are ignored. */
void kf_compare_request(struct kf_compare *compare, const struct kf_request *request);

/* Fills view->diff, and in each stride of the view what the other settings say of it. */
void kf_compare_show(const struct kf_compare *compare, struct kf_view *view);

void kf_compare_close(struct kf_compare *compare);

#endif
