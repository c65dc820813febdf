/* Protects the frame of a sensor: any mounting gives the same one, signs included; standing and cold start; a pause
 * teaches nothing; axis quality as an eigen solver finds it; sensors turned over or on the wrong leg are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heard.h"
#include "near.h"
#include "source/random.h"

static const double degree = 3.14159265358979323846 / 180;
static struct kf_pipeline pipeline;
static struct heard heard;
static struct exact_body body;

static int start(void **state)
{
    (void)state;
    exact_body_init(&body);
    return 0;
}

/* Runs the gait from one time to another; the pipeline goes on if from_s > 0. */
static void run(const struct exact_gait *gait, double from_s, double to_s, unsigned sites)
{
    struct kf_pipeline_sink sink = heard_by(&heard);
    const struct kf_pipeline_config config = heard_config(&body);
    if (from_s <= 0)
        kf_pipeline_init(&pipeline, &config);
    for (long tick = lround(from_s * KF_GRID_HZ); tick < lround(to_s * KF_GRID_HZ); tick++) {
        struct kf_sim_pose pose;
        exact_gait_pose(gait, (double)tick / KF_GRID_HZ, &pose);
        heard_push_pose(&pipeline, &sink, &body, &pose, sites);
    }
}

/* Largest angle between the frame found and the true one, in degrees. */
static double frame_error_deg(enum kf_site site)
{
    const struct kf_align *align = &pipeline.segment[site].align;
    const double *found[3] = {align->x, align->y, align->z};
    double worst = 0;
    assert_true(align->has_frame);
    for (int axis = 0; axis < 3; axis++) {
        double cosine = 0;
        for (int i = 0; i < 3; i++)
            cosine += body.mount[site].turn[i][axis] * found[axis][i];
        worst = fmax(worst, acos(fmax(-1, fmin(1, cosine))) / degree);
    }
    return worst;
}

static double leg_frames_error_deg(void)
{
    double worst = 0;
    for (int site = KF_SITE_THIGH_L; site <= KF_SITE_SHANK_R; site++)
        worst = fmax(worst, frame_error_deg((enum kf_site)site));
    return worst;
}

/* 30 mountings for each of four sensors; the same swings from all of them. */
static void test_any_mounting(void **state)
{
    const struct exact_gait gait = exact_gait_default();
    struct kf_swing first = {0};
    double worst = 0;
    (void)state;
    for (unsigned number = 0; number < 30; number++) {
        for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
            exact_mount_any(&body.mount[site], number * KF_SITE_BODY_COUNT + (unsigned)site);
        run(&gait, 0, 10, HEARD_LEGS);
        worst = fmax(worst, leg_frames_error_deg());
        const struct kf_swing *last = &heard.swing[heard.swings - 1];
        if (number == 0)
            first = *last;
        assert_near(last->mean_knee_moment_nm_kg, first.mean_knee_moment_nm_kg, 1e-4);
        assert_near(last->peak_knee_deg, first.peak_knee_deg, .05);
        assert_near(last->t_to_s, first.t_to_s, 1e-4);
    }
    print_message("30 mountings of four sensors: frames within %.3f deg\n", worst);
    assert_near(worst, 0, .1);
}

/* Without a standing pose: the frame is the population's within some degrees, and said to be worth less. */
static void test_cold_start(void **state)
{
    struct exact_gait gait = exact_gait_default();
    (void)state;
    gait.stand_s = -2; /* long since running */
    for (unsigned number = 0; number < 6; number++) {
        for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
            exact_mount_any(&body.mount[site], 300 + number * KF_SITE_BODY_COUNT + (unsigned)site);
        run(&gait, 0, 15, HEARD_LEGS);
        assert_near(leg_frames_error_deg(), 0, 6);
        assert_true(heard.swings > 30);
        const struct kf_alignment alignment = kf_pipeline_alignment(&pipeline, KF_SITE_SHANK_L);
        assert_true(alignment.aligned);
        assert_near(alignment.quality, .6, 1e-9);
    }
}

/* A pause in standing after a cold start must not pull the mean tilt of running to that of standing. */
static void test_pause_teaches_nothing(void **state)
{
    struct exact_gait gait = exact_gait_default();
    (void)state;
    gait.stand_s = -2;
    gait.stop_s = 20;
    run(&gait, 0, 50, HEARD_LEGS);
    struct exact_gait again = exact_gait_default();
    again.stand_s = 50;
    run(&again, 50, 54, HEARD_LEGS); /* few strides: nothing has worn off */
    assert_near(frame_error_deg(KF_SITE_SHANK_L), 0, 8);
    assert_near(frame_error_deg(KF_SITE_THIGH_R), 0, 8);
}

