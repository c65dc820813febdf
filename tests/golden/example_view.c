/* example_view.c - see example_view.h. The legs move by the base gait of science.md section 11. */
#include "example_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define STRIDE_S .690
#define DEG (M_PI / 180)

const char *const example_names[EXAMPLE_COUNT] = {"running", "pulled", "one_leg", "no_baseline",
                                                  "stale",   "replay", "hostile", "waiting"};

static double series(double mean, const double pairs[5][2], double cycle)
{
    for (int k = 0; k < 5; k++)
        mean += pairs[k][0] * cos(2 * M_PI * (k + 1) * cycle) + pairs[k][1] * sin(2 * M_PI * (k + 1) * cycle);
    return mean;
}

static double thigh_deg(double cycle)
{
    static const double pairs[5][2] = {{29.93, -14.67}, {-8.62, 6.19}, {-3.30, 1.26}, {.12, .46}, {-.47, .07}};
    return series(10.89, pairs, cycle);
}

/* `pull` degrees more knee flexion around its peak. */
static double shank_deg(double cycle, double pull)
{
    static const double pairs[5][2] = {{38.93, 14.67}, {10.60, -14.64}, {2.31, .70}, {.54, -.36}, {.37, -.30}};
    return series(-40.62, pairs, cycle) - pull * exp(-pow((cycle - .70) / .1, 2));
}

static unsigned path(float *x, float *y, double pull)
{
    unsigned count = 40;

    for (unsigned i = 0; i < count; i++) {
        double cycle = .371 + (1 - .371) * i / (count - 1);
        double thigh = thigh_deg(cycle) * DEG, shank = shank_deg(cycle, pull) * DEG;
        x[i] = (float)(.5 * sin(thigh) + .5 * sin(shank));
        y[i] = (float)(-.5 * cos(thigh) - .5 * cos(shank));
    }
    return count;
}

static void fill_leg(struct kf_view_leg *leg, double cycle, double pull)
{
    double thigh = thigh_deg(cycle), shank = shank_deg(cycle, pull);

    leg->now.worn = leg->now.aligned = true;
    leg->now.thigh_rad = thigh * DEG;
    leg->now.shank_rad = shank * DEG;
    leg->now.knee_rad = (thigh - shank) * DEG;
    leg->now.knee_radps = 0;
    leg->pose.thigh_rad = thigh * DEG;
    leg->pose.shank_rad = shank * DEG;
    leg->pose.trunk_lean_rad = 6.2 * DEG;
    leg->now.knee_moment_nm_kg = .12;
    leg->now.phase = cycle < .371 ? KF_PHASE_STANCE : cycle < .70 ? KF_PHASE_INITIAL : KF_PHASE_MID;
    leg->cycle = cycle;
    leg->to_at = .371;
    leg->peak_at = .70;
    leg->terminal_at = .82;
    leg->path_count = path(leg->path_x, leg->path_y, pull);
    leg->base_count = path(leg->base_x, leg->base_y, 0);
    leg->thigh = (struct kf_alignment){.worn = true,
                                       .aligned = true,
                                       .axis_ratio = 9,
                                       .residual_mps2 = 1.4,
                                       .early_residual_mps2 = 1.4,
                                       .slip_deg = 1,
                                       .quality = .93};
    leg->shank = leg->thigh;
    leg->baseline = (struct kf_baseline_report){KF_BASELINE_FULL, 34, .142, .006, 104.6, 2.1, 0, NAN, NAN};
}

static void set_gauge(struct kf_view_gauge *gauge, double value, double low, double high, double band_low,
                      double band_high, double baseline)
{
    gauge->value = value;
    gauge->low = low;
    gauge->high = high;
    gauge->band_low = band_low;
    gauge->band_high = band_high;
    gauge->baseline = baseline;
}

/* Small, repeatable variation of stride i: about ±1. */
static double wobble(unsigned i, unsigned salt)
{
    return sin(i * 2.4 + salt) * .6 + sin(i * 5.1 + 2 * salt) * .4;
}

