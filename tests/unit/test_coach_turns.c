/* test_coach_turns.c - protects one cue at a time: whose turn it is when several are due and what becomes of the
 * others, what is counted while nothing is said, asymmetry against the runner's own, and rules changed while running.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kneefold/coach.h"

static struct kf_coach coach;
static struct kf_cue cue;
static unsigned last_id;
static double now_s;

static struct kf_cue_rule rule_of(const char *name, const char *metric, double limit, int priority)
{
    struct kf_cue_rule rule = kf_cue_rule_hamstring_drive();
    (void)snprintf(rule.name, sizeof rule.name, "%s", name);
    (void)snprintf(rule.metric, sizeof rule.metric, "%s", metric);
    rule.limit = limit;
    rule.priority = priority;
    rule.need = rule.of = 1;
    rule.cooldown_s = 20;
    return rule;
}

static void begin(double gap_s)
{
    kf_coach_init(&coach);
    coach.feedback.plan.gap_s = gap_s;
    last_id = 0;
    now_s = 0;
}

static void add(struct kf_cue_rule rule)
{
    assert_int_equal(kf_coach_add(&coach, &rule), KF_OK);
}

/* A swing .35 s after the last; true when a cue is said. */
static bool swing(enum kf_leg leg, double knee_deg, double cadence_spm)
{
    struct kf_swing now = kf_swing_unknown();
    now.id = ++last_id;
    now.leg = leg;
    now.peak_knee_deg = knee_deg;
    now.cadence_spm = cadence_spm;
    now_s += .35;
    return kf_coach_push(&coach, &now, now_s, &cue);
}

static void the_loser_speaks_after_the_gap(void **state)
{
    double said_s;
    (void)state;
    begin(6);
    add(rule_of("small", "cadence_spm", 180, 1));
    add(rule_of("big", "peak_knee_deg", 120, 5));
    assert_true(swing(KF_LEFT, 130, 190));
    assert_string_equal(cue.name, "big");
    assert_true(cue.value == 130 && cue.limit == 120 && strcmp(cue.key->name, "peak_knee_deg") == 0);
    said_s = now_s;
    while (!swing(KF_LEFT, 130, 190))
        assert_true(now_s - said_s < 6);
    assert_string_equal(cue.name, "small");
    assert_true(now_s - said_s >= 6);
    for (int i = 0; i < 40; i++)
        assert_false(swing(KF_LEFT, 130, 190)); /* both have been said, and neither was released */
}

/* What is due is said at the next swing of whichever leg, if swings still confirm it. */
static void what_is_due_waits_for_its_turn_but_not_for_ever(void **state)
{
    (void)state;
    begin(6);
    add(rule_of("a", "peak_knee_deg", 120, 5));
    add(rule_of("b", "cadence_spm", 180, 1));
    assert_true(swing(KF_LEFT, 130, 190));
    now_s += 2;
    assert_false(swing(KF_RIGHT, 100, 190)); /* b is due by the right leg, at 2.35 s after a */
    now_s += 2;
    assert_false(swing(KF_LEFT, 130, NAN));
    now_s += 2.9;
    assert_false(swing(KF_LEFT, 130, NAN)); /* the right leg's last swing is too old */
    begin(6);
    add(rule_of("a", "peak_knee_deg", 120, 5));
    add(rule_of("b", "cadence_spm", 180, 1));
    assert_true(swing(KF_LEFT, 130, NAN));
    now_s += 4;
    assert_false(swing(KF_RIGHT, 100, 190));
    now_s += 1.5;
    assert_true(swing(KF_LEFT, 130, NAN)); /* a swing of the left leg gives the right one its turn */
    assert_string_equal(cue.name, "b");
    assert_true(cue.has_leg && cue.leg == KF_RIGHT);
    begin(6);
    add(rule_of("a", "peak_knee_deg", 120, 5));
    add(rule_of("b", "cadence_spm", 180, 1));
    assert_true(swing(KF_LEFT, 130, 190));
    assert_false(swing(KF_LEFT, 130, 170)); /* b was due and is no longer */
    now_s += 8;
    assert_false(swing(KF_RIGHT, 100, 170));
}

