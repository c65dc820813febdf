/* pipeline.c - samples in, events and verdicts out: the order in which everything else is called.
 *
 * Sites deliver at their own rates and in blocks, so each segment runs ahead on its own; the legs step along the
 * common grid as soon as every worn site has reached a step, or has fallen silent. On each step a leg senses,
 * recognises events, and at peak knee flexion says its verdict; at the next contact the swing is complete. */
#include "kneefold/pipeline.h"

#include <math.h>
#include <string.h>

#include "core/pipeline_state.h"
#include "core/smooth.h"
#include "core/verdict.h"

static const double belt_settle_s = 3;       /* a change of speed tilts and changes the gait for about so long */
static const double belt_cost = .4;          /* of a swing's quality at the change: it tilts what is upright; chosen */
static const double reference_rate_hz = 150; /* full quality from here: the kernel of smooth.h then spans 9 samples */
static const double slip_least_deg = 12, slip_most_deg = 20; /* running faster turns a shank's mean by up to 12 */
static const unsigned usual_after_swings = 20;               /* the means the slip is seen by are then full */
static const double same_belt_mps = .01;                     /* belts are set in steps of .1 km/h, .028 m/s */
static const unsigned auto_skip_swings = 4;                  /* the first strides are a start, not a rhythm */
static const int64_t silent_steps = 40;                      /* a site this far behind is not waited for (200 ms) */

struct kf_limits kf_limits_default(void)
{
    return (struct kf_limits){
        .drive_limit_nm_kg = .02,
        .p_pulled = .95,
        .knee_excess_deg = 8,
        .flexor_fraction_max = .15,
        .flexor_fraction_floor_nm_kg = .05,
        .sigma_nm_kg = .008,
        .sigma_population_nm_kg = .037,
        .min_quality = .5,
        .baseline_provisional_strides = 12,
        .baseline_full_strides = 30,
        .confidence_cap_pulled = .9,
        .confidence_cap_passive = .6,
        .emg_tone = .15,
        .emg_active = .30,
        .emg_excess = .03,
    };
}

size_t kf_pipeline_size(void)
{
    return sizeof(struct kf_pipeline);
}

void kf_pipeline_init(struct kf_pipeline *pipeline, const struct kf_pipeline_config *config)
{
    memset(pipeline, 0, sizeof *pipeline);
    pipeline->config = *config;
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        kf_segment_init(&pipeline->segment[site], (enum kf_site)site);
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        kf_leg_init(&pipeline->leg[leg], (enum kf_leg)leg, &config->athlete, &config->placement);
        pipeline->frame.leg[leg] = pipeline->leg[leg].now;
    }
    for (int i = 0; i < KF_MUSCLE_SITES; i++)
        kf_emg_init(&pipeline->muscle[i]);
    pipeline->frame.t_s = pipeline->frame.trunk_lean_rad = NAN;
    pipeline->frame.trunk_site = KF_SITE_NONE;
    pipeline->now_s = NAN;
    pipeline->belt_mps = pipeline->belt_change_s = NAN;
    pipeline->baseline_start_s = pipeline->baseline_end_s = NAN;
    pipeline->auto_open = config->auto_baseline;
}

/* Lengths and levers anew; what is known of the joint from motion starts again with them. */
static void rebuild_knees(struct kf_pipeline *pipeline)
{
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        kf_knee_init(&pipeline->leg[leg].knee, &pipeline->config.athlete, &pipeline->config.placement,
                     (enum kf_leg)leg);
}

void kf_pipeline_set_athlete(struct kf_pipeline *pipeline, const struct kf_athlete *athlete)
{
    pipeline->config.athlete = *athlete;
    rebuild_knees(pipeline);
}

void kf_pipeline_set_placement(struct kf_pipeline *pipeline, const struct kf_placement *placement)
{
    pipeline->config.placement = *placement;
    rebuild_knees(pipeline);
}

void kf_pipeline_set_limits(struct kf_pipeline *pipeline, const struct kf_limits *limits)
{
    pipeline->config.limits = *limits;
}