static void add_stride(struct kf_view *view, unsigned i, bool pulled)
{
    enum kf_leg leg = i % 2 ? KF_RIGHT : KF_LEFT;
    struct kf_view_stride *s = &view->stride[view->stride_count++];
    struct kf_view_leg *of = &view->leg[leg];
    bool unclear = !pulled && i % 11 == 5;
    double drive = (pulled ? .046 : unclear ? .027 : .002) + .006 * wobble(i, leg);

    *s = (struct kf_view_stride){.id = i + 1,
                                 .leg = leg,
                                 .t_s = (82 + i) * STRIDE_S / 2 + .256,
                                 .verdict = pulled    ? KF_PULLED
                                            : unclear ? KF_UNCLEAR
                                                      : KF_PASSIVE,
                                 .reason = pulled    ? KF_REASON_DRIVE_AND_FOLD
                                           : unclear ? KF_REASON_BETWEEN
                                                     : KF_REASON_WITHIN_BAND,
                                 .drive_nm_kg = drive,
                                 .peak_knee_deg = (pulled ? 115 : 104) + 2 * wobble(i, 3),
                                 .contact_s = .256 + .004 * wobble(i, 4),
                                 .cadence_spm = 174,
                                 .confidence = pulled ? .90 : .60,
                                 .quality = .93,
                                 .mean_knee_moment_nm_kg = .142 - drive,
                                 .flexor_work_fraction = pulled ? .22 : .06,
                                 .knee_excess_deg = (pulled ? 10.6 : -.4) + 2 * wobble(i, 3),
                                 .p_pulled = pulled    ? .98
                                             : unclear ? .81
                                                       : .02,
                                 .sigma_nm_kg = .008,
                                 .trunk_lean_deg = 6.2,
                                 .fold_motion_share = (pulled ? .98 : 1.13) + .01 * wobble(i, 7),
                                 .hip_to_deg = -24 + wobble(i, 8),
                                 .hip_reversal_lag_ms = 31 + 3 * wobble(i, 9),
                                 .emg_early_ratio = NAN,
                                 .latency_ms = 32};
    of->swings++;
    of->passive += s->verdict == KF_PASSIVE;
    of->pulled += s->verdict == KF_PULLED;
    of->unclear += s->verdict == KF_UNCLEAR;
    for (int id = 0; id < KF_GAUGE_COUNT; id++) {
        const double values[KF_GAUGE_COUNT] = {
            [KF_GAUGE_DRIVE] = s->drive_nm_kg,
            [KF_GAUGE_FOLD] = (pulled ? .98 : 1.13) + .01 * wobble(i, 7),
            [KF_GAUGE_PEAK_KNEE] = s->peak_knee_deg,
            [KF_GAUGE_HIP_TO] = -24 + wobble(i, 8),
            [KF_GAUGE_HIP_LAG] = 31 + 3 * wobble(i, 9),
            [KF_GAUGE_CONTACT] = s->contact_s,
            [KF_GAUGE_CADENCE] = 174 + wobble(i, 6),
            [KF_GAUGE_TRUNK_LEAN] = 6.2 + .4 * wobble(i, 5),
            [KF_GAUGE_EMG] = NAN,
        };
        struct kf_view_gauge *gauge = &view->gauge[id][id == KF_GAUGE_CADENCE || id == KF_GAUGE_TRUNK_LEAN ? 0 : leg];
        gauge->trail[gauge->trail_count++ % KF_VIEW_TRAIL] = values[id];
        gauge->value = values[id];
        example_spread(gauge, values[id]);
    }
}

