/* Protects the low-pass: its design against the analog prototype, evaluated independently with complex numbers, and
 * its start, which must be a running mean and go on without a step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <complex.h>
#include <math.h>

#include "kneefold/butterworth.h"
#include "near.h"

static const double pi = 3.14159265358979323846;

/* The prototype wc² / (s² + sqrt(2) wc s + wc²) at s = j tan(pi f ts), which is where the bilinear transform takes f.
 */
static double complex prototype(double tau_s, double ts_s, double freq_hz)
{
    const double wc = tan(pi * ts_s * sqrt(2) / (2 * pi * tau_s));
    const double complex s = I * tan(pi * freq_hz * ts_s);
    return wc * wc / (s * s + sqrt(2) * wc * s + wc * wc);
}

/* The same without the transform's bending of frequencies. */
static double complex analog(double tau_s, double freq_hz)
{
    const double wc = sqrt(2) / tau_s;
    const double complex s = I * 2 * pi * freq_hz;
    return wc * wc / (s * s + sqrt(2) * wc * s + wc * wc);
}

/* What the filter does to a cosine, by correlation over whole periods once the start is forgotten. */
static double complex measured(double tau_s, double ts_s, double freq_hz)
{
    struct kf_butter2 filter = kf_butter2_design(tau_s, ts_s);
    double z1 = 0, z2 = 0;
    double complex sum = 0;
    const long skip = lround(30 * tau_s / ts_s), period = lround(1 / (freq_hz * ts_s)), count = 10 * period;
    for (long i = 0; i < skip + count; i++) {
        const double angle = 2 * pi * freq_hz * ts_s * (double)i;
        const double in = cos(angle);
        double out;
        kf_butter2_step(&filter, &z1, &z2, &in, &out, 1);
        if (i >= skip)
            sum += 2 * out * cexp(-I * angle);
    }
    return sum / (double)count;
}

/* Frequencies have whole numbers of samples a period. */
static void response_is_the_prototypes(void **state)
{
    (void)state;
    const struct {
        double tau_s, ts_s, period;
    } cases[] = {{3, .005, 4000}, {3, .005, 1000}, {3, .005, 142}, {3, .005, 10}, {3, .02, 50},
                 {.5, .005, 400}, {.5, .005, 20},  {.5, .1, 8},    {.5, .1, 4}};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const double freq_hz = 1 / (cases[i].period * cases[i].ts_s);
        const double complex want = prototype(cases[i].tau_s, cases[i].ts_s, freq_hz);
        const double complex got = measured(cases[i].tau_s, cases[i].ts_s, freq_hz);
        assert_true(cabs(got - want) < 1e-9 + 1e-7 * cabs(want));
    }
}

/* Far below half the sampling rate the bending does not matter: 3 dB at the cut-off, .3 % at a runner's 1.4 Hz. */
static void response_is_the_papers(void **state)
{
    (void)state;
    const double cutoff_hz = sqrt(2) / (2 * pi * 3);
    assert_near(cabs(analog(3, cutoff_hz)), sqrt(.5), 1e-12);
    assert_near(cabs(prototype(3, .005, cutoff_hz)), sqrt(.5), 1e-12);
    assert_true(cabs(measured(3, .005, 1 / .71) - analog(3, 1 / .71)) < 1e-5);
    assert_true(cabs(measured(3, .005, 1 / .71)) < .003);
}

static void delay_is_tau(void **state)
{
    (void)state;
    struct kf_butter2 filter = kf_butter2_design(.5, .005);
    double z1 = 0, z2 = 0, out = 0;
    for (int i = 0; i < 4000; i++) {
        const double ramp = i * .005;
        kf_butter2_step(&filter, &z1, &z2, &ramp, &out, 1);
    }
    assert_near(3999 * .005 - out, .5, 1e-5);
}

static void starts_as_running_mean(void **state)
{
    (void)state;
    struct kf_butter2 filter = kf_butter2_design(.5, .005);
    double z1[2] = {0}, z2[2] = {0}, sum[2] = {0};
    for (int i = 1; i <= 100; i++) {
        const double in[2] = {i % 7 - 2.5, 100 - i};
        double out[2];
        kf_butter2_step(&filter, z1, z2, in, out, 2);
        for (int c = 0; c < 2; c++) {
            sum[c] += in[c];
            assert_near(out[c], sum[c] / i, 1e-12);
        }
    }
    for (int i = 0; i < 200; i++) { /* fed its own mean, the filter has nothing to move for */
        const double in[2] = {sum[0] / 100, sum[1] / 100};
        double out[2];
        kf_butter2_step(&filter, z1, z2, in, out, 2);
        assert_near(out[0], in[0], 1e-9);
        assert_near(out[1], in[1], 1e-9);
    }
}

static void filters_in_place(void **state)
{
    (void)state;
    struct kf_butter2 filter = kf_butter2_design(.5, .01), twin = filter;
    double z1[3] = {0}, z2[3] = {0}, y1[3] = {0}, y2[3] = {0};
    for (int i = 0; i < 300; i++) {
        const double in[3] = {sin(i), cos(.1 * i), i};
        double out[3], both[3] = {in[0], in[1], in[2]};
        kf_butter2_step(&filter, z1, z2, in, out, 3);
        kf_butter2_step(&twin, y1, y2, both, both, 3);
        for (int c = 0; c < 3; c++)
            assert_true(out[c] == both[c]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(response_is_the_prototypes),
        cmocka_unit_test(response_is_the_papers),
        cmocka_unit_test(delay_is_tau),
        cmocka_unit_test(starts_as_running_mean),
        cmocka_unit_test(filters_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
