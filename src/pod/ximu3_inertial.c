/* ximu3_inertial.c - readings of one or several x-IMU3 on one axis of time.
 *
 * Messages have no checksum, so a time that does not follow from the one before (a damaged byte, a long pause, a sensor
 * switched off and on) is believed only when the next reading follows from it. */
#include <math.h>

#include "report.h"
#include "ximu3_state.h"

enum { STEP_MAX_US = 1000000 };

static const double LEAST_STEP_S = 1e-6;

static bool rises(uint64_t from_us, uint64_t to_us)
{
    return to_us > from_us && to_us - from_us < STEP_MAX_US;
}

bool kf_ximu3_follows(const struct ximu3_sensor *sensor, uint64_t time_us)
{
    return sensor->running && rises(sensor->last_us, time_us);
}

double kf_ximu3_axis_s(const struct ximu3_sensor *sensor, uint64_t time_us)
{
    if (!sensor->running || time_us < sensor->zero_us)
        return NAN;
    return sensor->zero_t_s + (double)(time_us - sensor->zero_us) * 1e-6;
}

struct ximu3_sensor *kf_ximu3_sensor_find(struct ximu3 *ximu3, uint32_t channel)
{
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++)
        if (ximu3->sensor[i].used && ximu3->sensor[i].channel == channel)
            return &ximu3->sensor[i];
    return NULL;
}

/* A place for a new sensor: a free one, or that of a channel that never gave a sample (noise). NULL: all are in use. */
static struct ximu3_sensor *make_sensor(struct ximu3 *ximu3, uint32_t channel)
{
    struct ximu3_sensor *place = NULL;
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++) {
        struct ximu3_sensor *sensor = &ximu3->sensor[i];
        if (!sensor->running && (!place || (place->used && !sensor->used)))
            place = sensor;
    }
    if (place)
        *place = (struct ximu3_sensor){.used = true,
                                       .channel = channel,
                                       .numbered = place->numbered, /* so there are never more numbers than places */
                                       .stream = place->stream,
                                       .temperature_c = NAN};
    return place;
}

/* Ties a sensor's clock to the axis: as another's that runs in step with it, or else so that time_us is t_s. */
static void place(struct ximu3 *ximu3, struct ximu3_sensor *sensor, uint64_t time_us, double t_s)
{
    const double after_t_s = sensor->running ? kf_ximu3_axis_s(sensor, sensor->last_us) : -1;
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++) {
        const struct ximu3_sensor *other = &ximu3->sensor[i];
        const bool current = other != sensor && other->running && other->epoch == ximu3->epoch;
        if (!current || !(kf_ximu3_axis_s(other, time_us) > after_t_s))
            continue;
        if (rises(other->last_us, time_us) || rises(time_us, other->last_us + 1)) {
            sensor->zero_us = other->zero_us;
            sensor->zero_t_s = other->zero_t_s;
            return;
        }
    }
    sensor->zero_us = time_us;
    sensor->zero_t_s = t_s;
}

/* The sensor's clock has fallen back. Several that restart together are one epoch. */
static void restart(struct ximu3 *ximu3, struct ximu3_sensor *sensor, uint64_t time_us, const struct kf_pod_sink *sink)
{
    const struct kf_pod_track *track = &ximu3->track[sensor->stream];
    const double period_s = track->learned ? track->period_s : LEAST_STEP_S;
    if (sensor->epoch == ximu3->epoch) {
        ximu3->epoch++;
        ximu3->stats.epochs++;
        for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++)
            kf_pod_track_restart(&ximu3->track[i]);
        sink->item(sink->context, &(struct kf_pod_item){.kind = KF_POD_EPOCH, .t_s = ximu3->stats.last_t_s});
    }
    place(ximu3, sensor, time_us, ximu3->stats.last_t_s + period_s);
}

/* Numbers the sensors heard so far in the order of their channels. By the time one of several is believed, which takes
 * two readings, all of them have been heard: so a mux gives the same numbers whenever it is plugged in. */