static void set_scales(struct kf_view *view)
{
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        set_gauge(&view->gauge[KF_GAUGE_DRIVE][leg], NAN, -.06, .08, -.02, .02, 0);
        set_gauge(&view->gauge[KF_GAUGE_PEAK_KNEE][leg], NAN, 80, 130, 96.6, 112.6, 104.6);
        set_gauge(&view->gauge[KF_GAUGE_TRUNK_LEAN][leg], NAN, -5, 20, 4, 11, NAN);
        set_gauge(&view->gauge[KF_GAUGE_CADENCE][leg], NAN, 140, 200, NAN, NAN, 173);
        set_gauge(&view->gauge[KF_GAUGE_FOLD][leg], NAN, .8, 1.4, 1, INFINITY, 1.13);
        set_gauge(&view->gauge[KF_GAUGE_HIP_TO][leg], NAN, -40, 0, NAN, NAN, -24);
        set_gauge(&view->gauge[KF_GAUGE_HIP_LAG][leg], NAN, -20, 100, NAN, NAN, 30);
        set_gauge(&view->gauge[KF_GAUGE_EMG][leg], NAN, 0, .6, 0, .15, NAN);
        set_gauge(&view->gauge[KF_GAUGE_CONTACT][leg], NAN, .15, .35, NAN, NAN, .255);
    }
}

static void fill_running(struct kf_view *view, double t_s, bool pulled)
{
    double cycle = fmod(t_s / STRIDE_S, 1);
    unsigned strides = 40;

    (void)snprintf(view->source, sizeof view->source, "sim");
    (void)snprintf(view->format, sizeof view->format, "podlink");
    (void)snprintf(view->pod, sizeof view->pod, "kneefold simulator");
    (void)snprintf(view->athlete, sizeof view->athlete, "Ada Lovelace");
    (void)snprintf(view->state, sizeof view->state, "judging");
    view->link = KF_LINK_OK;
    view->t_s = 42 + t_s;
    view->duration_s = NAN;
    view->belt_mps = 3.96;
    view->age_s = .01;
    view->rate_hz = 1000;
    view->loss_pct = .02;
    view->latency_ms_p50 = 12;
    view->latency_ms_p95 = 19;
    view->battery_pct = 81;
    view->running = view->judging = true;
    view->trunk_lean_rad = 6.2 * DEG;
    view->speed = 1;
    kf_settings_default(&view->settings);
    view->loop_from_s = view->loop_to_s = NAN;
    view->limits = kf_limits_default();
    set_scales(view);
    fill_leg(&view->leg[KF_LEFT], cycle, pulled ? 22 : 0);
    fill_leg(&view->leg[KF_RIGHT], fmod(cycle + .5, 1), 0);
    example_session(view);
    for (unsigned i = 0; i < strides; i++)
        add_stride(view, i, (pulled && i % 2 == 0 && i >= strides - 8 && i != strides - 6) || i == 17);
}

static void set_cue(struct kf_view *view)
{
    view->cue.shown = view->cue.has_leg = true;
    view->cue.leg = KF_LEFT;
    view->cue.t_s = view->t_s - 1;
    view->cue.age_s = 1;
    view->cue_count = 1;
    (void)snprintf(view->cue.text, sizeof view->cue.text, "Reduce hamstring drive");
    (void)snprintf(view->cue.why, sizeof view->cue.why, "3 of the last 5 swings pulled");
}

static void hide_leg(struct kf_view *view, enum kf_leg leg)
{
    unsigned kept = 0;

    memset(&view->leg[leg], 0, sizeof view->leg[leg]);
    view->leg[leg].now.thigh_rad = view->leg[leg].now.shank_rad = view->leg[leg].now.knee_rad = NAN;
    view->leg[leg].cycle = view->leg[leg].to_at = view->leg[leg].peak_at = view->leg[leg].terminal_at = NAN;
    for (int id = 0; id < KF_GAUGE_COUNT; id++)
        if (leg == KF_RIGHT || (id != KF_GAUGE_CADENCE && id != KF_GAUGE_TRUNK_LEAN)) {
            view->gauge[id][leg].value = NAN;
            view->gauge[id][leg].trail_count = 0;
        }
    for (unsigned i = 0; i < view->stride_count; i++)
        if (view->stride[i].leg != leg)
            view->stride[kept++] = view->stride[i];
    view->stride_count = kept;
}

