/* Protects the verdict: each class and reason of keys.md, which of two reasons wins, limits taken from the settings,
 * confidence under its caps, that numbers which are not measurable judge nobody; and what EMG adds: each muscle class,
 * never passive while a hamstring works, and the caps it lifts or lowers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "core/verdict.h"
#include "near.h"

/* One swing against one state of knowledge. Baseline: moment .15 and peak knee 105 deg when there is one. */
struct row {
    const char *what;
    enum kf_baseline_kind baseline;
    double moment, peak_deg, fraction, quality, belt_mps;
    bool not_aligned, walking, belt_changing;
    enum kf_verdict verdict;
    enum kf_reason reason;
};

#define NONE KF_BASELINE_NONE
#define SOME KF_BASELINE_PROVISIONAL
#define FULL KF_BASELINE_FULL

static const struct row table[] = {
    {"relaxed", FULL, .150, 105, .05, 1, NAN, 0, 0, 0, KF_PASSIVE, KF_REASON_WITHIN_BAND},
    {"relaxed, provisional", SOME, .150, 105, .05, 1, NAN, 0, 0, 0, KF_PASSIVE, KF_REASON_WITHIN_BAND},
    {"brakes a little more", FULL, .169, 104, .05, 1, NAN, 0, 0, 0, KF_PASSIVE, KF_REASON_WITHIN_BAND},
    {"brakes much more", FULL, .171, 104, .05, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_BETWEEN},
    {"in the band, but the knee was flexed by work", FULL, .140, 105, .16, 1, NAN, 0, 0, 0, KF_UNCLEAR,
     KF_REASON_BETWEEN},
    {"a 10 % pull", FULL, .106, 119, .2, 1, NAN, 0, 0, 0, KF_PULLED, KF_REASON_DRIVE_AND_FOLD},
    {"a 5 % pull", FULL, .131, 112, .1, 1, NAN, 0, 0, 0, KF_PASSIVE, KF_REASON_WITHIN_BAND},
    {"drive without fold: less quadriceps", FULL, .106, 112.9, .1, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_BETWEEN},
    {"fold without drive", FULL, .118, 125, .1, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_BETWEEN},
    {"fold at its limit", FULL, .106, 113, .1, 1, NAN, 0, 0, 0, KF_PULLED, KF_REASON_DRIVE_AND_FOLD},
    {"no baseline, relaxed", NONE, .105, 104, 0, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_NO_BASELINE},
    {"no baseline, a wild fold", NONE, .0, 150, .5, 1, 3.5, 0, 0, 0, KF_UNCLEAR, KF_REASON_NO_BASELINE},
    {"no baseline, hardly a flexor moment", NONE, -.060, 120, .9, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_NO_BASELINE},
    {"no baseline, a flexor moment", NONE, -.0612, 120, .9, 1, NAN, 0, 0, 0, KF_PULLED, KF_REASON_FLEXOR_MOMENT},
    {"a flexor moment with a baseline is judged by it", FULL, -.2, 106, .9, 1, NAN, 0, 0, 0, KF_UNCLEAR,
     KF_REASON_BETWEEN},
    {"low quality", FULL, .106, 119, .2, .49, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_LOW_QUALITY},
    {"just enough quality", FULL, .106, 119, .2, .5, NAN, 0, 0, 0, KF_PULLED, KF_REASON_DRIVE_AND_FOLD},
    {"quality unknown", FULL, .106, 119, .2, NAN, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_LOW_QUALITY},
    {"moment unknown", FULL, NAN, 119, .2, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_LOW_QUALITY},
    {"fold unknown", FULL, .106, NAN, .2, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_LOW_QUALITY},
    {"fraction unknown", FULL, .150, 105, NAN, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_BETWEEN},
    {"walking", FULL, .106, 119, .2, 1, NAN, 0, 1, 0, KF_UNCLEAR, KF_REASON_WALKING},
    {"walking with a flexor moment", NONE, -.3, 60, .9, 1, NAN, 0, 1, 0, KF_UNCLEAR, KF_REASON_WALKING},
    {"belt changing", FULL, .106, 119, .2, 1, 3, 0, 0, 1, KF_UNCLEAR, KF_REASON_BELT_CHANGE},
    {"not aligned", FULL, .106, 119, .2, 1, NAN, 1, 0, 0, KF_UNCLEAR, KF_REASON_NOT_ALIGNED},
    {"not aligned beats walking", FULL, .106, 119, .2, 0, NAN, 1, 1, 1, KF_UNCLEAR, KF_REASON_NOT_ALIGNED},
    {"walking beats quality", FULL, .106, 119, .2, 0, NAN, 0, 1, 1, KF_UNCLEAR, KF_REASON_WALKING},
    {"quality beats the belt", FULL, .106, 119, .2, 0, NAN, 0, 0, 1, KF_UNCLEAR, KF_REASON_LOW_QUALITY},
};

