/* engine.h - records in; samples, strides, verdicts and cues out: what analyze, replay and live have in common.
 *
 * The engine owns decoders, pipeline, coach and the settings in force, in that order of the data. It consumes records
 * (kneefold/record.h) and nothing else, so the same records give the same strides, verdicts and cues. It allocates
 * once, in kf_engine_create; a record of bytes allocates nothing. Not thread-safe: one thread owns it (app/live.c
 * publishes views of it to the screen). */
#ifndef KF_ENGINE_H
#define KF_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/coach.h"
#include "kneefold/error.h"
#include "kneefold/pipeline.h"
#include "kneefold/pod.h"
#include "kneefold/record.h"
#include "settings/settings.h"

struct kf_engine;

enum { KF_POD_OPTIONS = 4, KF_POD_OPTION_TEXT = 64 };

/* A setting of one format, for its driver's configure. */
struct kf_pod_option {
    const char *format, *key; /* static words */
    char value[KF_POD_OPTION_TEXT];
};

/* One source of bytes. */
struct kf_engine_pod_config {
    const struct kf_pod_driver *driver;           /* NULL: detected from the first bytes */
    unsigned rate_hz;                             /* to be asked of it by whoever talks to it; 0: as it likes */
    enum kf_site stream_site[KF_POD_MAX_STREAMS]; /* of streams whose pod does not know; KF_SITE_NONE: not worn */
};

/* Made by kf_settings_engine (settings_apply.h), which fills the pods from the settings. */
struct kf_engine_config {
    struct kf_settings
        settings;       /* in force at the start; controls change the engine's copy. A log's header beats them */
    unsigned pod_count; /* sources of the records to come, up to KF_PODS_MAX; 0 is 1 */
    struct kf_engine_pod_config pod[KF_PODS_MAX];
    unsigned option_count;
    struct kf_pod_option option[KF_POD_OPTIONS];
    bool auto_baseline;                    /* as in kf_pipeline_config */
    bool want_samples;                     /* tell every sample, placed and timed */
    bool want_frames;                      /* as in kf_pipeline_config */
    bool athlete_fixed;                    /* --athlete: the log's header does not replace it */
    double belt_mps;                       /* --speed; NAN unknown */
    double baseline_from_s, baseline_to_s; /* --baseline FROM:TO; NAN: marks in the log decide */
    bool keep_looking; /* live, and its record: unknown bytes are not refused, they may yet begin to make sense */
};

enum kf_engine_event_kind {
    KF_ENGINE_OUTPUT, /* output: event, verdict, swing, baseline, frame */
    KF_ENGINE_CUE,    /* cue */
    KF_ENGINE_ITEM,   /* item, source: mark, text, status, problem, epoch, belt, ... (samples are not reported) */
    KF_ENGINE_SAMPLE, /* sample: with want_samples alone */
    KF_ENGINE_CONTROL /* record, refused: a control has been carried out, or not and why */
};

struct kf_engine_event {
    enum kf_engine_event_kind kind;
    const struct kf_output *output;
    const struct kf_cue *cue;
    const struct kf_sample *sample;
    const struct kf_pod_item *item;
    unsigned source; /* the item's pod */
    const struct kf_record *record;
    const struct kf_error *refused; /* NULL: it holds */
};

/* How well a pod's clock is known. NAN: not yet, or (in a file without host times) never. */
struct kf_engine_link {
    bool is_axis;         /* the engine's time is this pod's clock */
    double t_s;           /* of its newest sample, on the axis */
    double drift_ppm;     /* against the host's clock, positive: fast */
    double jitter_s;      /* of arrival, SD */
    double align_error_s; /* of its times on the axis, the constant latency of its transport aside; 0 for the axis */
};

struct kf_engine_listener {
    void (*event)(void *context, const struct kf_engine_event *event);
    void *context;
};

/* NULL with *error on lack of memory or unusable configuration. */
struct kf_engine *kf_engine_create(const struct kf_engine_config *config, const struct kf_engine_listener *listener,
                                   struct kf_error *error);
void kf_engine_destroy(struct kf_engine *engine);

/* Makes `state` (driver->state_size bytes) a decoder that has read nothing yet and knows its format's settings. Those
 * that cannot be used are left out; kf_engine_create has said so. For those who decode without an engine (probe.c). */
