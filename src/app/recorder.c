/* recorder.c - between an engine that must not wait and a disk that sometimes does: a ring of items, copied in here by
 * the engine's thread and out by the writer's (recorder_writer.c), whose lock is held only while copying. */
#include "config.h"

#include "app/recorder.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "app/marks.h"
#include "app/recorder_state.h"
#include "app/thread.h"

#define STREAMS_EVERY_NS INT64_C(1000000000) /* a cut file lacks the last second of its counts, no more */

/* ---- the engine's thread ---- */

/* What does not fit is lost and counted: the engine does not wait. Toggling always fits, for its room is kept free. */
static void put(struct kf_recorder *recorder, const struct kf_recorder_item *item, const void *tail)
{
    const size_t kept = item->kind == KF_ITEM_TOGGLE ? 0 : 8 * sizeof *item;
    pthread_mutex_lock(&recorder->lock);
    if (recorder->state.on || item->kind == KF_ITEM_TOGGLE) {
        if (recorder->ring.room - recorder->ring.count < sizeof *item + item->tail + kept) {
            recorder->state.lost++;
        } else {
            kf_ring_put(&recorder->ring, item, sizeof *item);
            if (item->tail > 0)
                kf_ring_put(&recorder->ring, tail, item->tail);
            pthread_cond_signal(&recorder->news);
        }
    }
    pthread_mutex_unlock(&recorder->lock);
}

static struct kf_recorder_item item_of(const struct kf_recorder *recorder, enum kf_recorder_item_kind kind)
{
    struct kf_recorder_item item;
    memset(&item, 0, sizeof item);
    item.kind = kind;
    item.host_ns = recorder->host_ns;
    item.t_s = recorder->t_s;
    return item;
}

static void put_streams(struct kf_recorder *recorder, const struct kf_engine *engine)
{
    for (unsigned pod = 0; pod < kf_engine_pod_count(engine); pod++) {
        const struct kf_pod_stats *stats = kf_engine_stats(engine, pod);
        const struct kf_pod_driver *driver = kf_engine_driver(engine, pod);
        for (unsigned i = 0; i < stats->stream_count; i++) {
            struct kf_recorder_item item = item_of(recorder, KF_ITEM_STREAM);
            item.u.stream = (struct kf_store_stream){.pod = pod,
                                                     .stream = i,
                                                     .format = driver ? driver->name : NULL,
                                                     .site = kf_engine_stream_site(engine, pod, i),
                                                     .kind = stats->stream[i].kind,
                                                     .rate_hz = stats->stream[i].rate_hz,
                                                     .samples = stats->stream[i].samples,
                                                     .lost = stats->stream[i].lost,
                                                     .saturated = stats->stream[i].saturated};
            put(recorder, &item, NULL);
        }
    }
}

/* How often each cue was said and withheld so far, and how long it stood there. */
static void put_doses(struct kf_recorder *recorder, const struct kf_engine *engine)
{
    const struct kf_coach *coach = kf_engine_coach(engine);
    static const char *const whom[KF_CUE_WHOM_COUNT] = {"l", "r", "both"};
    for (unsigned i = 0; i < coach->rules.count; i++) {
        const struct kf_cue_dose dose = kf_coach_dose(coach, i, recorder->t_s);
        struct kf_recorder_item item = item_of(recorder, KF_ITEM_DOSE);
        char text[256] = "{";
        size_t used = 1;
        for (unsigned j = 0; j < KF_CUE_WHOM_COUNT; j++)
            if (dose.said[j] > 0 || dose.withheld[j] > 0)
                used += (size_t)snprintf(
                    text + used, sizeof text - used, "%s\"%s\":{\"said\":%u,\"withheld\":%u,\"banner_s\":%.1f}",
                    used > 1 ? "," : "", whom[j], dose.said[j], dose.withheld[j], dose.banner_s[j]);
        if (used == 1 || used + 2 > sizeof text)
            continue;
        memcpy(text + used, "}", 2);
        item.tail = used + 2;
        (void)snprintf(item.u.dose_of, sizeof item.u.dose_of, "%s", dose.name);
        put(recorder, &item, text);
    }
}

