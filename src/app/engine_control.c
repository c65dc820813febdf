/* engine_control.c - what people, programs and log headers ask for, carried out in the engine, so that a log replayed
 * does the same.
 *
 * A mark or a belt speed that lies ahead of the samples (a log's header names them all) waits until its time has come.
 * Settings changed live are checked as a whole and hold as a whole, or not at all. */
#include <math.h>
#include <string.h>

#include "app/engine_state.h"
#include "app/settings_apply.h"
#include "settings/ini.h"
#include "settings/layers.h"

static double now_of(const struct kf_engine *engine)
{
    return isnan(engine->t_s) ? 0.0 : engine->t_s;
}

/* ---- baseline, marks, belt ---- */

static void baseline_start(struct kf_engine *engine, double t_s)
{
    engine->baseline_open = true;
    kf_pipeline_baseline_start(&engine->pipeline, t_s);
    kf_coach_forget_baseline(&engine->coach);
}

static void baseline_end(struct kf_engine *engine, double t_s)
{
    engine->baseline_open = false;
    kf_pipeline_baseline_end(&engine->pipeline, t_s);
}

static void apply_item(struct kf_engine *engine, unsigned source, const struct kf_pod_item *item)
{
    const double t_s = isnan(item->t_s) ? now_of(engine) : item->t_s;
    if (item->kind == KF_POD_BELT)
        kf_pipeline_belt(&engine->pipeline, t_s, item->u.belt.speed_mps);
    if (item->kind == KF_POD_MARK && !engine->baseline_given) {
        if (strcmp(item->u.mark.text, "baseline-start") == 0)
            baseline_start(engine, t_s);
        else if (strcmp(item->u.mark.text, "baseline-end") == 0)
            baseline_end(engine, t_s);
        else if (strcmp(item->u.mark.text, "baseline-auto") == 0)
            kf_pipeline_baseline_auto(&engine->pipeline);
    }
    kf_engine_tell_item(engine, source, item);
}

static void apply(struct kf_engine *engine, const struct kf_pending *control)
{
    switch (control->kind) {
    case KF_PENDING_BASELINE_START:
        baseline_start(engine, control->t_s);
        break;
    case KF_PENDING_BASELINE_END:
        baseline_end(engine, control->t_s);
        break;
    case KF_PENDING_ITEM:
        apply_item(engine, control->source, &control->item);
        break;
    }
}

/* Keeps the list in order of time; what is equal stays in order of arrival. With no room left it holds from now on. */
static void wait_for_time(struct kf_engine *engine, const struct kf_pending *control)
{
    unsigned at = engine->pending_count;
    if (at == KF_PENDING_MAX) {
        apply(engine, control);
        return;
    }
    for (; at > 0 && engine->pending[at - 1].t_s > control->t_s; at--)
        engine->pending[at] = engine->pending[at - 1];
    engine->pending[at] = *control;
    engine->pending_count++;
}

void kf_engine_apply_due(struct kf_engine *engine, double t_s)
{
    unsigned due = 0;
    while (due < engine->pending_count && engine->pending[due].t_s <= t_s)
        apply(engine, &engine->pending[due++]);
    if (due == 0)
        return;
    engine->pending_count -= due;
    memmove(engine->pending, engine->pending + due, engine->pending_count * sizeof engine->pending[0]);
}

void kf_engine_timed_item(struct kf_engine *engine, unsigned source, const struct kf_pod_item *item)
{
    if (isnan(item->t_s) || item->t_s <= engine->t_s)
        apply_item(engine, source, item);
    else
        wait_for_time(engine,
                      &(struct kf_pending){.t_s = item->t_s, .kind = KF_PENDING_ITEM, .source = source, .item = *item});
}

void kf_engine_set_up_controls(struct kf_engine *engine)
{
    const struct kf_engine_config *config = &engine->config;
    if (!isnan(config->belt_mps))
        kf_pipeline_belt(&engine->pipeline, 0.0, config->belt_mps);
    engine->baseline_given = !isnan(config->baseline_from_s) || !isnan(config->baseline_to_s);
    if (!engine->baseline_given)
        return;
    wait_for_time(engine, &(struct kf_pending){.t_s = isnan(config->baseline_from_s) ? 0.0 : config->baseline_from_s,
                                               .kind = KF_PENDING_BASELINE_START});
    if (!isnan(config->baseline_to_s))
        wait_for_time(engine, &(struct kf_pending){.t_s = config->baseline_to_s, .kind = KF_PENDING_BASELINE_END});
}

