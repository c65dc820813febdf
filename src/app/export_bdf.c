/* export_bdf.c - the muscles' raw signals as BDF+ (24 bits), for programs that know EMG but not kneefold: contacts,
 * toe-offs, verdicts, cues and marks are its annotations. The file is EDFlib's work.
 *
 * BDF+ wants whole records of evenly spaced samples, a pod gives samples with times of their own. A first reading finds
 * rates, spans and the largest value; in the second each sample goes to the nearest place of an even grid that begins
 * with the first. One or two empty places repeat the value before; a longer gap is zero, and an annotation says so. */
#include "config.h"

#include "app/export.h"

#ifdef HAVE_EDF

#include <edflib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/marks.h"
#include "app/recording.h"

enum {
    MUSCLES = KF_SITE_COUNT - KF_SITE_BODY_COUNT,
    WINDOW_S = 4, /* samples of two pods reach the engine this far apart at most */
    HELD = 2,     /* empty places that repeat the value before */
    RATE_MAX = 10000,
    SPAN_MAX_S = 48 * 3600,
    PHYSICAL_MAX_UV = 9999999, /* the header has 8 characters for it */
    ANNOTATION_SIGNALS_MAX = 64
};

struct channel {
    bool present;
    int rate_hz;
    double largest_uv;
    double *value; /* WINDOW_S seconds, from the open record on; NAN: nothing came */
    double last;
    int64_t hole, hole_at; /* places empty just now, and the place of the first */
};

struct bdf {
    const struct kf_export *job;
    struct kf_marks *marks;
    struct channel channel[MUSCLES];
    double from_s, to_s; /* of the first and the last sample of all; NAN none */
    int64_t from_host_ns;
    unsigned annotations;
    bool writing; /* the second reading */
    int handle;   /* EDFlib's; -1 none */
    bool failed;
    int64_t record; /* seconds written */
};

/* ---- annotations ---- */

static void annotate(struct bdf *bdf, double t_s, double duration_s, const char *what, const char *of)
{
    char text[KF_MARKS_TEXT + 32];
    const double onset_s = t_s - bdf->from_s;
    if (!bdf->writing) {
        bdf->annotations++;
        return;
    }
    if (!(onset_s >= 0 && t_s <= bdf->to_s + 1)) /* outside what the file spans */
        return;
    (void)snprintf(text, sizeof text, "%s %s", what, of);
    if (edfwrite_annotation_utf8(bdf->handle, llround(onset_s * 1e4), duration_s >= 0 ? llround(duration_s * 1e4) : -1,
                                 text) != 0)
        bdf->failed = true;
}

static const char *side(enum kf_leg leg)
{
    return leg == KF_LEFT ? "left" : "right";
}

static void take_output(struct bdf *bdf, const struct kf_output *output)
{
    if (output->kind == KF_OUT_EVENT)
        annotate(bdf, output->event->t_s, -1, output->event->kind == KF_EVENT_IC ? "IC" : "TO",
                 side(output->event->leg));
    else if (output->kind == KF_OUT_VERDICT)
        annotate(bdf, isnan(output->swing->t_peak_knee_s) ? output->swing->t_to_s : output->swing->t_peak_knee_s, -1,
                 kf_verdict_name(output->swing->verdict), side(output->swing->leg));
}

/* ---- samples ---- */

/* One second of one muscle to the file; the rest moves up. */
static void write_channel(struct bdf *bdf, unsigned index)
{
    struct channel *channel = &bdf->channel[index];
    const size_t rate = (size_t)channel->rate_hz;
    for (size_t i = 0; i < rate; i++) {
        const int64_t at = bdf->record * channel->rate_hz + (int64_t)i;
        if (!isnan(channel->value[i])) {
            if (channel->hole > HELD)
                annotate(bdf, bdf->from_s + (double)channel->hole_at / channel->rate_hz,
                         (double)channel->hole / channel->rate_hz, "no samples of",
                         kf_site_name((enum kf_site)(KF_SITE_BODY_COUNT + index)));
            channel->hole = 0;
            channel->last = channel->value[i];
            continue;
        }
        if (channel->hole++ == 0)
            channel->hole_at = at;
        channel->value[i] = channel->hole <= HELD ? channel->last : 0;
    }
    if (edfwrite_physical_samples(bdf->handle, channel->value) != 0)
        bdf->failed = true;
    memmove(channel->value, channel->value + rate, (WINDOW_S - 1) * rate * sizeof *channel->value);
    for (size_t i = (WINDOW_S - 1) * rate; i < WINDOW_S * rate; i++)
        channel->value[i] = NAN;
}

static void write_record(struct bdf *bdf)
{
    for (unsigned i = 0; i < MUSCLES; i++)
        if (bdf->channel[i].present)
            write_channel(bdf, i);
    bdf->record++;
}

