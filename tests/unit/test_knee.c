/* Protects the joint between two sensors: the net moment is Newton's and Euler's of the shank and foot, a sensor out
 * of place is found from motion and told from one in place, and one swing never throws the estimate about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/knee.h"
#include "exact.h"
#include "kneefold/pipeline.h"
#include "near.h"

static const double gravity = 9.80665;
static struct exact_body body;
static struct kf_knee knee;
static const struct exact_gait gait = {-2, INFINITY, .690, .371, 1, 0, 1};

static int start(void **state)
{
    const struct kf_athlete athlete = exact_athlete();
    (void)state;
    exact_body_init(&body);
    kf_knee_init(&knee, &athlete, &body.placement, KF_LEFT);
    return 0;
}

/* What a perfect sensor with axes along its segment gives the core, without noise or smoothing. */
static struct kf_segment_smooth see(enum kf_site site, const struct kf_sim_pose *pose)
{
    const struct kf_sim_leg_pose *leg = &pose->leg[KF_LEFT];
    const bool thigh = site == KF_SITE_THIGH_L;
    const struct kf_sample sample = exact_sample(&body, site, pose);
    return (struct kf_segment_smooth){thigh ? leg->thigh_radps : leg->shank_radps,
                                      thigh ? leg->thigh_radps2 : leg->shank_radps2, (double)sample.value[0],
                                      (double)sample.value[1], thigh ? leg->thigh_rad : leg->shank_rad};
}

static struct kf_knee_means means_of(const struct kf_segment_smooth *shank)
{
    return (struct kf_knee_means){shank->accel_radps2, shank->rate_radps * shank->rate_radps, shank->fwd_mps2,
                                  shank->axial_mps2};
}

/* Shank and foot as one body under gravity and the knee: sum of moments about its centre of mass, from positions. */
static double newton_euler(double t_s)
{
    const struct kf_leg_inertia *b = &body.inertia;
    const double h = 1e-3;
    double com[2][3], angle[3], accel[2];
    struct kf_sim_pose pose;
    for (int k = 0; k < 3; k++) {
        exact_gait_pose(&gait, t_s + (k - 1) * h, &pose);
        const struct kf_sim_leg_pose *leg = &pose.leg[KF_LEFT];
        angle[k] = leg->shank_rad;
        com[0][k] = b->thigh_m * sin(leg->thigh_rad) + b->c2_m * sin(leg->shank_rad);
        com[1][k] = -b->thigh_m * cos(leg->thigh_rad) - b->c2_m * cos(leg->shank_rad);
    }
    exact_gait_pose(&gait, t_s, &pose);
    for (int i = 0; i < 2; i++)
        accel[i] = (com[i][0] - 2 * com[i][1] + com[i][2]) / (h * h) + pose.leg[KF_LEFT].hip_acc_mps2[i];
    const double knee_x = b->m2 * accel[0], knee_y = b->m2 * (accel[1] + gravity);
    const double spin = (b->j2_m2 - b->m2 * b->c2_m * b->c2_m) * (angle[0] - 2 * angle[1] + angle[2]) / (h * h);
    return spin + b->c2_m * (cos(angle[1]) * knee_x + sin(angle[1]) * knee_y);
}

static void test_moment(void **state)
{
    static const double ratios[] = {.2, .45, .83}, offsets[] = {0, .04, .1};
    const struct kf_athlete athlete = exact_athlete();
    (void)state;
    for (int i = 0; i < 9; i++) {
        body.placement.ratio[KF_SITE_SHANK_L] = ratios[i % 3];
        body.placement.offset_m[KF_SITE_SHANK_L] = offsets[i / 3];
        kf_knee_init(&knee, &athlete, &body.placement, KF_LEFT);
        for (double t_s = .3; t_s < .69; t_s += .0171) {
            struct kf_sim_pose pose;
            exact_gait_pose(&gait, t_s, &pose);
            const struct kf_segment_smooth shank = see(KF_SITE_SHANK_L, &pose);
            const struct kf_knee_means at = means_of(&shank);
            assert_near(kf_knee_moment(&knee, &at), newton_euler(t_s), 3e-4);
        }
    }
}

/* The moment is linear in the means, so the mean of moments is the moment of the means. */
static void test_moment_is_linear(void **state)
{
    const struct kf_knee_means a = {100, 20, 3, 4}, b = {-40, 90, 15, -7}, mean = {30, 55, 9, -1.5};
    (void)state;
    knee.shank_turn = .1;
    knee.shank_tilt = .03;
    kf_knee_aim(&knee);
    assert_near(kf_knee_moment(&knee, &mean), (kf_knee_moment(&knee, &a) + kf_knee_moment(&knee, &b)) / 2, 1e-12);
}

/* Watches the initial swings of `swings` strides: toe-off to peak knee. */
static void watch(unsigned swings)
{
    for (unsigned n = 10; n < 10 + swings; n++) {
        const double from_s = exact_gait_to_s(&gait, KF_LEFT, n);
        for (double t_s = from_s; t_s < from_s + .23; t_s += KF_GRID_S) {
            struct kf_sim_pose pose;
            exact_gait_pose(&gait, t_s, &pose);
            const struct kf_segment_smooth thigh = see(KF_SITE_THIGH_L, &pose), shank = see(KF_SITE_SHANK_L, &pose);
            kf_knee_watch(&knee, &thigh, &shank);
        }
        kf_knee_settle(&knee);
    }
}

