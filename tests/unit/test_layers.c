/* test_layers.c - protects who wins and who is left alone: profiles are found in their order and told when there are
 * none of a name; an athlete's file never mixes two runners; a changed file is noticed, however an editor saves it, and
 * a bad one leaves what is in force. */
#include "config.h"

#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/reload.h"
#include "settings/athletes.h"
#include "settings/text_file.h"
#include "settings/write.h"

static char home[] = "/tmp/kneefold-layers-XXXXXX";

/* The C library's, but that it keeps how long the longest wait was to be, and does not wait. */
static int asked_ms;

int poll(struct pollfd *fds, nfds_t count, int wait_ms)
{
    const struct timespec none = {0};
    asked_ms = wait_ms > asked_ms ? wait_ms : asked_ms;
    return ppoll(fds, count, &none, NULL);
}

struct scene {
    char config[128], data[256], package[128], why[512];
    unsigned told;
    struct kf_settings_layers layers;
    struct kf_settings_listener listener;
};

static void tell(void *context, const struct kf_settings_problem *problem)
{
    struct scene *scene = context;
    scene->told++;
    (void)snprintf(scene->why, sizeof scene->why, "%s:%u: %s (%s)", problem->file, problem->line, problem->text,
                   problem->hint);
}

static void put_file(const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", home, name);
    struct kf_text_file file = {strdup(text), strlen(text)};
    assert_int_equal(kf_text_file_save(&file, path, NULL), KF_OK); /* makes folders, too */
    kf_text_file_free(&file);
}

static void scene_open(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    scene->listener = (struct kf_settings_listener){tell, scene};
    (void)snprintf(scene->config, sizeof scene->config, "%s/config", home);
    (void)snprintf(scene->data, sizeof scene->data, "relative:%s/first::%s/second", home, home);
    (void)snprintf(scene->package, sizeof scene->package, "%s/package", home);
    const struct kf_environment environment = {"/nonexistent", scene->package, scene->config, scene->data, NULL};
    kf_settings_paths(&scene->layers, &environment);
}

static void profiles_have_an_order(void **state)
{
    static struct scene scene;
    char path[KF_SETTINGS_PATH_MAX];
    struct kf_file_names names;
    (void)state;
    put_file("package/profiles/calm.ini", "[feedback]\ngap_s = 1\n");
    put_file("second/kneefold/profiles/calm.ini", "[feedback]\ngap_s = 2\n");
    put_file("first/kneefold/profiles/calm.ini", "[feedback]\ngap_s = 3\n");
    put_file("second/kneefold/profiles/only second.ini", "[feedback]\ngap_s = 4\n");
    put_file("package/profiles/.hidden.ini", "");
    put_file("package/profiles/readme.txt", "");
    scene_open(&scene);
    struct kf_settings_request request = {.profile = "calm"};
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_OK);
    assert_true(scene.layers.settings.feedback_gap_s == 3);
    assert_non_null(strstr(scene.layers.origin.row[KF_SETTING_INDEX_feedback_gap_s].file, "/first/"));
    put_file("config/kneefold/profiles/calm.ini", "[feedback]\ngap_s = 5\n");
    put_file("config/kneefold/kneefold.ini", "[feedback]\ngap_s = 6\nwarmup_s = 7\n");
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_OK);
    assert_true(scene.layers.settings.feedback_gap_s == 5 && scene.layers.settings.feedback_warmup_s == 7);
    (void)snprintf(path, sizeof path, "%s/package/profiles/calm.ini", home);
    request.profile = path;
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_OK);
    assert_true(scene.layers.settings.feedback_gap_s == 1);
    kf_profile_names(&scene.layers.folders, &names);
    assert_int_equal(names.count, 2);
    assert_string_equal(names.name[0], "calm");
    request.profile = "calmm";
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_ERR_CONFIG);
    assert_non_null(strstr(scene.why, "did you mean 'calm'? There are: calm, only second"));
    request.profile = "../calm";
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_ERR_NO_INPUT);
    assert_int_equal(scene.told, 2);
}

