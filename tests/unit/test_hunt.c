/* test_hunt.c - protects the hunt for a pod's speed: every driver's list in its order, 1.5 s or 9,000 bytes each, a
 * silent pod asked in what it may understand, and words that say what was tried. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source/hunt.h"

#define MS INT64_C(1000000)

static const uint8_t noise[] = {0x7e, 0x00, 'A', 0xff};

static void test_all_lists_are_tried_in_order(void **state)
{
    static const unsigned order[] = {921600, 115200, 9600, 921600};
    struct kf_hunt hunt;
    int64_t now_ns = 5000 * MS;
    (void)state;
    kf_hunt_init(&hunt, NULL, true);
    for (unsigned i = 0; i < sizeof order / sizeof order[0]; i++) {
        assert_true(kf_hunt_step(&hunt, now_ns));
        assert_int_equal(kf_hunt_baud(&hunt), order[i]);
        assert_false(kf_hunt_step(&hunt, now_ns + 1499 * MS));
        now_ns += 1500 * MS;
    }
    assert_int_equal(hunt.rounds, 1);
}

static void test_a_named_driver_has_its_own_list(void **state)
{
    struct kf_hunt hunt;
    (void)state;
    kf_hunt_init(&hunt, kf_pod_driver_find("witmotion"), true);
    assert_int_equal(hunt.baud_count, 3);
    assert_int_equal(hunt.baud[0], 115200);
    assert_int_equal(hunt.baud[1], 9600);
    assert_int_equal(hunt.baud[2], 921600);
}

static void test_nine_thousand_bytes_are_enough(void **state)
{
    static uint8_t bytes[8999];
    struct kf_hunt hunt;
    (void)state;
    kf_hunt_init(&hunt, NULL, true);
    assert_true(kf_hunt_step(&hunt, 0));
    kf_hunt_heard(&hunt, bytes, sizeof bytes);
    assert_false(kf_hunt_step(&hunt, 10 * MS));
    kf_hunt_heard(&hunt, bytes, 1);
    assert_true(kf_hunt_step(&hunt, 10 * MS));
    assert_int_equal(kf_hunt_baud(&hunt), 115200);
}

static void test_what_locks_stays(void **state)
{
    struct kf_hunt hunt;
    char text[64];
    (void)state;
    kf_hunt_init(&hunt, NULL, true);
    assert_true(kf_hunt_step(&hunt, 0));
    assert_true(kf_hunt_step(&hunt, 1500 * MS));
    kf_hunt_lock(&hunt);
    assert_false(kf_hunt_step(&hunt, 100000 * MS));
    assert_int_equal(kf_hunt_baud(&hunt), 115200);
    assert_true(kf_hunt_wake_ns(&hunt) == INT64_MAX);
    assert_string_equal(kf_hunt_say(&hunt, text, sizeof text), "");
}

static void test_a_speed_that_cannot_be_set_is_skipped(void **state)
{
    struct kf_hunt hunt;
    (void)state;
    kf_hunt_init(&hunt, NULL, true);
    assert_true(kf_hunt_step(&hunt, 0));
    kf_hunt_skip(&hunt);
    assert_true(kf_hunt_wake_ns(&hunt) == INT64_MIN);
    assert_true(kf_hunt_step(&hunt, 0));
    assert_int_equal(kf_hunt_baud(&hunt), 115200);
    assert_int_equal(hunt.baud_count, 2);
    kf_hunt_skip(&hunt);
    kf_hunt_skip(&hunt);
    assert_false(kf_hunt_step(&hunt, 0));
    assert_int_equal(kf_hunt_baud(&hunt), 0); /* none can be set: the line stays as it is */
}

static void test_a_line_without_a_speed_is_only_asked(void **state)
{
    struct kf_hunt hunt;
    uint8_t out[KF_HUNT_ASK_MAX];
    unsigned asked = 0;
    (void)state;
    kf_hunt_init(&hunt, NULL, false);
    for (int64_t now_ns = 0; now_ns < 60000 * MS; now_ns += 100 * MS) {
        assert_false(kf_hunt_step(&hunt, now_ns));
        assert_int_equal(kf_hunt_baud(&hunt), 0);
        asked += kf_hunt_ask(&hunt, now_ns, out, sizeof out) > 0;
    }
    assert_int_equal(asked, 6);
    assert_true(kf_hunt_wake_ns(&hunt) == INT64_MAX);
}

static bool holds(const uint8_t *bytes, size_t count, const char *text)
{
    const size_t length = strlen(text);
    for (size_t at = 0; at + length <= count; at++)
        if (memcmp(bytes + at, text, length) == 0)
            return true;
    return false;
}