/* Standing is what lasts two seconds and is still; later pauses leave the frame alone. */
static void test_standing(void **state)
{
    struct exact_gait gait = exact_gait_default();
    (void)state;
    gait.stand_s = 1.4;
    run(&gait, 0, 8, HEARD_LEGS);
    assert_false(pipeline.segment[KF_SITE_SHANK_L].align.stood);
    gait.stand_s = 2.6;
    gait.stop_s = 12;
    run(&gait, 0, 12, HEARD_LEGS);
    assert_true(pipeline.segment[KF_SITE_SHANK_L].align.stood);
    const struct kf_align before = pipeline.segment[KF_SITE_SHANK_L].align;
    exact_mount_turn(&body.mount[KF_SITE_SHANK_L], (const double[3]){0, 0, 1}, 20 * degree); /* slips in the pause */
    run(&gait, 12, 22, HEARD_LEGS);
    gait = exact_gait_default();
    gait.stand_s = 22;
    run(&gait, 22, 27, HEARD_LEGS);
    for (int i = 0; i < 3; i++)
        assert_near(pipeline.segment[KF_SITE_SHANK_L].align.y[i], before.y[i], 1e-3);
}

/* Sensors that lay on a table, turned by some 60 degrees, and were put on without standing: the table's frame is given
 * up for what running tells, within seconds. */
static void test_table(void **state)
{
    const enum kf_site sites[] = {KF_SITE_THIGH_L, KF_SITE_SHANK_L, KF_SITE_THIGH_R, KF_SITE_SHANK_R};
    const struct exact_gait gait = exact_gait_default();
    (void)state;
    for (unsigned i = 0; i < 4; i++)
        exact_mount_turn(&body.mount[sites[i]], (const double[3]){0, 0, 1}, (i % 2 ? 60 : -60) * degree);
    run(&gait, 0, 3.5, HEARD_LEGS); /* on the table, then out of reach */
    exact_body_init(&body);
    run(&gait, 3.9, 16, HEARD_LEGS);
    assert_near(leg_frames_error_deg(), 0, 6);
    assert_false(pipeline.segment[KF_SITE_SHANK_L].align.stood);
    assert_near(kf_pipeline_alignment(&pipeline, KF_SITE_SHANK_L).quality, .6, .01);
}

/* A sensor that turns on its segment by 20 degrees in mid-run, either way, is told by how far it turned and by what
 * the two sensors disagree; its swings are not judged by what was measured before, and none is called pulled. */
static void test_slip(void **state)
{
    static const double axes[][3] = {{0, 0, 1}, {0, 0, -1}, {0, 1, 0}};
    const struct exact_gait gait = exact_gait_default();
    (void)state;
    for (int site = KF_SITE_THIGH_L; site <= KF_SITE_SHANK_R; site++)
        for (int i = 0; i < 3; i++) {
            (void)start(state);
            kf_pipeline_baseline_start(&pipeline, 10);
            kf_pipeline_baseline_end(&pipeline, 30);
            run(&gait, 0, 35, HEARD_LEGS);
            const struct kf_alignment before = kf_pipeline_alignment(&pipeline, (enum kf_site)site);
            assert_true(before.slip_deg < 1);
            assert_true(before.residual_mps2 < 1.1 * before.early_residual_mps2 + .05);
            exact_mount_turn(&body.mount[site], axes[i], 20 * degree);
            run(&gait, 35, 45, HEARD_LEGS);
            if (i < 2) /* about the segment's own axis the knee stays where it is */
                assert_true(kf_pipeline_alignment(&pipeline, (enum kf_site)site).residual_mps2 >
                            1.3 * before.early_residual_mps2);
            run(&gait, 45, 65, HEARD_LEGS);
            assert_true(kf_pipeline_alignment(&pipeline, (enum kf_site)site).slip_deg > 14);
            assert_int_equal(heard_count(&heard, KF_PULLED, 30), 0);
        }
}

/* A gyroscope off by 5 deg/s on all axes hides neither the standing pose nor the axis. */
static void test_gyroscope_offset(void **state)
{
    const struct exact_gait gait = exact_gait_default();
    (void)state;
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        for (int i = 0; i < 3; i++)
            body.mount[site].gyr_offset_radps[i] = (i == 1 ? -5 : 5) * degree;
    run(&gait, 0, 10, HEARD_LEGS);
    assert_true(pipeline.segment[KF_SITE_THIGH_L].align.stood);
    assert_near(leg_frames_error_deg(), 0, .3);
    assert_near(heard.swing[heard.swings - 1].peak_knee_deg, 105, 2);
}

