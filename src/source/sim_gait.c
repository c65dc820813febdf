/* sim_gait.c - the base gait: Fourier series of a real runner, blown up, sped up and varied from stride to stride.
 *
 * Forward dynamics needs the base's accelerations without noise, so everything is a product of smooth functions whose
 * derivatives are written down: amplitude(t) × series(phase(t)). Amplitude and stride rate are drawn at nodes a nominal
 * stride apart and blended so that accelerations stay continuous. Series: science.md section 11, at 3.96 m/s. */
#include <math.h>

#include "source/sim_state.h"

enum { ORDER = 5 };

static const double two_pi = 6.283185307179586;
static const double degree = 6.283185307179586 / 360;
static const double base_speed_mps = 3.96, base_period_s = .690;
const double sim_toe_off_phase = .371;

/* Tuned so that peak knee varies by 2.1 deg, the mean knee moment by .0057 Nm/kg and stride time by about 1 %. */
static const double common_gain_sd = .022, segment_gain_sd = .003, tempo_sd = .010;
static const double gain_memory = .3, tempo_memory = .5; /* correlation of neighbouring nodes */
static const double fault_over_s = 4;                    /* how long a fault takes to set in */

/* mean + Σ a·cos + b·sin */
struct series {
    double mean, a[ORDER], b[ORDER];
};

static const struct series thigh_deg = {10.89, {29.93, -8.62, -3.30, .12, -.47}, {-14.67, 6.19, 1.26, .46, .07}};
static const struct series shank_deg = {-40.62, {38.93, 10.60, 2.31, .54, .37}, {14.67, -14.64, .70, -.36, -.30}};
static const struct series trunk_deg = {0, {.85, 1.33}, {.38, -2.24}};
static const struct series hip_x_mm = {0, {-.15, 16.96, -1.02}, {.58, -.65, -1.07}};
static const struct series hip_y_mm = {0, {6.55, 20.49, -3.27}, {3.60, -31.68, .01}};

/* cos and sin of the first multiples of a phase. */
struct harmonics {
    double cosine[ORDER], sine[ORDER];
};

static struct harmonics harmonics_of(double phase)
{
    struct harmonics wave;
    const double angle = two_pi * (phase - floor(phase));
    const double c = cos(angle), s = sin(angle);

    wave.cosine[0] = c;
    wave.sine[0] = s;
    for (int k = 1; k < ORDER; k++) {
        wave.cosine[k] = wave.cosine[k - 1] * c - wave.sine[k - 1] * s;
        wave.sine[k] = wave.sine[k - 1] * c + wave.cosine[k - 1] * s;
    }
    return wave;
}

/* amplitude(t) × unit × series(phase(t)) with its derivatives by time. */
static struct sim_motion play(const struct series *series, const struct harmonics *wave, struct sim_motion phase,
                              struct sim_motion amplitude, double unit)
{
    double f = series->mean, df = 0, ddf = 0; /* by phase */

    for (int k = 0; k < ORDER; k++) {
        const double w = two_pi * (k + 1), c = wave->cosine[k], s = wave->sine[k];
        f += series->a[k] * c + series->b[k] * s;
        df += w * (series->b[k] * c - series->a[k] * s);
        ddf -= w * w * (series->a[k] * c + series->b[k] * s);
    }
    const double rate = df * phase.rate, accel = ddf * phase.rate * phase.rate + df * phase.accel;
    return (struct sim_motion){unit * amplitude.value * f, unit * (amplitude.rate * f + amplitude.value * rate),
                               unit * (amplitude.accel * f + 2 * amplitude.rate * rate + amplitude.value * accel)};
}

/* From 0 to 1 over length_s, acceleration continuous; flat outside. */
static struct sim_motion ease(double elapsed_s, double length_s)
{
    if (elapsed_s <= 0)
        return (struct sim_motion){0, 0, 0};
    if (elapsed_s >= length_s)
        return (struct sim_motion){1, 0, 0};
    const double u = elapsed_s / length_s;
    return (struct sim_motion){u * u * u * (10 + u * (6 * u - 15)), 30 * u * u * (1 - u) * (1 - u) / length_s,
                               60 * u * (1 - u) * (1 - 2 * u) / (length_s * length_s)};
}

static struct sim_motion product(struct sim_motion a, struct sim_motion b)
{
    return (struct sim_motion){a.value * b.value, a.rate * b.value + a.value * b.rate,
                               a.accel * b.value + 2 * a.rate * b.rate + a.value * b.accel};
}

static struct sim_motion scaled(struct sim_motion a, double factor)
{
    return (struct sim_motion){a.value * factor, a.rate * factor, a.accel * factor};
}

