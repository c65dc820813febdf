/* engine.c - joins decoder, pipeline and coach into one object that turns bytes into cues.
 *
 * The format is found in the first bytes, tried at fixed byte counts so that chunking cannot change the answer. Items
 * of the decoder become samples and controls of the pipeline; a mark or a belt speed that lies ahead of the samples
 * (a log's header names them all) waits until its time has come. The whole state is one flat block: a copy of it is
 * a keyframe. */
#include "app/engine.h"

#include <math.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "core/pipeline_state.h"

enum {
    DETECT_MAX = 64 * 1024, /* bytes looked at before a file is refused */
    PUZZLED = 2048,         /* bytes of a live source without a format that are worth a word */
    DETECT_STEP = 64,       /* tried at every multiple of this up to DETECT_FINE ... */
    DETECT_FINE = 1024,     /* ... and of this after it */
    PENDING_MAX = 48        /* controls that wait for their time */
};

enum pending_kind { PENDING_ITEM, PENDING_BASELINE_START, PENDING_BASELINE_END };

struct pending {
    double t_s;
    enum pending_kind kind;
    struct kf_pod_item item;
};

struct kf_engine {
    struct kf_engine_config config;
    struct kf_engine_listener listener;
    struct kf_pod_sink items;       /* from the decoder to here */
    struct kf_pipeline_sink output; /* from the pipeline to here */
    const struct kf_pod_driver *driver;
    unsigned char *decoder; /* the driver's state, in the same block */
    uint8_t *lead;          /* the first bytes, until the format is known */
    size_t lead_count, lead_try;
    bool refused, baseline_open, baseline_given;
    double t_s;
    struct kf_athlete athlete;
    struct kf_placement placement;
    struct kf_pod_stats no_stats;  /* until a driver has its own */
    char problem[KF_POD_TEXT_MAX]; /* the first complaint of the decoder */
    unsigned pending_count;
    struct pending pending[PENDING_MAX];
    struct kf_coach coach;
    struct kf_pipeline pipeline;
};

