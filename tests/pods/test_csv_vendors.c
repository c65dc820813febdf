/* test_csv_vendors.c - protects import of what other people's programs write: x-io's titles with blanks and units,
 * Xsens' files whose units only a person knows, and the refusal of OpenSim's tables, which hold no sensor's samples.
 * The files are made here, with the heads those programs give them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/settings_apply.h"
#include "feed.h"

static const double G = 9.80665, DEG = 3.14159265358979323846 / 180;

static struct {
    unsigned count;
    struct kf_sample last;
} taken;

static char text[64 * 1024];

static void take(void *context, const struct kf_pod_item *item)
{
    (void)context;
    if (item->kind != KF_POD_SAMPLE)
        return;
    taken.count++;
    taken.last = item->u.sample;
}

/* `head`, then `rows` rows of `format`, which takes the row's number of time units and six numbers. */
static void make(const char *head, const char *format, unsigned rows, double units)
{
    size_t used = (size_t)snprintf(text, sizeof text, "%s\n", head);
    for (unsigned i = 0; i < rows; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, format, i * units, 1.0, 2.0, 3.0, 0.1, 0.2, 0.3);
    assert_true(used < sizeof text);
}

static void run(const char *columns)
{
    struct feed feed;
    memset(&taken, 0, sizeof taken);
    feed_open(&feed, "csv");
    feed.watch = take;
    if (columns)
        assert_null(feed.driver->configure(feed.state, "columns", columns));
    feed_push(&feed, text, strlen(text), 7);
    feed_finish(&feed);
    assert_int_equal(feed_stats(&feed)->bad_lines, 0);
    feed_close(&feed);
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-6 * fmax(1, fabs(expected))))
        fail_msg("%.9g is not %.9g", value, expected);
}

/* Acceleration 0.1, 0.2, 0.3 of `acc`, rate 1, 2, 3 of `gyr`; 100 rows of 10 ms. */
static void assert_taken(double acc, double gyr)
{
    assert_int_equal(taken.count, 100);
    assert_near(taken.last.t_s, 0.99);
    for (int i = 0; i < 3; i++) {
        assert_near((double)taken.last.value[i], 0.1 * (i + 1) * acc);
        assert_near((double)taken.last.value[3 + i], (i + 1) * gyr);
    }
}

static void test_ximu3(void **state)
{
    (void)state;
    make("Time (s),Gyroscope X (deg/s),Gyroscope Y (deg/s),Gyroscope Z (deg/s),Accelerometer X (g),Accelerometer Y "
         "(g),Accelerometer Z (g)",
         "%.6f,%f,%f,%f,%f,%f,%f\n", 100, 0.01);
    run(NULL);
    assert_taken(G, DEG);
    make("Timestamp (us),Gyroscope X (deg/s),Gyroscope Y (deg/s),Gyroscope Z (deg/s),Accelerometer X (g),Accelerometer "
         "Y (g),Accelerometer Z (g)\r",
         "%.0f,%f,%f,%f,%f,%f,%f\r\n", 100, 10000);
    run(NULL);
    assert_taken(G, DEG);
}

static void test_xsens_needs_a_map(void **state)
{
    static const char head[] = "// Start Time: Unknown\n// Sample rate: "
                               "100.0Hz\nPacketCounter,SampleTimeFine,Gyr_X,Gyr_Y,Gyr_Z,Acc_X,Acc_Y,Acc_Z";
    (void)state;
    make(head, "77,%.0f,%f,%f,%f,%f,%f,%f\n", 100, 100); /* MT Manager: ticks of 100 us, rad/s */
    run("- time_100us gyr_radps acc_mps2");
    assert_taken(1, 1);
    make(head, "77,%.0f,%f,%f,%f,%f,%f,%f\n", 100, 10000); /* DOT: us, deg/s */
    run("- time_us gyr_dps acc_mps2");
    assert_taken(1, DEG);
    run(NULL); /* one name, two units: nothing is guessed */
    assert_int_equal(taken.count, 0);
}

/* Files of one sensor each, pasted: a group of columns named once. */
static void test_a_group_of_columns(void **state)
{
    static const char head[] = "PacketCounter\tAcc_X\tAcc_Y\tAcc_Z\tGyr_X\tGyr_Y\tGyr_Z\tMat";
    static const char *const wrong[] = {"5(",
                                        "5()",
                                        "(acc_g gyr_dps)",
                                        "0(acc_g gyr_dps)",
                                        "2(2(acc_g gyr_dps))",
                                        "acc_g gyr_dps)",
                                        "22(acc_g gyr_dps)",
                                        "99999(acc_g gyr_dps)"};
    char pair[256];
    (void)state;
    (void)snprintf(pair, sizeof pair, "%s\t%s", head, head);
    make(pair, "%.0f\t9\t9\t9\t9\t9\t9\t.5\t7\t%f\t%f\t%f\t%f\t%f\t%f\t.5\n", 100, 1);
    run("2(- acc_mps2 gyr_radps -)");
    assert_int_equal(taken.count, 200);
    assert_near((double)taken.last.value[0], 1); /* the second sensor's */
    assert_near((double)taken.last.value[5], .3);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct feed feed;
        feed_open(&feed, "csv");
        if (!feed.driver->configure(feed.state, "columns", wrong[i]))
            fail_msg("'%s' is taken", wrong[i]);
        feed_close(&feed);
    }
}

/* ---- OpenSim ---- */

static void refuse(void)
{
    struct kf_settings settings;
    struct kf_error error = {0};
    kf_settings_default(&settings);
    const struct kf_engine_config config = kf_settings_engine(&settings);
    struct kf_engine *engine = kf_engine_create(&config, NULL, &error);
    assert_non_null(engine);
    kf_engine_push(engine, (const uint8_t *)text, strlen(text));
    assert_int_equal(kf_engine_finish(engine, &error), KF_ERR_DATA);
    kf_engine_destroy(engine);
    if (!strstr(error.text, "OpenSim"))
        fail_msg("it says: %s", error.text);
    assert_non_null(strstr(error.hint, "accelerations and rates"));
}

static void test_opensim_is_refused(void **state)
{
    (void)state;
    make("DataRate=100.0\nDataType=Quaternion\nversion=3\nOpenSimVersion=4.1\nendheader\ntime\tpelvis_imu\ttibia_r_imu",
         "%f\t%f,%f,%f,%f\t%f,%f,0,0\n", 100, 0.01);
    refuse();
    make("kneefold joint angles\nversion=1\nnRows=100\nnColumns=7\ninDegrees=yes\n\nendheader\ntime\ta\tb\tc\td\te\tf",
         "%f\t%f\t%f\t%f\t%f\t%f\t%f\n", 100, 0.01);
    refuse();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ximu3), cmocka_unit_test(test_xsens_needs_a_map),
                                       cmocka_unit_test(test_a_group_of_columns),
                                       cmocka_unit_test(test_opensim_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
