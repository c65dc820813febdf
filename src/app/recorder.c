/* recorder.c - between an engine that must not wait and a disk that sometimes does: a ring of items, copied in by one
 * thread and out by the other, whose lock is held only while copying. */
#include "config.h"

#include "app/recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "app/conditions.h"
#include "app/marks.h"
#include "app/recorder_path.h"
#include "store/writer.h"

#define STREAMS_EVERY_NS INT64_C(1000000000) /* a cut file lacks the last second of its counts, no more */

enum item_kind {
    ITEM_RECORD,
    ITEM_VERDICT,
    ITEM_SWING,
    ITEM_CUE,
    ITEM_MARK,
    ITEM_BELT,
    ITEM_STREAM,
    ITEM_DOSE,
    ITEM_FLUSH,
    ITEM_TOGGLE
};

/* What waits in the ring: a head, then of a record its bytes or text, of a dose its text. */
struct item {
    enum item_kind kind;
    double t_s;
    int64_t host_ns;
    union {
        struct kf_record record; /* its pointers are set anew behind the ring */
        struct kf_swing swing;
        struct {
            struct kf_store_cue cue; /* its texts are the copies below: the engine's may be gone by then */
            char name[KF_CUE_NAME_MAX], text[KF_CUE_TEXT_MAX];
        } said;
        struct kf_store_stream stream;
        double speed_mps;
        char text[KF_POD_TEXT_MAX];
        char dose_of[KF_CUE_NAME_MAX];
    } u;
    size_t tail; /* bytes that follow */
};

enum { TAIL_MAX = KF_RECORD_TEXT_MAX };

struct kf_recorder {
    char folder[KF_RECORDER_PATH], athlete[64], source[128], vfs[32];
    int64_t wall_ns;
    pthread_t thread;
    /* the engine's thread's own */
    int64_t host_ns, streams_ns;
    double t_s;
    /* the writer's own */
    struct kf_store_writer *writer;
    unsigned files;
    int64_t committed_ns;
    struct item item; /* the one being written */
    uint8_t tail[TAIL_MAX];
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t news;
    bool closing;
    struct kf_recorder_state state;
    struct kf_engine_config engine; /* its settings are those in force when the file begins */
    size_t room, head, count;
    uint8_t ring[];
};

/* ---- the ring; its lock is held ---- */

static void copy_in(struct kf_recorder *recorder, const void *bytes, size_t count)
{
    const size_t at = (recorder->head + recorder->count) % recorder->room;
    const size_t first = count < recorder->room - at ? count : recorder->room - at;
    memcpy(recorder->ring + at, bytes, first);
    memcpy(recorder->ring, (const uint8_t *)bytes + first, count - first);
    recorder->count += count;
}

static void copy_out(struct kf_recorder *recorder, void *bytes, size_t count)
{
    const size_t first = count < recorder->room - recorder->head ? count : recorder->room - recorder->head;
    memcpy(bytes, recorder->ring + recorder->head, first);
    memcpy((uint8_t *)bytes + first, recorder->ring, count - first);
    recorder->head = (recorder->head + count) % recorder->room;
    recorder->count -= count;
}

/* ---- the engine's thread ---- */

/* What does not fit is lost and counted: the engine does not wait. Toggling always fits, for its room is kept free. */
static void put(struct kf_recorder *recorder, const struct item *item, const void *tail)
{
    const size_t kept = item->kind == ITEM_TOGGLE ? 0 : 8 * sizeof *item;
    pthread_mutex_lock(&recorder->lock);
    if (recorder->state.on || item->kind == ITEM_TOGGLE) {
        if (recorder->room - recorder->count < sizeof *item + item->tail + kept) {
            recorder->state.lost++;
        } else {
            copy_in(recorder, item, sizeof *item);
            if (item->tail > 0)
                copy_in(recorder, tail, item->tail);
            pthread_cond_signal(&recorder->news);
        }
    }
    pthread_mutex_unlock(&recorder->lock);
}

static struct item item_of(const struct kf_recorder *recorder, enum item_kind kind)
{
    struct item item;
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
            struct item item = item_of(recorder, ITEM_STREAM);
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
        struct item item = item_of(recorder, ITEM_DOSE);
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
    struct item item = item_of(recorder, ITEM_RECORD);
    const void *tail = NULL;
    item.u.record = *record;
    if (record->kind == KF_RECORD_CONTROL) {
        item.tail = strnlen(record->text, TAIL_MAX - 1) + 1;
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
        part.count = record->count - at < TAIL_MAX ? record->count - at : TAIL_MAX;
        put_record(recorder, &part);
    }
}

static void put_output(struct kf_recorder *recorder, const struct kf_output *output)
{
    struct item item = item_of(recorder, output->kind == KF_OUT_VERDICT ? ITEM_VERDICT : ITEM_SWING);
    if (output->kind != KF_OUT_VERDICT && output->kind != KF_OUT_SWING)
        return;
    item.t_s = output->t_now_s;
    item.u.swing = *output->swing;
    put(recorder, &item, NULL);
}

