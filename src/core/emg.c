/* emg.c - a muscle's envelope, its own yardstick, and how active it was early in the swing.
 *
 * An inertial sensor sees the net moment; only EMG tells a pull from less braking, and shows a pull that the quadriceps
 * hide (science.md section 7). Three things make that hard live: the envelope's filters are late, amplitudes mean
 * nothing between one electrode and the next, and electrodes fail. So envelopes are dated back by the filters' delay,
 * compared with the same muscle's terminal-swing peak, and left out wherever they cannot be believed. */
#include "core/emg.h"

#include <math.h>
#include <string.h>

#include "kneefold/pipeline.h"

static const double pi = 3.14159265358979323846;

/* science.md section 10 */
static const double band_low_hz = 20, band_high_hz = 450, envelope_hz = 6;
static const double middle_hz = 100; /* where most of a hamstring's power lies: the band-pass's delay is taken there */
static const double band_rate_hz = 950, narrow_rate_hz = 100, slowest_rate_hz = 40;

/* Sections 7 and 10 give the filters and windows; what is not marked otherwise below is the program's choice. */
static const double below_nyquist = .45; /* of the rate: a cut-off this near half of it still can be designed */
static const unsigned rate_intervals = 32, rate_memory = 512, first_intervals = 4;
static const double rate_change = .03;    /* of the rate, before filters are made anew */
static const double lost_spans = 2.5;     /* an interval of more than so many usual ones: samples are missing */
static const double longest_gap_s = .025; /* as in motion (segment.c) */
static const double settle_s = .075;      /* two time constants of the envelope's filter */
static const double same_s = .1, same_envelope_s = .5; /* a coarse envelope may well read 0 for a while */
static const double same_spans = 10;                   /* at low rates so many equal values take longer */
static const double believable_uv = 1e7;

static const double watch_s = 2;              /* a look at what the signal is */
static const double envelope_high_share = .1; /* an envelope has less than this of its power above 20 Hz */

static const double level_ratio = 1.5; /* a Gaussian noise's envelope keeps within it for a second; bursts do not */

static const double rest_ratio = 1.25, rest_down = .2, rest_up = .05; /* a second may hold the start of a step */

static const double early_share = .4, terminal_share = .4; /* of the swing; peak hip flexion is near .7 */
static const double needed_share = .8;                     /* of a window must be sound */
static const unsigned needed_peaks = 5;
static const double strange_peak = 3;    /* times larger or smaller than usual: gain, electrode or gait changed */
static const unsigned strange_peaks = 6; /* so many small ones in a row: the old ones are forgotten */
static const double least_peak_uv = 1;   /* no muscle that brakes a leg is so quiet */
static const double peak_over_rest = 2;  /* below it tone and noise are one */
static const double quiet_share = .2;    /* a muscle whose rest was not seen must be this quiet once a stride */
static const double percentile = .95;
static const double misplaced_ratio = .7, misplaced_weight = .1; /* early swing over terminal, running mean */
static const double ratio_most = 2;                              /* one knock on an electrode must not misplace it */
static const double level_age_s = .060;                          /* how old a level may be (kneefold/pipeline.h) */

const char kf_emg_normalisation[] = "running 95th percentile of the muscle's own terminal-swing peak";

const char *kf_emg_form_name(enum kf_emg_form form)
{
    static const char *const names[] = {[KF_EMG_UNKNOWN] = "unknown",
                                        [KF_EMG_BAND] = "20-450 Hz",
                                        [KF_EMG_NARROW] = "20 Hz to half the rate",
                                        [KF_EMG_ENVELOPE] = "envelope as delivered"};
    return names[form];
}

static int slot_of(int64_t step)
{
    return (int)((uint64_t)step % KF_EMG_STEPS);
}

static void forget_envelope(struct kf_emg *emg)
{
    for (int i = 0; i < KF_EMG_STEPS; i++)
        emg->envelope_uv[i] = NAN;
    emg->point_uv = NAN;
}

void kf_emg_init(struct kf_emg *emg)
{
    memset(emg, 0, sizeof *emg);
    emg->rest_uv = emg->percentile_uv = NAN;
    forget_envelope(emg);
}

void kf_emg_restart(struct kf_emg *emg)
{
    emg->started = emg->placed = false;
    forget_envelope(emg);
}

/* -------------------------------------------------------------------------------------------------- filters */

