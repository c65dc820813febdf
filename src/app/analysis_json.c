/* analysis_json.c - keys.md as JSON: one object a file (--json), or one a line as it comes (--jsonl).
 *
 * The single object has lists in its middle whose length is known only at the end. They are spooled to temporary files
 * and copied in, so that a day's recording takes no more memory than a minute's. */
#include <errno.h>
#include <math.h>

#include "app/analysis.h"
#include "app/json.h"
#include "app/marks.h"

enum spool { SPOOL_EVENTS, SPOOL_SWINGS, SPOOL_CUES };

static const char *leg_name(enum kf_leg leg)
{
    return leg == KF_LEFT ? "l" : "r";
}

/* ---- the parts of keys.md ---- */

static void write_event(struct kf_json *json, const struct kf_event *event)
{
    kf_json_pair_number(json, "t_s", event->t_s);
    kf_json_pair_string(json, "event", event->kind == KF_EVENT_IC ? "ic" : "to");
    kf_json_pair_string(json, "leg", leg_name(event->leg));
    kf_json_pair_number(json, "latency_ms", event->latency_ms);
}

static void write_swing(struct kf_json *json, const struct kf_swing *swing)
{
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        const struct kf_swing_key *key = &kf_swing_keys[i];
        const char *word = kf_swing_word(swing, key);
        kf_json_key(json, key->name);
        if (key->is_number)
            kf_json_number(json, kf_swing_number(swing, key));
        else if (i == KF_SUMMARY_ROW_id)
            kf_json_count(json, swing->id);
        else
            kf_json_string(json, word && *word ? word : NULL);
    }
}

static void write_cue(struct kf_json *json, const struct kf_cue *cue)
{
    kf_json_pair_number(json, "t_s", cue->t_s);
    kf_json_pair_string(json, "cue", cue->name);
    kf_json_pair_string(json, "leg", cue->has_leg ? leg_name(cue->leg) : NULL);
    kf_json_pair_string(json, "text", cue->text);
}

static void write_stream(struct kf_json *json, const struct kf_pod_stream *stream, enum kf_site site)
{
    kf_json_open(json, '{');
    kf_json_pair_string(json, "site", site == KF_SITE_NONE ? NULL : kf_site_name(site));
    kf_json_pair_string(json, "kind", kf_kind_name(stream->kind));
    kf_json_pair_number(json, "rate_hz", stream->rate_hz);
    kf_json_pair_count(json, "samples", stream->samples);
    kf_json_pair_count(json, "lost", stream->lost);
    kf_json_pair_count(json, "saturated", stream->saturated);
    kf_json_close(json, '}');
}

static void write_source(struct kf_json *json, const struct kf_analysis *analysis)
{
    const struct kf_analysis_source source = kf_analysis_source_of(analysis);
    kf_json_key(json, "source");
    kf_json_open(json, '{');
    kf_json_pair_string(json, "file", analysis->file);
    kf_json_pair_string(json, "format", source.format);
    kf_json_pair_number(json, "duration_s", source.duration_s);
    kf_json_pair_count(json, "bad_frames", source.bad_frames);
    kf_json_pair_count(json, "bad_lines", source.bad_lines);
    kf_json_pair_count(json, "resyncs", source.resyncs);
    kf_json_pair_count(json, "undescribed", source.undescribed);
    kf_json_pair_count(json, "epochs", source.epochs);
    kf_json_key(json, "streams");
    kf_json_open(json, '[');
    for (unsigned pod = 0; pod < kf_engine_pod_count(analysis->engine); pod++) {
        const struct kf_pod_stats *stats = kf_engine_stats(analysis->engine, pod);
        for (unsigned i = 0; i < stats->stream_count; i++)
            write_stream(json, &stats->stream[i], kf_engine_stream_site(analysis->engine, pod, i));
    }
    kf_json_close(json, ']');
    kf_json_close(json, '}');
}

