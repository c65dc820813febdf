/* imu_line.c - from steps of a pod's clock to samples on one axis that never falls back. */
#include "imu_line.h"

#include <math.h>

static const double LONGEST_STEP_S = 60; /* beyond it nothing can be joined; a wild clock must not stretch the axis */
static const double VALUE_LIMIT = 1e6;   /* no sensor measures that much */

void kf_imu_line_init(struct kf_imu_line *line)
{
    *line = (struct kf_imu_line){.said_celsius = NAN};
    kf_pod_track_init(&line->track);
}

double kf_imu_line_period_s(const struct kf_imu_line *line, double nominal_s)
{
    return line->track.learned ? line->track.period_s : nominal_s;
}

static bool is_sound(const struct kf_imu_reading *reading)
{
    for (unsigned i = 0; i < 6; i++)
        if (!(fabs(reading->value[i]) <= VALUE_LIMIT))
            return false;
    return true;
}

static void restart(struct kf_imu_line *line, struct kf_pod_stats *stats, double nominal_s,
                    const struct kf_pod_sink *sink)
{
    line->t_s += kf_imu_line_period_s(line, nominal_s);
    kf_pod_track_restart(&line->track);
    stats->epochs++;
    sink->item(sink->context, &(struct kf_pod_item){.kind = KF_POD_EPOCH, .t_s = stats->last_t_s});
}

void kf_imu_line_emit(struct kf_imu_line *line, struct kf_pod_stats *stats, double step_s, bool whole, double nominal_s,
                      const struct kf_imu_reading *reading, const struct kf_pod_sink *sink)
{
    const bool sound = is_sound(reading);
    if (!line->running && !sound)
        return;
    const int slot = kf_pod_stats_slot_stream(stats, 0, KF_KIND_IMU6);
    struct kf_pod_item item = {.kind = KF_POD_SAMPLE};
    if (line->running && !(step_s > 0 && step_s <= LONGEST_STEP_S)) {
        restart(line, stats, nominal_s, sink);
    } else if (line->running) {
        const uint32_t lost = kf_pod_track_step(&line->track, step_s, 1, whole, nominal_s);
        line->t_s += step_s;
        kf_pod_emit_gap(stats, &line->track, slot, lost, line->t_s, sink);
    }
    line->running = true;
    item.t_s = line->t_s;
    if (!sound) {
        kf_pod_emit_gap(stats, &line->track, slot, 1, item.t_s, sink);
        return;
    }
    item.u.sample.site = KF_SITE_NONE;
    item.u.sample.kind = KF_KIND_IMU6;
    item.u.sample.saturated = reading->saturated;
    for (unsigned i = 0; i < 6; i++)
        item.u.sample.value[i] = (float)reading->value[i];
    kf_pod_emit_sample(stats, &line->track, slot, &item, sink);
}

void kf_imu_line_temperature(struct kf_imu_line *line, double celsius, const struct kf_pod_sink *sink)
{
    static const double WORTH_TELLING = 1, LIMIT = 200;
    if (!(fabs(celsius) < LIMIT) || fabs(celsius - line->said_celsius) < WORTH_TELLING)
        return;
    struct kf_pod_item item = {.kind = KF_POD_STATUS, .t_s = line->running ? line->t_s : NAN};
    item.u.status.battery_pct = -1;
    item.u.status.temperature_c = (float)celsius;
    line->said_celsius = celsius;
    sink->item(sink->context, &item);
}