static void athletes_do_not_mix(void **state)
{
    static struct scene scene;
    struct kf_file_names names;
    struct kf_error error = {0};
    char path[KF_SETTINGS_PATH_MAX];
    (void)state;
    put_file("config/kneefold/kneefold.ini", "[athlete]\nname = Ann\nheight_m = 1.6\n[placement]\nthigh_l = .4\n");
    scene_open(&scene);
    struct kf_settings_request request = {.athlete = "Bob"};
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_OK);
    assert_false(scene.layers.athlete_read); /* no file: the settings' athlete, as without the option */
    assert_string_equal(scene.layers.settings.athlete_name, "Ann");
    put_file("config/kneefold/athletes/Bob.ini", "[athlete]\nmass_kg = 80\n");
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_OK);
    assert_true(scene.layers.athlete_read && scene.layers.settings.athlete_mass_kg == 80);
    assert_true(isnan(scene.layers.settings.athlete_height_m)); /* Ann's is not Bob's */
    assert_true(scene.layers.settings.placement_thigh_l == .5);
    assert_string_equal(scene.layers.settings.athlete_name, "Bob");
    /* Saved, listed and read again. */
    assert_int_equal(kf_setting_set(&scene.layers.settings, kf_setting_find("athlete", "height_m"), "1.85", NULL),
                     KF_OK);
    assert_int_equal(kf_setting_set(&scene.layers.settings, kf_setting_find("athlete", "name"), "Zoë", NULL), KF_OK);
    assert_int_equal(kf_athlete_save(&scene.layers.folders, "Zoë B", &scene.layers.settings, &error), KF_OK);
    kf_athletes_list(&scene.layers.folders, &names);
    assert_int_equal(names.count, 2);
    assert_string_equal(names.name[1], "Zoë B");
    request.athlete = "Zoë B";
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_OK);
    assert_true(scene.layers.settings.athlete_height_m == 1.85 && scene.layers.settings.athlete_mass_kg == 80);
    assert_string_equal(scene.layers.settings.athlete_name, "Zoë");
    assert_int_equal(kf_athlete_save(&scene.layers.folders, "../evil", &scene.layers.settings, &error), KF_ERR_ARG);
    assert_int_equal(kf_athlete_save(&scene.layers.folders, "a=b", &scene.layers.settings, &error), KF_ERR_ARG);
    assert_int_equal(kf_athlete_save(&scene.layers.folders, "", &scene.layers.settings, &error), KF_ERR_ARG);
    /* A file with anything else in it is refused, and changes nothing. */
    put_file("config/kneefold/athletes/Bob.ini", "[athlete]\nmass_kg = 81\n[verdict]\np_pulled = .6\n");
    struct kf_settings settings = scene.layers.settings;
    kf_folder_file(path, scene.layers.folders.athletes, "Bob");
    assert_int_equal(kf_athlete_load(&settings, NULL, path, "Bob", &scene.listener), KF_ERR_CONFIG);
    assert_non_null(strstr(scene.why, "[verdict] has no place in an athlete's file"));
    assert_memory_equal(&settings, &scene.layers.settings, sizeof settings);
}

/* Only Linux tells of changed files. */
static void need_watches(void)
{
#ifndef __linux__
    skip();
#endif
}

static void changes_are_noticed(void **state)
{
    static struct scene scene;
    static struct kf_settings_layers fresh;
    struct kf_watch_file watch;
    struct kf_error error;
    char own[256], folder[160];
    (void)state;
    put_file("own.ini", "[feedback]\ngap_s = 1\n");
    put_file("config/kneefold/kneefold.ini", "");
    (void)snprintf(own, sizeof own, "%s/own.ini", home);
    scene_open(&scene);
    const struct kf_settings_request request = {.file = own};
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_OK);
    need_watches();
    assert_int_equal(kf_watch_file_settings(&watch, &scene.layers, &request, &error), KF_OK);
    assert_false(kf_watch_file_changed(&watch));
    put_file("other.ini", "");
    assert_false(kf_watch_file_changed(&watch));
    put_file("own.ini", "[feedback]\ngap_s = 2\n"); /* renamed over */
    assert_true(kf_watch_file_changed(&watch));
    assert_false(kf_watch_file_changed(&watch));
    FILE *stream = fopen(own, "a"); /* written in place */
    assert_non_null(stream);
    fputs("warmup_s = 9\n", stream);
    assert_int_equal(fclose(stream), 0);
    assert_true(kf_watch_file_changed(&watch));
    assert_int_equal(kf_settings_reload(&scene.layers, &request, &fresh, &scene.listener), KF_OK);
    assert_true(fresh.settings.feedback_gap_s == 2 && fresh.settings.feedback_warmup_s == 9);
    assert_true(scene.layers.settings.feedback_gap_s == 1);
    put_file("config/kneefold/kneefold.ini", "[feedback]\ngap_s = x\nwarmup_s = y\n");
    assert_true(kf_watch_file_changed(&watch));
    assert_int_equal(kf_settings_reload(&scene.layers, &request, &fresh, &scene.listener), KF_ERR_CONFIG);
    assert_int_equal(scene.told, 2);
    assert_int_equal(unlink(own), 0);
    assert_true(kf_watch_file_changed(&watch));
    kf_watch_file_close(&watch);
    /* A link into another folder, as those have it who keep their settings in git. */
    put_file("git/own.ini", "[feedback]\n");
    (void)snprintf(folder, sizeof folder, "%s/git/own.ini", home);
    assert_int_equal(symlink(folder, own), 0);
    const char *const paths[] = {"", own, "/nonexistent/x.ini"};
    need_watches();
    assert_int_equal(kf_watch_file_open(&watch, paths, 3, &error), KF_OK);
    put_file("git/own.ini", "[feedback]\ngap_s = 3\n");
    assert_true(kf_watch_file_changed(&watch));
    kf_watch_file_close(&watch);
    kf_watch_file_close(&watch);
}

