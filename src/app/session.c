/* session.c - joins a pod's line (pod_line.h) or a replay, the engine and the view's filler, and keeps an eye on the
 * link. */
#include "config.h"

#include "app/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/capture.h"
#include "app/link_health.h"
#include "app/pod_line.h"
#include "app/recorder.h"
#include "app/replay.h"
#include "app/scan.h"
#include "app/view_fill.h"
#include "source/source.h"
#include "ui/text.h"

#define SECOND_NS INT64_C(1000000000)
#define BELT_USUAL_MPS 3.0

struct kf_session {
    struct kf_engine *engine;
    struct kf_engine_listener listener;
    struct kf_record_listener tap;
    struct kf_view_fill fill;
    struct kf_link_health link;
    struct kf_view view;
    struct kf_pod_line line;      /* live; zeroed for a replay */
    struct kf_replay *replay;     /* or NULL */
    struct kf_capture *capture;   /* or NULL */
    struct kf_recorder *recorder; /* or NULL */
    struct kf_scan scan;
    bool scanned, over;
    enum kf_status status;
    struct kf_error error;
    bool begun;
    int64_t start_ns, now_ns; /* of the first step, and of this one */
    int64_t record_ns;        /* of the last record of bytes, or of time without */
};

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct kf_session *session = context;
    kf_view_fill_event(&session->fill, event);
    kf_recorder_event(session->recorder, event);
    if (event->kind == KF_ENGINE_ITEM && event->item->kind == KF_POD_EPOCH)
        kf_link_restart(&session->link);
    if (session->listener.event)
        session->listener.event(session->listener.context, event);
}

/* ---- the log ---- */

/* Every record goes through here: first to whoever keeps it, because of bytes that crash the engine these are the ones
 * wanted. A recording that is replayed is not recorded again, and its bytes have no host times. */
static enum kf_status take(struct kf_session *session, struct kf_record *record)
{
    if (!session->replay) {
        record->host_ns = session->now_ns - session->start_ns;
        if (record->kind == KF_RECORD_READ)
            kf_capture_put(session->capture, session->now_ns, record->bytes, record->count);
        kf_recorder_record(session->recorder, record, session->engine);
        if (session->tap.record)
            session->tap.record(session->tap.context, record);
    }
    return kf_engine_take(session->engine, record);
}

static void take_control(struct kf_session *session, enum kf_control control, double value, const char *text)
{
    (void)take(session,
               &(struct kf_record){.kind = KF_RECORD_CONTROL, .control = control, .value = value, .text = text});
}

static void take_moment(struct kf_session *session, enum kf_record_kind kind)
{
    (void)take(session, &(struct kf_record){.kind = kind});
}

/* ---- live ---- */

static void ended(struct kf_session *session, enum kf_status status, const struct kf_error *error)
{
    struct kf_error refused = {0};
    const enum kf_status usable = kf_engine_finish(session->engine, &refused);
    kf_recorder_flush(session->recorder, session->engine);
    session->over = session->link.ended = true;
    session->status = status == KF_ERR_END ? usable : status;
    session->error = *error;
    if (status == KF_ERR_END && usable != KF_OK) {
        kf_error_set(&session->error, usable, 0, "'%.80s': %.160s", session->fill.view.source, refused.text);
        kf_error_hint(&session->error, "%s", refused.hint);
    }
}

/* A record of the pod's line, on its way. */
static void on_record(void *context, struct kf_record *record)
{
    struct kf_session *session = context;
    (void)take(session, record);
    if (record->kind == KF_RECORD_READ)
        kf_link_data(&session->link, session->now_ns, kf_engine_time_s(session->engine));
    if (record->kind != KF_RECORD_BACK)
        session->record_ns = session->now_ns;
}

static void step_live(struct kf_session *session, int64_t now_ns, bool readable)
{
    struct kf_pod_line *line = &session->line;
    if (session->over)
        return;
    kf_pod_line_step(line, now_ns, readable);
    session->link.gone = line->rejoin.waiting;
    if (line->over)
        ended(session, line->status, &line->error);
    if (now_ns - session->record_ns >= SECOND_NS) {
        session->record_ns = now_ns;
        take_moment(session, KF_RECORD_TICK);
    }
}

/* ---- replay ---- */

static void step_replay(struct kf_session *session, int64_t now_ns)
{
    kf_replay_step(session->replay, now_ns);
    session->over = kf_replay_ended(session->replay);
    session->status = kf_replay_result(session->replay, &session->error);
}

static void show_marks(struct kf_view *view, const struct kf_scan *scan)
{
    view->mark_count = scan->mark_count;
    for (unsigned i = 0; i < scan->mark_count; i++) {
        view->mark[i].t_s = scan->mark[i].t_s;
        memcpy(view->mark[i].text, scan->mark[i].text, sizeof view->mark[i].text);
    }
}

