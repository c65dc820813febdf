/* engine_state.h - what an engine is made of. Private to engine*.c.
 *
 * One flat block without pointers to anything but itself, static tables and the listener: a copy of it is a keyframe.
 * Behind the struct lie the decoders' states and, last, the first bytes of every pod. */
#ifndef KF_ENGINE_STATE_H
#define KF_ENGINE_STATE_H

#include "app/engine.h"
#include "core/pipeline_state.h"
#include "kneefold/clock_fit.h"

enum { KF_PENDING_MAX = 48 }; /* controls that wait for their time */

enum kf_pending_kind { KF_PENDING_ITEM, KF_PENDING_BASELINE_START, KF_PENDING_BASELINE_END };

struct kf_pending {
    double t_s;
    enum kf_pending_kind kind;
    unsigned source;
    struct kf_pod_item item;
};

/* A pod's clock on the way to the engine's axis: raw times of the decoder; own times, which go on by the host's where
 * the pod's clock began anew; axis times. Seconds, NAN unknown. */
struct kf_engine_clock {
    struct kf_clock_fit fit;              /* own and host */
    double shift_s;                       /* own - raw */
    double own_s, own_host_s;             /* the newest sample's, and when it came */
    bool fresh;                           /* a sample has come with the read at hand */
    bool anew;                            /* the next sample begins a new count: the host says where it lies */
    bool mapped;                          /* the rest is known (not of the pod whose clock is the axis) */
    double base_own_s, base_axis_s, rate; /* axis = base_axis + (own - base_own)(1 + rate) */
    double off_s;                         /* how far that was from where the fits want it, at the last read */
    double last_t_s[KF_POD_MAX_STREAMS];  /* on the axis */
    double t_s;                           /* the newest of them */
    unsigned wild;                        /* samples in a row with absurd times */
};

struct kf_engine_pod {
    struct kf_engine *engine;
    unsigned index;
    struct kf_pod_sink items; /* from the decoder to here */
    const struct kf_pod_driver *driver;
    unsigned char *decoder; /* the driver's state, in the same block */
    uint8_t *lead;          /* the first bytes, until the format is known */
    size_t lead_count, lead_try;
    bool refused;
    struct kf_pod_stats no_stats;  /* until a driver has its own */
    char problem[KF_POD_TEXT_MAX]; /* the first complaint of the decoder */
    bool sampled;                  /* a sample has come */
    struct kf_engine_clock clock;
    enum kf_site stream_site[KF_POD_MAX_STREAMS];
    float full[KF_POD_MAX_STREAMS][2]; /* largest of an axis in saturated samples: m/s², rad/s */
    bool told[KF_POD_MAX_STREAMS];     /* by a control, which beats what the pod itself says */
};

/* What a log's header said, so that it beats settings that change later, too. NAN, unknown: nothing. */
struct kf_engine_header {
    struct kf_athlete athlete;
    struct kf_placement placement;
};

struct kf_engine {
    struct kf_engine_config config;
    struct kf_engine_listener listener;
    struct kf_pipeline_sink output; /* from the pipeline to here */
    size_t lead_max;
    bool baseline_open, baseline_given, muted, quiet;
    double t_s;
    bool begun, live;  /* records have come; with times that move */
    int64_t first_ns;  /* of the first */
    double host_s;     /* of the newest */
    unsigned axis_pod; /* whose clock the axis is: the first to deliver; KF_PODS_MAX: none yet */
    unsigned char owner[KF_SITE_COUNT][KF_KIND_FORCE + 1];  /* 1 + pod * KF_POD_MAX_STREAMS + stream; 0 nobody */
    unsigned char wearer[KF_SITE_COUNT][KF_KIND_FORCE + 1]; /* the last owner, also when its pod has gone */
    struct kf_settings settings;                            /* in force */
    struct kf_engine_header header;
    struct kf_athlete athlete; /* settings' and header's */
    struct kf_placement placement;
    unsigned pending_count;
    struct kf_pending pending[KF_PENDING_MAX];
    struct kf_coach coach;
    struct kf_pipeline pipeline;
    struct kf_engine_pod pod[KF_PODS_MAX];
};

/* engine.c */
void kf_engine_tell(const struct kf_engine *engine, const struct kf_engine_event *event);
void kf_engine_tell_item(const struct kf_engine *engine, unsigned source, const struct kf_pod_item *item);

/* engine_pod.c */
void kf_engine_pod_init(struct kf_engine_pod *pod, const struct kf_engine_pod_config *config);
void kf_engine_pod_read(struct kf_engine_pod *pod, const uint8_t *bytes, size_t count);
void kf_engine_pod_gone(struct kf_engine_pod *pod);
void kf_engine_pod_back(struct kf_engine_pod *pod);
/* Nothing of this pod is joined across this moment. */
void kf_engine_pod_break(struct kf_engine_pod *pod);
void kf_engine_pod_finish(struct kf_engine_pod *pod);
/* Why nothing in its bytes was usable. KF_ERR_DATA. */
enum kf_status kf_engine_pod_useless(const struct kf_engine_pod *pod, struct kf_error *error);
/* KF_ERR_CONFIG with *error when a format's setting cannot be used; `scratch` is a decoder's room. */
enum kf_status kf_engine_check_options(const struct kf_engine_config *config, void *scratch, struct kf_error *error);

/* engine_time.c */
void kf_engine_clock_init(struct kf_engine_clock *clock);
/* Where on the axis a sample of the pod lies; NAN: not known, or absurd, and it is to be dropped. */
double kf_engine_clock_sample(struct kf_engine_pod *pod, unsigned stream, double raw_s);
/* The same of anything else; NAN stays NAN. */
double kf_engine_clock_item(const struct kf_engine_pod *pod, double raw_s);
/* The pod counts anew from the next sample on. */
void kf_engine_clock_restart(struct kf_engine_pod *pod);
/* A read has been used up: what its arrival teaches. */
void kf_engine_clock_read(struct kf_engine_pod *pod);

/* engine_control.c */
enum kf_status kf_engine_set_up_settings(struct kf_engine *engine, struct kf_error *error);
void kf_engine_set_up_controls(struct kf_engine *engine);
enum kf_status kf_engine_control(struct kf_engine *engine, const struct kf_record *record);
void kf_engine_apply_due(struct kf_engine *engine, double t_s);
/* The sensors sit anew: what was learned of how they sit goes, and strides with it. */
void kf_engine_align(struct kf_engine *engine);
/* A mark or a belt speed: now, or when its time has come. */
void kf_engine_timed_item(struct kf_engine *engine, unsigned source, const struct kf_pod_item *item);
void kf_engine_merge_athlete(struct kf_engine *engine, const struct kf_athlete *named);
void kf_engine_merge_placement(struct kf_engine *engine, const struct kf_pod_item *item);

#endif