static void drop_baseline(struct kf_view *view)
{
    (void)snprintf(view->state, sizeof view->state, "baseline 7 of 12 strides");
    view->judging = false;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        view->leg[leg].baseline = (struct kf_baseline_report){KF_BASELINE_NONE, 7, NAN, NAN, NAN, NAN, 0, NAN, NAN};
        view->leg[leg].base_count = 0;
        view->gauge[KF_GAUGE_DRIVE][leg].value = NAN;
        view->gauge[KF_GAUGE_DRIVE][leg].trail_count = 0;
        view->gauge[KF_GAUGE_PEAK_KNEE][leg].band_low = view->gauge[KF_GAUGE_PEAK_KNEE][leg].band_high = NAN;
        view->gauge[KF_GAUGE_PEAK_KNEE][leg].baseline = NAN;
        view->leg[leg].swings = view->leg[leg].unclear = 7;
        view->leg[leg].passive = view->leg[leg].pulled = 0;
    }
    view->stride_count = 14;
    for (unsigned i = 0; i < view->stride_count; i++) {
        struct kf_view_stride *s = &view->stride[i];
        s->verdict = KF_UNCLEAR;
        s->reason = KF_REASON_NO_BASELINE;
        s->drive_nm_kg = s->knee_excess_deg = s->p_pulled = NAN;
    }
}

static void make_replay(struct kf_view *view)
{
    view->replay = view->paused = true;
    view->recording = KF_RECORDING_OFF;
    view->duration_s = 95;
    view->speed = .5;
    view->t_s = 42.4;
    (void)snprintf(view->source, sizeof view->source, "tuesday.podlink");
    view->mark_count = 3;
    view->mark[0].t_s = 3;
    (void)snprintf(view->mark[0].text, sizeof view->mark[0].text, "baseline-start");
    view->mark[1].t_s = 12;
    (void)snprintf(view->mark[1].text, sizeof view->mark[1].text, "baseline-end");
    view->mark[2].t_s = 60;
    (void)snprintf(view->mark[2].text, sizeof view->mark[2].text, "tired");
    view->loop_from_s = 50;
    view->loop_to_s = 58;
    view->timeline.known = true;
    for (unsigned i = 20; i < KF_VIEW_TIMELINE; i++) {
        view->timeline.bin[i].swings = 2;
        view->timeline.bin[i].passive = (uint16_t)(i % 7 != 0);
        view->timeline.bin[i].pulled = (uint16_t)(i > 250 && i % 3 == 0);
    }
}

static void make_hostile(struct kf_view *view)
{
    (void)snprintf(view->source, sizeof view->source, "\033[31m/dev/tty\r\nACM0\033]0;x\a");
    (void)snprintf(view->athlete, sizeof view->athlete,
                   "\u202eevil\u202c J\u0308o\u0301\u200d\u5c0f\u6797 \u05d0\u05d1 \xff\xc3(");
    (void)snprintf(view->pod, sizeof view->pod, "\U0001f3c3\U0001f600 %%s%%n");
    (void)snprintf(view->state, sizeof view->state, "stand\tstill\x7f \u9759");
    (void)snprintf(view->message, sizeof view->message, "\033[2Jcleared? \xed\xa0\x80 \u5c0f\u6797\u5c0f\u6797");
    (void)snprintf(view->profile, sizeof view->profile, "\u202e\033[5m\u5c0f\u6797\u0301\u0301");
    (void)snprintf(view->pods[0].source, sizeof view->pods[0].source, "\033]52;c;eA==\a/dev/\u5c0f\u6797\u200f");
    (void)snprintf(view->pods[0].name, sizeof view->pods[0].name,
                   "\r\n\tname\x9b"
                   "31m \xf4\x90\x80\x80");
    (void)snprintf(view->pods[0].bytes_seen, sizeof view->pods[0].bytes_seen, "\033[2J\u202dab\u5c0f");
    (void)snprintf(view->rule[0].rule.text, sizeof view->rule[0].rule.text,
                   "\u2067Lauf \u5c0f\u6797 lo\u0308cker\033[0m");
    view->bad_frames = UINT64_MAX;
    view->resyncs = 12345678901234u;
    view->battery_pct = 7;
    view->loss_pct = 100;
    view->rate_hz = 1e300;
    view->belt_mps = -INFINITY;
}