/* Group delay of a 2nd-order Butterworth low- or high-pass at f_hz (the two are alike). */
static double group_delay_s(double cutoff_hz, double f_hz)
{
    const double ratio = f_hz / cutoff_hz, square = ratio * ratio;
    return sqrt(2) / (2 * pi * cutoff_hz) * (1 + square) / (1 + square * square);
}

static struct kf_butter2 low_pass(double cutoff_hz, double span_s)
{
    return kf_butter2_design(sqrt(2) / (2 * pi * cutoff_hz), span_s);
}

static enum kf_emg_form form_at(double rate_hz, bool is_envelope)
{
    if (rate_hz < slowest_rate_hz)
        return KF_EMG_UNKNOWN;
    if (is_envelope || rate_hz < narrow_rate_hz)
        return KF_EMG_ENVELOPE;
    return rate_hz < band_rate_hz ? KF_EMG_NARROW : KF_EMG_BAND;
}

static void design(struct kf_emg *emg)
{
    const double rate_hz = 1 / emg->span_s;
    const double high_hz = fmin(band_high_hz, below_nyquist * rate_hz), at_hz = fmin(middle_hz, rate_hz / 4);
    emg->design_span_s = emg->span_s;
    const enum kf_emg_form before = emg->form;
    emg->form = form_at(rate_hz, emg->is_envelope);
    if (emg->form != before) { /* rest and peaks are those of another band */
        emg->peaks = emg->next_peak = 0;
        emg->early_over_late = 0;
        emg->rest_uv = emg->percentile_uv = NAN;
    }
    if (emg->form == KF_EMG_UNKNOWN)
        return;
    emg->high = low_pass(fmin(band_low_hz, below_nyquist * rate_hz), emg->span_s);
    emg->high_gain = (1 - emg->high.a1 + emg->high.a2) / 4; /* 1 at half the rate */
    emg->low = low_pass(high_hz, emg->span_s);
    emg->smooth = low_pass(envelope_hz, emg->span_s);
    emg->delay_s = group_delay_s(envelope_hz, 0);
    if (emg->form != KF_EMG_ENVELOPE)
        emg->delay_s += group_delay_s(band_low_hz, at_hz);
    if (emg->form == KF_EMG_BAND)
        emg->delay_s += group_delay_s(high_hz, at_hz);
}

/* Filters as if the first value had been there forever, so that an electrode's offset makes no step. */
static void start_filters(struct kf_emg *emg, double t_s, double uv)
{
    emg->high_z[0] = -emg->high_gain * uv;
    emg->high_z[1] = emg->high_gain * uv;
    memset(emg->low_z, 0, sizeof emg->low_z);
    memset(emg->smooth_z, 0, sizeof emg->smooth_z);
    emg->low.count = emg->smooth.count = 0;
    emg->sound_from_s = t_s + settle_s;
    emg->same_since_s = t_s;
    emg->same_uv = uv;
    emg->level_steps = 0;
    emg->point_uv = NAN;
}

/* The denominator of the low-pass with the numerator g (1 - 2/z + 1/z²): the high-pass of the same cut-off. */
static double high_pass(struct kf_emg *emg, double uv)
{
    const double scaled = emg->high_gain * uv, out = scaled + emg->high_z[0];
    emg->high_z[0] = -2 * scaled - emg->high.a1 * out + emg->high_z[1];
    emg->high_z[1] = scaled - emg->high.a2 * out;
    return out;
}

/* An envelope never goes below zero and hardly moves above 20 Hz; raw EMG, even with an offset, lives there. Two looks
 * must agree before the form changes. */
static void watch_form(struct kf_emg *emg, double uv, double high_uv)
{
    emg->watch_sum += uv;
    emg->watch_square += uv * uv;
    emg->watch_high += high_uv * high_uv;
    emg->watched_negative += uv < 0;
    if (++emg->watched * emg->design_span_s < watch_s)
        return;
    const double mean = emg->watch_sum / emg->watched;
    const double power = emg->watch_square / emg->watched - mean * mean, high = emg->watch_high / emg->watched;
    const bool looks = emg->watched_negative == 0 && high < envelope_high_share * power;
    emg->watch_sum = emg->watch_square = emg->watch_high = 0;
    emg->watched = emg->watched_negative = 0;
    emg->envelope_votes = looks == emg->is_envelope ? 0 : emg->envelope_votes + 1;
    if (emg->envelope_votes < 2)
        return;
    emg->is_envelope = looks;
    emg->envelope_votes = 0;
    emg->design_span_s = 0;
}

