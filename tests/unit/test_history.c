/* test_history.c - protects a folder of sessions read as a history: in order of time, athletes apart, what is broken
 * named and passed over; the dose; and what is kept of a session between two looks: private, and rebuilt without a word
 * when it is damaged, of another kind, or gone. */
#include "store_help.h"

#include <sys/stat.h>

#include "app/conditions.h"
#include "app/history_cache.h"
#include "app/history_show.h"
#include "app/settings_apply.h"

static char cache[KF_HISTORY_CACHE_PATH];
static char folder[160];

/* Thirty swings of which each `pull`-th is pulled, and cues at 5, 7 and 20 s: they stood there for 2, 6 and 6 s. */
static void make_session(const char *name, const char *athlete, int64_t started_ns, unsigned pull)
{
    static const double said_s[] = {5, 7, 20};
    struct kf_error error = {0};
    struct kf_settings settings;
    char path[256], text[32];
    kf_settings_default(&settings);
    const struct kf_engine_config config = kf_settings_engine(&settings);
    const struct kf_record last = {.host_ns = INT64_C(30000000000), .bytes = (const uint8_t *)"x", .count = 1};
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    struct kf_store_writer *writer = kf_store_create(path, NULL, &error);
    assert_non_null(writer);
    assert_int_equal(kf_conditions_write(writer, &config, 0, &error), KF_OK);
    (void)snprintf(text, sizeof text, "%lld", (long long)started_ns);
    assert_int_equal(kf_store_meta(writer, "started_ns", text, &error), KF_OK);
    assert_int_equal(kf_store_meta(writer, "athlete", athlete, &error), KF_OK);
    for (unsigned i = 0; i < 30; i++) {
        struct kf_swing swing = kf_swing_unknown();
        swing.id = i + 1;
        swing.leg = i % 2 ? KF_RIGHT : KF_LEFT;
        swing.t_to_s = i;
        swing.verdict = i % pull == 0 ? KF_PULLED : KF_PASSIVE;
        swing.drive_nm_kg = i % 2 ? NAN : .01; /* of one leg alone */
        assert_int_equal(kf_store_stride(writer, &swing, &error), KF_OK);
    }
    for (size_t i = 0; i < sizeof said_s / sizeof said_s[0]; i++)
        assert_int_equal(
            kf_store_cue(writer, &(struct kf_store_cue){.t_s = said_s[i], .name = "a", .text = "b"}, &error), KF_OK);
    assert_int_equal(kf_store_record(writer, &last, 0, &error), KF_OK);
    assert_int_equal(kf_store_finish(writer, &error), KF_OK);
}

static void put_file(const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
}

static int set_up(void **state)
{
    if (make_store_folder(state) != 0)
        return -1;
    (void)snprintf(folder, sizeof folder, "%s", store_folder);
    kf_history_cache_folder(store_path("cache"), NULL, cache);
    make_session("a.kfs", "Ada", 3000, 2); /* names say nothing of the order */
    make_session("b.kfs", "Grace", 2000, 3);
    make_session("c.kfs", "Ada", 1000, 5);
    put_file("d.kfs", "no session");
    put_file("e.kfs", "");
    put_file("notes.txt", "not even called one");
    return 0;
}

static struct kf_history look(const char *athlete, const char *kept_in)
{
    struct kf_history history = {0};
    struct kf_error error = {0};
    assert_int_equal(kf_history_folder(folder, kept_in, athlete, &history, &error), KF_OK);
    return history;
}

static void test_in_order_and_apart(void **state)
{
    struct kf_history all = look(NULL, ""), ada = look("Ada", ""), nobody = look("Nobody", "");
    (void)state;
    assert_int_equal(all.count, 3);
    assert_string_equal(all.session[0].athlete, "Ada");
    assert_string_equal(all.session[1].athlete, "Grace");
    assert_int_equal(all.session[2].started_ns, 3000);
    assert_int_equal(ada.count, 2);
    assert_true(kf_history_pulled_share(&ada.session[0]) == 6 / 30.0);
    assert_true(kf_history_pulled_share(&ada.session[1]) == 15 / 30.0);
    assert_int_equal(nobody.count, 0);
    assert_int_equal(nobody.broken_count, 2);
    kf_history_free(&all);
    kf_history_free(&ada);
    kf_history_free(&nobody);
}

