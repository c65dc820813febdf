/* test_settings_pane.c - protects the settings screen: what is edited is a draft and nothing else, every key does what
 * the footer says, and nothing out of range gets in. Also what the app does with the draft: a file keeps all but what
 * was changed. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/live_settings.h"
#include "ui/settings_pane.h"

static struct kf_settings in_force;
static struct kf_pane pane;

static int set_up(void **state)
{
    (void)state;
    kf_settings_default(&in_force);
    memset(&pane, 0, sizeof pane);
    return 0;
}

static bool press(uint32_t key)
{
    return kf_pane_key(&pane, &in_force, key, 0);
}

static void type(const char *text)
{
    while (*text)
        assert_true(press((uint32_t)(unsigned char)*text++));
}

static struct kf_place go_to(const char *section, const char *key)
{
    struct kf_pane_list list;
    char name[KF_SECTION_MAX];
    kf_pane_rows(&pane, &in_force, &list);
    for (unsigned i = 0; i < list.count; i++) {
        kf_place_section(kf_pane_settings(&pane, &in_force), list.row[i].place, name, sizeof name);
        if (!list.row[i].heading && strcmp(name, section) == 0 && strcmp(list.row[i].place.row->key, key) == 0) {
            assert_true(kf_pane_key(&pane, &in_force, KF_KEY_PICK, i));
            return list.row[i].place;
        }
    }
    fail_msg("no row %s.%s", section, key);
    return (struct kf_place){0};
}

static const char *value(struct kf_place place)
{
    static char text[KF_SETTING_VALUE_MAX];
    kf_place_value(kf_pane_settings(&pane, &in_force), place, text, sizeof text);
    return text;
}

static void test_every_value_is_listed_once(void **state)
{
    struct kf_pane_list list;
    unsigned fields = 0;
    (void)state;
    kf_pane_rows(&pane, &in_force, &list);
    assert_true(list.row[0].heading);
    for (unsigned i = 0; i < list.count; i++) {
        fields += !list.row[i].heading;
        assert_false(list.row[i].heading && i + 1 == list.count);
    }
    assert_int_equal(fields, kf_place_count(&in_force));
    in_force.cues.count = KF_CUE_RULES_MAX; /* the most there can be */
    for (unsigned i = 0; i < KF_CUE_RULES_MAX; i++)
        (void)snprintf(in_force.cues.rule[i].name, KF_CUE_NAME_MAX, "cue-%u", i);
    kf_pane_rows(&pane, &in_force, &list);
    assert_true(list.count <= KF_PANE_ROWS);
    fields = 0;
    for (unsigned i = 0; i < list.count; i++)
        fields += !list.row[i].heading;
    assert_int_equal(fields, kf_place_count(&in_force));
}

static void test_steps_stay_in_range(void **state)
{
    (void)state;
    const struct kf_place place = go_to("verdict", "p_pulled");
    assert_true(press(KF_KEY_RIGHT));
    assert_string_equal(value(place), "0.96");
    assert_true(pane.edited && kf_pane_changed(&pane, &in_force, place));
    assert_int_equal(kf_pane_change_count(&pane, &in_force), 1);
    for (int i = 0; i < 20; i++)
        assert_true(press('l'));
    assert_string_equal(value(place), "0.9999");
    for (int i = 0; i < 100; i++)
        assert_true(press(KF_KEY_LEFT));
    assert_string_equal(value(place), "0.5");
    assert_true(press('d'));
    assert_string_equal(value(place), "0.95");
    assert_false(pane.edited); /* all is as in force: no draft */
}

/* The settings in force are nobody's draft: they change under the screen as the engine says. */
static void test_the_draft_follows_until_it_is_edited(void **state)
{
    (void)state;
    const struct kf_place place = go_to("verdict", "knee_excess_deg");
    in_force.verdict_knee_excess_deg = 9;
    assert_string_equal(value(place), "9");
    assert_true(press(KF_KEY_RIGHT));
    assert_string_equal(value(place), "9.5");
    in_force.verdict_knee_excess_deg = 10;
    assert_string_equal(value(place), "9.5");
    assert_true(press('z'));
    assert_string_equal(value(place), "10");
    assert_true(press(KF_KEY_RIGHT));
    assert_true(press('D'));
    assert_string_equal(value(place), "10");
}

static void test_choices_turn_round(void **state)
{
    (void)state;
    const struct kf_place place = go_to("feedback", "wording");
    assert_string_equal(value(place), "internal");
    assert_true(press(KF_KEY_ENTER));
    assert_string_equal(value(place), "external");
    assert_true(press(KF_KEY_RIGHT));
    assert_string_equal(value(place), "internal");
    assert_true(press(KF_KEY_LEFT));
    assert_string_equal(value(place), "external");
}

