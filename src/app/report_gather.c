/* report_gather.c - a page shows the mean swing and its spread, so every swing is brought to one length: 0 % is
 * toe-off, 100 % the next contact. The frames of the last seconds are kept until a swing is complete, then cut out and
 * added up.
 */
#include "app/report_gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ui/text.h"

static const double degrees_per_radian = 57.295779513082320877;

void kf_report_gather_init(struct kf_report_gather *gather, struct kf_report *report)
{
    memset(gather, 0, sizeof *gather);
    kf_report_init(report);
    gather->report = report;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        for (unsigned i = 0; i < KF_GATHER_FRAMES; i++)
            gather->ring[leg].t_s[i] = NAN;
}

/* Doubles the room of a list up to `most`; false when it is full or memory is out. */
static bool make_room(struct kf_report_gather *gather, void **list, unsigned *room, unsigned count, unsigned most,
                      size_t size)
{
    if (count < *room)
        return true;
    if (count >= most)
        return false;
    const unsigned more = *room == 0 ? 256 : *room * 2 < most ? *room * 2 : most;
    void *grown = realloc(*list, more * size);
    if (!grown) {
        gather->out_of_memory = true;
        return false;
    }
    *list = grown;
    *room = more;
    return true;
}

/* ---- curves ---- */

/* A signal of a leg at a moment, between the two frames about it; NAN where there are none. */
static double at_time(const struct kf_report_gather *gather, enum kf_leg leg, enum kf_report_signal signal, double t_s)
{
    const double *t = gather->ring[leg].t_s, *value = gather->ring[leg].value[signal];
    for (unsigned back = 1; back < KF_GATHER_FRAMES && back < gather->next; back++) {
        const unsigned later = (gather->next - back) % KF_GATHER_FRAMES;
        const unsigned earlier = (gather->next - back - 1) % KF_GATHER_FRAMES;
        if (t[earlier] <= t_s && t_s <= t[later])
            return value[earlier] + (value[later] - value[earlier]) * (t_s - t[earlier]) / (t[later] - t[earlier]);
    }
    return NAN;
}

static void add_curves(struct kf_report_gather *gather, const struct kf_swing *swing)
{
    static const enum kf_report_group groups[] = {
        [KF_UNCLEAR] = KF_REPORT_UNCLEAR, [KF_PASSIVE] = KF_REPORT_PASSIVE, [KF_PULLED] = KF_REPORT_PULLED};
    struct kf_report_leg *leg = &gather->report->leg[swing->leg];
    double value[KF_REPORT_POINTS];
    for (int signal = 0; signal < KF_REPORT_SIGNALS; signal++) {
        for (unsigned i = 0; i < KF_REPORT_POINTS; i++)
            value[i] = at_time(gather, swing->leg, (enum kf_report_signal)signal,
                               swing->t_to_s + swing->swing_s * i / (KF_REPORT_POINTS - 1));
        kf_report_curve_add(&leg->curve[signal][groups[swing->verdict]], value);
        if (gather->baseline_id[swing->leg] == swing->id)
            kf_report_curve_add(&leg->curve[signal][KF_REPORT_BASELINE], value);
    }
}

/* A swing is cut out once the frames, which come 30 ms late, have reached its end. */
static void cut_waiting(struct kf_report_gather *gather, double t_s)
{
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        if (!gather->waits[leg] || t_s < gather->waiting[leg].t_next_ic_s)
            continue;
        gather->waits[leg] = false;
        add_curves(gather, &gather->waiting[leg]);
    }
}

static void take_frame(struct kf_report_gather *gather, const struct kf_frame *frame)
{
    const unsigned at = gather->next++ % KF_GATHER_FRAMES;
    for (int i = 0; i < KF_LEG_COUNT; i++) {
        gather->ring[i].t_s[at] = frame->t_s;
        gather->ring[i].value[KF_REPORT_KNEE_DEG][at] = frame->leg[i].knee_rad * degrees_per_radian;
        gather->ring[i].value[KF_REPORT_MOMENT][at] = frame->leg[i].knee_moment_nm_kg;
    }
    cut_waiting(gather, frame->t_s);
}

/* ---- swings and cues ---- */

