/* Protects the body tables: de Leva's figures as science.md section 6 gives them, shank and foot lumped from their
 * own rows, the mean for an unknown sex, and NAN rather than a guess when nothing is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "kneefold/athlete.h"
#include "near.h"

/* A row of de Leva 1996: shares of body mass, of segment length, and of height. */
struct row {
    double mass, com, gyration, length;
};

static const struct row thighs[] = {{.1416, .4095, .329, .2425}, {.1478, .3612, .364, .2124}};
static const struct row shanks[] = {{.0433, .4459, .249, .2493}, {.0481, .4416, .267, .2492}};
static const struct row feet[] = {{.0137, .4415, .245, .1482}, {.0129, .4014, .279, .1316}};
static const enum kf_sex sexes[] = {KF_SEX_MALE, KF_SEX_FEMALE};

static struct kf_leg_inertia leg_of(enum kf_sex sex, double height_m)
{
    struct kf_athlete athlete = kf_athlete_unknown();
    athlete.sex = sex;
    athlete.height_m = height_m;
    return kf_leg_inertia(&athlete);
}

static void thigh_is_de_levas(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct kf_leg_inertia leg = leg_of(sexes[i], 1.8);
        const struct row row = thighs[i];
        const double length_m = row.length * 1.8;
        assert_near(leg.thigh_m, length_m, 1e-9);
        assert_near(leg.m1, row.mass, 1e-9);
        assert_near(leg.c1_m, row.com * length_m, 1e-9);
        assert_near(leg.j1_m2, row.mass * (row.gyration * row.gyration + row.com * row.com) * length_m * length_m,
                    1e-9);
    }
}

/* Adds the rows up about the knee. The source does not say how the foot is held; one pose, at a right angle with its
 * centre of mass .0935 L2 below and .15 L2 in front of the ankle, gives all four lumped figures to their rounding. */
static void shank_and_foot_are_lumped(void **state)
{
    (void)state;
    const double below = 1.0935, front = .15;
    for (int i = 0; i < 2; i++) {
        const struct kf_leg_inertia leg = leg_of(sexes[i], 1.8);
        const struct row shank = shanks[i], foot = feet[i];
        const double l2 = leg.shank_m, foot_gyration = foot.gyration * foot.length / shank.length;
        const double mass = shank.mass + foot.mass;
        const double com = (shank.mass * shank.com + foot.mass * below) / mass;
        const double shank_j = shank.mass * (shank.com * shank.com + shank.gyration * shank.gyration);
        const double foot_j = foot.mass * (below * below + front * front + foot_gyration * foot_gyration);
        assert_near(l2, shank.length * 1.8, 1e-9);
        assert_near(leg.m2, mass, .00005);
        assert_near(leg.c2_m / l2, com, .001);
        assert_near(leg.j2_m2 / (l2 * l2), shank_j + foot_j, .00005);
    }
}

/* Any pose of the foot leaves these: the lumped centre lies below the shank's own, the centre of percussion at .83 L2
 * (science.md section 6), and a radius of gyration that exceeds the distance of the centre. */
static void lump_is_a_possible_body(void **state)
{
    (void)state;
    const enum kf_sex all[] = {KF_SEX_MALE, KF_SEX_FEMALE, KF_SEX_UNKNOWN};
    for (int i = 0; i < 3; i++) {
        const struct kf_leg_inertia leg = leg_of(all[i], 1.7);
        assert_near(leg.j2_m2 / (leg.m2 * leg.c2_m * leg.shank_m), .83, .02);
        assert_true(leg.j2_m2 > leg.m2 * leg.c2_m * leg.c2_m);
        assert_true(leg.j1_m2 > leg.m1 * leg.c1_m * leg.c1_m);
        assert_true(leg.c2_m > .5 * leg.shank_m && leg.c2_m < leg.shank_m);
    }
}