static size_t aligned(size_t size)
{
    const size_t unit = alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

static void tell(const struct kf_engine *engine, const struct kf_engine_event *event)
{
    if (engine->listener.event)
        engine->listener.event(engine->listener.context, event);
}

static void tell_item(const struct kf_engine *engine, const struct kf_pod_item *item)
{
    tell(engine, &(struct kf_engine_event){.kind = KF_ENGINE_ITEM, .item = item});
}

/* ---- the pipeline's outputs ---- */

/* The coach hears a swing at its verdict and again when it is complete: metrics that come late count, too. */
static void coach_swing(struct kf_engine *engine, const struct kf_output *output)
{
    struct kf_cue cue;
    if (kf_coach_push(&engine->coach, output->swing, output->t_now_s, &cue))
        tell(engine, &(struct kf_engine_event){.kind = KF_ENGINE_CUE, .cue = &cue});
}

static void on_output(void *context, const struct kf_output *output)
{
    struct kf_engine *engine = context;
    tell(engine, &(struct kf_engine_event){.kind = KF_ENGINE_OUTPUT, .output = output});
    if (output->kind == KF_OUT_VERDICT || output->kind == KF_OUT_SWING)
        coach_swing(engine, output);
}

/* ---- controls ---- */

static void baseline_start(struct kf_engine *engine, double t_s)
{
    engine->baseline_open = true;
    kf_pipeline_baseline_start(&engine->pipeline, t_s);
}

static void baseline_end(struct kf_engine *engine, double t_s)
{
    engine->baseline_open = false;
    kf_pipeline_baseline_end(&engine->pipeline, t_s);
}

static double time_of(const struct kf_engine *engine, const struct kf_pod_item *item)
{
    if (!isnan(item->t_s))
        return item->t_s;
    return isnan(engine->t_s) ? 0.0 : engine->t_s;
}

static void apply_item(struct kf_engine *engine, const struct kf_pod_item *item)
{
    const double t_s = time_of(engine, item);
    if (item->kind == KF_POD_BELT)
        kf_pipeline_belt(&engine->pipeline, t_s, item->u.belt.speed_mps);
    if (item->kind == KF_POD_MARK && !engine->baseline_given) {
        if (strcmp(item->u.mark.text, "baseline-start") == 0)
            baseline_start(engine, t_s);
        else if (strcmp(item->u.mark.text, "baseline-end") == 0)
            baseline_end(engine, t_s);
    }
    tell_item(engine, item);
}

static void apply(struct kf_engine *engine, const struct pending *control)
{
    switch (control->kind) {
    case PENDING_BASELINE_START:
        baseline_start(engine, control->t_s);
        break;
    case PENDING_BASELINE_END:
        baseline_end(engine, control->t_s);
        break;
    case PENDING_ITEM:
        apply_item(engine, &control->item);
        break;
    }
}

/* Keeps the list in order of time; what is equal stays in order of arrival. With no room left it holds from now on. */
static void wait_for_time(struct kf_engine *engine, const struct pending *control)
{
    unsigned at = engine->pending_count;
    if (at == PENDING_MAX) {
        apply(engine, control);
        return;
    }
    for (; at > 0 && engine->pending[at - 1].t_s > control->t_s; at--)
        engine->pending[at] = engine->pending[at - 1];
    engine->pending[at] = *control;
    engine->pending_count++;
}

static void apply_due(struct kf_engine *engine, double t_s)
{
    unsigned due = 0;
    while (due < engine->pending_count && engine->pending[due].t_s <= t_s)
        apply(engine, &engine->pending[due++]);
    if (due == 0)
        return;
    engine->pending_count -= due;
    memmove(engine->pending, engine->pending + due, engine->pending_count * sizeof engine->pending[0]);
}

static void timed_item(struct kf_engine *engine, const struct kf_pod_item *item)
{
    if (isnan(item->t_s) || item->t_s <= engine->t_s)
        apply_item(engine, item);
    else
        wait_for_time(engine, &(struct pending){.t_s = item->t_s, .kind = PENDING_ITEM, .item = *item});
}

/* ---- what a log's header says of the runner ---- */

/* A field the header names beats the settings. Measured segments in the settings belong to the settings' runner: they
 * stay only while the header does not say that someone of another height ran. */
static void merge_athlete(struct kf_engine *engine, const struct kf_athlete *named)
{
    struct kf_athlete *athlete = &engine->athlete;
    if (engine->config.athlete_fixed)
        return;
    if (!isnan(named->height_m)) {
        if (!(athlete->height_m == named->height_m))
            athlete->thigh_m = athlete->shank_m = NAN;
        athlete->height_m = named->height_m;
    }
    if (!isnan(named->mass_kg))
        athlete->mass_kg = named->mass_kg;
    if (!isnan(named->thigh_m))
        athlete->thigh_m = named->thigh_m;
    if (!isnan(named->shank_m))
        athlete->shank_m = named->shank_m;
    if (named->sex != KF_SEX_UNKNOWN)
        athlete->sex = named->sex;
    kf_pipeline_set_athlete(&engine->pipeline, athlete);
}

static void merge_placement(struct kf_engine *engine, const struct kf_pod_item *item)
{
    const enum kf_site site = item->u.placement.site;
    if ((int)site < 0 || site >= KF_SITE_BODY_COUNT)
        return;
    if (!isnan(item->u.placement.ratio))
        engine->placement.ratio[site] = item->u.placement.ratio;
    if (!isnan(item->u.placement.offset_m))
        engine->placement.offset_m[site] = item->u.placement.offset_m;
    kf_pipeline_set_placement(&engine->pipeline, &engine->placement);
}

/* ---- the decoder's items ---- */

static void push_sample(struct kf_engine *engine, const struct kf_sample *sample)
{
    struct kf_sample placed;
    if (engine->pending_count > 0 && engine->pending[0].t_s <= sample->t_s)
        apply_due(engine, sample->t_s);
    if (!(sample->t_s <= engine->t_s))
        engine->t_s = sample->t_s;
    if (sample->site == KF_SITE_NONE && sample->stream < KF_POD_MAX_STREAMS) {
        placed = *sample;
        placed.site = engine->config.stream_site[sample->stream];
        sample = &placed;
    }
    kf_pipeline_push(&engine->pipeline, sample, &engine->output);
}

static void on_item(void *context, const struct kf_pod_item *item)
{
    struct kf_engine *engine = context;
    switch (item->kind) {
    case KF_POD_SAMPLE:
        push_sample(engine, &item->u.sample);
        return;
    case KF_POD_MARK:
    case KF_POD_BELT:
        timed_item(engine, item);
        return;
    case KF_POD_EPOCH:
        kf_pipeline_epoch(&engine->pipeline, true);
        kf_coach_reset(&engine->coach);
        break;
    case KF_POD_ATHLETE:
        merge_athlete(engine, &item->u.athlete);
        break;
    case KF_POD_GAP: /* the samples' own times say as much to the pipeline */
        break;
    case KF_POD_PLACEMENT:
        merge_placement(engine, item);
        break;
    case KF_POD_PROBLEM:
        if (engine->problem[0] == '\0')
            memcpy(engine->problem, item->u.problem.text, sizeof engine->problem);
        break;
    case KF_POD_STATUS:
    case KF_POD_TEXT:
        break;
    }
    tell_item(engine, item);
}

/* ---- finding the format ---- */

static void use_driver(struct kf_engine *engine, const struct kf_pod_driver *driver)
{
    engine->driver = driver;
    driver->init(engine->decoder);
    for (unsigned i = 0; driver->configure && i < engine->config.option_count; i++) {
        const struct kf_pod_option *option = &engine->config.option[i];
        if (strcmp(option->format, driver->name) == 0)
            (void)driver->configure(engine->decoder, option->key, option->value);
    }
}

/* Tries each option on its driver, whether or not that one will be used: a slip is told before the run. */
static enum kf_status check_options(struct kf_engine *engine, struct kf_error *error)
{
    for (unsigned i = 0; i < engine->config.option_count; i++) {
        const struct kf_pod_option *option = &engine->config.option[i];
        const struct kf_pod_driver *driver = kf_pod_driver_find(option->format);
        if (!driver || !driver->configure)
            continue;
        driver->init(engine->decoder);
        const char *expected = driver->configure(engine->decoder, option->key, option->value);
        if (!expected)
            continue;
        kf_error_set(error, KF_ERR_CONFIG, 0, "pod.%s.%s cannot be '%s'", option->format, option->key, option->value);
        kf_error_hint(error, "expected %s", expected);
        return KF_ERR_CONFIG;
    }
    return KF_OK;
}

static void feed_lead(struct kf_engine *engine, const struct kf_pod_driver *driver)
{
    use_driver(engine, driver);
    driver->push(engine->decoder, engine->lead, engine->lead_count, &engine->items);
}

/* No format in DETECT_MAX bytes: a file is refused; a live source may yet begin to make sense. */
static void lead_is_full(struct kf_engine *engine)
{
    const size_t kept = DETECT_MAX / 2;
    if (!engine->config.keep_looking) {
        engine->refused = true;
        return;
    }
    memmove(engine->lead, engine->lead + engine->lead_count - kept, kept);
    engine->lead_count = kept;
    engine->lead_try = kept + DETECT_FINE;
}

/* Takes bytes up to the next count at which detection is tried; returns how many it took. */
static size_t take_lead(struct kf_engine *engine, const uint8_t *bytes, size_t count)
{
    const size_t room = engine->lead_try - engine->lead_count;
    const size_t taken = count < room ? count : room;
    memcpy(engine->lead + engine->lead_count, bytes, taken);
    engine->lead_count += taken;
    engine->no_stats.bytes += taken;
    if (engine->lead_count < engine->lead_try)
        return taken;
    const struct kf_pod_driver *driver = kf_pod_detect(engine->lead, engine->lead_count);
    if (driver)
        feed_lead(engine, driver);
    else if (engine->lead_count == DETECT_MAX)
        lead_is_full(engine);
    else
        engine->lead_try += engine->lead_count < DETECT_FINE ? DETECT_STEP : DETECT_FINE;
    return taken;
}

void kf_engine_push(struct kf_engine *engine, const uint8_t *bytes, size_t count)
{
    while (count > 0 && !engine->driver && !engine->refused) {
        const size_t taken = take_lead(engine, bytes, count);
        bytes += taken;
        count -= taken;
    }
    if (count > 0 && engine->driver)
        engine->driver->push(engine->decoder, bytes, count, &engine->items);
}

/* ---- the end of the source ---- */

/* The first bytes as a person can read them: printable ones as they are, others as dots. */
static void show_lead(const struct kf_engine *engine, char *out, size_t size)
{
    size_t i = 0;
    for (; i + 1 < size && i < engine->lead_count && engine->lead[i] != '\n'; i++)
        out[i] = engine->lead[i] >= ' ' && engine->lead[i] < 127 ? (char)engine->lead[i] : '.';
    out[i] = '\0';
}

bool kf_engine_puzzled(const struct kf_engine *engine, char *begin, size_t size)
{
    show_lead(engine, begin, size);
    return !engine->driver && engine->lead_count >= PUZZLED;
}

static enum kf_status no_format(const struct kf_engine *engine, struct kf_error *error)
{
    char begin[33], known[128] = "";
    if (engine->no_stats.bytes == 0) {
        kf_error_set(error, KF_ERR_DATA, 0, "there is nothing in it: 0 bytes");
        kf_error_hint(error, "record it again, or make a log to try: kneefold simulate --csv FILE --seconds 60");
        return KF_ERR_DATA;
    }
    for (const struct kf_pod_driver *const *driver = kf_pod_drivers; *driver; driver++) {
        const size_t used = strlen(known);
        (void)snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", (*driver)->name);
    }
    show_lead(engine, begin, sizeof begin);
    kf_error_set(error, KF_ERR_DATA, 0, "no known format in %zu bytes, which begin '%s'", engine->lead_count, begin);
    kf_error_hint(error, "formats known: %s; a CSV log begins with the line '# kneefold-log 1'", known);
    return KF_ERR_DATA;
}

static enum kf_status no_samples(const struct kf_engine *engine, struct kf_error *error)
{
    const struct kf_pod_stats *stats = engine->driver->stats(engine->decoder);
    if (engine->problem[0] != '\0')
        kf_error_set(error, KF_ERR_DATA, 0, "no usable sample in this %s: %s", engine->driver->name, engine->problem);
    else
        kf_error_set(error, KF_ERR_DATA, 0, "no usable sample in this %s (%llu good and %llu bad frames or lines)",
                     engine->driver->name, (unsigned long long)stats->good_frames,
                     (unsigned long long)stats->bad_frames);
    if (stats->undescribed > 0)
        kf_error_hint(error, "its samples came without a descriptor: start the capture before the pod streams");
    else
        kf_error_hint(
            error, "a log needs columns such as shank_r.acc_x_mps2 and shank_r.gyr_z_dps, and rows under them; a pod "
                   "must stream motion or EMG");
    return KF_ERR_DATA;
}

enum kf_status kf_engine_finish(struct kf_engine *engine, struct kf_error *error)
{
    if (!engine->driver && !engine->refused) {
        const struct kf_pod_driver *driver = kf_pod_detect(engine->lead, engine->lead_count);
        if (driver)
            feed_lead(engine, driver);
    }
    if (!engine->driver)
        return no_format(engine, error);
    engine->driver->finish(engine->decoder, &engine->items);
    kf_pipeline_finish(&engine->pipeline, &engine->output);
    return isnan(engine->t_s) ? no_samples(engine, error) : KF_OK;
}

/* ---- life ---- */

static enum kf_status set_up_coach(struct kf_engine *engine, struct kf_error *error)
{
    const struct kf_engine_config *config = &engine->config;
    kf_coach_init(&engine->coach);
    engine->coach.external_wording = config->external_wording;
    engine->coach.warmup_s = config->warmup_s;
    for (unsigned i = 0; i < config->rule_count; i++) {
        const enum kf_status status = kf_coach_add(&engine->coach, &config->rules[i]);
        if (status != KF_OK)
            return kf_error_set(error, KF_ERR_CONFIG, 0, "cue '%s' cannot be used: %s", config->rules[i].name,
                                kf_status_name(status));
    }
    return KF_OK;
}

static void set_up_controls(struct kf_engine *engine)
{
    const struct kf_engine_config *config = &engine->config;
    if (!isnan(config->belt_mps))
        kf_pipeline_belt(&engine->pipeline, 0.0, config->belt_mps);
    engine->baseline_given = !isnan(config->baseline_from_s) || !isnan(config->baseline_to_s);
    if (!engine->baseline_given)
        return;
    wait_for_time(engine, &(struct pending){.t_s = isnan(config->baseline_from_s) ? 0.0 : config->baseline_from_s,
                                            .kind = PENDING_BASELINE_START});
    if (!isnan(config->baseline_to_s))
        wait_for_time(engine, &(struct pending){.t_s = config->baseline_to_s, .kind = PENDING_BASELINE_END});
}

static size_t decoder_room(const struct kf_engine_config *config)
{
    size_t largest = config->driver ? config->driver->state_size : 0;
    for (const struct kf_pod_driver *const *driver = kf_pod_drivers; *driver; driver++)
        if ((*driver)->state_size > largest)
            largest = (*driver)->state_size;
    return aligned(largest);
}

static void set_up(struct kf_engine *engine, const struct kf_engine_listener *listener)
{
    const struct kf_engine_config *config = &engine->config;
    if (listener)
        engine->listener = *listener;
    engine->items = (struct kf_pod_sink){.item = on_item, .context = engine};
    engine->output = (struct kf_pipeline_sink){.output = on_output, .context = engine};
    engine->lead = engine->decoder + decoder_room(config);
    engine->lead_try = DETECT_STEP;
    engine->t_s = NAN;
    engine->athlete = config->pipeline.athlete;
    engine->placement = config->pipeline.placement;
    engine->no_stats.first_t_s = engine->no_stats.last_t_s = NAN;
    kf_pipeline_init(&engine->pipeline, &config->pipeline);
    set_up_controls(engine);
    if (config->driver)
        use_driver(engine, config->driver);
}

struct kf_engine *kf_engine_create(const struct kf_engine_config *config, const struct kf_engine_listener *listener,
                                   struct kf_error *error)
{
    struct kf_engine *engine = NULL;
    engine = calloc(1, aligned(sizeof *engine) + decoder_room(config) + DETECT_MAX);
    if (!engine) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for the engine");
        return NULL;
    }
    engine->config = *config;
    engine->decoder = (unsigned char *)engine + aligned(sizeof *engine);
    if (check_options(engine, error) != KF_OK || set_up_coach(engine, error) != KF_OK) {
        kf_engine_destroy(engine);
        return NULL;
    }
    set_up(engine, listener);
    engine->config.rules = NULL;
    engine->config.rule_count = 0;
    return engine;
}

