/* test_report.c - protects the page handed to a runner: every swing counted once in the right group, curves cut from
 * toe-off to contact, figures that match a plain computation, files of the promised kinds that are whole or not there.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/report_gather.h"
#include "app/settings_apply.h"
#include "source/source.h"

struct scene {
    struct kf_report report;
    struct kf_report_gather *gather;
    char folder[64];
};

/* A minute and a half of the simulator: relaxed for a baseline, then half of the swings pulled. */
static int run_simulator(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct kf_settings settings;
    struct kf_error error = {0};
    uint8_t bytes[4096];
    scene->gather = calloc(1, sizeof *scene->gather);
    kf_settings_default(&settings);
    struct kf_engine_config config = kf_settings_engine(&settings);
    config.want_frames = true;
    config.auto_baseline = true;
    kf_report_gather_init(scene->gather, &scene->report);
    const struct kf_engine_listener listener = {kf_report_gather_event, scene->gather};
    struct kf_engine *engine = kf_engine_create(&config, &listener, &error);
    struct kf_source *source = kf_source_open("sim:seconds=90,pull=0.2,seed=3", &error);
    if (!engine || !source)
        return -1;
    int64_t now_ns = 0;
    for (int count = 0; count >= 0 || count == KF_ERR_AGAIN; now_ns += 20000000) {
        count = kf_source_read(source, now_ns, bytes, sizeof bytes, &error);
        if (count > 0)
            kf_engine_push(engine, bytes, (size_t)count);
    }
    if (kf_engine_finish(engine, &error) != KF_OK || kf_report_gather_end(scene->gather, engine, &error) != KF_OK)
        return -1;
    kf_engine_destroy(engine);
    kf_source_close(source);
    (void)snprintf(scene->folder, sizeof scene->folder, "/tmp/kf-report.XXXXXX");
    *state = scene;
    return mkdtemp(scene->folder) ? 0 : -1;
}

static int drop(void **state)
{
    struct scene *scene = *state;
    (void)rmdir(scene->folder);
    kf_report_free(&scene->report);
    free(scene->gather);
    free(scene);
    return 0;
}

static void test_every_swing_is_counted_once(void **state)
{
    const struct kf_report *report = &((struct scene *)*state)->report;
    unsigned kept[KF_LEG_COUNT] = {0};
    for (unsigned i = 0; i < report->swing_count; i++)
        kept[report->swing[i].leg]++;
    for (int i = 0; i < KF_LEG_COUNT; i++) {
        const struct kf_report_leg *leg = &report->leg[i];
        assert_true(leg->swings > 50);
        assert_int_equal(leg->swings, leg->passive + leg->pulled + leg->unclear);
        assert_int_equal(kept[i], leg->swings);
        assert_true(leg->pulled > 5 && leg->passive > 20);
        const struct kf_report_curve *curve = leg->curve[KF_REPORT_KNEE_DEG];
        assert_int_equal(curve[KF_REPORT_BASELINE].count, leg->baseline_strides);
        assert_in_range(curve[KF_REPORT_PASSIVE].count + curve[KF_REPORT_PULLED].count + curve[KF_REPORT_UNCLEAR].count,
                        leg->swings - 4, leg->swings); /* the first before alignment, the last without a contact */
    }
}

/* The curves are those of the swings: as high as their peaks, lowest at the ends, and higher when pulled. */
static void test_curves_are_the_swings(void **state)
{
    const struct kf_report *report = &((struct scene *)*state)->report;
    for (int i = 0; i < KF_LEG_COUNT; i++) {
        const struct kf_report_curve *knee = report->leg[i].curve[KF_REPORT_KNEE_DEG];
        double top[KF_REPORT_GROUPS] = {0};
        for (int group = 0; group < KF_REPORT_UNCLEAR; group++)
            for (unsigned at = 0; at < KF_REPORT_POINTS; at++)
                top[group] = fmax(top[group], knee[group].mean[at]);
        assert_true(fabs(top[KF_REPORT_BASELINE] - report->leg[i].baseline_peak_deg) < 2);
        assert_true(top[KF_REPORT_PULLED] > top[KF_REPORT_PASSIVE] + 8);
        assert_true(knee[KF_REPORT_PASSIVE].mean[0] < 30 && knee[KF_REPORT_PASSIVE].mean[KF_REPORT_POINTS - 1] < 30);
    }
}

