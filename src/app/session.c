/* session.c - joins a source, the engine and the view's filler, and keeps an eye on the link: asks the pod to start,
 * notices when it has gone, and waits for it to come back. */
#include "config.h"

#include "app/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/capture.h"
#include "app/link_health.h"
#include "app/replay.h"
#include "app/scan.h"
#include "app/view_fill.h"
#include "source/source.h"
#include "ui/text.h"

enum {
    READ_BYTES = 16 * 1024,
    COMMAND_BYTES = 256,
    START_TRIES = 5 /* a pod that has not answered by then streams unasked or is none */
};

#define SECOND_NS INT64_C(1000000000)
#define BACKOFF_FIRST_NS (SECOND_NS / 2)
#define BACKOFF_MOST_NS (8 * SECOND_NS)
#define BELT_USUAL_MPS 3.0

struct kf_session {
    struct kf_engine *engine;
    struct kf_engine_listener listener;
    struct kf_record_listener tap;
    struct kf_view_fill fill;
    struct kf_link_health link;
    struct kf_view view;
    char *uri;
    struct kf_source *source;   /* live; NULL while gone, and for a replay */
    struct kf_replay *replay;   /* or NULL */
    struct kf_capture *capture; /* or NULL */
    struct kf_scan scan;
    bool scanned, reopen, over;
    enum kf_status status;
    struct kf_error error;
    bool begun;
    int64_t start_ns, now_ns;      /* of the first step, and of this one */
    int64_t record_ns;             /* of the last record of bytes, or of time without */
    int64_t reopen_ns, backoff_ns; /* when to try again, and how long to wait after that */
    int64_t ask_ns;                /* when the pod may be asked again */
    unsigned start_tries;
    uint64_t undescribed;
    uint8_t bytes[READ_BYTES];
};

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct kf_session *session = context;
    kf_view_fill_event(&session->fill, event);
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

/* ---- talking to the pod ---- */

static void send(struct kf_session *session, enum kf_pod_command command)
{
    uint8_t bytes[COMMAND_BYTES];
    const size_t count = kf_engine_command(session->engine, 0, command, 0, bytes, sizeof bytes);
    if (count > 0 && session->source)
        (void)kf_source_write(session->source, bytes, count, NULL);
}

/* Asks a silent pod to start, and one whose frames cannot be read yet to describe itself; at most once a second. */
static void ask(struct kf_session *session, int64_t now_ns)
{
    const uint64_t undescribed = kf_engine_stats(session->engine, 0)->undescribed;
    if (!session->source || now_ns < session->ask_ns)
        return;
    session->ask_ns = now_ns + SECOND_NS;
    if (!session->link.seen && session->start_tries < START_TRIES) {
        session->start_tries++;
        send(session, KF_POD_CMD_DESCRIBE);
        send(session, KF_POD_CMD_START);
    } else if (undescribed > session->undescribed) {
        send(session, KF_POD_CMD_DESCRIBE);
    }
    session->undescribed = undescribed;
}

/* ---- live ---- */

static void ended(struct kf_session *session, enum kf_status status, const struct kf_error *error)
{
    struct kf_error refused = {0};
    const enum kf_status usable = kf_engine_finish(session->engine, &refused);
    session->over = session->link.ended = true;
    session->status = status == KF_ERR_END ? usable : status;
    session->error = *error;
    if (status == KF_ERR_END && usable != KF_OK) {
        kf_error_set(&session->error, usable, 0, "'%.80s': %.160s", session->fill.view.source, refused.text);
        kf_error_hint(&session->error, "%s", refused.hint);
    }
}

/* A pod that restarts closes its connection in order or not, as it happens: either way it will listen again. */
static bool may_come_back(const struct kf_session *session, enum kf_status status)
{
    const bool connection = strncmp(session->uri, "tcp:", 4) == 0 || strncmp(session->uri, "unix:", 5) == 0;
    return session->reopen && (status == KF_ERR_UNAVAILABLE || (status == KF_ERR_END && connection));
}

static void lost(struct kf_session *session, enum kf_status status, const struct kf_error *error, int64_t now_ns)
{
    const bool comes_back = may_come_back(session, status);
    kf_source_close(session->source);
    session->source = NULL;
    if (!comes_back) {
        ended(session, status, error);
        return;
    }
    take_moment(session, KF_RECORD_GONE);
    session->error = *error;
    session->link.gone = true;
    session->backoff_ns = BACKOFF_FIRST_NS;
    session->reopen_ns = now_ns + session->backoff_ns;
}

