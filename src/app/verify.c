/* verify.c - a recording is worth what its replay is: exactly the same. */
#include "config.h"

#include "app/verify.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/analysis.h"
#include "app/recording.h"
#include "settings/number.h"

struct verify {
    struct kf_analysis analysis; /* first: its writer finds the rest by it */
    struct kf_store_reader *reader;
    struct kf_verify_report *report;
    void (*say)(void *context, const char *line);
    void *context;
    uint64_t strides, verdicts, cues; /* said now */
    struct kf_store_cue cue;          /* the stored one looked for, and what became of it */
    char name[64], text[128];
    uint64_t wanted;
    bool found;
};

static struct verify *of(struct kf_analysis *analysis)
{
    return (struct verify *)(void *)analysis;
}

KF_PRINTF_LIKE(2, 3)
static void differ(struct verify *verify, const char *format, ...)
{
    char line[384];
    va_list args;
    if (verify->report->differences++ >= KF_VERIFY_SHOWN)
        return;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    verify->say(verify->context, line);
}

/* ---- strides ---- */

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static const char *side(enum kf_leg leg)
{
    return leg == KF_LEFT ? "left" : "right";
}

static void compare_key(struct verify *verify, const char *what, const struct kf_swing *now,
                        const struct kf_swing *then, const struct kf_swing_key *key)
{
    const double a = kf_swing_number(now, key), b = kf_swing_number(then, key);
    const char *x = key->is_number ? NULL : kf_swing_word(now, key),
               *y = key->is_number ? NULL : kf_swing_word(then, key);
    if (key->is_number && !same_number(a, b)) {
        char was[KF_NUMBER_TEXT_MAX] = "unknown",
             is[KF_NUMBER_TEXT_MAX] = "unknown"; /* exact: the last digit may differ */
        if (isfinite(b))
            (void)kf_number_write(was, b);
        if (isfinite(a))
            (void)kf_number_write(is, a);
        differ(verify, "%s %u, %s toe-off at %.2f s: %s was %s, is %s", what, now->id, side(now->leg), now->t_to_s,
               key->name, was, is);
    }
    if (!key->is_number && strcmp(x ? x : "", y ? y : "") != 0)
        differ(verify, "%s %u, %s toe-off at %.2f s: %s was %s, is %s", what, now->id, side(now->leg), now->t_to_s,
               key->name, y ? y : "none", x ? x : "none");
}

static void on_verdict(struct kf_analysis *analysis, const struct kf_swing *swing)
{
    struct verify *verify = of(analysis);
    struct kf_error error;
    struct kf_swing stored;
    verify->verdicts++;
    if (kf_store_verdict_of(verify->reader, swing->id, &stored, &error) != KF_OK) {
        differ(verify, "verdict %u, toe-off at %.2f s, is new", swing->id, swing->t_to_s);
        return;
    }
    for (size_t i = 0; i < kf_store_verdict_key_count; i++)
        compare_key(verify, "verdict", swing, &stored, kf_swing_key_find(kf_store_verdict_keys[i]));
}

static bool count_verdict(void *context, const struct kf_swing *swing)
{
    struct verify *verify = context;
    (void)swing;
    verify->report->verdicts++;
    return true;
}

static void on_swing(struct kf_analysis *analysis, const struct kf_swing *swing)
{
    struct verify *verify = of(analysis);
    struct kf_error error;
    struct kf_swing stored;
    verify->strides++;
    if (kf_store_stride_of(verify->reader, swing->id, &stored, &error) != KF_OK) {
        differ(verify, "stride %u, toe-off at %.2f s, is new", swing->id, swing->t_to_s);
        return;
    }
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        compare_key(verify, "stride", swing, &stored, &kf_swing_keys[i]);
}

static bool count_stride(void *context, const struct kf_swing *swing)
{
    struct verify *verify = context;
    (void)swing;
    verify->report->strides++;
    return true;
}

/* ---- cues ---- */

static bool count_cue(void *context, const struct kf_store_cue *cue)
{
    struct verify *verify = context;
    (void)cue;
    verify->report->cues++;
    return true;
}

/* The wanted-th cue; texts are copied, for they go with the row. */
static bool find_cue(void *context, const struct kf_store_cue *cue)
{
    struct verify *verify = context;
    if (verify->wanted-- > 0)
        return true;
    verify->cue = *cue;
    (void)snprintf(verify->name, sizeof verify->name, "%s", cue->name);
    (void)snprintf(verify->text, sizeof verify->text, "%s", cue->text);
    verify->found = true;
    return false;
}

static const char *whom(bool has_leg, enum kf_leg leg)
{
    return !has_leg ? "" : leg == KF_LEFT ? " left" : " right";
}

