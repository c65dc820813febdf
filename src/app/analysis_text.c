/* analysis_text.c - what a recording shows, for a person: one screenful a file.
 *
 * Numbers without their meaning mislead, so counts come with the reasons of the unclear ones, means with their spread,
 * and the verdicts with what an inertial sensor cannot know. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "app/analysis.h"
#include "ui/text.h"

enum { COLUMN = 20, CELL_MAX = 48 };

struct row {
    unsigned key; /* KF_SUMMARY_ROW_... */
    int decimals;
    bool ratio; /* never near 0: the legs' difference in per cent means something */
};

static const struct row rows[] = {
    {KF_SUMMARY_ROW_contact_s, 3, true},
    {KF_SUMMARY_ROW_swing_s, 3, true},
    {KF_SUMMARY_ROW_peak_knee_deg, 1, true},
    {KF_SUMMARY_ROW_knee_to_deg, 1, false},
    {KF_SUMMARY_ROW_thigh_to_deg, 1, false},
    {KF_SUMMARY_ROW_trunk_lean_deg, 1, false},
    {KF_SUMMARY_ROW_mean_knee_moment_nm_kg, 3, false},
    {KF_SUMMARY_ROW_drive_nm_kg, 3, false},
    {KF_SUMMARY_ROW_knee_excess_deg, 1, false},
    {KF_SUMMARY_ROW_flexor_work_fraction, 2, false},
    {KF_SUMMARY_ROW_quality, 2, false},
};

static const char *leg_word(enum kf_leg leg)
{
    return leg == KF_LEFT ? "left" : "right";
}

static void print_clean(FILE *out, const char *text)
{
    char clean[1024];
    (void)kf_text_clean(clean, sizeof clean, text);
    fputs(clean, out);
}

static void cell_number(char cell[CELL_MAX], double value, int decimals)
{
    if (isfinite(value))
        (void)snprintf(cell, CELL_MAX, "%.*f", decimals, value);
    else
        (void)snprintf(cell, CELL_MAX, "-");
}

/* "104.2 +- 2.1": plain ASCII, so that columns stay straight in every locale. */
static void cell_moments(char cell[CELL_MAX], const struct kf_moments *moments, int decimals)
{
    const double sd = kf_moments_sd(moments);
    cell_number(cell, kf_moments_mean(moments), decimals);
    const size_t used = strlen(cell);
    if (isfinite(sd))
        (void)snprintf(cell + used, CELL_MAX - used, " +- %.*f", decimals, sd);
}

static void print_row(FILE *out, const char *label, const char *left, const char *right, const char *rest)
{
    if (*rest)
        fprintf(out, "  %-22s %-*s %-*s %s\n", label, COLUMN, left, COLUMN, right, rest);
    else
        fprintf(out, "  %-22s %-*s %s\n", label, COLUMN, left, right);
}

static void print_count(FILE *out, const char *label, uint64_t left, uint64_t right)
{
    char cells[2][CELL_MAX];
    (void)snprintf(cells[0], CELL_MAX, "%" PRIu64, left);
    (void)snprintf(cells[1], CELL_MAX, "%" PRIu64, right);
    print_row(out, label, cells[0], cells[1], "");
}

static void print_stream(FILE *out, unsigned number, const struct kf_pod_stream *stream, enum kf_site site)
{
    if (site == KF_SITE_NONE)
        fprintf(out, " stream %u (%s, no site)", number, kf_kind_name(stream->kind));
    else
        fprintf(out, " %s", kf_site_name(site));
    if (isfinite(stream->rate_hz))
        fprintf(out, " %.0f Hz", stream->rate_hz);
}

static void print_source(const struct kf_analysis *analysis)
{
    const struct kf_analysis_source source = kf_analysis_source_of(analysis);
    const char *separator = "";
    FILE *out = analysis->out;
    uint64_t lost = 0, saturated = 0;
    print_clean(out, analysis->file);
    fprintf(out, ": %s, %.1f s\n", source.format ? source.format : "no format", source.duration_s);
    fprintf(out, "  %-22s", "sensors");
    for (unsigned pod = 0; pod < kf_engine_pod_count(analysis->engine); pod++) {
        const struct kf_pod_stats *stats = kf_engine_stats(analysis->engine, pod);
        for (unsigned i = 0; i < stats->stream_count; i++) {
            lost += stats->stream[i].lost;
            saturated += stats->stream[i].saturated;
            fputs(separator, out);
            print_stream(out, i, &stats->stream[i], kf_engine_stream_site(analysis->engine, pod, i));
            separator = ",";
        }
    }
    fprintf(out,
            "\n  %-22s bad lines %" PRIu64 ", bad frames %" PRIu64 ", samples lost %" PRIu64 ", saturated %" PRIu64
            "\n",
            "faults", source.bad_lines, source.bad_frames, lost, saturated);
}

static bool lengths_known(const struct kf_analysis *analysis)
{
    const struct kf_athlete athlete = kf_engine_athlete(analysis->engine);
    const struct kf_leg_inertia leg = kf_leg_inertia(&athlete);
    return isfinite(leg.thigh_m) && isfinite(leg.shank_m);
}

