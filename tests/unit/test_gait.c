/* Protects gait events: none while standing, every contact and toe-off once and in order while running at any speed,
 * said soon and never before they could be known; walking named and never judged; and strides that never end given up
 * together with all that was half seen of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heard.h"
#include "near.h"
#include "source/random.h"

static struct kf_pipeline pipeline;
static struct heard heard;
static struct kf_pipeline_sink sink;
static struct exact_body body;

static int start(void **state)
{
    struct kf_pipeline_config config;
    (void)state;
    exact_body_init(&body);
    config = heard_config(&body);
    config.auto_baseline = config.want_frames = true;
    kf_pipeline_init(&pipeline, &config);
    sink = heard_by(&heard);
    return 0;
}

/* The gait from one time to another; sites whose bit is in `lost` deliver nothing. */
static void run(const struct exact_gait *gait, double from_s, double to_s, unsigned lost)
{
    for (long tick = lround(from_s * KF_GRID_HZ); tick < lround(to_s * KF_GRID_HZ); tick++) {
        struct kf_sim_pose pose;
        exact_gait_pose(gait, (double)tick / KF_GRID_HZ, &pose);
        heard_push_pose(&pipeline, &sink, &body, &pose, HEARD_LEGS & ~lost);
    }
}

/* What holds of any recording: events of a leg alternate and advance, each toe-off has its verdict and then its swing,
 * under one id, and verdict and swing say the same. */
static void check_order(void)
{
    double last_s[KF_LEG_COUNT] = {-INFINITY, -INFINITY};
    unsigned offs = 0;
    for (unsigned i = 0; i < heard.events; i++) {
        const struct kf_event *event = &heard.event[i].event;
        assert_true(event->t_s > last_s[event->leg]);
        assert_near(event->latency_ms, 1e3 * (heard.event[i].now_s - event->t_s), 1e-9);
        assert_true(event->latency_ms > -25); /* foreseen by that much at most */
        last_s[event->leg] = event->t_s;
        offs += event->kind == KF_EVENT_TO;
    }
    assert_int_equal(heard.verdicts, heard.swings + (unsigned)pipeline.leg[0].judged * pipeline.leg[0].open +
                                         (unsigned)pipeline.leg[1].judged * pipeline.leg[1].open);
    assert_int_equal(offs, heard.swings + pipeline.leg[0].open + pipeline.leg[1].open);
    for (unsigned i = 0; i < heard.swings; i++) {
        unsigned j = 0;
        while (j < heard.verdicts && heard.verdict[j].id != heard.swing[i].id)
            j++;
        assert_true(j < heard.verdicts);
        assert_int_equal(heard.verdict[j].verdict, heard.swing[i].verdict);
        assert_int_equal(heard.verdict[j].leg, heard.swing[i].leg);
        assert_true(isnan(heard.verdict[j].t_next_ic_s));
    }
}

/* The event nearest to t_s, minus t_s; and how much later than t_s it was said. */
static double nearest(enum kf_leg leg, enum kf_event_kind kind, double t_s, double *said_s)
{
    double best = INFINITY;
    for (unsigned i = 0; i < heard.events; i++) {
        const struct kf_event *event = &heard.event[i].event;
        if (event->leg == leg && event->kind == kind && fabs(event->t_s - t_s) < fabs(best)) {
            best = event->t_s - t_s;
            *said_s = heard.event[i].now_s - t_s;
        }
    }
    return best;
}

