/* Protects a muscle's envelope and early-swing ratio: both against an independent batch reference at several rates, the
 * date of a burst, and what electrodes do: offsets, gaps, saturation, falling off, gain, noise, too slow a converter,
 * one that delivers envelopes. What cannot be known is NAN, never a number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/emg.h"
#include "core/hamstring.h"
#include "emg_reference.h"
#include "kneefold/pipeline.h"
#include "near.h"
#include "source/random.h"

/* A runner made of noise: stands 3 s, then a stride every .7 s, the swing its last .44 s. */
static const double stand_s = 3, stride_s = .7, swing_s = .44;

static struct kf_emg emg;
static struct kf_random rng;
static double recorded[EMG_REFERENCE_MAX], late[EMG_REFERENCE_MAX];
static unsigned recorded_count;

struct muscle {
    double rate_hz, rest_uv, burst_uv, pull; /* pull: early activity as a part of the burst */
    double offset_uv, gain;
};

static const struct muscle usual = {1000, 8, 300, 0, 0, 1};

static double toe_off_s(unsigned stride)
{
    return stand_s + stride * stride_s + stride_s - swing_s;
}

/* RMS at t_s: a pulse of 150 ms after toe-off, a burst that ends with contact. */
static double rms_uv(const struct muscle *muscle, double t_s)
{
    const double pi = 3.14159265358979323846;
    double level = 0;
    if (t_s > stand_s) {
        const double since = fmod(t_s - stand_s, stride_s) - (stride_s - swing_s), late_s = since - .6 * swing_s;
        if (since > 0 && since < .15)
            level += muscle->pull * pow(sin(pi * since / .15), 2);
        if (late_s > 0)
            level += pow(sin(pi * late_s / (.4 * swing_s)), 2);
    }
    return hypot(muscle->rest_uv, muscle->burst_uv * level);
}

static double draw(const struct muscle *muscle, double t_s)
{
    return muscle->offset_uv + muscle->gain * rms_uv(muscle, t_s) * kf_random_normal(&rng);
}

static void push(double t_s, double uv, bool saturated)
{
    struct kf_sample sample = {.t_s = t_s, .site = KF_SITE_HAMSTRING_L, .kind = KF_KIND_EMG, .saturated = saturated};
    sample.value[0] = (float)uv;
    kf_emg_push(&emg, &sample);
}

static void learn_until(double t_s, double *learnt_s)
{
    for (unsigned stride = 0; toe_off_s(stride) < t_s; stride++) {
        const double contact_s = toe_off_s(stride) + swing_s, next_to_s = toe_off_s(stride + 1);
        if (next_to_s > *learnt_s && next_to_s <= t_s)
            kf_emg_learn(&emg, toe_off_s(stride), contact_s);
    }
    *learnt_s = t_s;
}

static double learnt_s;

/* Samples of [from, to), learning at each toe-off as the pipeline does. */
static void run(const struct muscle *muscle, double from_s, double to_s)
{
    for (long i = lround(from_s * muscle->rate_hz); i < lround(to_s * muscle->rate_hz); i++) {
        const double t_s = (double)i / muscle->rate_hz;
        learn_until(t_s, &learnt_s);
        push(t_s, draw(muscle, t_s), false);
    }
}

static int start(void **state)
{
    (void)state;
    kf_emg_init(&emg);
    kf_random_seed(&rng, 11, 3);
    learnt_s = 0;
    return 0;
}

static double envelope_at(long step)
{
    if (!emg.placed || step >= emg.next_step || step < emg.next_step - KF_EMG_STEPS)
        return NAN;
    return (double)emg.envelope_uv[(uint64_t)step % KF_EMG_STEPS];
}

/* The ratio of stride n, asked as a verdict asks: .26 s after toe-off. */
static double ratio_of(const struct muscle *muscle, unsigned stride, double from_s)
{
    run(muscle, from_s, toe_off_s(stride) + .26);
    return kf_emg_early_ratio(&emg, toe_off_s(stride), swing_s);
}

/* ---- against the reference ---- */

static void record(const struct muscle *muscle, double seconds)
{
    recorded_count = (unsigned)(seconds * muscle->rate_hz);
    assert_true(recorded_count < EMG_REFERENCE_MAX);
    for (unsigned i = 0; i < recorded_count; i++)
        recorded[i] = (double)(float)draw(muscle, i / muscle->rate_hz);
}

