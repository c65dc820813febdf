/* engine.h - bytes in; samples, strides, verdicts and cues out: what analyze, replay and live have in common.
 *
 * The engine owns decoder, pipeline and coach, in that order of the data. It consumes reads and controls and nothing
 * else, so the same log gives the same strides, verdicts and cues. It allocates once, in kf_engine_create; pushing
 * allocates nothing. Not thread-safe: one thread owns it (app/live.c publishes views of it to the screen). */
#ifndef KF_ENGINE_H
#define KF_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/coach.h"
#include "kneefold/error.h"
#include "kneefold/pipeline.h"
#include "kneefold/pod.h"

struct kf_engine;

enum { KF_POD_OPTIONS = 4, KF_POD_OPTION_TEXT = 64 };

/* A setting of one format, for its driver's configure. */
struct kf_pod_option {
    const char *format, *key; /* static words */
    char value[KF_POD_OPTION_TEXT];
};

struct kf_engine_config {
    struct kf_pipeline_config pipeline; /* the ini's athlete, placement and limits; a log's header beats them */
    const struct kf_cue_rule *rules;
    unsigned rule_count;
    bool external_wording;
    double warmup_s;
    bool athlete_fixed;                           /* --athlete: the log's header does not replace it */
    double belt_mps;                              /* --speed; NAN unknown */
    double baseline_from_s, baseline_to_s;        /* --baseline FROM:TO; NAN: marks in the log decide */
    const struct kf_pod_driver *driver;           /* NULL: detected from the first bytes */
    enum kf_site stream_site[KF_POD_MAX_STREAMS]; /* of streams whose pod does not know; KF_SITE_NONE: not worn */
    unsigned option_count;
    struct kf_pod_option option[KF_POD_OPTIONS];
    bool keep_looking; /* live: unknown bytes are not refused after 64 KiB, they may yet begin to make sense */
};

enum kf_engine_event_kind {
    KF_ENGINE_OUTPUT, /* output: event, verdict, swing, baseline, frame */
    KF_ENGINE_CUE,    /* cue */
    KF_ENGINE_ITEM,   /* item: mark, text, status, problem, epoch, belt, … (samples are not reported) */
};

struct kf_engine_event {
    enum kf_engine_event_kind kind;
    const struct kf_output *output;
    const struct kf_cue *cue;
    const struct kf_pod_item *item;
};

struct kf_engine_listener {
    void (*event)(void *context, const struct kf_engine_event *event);
    void *context;
};

/* NULL with *error on lack of memory or unusable configuration. */
struct kf_engine *kf_engine_create(const struct kf_engine_config *config, const struct kf_engine_listener *listener,
                                   struct kf_error *error);
void kf_engine_destroy(struct kf_engine *engine);

/* Bytes from the source. Any chunking gives the same events. */
void kf_engine_push(struct kf_engine *engine, const uint8_t *bytes, size_t count);
/* The source has ended; call it once. KF_ERR_DATA with *error (which does not name the file) when nothing in it was
 * usable: empty, no format found, no usable column. */
enum kf_status kf_engine_finish(struct kf_engine *engine, struct kf_error *error);

/* Controls, in force from the last sample on. */
void kf_engine_baseline_start(struct kf_engine *engine);
void kf_engine_baseline_end(struct kf_engine *engine);
void kf_engine_mark(struct kf_engine *engine, const char *text);
void kf_engine_belt(struct kf_engine *engine, double speed_mps);
void kf_engine_mute(struct kf_engine *engine, bool muted);

double kf_engine_time_s(const struct kf_engine *engine);                      /* of the last sample; NAN before */
const struct kf_pod_driver *kf_engine_driver(const struct kf_engine *engine); /* NULL until known */
const struct kf_pod_stats *kf_engine_stats(const struct kf_engine *engine);   /* never NULL */
/* Where stats->stream[stream] is worn, by the pod or by stream_site; KF_SITE_NONE when neither says. */
enum kf_site kf_engine_stream_site(const struct kf_engine *engine, unsigned stream);
const struct kf_pipeline *kf_engine_pipeline(const struct kf_engine *engine);
struct kf_athlete kf_engine_athlete(const struct kf_engine *engine);
bool kf_engine_muted(const struct kf_engine *engine);
bool kf_engine_refused(const struct kf_engine *engine); /* unknown format for sure: reading on is of no use */
/* Bytes come, but of no known format yet. `begin` gets how they begin, printable (size >= 1). */
bool kf_engine_puzzled(const struct kf_engine *engine, char *begin, size_t size);
bool kf_engine_baseline_open(const struct kf_engine *engine); /* between a baseline's start and its end */
/* Command bytes for the pod (describe, start, stop), 0 when the format has none. Before the format is known they are
 * those of podlink: a pod that waits to be asked says nothing that could be detected. */
size_t kf_engine_command(struct kf_engine *engine, enum kf_pod_command command, uint8_t *out, size_t capacity);

/* Keyframes, for seeking: the whole state as bytes, to be loaded into the same engine later, when the same bytes
 * follow. Their size never changes. Listener and block stay where they are. */
size_t kf_engine_keyframe_size(const struct kf_engine *engine);
void kf_engine_keyframe_save(const struct kf_engine *engine, void *keyframe);
void kf_engine_keyframe_load(struct kf_engine *engine, const void *keyframe);

#endif
