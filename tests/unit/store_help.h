/* store_help.h - what the tests of session files share: a folder of their own, and a log made by a rule, so that any
 * record of it can be checked without the ones before. */
#ifndef KF_TEST_STORE_HELP_H
#define KF_TEST_STORE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/reader.h"
#include "store/writer.h"

#define MADE_STEP_NS INT64_C(20000000) /* 50 records a second */

static char store_folder[] = "/tmp/kneefold-store-XXXXXX"; /* mkdtemp makes it */

static inline const char *store_path(const char *name)
{
    static char path[4][160];
    static unsigned turn;
    turn = (turn + 1) % 4;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", store_folder, name);
    return path[turn];
}

/* Record `n` of the made log. `bytes` has room for 512. */
static inline struct kf_record made_record(unsigned n, uint8_t *bytes)
{
    struct kf_record record = {.host_ns = (int64_t)n * MADE_STEP_NS, .source = n % KF_PODS_MAX};
    if (n % 97 == 5) {
        record.kind = KF_RECORD_CONTROL;
        record.control = n % 2 ? KF_CONTROL_MARK : KF_CONTROL_BELT;
        record.value = n * 0.25;
        record.text = n % 2 ? "a note" : "";
        record.source = 0;
    } else if (n % 89 == 7) {
        record.kind = n % 2 ? KF_RECORD_GONE : KF_RECORD_BACK;
    } else if (n % 83 == 9) {
        record.kind = KF_RECORD_TICK;
        record.source = 0;
    } else {
        record.count = 1 + n * 31 % 400;
        for (size_t i = 0; i < record.count; i++)
            bytes[i] = (uint8_t)(n * 7 + i * 13 % 59);
        record.bytes = bytes;
    }
    return record;
}

static inline void assert_record(const struct kf_record *got, unsigned n)
{
    uint8_t bytes[512];
    const struct kf_record made = made_record(n, bytes);
    assert_int_equal(got->host_ns, made.host_ns);
    assert_int_equal(got->kind, made.kind);
    assert_int_equal(got->source, made.source);
    assert_int_equal(got->count, made.count);
    if (made.count > 0)
        assert_memory_equal(got->bytes, made.bytes, made.count);
    if (made.kind == KF_RECORD_CONTROL) {
        assert_int_equal(got->control, made.control);
        assert_true(got->value == made.value);
        assert_string_equal(got->text, made.text);
    }
}

/* Reads from record `from` on; returns the number of the first that is not there, and how it ended. */
static inline unsigned read_made(struct kf_store_reader *reader, unsigned from, enum kf_status *end)
{
    struct kf_error error = {0};
    struct kf_record record;
    while ((*end = kf_store_next(reader, &record, &error)) == KF_OK)
        assert_record(&record, from++);
    return from;
}

static inline int make_store_folder(void **state)
{
    (void)state;
    return mkdtemp(store_folder) ? 0 : -1;
}

static inline int remove_store_folder(void **state)
{
    char command[200];
    FILE *rm = NULL;
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", store_folder);
    rm = popen(command, "r");
    return rm && pclose(rm) == 0 ? 0 : -1;
}

#endif
