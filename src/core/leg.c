/* leg.c - what thigh and shank together show: signs of their axes, the trace, and the numbers of a swing.
 *
 * Gravity and the axis of turning leave the sign of each medio-lateral axis open. Science.md section 4: the shank
 * swings forward faster than backward (+613 against -417 deg/s), and the thigh's rate goes with the shank's .2 stride
 * later. The judged window is W = [TO + 20 ms, peak knee flexion - 20 ms] (section 7). */
#include "core/leg.h"

#include <math.h>
#include <string.h>

#include "core/fold.h"
#include "core/hip.h"
#include "core/smooth.h"
#include "core/window.h"

static const double degrees = 180 / 3.14159265358979323846;
static const double window_margin_s = .020;              /* W, section 7 */
static const double sign_tau_s = 3;                      /* four strides */
static const double sign_needed_s = .45;                 /* of moving: more than half a stride shows the faster turn */
static const double rest_after_s = 1.2;                  /* a walking shank moves more often */
static const double sign_sure_s = 3, sign_doubt_s = 1.5; /* four strides, two */
/* Against a sign once known: real shanks peak by 1.47 (section 4) and rates correlate by .82 at least, so the wrong
 * sign shows 1.47 and -.82, the right one .68 and .82. Program's choice, between them. */
static const double sign_margin = 1.25, sign_against = -.4;
/* A pulled heel turns the shank backward faster than its last forward swing, faded, for .25 s of a stride (simulated,
 * 2 m/s); a wrong sign seems so for most of every stride. */
static const double sign_wrong_s = .5;
static const double usual_stride_s = .72;    /* between those of section 8, until the runner's own is known */
static const double shank_moves_radps = 2.5; /* 140 deg/s, program's choice: nobody's does standing */
static const struct kf_leg_frame nothing_known = {
    .thigh_rad = NAN,
    .shank_rad = NAN,
    .knee_rad = NAN,
    .knee_radps = NAN,
    .knee_moment_nm_kg = NAN,
    .hip_moment_nm_kg = NAN,
    .hip_rad = NAN,
    .hamstring_mm = {NAN, NAN, NAN},
    .phase = KF_PHASE_NONE,
    .emg = NAN,
};

_Static_assert(KF_HAMSTRING_COUNT == 3, "nothing_known names each");

void kf_leg_init(struct kf_leg_state *leg, enum kf_leg which, const struct kf_athlete *athlete,
                 const struct kf_placement *placement)
{
    memset(leg, 0, sizeof *leg);
    leg->leg = which;
    kf_trace_init(&leg->trace);
    kf_gait_init(&leg->gait);
    kf_knee_init(&leg->knee, athlete, placement, which);
    kf_baseline_clear(&leg->baseline);
    leg->swing = kf_swing_unknown();
    leg->lean_site = KF_SITE_NONE;
    leg->now = nothing_known;
}

void kf_leg_restart(struct kf_leg_state *leg)
{
    kf_trace_init(&leg->trace);
    kf_gait_init(&leg->gait);
    kf_knee_drop(&leg->knee);
    leg->pace.count = 0;
    leg->now = nothing_known;
    leg->open = leg->judged = leg->turned = leg->carried = false;
    leg->lean_sum = 0;
    leg->lean_count = 0;
}

/* ------------------------------------------------------------------------------------------- signs of axes */

/* The stride in progress was seen with a wrong sign. */
static void drop_stride(struct kf_leg_state *leg)
{
    kf_gait_init(&leg->gait);
    kf_knee_drop(&leg->knee);
    leg->turned = true;
}

/* The past is turned with the axis, so that nothing seen so far is lost; only the stride in progress starts again. */
static void turn_shank(struct kf_leg_state *leg, struct kf_segment *shank)
{
    const double forward = leg->shank_forward;
    kf_segment_flip(shank);
    kf_trace_negate(&leg->trace, KF_TRACE_SHANK_RATE);
    kf_trace_negate(&leg->trace, KF_TRACE_SHANK_ACCEL);
    kf_trace_negate(&leg->trace, KF_TRACE_SHANK_FWD);
    kf_trace_negate(&leg->trace, KF_TRACE_SHANK_ANGLE);
    leg->shank_forward = leg->shank_backward;
    leg->shank_backward = forward;
    leg->rate_product = -leg->rate_product;
    leg->wrong_s = 0;
    drop_stride(leg);
}

