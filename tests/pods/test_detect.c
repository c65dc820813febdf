/* test_detect.c - protects detection: every recording is found as what it is, from its beginning and from anywhere
 * inside, and nothing else is ever taken for a pod: not other devices' traffic, not logs, not random bytes.
 *
 * Windows grow as the engine's do. What is in the driver table is tested; a recording whose driver is not there is left
 * out and said so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"

enum { WINDOW = 64 * 1024, FINE = 1024, FINE_STEP = 64, STEP = 1024, OFFSETS = 20 };

static uint64_t random_state = 1;

/* xorshift64*: Vigna 2016. */
static uint64_t next_random(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(2685821657736338717);
}

/* The name of what is found in a window that grows as engine.c lets it, "" when nothing is; *at: after how many
 * bytes. */
static const char *detect(const uint8_t *bytes, size_t count, size_t *at)
{
    const size_t most = count < WINDOW ? count : WINDOW;
    for (*at = FINE_STEP; *at < most; *at += *at < FINE ? FINE_STEP : STEP) {
        const struct kf_pod_driver *driver = kf_pod_detect(bytes, *at);
        if (driver)
            return driver->name;
    }
    *at = most;
    const struct kf_pod_driver *driver = kf_pod_detect(bytes, most);
    return driver ? driver->name : "";
}

/* ---- what must be found ---- */

/* `enough` bytes from anywhere inside must do. */
static const struct recording {
    const char *path, *format;
    size_t enough;
} recordings[] = {
    {"podlink/run.podlink", "podlink", 2048},         {"podlink/run_faulty.podlink", "podlink", 2048},
    {"pods/bitalino/sim1.bin", "bitalino", 400},      {"pods/bitalino/sim2.bin", "bitalino", 400},
    {"pods/bitalino/sim3.bin", "bitalino", 400},      {"pods/bitalino/sim4.bin", "bitalino", 400},
    {"pods/bitalino/sim5.bin", "bitalino", 400},      {"pods/bitalino/sim6.bin", "bitalino", 400},
    {"pods/vectornav/F00294.raw", "vectornav", 4096}, {"pods/x-imu3/stream.bin", "ximu3", 16384},
    {"pods/x-imu3/stream.ascii", "ximu3", 16384},     {"pods/xsens/1/output.bin", "xsens", 1024},
    {"pods/xsens/2/output.bin", "xsens", 1024},       {"pods/xsens/4/output.bin", "xsens", 1024},
};

static void check_recording(const struct recording *recording)
{
    size_t count, at, worst = 0;
    uint8_t *bytes = feed_read_shared(recording->path, &count);
    assert_non_null(bytes);
    const char *found = detect(bytes, count, &at);
    printf("  %-28s %-10s after %5zu bytes", recording->path, found, at);
    assert_string_equal(found, recording->format);
    assert_true(count > recording->enough);
    for (unsigned i = 0; i < OFFSETS; i++) {
        const size_t offset = 1 + (size_t)(next_random() % (count - recording->enough));
        found = detect(bytes + offset, count - offset, &at);
        if (strcmp(found, recording->format) != 0)
            fail_msg("from byte %zu on it is taken for '%s'", offset, found);
        worst = at > worst ? at : worst;
    }
    printf(", from inside after %5zu at most\n", worst);
    free(bytes);
}

static void test_recordings(void **state)
{
    (void)state;
    if (!feed_has_shared())
        skip();
    for (unsigned i = 0; i < sizeof recordings / sizeof recordings[0]; i++) {
        if (kf_pod_driver_find(recordings[i].format))
            check_recording(&recordings[i]);
        else
            printf("  %-28s %s: no such driver here\n", recordings[i].path, recordings[i].format);
    }
}

/* Lines of an Arduino: eight whole ones after the first are enough. */
static void test_lines_of_numbers(void **state)
{
    static char text[WINDOW];
    size_t used = 0, at;
    (void)state;
    while (used + 128 < sizeof text)
        used += (size_t)snprintf(text + used, sizeof text - used, "%u,%.2f,%.2f,%.2f,%.1f,%.1f,%.1f\r\n",
                                 (unsigned)used, (double)(next_random() % 400) / 100 - 2, 1.0, -0.5, 12.5, -7.0, 0.1);
    for (unsigned i = 0; i < OFFSETS; i++) {
        const size_t offset = (size_t)(next_random() % (used - 1024));
        assert_string_equal(detect((const uint8_t *)text + offset, used - offset, &at), "csv");
        assert_true(at <= 512);
    }
}