static void test_typing_takes_letters_and_refuses_nonsense(void **state)
{
    (void)state;
    const struct kf_place place = go_to("athlete", "name");
    assert_true(press(KF_KEY_ENTER));
    type("Ada qD/");
    assert_true(press(KF_KEY_ENTER));
    assert_string_equal(value(place), "Ada qD/");
    const struct kf_place height = go_to("athlete", "height_m");
    assert_true(press(KF_KEY_ENTER));
    type("18");
    assert_true(press(KF_KEY_ENTER));
    assert_string_equal(value(height), "");
    assert_non_null(strstr(pane.refused, "18"));
    assert_non_null(strstr(pane.refused, "2.5"));
    assert_true(press(KF_KEY_ENTER));
    type("1.8");
    assert_true(press(KF_KEY_ENTER));
    assert_string_equal(value(height), "1.8");
    assert_string_equal(pane.refused, "");
}

static void test_search_and_sections(void **state)
{
    struct kf_pane_list list;
    struct kf_place place;
    (void)state;
    assert_true(press('/'));
    type("hamstring-drive");
    kf_pane_rows(&pane, &in_force, &list);
    assert_int_equal(list.count, KF_CUE_KEYS + 1);
    assert_true(press(KF_KEY_ENTER));
    assert_true(kf_pane_chosen(&pane, &in_force, &place));
    assert_int_equal(place.cue, 0);
    assert_true(press('/'));
    assert_true(press(KF_KEY_ESCAPE));
    kf_pane_rows(&pane, &in_force, &list);
    assert_true(list.count > kf_place_count(&in_force));
    assert_true(press('/'));
    type("knee"); /* a setting is called so, others speak of it: they come last */
    kf_pane_rows(&pane, &in_force, &list);
    assert_true(list.row[0].heading && !list.row[0].by_help);
    assert_non_null(strstr(list.row[1].place.row->key, "knee"));
    assert_true(list.row[list.count - 1].by_help);
    for (unsigned i = 1; i < list.count; i++)
        assert_true(list.row[i].by_help || !list.row[i - 1].by_help);
    assert_true(press(KF_KEY_ESCAPE));
    pane.form.list.chosen = 1;
    assert_true(press(']'));
    assert_true(kf_pane_chosen(&pane, &in_force, &place));
    assert_string_equal(place.row->section, "placement");
    assert_true(press('['));
    assert_true(kf_pane_chosen(&pane, &in_force, &place));
    assert_string_equal(place.row->section, "athlete");
    assert_true(press(KF_KEY_HOME));
    assert_true(press(KF_KEY_UP)); /* a heading is never chosen */
    assert_true(kf_pane_chosen(&pane, &in_force, &place));
    assert_false(press('q'));
}

/* Where a value comes from is said of the one in force, also when the layers have their cues in another order. */
static void test_origins(void **state)
{
    static struct kf_settings_layers layers;
    char from[128];
    (void)state;
    layers.settings = in_force;
    const struct kf_place height = go_to("athlete", "height_m"), limit = go_to("cue hamstring-drive", "limit");
    kf_pane_origin(&pane, &in_force, height, from, sizeof from);
    assert_string_equal(from, "");
    kf_live_origins(&pane, &layers);
    kf_pane_origin(&pane, &in_force, height, from, sizeof from);
    assert_string_equal(from, "built in");
    *kf_place_origin(&layers.origin, height) = (struct kf_settings_origin){"/etc/k.ini", 12};
    kf_pane_origin(&pane, &in_force, height, from, sizeof from);
    assert_string_equal(from, "/etc/k.ini, line 12");
    *kf_place_origin(&layers.origin, height) = (struct kf_settings_origin){"-o", 2};
    kf_pane_origin(&pane, &in_force, height, from, sizeof from);
    assert_string_equal(from, "-o, number 2");
    in_force.athlete_height_m = 1.9;
    kf_pane_origin(&pane, &in_force, height, from, sizeof from);
    assert_string_equal(from, "set in this session, in no file");

    const int mine = kf_cue_find_or_add(&layers.settings.cues, "mine", NULL);
    const int other = kf_cue_find_or_add(&in_force.cues, "other", NULL);
    assert_true(mine >= 0 && other == mine);
    layers.origin.cue[mine][limit.row - kf_cue_key_table] = (struct kf_settings_origin){"/etc/k.ini", 30};
    kf_pane_origin(&pane, &in_force, (struct kf_place){limit.row, other}, from, sizeof from);
    assert_string_equal(from, "set in this session, in no file");
    const int there = kf_cue_find_or_add(&in_force.cues, "mine", NULL);
    kf_pane_origin(&pane, &in_force, (struct kf_place){limit.row, there}, from, sizeof from);
    assert_string_equal(from, "/etc/k.ini, line 30");
}

