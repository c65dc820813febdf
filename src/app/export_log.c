/* export_log.c - any recording as a CSV log, version 1: the samples as they came out of the decoder, in order of time,
 * and the marks and belt speeds between them. How the
 * baseline came about is told by marks, too, so that the log is judged as the recording was.
 *
 * A first reading finds which columns there are. In the second, samples wait until nothing earlier can come, so that
 * pods which send in blocks share one file with falling times nowhere. */
#include "config.h"

#include "app/export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/marks.h"
#include "app/recording.h"
#include "settings/number.h"

enum { WAITING = 8192, COLUMNS_MAX = KF_SITE_COUNT * 6, LINES = 64, LINE_MAX_BYTES = KF_MARKS_TEXT + 96 };

/* WAITING holds 1 s of the eight body sensors at 1000 Hz. */
#define WAIT_S 1.0 /* no pod's block is longer */

static const double degrees = 57.295779513082320877;

/* A comment that waits for its place among the rows. */
struct line {
    double t_s;
    bool late; /* after the row of this time, not before it */
    char text[LINE_MAX_BYTES];
};

struct log_export {
    const struct kf_export *job;
    bool writing; /* the second reading */
    bool present[KF_SITE_COUNT];
    unsigned column[KF_SITE_COUNT], columns; /* of the site's first */
    unsigned count;
    struct kf_sample waiting[WAITING]; /* in order of time */
    unsigned line_count;
    struct line line[LINES];
    double row_t_s; /* of the open row; NAN none */
    bool filled[COLUMNS_MAX];
    double value[COLUMNS_MAX];
    struct kf_marks *marks;
};

static unsigned width_of(enum kf_site site)
{
    return site < KF_SITE_BODY_COUNT ? 6 : 1;
}

/* ---- rows ---- */

static void end_row(struct log_export *log)
{
    char text[KF_NUMBER_TEXT_MAX];
    if (isnan(log->row_t_s))
        return;
    (void)kf_number_write(text, log->row_t_s);
    fputs(text, log->job->out);
    for (unsigned i = 0; i < log->columns; i++) {
        putc(',', log->job->out);
        if (log->filled[i] && isfinite(log->value[i]) && kf_number_write(text, log->value[i]) > 0)
            fputs(text, log->job->out);
    }
    putc('\n', log->job->out);
    log->row_t_s = NAN;
    memset(log->filled, 0, sizeof log->filled);
}

/* Those whose place is before a row of this time. */
static void write_lines(struct log_export *log, double row_t_s)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < log->line_count; i++) {
        const struct line *line = &log->line[i];
        if (line->late ? row_t_s > line->t_s : row_t_s >= line->t_s)
            fputs(line->text, log->job->out);
        else
            log->line[kept++] = *line;
    }
    log->line_count = kept;
}

static void write_sample(struct log_export *log, const struct kf_sample *sample)
{
    const unsigned at = log->column[sample->site];
    if (sample->t_s != log->row_t_s || log->filled[at])
        end_row(log);
    if (isnan(log->row_t_s))
        write_lines(log, sample->t_s);
    log->row_t_s = sample->t_s;
    for (unsigned i = 0; i < width_of(sample->site); i++) {
        log->filled[at + i] = true;
        log->value[at + i] = (double)sample->value[i] * (i >= 3 ? degrees : 1);
    }
}

static void write_until(struct log_export *log, double t_s)
{
    unsigned done = 0;
    while (done < log->count && log->waiting[done].t_s <= t_s)
        write_sample(log, &log->waiting[done++]);
    log->count -= done;
    memmove(log->waiting, log->waiting + done, log->count * sizeof log->waiting[0]);
}

static void take_sample(struct log_export *log, const struct kf_sample *sample)
{
    unsigned at = log->count;
    if (sample->site == KF_SITE_NONE || (sample->site < KF_SITE_BODY_COUNT) != (sample->kind == KF_KIND_IMU6) ||
        sample->kind == KF_KIND_FORCE)
        return;
    log->present[sample->site] = true;
    if (!log->writing)
        return;
    if (log->count == WAITING || (log->count > 0 && sample->t_s - log->waiting[0].t_s > 2 * WAIT_S))
        write_until(log, log->count == WAITING ? log->waiting[WAITING / 2].t_s : sample->t_s - WAIT_S);
    for (at = log->count; at > 0 && log->waiting[at - 1].t_s > sample->t_s; at--)
        log->waiting[at] = log->waiting[at - 1];
    log->waiting[at] = *sample;
    log->count++;
}

