/* gait.c - when does the foot land, when does it leave, and when is the knee folded most?
 *
 * Initial contact: the shank, swung forward, turns back; its rate crosses zero 5 to 38 ms before the force plate feels
 * 50 N. The harder the shank already presses along its axis 25 ms after the crossing, the earlier was the contact:
 *     IC = crossing + 30.15 ms - .682 ms/(m/s²) f_a(crossing + 25 ms).
 * Toe-off: the knee, extending in late stance, turns to flexion (rate up through zero) from 16 ms before to 34 ms
 * after the foot leaves. A shank that still turns backward fast 30 ms before is early in its push:
 *     TO = crossing - 22.72 ms - 16.68 ms/(rad/s) w_shank(crossing - 30 ms).
 * Both are least squares over five runners weighing alike: four of data/running (force plate) and the base gait of
 * science.md section 11. Leaving one of the five out, they miss by 3.9 and 6.6 ms RMS, against 5.9 and 9.2 ms for the
 * best constants (over real runners alone). Single terms on purpose: a second one for toe-off, the shank's or the
 * knee's angle, gains .6 ms on the runner left out, too little to trust on five. Peak knee flexion: the smoothed knee
 * rate falls through zero.
 *
 * The adaptive thresholds and gates are science.md section 5's: armed by the shank's forward swing, toe-off between
 * 18 and 55 % of the predicted stride, and a little later. */
#include "core/gait.h"

#include <math.h>
#include <string.h>

#include "core/smooth.h"

static const double ic_offset_s = .03015, ic_per_force = .000682, ic_force_after_s = .025;
static const double to_offset_s = .02272, to_per_rate = .01668, to_rate_before_s = .030;
static const double ic_shift_max_s = .045; /* the spread above, and a little */
static const double to_shift_min_s = -.02, to_shift_max_s = .045;
static const double ic_usual_s = .02315, to_usual_s = .014; /* about the means, where the terms' data are missing */

static const double arm_first_radps = 4.4;               /* 250 deg/s, until the runner's own peaks are known */
static const double arm_share = .45;                     /* of the usual peak; program's choice, as the next three */
static const double arm_least_radps = 2.6;               /* 150 deg/s: a slow walk's forward swing is faster */
static const double peak_forgotten_s = 15;               /* a run's peaks must not keep the walk after it from arming */
static const double learn_stride = .25, learn_peak = .2; /* running means over some four and five strides */
/* 340 to 75 steps a minute: no run is faster, no walk on a belt slower. */
static const double stride_min_s = .35, stride_max_s = 1.6;
static const double stride_share_max = 1.75; /* of the usual stride; two strides in one are a contact missed */
static const double contact_min_s = .08, contact_max_s = .6; /* a sprinter's .12 (section 8), a walker's .6 */
/* Walking by its times alone; what these leave open, the flight after toe-off decides (hip.h). A shuffling run's
 * contact is .40 s, a brisk walk's .55; of a slow stride less than half is a run by definition, a walk's is .55 and
 * more. */
static const double walking_contact_s = .45, walking_share = .5, walking_stride_share = .52;
static const double walking_stride_s = 1.05; /* 114 steps a minute: no run is so slow */
/* Of the usual stride, which the one in progress may exceed: hence the slack at its long end. */
static const double contact_share_min = .18, contact_share_max = .55, contact_slack_s = .08;
static const double peak_after_to_min_s = .06; /* a sprinter's is .147 (section 8) */
static const double landing_s = .05;           /* after a contact the impact still shakes the knee's rate */
static const unsigned settle_steps = 60;       /* 300 ms: a stance seen from its middle on */
static const double extension_radps = .5;      /* 30 deg/s: the base gait's knee (section 11) extends by 430 */
static const double turn_least_radps2 = 10;    /* the knee turns with some 90 at toe-off; standing, it trembles */
static const double thigh_behind_rad = .05;    /* 3 degrees, for what standing straight may be off */
/* Toe-off for a knee that never extends in stance: 54 ms before the thigh turns forward (science.md section 8). */
static const double thigh_turn_after_to_s = .054;

void kf_gait_init(struct kf_gait *gait)
{
    memset(gait, 0, sizeof *gait);
    gait->t_ic_s = gait->t_to_s = gait->t_peak_knee_s = NAN;
    gait->stride_s = gait->contact_s = gait->contact_cross_s = NAN;
    for (int i = 0; i < KF_GAIT_RATES; i++)
        gait->knee_rate[i] = NAN;
}

bool kf_gait_walking(const struct kf_gait *gait)
{
    const double longest_s = fmax(walking_contact_s, walking_share * gait->stride_s); /* of a NAN: the first */
    return gait->walking > 0 || gait->t_to_s - gait->t_ic_s > longest_s;
}

static double clamp(double value, double low, double high)
{
    return fmax(low, fmin(high, value));
}

static void learn(double *mean, double value)
{
    *mean = isfinite(*mean) ? *mean + learn_stride * (value - *mean) : value;
}

