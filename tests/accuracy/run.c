/* run.c - drives one engine and writes down what it says. */
#include "run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/replay.h"
#include "app/settings_apply.h"

static const double degrees_per_radian = 57.295779513082320877;

static void check_room(size_t count, size_t capacity)
{
    if (count < capacity)
        return;
    fputs("a recording longer than tests/accuracy/run.h has room for\n", stderr);
    exit(1);
}

/* ---- what the engine says ---- */

static void take_event(struct run *run, const struct kf_output *output)
{
    check_room(run->event_count, RUN_EVENTS);
    run->event[run->event_count++] = (struct run_event){
        .t_s = output->event->t_s, .t_now_s = output->t_now_s, .kind = output->event->kind, .leg = output->event->leg};
}

static struct run_swing *find_swing(struct run *run, unsigned id)
{
    for (size_t i = run->swing_count; i-- > 0;)
        if (run->swing[i].verdict.id == id)
            return &run->swing[i];
    return NULL;
}

static void take_verdict(struct run *run, const struct kf_output *output)
{
    run->repeated += find_swing(run, output->swing->id) != NULL;
    check_room(run->swing_count, RUN_SWINGS);
    run->swing[run->swing_count++] =
        (struct run_swing){.t_verdict_s = output->t_now_s, .verdict = *output->swing, .swing = *output->swing};
}

static void take_swing(struct run *run, const struct kf_output *output)
{
    struct run_swing *known = find_swing(run, output->swing->id);
    if (!known || known->verdict.verdict != output->swing->verdict || known->verdict.leg != output->swing->leg)
        run->repeated++;
    if (known)
        known->swing = *output->swing;
}

static void take_frame(struct run *run, const struct kf_frame *frame)
{
    check_room(run->frame_count, RUN_FRAMES);
    struct run_frame *to = &run->frame[run->frame_count++];
    to->t_s = frame->t_s;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        to->knee_deg[leg] = frame->leg[leg].aligned ? frame->leg[leg].knee_rad * degrees_per_radian : NAN;
}

static void take_item(struct run *run, const struct kf_pod_item *item)
{
    run->problems += item->kind == KF_POD_PROBLEM;
    if (item->kind == KF_POD_MARK && strcmp(item->u.mark.text, "baseline-start") == 0)
        run->baseline_from_s = item->t_s;
    if (item->kind == KF_POD_MARK && strcmp(item->u.mark.text, "baseline-end") == 0)
        run->baseline_to_s = item->t_s;
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct run *run = context;
    if (event->kind == KF_ENGINE_ITEM)
        take_item(run, event->item);
    if (event->kind == KF_ENGINE_CUE && run->cue_count < RUN_CUES)
        run->cue[run->cue_count++] = *event->cue;
    if (event->kind != KF_ENGINE_OUTPUT)
        return;
    switch (event->output->kind) {
    case KF_OUT_EVENT:
        take_event(run, event->output);
        break;
    case KF_OUT_VERDICT:
        take_verdict(run, event->output);
        break;
    case KF_OUT_SWING:
        take_swing(run, event->output);
        break;
    case KF_OUT_FRAME:
        take_frame(run, event->output->frame);
        break;
    case KF_OUT_BASELINE:
        break;
    }
}

/* ---- ways in ---- */

static struct kf_engine_config usual_config(void)
{
    static struct kf_settings settings; /* the configuration points at its cues */
    kf_settings_default(&settings);
    struct kf_engine_config config = kf_settings_engine(&settings);
    config.settings.feedback_warmup_s = 0;
    return config;
}

static struct run *new_run(void)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run) {
        fputs("not enough memory\n", stderr);
        exit(1);
    }
    run->baseline_from_s = run->baseline_to_s = NAN;
    return run;
}

/* The engine's last words; the run, or NULL when it could not use the bytes. */
static struct run *finish(struct run *run, struct kf_engine *engine, enum kf_status status, const char *name,
                          const struct kf_error *error)
{
    if (status == KF_OK) {
        for (int leg = 0; leg < KF_LEG_COUNT; leg++)
            run->baseline[leg] = kf_pipeline_baseline(kf_engine_pipeline(engine), (enum kf_leg)leg);
        return run;
    }
    fprintf(stderr, "%s: %s\n", name, error->text);
    free(run);
    return NULL;
}

struct run *run_bytes(const struct run_input *input, const char *name)
{
    struct run *run = new_run();
    struct kf_error error = {0};
    struct kf_engine_config config = usual_config();
    config.want_frames = input->frames;
    for (unsigned i = 0; input->all_cues && i < config.settings.cues.count; i++)
        config.settings.cues.rule[i].enabled = 1;
    if (input->all_cues)
        config.settings.feedback_gap_s = 0;
    config.baseline_from_s = input->baseline_from_s;
    config.baseline_to_s = input->baseline_to_s;
    struct kf_engine *engine =
        kf_engine_create(&config, &(struct kf_engine_listener){.event = on_event, .context = run}, &error);
    if (!engine)
        return finish(run, engine, error.code, name, &error);
    for (size_t at = 0; at < input->count; at += input->chunk) {
        const size_t left = input->count - at;
        kf_engine_push(engine, input->bytes + at, left < input->chunk ? left : input->chunk);
    }
    run = finish(run, engine, kf_engine_finish(engine, &error), name, &error);
    kf_engine_destroy(engine);
    if (run && !isnan(input->baseline_from_s)) {
        run->baseline_from_s = input->baseline_from_s;
        run->baseline_to_s = input->baseline_to_s;
    }
    return run;
}