void kf_pipeline_belt(struct kf_pipeline *pipeline, double t_s, double speed_mps)
{
    if (isfinite(pipeline->belt_mps) && fabs(speed_mps - pipeline->belt_mps) > same_belt_mps)
        pipeline->belt_change_s = t_s;
    pipeline->belt_mps = speed_mps;
}

void kf_pipeline_baseline_start(struct kf_pipeline *pipeline, double t_s)
{
    pipeline->baseline_start_s = t_s;
    pipeline->baseline_end_s = NAN;
    pipeline->auto_open = false;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        kf_baseline_clear(&pipeline->leg[leg].baseline);
}

void kf_pipeline_baseline_end(struct kf_pipeline *pipeline, double t_s)
{
    if (isfinite(pipeline->baseline_start_s) && !isfinite(pipeline->baseline_end_s))
        pipeline->baseline_end_s = t_s;
}

void kf_pipeline_baseline_auto(struct kf_pipeline *pipeline)
{
    pipeline->config.auto_baseline = true;
    pipeline->auto_open = !isfinite(pipeline->baseline_start_s);
}

void kf_pipeline_epoch(struct kf_pipeline *pipeline, bool same_donning)
{
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++) {
        if (same_donning)
            kf_segment_restart(&pipeline->segment[site]);
        else
            kf_segment_init(&pipeline->segment[site], (enum kf_site)site);
    }
    for (int i = 0; i < KF_LEG_COUNT; i++) {
        struct kf_leg_state *leg = &pipeline->leg[i];
        if (same_donning)
            kf_leg_restart(leg);
        else
            kf_leg_init(leg, (enum kf_leg)i, &pipeline->config.athlete, &pipeline->config.placement);
    }
    for (int i = 0; i < KF_MUSCLE_SITES; i++) {
        if (same_donning)
            kf_emg_restart(&pipeline->muscle[i]);
        else
            kf_emg_init(&pipeline->muscle[i]);
    }
    pipeline->stepping = false;
    if (!same_donning) {
        pipeline->baseline_start_s = pipeline->baseline_end_s = NAN;
        pipeline->auto_open = pipeline->config.auto_baseline;
        pipeline->seen[KF_LEFT] = pipeline->seen[KF_RIGHT] = 0;
    }
}

void kf_pipeline_restart_site(struct kf_pipeline *pipeline, enum kf_site site)
{
    if ((int)site < 0 || site >= KF_SITE_BODY_COUNT)
        return;
    kf_segment_restart(&pipeline->segment[site]);
    if (site == KF_SITE_THIGH_L || site == KF_SITE_SHANK_L)
        kf_leg_restart(&pipeline->leg[KF_LEFT]);
    else if (site == KF_SITE_THIGH_R || site == KF_SITE_SHANK_R)
        kf_leg_restart(&pipeline->leg[KF_RIGHT]);
}

/* ---------------------------------------------------------------------------------------------- one leg */

static struct kf_segment *thigh_of(struct kf_pipeline *pipeline, enum kf_leg leg)
{
    return &pipeline->segment[leg == KF_LEFT ? KF_SITE_THIGH_L : KF_SITE_THIGH_R];
}

static struct kf_segment *shank_of(struct kf_pipeline *pipeline, enum kf_leg leg)
{
    return &pipeline->segment[leg == KF_LEFT ? KF_SITE_SHANK_L : KF_SITE_SHANK_R];
}

static void emit(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink, enum kf_output_kind kind,
                 enum kf_leg leg, const struct kf_event *event)
{
    const struct kf_output output = {
        .kind = kind,
        .t_now_s = pipeline->now_s,
        .leg = leg,
        .event = event,
        .swing = kind == KF_OUT_VERDICT || kind == KF_OUT_SWING ? &pipeline->leg[leg].swing : NULL,
        .frame = kind == KF_OUT_FRAME ? &pipeline->frame : NULL,
    };
    sink->output(sink->context, &output);
}

static void say_event(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink, enum kf_leg leg,
                      enum kf_event_kind kind, double t_s)
{
    const struct kf_event event = {t_s, kind, leg, 1e3 * (pipeline->now_s - t_s)};
    emit(pipeline, sink, KF_OUT_EVENT, leg, &event);
}