/* Every contact and toe-off of an exact gait between two times is found within `within_s`, and nothing else. */
static void check_events(const struct exact_gait *gait, double from_s, double to_s, double within_s)
{
    unsigned expected = 0, found = 0;
    double said_s;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        for (unsigned stride = 0; exact_gait_to_s(gait, (enum kf_leg)leg, stride) < to_s; stride++) {
            const double ic_s = exact_gait_ic_s(gait, (enum kf_leg)leg, stride);
            const double off_s = exact_gait_to_s(gait, (enum kf_leg)leg, stride);
            if (ic_s < from_s)
                continue;
            assert_near(nearest((enum kf_leg)leg, KF_EVENT_IC, ic_s, &said_s), 0, within_s);
            assert_near(nearest((enum kf_leg)leg, KF_EVENT_TO, off_s, &said_s), 0, within_s);
            expected += 2;
        }
    for (unsigned i = 0; i < heard.events; i++)
        found += heard.event[i].event.t_s >= from_s - within_s && heard.event[i].event.t_s < to_s - within_s;
    assert_true(expected > 10);
    assert_true(found >= expected && found <= expected + 2); /* the last stride's contact may lie within */
}

static void test_standing_says_nothing(void **state)
{
    struct kf_random rng;
    struct exact_gait gait = exact_gait_default();
    (void)state;
    gait.stand_s = 1e9;
    kf_random_seed(&rng, 1, 1);
    for (int tick = 0; tick < 60 * KF_GRID_HZ; tick++) {
        struct kf_sim_pose pose;
        exact_gait_pose(&gait, tick * KF_GRID_S, &pose);
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) { /* sways by a degree and trembles */
            pose.leg[leg].thigh_rad = .017 * sin(3 * pose.t_s);
            pose.leg[leg].thigh_radps = .051 * cos(3 * pose.t_s) + .02 * kf_random_normal(&rng);
            pose.leg[leg].shank_radps = .02 * kf_random_normal(&rng);
        }
        heard_push_pose(&pipeline, &sink, &body, &pose, HEARD_ALL);
    }
    assert_int_equal(heard.events + heard.verdicts + heard.swings, 0);
    assert_true(isnan(kf_pipeline_cadence_spm(&pipeline)));
    assert_false(kf_pipeline_walking(&pipeline));
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        assert_int_equal(kf_pipeline_frame(&pipeline)->leg[leg].phase, KF_PHASE_NONE);
}

static void test_running(void **state)
{
    const struct exact_gait gait = exact_gait_default();
    (void)state;
    run(&gait, 0, 40, 0);
    check_order();
    check_events(&gait, 6, 39, .008);
    assert_near(kf_pipeline_cadence_spm(&pipeline), 120 / .690, .5);
    assert_false(kf_pipeline_walking(&pipeline));
    assert_true(heard_count(&heard, KF_PASSIVE, 0) > 30);
}

/* 240 steps a minute, the knee flexing fast at toe-off already. */
static void test_sprint(void **state)
{
    struct exact_gait gait = exact_gait_default();
    (void)state;
    gait.period_s = .5;
    gait.amplitude = 1.3;
    run(&gait, 0, 30, 0);
    check_order();
    check_events(&gait, 6, 29, .008);
    assert_near(kf_pipeline_cadence_spm(&pipeline), 240, 1);
}

/* A brisk walk is given away by its contact, a slow one by its stride. After a run with a baseline, too. */
static void walk_after_run(double period_s, double contact_share, double amplitude)
{
    struct exact_gait gait = exact_gait_default();
    gait.stop_s = 35;
    run(&gait, 0, 38, 0);
    assert_int_equal(kf_pipeline_baseline(&pipeline, KF_LEFT).kind, KF_BASELINE_FULL);
    assert_false(kf_pipeline_walking(&pipeline));
    gait = (struct exact_gait){39, INFINITY, period_s, contact_share, amplitude, 0, 1};
    run(&gait, 38, 70, 0);
    check_order();
    assert_true(kf_pipeline_walking(&pipeline));
    assert_true(heard.verdict[heard.verdicts - 1].t_to_s > 60); /* its swings are measured ... */
    assert_int_equal(heard_count(&heard, KF_PASSIVE, 38), 0);   /* ... and not judged */
    assert_int_equal(heard_count(&heard, KF_PULLED, 38), 0);
    assert_true(heard_reasons(&heard, KF_REASON_WALKING, 38) > 20);
}