static struct kf_limits limits;

static struct kf_swing judge(const struct row *row, double usual_moment)
{
    const struct kf_baseline_report baseline = {
        row->baseline, row->baseline == SOME ? 12 : 30, usual_moment, .006, 105, 2.1, 0, NAN, NAN};
    const struct kf_verdict_context context = {&limits,      &baseline,          row->belt_mps, !row->not_aligned,
                                               row->walking, row->belt_changing, false};
    struct kf_swing swing = kf_swing_unknown();
    swing.mean_knee_moment_nm_kg = row->moment;
    swing.peak_knee_deg = row->peak_deg;
    swing.flexor_work_fraction = row->fraction;
    swing.quality = row->quality;
    kf_verdict(&swing, &context);
    return swing;
}

static int defaults(void **state)
{
    (void)state;
    limits = kf_limits_default();
    return 0;
}

static void test_table(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct kf_swing swing = judge(&table[i], .15);
        if (swing.verdict != table[i].verdict || swing.reason != table[i].reason)
            fail_msg("%s: %s, %s", table[i].what, kf_verdict_name(swing.verdict), kf_reason_name(swing.reason));
        assert_int_equal(swing.muscle, KF_MUSCLE_UNKNOWN);
        if (swing.verdict == KF_UNCLEAR)
            assert_true(isnan(swing.pulled));
        else
            assert_near(swing.pulled, swing.verdict == KF_PULLED, 0);
        assert_true(swing.confidence >= 0 && swing.confidence <= (swing.verdict == KF_PULLED ? .9 : .6));
        if (swing.verdict == KF_UNCLEAR)
            assert_near(swing.confidence, 0, 0);
    }
}

/* A swing that ended before its peak, as a recording's last one does, is not a bad one: only a fault in it is. */
static void test_cut_short(void **state)
{
    const struct kf_baseline_report baseline = {FULL, 30, .15, .006, 105, 2.1, 0, NAN, NAN};
    struct kf_verdict_context context = {&limits, &baseline, NAN, true, false, true, true};
    struct kf_swing swing = kf_swing_unknown();
    (void)state;
    swing.quality = .5;
    kf_verdict(&swing, &context);
    assert_int_equal(swing.verdict, KF_UNCLEAR);
    assert_int_equal(swing.reason, KF_REASON_NONE);
    assert_near(swing.confidence, 0, 0);
    swing.quality = .4;
    kf_verdict(&swing, &context);
    assert_int_equal(swing.reason, KF_REASON_LOW_QUALITY);
    context.walking = true;
    kf_verdict(&swing, &context);
    assert_int_equal(swing.reason, KF_REASON_WALKING);
}

static const struct row pull = {"", FULL, .106, 119, .2, 1, NAN, 0, 0, 0, KF_PULLED, KF_REASON_DRIVE_AND_FOLD};
static const struct row relaxed = {"", FULL, .15, 105, 0, 1, NAN, 0, 0, 0, KF_PASSIVE, KF_REASON_WITHIN_BAND};

/* D = B - M, p = Phi((D - limit) / sigma), excess over the baseline's median. */
static void test_numbers(void **state)
{
    struct row row = pull;
    struct kf_swing swing = judge(&row, .15);
    (void)state;
    assert_near(swing.drive_nm_kg, .044, 1e-12);
    assert_near(swing.sigma_nm_kg, .008, 1e-12);
    assert_near(swing.p_pulled, .5 * erfc(-3 / sqrt(2)), 1e-12);
    assert_near(swing.knee_excess_deg, 14, 1e-12);
    row.baseline = SOME; /* its median is uncertain by 1.25 SD / sqrt n */
    swing = judge(&row, .15);
    assert_near(swing.sigma_nm_kg, sqrt(.008 * .008 + pow(1.25 * .006, 2) / 12), 1e-12);
}

