/* test_engine.c - protects the joint between decoder and pipeline: every item becomes the right call at the right time
 * (the calls are intercepted by the linker's --wrap), detection does not depend on how the bytes were cut, a refused
 * file says why, and a keyframe brings everything back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/engine.h"
#include "toy_driver.h"

/* ---- what the pipeline was asked to do, as text ---- */

static char calls[4096];
static struct kf_athlete last_athlete;
static struct kf_placement last_placement;

KF_PRINTF_LIKE(1, 2)
static void note(const char *format, ...)
{
    const size_t used = strlen(calls);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(calls + used, sizeof calls - used, format, args);
    va_end(args);
}

void __wrap_kf_pipeline_push(struct kf_pipeline *, const struct kf_sample *, const struct kf_pipeline_sink *);
void __wrap_kf_pipeline_epoch(struct kf_pipeline *, bool);
void __wrap_kf_pipeline_belt(struct kf_pipeline *, double, double);
void __wrap_kf_pipeline_baseline_start(struct kf_pipeline *, double);
void __wrap_kf_pipeline_baseline_end(struct kf_pipeline *, double);
void __wrap_kf_pipeline_set_athlete(struct kf_pipeline *, const struct kf_athlete *);
void __wrap_kf_pipeline_set_placement(struct kf_pipeline *, const struct kf_placement *);

void __wrap_kf_pipeline_push(struct kf_pipeline *pipeline, const struct kf_sample *sample,
                             const struct kf_pipeline_sink *sink)
{
    (void)pipeline;
    (void)sink;
    if (sample->stream == 0)
        note("s");
    else
        note("<%s>", kf_site_name(sample->site));
}

void __wrap_kf_pipeline_epoch(struct kf_pipeline *pipeline, bool same_donning)
{
    (void)pipeline;
    note("<epoch%s>", same_donning ? "" : " new donning");
}

void __wrap_kf_pipeline_belt(struct kf_pipeline *pipeline, double t_s, double speed_mps)
{
    (void)pipeline;
    note("<belt %.2f %.1f>", t_s, speed_mps);
}

void __wrap_kf_pipeline_baseline_start(struct kf_pipeline *pipeline, double t_s)
{
    (void)pipeline;
    note("<start %.2f>", t_s);
}

void __wrap_kf_pipeline_baseline_end(struct kf_pipeline *pipeline, double t_s)
{
    (void)pipeline;
    note("<end %.2f>", t_s);
}

void __wrap_kf_pipeline_set_athlete(struct kf_pipeline *pipeline, const struct kf_athlete *athlete)
{
    (void)pipeline;
    last_athlete = *athlete;
    note("<athlete>");
}

void __wrap_kf_pipeline_set_placement(struct kf_pipeline *pipeline, const struct kf_placement *placement)
{
    (void)pipeline;
    last_placement = *placement;
    note("<placement>");
}

/* ---- helpers ---- */

static struct kf_engine *engine_with(const struct kf_engine_config *config, const struct kf_engine_listener *listener)
{
    struct kf_error error = {0};
    struct kf_engine *engine = kf_engine_create(config, listener, &error);
    assert_non_null(engine);
    calls[0] = '\0';
    return engine;
}

static void push_text(struct kf_engine *engine, const char *text)
{
    kf_engine_push(engine, (const uint8_t *)text, strlen(text));
}

static void run_toy(const struct kf_engine_config *config, const char *bytes, const char *expected)
{
    struct kf_engine *engine = engine_with(config, NULL);
    push_text(engine, bytes);
    assert_string_equal(calls, expected);
    kf_engine_destroy(engine);
}

/* ---- items and controls ---- */

static void test_marks_wait_for_their_time(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    (void)state;
    run_toy(&config, "][bssssssssssss", "sss<belt 0.03 3.5>ss<start 0.05>sssss<end 0.10>ss");
}

static void test_marks_of_the_past_hold_at_once(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    (void)state;
    run_toy(&config, "sssssss[sm", "sssssss<start 0.05>s");
}

static void test_given_baseline_beats_the_marks(void **state)
{
    struct kf_engine_config config = toy_config(&toy_driver);
    (void)state;
    config.baseline_from_s = 0.02;
    config.baseline_to_s = 0.04;
    run_toy(&config, "[]ssssssssssss", "ss<start 0.02>ss<end 0.04>ssssssss");
    config.baseline_from_s = NAN;
    run_toy(&config, "[]sssssss", "<start 0.00>ssss<end 0.04>sss");
}