void kf_engine_destroy(struct kf_engine *engine)
{
    free(engine);
}

/* ---- controls and questions ---- */

static double now_of(const struct kf_engine *engine)
{
    return isnan(engine->t_s) ? 0.0 : engine->t_s;
}

void kf_engine_baseline_start(struct kf_engine *engine)
{
    baseline_start(engine, now_of(engine));
}

void kf_engine_baseline_end(struct kf_engine *engine)
{
    baseline_end(engine, now_of(engine));
}

void kf_engine_mark(struct kf_engine *engine, const char *text)
{
    struct kf_pod_item item = {.kind = KF_POD_MARK, .t_s = now_of(engine)};
    (void)snprintf(item.u.mark.text, sizeof item.u.mark.text, "%s", text);
    tell_item(engine, &item);
}

void kf_engine_belt(struct kf_engine *engine, double speed_mps)
{
    const struct kf_pod_item item = {.kind = KF_POD_BELT, .t_s = now_of(engine), .u.belt.speed_mps = speed_mps};
    apply_item(engine, &item);
}

void kf_engine_mute(struct kf_engine *engine, bool muted)
{
    engine->coach.muted = muted;
}

double kf_engine_time_s(const struct kf_engine *engine)
{
    return engine->t_s;
}

const struct kf_pod_driver *kf_engine_driver(const struct kf_engine *engine)
{
    return engine->driver;
}