static void turn_thigh(struct kf_leg_state *leg, struct kf_segment *thigh)
{
    kf_segment_flip(thigh);
    kf_trace_negate(&leg->trace, KF_TRACE_THIGH_RATE);
    kf_trace_negate(&leg->trace, KF_TRACE_THIGH_ACCEL);
    kf_trace_negate(&leg->trace, KF_TRACE_THIGH_FWD);
    kf_trace_negate(&leg->trace, KF_TRACE_THIGH_ANGLE);
    leg->rate_product = -leg->rate_product;
    drop_stride(leg);
}

/* .2 stride before grid step `centre`, in s. */
static double lagged_s(const struct kf_leg_state *leg, int64_t centre)
{
    const double stride_s = isfinite(leg->gait.stride_s) ? leg->gait.stride_s : usual_stride_s;
    return (double)centre * KF_GRID_S - .2 * stride_s;
}

static void watch_signs(struct kf_leg_state *leg, struct kf_segment *thigh, struct kf_segment *shank,
                        const double value[KF_TRACE_CHANNELS], int64_t centre)
{
    const double keep = 1 - KF_GRID_S / sign_tau_s;
    const double rate = value[KF_TRACE_SHANK_RATE];
    leg->rest_s = fabs(rate) > shank_moves_radps ? 0 : leg->rest_s + KF_GRID_S;
    if (leg->rest_s > rest_after_s) /* the next run begins with a swing of its own, backward or forward */
        leg->shank_forward = leg->shank_backward = leg->watched_s = leg->wrong_s = 0;
    leg->shank_forward = fmax(leg->shank_forward * keep, rate);
    leg->shank_backward = fmax(leg->shank_backward * keep, -rate);
    if (leg->shank_backward < shank_moves_radps && leg->shank_forward < shank_moves_radps)
        return;
    leg->watched_s += KF_GRID_S;
    const double thigh_rate = kf_trace_at(&leg->trace, KF_TRACE_THIGH_RATE, lagged_s(leg, centre));
    if (isfinite(thigh_rate)) {
        leg->rate_product += KF_GRID_S / sign_tau_s * (thigh_rate * rate - leg->rate_product);
        leg->thigh_square += KF_GRID_S / sign_tau_s * (thigh_rate * thigh_rate - leg->thigh_square);
        leg->shank_square += KF_GRID_S / sign_tau_s * (rate * rate - leg->shank_square);
    }
    if (leg->watched_s > sign_sure_s)
        leg->signs_sure = true;
    if (leg->watched_s < (leg->signs_sure ? sign_doubt_s : sign_needed_s))
        return;
    /* A sign once known changes only on clear evidence; a sure one not on the first backward swing after a rest. */
    const double margin = leg->signs_known ? sign_margin : 1;
    const bool seems_wrong = leg->shank_backward > margin * leg->shank_forward;
    leg->wrong_s = seems_wrong ? leg->wrong_s + KF_GRID_S : fmax(0, leg->wrong_s - KF_GRID_S);
    if (seems_wrong && (!leg->signs_sure || leg->wrong_s > sign_wrong_s))
        turn_shank(leg, shank);
    const double together = leg->rate_product / sqrt(leg->thigh_square * leg->shank_square + 1e-12);
    if (together < (leg->signs_known ? sign_against : 0))
        turn_thigh(leg, thigh);
    leg->signs_known = true;
}

void kf_leg_watch_other(struct kf_leg_state *leg, const struct kf_leg_state *other, int64_t step)
{
    const int64_t centre = step - KF_SMOOTH_HALF;
    const double *now = kf_trace_step(&leg->trace, centre);
    if (!now)
        return;
    const double thigh_rate = kf_trace_at(&other->trace, KF_TRACE_THIGH_RATE, lagged_s(leg, centre));
    if (isfinite(thigh_rate))
        leg->other_product += KF_GRID_S / sign_tau_s * (thigh_rate * now[KF_TRACE_SHANK_RATE] - leg->other_product);
}