static void put_item(struct kf_recorder *recorder, const struct kf_pod_item *pod)
{
    struct item item = item_of(recorder, pod->kind == KF_POD_MARK ? ITEM_MARK : ITEM_BELT);
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
    struct item item = item_of(recorder, ITEM_CUE);
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
    struct item item;
    if (!recorder)
        return;
    put_streams(recorder, engine);
    put_doses(recorder, engine);
    item = item_of(recorder, ITEM_FLUSH);
    put(recorder, &item, NULL);
}

void kf_recorder_toggle(struct kf_recorder *recorder, const struct kf_engine *engine)
{
    struct item item;
    if (!recorder)
        return;
    pthread_mutex_lock(&recorder->lock);
    recorder->engine.settings = *kf_engine_settings(engine);
    pthread_mutex_unlock(&recorder->lock);
    item = item_of(recorder, ITEM_TOGGLE);
    put(recorder, &item, NULL);
}

/* ---- the writer's thread ---- */

static void stopped(struct kf_recorder *recorder, const struct kf_error *error)
{
    pthread_mutex_lock(&recorder->lock);
    recorder->state.on = false;
    recorder->state.status = error->code;
    recorder->state.error = *error;
    (void)snprintf(recorder->state.error.text, sizeof recorder->state.error.text, "RECORDING STOPPED: %.220s",
                   error->text);
    pthread_mutex_unlock(&recorder->lock);
}

static void look_at_disk(struct kf_recorder *recorder)
{
    struct statvfs disk;
    const uint64_t bytes = kf_store_bytes(recorder->writer);
    const bool known = statvfs(recorder->folder, &disk) == 0;
    pthread_mutex_lock(&recorder->lock);
    recorder->state.bytes = bytes;
    recorder->state.free_bytes = known ? (uint64_t)disk.f_bavail * disk.f_frsize : 0;
    pthread_mutex_unlock(&recorder->lock);
}

static enum kf_status describe(struct kf_recorder *recorder, int64_t host_ns, struct kf_error *error)
{
    char text[32];
    struct kf_engine_config engine;
    pthread_mutex_lock(&recorder->lock);
    engine = recorder->engine;
    pthread_mutex_unlock(&recorder->lock);
    enum kf_status status = kf_conditions_write(recorder->writer, &engine, host_ns, error);
    (void)snprintf(text, sizeof text, "%" PRId64, recorder->wall_ns);
    if (status == KF_OK)
        status = kf_store_meta(recorder->writer, "started_ns", text, error);
    if (status == KF_OK)
        status = kf_store_meta(recorder->writer, "athlete", recorder->athlete, error);
    if (status == KF_OK)
        status = kf_store_meta(recorder->writer, "source", recorder->source, error);
    if (status == KF_OK && host_ns > 0)
        status = kf_store_meta(recorder->writer, "began_late", "1", error);
    return status == KF_OK ? kf_store_commit(recorder->writer, error) : status;
}

/* Begins a file named after the moment; a name that is taken gets a number. */
static enum kf_status start(struct kf_recorder *recorder, int64_t host_ns, struct kf_error *error)
{
    char path[KF_RECORDER_PATH];
    const char *vfs = recorder->vfs[0] ? recorder->vfs : NULL;
    enum kf_status status = kf_recorder_make_folder(recorder->folder, error);
    if (status != KF_OK)
        return status;
    for (unsigned number = 1; !recorder->writer; number++) {
        if (!kf_recorder_path(path, sizeof path, recorder->folder, recorder->wall_ns + host_ns, recorder->athlete,
                              number))
            return kf_error_set(error, KF_ERR_CONFIG, ENAMETOOLONG,
                                "cannot record below '%.150s': its name is too long", recorder->folder);
        recorder->writer = kf_store_create(path, vfs, error);
        if (!recorder->writer && (error->code != KF_ERR_ARG || number == 1000))
            return error->code;
    }
    recorder->committed_ns = -1;
    status = describe(recorder, host_ns, error);
    if (status != KF_OK) {
        kf_store_abandon(recorder->writer);
        recorder->writer = NULL;
        return status;
    }
    pthread_mutex_lock(&recorder->lock);
    memcpy(recorder->state.path, path, sizeof path);
    recorder->state.on = true;
    recorder->state.status = KF_OK;
    recorder->state.lost = 0; /* of the file before */
    pthread_mutex_unlock(&recorder->lock);
    look_at_disk(recorder);
    return KF_OK;
}

static enum kf_status end(struct kf_recorder *recorder, struct kf_error *error)
{
    char lost[32];
    struct kf_store_writer *writer = recorder->writer;
    recorder->writer = NULL;
    pthread_mutex_lock(&recorder->lock);
    (void)snprintf(lost, sizeof lost, "%" PRIu64, recorder->state.lost);
    recorder->state.on = false;
    pthread_mutex_unlock(&recorder->lock);
    (void)kf_store_meta(writer, "lost_records", lost, error); /* finishing says again what fails here */
    return kf_store_finish(writer, error);
}

