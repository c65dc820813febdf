/* test_history_pair.c - protects what two sessions are said to differ in: a difference that is there is found, chance
 * and a slow drift are not taken for one, and where they were not run alike it is said. */
#include "store_help.h"

#include "app/conditions.h"
#include "app/history_pair.h"
#include "app/settings_apply.h"

static uint64_t seed;

/* Even over -.5 to .5; an LCG (Knuth). */
static double noise(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(seed >> 11) / 9007199254740992.0 - .5;
}

struct made {
    unsigned swings;
    double drive, drift, belt_mps;
    uint64_t seed;
    double height_m; /* of the settings; 0 the usual */
};

static const char *make_session(const char *name, const struct made *made)
{
    const char *path = store_path(name);
    struct kf_error error = {0};
    struct kf_settings settings;
    kf_settings_default(&settings);
    if (made->height_m > 0)
        settings.athlete_height_m = made->height_m;
    struct kf_engine_config config = kf_settings_engine(&settings);
    config.belt_mps = made->belt_mps;
    const struct kf_record last = {.host_ns = INT64_C(60000000000), .bytes = (const uint8_t *)"x", .count = 1};
    struct kf_store_writer *writer = kf_store_create(path, NULL, &error);
    assert_non_null(writer);
    assert_int_equal(kf_conditions_write(writer, &config, 0, &error), KF_OK);
    seed = made->seed;
    double wander = 0;
    for (unsigned i = 0; i < made->swings; i++) {
        struct kf_swing swing = kf_swing_unknown();
        swing.id = i + 1;
        swing.leg = i % 2 ? KF_RIGHT : KF_LEFT;
        swing.t_to_s = .35 * i;
        wander = .95 * wander + .01 * noise(); /* neighbours are alike */
        swing.drive_nm_kg = made->drive + made->drift * i / made->swings + .02 * noise() + wander;
        swing.peak_knee_deg = 110 + 4 * noise();
        swing.pulled = noise() > 0;
        swing.cadence_spm = 172; /* never changes: no error, and no division by it */
        assert_int_equal(kf_store_stride(writer, &swing, &error), KF_OK);
    }
    assert_int_equal(kf_store_record(writer, &last, 0, &error), KF_OK);
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
    return path;
}

static struct kf_pair both;

static const struct kf_pair_figure *figure(const char *name)
{
    for (unsigned i = 0; i < both.count; i++)
        if (strcmp(both.figure[i].key->name, name) == 0)
            return &both.figure[i];
    return NULL;
}

static void compare(const struct made *a, const struct made *b)
{
    struct kf_error error = {0};
    char first[160];
    (void)snprintf(first, sizeof first, "%s", make_session("a.kfs", a));
    memset(&both, 0, sizeof both);
    const char *second = make_session("b.kfs", b);
    if (kf_pair_read(first, second, &both, &error) != KF_OK)
        fail_msg("%s", error.text);
    (void)unlink(first);
    (void)unlink(second);
}

static void test_a_difference_is_found(void **state)
{
    const struct made a = {.swings = 1000, .drive = .03, .belt_mps = 3, .seed = 1};
    const struct made b = {.swings = 1200, .drive = .01, .belt_mps = 3, .seed = 2};
    (void)state;
    compare(&a, &b);
    const struct kf_pair_figure *drive = figure("drive_nm_kg");
    assert_non_null(drive);
    assert_true(fabs(drive->difference + .02) < drive->margin);
    assert_true(drive->margin > .001 && drive->margin < .02);
    assert_true(drive->effect < -1);
    assert_true(drive->stands);
    assert_false(figure("peak_knee_deg")->stands);
    assert_false(figure("cadence_spm")->stands);
    assert_null(figure("emg_early_ratio")); /* of neither */
    assert_false(kf_pair_speed_differs(&both));
    assert_int_equal(both.setting_count, 0);
}

/* Sixty pairs of the same runner, neighbours alike: among 4 figures each, 5 % of the pairs may seem to differ. A naive
 * error, which takes swings as independent, finds one in half of them. */