static void print_athlete(const struct kf_analysis *analysis)
{
    static const char *const sexes[] = {[KF_SEX_UNKNOWN] = "sex unknown", [KF_SEX_MALE] = "m", [KF_SEX_FEMALE] = "f"};
    const struct kf_athlete athlete = kf_engine_athlete(analysis->engine);
    const struct kf_leg_inertia leg = kf_leg_inertia(&athlete);
    const bool measured = isfinite(athlete.thigh_m) && isfinite(athlete.shank_m);
    char height[CELL_MAX] = "height unknown";
    if (isfinite(athlete.height_m))
        (void)snprintf(height, sizeof height, "%.2f m tall", athlete.height_m);
    fprintf(analysis->out, "  %-22s %s, %s", "athlete", height, sexes[athlete.sex]);
    if (lengths_known(analysis))
        fprintf(analysis->out, "; thigh %.3f m, shank %.3f m (%s)", leg.thigh_m, leg.shank_m,
                measured ? "measured" : "from height");
    putc('\n', analysis->out);
}

static void print_alignment(const struct kf_analysis *analysis)
{
    const struct kf_pipeline *pipeline = kf_engine_pipeline(analysis->engine);
    FILE *out = analysis->out;
    const char *separator = " ";
    fprintf(out, "  %-22s", "alignment, 0 to 1");
    for (int i = 0; i < KF_SITE_BODY_COUNT; i++) {
        const struct kf_alignment alignment = kf_pipeline_alignment(pipeline, (enum kf_site)i);
        if (!alignment.worn)
            continue;
        fprintf(out, "%s%s %.2f%s%s%s", separator, kf_site_name((enum kf_site)i), alignment.quality,
                alignment.aligned ? "" : " (not aligned)", alignment.upside_down ? " (upside down)" : "",
                alignment.swapped ? " (left and right look swapped)" : "");
        separator = ", ";
    }
    putc('\n', out);
}

/* A line a muscle; false when none had enough of it to be judged. */
static bool print_emg(const struct kf_analysis *analysis)
{
    const struct kf_pipeline *pipeline = kf_engine_pipeline(analysis->engine);
    FILE *out = analysis->out;
    bool any = false;
    for (int i = KF_SITE_BODY_COUNT; i < KF_SITE_COUNT; i++) {
        const struct kf_emg_report emg = kf_pipeline_emg(pipeline, (enum kf_site)i);
        if (!emg.worn)
            continue;
        any = any || isfinite(emg.peak_uv);
        fprintf(out, "  EMG %-18s %.0f Hz, %s", kf_site_name((enum kf_site)i), isfinite(emg.rate_hz) ? emg.rate_hz : 0,
                kf_emg_form_name(emg.form));
        if (isfinite(emg.peak_uv))
            fprintf(out, ", terminal-swing peak %.0f uV over %u swings", emg.peak_uv, emg.swings);
        if (isfinite(emg.rest_uv))
            fprintf(out, ", rest %.0f uV", emg.rest_uv);
        fprintf(out, ", quality %.2f%s\n", emg.quality, emg.misplaced ? " (on the other leg, or no hamstring)" : "");
    }
    return any;
}

static void print_baseline(const struct kf_analysis *analysis)
{
    const struct kf_pipeline *pipeline = kf_engine_pipeline(analysis->engine);
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        const struct kf_baseline_report report = kf_pipeline_baseline(pipeline, (enum kf_leg)leg);
        fprintf(analysis->out, "  baseline %-13s", leg_word((enum kf_leg)leg));
        if (report.kind == KF_BASELINE_NONE)
            fprintf(analysis->out, " none\n");
        else
            fprintf(analysis->out, " %s, %u strides: knee moment %.3f +- %.3f Nm/kg, peak knee %.1f +- %.1f deg\n",
                    report.kind == KF_BASELINE_FULL ? "full" : "provisional", report.strides,
                    report.mean_knee_moment_nm_kg, report.sd_nm_kg, report.peak_knee_deg, report.peak_knee_sd_deg);
    }
}

static void print_swings(const struct kf_analysis *analysis)
{
    const struct kf_summary *summary = &analysis->summary;
    const struct kf_summary_leg *left = &summary->leg[KF_LEFT], *right = &summary->leg[KF_RIGHT];
    char cells[3][CELL_MAX], label[CELL_MAX];
    FILE *out = analysis->out;
    print_row(out, "", "left", "right", "asymmetry");
    print_count(out, "contacts", analysis->contacts[KF_LEFT], analysis->contacts[KF_RIGHT]);
    print_count(out, "swings", left->swings, right->swings);
    print_count(out, "  passive", left->passive, right->passive);
    print_count(out, "  pulled", left->pulled, right->pulled);
    print_count(out, "  unclear", left->unclear, right->unclear);
    for (int reason = 0; reason < KF_SUMMARY_REASONS; reason++) {
        const char *name = reason == KF_REASON_NONE ? "cut short" : kf_reason_name((enum kf_reason)reason);
        (void)snprintf(cells[0], CELL_MAX, "    %s", name);
        if (left->unclear_because[reason] + right->unclear_because[reason] > 0)
            print_count(out, cells[0], left->unclear_because[reason], right->unclear_because[reason]);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct kf_swing_key *key = &kf_swing_keys[rows[i].key];
        const double asymmetry = kf_summary_asymmetry(summary, rows[i].key);
        cell_moments(cells[0], &left->number[rows[i].key], rows[i].decimals);
        cell_moments(cells[1], &right->number[rows[i].key], rows[i].decimals);
        (void)snprintf(cells[2], CELL_MAX, "%+.1f %%", 100 * asymmetry);
        (void)snprintf(label, sizeof label, "%s%s%s", key->label, *key->unit ? ", " : "", key->unit);
        print_row(out, label, cells[0], cells[1], rows[i].ratio && isfinite(asymmetry) ? cells[2] : "");
    }
    cell_moments(cells[0], &summary->cadence_spm, 1);
    print_row(out, "cadence, steps/min", cells[0], "", "");
}