void example_view(struct kf_view *view, enum example example, double t_s)
{
    memset(view, 0, sizeof *view);
    fill_running(view, t_s, example == EXAMPLE_PULLED || example == EXAMPLE_STALE);
    if (example == EXAMPLE_PULLED || example == EXAMPLE_STALE)
        set_cue(view);
    if (example == EXAMPLE_ONE_LEG)
        hide_leg(view, KF_LEFT);
    if (example == EXAMPLE_NO_BASELINE)
        drop_baseline(view);
    if (example == EXAMPLE_REPLAY)
        make_replay(view);
    if (example == EXAMPLE_HOSTILE)
        make_hostile(view);
    if (example == EXAMPLE_STALE) {
        view->link = KF_LINK_STALE;
        view->age_s = 3.4;
        (void)snprintf(view->message, sizeof view->message, "the pod is silent: is it out of reach?");
    }
    if (example == EXAMPLE_WAITING) {
        memset(view, 0, sizeof *view);
        (void)snprintf(view->source, sizeof view->source, "/dev/ttyACM0 @ 921600");
        view->t_s = view->duration_s = view->belt_mps = view->rate_hz = view->loss_pct = NAN;
        view->latency_ms_p50 = view->latency_ms_p95 = view->age_s = NAN;
        view->battery_pct = -1;
    }
}

unsigned example_random(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

double example_bad_number(unsigned *state)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY, 1e300, -1e300, 1e-300, 0, 1e9, -5};
    unsigned pick = example_random(state) % 14;

    return pick < 9 ? bad[pick] : (int)(example_random(state) % 2000) / 1000.0 - 1;
}

void example_bad_text(char *text, size_t size, unsigned *state)
{
    size_t length = example_random(state) % size;

    for (size_t i = 0; i < length; i++)
        text[i] = (char)(1 + example_random(state) % 255);
    text[length] = '\0';
}

unsigned example_bad_count(unsigned capacity, unsigned *state)
{
    unsigned pick = example_random(state) % 5;

    return pick == 0 ? 0 : pick == 1 ? 0xffffffffu : pick == 2 ? capacity : example_random(state) % (capacity + 5);
}

static void bad_leg(struct kf_view_leg *leg, unsigned *state)
{
    double *numbers[] = {&leg->pose.thigh_rad,
                         &leg->pose.shank_rad,
                         &leg->pose.trunk_lean_rad,
                         &leg->now.knee_rad,
                         &leg->cycle,
                         &leg->to_at,
                         &leg->peak_at,
                         &leg->terminal_at,
                         &leg->thigh.quality,
                         &leg->shank.quality,
                         &leg->baseline.mean_knee_moment_nm_kg};

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        *numbers[i] = example_bad_number(state);
    leg->now.worn = example_random(state) % 4;
    leg->now.aligned = example_random(state) % 4;
    leg->thigh.swapped = example_random(state) % 2;
    leg->baseline.kind = (enum kf_baseline_kind)(example_random(state) % 3);
    leg->path_count = example_bad_count(KF_VIEW_PATH, state);
    leg->base_count = example_bad_count(KF_VIEW_PATH, state);
    for (int i = 0; i < KF_VIEW_PATH; i++) {
        double x = example_bad_number(state), y = example_bad_number(state);
        leg->path_x[i] = fabs(x) < 1e30 ? (float)x : NAN;
        leg->path_y[i] = fabs(y) < 1e30 ? (float)y : INFINITY;
        leg->base_x[i] = leg->path_y[i];
        leg->base_y[i] = leg->path_x[i];
    }
}