static void test_restart_reaches_the_pipeline(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    (void)state;
    run_toy(&config, "sgses", "ss<epoch>s");
}

static void test_header_beats_settings_but_not_athlete_option(void **state)
{
    struct kf_engine_config config = toy_config(&toy_driver);
    (void)state;
    config.settings.athlete_height_m = 1.70;
    config.settings.athlete_mass_kg = 60;
    config.settings.athlete_thigh_m = 0.41;
    run_toy(&config, "as", "<athlete>s");
    assert_true(last_athlete.height_m == 1.80 && last_athlete.mass_kg == 60);
    assert_true(isnan(last_athlete.thigh_m)); /* the settings' runner is 10 cm shorter: it is not their thigh */
    config.settings.athlete_height_m = 1.80;
    run_toy(&config, "as", "<athlete>s");
    assert_true(last_athlete.thigh_m == 0.41);
    config.athlete_fixed = true;
    run_toy(&config, "as", "s");
}

static void test_placement_of_the_header_is_merged(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    const struct kf_placement usual = kf_placement_default();
    (void)state;
    run_toy(&config, "ps", "<placement>s");
    assert_true(last_placement.ratio[KF_SITE_SHANK_L] == 0.40);
    assert_true(last_placement.offset_m[KF_SITE_SHANK_L] == usual.offset_m[KF_SITE_SHANK_L]);
    assert_true(last_placement.ratio[KF_SITE_SHANK_R] == usual.ratio[KF_SITE_SHANK_R]);
}

static void count_marks(void *context, const struct kf_engine_event *event)
{
    if (event->kind == KF_ENGINE_ITEM && event->item->kind == KF_POD_MARK)
        ++*(unsigned *)context;
}

static void test_controls_hold_from_the_last_sample(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    unsigned marks = 0;
    const struct kf_engine_listener listener = {count_marks, &marks};
    struct kf_engine *engine = engine_with(&config, &listener);
    (void)state;
    push_text(engine, "ssss");
    (void)toy_control(engine, KF_CONTROL_BASELINE_START, 0, "");
    assert_true(kf_engine_baseline_open(engine));
    push_text(engine, "ss");
    (void)toy_control(engine, KF_CONTROL_BASELINE_END, 0, "");
    assert_false(kf_engine_baseline_open(engine));
    (void)toy_control(engine, KF_CONTROL_BELT, 3.0, "");
    (void)toy_control(engine, KF_CONTROL_MARK, 0, "hello");
    (void)toy_control(engine, KF_CONTROL_MUTE, 1, "");
    assert_string_equal(calls, "ssss<start 0.03>ss<end 0.05><belt 0.05 3.0>");
    assert_int_equal(marks, 1);
    assert_true(kf_engine_muted(engine));
    kf_engine_destroy(engine);
}

/* As kneefold mark says it: a laboratory's script begins and ends the baseline. */
static void test_a_mark_from_outside_does_what_it_says(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    struct kf_engine *engine = engine_with(&config, NULL);
    (void)state;
    push_text(engine, "ss");
    (void)toy_control(engine, KF_CONTROL_MARK, 0, "baseline-start");
    assert_true(kf_engine_baseline_open(engine));
    (void)toy_control(engine, KF_CONTROL_MARK, 0, "baseline-end");
    assert_false(kf_engine_baseline_open(engine));
    kf_engine_destroy(engine);
}

static void hear_mark_time(void *context, const struct kf_engine_event *event)
{
    if (event->kind == KF_ENGINE_ITEM && event->item->kind == KF_POD_MARK)
        *(double *)context = event->item->t_s;
}

/* Typing a note takes seconds; nonsense is now. */
static void test_a_mark_is_of_the_key(void **state)
{
    static const double ago_s[] = {0, .02, -1, NAN, INFINITY, 1e9};
    const struct kf_engine_config config = toy_config(&toy_driver);
    double t_s = NAN;
    const struct kf_engine_listener listener = {hear_mark_time, &t_s};
    struct kf_engine *engine = engine_with(&config, &listener);
    (void)state;
    push_text(engine, "ssssss");
    for (int i = 0; i < 6; i++) {
        (void)toy_control(engine, KF_CONTROL_MARK, ago_s[i], "note");
        assert_true(fabs(t_s - (kf_engine_time_s(engine) - (i == 1 ? .02 : 0))) < 1e-9);
    }
    kf_engine_destroy(engine);
}

/* ---- controls that change what is in force ---- */

