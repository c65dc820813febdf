/* Protects the smoothing kernel: its constants are those of a raised cosine, it keeps what it must keep (constants,
 * ramps, their slope), and it stops at the frequencies its header promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "core/smooth.h"
#include "kneefold/pipeline.h"
#include "near.h"

static const double pi = 3.14159265358979323846;

static double weight_at(int i)
{
    return kf_smooth_weight[KF_SMOOTH_HALF + i];
}

static double slope_at(int i)
{
    return kf_smooth_slope[KF_SMOOTH_HALF + i];
}

static void test_constants(void **state)
{
    double ramp = 0;
    (void)state;
    for (int i = -KF_SMOOTH_HALF; i <= KF_SMOOTH_HALF; i++)
        ramp += i * sin(pi * i / 7);
    for (int i = -KF_SMOOTH_HALF; i <= KF_SMOOTH_HALF; i++) {
        assert_near(weight_at(i), (1 + cos(pi * i / 7)) / 14, 1e-15);
        assert_near(slope_at(i), sin(pi * i / 7) / ramp, 1e-15);
    }
}

/* A constant passes unchanged with slope 0, a ramp unchanged with its slope. */
static void test_moments(void **state)
{
    double sum = 0, first = 0, second = 0, slope_sum = 0, slope_first = 0;
    (void)state;
    for (int i = -KF_SMOOTH_HALF; i <= KF_SMOOTH_HALF; i++) {
        sum += weight_at(i);
        second += i * i * weight_at(i);
        first += i * weight_at(i);
        slope_sum += slope_at(i);
        slope_first += i * slope_at(i);
    }
    assert_near(sum, 1, 1e-14);
    assert_near(first, 0, 1e-14);
    assert_near(second, KF_SMOOTH_VARIANCE, 1e-4);
    assert_near(slope_sum, 0, 1e-14);
    assert_near(slope_first, 1, 1e-14);
}

/* Gain of the kernel for a cosine of this frequency; symmetric, so there is no phase. */
static double gain(double hz)
{
    double sum = 0;
    for (int i = -KF_SMOOTH_HALF; i <= KF_SMOOTH_HALF; i++)
        sum += weight_at(i) * cos(2 * pi * hz * i / KF_GRID_HZ);
    return sum;
}

static void test_band(void **state)
{
    (void)state;
    assert_near(gain(3), 1, .03); /* the fold of the knee */
    assert_near(20 * log10(gain(14.3)), -6, .2);
    assert_near(gain(28.6), 0, .01);
    for (double hz = 29; hz <= 100; hz += .5) /* impact ringing at 40 to 60 Hz */
        assert_near(gain(hz), 0, .03);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_band),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
