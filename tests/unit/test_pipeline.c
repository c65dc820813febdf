/* Protects the pipeline as a whole: controls (baseline, epochs, belt, athlete), keyframes by memcpy, one leg or two,
 * any order of delivery, any time of day, samples that make no sense; that outputs depend on inputs alone. */
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

enum { SAMPLES_MAX = 60000 };

static struct kf_pipeline pipeline, other;
static struct heard heard, heard_other;
static struct kf_pipeline_sink sink;
static struct exact_body body;
static struct exact_gait gait;
static struct kf_pipeline_config config;

static void begin(void)
{
    kf_pipeline_init(&pipeline, &config);
    sink = heard_by(&heard);
}

static int start(void **state)
{
    (void)state;
    exact_body_init(&body);
    gait = exact_gait_default();
    config = heard_config(&body);
    config.want_frames = true;
    begin();
    return 0;
}

static void run(double from_s, double to_s, unsigned sites)
{
    for (long tick = lround(from_s * KF_GRID_HZ); tick < lround(to_s * KF_GRID_HZ); tick++) {
        struct kf_sim_pose pose;
        exact_gait_pose(&gait, (double)tick / KF_GRID_HZ, &pose);
        heard_push_pose(&pipeline, &sink, &body, &pose, sites);
    }
}

/* A simulated session with noise, in order of time. */
static unsigned record(const char *text, struct kf_sample *out)
{
    struct kf_sim_config sim_config;
    struct kf_error error;
    unsigned count = 0, more;
    kf_sim_config_default(&sim_config);
    assert_int_equal(kf_sim_config_parse(&sim_config, text, &error), KF_OK);
    struct kf_sim *sim = kf_sim_create(&sim_config, &error);
    assert_non_null(sim);
    while (count + KF_SIM_TICK_MAX < SAMPLES_MAX && (more = kf_sim_next(sim, out + count)) > 0)
        count += more;
    kf_sim_destroy(sim);
    return count;
}

/* ---- baseline ---- */

static unsigned strides(enum kf_leg leg)
{
    return kf_pipeline_baseline(&pipeline, leg).strides;
}

/* Strides whose toe-off lies in [start, end) count, whenever they are judged; a new start forgets the old strides. */
static void test_baseline_window(void **state)
{
    (void)state;
    const double to_10 = exact_gait_to_s(&gait, KF_LEFT, 10), to_15 = exact_gait_to_s(&gait, KF_LEFT, 15);
    run(0, 8, HEARD_LEGS);
    kf_pipeline_baseline_end(&pipeline, 7); /* an end without a start */
    assert_int_equal(strides(KF_LEFT), 0);
    kf_pipeline_baseline_start(&pipeline, to_10 - .05);
    run(8, to_15 + .1, HEARD_LEGS); /* toe-off 15 is said, its verdict not yet */
    kf_pipeline_baseline_end(&pipeline, to_15 + .05);
    run(to_15 + .1, 25, HEARD_LEGS);
    assert_int_equal(strides(KF_LEFT), 6);
    assert_int_equal(heard.baselines, strides(KF_LEFT) + strides(KF_RIGHT));
    kf_pipeline_baseline_end(&pipeline, 100); /* a second end changes nothing */
    run(25, 27, HEARD_LEGS);
    assert_int_equal(strides(KF_LEFT), 6);
    kf_pipeline_baseline_start(&pipeline, 27);
    assert_int_equal(strides(KF_LEFT), 0);
    assert_int_equal(kf_pipeline_baseline(&pipeline, KF_LEFT).kind, KF_BASELINE_NONE);
    run(27, 60, HEARD_LEGS);
    assert_int_equal(kf_pipeline_baseline(&pipeline, KF_LEFT).kind, KF_BASELINE_FULL);
    assert_true(strides(KF_LEFT) > 40); /* with no end, all that follows */
}