/* Largest difference of both envelopes from 1 s on, as a part of the burst. */
static double compare_envelopes(const struct muscle *muscle, bool upper)
{
    double worst = 0;
    unsigned compared = 0;
    long step = 0;
    start(NULL);
    record(muscle, 12);
    emg_reference_envelope(recorded, recorded_count, muscle->rate_hz, upper, late);
    const double delay_s = emg_reference_delay_s(muscle->rate_hz, upper, fmin(100, muscle->rate_hz / 4));
    for (unsigned i = 0; i < recorded_count; i++) {
        push(i / muscle->rate_hz, recorded[i], false);
        for (; step < emg.next_step; step++) {
            const double t_s = (double)step / KF_GRID_HZ;
            if (t_s < 1)
                continue;
            const double want = emg_reference_at(late, recorded_count, muscle->rate_hz, delay_s, t_s);
            worst = fmax(worst, fabs(envelope_at(step) - want));
            compared += isfinite(envelope_at(step)) != 0;
        }
    }
    assert_true(compared > 10.8 * KF_GRID_HZ);
    assert_near(1 / emg.span_s, muscle->rate_hz, 1e-6 * muscle->rate_hz);
    return worst / muscle->burst_uv;
}

/* What differs is the delay's last fraction of a millisecond: a formula of analogue filters there, the phase here. */
static void test_envelope_is_the_reference(void **state)
{
    static const struct {
        double rate_hz;
        bool upper;
        enum kf_emg_form form;
        double limit; /* the formula's delay is that of analogue filters: worst where an edge nears half the rate */
    } rows[] = {{1000, true, KF_EMG_BAND, .008},   {2000, true, KF_EMG_BAND, .002},
                {1482, true, KF_EMG_BAND, .004},   {250, false, KF_EMG_NARROW, .006},
                {200, false, KF_EMG_NARROW, .009}, {500, false, KF_EMG_NARROW, .002}};
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct muscle muscle = usual;
        muscle.rate_hz = rows[i].rate_hz;
        muscle.offset_uv = 40; /* small: the reference starts from zero and must forget it */
        const double worst = compare_envelopes(&muscle, rows[i].upper);
        print_message("%4.0f Hz: envelope within %.2f %% of a burst of the reference's\n", rows[i].rate_hz,
                      100 * worst);
        assert_true(worst < rows[i].limit);
        assert_int_equal(kf_emg_report(&emg).form, rows[i].form);
    }
}

/* Mean of the reference's envelope over the grid steps of [from, to]. */
static double reference_mean(double rate_hz, double delay_s, double from_s, double to_s, double *most)
{
    double sum = 0;
    unsigned count = 0;
    *most = 0;
    for (long step = (long)ceil(from_s * KF_GRID_HZ); step <= (long)floor(to_s * KF_GRID_HZ); step++) {
        const double uv = fmax(0, emg_reference_at(late, recorded_count, rate_hz, delay_s, (double)step / KF_GRID_HZ));
        sum += uv;
        count++;
        *most = fmax(*most, uv);
    }
    return sum / count;
}

/* Peaks of strides 0 to n - 1, their percentile, rest as the lowest level second, and the ratio of stride n. */
static double reference_ratio(const struct muscle *muscle, unsigned n, double rest_uv)
{
    const double delay_s = emg_reference_delay_s(muscle->rate_hz, 1, 100);
    double peak[64], ignored;
    for (unsigned i = 0; i < n; i++) {
        const double contact_s = toe_off_s(i) + swing_s;
        (void)reference_mean(muscle->rate_hz, delay_s, contact_s - .4 * swing_s, contact_s, &peak[i]);
    }
    const double yardstick = emg_reference_percentile(peak, n), to_s = toe_off_s(n);
    const double early = reference_mean(muscle->rate_hz, delay_s, to_s, to_s + .4 * swing_s, &ignored);
    return sqrt(fmax(0, early * early - rest_uv * rest_uv)) / sqrt(yardstick * yardstick - rest_uv * rest_uv);
}

