/* Protects what the pipeline answers about muscles, on simulated runners whose forces are known: pulls, and the hard
 * negatives - co-contraction, a rectus that brakes less, one who always pulls, straps on any way, legs swapped - and
 * electrodes that come late, come off, hear noise or are sampled slowly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "heard.h"
#include "near.h"

enum { TRUTH_MAX = 512, MUSCLES = KF_MUSCLE_TONE + 1 };
enum truth_class { NOT_PULLED, PULLED_SOME, PULLED_MUCH, RECTUS, CLASSES };

static const double belongs_s = .060; /* keys.md */

static struct kf_pipeline pipeline;
static struct heard heard;
static struct kf_sim_swing truth[TRUTH_MAX];
static unsigned truths;
static double worst_latency_ms, level_most;

/* What a test does to the electrodes: false drops the sample. */
typedef bool (*electrode_fn)(struct kf_sample *sample);

/* Swings after the relaxed block, by what was really done, as they were called. */
static struct tally {
    unsigned swings, verdict[KF_PULLED + 1], muscle[MUSCLES], cocontraction, with_ratio;
    double ratio_sum;
} tally[CLASSES];

static enum truth_class class_of(const struct kf_sim_swing *swing)
{
    if (swing->rf_drop)
        return RECTUS;
    return swing->pull < .025 ? NOT_PULLED : swing->pull < .075 ? PULLED_SOME : PULLED_MUCH;
}

static void count_swing(const struct kf_sim_swing *swing)
{
    for (unsigned i = 0; i < heard.verdicts; i++) {
        const struct kf_swing *said = &heard.verdict[i];
        if (said->leg != swing->leg || !(fabs(said->t_to_s - swing->t_to_s) < belongs_s))
            continue;
        struct tally *to = &tally[class_of(swing)];
        to->swings++;
        to->verdict[said->verdict]++;
        to->muscle[said->muscle]++;
        to->cocontraction += said->reason == KF_REASON_COCONTRACTION;
        if (isfinite(said->emg_early_ratio)) {
            to->with_ratio++;
            to->ratio_sum += said->emg_early_ratio;
        }
        worst_latency_ms = fmax(worst_latency_ms, said->latency_ms);
        return;
    }
}

static void push_all(const struct kf_sample *samples, unsigned count, electrode_fn electrode,
                     const struct kf_pipeline_sink *sink)
{
    for (unsigned i = 0; i < count; i++) {
        struct kf_sample sample = samples[i];
        if (sample.kind == KF_KIND_EMG && electrode && !electrode(&sample))
            continue;
        kf_pipeline_push(&pipeline, &sample, sink);
        const double level = kf_pipeline_frame(&pipeline)->leg[KF_LEFT].emg;
        level_most = fmax(level_most, level);
    }
}

/* Runs a simulated runner through a pipeline with the marked baseline, and counts. */
static void run(const char *text, electrode_fn electrode)
{
    struct kf_sim_config config;
    struct kf_error error = {0};
    struct kf_sample samples[KF_SIM_TICK_MAX];
    struct kf_sim_truth fact;
    unsigned count;
    kf_sim_config_default(&config);
    assert_int_equal(kf_sim_config_parse(&config, "seconds=70,seed=5,relaxed=30,emg,pull=0.1,0.2", &error), KF_OK);
    assert_int_equal(kf_sim_config_parse(&config, text, &error), KF_OK);
    struct kf_sim *sim = kf_sim_create(&config, &error);
    assert_non_null(sim);
    const struct kf_pipeline_sink sink = heard_by(&heard);
    const struct kf_pipeline_config pipeline_config = {
        .athlete = config.athlete, .placement = config.placement, .limits = kf_limits_default(), .want_frames = true};
    kf_pipeline_init(&pipeline, &pipeline_config);
    if (config.pattern != KF_SIM_ALWAYS) {
        kf_pipeline_baseline_start(&pipeline, kf_sim_baseline_from_s(&config));
        kf_pipeline_baseline_end(&pipeline, kf_sim_relaxed_until_s(&config));
    }
    memset(tally, 0, sizeof tally);
    truths = 0;
    level_most = worst_latency_ms = 0;
    while ((count = kf_sim_next(sim, samples)) > 0) {
        push_all(samples, count, electrode, &sink);
        while (kf_sim_truth_next(sim, &fact))
            if (fact.kind == KF_SIM_SWING && fact.swing.t_to_s > kf_sim_relaxed_until_s(&config) && truths < TRUTH_MAX)
                truth[truths++] = fact.swing;
    }
    kf_sim_destroy(sim);
    for (unsigned i = 0; i < truths; i++)
        count_swing(&truth[i]);
    assert_true(worst_latency_ms <= 60);
}