/* ---- the runner: the settings', and what a log's header says over them ---- */

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_athlete(const struct kf_athlete *a, const struct kf_athlete *b)
{
    return same(a->mass_kg, b->mass_kg) && same(a->height_m, b->height_m) && same(a->thigh_m, b->thigh_m) &&
           same(a->shank_m, b->shank_m) && a->sex == b->sex;
}

/* A field the header names beats the settings. Measured segments in the settings belong to the settings' runner: they
 * stay only while the header does not say that someone of another height ran. */
static struct kf_athlete athlete_in_force(const struct kf_engine *engine)
{
    struct kf_athlete athlete = kf_settings_athlete(&engine->settings);
    const struct kf_athlete *named = &engine->header.athlete;
    if (!isnan(named->height_m)) {
        if (!(athlete.height_m == named->height_m))
            athlete.thigh_m = athlete.shank_m = NAN;
        athlete.height_m = named->height_m;
    }
    if (!isnan(named->mass_kg))
        athlete.mass_kg = named->mass_kg;
    if (!isnan(named->thigh_m))
        athlete.thigh_m = named->thigh_m;
    if (!isnan(named->shank_m))
        athlete.shank_m = named->shank_m;
    if (named->sex != KF_SEX_UNKNOWN)
        athlete.sex = named->sex;
    return athlete;
}

static struct kf_placement placement_in_force(const struct kf_engine *engine)
{
    struct kf_placement placement = kf_settings_placement(&engine->settings);
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++) {
        if (!isnan(engine->header.placement.ratio[site]))
            placement.ratio[site] = engine->header.placement.ratio[site];
        if (!isnan(engine->header.placement.offset_m[site]))
            placement.offset_m[site] = engine->header.placement.offset_m[site];
    }
    return placement;
}

void kf_engine_merge_athlete(struct kf_engine *engine, const struct kf_athlete *named)
{
    struct kf_athlete *header = &engine->header.athlete;
    if (engine->config.athlete_fixed)
        return;
    header->height_m = isnan(named->height_m) ? header->height_m : named->height_m;
    header->mass_kg = isnan(named->mass_kg) ? header->mass_kg : named->mass_kg;
    header->thigh_m = isnan(named->thigh_m) ? header->thigh_m : named->thigh_m;
    header->shank_m = isnan(named->shank_m) ? header->shank_m : named->shank_m;
    header->sex = named->sex == KF_SEX_UNKNOWN ? header->sex : named->sex;
    engine->athlete = athlete_in_force(engine);
    kf_pipeline_set_athlete(&engine->pipeline, &engine->athlete);
}

void kf_engine_merge_placement(struct kf_engine *engine, const struct kf_pod_item *item)
{
    const enum kf_site site = item->u.placement.site;
    if ((int)site < 0 || site >= KF_SITE_BODY_COUNT)
        return;
    if (!isnan(item->u.placement.ratio))
        engine->header.placement.ratio[site] = item->u.placement.ratio;
    if (!isnan(item->u.placement.offset_m))
        engine->header.placement.offset_m[site] = item->u.placement.offset_m;
    engine->placement = placement_in_force(engine);
    kf_pipeline_set_placement(&engine->pipeline, &engine->placement);
}

/* ---- settings ---- */

enum { ASSIGNMENT_MAX = 512 }; /* bytes of section.key=value */

static void refresh_mute(struct kf_engine *engine)
{
    engine->coach.feedback.muted = engine->muted;
    engine->coach.feedback.quiet = engine->quiet;
}

static enum kf_status check_cues(const struct kf_cue_rules *cues, struct kf_error *error)
{
    struct kf_coach trial;
    kf_coach_init(&trial);
    for (unsigned i = 0; i < cues->count; i++) {
        const enum kf_status status = kf_coach_add(&trial, &cues->rule[i]);
        if (status != KF_OK)
            return kf_error_set(error, KF_ERR_CONFIG, 0, "cue '%s' cannot be used: %s", cues->rule[i].name,
                                kf_status_name(status));
    }
    return KF_OK;
}

static void apply_feedback(struct kf_coach *coach, const struct kf_settings *settings)
{
    const struct kf_feedback_plan plan = kf_settings_feedback(settings);
    kf_feedback_set_plan(&coach->feedback, &plan);
}

