/* engine.c - joins decoders, pipeline and coach into one object that turns records into cues.
 *
 * The whole state is one flat block: a copy of it is a keyframe. What happens inside a pod's bytes is engine_pod.c,
 * what people and headers ask for engine_control.c. */
#include "app/engine.h"

#include <math.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "app/engine_state.h"
#include "app/settings_apply.h"

enum {
    LEAD_FILE = 64 * 1024, /* bytes looked at before a file is refused */
    LEAD_LIVE = 16 * 1024  /* of a live source the last so many: they are part of every keyframe */
};

static size_t aligned(size_t size)
{
    const size_t unit = alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

void kf_engine_tell(const struct kf_engine *engine, const struct kf_engine_event *event)
{
    if (engine->listener.event)
        engine->listener.event(engine->listener.context, event);
}

void kf_engine_tell_item(const struct kf_engine *engine, unsigned source, const struct kf_pod_item *item)
{
    kf_engine_tell(engine, &(struct kf_engine_event){.kind = KF_ENGINE_ITEM, .item = item, .source = source});
}

/* ---- the pipeline's outputs ---- */

/* The coach hears a swing at its verdict and again when it is complete: metrics that come late count, too. */
static void coach_swing(struct kf_engine *engine, const struct kf_output *output)
{
    struct kf_cue cue;
    if (kf_coach_push(&engine->coach, output->swing, output->t_now_s, &cue))
        kf_engine_tell(engine, &(struct kf_engine_event){.kind = KF_ENGINE_CUE, .cue = &cue});
}

static void on_output(void *context, const struct kf_output *output)
{
    struct kf_engine *engine = context;
    kf_engine_tell(engine, &(struct kf_engine_event){.kind = KF_ENGINE_OUTPUT, .output = output});
    if (output->kind == KF_OUT_VERDICT || output->kind == KF_OUT_SWING)
        coach_swing(engine, output);
    else if (output->kind == KF_OUT_BASELINE)
        kf_coach_relaxed(&engine->coach, output->leg);
}

/* ---- records ---- */

/* A file's records all say 0: what needs the host's clock is then left alone. */
static void take_time(struct kf_engine *engine, int64_t host_ns)
{
    const double host_s = (double)host_ns * 1e-9;
    if (!engine->begun)
        engine->first_ns = host_ns;
    engine->begun = true;
    engine->live = engine->live || host_ns != engine->first_ns;
    engine->host_s = host_s > engine->host_s ? host_s : engine->host_s;
}

enum kf_status kf_engine_take(struct kf_engine *engine, const struct kf_record *record)
{
    const bool of_pod = record->kind != KF_RECORD_CONTROL && record->kind != KF_RECORD_TICK;
    if (of_pod && record->source >= engine->config.pod_count)
        return KF_ERR_ARG;
    take_time(engine, record->host_ns);
    switch (record->kind) {
    case KF_RECORD_READ:
        kf_engine_pod_read(&engine->pod[record->source], record->bytes, record->count);
        return KF_OK;
    case KF_RECORD_CONTROL:
        return kf_engine_control(engine, record);
    case KF_RECORD_GONE:
        kf_engine_pod_gone(&engine->pod[record->source]);
        return KF_OK;
    case KF_RECORD_BACK:
        kf_engine_pod_back(&engine->pod[record->source]);
        return KF_OK;
    case KF_RECORD_TICK:
        return KF_OK;
    }
    return KF_ERR_ARG;
}

void kf_engine_push(struct kf_engine *engine, const uint8_t *bytes, size_t count)
{
    (void)kf_engine_take(engine, &(struct kf_record){.kind = KF_RECORD_READ, .bytes = bytes, .count = count});
}

enum kf_status kf_engine_finish(struct kf_engine *engine, struct kf_error *error)
{
    bool sampled = false;
    for (unsigned i = 0; i < engine->config.pod_count; i++) {
        kf_engine_pod_finish(&engine->pod[i]);
        sampled = sampled || engine->pod[i].sampled;
    }
    kf_pipeline_finish(&engine->pipeline, &engine->output);
    return sampled ? KF_OK : kf_engine_pod_useless(&engine->pod[kf_engine_talker(engine)], error);
}

/* ---- life ---- */

static size_t decoder_room(const struct kf_engine_config *config)
{
    size_t largest = 0;
    for (unsigned i = 0; i < config->pod_count; i++)
        if (config->pod[i].driver && config->pod[i].driver->state_size > largest)
            largest = config->pod[i].driver->state_size;
    for (const struct kf_pod_driver *const *driver = kf_pod_drivers; *driver; driver++)
        if ((*driver)->state_size > largest)
            largest = (*driver)->state_size;
    return aligned(largest);
}

static void set_up_pipeline(struct kf_engine *engine)
{
    struct kf_pipeline_config config = kf_settings_pipeline(&engine->settings);
    config.auto_baseline = engine->config.auto_baseline;
    config.want_frames = engine->config.want_frames;
    engine->output = (struct kf_pipeline_sink){.output = on_output, .context = engine};
    kf_pipeline_init(&engine->pipeline, &config);
}

static void set_up_pods(struct kf_engine *engine)
{
    const size_t room = decoder_room(&engine->config);
    unsigned char *at = (unsigned char *)engine + aligned(sizeof *engine);
    for (unsigned i = 0; i < engine->config.pod_count; i++) {
        struct kf_engine_pod *pod = &engine->pod[i];
        pod->engine = engine;
        pod->index = i;
        pod->decoder = at + i * room;
        pod->lead = at + engine->config.pod_count * room + i * engine->lead_max;
        kf_engine_pod_init(pod, &engine->config.pod[i]);
    }
}

struct kf_engine *kf_engine_create(const struct kf_engine_config *config, const struct kf_engine_listener *listener,
                                   struct kf_error *error)
{
    struct kf_engine_config usual = *config;
    struct kf_engine *engine = NULL;
    const size_t lead_max = config->keep_looking ? LEAD_LIVE : LEAD_FILE;
    usual.pod_count = config->pod_count == 0 ? 1 : config->pod_count;
    if (usual.pod_count > KF_PODS_MAX) {
        kf_error_set(error, KF_ERR_ARG, 0, "%u pods at once are too many", usual.pod_count);
        kf_error_hint(error, "up to %d", KF_PODS_MAX);
        return NULL;
    }
    engine = calloc(1, aligned(sizeof *engine) + usual.pod_count * (decoder_room(&usual) + lead_max));
    if (!engine) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for the engine");
        return NULL;
    }
    engine->config = usual;
    engine->lead_max = lead_max;
    engine->t_s = NAN;
    engine->axis_pod = KF_PODS_MAX;
    if (listener)
        engine->listener = *listener;
    if (kf_engine_check_options(&usual, (unsigned char *)engine + aligned(sizeof *engine), error) != KF_OK ||
        kf_engine_set_up_settings(engine, error) != KF_OK) {
        kf_engine_destroy(engine);
        return NULL;
    }
    set_up_pipeline(engine);
    kf_engine_set_up_controls(engine);
    set_up_pods(engine);
    return engine;
}

