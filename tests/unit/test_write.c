/* test_write.c - protects a coach's settings file from the program: a change touches the bytes of one value or adds or
 * takes out one line, over thousands of generated files; saving leaves the old file or the new one, through links, with
 * mode kept; and all settings as one text read back to the same settings. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
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

#include "settings/layers.h"
#include "settings/write.h"

enum { TEXT_MAX = 16 * 1024, LINES_MAX = 512, FILES = 3000 };

static uint32_t random_state = 7;

static unsigned any(unsigned below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

static const char *one_of(const char *const *words, unsigned count)
{
    return words[any(count)];
}

/* ---- generated files ---- */

struct sheet {
    char text[TEXT_MAX];
    size_t length;
    bool foreign; /* it has keys the program does not know */
    const char *end;
};

static void put(struct sheet *sheet, const char *word)
{
    const size_t length = strlen(word);
    assert_true(sheet->length + length < TEXT_MAX);
    memcpy(sheet->text + sheet->length, word, length + 1);
    sheet->length += length;
}

static void put_spoken(struct sheet *sheet)
{
    static const char *const lines[] = {"", "; note", "# 3.96 m/s, said Ann", "  ; indented", "\t", ";", "#=:[]"};
    for (unsigned i = any(3); i > 0; i--) {
        put(sheet, one_of(lines, 7));
        put(sheet, sheet->end);
    }
}

static void put_key(struct sheet *sheet, const char *key, const char *value)
{
    static const char *const equals[] = {" = ", "=", " =", "= ", "\t=\t", " : ", ":"};
    static const char *const behind[] = {"", "", "", " ", " ; why", "\t;why = not"};
    static const char *const indents[] = {"", "", "", "  ", "\t"};
    put(sheet, one_of(indents, 5));
    put(sheet, key);
    put(sheet, one_of(equals, 7));
    put(sheet, value);
    put(sheet, one_of(behind, 6));
    put(sheet, sheet->end);
}

static void put_twin(struct sheet *sheet, const char *key)
{
    put(sheet, any(2) ? "; " : "#");
    put(sheet, key);
    put(sheet, " = 1");
    put(sheet, sheet->end);
}

/* A valid value of the row, other than its default as often as not. */
static void value_of(struct kf_place place, char value[KF_SETTING_VALUE_MAX])
{
    struct kf_settings settings;
    static const char *const tries[] = {"1",  ".25",          "0.5", "30",       "cadence_spm", "pulled", "yes",
                                        "no", "Ann B. Olsen", "m",   "external", "ascii",       "x # y",  "below",
                                        "",   "3e1"};
    kf_settings_default(&settings);
    for (unsigned i = 0; i < 8; i++) {
        const char *try = one_of(tries, 16);
        if (kf_place_set(&settings, place, try, NULL) == KF_OK) {
            (void)snprintf(value, KF_SETTING_VALUE_MAX, "%s", try);
            return;
        }
    }
    kf_place_value(&settings, place, value, KF_SETTING_VALUE_MAX);
}

static bool is_among(const unsigned *taken, unsigned count, unsigned index)
{
    for (unsigned i = 0; i < count; i++)
        if (taken[i] == index)
            return true;
    return false;
}