enum kf_status kf_engine_set_up_settings(struct kf_engine *engine, struct kf_error *error)
{
    engine->settings = engine->config.settings;
    engine->header.athlete = kf_athlete_unknown();
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        engine->header.placement.ratio[site] = engine->header.placement.offset_m[site] = NAN;
    engine->athlete = athlete_in_force(engine);
    engine->placement = placement_in_force(engine);
    kf_coach_init(&engine->coach);
    apply_feedback(&engine->coach, &engine->settings);
    if (check_cues(&engine->settings.cues, error) != KF_OK)
        return KF_ERR_CONFIG;
    return kf_coach_use(&engine->coach, &engine->settings.cues);
}

/* The sensors sit anew: what was learned of how they sit goes, and strides with it. */
void kf_engine_align(struct kf_engine *engine)
{
    engine->baseline_open = false;
    memset(engine->owner, 0, sizeof engine->owner);
    memset(engine->wearer, 0, sizeof engine->wearer);
    kf_pipeline_epoch(&engine->pipeline, false);
    kf_coach_reset(&engine->coach);
    kf_coach_forget_baseline(&engine->coach);
}

static bool on_body(enum kf_site site)
{
    return (int)site >= 0 && site < KF_SITE_BODY_COUNT;
}

/* Who said it last, a control or a changed setting, is believed. */
static void move_streams(struct kf_engine *engine, const struct kf_settings *before)
{
    bool moved = false;
    for (unsigned i = 0; i < engine->config.pod_count; i++) {
        enum kf_site old[KF_POD_MAX_STREAMS], now[KF_POD_MAX_STREAMS];
        kf_settings_streams(before, i, old);
        kf_settings_streams(&engine->settings, i, now);
        for (unsigned k = 0; k < KF_POD_MAX_STREAMS; k++) {
            if (now[k] == old[k])
                continue;
            moved = moved || on_body(now[k]) || on_body(engine->pod[i].stream_site[k]);
            engine->pod[i].stream_site[k] = now[k];
        }
    }
    if (moved)
        kf_engine_align(engine);
}

/* Makes settings the ones in force, from the next sample on. Nothing is rebuilt that has not changed. */
static void use_settings(struct kf_engine *engine, const struct kf_settings *settings)
{
    const struct kf_settings before = engine->settings;
    const struct kf_limits limits = kf_settings_limits(settings);
    engine->settings = *settings;
    const struct kf_athlete athlete = athlete_in_force(engine);
    const struct kf_placement placement = placement_in_force(engine);
    kf_pipeline_set_limits(&engine->pipeline, &limits);
    if (!same_athlete(&athlete, &engine->athlete))
        kf_pipeline_set_athlete(&engine->pipeline, &athlete);
    if (memcmp(&placement, &engine->placement, sizeof placement) != 0)
        kf_pipeline_set_placement(&engine->pipeline, &placement);
    engine->athlete = athlete;
    engine->placement = placement;
    apply_feedback(&engine->coach, settings);
    if (memcmp(&before.cues, &settings->cues, sizeof before.cues) != 0)
        (void)kf_coach_use(&engine->coach, &settings->cues);
    move_streams(engine, &before);
}

/* Lines of section.key=value, taken together: what is a contradiction halfway may be none at the end. */
static enum kf_status change_settings(struct kf_engine *engine, const char *lines, struct kf_error *error)
{
    struct kf_settings changed = engine->settings;
    enum kf_status status = KF_OK;
    do {
        char line[ASSIGNMENT_MAX];
        struct kf_place place;
        const size_t length = strcspn(lines, "\n");
        if (length >= sizeof line)
            return kf_error_set(error, KF_ERR_CONFIG, 0, "'%.80s...' is too long for a setting", lines);
        memcpy(line, lines, length);
        line[length] = '\0';
        lines += length + (lines[length] == '\n');
        status = kf_settings_assign(&changed, line, &place, error);
    } while (status == KF_OK && *lines);
    if (status == KF_OK)
        status = kf_settings_check_all(&changed, error);
    if (status == KF_OK)
        use_settings(engine, &changed);
    return status;
}

/* Keeps the first problem of a file. */
static void on_problem(void *context, const struct kf_settings_problem *problem)
{
    struct kf_error *error = context;
    if (error->code != KF_OK)
        return;
    kf_error_set(error, KF_ERR_CONFIG, 0, "line %u: %.200s", problem->line, problem->text);
    kf_error_hint(error, "%s", problem->hint);
}

static enum kf_status reload(struct kf_engine *engine, const char *text, struct kf_error *error)
{
    const struct kf_settings_listener listener = {on_problem, error};
    const struct kf_settings_text file = {.name = "settings", .text = text, .length = strlen(text), .program = true};
    struct kf_settings fresh;
    kf_settings_default(&fresh);
    const enum kf_status status = kf_settings_read(&fresh, NULL, &file, &listener);
    if (status == KF_OK)
        use_settings(engine, &fresh);
    return status;
}

