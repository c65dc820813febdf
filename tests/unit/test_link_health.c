/* test_link_health.c - protects the header's promise that the rest of the screen can be believed: waiting, ok, stale,
 * gone and ended come when they should, and latency measures delay, not the offset or drift of the pod's clock. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/link_health.h"

#define MS INT64_C(1000000)

static struct kf_view_pod fill(const struct kf_link_health *health, int64_t now_ns)
{
    struct kf_view_pod pod;
    memset(&pod, 0, sizeof pod);
    kf_link_fill(health, now_ns, &pod);
    return pod;
}

static void test_states_follow_the_data(void **state)
{
    struct kf_link_health health;
    (void)state;
    kf_link_init(&health);
    assert_int_equal(fill(&health, 0).link, KF_LINK_WAITING);
    kf_link_data(&health, 10 * MS, NAN); /* bytes, but no sample yet */
    assert_int_equal(fill(&health, 10 * MS).link, KF_LINK_WAITING);
    kf_link_data(&health, 20 * MS, 0.0);
    assert_int_equal(fill(&health, 1020 * MS).link, KF_LINK_OK);
    assert_int_equal(fill(&health, 1021 * MS).link, KF_LINK_STALE);
    assert_true(fabs(fill(&health, 3020 * MS).age_s - 3.0) < 1e-9);
    kf_link_data(&health, 4000 * MS, 0.0); /* the same sample again is no news */
    assert_int_equal(fill(&health, 4000 * MS).link, KF_LINK_STALE);
    health.gone = true;
    assert_int_equal(fill(&health, 5000 * MS).link, KF_LINK_GONE);
    kf_link_data(&health, 6000 * MS, 6.0);
    assert_int_equal(fill(&health, 6000 * MS).link, KF_LINK_OK);
    health.ended = true;
    assert_int_equal(fill(&health, 6000 * MS).link, KF_LINK_ENDED);
}

/* A pod that started long ago, its clock 100 ppm slow, sends blocks of 10 ms; each arrives 3 ms after its last sample.
 */
static void test_latency_is_delay_not_offset_or_drift(void **state)
{
    struct kf_link_health health;
    struct kf_view_pod view;
    (void)state;
    kf_link_init(&health);
    for (int block = 1; block <= 60000; block++) {
        const double pod_s = 5000 + block * 0.01;
        kf_link_data(&health, (int64_t)((block * 0.01 * 1.0001 + 0.003) * 1e9), pod_s);
    }
    view = fill(&health, 600 * 1000 * MS);
    assert_true(view.latency_ms_p50 <= 1);
    assert_true(view.latency_ms_p95 >= 4 && view.latency_ms_p95 <= 6); /* the block's first sample waited 5 ms */
}

static void test_a_delay_is_seen(void **state)
{
    struct kf_link_health health;
    (void)state;
    kf_link_init(&health);
    for (int i = 0; i < 1000; i++)
        kf_link_data(&health, i * 5 * MS + (i % 10 == 9 ? 40 : 0) * MS, i * 0.005);
    assert_true(fill(&health, 5000 * MS).latency_ms_p50 <= 1);
    assert_true(fill(&health, 5000 * MS).latency_ms_p95 >= 39);
}

static void test_a_restart_has_a_new_offset(void **state)
{
    struct kf_link_health health;
    (void)state;
    kf_link_init(&health);
    for (int i = 0; i < 1000; i++)
        kf_link_data(&health, i * 5 * MS, i * 0.005);
    kf_link_restart(&health);
    for (int i = 1000; i < 9000; i++)
        kf_link_data(&health, (i * 5 + 2000) * MS, i * 0.005);
    assert_true(fill(&health, 47000 * MS).latency_ms_p95 <= 1);
}

static void test_quantiles_and_fading(void **state)
{
    struct kf_latency latency = {0};
    (void)state;
    assert_true(isnan(kf_latency_quantile(&latency, 0.5)));
    kf_latency_add(&latency, NAN);
    assert_int_equal(latency.total, 0);
    for (int i = 0; i < 1000; i++)
        kf_latency_add(&latency, i % 100);
    assert_true(kf_latency_quantile(&latency, 0.50) == 49);
    assert_true(kf_latency_quantile(&latency, 0.95) == 94);
    for (int i = 0; i < 100000; i++)
        kf_latency_add(&latency, 1e9);
    assert_true(kf_latency_quantile(&latency, 0.05) == KF_LATENCY_BINS - 1);
    kf_latency_add(&latency, -3);
    assert_int_equal(latency.count[0], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states_follow_the_data), cmocka_unit_test(test_latency_is_delay_not_offset_or_drift),
        cmocka_unit_test(test_a_delay_is_seen),        cmocka_unit_test(test_a_restart_has_a_new_offset),
        cmocka_unit_test(test_quantiles_and_fading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
