/* test_cues.c - protects a coach's own rules: what a [cue NAME] section sets, what it must hold, that every mistake in
 * one is named by its line, and that a later file changes the keys it holds and no others. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/settings_apply.h"
#include "settings/layers.h"

struct told {
    unsigned count, line[16];
    char text[16][256], hint[16][256];
};

static void tell(void *context, const struct kf_settings_problem *problem)
{
    struct told *told = context;
    assert_true(told->count < 16);
    told->line[told->count] = problem->line;
    (void)snprintf(told->text[told->count], 256, "%s", problem->text);
    (void)snprintf(told->hint[told->count], 256, "%s", problem->hint);
    told->count++;
}

static enum kf_status read_over(struct kf_settings *settings, struct kf_settings_origins *origins, const char *text,
                                struct told *told)
{
    const struct kf_settings_listener listener = {tell, told};
    const struct kf_settings_text file = {.name = "t.ini", .text = text, .length = strlen(text)};
    told->count = 0;
    return kf_settings_read(settings, origins, &file, &listener);
}

static void assert_good(struct kf_settings *settings, struct kf_settings_origins *origins, const char *text)
{
    struct told told;
    const enum kf_status status = read_over(settings, origins, text, &told);
    if (status != KF_OK)
        fail_msg("line %u: %s (%s)", told.line[0], told.text[0], told.hint[0]);
}

/* Refused with one problem, at this line, and nothing changed. */
static void assert_refused(const char *file, unsigned line, const char *text, const char *hint)
{
    struct kf_settings settings, before;
    struct told told;
    kf_settings_default(&settings);
    before = settings;
    assert_int_equal(read_over(&settings, NULL, file, &told), KF_ERR_CONFIG);
    if (told.count != 1 || told.line[0] != line || !strstr(told.text[0], text) || !strstr(told.hint[0], hint))
        fail_msg("%u problems, the first at %u: %s (%s)", told.count, told.line[0], told.text[0], told.hint[0]);
    assert_memory_equal(&settings, &before, sizeof settings);
}

static void shipped_are_complete(void **state)
{
    struct kf_settings settings;
    const struct kf_setting *row;
    struct kf_error error;
    (void)state;
    kf_settings_default(&settings);
    assert_int_equal(settings.cues.count, kf_cues_shipped());
    for (unsigned i = 0; i < settings.cues.count; i++) {
        struct kf_cue_rule again = settings.cues.rule[i];
        if (kf_cue_check(&settings.cues.rule[i], &row, &error) != KF_OK)
            fail_msg("%s", error.text);
        assert_int_equal(kf_cue_find(&settings.cues, again.name), i); /* no name twice */
        assert_true(*kf_cue_why(i) && *again.text_external);
        for (int key = 0; key < KF_CUE_KEYS; key++) { /* every value is one that a file could give */
            char value[KF_SETTING_VALUE_MAX];
            kf_cue_value(&again, &kf_cue_key_table[key], value, sizeof value);
            if (kf_cue_set(&again, &kf_cue_key_table[key], value, &error) != KF_OK)
                fail_msg("%s", error.text);
        }
        assert_memory_equal(&again, &settings.cues.rule[i], sizeof again);
    }
    const struct kf_cue_rule *drive = &settings.cues.rule[kf_cue_find(&settings.cues, "hamstring-drive")];
    assert_string_equal(drive->metric, "pulled");
    assert_true(drive->limit == .5 && drive->need == 3 && drive->of == 5 && drive->enabled);
}

