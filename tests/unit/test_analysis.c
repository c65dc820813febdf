/* test_analysis.c - protects analyze's output: each swing once in its last version, complete or not; valid JSON with
 * every key of keys.md, null and never NaN; sums that match a second, plain computation. The events are made up here,
 * so that the outputs are known and no accuracy of the pipeline can hide a fault. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "app/analysis.h"
#include "app/json.h"
#include "app/settings_apply.h"

static const char log_text[] = "# kneefold-log 1\n"
                               "# athlete: height_m=1.75 sex=m\n"
                               "time_s,shank_r.acc_x_mps2,shank_r.acc_y_mps2,shank_r.acc_z_mps2,"
                               "shank_r.gyr_x_dps,shank_r.gyr_y_dps,shank_r.gyr_z_dps\n"
                               "0,0,9.81,0,0,0,0\n0.005,0,9.81,0,0,0,0\n0.01,0,9.81,0,0,0,0\n";

struct scene {
    struct kf_engine *engine;
    struct kf_analysis analysis;
    char *text;
    size_t length;
};

static void scene_open(struct scene *scene, const struct kf_analysis_writer *writer, const char *file)
{
    struct kf_settings settings;
    struct kf_error error;
    memset(scene, 0, sizeof *scene);
    kf_settings_default(&settings);
    const struct kf_engine_config config = kf_settings_engine(&settings);
    scene->engine = kf_engine_create(&config, NULL, &error);
    assert_non_null(scene->engine);
    kf_engine_push(scene->engine, (const uint8_t *)log_text, sizeof log_text - 1);
    assert_int_equal(kf_engine_finish(scene->engine, &error), KF_OK);
    scene->analysis.out = open_memstream(&scene->text, &scene->length);
    assert_non_null(scene->analysis.out);
    scene->analysis.writer = writer;
    kf_analysis_begin(&scene->analysis, file, scene->engine);
}

/* Ends the file; scene->text is then what was written. */
static void scene_end(struct scene *scene)
{
    kf_analysis_end(&scene->analysis);
    assert_int_equal(scene->analysis.write_errno, 0);
    assert_int_equal(fflush(scene->analysis.out), 0);
}

static void scene_free(struct scene *scene)
{
    kf_analysis_free(&scene->analysis);
    (void)fclose(scene->analysis.out);
    free(scene->text);
    kf_engine_destroy(scene->engine);
}

static void say(struct scene *scene, enum kf_output_kind kind, const struct kf_swing *swing,
                const struct kf_event *event)
{
    const struct kf_output output = {.kind = kind, .swing = swing, .event = event};
    kf_analysis_event(&scene->analysis, &(struct kf_engine_event){.kind = KF_ENGINE_OUTPUT, .output = &output});
}

static void say_cue(struct scene *scene, const char *text)
{
    struct kf_cue cue = {.t_s = 3, .name = "hamstring-drive", .has_leg = true, .leg = KF_RIGHT};
    (void)snprintf(cue.text, sizeof cue.text, "%s", text);
    kf_analysis_event(&scene->analysis, &(struct kf_engine_event){.kind = KF_ENGINE_CUE, .cue = &cue});
}

static struct kf_swing made_swing(unsigned id, enum kf_leg leg, enum kf_verdict verdict)
{
    struct kf_swing swing = kf_swing_unknown();
    swing.id = id;
    swing.leg = leg;
    swing.verdict = verdict;
    swing.reason = verdict == KF_UNCLEAR ? KF_REASON_NO_BASELINE : KF_REASON_WITHIN_BAND;
    swing.pulled = verdict == KF_PULLED ? 1 : verdict == KF_PASSIVE ? 0 : NAN;
    swing.t_to_s = id;
    swing.peak_knee_deg = 100 + .1 * id;
    return swing;
}