/* That nothing will be noticed is told, not left to be found out. */
static void no_watch_is_told(void **state)
{
    struct kf_watch_file watch;
    struct rlimit before, none = {0};
    struct kf_error error = {0};
    const char *const paths[] = {home};
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none.rlim_max = before.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    const enum kf_status status = kf_watch_file_open(&watch, paths, 1, &error);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(status, KF_ERR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "not noticed"));
    assert_int_equal(watch.fd, -1);
    kf_watch_file_close(&watch);
}

/* A file that was spoiled after it was read: once it is mended, what was set on the screen meanwhile stays. */
static void a_file_spoiled_at_the_start_changes_nothing(void **state)
{
    static struct scene scene;
    static struct kf_reload reload;
    struct kf_error error;
    unsigned changed = 99;
    (void)state;
    put_file("config/kneefold/kneefold.ini", "[feedback]\ngap_s = 1\n");
    scene_open(&scene);
    const struct kf_settings_request request = {0};
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_OK);
    struct kf_settings in_force = scene.layers.settings;
    in_force.feedback_gap_s = 7; /* on the screen */
    put_file("config/kneefold/kneefold.ini", "[feedback]\ngap_s = x\n");
    need_watches();
    assert_int_equal(kf_reload_open(&reload, &scene.layers, &request, &error), KF_OK);
    put_file("config/kneefold/kneefold.ini", "[feedback]\ngap_s = 1\n");
    assert_int_equal(kf_reload_read(&reload, &scene.listener), KF_OK);
    assert_int_equal(kf_reload_merge(&reload, &in_force, &changed, &error), KF_OK);
    assert_int_equal(changed, 0);
    assert_true(in_force.feedback_gap_s == 7);
    kf_reload_close(&reload);
}

/* In place of a settings file, a pipe nobody writes to: the program's start waits for its writer, a screen never does.
 */
static void a_running_session_waits_for_no_file(void **state)
{
    static struct scene scene;
    static struct kf_settings_layers fresh;
    struct kf_error error = {0};
    char own[256];
    (void)state;
    put_file("config/kneefold/kneefold.ini", "");
    (void)snprintf(own, sizeof own, "%s/pipe.ini", home);
    assert_int_equal(mkfifo(own, 0600), 0);
    scene_open(&scene);
    const struct kf_settings_request request = {.file = own};
    asked_ms = -1;
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_ERR_NO_INPUT);
    assert_int_equal(asked_ms, KF_TEXT_FILE_WAIT_MS);
    asked_ms = -1;
    assert_int_equal(kf_settings_reload(&scene.layers, &request, &fresh, &scene.listener), KF_ERR_NO_INPUT);
    assert_int_equal(asked_ms, 0);
    assert_non_null(strstr(scene.why, "nobody writes to it"));
    const struct kf_change_file file = {.path = own};
    const struct kf_change change = {"feedback", "gap_s", "1"};
    assert_int_not_equal(kf_settings_change(&file, &change, 1, &error), KF_OK);
    assert_int_equal(asked_ms, 0);
    assert_int_equal(unlink(own), 0);
}