static void test_ratio_is_the_reference(void **state)
{
    static const double pulls[] = {0, .1, .3, .8};
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct muscle muscle = usual;
        muscle.pull = pulls[i];
        start(NULL);
        record(&muscle, toe_off_s(20) + .26);
        emg_reference_envelope(recorded, recorded_count, 1000, 1, late);
        for (unsigned k = 0; k < recorded_count; k++) {
            learn_until(k / 1000., &learnt_s);
            push(k / 1000., recorded[k], false);
        }
        const double got = kf_emg_early_ratio(&emg, toe_off_s(20), swing_s);
        const double want = reference_ratio(&muscle, 20, emg.rest_uv);
        print_message("early activity %.1f: ratio %.4f, reference %.4f\n", pulls[i], got, want);
        assert_near(got, want, .003);
        /* and what it should be: a mean rectified noise's ratio is that of the RMS; the envelope flattens the burst */
        assert_near(got, pulls[i] * .427 / .75, .03 + .12 * pulls[i]);
        assert_near(emg.rest_uv, 8 * sqrt(2 / 3.14159265), .8);
    }
}

/* A burst is where the muscle made it: the centre of mass of its envelope, within 2 ms. */
static void test_burst_is_dated_back(void **state)
{
    static const double rates[] = {1000, 2000, 250};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct muscle muscle = usual;
        double moment = 0, mass = 0;
        unsigned bursts = 0;
        start(NULL);
        muscle.rate_hz = rates[i];
        muscle.rest_uv = .01;
        for (unsigned stride = 0; stride < 40; stride++) {
            const double centre_s = toe_off_s(stride) + .8 * swing_s;
            run(&muscle, bursts ? toe_off_s(stride - 1) + 1.4 * stride_s : 0, toe_off_s(stride) + 1.4 * stride_s);
            bursts++;
            for (long step = lround((centre_s - .2) * KF_GRID_HZ); step <= lround((centre_s + .2) * KF_GRID_HZ); step++)
                if (isfinite(envelope_at(step))) {
                    moment += envelope_at(step) * ((double)step / KF_GRID_HZ - centre_s);
                    mass += envelope_at(step);
                }
        }
        print_message("%4.0f Hz: bursts %+.2f ms late\n", rates[i], 1e3 * moment / mass);
        assert_near(moment / mass, 0, .002);
    }
}

/* ---- electrodes ---- */

static void test_never_worn(void **state)
{
    (void)state;
    const struct kf_emg_report report = kf_emg_report(&emg);
    assert_false(report.worn);
    assert_int_equal(report.form, KF_EMG_UNKNOWN);
    assert_true(isnan(report.rate_hz) && isnan(report.peak_uv) && isnan(report.rest_uv));
    assert_true(isnan(kf_emg_early_ratio(&emg, 5, .44)) && isnan(kf_emg_level(&emg, 5)));
    kf_emg_learn(&emg, 4, 4.4);
    kf_emg_learn(&emg, NAN, NAN);
    assert_int_equal(kf_emg_report(&emg).swings, 0);
}

/* An electrode's offset of 100 mV, and one that comes 20 s late. */
static void test_offset_and_late_start(void **state)
{
    struct muscle muscle = usual;
    (void)state;
    muscle.offset_uv = 1e5;
    muscle.pull = .4;
    const double ratio = ratio_of(&muscle, 40, 20);
    assert_near(ratio, .4 * .427 / .75, .07);
    assert_in_range(kf_emg_report(&emg).swings, 14, 16);
    assert_true(isnan(emg.rest_uv)); /* it came running */
}

/* The first value shown after a start is sound: the offset has left no step behind. */
static void test_offset_makes_no_step(void **state)
{
    struct muscle muscle = usual;
    unsigned seen = 0;
    (void)state;
    muscle.offset_uv = 1e5;
    run(&muscle, 0, .3);
    for (long step = 0; step < 60; step++)
        if (isfinite(envelope_at(step))) {
            assert_true(envelope_at(step) < 12);
            seen++;
        }
    assert_in_range(seen, 20, 50);
}

static void test_few_peaks_say_nothing(void **state)
{
    (void)state;
    assert_true(isnan(ratio_of(&usual, 4, 0)));
    assert_true(isfinite(ratio_of(&usual, 5, toe_off_s(4) + .26)));
}

