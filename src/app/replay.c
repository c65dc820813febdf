/* replay.c - a recording is bytes without a clock; here they are given one that can stop, run at another speed and go
 * back. Keyframes every few seconds bound the work of going back; when all are used, every second one is given up. */
#include "config.h"

#include "app/replay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "source/source.h"

enum {
    BUFFER = 64 * 1024,       /* bytes read at once */
    SLICE_FINE = 64,          /* bytes pushed at once near the wanted time: some milliseconds of podlink */
    SLICE_FAR = 4096,         /* and far from it */
    STEP_BYTES = 1024 * 1024, /* a step of a far seek: some tens of milliseconds of work */
    KEYFRAMES = 64,
    PERIOD_MS = 5 /* between steps while playing: one sample of a 200 Hz pod */
};

#define FAR_S 1.0
#define CATCH_UP_NS INT64_C(500000000)
#define KEYFRAME_EVERY_S 5.0

struct keyframe {
    double t_s;        /* -INFINITY for the beginning */
    uint64_t position; /* bytes pushed */
    unsigned char *state;
};

struct kf_replay {
    struct kf_replay_config config;
    char *uri;
    struct kf_source *source;
    char name[128];
    double speed, target_s, end_s;
    bool paused, ended, started;
    int64_t last_ns;
    enum kf_status status; /* of the last way through to the end */
    struct kf_error error;
    uint64_t position; /* bytes pushed */
    size_t filled, used;
    double keyframe_every_s;
    unsigned keyframe_count;
    struct keyframe keyframe[KEYFRAMES];
    uint8_t buffer[BUFFER];
};

static double engine_s(const struct kf_replay *replay)
{
    const double t_s = kf_engine_time_s(replay->config.engine);
    return isnan(t_s) ? -INFINITY : t_s;
}

/* ---- keyframes ---- */

static size_t state_size(const struct kf_replay *replay)
{
    return kf_engine_keyframe_size(replay->config.engine) + replay->config.companion_size;
}

static void save(const struct kf_replay *replay, unsigned char *state)
{
    const struct kf_replay_config *config = &replay->config;
    kf_engine_keyframe_save(config->engine, state);
    if (config->companion_size > 0)
        memcpy(state + kf_engine_keyframe_size(config->engine), config->companion, config->companion_size);
}

static void load(const struct kf_replay *replay, const unsigned char *state)
{
    const struct kf_replay_config *config = &replay->config;
    kf_engine_keyframe_load(config->engine, state);
    if (config->companion_size > 0)
        memcpy(config->companion, state + kf_engine_keyframe_size(config->engine), config->companion_size);
}

static void thin_out(struct kf_replay *replay)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < replay->keyframe_count; i++) {
        if (i % 2 == 0)
            replay->keyframe[kept++] = replay->keyframe[i];
        else
            free(replay->keyframe[i].state);
    }
    replay->keyframe_count = kept;
    replay->keyframe_every_s *= 2;
}

/* Appends the present state. Without memory for it, going back merely takes longer. */
static void add_keyframe(struct kf_replay *replay)
{
    unsigned char *state = NULL;
    if (replay->keyframe_count == KEYFRAMES)
        thin_out(replay);
    state = malloc(state_size(replay));
    if (!state)
        return;
    save(replay, state);
    replay->keyframe[replay->keyframe_count++] =
        (struct keyframe){.t_s = engine_s(replay), .position = replay->position, .state = state};
}

static void add_keyframe_if_due(struct kf_replay *replay)
{
    const double last_s = replay->keyframe[replay->keyframe_count - 1].t_s, now_s = engine_s(replay);
    if (now_s == -INFINITY ||
        now_s < (last_s == -INFINITY ? replay->keyframe_every_s : last_s + replay->keyframe_every_s))
        return;
    add_keyframe(replay);
}

/* ---- the source ---- */