/* Unsupervised: skips the first strides, takes what is needed for a full one, and nothing a pull is found in. */
static void test_auto_baseline(void **state)
{
    (void)state;
    config.auto_baseline = true;
    begin();
    run(0, 60, HEARD_LEGS);
    assert_int_equal(strides(KF_LEFT), 30);
    assert_true(heard_reasons(&heard, KF_REASON_NO_BASELINE, 0) >= 2 * (4 + 12));
    kf_pipeline_baseline_start(&pipeline, 60); /* from now on the coach decides */
    run(60, 62, HEARD_LEGS);
    assert_in_range(strides(KF_LEFT), 1, 4);
}

static void test_auto_baseline_refuses_pulls(void **state)
{
    static struct kf_sample samples[SAMPLES_MAX];
    const unsigned count = record("seed=3,seconds=45,relaxed=16,share=1,pull=0.2", samples);
    struct kf_baseline_report relaxed = {0};
    (void)state;
    config.auto_baseline = true;
    begin();
    for (unsigned i = 0; i < count; i++) {
        kf_pipeline_push(&pipeline, &samples[i], &sink);
        if (samples[i].t_s < 22)
            relaxed = kf_pipeline_baseline(&pipeline, KF_LEFT);
    }
    assert_int_equal(relaxed.kind, KF_BASELINE_PROVISIONAL);
    const struct kf_baseline_report report = kf_pipeline_baseline(&pipeline, KF_LEFT);
    assert_in_range(report.strides, relaxed.strides, relaxed.strides + 2);
    assert_near(report.mean_knee_moment_nm_kg, relaxed.mean_knee_moment_nm_kg, .006);
    assert_true(heard_count(&heard, KF_PULLED, 23) > 50);
}

/* ---- epochs ---- */

static void test_same_donning(void **state)
{
    (void)state;
    kf_pipeline_baseline_start(&pipeline, 7);
    run(0, 30.1, HEARD_LEGS);
    const struct kf_baseline_report before = kf_pipeline_baseline(&pipeline, KF_LEFT);
    const unsigned swings = heard.swings;
    assert_true(pipeline.leg[KF_LEFT].open || pipeline.leg[KF_RIGHT].open);
    kf_pipeline_epoch(&pipeline, true);
    assert_int_equal(heard.swings, swings); /* strides in progress are dropped */
    assert_int_equal(pipeline.leg[KF_LEFT].gait.phase, KF_PHASE_NONE);
    assert_near(kf_pipeline_baseline(&pipeline, KF_LEFT).mean_knee_moment_nm_kg, before.mean_knee_moment_nm_kg, 0);
    run(30.3, 40, HEARD_LEGS);
    assert_true(kf_pipeline_alignment(&pipeline, KF_SITE_SHANK_L).aligned);
    assert_true(heard_count(&heard, KF_PASSIVE, 32) >= 20); /* judged by the baseline there was */
    for (unsigned i = 0; i < heard.swings; i++)
        assert_false(heard.swing[i].stride_s > .75); /* nothing was joined across */
}

/* The pod's clock may begin again: time goes back and everything goes on. */
static void test_clock_starts_again(void **state)
{
    (void)state;
    kf_pipeline_belt(&pipeline, 0, 3);
    run(0, 20, HEARD_LEGS);
    kf_pipeline_belt(&pipeline, 20, 3.5);
    kf_pipeline_epoch(&pipeline, true);
    sink = heard_by(&heard);
    run(0, 15, HEARD_LEGS);
    assert_true(heard.swings > 20);
    assert_int_equal(heard_reasons(&heard, KF_REASON_BELT_CHANGE, 0), 0);
}

static void test_new_donning(void **state)
{
    (void)state;
    config.auto_baseline = true;
    begin();
    run(0, 30.1, HEARD_LEGS);
    const unsigned last_id = heard.verdict[heard.verdicts - 1].id;
    kf_pipeline_epoch(&pipeline, false);
    assert_int_equal(strides(KF_LEFT), 0);
    assert_false(kf_pipeline_alignment(&pipeline, KF_SITE_SHANK_L).aligned);
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        exact_mount_any(&body.mount[site], 70 + (unsigned)site); /* strapped on another way */
    gait.stand_s = 34;
    run(30.3, 60, HEARD_LEGS);
    assert_true(strides(KF_LEFT) > 12); /* collected anew */
    assert_true(heard_count(&heard, KF_PASSIVE, 50) > 20);
    for (unsigned i = 0; i < heard.verdicts; i++)
        if (heard.verdict[i].t_to_s > 30.3)
            assert_true(heard.verdict[i].id > last_id); /* ids never come twice */
}

