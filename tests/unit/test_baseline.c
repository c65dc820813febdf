/* Protects the runner's own baseline: provisional from 12 strides and full from 30, moved by no handful of pulled or
 * clumsy strides, and restated in the terms of what is known of the knee now, so that a drive never jumps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "core/baseline.h"
#include "exact.h"
#include "near.h"

static const double degree = 3.14159265358979323846 / 180;
static struct kf_baseline baseline;
static struct kf_knee knee;
static struct kf_limits limits;

static int start(void **state)
{
    const struct kf_athlete athlete = exact_athlete();
    const struct kf_placement placement = kf_placement_default();
    (void)state;
    kf_knee_init(&knee, &athlete, &placement, KF_LEFT);
    kf_baseline_clear(&baseline);
    limits = kf_limits_default();
    return 0;
}

/* A relaxed swing's means, number i of a row that differs a little. */
static struct kf_knee_means swing(unsigned i)
{
    const double wave = sin(2.399963 * i); /* the golden angle: spread evenly, in no order */
    return (struct kf_knee_means){20 + 3 * wave, 60 + 5 * wave, 14 + wave, 9 - wave};
}

static void add(const struct kf_knee_means *means, double knee_deg)
{
    kf_baseline_add(&baseline, means, 10 * degree, (10 - knee_deg) * degree);
    kf_baseline_restate(&baseline, &knee, &limits);
}

static void add_swings(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct kf_knee_means means = swing(i);
        add(&means, 105 + 2 * sin(2.399963 * i));
    }
}

static void test_kinds(void **state)
{
    const struct kf_baseline_report *report = &baseline.report;
    (void)state;
    kf_baseline_restate(&baseline, &knee, &limits);
    assert_int_equal(report->kind, KF_BASELINE_NONE);
    assert_int_equal(report->strides, 0);
    assert_true(isnan(report->mean_knee_moment_nm_kg) && isnan(report->peak_knee_deg));
    for (unsigned n = 1; n <= 40; n++) {
        const struct kf_knee_means means = swing(n);
        add(&means, 105);
        assert_int_equal(report->strides, n);
        assert_int_equal(report->kind, n < 12 ? KF_BASELINE_NONE : n < 30 ? KF_BASELINE_PROVISIONAL : KF_BASELINE_FULL);
    }
    limits.baseline_provisional_strides = 41;
    limits.baseline_full_strides = 42;
    kf_baseline_restate(&baseline, &knee, &limits);
    assert_int_equal(report->kind, KF_BASELINE_NONE);
    kf_baseline_clear(&baseline);
    assert_int_equal(report->strides, 0);
    assert_true(isnan(report->mean_knee_moment_nm_kg));
}

/* The store is bounded: what comes later is ignored, and more than it holds cannot be asked for. */
static void test_full_store(void **state)
{
    (void)state;
    limits.baseline_full_strides = 500;
    add_swings(KF_BASELINE_STRIDES - 1);
    assert_int_equal(baseline.report.kind, KF_BASELINE_PROVISIONAL);
    add_swings(10);
    assert_int_equal(baseline.report.strides, KF_BASELINE_STRIDES);
    assert_int_equal(baseline.report.kind, KF_BASELINE_FULL);
}

static void test_median_and_sd(void **state)
{
    const struct kf_knee_means still = {0, 0, 0, 0};
    (void)state;
    for (int i = 0; i < 5; i++) { /* 100 102 104 106 108, out of order */
        static const double knee_deg[] = {106, 100, 108, 102, 104};
        add(&still, knee_deg[i]);
    }
    assert_near(baseline.report.peak_knee_deg, 104, 1e-9);
    assert_near(baseline.report.peak_knee_sd_deg, sqrt(10), 1e-9);
    add(&still, 110);
    assert_near(baseline.report.peak_knee_deg, 105, 1e-9);
    assert_near(baseline.report.mean_knee_moment_nm_kg, 0, 1e-12);
}

/* Five pulled strides of thirty-five: the median moves by less than half of what strides vary by; the mean would by a
 * whole one. */
static void test_robust(void **state)
{
    struct kf_knee_means pulled = swing(0);
    (void)state;
    add_swings(30);
    const struct kf_baseline_report before = baseline.report;
    pulled.fwd_mps2 -= 8; /* some .12 Nm/kg */
    for (int i = 0; i < 5; i++)
        add(&pulled, 140);
    assert_near(baseline.report.mean_knee_moment_nm_kg, before.mean_knee_moment_nm_kg, .5 * before.sd_nm_kg);
    assert_near(baseline.report.peak_knee_deg, before.peak_knee_deg, 1);
}

/* The knee is found to sit elsewhere: baseline and old swing move together, and the old swing's drive is what it would
 * have been had that been known from the start. */
static void test_restated(void **state)
{
    const struct kf_knee_means old = {10, 70, 11, 12};
    struct kf_baseline known = {0};
    (void)state;
    add_swings(30);
    const double moment_then = kf_knee_moment(&knee, &old), usual_then = baseline.report.mean_knee_moment_nm_kg;

    knee.shank_turn = .08;
    knee.shank_tilt = .024;
    knee.thigh_tilt = -.03;
    kf_knee_aim(&knee);
    kf_baseline_restate(&baseline, &knee, &limits);
    assert_true(fabs(baseline.report.mean_knee_moment_nm_kg - usual_then) > .01);
    assert_near(baseline.report.peak_knee_deg, 105 + (-.03 - .024) / degree, .2);

    kf_baseline_clear(&known);
    for (unsigned i = 0; i < 30; i++) {
        const struct kf_knee_means means = swing(i);
        kf_baseline_add(&known, &means, 10 * degree, (10 - 105 - 2 * sin(2.399963 * i)) * degree);
    }
    kf_baseline_restate(&known, &knee, &limits);
    assert_near(baseline.report.mean_knee_moment_nm_kg, known.report.mean_knee_moment_nm_kg, 1e-15);

    const double drive_then = usual_then - moment_then;
    const double drive_now = baseline.report.mean_knee_moment_nm_kg - kf_knee_moment(&knee, &old);
    assert_near(drive_now, drive_then, .01); /* the shift common to both is gone ... */
    assert_near(baseline.report.mean_knee_moment_nm_kg - moment_then, drive_then, .05);
    assert_true(fabs(drive_now - drive_then) < fabs(baseline.report.mean_knee_moment_nm_kg - usual_then) / 2);
}