static void test_what_is_broken_is_named(void **state)
{
    struct kf_history all = look(NULL, "");
    char text[160];
    (void)state;
    assert_int_equal(all.broken_count, 2);
    for (unsigned i = 0; i < 2; i++) {
        assert_non_null(strstr(all.broken[i].path, ".kfs"));
        assert_non_null(strstr(all.broken[i].why, all.broken[i].path));
        assert_true(strlen(all.broken[i].why) > strlen(all.broken[i].path) + 10); /* and why */
    }
    kf_history_show_broken(&all, text, sizeof text);
    assert_non_null(strstr(text, "2 files not read: cannot"));
    all.broken_count = 0;
    kf_history_show_broken(&all, text, sizeof text);
    assert_string_equal(text, "");
    kf_history_free(&all);
}

static void test_dose_and_means(void **state)
{
    struct kf_history all = look("Grace", "");
    struct kf_ui_session shown;
    (void)state;
    assert_int_equal(all.session[0].cues, 3);
    assert_true(fabs(all.session[0].cue_shown_s - 14) < 1e-9);
    assert_true(fabs(kf_history_mean(&all.session[0], "drive_nm_kg") - .01) < 1e-12); /* one leg's: not halved */
    kf_history_show(&shown, &all.session[0]);
    assert_true(fabs(shown.value[KF_FIGURE_CUES] - 6) < 1e-9);
    assert_true(fabs(shown.value[KF_FIGURE_SHOWN] - 28) < 1e-9);
    assert_true(isnan(shown.value[KF_FIGURE_PULLED_TOLD])); /* nothing was run alone to compare with */
    kf_history_free(&all);
}

/* Does something to each file kept; returns how many there are. */
static unsigned each_kept(void (*work)(const char *path))
{
    char command[KF_HISTORY_CACHE_PATH + 16], path[KF_HISTORY_CACHE_PATH];
    unsigned count = 0;
    (void)snprintf(command, sizeof command, "ls '%s'/*", cache);
    FILE *list = popen(command, "r");
    assert_non_null(list);
    while (fgets(path, sizeof path, list)) {
        path[strcspn(path, "\n")] = '\0';
        work(path);
        count++;
    }
    (void)pclose(list);
    return count;
}

static void assert_private(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

/* One bit, in the middle of what is kept: figures, not the head. */
static void damage(const char *path)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    const long middle = ftell(file) / 2;
    assert_int_equal(fseek(file, middle, SEEK_SET), 0);
    const int byte = fgetc(file);
    assert_int_equal(fseek(file, middle, SEEK_SET), 0);
    assert_int_equal(fputc(byte ^ 0x10, file), byte ^ 0x10);
    assert_int_equal(fclose(file), 0);
}

/* As an older program's: its name and version begin the file. */
static void age(const char *path)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_true(fputs("kneefold 0.0.9", file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void cut(const char *path)
{
    assert_int_equal(truncate(path, 100), 0);
}

static void delete (const char *path)
{
    assert_int_equal(unlink(path), 0);
}

static void test_what_is_kept_is_never_believed(void **state)
{
    static void (*const works[])(const char *path) = {assert_private, damage, age, cut, delete};
    struct kf_history once = look(NULL, "");
    (void)state;
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
        struct kf_history first = look(NULL, cache); /* keeps them */
        assert_int_equal(each_kept(works[i]), 3);
        struct kf_history again = look(NULL, cache);
        assert_int_equal(again.count, once.count);
        assert_int_equal(again.broken_count, 2);
        for (unsigned j = 0; j < once.count; j++)
            assert_memory_equal(&again.session[j], &once.session[j], sizeof once.session[j]);
        kf_history_free(&first);
        kf_history_free(&again);
    }
    kf_history_free(&once);
}

static void test_no_folder_is_no_history(void **state)
{
    struct kf_history history = {0};
    struct kf_error error = {0};
    (void)state;
    assert_int_equal(kf_history_folder("/nonexistent/kneefold", "", NULL, &history, &error), KF_OK);
    assert_int_equal(history.count, 0);
    kf_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order_and_apart), cmocka_unit_test(test_what_is_broken_is_named),
        cmocka_unit_test(test_dose_and_means), cmocka_unit_test(test_what_is_kept_is_never_believed),
        cmocka_unit_test(test_no_folder_is_no_history)};
    return cmocka_run_group_tests(tests, set_up, remove_store_folder);
}
