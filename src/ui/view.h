/* view.h - the value snapshot the screen draws: plain data, no pointers into the engine, copied whole.
 *
 * The app fills one from the engine at each wake-up; the ui draws it and knows nothing else. Times are in the
 * log's seconds; `age_s` is how old the newest sample is by the app's clock. NAN means not measurable. */
#ifndef KF_VIEW_H
#define KF_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "kneefold/pipeline.h"
#include "kneefold/record.h"
#include "kneefold/swing.h"
#include "settings/settings.h"
#include "ui/view_session.h"

enum {
    KF_VIEW_TRAIL = 64,
    KF_VIEW_STRIDES = 64,
    KF_VIEW_PATH = 96,
    KF_VIEW_TEXT = 128,
    KF_VIEW_MARKS = 64,
    KF_VIEW_STRIP = 256,
    KF_VIEW_STREAMS = 32
};

#define KF_VIEW_STRIP_HZ 40.0

/* One gauge: value, band and the last strides. Newest trail entry last. Units as in gauge.c's table. */
struct kf_view_gauge {
    double value;
    double low, high;           /* the scale's ends */
    double band_low, band_high; /* where the runner should be; NAN none */
    double baseline;            /* mark; NAN none */
    double trail[KF_VIEW_TRAIL];
    unsigned trail_count;
    struct kf_view_spread spread;
};

struct kf_view_leg {
    struct kf_leg_frame now;
    struct {
        double t_s, thigh_rad, shank_rad, trunk_lean_rad;
    } pose;                /* the stick figure's, renewed less often: it is the dearest thing to redraw */
    double cycle;          /* 0..1 of the stride (by the last stride's length), NAN unknown */
    double to_at, peak_at; /* the last stride's toe-off and peak knee as fractions; NAN unknown */
    double terminal_at;    /* the same of the thigh's forward peak, where terminal swing begins; NAN or 0 unknown */
    unsigned path_count;   /* ankle relative to the hip over the last swing, in leg lengths, forward and up */
    float path_x[KF_VIEW_PATH], path_y[KF_VIEW_PATH];
    unsigned base_count; /* the same of a baseline swing */
    float base_x[KF_VIEW_PATH], base_y[KF_VIEW_PATH];
    struct kf_baseline_report baseline;
    struct kf_alignment thigh, shank;
    unsigned swings, passive, pulled, unclear;
};

struct kf_view_stride { /* a row of the stride list */
    unsigned id;
    enum kf_leg leg;
    double t_s;
    enum kf_verdict verdict;
    enum kf_reason reason;
    double drive_nm_kg, peak_knee_deg, contact_s, cadence_spm, confidence, quality, mean_knee_moment_nm_kg,
        flexor_work_fraction, knee_excess_deg, p_pulled, sigma_nm_kg, trunk_lean_deg, fold_motion_share, hip_to_deg,
        hip_reversal_lag_ms, emg_early_ratio, latency_ms;
    enum kf_muscle muscle;
    bool other_known; /* with a diff: what the other settings say of it */
    enum kf_verdict other;
    enum kf_reason other_reason;
};

struct kf_view_cue {
    bool shown; /* a cue is on the banner now */
    double t_s; /* when it was said */
    double age_s;
    bool has_leg;
    enum kf_leg leg;
    char text[KF_VIEW_TEXT];
    char why[KF_VIEW_TEXT];
};

enum kf_view_link { KF_LINK_WAITING, KF_LINK_OK, KF_LINK_STALE, KF_LINK_GONE, KF_LINK_ENDED };

/* One stream of a pod, for the link screen. */
struct kf_view_stream {
    enum kf_site site; /* KF_SITE_NONE: nobody has said where it is worn */
    enum kf_kind kind;
    bool doubled;             /* another stream, which came first, is worn there: this one is not used */
    double rate_hz, loss_pct; /* NAN unknown */
    uint64_t samples, saturated;
    double full_acc_g, full_gyr_dps; /* the range it was seen to saturate at; 0: has not, or at no usual one */
};