struct controls {
    unsigned told, refused;
    char why[256];
};

static void hear_controls(void *context, const struct kf_engine_event *event)
{
    struct controls *controls = context;
    if (event->kind != KF_ENGINE_CONTROL)
        return;
    assert_non_null(event->record);
    controls->told++;
    if (!event->refused)
        return;
    controls->refused++;
    (void)snprintf(controls->why, sizeof controls->why, "%s", event->refused->text);
}

static void test_settings_change_live_or_not_at_all(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    struct controls heard = {0};
    struct kf_engine *engine = engine_with(&config, &(struct kf_engine_listener){hear_controls, &heard});
    const struct kf_settings *settings = kf_engine_settings(engine);
    (void)state;
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTING, 0, "verdict.knee_excess_deg=11"), KF_OK);
    assert_true(settings->verdict_knee_excess_deg == 11);
    assert_string_equal(calls, ""); /* the runner is the same: no joint is forgotten */
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTING, 0, "athlete.height_m=1.9"), KF_OK);
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTING, 0, "placement.shank_l=.5"), KF_OK);
    assert_string_equal(calls, "<athlete><placement>");
    assert_true(last_athlete.height_m == 1.9 && last_placement.ratio[KF_SITE_SHANK_L] == .5);
    assert_int_equal(heard.told, 3);
    assert_int_equal(heard.refused, 0);
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTING, 0, "verdict.knee_excess_deg=99"), KF_ERR_CONFIG);
    assert_non_null(strstr(heard.why, "knee_excess_deg cannot be '99'"));
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTING, 0, "verdict.baseline_full_strides=3"), KF_ERR_CONFIG);
    assert_true(settings->verdict_knee_excess_deg == 11 && settings->verdict_baseline_full_strides == 30);
    assert_int_equal(heard.refused, 2);
    /* Several together: neither half of these would do alone. A line that is wrong takes all with it. */
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTING, 0,
                                 "verdict.baseline_provisional_strides=40\nverdict.baseline_full_strides=50"),
                     KF_OK);
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTING, 0,
                                 "cue own.metric=cadence_spm\ncue own.limit=190\ncue own.text=Slower\n"),
                     KF_OK);
    assert_int_equal(settings->verdict_baseline_full_strides, 50);
    assert_string_equal(settings->cues.rule[settings->cues.count - 1].text, "Slower");
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTING, 0, "verdict.p_pulled=.9\nverdict.p_puled=.8"),
                     KF_ERR_CONFIG);
    assert_true(settings->verdict_p_pulled == .95);
    kf_engine_destroy(engine);
}

/* A file reloaded: what it does not name is built in, and the log's header stays over it. */
static void test_a_reload_holds_whole_or_not_at_all(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    struct controls heard = {0};
    struct kf_engine *engine = engine_with(&config, &(struct kf_engine_listener){hear_controls, &heard});
    const struct kf_settings *settings = kf_engine_settings(engine);
    (void)state;
    push_text(engine, "as");
    calls[0] = '\0';
    (void)toy_control(engine, KF_CONTROL_SETTING, 0, "verdict.knee_excess_deg=11");
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTINGS, 0,
                                 "[verdict]\np_pulled = .9\n[athlete]\nheight_m = 1.6\nmass_kg = 50\n"),
                     KF_OK);
    assert_true(settings->verdict_p_pulled == .9 && settings->verdict_knee_excess_deg == 8);
    assert_true(kf_engine_athlete(engine).height_m == 1.80 && kf_engine_athlete(engine).mass_kg == 50);
    assert_string_equal(calls, "<athlete>");
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTINGS, 0, "[verdict]\np_pulled = .8\np_puled = 1\n"),
                     KF_ERR_CONFIG);
    assert_non_null(strstr(heard.why, "line 3: there is no key 'p_puled'"));
    assert_true(settings->verdict_p_pulled == .9);
    assert_int_equal(toy_control(engine, KF_CONTROL_SETTINGS, 0, ""), KF_OK);
    assert_true(settings->verdict_p_pulled == .95);
    kf_engine_destroy(engine);
}

