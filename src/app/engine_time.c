/* engine_time.c - one axis of time for several pods, each with a clock of its own.
 *
 * The axis is the clock of the pod that delivers first, untouched. Every other pod's times go to it by way of the host:
 * both clocks are fitted to the host's (kneefold/clock_fit.h), and as the fits improve with each read the map follows
 * them by running a little faster or slower, so that no sample is ever squeezed or torn from the one before. A pod
 * whose clock begins anew goes on where the host says it is, with a visible gap. This is also the one place that looks
 * at absurd times: one sample from the far future would make the pipeline wait for it.
 *
 * All of it follows from the records alone. Records without host times (a file's) leave the first pod's times as they
 * are; without them several pods cannot be joined, and only the first is heard. */
#include <math.h>

#include "app/engine_state.h"

static const double leap_s = 3;        /* beyond what has gone by on the host, no pod's clock leaps so far ahead ... */
static const double fall_s = 120;      /* ... or back: what was held up comes late */
static const unsigned wild_max = 200;  /* samples in a row: then its clock is another one */
static const double jump_s = .25;      /* off by so much the map is made anew, else it slides ... */
static const double slide_s = 1;       /* ... in about so long ... */
static const double slide_most = 5e-3; /* ... by at most this much faster or slower */
static const double least_step_s = 1e-6; /* podlink's own: times must rise */

void kf_engine_clock_init(struct kf_engine_clock *clock)
{
    kf_clock_fit_init(&clock->fit);
    clock->own_s = clock->own_host_s = clock->t_s = clock->off_s = NAN;
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++)
        clock->last_t_s[i] = NAN;
}

static bool is_axis(const struct kf_engine_pod *pod)
{
    return pod->engine->axis_pod == pod->index;
}

static double map(const struct kf_engine_clock *clock, double own_s)
{
    return clock->base_axis_s + (own_s - clock->base_own_s) * (1 + clock->rate);
}

/* The host's clock bridges what the pod's cannot. */
static void begin_anew(struct kf_engine_pod *pod, double raw_s)
{
    struct kf_engine_clock *clock = &pod->clock;
    const double due_s = kf_clock_fit_pod_s(&clock->fit, pod->engine->host_s);
    clock->anew = false;
    if (isnan(due_s))
        return;
    clock->shift_s = fmax(due_s, clock->own_s + least_step_s) - raw_s;
    kf_clock_fit_restart(&clock->fit);
}

void kf_engine_clock_restart(struct kf_engine_pod *pod)
{
    pod->clock.anew = pod->engine->live;
}

static void tell_wild(const struct kf_engine_pod *pod, double leap)
{
    struct kf_pod_item item = {.kind = KF_POD_PROBLEM, .t_s = NAN};
    (void)snprintf(item.u.problem.text, sizeof item.u.problem.text, "a time %.0f s off is not believed", leap);
    kf_engine_tell_item(pod->engine, pod->index, &item);
}

/* What has gone by since the newest sample: by the host's clock since it came, or since it was due, which is longer
 * ago when it had been held up. fmax passes over a due time that is not known. */
static double gone_s(const struct kf_engine_pod *pod)
{
    const struct kf_engine_clock *clock = &pod->clock;
    const double host_s = pod->engine->host_s;
    return fmax(host_s - clock->own_host_s, kf_clock_fit_pod_s(&clock->fit, host_s) - clock->own_s);
}

/* A clock that keeps to its absurd time is believed to be another one, and joined by the host's. */
static bool is_wild(struct kf_engine_pod *pod, double own_s)
{
    struct kf_engine_clock *clock = &pod->clock;
    const double leap = own_s - clock->own_s;
    if (!pod->engine->live || isnan(clock->own_s) ||
        (leap >= -fall_s && (leap <= leap_s || leap <= gone_s(pod) + leap_s))) {
        clock->wild = 0;
        return false;
    }
    if (clock->wild++ == 0)
        tell_wild(pod, leap);
    if (clock->wild >= wild_max) {
        kf_engine_clock_restart(pod);
        kf_engine_pod_break(pod);
    }
    return true;
}

