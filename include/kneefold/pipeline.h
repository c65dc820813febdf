/* pipeline.h - from samples to strides and verdicts: the one object live, replay and analysis share.
 *
 * The caller owns the struct, gives it samples in order of time (per site) and controls, and is called back with
 * events, verdicts, swings and frames. It allocates nothing, reads no clock and does no I/O, so it can be copied
 * with memcpy (a keyframe) and would run on a microcontroller. It is causal: each output says at t_now_s what could
 * be known then. Feeding the same samples and controls gives bit-identical outputs.
 *
 * Inside, every site is resampled to one 5 ms grid, filtered there with a filter of constant delay, and the legs are
 * computed on that grid (src/core/README.md has the map from files to equations). */
#ifndef KNEEFOLD_PIPELINE_H
#define KNEEFOLD_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/athlete.h"
#include "kneefold/emg.h"
#include "kneefold/hamstring_length.h"
#include "kneefold/sample.h"
#include "kneefold/swing.h"

#define KF_GRID_HZ 200
#define KF_GRID_S (1.0 / KF_GRID_HZ)

enum kf_phase {
    KF_PHASE_NONE,    /* not running, or not known yet */
    KF_PHASE_STANCE,  /* IC to TO */
    KF_PHASE_INITIAL, /* TO to peak knee flexion */
    KF_PHASE_MID,     /* to peak hip flexion (here: the thigh's forward peak) */
    KF_PHASE_TERMINAL /* to IC: never scored, never cued */
};

enum kf_event_kind { KF_EVENT_IC, KF_EVENT_TO };

struct kf_event {
    double t_s;
    enum kf_event_kind kind;
    enum kf_leg leg;
    double latency_ms; /* time of the sample on which it was said, minus t_s; may be negative */
};

/* Everything the legs show at one moment of the grid; radians and SI. NAN: not measurable. */
struct kf_leg_frame {
    bool worn;    /* thigh and shank sensors have both delivered; one that falls silent leaves NAN below */
    bool aligned; /* angles may be believed */
    double thigh_rad, shank_rad; /* from the downward vertical, distal end forward positive */
    double knee_rad;             /* flexion, thigh - shank */
    double knee_radps;
    double knee_moment_nm_kg; /* net, extension positive */
    double hip_rad;           /* flexion: thigh + lean of the pelvis, or of the trunk where no pelvis is worn */
    double hip_moment_nm_kg;  /* net, flexion positive; of the free leg: the ground's push in stance is not known */
    double hamstring_mm[KF_HAMSTRING_COUNT]; /* length; NAN without a sensor on the pelvis */
    enum kf_phase phase;
    double emg; /* hamstring envelope over its terminal-swing peak, 0..1 and above; of t_s or up to 60 ms before */
};

struct kf_frame {
    double t_s; /* the moment described: 30 ms before the newest step */
    struct kf_leg_frame leg[KF_LEG_COUNT];
    double trunk_lean_rad; /* forward positive; NAN when no trunk or pelvis sensor is worn or aligned */
    enum kf_site trunk_site;
};

struct kf_alignment {
    bool worn, aligned;
    double axis_ratio;    /* two largest eigenvalues of the rate covariance; NAN unknown */
    double residual_mps2; /* knee specific force, thigh against shank, RMS of the last swings; NAN not a leg sensor */
    double early_residual_mps2; /* the same of the first 20 swings: a slip of 20 degrees adds 10 to 150 %, noise 7 % */
    double slip_deg;  /* how far the sensor has turned on its segment since the 20th swing, by its means over some 10 s
                         of  running; NAN not known. Above 12 the swings' quality falls, from 16 they are unclear */
    double quality;   /* 0..1, from both */
    bool swapped;     /* the shank moves with the other leg's thigh */
    bool upside_down; /* turned over since standing; its swings are of quality 0 */
};

enum kf_baseline_kind { KF_BASELINE_NONE, KF_BASELINE_PROVISIONAL, KF_BASELINE_FULL };

struct kf_baseline_report {
    enum kf_baseline_kind kind;
    unsigned strides;
    double mean_knee_moment_nm_kg, sd_nm_kg; /* median and SD of the relaxed strides; NAN none */
    double peak_knee_deg, peak_knee_sd_deg;
    unsigned emg_strides; /* of them with an early-swing ratio; the next two say nothing while it is 0 */
    double emg_early_ratio, emg_early_ratio_sd;
};

/* The verdict's limits: science.md section 7. All are settings; defaults by kf_limits_default(). */
struct kf_limits {
    double drive_limit_nm_kg;              /* .02: the drive a pull must exceed, and passive must stay under */
    double p_pulled;                       /* .95 */
    double knee_excess_deg;                /* 8 */
    double flexor_fraction_max;            /* .15: passive needs less */
    double flexor_fraction_floor_nm_kg;    /* .05: below this baseline the fraction is not asked */
    double sigma_nm_kg;                    /* .008 with a baseline of the same donning */
    double sigma_population_nm_kg;         /* .037 without one */
    double min_quality;                    /* .5 */
    unsigned baseline_provisional_strides; /* 12 */
    unsigned baseline_full_strides;        /* 30 */
    double confidence_cap_pulled;          /* .9 without EMG */
    double confidence_cap_passive;         /* .6 without EMG */
    double emg_tone, emg_active;           /* .15, .30: early-swing ratio below which a hamstring rests, and above
                                              which it works whatever it usually does */
    double emg_excess;                     /* .03: with a baseline it works when the ratio exceeds the relaxed
                                              strides' by so much, and by 3 of their SD */
};