static void test_curve_statistics(void **state)
{
    struct kf_report_curve curve = {0};
    double value[KF_REPORT_POINTS];
    (void)state;
    assert_true(isnan(kf_report_curve_sd(&curve, 0)));
    for (int k = 1; k <= 3; k++) {
        for (unsigned i = 0; i < KF_REPORT_POINTS; i++)
            value[i] = 1e6 + k * (double)i;
        kf_report_curve_add(&curve, value);
    }
    value[50] = NAN;
    kf_report_curve_add(&curve, value); /* has a hole: left out whole */
    assert_int_equal(curve.count, 3);
    assert_true(fabs(curve.mean[10] - (1e6 + 20)) < 1e-6);
    assert_true(fabs(kf_report_curve_sd(&curve, 10) - 10) < 1e-6); /* of 10, 20, 30 */
}

#ifdef HAVE_CAIRO
/* The file's first bytes (terminated); what is in the folder besides is counted. */
static char *read_all(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(4 << 20);
    assert_non_null(file);
    assert_non_null(text);
    *length = fread(text, 1, (4 << 20) - 1, file);
    text[*length] = '\0';
    (void)fclose(file);
    return text;
}

static void test_files_are_what_their_names_say(void **state)
{
    static const struct {
        const char *ending, *begins;
    } kinds[] = {{"pdf", "%PDF-1."}, {"svg", "<?xml"}, {"png", "\x89PNG\r\n"}, {"html", "<!DOCTYPE html>"}};
    struct scene *scene = *state;
    struct kf_error error = {0};
    char path[128];
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t length = 0;
        (void)snprintf(path, sizeof path, "%s/page.%s", scene->folder, kinds[i].ending);
        assert_int_equal(kf_report_write(&scene->report, path, &error), KF_OK);
        char *text = read_all(path, &length);
        assert_true(length > 5000);
        assert_memory_equal(text, kinds[i].begins, strlen(kinds[i].begins));
        free(text);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(scene->folder), 0); /* nothing else was left there */
    assert_int_equal(mkdir(scene->folder, 0700), 0);
}

static void test_html_escapes_names(void **state)
{
    struct scene *scene = *state;
    struct kf_error error = {0};
    size_t length = 0;
    char path[128];
    (void)snprintf(scene->report.athlete, sizeof scene->report.athlete, "</title><script>&\"");
    (void)snprintf(path, sizeof path, "%s/page.html", scene->folder);
    assert_int_equal(kf_report_write(&scene->report, path, &error), KF_OK);
    char *text = read_all(path, &length);
    assert_null(strstr(text, "<script"));
    assert_non_null(strstr(text, "&lt;/title&gt;&lt;script&gt;&amp;&quot;"));
    assert_non_null(strstr(text, "It says nothing about injury."));
    free(text);
    assert_int_equal(unlink(path), 0);
    scene->report.athlete[0] = '\0';
}

/* A page that cannot be made leaves the old one as it was, and nothing beside it. */
static void test_a_file_is_whole_or_not_there(void **state)
{
    const struct scene *scene = *state;
    struct kf_error error = {0};
    assert_int_equal(kf_report_write(&scene->report, "/nowhere/page.pdf", &error), KF_ERR_IO);
    assert_non_null(strstr(error.text, "/nowhere/page.pdf"));
    assert_int_equal(kf_report_write(&scene->report, "/tmp", &error), KF_ERR_ARG);
    assert_int_equal(kf_report_can_write("page.docx", &error), KF_ERR_ARG);
    assert_non_null(strstr(error.hint, ".pdf"));
    assert_int_equal(kf_report_can_write(".pdf", &error), KF_ERR_ARG); /* a name of its own is wanted */
}

/* A recording of nothing but standing is a page, too. */
static void test_an_empty_report_is_drawn(void **state)
{
    const struct scene *scene = *state;
    struct kf_report report;
    struct kf_error error = {0};
    char path[128];
    kf_report_init(&report);
    (void)snprintf(path, sizeof path, "%s/page.png", scene->folder);
    assert_int_equal(kf_report_write(&report, path, &error), KF_OK);
    assert_int_equal(unlink(path), 0);
    kf_report_free(&report);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_swing_is_counted_once),
        cmocka_unit_test(test_curves_are_the_swings),
        cmocka_unit_test(test_curve_statistics),
#ifdef HAVE_CAIRO
        cmocka_unit_test(test_files_are_what_their_names_say),
        cmocka_unit_test(test_html_escapes_names),
        cmocka_unit_test(test_a_file_is_whole_or_not_there),
        cmocka_unit_test(test_an_empty_report_is_drawn),
#endif
    };
    return cmocka_run_group_tests(tests, run_simulator, drop);
}
