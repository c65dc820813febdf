/* session.c - joins the pods' lines (pod_line.h) or a replay, the engine and the view's filler, writes the log of all
 * that the engine consumes, and keeps an eye on the links. What of it is shown is session_view.c. */
#include "config.h"

#include "app/session.h"

#include <math.h>
#include <stdlib.h>

#include "app/capture.h"
#include "app/recorder.h"
#include "app/replay.h"
#include "app/session_state.h"
#include "app/view_pods.h"
#include "source/source.h"
#include "ui/text.h"

#define SECOND_NS INT64_C(1000000000)
#define BELT_USUAL_MPS 3.0 /* where + and - begin when no speed is known: an easy run, program's choice */

static void sound(struct kf_session *session, const struct kf_cue *cue)
{
    const struct kf_settings *settings = kf_engine_settings(session->engine);
    const struct kf_sink_settings sinks = {.bell = settings->feedback_bell == KF_SET_YES,
                                           .command = settings->feedback_command};
    kf_sinks_cue(&session->sinks, &sinks, cue, session->now_ns);
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct kf_session *session = context;
    kf_view_fill_event(&session->fill, event);
    kf_recorder_event(session->recorder, event);
    if (event->kind == KF_ENGINE_CUE && !session->replay &&
        kf_view_pods_see(&session->view, event->cue->has_leg, event->cue->leg))
        sound(session, event->cue);
    if (event->kind == KF_ENGINE_ITEM && event->item->kind == KF_POD_EPOCH)
        kf_link_restart(&session->feed[event->source].link);
    if (session->listener.event)
        session->listener.event(session->listener.context, event);
}

/* ---- the log ---- */

/* Every record goes through here: first to whoever keeps it, because of bytes that crash the engine these are the ones
 * wanted. A recording that is replayed is not recorded again, and its bytes have no host times. */
static enum kf_status take(struct kf_session *session, struct kf_record *record)
{
    if (session->replay) {
        record->host_ns = kf_replay_host_ns(session->replay);
    } else {
        record->host_ns = session->now_ns - session->start_ns;
        if (record->kind == KF_RECORD_READ)
            kf_capture_put(session->capture, session->now_ns, record->bytes, record->count);
        else if (record->kind == KF_RECORD_GONE)
            kf_capture_gone(session->capture, session->now_ns);
        kf_recorder_record(session->recorder, record, session->engine);
        if (session->tap.record)
            session->tap.record(session->tap.context, record);
    }
    return kf_engine_take(session->engine, record);
}

/* What a person asks for now. */
static void take_request(struct kf_session *session, struct kf_record *record)
{
    record->kind = KF_RECORD_CONTROL;
    (void)take(session, record);
    if (session->replay)
        kf_held_keep(&session->held, record);
}

static void take_control(struct kf_session *session, enum kf_control control, double value, const char *text)
{
    take_request(session, &(struct kf_record){.control = control, .value = value, .text = text});
}

/* ---- live ---- */

/* Nothing more is taken; *refused gets why nothing was usable, if so. */
static enum kf_status finish(struct kf_session *session, struct kf_error *refused)
{
    const enum kf_status usable = kf_engine_finish(session->engine, refused);
    kf_recorder_flush(session->recorder, session->engine);
    session->over = true;
    return usable;
}

/* The first source that failed says why. */
static void all_ended(struct kf_session *session)
{
    struct kf_error refused = {0};
    const enum kf_status usable = finish(session, &refused);
    session->status = KF_OK;
    for (unsigned i = 0; i < session->feed_count && session->status == KF_OK; i++)
        if (session->feed[i].line.status != KF_ERR_END) {
            session->status = session->feed[i].line.status;
            session->error = session->feed[i].line.error;
        }
    if (session->status == KF_OK && usable != KF_OK) {
        session->status = usable;
        kf_error_set(&session->error, usable, 0, "'%.80s': %.160s", session->fill.view.source, refused.text);
        kf_error_hint(&session->error, "%s", refused.hint);
    }
}

