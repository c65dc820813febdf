/* Protects the way from raw samples to the grid: exact on the grid, true between samples at other rates and jitter,
 * gaps bridged up to 25 ms and marked, longer ones left open, and times or values that cannot be ignored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/segment.h"
#include "core/smooth.h"
#include "exact.h"
#include "kneefold/pipeline.h"
#include "near.h"
#include "source/random.h"

static const double pi = 3.14159265358979323846;
static struct kf_segment segment;

/* A sensor whose frame is known from the start: axes along the segment. */
static void start_known(enum kf_site site)
{
    kf_segment_init(&segment, site);
    segment.align.has_frame = true;
    segment.align.x[0] = segment.align.y[1] = segment.align.z[2] = 1;
    segment.offset_found = true;
}

static int start(void **state)
{
    (void)state;
    start_known(KF_SITE_SHANK_L);
    return 0;
}

/* Forward force 3 sin at 2 Hz, axial 9.81 + 2 cos at 3 Hz, rate .5 sin at 1 Hz. */
static double forward(double t_s)
{
    return 3 * sin(2 * pi * 2 * t_s);
}

static double axial(double t_s)
{
    return 9.81 + 2 * cos(2 * pi * 3 * t_s);
}

static double rate(double t_s)
{
    return .5 * sin(2 * pi * t_s);
}

static struct kf_sample sample_at(double t_s)
{
    struct kf_sample sample = {.t_s = t_s, .site = segment.site, .kind = KF_KIND_IMU6};
    sample.value[0] = (float)forward(t_s);
    sample.value[1] = (float)axial(t_s);
    sample.value[5] = (float)rate(t_s);
    return sample;
}

static void push(double t_s)
{
    const struct kf_sample sample = sample_at(t_s);
    kf_segment_push(&segment, &sample);
}

static bool has(int64_t step)
{
    return kf_segment_at(&segment, step) != NULL;
}

static void test_on_the_grid(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++) {
        push(i * KF_GRID_S);
        const struct kf_segment_point *point = kf_segment_at(&segment, i);
        if (i == 0) /* the first sample only begins */
            continue;
        assert_non_null(point);
        assert_near(point->fwd_mps2, (double)(float)forward(i * KF_GRID_S), 1e-12);
        assert_near(point->axial_mps2, (double)(float)axial(i * KF_GRID_S), 1e-12);
        assert_false(kf_segment_bridged(&segment, i));
    }
    assert_false(has(400));
    assert_true(has(399 - KF_SEGMENT_RING + 1));
    assert_false(has(399 - KF_SEGMENT_RING));
}

/* Largest error of a linear interpolation: amplitude (2 pi f h)²/8. */
static double allowed(double amplitude, double hz, double span_s)
{
    return amplitude * pow(2 * pi * hz * span_s, 2) / 8 + 1e-5;
}

static void follow(double rate_hz, double jitter_s)
{
    struct kf_random rng;
    int64_t next = 1;
    kf_random_seed(&rng, 3, 1);
    start_known(KF_SITE_THIGH_R);
    for (int i = 0; i < 3 * rate_hz; i++) {
        push(i / rate_hz + (i ? kf_random_between(&rng, -jitter_s, jitter_s) : 0));
        for (; next < segment.next_step; next++) {
            const struct kf_segment_point *point = kf_segment_at(&segment, next);
            const double t_s = (double)next * KF_GRID_S, span_s = 1 / rate_hz + 2 * jitter_s;
            assert_non_null(point);
            assert_near(point->fwd_mps2, forward(t_s), allowed(3, 2, span_s));
            assert_near(point->axial_mps2, axial(t_s), allowed(2, 3, span_s));
            assert_near(point->rate_radps, rate(t_s), .01); /* the bias filter looks for up to .5 deg/s */
        }
    }
    assert_in_range(next, 3 * KF_GRID_HZ - 4, 3 * KF_GRID_HZ);
}

static void test_other_rates(void **state)
{
    (void)state;
    follow(100, 0);
    follow(148.1, 0);
    follow(333, 0);
    follow(1000, 0);
    follow(200, .0019);
    follow(100, .004);
}

