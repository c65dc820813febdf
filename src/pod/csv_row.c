/* csv_row.c - from a row of numbers to samples: its columns, its time, and whether either can be believed.
 *
 * A row whose time falls back or leaps waits for the next: when that goes on from the row before, the time was a
 * damaged number; when it goes on from the leap, the pod restarted or lines are missing. A row of another width is
 * damaged, too, until three in a row agree. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "csv_state.h"
#include "report.h"

enum { WIDTH_ROWS = 3, RAZOR_COLUMNS = 10, RAZOR_COLUMNS_WITHOUT_MAG = 7 };

static const double LEAP_S = 2.0;                /* longer steps are looked at twice */
static const double RAZOR_STEP_MS = 1000.0;      /* its slowest rate is 1 Hz */
static const double COUNTER_SPAN = 4294967296.0; /* counts after which millis() and micros() begin again */

/* A value this close to a full scale lies at it: loggers round. */
static const double AT_FULL_SCALE = 0.9985;
static const double full_acc_mps2[] = {2 * 9.80665, 4 * 9.80665, 8 * 9.80665, 16 * 9.80665};
static const double full_gyr_radps[] = {4.3633231299858242, 8.7266462599716477, 17.453292519943295, 34.906585039886590};
enum { FULL_SCALES = 4 };

/* Beyond these no sensor of a runner reads. */
static const struct limit {
    double most;
    const char *expected;
} limits[] = {
    [CSV_TIME] = {1e10, "a time within 1e10 s"},          [CSV_RATE] = {1e5, "a rate within 1e5 Hz"},
    [CSV_ACC] = {1e4, "an acceleration within 1e4 m/s2"}, [CSV_GYR] = {1e4, "a rate within 1e4 rad/s"},
    [CSV_EMG] = {1e9, "a voltage within 1e9 uV"},
};

/* ---- samples ---- */

/* No line says its sensor's full scale: it is taken for the least usual one that holds all that was seen. Below the
 * greatest, a value that stays the same there is cut off; one that passes by is not. */
static bool is_saturated(const double value[3], const double last[3], double *peak, const double *scales)
{
    const double greatest = scales[FULL_SCALES - 1] * AT_FULL_SCALE;
    unsigned scale = 0;
    bool saturated = false;
    for (unsigned i = 0; i < 3; i++)
        *peak = fmax(*peak, fabs(value[i]));
    while (scale + 1 < FULL_SCALES && scales[scale] < *peak * AT_FULL_SCALE)
        scale++;
    for (unsigned i = 0; i < 3; i++) {
        const double size = fabs(value[i]);
        saturated |= size >= greatest || (size >= scales[scale] * AT_FULL_SCALE && fabs(last[i]) == size);
    }
    return saturated;
}

static void emit_stream(struct csv *csv, unsigned slot, const double value[CSV_CHANNELS], uint32_t lost,
                        const struct kf_pod_sink *sink)
{
    struct kf_pod_track *track = &csv->track[slot];
    const struct kf_pod_stream *stream = &csv->stats.stream[slot];
    struct kf_pod_item item;
    item.kind = KF_POD_SAMPLE;
    item.t_s = csv->t_s;
    item.u.sample = (struct kf_sample){.site = stream->site, .kind = stream->kind};
    for (unsigned i = 0; i < (stream->kind == KF_KIND_EMG ? 1 : CSV_CHANNELS); i++)
        item.u.sample.value[i] = (float)value[i];
    if (stream->kind == KF_KIND_IMU6) {
        double *last = csv->last[slot];
        const bool acc = is_saturated(value, last, &csv->peak[slot][0], full_acc_mps2);
        const bool gyr = is_saturated(value + 3, last + 3, &csv->peak[slot][1], full_gyr_radps);
        item.u.sample.saturated = acc || gyr;
        memcpy(last, value, sizeof csv->last[slot]);
    }
    if (csv->map.has_time && !isnan(track->last_t_s))
        lost = kf_pod_track_step(track, csv->t_s - track->last_t_s, 1, true, 0);
    kf_pod_emit_gap(&csv->stats, track, (int)slot, lost, csv->t_s, sink);
    kf_pod_emit_sample(&csv->stats, track, (int)slot, &item, sink);
}