static void on_cue(struct kf_analysis *analysis, const struct kf_cue *cue)
{
    struct verify *verify = of(analysis);
    const struct kf_store_rows rows = {.cue = find_cue, .context = verify};
    struct kf_error error;
    verify->wanted = verify->cues++;
    verify->found = false;
    if (kf_store_each(verify->reader, &rows, &error) != KF_OK || !verify->found)
        differ(verify, "cue %s at %.2f s is new", cue->name, cue->t_s);
    else if (cue->t_s != verify->cue.t_s || strcmp(cue->name, verify->name) != 0 ||
             strcmp(cue->text, verify->text) != 0 || cue->has_leg != verify->cue.has_leg ||
             (cue->has_leg && cue->leg != verify->cue.leg))
        differ(verify, "cue %" PRIu64 " was %s%s at %.2f s, '%s', is %s%s at %.2f s, '%s'", verify->cues, verify->name,
               whom(verify->cue.has_leg, verify->cue.leg), verify->cue.t_s, verify->text, cue->name,
               whom(cue->has_leg, cue->leg), cue->t_s, cue->text);
}

/* ---- the whole ---- */

static const struct kf_analysis_writer writer = {
    .name = "check", .verdict = on_verdict, .swing = on_swing, .cue = on_cue};

static void describe(struct verify *verify)
{
    struct kf_verify_report *report = verify->report;
    char text[32];
    report->began_late = kf_store_meta_of(verify->reader, "began_late", text, sizeof text);
    if (kf_store_meta_of(verify->reader, "lost_records", text, sizeof text))
        report->lost = strtoull(text, NULL, 10);
    (void)kf_store_meta_of(verify->reader, "version", report->version, sizeof report->version);
    (void)snprintf(report->note, sizeof report->note, "%s", kf_store_note(verify->reader));
}

static void on_event(void *context, const struct kf_engine_event *event)
{
    kf_analysis_event(context, event);
}

/* One that was cut off never heard of its end: neither does the engine, or it would say of the last swings what nobody
 * was told. */
static enum kf_status read_again(const struct verify *verify, const char *path, struct kf_engine *engine,
                                 struct kf_error *error)
{
    if (kf_store_complete(verify->reader))
        return kf_recording_read(path, engine, NULL, error);
    struct kf_feed *feed = kf_recording_open(path, error);
    const enum kf_status status = feed ? kf_recording_drain(feed, engine, NULL, error) : error->code;
    kf_feed_close(feed);
    return status == KF_ERR_END ? KF_OK : status;
}

static enum kf_status compare(struct verify *verify, const char *path, const struct kf_engine_config *config,
                              struct kf_error *error)
{
    const struct kf_engine_listener listener = {on_event, &verify->analysis};
    const struct kf_store_rows counts = {
        .stride = count_stride, .verdict = count_verdict, .cue = count_cue, .context = verify};
    struct kf_engine *engine = kf_engine_create(config, &listener, error);
    /* A swing is stored when it is judged, and said when it is over. */
    const uint64_t judged = kf_store_complete(verify->reader) ? 0 : KF_LEG_COUNT;
    enum kf_status status = KF_OK;
    if (!engine)
        return error->code;
    verify->analysis.writer = &writer;
    kf_analysis_begin(&verify->analysis, path, engine);
    status = read_again(verify, path, engine, error);
    kf_analysis_end(&verify->analysis);
    kf_analysis_free(&verify->analysis);
    kf_engine_destroy(engine);
    if (status == KF_OK)
        status = kf_store_each(verify->reader, &counts, error);
    if (status == KF_OK && verify->report->strides > verify->strides + judged)
        differ(verify, "%" PRIu64 " strides are stored, %" PRIu64 " are found now", verify->report->strides,
               verify->strides);
    if (status == KF_OK && verify->report->verdicts > verify->verdicts)
        differ(verify, "%" PRIu64 " verdicts are stored, %" PRIu64 " are given now", verify->report->verdicts,
               verify->verdicts);
    if (status == KF_OK && verify->report->cues > verify->cues)
        differ(verify, "%" PRIu64 " cues are stored, %" PRIu64 " are given now", verify->report->cues, verify->cues);
    return status;
}

enum kf_status kf_verify_session(const char *path, const struct kf_engine_config *config,
                                 void (*say)(void *context, const char *line), void *context,
                                 struct kf_verify_report *report, struct kf_error *error)
{
    struct verify *verify = calloc(1, sizeof *verify);
    enum kf_status status = KF_OK;
    *report = (struct kf_verify_report){0};
    if (!verify)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory to check '%.160s'", path);
    verify->report = report;
    verify->say = say;
    verify->context = context;
    verify->reader = kf_store_open(path, NULL, error);
    status = verify->reader ? KF_OK : error->code;
    if (status == KF_OK) {
        describe(verify);
        status = compare(verify, path, config, error);
    }
    kf_store_close(verify->reader);
    free(verify);
    return status;
}
