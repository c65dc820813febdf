/* test_view_fill.c - protects what the screen is told: strides are listed once and completed, trails and counts keep to
 * their bounds, the banner goes quiet by itself, the state says why verdicts are unclear, strangers' text is harmless.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/view_fill.h"
#include "toy_driver.h"

/* ---- a pipeline that reports whatever the test wants ---- */

static struct kf_baseline_report report[KF_LEG_COUNT];
static bool sensors_worn, sensors_aligned, is_walking;
static double cadence;
static struct kf_frame latest;

struct kf_baseline_report __wrap_kf_pipeline_baseline(const struct kf_pipeline *, enum kf_leg);
struct kf_alignment __wrap_kf_pipeline_alignment(const struct kf_pipeline *, enum kf_site);
double __wrap_kf_pipeline_cadence_spm(const struct kf_pipeline *);
bool __wrap_kf_pipeline_walking(const struct kf_pipeline *);
const struct kf_frame *__wrap_kf_pipeline_frame(const struct kf_pipeline *);

struct kf_baseline_report __wrap_kf_pipeline_baseline(const struct kf_pipeline *pipeline, enum kf_leg leg)
{
    (void)pipeline;
    return report[leg];
}

struct kf_alignment __wrap_kf_pipeline_alignment(const struct kf_pipeline *pipeline, enum kf_site site)
{
    (void)pipeline;
    (void)site;
    return (struct kf_alignment){.worn = sensors_worn, .aligned = sensors_aligned};
}

double __wrap_kf_pipeline_cadence_spm(const struct kf_pipeline *pipeline)
{
    (void)pipeline;
    return cadence;
}

bool __wrap_kf_pipeline_walking(const struct kf_pipeline *pipeline)
{
    (void)pipeline;
    return is_walking;
}

const struct kf_frame *__wrap_kf_pipeline_frame(const struct kf_pipeline *pipeline)
{
    (void)pipeline;
    return &latest;
}

/* ---- the stage: an engine on toy samples (10 ms each) with the filler as its listener ---- */

static struct kf_view_fill fill;
static struct kf_engine *engine;

static void set_stage(bool auto_baseline)
{
    struct kf_engine_config config = toy_config(&toy_driver);
    const struct kf_engine_listener listener = {kf_view_fill_event, &fill};
    memset(report, 0, sizeof report);
    sensors_worn = sensors_aligned = is_walking = false;
    cadence = latest.t_s = NAN;
    config.auto_baseline = auto_baseline;
    engine = kf_engine_create(&config, &listener, NULL);
    assert_non_null(engine);
    kf_view_fill_init(&fill, &config, "Ann\033[31m");
    fill.engine = engine;
}

static void clear_stage(void)
{
    kf_engine_destroy(engine);
    engine = NULL;
}

static void let_pass(double seconds)
{
    for (long i = 0; i < (long)(seconds * 100 + 0.5); i++)
        kf_engine_push(engine, (const uint8_t *)"s", 1);
    kf_view_fill_update(&fill, engine);
}

static void say(enum kf_output_kind kind, const struct kf_swing *swing)
{
    const struct kf_output output = {.kind = kind, .leg = swing->leg, .swing = swing};
    const struct kf_engine_event event = {.kind = KF_ENGINE_OUTPUT, .output = &output};
    kf_view_fill_event(&fill, &event);
}

static struct kf_swing swing_of(unsigned id, enum kf_leg leg, enum kf_verdict verdict)
{
    struct kf_swing swing = kf_swing_unknown();
    swing.id = id;
    swing.leg = leg;
    swing.verdict = verdict;
    swing.t_ic_s = id;
    swing.t_to_s = id + 0.25;
    swing.t_peak_knee_s = id + 0.40;
    swing.drive_nm_kg = 0.001 * id;
    swing.peak_knee_deg = 100 + id;
    return swing;
}

static void complete(struct kf_swing *swing)
{
    swing->stride_s = 0.70;
    swing->contact_s = 0.25;
    swing->cadence_spm = 171;
    swing->trunk_lean_deg = 6;
}

static void say_cue(const char *text)
{
    struct kf_cue cue = {.t_s = kf_engine_time_s(engine), .has_leg = true, .leg = KF_RIGHT, .name = "x"};
    (void)snprintf(cue.text, sizeof cue.text, "%s", text);
    const struct kf_engine_event event = {.kind = KF_ENGINE_CUE, .cue = &cue};
    kf_view_fill_event(&fill, &event);
}

/* ---- strides and gauges ---- */

