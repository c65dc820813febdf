/* test_settings.c - protects what a settings file may do: every mistake in it is named by its line with what is
 * allowed, a bad file changes nothing, layers win in their order, and struct, table and committed template agree. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/settings_apply.h"
#include "core/suggest.h"
#include "settings/layers.h"
#include "settings/number.h"

struct told {
    unsigned count;
    struct {
        unsigned line;
        char file[64], text[256], hint[256];
    } problem[32];
};

static void tell(void *context, const struct kf_settings_problem *problem)
{
    struct told *told = context;
    assert_true(told->count < 32);
    told->problem[told->count].line = problem->line;
    (void)snprintf(told->problem[told->count].file, 64, "%s", problem->file);
    (void)snprintf(told->problem[told->count].text, 256, "%s", problem->text);
    (void)snprintf(told->problem[told->count].hint, 256, "%s", problem->hint);
    told->count++;
}

static enum kf_status read_bytes(struct kf_settings *settings, struct kf_settings_origins *origins, const char *bytes,
                                 size_t count, struct told *told)
{
    const struct kf_settings_listener listener = {tell, told};
    const struct kf_settings_text text = {.name = "t.ini", .text = bytes, .length = count};
    told->count = 0;
    return kf_settings_read(settings, origins, &text, &listener);
}

static enum kf_status load(struct kf_settings_layers *layers, const char *file, const char *const *assignments,
                           unsigned count, struct told *told)
{
    const struct kf_settings_listener listener = {tell, told};
    const struct kf_settings_request request = {.file = file, .assignments = assignments, .assignment_count = count};
    return kf_settings_load(layers, &request, &listener);
}

static enum kf_status read_text(struct kf_settings *settings, const char *text, struct told *told)
{
    return read_bytes(settings, NULL, text, strlen(text), told);
}

static void assert_told(const struct told *told, unsigned index, unsigned line, const char *text, const char *hint)
{
    assert_true(index < told->count);
    assert_int_equal(told->problem[index].line, line);
    if (!strstr(told->problem[index].text, text))
        fail_msg("'%s' is not in '%s'", text, told->problem[index].text);
    if (!strstr(told->problem[index].hint, hint))
        fail_msg("'%s' is not in '%s'", hint, told->problem[index].hint);
}

/* Refused with exactly one problem, and nothing changed. */
static void assert_refused(const char *file, unsigned line, const char *text, const char *hint)
{
    struct kf_settings settings, before;
    struct told told;
    kf_settings_default(&settings);
    before = settings;
    assert_int_equal(read_text(&settings, file, &told), KF_ERR_CONFIG);
    assert_int_equal(told.count, 1);
    assert_told(&told, 0, line, text, hint);
    assert_memory_equal(&settings, &before, sizeof settings);
}

static void defaults_are_the_core_s(void **state)
{
    struct kf_settings settings;
    (void)state;
    kf_settings_default(&settings);
    const struct kf_limits limits = kf_settings_limits(&settings);
    const struct kf_placement placement = kf_settings_placement(&settings), usual = kf_placement_default();
    assert_true(limits.drive_limit_nm_kg == .02 && limits.p_pulled == .95 && limits.knee_excess_deg == 8);
    assert_true(limits.flexor_fraction_max == .15 && limits.flexor_fraction_floor_nm_kg == .05);
    assert_true(limits.sigma_nm_kg == .008 && limits.sigma_population_nm_kg == .037 && limits.min_quality == .5);
    assert_int_equal(limits.baseline_provisional_strides, 12);
    assert_int_equal(limits.baseline_full_strides, 30);
    assert_true(limits.confidence_cap_pulled == .9 && limits.confidence_cap_passive == .6);
    assert_memory_equal(&placement, &usual, sizeof placement);
    assert_true(isnan(kf_settings_athlete(&settings).height_m));
    assert_int_equal(kf_settings_athlete(&settings).sex, KF_SEX_UNKNOWN);
    const struct kf_engine_config config = kf_settings_engine(&settings);
    assert_int_equal(config.settings.cues.count, kf_cues_shipped());
    assert_string_equal(config.settings.cues.rule[0].name, "hamstring-drive");
    assert_true(isnan(config.belt_mps) && isnan(config.baseline_from_s) && isnan(config.baseline_to_s));
    assert_true(config.settings.feedback_warmup_s == 0);
}

