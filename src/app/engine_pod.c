/* engine_pod.c - one pod: from the bytes of its reads to samples that know where they are worn.
 *
 * The format is found in the first bytes, tried at fixed byte counts so that chunking cannot change the answer. Items
 * of the decoder become samples of the pipeline, or go to engine_control.c. */
#include <math.h>
#include <string.h>

#include "app/engine_state.h"

enum {
    PUZZLED = 2048,    /* bytes of a live source without a format that are worth a word */
    DETECT_STEP = 64,  /* tried at every multiple of this up to DETECT_FINE ... */
    DETECT_FINE = 1024 /* ... and of this after it */
};

/* ---- the decoder's items ---- */

/* Where a sample is worn, when a control or the settings have to say it. */
static enum kf_site place(const struct kf_engine_pod *pod, const struct kf_sample *sample)
{
    if (sample->stream >= KF_POD_MAX_STREAMS)
        return sample->site;
    return sample->site == KF_SITE_NONE || pod->told[sample->stream] ? pod->stream_site[sample->stream] : sample->site;
}

static unsigned char name_of(const struct kf_engine_pod *pod, unsigned stream)
{
    return (unsigned char)(1 + pod->index * KF_POD_MAX_STREAMS + stream);
}
_Static_assert(1 + KF_PODS_MAX * KF_POD_MAX_STREAMS <= UINT8_MAX, "every stream has a name");

/* A site is one sensor's: whose samples come first, until its pod has gone. Two would be woven into one motion. Another
 * one that takes it over sits otherwise. */
static bool claims(struct kf_engine_pod *pod, const struct kf_sample *sample)
{
    struct kf_engine *engine = pod->engine;
    const enum kf_site site = sample->site;
    if ((int)site < 0 || site >= KF_SITE_COUNT || sample->stream >= KF_POD_MAX_STREAMS)
        return true;
    const unsigned char name = name_of(pod, sample->stream);
    unsigned char *owner = &engine->owner[site][sample->kind], *wearer = &engine->wearer[site][sample->kind];
    if (*owner != 0)
        return *owner == name;
    if (*wearer != 0 && *wearer != name && site < KF_SITE_BODY_COUNT)
        kf_engine_align(engine);
    *owner = *wearer = name;
    return true;
}

static bool owns(const struct kf_engine_pod *pod, enum kf_site site, enum kf_kind kind)
{
    const unsigned owner = pod->engine->owner[site][kind];
    return owner > 0 && (owner - 1) / KF_POD_MAX_STREAMS == pod->index;
}

void kf_engine_pod_break(struct kf_engine_pod *pod)
{
    struct kf_engine *engine = pod->engine;
    bool legs = false;
    if (engine->config.pod_count == 1) {
        kf_pipeline_epoch(&engine->pipeline, true);
        kf_coach_reset(&engine->coach);
        return;
    }
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++) {
        if (!owns(pod, (enum kf_site)site, KF_KIND_IMU6))
            continue;
        kf_pipeline_restart_site(&engine->pipeline, (enum kf_site)site);
        legs = true;
    }
    if (legs)
        kf_coach_reset(&engine->coach);
}

/* A pod with a clock says by it how long it was away, or that it has restarted; of one that counts only the host knows.
 */
void kf_engine_pod_back(struct kf_engine_pod *pod)
{
    if (!pod->driver || !pod->driver->stats(pod->decoder)->counted || !pod->engine->live)
        return;
    kf_engine_clock_restart(pod);
    kf_engine_pod_break(pod);
}

static void note_full_scale(struct kf_engine_pod *pod, const struct kf_sample *sample)
{
    if (sample->kind != KF_KIND_IMU6 || sample->stream >= KF_POD_MAX_STREAMS)
        return;
    float *full = pod->full[sample->stream];
    for (int i = 0; i < 6; i++)
        full[i / 3] = fmaxf(full[i / 3], fabsf(sample->value[i]));
}

static void push_sample(struct kf_engine_pod *pod, const struct kf_sample *sample)
{
    struct kf_engine *engine = pod->engine;
    struct kf_sample placed = *sample;
    pod->sampled = true;
    if (sample->saturated)
        note_full_scale(pod, sample);
    placed.site = place(pod, sample);
    placed.t_s = kf_engine_clock_sample(pod, sample->stream, sample->t_s);
    if (isnan(placed.t_s) || !claims(pod, &placed))
        return;
    kf_engine_apply_due(engine, placed.t_s);
    if (!(placed.t_s <= engine->t_s))
        engine->t_s = placed.t_s;
    if (engine->config.want_samples)
        kf_engine_tell(engine, &(struct kf_engine_event){.kind = KF_ENGINE_SAMPLE, .sample = &placed});
    kf_pipeline_push(&engine->pipeline, &placed, &engine->output);
}

