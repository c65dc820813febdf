/* test_csv.c - protects plain CSV from anybody's firmware: delimiters and line ends, who may name the columns, units,
 * the pod's clock with its turns and restarts, damaged lines, and the same samples in every chunking. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed.h"

static const double G = 9.80665, DEG = 3.14159265358979323846 / 180;

enum { TAKEN_MAX = 4096 };

struct taken {
    unsigned count;
    struct kf_sample sample[TAKEN_MAX];
    char problem[KF_POD_TEXT_MAX]; /* the last */
};

static void take(void *context, const struct kf_pod_item *item)
{
    struct taken *taken = context;
    if (item->kind == KF_POD_SAMPLE && taken->count < TAKEN_MAX)
        taken->sample[taken->count++] = item->u.sample;
    if (item->kind == KF_POD_PROBLEM)
        memcpy(taken->problem, item->u.problem.text, sizeof taken->problem);
}

/* Runs text through the driver in every chunking, with columns configured (NULL: none); the feed stays open. */
static void run(struct feed *feed, struct taken *taken, const char *columns, const char *text)
{
    uint64_t hash = 0;
    for (unsigned i = 0; i < feed_chunk_count; i++) {
        memset(taken, 0, sizeof *taken);
        feed_open(feed, "csv");
        feed->watch = take;
        feed->watch_context = taken;
        if (columns)
            assert_null(feed->driver->configure(feed->state, "columns", columns));
        feed_push(feed, text, strlen(text), feed_chunks[i]);
        feed_finish(feed);
        if (i > 0)
            assert_true(feed->hash == hash);
        hash = feed->hash;
        if (i + 1 < feed_chunk_count)
            feed_close(feed);
    }
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-6 * fmax(1, fabs(expected))))
        fail_msg("%.9g is not %.9g", value, expected);
}

/* ---- the plotter's vectors ---- */

struct vector {
    char text[128];    /* with ',' for every delimiter, '$' where one may trail */
    unsigned columns;  /* of a row */
    unsigned numbers;  /* in all rows */
    double number[16]; /* row by row */
};

/* "0\n" "1,2\n" -> names [...]; rows (1,2);(3,4) */
static bool read_vector(const char *line, struct vector *vector)
{
    const char *arrow = strstr(line, "->"), *rows = arrow ? strstr(arrow, "row") : NULL;
    char *out = vector->text;
    bool quoted = false;
    memset(vector, 0, sizeof *vector);
    if (line[0] != '"' || !rows)
        return false;
    for (const char *at = line; at < arrow; at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (quoted && at[0] == '\\' && at[1] == 'n') {
            *out++ = '$';
            *out++ = '\n';
            at++;
        } else if (quoted)
            *out++ = *at;
    }
    vector->columns = 1;
    for (const char *at = rows; *at; at++) {
        char *end;
        if (*at == ',')
            vector->columns = 2;
        if (*at < '0' || *at > '9')
            continue;
        vector->number[vector->numbers++] = strtod(at, &end);
        at = end - 1;
    }
    return true;
}

static void spell(char *out, const char *text, char delimiter, bool trailing, bool crlf)
{
    for (; *text; text++) {
        if (*text == '$' && trailing)
            *out++ = delimiter;
        else if (*text == '\n' && crlf) {
            *out++ = '\r';
            *out++ = '\n';
        } else if (*text != '$')
            *out++ = *text == ',' ? delimiter : *text;
    }
    *out = '\0';
}

static void check_vector(const struct vector *vector, const char *text)
{
    static struct taken taken;
    struct feed feed;
    run(&feed, &taken, vector->columns == 2 ? "emg_uv emg_uv" : "emg_uv", text);
    assert_int_equal(taken.count, vector->numbers);
    for (unsigned i = 0; i < taken.count; i++) {
        assert_near((double)taken.sample[i].value[0], vector->number[i]);
        assert_int_equal(taken.sample[i].stream, i % vector->columns);
        assert_int_equal(taken.sample[i].site, KF_SITE_NONE);
    }
    assert_int_equal(feed_stats(&feed)->good_frames, vector->numbers / vector->columns);
    assert_int_equal(feed_stats(&feed)->bad_lines, 0);
    feed_close(&feed);
}

