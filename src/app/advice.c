/* advice.c - "quality .4" helps nobody beside a treadmill; "shank_r at 50 Hz: set the pod to 100 Hz" does. */
#include "app/advice.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double least_rate_hz = 100;     /* issue 3: below it is too slow for running ... */
static const double rate_slack = .98;        /* ... but for what a pod's crystal and its jitter make */
static const unsigned settled_samples = 200; /* before so many a rate is a guess */
static const double saturated_share = 1e-3;  /* of samples: one a stride at 200 Hz is .7 % */
static const unsigned saturated_least = 3;   /* one may be a knock */
static const double unplaced_shown_s = 30;   /* then it is taken as meant, while others are placed */
static const double level_known_s = 15;      /* of running: some twenty strides */
static const double level_tau_s = 30;        /* of the usual residual: slower than a slip, faster than fatigue */
static const double grown_factor = 1.8;      /* a strap turned by 40 deg: 3.4 (simulated); strides vary by .05 */
static const double grown_mps2 = .5;         /* and by so much: small residuals double by noise alone */
static const double grown_for_s = 3;         /* longer than a stumble */
static const double lossy_pct = 3;   /* of frames: bridged samples alone make it grow (simulated: at 5, not at 2) */
static const double axis_factor = 2; /* its own axis has become so much less clear */
static const double slipped_shown_s = 60; /* time to stop and look; then it is as it is. Program's choice */

void kf_advice_init(struct kf_advice *advice)
{
    memset(advice, 0, sizeof *advice);
    advice->t_s = advice->unplaced_since_s = NAN;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        advice->leg[leg].level_mps2 = advice->leg[leg].slipped_s = NAN;
        advice->leg[leg].slipped = KF_SITE_NONE;
    }
}

/* ---- a sensor that slips ---- */

static void forget(struct kf_advice_leg *leg)
{
    const struct kf_advice_leg nothing = {.level_mps2 = NAN, .slipped_s = NAN, .slipped = KF_SITE_NONE};
    *leg = nothing;
}

static double approach(double level, double value, double share)
{
    return isnan(level) || level == 0 ? value : level + share * (value - level);
}

/* The sensor whose own turning axis has become unclear; the residual itself is of both. */
static enum kf_site which_slipped(const struct kf_advice_leg *leg, const struct kf_alignment *now[2],
                                  const enum kf_site site[2])
{
    double fall[2];
    for (int i = 0; i < 2; i++)
        fall[i] = now[i]->axis_ratio > 0 ? leg->axis_ratio[i] / now[i]->axis_ratio : 1;
    if (fmax(fall[0], fall[1]) < axis_factor || fmin(fall[0], fall[1]) * axis_factor > fmax(fall[0], fall[1]))
        return KF_SITE_NONE;
    return fall[0] > fall[1] ? site[0] : site[1];
}

/* Its level is learned while it is usual, and kept while it is not. */
static void watch_leg(struct kf_advice_leg *leg, const struct kf_view *view, enum kf_leg side, double gone_s)
{
    static const enum kf_site sites[KF_LEG_COUNT][2] = {{KF_SITE_THIGH_L, KF_SITE_SHANK_L},
                                                        {KF_SITE_THIGH_R, KF_SITE_SHANK_R}};
    const struct kf_alignment *now[2] = {&view->alignment[sites[side][0]], &view->alignment[sites[side][1]]};
    const double residual_mps2 = now[0]->residual_mps2;
    if (!now[0]->aligned || !now[1]->aligned) {
        forget(leg);
        return;
    }
    if (!view->running || !isfinite(residual_mps2))
        return;
    const bool known = leg->steady_s >= level_known_s;
    const bool grown = known && !(view->loss_pct > lossy_pct) && residual_mps2 > grown_factor * leg->level_mps2 &&
                       residual_mps2 > leg->level_mps2 + grown_mps2;
    leg->grown_s = grown ? leg->grown_s + gone_s : 0;
    if (grown) {
        if (leg->grown_s >= grown_for_s && isnan(leg->slipped_s)) {
            leg->slipped_s = view->t_s;
            leg->slipped = which_slipped(leg, now, sites[side]);
        }
        return;
    }
    const double share = fmin(1, gone_s / fmin(level_tau_s, leg->steady_s + gone_s));
    leg->steady_s += gone_s;
    leg->level_mps2 = approach(leg->level_mps2, residual_mps2, share);
    for (int i = 0; i < 2; i++)
        if (isfinite(now[i]->axis_ratio))
            leg->axis_ratio[i] = approach(leg->axis_ratio[i], now[i]->axis_ratio, share);
    if (view->t_s - leg->slipped_s > slipped_shown_s)
        leg->slipped_s = NAN;
}

static bool tell_slip(const struct kf_advice *advice, char *out, size_t size)
{
    for (int i = 0; i < KF_LEG_COUNT; i++) {
        const struct kf_advice_leg *leg = &advice->leg[i];
        if (isnan(leg->slipped_s))
            continue;
        if (leg->slipped == KF_SITE_NONE)
            (void)snprintf(out, size, "a sensor has slipped on the %s leg: tighten both, then a aligns anew",
                           i == KF_LEFT ? "left" : "right");
        else
            (void)snprintf(out, size, "%s has slipped on its segment: tighten it, then a aligns anew",
                           kf_site_name(leg->slipped));
        return true;
    }
    return false;
}