static void end_reached(struct kf_replay *replay, enum kf_status status, const struct kf_error *error)
{
    struct kf_error refused = {0};
    const enum kf_status usable = kf_engine_finish(replay->config.engine, &refused);
    replay->ended = true;
    replay->status = KF_OK;
    if (engine_s(replay) != -INFINITY)
        replay->end_s = engine_s(replay);
    if (status != KF_ERR_END) {
        replay->status = status;
        replay->error = *error;
    } else if (usable != KF_OK) {
        replay->status = usable;
        kf_error_set(&replay->error, usable, 0, "'%.80s': %.160s", replay->name, refused.text);
        kf_error_hint(&replay->error, "%s", refused.hint);
    }
}

/* Makes bytes available in the buffer; false when there are none (now or ever). */
static bool refill(struct kf_replay *replay)
{
    struct kf_error error = {0};
    int count = 0;
    if (replay->used < replay->filled)
        return true;
    if (!replay->source || replay->ended)
        return false;
    count = kf_source_read(replay->source, replay->last_ns, replay->buffer, BUFFER, &error);
    replay->filled = count > 0 ? (size_t)count : 0;
    replay->used = 0;
    if (count < 0 && count != KF_ERR_AGAIN)
        end_reached(replay, (enum kf_status)count, &error);
    return count > 0;
}

/* Brings the source to where the loaded state left it: in the buffer, ahead, or in the file opened anew. */
static void reposition(struct kf_replay *replay, uint64_t position)
{
    struct kf_error error = {0};
    replay->ended = false;
    if (position <= replay->position && replay->position - position <= replay->used) {
        replay->used -= (size_t)(replay->position - position);
        replay->position = position;
        return;
    }
    if (position < replay->position) {
        kf_source_close(replay->source);
        replay->source = kf_source_open(replay->uri, &error);
        replay->filled = replay->used = 0;
        replay->position = 0;
        if (!replay->source)
            end_reached(replay, error.code, &error);
    }
    while (replay->position < position && refill(replay)) {
        const uint64_t left = position - replay->position, there = replay->filled - replay->used;
        const size_t skipped = (size_t)(left < there ? left : there);
        replay->used += skipped;
        replay->position += skipped;
    }
}

/* ---- moving ---- */

/* Pushes up to the wanted time, or until the budget of bytes is spent. */
static void run(struct kf_replay *replay, size_t budget)
{
    while (engine_s(replay) < replay->target_s && budget > 0 && refill(replay)) {
        const bool far = replay->target_s - engine_s(replay) > FAR_S;
        size_t count = far ? SLICE_FAR : SLICE_FINE;
        if (count > replay->filled - replay->used)
            count = replay->filled - replay->used;
        kf_engine_push(replay->config.engine, replay->buffer + replay->used, count);
        replay->used += count;
        replay->position += count;
        budget -= count < budget ? count : budget;
        add_keyframe_if_due(replay);
    }
}

/* The playing head starts at the first sample, whatever its time. */
static void run_to_first_sample(struct kf_replay *replay)
{
    size_t budget = STEP_BYTES;
    while (engine_s(replay) == -INFINITY && budget >= SLICE_FINE && refill(replay)) {
        size_t count = replay->filled - replay->used;
        count = count < SLICE_FINE ? count : SLICE_FINE;
        kf_engine_push(replay->config.engine, replay->buffer + replay->used, count);
        replay->used += count;
        replay->position += count;
        budget -= count;
    }
    if (engine_s(replay) == -INFINITY)
        return;
    replay->started = true;
    if (!(replay->target_s >= engine_s(replay)))
        replay->target_s = engine_s(replay);
}

void kf_replay_step(struct kf_replay *replay, int64_t now_ns)
{
    int64_t elapsed_ns = replay->last_ns == INT64_MIN ? 0 : now_ns - replay->last_ns;
    if (elapsed_ns > CATCH_UP_NS)
        elapsed_ns = CATCH_UP_NS;
    replay->last_ns = now_ns;
    if (!replay->started)
        run_to_first_sample(replay);
    if (!replay->started)
        return;
    if (!replay->paused && !kf_replay_seeking(replay) && !replay->ended)
        replay->target_s += (double)elapsed_ns * 1e-9 * replay->speed;
    run(replay, STEP_BYTES);
    if (replay->ended && replay->target_s > engine_s(replay))
        replay->target_s = engine_s(replay);
}