/* A gap of 25 ms is bridged by a line and marked; of 26 ms it is not bridged. */
static void test_gaps(void **state)
{
    (void)state;
    for (int i = 0; i <= 100; i++)
        push(i * KF_GRID_S);
    push(105 * KF_GRID_S);
    for (int step = 101; step <= 105; step++) {
        assert_true(has(step));
        assert_true(kf_segment_bridged(&segment, step));
    }
    const double part = (kf_segment_at(&segment, 102)->fwd_mps2 - forward(.5)) / (forward(.525) - forward(.5));
    assert_near(part, .4, 1e-5);
    push(106 * KF_GRID_S);
    assert_false(kf_segment_bridged(&segment, 106));

    push(106 * KF_GRID_S + .026);
    push(106 * KF_GRID_S + .030);
    for (int step = 107; step < 112; step++)
        assert_false(has(step));
    assert_true(has(112)); /* at 30 ms, the first step after the gap */
    assert_true(has(106));
}

static bool smoothed(int64_t step)
{
    struct kf_segment_smooth out;
    return kf_segment_smooth(&segment, step, &out);
}

/* After more than 100 ms the tilt starts again, with the bias it had; frame and grid go on. */
static void test_long_gap(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        push(i * KF_GRID_S);
    const unsigned long before = segment.orientation.samples;
    const double bias = segment.orientation.bias_radps[2];
    push(999 * KF_GRID_S + .100);
    assert_true(segment.orientation.samples >= before);
    push(1019 * KF_GRID_S + .105);
    assert_true(segment.orientation.samples <= 1);
    assert_near(segment.orientation.bias_radps[2], bias, 1e-15);
    for (int i = 1041; i < 1053; i++)
        push(i * KF_GRID_S);
    assert_false(has(1020) || has(1030));
    assert_false(smoothed(1045));
    push(1053 * KF_GRID_S);
    assert_true(smoothed(1047));
    push(1e6); /* ages later */
    push(1e6 + KF_GRID_S);
    assert_true(has((int64_t)1e6 * KF_GRID_HZ + 1));
    assert_false(has(1053));
}

static void test_ignored(void **state)
{
    struct kf_sample sample;
    struct kf_segment before;
    (void)state;
    for (int i = 0; i < 100; i++)
        push(i * KF_GRID_S);
    before = segment;
    push(99 * KF_GRID_S);
    push(50 * KF_GRID_S);
    push(-7);
    push(NAN);
    static const float wrong[] = {NAN, INFINITY, -INFINITY, 1e30F, -5000};
    for (int axis = 0; axis < 6; axis++)
        for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
            sample = sample_at(.5);
            sample.value[axis] = wrong[i];
            kf_segment_push(&segment, &sample);
        }
    assert_memory_equal(&segment, &before, sizeof segment);
    push(.5);
    assert_true(has(100));
}

static void test_saturation(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        struct kf_sample sample = sample_at(i * .01); /* 100 Hz */
        sample.saturated = i == 100;
        kf_segment_push(&segment, &sample);
        for (int64_t step = 2 * i - 1; step <= 2 * i; step++)
            assert_int_equal(kf_segment_saturated(&segment, step), step >= 199 && step <= 202);
    }
}

/* Times before 0, and not on the grid at all, are times like others. */
static void test_negative_times(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++)
        push(-1.0013 + i * KF_GRID_S);
    for (int64_t step = 40; step <= 98; step++) {
        assert_true(has(step));
        assert_near(kf_segment_at(&segment, step)->fwd_mps2, forward((double)step * KF_GRID_S), allowed(3, 2, .005));
    }
    assert_true(has(40));
    kf_segment_restart(&segment); /* an epoch may go back in time */
    push(-5);
    push(-4.99);
    assert_true(has(-999) && has(-998));
    assert_false(has(40));
}