static void write_athlete(struct kf_json *json, const struct kf_analysis *analysis)
{
    static const char *const sexes[] = {[KF_SEX_UNKNOWN] = NULL, [KF_SEX_MALE] = "m", [KF_SEX_FEMALE] = "f"};
    const struct kf_athlete athlete = kf_engine_athlete(analysis->engine);
    const struct kf_leg_inertia leg = kf_leg_inertia(&athlete);
    kf_json_key(json, "athlete");
    kf_json_open(json, '{');
    kf_json_pair_number(json, "mass_kg", analysis->anonymous ? NAN : athlete.mass_kg);
    kf_json_pair_number(json, "height_m", athlete.height_m);
    kf_json_pair_string(json, "sex", sexes[athlete.sex]);
    kf_json_pair_number(json, "thigh_m", leg.thigh_m);
    kf_json_pair_number(json, "shank_m", leg.shank_m);
    kf_json_close(json, '}');
}

static void write_alignment(struct kf_json *json, const struct kf_analysis *analysis)
{
    const struct kf_pipeline *pipeline = kf_engine_pipeline(analysis->engine);
    kf_json_key(json, "alignment");
    kf_json_open(json, '{');
    for (int i = 0; i < KF_SITE_BODY_COUNT; i++) {
        const struct kf_alignment alignment = kf_pipeline_alignment(pipeline, (enum kf_site)i);
        if (!alignment.worn)
            continue;
        kf_json_key(json, kf_site_name((enum kf_site)i));
        kf_json_open(json, '{');
        kf_json_pair_number(json, "axis_ratio", alignment.axis_ratio);
        kf_json_pair_number(json, "residual_mps2", alignment.residual_mps2);
        kf_json_pair_number(json, "quality", alignment.quality);
        kf_json_pair_bool(json, "swapped", alignment.swapped);
        kf_json_pair_bool(json, "upside_down", alignment.upside_down);
        kf_json_close(json, '}');
    }
    kf_json_close(json, '}');
}

static void write_leg_baseline(struct kf_json *json, const struct kf_baseline_report *baseline)
{
    if (baseline->kind == KF_BASELINE_NONE) {
        kf_json_null(json);
        return;
    }
    kf_json_open(json, '{');
    kf_json_pair_count(json, "strides", baseline->strides);
    kf_json_pair_string(json, "kind", baseline->kind == KF_BASELINE_FULL ? "full" : "provisional");
    kf_json_pair_number(json, "mean_knee_moment_nm_kg", baseline->mean_knee_moment_nm_kg);
    kf_json_pair_number(json, "sd_nm_kg", baseline->sd_nm_kg);
    kf_json_pair_number(json, "peak_knee_deg", baseline->peak_knee_deg);
    kf_json_pair_number(json, "peak_knee_sd_deg", baseline->peak_knee_sd_deg);
    kf_json_close(json, '}');
}

static void write_baseline(struct kf_json *json, const struct kf_analysis *analysis)
{
    const struct kf_pipeline *pipeline = kf_engine_pipeline(analysis->engine);
    const struct kf_baseline_report left = kf_pipeline_baseline(pipeline, KF_LEFT);
    const struct kf_baseline_report right = kf_pipeline_baseline(pipeline, KF_RIGHT);
    kf_json_key(json, "baseline");
    if (left.kind == KF_BASELINE_NONE && right.kind == KF_BASELINE_NONE) {
        kf_json_null(json);
        return;
    }
    kf_json_open(json, '{');
    kf_json_key(json, "l");
    write_leg_baseline(json, &left);
    kf_json_key(json, "r");
    write_leg_baseline(json, &right);
    kf_json_close(json, '}');
}