/* Five swings: 1 and 2 complete, 3 overtaken by 5 of the same leg, 4 and 5 cut off by the end of the file. */
static void play(struct scene *scene)
{
    const enum kf_verdict verdicts[] = {KF_PASSIVE, KF_PULLED, KF_UNCLEAR, KF_PASSIVE, KF_PASSIVE};
    struct kf_swing swing[5];
    const struct kf_event contact = {.t_s = .25, .kind = KF_EVENT_IC, .leg = KF_LEFT, .latency_ms = -2.5};
    for (unsigned i = 0; i < 5; i++)
        swing[i] = made_swing(i + 1, i % 2 ? KF_RIGHT : KF_LEFT, verdicts[i]);
    say(scene, KF_OUT_EVENT, NULL, &contact);
    for (unsigned i = 0; i < 5; i++) {
        say(scene, KF_OUT_VERDICT, &swing[i], NULL);
        if (i < 2) {
            swing[i].cadence_spm = 160 + 10 * i;
            say(scene, KF_OUT_SWING, &swing[i], NULL);
        }
    }
    say_cue(scene, "say \"so\"\n");
}

static const char *string_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static double number_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_number(value))
        fail_msg("%s is no number", key);
    return json_number_value(value);
}

static void assert_all_swing_keys(const json_t *swing)
{
    for (unsigned i = 0; i < kf_swing_key_count; i++)
        if (!json_object_get(swing, kf_swing_keys[i].name))
            fail_msg("no key %s", kf_swing_keys[i].name);
}

static void check_summary(const json_t *summary)
{
    const json_t *left = json_object_get(summary, "l"), *right = json_object_get(summary, "r");
    const json_t *knee = json_object_get(left, "peak_knee_deg");
    /* left knees: 100.1, 100.3, 100.5; right: 100.2, 100.4 */
    assert_int_equal(number_at(left, "swings"), 3);
    assert_int_equal(number_at(left, "passive"), 2);
    assert_int_equal(number_at(left, "unclear"), 1);
    assert_int_equal(number_at(right, "pulled"), 1);
    assert_float_equal((float)number_at(knee, "mean"), 100.3f, 1e-4f);
    assert_float_equal((float)number_at(knee, "sd"), .2f, 1e-5f);
    assert_float_equal((float)number_at(summary, "cadence_spm"), 165.0f, 1e-4f);
    assert_true(json_is_null(json_object_get(json_object_get(left, "drive_nm_kg"), "mean")));
    assert_float_equal((float)number_at(json_object_get(summary, "asymmetry"), "cadence_spm"), -10.0f / 165, 1e-6f);
    assert_true(json_is_null(json_object_get(json_object_get(summary, "asymmetry"), "drive_nm_kg")));
}