static void take_item(struct kf_engine_pod *pod, const struct kf_pod_item *item)
{
    struct kf_engine *engine = pod->engine;
    switch (item->kind) {
    case KF_POD_SAMPLE:
        return;
    case KF_POD_MARK:
    case KF_POD_BELT:
        kf_engine_timed_item(engine, pod->index, item);
        return;
    case KF_POD_EPOCH:
        kf_engine_clock_restart(pod);
        kf_engine_pod_break(pod);
        break;
    case KF_POD_ATHLETE:
        kf_engine_merge_athlete(engine, &item->u.athlete);
        break;
    case KF_POD_GAP: /* the samples' own times say as much to the pipeline */
        break;
    case KF_POD_PLACEMENT:
        kf_engine_merge_placement(engine, item);
        break;
    case KF_POD_PROBLEM:
        if (pod->problem[0] == '\0')
            memcpy(pod->problem, item->u.problem.text, sizeof pod->problem);
        break;
    case KF_POD_STARTED:
    case KF_POD_STATUS:
    case KF_POD_TEXT:
        break;
    }
    kf_engine_tell_item(engine, pod->index, item);
}

static void on_item(void *context, const struct kf_pod_item *item)
{
    struct kf_engine_pod *pod = context;
    struct kf_pod_item timed;
    if (item->kind == KF_POD_SAMPLE) {
        push_sample(pod, &item->u.sample);
        return;
    }
    timed = *item;
    timed.t_s = kf_engine_clock_item(pod, item->t_s);
    take_item(pod, &timed);
}

/* ---- finding the format ---- */

void kf_engine_init_decoder(const struct kf_engine_config *config, const struct kf_pod_driver *driver, void *state)
{
    driver->init(state);
    for (unsigned i = 0; driver->configure && i < config->option_count; i++) {
        const struct kf_pod_option *option = &config->option[i];
        if (strcmp(option->format, driver->name) == 0)
            (void)driver->configure(state, option->key, option->value);
    }
}

static void use_driver(struct kf_engine_pod *pod, const struct kf_pod_driver *driver)
{
    pod->driver = driver;
    kf_engine_init_decoder(&pod->engine->config, driver, pod->decoder);
}

/* Tries each option on its driver, whether or not that one will be used: a slip is told before the run. */
enum kf_status kf_engine_check_options(const struct kf_engine_config *config, void *scratch, struct kf_error *error)
{
    for (unsigned i = 0; i < config->option_count; i++) {
        const struct kf_pod_option *option = &config->option[i];
        const struct kf_pod_driver *driver = kf_pod_driver_find(option->format);
        if (!driver || !driver->configure)
            continue;
        driver->init(scratch);
        const char *expected = driver->configure(scratch, option->key, option->value);
        if (!expected)
            continue;
        kf_error_set(error, KF_ERR_CONFIG, 0, "pod.%s.%s cannot be '%s'", option->format, option->key, option->value);
        kf_error_hint(error, "expected %s", expected);
        return KF_ERR_CONFIG;
    }
    return KF_OK;
}

/* What has made no sense so far came from another line, or at another speed: the next bytes begin afresh. */
static void forget_noise(struct kf_engine_pod *pod)
{
    pod->lead_count = 0;
    pod->lead_try = DETECT_STEP;
    if (pod->driver && !pod->sampled)
        use_driver(pod, pod->driver);
}

/* Half a frame from before and half a one from after could make a whole one that never was. A byte that no text may
 * hold, and that no checksum overlooks, stands between them. */
static void spoil_half_frame(struct kf_engine_pod *pod)
{
    static const uint8_t escape = 0x1b;
    if (pod->driver)
        pod->driver->push(pod->decoder, &escape, 1, &pod->items);
}

void kf_engine_pod_gone(struct kf_engine_pod *pod)
{
    for (int site = 0; site < KF_SITE_COUNT; site++)
        for (int kind = 0; kind <= KF_KIND_FORCE; kind++)
            if (owns(pod, (enum kf_site)site, (enum kf_kind)kind))
                pod->engine->owner[site][kind] = 0;
    forget_noise(pod);
    spoil_half_frame(pod);
}

static void feed_lead(struct kf_engine_pod *pod, const struct kf_pod_driver *driver)
{
    use_driver(pod, driver);
    driver->push(pod->decoder, pod->lead, pod->lead_count, &pod->items);
}