/* A runner known without an ini file is the same runner once in the settings. */
static void a_runner_goes_into_the_settings_and_comes_out(void **state)
{
    const struct kf_athlete runner = {61, 1.68, .39, NAN, KF_SEX_FEMALE};
    struct kf_placement placement = kf_placement_default();
    struct kf_settings settings;
    (void)state;
    placement.ratio[KF_SITE_SHANK_R] = .3;
    placement.offset_m[KF_SITE_THIGH_L] = .01;
    kf_settings_default(&settings);
    kf_settings_set_runner(&settings, &runner, &placement);
    const struct kf_athlete athlete = kf_settings_athlete(&settings);
    const struct kf_placement placed = kf_settings_placement(&settings);
    assert_true(athlete.mass_kg == 61 && athlete.height_m == 1.68 && athlete.thigh_m == .39 && isnan(athlete.shank_m));
    assert_int_equal(athlete.sex, KF_SEX_FEMALE);
    assert_memory_equal(&placed, &placement, sizeof placement);
}

/* The choices are "none" and the sites in the order of enum kf_site; section names may have a dot. */
static void pods_reach_the_engine(void **state)
{
    struct kf_settings settings;
    struct kf_settings_layers loaded = {.system_path = ""};
    struct told told = {0};
    static const char *const assignments[] = {"pod.stream_2=rectus_l", "pod.csv.rate_hz=250", "pod.format=csv",
                                              "pod.csv.columns=acc_g gyr_dps"};
    (void)state;
    kf_settings_default(&settings);
    struct kf_engine_config config = kf_settings_engine(&settings);
    assert_null(config.pod[0].driver);
    for (int i = 0; i < KF_POD_MAX_STREAMS; i++)
        assert_int_equal(config.pod[0].stream_site[i], KF_SITE_NONE);
    const struct kf_setting *row = kf_setting_find("pod", "stream_7");
    for (int site = 0; site < KF_SITE_COUNT; site++) {
        assert_int_equal(kf_setting_set(&settings, row, kf_site_name((enum kf_site)site), NULL), KF_OK);
        assert_int_equal(kf_settings_engine(&settings).pod[0].stream_site[7], site);
    }
    assert_int_equal(load(&loaded, NULL, assignments, 4, &told), KF_OK);
    config = kf_settings_engine(&loaded.settings);
    assert_int_equal(config.pod[0].stream_site[2], KF_SITE_RECTUS_L);
    assert_string_equal(config.pod[0].driver->name, "csv");
    assert_int_equal(config.option_count, 2);
    assert_string_equal(config.option[0].value, "acc_g gyr_dps");
    assert_string_equal(config.option[1].key, "rate_hz");
    assert_string_equal(config.option[1].value, "250");
}

/* Every row's default passes its own check, and prints and reads back to itself. */
static void table_agrees_with_itself(void **state)
{
    struct kf_settings settings, copy;
    char value[KF_SETTING_TEXT_MAX + 1], range[KF_SETTING_RANGE_MAX];
    (void)state;
    kf_settings_default(&settings);
    copy = settings;
    for (int i = 0; i < KF_SETTING_ROWS; i++) {
        const struct kf_setting *row = &kf_setting_table[i];
        kf_setting_value(&settings, row, value, sizeof value);
        kf_setting_range(row, range, sizeof range);
        assert_int_equal(kf_setting_set(&copy, row, value, NULL), KF_OK);
        assert_memory_equal(&copy, &settings, sizeof copy);
        assert_ptr_equal(kf_setting_find(row->section, row->key), row);
        assert_non_null(kf_section_help(row->section));
        assert_true(strlen(range) > 0 && strlen(row->help) > 0);
        if (row->type == KF_SETTING_NUMBER || row->type == KF_SETTING_COUNT)
            assert_true(row->min < row->max && row->step > 0);
        if (*row->depends)
            assert_non_null(strchr(row->depends, '='));
    }
}

