/* analysis.c - from the engine's events to a writer's lines, with each swing handed over once in its last version.
 *
 * A swing is said twice, at its verdict and at the next contact; a file that ends, or a leg that stops, leaves verdicts
 * without their second half. They count all the same. */
#include "app/analysis.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const double degrees_per_radian = 57.295779513082320877;

static const char *phase_name(enum kf_phase phase)
{
    static const char *const names[] = {[KF_PHASE_NONE] = "none",
                                        [KF_PHASE_STANCE] = "stance",
                                        [KF_PHASE_INITIAL] = "initial",
                                        [KF_PHASE_MID] = "mid",
                                        [KF_PHASE_TERMINAL] = "terminal"};
    return names[phase];
}

/* Remembers the first failed write: errno is that of the call just made. */
static void watch(struct kf_analysis *analysis, FILE *stream, const char *name)
{
    if (stream && ferror(stream) && analysis->write_errno == 0) {
        analysis->write_errno = errno ? errno : EIO;
        analysis->write_name = name;
    }
}

static void watch_all(struct kf_analysis *analysis)
{
    watch(analysis, analysis->out, NULL);
    for (int i = 0; i < KF_ANALYSIS_SPOOLS; i++)
        watch(analysis, analysis->spool[i], "temporary file");
}

static bool ready(struct kf_analysis *analysis)
{
    if (analysis->write_errno)
        return false;
    if (analysis->begun)
        return true;
    analysis->begun = true;
    analysis->files++;
    if (analysis->writer->begin && !analysis->writer->begin(analysis, analysis->files == 1)) {
        analysis->write_errno = errno ? errno : EIO;
        analysis->write_name = "temporary file";
        return false;
    }
    return true;
}

static void finish_swing(struct kf_analysis *analysis, const struct kf_swing *swing)
{
    kf_summary_add(&analysis->summary, swing);
    if (analysis->writer->swing)
        analysis->writer->swing(analysis, swing);
}

/* The leg's waiting swing will not be completed. */
static void give_up_waiting(struct kf_analysis *analysis, enum kf_leg leg)
{
    if (analysis->waiting[leg])
        finish_swing(analysis, &analysis->swing[leg]);
    analysis->waiting[leg] = false;
}

static void take_verdict(struct kf_analysis *analysis, const struct kf_swing *swing)
{
    give_up_waiting(analysis, swing->leg);
    analysis->swing[swing->leg] = *swing;
    analysis->waiting[swing->leg] = true;
    if (analysis->writer->verdict)
        analysis->writer->verdict(analysis, swing);
}

static void take_swing(struct kf_analysis *analysis, const struct kf_swing *swing)
{
    if (analysis->waiting[swing->leg] && analysis->swing[swing->leg].id != swing->id)
        give_up_waiting(analysis, swing->leg);
    analysis->waiting[swing->leg] = false;
    finish_swing(analysis, swing);
}

static void take_event(struct kf_analysis *analysis, const struct kf_event *event)
{
    if (event->kind == KF_EVENT_IC)
        analysis->contacts[event->leg]++;
    else
        analysis->toe_offs[event->leg]++;
    if (analysis->writer->event)
        analysis->writer->event(analysis, event);
}

static void print_value(FILE *out, double value, int decimals)
{
    putc(',', out);
    if (isfinite(value))
        fprintf(out, "%.*f", decimals, value);
}

static void take_frame(struct kf_analysis *analysis, const struct kf_frame *frame)
{
    FILE *out = analysis->samples;
    if (!out)
        return;
    fprintf(out, "%.6f", frame->t_s);
    for (int i = 0; i < KF_LEG_COUNT; i++) {
        const struct kf_leg_frame *leg = &frame->leg[i];
        print_value(out, leg->knee_rad * degrees_per_radian, 4);
        print_value(out, leg->thigh_rad * degrees_per_radian, 4);
        print_value(out, leg->shank_rad * degrees_per_radian, 4);
        print_value(out, leg->knee_moment_nm_kg, 6);
        fprintf(out, ",%s", phase_name(leg->phase));
    }
    putc('\n', out);
    watch(analysis, out, analysis->samples_name);
}