static void test_sites_are_told_live(void **state)
{
    struct kf_engine_config config = toy_config(&toy_driver);
    struct kf_engine *engine = engine_with(&config, NULL);
    const struct kf_record nowhere = {
        .kind = KF_RECORD_CONTROL, .control = KF_CONTROL_SITE, .value = 3, .source = 1, .text = "shank_l"};
    (void)state;
    push_text(engine, "n");
    assert_int_equal(toy_control(engine, KF_CONTROL_SITE, 3, "shank_l"), KF_OK);
    push_text(engine, "n");
    assert_int_equal(toy_control(engine, KF_CONTROL_SITE, 3, "shank_l"), KF_OK); /* nothing new: nothing forgotten */
    assert_int_equal(toy_control(engine, KF_CONTROL_SITE, 3, "elbow"), KF_ERR_ARG);
    assert_int_equal(toy_control(engine, KF_CONTROL_SITE, 32, "shank_l"), KF_ERR_ARG);
    assert_int_equal(kf_engine_take(engine, &nowhere), KF_ERR_ARG);
    (void)toy_control(engine, KF_CONTROL_SITE, 3, "none");
    push_text(engine, "n");
    (void)toy_control(engine, KF_CONTROL_SETTING, 0, "pod.stream_3=rectus_l");
    push_text(engine, "n");
    assert_string_equal(calls, "<none><epoch new donning><shank_l><epoch new donning><none><rectus_l>");
    kf_engine_destroy(engine);
}

static void test_align_and_quiet(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    struct kf_engine *engine = engine_with(&config, NULL);
    (void)state;
    (void)toy_control(engine, KF_CONTROL_BASELINE_START, 0, "");
    (void)toy_control(engine, KF_CONTROL_ALIGN, 0, "");
    assert_string_equal(calls, "<start 0.00><epoch new donning>");
    assert_false(kf_engine_baseline_open(engine));
    (void)toy_control(engine, KF_CONTROL_QUIET, 1, "");
    assert_false(kf_engine_muted(engine)); /* a quiet block is not the mute key's doing */
    assert_int_equal(toy_control(engine, KF_CONTROL_BELT, -1, ""), KF_ERR_ARG);
    assert_int_equal(toy_control(engine, KF_CONTROL_BELT, INFINITY, ""), KF_ERR_ARG);
    kf_engine_destroy(engine);
}

static void test_records_of_unknown_pods_are_refused(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    struct kf_engine *engine = engine_with(&config, NULL);
    const uint8_t byte = 's';
    struct kf_record record = {.kind = KF_RECORD_READ, .source = 1, .bytes = &byte, .count = 1};
    (void)state;
    assert_int_equal(kf_engine_take(engine, &record), KF_ERR_ARG);
    record.source = 0;
    assert_int_equal(kf_engine_take(engine, &record), KF_OK);
    assert_string_equal(calls, "s");
    kf_engine_destroy(engine);
}

static void test_too_many_marks_lose_none(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    unsigned marks = 0;
    const struct kf_engine_listener listener = {count_marks, &marks};
    struct kf_engine *engine = engine_with(&config, &listener);
    (void)state;
    for (unsigned i = 0; i < 200; i++)
        push_text(engine, "[");
    push_text(engine, "ssssssss");
    assert_int_equal(marks, 200);
    kf_engine_destroy(engine);
}

static void test_keyframe_brings_everything_back(void **state)
{
    const struct kf_engine_config config = toy_config(&toy_driver);
    struct kf_engine *engine = engine_with(&config, NULL);
    const size_t room = kf_engine_keyframe_size(engine);
    unsigned char *keyframe = calloc(1, room + 1);
    (void)state;
    assert_non_null(keyframe);
    push_text(engine, "][sss");
    const size_t used = kf_engine_keyframe_save(engine, keyframe);
    assert_in_range(used, toy_driver.state_size, room - 100000); /* the toy remembers little, a decoder of logs much */
    assert_int_equal(room, kf_engine_keyframe_size(engine));
    memset(keyframe + used, 0xa5, room + 1 - used);
    calls[0] = '\0';
    push_text(engine, "ssssssssss");
    assert_string_equal(calls, "ss<start 0.05>sssss<end 0.10>sss");
    assert_int_equal(kf_engine_keyframe_load(engine, keyframe), used);
    assert_true(kf_engine_time_s(engine) == 0.02);
    calls[0] = '\0';
    push_text(engine, "ssssssssss");
    assert_string_equal(calls, "ss<start 0.05>sssss<end 0.10>sss");
    free(keyframe);
    kf_engine_destroy(engine);
}

/* ---- finding the format, and refusing ---- */

static const char log_text[] = "# kneefold-log 1\n"
                               "time_s,shank_r.acc_x_mps2,shank_r.acc_y_mps2,shank_r.acc_z_mps2,shank_r.gyr_x_dps,"
                               "shank_r.gyr_y_dps,shank_r.gyr_z_dps\n"
                               "0.000,0,9.81,0,0,0,1\n0.005,0,9.81,0,0,0,2\n0.010,0,9.81,0,0,0,3\n";

