/* live_answer.h - what a key has done, in words for the footer, where the screen itself would not show it at once. */
#ifndef KF_LIVE_ANSWER_H
#define KF_LIVE_ANSWER_H

#include "app/session.h"
#include "ui/units.h"
#include "ui/view.h"

/* From the view as it was when the key was pressed. False, `out` untouched: the screen shows it, nothing need be said.
 */
bool kf_live_answer(const struct kf_view *view, enum kf_units units, const struct kf_request *request,
                    char out[KF_VIEW_TEXT]);

#endif
