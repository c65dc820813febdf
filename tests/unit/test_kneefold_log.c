/* test_kneefold_log.c - protects the CSV log reader: what it makes of every shared log, that a fault is told with its
 * line, column, expectation and finding and costs its row alone, that marks come at their time, and that neither the
 * way the bytes are cut nor what they are can change or break anything. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../pods/feed.h"

#define NAMES(site)                                                                                                    \
    site ".acc_x_mps2," site ".acc_y_mps2," site ".acc_z_mps2," site ".gyr_x_dps," site ".gyr_y_dps," site ".gyr_z_"   \
         "dps"
#define MAGIC "# kneefold-log 1\n"
#define HEADER MAGIC "time_s," NAMES("trunk") ",hamstring_l.emg_uv\n"
#define ROW "1,2,3,180,0,-90,7\n"

/* Every item as a line of text, so that a test reads like the log it is about. */
struct transcript {
    size_t length;
    char text[1 << 16];
};

static void transcribe(void *context, const struct kf_pod_item *item)
{
    struct transcript *to = context;
    char *out = to->text + to->length;
    const size_t room = sizeof to->text - to->length;
    int length = 0;
    if (item->kind == KF_POD_SAMPLE)
        length = snprintf(out, room, "%s %g%s\n", kf_site_name(item->u.sample.site), item->t_s,
                          item->u.sample.saturated ? " saturated" : "");
    else if (item->kind == KF_POD_GAP)
        length = snprintf(out, room, "gap %s %u\n", kf_site_name(item->u.gap.site), item->u.gap.lost);
    else if (item->kind == KF_POD_MARK)
        length = snprintf(out, room, item->u.mark.wall_ns ? "mark %g %s at %lld\n" : "mark %g %s\n", item->t_s,
                          item->u.mark.text, (long long)item->u.mark.wall_ns);
    else if (item->kind == KF_POD_STARTED)
        length = snprintf(out, room, "started %lld\n", (long long)item->u.started.wall_ns);
    else if (item->kind == KF_POD_BELT)
        length = snprintf(out, room, "belt %g %g\n", item->t_s, item->u.belt.speed_mps);
    else if (item->kind == KF_POD_PROBLEM)
        length = snprintf(out, room, "%u:%u %s\n", (unsigned)item->u.problem.line, (unsigned)item->u.problem.column,
                          item->u.problem.text);
    if (length > 0 && (size_t)length < room)
        to->length += (size_t)length;
}

static struct transcript transcript;
static struct kf_pod_stats stats;
static struct kf_pod_item last[FEED_KINDS];

/* Reads a log in every chunk size, asserting equal output; leaves the transcript, statistics and last items. */
static void read_log(const void *bytes, size_t count)
{
    uint64_t hash = 0;
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        struct feed feed;
        feed_open(&feed, "kneefold-log");
        memset(&transcript, 0, sizeof transcript);
        feed.watch = transcribe;
        feed.watch_context = &transcript;
        feed_push(&feed, bytes, count, feed_chunks[i]);
        feed_finish(&feed);
        stats = *feed_stats(&feed);
        memcpy(last, feed.last, sizeof last);
        hash = i == 0 ? feed.hash : hash;
        assert_true(feed.hash == hash);
        assert_int_equal(stats.bytes, count);
        feed_close(&feed);
    }
}

static void assert_log(const char *log, const char *expected)
{
    read_log(log, strlen(log));
    assert_string_equal(transcript.text, expected);
}

static void test_samples_are_si(void **state)
{
    (void)state;
    assert_log(HEADER "0," ROW "0.005," ROW, "trunk 0\nhamstring_l 0\ntrunk 0.005\nhamstring_l 0.005\n");
    assert_int_equal(stats.good_frames, 2);
    assert_int_equal(stats.epochs, 1);
    assert_true(stats.first_t_s == 0 && stats.last_t_s == 0.005);
    assert_int_equal(last[KF_POD_SAMPLE].u.sample.kind, KF_KIND_EMG);
    assert_true(last[KF_POD_SAMPLE].u.sample.value[0] == 7);
    assert_log(MAGIC "time_s," NAMES("trunk") "\n0,1,2,3,180,0,-90", "trunk 0\n");
    const float *value = last[KF_POD_SAMPLE].u.sample.value;
    assert_true(value[0] == 1 && value[1] == 2 && value[2] == 3 && value[4] == 0);
    assert_true(value[3] == (float)3.14159265358979323846 && value[5] == (float)(-3.14159265358979323846 / 2));
}