static void keep_swing(struct kf_report_gather *gather, const struct kf_swing *swing)
{
    struct kf_report *report = gather->report;
    void *list = report->swing;
    if (!make_room(gather, &list, &gather->swing_room, report->swing_count, KF_REPORT_SWINGS, sizeof *report->swing)) {
        report->swings_dropped = true;
        return;
    }
    report->swing = list;
    report->swing[report->swing_count++] = (struct kf_report_swing){.t_s = swing->t_to_s,
                                                                    .drive_nm_kg = swing->drive_nm_kg,
                                                                    .peak_knee_deg = swing->peak_knee_deg,
                                                                    .leg = swing->leg,
                                                                    .verdict = swing->verdict};
}

static void take_swing(struct kf_report_gather *gather, const struct kf_swing *swing)
{
    struct kf_report_leg *leg = &gather->report->leg[swing->leg];
    leg->swings++;
    leg->passive += swing->verdict == KF_PASSIVE;
    leg->pulled += swing->verdict == KF_PULLED;
    leg->unclear += swing->verdict == KF_UNCLEAR;
    leg->no_baseline += swing->verdict == KF_UNCLEAR && swing->reason == KF_REASON_NO_BASELINE;
    kf_summary_add(&gather->summary, swing);
    keep_swing(gather, swing);
    if (!isfinite(swing->swing_s) || !isfinite(swing->t_to_s))
        return;
    if (isfinite(swing->t_peak_knee_s)) {
        leg->peak_at_sum += (swing->t_peak_knee_s - swing->t_to_s) / swing->swing_s;
        leg->peak_count++;
    }
    gather->waiting[swing->leg] = *swing;
    gather->waits[swing->leg] = true;
}

static void take_cue(struct kf_report_gather *gather, const struct kf_cue *cue)
{
    struct kf_report *report = gather->report;
    void *list = report->cue;
    report->cues_in_all++;
    if (!make_room(gather, &list, &gather->cue_room, report->cue_count, KF_REPORT_CUES, sizeof *report->cue))
        return;
    report->cue = list;
    struct kf_report_cue *kept = &report->cue[report->cue_count++];
    *kept = (struct kf_report_cue){.t_s = cue->t_s, .has_leg = cue->has_leg, .leg = cue->leg};
    (void)kf_text_clean(kept->text, sizeof kept->text, cue->text);
}

static void take_output(struct kf_report_gather *gather, const struct kf_output *output)
{
    switch (output->kind) {
    case KF_OUT_FRAME:
        take_frame(gather, output->frame);
        break;
    case KF_OUT_VERDICT:
        gather->judged_id[output->leg] = output->swing->id;
        break;
    case KF_OUT_SWING:
        take_swing(gather, output->swing);
        break;
    case KF_OUT_BASELINE: /* follows the verdict of the swing it took */
        gather->baseline_id[output->leg] = gather->judged_id[output->leg];
        break;
    case KF_OUT_EVENT:
        break;
    }
}

void kf_report_gather_event(void *context, const struct kf_engine_event *event)
{
    struct kf_report_gather *gather = context;
    if (event->kind == KF_ENGINE_OUTPUT)
        take_output(gather, event->output);
    else if (event->kind == KF_ENGINE_CUE)
        take_cue(gather, event->cue);
    else if (event->kind == KF_ENGINE_ITEM && event->item->kind == KF_POD_BELT && isnan(gather->report->belt_mps))
        gather->report->belt_mps = event->item->u.belt.speed_mps;
}

/* ---- the table of numbers ---- */