static void make_sheet(struct sheet *sheet, const struct kf_settings *defaults)
{
    unsigned taken[16], count = any(16);
    char section[KF_SECTION_MAX], last[KF_SECTION_MAX] = "", value[KF_SETTING_VALUE_MAX];
    *sheet = (struct sheet){.end = any(3) ? "\n" : "\r\n"};
    if (any(4) == 0)
        put(sheet, "\xef\xbb\xbf");
    put_spoken(sheet);
    for (unsigned i = 0; i < count; i++) {
        unsigned index = any(kf_place_count(defaults));
        if (i > 0 && any(2)) /* stay near, so that sections have more than one key */
            index = taken[i - 1] + 1 < kf_place_count(defaults) ? taken[i - 1] + 1 : 0;
        const struct kf_place place = kf_place_at(index);
        if (is_among(taken, i, index)) {
            count = i;
            break;
        }
        taken[i] = index;
        kf_place_section(defaults, place, section, sizeof section);
        if (strcmp(section, last) != 0 || any(8) == 0) {
            put(sheet, "[");
            put(sheet, section);
            put(sheet, any(5) ? "]" : "] ; said");
            put(sheet, sheet->end);
            memcpy(last, section, sizeof last);
        }
        put_spoken(sheet);
        if (any(4) == 0)
            put_twin(sheet, place.row->key);
        value_of(place, value);
        put_key(sheet, place.row->key, value);
        if (any(12) == 0) {
            put_key(sheet, "zzz", "kept");
            sheet->foreign = true;
        }
    }
    put_spoken(sheet);
    if (any(5) == 0 && sheet->length > 0 && sheet->text[sheet->length - 1] == '\n')
        sheet->length -= strlen(sheet->end);
}

/* ---- an ini reader of the test's own, as simple as can be ---- */

struct lines {
    unsigned count;
    struct {
        const char *at;
        size_t length; /* with its ending */
    } line[LINES_MAX];
};

static struct lines split(const char *text, size_t length)
{
    struct lines lines = {0};
    for (size_t at = 0; at < length; lines.count++) {
        const char *newline = memchr(text + at, '\n', length - at);
        const size_t next = newline ? (size_t)(newline - text) + 1 : length;
        assert_true(lines.count < LINES_MAX);
        lines.line[lines.count].at = text + at;
        lines.line[lines.count].length = next - at;
        at = next;
    }
    return lines;
}

/* One line without ending, mark and blanks at both ends. */
static void bare(char out[512], const char *at, size_t length)
{
    if (length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) {
        at += 3;
        length -= 3;
    }
    while (length > 0 && strchr(" \t\r\n", at[length - 1]))
        length--;
    while (length > 0 && strchr(" \t", at[0])) {
        at++;
        length--;
    }
    assert_true(length < 512);
    memcpy(out, at, length);
    out[length] = '\0';
}

/* The number of the line that sets section.key, and its value; -1 when none does. */
static int look_up(const struct lines *lines, const char *section, const char *key, char value[512])
{
    char text[512], in[512] = "", name[512];
    for (unsigned i = 0; i < lines->count; i++) {
        bare(text, lines->line[i].at, lines->line[i].length);
        if (text[0] == ';' || text[0] == '#')
            continue;
        char *comment = strstr(text, " ;");
        if (!comment)
            comment = strstr(text, "\t;");
        if (comment)
            *comment = '\0';
        if (text[0] == '[') {
            (void)snprintf(in, sizeof in, "%.*s", (int)strcspn(text + 1, "]"), text + 1);
            continue;
        }
        const size_t equals = strcspn(text, "=:");
        if (!text[equals] || strcmp(in, section) != 0)
            continue;
        bare(name, text, equals);
        bare(value, text + equals + 1, strlen(text + equals + 1));
        if (strcmp(name, key) == 0)
            return (int)i;
    }
    return -1;
}

/* ---- the property ---- */

static bool same_line(const struct lines *a, unsigned i, const struct lines *b, unsigned j)
{
    return a->line[i].length == b->line[j].length && memcmp(a->line[i].at, b->line[j].at, a->line[i].length) == 0;
}

/* `after` is `before` with lines from `first` on added or taken out, and nothing else. */
static void assert_only_lines(const struct lines *before, const struct lines *after)
{
    const struct lines *few = before->count < after->count ? before : after, *many = few == before ? after : before;
    const unsigned more = many->count - few->count;
    unsigned first = 0;
    assert_true(more > 0 && more <= 3);
    while (first < few->count && same_line(few, first, many, first))
        first++;
    for (unsigned i = first; i < few->count; i++)
        if (!same_line(few, i, many, i + more))
            fail_msg("line %u changed", i + 1);
}