struct kf_limits kf_limits_default(void);

struct kf_pipeline_config {
    struct kf_athlete athlete;
    struct kf_placement placement;
    struct kf_limits limits;
    bool auto_baseline; /* demo and live: collect the baseline from the first strides once aligned and steady,
                           unless told by controls */
    bool want_frames;   /* work out a frame at every grid step and emit it, KF_OUT_FRAME; verdicts need none */
};

enum kf_output_kind {
    KF_OUT_EVENT,    /* event */
    KF_OUT_VERDICT,  /* swing: the verdict, within 60 ms of peak knee flexion */
    KF_OUT_SWING,    /* swing: the same id at the next contact, complete */
    KF_OUT_BASELINE, /* leg's baseline changed: ask kf_pipeline_baseline */
    KF_OUT_FRAME     /* frame */
};

struct kf_output {
    enum kf_output_kind kind;
    double t_now_s; /* time of the sample on which it was said */
    enum kf_leg leg;
    const struct kf_event *event;
    const struct kf_swing *swing;
    const struct kf_frame *frame;
};

struct kf_pipeline_sink {
    void (*output)(void *context, const struct kf_output *output);
    void *context;
};

struct kf_pipeline; /* complete in pipeline_state.h, so that callers can own one */

/* Bytes a pipeline takes (some 110 KiB), for callers outside this tree, who have no pipeline_state.h: give it that much
 * memory, aligned for max_align_t. */
size_t kf_pipeline_size(void);

/* Everything unknown. The config is copied; its limits are taken as they are, so begin with kf_limits_default(), and
 * likewise kf_athlete_unknown() and kf_placement_default(): zeros are a runner of no height. */
void kf_pipeline_init(struct kf_pipeline *pipeline, const struct kf_pipeline_config *config);

/* Replaces athlete and placement (a log's header); strides already measured keep their numbers. */
void kf_pipeline_set_athlete(struct kf_pipeline *pipeline, const struct kf_athlete *athlete);
void kf_pipeline_set_placement(struct kf_pipeline *pipeline, const struct kf_placement *placement);
void kf_pipeline_set_limits(struct kf_pipeline *pipeline, const struct kf_limits *limits);

/* Takes a sample and says what follows from it. One that does not advance its site's time, is not finite or beyond any
 * sensor's range is ignored; up to 25 ms without one are bridged, longer gaps leave a hole in what is measured. */
void kf_pipeline_push(struct kf_pipeline *pipeline, const struct kf_sample *sample,
                      const struct kf_pipeline_sink *sink);
/* The pod restarted or was re-donned: orientation, gait and strides in progress are dropped; the baseline stays
 * when `same_donning`. */
void kf_pipeline_epoch(struct kf_pipeline *pipeline, bool same_donning);
/* The same of one site's sensor alone, of the same donning: its orientation, and the strides of its leg. A site without
 * a body segment needs nothing of the kind. */
void kf_pipeline_restart_site(struct kf_pipeline *pipeline, enum kf_site site);
/* The belt runs at this speed from t_s on; NAN: not known any more. A change of more than .01 m/s leaves the swings of
 * 3 s about it unjudged. */
void kf_pipeline_belt(struct kf_pipeline *pipeline, double t_s, double speed_mps);
/* Strides whose toe-off lies in [start, end) are the baseline; start discards what was collected before. */
void kf_pipeline_baseline_start(struct kf_pipeline *pipeline, double t_s);
void kf_pipeline_baseline_end(struct kf_pipeline *pipeline, double t_s);
/* As if config.auto_baseline had been set: before the first stride. */
void kf_pipeline_baseline_auto(struct kf_pipeline *pipeline);
/* The source has ended: what is due by the samples seen is emitted, strides in progress stay incomplete. */
void kf_pipeline_finish(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink);

/* The latest frame (t_s NAN before the first, and without want_frames). */
const struct kf_frame *kf_pipeline_frame(const struct kf_pipeline *pipeline);
struct kf_alignment kf_pipeline_alignment(const struct kf_pipeline *pipeline, enum kf_site site);
struct kf_baseline_report kf_pipeline_baseline(const struct kf_pipeline *pipeline, enum kf_leg leg);
/* Of a muscle's electrode; not worn for any other site. */
struct kf_emg_report kf_pipeline_emg(const struct kf_pipeline *pipeline, enum kf_site site);
/* Steps a minute from the last strides of both legs; NAN when not running. */
double kf_pipeline_cadence_spm(const struct kf_pipeline *pipeline);
bool kf_pipeline_walking(const struct kf_pipeline *pipeline);

#endif