/* Without a baseline: the population's by belt speed, clamped to 2.5 and 4.5 m/s (science.md section 7). */
static void test_population(void **state)
{
    static const struct {
        double belt_mps, moment, sd, peak_deg;
    } want[] = {{1, .057, .019, 92},    {2.5, .057, .019, 92},  {3, .081, .0225, 98},   {3.5, .105, .026, 104},
                {4, .128, .033, 109.5}, {4.5, .151, .040, 115}, {9.5, .151, .040, 115}, {NAN, .105, .05, 104}};
    (void)state;
    for (unsigned i = 0; i < sizeof want / sizeof want[0]; i++) {
        const struct row row = {"", NONE, .1, 100, 0, 1, want[i].belt_mps, 0, 0, 0, KF_UNCLEAR, KF_REASON_NO_BASELINE};
        const struct kf_swing swing = judge(&row, NAN);
        assert_near(swing.drive_nm_kg, want[i].moment - .1, 1e-12);
        assert_near(swing.sigma_nm_kg, hypot(.037, want[i].sd), 1e-12);
        assert_near(swing.knee_excess_deg, 100 - want[i].peak_deg, 1e-12);
    }
}

/* With a small baseline moment the work fraction divides by next to nothing and is not asked. */
static void test_fraction_floor(void **state)
{
    const struct row row = {"", FULL, .04, 105, .9, 1, NAN, 0, 0, 0, KF_PASSIVE, KF_REASON_WITHIN_BAND};
    (void)state;
    assert_int_equal(judge(&row, .049).verdict, KF_PASSIVE);
    assert_int_equal(judge(&row, .0501).verdict, KF_UNCLEAR);
}

static void expect(const struct row *row, enum kf_verdict verdict, enum kf_reason reason)
{
    const struct kf_swing swing = judge(row, .15);
    assert_int_equal(swing.verdict, verdict);
    assert_int_equal(swing.reason, reason);
    limits = kf_limits_default();
}

/* Every limit is a setting: moved past the swing's number, the verdict changes. */
static void test_limits_are_settings(void **state)
{
    struct row row = pull;
    (void)state;
    limits.drive_limit_nm_kg = .04;
    expect(&pull, KF_UNCLEAR, KF_REASON_BETWEEN);
    limits.p_pulled = .999;
    expect(&pull, KF_UNCLEAR, KF_REASON_BETWEEN);
    limits.knee_excess_deg = 14.1;
    expect(&pull, KF_UNCLEAR, KF_REASON_BETWEEN);
    limits.sigma_nm_kg = .02;
    expect(&pull, KF_UNCLEAR, KF_REASON_BETWEEN);
    row.quality = .6;
    limits.min_quality = .61;
    expect(&row, KF_UNCLEAR, KF_REASON_LOW_QUALITY);
    row = relaxed;
    row.fraction = .2;
    limits.flexor_fraction_max = .21;
    expect(&row, KF_PASSIVE, KF_REASON_WITHIN_BAND);
    limits.flexor_fraction_floor_nm_kg = .16;
    expect(&row, KF_PASSIVE, KF_REASON_WITHIN_BAND);
    row = relaxed;
    row.baseline = NONE;
    row.moment = -.03;
    limits.sigma_population_nm_kg = .018;
    expect(&row, KF_PULLED, KF_REASON_FLEXOR_MOMENT);
}

static void test_confidence(void **state)
{
    struct row row = pull;
    (void)state;
    row.moment = 0;
    assert_near(judge(&row, .15).confidence, .9, 1e-12);
    row.quality = .7;
    assert_near(judge(&row, .15).confidence, .63, 1e-12);
    assert_near(judge(&relaxed, .15).confidence, .6, 1e-12);
    limits.confidence_cap_passive = 1;
    assert_near(judge(&relaxed, .15).confidence, 1 - .5 * erfc(2.5 / sqrt(2)), 1e-12);
    limits.confidence_cap_pulled = .8;
    row.quality = 1;
    assert_near(judge(&row, .15).confidence, .8, 1e-12);
}

/* ---- with EMG ---- */

/* usual: the relaxed strides' ratio, NAN without; sd of it. */
struct emg_row {
    const char *what;
    const struct row *swing;
    double ratio, usual, sd;
    enum kf_verdict verdict;
    enum kf_muscle muscle;
    double cap; /* of its confidence */
};