/* Both signs of the medio-lateral axis, for thigh and shank: four ways a leg can begin. */
static void test_signs(void **state)
{
    const struct exact_gait gait = exact_gait_default();
    (void)state;
    for (unsigned way = 0; way < 4; way++) {
        exact_body_init(&body);
        exact_mount_turn(&body.mount[KF_SITE_THIGH_L], (const double[3]){0, 1, 0}, way & 1 ? 180 * degree : 0);
        exact_mount_turn(&body.mount[KF_SITE_SHANK_L], (const double[3]){0, 1, 0}, way & 2 ? 180 * degree : 0);
        run(&gait, 0, 9, HEARD_LEFT);
        assert_near(frame_error_deg(KF_SITE_THIGH_L), 0, .1);
        assert_near(frame_error_deg(KF_SITE_SHANK_L), 0, .1);
        assert_true(heard.swings >= 4);
    }
}

/* After a rest nothing is known of the shank's peaks but its first backward swing: that turns no axis. */
static void test_rest_turns_no_axis(void **state)
{
    struct exact_gait gait = exact_gait_default();
    (void)state;
    gait.stop_s = 14;
    for (double rest_s = 1; rest_s < 7; rest_s += .5) {
        const double start_s = 14.5 + rest_s;
        const struct exact_gait again[] = {{start_s, INFINITY, .690, .371, 1, 0, 1},
                                           {start_s, INFINITY, .9, .62, .75, 0, 1}};
        for (int i = 0; i < 2; i++) {
            run(&gait, 0, start_s, HEARD_LEGS);
            for (double t_s = start_s; t_s < start_s + 5; t_s += .05) {
                run(&again[i], t_s, t_s + .05, HEARD_LEGS);
                assert_near(leg_frames_error_deg(), 0, 1);
            }
        }
    }
}

/* ---- the axis ratio ---- */

/* Eigenvalues of a symmetric matrix by Jacobi rotations, descending. */
static void jacobi(double a[3][3], double values[3])
{
    for (int sweep = 0; sweep < 30; sweep++)
        for (int p = 0; p < 2; p++)
            for (int q = p + 1; q < 3; q++) {
                const double angle = .5 * atan2(2 * a[p][q], a[q][q] - a[p][p]);
                const double c = cos(angle), s = sin(angle);
                for (int i = 0; i < 3; i++) {
                    const double ip = a[i][p], iq = a[i][q];
                    a[i][p] = c * ip - s * iq;
                    a[i][q] = s * ip + c * iq;
                }
                for (int i = 0; i < 3; i++) {
                    const double pi = a[p][i], qi = a[q][i];
                    a[p][i] = c * pi - s * qi;
                    a[q][i] = s * pi + c * qi;
                }
            }
    for (int i = 0; i < 3; i++)
        values[i] = a[i][i];
    for (int i = 0; i < 2; i++)
        for (int j = i + 1; j < 3; j++)
            if (values[j] > values[i]) {
                const double swap = values[i];
                values[i] = values[j];
                values[j] = swap;
            }
}

/* Rates drawn with spreads 6, s, 1 rad/s along the axes of some mounting. */
static void check_ratio(unsigned number, double second)
{
    struct kf_random rng;
    struct exact_mount mount;
    struct kf_align align;
    const double spread[3] = {1, second, 6}, up[3] = {0, 1, 0}, force[3] = {0, 9.81, 0};
    double values[3];
    kf_random_seed(&rng, number, 7);
    exact_mount_any(&mount, number);
    kf_align_init(&align, KF_SITE_SHANK_R);
    for (int n = 0; n < 4000; n++) {
        double rate[3] = {0, 0, 0};
        for (int j = 0; j < 3; j++) {
            const double draw = spread[j] * kf_random_normal(&rng);
            for (int i = 0; i < 3; i++)
                rate[i] += mount.turn[i][j] * draw;
        }
        kf_align_update(&align, force, rate, up);
    }
    assert_true(kf_align_refresh(&align));
    const double *c = align.covariance;
    double a[3][3] = {{c[0], c[1], c[2]}, {c[1], c[3], c[4]}, {c[2], c[4], c[5]}};
    jacobi(a, values);
    assert_near(align.axis_ratio / (values[0] / values[1]), 1, 2e-3);
    assert_near(kf_align_quality(&align), .6 * fmin(1, (values[0] / values[1] - 1) / 2), .005);
}

