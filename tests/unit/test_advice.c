/* test_advice.c - protects the line that names the cure: each fault of a link or a strap is told by name with what to
 * change, the worst first, what is well is not talked of, and a slipped sensor is told from a stumble, from the other
 * sensor of the leg and from the other leg. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/advice.h"
#include "app/session.h"
#include "app/settings_apply.h"
#include "source/sim.h"

#define MS INT64_C(1000000)

static struct kf_view view;
static struct kf_advice advice;
static char said[KF_VIEW_TEXT];

/* Two inertial streams that do well, on one pod. */
static void set_stage(void)
{
    memset(&view, 0, sizeof view);
    view.pod_count = 1;
    view.pods[0].stream_count = 2;
    for (unsigned i = 0; i < 2; i++)
        view.pods[0].stream[i] = (struct kf_view_stream){
            .site = i ? KF_SITE_SHANK_R : KF_SITE_THIGH_R, .kind = KF_KIND_IMU6, .rate_hz = 200, .samples = 5000};
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        view.alignment[site] =
            (struct kf_alignment){.worn = true, .aligned = true, .axis_ratio = 40, .residual_mps2 = 1};
    view.running = true;
    kf_advice_init(&advice);
    said[0] = '\0';
}

static bool take(void)
{
    return kf_advice_take(&advice, &view, said, sizeof said);
}

static void run(double seconds)
{
    for (double until_s = view.t_s + seconds; view.t_s < until_s; view.t_s += .1)
        (void)take();
}

static void test_what_is_well_is_not_talked_of(void **state)
{
    (void)state;
    set_stage();
    run(60);
    assert_false(take());
    assert_string_equal(said, "");
}

static void test_a_slow_stream_is_named_with_its_cure(void **state)
{
    (void)state;
    set_stage();
    view.pods[0].stream[1].rate_hz = 50;
    assert_true(take());
    assert_string_equal(said, "shank_r at 50 Hz: too slow for running; set the pod to 100 Hz or more");
    view.pods[0].stream[1].samples = 100; /* as yet a guess */
    assert_false(take());
    view.pods[0].stream[1].samples = 5000;
    view.pods[0].stream[1].rate_hz = 99.8; /* a crystal's 100 */
    assert_false(take());
    view.pods[0].stream[1].kind = KF_KIND_FORCE;
    view.pods[0].stream[1].rate_hz = 50;
    assert_false(take());
}

static void test_a_range_that_saturates_is_named(void **state)
{
    struct kf_view_stream *shank = &view.pods[0].stream[1];
    (void)state;
    set_stage();
    shank->saturated = 4; /* one bad landing in 25 s */
    assert_false(take());
    shank->saturated = 60;
    assert_true(take());
    assert_string_equal(said, "shank_r saturates: set a larger range");
    shank->full_acc_g = 8;
    (void)take();
    assert_string_equal(said, "shank_r saturates at 8 g: set a larger range");
    shank->full_gyr_dps = 500;
    (void)take();
    assert_string_equal(said, "shank_r saturates at 8 g and 500 deg/s: set a larger range");
}

static void test_unplaced_streams_are_named_for_a_while(void **state)
{
    (void)state;
    set_stage();
    view.pods[0].stream_count = 3;
    view.pods[0].stream[2] = (struct kf_view_stream){.site = KF_SITE_NONE, .rate_hz = 200, .samples = 10};
    assert_true(take());
    assert_string_equal(said, "stream 2 has no site: place it on the link screen (pod.stream_2)");
    run(31);
    assert_false(take()); /* it is meant so */
    set_stage();
    view.pod_count = 2;
    view.pods[1] = view.pods[0];
    view.pods[1].stream[0].site = view.pods[1].stream[1].site = KF_SITE_NONE;
    (void)take();
    assert_string_equal(said, "stream 0 of pod 2 has no site: place it on the link screen (pod.2.stream_0)");
    view.pods[0].stream_count = 0;
    run(100);
    assert_true(take()); /* while nothing is placed nothing can be judged */
}

static void test_a_site_claimed_twice_is_named(void **state)
{
    (void)state;
    set_stage();
    view.pod_count = 2;
    view.pods[1] = view.pods[0];
    view.pods[1].stream[1].doubled = true;
    view.pods[0].stream[0].rate_hz = 50; /* the worse comes first */
    assert_true(take());
    assert_string_equal(said, "two streams say shank_r: that of pod 2, stream 1 is not used, place it elsewhere");
}

/* ---- through a whole session, on the simulator ---- */