/* A verdict asks before all of the window has come; a fifth may be missing, no more. */
static void test_window_must_have_come(void **state)
{
    (void)state;
    run(&usual, 0, toe_off_s(10) + .8 * .4 * swing_s + .048);
    assert_true(isfinite(kf_emg_early_ratio(&emg, toe_off_s(10), swing_s)));
    start(NULL);
    run(&usual, 0, toe_off_s(10) + .7 * .4 * swing_s + .035);
    assert_true(isnan(kf_emg_early_ratio(&emg, toe_off_s(10), swing_s)));
    assert_true(isnan(kf_emg_early_ratio(&emg, toe_off_s(10), NAN)));
    assert_true(isnan(kf_emg_early_ratio(&emg, NAN, swing_s)));
    assert_true(isnan(kf_emg_early_ratio(&emg, toe_off_s(10), 1e300)));
    assert_true(isnan(kf_emg_early_ratio(&emg, -1e300, swing_s)));
}

/* 20 ms lost in early swing are bridged; 60 ms are a hole, and 75 ms after it the filter has not settled. */
static void test_gaps(void **state)
{
    const double to_s = toe_off_s(10);
    (void)state;
    run(&usual, 0, to_s + .05);
    run(&usual, to_s + .07, to_s + .26);
    assert_near(kf_emg_early_ratio(&emg, to_s, swing_s), .03, .03);
    start(NULL);
    run(&usual, 0, to_s + .05);
    run(&usual, to_s + .11, to_s + .26);
    assert_true(isnan(kf_emg_early_ratio(&emg, to_s, swing_s)));
    assert_true(isnan(envelope_at(lround((to_s + .06) * KF_GRID_HZ))));
    assert_true(isfinite(envelope_at(lround((to_s + .16) * KF_GRID_HZ))));
    run(&usual, to_s + .26, to_s + 5); /* silent for a minute, then on */
    run(&usual, to_s + 65, toe_off_s(110));
    assert_true(isfinite(ratio_of(&usual, 110, toe_off_s(110))));
}

/* Samples that are no numbers, stand still in time or go back are as if lost. */
static void test_nonsense(void **state)
{
    static const double values[] = {NAN, INFINITY, -INFINITY, 2e7}, times[] = {NAN, INFINITY, -1e12, 3.0};
    struct kf_emg before;
    (void)state;
    run(&usual, 0, toe_off_s(8));
    before = emg;
    for (unsigned i = 0; i < 4; i++) {
        push(toe_off_s(8) + .001, values[i], false);
        push(times[i], 1, false);
    }
    assert_memory_equal(&emg, &before, sizeof emg);
    assert_near(ratio_of(&usual, 10, toe_off_s(8)), .03, .03);
}

static void test_saturation(void **state)
{
    const double to_s = toe_off_s(10);
    (void)state;
    run(&usual, 0, to_s + .08);
    push(to_s + .08, 300, true);
    run(&usual, to_s + .081, to_s + .26);
    assert_true(isnan(kf_emg_early_ratio(&emg, to_s, swing_s)));
    assert_true(isfinite(ratio_of(&usual, 11, to_s + .26)));
}

/* Off the skin: the same value from now on, a rail or none. Nothing is made of it, nor of the moments before it was
 * noticed; put on again, it works. */
static void test_electrode_off(void **state)
{
    static const double rails[] = {0, 187500, -187500};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        double to_s = toe_off_s(12);
        start(NULL);
        run(&usual, 0, to_s + .02);
        for (long k = 0; k < 240; k++)
            push(to_s + .02 + (double)k / 1000, rails[i], false);
        assert_true(isnan(kf_emg_early_ratio(&emg, to_s, swing_s)));
        assert_true(isnan(kf_emg_level(&emg, to_s + .23)));
        assert_true(isfinite(envelope_at(lround((to_s - .03) * KF_GRID_HZ))));
        for (long step = lround(to_s * KF_GRID_HZ); step < emg.next_step; step++)
            assert_true(isnan(envelope_at(step)));
        for (long k = 240; k < 4000; k++) {
            push(to_s + .02 + (double)k / 1000, rails[i], false);
            learn_until(to_s + .02 + (double)k / 1000, &learnt_s);
        }
        assert_near(kf_emg_report(&emg).quality, 0, 0);
        assert_in_range(kf_emg_report(&emg).swings, 11, 12);
        to_s += 4.02;
        run(&usual, to_s, toe_off_s(20));
        assert_near(ratio_of(&usual, 20, toe_off_s(20)), .03, .03);
        assert_true(kf_emg_report(&emg).quality > .9);
    }
}