static void test_walking(void **state)
{
    (void)state;
    walk_after_run(.9, .62, .75);
    (void)start(state);
    walk_after_run(1.15, .42, .8);
}

/* A walk from the very first step, with no baseline: nothing is ever judged, whatever the moment. */
static void test_walking_first(void **state)
{
    const struct exact_gait gait = {4, INFINITY, 1.1, .38, .8, 0, 1}; /* a contact as short as a slow run's */
    (void)state;
    run(&gait, 0, 30, 0);
    assert_true(heard.verdicts > 20);
    assert_int_equal(heard_count(&heard, KF_UNCLEAR, 0), heard.verdicts);
    assert_int_equal(kf_pipeline_baseline(&pipeline, KF_LEFT).strides, 0);
    /* and once it is a run, that is noticed */
    const struct exact_gait faster = {30, INFINITY, .690, .371, 1, 0, 1};
    run(&faster, 30, 40, 0);
    assert_false(kf_pipeline_walking(&pipeline));
}

/* A walk with feet together on the ground, as fast or slow as people walk: from its first swing on it is called one,
 * and nothing of it is judged; when it becomes a run, that is noticed within three strides. */
static void test_no_flight(void **state)
{
    (void)state;
    for (double period_s = .8; period_s < 1.55; period_s += .05) {
        (void)start(state);
        const struct exact_gait gait = {4, INFINITY, .690, .371, 1, 30, period_s};
        run(&gait, 0, 30, 0);
        assert_true(kf_pipeline_walking(&pipeline) || heard.verdicts == 0);
        assert_int_equal(heard_count(&heard, KF_UNCLEAR, 0), heard.verdicts);
        for (unsigned i = 0; i < heard.verdicts; i++)
            assert_true(heard.verdict[i].reason == KF_REASON_WALKING ||
                        heard.verdict[i].reason == KF_REASON_NOT_ALIGNED);
        assert_int_equal(kf_pipeline_baseline(&pipeline, KF_LEFT).strides, 0);
        run(&gait, 30, 33, 0);
        assert_false(kf_pipeline_walking(&pipeline));
        run(&gait, 33, 63, 0);
        assert_int_equal(heard_reasons(&heard, KF_REASON_WALKING, 33), 0);
        assert_true(heard_count(&heard, KF_PASSIVE, 33) > 30);
    }
}

/* The contact of the very stride in progress is enough, and the next contact ends what it said. */
static void test_long_contact(void **state)
{
    struct kf_gait one;
    (void)state;
    kf_gait_init(&one);
    assert_false(kf_gait_walking(&one));
    one.t_ic_s = 10;
    one.t_to_s = 10.40;
    assert_false(kf_gait_walking(&one));
    one.t_to_s = 10.55;
    assert_true(kf_gait_walking(&one));
    one.t_to_s = NAN;
    assert_false(kf_gait_walking(&one));
    one.stride_s = .98; /* 122 steps a minute: less than half of it on the ground is a slow run */
    one.t_to_s = 10.47;
    assert_false(kf_gait_walking(&one));
    one.t_to_s = 10.50;
    assert_true(kf_gait_walking(&one));
}

/* Wherever in the stride the runner stops, the stride is given up within 2 s and nothing follows. */
static void test_stops_anywhere(void **state)
{
    (void)state;
    for (double stop_s = 4.5; stop_s < 8; stop_s += .07) {
        struct exact_gait gait = exact_gait_default();
        gait.stop_s = stop_s;
        (void)start(state);
        run(&gait, 0, stop_s + .5 + 2, 0);
        const unsigned events = heard.events;
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            assert_int_equal(kf_pipeline_frame(&pipeline)->leg[leg].phase, KF_PHASE_NONE);
            assert_false(pipeline.leg[leg].open);
        }
        run(&gait, stop_s + .5 + 2, stop_s + 6, 0);
        assert_int_equal(heard.events, events);
        check_order();
        for (unsigned i = 0; i < heard.swings; i++)
            assert_false(heard.swing[i].swing_s > .9);
        assert_true(isnan(kf_pipeline_cadence_spm(&pipeline)));
    }
}