/* Only the value's bytes of that one line differ. */
static void assert_only_value(const struct lines *before, const struct lines *after, unsigned line)
{
    assert_int_equal(before->count, after->count);
    for (unsigned i = 0; i < before->count; i++)
        if (i != line && !same_line(before, i, after, i))
            fail_msg("line %u changed, not %u", i + 1, line + 1);
    const char *a = before->line[line].at, *b = after->line[line].at;
    const size_t head = (size_t)(strpbrk(a, "=:") - a) + 1;
    assert_memory_equal(a, b, head);
    const char *a_tail = strpbrk(a + head, ";\r\n"), *b_tail = strpbrk(b + head, ";\r\n");
    if (a_tail && a_tail < a + before->line[line].length)
        assert_memory_equal(a_tail, b_tail, (size_t)(a + before->line[line].length - a_tail));
}

static struct kf_text_file file_of(const struct sheet *sheet)
{
    struct kf_text_file file = {malloc(sheet->length + 1), sheet->length};
    assert_non_null(file.text);
    memcpy(file.text, sheet->text, sheet->length);
    file.text[sheet->length] = '\0';
    return file;
}

static void quiet(void *context, const struct kf_settings_problem *problem)
{
    (void)snprintf(context, 256, "%u: %s", problem->line, problem->text);
}

/* The program reads back what was written, unless the file has other things wrong with it. */
static void assert_reads(const struct kf_text_file *file, struct kf_place place, const char *value)
{
    char why[256] = "", got[KF_SETTING_VALUE_MAX], wanted[KF_SETTING_VALUE_MAX];
    struct kf_settings settings, meant;
    const struct kf_settings_listener listener = {quiet, why};
    const struct kf_settings_text text = {.name = "t", .text = file->text, .length = file->length};
    kf_settings_default(&settings);
    meant = settings;
    if (kf_settings_read(&settings, NULL, &text, &listener) != KF_OK)
        return; /* a contradiction between values, which any change may make */
    assert_int_equal(kf_place_set(&meant, place, value, NULL), KF_OK);
    kf_place_value(&settings, place, got, sizeof got);
    kf_place_value(&meant, place, wanted, sizeof wanted);
    assert_string_equal(got, wanted);
}

static void set_and_look(const struct sheet *sheet, const char *section, struct kf_place place, const char *value)
{
    struct kf_text_file file = file_of(sheet);
    const struct lines before = split(sheet->text, sheet->length);
    char old[512], got[512];
    const int was = look_up(&before, section, place.row->key, old);
    assert_int_equal(kf_ini_set(&file, section, place.row->key, value, NULL), KF_OK);
    const struct lines after = split(file.text, file.length);
    assert_true(look_up(&after, section, place.row->key, got) >= 0);
    assert_string_equal(got, value);
    const bool open = sheet->length > 0 && sheet->text[sheet->length - 1] != '\n';
    if (was >= 0)
        assert_only_value(&before, &after, (unsigned)was);
    else if (!open)
        assert_only_lines(&before, &after);
    if (!sheet->foreign)
        assert_reads(&file, place, value);
    struct kf_text_file again = {malloc(file.length + 1), file.length};
    memcpy(again.text, file.text, file.length + 1);
    assert_int_equal(kf_ini_set(&again, section, place.row->key, value, NULL), KF_OK);
    assert_int_equal(again.length, file.length);
    assert_memory_equal(again.text, file.text, file.length);
    kf_text_file_free(&again);
    /* Taken out again: the line is gone, and a file whose section was there is as it was. */
    const bool had_section = strstr(sheet->text, section) != NULL;
    assert_int_equal(kf_ini_set(&file, section, place.row->key, NULL, NULL), KF_OK);
    const struct lines without = split(file.text, file.length);
    assert_int_equal(look_up(&without, section, place.row->key, got), -1);
    if (was < 0 && had_section && !open && without.count == before.count) {
        assert_int_equal(file.length, sheet->length);
        assert_memory_equal(file.text, sheet->text, sheet->length);
    } else if (was >= 0) {
        assert_only_lines(&before, &without);
    }
    kf_text_file_free(&file);
}