static enum kf_status write_dose(struct kf_recorder *recorder, struct kf_error *error)
{
    char key[sizeof "dose." + KF_CUE_NAME_MAX];
    (void)snprintf(key, sizeof key, "dose.%s", recorder->item.u.dose_of);
    return kf_store_meta(recorder->writer, key, (const char *)recorder->tail, error);
}

/* One that no file can hold is lost, but ends nothing. */
static enum kf_status write_record(struct kf_recorder *recorder, struct kf_error *error)
{
    struct item *item = &recorder->item;
    enum kf_status status = KF_OK;
    item->u.record.bytes = recorder->tail;
    item->u.record.text = (const char *)recorder->tail;
    status = kf_store_record(recorder->writer, &item->u.record, item->t_s, error);
    if (status != KF_ERR_ARG)
        return status;
    pthread_mutex_lock(&recorder->lock);
    recorder->state.lost++;
    pthread_mutex_unlock(&recorder->lock);
    return KF_OK;
}

static enum kf_status toggle(struct kf_recorder *recorder, int64_t host_ns, struct kf_error *error)
{
    return recorder->writer ? end(recorder, error) : start(recorder, host_ns, error);
}

static enum kf_status write_item(struct kf_recorder *recorder, struct kf_error *error)
{
    struct item *item = &recorder->item;
    const int64_t wall_ns = recorder->wall_ns + item->host_ns;
    if (item->kind == ITEM_TOGGLE)
        return toggle(recorder, item->host_ns, error);
    if (!recorder->writer)
        return KF_OK;
    switch (item->kind) {
    case ITEM_RECORD:
        return write_record(recorder, error);
    case ITEM_VERDICT:
        return kf_store_verdict(recorder->writer, &item->u.swing, item->t_s, error);
    case ITEM_SWING:
        return kf_store_stride(recorder->writer, &item->u.swing, error);
    case ITEM_CUE:
        item->u.said.cue.name = item->u.said.name;
        item->u.said.cue.text = item->u.said.text;
        return kf_store_cue(recorder->writer, &item->u.said.cue, error);
    case ITEM_MARK:
        return kf_store_mark(recorder->writer, item->t_s, wall_ns, item->u.text, error);
    case ITEM_BELT:
        return kf_store_belt(recorder->writer, item->t_s, wall_ns, item->u.speed_mps, error);
    case ITEM_STREAM:
        return kf_store_stream(recorder->writer, &item->u.stream, error);
    case ITEM_DOSE:
        return write_dose(recorder, error);
    case ITEM_FLUSH:
        return kf_store_commit(recorder->writer, error);
    case ITEM_TOGGLE:
        break;
    }
    return KF_OK;
}

/* Writes one item; a fault ends the recording and nothing else. */
static void work_off(struct kf_recorder *recorder)
{
    struct kf_error error = {0};
    const enum kf_status status = write_item(recorder, &error);
    if (status != KF_OK) {
        stopped(recorder, &error);
        kf_store_abandon(recorder->writer);
        recorder->writer = NULL;
    }
    if (recorder->writer && kf_store_committed_ns(recorder->writer) != recorder->committed_ns) {
        recorder->committed_ns = kf_store_committed_ns(recorder->writer);
        look_at_disk(recorder);
    }
}

static void *run(void *context)
{
    struct kf_recorder *recorder = context;
    pthread_mutex_lock(&recorder->lock);
    while (recorder->count > 0 || !recorder->closing) {
        if (recorder->count == 0) {
            pthread_cond_wait(&recorder->news, &recorder->lock);
            continue;
        }
        copy_out(recorder, &recorder->item, sizeof recorder->item);
        copy_out(recorder, recorder->tail, recorder->item.tail);
        pthread_mutex_unlock(&recorder->lock);
        work_off(recorder);
        pthread_mutex_lock(&recorder->lock);
    }
    pthread_mutex_unlock(&recorder->lock);
    return NULL;
}

/* ---- life ---- */

/* Signals are for the ui's thread. */
static int start_thread(struct kf_recorder *recorder)
{
    sigset_t all, before;
    int failed = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&recorder->thread, NULL, run, recorder);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

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
    recorder->room = room;
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
    int failed = 0;
    if (!recorder) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, ENOMEM, "not enough memory to record the session");
        return NULL;
    }
    if (config->on && start(recorder, 0, error) != KF_OK) {
        kf_error_hint(error, "record elsewhere with -o record.folder=FOLDER, or not at all with -o record.enabled=no");
        destroy(recorder);
        return NULL;
    }
    failed = start_thread(recorder);
    if (failed) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, failed, "cannot start the recorder's thread: %s", strerror(failed));
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
    count = recorder->count;
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
    if (recorder->writer && end(recorder, error) != KF_OK)
        stopped(recorder, error);
    status = recorder->state.status;
    if (status != KF_OK)
        *error = recorder->state.error;
    destroy(recorder);
    return status;
}