static void test_detection_is_the_same_for_any_chunks(void **state)
{
    static const size_t chunks[] = {1, 2, 7, 63, 64, 65, 4096};
    const struct kf_engine_config config = toy_config(NULL);
    (void)state;
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        struct kf_engine *engine = engine_with(&config, NULL);
        for (size_t at = 0; at < sizeof log_text - 1; at += chunks[i]) {
            const size_t left = sizeof log_text - 1 - at;
            kf_engine_push(engine, (const uint8_t *)log_text + at, left < chunks[i] ? left : chunks[i]);
            if (at + chunks[i] < 64)
                assert_null(kf_engine_driver(engine, 0)); /* looked at 64 bytes at once, never earlier */
        }
        assert_int_equal(kf_engine_finish(engine, NULL), KF_OK);
        assert_string_equal(kf_engine_driver(engine, 0)->name, "kneefold-log");
        assert_string_equal(calls, "sss");
        kf_engine_destroy(engine);
    }
}

static void refuse(const void *bytes, size_t count, const char *why, const char *hint)
{
    const struct kf_engine_config config = toy_config(NULL);
    struct kf_engine *engine = engine_with(&config, NULL);
    struct kf_error error = {0};
    kf_engine_push(engine, bytes, count);
    assert_int_equal(kf_engine_finish(engine, &error), KF_ERR_DATA);
    assert_int_equal(error.code, KF_ERR_DATA);
    if (!strstr(error.text, why) || !strstr(error.hint, hint))
        fail_msg("wanted '%s' / '%s', got '%s' / '%s'", why, hint, error.text, error.hint);
    kf_engine_destroy(engine);
}

static void test_refusals_say_why_and_what_to_try(void **state)
{
    static const char no_column[] = "# kneefold-log 1\ntime_s,heart_rate\n0,60\n1,61\n";
    static const char program[] = "\177ELF\002\001 this is a program";
    static const char no_rows[] = "# kneefold-log 1\n";
    (void)state;
    refuse("", 0, "0 bytes", "simulate");
    refuse(program, sizeof program - 1, "begin '.ELF.. this is a program'", "kneefold-log");
    refuse(no_column, sizeof no_column - 1, "no usable", "shank_r.acc_x_mps2");
    refuse(no_rows, sizeof no_rows - 1, "no usable", "shank_r.acc_x_mps2");
}

static void test_a_large_unknown_file_is_given_up_early(void **state)
{
    const struct kf_engine_config config = toy_config(NULL);
    struct kf_engine *engine = engine_with(&config, NULL);
    uint8_t junk[1000];
    unsigned pushed = 0;
    (void)state;
    memset(junk, 'J', sizeof junk);
    while (!kf_engine_refused(engine, 0) && pushed < 1000) {
        kf_engine_push(engine, junk, sizeof junk);
        pushed++;
    }
    assert_int_equal(pushed, 66);
    assert_int_equal(kf_engine_finish(engine, NULL), KF_ERR_DATA);
    kf_engine_destroy(engine);
}

static void test_a_live_source_may_begin_with_anything(void **state)
{
    struct kf_engine_config config = toy_config(NULL);
    struct kf_engine *engine = NULL;
    uint8_t junk[1000];
    (void)state;
    memset(junk, 'J', sizeof junk);
    config.keep_looking = true;
    engine = engine_with(&config, NULL);
    for (unsigned i = 0; i < 300; i++)
        kf_engine_push(engine, junk, sizeof junk);
    assert_false(kf_engine_refused(engine, 0));
    assert_int_equal(kf_engine_stats(engine, 0)->bytes, 300000);
    kf_engine_destroy(engine);
}

static void test_a_silent_pod_is_asked_in_podlink(void **state)
{
    const struct kf_engine_config config = toy_config(NULL);
    struct kf_engine *engine = engine_with(&config, NULL);
    uint8_t bytes[256];
    const size_t count = kf_engine_command(engine, 0, KF_POD_CMD_START, 0, bytes, sizeof bytes);
    (void)state;
    assert_true(count > 8);
    assert_int_equal(bytes[count - 1], 0);
    kf_engine_destroy(engine);
}