static void test_a_stride_is_listed_once_and_completed(void **state)
{
    struct kf_swing swing = swing_of(1, KF_RIGHT, KF_PULLED);
    (void)state;
    set_stage(false);
    say(KF_OUT_VERDICT, &swing);
    assert_int_equal(fill.view.stride_count, 1);
    assert_true(isnan(fill.view.stride[0].contact_s));
    complete(&swing);
    say(KF_OUT_SWING, &swing);
    assert_int_equal(fill.view.stride_count, 1);
    assert_true(fill.view.stride[0].contact_s == 0.25);
    assert_int_equal(fill.view.leg[KF_RIGHT].swings, 1);
    assert_int_equal(fill.view.leg[KF_RIGHT].pulled, 1);
    assert_int_equal(fill.view.leg[KF_LEFT].swings, 0);
    assert_true(fabs(fill.view.leg[KF_RIGHT].to_at - 0.25 / 0.70) < 1e-12);
    clear_stage();
}

static void test_lists_and_trails_keep_the_newest(void **state)
{
    (void)state;
    set_stage(false);
    for (unsigned id = 1; id <= 200; id++) {
        struct kf_swing swing = swing_of(id, id % 2 ? KF_LEFT : KF_RIGHT, KF_PASSIVE);
        say(KF_OUT_VERDICT, &swing);
        complete(&swing);
        say(KF_OUT_SWING, &swing);
    }
    assert_int_equal(fill.view.stride_count, KF_VIEW_STRIDES);
    assert_int_equal(fill.view.stride[KF_VIEW_STRIDES - 1].id, 200);
    assert_int_equal(fill.view.stride[0].id, 200 - KF_VIEW_STRIDES + 1);
    assert_int_equal(fill.view.gauge[KF_GAUGE_DRIVE][KF_LEFT].trail_count, KF_VIEW_TRAIL);
    assert_true(fill.view.gauge[KF_GAUGE_DRIVE][KF_LEFT].trail[KF_VIEW_TRAIL - 1] == 0.199);
    assert_true(fill.view.gauge[KF_GAUGE_CADENCE][KF_LEFT].value == 171);
    assert_int_equal(fill.view.gauge[KF_GAUGE_CADENCE][KF_RIGHT].trail_count, 0);
    clear_stage();
}

static void test_bands_and_marks_come_from_the_baseline(void **state)
{
    struct kf_swing swing = swing_of(1, KF_LEFT, KF_UNCLEAR);
    (void)state;
    set_stage(true);
    let_pass(0.1);
    assert_true(isnan(fill.view.gauge[KF_GAUGE_PEAK_KNEE][KF_LEFT].band_high));
    report[KF_LEFT] = (struct kf_baseline_report){KF_BASELINE_PROVISIONAL, 12, .15, .01, 105, 2, 0, NAN, NAN};
    complete(&swing);
    say(KF_OUT_SWING, &swing);
    let_pass(0.1);
    assert_true(fill.view.gauge[KF_GAUGE_PEAK_KNEE][KF_LEFT].band_high == 113);
    assert_true(fill.view.gauge[KF_GAUGE_DRIVE][KF_LEFT].band_high == 0.02);
    assert_true(fill.view.gauge[KF_GAUGE_CONTACT][KF_LEFT].baseline == 0.25); /* it was a relaxed stride */
    assert_true(isnan(fill.view.gauge[KF_GAUGE_CONTACT][KF_RIGHT].baseline));
    swing.id = 2;
    swing.contact_s = 0.35;
    say(KF_OUT_SWING, &swing); /* this one was not */
    assert_true(fill.view.gauge[KF_GAUGE_CONTACT][KF_LEFT].baseline == 0.25);
    report[KF_LEFT].strides = 0; /* a new baseline begins */
    say(KF_OUT_SWING, &swing);
    assert_true(isnan(fill.view.gauge[KF_GAUGE_CONTACT][KF_LEFT].baseline));
    clear_stage();
}

/* ---- the state in words ---- */

static void assert_state(const char *text)
{
    kf_view_fill_update(&fill, engine);
    assert_string_equal(fill.view.state, text);
}

static void test_state_says_where_things_stand(void **state)
{
    (void)state;
    set_stage(true);
    assert_state("waiting for samples");
    let_pass(0.1);
    assert_state("no leg sensor is sending");
    sensors_worn = true;
    assert_state("stand still, then jog");
    cadence = 170;
    assert_state("jog: aligning");
    sensors_aligned = true;
    report[KF_LEFT].strides = 9;
    report[KF_RIGHT].strides = 7;
    assert_state("baseline 7 of 12 strides");
    assert_false(fill.view.judging);
    report[KF_LEFT] = (struct kf_baseline_report){.kind = KF_BASELINE_PROVISIONAL, .strides = 15};
    report[KF_RIGHT] = (struct kf_baseline_report){.kind = KF_BASELINE_PROVISIONAL, .strides = 14};
    assert_state("judging, baseline 14 of 30 strides");
    assert_true(fill.view.judging);
    report[KF_LEFT].kind = report[KF_RIGHT].kind = KF_BASELINE_FULL;
    assert_state("judging");
    is_walking = true;
    assert_state("walking: not judged");
    assert_false(fill.view.judging);
    is_walking = false;
    cadence = NAN;
    assert_state("ready: start running");
    clear_stage();
}