static const struct row brakes_more = {"", FULL, .175, 104, .05, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_BETWEEN};
static const struct row flexing_work = {"", FULL, .14, 105, .3, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_BETWEEN};
static const struct row between = {"", FULL, .122, 113, .1, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_BETWEEN};
static const struct row no_fold = {"", FULL, .1, 106, .1, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_BETWEEN};
static const struct row alone = {"", NONE, .1, 104, .1, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_NO_BASELINE};
static const struct row flexed = {"", NONE, -.1, 120, .9, 1, NAN, 0, 0, 0, KF_PULLED, KF_REASON_FLEXOR_MOMENT};
static const struct row walker = {"", FULL, .106, 119, .2, 1, NAN, 0, 1, 0, KF_UNCLEAR, KF_REASON_WALKING};
static const struct row poor = {"", FULL, .15, 105, 0, .4, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_LOW_QUALITY};

static const struct emg_row emg_table[] = {
    {"no EMG", &pull, NAN, NAN, NAN, KF_PULLED, KF_MUSCLE_UNKNOWN, .9},
    {"pull, working", &pull, .31, NAN, NAN, KF_PULLED, KF_MUSCLE_HAMSTRING, 1},
    {"pull, in between", &pull, .3, NAN, NAN, KF_PULLED, KF_MUSCLE_UNKNOWN, .9},
    {"pull, in between still", &pull, .15, NAN, NAN, KF_PULLED, KF_MUSCLE_UNKNOWN, .9},
    {"less quadriceps", &pull, .14, NAN, NAN, KF_PULLED, KF_MUSCLE_FLEXOR, .6},
    {"relaxed, resting", &relaxed, .14, NAN, NAN, KF_PASSIVE, KF_MUSCLE_TONE, 1},
    {"relaxed, in between", &relaxed, .2, NAN, NAN, KF_PASSIVE, KF_MUSCLE_UNKNOWN, .6},
    {"relaxed, no EMG", &relaxed, NAN, NAN, NAN, KF_PASSIVE, KF_MUSCLE_UNKNOWN, .6},
    {"hidden by its antagonist", &relaxed, .31, NAN, NAN, KF_UNCLEAR, KF_MUSCLE_COCONTRACTION, 0},
    {"more than hidden", &brakes_more, .31, NAN, NAN, KF_UNCLEAR, KF_MUSCLE_COCONTRACTION, 0},
    {"hidden, with flexing work", &flexing_work, .31, NAN, NAN, KF_UNCLEAR, KF_MUSCLE_COCONTRACTION, 0},
    {"neither high nor low", &between, .31, NAN, NAN, KF_UNCLEAR, KF_MUSCLE_UNKNOWN, 0},
    {"high, but it does not fold", &no_fold, .31, NAN, NAN, KF_UNCLEAR, KF_MUSCLE_HAMSTRING, 0},
    /* against the runner's own relaxed strides */
    {"a pull of 10 %", &pull, .076, .03, .007, KF_PULLED, KF_MUSCLE_HAMSTRING, 1},
    {"the same, hidden", &relaxed, .076, .03, .007, KF_UNCLEAR, KF_MUSCLE_COCONTRACTION, 0},
    {"no more than usual", &pull, .04, .03, .007, KF_PULLED, KF_MUSCLE_FLEXOR, .6},
    {"a little more than usual", &relaxed, .05, .03, .007, KF_PASSIVE, KF_MUSCLE_UNKNOWN, .6},
    {"within what varies anyway", &relaxed, .11, .05, .021, KF_PASSIVE, KF_MUSCLE_UNKNOWN, .6},
    {"usual for a runner with much tone", &relaxed, .2, .2, .007, KF_PASSIVE, KF_MUSCLE_UNKNOWN, .6},
    {"work is work even when usual", &relaxed, .32, .32, .007, KF_UNCLEAR, KF_MUSCLE_COCONTRACTION, 0},
    /* nothing to compare with, or nothing to judge */
    {"no baseline", &alone, .5, NAN, NAN, KF_UNCLEAR, KF_MUSCLE_UNKNOWN, 0},
    {"no baseline, flexor moment", &flexed, .5, NAN, NAN, KF_PULLED, KF_MUSCLE_HAMSTRING, .95},
    {"no baseline, flexor moment, resting", &flexed, .05, NAN, NAN, KF_PULLED, KF_MUSCLE_FLEXOR, .6},
    {"walking", &walker, .5, NAN, NAN, KF_UNCLEAR, KF_MUSCLE_UNKNOWN, 0},
    {"low quality", &poor, .5, NAN, NAN, KF_UNCLEAR, KF_MUSCLE_UNKNOWN, 0},
};