/* ---- belt ---- */

static void test_belt_change(void **state)
{
    (void)state;
    kf_pipeline_baseline_start(&pipeline, 7);
    kf_pipeline_belt(&pipeline, 0, 3.5); /* the first speed is no change */
    run(0, 20, HEARD_LEGS);
    kf_pipeline_belt(&pipeline, 20, 3.505); /* nor is rounding */
    kf_pipeline_belt(&pipeline, 20, NAN);
    kf_pipeline_belt(&pipeline, 20, 3.5);
    run(20, 22, HEARD_LEGS);
    assert_int_equal(heard_reasons(&heard, KF_REASON_BELT_CHANGE, 0), 0);
    kf_pipeline_belt(&pipeline, 22, 4);
    run(22, 32, HEARD_LEGS);
    for (unsigned i = 0; i < heard.verdicts; i++) {
        const struct kf_swing *swing = &heard.verdict[i];
        if (swing->t_to_s > 22.05 && swing->t_to_s < 24.95) {
            assert_int_equal(swing->reason, KF_REASON_BELT_CHANGE);
            assert_true(swing->quality < (swing->t_to_s < 23 ? .9 : 1) && swing->quality >= .6); /* while it lasts */
        } else if (swing->t_to_s > 25.05 || (swing->t_to_s > 17 && swing->t_to_s < 21.5))
            assert_int_equal(swing->reason, KF_REASON_WITHIN_BAND);
    }
    /* 7 s to 32 s less the six about the change: such strides are no part of a baseline */
    assert_in_range(kf_pipeline_baseline(&pipeline, KF_LEFT).strides, 26, 33);
}

/* ---- sites ---- */

static void same_swing(const struct kf_swing *a, const struct kf_swing *b, double tolerance)
{
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        const double x = kf_swing_number(a, &kf_swing_keys[i]), y = kf_swing_number(b, &kf_swing_keys[i]);
        if (isnan(x) != isnan(y) || fabs(x - y) > tolerance)
            fail_msg("%s: %.12g and %.12g", kf_swing_keys[i].name, x, y);
    }
    assert_int_equal(a->verdict, b->verdict);
    assert_int_equal(a->reason, b->reason);
}

/* A leg alone measures what it measures in company. */
static void test_one_leg(void **state)
{
    unsigned alone = 0;
    (void)state;
    run(0, 20, HEARD_LEGS);
    heard_other = heard;
    begin();
    run(0, 20, HEARD_RIGHT);
    for (unsigned i = 0; i < heard_other.swings; i++)
        if (heard_other.swing[i].leg == KF_RIGHT)
            same_swing(&heard_other.swing[i], &heard.swing[alone++], 1e-9);
    assert_int_equal(alone, heard.swings);
    assert_false(kf_pipeline_frame(&pipeline)->leg[KF_LEFT].worn);
    assert_false(kf_pipeline_alignment(&pipeline, KF_SITE_SHANK_L).worn);
}

/* A thigh without its shank is no leg; a shank that joins late makes one. */
static void test_late_site(void **state)
{
    (void)state;
    run(0, 10, 1u << KF_SITE_THIGH_L | HEARD_RIGHT);
    for (unsigned i = 0; i < heard.swings; i++)
        assert_int_equal(heard.swing[i].leg, KF_RIGHT);
    const unsigned before = heard.swings;
    run(10, 20, HEARD_LEGS);
    unsigned left = 0;
    for (unsigned i = before; i < heard.swings; i++)
        left += heard.swing[i].leg == KF_LEFT;
    assert_in_range(left, 11, 15);
}

