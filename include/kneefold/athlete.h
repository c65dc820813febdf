/* athlete.h - the runner's body and where the sensors sit on it.
 *
 * Segment lengths come from a measurement or, failing that, from height; inertia from de Leva (1996),
 * shank and foot lumped (science.md section 6). Mass cancels from every per-kg figure and is never required. */
#ifndef KNEEFOLD_ATHLETE_H
#define KNEEFOLD_ATHLETE_H

#include "kneefold/sample.h"

enum kf_sex { KF_SEX_UNKNOWN, KF_SEX_MALE, KF_SEX_FEMALE };

struct kf_athlete {
    double mass_kg;  /* NAN when unknown */
    double height_m; /* NAN when unknown */
    double thigh_m;  /* hip to knee joint centre; NAN: guessed from height */
    double shank_m;  /* knee to ankle joint centre; NAN: guessed from height */
    enum kf_sex sex; /* unknown: the mean of both tables */
};

/* Per inertial site: how far down its segment and how far in front of the line between the joints it sits. Only thighs
 * and shanks are asked; the moment needs no other. */
struct kf_placement {
    double ratio[KF_SITE_BODY_COUNT];    /* distance from the proximal joint / segment length, 0..1 */
    double offset_m[KF_SITE_BODY_COUNT]; /* metres in front of the line between the joints */
};

/* Lumped inertial properties of one leg, per kg of body mass. L in m. */
struct kf_leg_inertia {
    double thigh_m, shank_m; /* segment lengths L1, L2; NAN when neither length nor height is known */
    double m1, c1_m, j1_m2;  /* thigh: mass fraction, COM from hip, inertia about the hip / body mass */
    double m2, c2_m, j2_m2;  /* shank+foot: mass fraction, COM from knee, inertia about the knee / body mass */
};

/* Everything unknown (NAN, KF_SEX_UNKNOWN). */
struct kf_athlete kf_athlete_unknown(void);

/* The usual strap positions: thigh .50, .06 m in front; shank .45, .04 m (the offsets: science.md section 6; the
 * ratios: the middle of a thigh, and a shank's upper half, where a strap holds; the program's choice). */
struct kf_placement kf_placement_default(void);

/* Segment lengths and inertia by de Leva 1996. Never fails: unknown lengths give NAN fields. */
struct kf_leg_inertia kf_leg_inertia(const struct kf_athlete *athlete);

#endif
