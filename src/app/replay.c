/* replay.c - a recording is records without a clock; here they are given one that can stop, run at another speed and
 * go back. Keyframes bound the work of going anywhere. */
#include "config.h"

#include "app/replay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/feed.h"
#include "app/keyframes.h"

enum {
    SLICE_FINE = 64,          /* bytes pushed at once near the wanted time: some milliseconds of podlink */
    SLICE_FAR = 4096,         /* and far from it */
    STEP_BYTES = 1024 * 1024, /* a step of a far seek: some tens of milliseconds of work */
    PERIOD_MS = 5             /* between steps while playing: one sample of a 200 Hz pod */
};

#define FAR_S 1.0                      /* a target farther ahead is a seek, worked at in large slices */
#define CATCH_UP_NS INT64_C(500000000) /* after a stall playing goes on; it does not race to make up for it */

struct kf_replay {
    struct kf_replay_config config;
    struct kf_feed *feed;
    struct kf_keyframes *keyframes;
    unsigned char *start, *state; /* the beginning's, and room for another */
    double speed, target_s, end_s;
    bool paused, ended, started;
    int64_t last_ns, host_ns;
    enum kf_status status; /* of the last way through to the end */
    struct kf_error error;
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

/* Returns how many bytes it has. */
static size_t save(const struct kf_replay *replay, unsigned char *state)
{
    const struct kf_replay_config *config = &replay->config;
    const size_t used = kf_engine_keyframe_save(config->engine, state);
    if (config->companion_size > 0)
        memcpy(state + used, config->companion, config->companion_size);
    return used + config->companion_size;
}

static void load(const struct kf_replay *replay, const unsigned char *state)
{
    const struct kf_replay_config *config = &replay->config;
    const size_t used = kf_engine_keyframe_load(config->engine, state);
    if (config->companion_size > 0)
        memcpy(config->companion, state + used, config->companion_size);
    if (config->moved)
        config->moved(config->context);
}

static void add_keyframe_if_due(struct kf_replay *replay)
{
    if (!kf_keyframes_wanted(replay->keyframes, engine_s(replay)))
        return;
    const size_t size = save(replay, replay->state);
    kf_keyframes_add(replay->keyframes, engine_s(replay), kf_feed_tell(replay->feed), replay->state, size);
}

/* ---- the recording ---- */

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
        kf_error_set(&replay->error, usable, 0, "'%.80s': %.160s", kf_feed_name(replay->feed), refused.text);
        kf_error_hint(&replay->error, "%s", refused.hint);
    }
}

/* Takes one record, of a file's bytes at most `most`; returns the work it was, in bytes. 0: there is none, now or ever.
 */
static size_t take_next(struct kf_replay *replay, size_t most)
{
    struct kf_error error = {0};
    struct kf_record record;
    enum kf_status status = KF_OK;
    if (replay->ended)
        return 0;
    status =
        kf_engine_refused(replay->config.engine, 0) ? KF_ERR_END : kf_feed_next(replay->feed, most, &record, &error);
    if (status != KF_OK) {
        if (status != KF_ERR_AGAIN)
            end_reached(replay, status, &error);
        return 0;
    }
    replay->host_ns = record.host_ns;
    (void)kf_engine_take(replay->config.engine, &record);
    return record.count > 0 ? record.count : 1;
}

/* ---- moving ---- */

/* Takes records up to the wanted time, or until the budget of bytes is spent. */
static void run(struct kf_replay *replay, size_t budget)
{
    while (engine_s(replay) < replay->target_s && budget > 0) {
        const bool far = replay->target_s - engine_s(replay) > FAR_S;
        const size_t taken = take_next(replay, far ? SLICE_FAR : SLICE_FINE);
        if (taken == 0)
            return;
        budget -= taken < budget ? taken : budget;
        add_keyframe_if_due(replay);
    }
}

/* The playing head starts at the first sample, whatever its time. */
static void run_to_first_sample(struct kf_replay *replay)
{
    size_t budget = STEP_BYTES;
    while (engine_s(replay) == -INFINITY && budget > 0) {
        const size_t taken = take_next(replay, SLICE_FINE);
        if (taken == 0)
            return;
        budget -= taken < budget ? taken : budget;
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

/* Stands where the state says; a file that cannot be read there again has ended. */
static void stand(struct kf_replay *replay, const unsigned char *state, struct kf_feed_place place)
{
    struct kf_error error = {0};
    const enum kf_status status = kf_feed_seek(replay->feed, place, &error);
    replay->host_ns = place.host_ns;
    load(replay, state);
    replay->ended = false;
    if (status != KF_OK)
        end_reached(replay, status, &error);
}

void kf_replay_seek(struct kf_replay *replay, double to_s)
{
    const double from_s = engine_s(replay);
    struct kf_feed_place place = {0};
    if (isnan(to_s) || !replay->started)
        return;
    /* Forward only to a keyframe that saves work. */
    if (kf_keyframes_find(replay->keyframes, to_s < from_s ? -INFINITY : from_s, to_s, &place, replay->state))
        stand(replay, replay->state, place);
    else if (to_s < from_s)
        stand(replay, replay->start, (struct kf_feed_place){0});
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

int64_t kf_replay_host_ns(const struct kf_replay *replay)
{
    return replay->host_ns;
}

struct kf_keyframes *kf_replay_keyframes(struct kf_replay *replay)
{
    return replay->keyframes;
}

const char *kf_replay_name(const struct kf_replay *replay)
{
    return kf_feed_name(replay->feed);
}

/* ---- life ---- */

struct kf_replay *kf_replay_open(const struct kf_replay_config *config, struct kf_error *error)
{
    struct kf_replay *replay = calloc(1, sizeof *replay);
    if (replay) {
        replay->config = *config;
        replay->keyframes = kf_keyframes_create(state_size(replay));
        replay->start = malloc(state_size(replay));
        replay->state = malloc(state_size(replay));
    }
    if (!replay || !replay->keyframes || !replay->start || !replay->state) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory to replay '%s'", config->uri);
        kf_replay_close(replay);
        return NULL;
    }
    replay->target_s = replay->end_s = NAN;
    replay->last_ns = INT64_MIN;
    replay->speed = 1.0;
    kf_replay_speed(replay, config->speed);
    (void)save(replay, replay->start);
    replay->feed = kf_feed_open(config->uri, error);
    if (replay->feed)
        return replay;
    kf_replay_close(replay);
    return NULL;
}

void kf_replay_close(struct kf_replay *replay)
{
    if (!replay)
        return;
    kf_feed_close(replay->feed);
    kf_keyframes_destroy(replay->keyframes);
    free(replay->start);
    free(replay->state);
    free(replay);
}
