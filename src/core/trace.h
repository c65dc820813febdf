/* trace.h - the last 1.28 s of one leg: smoothed rates, forces and angles on the grid.
 *
 * Events are recognised some 30 ms after they happened, and a swing is judged over a window that is known only at its
 * end, so the leg keeps a short past. A channel is read at any time, between grid steps on the line between them. */
#ifndef KF_TRACE_H
#define KF_TRACE_H

#include <stdbool.h>
#include <stdint.h>

enum { KF_TRACE_STEPS = 256 };

enum kf_trace_channel {
    KF_TRACE_THIGH_RATE, /* rad/s, forward positive */
    KF_TRACE_SHANK_RATE,
    KF_TRACE_THIGH_ACCEL, /* rad/s² */
    KF_TRACE_SHANK_ACCEL,
    KF_TRACE_THIGH_FWD, /* m/s², specific force at the sensor, forward in the standing frame */
    KF_TRACE_SHANK_FWD,
    KF_TRACE_THIGH_AXIAL, /* m/s², towards the proximal joint */
    KF_TRACE_SHANK_AXIAL,
    KF_TRACE_THIGH_ANGLE, /* rad from the vertical, in the standing frame */
    KF_TRACE_SHANK_ANGLE,
    KF_TRACE_LEAN, /* rad, of the pelvis or trunk, forward positive; NAN when neither is worn */
    KF_TRACE_CHANNELS
};

struct kf_trace {
    int64_t next_step; /* one past the newest */
    double value[KF_TRACE_STEPS][KF_TRACE_CHANNELS];
    bool valid[KF_TRACE_STEPS];
};

void kf_trace_init(struct kf_trace *trace);

/* Appends grid step `step`; steps skipped since the last one, and a NULL value, are invalid. */
void kf_trace_put(struct kf_trace *trace, int64_t step, const double value[KF_TRACE_CHANNELS]);

/* Changes the sign of one channel throughout: its axis turned out to point the other way. */
void kf_trace_negate(struct kf_trace *trace, enum kf_trace_channel channel);

/* The values of one step, or NULL. */
const double *kf_trace_step(const struct kf_trace *trace, int64_t step);

/* One channel at a time; NAN when a neighbour is missing. */
double kf_trace_at(const struct kf_trace *trace, enum kf_trace_channel channel, double t_s);

/* All channels at a time; NAN throughout, and false, when a neighbour is missing. */
bool kf_trace_row(const struct kf_trace *trace, double t_s, double row[KF_TRACE_CHANNELS]);

/* The trapezoid rule over [from_s, to_s]: add is given the row at both ends and at every grid step between, with its
 * weight in seconds. */
void kf_trace_integrate(const struct kf_trace *trace, double from_s, double to_s,
                        void (*add)(void *context, const double row[KF_TRACE_CHANNELS], double weight_s),
                        void *context);

/* The last time in [from_s, to_s] at which a - b rises through zero (see below), or NAN. */
double kf_trace_last_rise(const struct kf_trace *trace, enum kf_trace_channel a, enum kf_trace_channel b, double from_s,
                          double to_s);

/* The time at which two channels' difference a - b crosses zero between step - 1 and step, or NAN. `rising`: from
 * below; otherwise from above. b may be KF_TRACE_CHANNELS: zero. */
double kf_trace_crossing(const struct kf_trace *trace, enum kf_trace_channel a, enum kf_trace_channel b, int64_t step,
                         bool rising);

#endif