static void only_changes_are_reloaded(void **state)
{
    static struct scene scene;
    static struct kf_reload reload;
    struct kf_settings in_force;
    struct kf_error error;
    unsigned changed = 99;
    (void)state;
    put_file("config/kneefold/kneefold.ini", "[feedback]\ngap_s = 1\nwarmup_s = 2\n"
                                             "[cue own]\nmetric = pulled\nlimit = .5\ntext = x\n");
    scene_open(&scene);
    const struct kf_settings_request request = {0};
    assert_int_equal(kf_settings_load(&scene.layers, &request, &scene.listener), KF_OK);
    in_force = scene.layers.settings;
    in_force.feedback_warmup_s = 0; /* by the command */
    in_force.cues.rule[0].need = 2; /* on the screen */
    need_watches();
    assert_int_equal(kf_reload_open(&reload, &scene.layers, &request, &error), KF_OK);
    assert_false(kf_reload_pending(&reload));
    put_file("config/kneefold/kneefold.ini", "[feedback]\ngap_s = 3\nwarmup_s = 2\n"
                                             "[cue new]\nmetric = pulled\nlimit = .4\ntext = y\n");
    assert_true(kf_reload_pending(&reload));
    assert_int_equal(kf_reload_read(&reload, &scene.listener), KF_OK);
    assert_int_equal(kf_reload_merge(&reload, &in_force, &changed, &error), KF_OK);
    kf_reload_done(&reload);
    assert_true(in_force.feedback_gap_s == 3 && in_force.feedback_warmup_s == 0 && in_force.cues.rule[0].need == 2);
    assert_int_equal(in_force.cues.rule[kf_cue_find(&in_force.cues, "own")].enabled, 0);
    assert_true(in_force.cues.rule[kf_cue_find(&in_force.cues, "new")].limit == .4);
    assert_true(changed > 2);
    /* A bad file is told, and what is in force stays; mended, it is taken. */
    put_file("config/kneefold/kneefold.ini", "[feedback]\ngap_s = x\nmode = y\n");
    assert_true(kf_reload_pending(&reload));
    scene.told = 0;
    assert_int_equal(kf_reload_read(&reload, &scene.listener), KF_ERR_CONFIG);
    assert_int_equal(scene.told, 2);
    put_file("config/kneefold/kneefold.ini", "[feedback]\ngap_s = 4\nwarmup_s = 2\n");
    assert_true(kf_reload_pending(&reload));
    assert_int_equal(kf_reload_read(&reload, &scene.listener), KF_OK);
    assert_int_equal(kf_reload_merge(&reload, &in_force, &changed, &error), KF_OK);
    kf_reload_done(&reload);
    assert_true(in_force.feedback_gap_s == 4);
    assert_int_equal(in_force.cues.rule[kf_cue_find(&in_force.cues, "new")].enabled, 0);
    assert_int_equal(changed, 2);
    assert_int_equal(kf_reload_layers(&reload)->origin.row[KF_SETTING_INDEX_feedback_gap_s].line, 2);
    /* What the screen holds and the file says may contradict each other: then the screen's stays. */
    in_force.verdict_baseline_provisional_strides = in_force.verdict_baseline_full_strides;
    put_file("config/kneefold/kneefold.ini", "[verdict]\nbaseline_full_strides = 20\n");
    assert_int_equal(kf_reload_read(&reload, &scene.listener), KF_OK);
    const struct kf_settings held = in_force;
    assert_int_equal(kf_reload_merge(&reload, &in_force, &changed, &error), KF_ERR_CONFIG);
    assert_memory_equal(&in_force, &held, sizeof held);
    kf_reload_close(&reload);
}

static int make_home(void **state)
{
    (void)state;
    return mkdtemp(home) ? 0 : -1;
}

static int remove_home(void **state)
{
    static const char *const paths[] = {"package/profiles/calm.ini",
                                        "package/profiles/.hidden.ini",
                                        "package/profiles/readme.txt",
                                        "package/profiles",
                                        "package",
                                        "second/kneefold/profiles/calm.ini",
                                        "second/kneefold/profiles/only second.ini",
                                        "second/kneefold/profiles",
                                        "second/kneefold",
                                        "second",
                                        "first/kneefold/profiles/calm.ini",
                                        "first/kneefold/profiles",
                                        "first/kneefold",
                                        "first",
                                        "config/kneefold/profiles/calm.ini",
                                        "config/kneefold/profiles",
                                        "config/kneefold/athletes/Bob.ini",
                                        "config/kneefold/athletes/Zoë B.ini",
                                        "config/kneefold/athletes",
                                        "config/kneefold/kneefold.ini",
                                        "config/kneefold",
                                        "config",
                                        "own.ini",
                                        "other.ini",
                                        "git/own.ini",
                                        "git",
                                        ""};
    char path[256];
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", home, paths[i]);
        (void)remove(path);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_have_an_order),
        cmocka_unit_test(athletes_do_not_mix),
        cmocka_unit_test(changes_are_noticed),
        cmocka_unit_test(no_watch_is_told),
        cmocka_unit_test(a_file_spoiled_at_the_start_changes_nothing),
        cmocka_unit_test(a_running_session_waits_for_no_file),
        cmocka_unit_test(only_changes_are_reloaded),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
