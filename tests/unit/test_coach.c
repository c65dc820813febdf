/* test_coach.c - protects what the runner hears: the shipped rule speaks on the third pulled swing of the last five of
 * one leg, unclear swings neither help nor harm, and cool-down, release, priority, mute and warm-up keep it from
 * nagging. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kneefold/coach.h"

struct scene {
    struct kf_coach coach;
    struct kf_cue cue;
    unsigned id;
    double t_s; /* a swing every .7 s */
};

static void scene_init(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    kf_coach_init(&scene->coach);
}

static struct kf_cue_rule shipped(void)
{
    return kf_cue_rule_hamstring_drive();
}

static void scene_shipped(struct scene *scene)
{
    const struct kf_cue_rule rule = shipped();
    scene_init(scene);
    assert_int_equal(kf_coach_add(&scene->coach, &rule), KF_OK);
}

static bool push(struct scene *scene, enum kf_leg leg, double pulled)
{
    struct kf_swing swing = kf_swing_unknown();
    swing.id = ++scene->id;
    swing.leg = leg;
    swing.pulled = pulled;
    scene->t_s += .7;
    return kf_coach_push(&scene->coach, &swing, scene->t_s, &scene->cue);
}

/* Swings of one leg as letters: p pulled, o passive, u unclear, - half a minute goes by. Returns at which swing (from
 * 1) the first cue comes, 0 never; the scene's cue is the last. */
static unsigned play(struct scene *scene, enum kf_leg leg, const char *swings)
{
    unsigned first = 0;
    for (unsigned i = 0; swings[i]; i++) {
        if (swings[i] == '-') {
            scene->t_s += 30;
            continue;
        }
        const double pulled = swings[i] == 'p' ? 1 : swings[i] == 'o' ? 0 : NAN;
        if (push(scene, leg, pulled) && first == 0)
            first = i + 1;
    }
    return first;
}

static unsigned count_cues(struct scene *scene, enum kf_leg leg, const char *swings)
{
    unsigned cues = 0;
    for (; *swings; swings++) {
        const char one[2] = {*swings, '\0'};
        cues += play(scene, leg, one) > 0;
    }
    return cues;
}

static void three_of_five(void **state)
{
    static const struct {
        const char *swings;
        unsigned at;
    } cases[] = {{"ppp", 3},   {"ppoop", 5},  {"popop", 5},   {"ppooop", 0}, {"pp", 0},
                 {"ooooo", 0}, {"oooppp", 6}, {"poopoop", 0}, {"pooppoo", 5}};
    struct scene scene;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scene_shipped(&scene);
        if (play(&scene, KF_LEFT, cases[i].swings) != cases[i].at)
            fail_msg("%s", cases[i].swings);
    }
}

static void says_what_and_whom(void **state)
{
    struct scene scene;
    (void)state;
    scene_shipped(&scene);
    assert_int_equal(play(&scene, KF_RIGHT, "ppp"), 3);
    assert_string_equal(scene.cue.text, "Reduce hamstring drive");
    assert_string_equal(scene.cue.name, "hamstring-drive");
    assert_true(scene.cue.has_leg);
    assert_int_equal(scene.cue.leg, KF_RIGHT);
    assert_true(scene.cue.t_s == scene.t_s);
    scene_shipped(&scene);
    scene.coach.feedback.plan.external_wording = true;
    play(&scene, KF_RIGHT, "ppp");
    assert_string_equal(scene.cue.text, "Let the heel follow the thigh");
}

static void unclear_takes_no_slot(void **state)
{
    struct scene scene;
    (void)state;
    scene_shipped(&scene);
    assert_int_equal(play(&scene, KF_LEFT, "puuuuuupuuuuuup"), 15);
    scene_shipped(&scene);
    assert_int_equal(play(&scene, KF_LEFT, "ppuuu"), 0);
}

static void one_slot_a_swing(void **state)
{
    struct scene scene;
    struct kf_swing swing = kf_swing_unknown();
    (void)state;
    scene_shipped(&scene);
    swing.pulled = 1;
    for (unsigned i = 0; i < 6; i++) { /* verdict and complete swing of three swings */
        swing.id = 1 + i / 2;
        const bool said = kf_coach_push(&scene.coach, &swing, 1 + i, &scene.cue);
        assert_int_equal(said, i == 4);
    }
}

