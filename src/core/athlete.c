/* athlete.c - a body's inertia from height and sex.
 *
 * The knee moment needs segment lengths, centres of mass and inertia. Few athletes know theirs; de Leva (1996,
 * J. Biomech. 29:1223, table 4) gives them as fractions of height and segment length (science.md section 6).
 * Shank and foot swing as one body: their lumped values are taken from there, too. */
#include "kneefold/athlete.h"

#include <math.h>

struct body_table {
    double thigh_per_height, shank_per_height;
    double m1, c1, k1; /* thigh: mass fraction, COM and radius of gyration (about the COM) as fractions of length */
    double m2, c2, j2; /* shank and foot lumped: mass, COM / L2, J about the knee / (M L2²) */
};

static const struct body_table male = {.2425, .2493, .1416, .4095, .329, .0570, .601, .0283};
static const struct body_table female = {.2124, .2492, .1478, .3612, .364, .0610, .580, .0288};

static double mean_of(double a, double b)
{
    return (a + b) / 2;
}

static struct body_table table_of(enum kf_sex sex)
{
    if (sex == KF_SEX_MALE)
        return male;
    if (sex == KF_SEX_FEMALE)
        return female;
    return (struct body_table){
        mean_of(male.thigh_per_height, female.thigh_per_height),
        mean_of(male.shank_per_height, female.shank_per_height),
        mean_of(male.m1, female.m1),
        mean_of(male.c1, female.c1),
        mean_of(male.k1, female.k1),
        mean_of(male.m2, female.m2),
        mean_of(male.c2, female.c2),
        mean_of(male.j2, female.j2),
    };
}

struct kf_athlete kf_athlete_unknown(void)
{
    return (struct kf_athlete){NAN, NAN, NAN, NAN, KF_SEX_UNKNOWN};
}

struct kf_placement kf_placement_default(void)
{
    struct kf_placement placement = {{0}, {0}};
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        placement.ratio[site] = .5;
    placement.ratio[KF_SITE_THIGH_L] = placement.ratio[KF_SITE_THIGH_R] = .50;
    placement.ratio[KF_SITE_SHANK_L] = placement.ratio[KF_SITE_SHANK_R] = .45;
    placement.offset_m[KF_SITE_THIGH_L] = placement.offset_m[KF_SITE_THIGH_R] = .06;
    placement.offset_m[KF_SITE_SHANK_L] = placement.offset_m[KF_SITE_SHANK_R] = .04;
    return placement;
}

struct kf_leg_inertia kf_leg_inertia(const struct kf_athlete *athlete)
{
    const struct body_table table = table_of(athlete->sex);
    struct kf_leg_inertia leg;
    leg.thigh_m = isfinite(athlete->thigh_m) ? athlete->thigh_m : table.thigh_per_height * athlete->height_m;
    leg.shank_m = isfinite(athlete->shank_m) ? athlete->shank_m : table.shank_per_height * athlete->height_m;
    leg.m1 = table.m1;
    leg.c1_m = table.c1 * leg.thigh_m;
    leg.j1_m2 = table.m1 * (table.k1 * table.k1 + table.c1 * table.c1) * leg.thigh_m * leg.thigh_m;
    leg.m2 = table.m2;
    leg.c2_m = table.c2 * leg.shank_m;
    leg.j2_m2 = table.j2 * leg.shank_m * leg.shank_m;
    return leg;
}