/* A sensor that has turned on its segment measures another thing than the baseline did: 5 degrees are .024 Nm/kg. */
static double slip_quality(const struct kf_segment *segment)
{
    const double slip_deg = kf_align_slip(&segment->align) * 180 / 3.14159265358979323846;
    return isfinite(slip_deg) ? fmax(0, fmin(1, (slip_most_deg - slip_deg) / (slip_most_deg - slip_least_deg))) : 1;
}

static double swing_quality(struct kf_pipeline *pipeline, enum kf_leg which)
{
    const struct kf_leg_state *leg = &pipeline->leg[which];
    const struct kf_segment *thigh = thigh_of(pipeline, which), *shank = shank_of(pipeline, which);
    const double span_s = fmax(thigh->span_s, shank->span_s);
    const double rate = span_s > 0 ? fmin(1, 1 / span_s / reference_rate_hz) : 0;
    const double axes = fmin(kf_align_quality(&thigh->align), kf_align_quality(&shank->align));
    const double fixed = fmin(slip_quality(thigh), slip_quality(shank));
    return fmin(fmin(fmin(axes, fixed), kf_knee_quality(&leg->knee)), fmin(rate, kf_leg_signal_quality(leg)));
}

static bool walks(const struct kf_leg_state *leg)
{
    return leg->carried || kf_gait_walking(&leg->gait);
}

/* How much of a change of speed is still in this swing: 1 at the change, 0 once it has settled. */
static double belt_change(const struct kf_pipeline *pipeline, double t_s)
{
    const double since = fabs(t_s - pipeline->belt_change_s) / belt_settle_s;
    return since < 1 ? 1 - since : 0;
}

/* Whether this swing belongs to the baseline being collected. */
static bool wanted_for_baseline(struct kf_pipeline *pipeline, enum kf_leg which)
{
    const struct kf_leg_state *leg = &pipeline->leg[which];
    const struct kf_swing *swing = &leg->swing;
    if (!leg->now.aligned || walks(leg) || !(swing->quality >= pipeline->config.limits.min_quality))
        return false;
    if (belt_change(pipeline, swing->t_to_s) > 0)
        return false;
    if (pipeline->auto_open) {
        if (++pipeline->seen[which] <= auto_skip_swings)
            return false;
        return leg->baseline.count < pipeline->config.limits.baseline_full_strides;
    }
    if (!(swing->t_to_s >= pipeline->baseline_start_s))
        return false;
    return !isfinite(pipeline->baseline_end_s) || swing->t_to_s < pipeline->baseline_end_s;
}

static void judge(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink, enum kf_leg which)
{
    struct kf_leg_state *leg = &pipeline->leg[which];
    struct kf_swing *swing = &leg->swing;
    const struct kf_limits *limits = &pipeline->config.limits;
    struct kf_knee_means means;
    double peak_angles[2];
    const bool cut_short = !isfinite(leg->gait.t_peak_knee_s);
    const bool measured = !cut_short && kf_leg_measure(leg, &means, peak_angles);
    const double changing = belt_change(pipeline, swing->t_to_s), stride_hz = 1 / leg->gait.stride_s;
    swing->quality = measured || cut_short ? swing_quality(pipeline, which) * (1 - belt_cost * changing) : 0;
    if (measured)
        kf_baseline_restate(&leg->baseline, &leg->knee, limits);
    swing->emg_early_ratio =
        kf_hamstring_early_ratio(pipeline->muscle, which, swing->t_to_s, leg->gait.stride_s - leg->gait.contact_s);
    const struct kf_baseline_report baseline = kf_baseline_at(&leg->baseline, stride_hz, pipeline->belt_mps);
    const struct kf_verdict_context context = {
        .limits = limits,
        .baseline = &baseline,
        .belt_mps = pipeline->belt_mps,
        .aligned = leg->now.aligned && !leg->turned,
        .walking = walks(leg),
        .belt_changing = changing > 0,
        .cut_short = cut_short,
    };
    kf_verdict(swing, &context);
    if (cut_short) /* what was seen was good or bad; the swing as a whole was neither */
        swing->quality = NAN;
    swing->trunk_site = leg->lean_site;
    swing->trunk_lean_deg = leg->lean_count ? leg->lean_sum / leg->lean_count : NAN;
    swing->latency_ms = 1e3 * (pipeline->now_s - swing->t_peak_knee_s);
    leg->judged = true;
    if (measured && !walks(leg) && ++leg->runs == usual_after_swings) {
        kf_align_remember(&thigh_of(pipeline, which)->align);
        kf_align_remember(&shank_of(pipeline, which)->align);
    }
    emit(pipeline, sink, KF_OUT_VERDICT, which, NULL);
    /* A swing found pulled against the strides before it is no part of an automatic, unsupervised baseline. */
    const bool unfit = pipeline->auto_open && swing->verdict == KF_PULLED;
    if (measured && !unfit && wanted_for_baseline(pipeline, which)) {
        kf_baseline_pace(&leg->baseline, stride_hz, pipeline->belt_mps);
        kf_baseline_add(&leg->baseline, &means, peak_angles[0], peak_angles[1]);
        kf_baseline_add_emg(&leg->baseline, swing->emg_early_ratio);
        kf_baseline_restate(&leg->baseline, &leg->knee, limits);
        emit(pipeline, sink, KF_OUT_BASELINE, which, NULL);
    }
}

