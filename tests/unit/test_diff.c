/* test_diff.c - protects what a coach is told a setting would change: swings and cues paired one to one, whatever their
 * ids, each change listed once and in order; and the quick preview agreeing with the verdict's own rules. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/diff.h"
#include "app/preview.h"
#include "app/settings_apply.h"

static struct kf_diff diff;

static void hear_swing(int side, unsigned id, enum kf_leg leg, double t_to_s, enum kf_verdict verdict)
{
    struct kf_swing swing = kf_swing_unknown();
    const struct kf_output output = {.kind = KF_OUT_VERDICT, .swing = &swing};
    swing.id = id;
    swing.leg = leg;
    swing.t_to_s = t_to_s;
    swing.verdict = verdict;
    swing.reason = verdict == KF_PULLED ? KF_REASON_DRIVE_AND_FOLD : KF_REASON_WITHIN_BAND;
    kf_diff_hear(&diff.side[side], &(struct kf_engine_event){.kind = KF_ENGINE_OUTPUT, .output = &output});
}

static void hear_cue(int side, const char *name, double t_s, bool has_leg, enum kf_leg leg)
{
    struct kf_cue cue = {.t_s = t_s, .has_leg = has_leg, .leg = leg};
    (void)snprintf(cue.name, sizeof cue.name, "%s", name);
    kf_diff_hear(&diff.side[side], &(struct kf_engine_event){.kind = KF_ENGINE_CUE, .cue = &cue});
}

static void compare(void)
{
    struct kf_error error;
    assert_int_equal(kf_diff_compare(&diff, &error), KF_OK);
}

static void swings_are_paired_by_time_and_leg(void **state)
{
    (void)state;
    hear_swing(0, 1, KF_LEFT, 10, KF_PASSIVE);
    hear_swing(0, 2, KF_RIGHT, 10.35, KF_PASSIVE);
    hear_swing(0, 3, KF_LEFT, 10.7, KF_PULLED);
    hear_swing(0, 4, KF_LEFT, 11.4, KF_PULLED);
    hear_swing(1, 1, KF_RIGHT, 10.36, KF_PULLED); /* the left leg's first was not found: other ids from here on */
    hear_swing(1, 2, KF_LEFT, 10.69, KF_PULLED);
    hear_swing(1, 3, KF_LEFT, 11.41, KF_PASSIVE);
    compare();
    assert_int_equal(diff.change_count, 3);
    assert_true(diff.change[0].swing[0]->id == 1 && !diff.change[0].swing[1]);
    assert_true(diff.change[1].swing[0]->id == 2 && diff.change[1].swing[1]->id == 1);
    assert_true(diff.change[2].swing[0]->id == 4 && diff.change[2].swing[1]->verdict == KF_PASSIVE);
    assert_int_equal(diff.leg[KF_LEFT].swings, 3);
    assert_int_equal(diff.leg[KF_LEFT].changed, 2);
    assert_int_equal(diff.leg[KF_LEFT].from_to[KF_PULLED][KF_PULLED], 1);
    assert_int_equal(diff.leg[KF_LEFT].from_to[KF_PULLED][KF_PASSIVE], 1);
    assert_int_equal(diff.leg[KF_RIGHT].from_to[KF_PASSIVE][KF_PULLED], 1);
    kf_diff_free(&diff);
}

static void cues_are_paired_by_name_leg_and_time(void **state)
{
    (void)state;
    hear_cue(0, "a", 10, true, KF_LEFT);
    hear_cue(0, "b", 20, false, KF_LEFT);
    hear_cue(0, "c", 25, true, KF_LEFT);
    hear_cue(0, "a", 30, true, KF_LEFT);
    hear_cue(0, "a", 40, true, KF_LEFT);
    hear_cue(1, "a", 10.4, true, KF_LEFT); /* the same, a little later */
    hear_cue(1, "b", 20, false, KF_RIGHT); /* no leg: the same */
    hear_cue(1, "d", 25, true, KF_LEFT);
    hear_cue(1, "a", 30, true, KF_RIGHT);
    hear_cue(1, "a", 41, true, KF_LEFT);
    compare();
    assert_int_equal(diff.cues_changed, 6);
    assert_int_equal(diff.change_count, 6);
    assert_true(diff.change[4].t_s == 40 && diff.change[4].cue[0] && !diff.change[4].cue[1]);
    assert_true(diff.change[5].t_s == 41 && !diff.change[5].cue[0] && diff.change[5].cue[1]);
    kf_diff_free(&diff);
}