static void every_key_is_read(void **state)
{
    struct kf_settings settings;
    struct kf_settings_origins origins = {0};
    (void)state;
    kf_settings_default(&settings);
    const unsigned shipped = settings.cues.count;
    assert_good(&settings, &origins,
                "[cue low-cadence]\nmetric = cadence_spm\nwhen = below\nlimit = 165\nrelease = 168.5\nleg = both\n"
                "need = 8\nof = 10\ncooldown_s = 45\npriority = 3\ntext = Quicker steps\n"
                "text_external = Light and quick\n\n"
                "[cue lean]\nmetric = trunk_lean_deg\nwhen = outside\nlimit_low = 2\nlimit_high = 12\ntext = Lean\n");
    assert_int_equal(settings.cues.count, shipped + 2);
    const struct kf_cue_rule *rule = &settings.cues.rule[shipped];
    assert_string_equal(rule->name, "low-cadence");
    assert_string_equal(rule->metric, "cadence_spm");
    assert_true(rule->when == KF_CUE_BELOW && rule->limit == 165 && rule->release == 168.5);
    assert_true(rule->leg == KF_CUE_BOTH && rule->need == 8 && rule->of == 10 && rule->cooldown_s == 45);
    assert_true(rule->priority == 3 && rule->enabled == 1 && isnan(rule->limit_low));
    assert_string_equal(rule->text, "Quicker steps");
    assert_string_equal(rule->text_external, "Light and quick");
    assert_int_equal(origins.cue[shipped][KF_CUE_KEY_limit].line, 4);
    assert_string_equal(origins.cue[shipped][KF_CUE_KEY_limit].file, "t.ini");
    assert_null(origins.cue[shipped][KF_CUE_KEY_enabled].file);
    rule++; /* what is left out */
    assert_true(rule->when == KF_CUE_OUTSIDE && rule->limit_low == 2 && rule->limit_high == 12 && isnan(rule->limit));
    assert_true(rule->leg == KF_CUE_EACH && rule->need == 3 && rule->of == 5 && rule->cooldown_s == 10);
    assert_true(rule->priority == 0 && *rule->text_external == '\0' && isnan(rule->release));
}

static void later_files_change_keys(void **state)
{
    struct kf_settings settings;
    struct kf_settings_origins origins = {0};
    (void)state;
    kf_settings_default(&settings);
    const int index = kf_cue_find(&settings.cues, "hamstring-drive");
    const struct kf_cue_rule before = settings.cues.rule[index];
    const struct kf_cue_rule *rule = &settings.cues.rule[index];
    assert_good(&settings, &origins, "[cue hamstring-drive]\ncooldown_s = 30\n");
    assert_good(&settings, &origins, "[cue hamstring-drive]\nenabled = no\n");
    assert_true(rule->cooldown_s == 30 && !rule->enabled && rule->limit == before.limit);
    assert_string_equal(rule->text, before.text);
    assert_int_equal(origins.cue[index][KF_CUE_KEY_enabled].line, 2);
    assert_int_equal(kf_settings_engine(&settings).settings.cues.rule[index].enabled, 0);
    assert_good(&settings, &origins, "[cue hamstring-drive]\nenabled = yes\n[cue hamstring-drive]\nneed = 2\n");
    assert_true(rule->enabled && rule->need == 2);
}