/* The trunk's lean from whichever is worn, and from none. */
static void test_trunk(void **state)
{
    struct kf_sim_config sim_config;
    struct kf_error error;
    struct kf_sample ignored[KF_SIM_TICK_MAX];
    (void)state;
    kf_sim_config_default(&sim_config);
    assert_int_equal(kf_sim_config_parse(&sim_config, "seed=2,seconds=25,lean=9", &error), KF_OK);
    for (int site = KF_SITE_TRUNK; site <= KF_SITE_PELVIS + 1; site++) {
        struct kf_sim *sim = kf_sim_create(&sim_config, &error);
        begin();
        while (kf_sim_next(sim, ignored) > 0) {
            const struct kf_sim_pose *pose = kf_sim_pose_of(sim);
            struct kf_sample trunk = exact_sample(&body, KF_SITE_TRUNK, pose);
            trunk.site = (enum kf_site)site;
            if (site <= KF_SITE_PELVIS)
                kf_pipeline_push(&pipeline, &trunk, &sink);
            heard_push_pose(&pipeline, &sink, &body, pose, HEARD_LEGS);
        }
        kf_sim_destroy(sim);
        const struct kf_swing *last = &heard.swing[heard.swings - 1];
        assert_int_equal(last->trunk_site, site <= KF_SITE_PELVIS ? site : (int)KF_SITE_NONE);
        if (site <= KF_SITE_PELVIS)
            assert_near(last->trunk_lean_deg, 9, 3); /* its sway per stride is 2 */
        else
            assert_true(isnan(last->trunk_lean_deg));
    }
}

/* A trunk sensor that dies leaves the lean to the pelvis', and a pelvis that dies leaves the hip to the trunk's. */
static void test_trunk_dies(void **state)
{
    struct kf_sim_config sim_config;
    struct kf_error error;
    struct kf_sample ignored[KF_SIM_TICK_MAX];
    (void)state;
    kf_sim_config_default(&sim_config);
    assert_int_equal(kf_sim_config_parse(&sim_config, "seed=2,seconds=25,lean=9", &error), KF_OK);
    for (int dies = KF_SITE_TRUNK; dies <= KF_SITE_PELVIS; dies++) {
        struct kf_sim *sim = kf_sim_create(&sim_config, &error);
        const int lives = dies == KF_SITE_TRUNK ? KF_SITE_PELVIS : KF_SITE_TRUNK;
        begin();
        while (kf_sim_next(sim, ignored) > 0) {
            const struct kf_sim_pose *pose = kf_sim_pose_of(sim);
            for (int site = KF_SITE_TRUNK; site <= KF_SITE_PELVIS; site++) {
                struct kf_sample trunk = exact_sample(&body, KF_SITE_TRUNK, pose);
                trunk.site = (enum kf_site)site;
                if (site == lives || pose->t_s < 14)
                    kf_pipeline_push(&pipeline, &trunk, &sink);
            }
            heard_push_pose(&pipeline, &sink, &body, pose, HEARD_LEGS);
            const struct kf_leg_frame *leg = &kf_pipeline_frame(&pipeline)->leg[KF_LEFT];
            if (pose->t_s > 10 && !(dies == KF_SITE_PELVIS && pose->t_s > 13.9)) /* a pelvis is worn */
                assert_true(leg->hamstring_mm[KF_BICEPS_LONG] > 300 || (pose->t_s > 13.9 && pose->t_s < 14.6));
        }
        kf_sim_destroy(sim);
        const struct kf_swing *last = &heard.swing[heard.swings - 1];
        assert_int_equal(last->trunk_site, lives);
        assert_near(last->trunk_lean_deg, 9, 3);
        assert_near(last->hip_to_deg - last->thigh_to_deg, 9, 5); /* its lean then */
        const bool pelvis = dies == KF_SITE_TRUNK;
        assert_true(pelvis == isfinite(kf_pipeline_frame(&pipeline)->leg[KF_LEFT].hamstring_mm[KF_BICEPS_LONG]));
    }
}