static void a_change_is_all_that_changes(void **state)
{
    static struct sheet sheet;
    struct kf_settings defaults;
    char section[KF_SECTION_MAX], value[KF_SETTING_VALUE_MAX];
    (void)state;
    kf_settings_default(&defaults);
    for (unsigned i = 0; i < FILES; i++) {
        make_sheet(&sheet, &defaults);
        for (unsigned k = 0; k < 4; k++) {
            const struct kf_place place = kf_place_at(any(kf_place_count(&defaults)));
            kf_place_section(&defaults, place, section, sizeof section);
            value_of(place, value);
            set_and_look(&sheet, section, place, value);
        }
    }
}

static void assert_set(const char *before, const char *section, const char *key, const char *value, const char *after)
{
    struct sheet sheet = {.length = strlen(before)};
    memcpy(sheet.text, before, sheet.length);
    struct kf_text_file file = file_of(&sheet);
    assert_int_equal(kf_ini_set(&file, section, key, value, NULL), KF_OK);
    assert_string_equal(file.text, after);
    kf_text_file_free(&file);
}

static void where_things_go(void **state)
{
    (void)state;
    assert_set("", "a", "k", "1", "[a]\nk = 1\n");
    assert_set("[a]", "a", "k", "1", "[a]\nk = 1\n");
    assert_set("[b]\r\nx=1\r\n", "a", "k", "1", "[b]\r\nx=1\r\n\r\n[a]\r\nk = 1\r\n");
    assert_set("[a]\n\tx = 1\n\n# of b\n[b]\n", "a", "k", "1", "[a]\n\tx = 1\n\tk = 1\n\n# of b\n[b]\n");
    assert_set("[a]\n; k = 5\n\n; x = 1\n", "a", "k", "1", "[a]\n; k = 5\nk = 1\n\n; x = 1\n");
    assert_set("[a]\nk=5;no ;c\n", "a", "k", "1", "[a]\nk=1 ;c\n");
    assert_set("[a]\nk =\n", "a", "k", "1", "[a]\nk = 1\n");
    assert_set("[a]\nk = ; c\n", "a", "k", "1", "[a]\nk = 1 ; c\n");
    assert_set("[a]\nk = 5 ; c\n", "a", "k", "", "[a]\nk =  ; c\n");
    assert_set("[b]\nk = 5\n[a]\nk = 6\nx = 7\n", "a", "k", NULL, "[b]\nk = 5\n[a]\nx = 7\n");
    assert_set("\xef\xbb\xbf[a]\nk = 5\n", "a", "k", "6", "\xef\xbb\xbf[a]\nk = 6\n");
}

/* ---- on disk ---- */

static char folder[] = "/tmp/kneefold-write-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static void in_folder(char path[128], const char *name)
{
    (void)snprintf(path, 128, "%s/%s", folder, name);
}

static void put_file(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    assert_int_equal(fclose(stream), 0);
}

static void assert_file(const char *path, const char *text)
{
    struct kf_text_file file;
    assert_int_equal(kf_text_file_read(&file, path, 0, NULL), KF_OK);
    assert_string_equal(file.text, text);
    kf_text_file_free(&file);
}

static enum kf_status change(const char *path, const char *section, const char *key, const char *value,
                             struct kf_error *error)
{
    const struct kf_change_file file = {.path = path};
    const struct kf_change changes[] = {{section, key, value}};
    return kf_settings_change(&file, changes, 1, error);
}