static void json_holds_every_key(void **state)
{
    static const char *const parts[] = {"source", "athlete", "alignment", "baseline",
                                        "events", "swings",  "cues",      "summary"};
    struct scene scene;
    json_error_t error;
    (void)state;
    scene_open(&scene, &kf_analysis_json, "a\"b\\c\x01\xff\xc3\xa9.csv");
    play(&scene);
    scene_end(&scene);
    json_t *root = json_loadb(scene.text, scene.length, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_non_null(json_object_get(root, parts[i]));
    assert_string_equal(string_at(json_object_get(root, "source"), "file"), "a\"b\\c\x01\xef\xbf\xbd\xc3\xa9.csv");
    assert_string_equal(string_at(json_object_get(root, "source"), "format"), "kneefold-log");
    assert_string_equal(string_at(json_object_get(root, "athlete"), "sex"), "m");
    assert_true(json_is_null(json_object_get(json_object_get(root, "athlete"), "mass_kg")));
    assert_float_equal((float)number_at(json_object_get(root, "athlete"), "thigh_m"), .2425f * 1.75f, 1e-6f);
    assert_true(json_is_null(json_object_get(root, "baseline")));
    const json_t *swings = json_object_get(root, "swings"), *cue = json_array_get(json_object_get(root, "cues"), 0);
    assert_int_equal(json_array_size(swings), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(number_at(json_array_get(swings, i), "id"), i + 1);
        assert_all_swing_keys(json_array_get(swings, i));
    }
    assert_true(json_is_null(json_object_get(json_array_get(swings, 2), "cadence_spm")));
    assert_true(json_is_null(json_object_get(json_array_get(swings, 0), "trunk_site")));
    assert_string_equal(string_at(json_array_get(swings, 1), "verdict"), "pulled");
    assert_string_equal(string_at(json_array_get(swings, 2), "reason"), "no-baseline");
    assert_string_equal(string_at(cue, "text"), "say \"so\"\n");
    assert_string_equal(string_at(json_array_get(json_object_get(root, "events"), 0), "event"), "ic");
    assert_true(number_at(json_array_get(json_object_get(root, "events"), 0), "latency_ms") == -2.5);
    check_summary(json_object_get(root, "summary"));
    json_decref(root);
    scene_free(&scene);
}

/* The second file's lists are its own, though the spools held more before. */
static void json_of_two_files(void **state)
{
    struct scene scene;
    json_error_t error;
    (void)state;
    scene_open(&scene, &kf_analysis_json, "1");
    play(&scene);
    scene_end(&scene);
    const size_t first = scene.length;
    kf_analysis_begin(&scene.analysis, "2", scene.engine);
    const struct kf_swing swing = made_swing(1, KF_LEFT, KF_PASSIVE);
    say(&scene, KF_OUT_VERDICT, &swing, NULL);
    scene_end(&scene);
    assert_int_equal(scene.text[first - 1], '\n');
    json_t *root = json_loadb(scene.text + first, scene.length - first, JSON_REJECT_DUPLICATES, &error);
    assert_non_null(root);
    assert_int_equal(json_array_size(json_object_get(root, "swings")), 1);
    assert_int_equal(json_array_size(json_object_get(root, "events")), 0);
    assert_int_equal(number_at(json_object_get(json_object_get(root, "summary"), "l"), "swings"), 1);
    json_decref(root);
    scene_free(&scene);
}

static void jsonl_is_one_object_a_line(void **state)
{
    static const char *const types[] = {"file",    "event", "verdict", "swing", "verdict", "swing", "verdict",
                                        "verdict", "swing", "verdict", "cue",   "swing",   "swing", "end"};
    static const unsigned ids[] = {0, 0, 1, 1, 2, 2, 3, 4, 3, 5, 0, 4, 5, 0};
    struct scene scene;
    json_error_t error;
    (void)state;
    scene_open(&scene, &kf_analysis_jsonl, "x.csv");
    play(&scene);
    scene_end(&scene);
    char *line = scene.text;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        json_t *object = json_loadb(line, (size_t)(end - line), JSON_REJECT_DUPLICATES, &error);
        assert_non_null(object);
        assert_string_equal(string_at(object, "type"), types[i]);
        if (ids[i])
            assert_int_equal(number_at(object, "id"), ids[i]);
        json_decref(object);
        line = end + 1;
    }
    assert_int_equal(*line, '\0');
    scene_free(&scene);
}

static unsigned count_fields(const char *line)
{
    unsigned fields = 1;
    for (; *line && *line != '\n'; line++)
        fields += *line == ',';
    return fields;
}

static void csv_is_one_row_a_swing(void **state)
{
    struct scene scene;
    unsigned lines = 0;
    (void)state;
    scene_open(&scene, &kf_analysis_csv, "x.csv");
    play(&scene);
    scene_end(&scene);
    assert_memory_equal(scene.text, "id,leg,t_ic_s,", 14);
    for (const char *line = scene.text; *line; line = strchr(line, '\n') + 1, lines++)
        assert_int_equal(count_fields(line), kf_swing_key_count);
    assert_int_equal(lines, 6);
    assert_non_null(strstr(scene.text, "\n1,l,,1,,"));
    assert_non_null(strstr(scene.text, ",passive,unknown,"));
    assert_null(strstr(scene.text, "nan"));
    scene_free(&scene);
}

static void text_names_counts_and_reasons(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene, &kf_analysis_text, "x\x1b[31m.csv");
    play(&scene);
    scene_end(&scene);
    assert_non_null(strstr(scene.text, "kneefold-log"));
    assert_non_null(strstr(scene.text, "no-baseline"));
    assert_non_null(strstr(scene.text, "100.3 +- 0.2"));
    assert_non_null(strstr(scene.text, "without EMG"));
    assert_null(strchr(scene.text, '\x1b'));
    assert_null(strstr(scene.text, "nan"));
    scene_free(&scene);
}