static void number(struct ximu3 *ximu3, struct ximu3_sensor *believed)
{
    while (!believed->numbered) {
        struct ximu3_sensor *next = believed;
        for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++) {
            struct ximu3_sensor *other = &ximu3->sensor[i];
            if (other->used && other->held && !other->numbered && other->channel < next->channel)
                next = other;
        }
        next->numbered = true;
        next->stream = ximu3->streams++;
    }
}

/* Emits a reading that is believed. */
static void accept(struct ximu3 *ximu3, struct ximu3_sensor *sensor, const struct ximu3_reading *reading,
                   const struct kf_pod_sink *sink)
{
    const bool first = !sensor->running;
    struct kf_pod_item item = {.kind = KF_POD_SAMPLE};
    ximu3->stats.good_frames++;
    if (first) {
        number(ximu3, sensor);
        place(ximu3, sensor, reading->time_us, isnan(sensor->heard_t_s) ? 0 : sensor->heard_t_s);
        sensor->running = true;
    } else if (reading->time_us <= sensor->last_us) {
        restart(ximu3, sensor, reading->time_us, sink);
    }
    const int slot = kf_pod_stats_slot_stream(&ximu3->stats, sensor->stream, KF_KIND_IMU6);
    struct kf_pod_track *track = &ximu3->track[sensor->stream];
    const uint64_t faults = ximu3->stats.bad_frames;
    item.t_s = kf_ximu3_axis_s(sensor, reading->time_us);
    if (!isnan(track->last_t_s)) {
        const double step_s = item.t_s - track->last_t_s;
        const uint32_t lost = kf_pod_track_step(track, step_s, 1, sensor->faults == faults, 0);
        kf_pod_emit_gap(&ximu3->stats, track, slot, lost, item.t_s, sink);
    }
    sensor->last_us = reading->time_us;
    sensor->faults = faults;
    sensor->epoch = ximu3->epoch;
    item.u.sample = (struct kf_sample){.site = KF_SITE_NONE, .kind = KF_KIND_IMU6};
    for (unsigned i = 0; i < 6; i++)
        item.u.sample.value[i] = reading->value[i];
    item.u.sample.saturated = reading->saturated;
    kf_pod_emit_sample(&ximu3->stats, track, slot, &item, sink);
}

static void refuse(struct ximu3 *ximu3, struct ximu3_sensor *sensor, const struct kf_pod_sink *sink)
{
    sensor->held = false;
    ximu3->stats.bad_frames++;
    kf_pod_problem(sink, 0, ximu3->start, "reading dropped: its time, %llu us, fits neither the last nor the next",
                   (unsigned long long)sensor->waiting.time_us);
}

void kf_ximu3_take(struct ximu3 *ximu3, uint32_t channel, const struct ximu3_reading *reading,
                   const struct kf_pod_sink *sink)
{
    struct ximu3_sensor *sensor = kf_ximu3_sensor_find(ximu3, channel);
    if (!sensor)
        sensor = make_sensor(ximu3, channel);
    if (!sensor) {
        ximu3->stats.undescribed++;
        return;
    }
    if ((sensor->running && reading->time_us == sensor->last_us) ||
        (sensor->held && reading->time_us == sensor->waiting.time_us)) {
        ximu3->stats.duplicate_frames++;
        return;
    }
    if (kf_ximu3_follows(sensor, reading->time_us)) {
        if (sensor->held)
            refuse(ximu3, sensor, sink);
        accept(ximu3, sensor, reading, sink);
        return;
    }
    if (sensor->held && rises(sensor->waiting.time_us, reading->time_us)) {
        sensor->held = false;
        accept(ximu3, sensor, &sensor->waiting, sink);
        accept(ximu3, sensor, reading, sink);
        return;
    }
    if (sensor->held)
        refuse(ximu3, sensor, sink);
    sensor->held = true;
    sensor->waiting = *reading;
    sensor->heard_t_s = ximu3->stats.last_t_s;
}

void kf_ximu3_settle(struct ximu3 *ximu3, const struct kf_pod_sink *sink)
{
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++) {
        struct ximu3_sensor *sensor = &ximu3->sensor[i];
        if (!sensor->held)
            continue;
        if (sensor->running) {
            refuse(ximu3, sensor, sink);
            continue;
        }
        sensor->held = false;
        accept(ximu3, sensor, &sensor->waiting, sink);
    }
}