static struct kf_view watch(const char *uri, double seconds)
{
    struct kf_settings settings;
    struct kf_sim_config sim;
    struct kf_error error = {0};
    kf_sim_config_default(&sim);
    kf_settings_default(&settings);
    kf_settings_set_runner(&settings, &sim.athlete, &sim.placement);
    struct kf_session_config config = {.engine = kf_settings_engine(&settings), .uri = {uri}, .speed = 1};
    config.engine.auto_baseline = true;
    struct kf_session *session = kf_session_open(&config, &error);
    assert_non_null(session);
    for (int64_t now_ns = 0; now_ns < (int64_t)(seconds * 1e9); now_ns += 10 * MS) {
        kf_session_step(session, now_ns, 0);
        if (now_ns % (100 * MS) == 0)
            (void)kf_session_view(session, now_ns);
    }
    const struct kf_view last = *kf_session_view(session, (int64_t)(seconds * 1e9));
    kf_session_close(session);
    return last;
}

/* ---- slipping ---- */

static void residual(enum kf_leg leg, double mps2)
{
    view.alignment[leg == KF_LEFT ? KF_SITE_THIGH_L : KF_SITE_THIGH_R].residual_mps2 = mps2;
    view.alignment[leg == KF_LEFT ? KF_SITE_SHANK_L : KF_SITE_SHANK_R].residual_mps2 = mps2;
}

static void test_a_slip_names_the_sensor(void **state)
{
    (void)state;
    set_stage();
    run(20);
    residual(KF_RIGHT, 2.2);
    view.alignment[KF_SITE_SHANK_R].axis_ratio = 8;
    run(2.5);
    assert_false(take()); /* a stumble is over by now */
    run(1);
    assert_true(take());
    assert_string_equal(said, "shank_r has slipped on its segment: tighten it, then a aligns anew");
    residual(KF_RIGHT, 1); /* the axis has found itself again; the strap is still loose */
    view.alignment[KF_SITE_SHANK_R].axis_ratio = 40;
    run(10);
    assert_true(take());
    view.alignment[KF_SITE_SHANK_R].aligned = false; /* a: aligned anew */
    run(1);
    assert_false(take());
}

static void test_a_slip_of_either_names_the_leg(void **state)
{
    (void)state;
    set_stage();
    run(20);
    residual(KF_LEFT, 2.2);
    run(4);
    assert_true(take());
    assert_string_equal(said, "a sensor has slipped on the left leg: tighten both, then a aligns anew");
    run(70);
    assert_true(take()); /* as long as it stays so */
    residual(KF_LEFT, 1);
    run(1);
    assert_false(take());
}

/* On a line that loses many frames what was bridged disagrees, whatever the straps do. */
static void test_lost_frames_have_not_slipped(void **state)
{
    (void)state;
    set_stage();
    run(20);
    residual(KF_LEFT, 2.2);
    view.loss_pct = 5;
    run(10);
    assert_false(take());
    assert_null(strstr(watch("sim:seed=1,drop=0.05", 40).message, "slipped"));
}

static void test_what_was_always_so_has_not_slipped(void **state)
{
    (void)state;
    set_stage();
    residual(KF_LEFT, 3); /* a poor placement, but a steady one */
    run(60);
    assert_false(take());
    view.running = false;
    residual(KF_LEFT, 9); /* standing about, fiddling with a strap */
    run(10);
    assert_false(take());
    view.t_s = 5; /* a replay was sent back */
    view.running = true;
    residual(KF_LEFT, 9);
    run(10);
    assert_false(take());
}

static void test_a_simulated_slip_is_found_and_named(void **state)
{
    static const char *const sites[] = {"thigh_l", "thigh_r", "shank_l", "shank_r"};
    (void)state;
    assert_string_equal(watch("sim:seed=4", 60).message, "");
    for (unsigned i = 0; i < 4; i++) {
        char uri[64];
        (void)snprintf(uri, sizeof uri, "sim:slip=40,seed=4,slip-at=%s", sites[i]);
        const struct kf_view last = watch(uri, 55);
        if (strncmp(last.message, sites[i], strlen(sites[i])) != 0 || !strstr(last.message, "slipped"))
            fail_msg("%s slipped, but it says '%s'", sites[i], last.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_well_is_not_talked_of),
        cmocka_unit_test(test_a_slow_stream_is_named_with_its_cure),
        cmocka_unit_test(test_a_range_that_saturates_is_named),
        cmocka_unit_test(test_unplaced_streams_are_named_for_a_while),
        cmocka_unit_test(test_a_site_claimed_twice_is_named),
        cmocka_unit_test(test_a_slip_names_the_sensor),
        cmocka_unit_test(test_a_slip_of_either_names_the_leg),
        cmocka_unit_test(test_lost_frames_have_not_slipped),
        cmocka_unit_test(test_what_was_always_so_has_not_slipped),
        cmocka_unit_test(test_a_simulated_slip_is_found_and_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
