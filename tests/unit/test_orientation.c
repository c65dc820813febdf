/* Protects the tilt of a sensor: from any pose, through turning, with a biased gyroscope, from the first sample, and
 * for a day; and the incremental core against a reference written the other way round (vqf_reference.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kneefold/orientation.h"
#include "near.h"
#include "vqf_reference.h"

#define DEG (3.14159265358979323846 / 180)
#define GRAVITY 9.81

/* A sensor with a true orientation (rows: sensor to world, y up), a bias and noise. */
struct body {
    double ts_s, turn[3][3], bias_radps[3], rate_noise, force_noise;
    uint64_t seed;
};

struct reading {
    double acc[3], gyr[3];
};

static double noise(struct body *body, double sigma)
{
    double sum = 0;
    for (int i = 0; i < 12; i++) {
        body->seed = body->seed * 6364136223846793005u + 1442695040888963407u;
        sum += (double)(body->seed >> 40) / (double)(1 << 24) - .5;
    }
    return sigma * sum;
}

/* Turns at rate (sensor axes, constant over the interval) and is pushed by force (world axes). */
static struct reading body_move(struct body *body, const double rate[3], const double push[3])
{
    struct reading r;
    double step[3][3], angle[3];
    for (int i = 0; i < 3; i++)
        angle[i] = rate[i] * body->ts_s;
    matrix_of_rotation(angle, step);
    matrix_product(body->turn, step, body->turn);
    for (int i = 0; i < 3; i++) {
        r.gyr[i] = rate[i] + body->bias_radps[i] + noise(body, body->rate_noise);
        r.acc[i] = noise(body, body->force_noise) + body->turn[1][i] * GRAVITY;
        for (int j = 0; j < 3; j++)
            r.acc[i] += body->turn[j][i] * push[j];
    }
    return r;
}

static struct body body_at(double ts_s, const double pose_rad[3])
{
    struct body body = {.ts_s = ts_s, .seed = 7};
    matrix_of_rotation(pose_rad, body.turn);
    return body;
}

static double up_error_deg(const struct kf_orientation *o, const struct body *body)
{
    double up[3], cross[3], sine = 0, cosine = 0;
    const double *truth = body->turn[1];
    kf_orientation_up(o, up);
    for (int i = 0; i < 3; i++) {
        cross[i] = up[(i + 1) % 3] * truth[(i + 2) % 3] - up[(i + 2) % 3] * truth[(i + 1) % 3];
        sine += cross[i] * cross[i];
        cosine += up[i] * truth[i];
    }
    return atan2(sqrt(sine), cosine) / DEG;
}

/* A thigh at 3.96 m/s, roughly: 1.45 strides a second about z, some twist, two steps' push a stride. */
static void run(double t_s, double rate[3], double push[3])
{
    const double w = 2 * 180 * DEG * 1.45;
    rate[0] = .8 * sin(2 * w * t_s + 1);
    rate[1] = 1.2 * sin(w * t_s + 2);
    rate[2] = 5.5 * cos(w * t_s) + 2.5 * sin(2 * w * t_s);
    push[0] = 4 * sin(2 * w * t_s);
    push[1] = 12 * cos(2 * w * t_s + .5);
    push[2] = 2 * sin(w * t_s);
}

/* Turning every way, so that every axis of the gyroscope is level now and then. */
static void tumble(double t_s, double rate[3], double push[3])
{
    rate[0] = 2.1 * sin(.9 * t_s) + .4;
    rate[1] = 1.7 * cos(.7 * t_s + 1);
    rate[2] = 2.6 * sin(1.3 * t_s + 2) - .3;
    push[0] = 1.5 * sin(5 * t_s);
    push[1] = 1.5 * cos(7 * t_s);
    push[2] = 1.5 * sin(6 * t_s + 1);
}

/* Swinging about a pose that wanders slowly: LP(R) stays large, so that motion shows the bias of every axis. */
static void wander(double t_s, double rate[3], double push[3])
{
    tumble(t_s, rate, push);
    rate[0] = .25 * cos(.05 * t_s) + 2 * sin(6 * t_s);
    rate[1] = .2 * sin(.03 * t_s) + sin(5 * t_s + 1);
    rate[2] = .25 * sin(.05 * t_s) + 3 * cos(7 * t_s);
}