static void put_record(struct kf_recorder *recorder, const struct kf_record *record)
{
    struct kf_recorder_item item = item_of(recorder, KF_ITEM_RECORD);
    const void *tail = NULL;
    item.u.record = *record;
    if (record->kind == KF_RECORD_CONTROL) {
        item.tail = strnlen(record->text, KF_RECORDER_TAIL_MAX - 1) + 1;
        tail = record->text;
    } else if (record->kind == KF_RECORD_READ) {
        item.tail = record->count;
        tail = record->bytes;
    }
    put(recorder, &item, tail);
}

void kf_recorder_record(struct kf_recorder *recorder, const struct kf_record *record, const struct kf_engine *engine)
{
    struct kf_record part = *record;
    if (!recorder)
        return;
    recorder->host_ns = record->host_ns;
    recorder->t_s = kf_engine_time_s(engine);
    if (record->host_ns - recorder->streams_ns >= STREAMS_EVERY_NS) {
        recorder->streams_ns = record->host_ns;
        put_streams(recorder, engine);
        put_doses(recorder, engine);
    }
    if (record->kind != KF_RECORD_READ) {
        put_record(recorder, record);
        return;
    }
    for (size_t at = 0; at < record->count; at += part.count) { /* any cutting gives the same events */
        part.bytes = record->bytes + at;
        part.count = record->count - at < KF_RECORDER_TAIL_MAX ? record->count - at : KF_RECORDER_TAIL_MAX;
        put_record(recorder, &part);
    }
}

static void put_output(struct kf_recorder *recorder, const struct kf_output *output)
{
    struct kf_recorder_item item = item_of(recorder, output->kind == KF_OUT_VERDICT ? KF_ITEM_VERDICT : KF_ITEM_SWING);
    if (output->kind != KF_OUT_VERDICT && output->kind != KF_OUT_SWING)
        return;
    item.t_s = output->t_now_s;
    item.u.swing = *output->swing;
    put(recorder, &item, NULL);
}

static void put_item(struct kf_recorder *recorder, const struct kf_pod_item *pod)
{
    struct kf_recorder_item item = item_of(recorder, pod->kind == KF_POD_MARK ? KF_ITEM_MARK : KF_ITEM_BELT);
    if (pod->kind != KF_POD_MARK && pod->kind != KF_POD_BELT)
        return;
    item.t_s = pod->t_s;
    if (pod->kind == KF_POD_MARK)
        item.host_ns -= kf_marks_ago_ns(recorder->t_s, pod->t_s);
    if (pod->kind == KF_POD_MARK)
        memcpy(item.u.text, pod->u.mark.text, sizeof item.u.text);
    else
        item.u.speed_mps = pod->u.belt.speed_mps;
    put(recorder, &item, NULL);
}

static void put_cue(struct kf_recorder *recorder, const struct kf_cue *cue)
{
    struct kf_recorder_item item = item_of(recorder, KF_ITEM_CUE);
    item.u.said.cue = (struct kf_store_cue){.t_s = cue->t_s, .has_leg = cue->has_leg, .leg = cue->leg};
    (void)snprintf(item.u.said.name, sizeof item.u.said.name, "%s", cue->name);
    (void)snprintf(item.u.said.text, sizeof item.u.said.text, "%s", cue->text);
    put(recorder, &item, NULL);
}

void kf_recorder_event(struct kf_recorder *recorder, const struct kf_engine_event *event)
{
    if (!recorder)
        return;
    if (event->kind == KF_ENGINE_OUTPUT) {
        put_output(recorder, event->output);
    } else if (event->kind == KF_ENGINE_ITEM) {
        put_item(recorder, event->item);
    } else if (event->kind == KF_ENGINE_CUE) {
        put_cue(recorder, event->cue);
    }
}

void kf_recorder_flush(struct kf_recorder *recorder, const struct kf_engine *engine)
{
    struct kf_recorder_item item;
    if (!recorder)
        return;
    put_streams(recorder, engine);
    put_doses(recorder, engine);
    item = item_of(recorder, KF_ITEM_FLUSH);
    put(recorder, &item, NULL);
}