/* Marks set while watching are in the view already; the scan's are those of the recording. */
static void show_replay(struct kf_session *session, struct kf_view *view)
{
    const double end_s = kf_replay_end_s(session->replay);
    view->replay = true;
    view->paused = kf_replay_paused(session->replay);
    view->ended = kf_replay_ended(session->replay);
    view->speed = kf_replay_speed_of(session->replay);
    view->duration_s = session->scanned ? session->scan.end_s : end_s;
    view->link = isnan(view->t_s) ? KF_LINK_WAITING : KF_LINK_OK;
    view->age_s = 0;
    view->latency_ms_p50 = view->latency_ms_p95 = NAN;
    if (session->scanned && session->scan.mark_count >= view->mark_count)
        show_marks(view, &session->scan);
}

/* ---- one interface ---- */

void kf_session_step(struct kf_session *session, int64_t now_ns, bool readable)
{
    if (!session->begun)
        session->start_ns = session->record_ns = now_ns;
    session->begun = true;
    session->now_ns = now_ns;
    if (session->replay)
        step_replay(session, now_ns);
    else
        step_live(session, now_ns, readable);
}

int kf_session_poll_fd(const struct kf_session *session)
{
    return session->replay ? -1 : kf_pod_line_poll_fd(&session->line);
}

int64_t kf_session_wake_ns(const struct kf_session *session, int64_t now_ns)
{
    if (session->replay)
        return kf_replay_wake_ns(session->replay, now_ns);
    return session->over ? INT64_MAX : kf_pod_line_wake_ns(&session->line, now_ns);
}

static void change_belt(struct kf_session *session, double change_mps)
{
    const double now_mps = session->fill.view.belt_mps;
    const double next_mps = isnan(now_mps) ? BELT_USUAL_MPS : now_mps + change_mps;
    if (next_mps > 0)
        take_control(session, KF_CONTROL_BELT, next_mps, "");
}

/* The speeds the keys step through: halves and doubles, but for the slowest. */
static double step_speed(double speed, double steps)
{
    static const double speeds[] = {KF_REPLAY_SLOWEST, 0.25, 0.5, 1, 2, 4, 8, KF_REPLAY_FASTEST};
    const int count = sizeof speeds / sizeof speeds[0];
    int at = 0;
    while (at + 1 < count && speeds[at] < speed)
        at++;
    at += steps > 0 ? 1 : -1;
    return speeds[at < 0 ? 0 : at < count ? at : count - 1];
}

static void control_replay(struct kf_replay *replay, const struct kf_request *control)
{
    if (control->kind == KF_REQUEST_PAUSE)
        kf_replay_pause(replay, !kf_replay_paused(replay));
    else if (control->kind == KF_REQUEST_SEEK)
        kf_replay_seek(replay, kf_replay_position_s(replay) + control->value);
    else if (control->kind == KF_REQUEST_SPEED)
        kf_replay_speed(replay, step_speed(kf_replay_speed_of(replay), control->value));
}

void kf_session_request(struct kf_session *session, const struct kf_request *control)
{
    switch (control->kind) {
    case KF_REQUEST_BASELINE:
        take_control(session,
                     kf_engine_baseline_open(session->engine) ? KF_CONTROL_BASELINE_END : KF_CONTROL_BASELINE_START, 0,
                     "");
        break;
    case KF_REQUEST_MARK:
        take_control(session, KF_CONTROL_MARK, 0, control->text);
        break;
    case KF_REQUEST_MUTE:
        take_control(session, KF_CONTROL_MUTE, !kf_engine_muted(session->engine), "");
        break;
    case KF_REQUEST_BELT:
        change_belt(session, control->value);
        break;
    case KF_REQUEST_PAUSE:
    case KF_REQUEST_SEEK:
    case KF_REQUEST_SPEED:
        if (session->replay)
            control_replay(session->replay, control);
        break;
    case KF_REQUEST_RECORD:
        kf_recorder_toggle(session->recorder);
        break;
    case KF_REQUEST_SCANNED:
        session->scan = *control->scan;
        session->scanned = true;
        break;
    case KF_REQUEST_CONTROL:
        (void)take(session, &(struct kf_record){.kind = KF_RECORD_CONTROL,
                                                .control = control->control,
                                                .source = control->source,
                                                .value = control->value,
                                                .text = control->text});
        break;
    }
}