/* `pulled` is a count here; its mean would be that count over the judged swings. */
static void write_summary_leg(struct kf_json *json, const struct kf_summary_leg *leg)
{
    kf_json_open(json, '{');
    kf_json_pair_count(json, "swings", leg->swings);
    kf_json_pair_count(json, "passive", leg->passive);
    kf_json_pair_count(json, "pulled", leg->pulled);
    kf_json_pair_count(json, "unclear", leg->unclear);
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        if (!kf_swing_keys[i].is_number || i == KF_SUMMARY_ROW_pulled)
            continue;
        kf_json_key(json, kf_swing_keys[i].name);
        kf_json_open(json, '{');
        kf_json_pair_number(json, "mean", kf_moments_mean(&leg->number[i]));
        kf_json_pair_number(json, "sd", kf_moments_sd(&leg->number[i]));
        kf_json_close(json, '}');
    }
    kf_json_close(json, '}');
}

static void write_summary(struct kf_json *json, const struct kf_summary *summary)
{
    kf_json_key(json, "summary");
    kf_json_open(json, '{');
    kf_json_pair_number(json, "cadence_spm", kf_moments_mean(&summary->cadence_spm));
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        kf_json_key(json, leg_name((enum kf_leg)leg));
        write_summary_leg(json, &summary->leg[leg]);
    }
    kf_json_key(json, "asymmetry");
    kf_json_open(json, '{');
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        if (kf_swing_keys[i].is_number)
            kf_json_pair_number(json, kf_swing_keys[i].name, kf_summary_asymmetry(summary, i));
    kf_json_close(json, '}');
    kf_json_close(json, '}');
}

static void pair_moment(struct kf_json *json, const char *key, int64_t wall_ns)
{
    char moment[KF_MOMENT_TEXT];
    kf_json_pair_string(json, key, kf_marks_moment(moment, wall_ns) ? moment : NULL);
}

static void write_marks(struct kf_json *json, const struct kf_marks *marks)
{
    pair_moment(json, "started", marks->started_ns);
    kf_json_key(json, "marks");
    kf_json_open(json, '[');
    for (unsigned i = 0; i < marks->count; i++) {
        kf_json_open(json, '{');
        kf_json_pair_number(json, "t_s", marks->mark[i].t_s);
        pair_moment(json, "time", marks->mark[i].wall_ns);
        kf_json_pair_string(json, "text", marks->mark[i].text);
        kf_json_close(json, '}');
    }
    kf_json_close(json, ']');
}

/* ---- --json: one object a file ---- */

static bool json_begin(struct kf_analysis *analysis, bool first)
{
    (void)first;
    for (int i = 0; i < KF_ANALYSIS_SPOOLS; i++) {
        analysis->spooled[i] = false;
        if (analysis->spool[i])
            rewind(analysis->spool[i]);
        else if (!(analysis->spool[i] = tmpfile()))
            return false;
    }
    return true;
}

static struct kf_json spool_open(struct kf_analysis *analysis, enum spool which)
{
    struct kf_json json = {analysis->spool[which], analysis->spooled[which]};
    analysis->spooled[which] = true;
    kf_json_open(&json, '{');
    return json;
}

static void json_event(struct kf_analysis *analysis, const struct kf_event *event)
{
    struct kf_json json = spool_open(analysis, SPOOL_EVENTS);
    write_event(&json, event);
    kf_json_close(&json, '}');
}

static void json_swing(struct kf_analysis *analysis, const struct kf_swing *swing)
{
    struct kf_json json = spool_open(analysis, SPOOL_SWINGS);
    write_swing(&json, swing);
    kf_json_close(&json, '}');
}

static void json_cue(struct kf_analysis *analysis, const struct kf_cue *cue)
{
    struct kf_json json = spool_open(analysis, SPOOL_CUES);
    write_cue(&json, cue);
    kf_json_close(&json, '}');
}