const struct kf_pod_stats *kf_engine_stats(const struct kf_engine *engine)
{
    return engine->driver ? engine->driver->stats(engine->decoder) : &engine->no_stats;
}

enum kf_site kf_engine_stream_site(const struct kf_engine *engine, unsigned stream)
{
    const enum kf_site site = kf_engine_stats(engine)->stream[stream].site;
    return site == KF_SITE_NONE ? engine->config.stream_site[stream] : site;
}

const struct kf_pipeline *kf_engine_pipeline(const struct kf_engine *engine)
{
    return &engine->pipeline;
}

struct kf_athlete kf_engine_athlete(const struct kf_engine *engine)
{
    return engine->athlete;
}

bool kf_engine_muted(const struct kf_engine *engine)
{
    return engine->coach.muted;
}

bool kf_engine_refused(const struct kf_engine *engine)
{
    return engine->refused;
}

bool kf_engine_baseline_open(const struct kf_engine *engine)
{
    return engine->baseline_open;
}

size_t kf_engine_command(struct kf_engine *engine, enum kf_pod_command command, uint8_t *out, size_t capacity)
{
    const struct kf_pod_driver *driver = engine->driver;
    if (!driver) {
        driver = kf_pod_driver_find("podlink");
        if (driver)
            driver->init(engine->decoder);
    }
    return driver && driver->command ? driver->command(engine->decoder, command, out, capacity) : 0;
}

/* ---- keyframes: all but the lead, whose bytes are the same whenever its count is ---- */

size_t kf_engine_keyframe_size(const struct kf_engine *engine)
{
    return (size_t)(engine->lead - (const uint8_t *)engine);
}

void kf_engine_keyframe_save(const struct kf_engine *engine, void *keyframe)
{
    memcpy(keyframe, engine, kf_engine_keyframe_size(engine));
}

void kf_engine_keyframe_load(struct kf_engine *engine, const void *keyframe)
{
    memcpy(engine, keyframe, kf_engine_keyframe_size(engine));
}