/* ------------------------------------------------------------------------------------------ initial contact */

static void watch_swing_forward(struct kf_gait *gait, const struct kf_trace *trace, int64_t centre)
{
    const double *now = kf_trace_step(trace, centre);
    if (!now)
        return;
    const double usual = gait->usual_peak > 0 ? arm_share * gait->usual_peak : arm_first_radps;
    const double rate = now[KF_TRACE_SHANK_RATE];
    if (rate > fmax(arm_least_radps, usual)) {
        if (!gait->armed)
            gait->swing_peak = 0;
        gait->armed = true;
    }
    if (gait->armed && rate > gait->swing_peak)
        gait->swing_peak = rate;
    const double crossing_s = kf_trace_crossing(trace, KF_TRACE_SHANK_RATE, KF_TRACE_CHANNELS, centre, false);
    if (!gait->armed || !isfinite(crossing_s))
        return;
    gait->armed = false;
    gait->usual_peak += (gait->usual_peak > 0 ? learn_peak : 1) * (gait->swing_peak - gait->usual_peak);
    gait->contact_cross_s = crossing_s;
}

/* Forget peaks that no swing reaches any more: a threshold must not outlive the run it was learnt in. */
static void forget_peak(struct kf_gait *gait)
{
    gait->usual_peak *= 1 - KF_GRID_S / peak_forgotten_s;
}

static void begin_stride(struct kf_gait *gait, double t_ic_s)
{
    const double stride_s = t_ic_s - gait->t_ic_s;
    if (stride_s > stride_min_s && stride_s < stride_max_s) {
        learn(&gait->stride_s, stride_s);
        const double contact_s = gait->t_to_s - gait->t_ic_s;
        const bool slow = stride_s > walking_stride_s || contact_s > walking_stride_share * stride_s; /* NAN: no */
        gait->walking = clamp(gait->walking + (slow ? .5 : -.5), -1, 1);
    }
    gait->t_ic_s = t_ic_s;
    gait->t_to_s = gait->t_peak_knee_s = NAN;
    gait->extending = false;
    gait->phase = KF_PHASE_STANCE;
}

static void find_contact(struct kf_gait *gait, const struct kf_trace *trace, int64_t centre, double fwd_offset_m,
                         struct kf_gait_news *news)
{
    watch_swing_forward(gait, trace, centre);
    const double need_s = gait->contact_cross_s + ic_force_after_s;
    if (!isfinite(need_s) || (double)centre * KF_GRID_S < need_s)
        return;
    const double force = kf_trace_at(trace, KF_TRACE_SHANK_AXIAL, need_s) -
                         fwd_offset_m * kf_trace_at(trace, KF_TRACE_SHANK_ACCEL, need_s);
    const double shift_s = isfinite(force) ? ic_offset_s - ic_per_force * force : ic_usual_s;
    const double t_ic_s = gait->contact_cross_s + clamp(shift_s, 0, ic_shift_max_s);
    gait->contact_cross_s = NAN;
    if (t_ic_s - gait->t_ic_s < stride_min_s || t_ic_s <= gait->t_to_s)
        return;
    begin_stride(gait, t_ic_s);
    news->ic = true;
    news->t_ic_s = t_ic_s;
}

/* ------------------------------------------------------------------------------------------------- toe-off */

/* Where the lightly smoothed knee rate crosses zero upwards: seen, or foreseen by 5 ms. */
static double knee_turns(const struct kf_gait *gait, int64_t step)
{
    const double now = gait->knee_rate[KF_GAIT_RATES - 1], last = gait->knee_rate[KF_GAIT_RATES - 2];
    const double earlier = gait->knee_rate[KF_GAIT_RATES - 3];
    const double slope = (now - earlier) / 2; /* per step */
    const double centre_s = (double)(step - 1) * KF_GRID_S;
    if (!(slope > turn_least_radps2 * KF_GRID_S)) /* NAN, too */
        return NAN;
    if (last < 0 && now >= 0)
        return centre_s - now / (now - last) * KF_GRID_S;
    if (now < 0 && -now / slope <= 2) /* steps from the centre, which is one behind */
        return centre_s - now / slope * KF_GRID_S;
    return NAN;
}

static bool contact_is_plausible(const struct kf_gait *gait, double contact_s)
{
    if (!isfinite(contact_s)) /* the contact was before anything was known */
        return gait->steps > settle_steps;
    if (contact_s < contact_min_s || contact_s > contact_max_s)
        return false;
    if (!isfinite(gait->stride_s))
        return true;
    return contact_s > contact_share_min * gait->stride_s &&
           contact_s < contact_share_max * gait->stride_s + contact_slack_s;
}

static void leave_ground(struct kf_gait *gait, double t_to_s, struct kf_gait_news *news)
{
    gait->t_to_s = t_to_s;
    gait->phase = KF_PHASE_INITIAL;
    if (isfinite(gait->t_ic_s))
        learn(&gait->contact_s, t_to_s - gait->t_ic_s);
    news->to = true;
    news->t_to_s = t_to_s;
}