typedef void motion(double t_s, double rate[3], double push[3]);

/* Follows a motion; returns the largest tilt error after from_s, deg. */
static double follow(struct kf_orientation *o, struct body *body, motion *move, double seconds, double from_s)
{
    double worst = 0, rate[3], push[3];
    const long count = lround(seconds / body->ts_s);
    for (long i = 0; i < count; i++) {
        move((double)i * body->ts_s, rate, push);
        const struct reading r = body_move(body, rate, push);
        kf_orientation_update(o, r.acc, r.gyr);
        if ((double)i * body->ts_s >= from_s)
            worst = fmax(worst, up_error_deg(o, body));
    }
    return worst;
}

static void lie(double t_s, double rate[3], double push[3])
{
    (void)t_s;
    for (int i = 0; i < 3; i++)
        rate[i] = push[i] = 0;
}

static void finds_any_pose_at_once(void **state)
{
    (void)state;
    struct kf_orientation o;
    for (int i = 0; i < 512; i++) {
        const double pose[3] = {(i % 8) * 45 * DEG, (i / 8 % 8) * 45 * DEG, (i / 64) * 45 * DEG};
        struct body body = body_at(.005, pose);
        kf_orientation_init(&o, .005);
        assert_near(follow(&o, &body, lie, .005, 0), 0, 1e-5);
        assert_near(follow(&o, &body, lie, 4, 0), 0, 1e-5);
        for (int axis = 0; axis < 3; axis++)
            assert_near(o.bias_radps[axis], 0, 1e-9);
    }
}

static void upside_down_is_a_pose(void **state)
{
    (void)state;
    struct kf_orientation o;
    double up[3];
    kf_orientation_init(&o, .005);
    for (int i = 0; i < 10; i++)
        kf_orientation_update(&o, (const double[3]){0, -GRAVITY, 0}, (const double[3]){0, 0, 0});
    kf_orientation_up(&o, up);
    assert_near(up[1], -1, 1e-12);
}

/* Sense and size of a turn, by the quaternion: 90 degrees about each axis in half a second. */
static void turns_the_right_way(void **state)
{
    (void)state;
    for (int axis = 0; axis < 3; axis++) {
        struct kf_orientation o;
        struct body body = body_at(.005, (const double[3]){0, 0, 0});
        double q[4], rate[3] = {0}, want[4] = {sqrt(.5), 0, 0, 0};
        rate[axis] = 180 * DEG;
        want[axis + 1] = sqrt(.5);
        kf_orientation_init(&o, .005);
        const struct reading start = body_move(&body, (const double[3]){0}, (const double[3]){0});
        kf_orientation_update(&o, start.acc, start.gyr);
        for (int i = 0; i < 100; i++) {
            const struct reading r = body_move(&body, rate, (const double[3]){0});
            kf_orientation_update(&o, r.acc, r.gyr);
        }
        kf_orientation_quat(&o, q);
        for (int i = 0; i < 4; i++)
            assert_near(q[i], want[i], 2e-3);
    }
}

static void spin(double t_s, double rate[3], double push[3])
{
    lie(t_s, rate, push);
    rate[0] = 200 * DEG;
    rate[2] = 300 * DEG;
}

static void holds_through_constant_rotation(void **state)
{
    (void)state;
    struct kf_orientation o;
    struct body body = body_at(.005, (const double[3]){.3, .2, .1});
    kf_orientation_init(&o, .005);
    assert_true(follow(&o, &body, spin, 60, 0) < .01);
    assert_false(o.rest);
}

static void holds_through_large_steps(void **state)
{
    (void)state;
    struct kf_orientation o;
    struct body body = body_at(.1, (const double[3]){.3, .2, .1});
    kf_orientation_init(&o, .1);
    assert_true(follow(&o, &body, spin, 30, 0) < .01);
}