/* ---- streams ---- */

struct stream_ref {
    unsigned pod, index;
    const struct kf_view_stream *stream;
};

/* The first stream of which `asked` is true. */
static bool find(const struct kf_view *view, bool (*asked)(const struct kf_view_stream *), struct stream_ref *found)
{
    for (unsigned pod = 0; pod < view->pod_count; pod++)
        for (unsigned i = 0; i < view->pods[pod].stream_count; i++)
            if (asked(&view->pods[pod].stream[i])) {
                *found = (struct stream_ref){pod, i, &view->pods[pod].stream[i]};
                return true;
            }
    return false;
}

static bool is_doubled(const struct kf_view_stream *stream)
{
    return stream->doubled && stream->samples > 0;
}

static bool is_unplaced(const struct kf_view_stream *stream)
{
    return stream->site == KF_SITE_NONE && stream->samples > 0;
}

static bool is_slow(const struct kf_view_stream *stream)
{
    return stream->kind == KF_KIND_IMU6 && stream->samples >= settled_samples &&
           stream->rate_hz < least_rate_hz * rate_slack;
}

static bool saturates(const struct kf_view_stream *stream)
{
    return stream->kind == KF_KIND_IMU6 && stream->saturated >= saturated_least &&
           (double)stream->saturated > saturated_share * (double)stream->samples;
}

static bool is_worn(const struct kf_view_stream *stream)
{
    return stream->site != KF_SITE_NONE;
}

/* "shank_l", or "stream 2" of a pod that does not know. */
static const char *name_of(const struct stream_ref *ref, char *out, size_t size)
{
    if (ref->stream->site != KF_SITE_NONE)
        return kf_site_name(ref->stream->site);
    (void)snprintf(out, size, "stream %u", ref->index);
    return out;
}

static bool tell_unplaced(struct kf_advice *advice, const struct kf_view *view, char *out, size_t size)
{
    struct stream_ref ref, worn;
    if (!find(view, is_unplaced, &ref)) {
        advice->unplaced_since_s = NAN;
        return false;
    }
    if (isnan(advice->unplaced_since_s))
        advice->unplaced_since_s = view->t_s;
    if (find(view, is_worn, &worn) && view->t_s - advice->unplaced_since_s > unplaced_shown_s)
        return false;
    if (ref.pod == 0)
        (void)snprintf(out, size, "stream %u has no site: place it on the link screen (pod.stream_%u)", ref.index,
                       ref.index);
    else
        (void)snprintf(out, size, "stream %u of pod %u has no site: place it on the link screen (pod.%u.stream_%u)",
                       ref.index, ref.pod + 1, ref.pod + 1, ref.index);
    return true;
}

static bool tell_doubled(const struct kf_view *view, char *out, size_t size)
{
    struct stream_ref ref;
    if (!find(view, is_doubled, &ref))
        return false;
    (void)snprintf(out, size, "two streams say %s: that of pod %u, stream %u is not used, place it elsewhere",
                   kf_site_name(ref.stream->site), ref.pod + 1, ref.index);
    return true;
}

static bool tell_slow(const struct kf_view *view, char *out, size_t size)
{
    struct stream_ref ref;
    char name[24];
    if (!find(view, is_slow, &ref))
        return false;
    (void)snprintf(out, size, "%s at %.0f Hz: too slow for running; set the pod to %.0f Hz or more",
                   name_of(&ref, name, sizeof name), ref.stream->rate_hz, least_rate_hz);
    return true;
}

static bool tell_saturated(const struct kf_view *view, char *out, size_t size)
{
    struct stream_ref ref;
    char name[24], at[48] = "";
    if (!find(view, saturates, &ref))
        return false;
    if (ref.stream->full_acc_g > 0 && ref.stream->full_gyr_dps > 0)
        (void)snprintf(at, sizeof at, " at %.0f g and %.0f deg/s", ref.stream->full_acc_g, ref.stream->full_gyr_dps);
    else if (ref.stream->full_acc_g > 0)
        (void)snprintf(at, sizeof at, " at %.0f g", ref.stream->full_acc_g);
    else if (ref.stream->full_gyr_dps > 0)
        (void)snprintf(at, sizeof at, " at %.0f deg/s", ref.stream->full_gyr_dps);
    (void)snprintf(out, size, "%s saturates%s: set a larger range", name_of(&ref, name, sizeof name), at);
    return true;
}

/* ---- all of it ---- */

bool kf_advice_take(struct kf_advice *advice, const struct kf_view *view, char *out, size_t size)
{
    const double gone_s = view->t_s - advice->t_s;
    out[0] = '\0';
    if (gone_s < 0)
        kf_advice_init(advice);
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        watch_leg(&advice->leg[leg], view, (enum kf_leg)leg, gone_s > 0 ? fmin(gone_s, 1) : 0);
    advice->t_s = view->t_s;
    return tell_doubled(view, out, size) || tell_unplaced(advice, view, out, size) || tell_slip(advice, out, size) ||
           tell_slow(view, out, size) || tell_saturated(view, out, size);
}
