/* engine_state.h - what an engine is made of. Private to engine*.c.
 *
 * One flat block without pointers to anything but itself, static tables and the listener: a copy of it is a keyframe.
 * Behind the struct lie the decoders' states and, last, the first bytes of every pod. */
#ifndef KF_ENGINE_STATE_H
#define KF_ENGINE_STATE_H

#include "app/engine.h"
#include "core/pipeline_state.h"

enum { KF_PENDING_MAX = 48 }; /* controls that wait for their time */

enum kf_pending_kind { KF_PENDING_ITEM, KF_PENDING_BASELINE_START, KF_PENDING_BASELINE_END };

struct kf_pending {
    double t_s;
    enum kf_pending_kind kind;
    unsigned source;
    struct kf_pod_item item;
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
    enum kf_site stream_site[KF_POD_MAX_STREAMS];
    bool told[KF_POD_MAX_STREAMS]; /* by a control, which beats what the pod itself says */
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
    struct kf_settings settings; /* in force */
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
void kf_engine_pod_finish(struct kf_engine_pod *pod);
/* Why nothing in its bytes was usable. KF_ERR_DATA. */
enum kf_status kf_engine_pod_useless(const struct kf_engine_pod *pod, struct kf_error *error);
/* KF_ERR_CONFIG with *error when a format's setting cannot be used; `scratch` is a decoder's room. */
enum kf_status kf_engine_check_options(const struct kf_engine_config *config, void *scratch, struct kf_error *error);

/* engine_control.c */
enum kf_status kf_engine_set_up_settings(struct kf_engine *engine, struct kf_error *error);
void kf_engine_set_up_controls(struct kf_engine *engine);
enum kf_status kf_engine_control(struct kf_engine *engine, const struct kf_record *record);
void kf_engine_apply_due(struct kf_engine *engine, double t_s);
/* A mark or a belt speed: now, or when its time has come. */
void kf_engine_timed_item(struct kf_engine *engine, unsigned source, const struct kf_pod_item *item);
void kf_engine_merge_athlete(struct kf_engine *engine, const struct kf_athlete *named);
void kf_engine_merge_placement(struct kf_engine *engine, const struct kf_pod_item *item);

#endif