/* Early-swing EMG: the median and spread of the strides that had one, from six on; the rest are strides all the same.
 */
static void test_emg(void **state)
{
    static const double ratios[] = {.03, NAN, .05, .04, .9, NAN, .02, .035};
    const struct kf_knee_means means = swing(0);
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        add(&means, 105);
        kf_baseline_add_emg(&baseline, ratios[i]);
        kf_baseline_restate(&baseline, &knee, &limits);
        assert_int_equal(baseline.report.emg_strides, i < 7 ? 0 : 6);
    }
    assert_near(baseline.report.emg_early_ratio, .0375, 1e-12);
    assert_near(baseline.report.emg_early_ratio_sd, .353276, 1e-6);
    assert_int_equal(baseline.report.strides, 8);
    for (unsigned i = 0; i < 200; i++)
        kf_baseline_add_emg(&baseline, .03);
    kf_baseline_restate(&baseline, &knee, &limits);
    assert_int_equal(baseline.report.emg_strides, KF_BASELINE_STRIDES);
    kf_baseline_clear(&baseline);
    assert_int_equal(baseline.report.emg_strides, 0);
}

/* Relaxed swings whose moment grows with the specific force by `grows` a unit of pace; pace(i) in strides a second. */
static void add_paced(unsigned count, double grows, double (*stride_hz)(unsigned i), double (*belt_mps)(unsigned i))
{
    for (unsigned i = 0; i < count; i++) {
        struct kf_knee_means means = swing(i);
        const double pace = belt_mps ? belt_mps(i) : stride_hz(i);
        means.fwd_mps2 += grows * pace;
        kf_baseline_pace(&baseline, stride_hz(i), belt_mps ? belt_mps(i) : NAN);
        add(&means, 95 + 5 * pace + 2 * sin(2.399963 * i));
    }
}

static double steady(unsigned i)
{
    return 1.42 * (1 + .01 * sin(1.7 * i)); /* as a runner at one speed varies */
}

static double wide(unsigned i)
{
    return 1.42 * (1 + .05 * sin(1.7 * i));
}

static double two_speeds(unsigned i)
{
    return i % 3 ? 3 : 4;
}

static double nearly_one(unsigned i)
{
    return i == 7 ? 4 : 3;
}

static double moment_at(double stride_hz, double belt_mps)
{
    return kf_baseline_at(&baseline, stride_hz, belt_mps).mean_knee_moment_nm_kg;
}

/* Ten relaxed strides at each of two speeds tell how the moment changes with speed, between them and no further. */
static void test_two_speeds(void **state)
{
    (void)state;
    add_paced(45, 2, steady, two_speeds);
    assert_int_equal(baseline.slope.by, KF_PACE_BELT);
    const double slope = 2 * knee.inertia.m2 * knee.inertia.c2_m;
    assert_near(baseline.slope.moment, slope, .25 * slope);
    assert_near(moment_at(1.4, 4) - moment_at(1.4, 3), slope, .25 * slope);
    assert_near(moment_at(1.4, 5), moment_at(1.4, 4), 0);
    assert_near(kf_baseline_at(&baseline, 1.4, 4).peak_knee_deg, 115, 1);
    assert_near(kf_baseline_at(&baseline, 1.4, 3).peak_knee_deg, 110, 1);
    assert_near(moment_at(1.4, NAN), baseline.report.mean_knee_moment_nm_kg, 0);
    assert_true(baseline.report.peak_knee_sd_deg < 2); /* the spread is the runner's, not the belt's */
}

/* One odd stride is no second speed, and a steady rate has no slope however steep chance draws one. */
static void test_no_slope(void **state)
{
    (void)state;
    add_paced(40, 2, steady, nearly_one);
    assert_int_equal(baseline.slope.by, KF_PACE_NONE);
    assert_near(moment_at(1.6, 5), baseline.report.mean_knee_moment_nm_kg, 0);
}

static void test_stride_rate(void **state)
{
    (void)state;
    add_paced(9, 10, wide, NULL);
    assert_int_equal(baseline.slope.by, KF_PACE_NONE); /* too few */
    kf_baseline_clear(&baseline);
    add_paced(60, 10, wide, NULL);
    assert_int_equal(baseline.slope.by, KF_PACE_STRIDE_RATE);
    const double slope = 10 * knee.inertia.m2 * knee.inertia.c2_m;
    assert_near(baseline.slope.moment, slope, .3 * slope);
    assert_near(moment_at(9, NAN), moment_at(1.42 * 1.05, NAN), 1e-3);
    assert_near(moment_at(NAN, NAN), baseline.report.mean_knee_moment_nm_kg, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_kinds, start),         cmocka_unit_test_setup(test_full_store, start),
        cmocka_unit_test_setup(test_median_and_sd, start), cmocka_unit_test_setup(test_robust, start),
        cmocka_unit_test_setup(test_restated, start),      cmocka_unit_test_setup(test_emg, start),
        cmocka_unit_test_setup(test_two_speeds, start),    cmocka_unit_test_setup(test_no_slope, start),
        cmocka_unit_test_setup(test_stride_rate, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