/* The enums of settings.h are the choices' places in the rows. */
static void choices_are_in_order(void **state)
{
    struct kf_settings settings;
    struct told told;
    (void)state;
    kf_settings_default(&settings);
    assert_int_equal(read_text(&settings,
                               "[athlete]\nsex = f\n[feedback]\nwording = external\n[display]\n"
                               "glyphs = ascii\ntheme = plain\n",
                               &told),
                     KF_OK);
    assert_int_equal(settings.athlete_sex, KF_SET_SEX_FEMALE);
    assert_int_equal(settings.feedback_wording, KF_SET_WORDING_EXTERNAL);
    assert_int_equal(settings.display_glyphs, KF_SET_GLYPHS_ASCII);
    assert_int_equal(settings.display_theme, KF_SET_THEME_PLAIN);
    assert_int_equal(kf_settings_athlete(&settings).sex, KF_SEX_FEMALE);
    assert_int_equal(kf_settings_engine(&settings).settings.feedback_wording, KF_SET_WORDING_EXTERNAL);
}

static void good_files(void **state)
{
    static const char *const files[] = {
        "[athlete]\nheight_m = 1.8\n",
        "[athlete]\r\nheight_m=1.8\r\n",
        "\xef\xbb\xbf[athlete]\nheight_m = 1.8",
        "\xef\xbb\xbf; comment\n\n  [athlete]\n\theight_m : 1.80 ; tall\n# end\n",
        "[athlete]\nname =\n    height_m = 1.8\n",
    };
    struct kf_settings settings;
    struct told told;
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        kf_settings_default(&settings);
        assert_int_equal(read_text(&settings, files[i], &told), KF_OK);
        assert_true(settings.athlete_height_m == 1.8);
        assert_int_equal(told.count, 0);
    }
    settings.athlete_mass_kg = 70;
    assert_int_equal(read_text(&settings, "[athlete]\nmass_kg =\n", &told), KF_OK);
    assert_true(isnan(settings.athlete_mass_kg)); /* empty: not known */
    assert_int_equal(read_text(&settings, "", &told), KF_OK);
}

static void refused_values(void **state)
{
    (void)state;
    assert_refused("[athlete]\n\nheight_m = 3\n", 3, "athlete.height_m cannot be '3'", "1 to 2.5 m");
    assert_refused("[athlete]\nheight_m = 0.99\n", 2, "'0.99'", "1 to 2.5 m");
    assert_refused("[athlete]\nmass_kg = 70,5\n", 2, "'70,5'", "a point, not a comma");
    assert_refused("[athlete]\nmass_kg = 70 kg\n", 2, "'70 kg'", "20 to 250 kg");
    assert_refused("[athlete]\nmass_kg = 70 # kg\n", 2, "'70 # kg'", "begins with ' ;'");
    assert_refused("[athlete]\nmass_kg = nan\n", 2, "'nan'", "20 to 250");
    assert_refused("[athlete]\nmass_kg = 0x46\n", 2, "'0x46'", "20 to 250");
    assert_refused("[swing]\nmin_quality =\n", 2, "cannot be ''", "0 to 1");
    assert_refused("[athlete]\nsex = male\n", 2, "'male'", "unknown, m, f");
    assert_refused("[verdict]\nbaseline_full_strides = 30.5\n", 2, "'30.5'", "3 to 128 strides");
    assert_refused("[verdict]\nbaseline_full_strides = -1\n", 2, "'-1'", "3 to 128");
    assert_refused("[athlete]\nname = a\x1b[2J\n", 2, "athlete.name", "no control characters");
    assert_refused("[athlete]\nname = \xc2\x9b\n", 2, "athlete.name", "no control characters");
    assert_refused("[athlete]\nname = \xff\n", 2, "athlete.name", "UTF-8");
}