static void links_and_modes_stay(void **state)
{
    char real[128], link[128], dangling[128], made[128], sub[128];
    struct stat about;
    struct kf_error error = {0};
    (void)state;
    in_folder(real, "real.ini");
    in_folder(link, "link.ini");
    in_folder(dangling, "dangling.ini");
    in_folder(made, "sub/sub/made.ini");
    put_file(real, "[athlete]\nmass_kg = 70\n");
    assert_int_equal(chmod(real, 0640), 0);
    if (geteuid() == 0) /* someone else's file stays theirs */
        assert_int_equal(chown(real, 1, 2), 0);
    assert_int_equal(symlink("real.ini", link), 0);
    assert_int_equal(change(link, "athlete", "mass_kg", "71", &error), KF_OK);
    assert_file(real, "[athlete]\nmass_kg = 71\n");
    assert_true(lstat(link, &about) == 0 && S_ISLNK(about.st_mode));
    assert_true(stat(real, &about) == 0 && (about.st_mode & 07777) == 0640);
    assert_true(geteuid() != 0 || (about.st_uid == 1 && about.st_gid == 2));
    assert_int_equal(unlink(real), 0);
    assert_int_equal(change(link, "athlete", "mass_kg", "72", &error), KF_OK); /* a link to nothing yet */
    assert_file(real, "[athlete]\nmass_kg = 72\n");
    assert_int_equal(symlink("dangling.ini", dangling), 0); /* to itself */
    assert_int_not_equal(change(dangling, "athlete", "mass_kg", "72", &error), KF_OK);
    assert_int_equal(change(made, "athlete", "mass_kg", "73", &error), KF_OK);
    assert_file(made, "[athlete]\nmass_kg = 73\n");
    assert_true(unlink(real) == 0 && unlink(link) == 0 && unlink(dangling) == 0 && unlink(made) == 0);
    in_folder(sub, "sub/sub");
    assert_int_equal(rmdir(sub), 0);
    in_folder(sub, "sub");
    assert_int_equal(rmdir(sub), 0);
}

static void wrong_changes_change_nothing(void **state)
{
    static const char text[] = "[verdict]\nbaseline_full_strides = 30\n";
    const struct kf_change both[] = {{"athlete", "mass_kg", "70"}, {"athlete", "mass_kg", "7"}};
    struct kf_error error = {0};
    char path[128];
    (void)state;
    in_folder(path, "t.ini");
    put_file(path, text);
    assert_int_equal(change(path, "athlete", "mass_kg", "7", &error), KF_ERR_CONFIG);
    assert_non_null(strstr(error.hint, "20 to 250"));
    assert_int_equal(change(path, "athlete", "mas_kg", "70", &error), KF_ERR_CONFIG);
    assert_int_equal(change(path, "verdict", "baseline_full_strides", "4", &error), KF_ERR_CONFIG);
    assert_non_null(strstr(error.text, ":2:"));
    assert_int_equal(change(path, "cue x", "limit", "4", &error), KF_ERR_CONFIG); /* a cue without a metric */
    assert_int_equal(kf_settings_change(&(struct kf_change_file){.path = path}, both, 2, &error), KF_ERR_CONFIG);
    assert_int_equal(kf_settings_change(&(struct kf_change_file){.path = path, .athlete = true}, both, 1, &error),
                     KF_ERR_CONFIG);
    assert_file(path, text);
    put_file(path, "[athlete]\nbogus = 1\n");
    assert_int_equal(change(path, "athlete", "mass_kg", "70", &error), KF_ERR_CONFIG);
    assert_non_null(strstr(error.hint, "mend the file first"));
    assert_file(path, "[athlete]\nbogus = 1\n");
    assert_int_equal(unlink(path), 0);
}