void kf_engine_init_decoder(const struct kf_engine_config *config, const struct kf_pod_driver *driver, void *state);

/* The one way in. Controls hold from the last sample on. Reads of one pod may be cut anywhere: the events are the same.
 * KF_OK; KF_ERR_CONFIG or KF_ERR_ARG when it cannot be used (a setting out of range, no such pod): then nothing has
 * changed, and the listener has been told why if it is a control. */
enum kf_status kf_engine_take(struct kf_engine *engine, const struct kf_record *record);
/* Bytes of a file, which has no host times: short for taking a read of source 0 at 0 ns. */
void kf_engine_push(struct kf_engine *engine, const uint8_t *bytes, size_t count);
/* The sources have ended; call it once. KF_ERR_DATA with *error (which does not name the file) when nothing in them was
 * usable: empty, no format found, no usable column. Of several it is that of kf_engine_talker. */
enum kf_status kf_engine_finish(struct kf_engine *engine, struct kf_error *error);

/* Of the newest sample; NAN before the first. The axis is the clock of the pod that delivered first, others are brought
 * to it through the host's clock (kneefold/clock_fit.h). */
double kf_engine_time_s(const struct kf_engine *engine);
const struct kf_pipeline *kf_engine_pipeline(const struct kf_engine *engine);
const struct kf_settings *kf_engine_settings(const struct kf_engine *engine); /* in force; limits: kf_settings_limits */
const struct kf_coach *kf_engine_coach(const struct kf_engine *engine);       /* rules, doses, feedback */
struct kf_athlete kf_engine_athlete(const struct kf_engine *engine); /* the settings', and the header's over them */
struct kf_placement kf_engine_placement(const struct kf_engine *engine);
bool kf_engine_muted(const struct kf_engine *engine);
bool kf_engine_baseline_open(const struct kf_engine *engine); /* between a baseline's start and its end */
unsigned kf_engine_pod_count(const struct kf_engine *engine);
unsigned kf_engine_talker(const struct kf_engine *engine); /* the first pod that brought bytes; 0 when none did */

/* ---- of one pod; `pod` is below kf_engine_pod_count ---- */

const struct kf_pod_driver *kf_engine_driver(const struct kf_engine *engine, unsigned pod); /* NULL until known */
const struct kf_pod_stats *kf_engine_stats(const struct kf_engine *engine, unsigned pod);   /* never NULL */
/* Where stats->stream[stream] is worn, by a control, the pod or stream_site; KF_SITE_NONE when none says. */
enum kf_site kf_engine_stream_site(const struct kf_engine *engine, unsigned pod, unsigned stream);
/* Its site belongs to another stream that came first: this one's samples are dropped. */
bool kf_engine_stream_doubled(const struct kf_engine *engine, unsigned pod, unsigned stream);
/* The largest readings of one axis of an inertial stream's samples at full scale, 0 before there were any. */
void kf_engine_full_scale(const struct kf_engine *engine, unsigned pod, unsigned stream, double *acc_mps2,
                          double *gyr_radps);
struct kf_engine_link kf_engine_link(const struct kf_engine *engine, unsigned pod);
bool kf_engine_refused(const struct kf_engine *engine, unsigned pod); /* unknown for sure: reading on is of no use */
/* Bytes come, but of no known format yet. `begin` gets how they begin, printable (size >= 1). */
bool kf_engine_puzzled(const struct kf_engine *engine, unsigned pod, char *begin, size_t size);
/* Command bytes for the pod (`rate_hz` is for RATE), 0 when the format has none. Before the format is known they are
 * those of podlink: a pod that waits to be asked says nothing that could be detected. */
size_t kf_engine_command(struct kf_engine *engine, unsigned pod, enum kf_pod_command command, unsigned rate_hz,
                         uint8_t *out, size_t capacity);

/* Keyframes, for seeking: the whole state as bytes, to be loaded later, when the same records follow, into the same
 * engine or another of the same configuration whose driver is known. Both say how many bytes it has: at most `size`,
 * which never changes, and usually far fewer. */
size_t kf_engine_keyframe_size(const struct kf_engine *engine);
size_t kf_engine_keyframe_save(const struct kf_engine *engine, void *keyframe);
size_t kf_engine_keyframe_load(struct kf_engine *engine, const void *keyframe);

#endif
