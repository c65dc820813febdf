/* feedback_words.h - the two settings of [feedback] that are lists: schedule and quiet.
 *
 * "full 300, half 300, none" and "300-360, 600-660". Both functions read the whole text into *plan, or change nothing
 * and return what is wrong with it: a hint for a person, NULL when all is well. An empty text is an empty list. */
#ifndef KF_SETTINGS_FEEDBACK_WORDS_H
#define KF_SETTINGS_FEEDBACK_WORDS_H

#include "kneefold/feedback_plan.h"

/* Up to KF_FEEDBACK_STEPS_MAX of: full, half, none or a share 0..1, and seconds above 0; the last may go without. */
const char *kf_feedback_read_steps(const char *text, struct kf_feedback_plan *plan);

/* Up to KF_FEEDBACK_QUIET_MAX of FROM-TO, s, from below to. */
const char *kf_feedback_read_quiet(const char *text, struct kf_feedback_plan *plan);

#endif