static void test_line_ends_and_marks_of_order(void **state)
{
    (void)state;
    assert_log("\xef\xbb\xbf# kneefold-log 1\r\ntime_s,hamstring_l.emg_uv\r\n0,1\r\n\r\n 0.1 , 2 \r\n0.2,\t3",
               "hamstring_l 0\nhamstring_l 0.1\nhamstring_l 0.2\n");
    assert_int_equal(stats.bad_lines, 0);
}

static void test_faults_are_told_in_place(void **state)
{
    (void)state;
    static const struct {
        const char *row, *problem;
    } faults[] = {
        {"0.1,1,2,abc,4,5,6,7", "4:9 expected a number, found 'abc'\n"},
        {"0.1,1,2,3x,4,5,6,7", "4:9 expected a number, found '3x'\n"},
        {"0.1,1,2,\x1b[2J,4,5,6,7", "4:9 expected a number, found '\\x1b[2J'\n"},
        {"0.1,nan,2,3,4,5,6,7", "4:5 expected a number, found 'nan'\n"},
        {"0.1,1,2,inf,4,5,6,7", "4:9 expected a number, found 'inf'\n"},
        {",1,2,3,4,5,6,7", "4:1 expected a number, found nothing\n"},
        {"0.1,1,2,3,4,5,6", "4:16 expected as many fields as the header has columns, found nothing\n"},
        {"0.1", "4:4 expected as many fields as the header has columns, found nothing\n"},
        {"0.1,1,2,3,4,5,6,7,8", "4:18 expected no more fields than the header has columns, found ',8'\n"},
        {"0.1,1,2,3,4,5,6,7,", "4:18 expected no more fields than the header has columns, found ','\n"},
        {"0.1,1,2e9,3,4,5,6,7", "4:7 expected an acceleration within 1e4 m/s2, found '2e9'\n"},
        {"0.1,1,2,3,4e5,5,6,7", "4:11 expected a rate within 1e5 deg/s, found '4e5'\n"},
        {"0.1,1,2,3,4,5,6,7e7", "4:17 expected a voltage within 1e7 uV, found '7e7'\n"},
        {"1e8,1,2,3,4,5,6,7", "4:1 expected a time in s within 1e7, found '1e8'\n"},
        {"-0.1,1,2,3,4,5,6,7", "4:1 expected a time not before the previous row's, found '-0.1'\n"},
        {"0,1,2,3,4,5,6,7", "4:1 expected a time after the same column's previous value, found '0'\n"},
    };
    for (unsigned i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        char log[1024];
        (void)snprintf(log, sizeof log, "%s0,%s%s\n0.2,%s", HEADER, ROW, faults[i].row, ROW);
        read_log(log, strlen(log));
        /* The first row waits for the second good one: the order of the rest is what counts here. */
        assert_non_null(strstr(transcript.text, faults[i].problem));
        assert_non_null(strstr(transcript.text, "trunk 0\n"));
        assert_non_null(strstr(transcript.text, "trunk 0.2\nhamstring_l 0.2\n"));
        assert_int_equal(stats.bad_lines, 1);
        assert_int_equal(stats.bad_frames, 1);
        assert_int_equal(stats.good_frames, 2);
        assert_int_equal(stats.stream[0].samples, 2);
    }
}