static void close_swing(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink, enum kf_leg which,
                        double t_next_ic_s)
{
    struct kf_leg_state *leg = &pipeline->leg[which];
    if (!leg->open)
        return;
    if (!leg->judged)
        judge(pipeline, sink, which);
    kf_leg_complete(leg, t_next_ic_s);
    if (kf_pace_add(&leg->pace, leg->swing.stride_s, leg->swing.contact_s))
        pipeline->belt_change_s = t_next_ic_s;
    leg->swing.trunk_lean_deg = leg->lean_count ? leg->lean_sum / leg->lean_count : NAN;
    emit(pipeline, sink, KF_OUT_SWING, which, NULL);
    leg->open = false;
}

static void open_swing(struct kf_pipeline *pipeline, enum kf_leg which, double t_to_s)
{
    struct kf_leg_state *leg = &pipeline->leg[which];
    if (!kf_gait_walking(&leg->gait)) /* by now the envelopes have come to the contact of the swing before */
        kf_muscles_learn(pipeline->muscle, which, leg->swing.t_to_s, leg->swing.t_next_ic_s);
    leg->swing = kf_swing_unknown();
    leg->swing.id = ++pipeline->last_id;
    leg->swing.leg = which;
    leg->swing.t_ic_s = leg->gait.t_ic_s;
    leg->swing.t_to_s = t_to_s;
    leg->swing.contact_s = t_to_s - leg->gait.t_ic_s;
    leg->open = true;
    leg->judged = false;
    leg->steps = leg->steps_bad = leg->steps_saturated = 0;
}

static void forget_lean(struct kf_leg_state *leg)
{
    leg->lean_sum = 0;
    leg->lean_count = 0;
}

static void begin_stride(struct kf_pipeline *pipeline, enum kf_leg which)
{
    struct kf_leg_state *leg = &pipeline->leg[which];
    kf_leg_refresh(leg, thigh_of(pipeline, which), shank_of(pipeline, which));
    forget_lean(leg);
}

static void take_lean(struct kf_leg_state *leg, const struct kf_trunk *trunk)
{
    if (leg->lean_site != trunk->site)
        forget_lean(leg);
    leg->lean_site = trunk->site;
    if (!isfinite(trunk->lean_rad))
        return;
    leg->lean_sum += trunk->lean_rad * 180 / 3.14159265358979323846;
    leg->lean_count++;
}

static void show_leg(struct kf_leg_state *leg, const struct kf_trunk *trunk, int64_t step)
{
    kf_leg_show(leg, step);
    for (int muscle = 0; muscle < KF_HAMSTRING_COUNT; muscle++) /* the trunk's lean says nothing of the pelvis' */
        leg->now.hamstring_mm[muscle] =
            kf_hamstring_length_mm((enum kf_hamstring)muscle, leg->now.thigh_rad + trunk->pelvis_rad, leg->now.knee_rad,
                                   leg->knee.inertia.thigh_m);
}