/* ---- marks and speeds ---- */

/* A line that waits for its row, where it would stand again were the log read and exported once more: before the first
 * row that is not before the line's own time, or, when it came late, after the last row there was. */
static void put_line(struct log_export *log, double t_s, const char *text)
{
    const double now_s = kf_engine_time_s(log->marks->engine);
    if (log->line_count == LINES)
        write_lines(log, INFINITY);
    struct line *line = &log->line[log->line_count++];
    line->late = t_s <= now_s;
    line->t_s = line->late ? now_s : t_s;
    (void)snprintf(line->text, sizeof line->text, "%s", text);
}

static void put_mark(struct log_export *log, const struct kf_marks_mark *mark)
{
    char text[LINE_MAX_BYTES], moment[KF_MOMENT_TEXT];
    const bool timed = kf_marks_moment(moment, mark->wall_ns);
    (void)snprintf(text, sizeof text, "# mark: %.6f %s%s%s\n", mark->t_s, mark->text, timed ? "\n# marked-at: " : "",
                   moment);
    put_line(log, mark->t_s, text);
}

static bool is_baseline_given(const struct log_export *log)
{
    return !isnan(log->job->config.baseline_from_s) || !isnan(log->job->config.baseline_to_s);
}

/* A baseline begun or ended by a key. Its mark comes after the sample before it, as the key did. */
static void before_record(void *context, const struct kf_record *record)
{
    struct log_export *log = context;
    const double t_s = kf_engine_time_s(log->marks->engine);
    log->marks->host_ns = record->host_ns;
    if (!log->writing || record->kind != KF_RECORD_CONTROL || is_baseline_given(log))
        return;
    if (record->control == KF_CONTROL_BASELINE_START || record->control == KF_CONTROL_BASELINE_END) {
        const double from_s = isnan(t_s) ? 0 : t_s + 1e-6;
        char text[LINE_MAX_BYTES];
        (void)snprintf(text, sizeof text, "# mark: %.6f baseline-%s\n", from_s,
                       record->control == KF_CONTROL_BASELINE_START ? "start" : "end");
        put_line(log, from_s, text);
    }
}

/* What is neither sample nor mark and belongs into a log. */
static void take_item(struct log_export *log, const struct kf_pod_item *item)
{
    char text[LINE_MAX_BYTES];
    const double t_s = item->t_s;
    if (!isfinite(t_s))
        return;
    if (item->kind == KF_POD_BELT)
        (void)snprintf(text, sizeof text, "# belt: %.6f %.6g\n", t_s, item->u.belt.speed_mps);
    else if (item->kind == KF_POD_MARK && strcmp(item->u.mark.text, KF_MARKS_AUTO) == 0 && !is_baseline_given(log))
        (void)snprintf(text, sizeof text, "# mark: %.6f %s\n", t_s, KF_MARKS_AUTO);
    else
        return;
    put_line(log, t_s, text);
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct log_export *log = context;
    const struct kf_marks_mark *mark = kf_marks_take(log->marks, event);
    if (event->kind == KF_ENGINE_SAMPLE)
        take_sample(log, event->sample);
    else if (!log->writing)
        return;
    else if (mark && isfinite(mark->t_s) && !(is_baseline_given(log) && kf_marks_is_baselines(mark->text)))
        put_mark(log, mark);
    else if (!mark && event->kind == KF_ENGINE_ITEM)
        take_item(log, event->item);
}

/* ---- the head ---- */

static void write_sites(const struct log_export *log, const char *label, const double *value)
{
    fprintf(log->job->out, "# %s:", label);
    for (int i = KF_SITE_THIGH_L; i <= KF_SITE_SHANK_R; i++)
        if (log->present[i])
            fprintf(log->job->out, " %s=%.6g", kf_site_name((enum kf_site)i), value[i]);
    putc('\n', log->job->out);
}

