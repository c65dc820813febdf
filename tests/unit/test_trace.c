/* Protects the leg's short memory: what was put is read back at any time of the last 1.28 s, holes and the past beyond
 * read as unknown, and crossings are found where the line between two steps crosses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "core/trace.h"
#include "kneefold/pipeline.h"
#include "near.h"

static struct kf_trace trace;

/* Channel c of a step holds step + 1000 c. */
static void put(int64_t step)
{
    double value[KF_TRACE_CHANNELS];
    for (int c = 0; c < KF_TRACE_CHANNELS; c++)
        value[c] = (double)step + 1000 * c;
    kf_trace_put(&trace, step, value);
}

static int start(void **state)
{
    (void)state;
    kf_trace_init(&trace);
    return 0;
}

static void test_nothing_yet(void **state)
{
    (void)state;
    assert_null(kf_trace_step(&trace, 0));
    assert_null(kf_trace_step(&trace, -1));
    assert_true(isnan(kf_trace_at(&trace, KF_TRACE_THIGH_RATE, 0)));
    assert_true(isnan(kf_trace_at(&trace, KF_TRACE_THIGH_RATE, NAN)));
    assert_true(isnan(kf_trace_crossing(&trace, KF_TRACE_THIGH_RATE, KF_TRACE_CHANNELS, 0, true)));
}

static void test_read_back(void **state)
{
    (void)state;
    for (int64_t step = -6; step < 1000; step++) /* the first step of a recording is -6 */
        put(step);
    assert_null(kf_trace_step(&trace, 1000));
    assert_null(kf_trace_step(&trace, 999 - KF_TRACE_STEPS));
    for (int64_t step = 1000 - KF_TRACE_STEPS; step < 1000; step++)
        assert_near(kf_trace_step(&trace, step)[KF_TRACE_SHANK_FWD], (double)step + 1000 * KF_TRACE_SHANK_FWD, 0);
    for (double place = 1000 - KF_TRACE_STEPS; place <= 999; place += .37)
        assert_near(kf_trace_at(&trace, KF_TRACE_THIGH_RATE, place * KF_GRID_S), place, 1e-9);
    assert_true(isnan(kf_trace_at(&trace, KF_TRACE_THIGH_RATE, 999.1 * KF_GRID_S)));
    assert_true(isnan(kf_trace_at(&trace, KF_TRACE_THIGH_RATE, (999.9 - KF_TRACE_STEPS) * KF_GRID_S)));
}

/* The newest step is found by its own time, however late in the day rounding has eaten its last digits. */
static void test_newest_step_late(void **state)
{
    (void)state;
    for (int64_t step = 1; step < (int64_t)1e9 * KF_GRID_HZ; step = step * 3 + 1) {
        kf_trace_init(&trace);
        for (int64_t i = step - 40; i <= step; i++)
            put(i);
        for (int back = 0; back < 12; back++) {
            const double t_s = (double)(step + back) * KF_GRID_S - back * KF_GRID_S;
            assert_near(kf_trace_at(&trace, KF_TRACE_THIGH_RATE, t_s), (double)step, 1e-3);
        }
        assert_true(isnan(kf_trace_at(&trace, KF_TRACE_THIGH_RATE, ((double)step + .01) * KF_GRID_S)));
    }
}

static void test_holes(void **state)
{
    (void)state;
    for (int64_t step = 0; step < 300; step++)
        put(step);
    kf_trace_put(&trace, 300, NULL);
    put(301);
    put(305); /* 302 to 304 skipped: what the ring held there is 256 steps old */
    assert_null(kf_trace_step(&trace, 300));
    assert_non_null(kf_trace_step(&trace, 301));
    for (int64_t step = 302; step < 305; step++)
        assert_null(kf_trace_step(&trace, step));
    assert_true(isnan(kf_trace_at(&trace, KF_TRACE_THIGH_RATE, 300.5 * KF_GRID_S)));
    assert_near(kf_trace_at(&trace, KF_TRACE_THIGH_RATE, 301 * KF_GRID_S), 301, 1e-9);
    assert_non_null(kf_trace_step(&trace, 299));
}

/* A jump longer than the ring, and one back in time, leave nothing of the past. */
static void test_jumps(void **state)
{
    (void)state;
    for (int64_t step = 0; step < 300; step++)
        put(step);
    put(300 + 5 * KF_TRACE_STEPS);
    for (int64_t step = 0; step < 300 + 5 * KF_TRACE_STEPS; step++)
        assert_null(kf_trace_step(&trace, step));
    put(10);
    for (int64_t step = -300; step < 2000; step++)
        assert_int_equal(kf_trace_step(&trace, step) != NULL, step == 10);
}

static void test_negate(void **state)
{
    (void)state;
    put(5);
    kf_trace_negate(&trace, KF_TRACE_SHANK_RATE);
    assert_near(kf_trace_step(&trace, 5)[KF_TRACE_SHANK_RATE], -1005, 0);
    assert_near(kf_trace_step(&trace, 5)[KF_TRACE_THIGH_RATE], 5, 0);
}