/* First in podlink; then, at the speed they all share, in every format; and nothing more fits in the buffer. */
static void test_a_silent_pod_is_asked_in_every_format(void **state)
{
    struct kf_hunt hunt;
    uint8_t out[KF_HUNT_ASK_MAX];
    size_t count;
    (void)state;
    kf_hunt_init(&hunt, NULL, true);
    assert_int_equal(kf_hunt_ask(&hunt, 0, out, sizeof out), 0); /* not begun */
    assert_true(kf_hunt_step(&hunt, 0));
    count = kf_hunt_ask(&hunt, 0, out, sizeof out);
    assert_int_equal(count, 24); /* DESCRIBE and START */
    assert_int_equal(kf_hunt_ask(&hunt, 749 * MS, out, sizeof out), 0);
    assert_true(kf_hunt_step(&hunt, 1500 * MS));
    assert_int_equal(kf_hunt_ask(&hunt, 1500 * MS, out, sizeof out), 24);
    assert_true(kf_hunt_wake_ns(&hunt) == 2250 * MS);
    count = kf_hunt_ask(&hunt, 2250 * MS, out, sizeof out);
    assert_true(count > 200 && count < sizeof out - 100);
    assert_true(holds(out, count, "{\"ping\":null}\n"));
    assert_true(holds(out, count, "$VNRRG,01*"));
    assert_true(holds(out, count, "\xfa\xff\x10")); /* GotoMeasurement; its 00 F1 follow */
    assert_true(holds(out, count, "\xc3\xfd"));
    assert_true(holds(out, count, "x8060100Xb"));
    assert_true(holds(out, count, "\xff\xaa\x69\x88\xb5"));
}

static void test_who_talks_is_not_asked(void **state)
{
    struct kf_hunt hunt;
    uint8_t out[KF_HUNT_ASK_MAX];
    (void)state;
    kf_hunt_init(&hunt, kf_pod_driver_find("cyton"), true);
    assert_true(kf_hunt_step(&hunt, 0));
    assert_int_equal(kf_hunt_ask(&hunt, 0, out, sizeof out), 74);
    kf_hunt_heard(&hunt, noise, sizeof noise);
    assert_int_equal(kf_hunt_ask(&hunt, 1000 * MS, out, sizeof out), 0);
    assert_true(kf_hunt_wake_ns(&hunt) == 1500 * MS);
}

static void test_it_says_what_is_tried(void **state)
{
    struct kf_hunt hunt;
    char text[160];
    (void)state;
    kf_hunt_init(&hunt, NULL, true);
    assert_true(kf_hunt_step(&hunt, 0));
    assert_string_equal(kf_hunt_say(&hunt, text, sizeof text), "921600 baud: silent so far");
    assert_true(kf_hunt_step(&hunt, 1500 * MS));
    kf_hunt_heard(&hunt, noise, sizeof noise);
    assert_string_equal(kf_hunt_say(&hunt, text, sizeof text), "115200 baud: 4 bytes, no format yet");
    assert_string_equal(kf_hunt_sum_up(&hunt, text, sizeof text), "unknown bytes at 115200 baud: 7e 00 41 ff |~.A.|");
    assert_true(strlen(kf_hunt_say(&hunt, text, 12)) == 11);
    assert_true(strlen(kf_hunt_sum_up(&hunt, text, 12)) == 11);
}

static void test_silence_is_summed_up(void **state)
{
    struct kf_hunt hunt;
    char text[160];
    (void)state;
    kf_hunt_init(&hunt, NULL, true);
    assert_true(kf_hunt_step(&hunt, 0));
    assert_string_equal(kf_hunt_sum_up(&hunt, text, sizeof text), "silent at 921600 baud");
    assert_true(kf_hunt_step(&hunt, 1500 * MS));
    assert_string_equal(kf_hunt_sum_up(&hunt, text, sizeof text), "silent at 921600 and 115200 baud");
    assert_true(kf_hunt_step(&hunt, 3000 * MS));
    assert_string_equal(kf_hunt_sum_up(&hunt, text, sizeof text), "silent at 921600, 115200 and 9600 baud");
    assert_true(kf_hunt_step(&hunt, 4500 * MS));
    assert_string_equal(kf_hunt_sum_up(&hunt, text, sizeof text), "silent at 921600, 115200 and 9600 baud");
    kf_hunt_init(&hunt, NULL, false);
    assert_string_equal(kf_hunt_sum_up(&hunt, text, sizeof text), "silent");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_lists_are_tried_in_order),
        cmocka_unit_test(test_a_named_driver_has_its_own_list),
        cmocka_unit_test(test_nine_thousand_bytes_are_enough),
        cmocka_unit_test(test_what_locks_stays),
        cmocka_unit_test(test_a_speed_that_cannot_be_set_is_skipped),
        cmocka_unit_test(test_a_line_without_a_speed_is_only_asked),
        cmocka_unit_test(test_a_silent_pod_is_asked_in_every_format),
        cmocka_unit_test(test_who_talks_is_not_asked),
        cmocka_unit_test(test_it_says_what_is_tried),
        cmocka_unit_test(test_silence_is_summed_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
