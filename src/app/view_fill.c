/* view_fill.c - the screen draws a value and knows no engine; here that value is put together, event by event. What
 * depends on the moment it is looked at is view_now.c. */
#include "app/view_fill.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "app/preview.h"
#include "app/settings_apply.h"
#include "app/view_past.h"
#include "ui/parts.h"
#include "ui/text.h"

/* ---- gauges ---- */

/* Of each gauge the scale (science.md sections 7 and 8, wide enough for 2.5 to 9.5 m/s) and the number of a swing it
 * shows. What stands when the verdict is said is not put in twice. */
#define OF(key) offsetof(struct kf_swing, key)
static const struct {
    double low, high;
    size_t offset;
    bool with_verdict;
} gauges[KF_GAUGE_COUNT] = {
    [KF_GAUGE_DRIVE] = {-0.06, 0.14, OF(drive_nm_kg), true},
    [KF_GAUGE_FOLD] = {0.8, 1.4, OF(fold_motion_share), false},
    [KF_GAUGE_PEAK_KNEE] = {70, 150, OF(peak_knee_deg), true},
    [KF_GAUGE_HIP_TO] = {-40, 0, OF(hip_to_deg), false},
    [KF_GAUGE_HIP_LAG] = {-20, 100, OF(hip_reversal_lag_ms), false},
    [KF_GAUGE_CONTACT] = {0.10, 0.40, OF(contact_s), false},
    [KF_GAUGE_CADENCE] = {140, 220, OF(cadence_spm), false},
    [KF_GAUGE_TRUNK_LEAN] = {-5, 20, OF(trunk_lean_deg), false},
    [KF_GAUGE_EMG] = {0, 0.6, OF(emg_early_ratio), false},
};

static double measure(const struct kf_swing *swing, enum kf_view_gauge_id id)
{
    double value;
    memcpy(&value, (const char *)swing + gauges[id].offset, sizeof value);
    return value;
}

static enum kf_leg row_of(enum kf_view_gauge_id id, enum kf_leg leg)
{
    return kf_gauge_words(id).paired ? leg : KF_LEFT;
}

static void gauge_put(struct kf_view_fill *fill, enum kf_view_gauge_id id, enum kf_leg leg, double t_s, double value)
{
    struct kf_view_gauge *gauge = &fill->view.gauge[id][row_of(id, leg)];
    gauge->value = value;
    kf_view_past_value(&fill->view, id, row_of(id, leg), t_s, value);
    if (isnan(value))
        return;
    if (gauge->trail_count == KF_VIEW_TRAIL) {
        memmove(gauge->trail, gauge->trail + 1, (KF_VIEW_TRAIL - 1) * sizeof gauge->trail[0]);
        gauge->trail_count--;
    }
    gauge->trail[gauge->trail_count++] = value;
}

/* Adds a relaxed stride's value to the mean the gauge marks as its baseline. */
static void gauge_baseline(struct kf_view_fill *fill, enum kf_view_gauge_id id, enum kf_leg leg, double value)
{
    const enum kf_leg row = row_of(id, leg);
    struct kf_view_fill_leg *state = &fill->leg[row];
    if (isnan(value))
        return;
    state->baseline_sum[id] += value;
    state->baseline_count[id]++;
    fill->view.gauge[id][row].baseline = state->baseline_sum[id] / state->baseline_count[id];
}

static void forget_baseline(struct kf_view_fill *fill, enum kf_leg leg)
{
    for (int id = 0; id < KF_GAUGE_COUNT; id++) {
        fill->leg[leg].baseline_sum[id] = 0;
        fill->leg[leg].baseline_count[id] = 0;
        fill->view.gauge[id][leg].baseline = NAN;
    }
}

static void refresh_baseline(struct kf_view_fill *fill, enum kf_leg leg)
{
    if (fill->engine)
        fill->view.leg[leg].baseline = kf_pipeline_baseline(kf_engine_pipeline(fill->engine), leg);
}

/* ---- strides ---- */

static struct kf_view_stride *stride_row(struct kf_view *view, const struct kf_swing *swing)
{
    for (unsigned i = view->stride_count; i-- > 0;)
        if (view->stride[i].id == swing->id)
            return &view->stride[i];
    if (view->stride_count == KF_VIEW_STRIDES) {
        memmove(view->stride, view->stride + 1, (KF_VIEW_STRIDES - 1) * sizeof view->stride[0]);
        view->stride_count--;
    }
    return &view->stride[view->stride_count++];
}

