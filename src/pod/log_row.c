/* log_row.c - from a row of numbers to samples: checks all of it first, then emits, so a bad row leaves no trace.
 *
 * A row that leaps far ahead (and the first, which may) waits for the next: when that falls back behind it, the leap
 * was a damaged number, and dropping one row is better than refusing all that follow it. */
#include <math.h>
#include <string.h>

#include "csv_number.h"
#include "log_state.h"
#include "report.h"

static const double LEAP_S = 1.0; /* a row farther ahead is believed only when the next one agrees */
static const double RAD_PER_DEG = 3.14159265358979323846 / 180;

struct role_limits {
    double absurd;    /* beyond this no sensor of a runner reads */
    double saturated; /* a log knows no full scales: the usual ±16 g and ±2000 deg/s, less what rounding takes */
    const char *expected;
};

static const struct role_limits role_limits[] = {
    [LOG_TIME] = {LOG_TIME_LIMIT_S, INFINITY, "a time in s within 1e7"},
    [LOG_ACC] = {1e4, 156.9, "an acceleration within 1e4 m/s2"},
    [LOG_GYR] = {1e5, 1999.9, "a rate within 1e5 deg/s"},
    [LOG_EMG] = {1e7, INFINITY, "a voltage within 1e7 uV"},
};

/* Where and why a row cannot be used. */
struct fault {
    struct log_span at;
    const char *expected;
};

static const char *field_end(const char *at, const char *end)
{
    const char *comma = memchr(at, ',', (size_t)(end - at));
    return comma ? comma : end;
}

/* The number of a field that starts or ends with blanks, or none: the slow path. */
static const char *padded_number(const char *at, const char *end, double *value, bool *empty)
{
    const char *field = field_end(at, end);
    const struct log_span span = kf_log_trim((struct log_span){at, field});
    *empty = span.at == span.end;
    if (!*empty && kf_csv_number(span.at, value) != span.end)
        return NULL;
    return field;
}

/* Reads one field at `at`; returns its end, or NULL and *fault. */
static const char *read_field(struct log_row *row, const struct log_column *column, const char *at, const char *end,
                              struct fault *fault)
{
    double value = 0;
    bool empty = at == end || *at == ',';
    const char *stop = at;
    if (!empty) {
        stop = kf_csv_number(at, &value);
        if (!stop || (stop != end && *stop != ','))
            stop = padded_number(at, end, &value, &empty);
    }
    if (!stop || (empty && column->role == LOG_TIME)) {
        *fault = (struct fault){{at, field_end(at, end)}, "a number"};
        return NULL;
    }
    if (empty)
        return stop;
    if (!(fabs(value) <= role_limits[column->role].absurd)) {
        *fault = (struct fault){{at, stop}, role_limits[column->role].expected};
        return NULL;
    }
    if (column->role == LOG_TIME) {
        row->t_s = value;
    } else {
        row->present[column->slot] |= (uint8_t)(1u << column->channel);
        row->value[column->slot][column->channel] = value;
    }
    return stop;
}

static bool read_row(const struct log *log, struct log_span line, struct log_row *row, struct fault *fault)
{
    static const struct log_column passed_over = {.role = LOG_IGNORED};
    const char *at = line.at;
    memset(row->present, 0, log->stats.stream_count);
    for (unsigned i = 0; i < log->column_count; i++) {
        const struct log_column *column = i < LOG_COLUMN_MAX ? &log->column[i] : &passed_over;
        if (column->role == LOG_TIME)
            row->time_column = (uint64_t)(at - line.at) + 1;
        const char *stop =
            column->role == LOG_IGNORED ? field_end(at, line.end) : read_field(row, column, at, line.end, fault);
        if (!stop)
            return false;
        const bool last = i + 1 == log->column_count;
        if (last != (stop == line.end)) {
            *fault = (struct fault){{stop, line.end},
                                    last ? "no more fields than the header has columns"
                                         : "as many fields as the header has columns"};
            return false;
        }
        at = stop + 1;
    }
    return true;
}

/* Says once a stream that rows with some of its cells give no sample. */
static void say_partial(struct log *log, const struct log_row *row, unsigned slot, const struct kf_pod_sink *sink)
{
    if (row->present[slot] == 0 || log->partial_said[slot])
        return;
    log->partial_said[slot] = true;
    kf_pod_problem(sink, row->line, 1, "%s has only some of its six cells here: no sample (said once)",
                   kf_site_name(log->stats.stream[slot].site));
}