/* An amplifier turned up or down by 10: for a few strides nothing is said, then the same as before. */
static void test_gain_change(void **state)
{
    static const double gains[] = {10, .1};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct muscle muscle = usual;
        unsigned said = 0, wrong = 0, stride = 61;
        start(NULL);
        muscle.pull = .3;
        run(&muscle, 0, toe_off_s(61) - .1);
        muscle.gain = gains[i];
        for (double from_s = toe_off_s(61) - .1; stride < 90; stride++) {
            const double ratio = ratio_of(&muscle, stride, from_s);
            from_s = toe_off_s(stride) + .26;
            said += isfinite(ratio) != 0;
            wrong += stride > 61 && isfinite(ratio) && fabs(ratio - .3 * .427 / .75) > .06;
        }
        print_message("gain times %g: %u of 29 swings with a ratio, %u wrong\n", gains[i], said, wrong);
        assert_int_equal(wrong, 0);
        assert_true(said > 20);
    }
}

/* Noise of 10 % of the burst's power changes little where the muscle was seen at rest; where it was not, or where noise
 * is ten times the muscle, nothing is said. */
static void test_noise(void **state)
{
    struct muscle muscle = usual;
    (void)state;
    muscle.rest_uv = muscle.burst_uv * sqrt(.1);
    muscle.pull = .3;
    unsigned said = 0;
    for (unsigned stride = 20; stride < 40; stride++) {
        const double ratio = ratio_of(&muscle, stride, stride == 20 ? 0 : toe_off_s(stride - 1) + .26);
        said += isfinite(ratio) != 0;
        assert_near(ratio, .3 * .427 / .75, .15);
    }
    assert_int_equal(said, 20);
    start(NULL);
    assert_true(isnan(ratio_of(&muscle, 20, 3.5)));
    start(NULL);
    muscle.rest_uv = muscle.burst_uv * sqrt(10);
    for (unsigned stride = 20; stride < 40; stride++)
        assert_true(isnan(ratio_of(&muscle, stride, stride == 20 ? 0 : toe_off_s(stride - 1) + .26)));
    assert_near(kf_emg_report(&emg).quality, 0, 0);
}

/* ---- rates and forms ---- */

static void test_rate_changes(void **state)
{
    struct muscle muscle = usual;
    (void)state;
    muscle.pull = .3;
    run(&muscle, 0, 20);
    assert_near(kf_emg_report(&emg).rate_hz, 1000, 1);
    muscle.rate_hz = 250;
    assert_near(ratio_of(&muscle, 45, 20), .3 * .427 / .75, .06);
    assert_near(kf_emg_report(&emg).rate_hz, 250, 1);
    assert_int_equal(kf_emg_report(&emg).form, KF_EMG_NARROW);
    muscle.rate_hz = 2000;
    assert_near(ratio_of(&muscle, 80, toe_off_s(45) + .26), .3 * .427 / .75, .06);
    assert_near(kf_emg_report(&emg).rate_hz, 2000, 2);
    assert_int_equal(kf_emg_report(&emg).form, KF_EMG_BAND);
}

static void test_low_rate(void **state)
{
    struct muscle muscle = usual;
    (void)state;
    muscle.rate_hz = 250;
    assert_near(ratio_of(&muscle, 30, 0), .03, .03);
    muscle.pull = .4;
    assert_near(ratio_of(&muscle, 31, toe_off_s(30) + .26), .4 * .427 / .75, .12);
    start(NULL);
    muscle.rate_hz = 30;
    run(&muscle, 0, 10);
    assert_int_equal(kf_emg_report(&emg).form, KF_EMG_UNKNOWN);
    assert_true(kf_emg_report(&emg).worn);
    assert_true(isnan(kf_emg_early_ratio(&emg, toe_off_s(9), swing_s)));
}