static void test_without_a_baseline_the_state_says_so(void **state)
{
    (void)state;
    set_stage(false);
    let_pass(0.1);
    sensors_worn = sensors_aligned = true;
    cadence = 170;
    assert_state("no baseline: verdicts unclear (b starts one)");
    (void)toy_control(engine, KF_CONTROL_BASELINE_START, 0, "");
    assert_state("baseline 0 of 12 strides");
    clear_stage();
}

static void test_a_baseline_by_hand_ends_the_automatic_one(void **state)
{
    (void)state;
    set_stage(true);
    let_pass(0.1);
    sensors_worn = sensors_aligned = true;
    cadence = 170;
    assert_state("baseline 0 of 12 strides");
    (void)toy_control(engine, KF_CONTROL_BASELINE_START, 0, "");
    assert_state("baseline 0 of 12 strides");
    assert_true(fill.view.baseline_open);
    (void)toy_control(engine, KF_CONTROL_BASELINE_END, 0, "");
    assert_state("no baseline: verdicts unclear (b starts one)");
    assert_false(fill.view.baseline_open);
    clear_stage();
}

/* A wrong baud rate must not look like silence. */
static void test_unknown_bytes_are_said(void **state)
{
    struct kf_engine_config config = toy_config(NULL);
    (void)state;
    config.keep_looking = true;
    engine = kf_engine_create(&config, NULL, NULL);
    assert_non_null(engine);
    kf_view_fill_init(&fill, &config, "");
    for (int i = 0; i < 100; i++)
        kf_engine_push(engine, (const uint8_t *)"\33[31m", 5);
    kf_view_fill_update(&fill, engine);
    assert_string_equal(fill.view.message, "");
    for (int i = 0; i < 100 * 1000; i++)
        kf_engine_push(engine, (const uint8_t *)"\33[31m", 5);
    kf_view_fill_update(&fill, engine);
    assert_non_null(strstr(fill.view.message, "unknown data '"));
    assert_null(strchr(fill.view.message, '\33'));
    clear_stage();
}

/* ---- figure, cycle, banner, text ---- */

static void show_leg(double t_s, enum kf_phase phase, double thigh_rad, double shank_rad)
{
    struct kf_output output = {.kind = KF_OUT_FRAME, .frame = &latest};
    const struct kf_engine_event event = {.kind = KF_ENGINE_OUTPUT, .output = &output};
    latest.t_s = t_s;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        latest.leg[leg] = (struct kf_leg_frame){
            .worn = true, .aligned = true, .thigh_rad = thigh_rad, .shank_rad = shank_rad, .phase = phase, .emg = NAN};
    kf_view_fill_event(&fill, &event);
}

static void test_the_ankle_leaves_a_path(void **state)
{
    const struct kf_view_leg *leg = &fill.view.leg[KF_LEFT];
    (void)state;
    set_stage(false);
    for (int i = 0; i < 50; i++)
        show_leg(i * 0.005, KF_PHASE_INITIAL, 0, -1.5707963267948966);
    assert_int_equal(leg->path_count, 0); /* not before the swing is over */
    show_leg(0.25, KF_PHASE_STANCE, 0, 0);
    assert_int_equal(leg->path_count, 50);
    assert_true(fabsf(leg->path_x[7] + 0.5F) < 1e-6F && fabsf(leg->path_y[7] + 0.5F) < 1e-6F);
    for (int i = 0; i < 5000; i++)
        show_leg(1 + i * 0.005, KF_PHASE_MID, i * 1e-4, 0); /* someone stands on one leg */
    show_leg(30, KF_PHASE_STANCE, 0, 0);
    assert_true(leg->path_count > KF_VIEW_PATH / 2 && leg->path_count <= KF_VIEW_PATH);
    assert_true(leg->path_x[leg->path_count - 1] > 0.9F * 0.5F * sinf(0.5F));
    clear_stage();
}