static void refused_lines(void **state)
{
    (void)state;
    assert_refused("[athlte]\nheight_m = 9\n", 1, "no section [athlte]", "did you mean [athlete]");
    assert_refused("[athlete]\nheigth_m = 1.8\n", 2, "no key 'heigth_m' in [athlete]", "did you mean 'height_m'");
    assert_refused("[swing]\nknee_excess_deg = 8\n", 2, "no key 'knee_excess_deg'", "belongs to [verdict]");
    assert_refused("height_m = 1.8\n", 1, "before any [section]", "[athlete]");
    assert_refused("[athlete]\nheight_m 1.8\n", 2, "no 'key = value'", "");
    assert_refused("[athlete]\nheight_m", 2, "no 'key = value'", "");
    assert_refused("[athlete\nheight_m = 1.8\n", 1, "no closing ']'", "[section]");
    assert_refused("[athlete]\nmass_kg = 70\nmass_kg = 71\n", 3, "a second time", "line 2");
    assert_refused("[athlete]\nmass_kg = 70\n[athlete]\nmass_kg = 70\n", 4, "a second time", "line 2");
    assert_refused("[verdict]\nbaseline_full_strides = 5\n", 2, "less than", "");
}

/* inih would cut the line silently and count the rest as a line of its own. */
static void long_lines(void **state)
{
    char file[1024];
    struct kf_settings settings;
    struct told told;
    (void)state;
    kf_settings_default(&settings);
    (void)snprintf(file, sizeof file, "[athlete]\n; %0300d\nname = %0191d\nheight_m = 9\n", 0, 0);
    assert_int_equal(strlen("name = ") + 191, 198);
    assert_int_equal(read_text(&settings, file, &told), KF_ERR_CONFIG);
    assert_int_equal(told.count, 2); /* 198 bytes pass the reader and fail as a name; a long comment is no error */
    assert_told(&told, 0, 3, "athlete.name cannot be", "63 bytes");
    assert_told(&told, 1, 4, "'9'", "1 to 2.5");
    (void)snprintf(file, sizeof file, "[athlete]\nname = %0192d\nheight_m = 9\n[%060d]\n", 0, 0);
    assert_int_equal(read_text(&settings, file, &told), KF_ERR_CONFIG);
    assert_int_equal(told.count, 3);
    assert_told(&told, 0, 2, "longer than 198 bytes", "");
    assert_told(&told, 1, 3, "'9'", "1 to 2.5");
    assert_told(&told, 2, 4, "longer than 49 bytes", "");
}

static void all_at_once(void **state)
{
    struct kf_settings settings, before;
    struct told told;
    (void)state;
    kf_settings_default(&settings);
    before = settings;
    assert_int_equal(read_text(&settings,
                               "[athlete]\nheight_m = 1.8\nmass_kg = 1\nsex = x\nbogus\n[nowhere]\na = 1\n"
                               "[display]\nfps = 0\n",
                               &told),
                     KF_ERR_CONFIG);
    assert_int_equal(told.count, 5);
    assert_told(&told, 0, 3, "mass_kg", "20 to 250");
    assert_told(&told, 1, 4, "sex", "unknown, m, f");
    assert_told(&told, 2, 5, "no 'key = value'", "");
    assert_told(&told, 3, 6, "no section [nowhere]", "");
    assert_told(&told, 4, 9, "display.fps cannot be '0'", "1 to 60");
    assert_memory_equal(&settings, &before, sizeof settings); /* the good height_m is not applied either */
}

static void binary_files(void **state)
{
    static const char nul[] = "[athlete]\nname = a\0b\nheight_m = 1.8\n";
    struct kf_settings settings;
    struct told told;
    (void)state;
    kf_settings_default(&settings);
    assert_int_equal(read_bytes(&settings, NULL, nul, sizeof nul - 1, &told), KF_ERR_CONFIG);
    assert_int_equal(told.count, 1);
    assert_told(&told, 0, 2, "NUL", "");
}

static void write_file(char path[64], const char *text)
{
    (void)snprintf(path, 64, "/tmp/kneefold-settings-XXXXXX");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *stream = fdopen(fd, "w");
    assert_non_null(stream);
    fputs(text, stream);
    (void)fclose(stream);
}

