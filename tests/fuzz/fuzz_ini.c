/* fuzz_ini.c - protects settings against any bytes in their file: no crash, a file is used whole or not at all, what is
 * read can be written out and read back to the same, and a value changed in any text is the value read from it.
 *
 * configure CC=clang --enable-fuzzing && make tests/fuzz/fuzz_ini && tests/fuzz/fuzz_ini CORPUS */
#include "fuzz_ini.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/write.h"

static void demand(int kept, const char *promise)
{
    if (!kept) {
        fprintf(stderr, "fuzz_ini: broken: %s\n", promise);
        abort();
    }
}

struct told {
    unsigned count, last_line;
};

static void tell(void *context, const struct kf_settings_problem *problem)
{
    struct told *told = context;
    told->count++;
    told->last_line = problem->line;
    demand(problem->text && *problem->text && problem->hint && problem->file, "a problem is told in words");
}

static enum kf_status read_over(struct kf_settings *settings, const char *text, size_t length, bool athlete,
                                struct told *told)
{
    const struct kf_settings_listener listener = {tell, told};
    const struct kf_settings_text file = {.name = "fuzz", .text = text, .length = length, .athlete = athlete};
    *told = (struct told){0};
    return kf_settings_read(settings, NULL, &file, &listener);
}

static size_t count_lines(const char *text, size_t length)
{
    size_t lines = 1;
    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    return lines;
}

static void check_whole(const struct kf_settings *settings)
{
    static char text[KF_SETTINGS_WHOLE_MAX];
    struct kf_settings back;
    struct told told = {0};
    const struct kf_settings_listener listener = {tell, &told};
    const size_t length = kf_settings_whole(settings, text, sizeof text);
    demand(length < sizeof text, "all settings fit");
    const struct kf_settings_text file = {.name = "whole", .text = text, .length = length};
    demand(kf_settings_restore(&back, &file, &listener) == KF_OK, "the whole is a good file");
    demand(memcmp(&back, settings, sizeof back) == 0, "the whole reads back to the same");
}

static void check_read(const char *text, size_t length, bool athlete)
{
    struct kf_settings before, settings;
    struct told told;
    kf_settings_default(&before);
    settings = before;
    const enum kf_status status = read_over(&settings, text, length, athlete, &told);
    demand(told.last_line <= count_lines(text, length), "a problem has a line of the file");
    if (status == KF_OK) {
        demand(told.count == 0, "a good file has no problems");
        check_whole(&settings);
    } else {
        demand(status == KF_ERR_CONFIG && told.count > 0, "a bad file has problems");
        demand(memcmp(&before, &settings, sizeof settings) == 0, "a bad file changes nothing");
    }
}

/* The value of a place that the bytes choose, written into the text; where it was good it still is. */
static void check_write(const char *text, size_t length, unsigned choice, bool remove)
{
    struct kf_settings defaults, settings;
    struct kf_text_file file = {malloc(length + 1), length}, again = {NULL, 0};
    struct told told;
    char section[KF_SECTION_MAX], value[KF_SETTING_VALUE_MAX], got[KF_SETTING_VALUE_MAX];
    if (!file.text)
        return;
    memcpy(file.text, text, length);
    file.text[length] = '\0';
    kf_settings_default(&defaults);
    const struct kf_place place = kf_place_at(choice % kf_place_count(&defaults));
    kf_place_section(&defaults, place, section, sizeof section);
    kf_place_value(&defaults, place, value, sizeof value);
    const char *wanted = remove ? NULL : value;
    settings = defaults;
    const bool was_good = read_over(&settings, text, length, false, &told) == KF_OK;
    demand(kf_ini_set(&file, section, place.row->key, wanted, NULL) == KF_OK, "a value is written");
    again.text = malloc(file.length + 1);
    if (again.text) {
        memcpy(again.text, file.text, file.length + 1);
        again.length = file.length;
        const size_t keep = file.length;
        demand(kf_ini_set(&again, section, place.row->key, wanted, NULL) == KF_OK, "and again");
        demand(remove || (again.length == keep && memcmp(again.text, file.text, keep) == 0),
               "writing twice is writing once");
    }
    settings = defaults;
    if (was_good && read_over(&settings, file.text, file.length, false, &told) == KF_OK) {
        kf_place_value(&settings, place, got, sizeof got);
        demand(strcmp(got, value) == 0, "what was written is read");
    }
    kf_text_file_free(&again);
    kf_text_file_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (count < 2 || count > 100000)
        return 0;
    const char *text = (const char *)bytes + 2;
    check_read(text, count - 2, false);
    check_read(text, count - 2, true);
    check_write(text, count - 2, bytes[0] * 3u + bytes[1] / 64u, bytes[1] % 4 == 0);
    return 0;
}