static void emit_stream(struct log *log, const struct log_row *row, unsigned slot, const struct kf_pod_sink *sink)
{
    struct kf_pod_track *track = &log->track[slot];
    const struct kf_pod_stream *stream = &log->stats.stream[slot];
    const double *value = row->value[slot];
    struct kf_pod_item item;
    item.kind = KF_POD_SAMPLE;
    item.t_s = row->t_s;
    item.u.sample = (struct kf_sample){.site = stream->site, .kind = stream->kind};
    if (stream->kind == KF_KIND_EMG) {
        item.u.sample.value[0] = (float)value[0];
    } else {
        for (unsigned i = 0; i < 3; i++) {
            item.u.sample.value[i] = (float)value[i];
            item.u.sample.value[3 + i] = (float)(value[3 + i] * RAD_PER_DEG);
            item.u.sample.saturated |= fabs(value[i]) >= role_limits[LOG_ACC].saturated ||
                                       fabs(value[3 + i]) >= role_limits[LOG_GYR].saturated;
        }
    }
    if (!isnan(track->last_t_s)) {
        const uint32_t lost = kf_pod_track_step(track, row->t_s - track->last_t_s, 1, true, 0);
        kf_pod_emit_gap(&log->stats, track, (int)slot, lost, row->t_s, sink);
    }
    kf_pod_emit_sample(&log->stats, track, (int)slot, &item, sink);
}

static void emit_row(struct log *log, const struct log_row *row, const struct kf_pod_sink *sink)
{
    kf_log_release(&log->held, row->t_s, sink);
    log->timed = true;
    log->row_t_s = row->t_s;
    log->stats.good_frames++;
    for (unsigned slot = 0; slot < log->stats.stream_count; slot++) {
        if (row->present[slot] == log->full_mask[slot])
            emit_stream(log, row, slot, sink);
        else
            say_partial(log, row, slot, sink);
    }
}

/* NULL, or what the row's time should have been. */
static const char *time_fault(const struct log *log, const struct log_row *row)
{
    if (!log->timed || row->t_s > log->row_t_s)
        return NULL;
    if (row->t_s < log->row_t_s)
        return "a time not before the previous row's";
    for (unsigned slot = 0; slot < log->stats.stream_count; slot++)
        if (row->present[slot] == log->full_mask[slot] && log->track[slot].last_t_s >= row->t_s)
            return "a time after the same column's previous value";
    return NULL;
}

static void bad_time(struct log *log, const struct log_row *row, const char *expected, const struct kf_pod_sink *sink)
{
    char found[32];
    const int length = snprintf(found, sizeof found, "%.9g", row->t_s);
    kf_log_bad(log, row->line, row->time_column, expected, (struct log_span){found, found + length}, sink);
}

/* Emits a row or counts it bad, by its time. */
static void settle(struct log *log, const struct log_row *row, const struct kf_pod_sink *sink)
{
    const char *expected = time_fault(log, row);
    if (expected)
        bad_time(log, row, expected, sink);
    else
        emit_row(log, row, sink);
}

void kf_log_end_rows(struct log *log, const struct kf_pod_sink *sink)
{
    if (log->waiting)
        settle(log, &log->suspect, sink);
    log->waiting = false;
}

void kf_log_take_row(struct log *log, struct log_span line, const struct kf_pod_sink *sink)
{
    struct fault fault = {.expected = ""};
    struct log_row *row = &log->row;
    if (!read_row(log, line, row, &fault)) {
        kf_log_bad(log, log->lines.number, (uint64_t)(fault.at.at - line.at) + 1, fault.expected, fault.at, sink);
        return;
    }
    row->line = log->lines.number;
    if (log->waiting && row->t_s < log->suspect.t_s - (log->timed ? 0 : LEAP_S)) {
        log->waiting = false;
        bad_time(log, &log->suspect, "a time not after the next row's", sink);
    }
    kf_log_end_rows(log, sink);
    if (!log->timed || row->t_s > log->row_t_s + LEAP_S) {
        log->suspect = *row;
        log->waiting = true;
    } else {
        settle(log, row, sink);
    }
}
