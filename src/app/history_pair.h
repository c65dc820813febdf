/* history_pair.h - two stored sessions beside each other: by how much they differ, and whether that is more than
 * chance.
 *
 * Neighbouring swings are alike, so a session of 3000 swings holds fewer than 3000 observations. The error of a mean is
 * therefore taken from blocks: the session cut into ten parts of as many swings, and the spread of their means (batch
 * means; Schmeiser 1982, Operations Research 30:556: 10 to 30 batches serve). It counts what changes from swing to
 * swing and from part to part; what changes from day to day no two sessions can tell. */
#ifndef KF_PAIR_H
#define KF_PAIR_H

#include "app/history.h"
#include "kneefold/swing.h"

enum {
    KF_PAIR_BLOCKS = 10,
    KF_PAIR_LEAST = 10 * KF_PAIR_BLOCKS, /* swings that make the error of a mean known */
    KF_PAIR_SETTINGS = 16
};

struct kf_pair_figure {
    const struct kf_swing_key *key;
    double mean[2], sd[2]; /* sd within a leg; NAN: not measured */
    double difference;     /* the second less the first */
    double margin;         /* half the 95 % interval of the difference; NAN: too few swings */
    double effect;         /* difference over the sessions' mean sd; NAN without */
    bool stands;           /* beyond chance at 5 % though as many figures are looked at (Bonferroni) */
};

struct kf_pair_side {
    struct kf_history_session session;
    double belt_least_mps, belt_most_mps, belt_mean_mps; /* by time; NAN not known */
    double baseline_mps;                                 /* when the first drive was known; NAN not known */
};

struct kf_pair {
    struct kf_pair_side side[2];
    unsigned count, known; /* known: figures whose margin is */
    struct kf_pair_figure figure[KF_SUMMARY_ROWS];
    unsigned setting_count; /* that differ and bear on the figures; the first KF_PAIR_SETTINGS are here */
    struct kf_pair_setting {
        char name[64], value[2][64];
    } setting[KF_PAIR_SETTINGS];
};

/* KF_OK; else *error names the file. Zero it to begin; it is large: keep it on the heap. */
enum kf_status kf_pair_read(const char *a, const char *b, struct kf_pair *pair, struct kf_error *error);

/* The belts' speeds are .1 m/s or more apart, on the whole or during the baselines. */
bool kf_pair_speed_differs(const struct kf_pair *pair);

/* Student's t: P(|T| > t) = p, for 1e-5 < p < 1 and 5 degrees of freedom or more, within 1 %. */
double kf_pair_t(double p, double freedom);

/* One object, for programs. */
void kf_pair_write_json(FILE *out, const struct kf_pair *pair);

#endif