static void bad_strides(struct kf_view *view, unsigned *state)
{
    view->stride_count = example_bad_count(KF_VIEW_STRIDES, state);
    for (int i = 0; i < KF_VIEW_STRIDES; i++) {
        struct kf_view_stride *s = &view->stride[i];
        double *numbers[] = {&s->t_s,
                             &s->drive_nm_kg,
                             &s->peak_knee_deg,
                             &s->confidence,
                             &s->quality,
                             &s->p_pulled,
                             &s->mean_knee_moment_nm_kg,
                             &s->flexor_work_fraction,
                             &s->knee_excess_deg};
        for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++)
            *numbers[n] = example_bad_number(state);
        s->id = example_random(state);
        s->leg = (enum kf_leg)(example_random(state) % 2);
        s->verdict = (enum kf_verdict)(example_random(state) % 3);
        s->reason = (enum kf_reason)(example_random(state) % 11);
    }
}

static void bad_gauges(struct kf_view *view, unsigned *state)
{
    for (int id = 0; id < KF_GAUGE_COUNT; id++)
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            struct kf_view_gauge *g = &view->gauge[id][leg];
            set_gauge(g, example_bad_number(state), example_bad_number(state), example_bad_number(state),
                      example_bad_number(state), example_bad_number(state), example_bad_number(state));
            g->trail_count = example_bad_count(KF_VIEW_TRAIL, state);
            for (int i = 0; i < KF_VIEW_TRAIL; i++)
                g->trail[i] = example_bad_number(state);
        }
}

void example_rubbish(struct kf_view *view, unsigned seed)
{
    unsigned state = seed * 2654435761u + 1, *s = &state;

    memset(view, 0, sizeof *view);
    example_bad_text(view->source, sizeof view->source, s);
    example_bad_text(view->format, sizeof view->format, s);
    example_bad_text(view->pod, sizeof view->pod, s);
    example_bad_text(view->athlete, sizeof view->athlete, s);
    example_bad_text(view->state, sizeof view->state, s);
    if (example_random(s) % 2)
        example_bad_text(view->message, sizeof view->message, s);
    example_bad_text(view->cue.text, sizeof view->cue.text, s);
    example_bad_text(view->cue.why, sizeof view->cue.why, s);
    if (example_random(s) % 2)
        (void)snprintf(view->cue.text, sizeof view->cue.text, "Reduce hamstring drive");
    view->cue.shown = example_random(s) % 2;
    view->cue.has_leg = example_random(s) % 2;
    view->cue.leg = (enum kf_leg)(example_random(s) % 2);
    view->link = (enum kf_view_link)(example_random(s) % 5);
    view->replay = example_random(s) % 2;
    view->diff.shown = example_random(s) % 2;
    view->diff.state = (enum kf_view_diff_state)(example_random(s) % 4);
    view->diff.verdicts = example_random(s);
    example_bad_text(view->diff.with, sizeof view->diff.with, s);
    example_bad_text(view->diff.why, sizeof view->diff.why, s);
    view->paused = example_random(s) % 2;
    view->running = example_random(s) % 2;
    view->battery_pct = (int)(example_random(s) % 400) - 100;
    view->belt_mps = example_bad_number(s);
    view->t_s = example_bad_number(s);
    view->duration_s = example_bad_number(s);
    view->age_s = example_bad_number(s);
    view->rate_hz = example_bad_number(s);
    view->loss_pct = example_bad_number(s);
    view->latency_ms_p50 = view->latency_ms_p95 = example_bad_number(s);
    view->trunk_lean_rad = example_bad_number(s);
    view->speed = example_bad_number(s);
    view->limits.drive_limit_nm_kg = example_bad_number(s);
    view->limits.p_pulled = example_bad_number(s);
    bad_leg(&view->leg[KF_LEFT], s);
    bad_leg(&view->leg[KF_RIGHT], s);
    bad_gauges(view, s);
    bad_strides(view, s);
    example_rubbish_session(view, s);
    view->mark_count = example_bad_count(KF_VIEW_MARKS, s);
    for (int i = 0; i < KF_VIEW_MARKS; i++) {
        view->mark[i].t_s = example_bad_number(s);
        example_bad_text(view->mark[i].text, sizeof view->mark[i].text, s);
    }
}