static void write_athlete(const struct log_export *log, const struct kf_athlete *athlete)
{
    FILE *out = log->job->out;
    fputs("# athlete:", out);
    if (!isnan(athlete->mass_kg) && !log->job->anonymous)
        fprintf(out, " mass_kg=%.6g", athlete->mass_kg);
    if (!isnan(athlete->height_m))
        fprintf(out, " height_m=%.6g", athlete->height_m);
    if (!isnan(athlete->thigh_m))
        fprintf(out, " thigh_m=%.6g", athlete->thigh_m);
    if (!isnan(athlete->shank_m))
        fprintf(out, " shank_m=%.6g", athlete->shank_m);
    if (athlete->sex != KF_SEX_UNKNOWN)
        fprintf(out, " sex=%s", athlete->sex == KF_SEX_MALE ? "m" : "f");
    putc('\n', out);
}

/* What was said of the run before its first sample, as it comes back from a log. */
static void write_conditions(const struct log_export *log)
{
    const struct kf_engine_config *config = &log->job->config;
    FILE *out = log->job->out;
    if (!isnan(config->belt_mps))
        fprintf(out, "# belt: %.6f %.6g\n", 0.0, config->belt_mps);
    if (is_baseline_given(log))
        fprintf(out, "# mark: %.6f baseline-start\n", isnan(config->baseline_from_s) ? 0 : config->baseline_from_s);
    else if (config->auto_baseline)
        fprintf(out, "# mark: %.6f %s\n", 0.0, KF_MARKS_AUTO);
    if (!isnan(config->baseline_to_s))
        fprintf(out, "# mark: %.6f baseline-end\n", config->baseline_to_s);
}

static void write_head(struct log_export *log, const struct kf_athlete *athlete, const struct kf_placement *placement)
{
    static const char *const signals[] = {"acc_x_mps2", "acc_y_mps2", "acc_z_mps2",
                                          "gyr_x_dps",  "gyr_y_dps",  "gyr_z_dps"};
    char moment[KF_MOMENT_TEXT];
    fputs("# kneefold-log 1\n", log->job->out);
    write_athlete(log, athlete);
    write_sites(log, "placement", placement->ratio);
    write_sites(log, "offset_m", placement->offset_m);
    if (kf_marks_moment(moment, log->marks->started_ns))
        fprintf(log->job->out, "# started: %s\n", moment);
    fputs("time_s", log->job->out);
    for (int site = 0; site < KF_SITE_COUNT; site++) {
        log->column[site] = log->columns;
        if (!log->present[site])
            continue;
        log->columns += width_of((enum kf_site)site);
        for (unsigned i = 0; i < width_of((enum kf_site)site); i++)
            fprintf(log->job->out, ",%s.%s", kf_site_name((enum kf_site)site),
                    site < KF_SITE_BODY_COUNT ? signals[i] : "emg_uv");
    }
    putc('\n', log->job->out);
    write_conditions(log);
}

/* ---- two readings ---- */

static enum kf_status read_once(struct log_export *log, struct kf_athlete *athlete, struct kf_placement *placement,
                                struct kf_error *error)
{
    const struct kf_engine_listener listener = {on_event, log};
    const struct kf_recording_watch watch = {.before = before_record, .step = log->job->step, .context = log};
    struct kf_engine_config config = log->job->config;
    struct kf_engine *engine = NULL;
    enum kf_status status = KF_OK;
    config.want_samples = true;
    engine = kf_engine_create(&config, &listener, error);
    if (!engine)
        return error->code;
    log->marks->engine = engine;
    log->marks->count = log->marks->dropped = 0;
    status = kf_recording_read(log->job->path, engine, &watch, error);
    *athlete = kf_engine_athlete(engine);
    *placement = kf_engine_placement(engine);
    kf_engine_destroy(engine);
    return status;
}

enum kf_status kf_export_log(struct kf_export *job, struct kf_error *error)
{
    struct log_export *log = calloc(1, sizeof *log);
    struct kf_athlete athlete;
    struct kf_placement placement;
    enum kf_status status = KF_OK;
    if (!log)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for an export");
    log->job = job;
    log->row_t_s = NAN;
    log->marks = kf_marks_create(job->path, job->anonymous, error);
    status = log->marks ? read_once(log, &athlete, &placement, error) : error->code;
    if (status == KF_OK) {
        write_head(log, &athlete, &placement);
        log->writing = true;
        status = read_once(log, &athlete, &placement, error);
        write_until(log, INFINITY);
        end_row(log);
        write_lines(log, INFINITY);
    }
    job->marks_left_out = log->marks ? log->marks->dropped : 0;
    kf_marks_destroy(log->marks);
    free(log);
    return status;
}
