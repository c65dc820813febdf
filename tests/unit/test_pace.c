/* Protects the notice that the belt has changed speed: a step up or down that stride and contact both show is found
 * within three strides, and nothing is while the runner varies as runners do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "core/pace.h"
#include "source/random.h"

static struct kf_pace pace;
static struct kf_random rng;

static int start(void **state)
{
    (void)state;
    pace = (struct kf_pace){.count = 0};
    kf_random_seed(&rng, 1, 1);
    return 0;
}

/* A stride of `scale` times the usual length, contact twice as much shorter, with a real runner's variation. */
static bool add(double scale)
{
    return kf_pace_add(&pace, .70 * scale * (1 + .012 * kf_random_normal(&rng)),
                       .25 * (2 * scale - 1) * (1 + .02 * kf_random_normal(&rng)));
}

static void test_steady(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++)
        assert_false(add(1));
}

static void test_step(void **state)
{
    (void)state;
    for (int times = 0; times < 40; times++) {
        int found = 0;
        for (int i = 0; i < 20; i++)
            assert_false(add(times % 2 ? .92 : 1) && i > 8);
        for (int i = 0; i < 3; i++)
            found += add(times % 2 ? 1 : .92);
        assert_true(found > 0);
        pace.count = 0;
    }
}

/* A shorter stride with a longer contact is another way to run, not another speed. */
static void test_other_way(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++)
        assert_false(kf_pace_add(&pace, .7, .25));
    for (int i = 0; i < 20; i++)
        assert_false(kf_pace_add(&pace, .6, .29));
}

/* A stride not seen whole is no step, and what follows it is compared with nothing before. */
static void test_gap(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++)
        assert_false(kf_pace_add(&pace, .7, .25));
    assert_false(kf_pace_add(&pace, NAN, .25));
    for (int i = 0; i < 20; i++)
        assert_false(kf_pace_add(&pace, .6, .2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_steady, start),
        cmocka_unit_test_setup(test_step, start),
        cmocka_unit_test_setup(test_other_way, start),
        cmocka_unit_test_setup(test_gap, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