/* A leg whose axis was turned in mid-swing (test_leg.c) has that swing closed like one whose contact never came. */
static void test_turned_leg(void **state)
{
    struct kf_leg_state *leg = &pipeline.leg[KF_LEFT];
    const double off_s = exact_gait_to_s(&gait, KF_LEFT, 10);
    (void)state;
    run(0, off_s + .1, HEARD_LEGS);
    assert_true(leg->open && !leg->judged);
    const unsigned id = leg->swing.id;
    leg->turned = true;
    kf_gait_init(&leg->gait);
    run(off_s + .1, off_s + .11, HEARD_LEGS);
    assert_false(leg->open || leg->turned);
    const struct kf_swing *last = &heard.swing[heard.swings - 1];
    assert_int_equal(last->id, id);
    assert_int_equal(last->verdict, KF_UNCLEAR);
    assert_int_equal(last->reason, KF_REASON_NOT_ALIGNED);
    assert_true(isnan(last->t_next_ic_s) && isnan(last->mean_knee_moment_nm_kg));
}

/* ---- delivery ---- */

/* Ten samples of one site, then ten of the next: the same swings as one of each in turn. */
static void test_blocks(void **state)
{
    enum { BLOCK = 10 };
    (void)state;
    run(0, 30, HEARD_LEGS);
    heard_other = heard;
    begin();
    for (int tick = 0; tick < 30 * KF_GRID_HZ; tick += BLOCK)
        for (int site = KF_SITE_SHANK_R; site >= KF_SITE_THIGH_L; site--)
            for (int i = 0; i < BLOCK; i++) {
                struct kf_sim_pose pose;
                exact_gait_pose(&gait, (tick + i) * KF_GRID_S, &pose);
                const struct kf_sample sample = exact_sample(&body, (enum kf_site)site, &pose);
                kf_pipeline_push(&pipeline, &sample, &sink);
            }
    assert_int_equal(heard.swings, heard_other.swings);
    for (unsigned i = 0; i < heard.swings; i++) {
        struct kf_swing *a = &heard.swing[i], *b = &heard_other.swing[i];
        assert_true(a->latency_ms >= b->latency_ms - 1e-6 && a->latency_ms <= b->latency_ms + 1e3 * BLOCK * KF_GRID_S);
        a->latency_ms = b->latency_ms = 0;
        same_swing(a, b, 2e-4);
    }
}

static uint64_t run_until(const struct kf_sample *samples, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++)
        kf_pipeline_push(&pipeline, &samples[i], &sink);
    return heard.print;
}

/* A copy of the struct is a keyframe: from it on, every bit is the same. Nor does it matter what was in the memory. */
static void test_keyframes(void **state)
{
    static struct kf_sample samples[SAMPLES_MAX];
    const unsigned count = record("seed=11,seconds=30,relaxed=10,part=icm20948,mounting=any", samples);
    (void)state;
    config.auto_baseline = true;
    begin();
    const uint64_t once = run_until(samples, 0, count);
    assert_true(heard.verdicts > 50);
    for (unsigned at = 777; at < count; at += 4321) {
        begin();
        run_until(samples, 0, at);
        assert_int_equal(kf_pipeline_size(), sizeof other); /* what a caller without our headers would copy */
        memcpy(&other, &pipeline, sizeof other);
        heard_other = heard;
        memset(&pipeline, 0xa5, sizeof pipeline);
        memcpy(&pipeline, &other, sizeof pipeline);
        assert_true(run_until(samples, at, count) == once);
    }
    memset(&pipeline, 0xff, sizeof pipeline);
    begin();
    assert_true(run_until(samples, 0, count) == once);
}

/* ---- times and values ---- */