struct run *run_replay(const char *path)
{
    const int64_t wake_ns = 200000000;          /* 3.2 s of the recording at a time */
    const int64_t give_up_ns = 20000 * wake_ns; /* a replay that never ends is a failure, not a hang */
    struct run *run = new_run();
    struct kf_error error = {0};
    const struct kf_engine_config config = usual_config();
    struct kf_engine *engine =
        kf_engine_create(&config, &(struct kf_engine_listener){.event = on_event, .context = run}, &error);
    const struct kf_replay_config replay_config = {.uri = path, .speed = KF_REPLAY_FASTEST, .engine = engine};
    struct kf_replay *replay = engine ? kf_replay_open(&replay_config, &error) : NULL;
    enum kf_status status = error.code;
    if (replay) {
        for (int64_t now_ns = 0; !kf_replay_ended(replay) && now_ns < give_up_ns; now_ns += wake_ns)
            kf_replay_step(replay, now_ns);
        status = kf_replay_result(replay, &error);
        if (status == KF_OK && !kf_replay_ended(replay))
            status = kf_error_set(&error, KF_ERR_INTERNAL, 0, "replay never ended");
    }
    run = finish(run, engine, status, path, &error);
    kf_replay_close(replay);
    kf_engine_destroy(engine);
    return run;
}

uint8_t *run_load(const char *path, size_t *count)
{
    uint8_t *bytes = NULL;
    long size = -1;
    FILE *file = fopen(path, "rb");
    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size > 0 && fseek(file, 0, SEEK_SET) == 0)
        bytes = malloc((size_t)size);
    if (bytes && fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        free(bytes);
        bytes = NULL;
    }
    if (!bytes)
        fprintf(stderr, "cannot read '%s': %s\n", path, size == 0 ? "empty" : strerror(errno));
    if (file)
        fclose(file);
    *count = bytes ? (size_t)size : 0;
    return bytes;
}

/* ---- the same, to the bit ---- */

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* The first key in which two swings differ, or NULL. */
static const char *swing_difference(const struct kf_swing *a, const struct kf_swing *b)
{
    if (a->id != b->id)
        return "id";
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        const struct kf_swing_key *key = &kf_swing_keys[i];
        const char *one = key->is_number ? NULL : kf_swing_word(a, key);
        const char *other = key->is_number ? NULL : kf_swing_word(b, key);
        if (key->is_number && !same_bits(kf_swing_number(a, key), kf_swing_number(b, key)))
            return key->name;
        if ((one || other) && (!one || !other || strcmp(one, other) != 0))
            return key->name;
    }
    return NULL;
}

bool run_same(const struct run *a, const struct run *b, char *why, size_t capacity)
{
    if (a->event_count != b->event_count || a->swing_count != b->swing_count) {
        snprintf(why, capacity, "%zu events and %zu swings, not %zu and %zu", b->event_count, b->swing_count,
                 a->event_count, a->swing_count);
        return false;
    }
    for (size_t i = 0; i < a->event_count; i++) {
        const struct run_event *x = &a->event[i], *y = &b->event[i];
        if (!same_bits(x->t_s, y->t_s) || !same_bits(x->t_now_s, y->t_now_s) || x->kind != y->kind ||
            x->leg != y->leg) {
            snprintf(why, capacity, "event %zu at %.6f s", i + 1, x->t_s);
            return false;
        }
    }
    for (size_t i = 0; i < a->swing_count; i++) {
        const struct run_swing *x = &a->swing[i], *y = &b->swing[i];
        const char *verdict = swing_difference(&x->verdict, &y->verdict);
        const char *swing = swing_difference(&x->swing, &y->swing);
        if (verdict || swing || !same_bits(x->t_verdict_s, y->t_verdict_s)) {
            snprintf(why, capacity, "swing %u, %s", x->verdict.id, verdict ? verdict : swing ? swing : "its time");
            return false;
        }
    }
    for (size_t i = 0; i < a->cue_count || i < b->cue_count; i++) {
        const struct kf_cue *x = &a->cue[i], *y = &b->cue[i];
        if (i >= a->cue_count || i >= b->cue_count || !same_bits(x->t_s, y->t_s) || strcmp(x->name, y->name) != 0 ||
            x->has_leg != y->has_leg || x->leg != y->leg) {
            snprintf(why, capacity, "cue %zu", i + 1);
            return false;
        }
    }
    return true;
}