/* ---- what must not be found ---- */

static void test_other_devices(void **state)
{
    static const char *const names[] = {"capture.mavlink", "garmin17n.log", "pypilot.log", "ublox-8.log",
                                        "ublox-lea-4t.log"};
    char path[128];
    size_t count, at;
    (void)state;
    if (!feed_has_shared())
        skip();
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "pods/sniff-negatives/%s", names[i]);
        uint8_t *bytes = feed_read_shared(path, &count);
        assert_non_null(bytes);
        for (size_t offset = 0; offset < count; offset += offset == 0 ? 1 : (size_t)(next_random() % 8192)) {
            const char *found = detect(bytes + offset, count - offset, &at);
            if (*found)
                fail_msg("%s, from byte %zu on, is taken for %s", names[i], offset, found);
        }
        free(bytes);
    }
}

/* A log is known by its first line; without it, its rows are lines of numbers at most. */
static void test_logs(void **state)
{
    size_t count, at;
    (void)state;
    if (!feed_has_shared())
        skip();
    uint8_t *bytes = feed_read_shared("synthetic/upright_block.csv", &count);
    assert_non_null(bytes);
    assert_string_equal(detect(bytes, count, &at), "kneefold-log");
    for (unsigned i = 0; i < OFFSETS; i++) {
        const size_t offset = 1 + (size_t)(next_random() % (count - 1));
        const char *found = detect(bytes + offset, count - offset, &at);
        assert_true(strcmp(found, "csv") == 0 || *found == '\0');
    }
    free(bytes);
}

/* 64 MiB in windows of 64 KiB. Every length counts for the first ones; for all the doublings, which look at every byte
 * of each window. A sanitizer slows it twentyfold and finds what it finds in a few. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { WINDOWS = 32, THOROUGH = 2 };
#else
enum { WINDOWS = 1024, THOROUGH = 16 };
#endif

static void test_random_bytes(void **state)
{
    static uint8_t bytes[WINDOW];
    size_t at;
    (void)state;
    for (unsigned window = 0; window < WINDOWS; window++) {
        for (size_t i = 0; i < WINDOW; i += sizeof(uint64_t)) {
            const uint64_t eight = next_random();
            memcpy(bytes + i, &eight, sizeof eight);
        }
        const char *found = window < THOROUGH ? detect(bytes, WINDOW, &at) : "";
        for (size_t length = FINE_STEP; length <= WINDOW && !*found; length *= 2) {
            const struct kf_pod_driver *driver = kf_pod_detect(bytes, length);
            found = driver ? driver->name : "";
        }
        if (*found)
            fail_msg("random bytes of window %u are taken for %s", window, found);
    }
}

/* Idle lines and stuck bits: one byte again and again. */
static void test_constant_bytes(void **state)
{
    static uint8_t bytes[WINDOW];
    (void)state;
    for (int value = 0; value < 256; value++) {
        memset(bytes, value, sizeof bytes);
        const struct kf_pod_driver *driver = kf_pod_detect(bytes, 4096);
        if (driver)
            fail_msg("bytes of %02x are taken for %s", (unsigned)value, driver->name);
    }
}

static void test_speeds_are_listed(void **state)
{
    (void)state;
    for (unsigned i = 0; kf_pod_drivers[i]; i++) {
        const struct kf_pod_driver *driver = kf_pod_drivers[i];
        if (strcmp(driver->name, "kneefold-log") == 0) {
            assert_null(driver->bauds);
            continue;
        }
        assert_non_null(driver->bauds);
        assert_int_equal(driver->bauds[0], strcmp(driver->name, "podlink") == 0 ? 921600 : 115200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speeds_are_listed),
        cmocka_unit_test(test_recordings),
        cmocka_unit_test(test_lines_of_numbers),
        cmocka_unit_test(test_other_devices),
        cmocka_unit_test(test_logs),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_constant_bytes),
    };
    return cmocka_run_group_tests_name("detection", tests, NULL, NULL);
}