static void test_in_place(void **state)
{
    (void)state;
    assert_near(kf_knee_quality(&knee), 1, 0);
    assert_true(isnan(knee.residual_mps2));
    watch(20);
    assert_near(knee.thigh_turn, 0, 1e-3);
    assert_near(knee.shank_turn, 0, 1e-3);
    assert_near(knee.residual_ratio, 0, 1e-3);
    assert_near(kf_knee_quality(&knee), 1, 0);
}

/* Each sensor sits somewhere else than told: its lever's turn is what geometry says, and the moment is right again. */
static void find_turn(double thigh_rad, double shank_rad)
{
    const struct kf_athlete athlete = exact_athlete();
    const double l1 = body.inertia.thigh_m, l2 = body.inertia.shank_m;
    struct kf_placement told = kf_placement_default();
    const double below = (1 - told.ratio[KF_SITE_THIGH_L]) * l1, front1 = told.offset_m[KF_SITE_THIGH_L];
    const double down = told.ratio[KF_SITE_SHANK_L] * l2, front2 = told.offset_m[KF_SITE_SHANK_L];
    /* the true lever is the one told, turned: thigh sensor to knee (-e, -below), shank sensor to knee (-e, down) */
    body.placement.offset_m[KF_SITE_THIGH_L] = front1 * cos(thigh_rad) - below * sin(thigh_rad);
    body.placement.ratio[KF_SITE_THIGH_L] = 1 - (below * cos(thigh_rad) + front1 * sin(thigh_rad)) / l1;
    body.placement.offset_m[KF_SITE_SHANK_L] = front2 * cos(shank_rad) + down * sin(shank_rad);
    body.placement.ratio[KF_SITE_SHANK_L] = (down * cos(shank_rad) - front2 * sin(shank_rad)) / l2;
    kf_knee_init(&knee, &athlete, &told, KF_LEFT);
    watch(40);
    assert_near(knee.thigh_turn, thigh_rad, .008); /* 1.5 swings of prior against 40 */
    assert_near(knee.shank_turn, shank_rad, .008);
    assert_near(knee.residual_ratio, 0, .02);
}

static void test_out_of_place(void **state)
{
    (void)state;
    find_turn(.06, 0);
    find_turn(0, .08);
    find_turn(-.05, -.07);
    find_turn(.04, -.1);
}

/* Sensors that see different knees altogether: the turns stay within their limit and the quality says it. */
static void test_nonsense(void **state)
{
    (void)state;
    for (unsigned n = 10; n < 30; n++) {
        for (double t_s = exact_gait_to_s(&gait, KF_LEFT, n), end = t_s + .23; t_s < end; t_s += KF_GRID_S) {
            struct kf_sim_pose pose, other;
            exact_gait_pose(&gait, t_s, &pose);
            exact_gait_pose(&gait, t_s + .345, &other); /* the other leg's */
            const struct kf_segment_smooth thigh = see(KF_SITE_THIGH_L, &pose), shank = see(KF_SITE_SHANK_L, &other);
            kf_knee_watch(&knee, &thigh, &shank);
        }
        kf_knee_settle(&knee);
    }
    assert_true(fabs(knee.thigh_turn) <= .35 && fabs(knee.shank_turn) <= .35);
    assert_true(knee.residual_ratio > .8);
    assert_true(kf_knee_quality(&knee) < .5);
}

/* A swing that came to nothing leaves no trace; without one to settle, nothing changes. */
static void test_drop(void **state)
{
    struct kf_sim_pose pose;
    (void)state;
    watch(5);
    const struct kf_knee before = knee;
    exact_gait_pose(&gait, 3.3, &pose);
    const struct kf_segment_smooth thigh = see(KF_SITE_THIGH_L, &pose), shank = see(KF_SITE_SHANK_L, &pose);
    for (int i = 0; i < 50; i++)
        kf_knee_watch(&knee, &shank, &thigh);
    kf_knee_drop(&knee);
    kf_knee_settle(&knee);
    assert_memory_equal(&knee, &before, sizeof knee);
}

/* The first swing alone moves the levers less than half of the way. */
static void test_prior(void **state)
{
    (void)state;
    body.placement.offset_m[KF_SITE_SHANK_L] += .03;
    watch(1);
    const double after_one = knee.shank_turn;
    watch(40);
    assert_true(after_one > 0 && after_one < .6 * knee.shank_turn);
}

/* Without anything known of the body the moment is one of a runner 1.72 m tall, not NAN. */
static void test_unknown_body(void **state)
{
    const struct kf_athlete nobody = kf_athlete_unknown();
    const struct kf_placement placement = kf_placement_default();
    const struct kf_knee_means at = {10, 20, 10, 5};
    (void)state;
    kf_knee_init(&knee, &nobody, &placement, KF_RIGHT);
    assert_true(isfinite(kf_knee_moment(&knee, &at)));
    assert_near(knee.inertia.shank_m, 1.72 * (.2493 + .2492) / 2, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_moment, start),   cmocka_unit_test_setup(test_moment_is_linear, start),
        cmocka_unit_test_setup(test_in_place, start), cmocka_unit_test_setup(test_out_of_place, start),
        cmocka_unit_test_setup(test_nonsense, start), cmocka_unit_test_setup(test_drop, start),
        cmocka_unit_test_setup(test_prior, start),    cmocka_unit_test_setup(test_unknown_body, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
