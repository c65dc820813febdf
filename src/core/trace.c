/* trace.c - a ring of smoothed leg values that can be read at any time of the last 1.28 s (see trace.h). */
#include "core/trace.h"

#include <math.h>
#include <string.h>

#include "kneefold/pipeline.h"

static const double rounding = 1e-3; /* of a step: the newest one is still met by times a billion seconds long */

_Static_assert((KF_TRACE_STEPS & (KF_TRACE_STEPS - 1)) == 0, "the ring is indexed by masking");

static int slot_of(int64_t step)
{
    return (int)(step & (KF_TRACE_STEPS - 1));
}

void kf_trace_init(struct kf_trace *trace)
{
    memset(trace, 0, sizeof *trace);
}

void kf_trace_put(struct kf_trace *trace, int64_t step, const double value[KF_TRACE_CHANNELS])
{
    if (step - trace->next_step >= KF_TRACE_STEPS || step < trace->next_step)
        memset(trace->valid, 0, sizeof trace->valid);
    else
        for (int64_t skipped = trace->next_step; skipped < step; skipped++)
            trace->valid[slot_of(skipped)] = false;
    trace->next_step = step + 1;
    trace->valid[slot_of(step)] = value != NULL;
    if (value)
        memcpy(trace->value[slot_of(step)], value, sizeof trace->value[0]);
}

void kf_trace_negate(struct kf_trace *trace, enum kf_trace_channel channel)
{
    for (int i = 0; i < KF_TRACE_STEPS; i++)
        trace->value[i][channel] *= -1;
}

const double *kf_trace_step(const struct kf_trace *trace, int64_t step)
{
    if (step >= trace->next_step || step < trace->next_step - KF_TRACE_STEPS || !trace->valid[slot_of(step)])
        return NULL;
    return trace->value[slot_of(step)];
}

double kf_trace_at(const struct kf_trace *trace, enum kf_trace_channel channel, double t_s)
{
    if (!isfinite(t_s))
        return NAN;
    const double place = t_s * KF_GRID_HZ;
    const int64_t step = (int64_t)floor(place);
    const double *before = kf_trace_step(trace, step);
    if (!before)
        return NAN;
    const double part = place - (double)step;
    const double *after = kf_trace_step(trace, step + 1);
    if (after)
        return before[channel] + part * (after[channel] - before[channel]);
    return part < rounding ? before[channel] : NAN;
}

bool kf_trace_row(const struct kf_trace *trace, double t_s, double row[KF_TRACE_CHANNELS])
{
    const double place = isfinite(t_s) ? t_s * KF_GRID_HZ : -1;
    const int64_t step = (int64_t)floor(place);
    const double part = place - (double)step;
    const double *before = kf_trace_step(trace, step), *after = kf_trace_step(trace, step + 1);
    if (!after && part < rounding)
        after = before;
    if (!before || !after) {
        for (int channel = 0; channel < KF_TRACE_CHANNELS; channel++)
            row[channel] = NAN;
        return false;
    }
    for (int channel = 0; channel < KF_TRACE_CHANNELS; channel++)
        row[channel] = before[channel] + part * (after[channel] - before[channel]);
    return true;
}

void kf_trace_integrate(const struct kf_trace *trace, double from_s, double to_s,
                        void (*add)(void *context, const double row[KF_TRACE_CHANNELS], double weight_s), void *context)
{
    int64_t step = (int64_t)floor(from_s * KF_GRID_HZ);
    double row[KF_TRACE_CHANNELS], before_s = from_s;
    for (double at_s = from_s;;) {
        const double next_s = fmin((double)++step * KF_GRID_S, to_s);
        kf_trace_row(trace, at_s, row);
        add(context, row, (next_s - before_s) / 2);
        if (at_s >= to_s)
            return;
        before_s = at_s;
        at_s = next_s;
    }
}

double kf_trace_last_rise(const struct kf_trace *trace, enum kf_trace_channel a, enum kf_trace_channel b, double from_s,
                          double to_s)
{
    const int64_t first = (int64_t)ceil(from_s * KF_GRID_HZ), last = (int64_t)floor(to_s * KF_GRID_HZ);
    for (int64_t step = last; step >= first && step > last - KF_TRACE_STEPS; step--) {
        const double t_s = kf_trace_crossing(trace, a, b, step, true);
        if (isfinite(t_s))
            return t_s;
    }
    return NAN;
}

double kf_trace_crossing(const struct kf_trace *trace, enum kf_trace_channel a, enum kf_trace_channel b, int64_t step,
                         bool rising)
{
    const double *before = kf_trace_step(trace, step - 1), *after = kf_trace_step(trace, step);
    if (!before || !after)
        return NAN;
    const double from = before[a] - (b < KF_TRACE_CHANNELS ? before[b] : 0);
    const double to = after[a] - (b < KF_TRACE_CHANNELS ? after[b] : 0);
    if (rising ? !(from < 0 && to >= 0) : !(from > 0 && to <= 0))
        return NAN;
    return ((double)(step - 1) + from / (from - to)) * KF_GRID_S;
}