static void find_toe_off(struct kf_gait *gait, const struct kf_trace *trace, int64_t step, struct kf_gait_news *news)
{
    const double now_s = (double)step * KF_GRID_S;
    if (gait->knee_rate[KF_GAIT_RATES - 1] < -extension_radps && !(now_s - gait->t_ic_s < landing_s))
        gait->extending = true;
    /* The knee turns to flexion at contact, too, with the thigh in front; at toe-off the thigh is behind. */
    const double thigh_rad = kf_trace_at(trace, KF_TRACE_THIGH_ANGLE, now_s - KF_SMOOTH_HALF * KF_GRID_S);
    const bool behind = thigh_rad < thigh_behind_rad;
    const double turn_s = gait->extending && behind ? knee_turns(gait, step) : NAN;
    if (isfinite(turn_s)) {
        const double newest_s = now_s - KF_SMOOTH_HALF * KF_GRID_S;
        const double rate = kf_trace_at(trace, KF_TRACE_SHANK_RATE, fmin(turn_s - to_rate_before_s, newest_s));
        const double shift_s = isfinite(rate) ? to_offset_s + to_per_rate * rate : to_usual_s;
        const double t_to_s = turn_s - clamp(shift_s, to_shift_min_s, to_shift_max_s);
        if (contact_is_plausible(gait, t_to_s - gait->t_ic_s)) {
            leave_ground(gait, t_to_s, news);
            return;
        }
    }
    const double forward_s =
        kf_trace_crossing(trace, KF_TRACE_THIGH_RATE, KF_TRACE_CHANNELS, step - KF_SMOOTH_HALF, true);
    const double t_to_s = forward_s - thigh_turn_after_to_s;
    if (isfinite(forward_s) && behind && isfinite(gait->t_ic_s) && contact_is_plausible(gait, t_to_s - gait->t_ic_s))
        leave_ground(gait, t_to_s, news);
}

/* ---------------------------------------------------------------------------------------------- swing phases */

static void find_peak_knee(struct kf_gait *gait, const struct kf_trace *trace, int64_t centre,
                           struct kf_gait_news *news)
{
    const double peak_s = kf_trace_crossing(trace, KF_TRACE_THIGH_RATE, KF_TRACE_SHANK_RATE, centre, false);
    if (!isfinite(peak_s) || peak_s - gait->t_to_s < peak_after_to_min_s)
        return;
    gait->t_peak_knee_s = peak_s;
    gait->phase = KF_PHASE_MID;
    news->peak_knee = true;
    news->t_peak_knee_s = peak_s;
}

/* Whether the stride in progress, or a swing whose contact was not seen, has lasted too long to be one. */
static bool overdue(const struct kf_gait *gait, double now_s)
{
    const double usual_s = isfinite(gait->stride_s) ? stride_share_max * gait->stride_s : stride_max_s;
    const double longest_s = fmin(stride_max_s, usual_s);
    return now_s - gait->t_ic_s > longest_s || now_s - gait->t_to_s > longest_s;
}

/* What was half seen is forgotten with the stride: it must not make an event of the next one, minutes later. */
static void give_up(struct kf_gait *gait, struct kf_gait_news *news)
{
    news->lost = true;
    gait->t_ic_s = gait->t_to_s = gait->t_peak_knee_s = NAN;
    gait->stride_s = gait->contact_cross_s = NAN;
    gait->armed = gait->extending = false;
    gait->walking = fmax(gait->walking, 0); /* who stops running may walk on: the next stride decides */
    gait->phase = KF_PHASE_NONE;
}

struct kf_gait_news kf_gait_step(struct kf_gait *gait, const struct kf_trace *trace, int64_t step,
                                 double knee_rate_radps, double fwd_offset_m)
{
    struct kf_gait_news news = {false, false, false, false, NAN, NAN, NAN};
    const int64_t centre = step - KF_SMOOTH_HALF;
    memmove(gait->knee_rate, gait->knee_rate + 1, (KF_GAIT_RATES - 1) * sizeof gait->knee_rate[0]);
    gait->knee_rate[KF_GAIT_RATES - 1] = knee_rate_radps;
    forget_peak(gait);
    gait->steps++;

    const bool landing = isfinite(gait->contact_cross_s); /* no foot leaves while its contact is awaited */
    if ((gait->phase == KF_PHASE_STANCE || gait->phase == KF_PHASE_NONE) && !landing)
        find_toe_off(gait, trace, step, &news);
    else if (gait->phase == KF_PHASE_INITIAL)
        find_peak_knee(gait, trace, centre, &news);
    else if (gait->phase == KF_PHASE_MID &&
             isfinite(kf_trace_crossing(trace, KF_TRACE_THIGH_RATE, KF_TRACE_CHANNELS, centre, false)))
        gait->phase = KF_PHASE_TERMINAL;
    find_contact(gait, trace, centre, fwd_offset_m, &news);

    if (overdue(gait, (double)step * KF_GRID_S))
        give_up(gait, &news);
    return news;
}