/* No format in all of the lead: a file is refused; a live source may yet begin to make sense. */
static void lead_is_full(struct kf_engine_pod *pod)
{
    const size_t kept = pod->engine->lead_max / 2;
    if (!pod->engine->config.keep_looking) {
        pod->refused = true;
        return;
    }
    memmove(pod->lead, pod->lead + pod->lead_count - kept, kept);
    pod->lead_count = kept;
    pod->lead_try = kept + DETECT_FINE;
}

/* Takes bytes up to the next count at which detection is tried; returns how many it took. */
static size_t take_lead(struct kf_engine_pod *pod, const uint8_t *bytes, size_t count)
{
    const size_t room = pod->lead_try - pod->lead_count;
    const size_t taken = count < room ? count : room;
    memcpy(pod->lead + pod->lead_count, bytes, taken);
    pod->lead_count += taken;
    pod->no_stats.bytes += taken;
    if (pod->lead_count < pod->lead_try)
        return taken;
    const struct kf_pod_driver *driver = kf_pod_detect(pod->lead, pod->lead_count);
    if (driver)
        feed_lead(pod, driver);
    else if (pod->lead_count == pod->engine->lead_max)
        lead_is_full(pod);
    else
        pod->lead_try += pod->lead_count < DETECT_FINE ? DETECT_STEP : DETECT_FINE;
    return taken;
}

void kf_engine_pod_read(struct kf_engine_pod *pod, const uint8_t *bytes, size_t count)
{
    while (count > 0 && !pod->driver && !pod->refused) {
        const size_t taken = take_lead(pod, bytes, count);
        bytes += taken;
        count -= taken;
    }
    if (count > 0 && pod->driver)
        pod->driver->push(pod->decoder, bytes, count, &pod->items);
    kf_engine_clock_read(pod);
}

/* ---- the end of the source ---- */

void kf_engine_pod_finish(struct kf_engine_pod *pod)
{
    if (!pod->driver && !pod->refused) {
        const struct kf_pod_driver *driver = kf_pod_detect(pod->lead, pod->lead_count);
        if (driver)
            feed_lead(pod, driver);
    }
    if (pod->driver)
        pod->driver->finish(pod->decoder, &pod->items);
}

/* The first bytes as a person can read them: printable ones as they are, others as dots. */
static void show_lead(const struct kf_engine_pod *pod, char *out, size_t size)
{
    size_t i = 0;
    for (; i + 1 < size && i < pod->lead_count && pod->lead[i] != '\n'; i++)
        out[i] = pod->lead[i] >= ' ' && pod->lead[i] < 127 ? (char)pod->lead[i] : '.';
    out[i] = '\0';
}

/* A .sto or .mot: what kneefold could export, and cannot be made of again. */
static bool is_opensim(const struct kf_engine_pod *pod)
{
    static const char mark[] = "\nendheader";
    for (size_t at = 0; at + sizeof mark - 1 <= pod->lead_count; at++)
        if (memcmp(pod->lead + at, mark, sizeof mark - 1) == 0)
            return true;
    return false;
}

/* By its mark, or by the zeros between its letters: Excel's "Unicode text". */
static bool is_utf16(const struct kf_engine_pod *pod)
{
    const uint8_t *lead = pod->lead;
    if (pod->lead_count < 4)
        return false;
    return (lead[0] == 0xff && lead[1] == 0xfe) || (lead[0] == 0xfe && lead[1] == 0xff) ||
           (lead[0] && !lead[1] && lead[2] && !lead[3]) || (!lead[0] && lead[1] && !lead[2] && lead[3]);
}

static enum kf_status no_format(const struct kf_engine_pod *pod, struct kf_error *error)
{
    char begin[33], known[128] = "";
    if (pod->no_stats.bytes == 0) {
        kf_error_set(error, KF_ERR_DATA, 0, "there is nothing in it: 0 bytes");
        kf_error_hint(error, "record it again, or make a log to try: kneefold simulate --csv FILE --seconds 60");
        return KF_ERR_DATA;
    }
    if (is_opensim(pod)) {
        kf_error_set(error, KF_ERR_DATA, 0, "this is an OpenSim table: joint angles or orientations");
        kf_error_hint(error,
                      "verdicts need what the sensors measured, accelerations and rates: give the sensors' own log, "
                      "such as OpenSense was given");
        return KF_ERR_DATA;
    }
    if (is_utf16(pod)) {
        kf_error_set(error, KF_ERR_DATA, 0, "this is text of two bytes a letter (UTF-16)");
        kf_error_hint(error, "save it as UTF-8, or: iconv -f UTF-16 -t UTF-8 FILE > NEW.csv");
        return KF_ERR_DATA;
    }
    for (const struct kf_pod_driver *const *driver = kf_pod_drivers; *driver; driver++) {
        const size_t used = strlen(known);
        (void)snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", (*driver)->name);
    }
    show_lead(pod, begin, sizeof begin);
    kf_error_set(error, KF_ERR_DATA, 0, "no known format in %zu bytes, which begin '%s'", pod->lead_count, begin);
    kf_error_hint(error, "formats known: %s; a CSV log begins with the line '# kneefold-log 1'", known);
    return KF_ERR_DATA;
}