int64_t kf_replay_wake_ns(const struct kf_replay *replay, int64_t now_ns)
{
    if (replay->ended)
        return INT64_MAX;
    if (!replay->started || kf_replay_seeking(replay))
        return now_ns;
    return replay->paused ? INT64_MAX : now_ns + PERIOD_MS * INT64_C(1000000);
}

void kf_replay_pause(struct kf_replay *replay, bool paused)
{
    replay->paused = paused;
}

void kf_replay_speed(struct kf_replay *replay, double speed)
{
    if (isfinite(speed))
        replay->speed = fmin(fmax(speed, KF_REPLAY_SLOWEST), KF_REPLAY_FASTEST);
}

void kf_replay_seek(struct kf_replay *replay, double to_s)
{
    const double from_s = engine_s(replay);
    unsigned best = 0;
    if (isnan(to_s) || !replay->started)
        return;
    for (unsigned i = 0; i < replay->keyframe_count; i++)
        if (replay->keyframe[i].t_s <= to_s)
            best = i;
    if (to_s < from_s || replay->keyframe[best].t_s > from_s) {
        load(replay, replay->keyframe[best].state);
        reposition(replay, replay->keyframe[best].position);
    }
    replay->target_s = to_s;
    replay->started = engine_s(replay) != -INFINITY;
}

/* ---- questions ---- */

bool kf_replay_paused(const struct kf_replay *replay)
{
    return replay->paused;
}

double kf_replay_speed_of(const struct kf_replay *replay)
{
    return replay->speed;
}

bool kf_replay_seeking(const struct kf_replay *replay)
{
    return replay->started && !replay->ended && engine_s(replay) < replay->target_s;
}

bool kf_replay_ended(const struct kf_replay *replay)
{
    return replay->ended;
}

double kf_replay_position_s(const struct kf_replay *replay)
{
    return isfinite(replay->target_s) ? replay->target_s : kf_engine_time_s(replay->config.engine);
}

double kf_replay_end_s(const struct kf_replay *replay)
{
    return replay->end_s;
}

enum kf_status kf_replay_result(const struct kf_replay *replay, struct kf_error *error)
{
    if (replay->status != KF_OK && error)
        *error = replay->error;
    return replay->status;
}

const char *kf_replay_name(const struct kf_replay *replay)
{
    return replay->name;
}

/* ---- life ---- */

struct kf_replay *kf_replay_open(const struct kf_replay_config *config, struct kf_error *error)
{
    struct kf_replay *replay = calloc(1, sizeof *replay);
    char *uri = strdup(config->uri);
    if (!replay || !uri) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory to replay '%s'", config->uri);
        free(uri);
        free(replay);
        return NULL;
    }
    replay->config = *config;
    replay->uri = uri;
    replay->config.uri = uri;
    replay->target_s = replay->end_s = NAN;
    replay->last_ns = INT64_MIN;
    replay->speed = 1.0;
    replay->keyframe_every_s = KEYFRAME_EVERY_S;
    kf_replay_speed(replay, config->speed);
    replay->source = kf_source_open(uri, error);
    if (replay->source)
        (void)snprintf(replay->name, sizeof replay->name, "%s", kf_source_name(replay->source));
    add_keyframe(replay);
    if (!replay->source || replay->keyframe_count == 0) {
        if (replay->source)
            kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory to replay '%s'", config->uri);
        kf_replay_close(replay);
        return NULL;
    }
    return replay;
}

void kf_replay_close(struct kf_replay *replay)
{
    if (!replay)
        return;
    for (unsigned i = 0; i < replay->keyframe_count; i++)
        free(replay->keyframe[i].state);
    kf_source_close(replay->source);
    free(replay->uri);
    free(replay);
}