/* One step about the vertical of any size; a quarter radian of half angle is where the series ends. */
static void step_is_exact(void **state)
{
    (void)state;
    const double halves[] = {0, 1e-9, .01, .1, .2, .2499, .2501, .5, 1.5, 3, -.24, -2};
    const double up[3] = {0, GRAVITY, 0};
    for (unsigned i = 0; i < sizeof halves / sizeof halves[0]; i++) {
        struct kf_orientation o;
        double q[4];
        kf_orientation_init(&o, .02);
        kf_orientation_update(&o, up, (const double[3]){0, 0, 0});
        kf_orientation_update(&o, up, (const double[3]){0, halves[i] * 2 / .02, 0});
        kf_orientation_quat(&o, q);
        assert_near(q[0], cos(halves[i]), 1e-14);
        assert_near(q[2], sin(halves[i]), 1e-14);
        assert_near(fabs(q[1]) + fabs(q[3]), 0, 1e-14);
    }
}

static void finds_bias_at_rest(void **state)
{
    (void)state;
    struct kf_orientation o;
    struct body body = body_at(.005, (const double[3]){.5, -1, 2});
    const double bias[3] = {1.2 * DEG, -.7 * DEG, .4 * DEG};
    memcpy(body.bias_radps, bias, sizeof bias);
    body.rate_noise = .1 * DEG;
    body.force_noise = .03;
    kf_orientation_init(&o, .005);
    follow(&o, &body, lie, 10, 0);
    assert_true(o.rest);
    for (int i = 0; i < 3; i++)
        assert_near(o.bias_radps[i] / DEG, bias[i] / DEG, .02);
}

static void finds_bias_in_motion(void **state)
{
    (void)state;
    struct kf_orientation o;
    struct body body = body_at(.005, (const double[3]){.5, -1, 2});
    const double bias[3] = {1.0 * DEG, -.7 * DEG, .5 * DEG};
    memcpy(body.bias_radps, bias, sizeof bias);
    body.rate_noise = .1 * DEG;
    body.force_noise = .03;
    kf_orientation_init(&o, .005);
    const double worst_deg = follow(&o, &body, wander, 180, 120);
    assert_false(o.rest);
    for (int i = 0; i < 3; i++)
        assert_near(o.bias_radps[i] / DEG, bias[i] / DEG, .08);
    assert_true(worst_deg < 1);
}

/* What a running leg shows: the bias of the axis across is found, the tilt stays right. */
static void finds_bias_while_running(void **state)
{
    (void)state;
    struct kf_orientation o;
    struct body body = body_at(.005, (const double[3]){0, 0, -.3});
    body.bias_radps[0] = -.6 * DEG;
    body.bias_radps[2] = .8 * DEG;
    body.rate_noise = .1 * DEG;
    kf_orientation_init(&o, .005);
    assert_true(follow(&o, &body, run, 120, 60) < 1);
    assert_near(o.bias_radps[0] / DEG, -.6, .1);
    assert_near(o.bias_radps[2] / DEG, .8, .1);
    assert_true(sqrt(o.bias_cov[5]) < .15 * DEG);
}

/* A turntable slower than the still threshold varies, but above what a bias can be, is no rest. */
static void slow_turning_is_no_rest(void **state)
{
    (void)state;
    struct kf_orientation o;
    kf_orientation_init(&o, .005);
    for (int i = 0; i < 2000; i++)
        kf_orientation_update(&o, (const double[3]){0, GRAVITY, 0}, (const double[3]){0, 3 * DEG, 0});
    assert_false(o.rest);
    assert_near(o.bias_radps[1], 0, .01 * DEG);
}

/* Nor is being carried along without turning. */
static void shaking_is_no_rest(void **state)
{
    (void)state;
    struct kf_orientation o;
    kf_orientation_init(&o, .005);
    for (int i = 0; i < 2000; i++)
        kf_orientation_update(&o, (const double[3]){sin(i * .1), GRAVITY, 0}, (const double[3]){0});
    assert_false(o.rest);
}