/* One value of the envelope. */
static double filter(struct kf_emg *emg, double uv)
{
    double value = high_pass(emg, uv);
    watch_form(emg, uv, value);
    if (emg->form == KF_EMG_ENVELOPE)
        value = uv;
    else if (emg->form == KF_EMG_BAND)
        kf_butter2_step(&emg->low, &emg->low_z[0], &emg->low_z[1], &value, &value, 1);
    value = fabs(value);
    kf_butter2_step(&emg->smooth, &emg->smooth_z[0], &emg->smooth_z[1], &value, &value, 1);
    return value;
}

/* ----------------------------------------------------------------------------------------------------- grid */

/* The mean of seconds in which the envelope stayed level, near the lowest of them: standing still, all that is left is
 * noise. */
static void watch_rest(struct kf_emg *emg, double uv)
{
    if (isnan(uv)) {
        emg->level_steps = 0;
        return;
    }
    if (emg->level_steps == 0) {
        emg->level_sum = 0;
        emg->level_low = emg->level_high = uv;
    }
    emg->level_sum += uv;
    emg->level_low = fmin(emg->level_low, uv);
    emg->level_high = fmax(emg->level_high, uv);
    if (++emg->level_steps < KF_GRID_HZ)
        return;
    const double mean = emg->level_sum / emg->level_steps;
    emg->level_steps = 0;
    if (emg->level_high > level_ratio * mean || mean > level_ratio * emg->level_low)
        return;
    if (isnan(emg->rest_uv) || mean * rest_ratio < emg->rest_uv)
        emg->rest_uv = mean;
    else if (mean < rest_ratio * emg->rest_uv)
        emg->rest_uv += (mean < emg->rest_uv ? rest_down : rest_up) * (mean - emg->rest_uv);
}

static void put_step(struct kf_emg *emg, double uv)
{
    emg->envelope_uv[slot_of(emg->next_step++)] = (float)uv;
    watch_rest(emg, uv);
}

/* The envelope between the last value and this one, dated back, on the grid. */
static void put(struct kf_emg *emg, double arrived_s, double uv)
{
    const double t_s = arrived_s - emg->delay_s, span_s = t_s - emg->point_t_s;
    const int64_t end = (int64_t)floor(t_s * KF_GRID_HZ) + 1;
    if (arrived_s < emg->sound_from_s)
        uv = NAN;
    if (!emg->placed || end - emg->next_step > KF_EMG_STEPS) {
        emg->placed = true;
        emg->next_step = end;
        forget_envelope(emg);
    }
    while (emg->next_step < end) {
        const double part = ((double)emg->next_step * KF_GRID_S - emg->point_t_s) / span_s;
        put_step(emg, emg->point_uv + part * (uv - emg->point_uv));
    }
    emg->point_t_s = t_s;
    emg->point_uv = uv;
}

/* An electrode that has come off reads a rail or nothing at all; what was made of that is taken back. */
static void watch_faults(struct kf_emg *emg, const struct kf_sample *sample)
{
    const double t_s = sample->t_s, uv = (double)sample->value[0];
    const double limit_s = emg->form == KF_EMG_ENVELOPE ? same_envelope_s : fmax(same_s, same_spans * emg->span_s);
    if (sample->saturated)
        emg->sound_from_s = t_s + settle_s;
    if (uv < emg->same_uv || uv > emg->same_uv) {
        emg->same_uv = uv;
        emg->same_since_s = t_s;
    }
    if (t_s - emg->same_since_s < limit_s)
        return;
    emg->sound_from_s = t_s + settle_s;
    if (isnan(emg->point_uv)) /* done */
        return;
    const double since_s = emg->same_since_s - emg->delay_s;
    for (int64_t step = emg->next_step - 1; emg->next_step - step <= KF_EMG_STEPS; step--)
        if ((double)step * KF_GRID_S >= since_s)
            emg->envelope_uv[slot_of(step)] = NAN;
}

/* ----------------------------------------------------------------------------------------------------- rate */

