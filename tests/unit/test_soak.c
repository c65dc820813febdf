/* test_soak.c - protects long sessions: ten simulated minutes through live path and recorder, in which memory stays
 * flat, nothing is lost, the file is of the predicted size, and the last minutes give the results of the first. A day
 * of it is `make soak`. */
#include "store_help.h"

#include "../bench/soak.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CHECKS_MEMORY 0 /* a sanitizer keeps what was freed */
#else
#define CHECKS_MEMORY 1
#endif

static void test_ten_minutes(void **state)
{
    static struct soak soak;
    (void)state;
    assert_int_equal(soak_run(&soak, 1.0 / 6, store_path("soak")), 0);
    assert_int_equal(soak.lost, 0);
    /* The first half minute is the baseline, so the quarters' means differ a little in any case. */
    assert_true(fabs(soak.stride_s[0] - soak.stride_s[1]) < 0.01);
    assert_true(soak.swings[0] > 150 && soak.swings[1] > 150);
    assert_true(soak.cues > 10);
    /* Five sensors at 200 Hz: 9.2 kB a second of noise that does not compress, and what is said of it. */
    assert_in_range(soak.bytes, 600 * 6000, 600 * 16000);
    if (CHECKS_MEMORY && soak.first_kib > 0 && soak.last_kib - soak.first_kib > 2048)
        fail_msg("memory grew from %ld to %ld KiB", soak.first_kib, soak.last_kib);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ten_minutes)};
    return cmocka_run_group_tests(tests, make_store_folder, remove_store_folder);
}