/* Rest takes 1.5 s to be believed and one moving sample to end. */
static void rest_begins_late_and_ends_at_once(void **state)
{
    (void)state;
    struct kf_orientation o;
    const double still[3] = {0, GRAVITY, 0}, quiet[3] = {0}, turning[3] = {0, 0, 10 * DEG};
    kf_orientation_init(&o, .005);
    for (int i = 0; i < 298; i++)
        kf_orientation_update(&o, still, quiet);
    assert_false(o.rest);
    for (int i = 0; i < 8; i++)
        kf_orientation_update(&o, still, quiet);
    assert_true(o.rest);
    for (int i = 0; i < 4; i++)
        kf_orientation_update(&o, still, i == 0 ? turning : quiet);
    assert_false(o.rest);
}

/* Cold start in the middle of running: right within the first strides and no jump where the mean becomes a filter. */
static void starts_without_transient(void **state)
{
    (void)state;
    struct kf_orientation o;
    struct body body = body_at(.005, (const double[3]){.2, 0, -.3});
    double last_deg = 0, worst_jump_deg = 0, at_change_deg = 0, rate[3], push[3];
    kf_orientation_init(&o, .005);
    for (int i = 0; i < 2000; i++) {
        run(i * .005, rate, push);
        const struct reading r = body_move(&body, rate, push);
        kf_orientation_update(&o, r.acc, r.gyr);
        const double error_deg = up_error_deg(&o, &body);
        if (i * .005 > 1.4) { /* two strides */
            assert_true(error_deg < 5);
            worst_jump_deg = fmax(worst_jump_deg, fabs(error_deg - last_deg));
        }
        if (i >= 590 && i < 610)
            at_change_deg = fmax(at_change_deg, fabs(error_deg - last_deg));
        if (i * .005 > 6)
            assert_true(error_deg < 1);
        last_deg = error_deg;
    }
    assert_true(worst_jump_deg < .4);
    assert_true(at_change_deg < .1);
}

static void ignores_what_is_no_number(void **state)
{
    (void)state;
    const double bad[] = {NAN, INFINITY, -INFINITY, 1e7, -1e300};
    struct kf_orientation o, before;
    struct body body = body_at(.005, (const double[3]){.5, -1, 2});
    kf_orientation_init(&o, .005);
    follow(&o, &body, tumble, 5, 0);
    memcpy(&before, &o, sizeof o);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        for (int channel = 0; channel < 6; channel++) {
            double value[6] = {.1, .2, .3, 1, 2, 3};
            value[channel] = bad[i];
            kf_orientation_update(&o, value + 3, value);
            assert_memory_equal(&o, &before, sizeof o);
        }
    assert_true(follow(&o, &body, tumble, 5, 0) < 1);
}

/* Free fall, or a pod that sends zeros: no direction, no division by nothing. */
static void survives_no_force(void **state)
{
    (void)state;
    struct kf_orientation o;
    double q[4];
    kf_orientation_init(&o, .005);
    for (int i = 0; i < 2000; i++)
        kf_orientation_update(&o, (const double[3]){0}, (const double[3]){.1, 0, 0});
    kf_orientation_quat(&o, q);
    for (int i = 0; i < 4; i++)
        assert_true(isfinite(q[i]));
}

static void stays_normalised_for_a_day(void **state)
{
    (void)state;
    struct kf_orientation o;
    kf_orientation_init(&o, .01);
    for (long i = 0; i < 24 * 3600 * 100L; i++) {
        const double swing = (double)(i % 140) / 70 - 1;
        const double acc[3] = {3 * swing, GRAVITY, 1 - swing * swing}, gyr[3] = {swing, .3, 8 * swing * swing - 2};
        kf_orientation_update(&o, acc, gyr);
    }
    double q[4], up[3];
    kf_orientation_quat(&o, q);
    kf_orientation_up(&o, up);
    assert_near(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3], 1, 1e-12);
    assert_near(up[0] * up[0] + up[1] * up[1] + up[2] * up[2], 1, 1e-12);
    for (int i = 0; i < 6; i += i ? 2 : 3) /* the covariance stays one */
        assert_true(o.bias_cov[i] > 0 && o.bias_cov[i] < .26 * DEG * DEG);
    assert_int_equal(o.samples, 24 * 3600 * 100L);
}