static void test_plotter_vectors(void **state)
{
    char line[512], text[256];
    unsigned vectors = 0;
    FILE *file = fopen(feed_shared_path("pods/arduino-plotter/vectors.txt"), "r");
    (void)state;
    if (!file)
        skip();
    while (fgets(line, sizeof line, file)) {
        struct vector vector;
        if (!read_vector(line, &vector))
            continue;
        vectors++;
        for (unsigned way = 0; way < 12; way++) {
            spell(text, vector.text, " \t,"[way % 3], way / 3 % 2, way / 6);
            check_vector(&vector, text);
        }
    }
    (void)fclose(file);
    assert_int_equal(vectors, 4);
}

/* ---- who names the columns ---- */

static void test_artemis_header(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL,
        "rtcDate,rtcTime,aX,aY,aZ,gX,gY,gZ,mX,mY,mZ,imu_degC,output_Hz,\r\n"
        "10/31/2026,12:03:44.55,1000.00,-500.00,2000.00,90.00,0.00,-180.00,1.0,2.0,3.0,25.1,50.000,\r\n"
        "10/31/2026,12:03:44.57,0.00,0.00,1000.00,0.00,0.00,0.00,1.0,2.0,3.0,25.1,50.000,\r\n");
    assert_int_equal(taken.count, 2);
    assert_near((double)taken.sample[0].value[0], G);
    assert_near((double)taken.sample[0].value[1], -G / 2);
    assert_near((double)taken.sample[0].value[3], 90 * DEG);
    assert_near((double)taken.sample[0].value[5], -180 * DEG);
    assert_near(taken.sample[1].t_s - taken.sample[0].t_s, 0.02);
    assert_int_equal(feed_stats(&feed)->bad_lines, 0);
    feed_close(&feed);
}

static void test_razor_has_no_header(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL,
        "0.98, 1.2, 0\n"
        "1000, 0.01, -1.00, 0.50, 90.00, 0.00, -1.00, 10.1, 20.2, 30.3\n"
        "1010, 0.02, -2.00, 0.50, 90.00, 0.00, -1.00, 10.1, 20.2, 30.3\n"
        "1030, 0.02, -2.00, 0.50, 90.00, 0.00, -1.00, 10.1, 20.2, 30.3\n"
        "1040, 0.02, -2.90, 0.50, 90.00, 0.00, -1.00, 10.1, 20.2, 30.3\n"
        "1050, 0.02, -2.00, 0.50, 2000.0, 0.00, -1.00, 10.1, 20.2, 30.3\n"
        "1060, 0.02, -2.00, 0.50, 90.00, 0.00, -1.00, 10.1, 20.2, 30.3\n");
    static const bool saturated[] = {false, false, true, false, true, false};
    assert_int_equal(taken.count, 6);
    assert_near(taken.sample[0].t_s, 0);
    assert_near(taken.sample[2].t_s, 0.03);
    assert_near((double)taken.sample[0].value[1], -G);
    assert_near((double)taken.sample[0].value[3], 90 * DEG);
    /* Staying at 2 g is being cut off, until 2.9 g show that the range is wider; 2000 deg/s is the widest there is. */
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(taken.sample[i].saturated, saturated[i]);
    assert_int_equal(feed_stats(&feed)->stream[0].kind, KF_KIND_IMU6);
    feed_close(&feed);
}

static void test_canonical_names_bring_sites(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL,
        "time_ms,thigh_r.acc_x_mps2,thigh_r.acc_y_mps2,thigh_r.acc_z_mps2,thigh_r.gyr_x_radps,thigh_r.gyr_y_radps,"
        "thigh_r.gyr_z_radps,hamstring_r.emg_mv,shank_r.acc_x_g\n"
        "5,1,2,3,4,5,6,0.25,1\n7,1,2,3,4,5,6,0.5,1\n");
    assert_int_equal(taken.count, 4);
    assert_int_equal(taken.sample[0].site, KF_SITE_THIGH_R);
    assert_int_equal(taken.sample[1].site, KF_SITE_HAMSTRING_R);
    assert_int_equal(taken.sample[1].stream, 1);
    assert_near((double)taken.sample[0].value[5], 6);
    assert_near((double)taken.sample[1].value[0], 250);
    assert_near(taken.sample[3].t_s, 0.002);
    assert_int_equal(feed_stats(&feed)->stream_count, 2); /* the shank lacks five channels */
    feed_close(&feed);
}

