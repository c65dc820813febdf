/* live_answer.c - a key without an answer is pressed again: whatever is asked of a session is acknowledged. */
#include "app/live_answer.h"

#include <math.h>
#include <stdio.h>

#include "app/replay.h"

static const char *loop_words(const struct kf_view *view)
{
    if (isnan(view->loop_from_s))
        return "a loop begins here: L again where it ends";
    if (isnan(view->loop_to_s))
        return view->t_s > view->loop_from_s ? "looping: L again ends it" : "no loop: it would end before it begins";
    return "the loop has gone";
}

static const char *speed_words(const struct kf_view *view, double steps)
{
    if (steps > 0)
        return view->speed >= KF_REPLAY_FASTEST ? "16x is the fastest" : "faster";
    return view->speed <= KF_REPLAY_SLOWEST ? "0.1x is the slowest" : "slower";
}

bool kf_live_answer(const struct kf_view *view, enum kf_units units, const struct kf_request *request,
                    char out[KF_VIEW_TEXT])
{
    const char *words = NULL;
    char speed[KF_NUMBER_MAX];
    if (request->kind == KF_REQUEST_MUTE)
        words = view->muted ? "cues are no longer muted" : "cues muted: x again to have them back";
    else if (request->kind == KF_REQUEST_LOOP)
        words = loop_words(view);
    else if (request->kind == KF_REQUEST_SPEED)
        words = speed_words(view, request->value);
    else if (request->kind == KF_REQUEST_STRIDE && !view->timeline.known)
        words = "where strides are is not known before all has been read: a moment";
    else if (request->kind == KF_REQUEST_MARK_STEP && view->mark_count == 0)
        words = "there are no marks in this recording";
    if (request->kind == KF_REQUEST_BELT && isfinite(view->belt_mps)) {
        kf_units_speed(speed, units, view->belt_mps + request->value);
        (void)snprintf(out, KF_VIEW_TEXT, "belt %s", speed);
        return true;
    }
    if (words)
        (void)snprintf(out, KF_VIEW_TEXT, "%s", words);
    return words != NULL;
}