static void test_the_cycle_runs_from_contact_to_contact(void **state)
{
    struct kf_swing swing = swing_of(1, KF_LEFT, KF_PASSIVE);
    const struct kf_event contact = {.t_s = 2.0, .kind = KF_EVENT_IC, .leg = KF_LEFT};
    const struct kf_output output = {.kind = KF_OUT_EVENT, .leg = KF_LEFT, .event = &contact};
    const struct kf_engine_event event = {.kind = KF_ENGINE_OUTPUT, .output = &output};
    (void)state;
    set_stage(false);
    cadence = 171;
    complete(&swing);
    say(KF_OUT_SWING, &swing);
    kf_view_fill_event(&fill, &event);
    latest.t_s = 2.35;
    kf_view_fill_update(&fill, engine);
    assert_true(fabs(fill.view.leg[KF_LEFT].cycle - 0.5) < 1e-9);
    assert_true(isnan(fill.view.leg[KF_RIGHT].cycle));
    latest.t_s = 4.0; /* the runner has stopped */
    kf_view_fill_update(&fill, engine);
    assert_true(isnan(fill.view.leg[KF_LEFT].cycle));
    clear_stage();
}

static void test_the_banner_goes_quiet(void **state)
{
    struct kf_swing swing = swing_of(40, KF_RIGHT, KF_PULLED);
    (void)state;
    set_stage(false);
    let_pass(1);
    assert_false(fill.view.cue.shown);
    say(KF_OUT_VERDICT, &swing);
    say_cue("Reduce hamstring drive");
    let_pass(2);
    assert_true(fill.view.cue.shown);
    assert_true(fabs(fill.view.cue.age_s - 2) < 1e-9);
    assert_non_null(strstr(fill.view.cue.why, "drive +0.040"));
    (void)toy_control(engine, KF_CONTROL_MUTE, 1, "");
    kf_view_fill_update(&fill, engine);
    assert_false(fill.view.cue.shown);
    (void)toy_control(engine, KF_CONTROL_MUTE, 0, "");
    let_pass(KF_CUE_BANNER_S);
    assert_false(fill.view.cue.shown);
    assert_int_equal(fill.view.cue_count, 1);
    clear_stage();
}

/* Of any other cue the number that was watched, in words and with its unit: that of an asymmetry is per cent. */
static void test_the_banner_says_what_was_watched(void **state)
{
    struct kf_cue cue = {.key = kf_swing_key_find("trunk_lean_deg"), .value = .412, .limit = .8};
    const struct kf_engine_event event = {.kind = KF_ENGINE_CUE, .cue = &cue};
    (void)state;
    set_stage(false);
    kf_view_fill_event(&fill, &event);
    assert_string_equal(fill.view.cue.why, "trunk lean 0.412 deg (limit 0.8)");
    cue = (struct kf_cue){.key = kf_swing_key_find("contact_s"), .is_asymmetry = true, .value = 6.21, .limit = 5};
    kf_view_fill_event(&fill, &event);
    assert_string_equal(fill.view.cue.why, "contact +6.21 % left against right (limit 5)");
    clear_stage();
}

static void assert_harmless(const char *text)
{
    for (; *text; text++)
        assert_true((unsigned char)*text >= ' ' && *text != 127);
}

static void test_text_from_outside_is_harmless(void **state)
{
    struct kf_pod_item item = {.kind = KF_POD_TEXT, .t_s = NAN};
    const struct kf_engine_event event = {.kind = KF_ENGINE_ITEM, .item = &item};
    (void)state;
    set_stage(false);
    assert_harmless(fill.view.athlete);
    memset(item.u.text.text, 'A', sizeof item.u.text.text - 1);
    memcpy(item.u.text.text, "hi\033]0;owned\007\n", 13);
    let_pass(0.1);
    kf_view_fill_event(&fill, &event);
    assert_true(strlen(fill.view.message) > 20);
    assert_harmless(fill.view.message);
    let_pass(KF_MESSAGE_SHOWN_S + 0.1);
    assert_string_equal(fill.view.message, "");
    item.kind = KF_POD_MARK;
    memcpy(item.u.mark.text, "lap\0331\r", 7);
    for (unsigned i = 0; i < 3 * KF_VIEW_MARKS; i++)
        kf_view_fill_event(&fill, &event);
    assert_int_equal(fill.view.mark_count, KF_VIEW_MARKS);
    assert_harmless(fill.view.mark[0].text);
    clear_stage();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stride_is_listed_once_and_completed),
        cmocka_unit_test(test_lists_and_trails_keep_the_newest),
        cmocka_unit_test(test_bands_and_marks_come_from_the_baseline),
        cmocka_unit_test(test_state_says_where_things_stand),
        cmocka_unit_test(test_without_a_baseline_the_state_says_so),
        cmocka_unit_test(test_a_baseline_by_hand_ends_the_automatic_one),
        cmocka_unit_test(test_unknown_bytes_are_said),
        cmocka_unit_test(test_the_ankle_leaves_a_path),
        cmocka_unit_test(test_the_cycle_runs_from_contact_to_contact),
        cmocka_unit_test(test_the_banner_goes_quiet),
        cmocka_unit_test(test_the_banner_says_what_was_watched),
        cmocka_unit_test(test_text_from_outside_is_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