static void test_labels_name_their_columns(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL,
        "gz:6\nms:10 ax:1 ay:0 az:0 gx:0 gy:0 gz:90 note:3\nms:20 ax:0 ay:1 az:0 gx:0 gy:0 gz:90 note:3\n"
        "ms:30 ax:0 ay:1 az:0 gx:0 gz:90 note:3\nms:40 ax:0 ay:1 az:0 gx:0 gy:0 gz:90 note:3\n");
    assert_int_equal(taken.count, 3);
    assert_near((double)taken.sample[1].value[1], G);
    assert_near((double)taken.sample[1].value[5], 90 * DEG);
    assert_near(taken.sample[2].t_s, 0.03);
    assert_int_equal(feed_stats(&feed)->bad_lines, 1);
    feed_close(&feed);
}

/* Two sensors and a muscle without names: a channel that comes again is the next sensor's. */
static void test_settings_name_columns(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, "- acc_g gyr_dps, acc_mg gyr_radps, emg_uv",
        "half\n7 1 0 0 90 0 0 0 1000 0 0 0 2 33\n7 1 0 0 90 0 0 0 1000 0 0 0 2 34\n");
    assert_int_equal(taken.count, 6);
    assert_int_equal(feed_stats(&feed)->stream_count, 3);
    assert_int_equal(taken.sample[1].stream, 1);
    assert_near((double)taken.sample[0].value[0], G);
    assert_near((double)taken.sample[1].value[1], G);
    assert_near((double)taken.sample[1].value[5], 2);
    assert_near((double)taken.sample[5].value[0], 34);
    assert_near(taken.sample[5].t_s, 0.01); /* 100 lines a second unless told */
    feed_close(&feed);
    feed_open(&feed, "csv");
    static const char *const unusable[] = {"acc_x_g",
                                           "acc_g gyr_dps bla",
                                           "acc_g gyr_dps acc_x_g",
                                           "hamstring_r.acc_g hamstring_r.gyr_dps",
                                           "thigh_r.emg_uv",
                                           "thigh_r.time_ms emg_uv",
                                           "knee.emg_uv",
                                           "thigh_r.acc_g thigh_r.gyr_dps thigh_r.acc_g thigh_r.gyr_dps",
                                           ""};
    for (unsigned i = 0; i < sizeof unusable / sizeof unusable[0]; i++)
        assert_non_null(feed.driver->configure(feed.state, "columns", unusable[i]));
    assert_non_null(feed.driver->configure(feed.state, "rate_hz", "fast"));
    assert_non_null(feed.driver->configure(feed.state, "colums", "acc_g gyr_dps"));
    assert_null(feed.driver->configure(feed.state, "rate_hz", "200"));
    assert_int_equal(feed_stats(&feed)->stream_count, 0);
    feed_close(&feed);
}

static void test_unnamed_columns_are_counted_only(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL, "1,2,3,4\n1,2,3,4\n5,6,7,8\n");
    assert_int_equal(taken.count, 0);
    assert_int_equal(feed_stats(&feed)->good_frames, 2);
    assert_non_null(strstr(taken.problem, "[pod.csv] columns"));
    feed_close(&feed);
}

/* ---- time, and damage ---- */

#define REST ",0,0,1,0,0,0\n"
#define HEADER "ms,ax,ay,az,gx,gy,gz\n"

static void test_clock_turns_over(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL, HEADER "4294967280" REST "4294967290" REST "4" REST "14" REST);
    assert_int_equal(taken.count, 4);
    assert_near(taken.sample[3].t_s, 0.03);
    assert_int_equal(feed_stats(&feed)->epochs, 1);
    feed_close(&feed);
}

