/* test_mutated.c - protects the promise that a wrong file is told whole and used not at all: a good file with every
 * setting and cue in it, mutated in up to five places in hundreds of ways; each mistake is told at its line, no other
 * line is, and the settings stay as they were. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "settings/write.h"

enum { FILES = 600, MISTAKES_MAX = 5, ROOM = 64 * 1024, LINES_MAX = 2048 };

static uint32_t random_state = 5;

static unsigned any(unsigned below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

struct page {
    char text[ROOM];
    size_t length;
};

struct told {
    unsigned count, line[32];
};

static void tell(void *context, const struct kf_settings_problem *problem)
{
    struct told *told = context;
    if (told->count < 32)
        told->line[told->count] = problem->line;
    told->count++;
}

static void add(struct page *page, const char *bytes, size_t count)
{
    assert_true(page->length + count < ROOM);
    memcpy(page->text + page->length, bytes, count);
    page->length += count;
    page->text[page->length] = '\0';
}

/* Adds the line with a mistake in it; returns how many lines that are, of which the last is wrong. */
static unsigned add_wrong(struct page *page, const char *line, size_t length)
{
    static const char nul[] = "ab\0cd = 1\n";
    char filler[256];
    const size_t equals = (size_t)((const char *)memchr(line, '=', length) - line);
    switch (any(7)) {
    case 0: /* a key there is not */
        add(page, "xq", 2);
        add(page, line, length);
        return 1;
    case 1: /* a value no row takes */
        add(page, line, equals + 1);
        add(page, "\x01\n", 2);
        return 1;
    case 2: /* no = */
        add(page, line, equals);
        add(page, "\n", 1);
        return 1;
    case 3:
        add(page, nul, sizeof nul - 1);
        return 1;
    case 4: /* too long */
        memset(filler, 'a', sizeof filler);
        add(page, line, equals + 1);
        add(page, filler, 200);
        add(page, "\n", 1);
        return 1;
    case 5: /* twice */
        add(page, line, length);
        add(page, line, length);
        return 2;
    default: /* bytes that are no text */
        add(page, line, equals + 1);
        add(page, "\xc3\x28\n", 3);
        return 1;
    }
}

/* Copies `good` with `count` mistakes, whose lines go into *meant. Sections are left alone: a broken one takes its keys
 * along. */
static void mutate(const char *good, struct page *page, unsigned count, struct told *meant)
{
    bool wrong[LINES_MAX] = {false};
    unsigned lines = 0, number = 0;
    for (const char *at = good; *at; at = strchr(at, '\n') + 1)
        lines++;
    assert_true(lines < LINES_MAX);
    while (count > 0)
        wrong[any(lines)] = true, count--;
    meant->count = 0;
    page->length = 0;
    for (unsigned i = 0; *good; i++) {
        const size_t length = (size_t)(strchr(good, '\n') - good) + 1;
        if (wrong[i] && memchr(good, '=', length)) {
            number += add_wrong(page, good, length);
            meant->line[meant->count++] = number;
        } else {
            add(page, good, length);
            number++;
        }
        good += length;
    }
}

static void each_mistake_at_its_line(void **state)
{
    static char good[KF_SETTINGS_WHOLE_MAX];
    static struct page page;
    struct kf_settings settings, before;
    struct told told, meant;
    const struct kf_settings_listener listener = {tell, &told};
    unsigned mistakes = 0;
    (void)state;
    kf_settings_default(&before);
    assert_true(kf_settings_whole(&before, good, sizeof good) < sizeof good);
    for (unsigned i = 0; i < FILES; i++) {
        mutate(good, &page, 1 + any(MISTAKES_MAX), &meant);
        const struct kf_settings_text file = {.name = "m", .text = page.text, .length = page.length};
        settings = before;
        told.count = 0;
        const enum kf_status status = kf_settings_read(&settings, NULL, &file, &listener);
        assert_int_equal(status, meant.count > 0 ? KF_ERR_CONFIG : KF_OK);
        assert_int_equal(told.count, meant.count);
        for (unsigned k = 0; k < meant.count; k++)
            assert_int_equal(told.line[k], meant.line[k]);
        assert_memory_equal(&settings, &before, sizeof settings);
        mistakes += meant.count;
    }
    assert_true(mistakes > FILES);
}

/* Bytes knocked out anywhere: whatever is said, nothing is half applied and nothing crashes. */
static void any_damage(void **state)
{
    static char good[KF_SETTINGS_WHOLE_MAX];
    struct kf_settings settings, before;
    struct told told;
    const struct kf_settings_listener listener = {tell, &told};
    (void)state;
    kf_settings_default(&before);
    for (unsigned i = 0; i < FILES; i++) {
        const size_t length = kf_settings_whole(&before, good, sizeof good);
        for (unsigned k = any(6); k > 0; k--)
            good[any((unsigned)length)] = "\0\n\r[]=:; \xff\x1b#x9"[any(15)];
        const struct kf_settings_text file = {.name = "m", .text = good, .length = any((unsigned)length)};
        settings = before;
        told.count = 0;
        if (kf_settings_read(&settings, NULL, &file, &listener) == KF_OK)
            assert_int_equal(told.count, 0);
        else
            assert_memory_equal(&settings, &before, sizeof settings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_at_its_line),
        cmocka_unit_test(any_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