/* Verdict and complete swing of both legs come interleaved; each swing still counts once. */
static void one_slot_a_swing_of_both_legs(void **state)
{
    static const struct {
        unsigned id;
        enum kf_leg leg;
    } given[] = {{1, KF_LEFT}, {2, KF_RIGHT}, {1, KF_LEFT}, {2, KF_RIGHT}, {3, KF_LEFT}};
    struct kf_cue_rule rule = shipped();
    struct scene scene;
    (void)state;
    rule.leg = KF_CUE_BOTH;
    scene_init(&scene);
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_OK);
    for (unsigned i = 0; i < sizeof given / sizeof given[0]; i++) {
        struct kf_swing swing = kf_swing_unknown();
        swing.id = given[i].id;
        swing.leg = given[i].leg;
        swing.pulled = 1;
        assert_int_equal(kf_coach_push(&scene.coach, &swing, 1 + i, &scene.cue), i == 4);
    }
}

static void legs_are_apart(void **state)
{
    struct scene scene;
    (void)state;
    scene_shipped(&scene);
    assert_int_equal(play(&scene, KF_LEFT, "pp"), 0);
    assert_int_equal(play(&scene, KF_RIGHT, "pp"), 0);
    assert_int_equal(play(&scene, KF_LEFT, "p"), 1);
}

static void one_leg_rules(void **state)
{
    struct kf_cue_rule rule = shipped();
    struct scene scene;
    (void)state;
    scene_init(&scene);
    rule.leg = KF_CUE_LEFT;
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_OK);
    assert_int_equal(play(&scene, KF_RIGHT, "pppp"), 0);
    assert_int_equal(play(&scene, KF_LEFT, "ppp"), 3);
    scene_init(&scene);
    rule.leg = KF_CUE_RIGHT;
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_OK);
    assert_int_equal(play(&scene, KF_LEFT, "pppp"), 0);
    assert_int_equal(play(&scene, KF_RIGHT, "ppp"), 3);
}

static void both_legs_share(void **state)
{
    struct kf_cue_rule rule = shipped();
    struct scene scene;
    (void)state;
    scene_init(&scene);
    rule.leg = KF_CUE_BOTH;
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_OK);
    assert_int_equal(play(&scene, KF_LEFT, "p"), 0);
    assert_int_equal(play(&scene, KF_RIGHT, "p"), 0);
    assert_int_equal(play(&scene, KF_LEFT, "p"), 1);
    assert_false(scene.cue.has_leg);
}

static void silent_until_released(void **state)
{
    struct scene scene;
    (void)state;
    scene_shipped(&scene);
    assert_int_equal(count_cues(&scene, KF_LEFT, "ppp-pppp-pppp"), 1);
    assert_int_equal(count_cues(&scene, KF_LEFT, "o"), 0); /* a good swing re-arms and is never cued itself */
    assert_int_equal(count_cues(&scene, KF_LEFT, "p"), 1);
}

static void release_of_its_own(void **state)
{
    struct kf_cue_rule rule = shipped();
    struct scene scene;
    struct kf_swing swing = kf_swing_unknown();
    static const struct {
        double excess;
        bool said;
    } swings[] = {{9, true}, {9, false}, {7, false}, {9, false}, {5, false}, {9, true}};
    (void)state;
    scene_init(&scene);
    (void)snprintf(rule.metric, sizeof rule.metric, "knee_excess_deg");
    rule.limit = 8;
    rule.release = 5;
    rule.need = rule.of = 1;
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_OK);
    for (unsigned i = 0; i < sizeof swings / sizeof swings[0]; i++) {
        swing.id = i + 1;
        swing.knee_excess_deg = swings[i].excess;
        assert_int_equal(kf_coach_push(&scene.coach, &swing, 100.0 * i, &scene.cue), swings[i].said);
    }
}

static void cools_down(void **state)
{
    struct scene scene;
    (void)state;
    scene_shipped(&scene);
    assert_int_equal(play(&scene, KF_LEFT, "ppp"), 3);
    const double said_t_s = scene.t_s;
    assert_int_equal(play(&scene, KF_RIGHT, "pppp"), 0); /* the other leg waits, too */
    assert_true(scene.t_s - said_t_s < 10);
    scene.t_s = said_t_s + 10 - .7;
    assert_int_equal(play(&scene, KF_RIGHT, "p"), 1);
}

static void the_most_urgent_speaks(void **state)
{
    struct kf_cue_rule low = shipped(), high = shipped(), equal = shipped();
    struct scene scene;
    (void)state;
    scene_init(&scene);
    low.priority = 1;
    (void)snprintf(high.name, sizeof high.name, "high");
    (void)snprintf(equal.name, sizeof equal.name, "equal");
    assert_int_equal(kf_coach_add(&scene.coach, &low), KF_OK);
    assert_int_equal(kf_coach_add(&scene.coach, &high), KF_OK);
    assert_int_equal(kf_coach_add(&scene.coach, &equal), KF_OK);
    assert_int_equal(play(&scene, KF_LEFT, "ppp"), 3);
    assert_string_equal(scene.cue.name, "high");
    assert_int_equal(scene.cue.rule, 1);
}