static void try_reopen(struct kf_session *session, int64_t now_ns)
{
    if (now_ns < session->reopen_ns)
        return;
    session->source = kf_source_open(session->uri, &session->error);
    if (session->source) {
        session->start_tries = 0;
        session->ask_ns = now_ns;
        session->link.gone = false;
        take_moment(session, KF_RECORD_BACK);
        send(session, KF_POD_CMD_DESCRIBE);
        send(session, KF_POD_CMD_START);
        return;
    }
    session->backoff_ns = 2 * session->backoff_ns > BACKOFF_MOST_NS ? BACKOFF_MOST_NS : 2 * session->backoff_ns;
    session->reopen_ns = now_ns + session->backoff_ns;
}

static void read_live(struct kf_session *session, int64_t now_ns)
{
    struct kf_error error = {0};
    const int count = kf_source_read(session->source, now_ns, session->bytes, sizeof session->bytes, &error);
    if (count == KF_ERR_AGAIN)
        return;
    if (count < 0) {
        lost(session, (enum kf_status)count, &error, now_ns);
        return;
    }
    session->record_ns = now_ns;
    (void)take(session, &(struct kf_record){.kind = KF_RECORD_READ, .bytes = session->bytes, .count = (size_t)count});
    kf_link_data(&session->link, now_ns, kf_engine_time_s(session->engine));
}

static void step_live(struct kf_session *session, int64_t now_ns, bool readable)
{
    if (session->over)
        return;
    if (!session->source)
        try_reopen(session, now_ns);
    if (session->source && (readable || kf_source_wake_ns(session->source, now_ns) <= now_ns))
        read_live(session, now_ns);
    if (now_ns - session->record_ns >= SECOND_NS) {
        session->record_ns = now_ns;
        take_moment(session, KF_RECORD_TICK);
    }
    ask(session, now_ns);
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
    return session->source ? kf_source_poll_fd(session->source) : -1;
}

int64_t kf_session_wake_ns(const struct kf_session *session, int64_t now_ns)
{
    int64_t wake_ns = INT64_MAX;
    if (session->replay)
        return kf_replay_wake_ns(session->replay, now_ns);
    if (session->over)
        return INT64_MAX;
    if (!session->source)
        return session->reopen_ns;
    wake_ns = kf_source_wake_ns(session->source, now_ns);
    return session->ask_ns < wake_ns ? session->ask_ns : wake_ns;
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

const struct kf_view *kf_session_view(struct kf_session *session, int64_t now_ns)
{
    struct kf_view *view = &session->view;
    struct kf_error capture = {0};
    kf_view_fill_update(&session->fill, session->engine);
    *view = session->fill.view;
    kf_link_fill(&session->link, kf_engine_stats(session->engine, 0), now_ns, view);
    if (session->replay)
        show_replay(session, view);
    if (kf_capture_state(session->capture, &capture) != KF_OK)
        (void)kf_text_clean(view->message, sizeof view->message, capture.text);
    if (session->link.gone || (session->over && session->status != KF_OK))
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

/* What cannot be rewound is live; a file is replayed. */
static enum kf_status open_source(struct kf_session *session, const struct kf_session_config *config,
                                  struct kf_error *error)
{
    const struct kf_replay_config replay = {.uri = config->uri,
                                            .speed = config->speed,
                                            .engine = session->engine,
                                            .companion = &session->fill,
                                            .companion_size = sizeof session->fill};
    char *name = session->fill.view.source;
    (void)kf_text_clean(name, sizeof session->fill.view.source, kf_source_name(session->source));
    if (kf_source_live(session->source))
        return KF_OK;
    kf_source_close(session->source);
    session->source = NULL;
    session->replay = kf_replay_open(&replay, error);
    return session->replay ? KF_OK : KF_ERR_NO_INPUT;
}

struct kf_session *kf_session_open(const struct kf_session_config *config, struct kf_error *error)
{
    struct kf_session *session = calloc(1, sizeof *session);
    char *uri = strdup(config->uri);
    if (!session || !uri) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for a session");
        goto fail;
    }
    session->uri = uri;
    uri = NULL;
    session->listener = config->listener;
    session->tap = config->tap;
    session->reopen = config->reopen;
    session->ask_ns = INT64_MIN;
    kf_link_init(&session->link);
    session->source = kf_source_open(session->uri, error);
    if (!session->source || open_engine(session, config, kf_source_live(session->source), error) != KF_OK ||
        open_source(session, config, error) != KF_OK)
        goto fail;
    return session;
fail:
    free(uri);
    kf_session_close(session);
    return NULL;
}

void kf_session_close(struct kf_session *session)
{
    if (!session)
        return;
    if (session->engine)
        send(session, KF_POD_CMD_STOP);
    kf_replay_close(session->replay);
    kf_source_close(session->source);
    kf_engine_destroy(session->engine);
    free(session->uri);
    free(session);
}