void kf_recorder_toggle(struct kf_recorder *recorder, const struct kf_engine *engine)
{
    struct kf_recorder_item item;
    if (!recorder)
        return;
    pthread_mutex_lock(&recorder->lock);
    recorder->engine.settings = *kf_engine_settings(engine);
    pthread_mutex_unlock(&recorder->lock);
    item = item_of(recorder, KF_ITEM_TOGGLE);
    put(recorder, &item, NULL);
}

/* ---- life ---- */

static void destroy(struct kf_recorder *recorder)
{
    kf_store_abandon(recorder->writer);
    pthread_cond_destroy(&recorder->news);
    pthread_mutex_destroy(&recorder->lock);
    free(recorder);
}

static struct kf_recorder *create(const struct kf_recorder_config *config)
{
    const size_t room = config->room ? config->room : KF_RECORDER_ROOM;
    struct kf_recorder *recorder = calloc(1, sizeof *recorder + room);
    if (!recorder)
        return NULL;
    pthread_mutex_init(&recorder->lock, NULL);
    pthread_cond_init(&recorder->news, NULL);
    recorder->ring = (struct kf_ring){.bytes = recorder->room, .room = room};
    recorder->wall_ns = config->wall_ns;
    recorder->t_s = NAN;
    recorder->engine = *config->engine;
    recorder->engine.keep_looking = true; /* as every live session does */
    (void)snprintf(recorder->folder, sizeof recorder->folder, "%s", config->folder);
    (void)snprintf(recorder->athlete, sizeof recorder->athlete, "%s", config->athlete ? config->athlete : "");
    (void)snprintf(recorder->source, sizeof recorder->source, "%s", config->source ? config->source : "");
    (void)snprintf(recorder->vfs, sizeof recorder->vfs, "%s", config->vfs ? config->vfs : "");
    return recorder;
}

struct kf_recorder *kf_recorder_open(const struct kf_recorder_config *config, struct kf_error *error)
{
    struct kf_recorder *recorder = create(config);
    char why[KF_ERRNO_TEXT_MAX];
    int failed = 0;
    if (!recorder) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, ENOMEM, "not enough memory to record the session");
        return NULL;
    }
    if (config->on && kf_recorder_start(recorder, 0, error) != KF_OK) {
        kf_error_hint(error, "record elsewhere with -o record.folder=FOLDER, or not at all with -o record.enabled=no");
        destroy(recorder);
        return NULL;
    }
    failed = kf_thread_start(&recorder->thread, kf_recorder_run, recorder);
    if (failed) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, failed, "cannot start the recorder's thread: %s",
                     kf_errno_text(failed, why));
        destroy(recorder);
        return NULL;
    }
    return recorder;
}

void kf_recorder_state(struct kf_recorder *recorder, struct kf_recorder_state *state)
{
    pthread_mutex_lock(&recorder->lock);
    *state = recorder->state;
    pthread_mutex_unlock(&recorder->lock);
}

size_t kf_recorder_behind(struct kf_recorder *recorder)
{
    size_t count = 0;
    pthread_mutex_lock(&recorder->lock);
    count = recorder->ring.count;
    pthread_mutex_unlock(&recorder->lock);
    return count;
}

enum kf_status kf_recorder_close(struct kf_recorder *recorder, struct kf_error *error)
{
    enum kf_status status = KF_OK;
    if (!recorder)
        return KF_OK;
    pthread_mutex_lock(&recorder->lock);
    recorder->closing = true;
    pthread_cond_signal(&recorder->news);
    pthread_mutex_unlock(&recorder->lock);
    pthread_join(recorder->thread, NULL);
    if (recorder->writer && kf_recorder_end(recorder, error) != KF_OK)
        kf_recorder_stopped(recorder, error);
    status = recorder->state.status;
    if (status != KF_OK)
        *error = recorder->state.error;
    destroy(recorder);
    return status;
}