static void test_chance_is_no_difference(void **state)
{
    unsigned stands = 0, outside = 0;
    (void)state;
    for (unsigned i = 0; i < 60; i++) {
        const struct made a = {.swings = 600, .drive = .02, .belt_mps = 3, .seed = 100 + i};
        const struct made b = {.swings = 600, .drive = .02, .belt_mps = 3, .seed = 900 + i};
        compare(&a, &b);
        stands += figure("drive_nm_kg")->stands;
        outside += fabs(figure("drive_nm_kg")->difference) > figure("drive_nm_kg")->margin;
    }
    assert_in_range(stands, 0, 3);
    assert_in_range(outside, 0, 8);
}

/* A session that gets better on the way is no better on the whole than its blocks can tell. */
static void test_a_drift_widens_the_error(void **state)
{
    const struct made steady = {.swings = 1000, .drive = .02, .belt_mps = 3, .seed = 1};
    const struct made drifting = {.swings = 1000, .drive = .0, .drift = .05, .belt_mps = 3, .seed = 2};
    (void)state;
    compare(&steady, &steady);
    const double before = figure("drive_nm_kg")->margin;
    compare(&steady, &drifting);
    assert_true(figure("drive_nm_kg")->margin > 2 * before);
}

static void test_too_short_to_say(void **state)
{
    const struct made a = {.swings = 99, .drive = .03, .belt_mps = NAN, .seed = 1};
    const struct made b = {.swings = 1000, .drive = .3, .belt_mps = NAN, .seed = 2};
    (void)state;
    compare(&a, &b);
    assert_true(isnan(figure("drive_nm_kg")->margin));
    assert_false(figure("drive_nm_kg")->stands);
    assert_int_equal(both.known, 0);
    assert_true(isnan(both.side[0].belt_mean_mps));
    assert_false(kf_pair_speed_differs(&both));
}

static void test_how_they_were_run(void **state)
{
    const struct made a = {.swings = 200, .drive = .03, .belt_mps = 3, .seed = 1, .height_m = 1.8};
    const struct made b = {.swings = 200, .drive = .03, .belt_mps = 3.5, .seed = 2};
    (void)state;
    compare(&a, &b);
    assert_true(kf_pair_speed_differs(&both));
    assert_true(both.side[0].baseline_mps == 3 && both.side[1].baseline_mps == 3.5);
    assert_int_equal(both.setting_count, 1);
    assert_string_equal(both.setting[0].name, "athlete.height_m");
    assert_string_equal(both.setting[0].value[0], "1.8");
}

/* Against tables: t(.975; 9) 2.262, t(.975; 18) 2.101, t(.9995; 9) 4.781, t(.995; 5) 4.032. */
static void test_quantiles(void **state)
{
    (void)state;
    assert_true(fabs(kf_pair_t(.05, 9) / 2.262 - 1) < .01);
    assert_true(fabs(kf_pair_t(.05, 18) / 2.101 - 1) < .01);
    assert_true(fabs(kf_pair_t(.001, 9) / 4.781 - 1) < .01);
    assert_true(fabs(kf_pair_t(.01, 5) / 4.032 - 1) < .01);
}

static void test_json(void **state)
{
    const struct made a = {.swings = 200, .drive = .03, .belt_mps = 3, .seed = 1};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    (void)state;
    compare(&a, &a);
    kf_pair_write_json(out, &both);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "\"drive_nm_kg\":{\"a_mean\":"));
    assert_non_null(strstr(text, "\"stands\":false"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_difference_is_found),
                                       cmocka_unit_test(test_chance_is_no_difference),
                                       cmocka_unit_test(test_a_drift_widens_the_error),
                                       cmocka_unit_test(test_too_short_to_say),
                                       cmocka_unit_test(test_how_they_were_run),
                                       cmocka_unit_test(test_quantiles),
                                       cmocka_unit_test(test_json)};
    return cmocka_run_group_tests(tests, make_store_folder, remove_store_folder);
}