/* Copies what this file put into the spool; an earlier file's longer rest lies beyond `left` and is not read. */
static void copy_spool(struct kf_json *json, const char *key, FILE *spool)
{
    char block[8192];
    long left = ftell(spool);
    kf_json_key(json, key);
    kf_json_open(json, '[');
    rewind(spool);
    while (left > 0) {
        const size_t wanted = left < (long)sizeof block ? (size_t)left : sizeof block;
        const size_t got = fread(block, 1, wanted, spool);
        if (got == 0)
            break;
        fwrite(block, 1, got, json->out);
        left -= (long)got;
    }
    kf_json_close(json, ']');
}

/* What is still in a buffer may not fit on the disk: found out before half an object has been written. */
static bool flush_spools(struct kf_analysis *analysis)
{
    for (int i = 0; i < KF_ANALYSIS_SPOOLS; i++)
        if (fflush(analysis->spool[i]) != 0) {
            analysis->write_errno = errno;
            analysis->write_name = "temporary file";
            return false;
        }
    return true;
}

static void json_end(struct kf_analysis *analysis)
{
    struct kf_json json = {analysis->out, false};
    if (!flush_spools(analysis))
        return;
    kf_json_open(&json, '{');
    write_source(&json, analysis);
    write_athlete(&json, analysis);
    write_alignment(&json, analysis);
    write_baseline(&json, analysis);
    copy_spool(&json, "events", analysis->spool[SPOOL_EVENTS]);
    copy_spool(&json, "swings", analysis->spool[SPOOL_SWINGS]);
    copy_spool(&json, "cues", analysis->spool[SPOOL_CUES]);
    write_summary(&json, &analysis->summary);
    if (analysis->marks)
        write_marks(&json, analysis->marks);
    kf_json_close(&json, '}');
    putc('\n', analysis->out);
}

const struct kf_analysis_writer kf_analysis_json = {
    .name = "json",
    .begin = json_begin,
    .event = json_event,
    .swing = json_swing,
    .cue = json_cue,
    .end = json_end,
};

/* ---- --jsonl: one object a line, told apart by `type` ---- */

static struct kf_json line_open(struct kf_analysis *analysis, const char *type)
{
    struct kf_json json = {analysis->out, false};
    kf_json_open(&json, '{');
    kf_json_pair_string(&json, "type", type);
    return json;
}

static void line_close(struct kf_json *json)
{
    kf_json_close(json, '}');
    putc('\n', json->out);
}

static bool jsonl_begin(struct kf_analysis *analysis, bool first)
{
    struct kf_json json = line_open(analysis, "file");
    (void)first;
    kf_json_pair_string(&json, "file", analysis->file);
    line_close(&json);
    return true;
}

static void jsonl_event(struct kf_analysis *analysis, const struct kf_event *event)
{
    struct kf_json json = line_open(analysis, "event");
    write_event(&json, event);
    line_close(&json);
}

static void jsonl_verdict(struct kf_analysis *analysis, const struct kf_swing *swing)
{
    struct kf_json json = line_open(analysis, "verdict");
    write_swing(&json, swing);
    line_close(&json);
}

static void jsonl_swing(struct kf_analysis *analysis, const struct kf_swing *swing)
{
    struct kf_json json = line_open(analysis, "swing");
    write_swing(&json, swing);
    line_close(&json);
}

static void jsonl_cue(struct kf_analysis *analysis, const struct kf_cue *cue)
{
    struct kf_json json = line_open(analysis, "cue");
    write_cue(&json, cue);
    line_close(&json);
}

static void jsonl_end(struct kf_analysis *analysis)
{
    struct kf_json json = line_open(analysis, "end");
    write_source(&json, analysis);
    write_athlete(&json, analysis);
    write_alignment(&json, analysis);
    write_baseline(&json, analysis);
    write_summary(&json, &analysis->summary);
    line_close(&json);
}

const struct kf_analysis_writer kf_analysis_jsonl = {
    .name = "jsonl",
    .begin = jsonl_begin,
    .event = jsonl_event,
    .verdict = jsonl_verdict,
    .swing = jsonl_swing,
    .cue = jsonl_cue,
    .end = jsonl_end,
};