static void the_same_is_no_change(void **state)
{
    (void)state;
    for (int side = 0; side < KF_DIFF_SIDES; side++) {
        for (unsigned i = 0; i < 1000; i++)
            hear_swing(side, i, i % 2 ? KF_RIGHT : KF_LEFT, .35 * i, KF_PASSIVE);
        hear_cue(side, "a", 10, true, KF_LEFT);
    }
    compare();
    assert_int_equal(diff.change_count, 0);
    assert_int_equal(diff.leg[KF_LEFT].swings + diff.leg[KF_RIGHT].swings, 1000);
    kf_diff_free(&diff);
}

/* ---- preview ---- */

#define OWN                                                                                                            \
    {                                                                                                                  \
        .kind = KF_BASELINE_FULL, .strides = 30, .mean_knee_moment_nm_kg = .15, .sd_nm_kg = .005,                      \
        .peak_knee_deg = 105, .peak_knee_sd_deg = 2                                                                    \
    }
static const struct kf_baseline_report own[KF_LEG_COUNT] = {OWN, OWN};

static struct kf_swing measured(unsigned id, double moment_nm_kg, double peak_knee_deg)
{
    struct kf_swing swing = kf_swing_unknown();
    swing.id = id;
    swing.leg = KF_LEFT;
    swing.t_to_s = .7 * id;
    swing.t_peak_knee_s = swing.t_to_s + .2;
    swing.mean_knee_moment_nm_kg = moment_nm_kg;
    swing.peak_knee_deg = peak_knee_deg;
    swing.flexor_work_fraction = 0;
    swing.quality = 1;
    return swing;
}

static void previews_the_last_fifty(void **state)
{
    static struct kf_preview_swings swings;
    struct kf_settings before, after;
    struct kf_preview preview;
    struct kf_swing swing;
    (void)state;
    kf_settings_default(&before);
    after = before;
    for (unsigned id = 1; id <= 70; id++) { /* every third of them folds 10 degrees more and brakes .05 less */
        swing = id % 3 ? measured(id, .15, 105) : measured(id, .10, 115);
        kf_preview_keep(&swings, &swing);
        kf_preview_keep(&swings, &swing); /* complete, the same again */
    }
    preview = kf_preview(&swings, own, NAN, &before, &after);
    assert_int_equal(preview.swings, 50);
    assert_int_equal(preview.verdicts, 0);
    assert_int_equal(preview.cues, 0);
    after.verdict_knee_excess_deg = 12; /* then none of the 21..69 is pulled */
    preview = kf_preview(&swings, own, NAN, &before, &after);
    assert_int_equal(preview.verdicts, 17);
    assert_int_equal(preview.cues_before, 0); /* one of three is no habit */
    after = before;
    after.cues.rule[0].need = 1;
    after.cues.rule[0].cooldown_s = 0;
    assert_string_equal(after.cues.rule[0].name, "hamstring-drive");
    preview = kf_preview(&swings, own, NAN, &before, &after);
    assert_int_equal(preview.verdicts, 0);
    assert_true(preview.cues_after > 4 && preview.cues == preview.cues_after);
}

static void a_circumstance_outlives_its_limits(void **state)
{
    static struct kf_preview_swings swings;
    struct kf_settings before, after;
    struct kf_swing swing = measured(1, .15, 105);
    (void)state;
    swing.reason = KF_REASON_WALKING;
    kf_preview_keep(&swings, &swing);
    swing = measured(2, .15, 105);
    swing.quality = .4;
    swing.reason = KF_REASON_LOW_QUALITY;
    kf_preview_keep(&swings, &swing);
    kf_settings_default(&before);
    after = before;
    after.swing_min_quality = .3;
    assert_int_equal(kf_preview(&swings, own, NAN, &before, &after).verdicts, 1); /* walking stays unjudged */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(swings_are_paired_by_time_and_leg),
        cmocka_unit_test(cues_are_paired_by_name_leg_and_time),
        cmocka_unit_test(the_same_is_no_change),
        cmocka_unit_test(previews_the_last_fifty),
        cmocka_unit_test(a_circumstance_outlives_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