/* What keeps the pod from being understood: it has gone, or its speed or format is still being looked for. */
static void show_line(const struct kf_session *session, struct kf_view *view)
{
    const struct kf_pod_line *line = &session->line;
    struct kf_view_pod *pod = &view->pods[0];
    char text[KF_VIEW_TEXT];
    if (line->source)
        (void)kf_text_clean(view->source, sizeof view->source, kf_source_name(line->source));
    (void)kf_pod_line_say(line, text, sizeof text);
    (void)kf_text_clean(pod->trying, sizeof pod->trying, line->rejoin.waiting ? "" : text);
    if (!kf_engine_puzzled(session->engine, 0, pod->bytes_seen, sizeof pod->bytes_seen))
        pod->bytes_seen[0] = '\0';
    pod->reopened = line->reopened;
    if (line->hunt.rounds > 0 && !line->hunt.locked && !line->rejoin.waiting)
        (void)kf_hunt_sum_up(&line->hunt, text, sizeof text);
    if (text[0] != '\0' && (line->rejoin.waiting || line->hunt.baud_count > 0))
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

const struct kf_view *kf_session_view(struct kf_session *session, int64_t now_ns)
{
    struct kf_view *view = &session->view;
    struct kf_error capture = {0};
    struct kf_recorder_state recording;
    kf_view_fill_update(&session->fill, session->engine);
    *view = session->fill.view;
    kf_link_fill(&session->link, kf_engine_stats(session->engine, 0), now_ns, view);
    if (session->replay)
        show_replay(session, view);
    if (kf_capture_state(session->capture, &capture) != KF_OK)
        (void)kf_text_clean(view->message, sizeof view->message, capture.text);
    if (session->recorder) {
        kf_recorder_state(session->recorder, &recording);
        show_recording(&recording, view);
    }
    if (!session->replay)
        show_line(session, view);
    if (session->over && session->status != KF_OK)
        (void)kf_text_clean(view->message, sizeof view->message, session->error.text);
    return view;
}

bool kf_session_is_replay(const struct kf_session *session)
{
    return session->replay != NULL;
}

bool kf_session_over(const struct kf_session *session)
{
    return session->over;
}

enum kf_status kf_session_result(const struct kf_session *session, struct kf_error *error)
{
    if (session->status != KF_OK && error)
        *error = session->error;
    return session->status;
}

void kf_session_capture(struct kf_session *session, struct kf_capture *capture)
{
    session->capture = capture;
}

void kf_session_recorder(struct kf_session *session, struct kf_recorder *recorder)
{
    session->recorder = recorder;
}

/* ---- life ---- */

static enum kf_status open_engine(struct kf_session *session, const struct kf_session_config *config, bool live,
                                  struct kf_error *error)
{
    const struct kf_engine_listener listener = {.event = on_event, .context = session};
    struct kf_engine_config engine = config->engine;
    engine.want_frames = true;
    engine.keep_looking = live;
    session->engine = kf_engine_create(&engine, &listener, error);
    if (!session->engine)
        return KF_ERR_CONFIG;
    kf_view_fill_init(&session->fill, &engine, config->athlete);
    session->fill.engine = session->engine;
    return KF_OK;
}

/* What cannot be rewound is live; a file is replayed. Takes the source. */
static enum kf_status use_source(struct kf_session *session, const struct kf_session_config *config,
                                 struct kf_source *source, struct kf_error *error)
{
    const struct kf_replay_config replay = {.uri = config->uri,
                                            .speed = config->speed,
                                            .engine = session->engine,
                                            .companion = &session->fill,
                                            .companion_size = sizeof session->fill};
    const struct kf_pod_line_config line = {.uri = config->uri,
                                            .engine = session->engine,
                                            .driver = config->engine.pod[0].driver,
                                            .rate_hz = config->engine.settings.pod_rate_hz,
                                            .reopen = config->reopen,
                                            .record = on_record,
                                            .context = session};
    char *name = session->fill.view.source;
    (void)kf_text_clean(name, sizeof session->fill.view.source, kf_source_name(source));
    if (kf_source_live(source))
        return kf_pod_line_init(&session->line, &line, source, error);
    kf_source_close(source);
    session->replay = kf_replay_open(&replay, error);
    return session->replay ? KF_OK : KF_ERR_NO_INPUT;
}

struct kf_session *kf_session_open(const struct kf_session_config *config, struct kf_error *error)
{
    struct kf_session *session = calloc(1, sizeof *session);
    struct kf_source *source = NULL;
    if (!session) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for a session");
        return NULL;
    }
    session->listener = config->listener;
    session->tap = config->tap;
    kf_link_init(&session->link);
    source = kf_source_open(config->uri, error);
    if (source && open_engine(session, config, kf_source_live(source), error) == KF_OK) {
        if (use_source(session, config, source, error) == KF_OK)
            return session;
        source = NULL;
    }
    kf_source_close(source);
    kf_session_close(session);
    return NULL;
}

void kf_session_close(struct kf_session *session)
{
    if (!session)
        return;
    kf_pod_line_close(&session->line);
    if (session->recorder && session->engine && !session->over) { /* what a replay will say at the end of its log */
        (void)kf_engine_finish(session->engine, NULL);
        kf_recorder_flush(session->recorder, session->engine);
    }
    kf_replay_close(session->replay);
    kf_engine_destroy(session->engine);
    free(session);
}