static void put_two(int64_t step, double thigh, double shank)
{
    const double value[KF_TRACE_CHANNELS] = {[KF_TRACE_THIGH_RATE] = thigh, [KF_TRACE_SHANK_RATE] = shank};
    kf_trace_put(&trace, step, value);
}

static double crossing(enum kf_trace_channel b, int64_t step, bool rising)
{
    return kf_trace_crossing(&trace, KF_TRACE_THIGH_RATE, b, step, rising);
}

static void test_crossings(void **state)
{
    (void)state;
    put_two(0, -1, 1);
    put_two(1, 3, 2);
    put_two(2, 0, 2);
    put_two(3, 0, 2);
    assert_near(crossing(KF_TRACE_CHANNELS, 1, true), .25 * KF_GRID_S, 1e-12);
    assert_true(isnan(crossing(KF_TRACE_CHANNELS, 1, false)));
    assert_near(crossing(KF_TRACE_CHANNELS, 2, false), 2 * KF_GRID_S, 1e-12);
    assert_true(isnan(crossing(KF_TRACE_CHANNELS, 3, false))); /* said once: it was zero already */
    assert_true(isnan(crossing(KF_TRACE_CHANNELS, 4, true)));
    assert_near(crossing(KF_TRACE_SHANK_RATE, 1, true), 2. / 3 * KF_GRID_S, 1e-12);
    assert_near(crossing(KF_TRACE_SHANK_RATE, 2, false), (1 + 1. / 3) * KF_GRID_S, 1e-12);
}

/* A row is what each channel is; a hole is a hole in all of them. */
static void test_rows(void **state)
{
    double row[KF_TRACE_CHANNELS];
    (void)state;
    for (int64_t step = 0; step < 20; step++)
        put(step);
    assert_true(kf_trace_row(&trace, 7.25 * KF_GRID_S, row));
    for (int c = 0; c < KF_TRACE_CHANNELS; c++)
        assert_near(row[c], 7.25 + 1000 * c, 1e-9);
    assert_true(kf_trace_row(&trace, 19 * KF_GRID_S, row));
    assert_false(kf_trace_row(&trace, 19.5 * KF_GRID_S, row));
    assert_true(isnan(row[0]) && isnan(row[KF_TRACE_CHANNELS - 1]));
    assert_false(kf_trace_row(&trace, NAN, row));
}

static void add(void *context, const double row[KF_TRACE_CHANNELS], double weight_s)
{
    double *sum = context;
    sum[0] += weight_s;
    sum[1] += weight_s * row[KF_TRACE_THIGH_RATE];
}

/* A ramp's integral is exact, wherever between grid steps the ends lie. */
static void test_integral(void **state)
{
    static const double ends[][2] = {{3, 17}, {3.2, 17.7}, {5.1, 5.4}, {4.5, 5}, {6, 6}};
    (void)state;
    for (int64_t step = 0; step < 20; step++)
        put(step);
    for (unsigned i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const double from = ends[i][0], to = ends[i][1];
        double sum[2] = {0, 0};
        kf_trace_integrate(&trace, from * KF_GRID_S, to * KF_GRID_S, add, sum);
        assert_near(sum[0], (to - from) * KF_GRID_S, 1e-12);
        assert_near(sum[1], (to - from) * (to + from) / 2 * KF_GRID_S, 1e-9);
    }
    double sum[2] = {0, 0};
    kf_trace_integrate(&trace, 10 * KF_GRID_S, 22 * KF_GRID_S, add, sum); /* beyond what is known */
    assert_true(isnan(sum[1]));
}

static void test_last_rise(void **state)
{
    static const double rate[] = {-1, 1, 2, -2, -1, 3, 4, 5};
    (void)state;
    for (int64_t step = 0; step < 8; step++)
        put_two(step, rate[step], 0);
    assert_near(kf_trace_last_rise(&trace, KF_TRACE_THIGH_RATE, KF_TRACE_CHANNELS, 0, .035), 4.25 * KF_GRID_S, 1e-12);
    assert_near(kf_trace_last_rise(&trace, KF_TRACE_THIGH_RATE, KF_TRACE_CHANNELS, 0, .02), .5 * KF_GRID_S, 1e-12);
    assert_true(isnan(kf_trace_last_rise(&trace, KF_TRACE_THIGH_RATE, KF_TRACE_CHANNELS, .01, .02)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_nothing_yet, start),
        cmocka_unit_test_setup(test_read_back, start),
        cmocka_unit_test_setup(test_newest_step_late, start),
        cmocka_unit_test_setup(test_holes, start),
        cmocka_unit_test_setup(test_jumps, start),
        cmocka_unit_test_setup(test_negate, start),
        cmocka_unit_test_setup(test_crossings, start),
        cmocka_unit_test_setup(test_rows, start),
        cmocka_unit_test_setup(test_integral, start),
        cmocka_unit_test_setup(test_last_rise, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
