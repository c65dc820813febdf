/* test_view_past.c - protects what the view tells of a whole session: nothing is lost when trends are widened, a
 * strip has its rate whatever the frames', and bands are those of the coach's rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "app/view_past.h"

static struct kf_view view;

static int set_up(void **state)
{
    (void)state;
    memset(&view, 0, sizeof view);
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        view.gauge[KF_GAUGE_DRIVE][leg].low = -.1;
        view.gauge[KF_GAUGE_DRIVE][leg].high = .1;
    }
    kf_view_past_init(&view);
    return 0;
}

static void test_spread(void **state)
{
    const struct kf_view_spread *spread = &view.gauge[KF_GAUGE_DRIVE][KF_RIGHT].spread;
    const double values[] = {.01, .03, .02, 9, -9, NAN, INFINITY};
    uint32_t sum = 0;

    (void)state;
    for (int i = 0; i < 7; i++)
        kf_view_past_value(&view, KF_GAUGE_DRIVE, KF_RIGHT, i, values[i]);
    assert_int_equal(spread->count, 5);
    assert_int_equal(spread->bin[0], 1);
    assert_int_equal(spread->bin[KF_VIEW_BINS - 1], 1);
    for (int i = 0; i < KF_VIEW_BINS; i++)
        sum += spread->bin[i];
    assert_int_equal(sum, 5);
    assert_true(fabs(spread->mean - .012) < 1e-12);
    assert_true(fabs(spread->m2 - (162 + .0014 - 5 * .012 * .012)) < 1e-9);
}

/* A session of hours has no more pieces than one of minutes, and every stride is still in one of them. */
static void test_trends_widen(void **state)
{
    struct kf_swing swing = kf_swing_unknown();
    struct kf_cue cue = {.t_s = 7000, .name = "x"};
    uint32_t swings = 0, passive = 0, pulled = 0, counted = 0, cues = 0;

    (void)state;
    swing.leg = KF_LEFT;
    for (int i = 0; i < 10000; i++) {
        swing.t_to_s = 5 + .7 * i;
        swing.verdict = i % 4 ? KF_PASSIVE : KF_PULLED;
        kf_view_past_verdict(&view, &swing);
        kf_view_past_value(&view, KF_GAUGE_DRIVE, KF_LEFT, swing.t_to_s, .5);
    }
    kf_view_past_cue(&view, &cue);
    assert_true(view.bucket_count <= KF_VIEW_BUCKETS && view.bucket_s == 160);
    for (unsigned i = 0; i < view.bucket_count; i++) {
        swings += view.bucket[i].swings[KF_LEFT];
        pulled += view.bucket[i].pulled[KF_LEFT];
        passive += view.bucket[i].passive[KF_LEFT];
        counted += view.bucket[i].counted[KF_GAUGE_DRIVE][KF_LEFT];
        cues += view.bucket[i].cues;
        assert_true(fabs(view.bucket[i].sum[KF_GAUGE_DRIVE][KF_LEFT] -
                         .5 * view.bucket[i].counted[KF_GAUGE_DRIVE][KF_LEFT]) < .1);
    }
    assert_int_equal(swings, 10000);
    assert_int_equal(pulled, 2500);
    assert_int_equal(passive, 7500);
    assert_int_equal(counted, 10000);
    assert_int_equal(cues, 1);
    swing.t_to_s = NAN;
    kf_view_past_verdict(&view, &swing);
    swing.t_to_s = -3; /* before the first: a replay that went back has another view */
    kf_view_past_verdict(&view, &swing);
}

static void test_strips_and_poses(void **state)
{
    struct kf_frame frame = {0};
    unsigned poses[KF_LEG_COUNT] = {0};

    (void)state;
    for (int i = 0; i <= 400; i++) { /* 2 s at 200 Hz */
        double before[2] = {view.leg[0].pose.thigh_rad, view.leg[1].pose.thigh_rad};
        frame.t_s = 100 + i / 200.0;
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            frame.leg[leg].thigh_rad = i * 1e-3;
            frame.leg[leg].knee_rad = i * 1e-3;
            frame.leg[leg].knee_moment_nm_kg = 1;
            frame.leg[leg].phase = i < 200 ? KF_PHASE_STANCE : KF_PHASE_INITIAL;
        }
        kf_view_past_frame(&view, &frame);
        for (int leg = 0; leg < KF_LEG_COUNT; leg++)
            poses[leg] += !(before[leg] == view.leg[leg].pose.thigh_rad);
        assert_false(before[0] != view.leg[0].pose.thigh_rad && before[1] != view.leg[1].pose.thigh_rad && i > 0);
    }
    assert_in_range(view.strip[KF_STRIP_KNEE][KF_LEFT].count, 80, 82);
    assert_in_range(poses[KF_LEFT], 20, 22);
    assert_in_range(poses[KF_RIGHT], 20, 22);
    assert_true(fabs(view.strip_t_s - 102) < 1e-9);
    assert_true(isnan((double)view.strip[KF_STRIP_MOMENT][KF_LEFT].value[10])); /* stance has the ground's force */
    assert_true(view.strip[KF_STRIP_MOMENT][KF_LEFT].value[70] == 1.0f);
}

static void test_events_are_the_last(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        kf_view_past_event(&view, &(struct kf_event){.t_s = i, .kind = KF_EVENT_TO, .leg = KF_RIGHT});
    assert_int_equal(view.event_count, KF_VIEW_EVENTS);
    assert_true(view.event[KF_VIEW_EVENTS - 1].t_s == 99 && view.event[0].t_s == 100 - KF_VIEW_EVENTS);
}

static void test_bands_of_rules(void **state)
{
    (void)state;
    kf_view_past_bands(&view);
    assert_true(view.gauge[KF_GAUGE_TRUNK_LEAN][KF_LEFT].band_low == 3.6);
    assert_true(isnan(view.gauge[KF_GAUGE_CADENCE][KF_LEFT].band_low));
    view.rule_count = 2;
    view.rule[0].rule =
        (struct kf_cue_rule){.metric = "cadence_spm", .when = KF_CUE_BELOW, .limit = 165, .leg = KF_CUE_BOTH};
    view.rule[1].rule = (struct kf_cue_rule){
        .metric = "hip_to_deg", .when = KF_CUE_OUTSIDE, .limit_low = -30, .limit_high = -20, .leg = KF_CUE_RIGHT};
    kf_view_past_bands(&view);
    assert_true(view.gauge[KF_GAUGE_CADENCE][KF_LEFT].band_low == 165);
    assert_true(view.gauge[KF_GAUGE_HIP_TO][KF_RIGHT].band_high == -20);
    assert_true(isnan(view.gauge[KF_GAUGE_HIP_TO][KF_LEFT].band_high));
    view.rule_count = 0; /* switched off while running */
    kf_view_past_bands(&view);
    assert_true(isnan(view.gauge[KF_GAUGE_CADENCE][KF_LEFT].band_low));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_spread, set_up),           cmocka_unit_test_setup(test_trends_widen, set_up),
        cmocka_unit_test_setup(test_strips_and_poses, set_up), cmocka_unit_test_setup(test_events_are_the_last, set_up),
        cmocka_unit_test_setup(test_bands_of_rules, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