/* Times of a stream rise. */
static double rising(struct kf_engine_clock *clock, unsigned stream, double t_s)
{
    if (stream < KF_POD_MAX_STREAMS) {
        if (t_s <= clock->last_t_s[stream])
            return NAN;
        clock->last_t_s[stream] = t_s;
    }
    if (!(t_s <= clock->t_s))
        clock->t_s = t_s;
    return t_s;
}

double kf_engine_clock_sample(struct kf_engine_pod *pod, unsigned stream, double raw_s)
{
    struct kf_engine_clock *clock = &pod->clock;
    if (!isfinite(raw_s))
        return NAN;
    if (pod->engine->axis_pod == KF_PODS_MAX)
        pod->engine->axis_pod = pod->index;
    if (clock->anew)
        begin_anew(pod, raw_s);
    const double own_s = raw_s + clock->shift_s;
    if (is_wild(pod, own_s))
        return NAN;
    if (!(own_s <= clock->own_s)) {
        clock->own_s = own_s;
        clock->own_host_s = pod->engine->host_s;
        clock->fresh = true;
    }
    if (is_axis(pod)) {
        clock->t_s = own_s <= clock->t_s ? clock->t_s : own_s;
        return own_s;
    }
    return clock->mapped ? rising(clock, stream, map(clock, own_s)) : NAN;
}

double kf_engine_clock_item(const struct kf_engine_pod *pod, double raw_s)
{
    const double own_s = raw_s + pod->clock.shift_s;
    if (is_axis(pod) || pod->engine->axis_pod == KF_PODS_MAX)
        return own_s;
    return pod->clock.mapped ? map(&pod->clock, own_s) : NAN;
}

/* Moves the map towards where both fits want it. */
static void adjust(struct kf_engine_pod *pod, const struct kf_clock_fit *axis)
{
    struct kf_engine_clock *clock = &pod->clock;
    const double wanted_s = kf_clock_fit_pod_s(axis, kf_clock_fit_host_s(&clock->fit, clock->own_s));
    const double relative = (1 + kf_clock_fit_slope(&clock->fit)) / (1 + kf_clock_fit_slope(axis)) - 1;
    if (isnan(wanted_s))
        return;
    const double at_s = clock->mapped ? map(clock, clock->own_s) : wanted_s;
    const bool jumps = fabs(wanted_s - at_s) > jump_s;
    clock->off_s = jumps ? 0 : wanted_s - at_s;
    clock->base_own_s = clock->own_s;
    clock->base_axis_s = jumps ? wanted_s : at_s;
    clock->rate = relative + fmin(fmax(clock->off_s / slide_s, -slide_most), slide_most);
    if (jumps)
        kf_engine_pod_break(pod);
    clock->mapped = true;
}

void kf_engine_clock_read(struct kf_engine_pod *pod)
{
    const struct kf_engine *engine = pod->engine;
    if (!engine->live || !pod->clock.fresh)
        return;
    pod->clock.fresh = false;
    kf_clock_fit_add(&pod->clock.fit, pod->clock.own_s, engine->host_s);
    if (!is_axis(pod))
        adjust(pod, &engine->pod[engine->axis_pod].clock.fit);
}

struct kf_engine_link kf_engine_link(const struct kf_engine *engine, unsigned pod)
{
    const struct kf_engine_pod *asked = &engine->pod[pod];
    const struct kf_engine_clock *clock = &asked->clock;
    struct kf_engine_link link = {
        .is_axis = is_axis(asked),
        .t_s = clock->t_s,
        .drift_ppm = kf_clock_fit_drift_ppm(&clock->fit),
        .jitter_s = kf_clock_fit_jitter_s(&clock->fit),
        .align_error_s = 0,
    };
    if (link.is_axis)
        return link;
    link.align_error_s = NAN;
    if (clock->mapped) {
        const struct kf_clock_fit *axis = &engine->pod[engine->axis_pod].clock.fit;
        const double host_s = kf_clock_fit_host_s(&clock->fit, clock->own_s);
        link.align_error_s = hypot(kf_clock_fit_error_s(&clock->fit, clock->own_s),
                                   kf_clock_fit_error_s(axis, kf_clock_fit_pod_s(axis, host_s))) +
                             fabs(clock->off_s);
    }
    return link;
}