/* A stationary walk with unit variance. */
static double wander(struct kf_random *rng, double last, double memory)
{
    return memory * last + sqrt(1 - memory * memory) * kf_random_normal(rng);
}

/* How much of the run's fault has set in, 0..1. */
static struct sim_motion fault_at(const struct sim_model *model, double t_s)
{
    return ease(t_s - kf_sim_relaxed_until_s(model->config), fault_over_s);
}

/* Draws the next node; the span ends there. */
static void draw_node(struct sim_model *model, struct sim_span *span)
{
    const double much = model->config->variation;
    const double t_s = model->config->stand_s + (double)(model->span_count + 1) * model->period_s;
    const double slower = fault_at(model, t_s).value * model->config->cadence_drop_pct / 100;

    model->tempo = wander(&model->stride_rng, model->tempo, tempo_memory);
    span->rate1 = (1 - slower) * (1 + much * tempo_sd * model->tempo) / model->period_s;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        double *drift = model->drift[leg];
        const double common = kf_random_normal(&model->stride_rng) * sqrt(1 - gain_memory * gain_memory);
        for (int part = 0; part < 2; part++) {
            const double own = kf_random_normal(&model->stride_rng) * sqrt(1 - gain_memory * gain_memory);
            drift[part] = gain_memory * drift[part] + common_gain_sd * common + segment_gain_sd * own;
            span->gain1[leg][part] = 1 + much * drift[part];
        }
    }
}

static void add_span(struct sim_model *model)
{
    struct sim_span *span = &model->span[model->span_count % SIM_SPANS];

    if (model->span_count == 0) {
        draw_node(model, span);
        span->phase0 = .5; /* the right leg, half a stride behind, then begins at contact */
    } else {
        const struct sim_span last = model->span[(model->span_count - 1) % SIM_SPANS];
        *span = last;
        span->phase0 = last.phase0 + model->period_s * (last.rate0 + last.rate1) / 2;
    }
    span->rate0 = span->rate1;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        for (int part = 0; part < 2; part++)
            span->gain0[leg][part] = span->gain1[leg][part];
    draw_node(model, span);
    model->span_count++;
}

void sim_gait_init(struct sim_model *model)
{
    const double ratio = model->config->speed_mps / base_speed_mps;

    model->level = sqrt(ratio);
    model->period_s = base_period_s * pow(ratio, -.2);
    add_span(model);
}

/* The span that holds t_s and how far in it is, 0..1. Before the start: the first span at 0. */
static const struct sim_span *span_at(struct sim_model *model, double t_s, double *fraction)
{
    const double spans = fmax(0, (t_s - model->config->stand_s) / model->period_s);
    const long index = (long)spans;

    while (model->span_count <= index)
        add_span(model);
    *fraction = spans - (double)index;
    return &model->span[index % SIM_SPANS];
}

static double offset_of(enum kf_leg leg)
{
    return leg == KF_RIGHT ? -.5 : 0;
}

/* Rate goes from rate0 to rate1 as 3u² − 2u³; phase is its integral. */
static double phase_within(const struct sim_span *span, double u, double length_s)
{
    return span->phase0 + length_s * (span->rate0 * u + (span->rate1 - span->rate0) * u * u * u * (1 - u / 2));
}

/* Both legs at one pace. */
static struct sim_motion even_phase(struct sim_model *model, enum kf_leg leg, double t_s)
{
    double u;
    const struct sim_span *span = span_at(model, t_s, &u);
    const double step = span->rate1 - span->rate0, length_s = model->period_s;

    if (t_s < model->config->stand_s)
        return (struct sim_motion){span->phase0 + offset_of(leg), 0, 0};
    return (struct sim_motion){phase_within(span, u, length_s) + offset_of(leg),
                               span->rate0 + step * u * u * (3 - 2 * u), step * 6 * u * (1 - u) / length_s};
}

/* The limping leg's phase lags most in mid-stride and not at all at contact: e (cos 2 pi p - 1) / 2 pi, so that its
 * contact takes longer and its stride does not. */
static struct sim_motion phase_at(struct sim_model *model, enum kf_leg leg, double t_s)
{
    const struct sim_motion even = even_phase(model, leg, t_s);
    const double lag_at_toe_off = (1 - cos(two_pi * sim_toe_off_phase)) / two_pi;
    const double much = leg == KF_LEFT ? model->config->limp_pct / 100 * sim_toe_off_phase / lag_at_toe_off : 0;
    const struct sim_motion e = scaled(fault_at(model, t_s), much);
    const double angle = two_pi * (even.value - floor(even.value));
    const double lag = (cos(angle) - 1) / two_pi, slope = -sin(angle), bend = -two_pi * cos(angle);
    if (e.value <= 0)
        return even;
    return (struct sim_motion){even.value + e.value * lag, even.rate + e.rate * lag + e.value * slope * even.rate,
                               even.accel + e.accel * lag + 2 * e.rate * slope * even.rate +
                                   e.value * (bend * even.rate * even.rate + slope * even.accel)};
}

