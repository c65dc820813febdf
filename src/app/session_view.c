/* session_view.c - one view of a session out of its many parts: the filler's numbers, how each pod's line does, the
 * playing head of a replay, and the one line of words for the person.
 *
 * The words are of several mouths, and the later one here wins: a line that looks for its pod, advice where nobody else
 * speaks, the sinks, the capture, the recording, and last why the session ended. */
#include "config.h"

#include "app/session.h"

#include "app/capture.h"
#include "app/recorder.h"
#include "app/session_state.h"
#include "app/view_pods.h"
#include "ui/text.h"

/* What keeps a pod from being understood: it has gone, or its speed or format is still being looked for. */
static void show_line(const struct kf_pod_line *line, struct kf_view_pod *pod, char *message, size_t size)
{
    char text[KF_VIEW_TEXT];
    if (line->source)
        (void)kf_text_clean(pod->source, sizeof pod->source, kf_source_name(line->source));
    (void)kf_pod_line_say(line, text, sizeof text);
    (void)kf_text_clean(pod->trying, sizeof pod->trying, line->rejoin.waiting ? "" : text);
    pod->reopened = line->reopened;
    if (line->hunt.rounds > 0 && !line->hunt.locked && !line->rejoin.waiting)
        (void)kf_hunt_sum_up(&line->hunt, text, sizeof text);
    if (text[0] != '\0' && (line->rejoin.waiting || line->hunt.baud_count > 0))
        (void)kf_text_clean(message, size, text);
}

static void show_pods(struct kf_session *session, int64_t now_ns, struct kf_view *view)
{
    for (unsigned i = 0; i < view->pod_count; i++)
        kf_view_pod_fill(&view->pods[i], session->engine, i);
    for (unsigned i = 0; i < session->feed_count; i++) {
        kf_link_fill(&session->feed[i].link, now_ns, &view->pods[i]);
        show_line(&session->feed[i].line, &view->pods[i], view->message, sizeof view->message);
    }
    kf_view_alignment_fill(view, session->engine);
    kf_view_pods_sum_up(view);
}

/* What the pod or the engine says comes first: it is news, advice stands until it is followed. */
static void show_advice(struct kf_session *session, struct kf_view *view)
{
    char text[KF_VIEW_TEXT];
    if (kf_advice_take(&session->advice, view, text, sizeof text) && view->message[0] == '\0')
        (void)kf_text_clean(view->message, sizeof view->message, text);
}

static void show_recording(const struct kf_recorder_state *state, struct kf_view *view)
{
    view->recording = state->on ? KF_RECORDING_ON : state->status != KF_OK ? KF_RECORDING_FAILED : KF_RECORDING_OFF;
    view->recording_bytes = state->bytes;
    view->free_bytes = state->free_bytes;
    view->recording_lost = state->lost;
    (void)kf_text_clean(view->recording_path, sizeof view->recording_path, state->path);
    if (state->status != KF_OK)
        (void)kf_text_clean(view->message, sizeof view->message, state->error.text);
}

static void show_sinks(struct kf_session *session, int64_t now_ns, struct kf_view *view)
{
    if (session->sinks.troubles != session->troubles)
        session->trouble_ns = now_ns + (int64_t)(KF_MESSAGE_SHOWN_S * 1e9);
    session->troubles = session->sinks.troubles;
    if (now_ns < session->trouble_ns)
        (void)kf_text_clean(view->message, sizeof view->message, session->sinks.trouble);
    view->bells = session->sinks.bells;
}

const struct kf_view *kf_session_view(struct kf_session *session, int64_t now_ns)
{
    struct kf_view *view = &session->view;
    struct kf_error capture = {0};
    struct kf_recorder_state recording;
    kf_view_fill_update(&session->fill, session->engine);
    *view = session->fill.view;
    show_pods(session, now_ns, view);
    if (session->replay)
        kf_playback_show(&session->playback, view);
    else if (!kf_view_pods_see(view, view->cue.has_leg, view->cue.leg))
        view->cue.shown = false;
    show_advice(session, view);
    show_sinks(session, now_ns, view);
    if (kf_capture_state(session->capture, &capture) != KF_OK)
        (void)kf_text_clean(view->message, sizeof view->message, capture.text);
    if (session->recorder) {
        kf_recorder_state(session->recorder, &recording);
        show_recording(&recording, view);
    }
    if (session->over && session->status != KF_OK)
        (void)kf_text_clean(view->message, sizeof view->message, session->error.text);
    return view;
}