static void emit_row(struct csv *csv, const struct csv_row *row, const struct kf_pod_sink *sink)
{
    const struct csv_map *map = &csv->map;
    const uint32_t lost = csv->timed && !map->has_time ? csv->missed : 0;
    double value[KF_POD_MAX_STREAMS][CSV_CHANNELS];
    csv->stats.good_frames++;
    csv->timed = true;
    csv->missed = 0;
    for (unsigned i = 0; i < map->count; i++)
        if (map->column[i].role >= CSV_ACC)
            value[map->column[i].slot][map->column[i].channel] = row->value[i] * map->column[i].scale;
    for (unsigned i = 0; i < map->stream_count; i++)
        emit_stream(csv, map->slot[i], value[map->slot[i]], lost, sink);
}

/* ---- time ---- */

static double raw_time_s(const struct csv_map *map, const struct csv_row *row)
{
    for (unsigned i = 0; i < map->count; i++)
        if (map->column[i].role == CSV_TIME)
            return row->value[i] * map->column[i].scale;
    return 0;
}

/* A whole turn of a 32-bit counter, when the step back from `from_s` looks like one; else 0. */
static double turn_s(const struct csv_map *map, double from_s, double to_s)
{
    const double span_s = COUNTER_SPAN * map->time_scale;
    return map->time_scale < 1 && to_s - from_s < -0.5 * span_s ? span_s : 0;
}

static bool goes_on(const struct csv_map *map, double from_s, double to_s)
{
    const double step_s = to_s - from_s + turn_s(map, from_s, to_s);
    return step_s >= 0 && step_s <= LEAP_S;
}

/* Nothing is joined across this moment; the row to come lies one period after the last. */
static void restart(struct csv *csv, double raw_s, const struct kf_pod_sink *sink)
{
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++)
        kf_pod_track_restart(&csv->track[i]);
    csv->base_s = csv->t_s + 1 / csv->rate_hz - raw_s;
    if (csv->stats.epochs == 0)
        return;
    csv->stats.epochs++;
    sink->item(sink->context, &(struct kf_pod_item){.kind = KF_POD_EPOCH, .t_s = csv->t_s});
}

/* Uses a row at its own time, wherever that lies. */
static void accept(struct csv *csv, const struct csv_row *row, const struct kf_pod_sink *sink)
{
    const double raw_s = raw_time_s(&csv->map, row);
    if (!csv->timed) {
        csv->base_s = -raw_s;
    } else {
        csv->base_s += turn_s(&csv->map, csv->raw_s, raw_s);
        if (raw_s + csv->base_s < csv->t_s)
            restart(csv, raw_s, sink);
    }
    csv->raw_s = raw_s;
    csv->t_s = raw_s + csv->base_s;
    emit_row(csv, row, sink);
}

static void settle_suspect(struct csv *csv, double next_s, const struct kf_pod_sink *sink)
{
    char found[32];
    const double raw_s = raw_time_s(&csv->map, &csv->suspect);
    csv->waiting = false;
    if (goes_on(&csv->map, raw_s, next_s) && !goes_on(&csv->map, csv->raw_s, next_s)) {
        accept(csv, &csv->suspect, sink);
        return;
    }
    const int length = snprintf(found, sizeof found, "%.9g", raw_s);
    kf_csv_bad(csv, csv->suspect.line, 1, "a time in s that goes on from its neighbours'",
               (struct csv_span){found, found + length}, sink);
}

static void take_timed(struct csv *csv, const struct csv_row *row, const struct kf_pod_sink *sink)
{
    const double raw_s = raw_time_s(&csv->map, row);
    if (csv->waiting)
        settle_suspect(csv, raw_s, sink);
    if (!csv->timed || goes_on(&csv->map, csv->raw_s, raw_s)) {
        accept(csv, row, sink);
    } else {
        csv->suspect = *row;
        csv->waiting = true;
    }
}

/* No clock: one period a line, bad ones included. */
static void take_counted(struct csv *csv, const struct csv_row *row, const struct kf_pod_sink *sink)
{
    double rate_hz = csv->rate_hz;
    for (unsigned i = 0; i < csv->map.count; i++)
        if (csv->map.column[i].role == CSV_RATE && row->value[i] >= 1)
            rate_hz = row->value[i];
    csv->stats.counted = true;
    if (csv->timed)
        csv->t_s += (1 + csv->missed) / rate_hz;
    emit_row(csv, row, sink);
}

/* ---- rows ---- */