/* When both legs at one pace get there. */
static double even_time(struct sim_model *model, enum kf_leg leg, double phase)
{
    const double goal = phase - offset_of(leg), length_s = model->period_s;
    long index = model->span_count - 1;

    while (goal > phase_within(&model->span[index % SIM_SPANS], 1, length_s)) {
        add_span(model);
        index = model->span_count - 1;
    }
    while (goal < model->span[index % SIM_SPANS].phase0)
        index--;
    const struct sim_span *span = &model->span[index % SIM_SPANS];
    double u = .5;
    for (int turn = 0; turn < 8; turn++) {
        const double rate = span->rate0 + (span->rate1 - span->rate0) * u * u * (3 - 2 * u);
        u += (goal - phase_within(span, u, length_s)) / (rate * length_s);
    }
    return model->config->stand_s + ((double)index + u) * length_s;
}

double sim_gait_time(struct sim_model *model, enum kf_leg leg, double phase)
{
    double t_s = even_time(model, leg, phase);
    if (leg != KF_LEFT || model->config->limp_pct <= 0)
        return t_s;
    for (int turn = 0; turn < 12; turn++) {
        const struct sim_motion now = phase_at(model, leg, t_s);
        t_s += (phase - now.value) / now.rate;
    }
    return t_s;
}

static struct sim_motion ramp_at(const struct sim_model *model, double t_s)
{
    return scaled(ease(t_s - model->config->stand_s, model->config->ramp_s), model->level);
}

double sim_model_effort(const struct sim_model *model, double t_s)
{
    return ease(t_s - model->config->stand_s, model->config->ramp_s).value;
}

void sim_gait_base(struct sim_model *model, enum kf_leg leg, double t_s, struct sim_base *base)
{
    const struct kf_sim_config *config = model->config;
    const struct sim_motion phase = phase_at(model, leg, t_s), ramp = ramp_at(model, t_s);
    const struct sim_motion fault = fault_at(model, t_s);
    const struct sim_motion late = scaled(fault, -config->hip_late_ms * 1e-3 / model->period_s);
    const struct sim_motion thigh_phase = {phase.value + late.value, phase.rate + late.rate, phase.accel + late.accel};
    const struct harmonics wave = harmonics_of(phase.value), thigh_wave = harmonics_of(thigh_phase.value);
    double u;
    const struct sim_span *span = span_at(model, t_s, &u);
    const struct sim_motion blend = ease(u * model->period_s, model->period_s);

    for (int part = 0; part < 2; part++) {
        struct sim_motion gain = scaled(blend, span->gain1[leg][part] - span->gain0[leg][part]);
        gain.value += span->gain0[leg][part];
        if (part == 1) {
            struct sim_motion less = scaled(fault, -config->fold_drop_pct / 100);
            less.value += 1;
            gain = product(gain, less);
        }
        base->angle[part] = part == 0 ? play(&thigh_deg, &thigh_wave, thigh_phase, product(ramp, gain), degree)
                                      : play(&shank_deg, &wave, phase, product(ramp, gain), degree);
        base->angle[part].value += fault.value * config->sit_deg * degree;
        base->angle[part].rate += fault.rate * config->sit_deg * degree;
        base->angle[part].accel += fault.accel * config->sit_deg * degree;
    }
    base->hip[0] = play(&hip_x_mm, &wave, phase, ramp, 1e-3);
    base->hip[1] = play(&hip_y_mm, &wave, phase, ramp, 1e-3);
}

struct sim_motion sim_gait_lean(struct sim_model *model, double t_s)
{
    const struct kf_sim_config *config = model->config;
    const struct sim_motion phase = phase_at(model, KF_RIGHT, t_s), ramp = ramp_at(model, t_s);
    const struct harmonics wave = harmonics_of(phase.value);
    const struct sim_motion sway = play(&trunk_deg, &wave, phase, ramp, degree);
    const struct sim_motion up = scaled(ease(t_s - config->stand_s, config->ramp_s), config->lean_deg * degree);
    const struct sim_motion down = scaled(fault_at(model, t_s), -config->lean_drop_deg * degree);

    return (struct sim_motion){sway.value + up.value + down.value, sway.rate + up.rate + down.rate,
                               sway.accel + up.accel + down.accel};
}