static void unknown_sex_is_the_mean(void **state)
{
    (void)state;
    const struct kf_leg_inertia m = leg_of(KF_SEX_MALE, 1), f = leg_of(KF_SEX_FEMALE, 1);
    const struct kf_leg_inertia u = leg_of(KF_SEX_UNKNOWN, 1);
    assert_near(u.thigh_m, (m.thigh_m + f.thigh_m) / 2, 1e-12);
    assert_near(u.shank_m, (m.shank_m + f.shank_m) / 2, 1e-12);
    assert_near(u.m1, (m.m1 + f.m1) / 2, 1e-12);
    assert_near(u.m2, (m.m2 + f.m2) / 2, 1e-12);
    assert_near(u.c1_m / u.thigh_m, (m.c1_m / m.thigh_m + f.c1_m / f.thigh_m) / 2, 1e-12);
    assert_near(u.c2_m / u.shank_m, (m.c2_m / m.shank_m + f.c2_m / f.shank_m) / 2, 1e-12);
    assert_near(u.j2_m2 / (u.shank_m * u.shank_m), (.0283 + .0288) / 2, 1e-9);
}

static void measured_length_beats_height(void **state)
{
    (void)state;
    struct kf_athlete athlete = {70, 1.75, .40, NAN, KF_SEX_MALE};
    const struct kf_leg_inertia leg = kf_leg_inertia(&athlete);
    assert_near(leg.thigh_m, .40, 1e-12);
    assert_near(leg.c1_m, .4095 * .40, 1e-9);
    assert_near(leg.shank_m, .2493 * 1.75, 1e-9);
    athlete.height_m = NAN;
    athlete.shank_m = .42;
    assert_near(kf_leg_inertia(&athlete).c2_m, .601 * .42, 1e-9);
}

static void unknown_stays_unknown(void **state)
{
    (void)state;
    const struct kf_athlete athlete = kf_athlete_unknown();
    assert_true(isnan(athlete.mass_kg) && isnan(athlete.height_m) && isnan(athlete.thigh_m) && isnan(athlete.shank_m));
    assert_int_equal(athlete.sex, KF_SEX_UNKNOWN);
    const struct kf_leg_inertia leg = kf_leg_inertia(&athlete);
    assert_true(isnan(leg.thigh_m) && isnan(leg.c1_m) && isnan(leg.j1_m2));
    assert_true(isnan(leg.shank_m) && isnan(leg.c2_m) && isnan(leg.j2_m2));
    assert_near(leg.m2, (.0570 + .0610) / 2, 1e-12);
}

/* Mass cancels: figures are per kg whatever it is. */
static void mass_does_not_matter(void **state)
{
    (void)state;
    struct kf_athlete light = {45, 1.6, NAN, NAN, KF_SEX_FEMALE}, unknown = light;
    unknown.mass_kg = NAN;
    const struct kf_leg_inertia a = kf_leg_inertia(&light), b = kf_leg_inertia(&unknown);
    assert_near(a.j1_m2, b.j1_m2, 0);
    assert_near(a.j2_m2, b.j2_m2, 0);
}

static void straps_sit_where_usual(void **state)
{
    (void)state;
    const struct kf_placement placement = kf_placement_default();
    for (int leg = 0; leg < 2; leg++) {
        assert_near(placement.ratio[KF_SITE_THIGH_L + leg], .50, 1e-12);
        assert_near(placement.offset_m[KF_SITE_THIGH_L + leg], .06, 1e-12);
        assert_near(placement.ratio[KF_SITE_SHANK_L + leg], .45, 1e-12);
        assert_near(placement.offset_m[KF_SITE_SHANK_L + leg], .04, 1e-12);
    }
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        assert_true(placement.ratio[site] >= 0 && placement.ratio[site] <= 1 && placement.offset_m[site] >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thigh_is_de_levas),       cmocka_unit_test(shank_and_foot_are_lumped),
        cmocka_unit_test(lump_is_a_possible_body), cmocka_unit_test(unknown_sex_is_the_mean),
        cmocka_unit_test(unknown_stays_unknown),   cmocka_unit_test(measured_length_beats_height),
        cmocka_unit_test(mass_does_not_matter),    cmocka_unit_test(straps_sit_where_usual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