static void layers_win_in_order(void **state)
{
    static const char *const assignments[] = {"athlete.mass_kg=74"};
    struct kf_settings_layers layers;
    struct told told = {0};
    char system_file[64], user_file[64], own_file[64];
    (void)state;
    write_file(system_file, "[athlete]\nname = system\nmass_kg = 71\nheight_m = 1.71\nthigh_m = .41\n");
    write_file(user_file, "[athlete]\n\nmass_kg = 72\nheight_m = 1.72\n");
    write_file(own_file, "[athlete]\n\n\nmass_kg = 73\n");
    (void)snprintf(layers.system_path, sizeof layers.system_path, "%s", system_file);
    (void)snprintf(layers.user_path, sizeof layers.user_path, "%s", user_file);
    assert_int_equal(load(&layers, own_file, assignments, 1, &told), KF_OK);
    assert_string_equal(layers.settings.athlete_name, "system");
    assert_true(layers.settings.athlete_height_m == 1.72 && layers.settings.athlete_mass_kg == 74);
    assert_string_equal(layers.origin.row[KF_SETTING_INDEX_athlete_height_m].file, user_file);
    assert_int_equal(layers.origin.row[KF_SETTING_INDEX_athlete_height_m].line, 4);
    assert_string_equal(layers.origin.row[KF_SETTING_INDEX_athlete_mass_kg].file, "-o");
    assert_null(layers.origin.row[KF_SETTING_INDEX_athlete_shank_m].file);
    assert_int_equal(load(&layers, own_file, NULL, 0, &told), KF_OK);
    assert_true(layers.settings.athlete_mass_kg == 73);
    (void)remove(user_file);
    assert_int_equal(load(&layers, NULL, NULL, 0, &told), KF_OK); /* may be missing */
    assert_true(layers.system_read && !layers.user_read && layers.settings.athlete_mass_kg == 71);
    assert_int_equal(told.count, 0);
    (void)remove(own_file);
    assert_int_equal(load(&layers, own_file, NULL, 0, &told), KF_ERR_NO_INPUT); /* named: may not */
    assert_int_equal(told.count, 1);
    (void)remove(system_file);
}

static void assignments_are_checked(void **state)
{
    static const char *const bad[] = {"athlete.mass_kg",
                                      "mass_kg=70",
                                      "athlete.mas_kg=70",
                                      "athlet.mass_kg=70",
                                      "athlete.mass_kg=7",
                                      "verdict.baseline_full_strides=4",
                                      "=",
                                      ".=",
                                      ""};
    struct kf_settings_layers layers;
    (void)state;
    memset(&layers, 0, sizeof layers);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct told told = {0};
        assert_int_equal(load(&layers, NULL, &bad[i], 1, &told), KF_ERR_CONFIG);
        assert_int_equal(told.count, 1);
        assert_string_equal(told.problem[0].file, "-o");
    }
}

static void paths_follow_xdg(void **state)
{
    struct kf_settings_layers layers;
    (void)state;
    kf_settings_paths(&layers, &(struct kf_environment){"/etc", NULL, "/x", NULL, "/home/a"});
    assert_string_equal(layers.system_path, "/etc/kneefold/kneefold.ini");
    assert_string_equal(layers.user_path, "/x/kneefold/kneefold.ini");
    kf_settings_paths(&layers,
                      &(struct kf_environment){"/etc", NULL, "", NULL,
                                               "/home/a"}); /* empty or relative: ignored, as the XDG text asks */
    assert_string_equal(layers.user_path, "/home/a/.config/kneefold/kneefold.ini");
    kf_settings_paths(&layers, &(struct kf_environment){.system_dir = "/etc"});
    assert_string_equal(layers.user_path, "");
}

enum { TEMPLATE_MAX = 128 * 1024 };

static size_t template_text(char *text)
{
    FILE *stream = tmpfile();
    assert_non_null(stream);
    kf_settings_template(stream);
    rewind(stream);
    const size_t length = fread(text, 1, TEMPLATE_MAX - 1, stream);
    assert_true(length < TEMPLATE_MAX - 1);
    text[length] = '\0';
    (void)fclose(stream);
    return length;
}

static void template_is_fresh(void **state)
{
    static char text[TEMPLATE_MAX], committed[TEMPLATE_MAX];
    const size_t length = template_text(text);
    FILE *stream = fopen(KF_SRCDIR "/config/kneefold.ini", "r");
    (void)state;
    assert_non_null(stream);
    const size_t got = fread(committed, 1, sizeof committed, stream);
    (void)fclose(stream);
    if (got != length || memcmp(committed, text, length) != 0)
        fail_msg("config/kneefold.ini is stale: make update-config");
}