static void write_sample(struct bdf *bdf, struct channel *channel, const struct kf_sample *sample)
{
    const int64_t at = llround((sample->t_s - bdf->from_s) * channel->rate_hz);
    while (at >= (bdf->record + WINDOW_S) * channel->rate_hz)
        write_record(bdf);
    if (at >= bdf->record * channel->rate_hz)
        channel->value[at - bdf->record * channel->rate_hz] = (double)sample->value[0];
}

static void take_sample(struct bdf *bdf, const struct kf_sample *sample)
{
    if (sample->kind != KF_KIND_EMG || sample->site < KF_SITE_BODY_COUNT || sample->site >= KF_SITE_COUNT ||
        !isfinite(sample->t_s) || !isfinite(sample->value[0]))
        return;
    struct channel *channel = &bdf->channel[sample->site - KF_SITE_BODY_COUNT];
    if (bdf->writing) {
        if (channel->present)
            write_sample(bdf, channel, sample);
        return;
    }
    if (!(bdf->from_s <= sample->t_s)) { /* the first, or earlier */
        bdf->from_s = sample->t_s;
        bdf->from_host_ns = bdf->marks->host_ns;
    }
    bdf->to_s = fmax(bdf->to_s, sample->t_s);
    channel->largest_uv = fmax(channel->largest_uv, fabs((double)sample->value[0]));
    channel->present = true;
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct bdf *bdf = context;
    const struct kf_marks_mark *mark = kf_marks_take(bdf->marks, event);
    if (bdf->failed)
        return;
    if (event->kind == KF_ENGINE_SAMPLE)
        take_sample(bdf, event->sample);
    else if (event->kind == KF_ENGINE_OUTPUT)
        take_output(bdf, event->output);
    else if (event->kind == KF_ENGINE_CUE)
        annotate(bdf, event->cue->t_s, -1, "cue", event->cue->name);
    else if (mark)
        annotate(bdf, mark->t_s, -1, "mark", mark->text);
}

/* ---- the head ---- */

static void learn_rates(struct bdf *bdf, const struct kf_engine *engine)
{
    for (unsigned pod = 0; pod < kf_engine_pod_count(engine); pod++) {
        const struct kf_pod_stats *stats = kf_engine_stats(engine, pod);
        for (unsigned i = 0; i < stats->stream_count; i++) {
            const enum kf_site site = kf_engine_stream_site(engine, pod, i);
            const double rate_hz = stats->stream[i].rate_hz;
            if (site >= KF_SITE_BODY_COUNT && site < KF_SITE_COUNT && rate_hz >= 0.5 && rate_hz <= RATE_MAX &&
                bdf->channel[site - KF_SITE_BODY_COUNT].rate_hz == 0)
                bdf->channel[site - KF_SITE_BODY_COUNT].rate_hz = (int)lround(rate_hz);
        }
    }
}

/* How many muscles there are; those of unknown rate are none. */
static int make_windows(struct bdf *bdf)
{
    int count = 0;
    for (unsigned i = 0; i < MUSCLES; i++) {
        struct channel *channel = &bdf->channel[i];
        const size_t places = WINDOW_S * (size_t)channel->rate_hz;
        channel->present = channel->present && places > 0;
        if (!channel->present)
            continue;
        channel->value = malloc(places * sizeof *channel->value);
        if (!channel->value)
            return -1;
        for (size_t at = 0; at < places; at++)
            channel->value[at] = NAN;
        count++;
    }
    return count;
}

/* "EMG medial_hamstring_l" is longer than the 16 characters of a label. */
static void label(struct bdf *bdf, int signal, enum kf_site site)
{
    static const char medial[] = "medial_hamstring";
    const char *name = kf_site_name(site);
    char text[32];
    const bool is_long = strncmp(name, medial, sizeof medial - 1) == 0;
    (void)snprintf(text, sizeof text, "EMG %s%s", is_long ? "med_ham" : "", is_long ? name + sizeof medial - 1 : name);
    (void)edf_set_label(bdf->handle, signal, text);
    (void)edf_set_transducer(bdf->handle, signal, name);
}

/* A date is required; 1985-01-01 is BDF+'s own word for none. */
static int set_date(const struct bdf *bdf)
{
    const int64_t wall_ns = bdf->marks->started_ns + bdf->from_host_ns;
    const time_t seconds = (time_t)(wall_ns / INT64_C(1000000000));
    struct tm local;
    if (bdf->marks->started_ns == 0 || !localtime_r(&seconds, &local) || local.tm_year < 85 || local.tm_year > 184)
        return edf_set_startdatetime(bdf->handle, 1985, 1, 1, 0, 0, 0);
    return edf_set_startdatetime(bdf->handle, local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour,
                                 local.tm_min, local.tm_sec) |
           edf_set_subsecond_starttime(bdf->handle, (int)(wall_ns / 100000 % 10000) * 1000);
}