/* One pod: how its link does, and what it says of itself. */
struct kf_view_pod {
    char source[KF_VIEW_TEXT]; /* "/dev/ttyACM0 @ 921600" */
    char format[24];           /* "" unknown yet */
    char name[64];
    char trying[64];     /* while the format or baud rate is being looked for: what is being tried; "" otherwise */
    char bytes_seen[33]; /* how unknown bytes begin, printable; "" otherwise */
    enum kf_view_link link;
    double age_s;                                /* since its newest sample */
    double rate_hz, loss_pct;                    /* of all its streams, their mean; NAN unknown */
    double drift_ppm, jitter_ms, align_error_ms; /* clock_fit.h; NAN unknown */
    double latency_ms_p50, latency_ms_p95;       /* sample to view; NAN unknown */
    uint64_t bytes, good_frames, bad_frames, resyncs, epochs, reopened;
    int battery_pct; /* -1 unknown */
    unsigned stream_count;
    struct kf_view_stream stream[KF_VIEW_STREAMS];
};

enum kf_view_recording { KF_RECORDING_OFF, KF_RECORDING_ON, KF_RECORDING_FAILED };

/* A strip chart: the last seconds of one signal of one leg. A ring; `next` is where the next value goes. */
struct kf_view_strip {
    float value[KF_VIEW_STRIP]; /* NAN: not measurable */
    unsigned count, next;
};

enum kf_view_strip_id { KF_STRIP_KNEE, KF_STRIP_MOMENT, KF_STRIP_EMG, KF_STRIP_COUNT };

struct kf_view {
    /* header */
    char source[KF_VIEW_TEXT]; /* "sim", "/dev/ttyACM0 @ 921600", file name */
    char format[24];           /* "podlink", "" unknown yet */
    char pod[64];
    char athlete[64];
    char message[KF_VIEW_TEXT];       /* a line from the engine for the person: a fault, a hint; "" none */
    double belt_mps, t_s, duration_s; /* duration: replay's length; NAN live */
    enum kf_view_link link;
    double age_s; /* since the newest sample */
    double rate_hz, loss_pct, latency_ms_p50, latency_ms_p95;
    uint64_t bad_frames, resyncs;
    int battery_pct; /* -1 unknown */
    unsigned pod_count;
    struct kf_view_pod pods[KF_PODS_MAX];
    enum kf_view_recording recording;
    char recording_path[KF_VIEW_TEXT];
    uint64_t recording_bytes, free_bytes, recording_lost; /* lost: records that found no room in the queue */
    struct kf_alignment alignment[KF_SITE_BODY_COUNT];
    char profile[32];     /* "" none */
    char feedback[16];    /* the mode's name; "" unknown */
    bool quiet;           /* a block without feedback */
    double warmup_left_s; /* until cues may be said; NAN or 0: none */
    /* body */
    bool running, walking, judging; /* judging: verdicts are being given */
    bool baseline_open;             /* being collected since a key or a mark started it */
    char state[64];                 /* "stand still", "warming up", "baseline 7 of 12 strides", "judging" */
    struct kf_view_leg leg[KF_LEG_COUNT];
    double trunk_lean_rad;
    struct kf_view_gauge gauge[KF_GAUGE_COUNT][KF_LEG_COUNT]; /* whole-body gauges use KF_LEFT */
    struct kf_view_strip strip[KF_STRIP_COUNT][KF_LEG_COUNT]; /* all end at strip_t_s; KF_VIEW_STRIP_HZ */
    double strip_t_s;
    struct kf_view_event event[KF_VIEW_EVENTS]; /* the last ones, newest last */
    unsigned event_count;
    struct kf_view_stride stride[KF_VIEW_STRIDES]; /* newest last */
    unsigned stride_count;
    struct kf_view_cue cue;
    unsigned cue_count;
    unsigned bells; /* to be rung so far; who owns the terminal rings */
    bool muted;
    struct kf_view_rule rule[KF_CUE_RULES_MAX];
    unsigned rule_count;
    struct kf_view_bucket bucket[KF_VIEW_BUCKETS]; /* of bucket_s each, from bucket_from_s on; widened when full */
    unsigned bucket_count;
    double bucket_from_s, bucket_s;
    /* replay */
    bool replay, paused, ended;
    double speed;                  /* 1 = real time */
    double loop_from_s, loop_to_s; /* NAN: not set */
    struct kf_view_timeline timeline;
    struct kf_view_diff diff;
    struct {
        double t_s;
        char text[32];
    } mark[KF_VIEW_MARKS];
    unsigned mark_count;
    struct kf_limits limits;         /* for the evidence screen */
    struct kf_settings settings;     /* in force */
    struct kf_preview_swings recent; /* for the preview of changed settings */
};

#endif