static void stride_put(struct kf_view *view, const struct kf_swing *swing)
{
    *stride_row(view, swing) = (struct kf_view_stride){
        .id = swing->id,
        .leg = swing->leg,
        .t_s = swing->t_to_s,
        .verdict = swing->verdict,
        .reason = swing->reason,
        .drive_nm_kg = swing->drive_nm_kg,
        .peak_knee_deg = swing->peak_knee_deg,
        .contact_s = swing->contact_s,
        .cadence_spm = swing->cadence_spm,
        .confidence = swing->confidence,
        .quality = swing->quality,
        .mean_knee_moment_nm_kg = swing->mean_knee_moment_nm_kg,
        .flexor_work_fraction = swing->flexor_work_fraction,
        .knee_excess_deg = swing->knee_excess_deg,
        .p_pulled = swing->p_pulled,
        .sigma_nm_kg = swing->sigma_nm_kg,
        .trunk_lean_deg = swing->trunk_lean_deg,
        .fold_motion_share = swing->fold_motion_share,
        .hip_to_deg = swing->hip_to_deg,
        .hip_reversal_lag_ms = swing->hip_reversal_lag_ms,
        .emg_early_ratio = swing->emg_early_ratio,
        .latency_ms = swing->latency_ms,
        .muscle = swing->muscle,
    };
}

static void gauges_put(struct kf_view_fill *fill, const struct kf_swing *swing, bool with_verdict)
{
    for (int id = 0; id < KF_GAUGE_COUNT; id++)
        if (gauges[id].with_verdict == with_verdict)
            gauge_put(fill, (enum kf_view_gauge_id)id, swing->leg, swing->t_to_s,
                      measure(swing, (enum kf_view_gauge_id)id));
}

static void on_verdict(struct kf_view_fill *fill, const struct kf_swing *swing)
{
    struct kf_view_leg *leg = &fill->view.leg[swing->leg];
    stride_put(&fill->view, swing);
    leg->swings++;
    leg->passive += swing->verdict == KF_PASSIVE;
    leg->pulled += swing->verdict == KF_PULLED;
    leg->unclear += swing->verdict == KF_UNCLEAR;
    kf_view_past_verdict(&fill->view, swing);
    gauges_put(fill, swing, true);
}

/* The ankle's way over a relaxed swing is kept to be drawn under later ones. */
static void keep_baseline_path(struct kf_view_leg *leg)
{
    leg->base_count = leg->path_count;
    memcpy(leg->base_x, leg->path_x, sizeof leg->base_x);
    memcpy(leg->base_y, leg->path_y, sizeof leg->base_y);
}

static void on_swing(struct kf_view_fill *fill, const struct kf_swing *swing)
{
    struct kf_view_fill_leg *state = &fill->leg[swing->leg];
    struct kf_view_leg *leg = &fill->view.leg[swing->leg];
    unsigned strides = 0;
    refresh_baseline(fill, swing->leg);
    strides = leg->baseline.strides;
    stride_put(&fill->view, swing);
    gauges_put(fill, swing, false);
    state->stride_s = swing->stride_s;
    leg->to_at = swing->contact_s / swing->stride_s;
    leg->peak_at = (swing->t_peak_knee_s - swing->t_ic_s) / swing->stride_s;
    if (strides < state->baseline_strides)
        forget_baseline(fill, swing->leg);
    if (strides > state->baseline_strides) {
        for (int id = 0; id < KF_GAUGE_COUNT; id++)
            if (!gauges[id].with_verdict)
                gauge_baseline(fill, (enum kf_view_gauge_id)id, swing->leg, measure(swing, (enum kf_view_gauge_id)id));
        keep_baseline_path(leg);
    }
    state->baseline_strides = strides;
}

/* ---- the legs at this moment ---- */

static void path_put(struct kf_view_fill_leg *state, double x, double y)
{
    if (state->path_skip++ % state->path_step != 0)
        return;
    if (state->path_count == KF_VIEW_PATH) {
        for (unsigned i = 0; i < KF_VIEW_PATH / 2; i++) {
            state->path_x[i] = state->path_x[2 * i];
            state->path_y[i] = state->path_y[2 * i];
        }
        state->path_count = KF_VIEW_PATH / 2;
        state->path_step *= 2;
        state->path_skip = 1;
    }
    state->path_x[state->path_count] = (float)x;
    state->path_y[state->path_count++] = (float)y;
}

static void path_done(struct kf_view_leg *leg, struct kf_view_fill_leg *state)
{
    if (state->path_count > 1) {
        leg->path_count = state->path_count;
        memcpy(leg->path_x, state->path_x, sizeof leg->path_x);
        memcpy(leg->path_y, state->path_y, sizeof leg->path_y);
    }
    state->path_count = state->path_skip = 0;
    state->path_step = 1;
}