static void test_restart_and_damaged_time(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL,
        HEADER "1000" REST "1010" REST "102" REST "1030" REST "4040" REST "1050" REST "damaged\n"
               "3" REST "13" REST "23" REST);
    assert_int_equal(taken.count, 7);
    assert_near(taken.sample[2].t_s, 0.03);
    assert_near(taken.sample[3].t_s, 0.05);
    assert_near(taken.sample[4].t_s, 0.06); /* one period at pod.csv.rate_hz after the last */
    assert_near(taken.sample[6].t_s, 0.08);
    assert_int_equal(feed_stats(&feed)->bad_lines, 3);
    assert_int_equal(feed_stats(&feed)->epochs, 2);
    assert_int_equal(feed.count[KF_POD_EPOCH], 1);
    assert_int_equal(feed_stats(&feed)->stream[0].lost, 0); /* the steps before it are too few to tell */
    feed_close(&feed);
}

/* One damaged time before a restart must not become a leap of the clock. */
static void test_damage_at_a_restart(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL, HEADER "1000" REST "1010" REST "90020" REST "3" REST "13" REST);
    assert_int_equal(taken.count, 4);
    assert_near(taken.sample[3].t_s, 0.03);
    assert_int_equal(feed_stats(&feed)->bad_lines, 1);
    feed_close(&feed);
}

/* What looks like a header in the middle changes nothing unless it fits the rows. */
static void test_stray_names(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL,
        HEADER "0" REST "emg_uv\n"
               "ready\n"
               "10" REST HEADER "20" REST "1/2" REST);
    assert_int_equal(taken.count, 3);
    assert_int_equal(feed_stats(&feed)->stream_count, 1);
    assert_int_equal(feed_stats(&feed)->bad_lines, 3);
    feed_close(&feed);
    run(&feed, &taken, NULL, "ms,acc_g,gyr_dps\n1,2,3\n2,2,3\n3,2,3\n"); /* three columns are no seven */
    assert_int_equal(taken.count, 0);
    assert_int_equal(feed_stats(&feed)->bad_lines, 0);
    feed_close(&feed);
    run(&feed, &taken, NULL, "time_ms,us,emg_uv\n0,0,1\n2,9,1\n"); /* the first clock holds */
    assert_near(taken.sample[1].t_s, 0.002);
    feed_close(&feed);
    run(&feed, &taken, NULL, "x\n5,0,0,1,0,0,0\n5,0,0,1,0,0,0\n4,0,0,1,0,0,0\n"); /* no Razor: no clock */
    assert_int_equal(taken.count, 0);
    assert_int_equal(feed_stats(&feed)->good_frames, 3);
    feed_close(&feed);
}

static void test_missing_lines_are_counted(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL,
        HEADER "0" REST "10" REST "20" REST "30" REST "40" REST "50" REST "80" REST "90" REST "10000" REST
               "10010" REST);
    assert_int_equal(taken.count, 10);
    assert_int_equal(feed_stats(&feed)->stream[0].lost, 2 + 990);
    assert_near(taken.sample[9].t_s, 10.01);
    feed_close(&feed);
}

/* Without a clock a damaged line takes its period, too. */
static void test_bad_lines_are_lost_samples(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL,
        "ax,ay,az,gx,gy,gz\n0,0,1,0,0,0\n0,0,1,\x80,0,0\n0,0,1,0,0\n\n# remark\n0,0,1,0,0,0\n0,0,9e999,0,0,0\n"
        "0,0,1,0,0,2e9\n0,0,1,0,0,0");
    assert_int_equal(taken.count, 3);
    assert_int_equal(feed_stats(&feed)->bad_lines, 4);
    assert_int_equal(feed_stats(&feed)->stream[0].lost, 4);
    assert_near(taken.sample[1].t_s, 0.03);
    assert_near(taken.sample[2].t_s, 0.06);
    feed_close(&feed);
}

static void test_another_width_must_last(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL,
        "x\nms:0 emg_uv:1\nms:1 emg_uv:2\nms:2 emg_:3\nms:3 emg_uv:4\nemg_mv:5\nemg_mv:6\nemg_mv:7\nemg_mv:8\n");
    assert_int_equal(taken.count, 3 + 2);
    assert_int_equal(feed_stats(&feed)->bad_lines, 1 + 2);
    assert_near((double)taken.sample[4].value[0], 8000);
    feed_close(&feed);
}