/* Smoothing is that of the kernel on the points about the step, and needs all of them. */
static void test_smooth(void **state)
{
    struct kf_segment_smooth out;
    (void)state;
    for (int i = 0; i < 300; i++)
        push(i * KF_GRID_S);
    assert_false(smoothed(294));
    assert_false(smoothed(300 - KF_SEGMENT_RING + KF_SMOOTH_HALF - 1));
    assert_true(smoothed(300 - KF_SEGMENT_RING + KF_SMOOTH_HALF));
    for (int centre = 300 - KF_SEGMENT_RING + KF_SMOOTH_HALF; centre < 294; centre++) { /* wherever the ring ends */
        double sum = 0, slope = 0;
        assert_true(kf_segment_smooth(&segment, centre, &out));
        for (int i = 0; i < KF_SMOOTH_TAPS; i++) {
            const struct kf_segment_point *point = kf_segment_at(&segment, centre + i - KF_SMOOTH_HALF);
            sum += kf_smooth_weight[i] * point->fwd_mps2;
            slope += kf_smooth_slope[i] * point->rate_radps;
        }
        assert_near(out.fwd_mps2, sum, 1e-12);
        assert_near(out.accel_radps2, slope * KF_GRID_HZ, 1e-9);
        assert_near(out.angle_rad, kf_segment_at(&segment, centre)->angle_rad, 0);
    }
}

/* Stands for seconds in a pose that may lean at a steady rate; gyroscope off by `offset`. */
static void stand(double seconds, double lean_radps, const double offset[3])
{
    kf_segment_init(&segment, KF_SITE_SHANK_L);
    for (int i = 0; i < seconds * KF_GRID_HZ; i++) {
        const double t_s = i * KF_GRID_S, angle = lean_radps * fmin(t_s, 1.5);
        struct kf_sample sample = {.t_s = t_s, .site = KF_SITE_SHANK_L, .kind = KF_KIND_IMU6};
        sample.value[0] = (float)(9.81 * sin(angle));
        sample.value[1] = (float)(9.81 * cos(angle));
        for (int axis = 0; axis < 3; axis++)
            sample.value[3 + axis] = (float)(offset[axis] + (axis == 2 && t_s < 1.5 ? lean_radps : 0));
        kf_segment_push(&segment, &sample);
    }
}

/* 5 deg/s on every axis, as science.md section 11 allows a part: found in a second of rest. */
static void test_gyroscope_offset(void **state)
{
    const double offset[3] = {5 * pi / 180, -5 * pi / 180, 5 * pi / 180};
    (void)state;
    stand(4, 0, offset);
    assert_true(segment.offset_found);
    for (int i = 0; i < 3; i++)
        assert_near(segment.offset_radps[i] + segment.orientation.bias_radps[i], offset[i], .05 * pi / 180);
    assert_true(segment.align.stood);
}

/* A runner who slowly leans in that second has no offset; up to 2 deg/s of it the bias filter corrects. */
static void test_slow_lean(void **state)
{
    const double none[3] = {0, 0, 0};
    (void)state;
    for (double lean_dps = -12; lean_dps <= 12; lean_dps += 4) {
        stand(4, lean_dps * pi / 180, none);
        assert_true(segment.offset_found);
        assert_near(segment.offset_radps[2], 0, 2.1 * pi / 180);
    }
}

static void test_flip(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++)
        push(i * KF_GRID_S);
    const struct kf_segment_point before = *kf_segment_at(&segment, 30);
    kf_segment_flip(&segment);
    const struct kf_segment_point *after = kf_segment_at(&segment, 30);
    assert_near(after->rate_radps, -before.rate_radps, 0);
    assert_near(after->fwd_mps2, -before.fwd_mps2, 0);
    assert_near(after->axial_mps2, before.axial_mps2, 0);
    assert_near(after->angle_rad, -before.angle_rad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_on_the_grid, start),
        cmocka_unit_test_setup(test_other_rates, start),
        cmocka_unit_test_setup(test_gaps, start),
        cmocka_unit_test_setup(test_long_gap, start),
        cmocka_unit_test_setup(test_ignored, start),
        cmocka_unit_test_setup(test_saturation, start),
        cmocka_unit_test_setup(test_negative_times, start),
        cmocka_unit_test_setup(test_smooth, start),
        cmocka_unit_test(test_gyroscope_offset),
        cmocka_unit_test(test_slow_lean),
        cmocka_unit_test_setup(test_flip, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