static void test_one_damaged_time_costs_one_row(void **state)
{
    (void)state;
    assert_log(MAGIC "time_s,hamstring_l.emg_uv\n0,1\n0.1,1\n90.2,1\n0.3,1\n0.4,1\n",
               "hamstring_l 0\nhamstring_l 0.1\n5:1 expected a time not after the next row's, found '90.2'\n"
               "hamstring_l 0.3\nhamstring_l 0.4\n");
    assert_log(MAGIC "time_s,hamstring_l.emg_uv\n70,1\n0.1,1\n0.2,1\n",
               "3:1 expected a time not after the next row's, found '70'\nhamstring_l 0.1\nhamstring_l 0.2\n");
    /* A pause is a pause. */
    assert_log(MAGIC "time_s,hamstring_l.emg_uv\n0,1\n0.1,1\n90,1\n90.1,1\n",
               "hamstring_l 0\nhamstring_l 0.1\nhamstring_l 90\nhamstring_l 90.1\n");
}

static void test_streams_of_different_rates(void **state)
{
    (void)state;
    assert_log(HEADER "0," ROW "0.001,,,,,,,8\n0.002,,,,,,,9\n0.002,1,2,3,4,5,6,\n0.003,,,,,,,\n",
               "trunk 0\nhamstring_l 0\nhamstring_l 0.001\nhamstring_l 0.002\ntrunk 0.002\n");
    assert_int_equal(stats.bad_lines, 0);
    assert_log(HEADER "0," ROW "0.1,1,,3,4,5,6,8\n0.2,1,,3,4,5,6,8\n",
               "trunk 0\nhamstring_l 0\n4:1 trunk has only some of its six cells here: no sample (said once)\n"
               "hamstring_l 0.1\nhamstring_l 0.2\n");
    assert_int_equal(stats.bad_lines, 0);
}

static void test_gaps_and_full_scale(void **state)
{
    (void)state;
    char log[4096] = MAGIC "time_s," NAMES("thigh_l") "\n";
    size_t length = strlen(log);
    for (int i = 0; i < 40; i++)
        if (i < 20 || i > 24)
            length += (size_t)snprintf(log + length, sizeof log - length, "%.3f,%s,0,0,0,0,%s\n", i * 0.005,
                                       i == 30 ? "-156.9" : "156.8", i == 31 ? "1999.9" : "-1999.8");
    read_log(log, length);
    assert_non_null(strstr(transcript.text, "thigh_l 0.095\ngap thigh_l 5\nthigh_l 0.125\n"));
    assert_non_null(strstr(transcript.text, "thigh_l 0.15 saturated\nthigh_l 0.155 saturated\nthigh_l 0.16\n"));
    assert_int_equal(stats.stream[0].samples, 35);
    assert_int_equal(stats.stream[0].lost, 5);
    assert_int_equal(stats.stream[0].saturated, 2);
    assert_true(fabs(stats.stream[0].rate_hz - 200) < 1e-6);
}

static void test_marks_come_at_their_time(void **state)
{
    (void)state;
    assert_log(MAGIC
               "# mark: 0.3 baseline-end\n# belt: 0.1 3.5\n#mark: 0.1 baseline-start\n# belt: 0 3\n# mark: 9 late\n"
               "time_s,hamstring_l.emg_uv\n0,1\n0.1,1\n0.2,1\n# mark: 0.05 told late\n# a note\n0.35,1\n",
               "belt 0 3\nhamstring_l 0\nbelt 0.1 3.5\nmark 0.1 baseline-start\nhamstring_l 0.1\nhamstring_l 0.2\n"
               "mark 0.05 told late\nmark 0.3 baseline-end\nhamstring_l 0.35\nmark 9 late\n");
    assert_log(MAGIC "# mark: soon x\n# mark: 1\n# belt: 1 fast\n# belt:\n# mark: 1 a\x1b[31m\xc3\xa9\n",
               "2:9 expected a time in s, found 'soon'\n3:10 expected a mark's text, found nothing\n"
               "4:11 expected a speed of 0 to 20 m/s, found 'fast'\n5:8 expected a time in s, found nothing\n"
               "mark 1 a?[31m\xc3\xa9\n"
               "7:1 expected a line of column names (time_s, trunk.acc_x_mps2, ...), found the end\n");
    assert_int_equal(stats.bad_lines, 4);
}

