/* test_feedback.c - protects when a runner is told: not during warm-up, mute and quiet blocks; every other cue in a
 * half step; none in a retention test; and that a plan written as text is read whole or refused with a hint. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kneefold/feedback.h"
#include "settings/feedback_words.h"

static struct kf_feedback begun(const struct kf_feedback_plan *plan)
{
    struct kf_feedback feedback;
    kf_feedback_init(&feedback, plan);
    kf_feedback_swing(&feedback, 100);
    kf_feedback_swing(&feedback, 101); /* only the first starts the clock */
    return feedback;
}

/* Which of `count` cues, one a second from t_s on, are said: letters s and -. */
static void ask_all(struct kf_feedback *feedback, double t_s, unsigned count, char *out)
{
    for (unsigned i = 0; i < count; i++)
        out[i] = kf_feedback_ask(feedback, t_s + i) == KF_FEEDBACK_SAY ? 's' : '-';
    out[count] = '\0';
}

static void holds_through_the_warmup(void **state)
{
    const struct kf_feedback_plan plan = {.warmup_s = 60};
    struct kf_feedback feedback;
    (void)state;
    kf_feedback_init(&feedback, &plan);
    assert_true(kf_feedback_held(&feedback, 1e6)); /* nobody runs yet */
    assert_true(kf_feedback_warmup_left_s(&feedback, 1e6) == 60);
    feedback = begun(&plan);
    assert_true(kf_feedback_held(&feedback, 159.9));
    assert_true(fabs(kf_feedback_warmup_left_s(&feedback, 159.5) - .5) < 1e-9);
    assert_true(kf_feedback_share(&feedback, 159.9) == 0);
    assert_false(kf_feedback_held(&feedback, 160));
    assert_true(kf_feedback_warmup_left_s(&feedback, 200) == 0);
    assert_true(kf_feedback_share(&feedback, 160) == 1);
}

static void holds_in_quiet_blocks_and_when_asked(void **state)
{
    const struct kf_feedback_plan plan = {.quiet_count = 2, .quiet = {{10, 20}, {30, 31}}};
    struct kf_feedback feedback = begun(&plan);
    static const struct {
        double t_s;
        bool held;
    } at[] = {{109.9, false}, {110, true}, {119.9, true}, {120, false}, {130.5, true}, {131, false}};
    (void)state;
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++)
        assert_int_equal(kf_feedback_held(&feedback, at[i].t_s), at[i].held);
    feedback.muted = true;
    assert_true(kf_feedback_held(&feedback, 140));
    feedback.muted = false;
    feedback.quiet = true;
    assert_true(kf_feedback_held(&feedback, 140));
    feedback.quiet = false;
    assert_false(kf_feedback_held(&feedback, 140));
}

static void fades_by_the_cue(void **state)
{
    struct kf_feedback_plan plan = {.mode = KF_FEEDBACK_FADED, .warmup_s = 50};
    struct kf_feedback feedback;
    char said[16];
    (void)state;
    assert_null(kf_feedback_read_steps("full 60, half 60, 0.333333 60, none 60, 0.25", &plan));
    feedback = begun(&plan);
    ask_all(&feedback, 150, 4, said); /* the steps begin when the warm-up ends */
    assert_string_equal(said, "ssss");
    ask_all(&feedback, 210, 6, said);
    assert_string_equal(said, "s-s-s-");
    ask_all(&feedback, 270, 6, said);
    assert_string_equal(said, "s--s--");
    assert_true(kf_feedback_share(&feedback, 335) == 0);
    ask_all(&feedback, 330, 3, said);
    assert_string_equal(said, "---");
    ask_all(&feedback, 3900, 9, said); /* the last step lasts */
    assert_string_equal(said, "s---s---s");
}