static struct kf_swing judge_emg(const struct emg_row *row)
{
    const struct row *swing_row = row->swing;
    const unsigned strides = isnan(row->usual) ? 0 : 25;
    const struct kf_baseline_report baseline = {swing_row->baseline, 30,     .15, .006, 105, 2.1, strides,
                                                row->usual,          row->sd};
    const struct kf_verdict_context context = {
        .limits = &limits, .baseline = &baseline, .belt_mps = NAN, .aligned = true, .walking = swing_row->walking};
    struct kf_swing swing = kf_swing_unknown();
    swing.mean_knee_moment_nm_kg = swing_row->moment;
    swing.peak_knee_deg = swing_row->peak_deg;
    swing.flexor_work_fraction = swing_row->fraction;
    swing.quality = swing_row->quality;
    swing.emg_early_ratio = row->ratio;
    kf_verdict(&swing, &context);
    return swing;
}

static void test_muscles(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof emg_table / sizeof emg_table[0]; i++) {
        const struct emg_row *row = &emg_table[i];
        const struct kf_swing swing = judge_emg(row);
        if (swing.verdict != row->verdict || swing.muscle != row->muscle)
            fail_msg("%s: %s, %s", row->what, kf_verdict_name(swing.verdict), kf_muscle_name(swing.muscle));
        assert_int_equal(swing.reason == KF_REASON_COCONTRACTION, row->muscle == KF_MUSCLE_COCONTRACTION);
        const double sure = swing.verdict == KF_PASSIVE               ? 1 - swing.p_pulled
                            : swing.reason == KF_REASON_FLEXOR_MOMENT ? .95
                                                                      : swing.p_pulled;
        assert_near(swing.confidence, fmin(row->cap, sure), 1e-12);
        const bool own = !isnan(row->usual) && row->swing->baseline != KF_BASELINE_NONE;
        assert_true(own ? fabs(swing.emg_excess - (row->ratio - row->usual)) < 1e-12 : isnan(swing.emg_excess));
    }
}

/* Whatever the numbers, working hamstrings are never called passive. */
static void test_never_passive_while_working(void **state)
{
    (void)state;
    for (double moment = 0; moment < .3; moment += .003)
        for (double fraction = 0; fraction < .4; fraction += .1) {
            const struct row swing = {"", FULL, moment, 105, fraction, 1, NAN, 0, 0, 0, KF_UNCLEAR, KF_REASON_NONE};
            const struct emg_row row = {"", &swing, .35, .03, .01, KF_UNCLEAR, KF_MUSCLE_UNKNOWN, 0};
            assert_int_not_equal(judge_emg(&row).verdict, KF_PASSIVE);
        }
}

static void test_emg_limits_are_settings(void **state)
{
    const struct emg_row working = {"", &pull, .31, NAN, NAN, 0, 0, 0}, resting = {"", &pull, .14, NAN, NAN, 0, 0, 0},
                         more = {"", &pull, .076, .03, .007, 0, 0, 0};
    (void)state;
    limits.emg_active = .32;
    assert_int_equal(judge_emg(&working).muscle, KF_MUSCLE_UNKNOWN);
    limits.emg_tone = .13;
    assert_int_equal(judge_emg(&resting).muscle, KF_MUSCLE_UNKNOWN);
    limits.emg_excess = .05;
    assert_int_equal(judge_emg(&more).muscle, KF_MUSCLE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_table, defaults),
        cmocka_unit_test_setup(test_cut_short, defaults),
        cmocka_unit_test_setup(test_numbers, defaults),
        cmocka_unit_test_setup(test_population, defaults),
        cmocka_unit_test_setup(test_fraction_floor, defaults),
        cmocka_unit_test_setup(test_limits_are_settings, defaults),
        cmocka_unit_test_setup(test_confidence, defaults),
        cmocka_unit_test_setup(test_muscles, defaults),
        cmocka_unit_test_setup(test_never_passive_while_working, defaults),
        cmocka_unit_test_setup(test_emg_limits_are_settings, defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