/* 1772323199 s is 2026-02-28 23:59:59 UTC (date -u -d @1772323199), 1709251199 2024-02-29 23:59:59. */
static void test_times_of_day(void **state)
{
    (void)state;
    assert_log(MAGIC "# started: 2026-02-28T23:59:59.500Z\n# mark: 0.1 one\n# marked-at: 2024-02-29T23:59:59.001Z\n"
                     "# mark: 0.2 two\ntime_s,hamstring_l.emg_uv\n0,1\n0.3,1\n",
               "started 1772323199500000000\nhamstring_l 0\nmark 0.1 one at 1709251199001000000\nmark 0.2 two\n"
               "hamstring_l 0.3\n");
    assert_log(
        MAGIC "# started: yesterday\n# marked-at: 2026-02-28T23:59:59.500Z\n# mark: 0.1 one\n"
              "# marked-at: 2026-13-28T23:59:59.500Z\n# marked-at:\ntime_s,hamstring_l.emg_uv\n0.3,1\n",
        "2:12 expected a time of day as 2026-11-22T19:21:20.123Z, found 'yesterday'\n"
        "3:14 expected a mark on the line before, found '2026-02-28T23:59:59.500Z'\n"
        "5:14 expected a time of day as 2026-11-22T19:21:20.123Z, found '2026-13-28T23:59:59.500Z'\n"
        "6:13 expected a time of day as 2026-11-22T19:21:20.123Z, found nothing\nmark 0.1 one\nhamstring_l 0.3\n");
    assert_int_equal(stats.bad_lines, 4);
}

static void test_too_many_marks_are_told(void **state)
{
    (void)state;
    static char log[1 << 15];
    size_t length = 0;
    for (int i = 0; i < 300; i++)
        length += (size_t)snprintf(log + length, sizeof log - length, "# mark: %d m\n", 300 - i);
    read_log(log, length);
    assert_int_equal(stats.bad_lines, 300 - 256);
    assert_non_null(strstr(transcript.text, "expected at most 256 marks"));
}

static void test_runner_and_places(void **state)
{
    (void)state;
    assert_log(MAGIC "# athlete: mass_kg=70 height_m=1.75 sex=f thigh_m=0.42\n# placement: thigh_l=0.50\n",
               "4:1 expected a line of column names (time_s, trunk.acc_x_mps2, ...), found the end\n");
    const struct kf_athlete *athlete = &last[KF_POD_ATHLETE].u.athlete;
    assert_true(athlete->mass_kg == 70 && athlete->height_m == 1.75 && athlete->thigh_m == 0.42);
    assert_true(isnan(athlete->shank_m));
    assert_int_equal(athlete->sex, KF_SEX_FEMALE);
    assert_int_equal(last[KF_POD_PLACEMENT].u.placement.site, KF_SITE_THIGH_L);
    assert_true(last[KF_POD_PLACEMENT].u.placement.ratio == 0.5);
    assert_true(isnan(last[KF_POD_PLACEMENT].u.placement.offset_m));
    assert_log("# kneefold-log 1\n# athlete: mass_kg=heavy weight=3 sex=x 7\n# offset_m: arm=1 thigh_l=9 shank_r=0.04\n"
               "time_s,hamstring_l.emg_uv\n",
               "2:20 expected a mass of 10 to 300 kg, found 'heavy'\n"
               "2:26 expected mass_kg, height_m, thigh_m, shank_m or sex, found 'weight'\n"
               "2:39 expected m or f, found 'x'\n2:41 expected name=value, found '7'\n"
               "3:13 expected a site of the body, found 'arm'\n"
               "3:27 expected an offset of -0.5 to 0.5 m, found '9'\n");
    assert_true(isnan(last[KF_POD_ATHLETE].u.athlete.mass_kg));
    assert_int_equal(last[KF_POD_PLACEMENT].u.placement.site, KF_SITE_SHANK_R);
    assert_true(last[KF_POD_PLACEMENT].u.placement.offset_m == 0.04);
}