static void continuous_says_it_again(void **state)
{
    unsigned said = 0;
    (void)state;
    begin(6);
    add(rule_of("a", "peak_knee_deg", 120, 5));
    coach.feedback.plan.mode = KF_FEEDBACK_CONTINUOUS;
    while (now_s < 100)
        said += swing(KF_LEFT, 130, NAN);
    assert_int_equal(said, 5); /* a cool-down of 20 s */
}

static void nulls_and_switched_off_rules_do_nothing(void **state)
{
    struct kf_cue_rule off = rule_of("off", "peak_knee_deg", 120, 5);
    (void)state;
    begin(0);
    off.enabled = 0;
    add(off);
    add(rule_of("null", "emg_early_ratio", .3, 5));
    for (int i = 0; i < 20; i++)
        assert_false(swing(KF_LEFT, 130, NAN));
}

/* What says nothing of how this runner runs is not held against the runner. */
static void some_swings_do_not_count(void **state)
{
    static const struct {
        const char *metric;
        enum kf_reason reason;
        bool said;
    } cases[] = {
        {"trunk_lean_deg", KF_REASON_BETWEEN, true},       {"trunk_lean_deg", KF_REASON_NO_BASELINE, true},
        {"trunk_lean_deg", KF_REASON_WALKING, false},      {"trunk_lean_deg", KF_REASON_LOW_QUALITY, false},
        {"trunk_lean_deg", KF_REASON_NOT_ALIGNED, false},  {"trunk_lean_deg", KF_REASON_BELT_CHANGE, false},
        {"knee_excess_deg", KF_REASON_NO_BASELINE, false}, {"knee_excess_deg", KF_REASON_WITHIN_BAND, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kf_swing now = kf_swing_unknown();
        begin(0);
        add(rule_of("a", cases[i].metric, 0, 1));
        now.id = 1;
        now.reason = cases[i].reason;
        now.trunk_lean_deg = now.knee_excess_deg = 20;
        assert_int_equal(kf_coach_push(&coach, &now, 1, &cue), cases[i].said);
    }
}

/* Its lean was measured, but nobody saw how it went on. */
static void a_swing_cut_short_does_not_count(void **state)
{
    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        struct kf_swing now = kf_swing_unknown();
        begin(0);
        add(rule_of("a", "trunk_lean_deg", 0, 1));
        now.id = 1;
        now.t_to_s = .8;
        now.t_peak_knee_s = whole ? 1 : NAN;
        now.trunk_lean_deg = 20;
        assert_int_equal(kf_coach_push(&coach, &now, 1.1, &cue), whole);
    }
}

static void counts_what_was_said_and_for_how_long(void **state)
{
    struct kf_cue_dose dose;
    (void)state;
    begin(2);
    add(rule_of("a", "peak_knee_deg", 120, 5));
    add(rule_of("b", "cadence_spm", 180, 1));
    coach.rules.rule[1].leg = KF_CUE_BOTH;
    assert_true(swing(KF_RIGHT, 130, 190)); /* a, at .35 s */
    now_s = 3;
    assert_true(swing(KF_LEFT, 100, 190)); /* b, at 3.35 s: a stood for 3 s */
    dose = kf_coach_dose(&coach, 0, 100);
    assert_int_equal(dose.said[KF_RIGHT], 1);
    assert_int_equal(dose.said[KF_LEFT], 0);
    assert_true(fabs(dose.banner_s[KF_RIGHT] - 3) < 1e-9);
    assert_string_equal(dose.name, "a");
    dose = kf_coach_dose(&coach, 1, 3.35 + 1.5);
    assert_int_equal(dose.said[KF_CUE_BOTH_LEGS], 1);
    assert_true(fabs(dose.banner_s[KF_CUE_BOTH_LEGS] - 1.5) < 1e-9);
    dose = kf_coach_dose(&coach, 1, 100);
    assert_true(fabs(dose.banner_s[KF_CUE_BOTH_LEGS] - KF_CUE_BANNER_S) < 1e-9);
}