static bool most(unsigned part, unsigned all)
{
    return 10 * part >= 9 * all;
}

static void test_pulls(void **state)
{
    (void)state;
    run("", NULL);
    const struct tally *much = &tally[PULLED_MUCH], *none = &tally[NOT_PULLED];
    assert_true(much->swings > 35 && none->swings > 35);
    assert_true(most(much->verdict[KF_PULLED], much->swings));
    assert_true(most(much->muscle[KF_MUSCLE_HAMSTRING], much->swings));
    assert_true(most(none->muscle[KF_MUSCLE_TONE], none->swings));
    assert_int_equal(none->verdict[KF_PASSIVE], none->swings);
    assert_true(level_most > .8 && level_most < 1.6); /* what strip and gauge show comes to its own peak */
    const struct kf_emg_report report = kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_R);
    assert_true(report.worn && report.form == KF_EMG_BAND && report.swings == 40 && report.quality > .9);
    assert_false(report.misplaced);
    assert_near(report.rest_uv, 20 * sqrt(2 / 3.14159265) * sqrt(430 / 500.), .8); /* what 20-450 Hz leaves of it */
    assert_false(kf_pipeline_emg(&pipeline, KF_SITE_RECTUS_L).worn);
    assert_false(kf_pipeline_emg(&pipeline, KF_SITE_THIGH_L).worn);
}

/* What EMG is for: the moment hides these, the electrode does not. */
static void test_cocontraction(void **state)
{
    (void)state;
    run("cocontract", NULL);
    const struct tally *much = &tally[PULLED_MUCH], *none = &tally[NOT_PULLED];
    assert_true(much->swings > 35);
    assert_true(most(much->cocontraction, much->swings));
    assert_true(most(much->muscle[KF_MUSCLE_COCONTRACTION], much->swings));
    assert_int_equal(much->verdict[KF_PULLED], 0);
    assert_true(10 * much->verdict[KF_PASSIVE] <= much->swings);
    assert_int_equal(none->cocontraction, 0);
    run("cocontract,emg=0", NULL); /* without: hidden */
    assert_int_equal(tally[PULLED_MUCH].cocontraction, 0);
    assert_true(most(tally[PULLED_MUCH].verdict[KF_PASSIVE], tally[PULLED_MUCH].swings));
    assert_int_equal(tally[PULLED_MUCH].muscle[KF_MUSCLE_UNKNOWN], tally[PULLED_MUCH].swings);
}

/* Less rectus braking is a flexor drive, and not the hamstrings'. */
static void test_less_rectus(void **state)
{
    (void)state;
    run("rf-drop", NULL);
    const struct tally *rectus = &tally[RECTUS];
    assert_true(rectus->swings > 35);
    assert_int_equal(rectus->muscle[KF_MUSCLE_HAMSTRING] + rectus->muscle[KF_MUSCLE_COCONTRACTION], 0);
    assert_true(2 * rectus->verdict[KF_PULLED] > rectus->swings);
    assert_true(most(rectus->muscle[KF_MUSCLE_FLEXOR], rectus->verdict[KF_PULLED]));
    for (unsigned i = 0; i < heard.verdicts; i++)
        if (heard.verdict[i].muscle == KF_MUSCLE_FLEXOR)
            assert_true(heard.verdict[i].confidence <= .6);
}

