/* view_past.c - a session of any length in a view of fixed size: rings for the last seconds, bins for how values lie,
 * and trends whose pieces double when they fill up. */
#include "app/view_past.h"

#include <math.h>
#include <string.h>

#define BUCKET_FIRST_S 10.0 /* of the timeline at first: some 14 strides */
#define DEG_PER_RAD (180 / M_PI)

/* Poses a second. The legs take turns, so that no frame has to move both: a figure is the dearest thing to redraw. */
#define POSE_HZ 10.0

void kf_view_past_init(struct kf_view *view)
{
    view->bucket_s = BUCKET_FIRST_S;
    view->bucket_from_s = NAN;
    view->strip_t_s = NAN;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        view->leg[leg].pose.thigh_rad = view->leg[leg].pose.shank_rad = NAN;
}

/* ---- the last seconds ---- */

static void strip_put(struct kf_view_strip *strip, double value)
{
    strip->value[strip->next] = (float)value;
    strip->next = (strip->next + 1) % KF_VIEW_STRIP;
    strip->count += strip->count < KF_VIEW_STRIP;
}

/* The moment is one of the swinging leg; in stance the ground's force is not in it. */
static double moment(const struct kf_leg_frame *leg)
{
    return leg->phase >= KF_PHASE_INITIAL ? leg->knee_moment_nm_kg : NAN;
}

static double turn(double t_s, double rate_hz, double offset)
{
    return floor(t_s * rate_hz + offset);
}

void kf_view_past_frame(struct kf_view *view, const struct kf_frame *frame)
{
    const double step = turn(frame->t_s, KF_VIEW_STRIP_HZ, 1e-6);
    for (int side = 0; side < KF_LEG_COUNT; side++) {
        struct kf_view_leg *leg = &view->leg[side];
        const double offset = side == KF_RIGHT ? 0.5 : 0.0;
        if (!(turn(frame->t_s, POSE_HZ, offset) == turn(leg->pose.t_s, POSE_HZ, offset))) {
            leg->pose.t_s = frame->t_s;
            leg->pose.thigh_rad = frame->leg[side].thigh_rad;
            leg->pose.shank_rad = frame->leg[side].shank_rad;
            leg->pose.trunk_lean_rad = frame->trunk_lean_rad;
        }
    }
    if (step == turn(view->strip_t_s, KF_VIEW_STRIP_HZ, 0.5))
        return;
    for (int side = 0; side < KF_LEG_COUNT; side++) {
        strip_put(&view->strip[KF_STRIP_KNEE][side], frame->leg[side].knee_rad * DEG_PER_RAD);
        strip_put(&view->strip[KF_STRIP_MOMENT][side], moment(&frame->leg[side]));
        strip_put(&view->strip[KF_STRIP_EMG][side], frame->leg[side].emg);
    }
    view->strip_t_s = step / KF_VIEW_STRIP_HZ;
}

void kf_view_past_event(struct kf_view *view, const struct kf_event *event)
{
    if (view->event_count == KF_VIEW_EVENTS) {
        memmove(view->event, view->event + 1, (KF_VIEW_EVENTS - 1) * sizeof view->event[0]);
        view->event_count--;
    }
    view->event[view->event_count++] = (struct kf_view_event){event->t_s, event->kind, event->leg};
}

/* ---- bands ---- */

/* The gauges that the coach's rules may give a band; drive and peak knee have that of the verdict. */
static const struct {
    enum kf_view_gauge_id id;
    const char *metric;
    double low, high; /* without a rule; trunk lean: the groups of Teng & Powers (2014) */
} bands[] = {
    {KF_GAUGE_FOLD, "fold_motion_share", 1, INFINITY},   {KF_GAUGE_HIP_TO, "hip_to_deg", NAN, NAN},
    {KF_GAUGE_HIP_LAG, "hip_reversal_lag_ms", NAN, NAN}, {KF_GAUGE_CONTACT, "contact_s", NAN, NAN},
    {KF_GAUGE_CADENCE, "cadence_spm", NAN, NAN},         {KF_GAUGE_TRUNK_LEAN, "trunk_lean_deg", 3.6, 10.8},
};

static void rule_band(struct kf_view_gauge *gauge, const struct kf_cue_rule *rule)
{
    gauge->band_low = rule->when == KF_CUE_OUTSIDE ? rule->limit_low
                      : rule->when == KF_CUE_BELOW ? rule->limit
                                                   : -INFINITY;
    gauge->band_high = rule->when == KF_CUE_OUTSIDE ? rule->limit_high
                       : rule->when == KF_CUE_ABOVE ? rule->limit
                                                    : INFINITY;
}