/* One contact hidden by 120 ms of lost samples: that stride is given up, not joined with the next. */
static void test_missed_contact(void **state)
{
    const struct exact_gait gait = exact_gait_default();
    const double ic_s = exact_gait_ic_s(&gait, KF_LEFT, 10);
    (void)state;
    run(&gait, 0, ic_s - .07, 0);
    run(&gait, ic_s - .07, ic_s + .07, 1u << KF_SITE_SHANK_L);
    run(&gait, ic_s + .07, 20, 0);
    check_order();
    unsigned given_up = 0;
    for (unsigned i = 0; i < heard.swings; i++) {
        assert_false(heard.swing[i].stride_s > .75);
        given_up += heard.swing[i].leg == KF_LEFT && isnan(heard.swing[i].t_next_ic_s);
    }
    assert_int_equal(given_up, 1);
    assert_true(fabs(heard.swing[heard.swings - 1].stride_s - .69) < .01);
}

/* A shank's sensor dies in mid-swing and comes back when the runner has long stopped: nothing is made of the half swing
 * it saw. Then the run goes on as if nothing had been. */
static void test_sensor_dies(void **state)
{
    struct exact_gait gait = exact_gait_default();
    (void)state;
    gait.stop_s = 17;
    for (double dies_s = 14; dies_s < 14.7; dies_s += .05) {
        (void)start(state);
        run(&gait, 0, dies_s, 0);
        run(&gait, dies_s, 24, 1u << KF_SITE_SHANK_R);
        const unsigned events = heard.events;
        run(&gait, 24, 34, 0);
        assert_int_equal(heard.events, events);
        const struct exact_gait again = {34, INFINITY, .690, .371, 1, 0, 1};
        run(&again, 34, 46, 0);
        check_order();
        check_events(&again, 37, 45, .010);
    }
}

/* A shank's sensor slips half round the leg: its axis is turned after a while, at any moment of a stride, and the swing
 * it catches is closed like any other. */
static void test_axis_turned(void **state)
{
    const struct exact_gait gait = exact_gait_default();
    (void)state;
    for (double slips_s = 14; slips_s < 14.7; slips_s += .1) {
        (void)start(state);
        run(&gait, 0, slips_s, 0);
        exact_mount_turn(&body.mount[KF_SITE_SHANK_L], (const double[3]){0, 1, 0}, 3.14159265358979);
        run(&gait, slips_s, 30, 0);
        check_order();
        check_events(&gait, 25, 29, .010);
    }
}

/* ---- the simulator: noise, impacts, variation ---- */

static struct {
    double to_latency_ms, verdict_latency_ms, worst_ic_s, worst_to_s;
    unsigned missed, facts;
} figures;

static void check_fact(const struct kf_sim_truth *fact)
{
    const bool contact = fact->kind == KF_SIM_IC;
    double said_s = 0;
    const double error_s = nearest(fact->leg, contact ? KF_EVENT_IC : KF_EVENT_TO, fact->t_s, &said_s);
    figures.facts++;
    if (fabs(error_s) > .06) {
        figures.missed++;
        return;
    }
    if (contact) {
        figures.worst_ic_s = fmax(figures.worst_ic_s, fabs(error_s));
        return;
    }
    figures.worst_to_s = fmax(figures.worst_to_s, fabs(error_s));
    figures.to_latency_ms = fmax(figures.to_latency_ms, 1e3 * said_s);
}