/* A row the map explains. */
static void take_mapped(struct csv *csv, const struct csv_row *row, const struct kf_pod_sink *sink)
{
    for (unsigned i = 0; i < csv->map.count; i++) {
        const struct csv_column *column = &csv->map.column[i];
        if (column->role == CSV_IGNORED || fabs(row->value[i]) * column->scale <= limits[column->role].most)
            continue;
        char found[32];
        const int length = snprintf(found, sizeof found, "%.9g", row->value[i]);
        kf_csv_bad(csv, row->line, i + 1, limits[column->role].expected, (struct csv_span){found, found + length},
                   sink);
        return;
    }
    if (csv->map.has_time)
        take_timed(csv, row, sink);
    else
        take_counted(csv, row, sink);
}

static void say_unmapped(struct csv *csv, uint64_t line, unsigned columns, const struct kf_pod_sink *sink)
{
    if (csv->unmapped_said)
        return;
    csv->unmapped_said = true;
    kf_pod_problem(sink, line, 1,
                   "nothing says what the %u columns are: name them in the settings, such as [pod.csv] columns = "
                   "time_ms acc_g gyr_dps (said once)",
                   columns);
}

/* SparkFun's Razor sends no header: ms, acc in g, rates in deg/s and perhaps the magnetometer. */
static bool is_razor(const struct csv_row *first, const struct csv_row *second)
{
    const double step_ms = second->value[0] - first->value[0];
    return (first->count == RAZOR_COLUMNS || first->count == RAZOR_COLUMNS_WITHOUT_MAG) &&
           floor(first->value[0]) == first->value[0] && floor(step_ms) == step_ms && step_ms > 0 &&
           step_ms < RAZOR_STEP_MS;
}

static void map_razor(struct csv *csv)
{
    static const char words[] = "ms acc_g gyr_dps";
    const struct csv_span names[] = {{words, words + 2}, {words + 3, words + 8}, {words + 9, words + 16}};
    (void)kf_csv_map_names(&csv->map, &csv->stats, names, 3, true);
}

/* A row nothing explains yet: it is kept until the next one has come. */
static void take_unmapped(struct csv *csv, const struct csv_row *row, const struct kf_pod_sink *sink)
{
    if (csv->held && is_razor(&csv->hold, row)) {
        csv->held = false;
        map_razor(csv);
        take_mapped(csv, &csv->hold, sink);
        take_mapped(csv, row, sink);
        return;
    }
    if (csv->held) {
        csv->stats.good_frames++;
        say_unmapped(csv, csv->hold.line, csv->hold.count, sink);
    }
    csv->hold = *row;
    csv->held = true;
}

/* Rows of another width or other labels are bad until there are enough of them. */
static bool has_shape(struct csv *csv, const struct kf_pod_sink *sink)
{
    const struct csv_fields *fields = &csv->fields;
    const bool wide = fields->count >= csv->map.count;
    if (wide && (csv->shape == 0 || fields->shape == csv->shape)) {
        csv->other_rows = 0;
        return true;
    }
    csv->other_rows = fields->shape == csv->other_shape ? csv->other_rows + 1 : 1;
    csv->other_shape = fields->shape;
    if (csv->other_rows >= WIDTH_ROWS && (wide || !csv->configured)) {
        kf_csv_end_rows(csv, sink);
        csv->shape = 0;
        csv->other_rows = 0;
        if (!csv->configured)
            csv->map.count = 0;
        return true;
    }
    kf_csv_bad(csv, csv->lines.number, 1, "as many columns, of the same names, as the rows before", csv->text, sink);
    return false;
}

void kf_csv_take_row(struct csv *csv, const struct kf_pod_sink *sink)
{
    const struct csv_fields *fields = &csv->fields;
    struct csv_row row = {.line = csv->lines.number, .count = fields->count};
    if (!has_shape(csv, sink))
        return;
    memcpy(row.value, fields->value, fields->count * sizeof row.value[0]);
    if (csv->shape == 0 && fields->form == CSV_LABELLED && !csv->configured)
        (void)kf_csv_map_names(&csv->map, &csv->stats, fields->name, fields->count, false);
    csv->shape = fields->shape;
    if (csv->map.count > 0)
        take_mapped(csv, &row, sink);
    else
        take_unmapped(csv, &row, sink);
}

void kf_csv_end_rows(struct csv *csv, const struct kf_pod_sink *sink)
{
    if (csv->held)
        csv->stats.good_frames++;
    if (csv->held)
        say_unmapped(csv, csv->hold.line, csv->hold.count, sink);
    if (csv->waiting)
        accept(csv, &csv->suspect, sink);
    csv->held = csv->waiting = false;
}