static void step_leg(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink, enum kf_leg which,
                     const struct kf_trunk *trunk, int64_t step)
{
    struct kf_leg_state *leg = &pipeline->leg[which];
    struct kf_segment *thigh = thigh_of(pipeline, which), *shank = shank_of(pipeline, which);
    const double knee_rate = kf_leg_sense(leg, thigh, shank, trunk->hip_lean_rad, step);
    if (pipeline->config.want_frames)
        show_leg(leg, trunk, step);
    if (!leg->now.aligned && step % (KF_GRID_HZ / 10) == 0)
        kf_leg_refresh(leg, thigh, shank);
    if (!leg->now.aligned)
        return;
    if (leg->turned)
        close_swing(pipeline, sink, which, NAN);
    leg->turned = false;
    take_lean(leg, trunk);
    const double offset_m = -leg->knee.shank_lever_m[0];
    const struct kf_gait_news news = kf_gait_step(&leg->gait, &leg->trace, step, knee_rate, offset_m);
    leg->now.phase = leg->gait.phase;
    if (news.to) {
        open_swing(pipeline, which, news.t_to_s);
        say_event(pipeline, sink, which, KF_EVENT_TO, news.t_to_s);
    }
    if (news.peak_knee) {
        kf_knee_settle(&leg->knee);
        judge(pipeline, sink, which);
    }
    if (news.ic) {
        say_event(pipeline, sink, which, KF_EVENT_IC, news.t_ic_s);
        close_swing(pipeline, sink, which, news.t_ic_s);
        kf_knee_drop(&leg->knee);
        begin_stride(pipeline, which);
    } else if (news.lost) {
        close_swing(pipeline, sink, which, NAN);
        kf_knee_drop(&leg->knee);
        forget_lean(leg);
        leg->carried = false;
    }
}

/* ------------------------------------------------------------------------------------------- all of it */

static void show_frame(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink, const struct kf_trunk *trunk,
                       int64_t step)
{
    struct kf_frame *frame = &pipeline->frame;
    frame->t_s = (double)(step - KF_SMOOTH_HALF) * KF_GRID_S;
    frame->trunk_site = trunk->site;
    frame->trunk_lean_rad = trunk->lean_rad;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        frame->leg[leg] = pipeline->leg[leg].now;
        frame->leg[leg].emg = kf_hamstring_level(pipeline->muscle, (enum kf_leg)leg, frame->t_s);
    }
    emit(pipeline, sink, KF_OUT_FRAME, KF_LEFT, NULL);
}

static void step_all(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink, int64_t step)
{
    const struct kf_trunk trunk = kf_trunk_at(pipeline->segment, step);
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        if (thigh_of(pipeline, (enum kf_leg)leg)->worn && shank_of(pipeline, (enum kf_leg)leg)->worn)
            step_leg(pipeline, sink, (enum kf_leg)leg, &trunk, step);
    kf_leg_watch_other(&pipeline->leg[KF_LEFT], &pipeline->leg[KF_RIGHT], step);
    kf_leg_watch_other(&pipeline->leg[KF_RIGHT], &pipeline->leg[KF_LEFT], step);
    if (pipeline->config.want_frames)
        show_frame(pipeline, sink, &trunk, step);
}

/* One past the last step every worn site has reached; sites fallen silent are not waited for. Asked at every sample, so
 * the usual case, in which none is silent, is one look at each. */
static int64_t reached_by_all(const struct kf_pipeline *pipeline)
{
    int64_t most = INT64_MIN, least = INT64_MAX;
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++) {
        const struct kf_segment *segment = &pipeline->segment[site];
        if (!segment->started)
            continue;
        most = segment->next_step > most ? segment->next_step : most;
        least = segment->next_step < least ? segment->next_step : least;
    }
    if (least == INT64_MAX || most - least <= silent_steps)
        return least;
    least = INT64_MAX;
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++) {
        const struct kf_segment *segment = &pipeline->segment[site];
        if (segment->started && segment->next_step >= most - silent_steps && segment->next_step < least)
            least = segment->next_step;
    }
    return least;
}

static void advance(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink)
{
    const int64_t end = reached_by_all(pipeline);
    if (end == INT64_MAX)
        return;
    if (!pipeline->stepping || end - pipeline->next_step > KF_GRID_HZ) {
        pipeline->next_step = end - 1;
        pipeline->stepping = true;
    }
    while (pipeline->next_step < end)
        step_all(pipeline, sink, pipeline->next_step++);
}