void kf_view_past_bands(struct kf_view *view)
{
    for (size_t i = 0; i < sizeof bands / sizeof bands[0]; i++)
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            struct kf_view_gauge *gauge = &view->gauge[bands[i].id][leg];
            gauge->band_low = bands[i].low;
            gauge->band_high = bands[i].high;
            for (unsigned r = 0; r < view->rule_count; r++) {
                const struct kf_cue_rule *rule = &view->rule[r].rule;
                const bool other_leg =
                    (rule->leg == KF_CUE_LEFT && leg == KF_RIGHT) || (rule->leg == KF_CUE_RIGHT && leg == KF_LEFT);
                if (strcmp(rule->metric, bands[i].metric) == 0 && rule->leg != KF_CUE_ASYMMETRY && !other_leg)
                    rule_band(gauge, rule);
            }
        }
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        view->gauge[KF_GAUGE_EMG][leg].band_low = -INFINITY;
        view->gauge[KF_GAUGE_EMG][leg].band_high = view->limits.emg_tone;
    }
}

/* ---- the whole session ---- */

/* Two pieces become one: the session may last as long as it likes. */
static void widen(struct kf_view *view)
{
    for (unsigned i = 0; i < KF_VIEW_BUCKETS / 2; i++) {
        struct kf_view_bucket sum = view->bucket[2 * i];
        const struct kf_view_bucket *other = &view->bucket[2 * i + 1];
        sum.cues += other->cues;
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            sum.swings[leg] += other->swings[leg];
            sum.passive[leg] += other->passive[leg];
            sum.pulled[leg] += other->pulled[leg];
            for (int id = 0; id < KF_GAUGE_COUNT; id++) {
                sum.counted[id][leg] += other->counted[id][leg];
                sum.sum[id][leg] += other->sum[id][leg];
            }
        }
        view->bucket[i] = sum;
    }
    memset(view->bucket + KF_VIEW_BUCKETS / 2, 0, KF_VIEW_BUCKETS / 2 * sizeof view->bucket[0]);
    view->bucket_count = KF_VIEW_BUCKETS / 2;
    view->bucket_s *= 2;
}

/* The piece this moment belongs to; NULL for one before the first or without a time. */
static struct kf_view_bucket *bucket_at(struct kf_view *view, double t_s)
{
    double at = NAN;
    if (isnan(view->bucket_from_s))
        view->bucket_from_s = t_s;
    if (!(t_s >= view->bucket_from_s) || t_s - view->bucket_from_s > 1e7)
        return NULL;
    while ((at = (t_s - view->bucket_from_s) / view->bucket_s) >= KF_VIEW_BUCKETS)
        widen(view);
    if ((unsigned)at >= view->bucket_count)
        view->bucket_count = (unsigned)at + 1;
    return &view->bucket[(unsigned)at];
}

void kf_view_past_verdict(struct kf_view *view, const struct kf_swing *swing)
{
    struct kf_view_bucket *bucket = bucket_at(view, swing->t_to_s);
    if (!bucket)
        return;
    bucket->swings[swing->leg]++;
    bucket->passive[swing->leg] += swing->verdict == KF_PASSIVE;
    bucket->pulled[swing->leg] += swing->verdict == KF_PULLED;
}

void kf_view_past_cue(struct kf_view *view, const struct kf_cue *cue)
{
    struct kf_view_bucket *bucket = bucket_at(view, cue->t_s);
    if (bucket)
        bucket->cues++;
}

void kf_view_past_value(struct kf_view *view, enum kf_view_gauge_id id, enum kf_leg row, double t_s, double value)
{
    struct kf_view_gauge *gauge = &view->gauge[id][row];
    struct kf_view_spread *spread = &gauge->spread;
    struct kf_view_bucket *bucket = NULL;
    const double share = (value - gauge->low) / (gauge->high - gauge->low), before = spread->mean;
    if (!isfinite(share))
        return;
    spread->bin[share <= 0 ? 0 : share >= 1 ? KF_VIEW_BINS - 1 : (unsigned)(share * KF_VIEW_BINS)]++;
    spread->count++;
    spread->mean += (value - before) / spread->count;
    spread->m2 += (value - before) * (value - spread->mean);
    bucket = bucket_at(view, t_s);
    if (!bucket)
        return;
    bucket->counted[id][row]++;
    bucket->sum[id][row] += (float)value;
}