/* Of a pod that was given its time and was not understood. */
static void not_understood(const struct kf_pod_line *line, const char *name, double time_s, struct kf_error *error)
{
    char heard[KF_VIEW_TEXT];
    const struct kf_hunt *hunt = &line->hunt;
    const bool silent = kf_engine_stats(line->config.engine, line->config.index)->bytes == 0;
    kf_error_set(error, silent ? KF_ERR_UNAVAILABLE : KF_ERR_DATA, 0, "nothing was decoded in %.*f s: '%.80s' is %s%s",
                 time_s < 10, time_s, name, silent ? "" : "sending ", kf_hunt_sum_up(hunt, heard, sizeof heard));
    if (hunt->baud_count > 1 && hunt->rounds == 0)
        kf_error_hint(error, "all its speeds take %.0f s: give it longer, or name the one, as in serial:%.80s@115200",
                      ceil(hunt->baud_count * 1e-9 * KF_HUNT_SPEED_NS), line->rejoin.uri);
    else if (silent)
        kf_error_hint(error, "is it on, charged, and this one? `kneefold ports --probe` says who speaks where");
    else
        kf_error_hint(error, "is its format one of pod.format (man kneefold.ini), its speed right, its cable whole? "
                             "`kneefold ports --probe` shows what comes");
}

void kf_session_time_up(struct kf_session *session)
{
    struct kf_error refused = {0};
    if (session->replay || session->over || finish(session, &refused) == KF_OK)
        return;
    const unsigned told = kf_engine_talker(session->engine);
    const struct kf_pod_line *line = &session->feed[told].line;
    const char *name = session->fill.view.pods[told].source;
    session->status = refused.code;
    if (line->rejoin.waiting) {
        session->status = KF_ERR_UNAVAILABLE;
        kf_error_set(&session->error, session->status, 0, "nothing was decoded: %.200s", line->error.text);
        kf_error_hint(&session->error, "%s", line->error.hint);
    } else if (!line->hunt.locked) {
        not_understood(line, name, (double)(session->now_ns - session->start_ns) * 1e-9, &session->error);
        session->status = session->error.code;
    } else {
        kf_error_set(&session->error, refused.code, 0, "'%.80s': %.160s", name, refused.text);
        kf_error_hint(&session->error, "%s", refused.hint);
    }
}

/* A record of a pod's line, on its way. */
static void on_record(void *context, struct kf_record *record)
{
    struct kf_session *session = context;
    (void)take(session, record);
    if (record->kind == KF_RECORD_READ)
        kf_link_data(&session->feed[record->source].link, session->now_ns,
                     kf_engine_link(session->engine, record->source).t_s);
    if (record->kind != KF_RECORD_BACK)
        session->record_ns = session->now_ns;
}

static void step_live(struct kf_session *session, int64_t now_ns, unsigned readable)
{
    bool over = true;
    kf_sinks_step(&session->sinks, now_ns);
    if (session->over)
        return;
    for (unsigned i = 0; i < session->feed_count; i++) {
        struct kf_session_feed *feed = &session->feed[i];
        if (!feed->line.over)
            kf_pod_line_step(&feed->line, now_ns, (readable >> i & 1) != 0);
        feed->link.gone = feed->line.rejoin.waiting;
        feed->link.ended = feed->line.over;
        over = over && feed->line.over;
    }
    if (over) {
        all_ended(session);
    } else if (now_ns - session->record_ns >= SECOND_NS) {
        session->record_ns = now_ns;
        (void)take(session, &(struct kf_record){.kind = KF_RECORD_TICK});
    }
}

/* ---- replay ---- */

static void step_replay(struct kf_session *session, int64_t now_ns)
{
    kf_playback_step(&session->playback, now_ns);
    session->over = kf_replay_ended(session->replay);
    session->status = kf_replay_result(session->replay, &session->error);
}

/* ---- one interface ---- */

void kf_session_step(struct kf_session *session, int64_t now_ns, unsigned readable)
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

unsigned kf_session_poll_fds(const struct kf_session *session, int fd[KF_PODS_MAX])
{
    for (unsigned i = 0; i < session->feed_count; i++)
        fd[i] = kf_pod_line_poll_fd(&session->feed[i].line);
    return session->feed_count;
}