static void test_axis_ratio(void **state)
{
    (void)state;
    for (unsigned number = 0; number < 8; number++) {
        check_ratio(number, 1.5);
        check_ratio(number, 3);
        check_ratio(number, 4);
    }
}

/* Turning about exactly one axis leaves no second eigenvalue: the best there is, not the worst. */
static void test_one_axis_alone(void **state)
{
    const struct exact_gait gait = exact_gait_default();
    (void)state;
    for (unsigned number = 0; number < 8; number++) {
        run(&gait, 0, 8, HEARD_LEGS);
        for (int site = KF_SITE_THIGH_L; site <= KF_SITE_SHANK_R; site++) {
            const struct kf_alignment alignment = kf_pipeline_alignment(&pipeline, (enum kf_site)site);
            assert_true(alignment.axis_ratio > 1000 && isfinite(alignment.axis_ratio));
            assert_near(alignment.quality, 1, 1e-9);
            exact_mount_any(&body.mount[site], number * KF_SITE_BODY_COUNT + (unsigned)site);
        }
    }
}

/* ---- what is wrong is said ---- */

/* Turned over between standing and running: swings of quality 0. Strapped on upside down from the start: no matter. */
static void test_upside_down(void **state)
{
    const struct exact_gait gait = exact_gait_default();
    (void)state;
    exact_mount_turn(&body.mount[KF_SITE_SHANK_R], (const double[3]){1, 0, 0}, 180 * degree);
    run(&gait, 0, 10, HEARD_LEGS);
    assert_near(leg_frames_error_deg(), 0, .1);
    assert_false(kf_pipeline_alignment(&pipeline, KF_SITE_SHANK_R).upside_down);

    exact_body_init(&body);
    run(&gait, 0, 3.5, HEARD_LEGS);
    exact_mount_turn(&body.mount[KF_SITE_SHANK_R], (const double[3]){1, 0, 0}, 180 * degree);
    run(&gait, 3.5, 12, HEARD_LEGS);
    assert_true(kf_pipeline_alignment(&pipeline, KF_SITE_SHANK_R).upside_down);
    assert_near(kf_pipeline_alignment(&pipeline, KF_SITE_SHANK_R).quality, 0, 0);
    assert_false(kf_pipeline_alignment(&pipeline, KF_SITE_SHANK_L).upside_down);
    for (unsigned i = 0; i < heard.verdicts; i++)
        if (heard.verdict[i].leg == KF_RIGHT)
            assert_int_equal(heard.verdict[i].verdict, KF_UNCLEAR);
}

/* Left and right shank changed over: their own thighs do not go with them. */
static void test_swapped(void **state)
{
    const struct exact_gait gait = exact_gait_default();
    (void)state;
    for (int swapped = 0; swapped < 2; swapped++) {
        struct kf_pipeline_sink sink = heard_by(&heard);
        const struct kf_pipeline_config config = heard_config(&body);
        kf_pipeline_init(&pipeline, &config);
        for (int tick = 0; tick < 15 * KF_GRID_HZ; tick++) {
            struct kf_sim_pose pose;
            exact_gait_pose(&gait, tick * KF_GRID_S, &pose);
            for (int site = KF_SITE_THIGH_L; site <= KF_SITE_SHANK_R; site++) {
                struct kf_sample sample = exact_sample(&body, (enum kf_site)site, &pose);
                if (swapped && site >= KF_SITE_SHANK_L)
                    sample.site = (enum kf_site)(site ^ 1);
                kf_pipeline_push(&pipeline, &sample, &sink);
            }
        }
        for (int site = KF_SITE_THIGH_L; site <= KF_SITE_SHANK_R; site++)
            assert_int_equal(kf_pipeline_alignment(&pipeline, (enum kf_site)site).swapped, swapped);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_any_mounting, start),
        cmocka_unit_test_setup(test_cold_start, start),
        cmocka_unit_test_setup(test_pause_teaches_nothing, start),
        cmocka_unit_test_setup(test_standing, start),
        cmocka_unit_test_setup(test_table, start),
        cmocka_unit_test_setup(test_slip, start),
        cmocka_unit_test_setup(test_gyroscope_offset, start),
        cmocka_unit_test_setup(test_signs, start),
        cmocka_unit_test_setup(test_rest_turns_no_axis, start),
        cmocka_unit_test_setup(test_axis_ratio, start),
        cmocka_unit_test_setup(test_one_axis_alone, start),
        cmocka_unit_test_setup(test_upside_down, start),
        cmocka_unit_test_setup(test_swapped, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