static void test_an_unusable_cue_is_refused(void **state)
{
    struct kf_engine_config config = toy_config(&toy_driver);
    struct kf_cue_rule rule = kf_cue_rule_hamstring_drive();
    struct kf_error error = {0};
    (void)state;
    (void)snprintf(rule.metric, sizeof rule.metric, "speed");
    config.settings.cues = (struct kf_cue_rules){.count = 1, .rule = {rule}};
    assert_null(kf_engine_create(&config, NULL, &error));
    assert_int_equal(error.code, KF_ERR_CONFIG);
    assert_non_null(strstr(error.text, "hamstring-drive"));
}

/* A pod that does not know where it is worn: the settings say it for its stream, and for no other. */
static void test_streams_are_placed_by_the_settings(void **state)
{
    struct kf_engine_config config = toy_config(&toy_driver);
    (void)state;
    run_toy(&config, "snn", "s<none><none>");
    config.pod[0].stream_site[2] = KF_SITE_FOOT_L;
    config.pod[0].stream_site[3] = KF_SITE_SHANK_L;
    run_toy(&config, "snn", "s<shank_l><shank_l>");
}

static void test_streams_of_csv_are_placed(void **state)
{
    struct kf_engine_config config = toy_config(NULL);
    (void)state;
    config.option_count = 1;
    config.option[0] = (struct kf_pod_option){"csv", "columns", "acc_g gyr_dps acc_g gyr_dps"};
    config.pod[0].stream_site[1] = KF_SITE_THIGH_R;
    struct kf_engine *engine = engine_with(&config, NULL);
    for (int i = 0; i < 20; i++)
        push_text(engine, "0,0,1,0,0,0,0,0,1,0,0,0\n");
    assert_string_equal(kf_engine_driver(engine, 0)->name, "csv");
    assert_int_equal(kf_engine_stats(engine, 0)->stream_count, 2);
    assert_int_equal(kf_engine_stream_site(engine, 0, 0), KF_SITE_NONE);
    assert_int_equal(kf_engine_stream_site(engine, 0, 1), KF_SITE_THIGH_R);
    assert_non_null(strstr(calls, "s<thigh_r>s<thigh_r>"));
    kf_engine_destroy(engine);
}

/* A slip in a format's setting is told at once, whatever format comes. */
static void test_an_unusable_option_is_refused(void **state)
{
    struct kf_engine_config config = toy_config(&toy_driver);
    struct kf_error error = {0};
    (void)state;
    config.option_count = 1;
    config.option[0] = (struct kf_pod_option){"csv", "columns", "acc_x_g"};
    assert_null(kf_engine_create(&config, NULL, &error));
    assert_int_equal(error.code, KF_ERR_CONFIG);
    assert_string_equal(error.text, "pod.csv.columns cannot be 'acc_x_g'");
    assert_non_null(strstr(error.hint, "expected"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks_wait_for_their_time),
        cmocka_unit_test(test_marks_of_the_past_hold_at_once),
        cmocka_unit_test(test_given_baseline_beats_the_marks),
        cmocka_unit_test(test_restart_reaches_the_pipeline),
        cmocka_unit_test(test_header_beats_settings_but_not_athlete_option),
        cmocka_unit_test(test_placement_of_the_header_is_merged),
        cmocka_unit_test(test_controls_hold_from_the_last_sample),
        cmocka_unit_test(test_a_mark_from_outside_does_what_it_says),
        cmocka_unit_test(test_a_mark_is_of_the_key),
        cmocka_unit_test(test_settings_change_live_or_not_at_all),
        cmocka_unit_test(test_a_reload_holds_whole_or_not_at_all),
        cmocka_unit_test(test_sites_are_told_live),
        cmocka_unit_test(test_align_and_quiet),
        cmocka_unit_test(test_records_of_unknown_pods_are_refused),
        cmocka_unit_test(test_too_many_marks_lose_none),
        cmocka_unit_test(test_keyframe_brings_everything_back),
        cmocka_unit_test(test_detection_is_the_same_for_any_chunks),
        cmocka_unit_test(test_refusals_say_why_and_what_to_try),
        cmocka_unit_test(test_a_large_unknown_file_is_given_up_early),
        cmocka_unit_test(test_a_live_source_may_begin_with_anything),
        cmocka_unit_test(test_a_silent_pod_is_asked_in_podlink),
        cmocka_unit_test(test_an_unusable_cue_is_refused),
        cmocka_unit_test(test_streams_are_placed_by_the_settings),
        cmocka_unit_test(test_streams_of_csv_are_placed),
        cmocka_unit_test(test_an_unusable_option_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