/* ---- controls ---- */

static enum kf_status wear(struct kf_engine *engine, const struct kf_record *record, struct kf_error *error)
{
    const enum kf_site site = kf_site_from_name(record->text, (unsigned)strlen(record->text));
    const bool named = site != KF_SITE_NONE || strcmp(record->text, kf_site_name(KF_SITE_NONE)) == 0;
    if (!named || record->source >= engine->config.pod_count ||
        !(record->value >= 0 && record->value < KF_POD_MAX_STREAMS))
        return kf_error_set(error, KF_ERR_ARG, 0, "stream %g of pod %u cannot be worn at '%.40s'", record->value,
                            record->source, record->text);
    const unsigned stream = (unsigned)record->value;
    struct kf_engine_pod *pod = &engine->pod[record->source];
    const enum kf_site before = kf_engine_stream_site(engine, record->source, stream);
    pod->stream_site[stream] = site;
    pod->told[stream] = true;
    if (before != site && (on_body(before) || on_body(site)))
        kf_engine_align(engine);
    return KF_OK;
}

/* A note takes time to type: the mark is of the moment the key was pressed. */
static void mark(struct kf_engine *engine, double ago_s, const char *text)
{
    const double back_s = ago_s > 0 && ago_s < KF_MARK_AGO_MAX_S ? ago_s : 0;
    struct kf_pod_item item = {.kind = KF_POD_MARK, .t_s = now_of(engine) - back_s, .u.mark.wall_ns = 0};
    (void)snprintf(item.u.mark.text, sizeof item.u.mark.text, "%s", text);
    apply_item(engine, 0, &item);
}

static enum kf_status belt(struct kf_engine *engine, double speed_mps, struct kf_error *error)
{
    const struct kf_pod_item item = {.kind = KF_POD_BELT, .t_s = now_of(engine), .u.belt.speed_mps = speed_mps};
    if (!(speed_mps > 0 && isfinite(speed_mps)))
        return kf_error_set(error, KF_ERR_ARG, 0, "%g m/s is no belt speed", speed_mps);
    apply_item(engine, 0, &item);
    return KF_OK;
}

static enum kf_status change_feedback(struct kf_engine *engine, double mode, struct kf_error *error)
{
    if (!(mode >= KF_FEEDBACK_BANDWIDTH && mode <= KF_FEEDBACK_OFF))
        return kf_error_set(error, KF_ERR_ARG, 0, "there is no feedback mode %g", mode);
    engine->settings.feedback_mode = (int)mode;
    apply_feedback(&engine->coach, &engine->settings);
    return KF_OK;
}

static enum kf_status carry_out(struct kf_engine *engine, const struct kf_record *record, struct kf_error *error)
{
    switch (record->control) {
    case KF_CONTROL_NONE:
        break;
    case KF_CONTROL_FEEDBACK:
        return change_feedback(engine, record->value, error);
    case KF_CONTROL_ALIGN:
        kf_engine_align(engine);
        break;
    case KF_CONTROL_BASELINE_START:
        baseline_start(engine, now_of(engine));
        break;
    case KF_CONTROL_BASELINE_END:
        baseline_end(engine, now_of(engine));
        break;
    case KF_CONTROL_MARK:
        mark(engine, record->value, record->text);
        break;
    case KF_CONTROL_BELT:
        return belt(engine, record->value, error);
    case KF_CONTROL_MUTE:
        engine->muted = record->value > 0;
        refresh_mute(engine);
        break;
    case KF_CONTROL_QUIET:
        engine->quiet = record->value > 0;
        refresh_mute(engine);
        break;
    case KF_CONTROL_SETTING:
        return change_settings(engine, record->text, error);
    case KF_CONTROL_SETTINGS:
        return reload(engine, record->text, error);
    case KF_CONTROL_SITE:
        return wear(engine, record, error);
    }
    return KF_OK;
}

enum kf_status kf_engine_control(struct kf_engine *engine, const struct kf_record *record)
{
    struct kf_error error = {0};
    const enum kf_status status = carry_out(engine, record, &error);
    kf_engine_tell(engine, &(struct kf_engine_event){.kind = KF_ENGINE_CONTROL,
                                                     .record = record,
                                                     .refused = status == KF_OK ? NULL : &error});
    return status;
}