enum kf_status kf_engine_pod_useless(const struct kf_engine_pod *pod, struct kf_error *error)
{
    if (!pod->driver)
        return no_format(pod, error);
    const struct kf_pod_stats *stats = pod->driver->stats(pod->decoder);
    if (pod->problem[0] != '\0')
        kf_error_set(error, KF_ERR_DATA, 0, "no usable sample in this %s: %s", pod->driver->name, pod->problem);
    else
        kf_error_set(error, KF_ERR_DATA, 0, "no usable sample in this %s (%llu good and %llu bad frames or lines)",
                     pod->driver->name, (unsigned long long)stats->good_frames, (unsigned long long)stats->bad_frames);
    if (stats->undescribed > 0)
        kf_error_hint(error, "its samples came without a descriptor: start the capture before the pod streams");
    else
        kf_error_hint(
            error, "a log needs columns such as shank_r.acc_x_mps2 and shank_r.gyr_z_dps, and rows under them; a pod "
                   "must stream motion or EMG");
    return KF_ERR_DATA;
}

/* ---- the beginning, and questions ---- */

void kf_engine_pod_init(struct kf_engine_pod *pod, const struct kf_engine_pod_config *config)
{
    pod->items = (struct kf_pod_sink){.item = on_item, .context = pod};
    pod->lead_try = DETECT_STEP;
    pod->no_stats.first_t_s = pod->no_stats.last_t_s = NAN;
    kf_engine_clock_init(&pod->clock);
    memcpy(pod->stream_site, config->stream_site, sizeof pod->stream_site);
    if (config->driver)
        use_driver(pod, config->driver);
}

const struct kf_pod_driver *kf_engine_driver(const struct kf_engine *engine, unsigned pod)
{
    return engine->pod[pod].driver;
}

const struct kf_pod_stats *kf_engine_stats(const struct kf_engine *engine, unsigned pod)
{
    const struct kf_engine_pod *asked = &engine->pod[pod];
    return asked->driver ? asked->driver->stats(asked->decoder) : &asked->no_stats;
}

enum kf_site kf_engine_stream_site(const struct kf_engine *engine, unsigned pod, unsigned stream)
{
    const enum kf_site site = kf_engine_stats(engine, pod)->stream[stream].site;
    return place(&engine->pod[pod], &(struct kf_sample){.site = site, .stream = stream});
}

bool kf_engine_stream_doubled(const struct kf_engine *engine, unsigned pod, unsigned stream)
{
    const enum kf_site site = kf_engine_stream_site(engine, pod, stream);
    const enum kf_kind kind = kf_engine_stats(engine, pod)->stream[stream].kind;
    if ((int)site < 0 || site >= KF_SITE_COUNT || engine->owner[site][kind] == 0)
        return false;
    return engine->owner[site][kind] != name_of(&engine->pod[pod], stream);
}

void kf_engine_full_scale(const struct kf_engine *engine, unsigned pod, unsigned stream, double *acc_mps2,
                          double *gyr_radps)
{
    const struct kf_engine_pod *asked = &engine->pod[pod];
    *acc_mps2 = stream < KF_POD_MAX_STREAMS ? (double)asked->full[stream][0] : 0;
    *gyr_radps = stream < KF_POD_MAX_STREAMS ? (double)asked->full[stream][1] : 0;
}

bool kf_engine_refused(const struct kf_engine *engine, unsigned pod)
{
    return engine->pod[pod].refused;
}

bool kf_engine_puzzled(const struct kf_engine *engine, unsigned pod, char *begin, size_t size)
{
    const struct kf_engine_pod *asked = &engine->pod[pod];
    show_lead(asked, begin, size);
    return !asked->driver && asked->lead_count >= PUZZLED;
}

size_t kf_engine_command(struct kf_engine *engine, unsigned pod, enum kf_pod_command command, unsigned rate_hz,
                         uint8_t *out, size_t capacity)
{
    struct kf_engine_pod *asked = &engine->pod[pod];
    const struct kf_pod_driver *driver = asked->driver;
    if (!driver) {
        driver = kf_pod_driver_find("podlink");
        if (driver)
            driver->init(asked->decoder);
    }
    return driver && driver->command ? driver->command(asked->decoder, command, rate_hz, out, capacity) : 0;
}
