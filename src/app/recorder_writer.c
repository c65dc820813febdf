/* recorder_writer.c - the recorder's other thread: takes items out of the ring and writes them into the session file.
 *
 * Here a disk may be slow or fail. What fails ends the recording and nothing else. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "app/conditions.h"
#include "app/recorder_path.h"
#include "app/recorder_state.h"

void kf_recorder_stopped(struct kf_recorder *recorder, const struct kf_error *error)
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

/* A name that is taken gets a number. */
enum kf_status kf_recorder_start(struct kf_recorder *recorder, int64_t host_ns, struct kf_error *error)
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

enum kf_status kf_recorder_end(struct kf_recorder *recorder, struct kf_error *error)
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
    struct kf_recorder_item *item = &recorder->item;
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
    return recorder->writer ? kf_recorder_end(recorder, error) : kf_recorder_start(recorder, host_ns, error);
}

static enum kf_status write_item(struct kf_recorder *recorder, struct kf_error *error)
{
    struct kf_recorder_item *item = &recorder->item;
    const int64_t wall_ns = recorder->wall_ns + item->host_ns;
    if (item->kind == KF_ITEM_TOGGLE)
        return toggle(recorder, item->host_ns, error);
    if (!recorder->writer)
        return KF_OK;
    switch (item->kind) {
    case KF_ITEM_RECORD:
        return write_record(recorder, error);
    case KF_ITEM_VERDICT:
        return kf_store_verdict(recorder->writer, &item->u.swing, item->t_s, error);
    case KF_ITEM_SWING:
        return kf_store_stride(recorder->writer, &item->u.swing, error);
    case KF_ITEM_CUE:
        item->u.said.cue.name = item->u.said.name;
        item->u.said.cue.text = item->u.said.text;
        return kf_store_cue(recorder->writer, &item->u.said.cue, error);
    case KF_ITEM_MARK:
        return kf_store_mark(recorder->writer, item->t_s, wall_ns, item->u.text, error);
    case KF_ITEM_BELT:
        return kf_store_belt(recorder->writer, item->t_s, wall_ns, item->u.speed_mps, error);
    case KF_ITEM_STREAM:
        return kf_store_stream(recorder->writer, &item->u.stream, error);
    case KF_ITEM_DOSE:
        return write_dose(recorder, error);
    case KF_ITEM_FLUSH:
        return kf_store_commit(recorder->writer, error);
    case KF_ITEM_TOGGLE:
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
        kf_recorder_stopped(recorder, &error);
        kf_store_abandon(recorder->writer);
        recorder->writer = NULL;
    }
    if (recorder->writer && kf_store_committed_ns(recorder->writer) != recorder->committed_ns) {
        recorder->committed_ns = kf_store_committed_ns(recorder->writer);
        look_at_disk(recorder);
    }
}

void *kf_recorder_run(void *context)
{
    struct kf_recorder *recorder = context;
    pthread_mutex_lock(&recorder->lock);
    while (recorder->ring.count > 0 || !recorder->closing) {
        if (recorder->ring.count == 0) {
            pthread_cond_wait(&recorder->news, &recorder->lock);
            continue;
        }
        kf_ring_take(&recorder->ring, &recorder->item, sizeof recorder->item);
        kf_ring_take(&recorder->ring, recorder->tail, recorder->item.tail);
        pthread_mutex_unlock(&recorder->lock);
        work_off(recorder);
        pthread_mutex_lock(&recorder->lock);
    }
    pthread_mutex_unlock(&recorder->lock);
    return NULL;
}