void kf_engine_destroy(struct kf_engine *engine)
{
    free(engine);
}

/* ---- questions ---- */

double kf_engine_time_s(const struct kf_engine *engine)
{
    return engine->t_s;
}

const struct kf_pipeline *kf_engine_pipeline(const struct kf_engine *engine)
{
    return &engine->pipeline;
}

const struct kf_settings *kf_engine_settings(const struct kf_engine *engine)
{
    return &engine->settings;
}

struct kf_athlete kf_engine_athlete(const struct kf_engine *engine)
{
    return engine->athlete;
}

const struct kf_coach *kf_engine_coach(const struct kf_engine *engine)
{
    return &engine->coach;
}

struct kf_placement kf_engine_placement(const struct kf_engine *engine)
{
    return engine->placement;
}

bool kf_engine_muted(const struct kf_engine *engine)
{
    return engine->muted;
}

bool kf_engine_baseline_open(const struct kf_engine *engine)
{
    return engine->baseline_open;
}

unsigned kf_engine_pod_count(const struct kf_engine *engine)
{
    return engine->config.pod_count;
}

unsigned kf_engine_talker(const struct kf_engine *engine)
{
    for (unsigned i = 0; i < engine->config.pod_count; i++)
        if (kf_engine_stats(engine, i)->bytes > 0)
            return i;
    return 0;
}

/* ---- keyframes ----
 *
 * The engine, then of each pod what its driver remembers (every pod has room for the largest, ten times the usual one)
 * and, of a live source, its lead: a file's is the same whenever its count is, a live one's slides. */

static size_t pod_size(const struct kf_engine_pod *pod)
{
    return pod->driver ? pod->driver->state_size : 0;
}

static size_t lead_size(const struct kf_engine *engine)
{
    return engine->config.keep_looking ? engine->lead_max : 0;
}

size_t kf_engine_keyframe_size(const struct kf_engine *engine)
{
    return sizeof *engine + engine->config.pod_count * (decoder_room(&engine->config) + lead_size(engine));
}

size_t kf_engine_keyframe_save(const struct kf_engine *engine, void *keyframe)
{
    unsigned char *at = keyframe;
    memcpy(at, engine, sizeof *engine);
    at += sizeof *engine;
    for (unsigned i = 0; i < engine->config.pod_count; i++) {
        const struct kf_engine_pod *pod = &engine->pod[i];
        memcpy(at, pod->decoder, pod_size(pod));
        at += pod_size(pod);
        memcpy(at, pod->lead, lead_size(engine));
        at += lead_size(engine);
    }
    return (size_t)(at - (unsigned char *)keyframe);
}

/* What points into the block, and at the listener, is this engine's own: the keyframe may be of another. */
static void load_engine(struct kf_engine *engine, const void *keyframe)
{
    const struct kf_engine_listener listener = engine->listener;
    const struct kf_pipeline_sink output = engine->output;
    struct kf_engine_pod pod[KF_PODS_MAX];
    memcpy(pod, engine->pod, sizeof pod);
    memcpy(engine, keyframe, sizeof *engine);
    engine->listener = listener;
    engine->output = output;
    for (unsigned i = 0; i < KF_PODS_MAX; i++) {
        engine->pod[i].engine = pod[i].engine;
        engine->pod[i].items = pod[i].items;
        engine->pod[i].decoder = pod[i].decoder;
        engine->pod[i].lead = pod[i].lead;
    }
}

size_t kf_engine_keyframe_load(struct kf_engine *engine, const void *keyframe)
{
    const unsigned char *at = keyframe;
    load_engine(engine, keyframe);
    at += sizeof *engine;
    for (unsigned i = 0; i < engine->config.pod_count; i++) {
        struct kf_engine_pod *pod = &engine->pod[i];
        memcpy(pod->decoder, at, pod_size(pod));
        at += pod_size(pod);
        memcpy(pod->lead, at, lead_size(engine));
        at += lead_size(engine);
    }
    return (size_t)(at - (const unsigned char *)keyframe);
}