static void test_endless_line(void **state)
{
    static char text[4096];
    static struct taken taken;
    struct feed feed;
    (void)state;
    memset(text, '1', 3000);
    memcpy(text, "x\n", 2);
    strcpy(text + 3000, "\nemg_uv:1\nemg_uv:2\n");
    run(&feed, &taken, NULL, text);
    assert_int_equal(taken.count, 2);
    assert_int_equal(feed_stats(&feed)->bad_lines, 1);
    assert_int_equal(feed_stats(&feed)->resyncs, 1);
    feed_close(&feed);
}

/* What a laboratory whose decimals are commas writes: the same samples, and a fault told at its column. */
static void test_decimal_commas(void **state)
{
    static struct taken taken;
    struct feed feed;
    (void)state;
    run(&feed, &taken, NULL,
        "time_s;acc_x_g;acc_y_g;acc_z_g;gyr_x_dps;gyr_y_dps;gyr_z_dps\r\n0,5;0;-0,25;1,5;-2e0;0;0;\r\n"
        "0,51; 0; 0; 1; 0; 0; 10,5\r\n0,52;0;0;1;0;1,5,5;0\r\n");
    assert_int_equal(taken.count, 2);
    assert_near((double)taken.sample[0].value[1], -0.25 * G);
    assert_near((double)taken.sample[0].value[2], 1.5 * G);
    assert_near((double)taken.sample[1].value[5], 10.5 * DEG);
    assert_near(taken.sample[1].t_s, 0.01);
    assert_int_equal(feed_stats(&feed)->bad_lines, 1);
    assert_string_equal(taken.problem, "expected a number, found '1.5.5'");
    feed_close(&feed);
    run(&feed, &taken, NULL, "Time (s);EMG x;Gyr\nemg_uv:1,5;emg_mv:-2\nemg_uv:3;emg_mv:4\n");
    assert_near((double)taken.sample[0].value[0], 1.5);
    feed_close(&feed);
}

/* ---- detection ---- */

static int sniff(const char *text)
{
    return kf_pod_driver_find("csv")->sniff((const uint8_t *)text, strlen(text));
}

#define EIGHT(line) line line line line line line line line

static void test_sniff(void **state)
{
    (void)state;
    assert_int_equal(sniff("1,2,\n" EIGHT("1, 2,3.5\t-4e1\r\n")), 2);
    assert_int_equal(sniff("x\n" EIGHT("a:1 b:2 c:3 d:4\n")), 2);
    assert_int_equal(sniff("x\n" EIGHT("0,01;2;-3,5;4e1;\n")), 2);
    assert_int_equal(sniff("x\n" EIGHT("0,01;2;-3,5\n")), 1);
    assert_int_equal(sniff(EIGHT("1,2,3,4\n")), 1);
    assert_int_equal(sniff("x\n" EIGHT("1,2,3\n")), 1);
    assert_int_equal(sniff("x\n" EIGHT("$1,2,3,4\n")), 1);
    assert_int_equal(sniff("x\n" EIGHT("#1,2,3,4\n")), 1);
    assert_int_equal(sniff("x\n" EIGHT("1,2,3,4\n1,2,3,4,5\n")), 1);
    assert_int_equal(sniff("x\n" EIGHT("I,2,3,4,5\n")), 1);
    assert_int_equal(sniff("x\n" EIGHT("a:1 b:2 c:3 4\n")), 1);
    assert_int_equal(sniff("x\n" EIGHT("1,2,,3,four\n")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plotter_vectors),
        cmocka_unit_test(test_artemis_header),
        cmocka_unit_test(test_razor_has_no_header),
        cmocka_unit_test(test_canonical_names_bring_sites),
        cmocka_unit_test(test_labels_name_their_columns),
        cmocka_unit_test(test_settings_name_columns),
        cmocka_unit_test(test_unnamed_columns_are_counted_only),
        cmocka_unit_test(test_clock_turns_over),
        cmocka_unit_test(test_restart_and_damaged_time),
        cmocka_unit_test(test_damage_at_a_restart),
        cmocka_unit_test(test_stray_names),
        cmocka_unit_test(test_missing_lines_are_counted),
        cmocka_unit_test(test_bad_lines_are_lost_samples),
        cmocka_unit_test(test_another_width_must_last),
        cmocka_unit_test(test_endless_line),
        cmocka_unit_test(test_decimal_commas),
        cmocka_unit_test(test_sniff),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
