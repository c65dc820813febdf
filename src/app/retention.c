/* retention.c - see retention.h. An engine that is given the controls alone keeps the feedback's state as it was live;
 * feedback.h says of each swing's moment whether a cue could have been said. */
#include "config.h"

#include "app/retention.h"

#include <math.h>
#include <stdlib.h>

#include "app/conditions.h"
#include "kneefold/coach.h"

enum { CHANGES_MAX = 1024 }; /* of feedback in a session: one every 4 s of an hour */

struct change {
    double t_s; /* from then on */
    struct kf_feedback feedback;
};

struct gather {
    unsigned count, next; /* changes in all, and the first that no stride has reached */
    struct change change[CHANGES_MAX];
    struct kf_feedback feedback; /* as of the last stride */
    struct kf_retention *retention;
};

static void note_change(struct gather *gather, const struct kf_engine *engine, double t_s)
{
    if (gather->count < CHANGES_MAX)
        gather->change[gather->count++] = (struct change){t_s, kf_engine_coach(engine)->feedback};
}

/* KF_ERR_END when all went well. */
static enum kf_status read_controls(struct gather *gather, struct kf_store_reader *reader, struct kf_engine *engine,
                                    struct kf_error *error)
{
    struct kf_record record;
    int64_t first_ns = -1;
    enum kf_status status = KF_OK;
    while ((status = kf_store_next(reader, &record, error)) == KF_OK) {
        if (record.kind == KF_RECORD_READ && first_ns < 0)
            first_ns = record.host_ns;
        if (record.kind != KF_RECORD_CONTROL)
            continue;
        (void)kf_engine_take(engine, &record); /* one that was refused then is refused now */
        note_change(gather, engine, first_ns < 0 ? 0 : (double)(record.host_ns - first_ns) * 1e-9);
    }
    return status;
}

/* The state at t_s: what the controls set, and the clock that the first swing started. */
static void advance(struct gather *gather, double t_s)
{
    while (gather->next < gather->count && gather->change[gather->next].t_s <= t_s) {
        const struct kf_feedback *then = &gather->change[gather->next++].feedback;
        kf_feedback_set_plan(&gather->feedback, &then->plan);
        gather->feedback.muted = then->muted;
        gather->feedback.quiet = then->quiet;
    }
    kf_feedback_swing(&gather->feedback, t_s);
}

static bool take_stride(void *context, const struct kf_swing *swing)
{
    struct gather *gather = context;
    const double t_s = isnan(swing->t_peak_knee_s) ? swing->t_to_s : swing->t_peak_knee_s;
    struct kf_retention_part *part = &gather->retention->alone;
    if (!isfinite(t_s))
        return true;
    advance(gather, t_s);
    if (kf_feedback_share(&gather->feedback, t_s) > 0)
        part = &gather->retention->told;
    part->swings++;
    part->judged += swing->verdict == KF_PULLED || swing->verdict == KF_PASSIVE;
    part->pulled += swing->verdict == KF_PULLED;
    if (isfinite(swing->drive_nm_kg)) {
        part->drives++;
        part->drive_sum_nm_kg += swing->drive_nm_kg;
    }
    return true;
}

static enum kf_status read_with(struct gather *gather, struct kf_store_reader *reader, struct kf_engine *engine,
                                struct kf_error *error)
{
    const struct kf_store_rows rows = {.stride = take_stride, .context = gather};
    gather->feedback = kf_engine_coach(engine)->feedback;
    const enum kf_status status = read_controls(gather, reader, engine, error);
    return status == KF_ERR_END ? kf_store_each(reader, &rows, error) : status;
}

enum kf_status kf_retention_read(struct kf_store_reader *reader, struct kf_retention *retention, struct kf_error *error)
{
    struct gather *gather = calloc(1, sizeof *gather);
    struct kf_engine_config *config = calloc(1, sizeof *config);
    struct kf_engine *engine = NULL;
    enum kf_status status = KF_ERR_UNAVAILABLE;
    *retention = (struct kf_retention){0};
    if (!gather || !config) {
        (void)kf_error_set(error, status, 0, "not enough memory to read a session");
        goto out;
    }
    gather->retention = retention;
    status = kf_conditions_read(reader, config, error);
    if (status != KF_OK)
        goto out;
    engine = kf_engine_create(config, NULL, error);
    status = engine ? read_with(gather, reader, engine, error) : error->code;
out:
    kf_engine_destroy(engine);
    free(config);
    free(gather);
    return status;
}

double kf_retention_pulled_share(const struct kf_retention_part *part)
{
    return part->judged > 0 ? (double)part->pulled / (double)part->judged : NAN;
}

double kf_retention_drive_nm_kg(const struct kf_retention_part *part)
{
    return part->drives > 0 ? part->drive_sum_nm_kg / (double)part->drives : NAN;
}