void kf_pipeline_push(struct kf_pipeline *pipeline, const struct kf_sample *sample, const struct kf_pipeline_sink *sink)
{
    struct kf_emg *muscle = sample->kind == KF_KIND_EMG ? kf_muscle_at(pipeline->muscle, sample->site) : NULL;
    if (muscle)
        kf_emg_push(muscle, sample);
    if (sample->kind != KF_KIND_IMU6 || (int)sample->site < 0 || sample->site >= KF_SITE_BODY_COUNT ||
        !(fabs(sample->t_s) < 1e9))
        return;
    pipeline->now_s = sample->t_s;
    kf_segment_push(&pipeline->segment[sample->site], sample);
    advance(pipeline, sink);
}

void kf_pipeline_finish(struct kf_pipeline *pipeline, const struct kf_pipeline_sink *sink)
{
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        close_swing(pipeline, sink, (enum kf_leg)leg, NAN);
}

/* -------------------------------------------------------------------------------------------- questions */

const struct kf_frame *kf_pipeline_frame(const struct kf_pipeline *pipeline)
{
    return &pipeline->frame;
}

static bool leg_site(enum kf_site site, enum kf_leg *leg)
{
    *leg = site == KF_SITE_THIGH_L || site == KF_SITE_SHANK_L ? KF_LEFT : KF_RIGHT;
    return site >= KF_SITE_THIGH_L && site <= KF_SITE_SHANK_R;
}

struct kf_alignment kf_pipeline_alignment(const struct kf_pipeline *pipeline, enum kf_site site)
{
    struct kf_alignment out = {.axis_ratio = NAN, .residual_mps2 = NAN, .early_residual_mps2 = NAN, .slip_deg = NAN};
    enum kf_leg which;
    if ((int)site < 0 || site >= KF_SITE_BODY_COUNT)
        return out;
    const struct kf_segment *segment = &pipeline->segment[site];
    const struct kf_align *align = &segment->align;
    out.worn = segment->worn;
    out.aligned = align->has_frame;
    out.quality = kf_align_quality(align);
    out.upside_down = kf_align_upside_down(align);
    if (!leg_site(site, &which))
        return out;
    const struct kf_leg_state *leg = &pipeline->leg[which];
    out.axis_ratio = align->axis_ratio > 0 ? align->axis_ratio : NAN;
    out.residual_mps2 = kf_knee_recent_residual(&leg->knee);
    out.early_residual_mps2 = kf_knee_early_residual(&leg->knee);
    out.slip_deg = kf_align_slip(align) * 180 / 3.14159265358979323846;
    out.swapped = kf_leg_swapped(leg, &pipeline->leg[1 - which]);
    out.aligned = align->has_frame && leg->signs_known;
    out.quality = fmin(out.quality, kf_knee_quality(&leg->knee));
    return out;
}

struct kf_emg_report kf_pipeline_emg(const struct kf_pipeline *pipeline, enum kf_site site)
{
    const int index = (int)site - KF_SITE_HAMSTRING_L;
    if (index < 0 || index >= KF_MUSCLE_SITES)
        return (struct kf_emg_report){.rate_hz = NAN, .peak_uv = NAN, .rest_uv = NAN};
    return kf_emg_report(&pipeline->muscle[index]);
}

struct kf_baseline_report kf_pipeline_baseline(const struct kf_pipeline *pipeline, enum kf_leg leg)
{
    return pipeline->leg[leg].baseline.report;
}

double kf_pipeline_cadence_spm(const struct kf_pipeline *pipeline)
{
    double sum = 0;
    int count = 0;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        if (isfinite(pipeline->leg[leg].gait.stride_s)) {
            sum += 120 / pipeline->leg[leg].gait.stride_s;
            count++;
        }
    return count ? sum / count : NAN;
}

bool kf_pipeline_walking(const struct kf_pipeline *pipeline)
{
    return walks(&pipeline->leg[KF_LEFT]) || walks(&pipeline->leg[KF_RIGHT]);
}