/* A converter that sends what it has rectified and smoothed already is recognised, at any rate, and taken as is; raw
 * EMG with an offset that keeps it positive is not mistaken for it. */
static void test_delivered_envelope(void **state)
{
    static const double rates[] = {1000, 250, 80};
    struct muscle muscle = usual;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        start(NULL);
        for (long k = 0; k < lround(30 * rates[i]); k++) {
            const double t_s = (double)k / rates[i];
            learn_until(t_s, &learnt_s);
            push(t_s, rms_uv(&muscle, t_s) * (1 + .01 * kf_random_normal(&rng)), false);
        }
        assert_int_equal(kf_emg_report(&emg).form, KF_EMG_ENVELOPE);
        assert_true(kf_emg_report(&emg).swings > 20);
    }
    start(NULL);
    muscle.offset_uv = 5000;
    run(&muscle, 0, 20);
    assert_int_equal(kf_emg_report(&emg).form, KF_EMG_BAND);
}

/* ---- one leg's muscles ---- */

static void test_larger_hamstring_counts(void **state)
{
    static struct kf_emg muscles[KF_MUSCLE_SITES];
    struct muscle muscle = usual;
    (void)state;
    for (int i = 0; i < KF_MUSCLE_SITES; i++)
        kf_emg_init(&muscles[i]);
    assert_true(isnan(kf_hamstring_early_ratio(muscles, KF_LEFT, 5, .44)));
    const double resting = ratio_of(&usual, 20, 0);
    *kf_muscle_at(muscles, KF_SITE_HAMSTRING_L) = emg;
    assert_near(kf_hamstring_early_ratio(muscles, KF_LEFT, toe_off_s(20), swing_s), resting, 0);
    assert_true(isnan(kf_hamstring_early_ratio(muscles, KF_RIGHT, toe_off_s(20), swing_s)));
    start(NULL);
    muscle.pull = .5;
    const double working = ratio_of(&muscle, 20, 0);
    *kf_muscle_at(muscles, KF_SITE_MEDIAL_HAMSTRING_L) = emg;
    assert_near(kf_hamstring_early_ratio(muscles, KF_LEFT, toe_off_s(20), swing_s), working, 0);
    *kf_muscle_at(muscles, KF_SITE_RECTUS_L) = emg; /* no hamstring */
    kf_emg_init(kf_muscle_at(muscles, KF_SITE_MEDIAL_HAMSTRING_L));
    assert_near(kf_hamstring_early_ratio(muscles, KF_LEFT, toe_off_s(20), swing_s), resting, 0);
    assert_true(kf_hamstring_level(muscles, KF_LEFT, toe_off_s(20) + .2) < .2);
    assert_null(kf_muscle_at(muscles, KF_SITE_THIGH_L));
    assert_null(kf_muscle_at(muscles, KF_SITE_INSOLE_L));
    assert_null(kf_muscle_at(muscles, KF_SITE_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_envelope_is_the_reference, start),
        cmocka_unit_test_setup(test_ratio_is_the_reference, start),
        cmocka_unit_test_setup(test_burst_is_dated_back, start),
        cmocka_unit_test_setup(test_never_worn, start),
        cmocka_unit_test_setup(test_offset_and_late_start, start),
        cmocka_unit_test_setup(test_offset_makes_no_step, start),
        cmocka_unit_test_setup(test_few_peaks_say_nothing, start),
        cmocka_unit_test_setup(test_window_must_have_come, start),
        cmocka_unit_test_setup(test_gaps, start),
        cmocka_unit_test_setup(test_nonsense, start),
        cmocka_unit_test_setup(test_saturation, start),
        cmocka_unit_test_setup(test_electrode_off, start),
        cmocka_unit_test_setup(test_gain_change, start),
        cmocka_unit_test_setup(test_noise, start),
        cmocka_unit_test_setup(test_rate_changes, start),
        cmocka_unit_test_setup(test_low_rate, start),
        cmocka_unit_test_setup(test_delivered_envelope, start),
        cmocka_unit_test_setup(test_larger_hamstring_counts, start),
    };
    return cmocka_run_group_tests_name("emg", tests, NULL, NULL);
}