/* With every ';' taken off, the template sets every row to its default. */
static void template_reads_back(void **state)
{
    static char text[TEMPLATE_MAX];
    const size_t length = template_text(text);
    struct kf_settings settings, defaults;
    struct kf_settings_origins origin = {0};
    struct told told;
    (void)state;
    kf_settings_default(&defaults);
    settings = defaults;
    settings.display_fps = 1;
    for (char *at = strstr(text, "\n; "); at; at = strstr(at, "\n; "))
        at[1] = ' ';
    assert_int_equal(read_bytes(&settings, &origin, text, length, &told), KF_OK);
    assert_memory_equal(&settings, &defaults, sizeof settings);
    for (int i = 0; i < KF_SETTING_ROWS; i++)
        assert_non_null(origin.row[i].file);
}

static void numbers_read_back(void **state)
{
    static const double values[] = {0, .1, -.1, 1.0 / 3, 1e300, -5e-324, 123456789.125, 0.30000000000000004, 200};
    static const char *const refused[] = {"", " 1", "1 ", "+", ".", "1e", "1e+", "inf", "nan", "0x1", "1,5", "1e999"};
    char text[KF_NUMBER_TEXT_MAX];
    double value = 7;
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const size_t length = kf_number_write(text, values[i]);
        assert_int_equal(length, strlen(text));
        assert_true(kf_number_read(text, &value));
        assert_true(value == values[i]);
    }
    kf_number_write(text, .1);
    assert_string_equal(text, "0.1");
    uint64_t bits = 1;
    for (int i = 0; i < 100000; i++) { /* they read back, and 15 digits are all there are where 15 do */
        char shorter[KF_NUMBER_TEXT_MAX];
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const double scaled = ldexp((double)(bits >> (i % 2 ? 11 : 40)), (int)(bits % 90) - 80);
        const double any =
            i % 10 > 0 ? scaled : nextafter(pow(10, (int)(bits % 40) - 20), scaled); /* 9.99..., 1.00... */
        kf_number_write(text, any);
        assert_true(strtod(text, NULL) == any);
        (void)snprintf(shorter, sizeof shorter, "%.15g", any);
        if (strtod(shorter, NULL) == any)
            assert_string_equal(text, shorter);
    }
    value = 7;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_false(kf_number_read(refused[i], &value));
    assert_true(value == 7);
    assert_true(kf_number_read("-.5e1", &value) && value == -5);
}

static void nearest_words(void **state)
{
    static const char *const words[] = {"analyze", "config", "demo", "live", "ports", "replay", "simulate"};
    static const char *const typed[][2] = {{"analyse", "analyze"}, {"lvie", "live"}, {"dem", "demo"},
                                           {"prots", "ports"},     {"LIVE", "live"}, {"simlate", "simulate"},
                                           {"xyzzy", NULL},        {"z", NULL},      {"", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        struct kf_suggestion best = {0};
        for (size_t j = 0; j < sizeof words / sizeof words[0]; j++)
            kf_suggest_offer(&best, typed[i][0], words[j]);
        if (!typed[i][1])
            assert_null(best.word);
        else
            assert_string_equal(best.word, typed[i][1]);
    }
    assert_int_equal(kf_suggest_distance("ab", "ba", 9), 1);
    assert_int_equal(kf_suggest_distance("kitten", "sitting", 9), 3);
    assert_int_equal(kf_suggest_distance("kitten", "sitting", 1), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_core_s),
        cmocka_unit_test(a_runner_goes_into_the_settings_and_comes_out),
        cmocka_unit_test(pods_reach_the_engine),
        cmocka_unit_test(table_agrees_with_itself),
        cmocka_unit_test(choices_are_in_order),
        cmocka_unit_test(good_files),
        cmocka_unit_test(refused_values),
        cmocka_unit_test(refused_lines),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(all_at_once),
        cmocka_unit_test(binary_files),
        cmocka_unit_test(layers_win_in_order),
        cmocka_unit_test(assignments_are_checked),
        cmocka_unit_test(paths_follow_xdg),
        cmocka_unit_test(template_is_fresh),
        cmocka_unit_test(template_reads_back),
        cmocka_unit_test(numbers_read_back),
        cmocka_unit_test(nearest_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