int64_t kf_session_wake_ns(const struct kf_session *session, int64_t now_ns)
{
    int64_t wake_ns = INT64_MAX;
    if (session->replay)
        return kf_replay_wake_ns(session->replay, now_ns);
    for (unsigned i = 0; i < session->feed_count && !session->over; i++) {
        const struct kf_pod_line *line = &session->feed[i].line;
        const int64_t line_ns = line->over ? INT64_MAX : kf_pod_line_wake_ns(line, now_ns);
        wake_ns = line_ns < wake_ns ? line_ns : wake_ns;
    }
    return wake_ns;
}

static void change_belt(struct kf_session *session, double change_mps)
{
    const double now_mps = session->fill.view.belt_mps;
    const double next_mps = isnan(now_mps) ? BELT_USUAL_MPS : now_mps + change_mps;
    if (next_mps > 0)
        take_control(session, KF_CONTROL_BELT, next_mps, "");
}

void kf_session_request(struct kf_session *session, const struct kf_request *request)
{
    switch (request->kind) {
    case KF_REQUEST_BASELINE:
        take_control(session,
                     kf_engine_baseline_open(session->engine) ? KF_CONTROL_BASELINE_END : KF_CONTROL_BASELINE_START, 0,
                     "");
        break;
    case KF_REQUEST_MARK:
        take_control(session, KF_CONTROL_MARK, request->value, request->text);
        break;
    case KF_REQUEST_MUTE:
        take_control(session, KF_CONTROL_MUTE, !kf_engine_muted(session->engine), "");
        break;
    case KF_REQUEST_BELT:
        change_belt(session, request->value);
        break;
    case KF_REQUEST_PAUSE:
    case KF_REQUEST_SEEK:
    case KF_REQUEST_SPEED:
    case KF_REQUEST_STRIDE:
    case KF_REQUEST_MARK_STEP:
    case KF_REQUEST_LOOP:
        if (session->replay)
            kf_playback_request(&session->playback, request);
        break;
    case KF_REQUEST_DIFF:
    case KF_REQUEST_COMPARED:
        kf_compare_request(&session->playback.compare, request);
        break;
    case KF_REQUEST_RECORD:
        kf_recorder_toggle(session->recorder, session->engine);
        break;
    case KF_REQUEST_SCANNED:
        kf_playback_scanned(&session->playback, request->scan);
        break;
    case KF_REQUEST_CONTROL:
        take_request(session, &(struct kf_record){.control = request->control,
                                                  .source = request->source,
                                                  .value = request->value,
                                                  .text = request->text});
        break;
    }
}

bool kf_session_is_replay(const struct kf_session *session)
{
    return session->replay != NULL;
}

struct kf_keyframes *kf_session_keyframes(struct kf_session *session)
{
    return session->replay ? kf_replay_keyframes(session->replay) : NULL;
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
                                  unsigned pods, struct kf_error *error)
{
    const struct kf_engine_listener listener = {.event = on_event, .context = session};
    struct kf_engine_config engine = config->engine;
    engine.want_frames = true;
    engine.keep_looking |= live; /* and so did the session that a file holds */
    if (live)                    /* of a session that a file holds it is known */
        engine.pod_count = pods;
    session->engine = kf_engine_create(&engine, &listener, error);
    if (!session->engine)
        return KF_ERR_CONFIG;
    kf_view_fill_init(&session->fill, &engine, config->athlete);
    session->fill.engine = session->engine;
    return KF_OK;
}

static void on_moved(void *context)
{
    struct kf_session *session = context;
    session->fill.engine = session->engine;
    kf_held_apply(&session->held, session->engine, kf_replay_host_ns(session->replay));
}

static enum kf_status open_replay(struct kf_session *session, const struct kf_session_config *config,
                                  struct kf_error *error)
{
    const struct kf_replay_config replay = {.uri = config->uri[0],
                                            .speed = config->speed,
                                            .engine = session->engine,
                                            .companion = &session->fill,
                                            .companion_size = sizeof session->fill,
                                            .moved = on_moved,
                                            .context = session};
    session->replay = kf_replay_open(&replay, error);
    kf_playback_init(&session->playback, session->replay);
    if (session->replay)
        (void)kf_text_clean(session->fill.view.source, sizeof session->fill.view.source,
                            kf_replay_name(session->replay));
    return session->replay ? KF_OK : KF_ERR_NO_INPUT;
}