static void counts_what_would_have_been_said(void **state)
{
    (void)state;
    begin(6);
    add(rule_of("a", "peak_knee_deg", 120, 5));
    coach.feedback.muted = true;
    for (int i = 0; i < 200; i++)
        assert_false(swing(KF_LEFT, 130, NAN));
    assert_int_equal(kf_coach_dose(&coach, 0, now_s).withheld[KF_LEFT], 1); /* once out of the band, one cue */
    coach.feedback.muted = false;
    assert_true(swing(KF_LEFT, 130, NAN)); /* still due: said when the mute ends */
    begin(6);
    add(rule_of("a", "peak_knee_deg", 120, 5));
    coach.feedback.plan.mode = KF_FEEDBACK_OFF;
    for (int i = 0; i < 200; i++)
        assert_false(swing(KF_LEFT, i % 50 ? 130 : 110, NAN)); /* four times out of the band */
    assert_int_equal(kf_coach_dose(&coach, 0, now_s).withheld[KF_LEFT], 4);
    assert_int_equal(kf_coach_dose(&coach, 0, now_s).said[KF_LEFT], 0);
}

/* ---- asymmetry ---- */

static bool contact(enum kf_leg leg, double contact_s, bool relaxed)
{
    struct kf_swing now = kf_swing_unknown();
    bool said;
    now.id = ++last_id;
    now.leg = leg;
    now.contact_s = contact_s;
    now_s += .35;
    said = kf_coach_push(&coach, &now, now_s, &cue);
    if (relaxed)
        kf_coach_relaxed(&coach, leg);
    return said;
}

static struct kf_cue_rule asymmetry_rule(void)
{
    struct kf_cue_rule rule = rule_of("asymmetry", "contact_s", NAN, 1);
    rule.leg = KF_CUE_ASYMMETRY;
    rule.when = KF_CUE_OUTSIDE;
    rule.limit_low = -5;
    rule.limit_high = 5;
    rule.need = rule.of = 3;
    return rule;
}

/* How many pairs pass before the first cue, 0 for none in 20. */
static unsigned pairs_to_cue(double left_s, double right_s)
{
    for (unsigned pair = 1; pair <= 20; pair++) {
        const bool early = contact(KF_LEFT, left_s, false);
        if (contact(KF_RIGHT, right_s, false) || early)
            return pair;
    }
    return 0;
}

static void learn_pairs(unsigned count, double left_s, double right_s)
{
    for (unsigned i = 0; i < count; i++) {
        assert_false(contact(KF_LEFT, left_s, true));
        assert_false(contact(KF_RIGHT, right_s, true));
    }
}

static void asymmetry_counts_against_the_runners_own(void **state)
{
    (void)state;
    begin(0);
    add(asymmetry_rule());
    assert_int_equal(pairs_to_cue(.30, .20), 0); /* nothing is known of this runner */
    learn_pairs(KF_CUE_PAIRS_NEEDED, .26, .24);  /* 8 % is this runner's own */
    assert_true(fabs(coach.pair[0].baseline_sum / coach.pair[0].baseline_count - 8) < 1e-9);
    assert_int_equal(pairs_to_cue(.26, .24), 0);
    assert_int_equal(pairs_to_cue(.265, .24), 0); /* 9.9 % */
    assert_int_equal(pairs_to_cue(.275, .24), 3); /* 13.6 %: grown by 5.6 */
    assert_false(cue.has_leg);
    assert_true(fabs(cue.value - 5.592) < .001 && cue.limit == 5);
    assert_int_equal(pairs_to_cue(.26, .24), 0);
    now_s += 30;
    assert_int_equal(pairs_to_cue(.25, .25), 3); /* a runner who evens out has changed, too */
    assert_true(fabs(cue.value + 8) < 1e-9 && cue.limit == -5);
}

