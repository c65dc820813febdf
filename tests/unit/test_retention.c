/* test_retention.c - protects the split of a session into what was run with feedback and without: by control, by the
 * settings' own quiet blocks, by the warm-up; every swing is in one part, and in the right one.
 * And the cache of histories: a changed file is noticed, and deleting it loses nothing. */
#include "store_help.h"

#include "app/conditions.h"
#include "app/history_cache.h"
#include "app/retention.h"
#include "app/settings_apply.h"

static struct kf_store_writer *begin(const char *path, const struct kf_settings *settings)
{
    struct kf_error error = {0};
    const struct kf_engine_config config = kf_settings_engine(settings);
    struct kf_store_writer *writer = kf_store_create(path, NULL, &error);
    assert_non_null(writer);
    assert_int_equal(kf_conditions_write(writer, &config, 0, &error), KF_OK);
    return writer;
}

static void put_control(struct kf_store_writer *writer, double t_s, enum kf_control control, double value)
{
    struct kf_error error = {0};
    const struct kf_record record = {.host_ns = (int64_t)((t_s + 5) * 1e9),
                                     .kind = KF_RECORD_CONTROL,
                                     .control = control,
                                     .value = value,
                                     .text = ""};
    assert_int_equal(kf_store_record(writer, &record, t_s, &error), KF_OK);
}

/* Bytes first come 5 s after the recording began: the session's axis begins there. */
static void put_first_bytes(struct kf_store_writer *writer)
{
    struct kf_error error = {0};
    const struct kf_record record = {.host_ns = INT64_C(5000000000), .bytes = (const uint8_t *)"x", .count = 1};
    assert_int_equal(kf_store_record(writer, &record, 0, &error), KF_OK);
}

/* A swing a second, pulled in the odd seconds of the first half minute and never after; drive is the second. */
static void put_strides(struct kf_store_writer *writer, unsigned seconds)
{
    struct kf_error error = {0};
    for (unsigned i = 0; i < seconds; i++) {
        struct kf_swing swing = kf_swing_unknown();
        swing.id = i + 1;
        swing.t_to_s = i;
        swing.t_peak_knee_s = i + 0.2;
        swing.verdict = i % 10 == 9 ? KF_UNCLEAR : i < 30 && i % 2 ? KF_PULLED : KF_PASSIVE;
        swing.drive_nm_kg = i;
        assert_int_equal(kf_store_stride(writer, &swing, &error), KF_OK);
    }
}

static struct kf_retention end(struct kf_store_writer *writer, const char *path)
{
    struct kf_error error = {0};
    struct kf_retention retention;
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
    struct kf_store_reader *reader = kf_store_open(path, NULL, &error);
    assert_non_null(reader);
    if (kf_retention_read(reader, &retention, &error) != KF_OK)
        fail_msg("%s", error.text);
    kf_store_close(reader);
    return retention;
}

static struct kf_settings plain(void)
{
    struct kf_settings settings;
    kf_settings_default(&settings);
    settings.feedback_warmup_s = 0;
    settings.feedback_quiet[0] = '\0';
    return settings;
}

static void test_controls(void **state)
{
    const struct kf_settings settings = plain();
    const char *path = store_path("controls.kfs");
    struct kf_store_writer *writer = begin(path, &settings);
    (void)state;
    put_first_bytes(writer);
    put_control(writer, 30, KF_CONTROL_FEEDBACK, KF_FEEDBACK_OFF);
    put_control(writer, 40, KF_CONTROL_FEEDBACK, KF_FEEDBACK_CONTINUOUS);
    put_control(writer, 50, KF_CONTROL_QUIET, 1);
    put_control(writer, 60, KF_CONTROL_QUIET, 0);
    put_control(writer, 70, KF_CONTROL_MUTE, 1);
    put_strides(writer, 80);
    const struct kf_retention retention = end(writer, path);
    assert_int_equal(retention.told.swings, 50);
    assert_int_equal(retention.alone.swings, 30);
    assert_int_equal(retention.told.judged, 45);
    assert_int_equal(retention.told.pulled, 12);
    assert_int_equal(retention.alone.pulled, 0);
    assert_true(kf_retention_pulled_share(&retention.alone) == 0);
    assert_true(fabs(kf_retention_drive_nm_kg(&retention.alone) - (34.5 + 54.5 + 74.5) / 3) < 1e-9);
}

static void test_warmup_and_off(void **state)
{
    struct kf_settings settings = plain();
    const char *path = store_path("warm.kfs");
    (void)state;
    settings.feedback_warmup_s = 20;
    struct kf_store_writer *writer = begin(path, &settings);
    put_first_bytes(writer);
    put_strides(writer, 60);
    struct kf_retention retention = end(writer, path);
    assert_in_range(retention.alone.swings, 20, 21);
    assert_int_equal(retention.told.swings + retention.alone.swings, 60);
    path = store_path("off.kfs");
    settings.feedback_mode = KF_FEEDBACK_OFF;
    writer = begin(path, &settings);
    put_strides(writer, 60);
    retention = end(writer, path);
    assert_int_equal(retention.alone.swings, 60);
    assert_true(isnan(kf_retention_pulled_share(&retention.told)));
}

/* ---- the cache of histories ---- */

static struct kf_history_session recall(const char *path, const char *cache)
{
    struct kf_history_session session;
    struct kf_error error = {0};
    assert_int_equal(kf_history_recall(path, cache, &session, &error), KF_OK);
    return session;
}

static void test_cache_is_derived(void **state)
{
    const struct kf_settings settings = plain();
    struct kf_history_session session, kept;
    char path[160], cache[KF_HISTORY_CACHE_PATH], other[KF_HISTORY_CACHE_PATH + 16];
    (void)state;
    (void)snprintf(path, sizeof path, "%s", store_path("cached.kfs"));
    kf_history_cache_folder(store_path("cache"), NULL, cache);
    struct kf_store_writer *writer = begin(path, &settings);
    put_first_bytes(writer);
    put_strides(writer, 60);
    (void)end(writer, path);
    assert_false(kf_history_cache_find(cache, path, &kept));
    session = recall(path, cache);
    assert_int_equal(session.summary.leg[KF_LEFT].swings + session.summary.leg[KF_RIGHT].swings, 60);
    assert_true(kf_history_cache_find(cache, path, &kept));
    assert_int_equal(kept.retention.told.swings, session.retention.told.swings);
    assert_true(kf_history_mean(&kept, "drive_nm_kg") == kf_history_mean(&session, "drive_nm_kg"));
    assert_int_equal(unlink(path), 0); /* another file takes its place */
    writer = begin(path, &settings);
    put_strides(writer, 30);
    (void)end(writer, path);
    assert_false(kf_history_cache_find(cache, path, &kept));
    session = recall(path, cache);
    assert_int_equal(session.summary.leg[KF_LEFT].swings + session.summary.leg[KF_RIGHT].swings, 30);
    (void)snprintf(other, sizeof other, "rm -rf '%s'", cache); /* deleted: nothing is lost */
    FILE *rm = popen(other, "r");
    assert_true(rm && pclose(rm) == 0);
    assert_false(kf_history_cache_find(cache, path, &kept));
    kept = recall(path, cache);
    assert_true(kf_history_mean(&kept, "drive_nm_kg") == kf_history_mean(&session, "drive_nm_kg"));
    kf_history_cache_folder("not/absolute", NULL, cache);
    assert_string_equal(cache, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_controls), cmocka_unit_test(test_warmup_and_off),
                                       cmocka_unit_test(test_cache_is_derived)};
    return cmocka_run_group_tests(tests, make_store_folder, remove_store_folder);
}