/* Takes the sources: those that became lines are closed with them. */
static enum kf_status open_lines(struct kf_session *session, const struct kf_session_config *config,
                                 struct kf_source *source[KF_PODS_MAX], struct kf_error *error)
{
    for (unsigned i = 0; i < KF_PODS_MAX && source[i]; i++) {
        const struct kf_pod_line_config line = {.uri = config->uri[i],
                                                .engine = session->engine,
                                                .index = i,
                                                .driver = config->engine.pod[i].driver,
                                                .rate_hz = config->engine.pod[i].rate_hz,
                                                .reopen = config->reopen,
                                                .record = on_record,
                                                .context = session};
        struct kf_session_feed *feed = &session->feed[session->feed_count++];
        struct kf_source *taken = source[i];
        source[i] = NULL;
        kf_link_init(&feed->link);
        if (kf_pod_line_init(&feed->line, &line, taken, error) != KF_OK) {
            for (unsigned rest = i + 1; rest < KF_PODS_MAX; rest++)
                kf_source_close(source[rest]);
            return KF_ERR_UNAVAILABLE;
        }
    }
    return KF_OK;
}

/* Opens all or none; what cannot be rewound is live. Among several there can be no recording: its time is another. */
static enum kf_status open_sources(const struct kf_session_config *config, struct kf_source *source[KF_PODS_MAX],
                                   unsigned *count, bool *live, struct kf_error *error)
{
    *count = 0;
    for (*live = true; *live && *count < KF_PODS_MAX && config->uri[*count]; ++*count) {
        source[*count] = kf_source_open(config->uri[*count], error);
        if (!source[*count])
            return KF_ERR_UNAVAILABLE;
        *live = kf_source_live(source[*count]);
    }
    if (*live || (*count == 1 && !config->uri[1]))
        return KF_OK;
    kf_error_set(error, KF_ERR_ARG, 0, "'%.160s' is a recording: it cannot be one of several sources",
                 kf_source_name(source[*count - 1]));
    kf_error_hint(error, "replay it by itself");
    return KF_ERR_ARG;
}

static void name_sources(struct kf_session *session, struct kf_source *const source[KF_PODS_MAX])
{
    struct kf_view *view = &session->fill.view;
    for (unsigned i = 0; i < view->pod_count; i++)
        (void)kf_text_clean(view->pods[i].source, sizeof view->pods[i].source,
                            source[i] ? kf_source_name(source[i]) : "");
    (void)kf_text_clean(view->source, sizeof view->source, kf_source_name(source[0]));
}

static enum kf_status open_all(struct kf_session *session, const struct kf_session_config *config,
                               struct kf_error *error)
{
    struct kf_source *source[KF_PODS_MAX] = {NULL};
    unsigned count = 0;
    bool live = true;
    enum kf_status status = open_sources(config, source, &count, &live, error);
    if (status == KF_OK)
        status = open_engine(session, config, live, count, error);
    if (status == KF_OK) {
        name_sources(session, source);
        if (live)
            return open_lines(session, config, source, error);
    }
    for (unsigned i = 0; i < KF_PODS_MAX; i++)
        kf_source_close(source[i]);
    return status == KF_OK ? open_replay(session, config, error) : status;
}

struct kf_session *kf_session_open(const struct kf_session_config *config, struct kf_error *error)
{
    struct kf_session *session = calloc(1, sizeof *session);
    if (!session) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for a session");
        return NULL;
    }
    session->listener = config->listener;
    session->tap = config->tap;
    session->trouble_ns = INT64_MIN;
    kf_sinks_init(&session->sinks);
    kf_advice_init(&session->advice);
    if (open_all(session, config, error) == KF_OK)
        return session;
    kf_session_close(session);
    return NULL;
}

void kf_session_close(struct kf_session *session)
{
    if (!session)
        return;
    for (unsigned i = 0; i < session->feed_count; i++)
        kf_pod_line_close(&session->feed[i].line);
    if (session->recorder && session->engine && !session->over) { /* what a replay will say at the end of its log */
        (void)kf_engine_finish(session->engine, NULL);
        kf_recorder_flush(session->recorder, session->engine);
    }
    kf_sinks_close(&session->sinks);
    kf_compare_close(&session->playback.compare);
    kf_replay_close(session->replay);
    kf_engine_destroy(session->engine);
    free(session);
}