/* A disk that is full: here, a file that may not grow. */
static void full_disk(void **state)
{
    struct rlimit old, small = {8, 8};
    struct kf_error error = {0};
    char path[128];
    (void)state;
    in_folder(path, "t.ini");
    put_file(path, "[athlete]\nmass_kg = 70\n");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const enum kf_status status = change(path, "athlete", "mass_kg", "71", &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(status, KF_ERR_IO);
    assert_int_equal(error.os_errno, EFBIG);
    assert_non_null(strstr(error.text, "t.ini"));
    assert_file(path, "[athlete]\nmass_kg = 70\n");
    assert_int_equal(unlink(path), 0);
}

static void protected_places(void **state)
{
    struct kf_error error = {0};
    char path[128];
    (void)state;
    assert_int_equal(change(folder, "athlete", "mass_kg", "71", &error), KF_ERR_NO_INPUT); /* it is a folder */
    assert_int_equal(change("/proc/self/kneefold.ini", "athlete", "mass_kg", "71", &error), KF_ERR_IO);
    assert_true(error.os_errno != 0 && *error.text);
    if (geteuid() == 0)
        return; /* root may write anywhere */
    in_folder(path, "t.ini");
    put_file(path, "[athlete]\n");
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(change(path, "athlete", "mass_kg", "71", &error), KF_ERR_IO);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(chmod(folder, 0500), 0);
    assert_int_equal(change(path, "athlete", "mass_kg", "71", &error), KF_ERR_IO);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_file(path, "[athlete]\n");
    assert_int_equal(unlink(path), 0);
}

/* Nothing that was written beside is still there. */
static void nothing_is_left(void **state)
{
    (void)state;
    assert_int_equal(rmdir(folder), 0);
}

/* ---- the whole ---- */

/* Some settings other than their defaults, free of contradictions. */
static struct kf_settings any_settings(void)
{
    static const char own[] = "[cue own-1]\nmetric = cadence_spm\nwhen = below\nlimit = 165.25\nrelease = 168\n"
                              "leg = both\nneed = 8\nof = 10\npriority = 3\ntext = Quicker; lighter\n";
    const struct kf_settings_text file = {.name = "own", .text = own, .length = sizeof own - 1};
    char why[256] = "", value[KF_SETTING_VALUE_MAX];
    const struct kf_settings_listener listener = {quiet, why};
    struct kf_settings settings;
    kf_settings_default(&settings);
    if (any(2))
        assert_int_equal(kf_settings_read(&settings, NULL, &file, &listener), KF_OK);
    for (unsigned i = 0; i < 40; i++) {
        const struct kf_settings before = settings;
        const struct kf_place place = kf_place_at(any(kf_place_count(&settings)));
        value_of((struct kf_place){place.row, place.cue < 0 ? -1 : 0}, value);
        assert_int_equal(kf_place_set(&settings, place, value, NULL), KF_OK);
        if (kf_settings_check_all(&settings, NULL) != KF_OK)
            settings = before;
    }
    return settings;
}

static void the_whole_reads_back(void **state)
{
    static char text[KF_SETTINGS_WHOLE_MAX], small[64];
    char why[256] = "";
    const struct kf_settings_listener listener = {quiet, why};
    struct kf_settings back;
    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        const struct kf_settings settings = any_settings();
        const size_t length = kf_settings_whole(&settings, text, sizeof text);
        assert_int_equal(length, strlen(text));
        const struct kf_settings_text file = {.name = "w", .text = text, .length = length, .program = true};
        if (kf_settings_restore(&back, &file, &listener) != KF_OK)
            fail_msg("%s", why);
        assert_memory_equal(&back, &settings, sizeof back);
        kf_settings_default(&back);
        assert_int_equal(kf_settings_read(&back, NULL, &file, &listener), KF_OK); /* over what is built in, too */
        assert_memory_equal(&back, &settings, sizeof back);
        assert_int_equal(kf_settings_whole(&settings, small, sizeof small), length);
        assert_int_equal(strlen(small), sizeof small - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_all_that_changes),
        cmocka_unit_test(where_things_go),
        cmocka_unit_test(links_and_modes_stay),
        cmocka_unit_test(wrong_changes_change_nothing),
        cmocka_unit_test(full_disk),
        cmocka_unit_test(protected_places),
        cmocka_unit_test(nothing_is_left),
        cmocka_unit_test(the_whole_reads_back),
    };
    return cmocka_run_group_tests(tests, make_folder, NULL);
}
