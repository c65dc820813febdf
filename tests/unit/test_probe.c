/* test_probe.c - protects what `ports --probe` says of a pod, driven by hand with invented time: a pod of bare numbers
 * is read with the columns that the settings name, without them it is said that they are missing, and a pod that sends
 * control characters gets none of them onto the terminal. (Speeds and USB: tests/live/test_usb.c.) */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/probe.h"
#include "app/settings_apply.h"

#define MS INT64_C(1000000)

/* A probe of a pty into which a pod writes a row of seven numbers every 5 ms, or nothing; what it says at its end. */
static enum kf_probe_outcome probe(const char *columns, const char *row, char *said, size_t size)
{
    struct kf_settings settings;
    struct kf_engine_config config;
    char uri[64], line[128];
    const int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    kf_settings_default(&settings);
    (void)snprintf(settings.pod_csv_columns, sizeof settings.pod_csv_columns, "%s", columns);
    config = kf_settings_engine(&settings);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    (void)snprintf(uri, sizeof uri, "pty:%s", ptsname(master));
    struct kf_probe *probed = kf_probe_open(uri, &config);
    assert_non_null(probed);
    for (int64_t now_ns = 0; kf_probe_outcome(probed) == KF_PROBE_RUNNING; now_ns += 5 * MS) {
        assert_true(now_ns < 10000 * MS);
        kf_probe_step(probed, now_ns, row != NULL && now_ns > 0);
        if (!row)
            continue;
        const int count = snprintf(line, sizeof line, row, (long)(now_ns / 1000));
        assert_int_equal(write(master, line, (size_t)count), count);
    }
    const enum kf_probe_outcome outcome = kf_probe_outcome(probed);
    (void)kf_probe_say(probed, said, size);
    kf_probe_close(probed);
    (void)close(master);
    return outcome;
}

static void test_the_settings_columns_are_used(void **state)
{
    static const char row[] = "%ld,0.1,9.8,0.2,1,2,3\n";
    char said[512];
    (void)state;
    assert_int_equal(probe("time_us acc_mps2 gyr_dps", row, said, sizeof said), KF_PROBE_FOUND);
    assert_string_equal(said, "csv: stream 0 imu6 200 Hz");
    assert_int_equal(probe("", row, said, sizeof said), KF_PROBE_FOUND);
    assert_non_null(strstr(said, "csv, no samples: nothing says what the 7 columns are"));
}

static void test_silence_and_noise_are_said(void **state)
{
    char said[512];
    (void)state;
    assert_int_equal(probe("", NULL, said, sizeof said), KF_PROBE_SILENT);
    assert_string_equal(said, "silent");
    assert_int_equal(probe("", "\x1b]0;%ld\a", said, sizeof said), KF_PROBE_UNKNOWN);
    assert_non_null(strstr(said, "unknown bytes: 1b 5d 30 3b"));
    for (const char *c = said; *c; c++)
        assert_true((unsigned char)*c >= ' ');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_settings_columns_are_used),
        cmocka_unit_test(test_silence_and_noise_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
