/* view_now.c - what of a view depends on the moment it is looked at: where the session stands, each leg's place in its
 * cycle, bands and baselines, how old the banner is. */
#include "app/view_fill.h"

#include <math.h>
#include <stdio.h>

#include "app/settings_apply.h"
#include "app/view_coach.h"
#include "app/view_past.h"
#include "ui/text.h"

static void set_bands(struct kf_view *view, enum kf_leg leg)
{
    const struct kf_baseline_report *baseline = &view->leg[leg].baseline;
    struct kf_view_gauge *drive = &view->gauge[KF_GAUGE_DRIVE][leg], *knee = &view->gauge[KF_GAUGE_PEAK_KNEE][leg];
    const bool known = baseline->kind != KF_BASELINE_NONE;
    drive->band_low = known ? -view->limits.drive_limit_nm_kg : NAN;
    drive->band_high = known ? view->limits.drive_limit_nm_kg : NAN;
    drive->baseline = known ? 0.0 : NAN;
    knee->baseline = known ? baseline->peak_knee_deg : NAN;
    knee->band_low = known ? baseline->peak_knee_deg - view->limits.knee_excess_deg : NAN;
    knee->band_high = known ? baseline->peak_knee_deg + view->limits.knee_excess_deg : NAN;
}

static void set_leg(struct kf_view_fill *fill, const struct kf_pipeline *pipeline, enum kf_leg side)
{
    static const enum kf_site thigh[] = {KF_SITE_THIGH_L, KF_SITE_THIGH_R},
                              shank[] = {KF_SITE_SHANK_L, KF_SITE_SHANK_R};
    struct kf_view_leg *leg = &fill->view.leg[side];
    const struct kf_view_fill_leg *state = &fill->leg[side];
    const double since_s = kf_pipeline_frame(pipeline)->t_s - state->t_ic_s;
    leg->baseline = kf_pipeline_baseline(pipeline, side);
    leg->thigh = kf_pipeline_alignment(pipeline, thigh[side]);
    leg->shank = kf_pipeline_alignment(pipeline, shank[side]);
    leg->cycle = NAN;
    if (fill->view.running && since_s >= 0 && since_s < 1.5 * state->stride_s)
        leg->cycle = fmin(since_s / state->stride_s, 1.0);
    set_bands(&fill->view, side);
}

static bool worn(const struct kf_view_leg *leg)
{
    return leg->thigh.worn || leg->shank.worn;
}

static bool aligned(const struct kf_view_leg *leg)
{
    return (!leg->thigh.worn || leg->thigh.aligned) && (!leg->shank.worn || leg->shank.aligned);
}

/* One line on where the session stands and what to do next: the worst leg that is worn decides. */
static void set_state(struct kf_view *view, bool collecting)
{
    bool any = false, all_aligned = true, judged = true, full = true;
    unsigned strides = view->limits.baseline_full_strides;
    const char *text = NULL;
    for (int side = 0; side < KF_LEG_COUNT; side++) {
        const struct kf_view_leg *leg = &view->leg[side];
        if (!worn(leg))
            continue;
        any = true;
        all_aligned = all_aligned && aligned(leg);
        judged = judged && leg->baseline.kind != KF_BASELINE_NONE;
        full = full && leg->baseline.kind == KF_BASELINE_FULL;
        strides = leg->baseline.strides < strides ? leg->baseline.strides : strides;
    }
    view->judging = any && judged && all_aligned && view->running;
    if (!any)
        text = isnan(view->t_s) ? "waiting for samples" : "no leg sensor is sending";
    else if (view->walking)
        text = "walking: not judged";
    else if (!all_aligned)
        text = view->running ? "jog: aligning" : "stand still, then jog";
    else if (!view->running)
        text = "ready: start running";
    else if (!judged && !collecting)
        text = "no baseline: verdicts unclear (b starts one)";
    else if (judged && (full || !collecting))
        text = "judging";
    if (text)
        (void)snprintf(view->state, sizeof view->state, "%s", text);
    else if (judged)
        (void)snprintf(view->state, sizeof view->state, "judging, baseline %u of %u strides", strides,
                       view->limits.baseline_full_strides);
    else
        (void)snprintf(view->state, sizeof view->state, "baseline %u of %u strides", strides,
                       view->limits.baseline_provisional_strides);
}

static void set_athlete(struct kf_view_fill *fill, const struct kf_engine *engine)
{
    const struct kf_athlete athlete = kf_engine_athlete(engine);
    const struct kf_leg_inertia leg = kf_leg_inertia(&athlete);
    if (leg.thigh_m > 0 && leg.shank_m > 0)
        fill->thigh_share = leg.thigh_m / (leg.thigh_m + leg.shank_m);
}

/* What the engine last said, for a while; before it can say anything, that it hears something and understands nothing.
 */
static void refresh_message(struct kf_view_fill *fill, const struct kf_engine *engine)
{
    char begin[25];
    struct kf_view *view = &fill->view;
    const bool puzzled = kf_engine_puzzled(engine, 0, begin, sizeof begin);
    if (puzzled && !fill->puzzled)
        (void)snprintf(view->message, sizeof view->message, "unknown data '%s': wrong baud rate or device?", begin);
    else if (puzzled < fill->puzzled || view->t_s - fill->message_t_s > KF_MESSAGE_SHOWN_S)
        view->message[0] = '\0';
    fill->puzzled = puzzled;
}

void kf_view_fill_update(struct kf_view_fill *fill, const struct kf_engine *engine)
{
    const struct kf_pipeline *pipeline = kf_engine_pipeline(engine);
    const struct kf_pod_driver *driver = kf_engine_driver(engine, 0);
    struct kf_view *view = &fill->view;
    view->t_s = kf_engine_time_s(engine);
    view->walking = kf_pipeline_walking(pipeline);
    view->running = !view->walking && isfinite(kf_pipeline_cadence_spm(pipeline));
    view->muted = kf_engine_muted(engine);
    kf_view_coach(view, engine);
    view->limits = kf_settings_limits(kf_engine_settings(engine));
    kf_view_past_bands(view);
    view->settings = *kf_engine_settings(engine);
    (void)snprintf(view->format, sizeof view->format, "%s", driver ? driver->name : "");
    (void)kf_text_clean(view->pod, sizeof view->pod, kf_engine_stats(engine, 0)->name);
    set_athlete(fill, engine);
    for (int side = 0; side < KF_LEG_COUNT; side++)
        set_leg(fill, pipeline, (enum kf_leg)side);
    view->baseline_open = kf_engine_baseline_open(engine);
    fill->auto_baseline =
        fill->auto_baseline && !view->baseline_open; /* one started by hand takes its place for good */
    set_state(view, fill->auto_baseline || view->baseline_open);
    refresh_message(fill, engine);
    view->cue.age_s = fill->cued ? view->t_s - view->cue.t_s : NAN;
    view->cue.shown = fill->cued && !view->muted && view->cue.age_s < KF_CUE_BANNER_S;
}