/* Lies, tumbles and lies again, so that every branch of the filter is used. */
static void mixed(double t_s, double rate[3], double push[3])
{
    if (t_s < 4 || t_s > 34)
        lie(t_s, rate, push);
    else if (t_s < 20)
        run(t_s, rate, push);
    else
        tumble(t_s, rate, push);
}

/* Largest differences from the reference from from_s to 40 s: up in degrees, bias in deg/s. */
static void compare(double ts_s, double from_s, double *up_deg, double *bias_degps)
{
    struct kf_orientation o;
    struct body body = body_at(ts_s, (const double[3]){2.5, .4, -.3});
    const int count = (int)lround(40 / ts_s);
    struct vqf_series series = vqf_series_new(ts_s, count);
    body.bias_radps[0] = 1.1 * DEG;
    body.bias_radps[1] = -.5 * DEG;
    body.bias_radps[2] = .8 * DEG;
    body.rate_noise = .1 * DEG;
    body.force_noise = .03;
    for (int i = 0; i < count; i++) {
        double rate[3], push[3];
        mixed(i * ts_s, rate, push);
        const struct reading r = body_move(&body, rate, push);
        memcpy(series.acc[i], r.acc, sizeof r.acc);
        memcpy(series.gyr[i], r.gyr, sizeof r.gyr);
    }
    vqf_reference(&series);
    kf_orientation_init(&o, ts_s);
    *up_deg = *bias_degps = 0;
    for (int i = 0; i < count; i++) {
        kf_orientation_update(&o, series.acc[i], series.gyr[i]);
        memcpy(body.turn[1], series.up[i], sizeof body.turn[1]);
        if (i * ts_s < from_s)
            continue;
        *up_deg = fmax(*up_deg, up_error_deg(&o, &body));
        for (int axis = 0; axis < 3; axis++)
            *bias_degps = fmax(*bias_degps, fabs(o.bias_radps[axis] / DEG - series.bias_degps[i][axis]));
    }
    vqf_series_free(&series);
}

/* One sample a block: the same filter, to rounding. Four and more: a hundredth of a degree, once the first rest, which
 * may be found one block later, has been found by both. */
static void agrees_with_the_reference(void **state)
{
    (void)state;
    double up_deg, bias_degps;
    compare(.02, 0, &up_deg, &bias_degps);
    assert_true(up_deg < 1e-5 && bias_degps < 1e-7);
    compare(.005, 2, &up_deg, &bias_degps);
    print_message("200 Hz: up within %.4f deg, bias within %.4f deg/s of the reference\n", up_deg, bias_degps);
    assert_true(up_deg < .03 && bias_degps < .03);
    compare(.001, 2, &up_deg, &bias_degps);
    print_message("1 kHz: up within %.4f deg, bias within %.4f deg/s of the reference\n", up_deg, bias_degps);
    assert_true(up_deg < .03 && bias_degps < .03);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_any_pose_at_once),    cmocka_unit_test(upside_down_is_a_pose),
        cmocka_unit_test(turns_the_right_way),       cmocka_unit_test(holds_through_constant_rotation),
        cmocka_unit_test(holds_through_large_steps), cmocka_unit_test(step_is_exact),
        cmocka_unit_test(finds_bias_at_rest),        cmocka_unit_test(finds_bias_in_motion),
        cmocka_unit_test(finds_bias_while_running),  cmocka_unit_test(slow_turning_is_no_rest),
        cmocka_unit_test(shaking_is_no_rest),        cmocka_unit_test(rest_begins_late_and_ends_at_once),
        cmocka_unit_test(starts_without_transient),  cmocka_unit_test(ignores_what_is_no_number),
        cmocka_unit_test(survives_no_force),         cmocka_unit_test(stays_normalised_for_a_day),
        cmocka_unit_test(agrees_with_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