static void asymmetry_learns_late_metrics_and_forgets(void **state)
{
    struct kf_swing now = kf_swing_unknown();
    (void)state;
    begin(0);
    add(asymmetry_rule());
    for (unsigned i = 0; i < 2 * KF_CUE_PAIRS_NEEDED; i++) { /* the metric comes with the complete swing only */
        now.id = i + 1;
        now.leg = i % 2 ? KF_RIGHT : KF_LEFT;
        now.contact_s = NAN;
        (void)kf_coach_push(&coach, &now, now_s += .2, &cue);
        kf_coach_relaxed(&coach, now.leg);
        now.contact_s = .25;
        (void)kf_coach_push(&coach, &now, now_s += .2, &cue);
    }
    last_id = now.id;
    assert_int_equal(coach.pair[0].baseline_count, KF_CUE_PAIRS_NEEDED);
    assert_int_equal(pairs_to_cue(.28, .25), 3);
    kf_coach_forget_baseline(&coach);
    now_s += 60;
    assert_int_equal(pairs_to_cue(.40, .25), 0);
    learn_pairs(KF_CUE_PAIRS_NEEDED - 1, .40, .25);
    assert_int_equal(pairs_to_cue(.25, .25), 0); /* one pair short */
}

/* ---- rules changed while running ---- */

static void unchanged_rules_keep_their_memory(void **state)
{
    struct kf_cue_rules rules = {.count = 3};
    (void)state;
    begin(0);
    rules.rule[0] = rule_of("a", "peak_knee_deg", 120, 5);
    rules.rule[1] = rule_of("b", "cadence_spm", 180, 1);
    rules.rule[1].need = rules.rule[1].of = 3;
    rules.rule[2] = rule_of("c", "contact_s", 1, 1);
    assert_int_equal(kf_coach_use(&coach, &rules), KF_OK);
    assert_true(swing(KF_LEFT, 130, 190)); /* a is said, b has one of three */
    assert_false(swing(KF_LEFT, 130, 190));
    rules.rule[2] = rules.rule[0]; /* another order, another text, one gone, one new */
    rules.rule[0] = rule_of("new", "peak_knee_deg", 200, 5);
    (void)snprintf(rules.rule[1].text, sizeof rules.rule[1].text, "other words");
    assert_int_equal(kf_coach_use(&coach, &rules), KF_OK);
    assert_true(swing(KF_LEFT, 130, 190)); /* b's third; a stays silent */
    assert_string_equal(cue.text, "other words");
    assert_int_equal(kf_coach_dose(&coach, 2, now_s).said[KF_LEFT], 1);
    now_s += 60;
    assert_false(swing(KF_LEFT, 130, NAN));
    rules.rule[2].limit = 125; /* another question: what was seen does not answer it; the cool-down is over */
    assert_int_equal(kf_coach_use(&coach, &rules), KF_OK);
    assert_true(swing(KF_LEFT, 130, NAN));
    assert_int_equal(kf_coach_dose(&coach, 2, now_s).said[KF_LEFT], 2);
}

static void bad_rules_change_nothing(void **state)
{
    struct kf_cue_rules rules = {.count = 2};
    (void)state;
    begin(0);
    add(rule_of("a", "peak_knee_deg", 120, 5));
    rules.rule[0] = rule_of("b", "peak_knee_deg", 90, 5);
    rules.rule[1] = rule_of("c", "no_such_key", 90, 5);
    assert_int_equal(kf_coach_use(&coach, &rules), KF_ERR_ARG);
    rules.count = KF_CUE_RULES_MAX + 1;
    assert_int_equal(kf_coach_use(&coach, &rules), KF_ERR_FULL);
    assert_false(swing(KF_LEFT, 110, NAN));
    assert_true(swing(KF_LEFT, 130, NAN));
    assert_string_equal(cue.name, "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loser_speaks_after_the_gap),
        cmocka_unit_test(what_is_due_waits_for_its_turn_but_not_for_ever),
        cmocka_unit_test(continuous_says_it_again),
        cmocka_unit_test(nulls_and_switched_off_rules_do_nothing),
        cmocka_unit_test(some_swings_do_not_count),
        cmocka_unit_test(a_swing_cut_short_does_not_count),
        cmocka_unit_test(counts_what_was_said_and_for_how_long),
        cmocka_unit_test(counts_what_would_have_been_said),
        cmocka_unit_test(asymmetry_counts_against_the_runners_own),
        cmocka_unit_test(asymmetry_learns_late_metrics_and_forgets),
        cmocka_unit_test(unchanged_rules_keep_their_memory),
        cmocka_unit_test(bad_rules_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