static void test_headers_say_what_they_lack(void **state)
{
    (void)state;
    assert_log(MAGIC "note,hamstring_l.emg_uv,time_s," NAMES("elbow") "\nhello,5,0,1,2,3,4,5,6\n",
               "2:1 column 'note' is ignored (and 6 more): its name is unknown\nhamstring_l 0\n");
    assert_int_equal(stats.bad_lines, 0);
    assert_log(MAGIC
               "time_s,trunk.acc_x_mps2,trunk.acc_y_mps2,trunk.acc_z_mps2,rectus_l.emg_uv,trunk.emg_uv\n0,1,2,3,4,5\n",
               "2:75 column 'trunk.emg_uv' is ignored: this site has no such channel\n"
               "2:1 trunk lacks gyr_x_dps and cannot be used: an inertial sensor needs all six columns\nrectus_l 0\n");
    assert_int_equal(stats.stream_count, 1);
    assert_log(MAGIC "time_s,trunk.acc_x_mps2\n0,1\nx\n",
               "2:1 trunk lacks acc_y_mps2 and cannot be used: an inertial sensor needs all six columns\n"
               "2:1 expected time_s and all six columns of a site (or a muscle's emg_uv), found "
               "'time_s,trunk.acc_x_mps2'\n");
    assert_int_equal(stats.stream_count, 0);
    assert_int_equal(stats.epochs, 0);
    assert_log(MAGIC "0,1\ntime_s,hamstring_l.emg_uv,hamstring_l.emg_uv,time_s\n0,1,2,9\n",
               "2:1 expected column names with time_s among them, found '0,1'\n"
               "3:27 column 'hamstring_l.emg_uv' is ignored (and 1 more): it is there twice\nhamstring_l 0\n");
    assert_log(MAGIC "time_s," NAMES("hamstring_l") ",trunk.emg_uv,rectus_l.emg_uv\n0,1,2,3,4,5,6,7,8\n",
               "2:8 column 'hamstring_l.acc_x_mps2' is ignored (and 6 more): this site has no such channel\n"
               "rectus_l 0\n");
    assert_log("# kneefold-log 2\ntime_s,hamstring_l.emg_uv\n0,1\n", "1:16 expected log version 1, found '2'\n");
}

static void test_empty_and_binary(void **state)
{
    (void)state;
    assert_log("", "1:1 expected a line of column names (time_s, trunk.acc_x_mps2, ...), found the end\n");
    assert_log(HEADER, "");
    assert_true(isnan(stats.first_t_s));
    uint32_t seed = 3;
    static uint8_t bytes[1 << 14];
    for (int round = 0; round < 40; round++) {
        const size_t start = (size_t)snprintf((char *)bytes, sizeof bytes, "%s0,%s", HEADER, ROW);
        const unsigned spoilt = round < 20 ? 0 : 10;
        for (size_t i = round % 2 ? start : 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            const unsigned number = seed >> 8;
            bytes[i] = number % 50 < spoilt ? (uint8_t)(number >> 8) : (uint8_t) "0123456789.,-+e\n"[number >> 8 & 15];
        }
        read_log(bytes, sizeof bytes);
    }
}

static void test_long_lines_are_skipped(void **state)
{
    (void)state;
    enum { LIMIT = 65536 };
    const char *head = MAGIC "time_s,note,hamstring_l.emg_uv\n0,,1\n";
    char *log = malloc(3 * LIMIT);
    assert_non_null(log);
    for (int extra = 0; extra < 2; extra++) {
        size_t length = strlen(head);
        memcpy(log, head, length);
        memcpy(log + length, "0.1,", 4);
        memset(log + length + 4, 'x', LIMIT + 1);
        length += LIMIT - 2 + (size_t)extra; /* the line is LIMIT + extra bytes with its last two */
        memcpy(log + length, ",2\n0.2,,3\n", 10);
        read_log(log, length + 10);
        assert_string_equal(transcript.text, extra ? "2:8 column 'note' is ignored: its name is unknown\n4:65537 "
                                                     "expected a line of at most 65536 bytes, found 'more'\n"
                                                     "hamstring_l 0\nhamstring_l 0.2\n"
                                                   : "2:8 column 'note' is ignored: its name is unknown\n"
                                                     "hamstring_l 0\nhamstring_l 0.1\nhamstring_l 0.2\n");
        assert_int_equal(stats.bad_lines, extra);
        assert_int_equal(stats.resyncs, extra);
    }
    free(log);
}