/* Over the real and synthetic runners a shank goes with its own thigh by .85 to .94, with the other by .5 at most. */
bool kf_leg_swapped(const struct kf_leg_state *leg, const struct kf_leg_state *other)
{
    const double own = leg->rate_product / sqrt(leg->thigh_square * leg->shank_square + 1e-12);
    const double cross = leg->other_product / sqrt(other->thigh_square * leg->shank_square + 1e-12);
    const double between = .7;
    return leg->signs_known && other->signs_known && fabs(own) < between && fabs(cross) > between;
}

/* ---------------------------------------------------------------------------------------------------- trace */

/* Knee-flexion rate over three raw points, 5 ms late: for the one event that must be said soon. */
static double light_knee_rate(const struct kf_segment *thigh, const struct kf_segment *shank, int64_t centre)
{
    static const double weight[3] = {.25, .5, .25};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        const struct kf_segment_point *t = kf_segment_at(thigh, centre + i - 1);
        const struct kf_segment_point *s = kf_segment_at(shank, centre + i - 1);
        if (!t || !s)
            return NAN;
        sum += weight[i] * (t->rate_radps - s->rate_radps);
    }
    return sum;
}

static void show_nothing(struct kf_leg_state *leg)
{
    struct kf_leg_frame now = nothing_known;
    now.worn = leg->now.worn;
    now.aligned = leg->now.aligned;
    now.phase = leg->now.phase;
    leg->now = now;
}

void kf_leg_show(struct kf_leg_state *leg, int64_t step)
{
    const double *row = kf_trace_step(&leg->trace, step - KF_SMOOTH_HALF);
    if (!row) {
        show_nothing(leg);
        return;
    }
    const double rate = row[KF_TRACE_SHANK_RATE];
    const struct kf_knee_means at = {row[KF_TRACE_SHANK_ACCEL], rate * rate, row[KF_TRACE_SHANK_FWD],
                                     row[KF_TRACE_SHANK_AXIAL]};
    leg->now.thigh_rad = row[KF_TRACE_THIGH_ANGLE] + leg->knee.thigh_tilt;
    leg->now.shank_rad = row[KF_TRACE_SHANK_ANGLE] + leg->knee.shank_tilt;
    leg->now.knee_rad = leg->now.thigh_rad - leg->now.shank_rad;
    leg->now.knee_radps = row[KF_TRACE_THIGH_RATE] - rate;
    leg->now.hip_rad = kf_hip_flexion(&leg->knee, row);
    leg->now.knee_moment_nm_kg = kf_knee_moment(&leg->knee, &at);
    leg->now.hip_moment_nm_kg = kf_hip_moment(&leg->knee, row);
}

static void count_quality(struct kf_leg_state *leg, const struct kf_segment *thigh, const struct kf_segment *shank,
                          int64_t step, bool sensed)
{
    leg->steps++;
    leg->steps_bad += !sensed || kf_segment_bridged(thigh, step) || kf_segment_bridged(shank, step);
    leg->steps_saturated += sensed && (kf_segment_saturated(thigh, step) || kf_segment_saturated(shank, step));
}

double kf_leg_sense(struct kf_leg_state *leg, struct kf_segment *thigh, struct kf_segment *shank, double lean_rad,
                    int64_t step)
{
    const int64_t centre = step - KF_SMOOTH_HALF;
    struct kf_segment_smooth t, s;
    const bool sensed = kf_segment_smooth(thigh, centre, &t) && kf_segment_smooth(shank, centre, &s);
    count_quality(leg, thigh, shank, step, sensed);
    leg->now.worn = thigh->worn && shank->worn;
    leg->now.aligned = leg->signs_known && thigh->align.has_frame && shank->align.has_frame;
    if (!sensed) {
        kf_trace_put(&leg->trace, centre, NULL);
        return NAN;
    }
    const double value[KF_TRACE_CHANNELS] = {
        [KF_TRACE_THIGH_RATE] = t.rate_radps,
        [KF_TRACE_SHANK_RATE] = s.rate_radps,
        [KF_TRACE_THIGH_ACCEL] = t.accel_radps2,
        [KF_TRACE_SHANK_ACCEL] = s.accel_radps2,
        [KF_TRACE_THIGH_FWD] = t.fwd_mps2,
        [KF_TRACE_SHANK_FWD] = s.fwd_mps2,
        [KF_TRACE_THIGH_AXIAL] = t.axial_mps2,
        [KF_TRACE_SHANK_AXIAL] = s.axial_mps2,
        [KF_TRACE_THIGH_ANGLE] = t.angle_rad,
        [KF_TRACE_SHANK_ANGLE] = s.angle_rad,
        [KF_TRACE_LEAN] = lean_rad,
    };
    kf_trace_put(&leg->trace, centre, value);
    if (leg->gait.phase == KF_PHASE_INITIAL && (double)centre * KF_GRID_S > leg->gait.t_to_s)
        kf_knee_watch(&leg->knee, &t, &s);
    watch_signs(leg, thigh, shank, value, centre);
    return light_knee_rate(thigh, shank, step - 1);
}