/* One who always pulls has no relaxed strides to be compared with: nothing is claimed of any muscle, nothing called
 * passive. */
static void test_always_pulls(void **state)
{
    (void)state;
    run("always,pull=0.2,seconds=50", NULL);
    const struct tally *much = &tally[PULLED_MUCH];
    assert_true(much->swings > 30);
    assert_int_equal(much->verdict[KF_PASSIVE], 0);
    assert_int_equal(much->muscle[KF_MUSCLE_TONE] + much->muscle[KF_MUSCLE_COCONTRACTION], 0);
    assert_true(much->with_ratio > 25);
}

/* EMG does not mind how sensors are strapped on: as without tilt. */
static void test_straps(void **state)
{
    static const char *const mountings[] = {"tilt=15", "mounting=any", "mounting=upside-down"};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        run(mountings[i], NULL);
        assert_true(most(tally[PULLED_MUCH].muscle[KF_MUSCLE_HAMSTRING], tally[PULLED_MUCH].swings));
        assert_true(most(tally[NOT_PULLED].muscle[KF_MUSCLE_TONE], tally[NOT_PULLED].swings));
    }
}

static const struct kf_swing *verdict_after(double t_s)
{
    for (unsigned i = 0; i < heard.verdicts; i++)
        if (heard.verdict[i].t_to_s > t_s)
            return &heard.verdict[i];
    fail();
    return NULL;
}

/* Thigh and shank sensors on the other leg, electrodes not: hamstrings seem to work after toe-off. Said, and no muscle
 * named; legs are then judged by the moment alone. */
static void test_swapped_legs(void **state)
{
    (void)state;
    run("swap=legs", NULL);
    for (unsigned i = 0; i < heard.verdicts; i++)
        if (heard.verdict[i].t_to_s > 12)
            assert_int_equal(heard.verdict[i].muscle, KF_MUSCLE_UNKNOWN);
    assert_true(kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_L).misplaced);
    assert_true(kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_R).misplaced);
    assert_near(kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_R).quality, 0, 0);
    assert_int_equal(verdict_after(20)->verdict, KF_PASSIVE);
}

/* ---- electrodes ---- */

static bool right_comes_off(struct kf_sample *sample)
{
    if (sample->site == KF_SITE_HAMSTRING_R && sample->t_s > 45)
        sample->value[0] = 187500;
    return true;
}

/* The right one comes off at 45 s: its ratio is null from then on, its verdicts those of the moment, the left goes on.
 */
static void test_one_comes_off(void **state)
{
    unsigned left = 0, right = 0;
    (void)state;
    run("", right_comes_off);
    for (unsigned i = 0; i < heard.verdicts; i++) {
        const struct kf_swing *swing = &heard.verdict[i];
        if (swing->t_to_s < 45.1)
            continue;
        assert_int_equal(isfinite(swing->emg_early_ratio), swing->leg == KF_LEFT);
        assert_true(swing->quality > .5); /* the moment is as good as ever */
        left += swing->muscle == KF_MUSCLE_HAMSTRING;
        right += swing->leg == KF_RIGHT && swing->muscle != KF_MUSCLE_UNKNOWN;
    }
    assert_true(left > 8);
    assert_int_equal(right, 0);
    assert_near(kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_R).quality, 0, 0);
    assert_true(isnan(kf_pipeline_frame(&pipeline)->leg[KF_RIGHT].emg));
}

static bool come_late(struct kf_sample *sample)
{
    return sample->t_s > 25;
}