static const struct {
    unsigned row; /* of swing.def */
    const char *label, *unit;
    int decimals;
    bool compared; /* the legs' difference in per cent means something */
} numbers[] = {
    {KF_SUMMARY_ROW_stride_s, "Stride time", "s", 3, true},
    {KF_SUMMARY_ROW_contact_s, "Contact time", "s", 3, true},
    {KF_SUMMARY_ROW_swing_s, "Swing time", "s", 3, true},
    {KF_SUMMARY_ROW_to_to_peak_knee_ms, "Toe-off to peak knee flexion", "ms", 0, true},
    {KF_SUMMARY_ROW_peak_knee_deg, "Peak knee flexion in swing", "°", 1, true},
    {KF_SUMMARY_ROW_knee_to_deg, "Knee flexion at toe-off", "°", 1, false},
    {KF_SUMMARY_ROW_thigh_to_deg, "Thigh angle at toe-off", "°", 1, false},
    {KF_SUMMARY_ROW_hip_to_deg, "Hip flexion at toe-off", "°", 1, false},
    {KF_SUMMARY_ROW_peak_hip_ext_deg, "Peak hip extension", "°", 1, false},
    {KF_SUMMARY_ROW_hip_reversal_lag_ms, "Hip reversal after the knee's", "ms", 0, false},
    {KF_SUMMARY_ROW_trunk_lean_deg, "Trunk lean", "°", 1, false},
    {KF_SUMMARY_ROW_mean_knee_moment_nm_kg, "Knee moment in initial swing", "Nm/kg", 3, true},
    {KF_SUMMARY_ROW_drive_nm_kg, "Drive against the baseline", "Nm/kg", 3, false},
    {KF_SUMMARY_ROW_flexor_work_fraction, "Share of flexing work", "", 2, false},
    {KF_SUMMARY_ROW_fold_motion_share, "Fold made by motion (1 = all)", "", 2, false},
    {KF_SUMMARY_ROW_mean_hip_moment_nm_kg, "Hip moment in initial swing", "Nm/kg", 2, true},
    {KF_SUMMARY_ROW_emg_early_ratio, "Hamstring EMG, early swing / its peak", "", 2, true},
    {KF_SUMMARY_ROW_quality, "Quality of the measurement", "", 2, false},
};
_Static_assert(sizeof numbers / sizeof numbers[0] <= KF_REPORT_NUMBERS, "the table holds them all");

static void fill_numbers(struct kf_report_gather *gather)
{
    struct kf_report *report = gather->report;
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct kf_report_number *out = &report->number[report->number_count];
        bool any = false;
        *out = (struct kf_report_number){
            .label = numbers[i].label, .unit = numbers[i].unit, .decimals = numbers[i].decimals};
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            const struct kf_moments *moments = &gather->summary.leg[leg].number[numbers[i].row];
            out->mean[leg] = kf_moments_mean(moments);
            out->sd[leg] = kf_moments_sd(moments);
            any = any || moments->count > 0;
        }
        out->asymmetry_pct = !numbers[i].compared ? NAN : 100 * kf_summary_asymmetry(&gather->summary, numbers[i].row);
        report->number_count += any; /* what was never measured takes no line */
    }
}

static void fill_legs(struct kf_report *report, const struct kf_engine *engine)
{
    for (int i = 0; i < KF_LEG_COUNT; i++) {
        const struct kf_baseline_report baseline = kf_pipeline_baseline(kf_engine_pipeline(engine), (enum kf_leg)i);
        report->leg[i].baseline_strides = baseline.strides;
        report->leg[i].baseline_full = baseline.kind == KF_BASELINE_FULL;
        report->leg[i].baseline_moment_nm_kg = baseline.mean_knee_moment_nm_kg;
        report->leg[i].baseline_peak_deg = baseline.peak_knee_deg;
    }
}

enum kf_status kf_report_gather_end(struct kf_report_gather *gather, const struct kf_engine *engine,
                                    struct kf_error *error)
{
    struct kf_report *report = gather->report;
    const struct kf_pod_stats *stats = kf_engine_stats(engine, 0);
    const struct kf_pod_driver *driver = kf_engine_driver(engine, 0);
    const struct kf_summary *summary = &gather->summary;
    if (gather->out_of_memory)
        return kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for a report");
    cut_waiting(gather, INFINITY);
    report->duration_s = stats->last_t_s - stats->first_t_s;
    report->cadence_spm = kf_moments_mean(&summary->cadence_spm);
    report->has_emg = summary->leg[KF_LEFT].number[KF_SUMMARY_ROW_emg_early_ratio].count > 0 ||
                      summary->leg[KF_RIGHT].number[KF_SUMMARY_ROW_emg_early_ratio].count > 0;
    (void)snprintf(report->format, sizeof report->format, "%s", driver ? driver->name : "");
    fill_legs(report, engine);
    fill_numbers(gather);
    return KF_OK;
}
