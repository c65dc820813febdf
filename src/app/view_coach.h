/* view_coach.h - what the screen shows of the coach: rules with their counts and doses, feedback mode, warm-up clock.
 */
#ifndef KF_VIEW_COACH_H
#define KF_VIEW_COACH_H

#include "app/engine.h"
#include "ui/view.h"

/* As of the engine's newest sample. */
void kf_view_coach(struct kf_view *view, const struct kf_engine *engine);

#endif
