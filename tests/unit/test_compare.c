/* test_compare.c - protects what a replay shows of other settings: every swing that they judge otherwise stands in its
 * part of the time line and beside its stride, whatever its number there; a file that cannot be compared says why, and
 * what has been found is freed once. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "app/compare.h"

static struct kf_compare compare;
static struct kf_view view;

static void hear(struct kf_diff *diff, int side, enum kf_leg leg, double t_to_s, enum kf_verdict verdict)
{
    struct kf_swing swing = kf_swing_unknown();
    const struct kf_output output = {.kind = KF_OUT_VERDICT, .swing = &swing};
    swing.leg = leg;
    swing.t_to_s = t_to_s;
    swing.verdict = verdict;
    swing.reason = verdict == KF_PULLED ? KF_REASON_DRIVE_AND_FOLD : KF_REASON_WITHIN_BAND;
    kf_diff_hear(&diff->side[side], &(struct kf_engine_event){.kind = KF_ENGINE_OUTPUT, .output = &output});
}

/* Forty seconds: three swings, of which the other settings judge the second otherwise and do not find the third. */
static struct kf_diff *make_diff(void)
{
    struct kf_diff *diff = calloc(1, sizeof *diff);
    struct kf_error error;
    assert_non_null(diff);
    hear(diff, 0, KF_LEFT, 10, KF_PASSIVE);
    hear(diff, 0, KF_RIGHT, 10.35, KF_PULLED);
    hear(diff, 0, KF_LEFT, 30, KF_PASSIVE);
    hear(diff, 1, KF_LEFT, 10.01, KF_PASSIVE);
    hear(diff, 1, KF_RIGHT, 10.36, KF_PASSIVE);
    diff->end_s = 40;
    assert_int_equal(kf_diff_compare(diff, &error), KF_OK);
    return diff;
}

static void begin(const char *name)
{
    struct kf_request request = {.kind = KF_REQUEST_DIFF};
    (void)snprintf(request.text, sizeof request.text, "%s", name);
    kf_compare_request(&compare, &request);
}

static void changes_are_shown_where_they_are(void **state)
{
    (void)state;
    begin("other.ini\033[2J");
    kf_compare_show(&compare, &view);
    assert_true(view.diff.shown);
    assert_int_equal(view.diff.state, KF_DIFF_WORKING);
    assert_string_equal(view.diff.with, "other.ini[2J");
    kf_compare_request(&compare, &(struct kf_request){.kind = KF_REQUEST_COMPARED, .diff = make_diff()});
    view.stride_count = 3;
    view.stride[0] = (struct kf_view_stride){.leg = KF_LEFT, .t_s = 10, .verdict = KF_PASSIVE};
    view.stride[1] = (struct kf_view_stride){.leg = KF_RIGHT, .t_s = 10.35, .verdict = KF_PULLED};
    view.stride[2] = (struct kf_view_stride){.leg = KF_LEFT, .t_s = 30, .verdict = KF_PASSIVE};
    kf_compare_show(&compare, &view);
    assert_int_equal(view.diff.state, KF_DIFF_KNOWN);
    assert_int_equal(view.diff.swings, 3);
    assert_int_equal(view.diff.verdicts, 2);
    assert_int_equal(view.diff.changed.bin[100].swings, 0);
    assert_int_equal(view.diff.changed.bin[103].swings, 1);
    assert_int_equal(view.diff.changed.bin[103].passive, 1);
    assert_int_equal(view.diff.changed.bin[300].swings, 1);
    assert_int_equal(view.diff.changed.bin[300].passive + view.diff.changed.bin[300].pulled, 0);
    assert_true(view.stride[0].other_known && view.stride[0].other == KF_PASSIVE);
    assert_true(view.stride[1].other_known && view.stride[1].other == KF_PASSIVE);
    assert_int_equal(view.stride[1].other_reason, KF_REASON_WITHIN_BAND);
    assert_false(view.stride[2].other_known);
    begin("");
    kf_compare_show(&compare, &view);
    assert_false(view.diff.shown);
}

static void a_new_one_takes_the_place(void **state)
{
    (void)state;
    begin("a.ini");
    kf_compare_request(&compare, &(struct kf_request){.kind = KF_REQUEST_COMPARED, .diff = make_diff()});
    kf_compare_request(&compare, &(struct kf_request){.kind = KF_REQUEST_COMPARED, .diff = make_diff()});
    begin("b.ini");
    kf_compare_request(&compare, &(struct kf_request){.kind = KF_REQUEST_COMPARED, .text = "cannot be read"});
    view.stride[0].other_known = false;
    kf_compare_show(&compare, &view);
    assert_int_equal(view.diff.state, KF_DIFF_FAILED);
    assert_string_equal(view.diff.why, "cannot be read");
    assert_int_equal(view.diff.verdicts, 0);
    assert_false(view.stride[0].other_known);
    kf_compare_close(&compare);
    kf_compare_close(&compare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_shown_where_they_are),
        cmocka_unit_test(a_new_one_takes_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