static void take_output(struct kf_analysis *analysis, const struct kf_output *output)
{
    switch (output->kind) {
    case KF_OUT_FRAME:
        take_frame(analysis, output->frame);
        return;
    case KF_OUT_EVENT:
        take_event(analysis, output->event);
        break;
    case KF_OUT_VERDICT:
        take_verdict(analysis, output->swing);
        break;
    case KF_OUT_SWING:
        take_swing(analysis, output->swing);
        break;
    case KF_OUT_BASELINE:
        return;
    }
    watch_all(analysis);
}

static void take_cue(struct kf_analysis *analysis, const struct kf_cue *cue)
{
    if (analysis->cue_count < KF_ANALYSIS_CUES)
        analysis->cue[analysis->cue_count] = *cue;
    analysis->cue_count++;
    if (analysis->writer->cue)
        analysis->writer->cue(analysis, cue);
    watch_all(analysis);
}

void kf_analysis_begin(struct kf_analysis *analysis, const char *file, const struct kf_engine *engine)
{
    analysis->file = file;
    analysis->format = NULL;
    analysis->anonymous = false;
    analysis->engine = engine;
    analysis->begun = false;
    memset(&analysis->summary, 0, sizeof analysis->summary);
    memset(analysis->contacts, 0, sizeof analysis->contacts);
    memset(analysis->toe_offs, 0, sizeof analysis->toe_offs);
    memset(analysis->waiting, 0, sizeof analysis->waiting);
    analysis->cue_count = 0;
    if (analysis->samples)
        fputs("t_s,knee_l_deg,thigh_l_deg,shank_l_deg,knee_moment_l_nm_kg,phase_l,"
              "knee_r_deg,thigh_r_deg,shank_r_deg,knee_moment_r_nm_kg,phase_r\n",
              analysis->samples);
}

struct kf_analysis_source kf_analysis_source_of(const struct kf_analysis *analysis)
{
    struct kf_analysis_source source = {.format = analysis->format, .duration_s = NAN};
    for (unsigned pod = 0; pod < kf_engine_pod_count(analysis->engine); pod++) {
        const struct kf_pod_stats *stats = kf_engine_stats(analysis->engine, pod);
        const struct kf_pod_driver *driver = kf_engine_driver(analysis->engine, pod);
        if (!source.format && driver)
            source.format = driver->name;
        source.duration_s = fmax(source.duration_s, stats->last_t_s - stats->first_t_s);
        source.bad_frames += stats->bad_frames;
        source.bad_lines += stats->bad_lines;
        source.resyncs += stats->resyncs;
        source.undescribed += stats->undescribed;
        source.epochs += stats->epochs;
    }
    return source;
}

void kf_analysis_event(struct kf_analysis *analysis, const struct kf_engine_event *event)
{
    if ((event->kind != KF_ENGINE_OUTPUT && event->kind != KF_ENGINE_CUE) || !ready(analysis))
        return;
    if (event->kind == KF_ENGINE_CUE)
        take_cue(analysis, event->cue);
    else
        take_output(analysis, event->output);
}

void kf_analysis_end(struct kf_analysis *analysis)
{
    const bool left_first = analysis->swing[KF_LEFT].id < analysis->swing[KF_RIGHT].id;
    if (!ready(analysis))
        return;
    give_up_waiting(analysis, left_first ? KF_LEFT : KF_RIGHT);
    give_up_waiting(analysis, left_first ? KF_RIGHT : KF_LEFT);
    watch_all(analysis);
    if (analysis->write_errno == 0 && analysis->writer->end)
        analysis->writer->end(analysis);
    watch_all(analysis);
}

void kf_analysis_free(struct kf_analysis *analysis)
{
    for (int i = 0; i < KF_ANALYSIS_SPOOLS; i++) {
        if (analysis->spool[i])
            (void)fclose(analysis->spool[i]);
        analysis->spool[i] = NULL;
    }
}
