/* view_session.h - the part of the view that tells of the whole session: events, distributions, trends, rules.
 *
 * Plain data as in view.h, filled by app/view_past.c as strides come. */
#ifndef KF_VIEW_SESSION_H
#define KF_VIEW_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "kneefold/cue.h"
#include "kneefold/pipeline.h"
#include "kneefold/swing.h"

enum { KF_VIEW_EVENTS = 64, KF_VIEW_BINS = 32, KF_VIEW_BUCKETS = 48 };

enum kf_view_gauge_id {
    KF_GAUGE_DRIVE,      /* Nm/kg */
    KF_GAUGE_FOLD,       /* motion's share of the fold; above 1 muscles braked, below they pulled */
    KF_GAUGE_PEAK_KNEE,  /* deg */
    KF_GAUGE_HIP_TO,     /* deg, hip angle at toe-off; extension negative */
    KF_GAUGE_HIP_LAG,    /* ms, hip reversal */
    KF_GAUGE_CONTACT,    /* s */
    KF_GAUGE_CADENCE,    /* steps a minute */
    KF_GAUGE_TRUNK_LEAN, /* deg, forward positive */
    KF_GAUGE_EMG,        /* early-swing ratio of the hamstring */
    KF_GAUGE_COUNT
};

/* How the values of a session lie: bins over the gauge's scale, the first and last hold what is beyond. */
struct kf_view_spread {
    uint32_t bin[KF_VIEW_BINS];
    uint32_t count;
    double mean, m2; /* m2: sum of squared deviations; SD = sqrt(m2 / (count - 1)) */
};

enum { KF_PREVIEW_SWINGS = 50 };

/* The last swings, in the order of their verdicts. Zeroed it is empty. Flat. */
struct kf_preview_swings {
    unsigned count, next;
    struct kf_swing swing[KF_PREVIEW_SWINGS];
};

/* Verdicts along a recording: its length in equal parts. */
enum { KF_VIEW_TIMELINE = 400 };

struct kf_view_timeline_bin {
    uint16_t swings, passive, pulled;
};

struct kf_view_timeline {
    bool known;
    struct kf_view_timeline_bin bin[KF_VIEW_TIMELINE];
};

/* What other settings would have said of the recording. */
enum kf_view_diff_state { KF_DIFF_NONE, KF_DIFF_WORKING, KF_DIFF_KNOWN, KF_DIFF_FAILED };

struct kf_view_diff {
    bool shown;
    enum kf_view_diff_state state;
    char with[64];                   /* their file's name */
    char why[96];                    /* FAILED: in words */
    unsigned swings, verdicts, cues; /* KNOWN: judged; of another verdict; said by one of both alone */
    struct kf_view_timeline changed; /* of the swings judged otherwise, by what they would be */
};

struct kf_view_event {
    double t_s;
    enum kf_event_kind kind;
    enum kf_leg leg;
};

/* A piece of the session, for trends: sums over the strides in it. */
struct kf_view_bucket {
    uint32_t swings[KF_LEG_COUNT], passive[KF_LEG_COUNT], pulled[KF_LEG_COUNT], cues;
    uint32_t counted[KF_GAUGE_COUNT][KF_LEG_COUNT];
    float sum[KF_GAUGE_COUNT][KF_LEG_COUNT];
};

/* A rule of the coach and how it stands. */
struct kf_view_rule {
    struct kf_cue_rule rule;
    unsigned beyond[KF_LEG_COUNT], seen[KF_LEG_COUNT]; /* of the last `of` swings; both and asymmetry: KF_LEFT */
    bool silent[KF_LEG_COUNT];                         /* said, and not yet released */
    unsigned said[KF_LEG_COUNT];                       /* how often; cues for no leg count as KF_LEFT */
    unsigned withheld[KF_LEG_COUNT];                   /* would have been said, but for the feedback plan */
    double banner_s[KF_LEG_COUNT];                     /* on the banner, in all */
    double last_t_s, cooldown_left_s;                  /* NAN never; 0 none */
};

#endif
