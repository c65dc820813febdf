/* Protects the hamstrings' length: the table's figures, worked out by hand at three postures, what lengthens and what
 * shortens them, and that nothing unknown makes a length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "kneefold/hamstring_length.h"
#include "near.h"

static const double degree = 3.14159265358979323846 / 180;

static double at(enum kf_hamstring muscle, double hip_deg, double knee_deg)
{
    return kf_hamstring_length_mm(muscle, hip_deg * degree, knee_deg * degree, .396);
}

static void test_table(void **state)
{
    (void)state;
    assert_near(at(KF_SEMIMEMBRANOSUS, 0, 0), 417.3, 1e-9);
    assert_near(at(KF_SEMITENDINOSUS, 0, 0), 466.7, 1e-9);
    assert_near(at(KF_BICEPS_LONG, 0, 0), 423.2, 1e-9);
    /* 417.3 + 17.06 + .732 - 46.92 + 4.932, and so on */
    assert_near(at(KF_SEMIMEMBRANOSUS, 20, 60), 393.104, 1e-6);
    assert_near(at(KF_SEMITENDINOSUS, 20, 60), 437.864, 1e-6);
    assert_near(at(KF_BICEPS_LONG, -20, 100), 353.04, 1e-6);
}

/* About a millimetre a degree of the hip; a longer thigh's are longer in proportion. */
static void test_course(void **state)
{
    (void)state;
    for (int muscle = 0; muscle < KF_HAMSTRING_COUNT; muscle++)
        for (double hip = -20; hip < 60; hip += 5) {
            const double a_degree = at((enum kf_hamstring)muscle, hip + 1, 40) - at((enum kf_hamstring)muscle, hip, 40);
            assert_true(a_degree > .7 && a_degree < 1.4);
            assert_true(at((enum kf_hamstring)muscle, hip, 50) < at((enum kf_hamstring)muscle, hip, 40));
        }
    assert_near(kf_hamstring_length_mm(KF_BICEPS_LONG, .1, .9, .45),
                at(KF_BICEPS_LONG, .1 / degree, .9 / degree) / .396 * .45, 1e-9);
}

static void test_unknown(void **state)
{
    (void)state;
    assert_true(isnan(kf_hamstring_length_mm(KF_BICEPS_LONG, NAN, 0, .4)));
    assert_true(isnan(kf_hamstring_length_mm(KF_BICEPS_LONG, 0, NAN, .4)));
    assert_true(isnan(kf_hamstring_length_mm(KF_BICEPS_LONG, 0, 0, NAN)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_course),
        cmocka_unit_test(test_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