static void simulate(const char *text)
{
    static struct kf_sim_truth fact[HEARD_MAX];
    struct kf_sample sample[KF_SIM_TICK_MAX];
    struct kf_sim_config config;
    struct kf_error error;
    unsigned facts = 0, count;
    kf_sim_config_default(&config);
    assert_int_equal(kf_sim_config_parse(&config, text, &error), KF_OK);
    struct kf_sim *sim = kf_sim_create(&config, &error);
    assert_non_null(sim);
    (void)start(NULL);
    while ((count = kf_sim_next(sim, sample)) > 0) {
        for (unsigned i = 0; i < count; i++)
            kf_pipeline_push(&pipeline, &sample[i], &sink);
        while (facts < HEARD_MAX && kf_sim_truth_next(sim, &fact[facts]))
            facts++;
    }
    kf_sim_destroy(sim);
    check_order();
    for (unsigned i = 0; i < facts; i++)
        if (fact[i].kind != KF_SIM_SWING && (config.legs != KF_SIM_RIGHT_LEG || fact[i].leg == KF_RIGHT) &&
            fact[i].t_s > 8 && fact[i].t_s < 39)
            check_fact(&fact[i]);
    for (unsigned i = 0; i < heard.verdicts; i++)
        if (isfinite(heard.verdict[i].latency_ms))
            figures.verdict_latency_ms = fmax(figures.verdict_latency_ms, heard.verdict[i].latency_ms);
}

static void test_simulated_runners(void **state)
{
    static const char *const runs[] = {
        "seed=1,seconds=40",           "seed=2,seconds=40,speed=2.5,part=bmi270",
        "seed=3,seconds=40,speed=5",   "seed=4,seconds=40,mounting=any,part=icm20948,sex=f,height=1.62",
        "seed=5,seconds=40,rate=100",  "seed=6,seconds=40,rate=500,mounting=upside-down",
        "seed=7,seconds=40,always",    "seed=8,seconds=40,legs=right,no-trunk",
        "seed=9,seconds=40,cocontract"};
    (void)state;
    memset(&figures, 0, sizeof figures);
    for (unsigned i = 0; i < sizeof runs / sizeof runs[0]; i++)
        simulate(runs[i]);
    print_message("%u events, %u missed; contact within %.1f, toe-off within %.1f ms; said within: toe-off %.1f, "
                  "verdict %.1f ms\n",
                  figures.facts, figures.missed, 1e3 * figures.worst_ic_s, 1e3 * figures.worst_to_s,
                  figures.to_latency_ms, figures.verdict_latency_ms);
    assert_int_equal(figures.missed, 0);
    assert_true(figures.to_latency_ms <= 40);
    assert_true(figures.verdict_latency_ms <= 60);
}

/* At a jog a pulled heel turns the shank backward faster than it swung forward a stride before: no axis is doubted for
 * that, and every swing is measured to its peak. */
static void test_pulled_at_a_jog(void **state)
{
    (void)state;
    memset(&figures, 0, sizeof figures);
    simulate("seed=1,seconds=40,speed=2,pull=0.2,share=1,relaxed=6");
    assert_int_equal(figures.missed, 0);
    for (unsigned i = 0; i < heard.verdicts; i++)
        if (heard.verdict[i].t_to_s > 8 && heard.verdict[i].t_to_s < 39)
            assert_true(isfinite(heard.verdict[i].t_peak_knee_s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_standing_says_nothing, start),
        cmocka_unit_test_setup(test_running, start),
        cmocka_unit_test_setup(test_sprint, start),
        cmocka_unit_test_setup(test_walking, start),
        cmocka_unit_test_setup(test_walking_first, start),
        cmocka_unit_test_setup(test_no_flight, start),
        cmocka_unit_test(test_long_contact),
        cmocka_unit_test_setup(test_stops_anywhere, start),
        cmocka_unit_test_setup(test_missed_contact, start),
        cmocka_unit_test_setup(test_sensor_dies, start),
        cmocka_unit_test_setup(test_axis_turned, start),
        cmocka_unit_test_setup(test_simulated_runners, start),
        cmocka_unit_test_setup(test_pulled_at_a_jog, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