/* Long intervals are lost samples, unless they are all there is: then the rate has changed. */
static void measure_rate(struct kf_emg *emg, double interval_s)
{
    const bool odd = emg->intervals >= first_intervals && interval_s > lost_spans * emg->span_s;
    emg->odd_intervals = odd ? emg->odd_intervals + 1 : 0;
    if (odd && emg->design_span_s > 0 && emg->odd_intervals < rate_intervals / 2)
        return;
    if (odd)
        emg->intervals = 0;
    if (emg->intervals < rate_memory)
        emg->intervals++;
    emg->span_s += (interval_s - emg->span_s) / emg->intervals;
}

static bool design_is_due(const struct kf_emg *emg)
{
    if (emg->intervals < rate_intervals)
        return false;
    return !(emg->design_span_s > 0) || fabs(emg->span_s / emg->design_span_s - 1) > rate_change;
}

void kf_emg_push(struct kf_emg *emg, const struct kf_sample *sample)
{
    const double t_s = sample->t_s, uv = (double)sample->value[0], interval_s = t_s - emg->last_t_s;
    const bool joined = emg->started;
    if (!(fabs(t_s) < 1e9) || !(fabs(uv) < believable_uv) || (joined && !(interval_s > 0)))
        return;
    emg->worn = emg->started = true;
    emg->last_t_s = t_s;
    if (joined)
        measure_rate(emg, interval_s);
    const bool anew = design_is_due(emg);
    if (anew)
        design(emg);
    if (!joined || anew || interval_s > fmax(longest_gap_s, lost_spans * emg->span_s))
        start_filters(emg, t_s, uv);
    if (emg->form == KF_EMG_UNKNOWN)
        return;
    watch_faults(emg, sample);
    put(emg, t_s, filter(emg, uv));
}

/* ---------------------------------------------------------------------------------------------------- swing */

/* The sound steps of a span of time. */
struct span {
    double sum_uv, most_uv, least_uv;
    int sound, all;
};

static struct span look(const struct kf_emg *emg, double from_s, double to_s)
{
    struct span span = {0, 0, INFINITY, 0, 0};
    if (!(to_s - from_s < KF_EMG_STEPS * KF_GRID_S)) /* also when either is not known */
        return span;
    const int64_t first = (int64_t)ceil(from_s * KF_GRID_HZ), last = (int64_t)floor(to_s * KF_GRID_HZ);
    for (int64_t step = first; step <= last; step++) {
        const bool kept = emg->placed && step < emg->next_step && step >= emg->next_step - KF_EMG_STEPS;
        const double uv = kept ? (double)emg->envelope_uv[slot_of(step)] : NAN;
        span.all++;
        if (isnan(uv))
            continue;
        span.sound++;
        span.sum_uv += uv;
        span.most_uv = fmax(span.most_uv, uv);
        span.least_uv = fmin(span.least_uv, uv);
    }
    return span;
}

static bool enough(const struct span *span)
{
    return span->sound > 0 && span->sound >= needed_share * span->all;
}