/* Put on while running: after five strides of their own, as if always worn. */
static void test_come_late(void **state)
{
    (void)state;
    run("", come_late);
    assert_true(isnan(verdict_after(27)->emg_early_ratio));
    assert_true(isfinite(verdict_after(30)->emg_early_ratio));
    assert_true(10 * tally[PULLED_MUCH].muscle[KF_MUSCLE_HAMSTRING] >= 7 * tally[PULLED_MUCH].swings);
    assert_true(10 * tally[NOT_PULLED].muscle[KF_MUSCLE_COCONTRACTION] <= tally[NOT_PULLED].swings);
}

static bool every_fourth(struct kf_sample *sample)
{
    return lround(sample->t_s * 1000) % 4 == 0;
}

/* At 250 Hz fewer samples make a noisier ratio; what is said is still true. */
static void test_250_hz(void **state)
{
    (void)state;
    run("", every_fourth);
    const struct tally *much = &tally[PULLED_MUCH], *none = &tally[NOT_PULLED];
    assert_int_equal(kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_L).form, KF_EMG_NARROW);
    assert_near(kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_L).rate_hz, 250, .1);
    print_message("250 Hz: %u of %u pulls hamstring, %u unknown\n", much->muscle[KF_MUSCLE_HAMSTRING], much->swings,
                  much->muscle[KF_MUSCLE_UNKNOWN]);
    assert_true(2 * much->muscle[KF_MUSCLE_HAMSTRING] > much->swings);
    assert_int_equal(none->muscle[KF_MUSCLE_HAMSTRING], 0);
    assert_true(10 * none->cocontraction <= none->swings);
}

/* Noise may take the muscle's name, never give a wrong one: at 10 dB, at 0 dB and at -10 dB of the burst's power. */
static void test_noise(void **state)
{
    static const char *const noises[] = {"emg-noise=101", "emg-noise=320", "emg-noise=1012"};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        run(noises[i], NULL);
        const struct tally *much = &tally[PULLED_MUCH], *none = &tally[NOT_PULLED];
        print_message("%s uV: of %u pulls %u hamstring, %u flexor; of %u others %u co-contraction\n", noises[i],
                      much->swings, much->muscle[KF_MUSCLE_HAMSTRING], much->muscle[KF_MUSCLE_FLEXOR], none->swings,
                      none->cocontraction);
        assert_int_equal(much->muscle[KF_MUSCLE_FLEXOR], 0);
        assert_true(20 * none->cocontraction <= none->swings);
        assert_true(most(none->verdict[KF_PASSIVE], none->swings));
        assert_true(most(much->verdict[KF_PULLED], much->swings)); /* the moment hears no noise */
    }
    assert_int_equal(tally[PULLED_MUCH].with_ratio, 0);
    assert_near(kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_L).quality, 0, 0);
}

/* ---- pipeline ---- */

/* A new donning forgets electrodes; the same one goes on with its peaks. */
static void test_epochs(void **state)
{
    (void)state;
    run("seconds=40", NULL);
    const double peak_uv = kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_L).peak_uv;
    kf_pipeline_epoch(&pipeline, true);
    assert_near(kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_L).peak_uv, peak_uv, 0);
    assert_near(kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_L).quality, 0, 0); /* nothing heard yet */
    kf_pipeline_epoch(&pipeline, false);
    assert_false(kf_pipeline_emg(&pipeline, KF_SITE_HAMSTRING_L).worn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pulls),         cmocka_unit_test(test_cocontraction), cmocka_unit_test(test_less_rectus),
        cmocka_unit_test(test_always_pulls),  cmocka_unit_test(test_straps),        cmocka_unit_test(test_swapped_legs),
        cmocka_unit_test(test_one_comes_off), cmocka_unit_test(test_come_late),     cmocka_unit_test(test_250_hz),
        cmocka_unit_test(test_noise),         cmocka_unit_test(test_epochs),
    };
    return cmocka_run_group_tests_name("emg runner", tests, NULL, NULL);
}