static void print_cues(const struct kf_analysis *analysis)
{
    FILE *out = analysis->out;
    if (analysis->cue_count == 0)
        return;
    fprintf(out, "  cues, %" PRIu64 "\n", analysis->cue_count);
    for (unsigned i = 0; i < analysis->cue_count && i < KF_ANALYSIS_CUES; i++) {
        const struct kf_cue *cue = &analysis->cue[i];
        fprintf(out, "    %9.2f s  %-6s ", cue->t_s, cue->has_leg ? leg_word(cue->leg) : "both");
        print_clean(out, cue->text);
        putc('\n', out);
    }
    if (analysis->cue_count > KF_ANALYSIS_CUES)
        fprintf(out, "    and %" PRIu64 " more (--jsonl has them all)\n", analysis->cue_count - KF_ANALYSIS_CUES);
}

static bool leg_is_worn(const struct kf_analysis *analysis, enum kf_leg leg)
{
    const struct kf_pipeline *pipeline = kf_engine_pipeline(analysis->engine);
    const enum kf_site thigh = leg == KF_LEFT ? KF_SITE_THIGH_L : KF_SITE_THIGH_R;
    const enum kf_site shank = leg == KF_LEFT ? KF_SITE_SHANK_L : KF_SITE_SHANK_R;
    return kf_pipeline_alignment(pipeline, thigh).worn && kf_pipeline_alignment(pipeline, shank).worn;
}

static bool has_baseline(const struct kf_analysis *analysis)
{
    const struct kf_pipeline *pipeline = kf_engine_pipeline(analysis->engine);
    return kf_pipeline_baseline(pipeline, KF_LEFT).kind != KF_BASELINE_NONE ||
           kf_pipeline_baseline(pipeline, KF_RIGHT).kind != KF_BASELINE_NONE;
}

static const char *why_no_swings(const struct kf_analysis *analysis)
{
    if (!leg_is_worn(analysis, KF_LEFT) && !leg_is_worn(analysis, KF_RIGHT))
        return "No swing was measured: a swing needs thigh and shank sensors on the same leg.";
    if (kf_pipeline_walking(kf_engine_pipeline(analysis->engine)))
        return "No swing was measured: this looks like walking, which is not judged.";
    return "No swing was measured: no running was found in it (alignment takes a few strides).";
}

/* What the reader of the numbers must know to read them rightly. */
static void print_caveats(const struct kf_analysis *analysis, bool emg)
{
    const struct kf_summary_leg *left = &analysis->summary.leg[KF_LEFT], *right = &analysis->summary.leg[KF_RIGHT];
    FILE *out = analysis->out;
    if (left->swings + right->swings == 0) {
        fprintf(out, "  %s\n", why_no_swings(analysis));
        return;
    }
    if (!lengths_known(analysis))
        fputs("  The runner's height is not known, so moments are those of someone of average height: give it with\n"
              "  -o athlete.height_m=1.75.\n",
              out);
    if (!has_baseline(analysis))
        fputs("  No baseline: without relaxed strides of this runner to compare with, few swings can be told apart;\n"
              "  name some with --baseline FROM:TO.\n",
              out);
    if (emg)
        fprintf(out, "  EMG envelopes are parts of the %s.\n", kf_emg_normalisation);
    else
        fputs(
            "  \"pulled\" is less braking or more knee-flexor drive than in the baseline: without EMG nobody can say\n"
            "  which muscle. The knee moment is net; co-contraction hides in it.\n",
            out);
}

static void text_end(struct kf_analysis *analysis)
{
    if (analysis->files > 1)
        putc('\n', analysis->out);
    print_source(analysis);
    print_athlete(analysis);
    if (leg_is_worn(analysis, KF_LEFT) || leg_is_worn(analysis, KF_RIGHT))
        print_alignment(analysis);
    const bool emg = print_emg(analysis);
    if (analysis->summary.leg[KF_LEFT].swings + analysis->summary.leg[KF_RIGHT].swings > 0) {
        print_baseline(analysis);
        print_swings(analysis);
        print_cues(analysis);
    }
    print_caveats(analysis, emg);
}

const struct kf_analysis_writer kf_analysis_text = {.name = "text", .end = text_end};