/* Linear between order statistics, the median of two values their mean. */
static double percentile_of(const float *value, unsigned count)
{
    float sorted[KF_EMG_PEAKS];
    for (unsigned i = 0; i < count; i++) {
        unsigned at = i;
        for (; at > 0 && sorted[at - 1] > value[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = value[i];
    }
    const double place = percentile * (count - 1);
    const unsigned below = (unsigned)place, above = below + 1 < count ? below + 1 : below;
    return (double)sorted[below] + (place - below) * ((double)sorted[above] - (double)sorted[below]);
}

/* Whether the newest peaks are all far below what was usual: less gain, or an electrode put on again. */
static bool fell_for_good(const struct kf_emg *emg)
{
    if (emg->peaks <= strange_peaks)
        return false;
    for (unsigned i = 1; i <= strange_peaks; i++)
        if ((double)emg->peak_uv[(emg->next_peak + KF_EMG_PEAKS - i) % KF_EMG_PEAKS] * strange_peak >
            emg->percentile_uv)
            return false;
    return true;
}

static void keep_newest(struct kf_emg *emg, unsigned count)
{
    float newest[KF_EMG_PEAKS];
    for (unsigned i = 0; i < count; i++)
        newest[i] = emg->peak_uv[(emg->next_peak + KF_EMG_PEAKS - count + i) % KF_EMG_PEAKS];
    memcpy(emg->peak_uv, newest, count * sizeof *newest);
    emg->peaks = emg->next_peak = count;
}

void kf_emg_learn(struct kf_emg *emg, double t_to_s, double t_ic_s)
{
    const double swing_s = t_ic_s - t_to_s;
    const struct span late = look(emg, t_ic_s - terminal_share * swing_s, t_ic_s);
    const struct span early = look(emg, t_to_s, t_to_s + early_share * swing_s);
    if (!enough(&late))
        return;
    if (enough(&early)) {
        const double ratio = fmin(early.sum_uv / early.sound / late.most_uv, ratio_most);
        emg->early_over_late += misplaced_weight * (ratio - emg->early_over_late);
    }
    emg->peak_uv[emg->next_peak] = (float)late.most_uv;
    emg->next_peak = (emg->next_peak + 1) % KF_EMG_PEAKS;
    if (emg->peaks < KF_EMG_PEAKS)
        emg->peaks++;
    if (fell_for_good(emg)) {
        keep_newest(emg, strange_peaks);
        emg->rest_uv = NAN; /* its noise was seen through the same gain */
    }
    emg->percentile_uv = percentile_of(emg->peak_uv, emg->peaks);
}

/* Noise and muscle are independent: their powers add. Below rest, as where the filter undershoots, is 0. */
static double without_rest(const struct kf_emg *emg, double uv)
{
    const double rest_uv = isnan(emg->rest_uv) ? 0 : emg->rest_uv;
    return uv < rest_uv ? 0 : sqrt(uv * uv - rest_uv * rest_uv);
}

/* Whether rest is so loud that tone and noise are one. */
static bool is_noise(const struct kf_emg *emg)
{
    return emg->percentile_uv < peak_over_rest * emg->rest_uv;
}

/* No hamstring works after toe-off as it does before contact; the other leg's does just that. */
static bool is_misplaced(const struct kf_emg *emg)
{
    return emg->early_over_late > misplaced_ratio && !is_noise(emg);
}

/* Whether the terminal-swing peak is one a muscle can be measured by. */
static bool has_yardstick(const struct kf_emg *emg)
{
    if (emg->peaks < needed_peaks || !(emg->percentile_uv >= least_peak_uv) || is_misplaced(emg))
        return false;
    const double last_uv = (double)emg->peak_uv[(emg->next_peak + KF_EMG_PEAKS - 1) % KF_EMG_PEAKS];
    return last_uv * strange_peak > emg->percentile_uv && last_uv < strange_peak * emg->percentile_uv && !is_noise(emg);
}

double kf_emg_early_ratio(const struct kf_emg *emg, double t_to_s, double swing_s)
{
    const struct span early = look(emg, t_to_s, t_to_s + early_share * swing_s);
    if (!has_yardstick(emg) || !enough(&early))
        return NAN;
    if (isnan(emg->rest_uv)) {
        const struct span stride = look(emg, t_to_s - swing_s, t_to_s + early_share * swing_s);
        if (!enough(&stride) || stride.least_uv > quiet_share * emg->percentile_uv)
            return NAN;
    }
    return without_rest(emg, early.sum_uv / early.sound) / without_rest(emg, emg->percentile_uv);
}

double kf_emg_level(const struct kf_emg *emg, double t_s)
{
    const int64_t oldest = (int64_t)ceil((t_s - level_age_s) * KF_GRID_HZ);
    int64_t step = (int64_t)floor(t_s * KF_GRID_HZ + 1e-6);
    if (!emg->placed || !has_yardstick(emg))
        return NAN;
    if (step >= emg->next_step)
        step = emg->next_step - 1;
    if (step < oldest || step < emg->next_step - KF_EMG_STEPS)
        return NAN;
    return without_rest(emg, (double)emg->envelope_uv[slot_of(step)]) / without_rest(emg, emg->percentile_uv);
}

struct kf_emg_report kf_emg_report(const struct kf_emg *emg)
{
    const bool measured = emg->intervals >= rate_intervals;
    int sound = 0;
    for (int i = 0; i < KF_EMG_STEPS; i++)
        sound += !isnan(emg->envelope_uv[i]);
    return (struct kf_emg_report){
        .worn = emg->worn,
        .form = emg->form,
        .rate_hz = measured ? 1 / emg->span_s : NAN,
        .peak_uv = emg->percentile_uv,
        .rest_uv = emg->rest_uv,
        .swings = emg->peaks,
        .misplaced = is_misplaced(emg),
        .quality = emg->peaks >= needed_peaks && !has_yardstick(emg) ? 0 : (double)sound / KF_EMG_STEPS,
    };
}