/* The same run at other times of day: after 30 years of seconds, and before 0. */
static void test_any_time(void **state)
{
    static const double origins[] = {-40, 86400, 9e8};
    (void)state;
    run(0, 20, HEARD_LEGS);
    heard_other = heard;
    for (unsigned k = 0; k < 3; k++) {
        begin();
        for (int tick = 0; tick < 20 * KF_GRID_HZ; tick++) {
            struct kf_sim_pose pose;
            exact_gait_pose(&gait, tick * KF_GRID_S, &pose);
            pose.t_s += origins[k];
            heard_push_pose(&pipeline, &sink, &body, &pose, HEARD_LEGS);
        }
        assert_int_equal(heard.swings, heard_other.swings);
        for (unsigned i = 0; i < heard.swings; i++) {
            assert_near(heard.swing[i].t_to_s - origins[k], heard_other.swing[i].t_to_s, 1e-4);
            assert_near(heard.swing[i].mean_knee_moment_nm_kg, heard_other.swing[i].mean_knee_moment_nm_kg, 1e-4);
        }
    }
}

static void test_nonsense(void **state)
{
    static const double times[] = {NAN, INFINITY, -INFINITY, 1e300, -1e300, 1e9, -1e9};
    struct kf_sim_pose pose;
    (void)state;
    run(0, 10, HEARD_LEGS);
    exact_gait_pose(&gait, 10, &pose);
    struct kf_sample sample = exact_sample(&body, KF_SITE_SHANK_L, &pose);
    other = pipeline;
    for (unsigned i = 0; i < sizeof times / sizeof times[0]; i++) {
        sample.t_s = times[i];
        kf_pipeline_push(&pipeline, &sample, &sink);
    }
    sample.t_s = 10;
    for (int site = -1; site <= KF_SITE_COUNT; site++)
        if (site < 0 || site >= KF_SITE_BODY_COUNT) {
            sample.site = (enum kf_site)site;
            kf_pipeline_push(&pipeline, &sample, &sink);
        }
    sample.site = KF_SITE_SHANK_L;
    sample.kind = KF_KIND_EMG;
    kf_pipeline_push(&pipeline, &sample, &sink);
    assert_memory_equal(pipeline.segment, other.segment, sizeof pipeline.segment);
    assert_true(pipeline.next_step == other.next_step && pipeline.now_s == other.now_s);
    assert_false(kf_pipeline_alignment(&pipeline, KF_SITE_NONE).worn);
    assert_false(kf_pipeline_alignment(&pipeline, KF_SITE_HAMSTRING_L).worn);
    run(10, 20, HEARD_LEGS);
    assert_true(heard.swings > 36);
}

/* At 100 Hz a swing has two thirds of the samples full quality asks for. */
static void test_rate_lowers_quality(void **state)
{
    (void)state;
    for (int tick = 0; tick < 1200; tick++) {
        struct kf_sim_pose pose;
        exact_gait_pose(&gait, tick * .01, &pose);
        heard_push_pose(&pipeline, &sink, &body, &pose, HEARD_LEGS);
    }
    assert_true(heard.swings > 15);
    assert_near(heard.swing[heard.swings - 1].quality, 100. / 150, .01);
}

/* ---- the rest of the interface ---- */

static void test_finish(void **state)
{
    (void)state;
    run(0, exact_gait_to_s(&gait, KF_LEFT, 10) + .3, HEARD_LEGS);
    const unsigned swings = heard.swings;
    assert_true(pipeline.leg[KF_LEFT].open);
    kf_pipeline_finish(&pipeline, &sink);
    assert_true(heard.swings > swings);
    assert_int_equal(heard.swings, heard.verdicts);
    assert_true(isnan(heard.swing[heard.swings - 1].t_next_ic_s));
    kf_pipeline_finish(&pipeline, &sink);
    assert_int_equal(heard.swings, heard.verdicts);
    begin();
    kf_pipeline_finish(&pipeline, &sink); /* nothing came at all */
    assert_int_equal(heard.swings + heard.events, 0);
    assert_true(isnan(kf_pipeline_frame(&pipeline)->t_s));
}