static void below_and_outside(void **state)
{
    struct kf_cue_rule rule = shipped();
    struct scene scene;
    struct kf_swing swing = kf_swing_unknown();
    static const double cadence[] = {170, 159, 165, 181, 180};
    static const bool below[] = {false, true, false, false, false}, outside[] = {false, true, false, true, false};
    (void)state;
    for (int pass = 0; pass < 2; pass++) {
        scene_init(&scene);
        (void)snprintf(rule.metric, sizeof rule.metric, "cadence_spm");
        rule.when = pass == 0 ? KF_CUE_BELOW : KF_CUE_OUTSIDE;
        rule.limit = rule.limit_low = 160;
        rule.limit_high = 180;
        rule.need = rule.of = 1;
        assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_OK);
        for (unsigned i = 0; i < 5; i++) {
            swing.id = i + 1;
            swing.cadence_spm = cadence[i];
            assert_int_equal(kf_coach_push(&scene.coach, &swing, 100.0 * i, &scene.cue),
                             pass == 0 ? below[i] : outside[i]);
        }
    }
}

static void muted_remembers(void **state)
{
    struct scene scene;
    (void)state;
    scene_shipped(&scene);
    scene.coach.feedback.muted = true;
    assert_int_equal(play(&scene, KF_LEFT, "pppp"), 0);
    scene.coach.feedback.muted = false;
    assert_int_equal(play(&scene, KF_LEFT, "p"), 1);
}

static void warms_up(void **state)
{
    struct scene scene;
    (void)state;
    scene_shipped(&scene);
    scene.coach.feedback.plan.warmup_s = 20;
    assert_int_equal(play(&scene, KF_LEFT, "pppppp"), 0);
    scene.t_s = .7 + 20 - .7; /* the first swing came at .7 s */
    assert_int_equal(play(&scene, KF_LEFT, "p"), 1);
}

static void reset_forgets_swings_only(void **state)
{
    struct scene scene;
    (void)state;
    scene_shipped(&scene);
    play(&scene, KF_LEFT, "pp");
    kf_coach_reset(&scene.coach);
    assert_int_equal(play(&scene, KF_LEFT, "pp"), 0);
    assert_int_equal(play(&scene, KF_LEFT, "p"), 1);
    kf_coach_reset(&scene.coach);
    assert_int_equal(play(&scene, KF_LEFT, "ppp"), 0); /* re-armed, but still cooling down */
    assert_int_equal(play(&scene, KF_LEFT, "-p"), 2);
}

static void refuses_what_cannot_work(void **state)
{
    struct kf_cue_rule rule = shipped();
    struct scene scene;
    (void)state;
    scene_init(&scene);
    (void)snprintf(rule.metric, sizeof rule.metric, "verdict"); /* a word, no number */
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_ERR_ARG);
    (void)snprintf(rule.metric, sizeof rule.metric, "no_such_key");
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_ERR_ARG);
    rule = shipped();
    rule.need = 6;
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_ERR_ARG);
    rule.need = 0;
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_ERR_ARG);
    rule.need = 1;
    rule.of = KF_CUE_OF_MAX + 1;
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_ERR_ARG);
    rule.of = KF_CUE_OF_MAX;
    for (int i = 0; i < KF_CUE_RULES_MAX; i++)
        assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_OK);
    assert_int_equal(kf_coach_add(&scene.coach, &rule), KF_ERR_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_of_five),
        cmocka_unit_test(says_what_and_whom),
        cmocka_unit_test(unclear_takes_no_slot),
        cmocka_unit_test(one_slot_a_swing),
        cmocka_unit_test(one_slot_a_swing_of_both_legs),
        cmocka_unit_test(legs_are_apart),
        cmocka_unit_test(one_leg_rules),
        cmocka_unit_test(both_legs_share),
        cmocka_unit_test(silent_until_released),
        cmocka_unit_test(release_of_its_own),
        cmocka_unit_test(cools_down),
        cmocka_unit_test(the_most_urgent_speaks),
        cmocka_unit_test(below_and_outside),
        cmocka_unit_test(muted_remembers),
        cmocka_unit_test(warms_up),
        cmocka_unit_test(reset_forgets_swings_only),
        cmocka_unit_test(refuses_what_cannot_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