static void test_sniffing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int sure;
    } cases[] = {{"", 1},
                 {"# kneef", 1},
                 {"# kneefold-log 1\n", 2},
                 {"\xef\xbb", 1},
                 {"\xef\xbb\xbf# kneefold-log", 2},
                 {"time_s,a", 2},
                 {"time", 1},
                 {"# other", 0},
                 {"t,x", 0},
                 {"\xef\xbb\xbfx", 0}};
    const struct kf_pod_driver *driver = kf_pod_driver_find("kneefold-log");
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const uint8_t *bytes = (const uint8_t *)cases[i].text;
        assert_int_equal(driver->sniff(bytes, strlen(cases[i].text)), cases[i].sure);
        assert_ptr_equal(kf_pod_detect(bytes, strlen(cases[i].text)), cases[i].sure == 2 ? driver : NULL);
    }
    assert_null(kf_pod_driver_find("none"));
}

static void test_shared_logs(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned streams;
        uint64_t rows, marks;
    } logs[] = {{"running/rbds001_t25.csv", 5, 7599, 0},
                {"running/rbds028_t45.csv", 5, 0, 0},
                {"synthetic/relaxed_then_mixed.csv", 5, 21600, 2},
                {"synthetic/right_leg_only_noisy.csv", 3, 17600, 2},
                {"synthetic/with_emg.csv", 7, 78000, 2}};
    for (unsigned i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        size_t count;
        uint8_t *bytes = feed_read_shared(logs[i].name, &count);
        assert_non_null(bytes);
        read_log(bytes, count);
        assert_int_equal(stats.bad_lines, 0);
        assert_int_equal(stats.stream_count, logs[i].streams);
        if (logs[i].rows)
            assert_int_equal(stats.good_frames, logs[i].rows);
        for (unsigned k = 0; k < stats.stream_count; k++) {
            const bool is_imu = stats.stream[k].kind == KF_KIND_IMU6;
            assert_true(fabs(stats.stream[k].rate_hz - (is_imu ? 200 : 1000)) < 1e-6);
            assert_int_equal(stats.stream[k].lost, 0);
        }
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples_are_si),
        cmocka_unit_test(test_line_ends_and_marks_of_order),
        cmocka_unit_test(test_faults_are_told_in_place),
        cmocka_unit_test(test_one_damaged_time_costs_one_row),
        cmocka_unit_test(test_streams_of_different_rates),
        cmocka_unit_test(test_gaps_and_full_scale),
        cmocka_unit_test(test_marks_come_at_their_time),
        cmocka_unit_test(test_times_of_day),
        cmocka_unit_test(test_too_many_marks_are_told),
        cmocka_unit_test(test_runner_and_places),
        cmocka_unit_test(test_headers_say_what_they_lack),
        cmocka_unit_test(test_empty_and_binary),
        cmocka_unit_test(test_long_lines_are_skipped),
        cmocka_unit_test(test_sniffing),
    };
    const struct CMUnitTest shared_tests[] = {cmocka_unit_test(test_shared_logs)};
    const int failed = cmocka_run_group_tests_name("kneefold-log", tests, NULL, NULL);
    if (failed)
        return failed;
    if (!feed_has_shared())
        return FEED_SKIP;
    return cmocka_run_group_tests_name("kneefold-log, shared data", shared_tests, NULL, NULL);
}