static void other_modes_say_all_or_nothing(void **state)
{
    struct kf_feedback_plan plan = {.mode = KF_FEEDBACK_OFF};
    struct kf_feedback feedback;
    char said[16];
    (void)state;
    assert_null(kf_feedback_read_steps("none", &plan)); /* a schedule is for faded alone */
    feedback = begun(&plan);
    ask_all(&feedback, 110, 3, said);
    assert_string_equal(said, "---");
    assert_true(kf_feedback_share(&feedback, 110) == 0);
    for (int mode = KF_FEEDBACK_BANDWIDTH; mode <= KF_FEEDBACK_CONTINUOUS; mode++) {
        plan.mode = (enum kf_feedback_mode)mode;
        kf_feedback_set_plan(&feedback, &plan);
        ask_all(&feedback, 120, 3, said);
        assert_string_equal(said, "sss");
    }
    plan.mode = KF_FEEDBACK_FADED;
    plan.step_count = 0;
    kf_feedback_set_plan(&feedback, &plan);
    ask_all(&feedback, 130, 3, said);
    assert_string_equal(said, "sss");
}

static void reads_plans(void **state)
{
    struct kf_feedback_plan plan = {.step_count = 7, .quiet_count = 7};
    (void)state;
    assert_null(kf_feedback_read_steps(" full 300 , half 60.5,none ", &plan));
    assert_int_equal(plan.step_count, 3);
    assert_true(plan.step[0].share == 1 && plan.step[0].seconds == 300);
    assert_true(plan.step[1].share == .5 && plan.step[1].seconds == 60.5);
    assert_true(plan.step[2].share == 0 && isinf(plan.step[2].seconds));
    assert_null(kf_feedback_read_steps("", &plan));
    assert_int_equal(plan.step_count, 0);
    assert_null(kf_feedback_read_quiet("300-360, 600.5 - 660", &plan));
    assert_int_equal(plan.quiet_count, 2);
    assert_true(plan.quiet[1].from_s == 600.5 && plan.quiet[1].to_s == 660);
    assert_null(kf_feedback_read_quiet("  ", &plan));
    assert_int_equal(plan.quiet_count, 0);
}

static void refuses_plans_whole(void **state)
{
    static const char *const steps[] = {"ful 30",
                                        "full -3",
                                        "full 0",
                                        "1.5 30",
                                        "full, half 30",
                                        "full 30,",
                                        "full 30;",
                                        ",",
                                        "full 30 half",
                                        "full 30 30",
                                        "nan 3",
                                        "full inf",
                                        "full 1e",
                                        "-0.1 30",
                                        "full 1,half 1,full 1,half 1,full 1,half 1,full 1,half 1,none"};
    static const char *const quiet[] = {"300",     "300-",    "-300",  "300-300",
                                        "300-200", "a-b",     "1-2,",  "1-2 3-4",
                                        "1--2",    "1-2;3-4", "nan-3", "1-2,3-4,5-6,7-8,9-10,11-12,13-14,15-16,17-18"};
    struct kf_feedback_plan plan = {.step_count = 1, .quiet_count = 1, .step = {{.25, 9}}, .quiet = {{1, 2}}};
    const struct kf_feedback_plan before = plan;
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (!kf_feedback_read_steps(steps[i], &plan))
            fail_msg("schedule '%s' was taken", steps[i]);
    for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++)
        if (!kf_feedback_read_quiet(quiet[i], &plan))
            fail_msg("quiet '%s' was taken", quiet[i]);
    assert_memory_equal(&plan.step[0], &before.step[0], sizeof plan.step[0]);
    assert_int_equal(plan.step_count, 1);
    assert_int_equal(plan.quiet_count, 1);
    assert_true(plan.quiet[0].from_s == 1 && plan.quiet[0].to_s == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_through_the_warmup),
        cmocka_unit_test(holds_in_quiet_blocks_and_when_asked),
        cmocka_unit_test(fades_by_the_cue),
        cmocka_unit_test(other_modes_say_all_or_nothing),
        cmocka_unit_test(reads_plans),
        cmocka_unit_test(refuses_plans_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