void kf_leg_refresh(struct kf_leg_state *leg, struct kf_segment *thigh, struct kf_segment *shank)
{
    kf_align_refresh(&thigh->align);
    kf_align_refresh(&shank->align);
    thigh->align.stand_locked = shank->align.stand_locked = leg->signs_known;
}

/* ---------------------------------------------------------------------------------------------------- swing */

bool kf_leg_measure(struct kf_leg_state *leg, struct kf_knee_means *means, double peak_angles[2])
{
    struct kf_swing *swing = &leg->swing;
    const struct kf_trace *trace = &leg->trace;
    const double to_s = swing->t_to_s, peak_s = leg->gait.t_peak_knee_s;
    swing->t_peak_knee_s = peak_s;
    swing->to_to_peak_knee_ms = 1e3 * (peak_s - to_s);
    const double thigh_to = kf_trace_at(trace, KF_TRACE_THIGH_ANGLE, to_s);
    const double shank_to = kf_trace_at(trace, KF_TRACE_SHANK_ANGLE, to_s);
    peak_angles[0] = kf_trace_at(trace, KF_TRACE_THIGH_ANGLE, peak_s);
    peak_angles[1] = kf_trace_at(trace, KF_TRACE_SHANK_ANGLE, peak_s);
    swing->thigh_to_deg = degrees * (thigh_to + leg->knee.thigh_tilt);
    swing->shank_to_deg = degrees * (shank_to + leg->knee.shank_tilt);
    swing->knee_to_deg = degrees * kf_knee_flexion(&leg->knee, thigh_to, shank_to);
    swing->peak_knee_deg = degrees * kf_knee_flexion(&leg->knee, peak_angles[0], peak_angles[1]);
    if (!(peak_s - to_s > 2 * window_margin_s + KF_GRID_S))
        return false;
    kf_window_measure(&leg->knee, trace, to_s + window_margin_s, peak_s - window_margin_s, means, swing);
    kf_hip_measure(&leg->knee, trace, swing);
    kf_fold_measure(&leg->knee, trace, swing);
    leg->carried = kf_hip_carried(&leg->knee, trace, to_s);
    return isfinite(swing->mean_knee_moment_nm_kg) && isfinite(swing->peak_knee_deg);
}

void kf_leg_complete(struct kf_leg_state *leg, double t_next_ic_s)
{
    struct kf_swing *swing = &leg->swing;
    swing->t_next_ic_s = t_next_ic_s;
    swing->stride_s = t_next_ic_s - swing->t_ic_s;
    swing->swing_s = t_next_ic_s - swing->t_to_s;
    swing->cadence_spm = 120 / swing->stride_s;
}

/* Program's choice: none left when half of the steps were bridged, or a fifth saturated, for clipped peaks bend the
 * moment while a short gap on a line hardly does. */
double kf_leg_signal_quality(const struct kf_leg_state *leg)
{
    if (leg->steps == 0)
        return 0;
    const double lost = (double)leg->steps_bad / leg->steps;
    const double saturated = (double)leg->steps_saturated / leg->steps;
    return fmax(0, 1 - 2 * lost) * fmax(0, 1 - 5 * saturated);
}