static void samples_have_every_frame(void **state)
{
    struct scene scene;
    char *text = NULL;
    size_t length = 0;
    const struct kf_frame frame = {
        .t_s = .125,
        .leg = {{.knee_rad = NAN, .thigh_rad = NAN, .shank_rad = NAN, .knee_moment_nm_kg = NAN},
                {.knee_rad = 1, .thigh_rad = .5, .shank_rad = -.5, .knee_moment_nm_kg = .1, .phase = KF_PHASE_MID}},
    };
    const struct kf_output output = {.kind = KF_OUT_FRAME, .frame = &frame};
    (void)state;
    scene_open(&scene, &kf_analysis_csv, "x.csv");
    scene.analysis.samples = open_memstream(&text, &length);
    kf_analysis_begin(&scene.analysis, "x.csv", scene.engine);
    kf_analysis_event(&scene.analysis, &(struct kf_engine_event){.kind = KF_ENGINE_OUTPUT, .output = &output});
    scene_end(&scene);
    (void)fclose(scene.analysis.samples);
    assert_string_equal(text, "t_s,knee_l_deg,thigh_l_deg,shank_l_deg,knee_moment_l_nm_kg,phase_l,"
                              "knee_r_deg,thigh_r_deg,shank_r_deg,knee_moment_r_nm_kg,phase_r\n"
                              "0.125000,,,,,none,57.2958,28.6479,-28.6479,0.100000,mid\n");
    free(text);
    scene_free(&scene);
}

/* Welford against the two-pass textbook formula, with an offset that ruins sums of squares. */
static void moments_match_two_passes(void **state)
{
    enum { N = 1000 };
    static double value[N];
    struct kf_summary summary;
    double sum = 0, squares = 0;
    (void)state;
    memset(&summary, 0, sizeof summary);
    assert_true(isnan(kf_moments_mean(&summary.cadence_spm)) && isnan(kf_moments_sd(&summary.cadence_spm)));
    for (int i = 0; i < N; i++) {
        struct kf_swing swing = made_swing(1, KF_LEFT, KF_PASSIVE);
        value[i] = 1e9 + (i * 7919 % 1000) / 1000.0;
        swing.stride_s = value[i];
        kf_summary_add(&summary, &swing);
        sum += value[i] - 1e9;
    }
    for (int i = 0; i < N; i++)
        squares += (value[i] - 1e9 - sum / N) * (value[i] - 1e9 - sum / N);
    const struct kf_moments *moments = &summary.leg[KF_LEFT].number[KF_SUMMARY_ROW_stride_s];
    assert_true(fabs(kf_moments_mean(moments) - (1e9 + sum / N)) < 1e-6);
    assert_true(fabs(kf_moments_sd(moments) - sqrt(squares / (N - 1))) < 1e-6);
}

static void full_disk_is_noticed(void **state)
{
    struct scene scene;
    FILE *full = fopen("/dev/full", "w");
    (void)state;
    if (!full)
        skip();
    scene_open(&scene, &kf_analysis_jsonl, "x.csv");
    FILE *memory = scene.analysis.out;
    scene.analysis.out = full;
    (void)setvbuf(full, NULL, _IONBF, 0);
    play(&scene);
    kf_analysis_end(&scene.analysis);
    assert_int_not_equal(scene.analysis.write_errno, 0);
    assert_null(scene.analysis.write_name);
    (void)fclose(full);
    scene.analysis.out = memory;
    scene_free(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_holds_every_key),          cmocka_unit_test(json_of_two_files),
        cmocka_unit_test(jsonl_is_one_object_a_line),    cmocka_unit_test(csv_is_one_row_a_swing),
        cmocka_unit_test(text_names_counts_and_reasons), cmocka_unit_test(samples_have_every_frame),
        cmocka_unit_test(moments_match_two_passes),      cmocka_unit_test(full_disk_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