static void mistakes_are_told(void **state)
{
    (void)state;
    assert_refused("[cue x]\ntext = y\n", 1, "cue 'x' has no metric", "metric, limit and text");
    assert_refused("[cue hamstrng-drive]\nlimit = 1\n", 1, "has no metric", "did you mean [cue hamstring-drive]");
    assert_refused("[cue x]\nmetric = pulled\nlimit = 1\n", 1, "cue 'x' has no text", "");
    assert_refused("[cue x]\nmetric = pulled\ntext = y\n", 1, "cue 'x' has no limit", "take a limit");
    assert_refused("[cue x]\nmetric = pulled\ntext = y\nlimit =\n", 4, "cue 'x' has no limit", "take a limit");
    assert_refused("[cue x]\nmetric = peak_kne_deg\ntext = y\nlimit = 1\n", 2, "cue x.metric cannot be 'peak_kne_deg'",
                   "did you mean 'peak_knee_deg'");
    assert_refused("[cue x]\nmetric = verdict\ntext = y\nlimit = 1\n", 2, "'verdict'", "a word");
    assert_refused("[cue hamstring-drive]\nmetric =\n", 2, "metric cannot be ''", "");
    assert_refused("[cue hamstring-drive]\ntext =\n", 2, "has no text", "");
    assert_refused("[cue hamstring-drive]\nneed = 6\n", 2, "need (6) is more than of (5)", "never be due");
    assert_refused("[cue hamstring-drive]\nneed = 0\n", 2, "need cannot be '0'", "1 to 32 swings");
    assert_refused("[cue hamstring-drive]\nof = 33\n", 2, "of cannot be '33'", "1 to 32 swings");
    assert_refused("[cue hamstring-drive]\nrelease = .7\n", 2, "wrong side of limit", "limit or less");
    assert_refused("[cue hamstring-drive]\nlimit_low = .7\n", 2, "limit_low has no use", "when = outside");
    assert_refused("[cue hamstring-drive]\nwhen = outside\n", 1, "has no limit_low", "limit_low and limit_high");
    assert_refused("[cue hamstring-drive]\nwhen = outside\nlimit_low = 2\nlimit_high = 2\n", 3, "is not below", "");
    assert_refused("[cue hamstring-drive]\nlimt = 2\n", 2, "no key 'limt' in [cue hamstring-drive]", "'limit'");
    assert_refused("[cue hamstring-drive]\nwhen = over\n", 2, "when cannot be 'over'", "above, below, outside");
    assert_refused("[cue hamstring-drive]\nleg = l\n", 2, "leg cannot be 'l'", "each, left, right, both, asymmetry");
    assert_refused("[cue hamstring-drive]\npriority = -1\n", 2, "priority cannot be '-1'", "0 to 100");
    assert_refused("[cue hamstring-drive]\nlimit = 1\nlimit = 1\n", 3, "set a second time", "line 2");
    assert_refused("[cue a b]\nlimit = 1\n", 1, "'a b' is no name of a cue", "letters");
    assert_refused("[cue ]\nlimit = 1\n", 1, "'' is no name", "letters");
    assert_refused("[cue]\nlimit = 1\n", 1, "no section [cue]", "");
    assert_refused("[cue hamstring-drive\nlimit = 1\n", 1, "no closing ']'", "");
    assert_refused("[cue hamstring-drive] limit = 1\n", 1, "behind the section's ']'", "");
}

static void many_cues(void **state)
{
    static char text[8192];
    size_t used = 0;
    (void)state;
    const unsigned shipped = kf_cues_shipped();
    for (unsigned i = shipped; i <= KF_CUE_RULES_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "[cue c%u]\nmetric=pulled\nlimit=1\ntext=x\n", i);
    assert_refused(text, (KF_CUE_RULES_MAX - shipped) * 4 + 1, "is one too many", "room for 32");
}

static void assigned_by_hand(void **state)
{
    static const char *const good[] = {"cue hamstring-drive.limit=.4", "cue.hamstring-drive.need=2"};
    static const char *const bad[] = {"cue hamstring-drive.limt=.4", "cue hamstring-drive.of=2", "cue x.limit=1"};
    static struct kf_settings_layers layers;
    struct told told = {0};
    const struct kf_settings_listener listener = {tell, &told};
    struct kf_settings_request request = {.assignments = good, .assignment_count = 2};
    (void)state;
    assert_int_equal(kf_settings_load(&layers, &request, &listener), KF_OK);
    assert_true(layers.settings.cues.rule[0].limit == .4 && layers.settings.cues.rule[0].need == 2);
    assert_string_equal(layers.origin.cue[0][KF_CUE_KEY_need].file, "-o");
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        request = (struct kf_settings_request){.assignments = &bad[i], .assignment_count = 1};
        told.count = 0;
        assert_int_equal(kf_settings_load(&layers, &request, &listener), KF_ERR_CONFIG);
        assert_int_equal(told.count, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_are_complete),
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(later_files_change_keys),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(many_cues),
        cmocka_unit_test(assigned_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