/* A cue of one's own goes back to its keys' defaults, but keeps what makes it a cue. */
static void test_reset_of_an_own_cue(void **state)
{
    char text[KF_SETTING_VALUE_MAX];
    (void)state;
    const int mine = kf_cue_find_or_add(&in_force.cues, "mine", NULL);
    assert_true(mine >= 0);
    struct kf_cue_rule *rule = &in_force.cues.rule[mine];
    assert_int_equal(kf_cue_set(rule, kf_cue_key_find("metric"), "cadence_spm", NULL), KF_OK);
    assert_int_equal(kf_cue_set(rule, kf_cue_key_find("text"), "quicker", NULL), KF_OK);
    assert_int_equal(kf_cue_set(rule, kf_cue_key_find("limit"), "150", NULL), KF_OK);
    assert_int_equal(kf_cue_set(rule, kf_cue_key_find("cooldown_s"), "33", NULL), KF_OK);
    kf_pane_default(&in_force, (struct kf_place){kf_cue_key_find("cooldown_s"), mine}, text, sizeof text);
    assert_string_equal(text, "10");
    kf_pane_default(&in_force, (struct kf_place){kf_cue_key_find("limit"), mine}, text, sizeof text);
    assert_string_equal(text, "150");
    kf_pane_default(&in_force, (struct kf_place){kf_cue_key_find("metric"), mine}, text, sizeof text);
    assert_string_equal(text, "cadence_spm");
}

/* Values that contradict each other are refused with the reason, before the session (here: none) sees them. */
static void test_contradictions_are_not_applied(void **state)
{
    char answer[KF_LIVE_ANSWER];
    struct kf_settings draft = in_force;
    (void)state;
    draft.verdict_baseline_full_strides = draft.verdict_baseline_provisional_strides - 1;
    assert_false(kf_live_apply(NULL, &draft, &in_force, answer));
    assert_non_null(strstr(answer, "not applied: verdict.baseline_full_strides"));
}

static void test_saving_changes_what_was_changed(void **state)
{
    static const char before[] = "# mine\n[verdict]\nknee_excess_deg =  9 ; wide\n";
    char folder[] = "/tmp/kf-pane.XXXXXX", path[64], answer[KF_LIVE_ANSWER], text[512];
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/kneefold.ini", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(before, file);
    assert_int_equal(fclose(file), 0);
    in_force.verdict_knee_excess_deg = 9;
    (void)go_to("verdict", "knee_excess_deg");
    assert_true(press(KF_KEY_RIGHT));
    assert_true(kf_live_save(path, &pane.draft, &in_force, answer));
    assert_non_null(strstr(answer, "1 saved in"));
    file = fopen(path, "r");
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    assert_string_equal(text, "# mine\n[verdict]\nknee_excess_deg =  9.5 ; wide\n");
    assert_false(kf_live_save("/proc/none/x.ini", &pane.draft, &in_force, answer));
    assert_non_null(strstr(answer, "not saved"));
    assert_false(kf_live_save_profile(folder, "a/b", &pane.draft, answer));
    pane.draft.athlete_height_m = 1.9; /* no part of a profile */
    assert_true(kf_live_save_profile(folder, "easy", &pane.draft, answer));
    assert_int_equal(unlink(path), 0);
    (void)snprintf(path, sizeof path, "%s/easy.ini", folder);
    file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    assert_non_null(strstr(text, "knee_excess_deg = 9.5"));
    assert_null(strstr(text, "height_m"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_every_value_is_listed_once, set_up),
        cmocka_unit_test_setup(test_steps_stay_in_range, set_up),
        cmocka_unit_test_setup(test_the_draft_follows_until_it_is_edited, set_up),
        cmocka_unit_test_setup(test_choices_turn_round, set_up),
        cmocka_unit_test_setup(test_typing_takes_letters_and_refuses_nonsense, set_up),
        cmocka_unit_test_setup(test_search_and_sections, set_up),
        cmocka_unit_test_setup(test_origins, set_up),
        cmocka_unit_test_setup(test_reset_of_an_own_cue, set_up),
        cmocka_unit_test_setup(test_contradictions_are_not_applied, set_up),
        cmocka_unit_test_setup(test_saving_changes_what_was_changed, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