static bool set_signals(struct bdf *bdf)
{
    int failed = 0, signal = 0;
    for (unsigned i = 0; i < MUSCLES; i++) {
        const double limit_uv = fmin(fmax(ceil(bdf->channel[i].largest_uv), 1), PHYSICAL_MAX_UV);
        if (!bdf->channel[i].present)
            continue;
        label(bdf, signal, (enum kf_site)(KF_SITE_BODY_COUNT + i));
        failed |= edf_set_samplefrequency(bdf->handle, signal, bdf->channel[i].rate_hz) |
                  edf_set_physical_maximum(bdf->handle, signal, limit_uv) |
                  edf_set_physical_minimum(bdf->handle, signal, -limit_uv) |
                  edf_set_digital_maximum(bdf->handle, signal, 8388607) |
                  edf_set_digital_minimum(bdf->handle, signal, -8388608) |
                  edf_set_physical_dimension(bdf->handle, signal, "uV");
        signal++;
    }
    return failed == 0;
}

static enum kf_status open_file(struct bdf *bdf, int muscles, struct kf_error *error)
{
    const double seconds = bdf->to_s - bdf->from_s + 1;
    int signals = (int)fmin(2 + ceil((bdf->annotations + 1) / seconds), ANNOTATION_SIGNALS_MAX);
    bdf->handle = edfopen_file_writeonly(bdf->job->out_path, EDFLIB_FILETYPE_BDFPLUS, muscles);
    if (bdf->handle < 0 || !set_signals(bdf) || set_date(bdf) != 0 ||
        edf_set_equipment(bdf->handle, "kneefold " PACKAGE_VERSION) != 0 ||
        edf_set_number_of_annotation_signals(bdf->handle, signals) != 0)
        return kf_error_set(error, KF_ERR_IO, 0, "cannot write '%.160s' as BDF+", bdf->job->out_path);
    return KF_OK;
}

/* ---- two readings ---- */

static enum kf_status read_once(struct bdf *bdf, struct kf_error *error)
{
    const struct kf_engine_listener listener = {on_event, bdf};
    const struct kf_recording_watch watch = kf_marks_watch(bdf->marks, bdf->job->step);
    struct kf_engine_config config = bdf->job->config;
    config.want_samples = true;
    struct kf_engine *engine = kf_engine_create(&config, &listener, error);
    if (!engine)
        return error->code;
    bdf->marks->engine = engine;
    bdf->marks->count = bdf->marks->dropped = 0;
    const enum kf_status status = kf_recording_read(bdf->job->path, engine, &watch, error);
    if (!bdf->writing)
        learn_rates(bdf, engine);
    kf_engine_destroy(engine);
    return status;
}

static enum kf_status prepare(struct bdf *bdf, struct kf_error *error)
{
    if (bdf->to_s - bdf->from_s > SPAN_MAX_S)
        return kf_error_set(error, KF_ERR_DATA, 0, "'%.160s' spans more than two days: it would be mostly empty",
                            bdf->job->path);
    const int muscles = make_windows(bdf);
    if (muscles < 0)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for an export");
    if (muscles == 0) {
        (void)kf_error_set(error, KF_ERR_DATA, 0, "there is no EMG in '%.160s'", bdf->job->path);
        kf_error_hint(error, "a .bdf holds muscles alone; for the other sensors export to .csv");
        return KF_ERR_DATA;
    }
    return open_file(bdf, muscles, error);
}

static enum kf_status write_all(struct bdf *bdf, struct kf_error *error)
{
    char session[48];
    bdf->writing = true;
    (void)snprintf(session, sizeof session, "%.6f s", bdf->from_s);
    annotate(bdf, bdf->from_s, -1, "session time", session);
    const enum kf_status status = read_once(bdf, error);
    while (status == KF_OK && !bdf->failed && (double)bdf->record <= bdf->to_s - bdf->from_s)
        write_record(bdf);
    return status;
}

enum kf_status kf_export_bdf(struct kf_export *job, struct kf_error *error)
{
    struct bdf *bdf = calloc(1, sizeof *bdf);
    if (!bdf)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for an export");
    bdf->job = job;
    bdf->handle = -1;
    bdf->from_s = bdf->to_s = NAN;
    bdf->marks = kf_marks_create(job->path, job->anonymous, error);
    enum kf_status status = bdf->marks ? read_once(bdf, error) : error->code;
    if (status == KF_OK)
        status = prepare(bdf, error);
    if (status == KF_OK)
        status = write_all(bdf, error);
    if (bdf->handle >= 0 && edfclose_file(bdf->handle) != 0)
        bdf->failed = true;
    if (status == KF_OK && bdf->failed)
        status = kf_error_set(error, KF_ERR_IO, 0, "cannot write '%.160s': is the disk full?", job->out_path);
    for (unsigned i = 0; i < MUSCLES; i++)
        free(bdf->channel[i].value);
    job->marks_left_out = bdf->marks ? bdf->marks->dropped : 0;
    kf_marks_destroy(bdf->marks);
    free(bdf);
    return status;
}

#else

enum kf_status kf_export_bdf(struct kf_export *job, struct kf_error *error)
{
    (void)job;
    (void)kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "this kneefold was built without EDFlib, which writes .bdf");
    kf_error_hint(error, "build it with libedf-dev installed, or export to .csv");
    return KF_ERR_UNAVAILABLE;
}

#endif
