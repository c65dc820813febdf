/* test_soak.c - protects long sessions: ten simulated minutes through live path and recorder, in which memory stays
 * flat, nothing is lost, the file is of the predicted size, and the last minutes give the results of the first. A day
 * of it is `make soak`. And the analysis of such a recording, which takes no more memory than that of its first
 * minutes, whatever the form of its output. */
#include "store_help.h"

#include <malloc.h>

#include "../bench/soak.h"
#include "app/analysis.h"
#include "app/recording.h"
#include "app/settings_apply.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CHECKS_MEMORY 0 /* a sanitizer keeps what was freed */
#else
#define CHECKS_MEMORY 1
#endif

static struct soak soak, shorter;

static void test_ten_minutes(void **state)
{
    (void)state;
    assert_int_equal(soak_run(&soak, 1.0 / 6, store_path("soak")), 0);
    assert_int_equal(soak.lost, 0);
    /* The first half minute is the baseline, so the quarters' means differ a little in any case. */
    assert_true(fabs(soak.stride_s[0] - soak.stride_s[1]) < 0.01);
    assert_true(soak.swings[0] > 150 && soak.swings[1] > 150);
    assert_true(soak.cues > 10);
    /* Five sensors at 200 Hz: 9.2 kB a second of noise that does not compress, and what is said of it. */
    assert_in_range(soak.bytes, 600 * 6000, 600 * 16000);
    if (CHECKS_MEMORY && soak.first_kib > 0 && soak.last_kib - soak.first_kib > 2048)
        fail_msg("memory grew from %ld to %ld KiB", soak.first_kib, soak.last_kib);
}

struct meter {
    struct kf_analysis analysis;
    size_t most; /* bytes allocated at any swing */
    unsigned swings;
};

static void on_event(void *context, const struct kf_engine_event *event)
{
    struct meter *meter = context;
    kf_analysis_event(&meter->analysis, event);
    if (event->kind != KF_ENGINE_OUTPUT || event->output->kind != KF_OUT_SWING)
        return;
    const struct mallinfo2 now = mallinfo2();
    meter->most = now.uordblks + now.hblkhd > meter->most ? now.uordblks + now.hblkhd : meter->most;
    meter->swings++;
}

static struct meter analyzed(const char *path, const struct kf_analysis_writer *writer)
{
    static struct kf_settings settings;
    struct kf_error error = {0};
    struct meter meter = {.analysis = {.writer = writer, .out = fopen("/dev/null", "w")}};
    const struct kf_engine_listener listener = {on_event, &meter};
    kf_settings_default(&settings);
    struct kf_engine_config config = kf_settings_engine(&settings);
    config.auto_baseline = true;
    struct kf_engine *engine = kf_engine_create(&config, &listener, &error);
    assert_true(engine && meter.analysis.out);
    kf_analysis_begin(&meter.analysis, path, engine);
    assert_int_equal(kf_recording_read(path, engine, NULL, &error), KF_OK);
    kf_analysis_end(&meter.analysis);
    assert_int_equal(meter.analysis.write_errno, 0);
    kf_analysis_free(&meter.analysis);
    kf_engine_destroy(engine);
    (void)fclose(meter.analysis.out);
    return meter;
}

/* Of the ten minutes recorded above and of four, which are enough to fill SQLite's cache; a swing kept whole is 400
 * bytes, its JSON more. */
static void test_analysis_is_flat(void **state)
{
    const struct kf_analysis_writer *const writers[] = {&kf_analysis_csv, &kf_analysis_jsonl, &kf_analysis_json,
                                                        &kf_analysis_text};
    const size_t slack = 32 * 1024;
    (void)state;
    if (!CHECKS_MEMORY)
        skip();
    assert_int_equal(soak_run(&shorter, 4.0 / 60, store_path("shorter")), 0);
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        const struct meter of_four = analyzed(shorter.path, writers[i]), of_ten = analyzed(soak.path, writers[i]);
        assert_true(of_four.swings > 400 && of_ten.swings > 2 * of_four.swings);
        if (of_four.most == 0 || of_ten.most > of_four.most + slack)
            fail_msg("%s: %zu bytes for four minutes, %zu for ten", writers[i]->name, of_four.most, of_ten.most);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ten_minutes), cmocka_unit_test(test_analysis_is_flat)};
    return cmocka_run_group_tests(tests, make_store_folder, remove_store_folder);
}