static void on_frame(struct kf_view_fill *fill, const struct kf_frame *frame)
{
    for (int side = 0; side < KF_LEG_COUNT; side++) {
        const struct kf_leg_frame *now = &frame->leg[side];
        struct kf_view_fill_leg *state = &fill->leg[side];
        const bool swings = now->phase >= KF_PHASE_INITIAL && isfinite(now->thigh_rad) && isfinite(now->shank_rad);
        const double thigh = fill->thigh_share, shank = 1.0 - thigh;
        fill->view.leg[side].now = *now;
        if (swings)
            path_put(state, thigh * sin(now->thigh_rad) + shank * sin(now->shank_rad),
                     -thigh * cos(now->thigh_rad) - shank * cos(now->shank_rad));
        else if (state->path_count > 0)
            path_done(&fill->view.leg[side], state);
        state->phase = now->phase;
    }
    fill->view.trunk_lean_rad = frame->trunk_lean_rad;
    kf_view_past_frame(&fill->view, frame);
}

/* ---- cues and items ---- */

/* The evidence of a leg's last pulled swing, in one line. */
static void explain_pull(const struct kf_view *view, const struct kf_cue *cue, char *why, size_t size)
{
    why[0] = '\0';
    for (unsigned i = view->stride_count; i-- > 0;) {
        const struct kf_view_stride *row = &view->stride[i];
        if (row->verdict != KF_PULLED || (cue->has_leg && row->leg != cue->leg))
            continue;
        if (isnan(row->drive_nm_kg))
            (void)snprintf(why, size, "knee moment %+.3f Nm/kg: a net flexor pull", row->mean_knee_moment_nm_kg);
        else
            (void)snprintf(why, size, "drive %+.3f Nm/kg (limit %.3f), knee %+.0f deg over baseline (limit %.0f)",
                           row->drive_nm_kg, view->limits.drive_limit_nm_kg, row->knee_excess_deg,
                           view->limits.knee_excess_deg);
        return;
    }
}

/* The evidence of any cue: of pulls all the numbers that were judged, of others the one that was watched. */
static void explain(const struct kf_view *view, const struct kf_cue *cue, char *why, size_t size)
{
    if (!cue->key || strcmp(cue->key->name, "pulled") == 0)
        explain_pull(view, cue, why, size);
    else if (cue->is_asymmetry)
        (void)snprintf(why, size, "%s %+.3g %% left against right (limit %.3g)", cue->key->label, cue->value,
                       cue->limit);
    else
        (void)snprintf(why, size, "%s %.3g%s%s (limit %.3g)", cue->key->label, cue->value, *cue->key->unit ? " " : "",
                       cue->key->unit, cue->limit);
}

static void on_cue(struct kf_view_fill *fill, const struct kf_cue *cue)
{
    struct kf_view_cue *banner = &fill->view.cue;
    banner->t_s = cue->t_s;
    banner->has_leg = cue->has_leg;
    banner->leg = cue->leg;
    (void)kf_text_clean(banner->text, sizeof banner->text, cue->text);
    explain(&fill->view, cue, banner->why, sizeof banner->why);
    kf_view_past_cue(&fill->view, cue);
    fill->cued = true;
    fill->view.cue_count++;
}

static void on_mark(struct kf_view *view, const struct kf_pod_item *item)
{
    if (view->mark_count == KF_VIEW_MARKS) {
        memmove(view->mark, view->mark + 1, (KF_VIEW_MARKS - 1) * sizeof view->mark[0]);
        view->mark_count--;
    }
    view->mark[view->mark_count].t_s = item->t_s;
    (void)kf_text_clean(view->mark[view->mark_count].text, sizeof view->mark[0].text, item->u.mark.text);
    view->mark_count++;
}

static void on_message(struct kf_view_fill *fill, const char *text)
{
    (void)kf_text_clean(fill->view.message, sizeof fill->view.message, text);
    fill->message_t_s = fill->engine ? kf_engine_time_s(fill->engine) : NAN;
}

static void on_item(struct kf_view_fill *fill, unsigned source, const struct kf_pod_item *item)
{
    struct kf_view *view = &fill->view;
    switch (item->kind) {
    case KF_POD_MARK:
        on_mark(view, item);
        break;
    case KF_POD_BELT:
        view->belt_mps = item->u.belt.speed_mps;
        break;
    case KF_POD_STATUS:
        if (item->u.status.battery_pct >= 0)
            view->pods[source].battery_pct = item->u.status.battery_pct;
        break;
    case KF_POD_TEXT:
        on_message(fill, item->u.text.text);
        break;
    case KF_POD_PROBLEM:
        on_message(fill, item->u.problem.text);
        break;
    default:
        break;
    }
}