/* The recording ends within a swing: nothing was wrong with it, and nothing of it can be judged. */
static void test_cut_short(void **state)
{
    (void)state;
    run(0, exact_gait_to_s(&gait, KF_LEFT, 10) + .1, HEARD_LEGS);
    assert_true(pipeline.leg[KF_LEFT].open && !pipeline.leg[KF_LEFT].judged);
    const unsigned swings = heard.swings;
    kf_pipeline_finish(&pipeline, &sink);
    const struct kf_swing *left = &heard.swing[swings]; /* legs are closed left first */
    assert_int_equal(left->leg, KF_LEFT);
    assert_int_equal(left->verdict, KF_UNCLEAR);
    assert_int_equal(left->reason, KF_REASON_NONE);
    assert_string_equal(kf_swing_word(left, kf_swing_key_find("reason")), "low-quality"); /* keys.md */
    assert_true(isnan(left->quality));
}

/* Athlete, placement and limits in mid-run: the next swings are measured and judged by them. */
static void test_settings_in_mid_run(void **state)
{
    struct kf_athlete taller = exact_athlete();
    struct kf_limits strict = kf_limits_default();
    (void)state;
    kf_pipeline_baseline_start(&pipeline, 7);
    run(0, 30, HEARD_LEGS);
    const double before = heard.swing[heard.swings - 1].mean_knee_moment_nm_kg;
    const double drive = heard.swing[heard.swings - 1].drive_nm_kg;
    taller.height_m *= 1.1;
    kf_pipeline_set_athlete(&pipeline, &taller);
    run(30, 32, HEARD_LEGS);
    const struct kf_swing *last = &heard.swing[heard.swings - 1];
    assert_true(fabs(last->mean_knee_moment_nm_kg - before) > .005);
    assert_near(last->drive_nm_kg, drive, .003); /* the baseline is restated with it */
    assert_int_equal(last->verdict, KF_PASSIVE);
    strict.min_quality = 1.01;
    kf_pipeline_set_limits(&pipeline, &strict);
    run(32, 34, HEARD_LEGS);
    assert_int_equal(heard.swing[heard.swings - 1].reason, KF_REASON_LOW_QUALITY);
}

/* Frames are for who asks; verdicts do without. */
static void test_frames(void **state)
{
    (void)state;
    run(0, 20, HEARD_LEGS);
    const struct heard with = heard;
    assert_in_range(heard.frames, 20 * KF_GRID_HZ - 2, 20 * KF_GRID_HZ + 1);
    /* the last step, less the smoother's delay */
    assert_near(kf_pipeline_frame(&pipeline)->t_s, 20 - .005 - .030, 1e-9);
    config.want_frames = false;
    begin();
    run(0, 20, HEARD_LEGS);
    assert_int_equal(heard.frames, 0);
    assert_true(isnan(kf_pipeline_frame(&pipeline)->t_s));
    assert_true(heard.swings > 10);
    assert_int_equal(heard.swings, with.swings);
    for (unsigned i = 0; i < heard.swings; i++)
        same_swing(&heard.swing[i], &with.swing[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_baseline_window, start),
        cmocka_unit_test_setup(test_auto_baseline, start),
        cmocka_unit_test_setup(test_auto_baseline_refuses_pulls, start),
        cmocka_unit_test_setup(test_same_donning, start),
        cmocka_unit_test_setup(test_clock_starts_again, start),
        cmocka_unit_test_setup(test_new_donning, start),
        cmocka_unit_test_setup(test_belt_change, start),
        cmocka_unit_test_setup(test_one_leg, start),
        cmocka_unit_test_setup(test_late_site, start),
        cmocka_unit_test_setup(test_trunk, start),
        cmocka_unit_test_setup(test_trunk_dies, start),
        cmocka_unit_test_setup(test_turned_leg, start),
        cmocka_unit_test_setup(test_blocks, start),
        cmocka_unit_test_setup(test_keyframes, start),
        cmocka_unit_test_setup(test_any_time, start),
        cmocka_unit_test_setup(test_nonsense, start),
        cmocka_unit_test_setup(test_rate_lowers_quality, start),
        cmocka_unit_test_setup(test_finish, start),
        cmocka_unit_test_setup(test_cut_short, start),
        cmocka_unit_test_setup(test_settings_in_mid_run, start),
        cmocka_unit_test_setup(test_frames, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