static void on_control(struct kf_view_fill *fill, const struct kf_engine_event *event)
{
    if (event->refused)
        on_message(fill, event->refused->text);
}

static void on_output(struct kf_view_fill *fill, const struct kf_output *output)
{
    switch (output->kind) {
    case KF_OUT_FRAME:
        on_frame(fill, output->frame);
        break;
    case KF_OUT_EVENT:
        kf_view_past_event(&fill->view, output->event);
        if (output->event->kind == KF_EVENT_IC)
            fill->leg[output->event->leg].t_ic_s = output->event->t_s;
        break;
    case KF_OUT_VERDICT:
        kf_preview_keep(&fill->view.recent, output->swing);
        on_verdict(fill, output->swing);
        break;
    case KF_OUT_SWING:
        kf_preview_keep(&fill->view.recent, output->swing);
        on_swing(fill, output->swing);
        break;
    case KF_OUT_BASELINE:
        refresh_baseline(fill, output->leg);
        break;
    }
}

void kf_view_fill_event(void *context, const struct kf_engine_event *event)
{
    struct kf_view_fill *fill = context;
    switch (event->kind) {
    case KF_ENGINE_OUTPUT:
        on_output(fill, event->output);
        break;
    case KF_ENGINE_CUE:
        on_cue(fill, event->cue);
        break;
    case KF_ENGINE_ITEM:
        on_item(fill, event->source, event->item);
        break;
    case KF_ENGINE_SAMPLE: /* asked for by exports alone */
        break;
    case KF_ENGINE_CONTROL:
        on_control(fill, event);
        break;
    }
}

/* ---- the beginning ---- */

static void init_leg(struct kf_view_fill *fill, enum kf_leg side)
{
    struct kf_view_leg *leg = &fill->view.leg[side];
    leg->cycle = leg->to_at = leg->peak_at = NAN;
    leg->now.thigh_rad = leg->now.shank_rad = leg->now.knee_rad = NAN;
    leg->now.knee_radps = leg->now.knee_moment_nm_kg = NAN;
    leg->baseline.mean_knee_moment_nm_kg = leg->baseline.sd_nm_kg = NAN;
    leg->baseline.peak_knee_deg = leg->baseline.peak_knee_sd_deg = NAN;
    leg->thigh.axis_ratio = leg->thigh.residual_mps2 = NAN;
    leg->shank.axis_ratio = leg->shank.residual_mps2 = NAN;
    fill->leg[side].t_ic_s = fill->leg[side].stride_s = NAN;
    fill->leg[side].path_step = 1;
}

static void init_gauges(struct kf_view *view)
{
    for (int id = 0; id < KF_GAUGE_COUNT; id++)
        for (int side = 0; side < KF_LEG_COUNT; side++) {
            struct kf_view_gauge *gauge = &view->gauge[id][side];
            gauge->value = gauge->baseline = NAN;
            gauge->low = gauges[id].low;
            gauge->high = gauges[id].high;
            gauge->band_low = gauge->band_high = NAN;
        }
}

void kf_view_fill_init(struct kf_view_fill *fill, const struct kf_engine_config *config, const char *athlete)
{
    struct kf_view *view = &fill->view;
    memset(fill, 0, sizeof *fill);
    fill->auto_baseline = config->auto_baseline;
    fill->thigh_share = 0.5;
    (void)kf_text_clean(view->athlete, sizeof view->athlete, athlete ? athlete : "");
    view->belt_mps = config->belt_mps;
    view->t_s = view->duration_s = NAN;
    view->age_s = view->rate_hz = view->loss_pct = NAN;
    view->latency_ms_p50 = view->latency_ms_p95 = NAN;
    view->battery_pct = -1;
    view->pod_count = config->pod_count > 0 ? config->pod_count : 1;
    for (unsigned i = 0; i < KF_PODS_MAX; i++) {
        struct kf_view_pod *pod = &view->pods[i];
        pod->age_s = pod->rate_hz = pod->loss_pct = NAN;
        pod->drift_ppm = pod->jitter_ms = pod->align_error_ms = NAN;
        pod->latency_ms_p50 = pod->latency_ms_p95 = NAN;
        pod->battery_pct = -1;
    }
    view->trunk_lean_rad = NAN;
    view->cue.t_s = view->cue.age_s = NAN;
    view->speed = 1.0;
    view->limits = kf_settings_limits(&config->settings);
    view->settings = config->settings;
    (void)snprintf(view->state, sizeof view->state, "waiting for samples");
    for (int side = 0; side < KF_LEG_COUNT; side++)
        init_leg(fill, (enum kf_leg)side);
    init_gauges(view);
    kf_view_past_init(view);
    view->warmup_left_s = NAN;
}
