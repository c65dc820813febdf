/* truth.h - what is known of a recording from elsewhere: force plate, joint centres, or the model that made it.
 *
 * Read from NAME.truth.json and, where there is one, NAME.knee.csv (keys.md, "Truth files"). */
#ifndef KF_TEST_TRUTH_H
#define KF_TEST_TRUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "kneefold/pipeline.h"

struct truth_event {
    double t_s;
    enum kf_event_kind kind;
    enum kf_leg leg;
};

struct truth_swing { /* NAN: the file does not say */
    enum kf_leg leg;
    double pull;  /* hamstring activation, 0 relaxed */
    bool rf_drop; /* the rectus brakes less: looks like a pull to any inertial sensor */
    double t_to_s, t_peak_knee_s;
    double peak_knee_deg, knee_to_deg, thigh_to_deg, trunk_lean_deg;
    double mean_knee_moment_nm_kg, knee_work_j_kg;
};

struct truth_knee { /* a row of knee.csv */
    double t_s;
    double knee_deg[KF_LEG_COUNT];
};

struct truth {
    double valid_from_s; /* NAN: valid throughout */
    size_t event_count, swing_count, knee_count;
    struct truth_event *event;
    struct truth_swing *swing;
    struct truth_knee *knee; /* in order of time */
};

/* Reads json_path; knee_path may be missing. False with a line on standard error. */
bool truth_read(struct truth *truth, const char *json_path, const char *knee_path);
void truth_free(struct truth *truth);

/* Knee flexion of the joint centres at this moment, deg, between two rows; NAN outside of them. */
double truth_knee_deg(const struct truth *truth, enum kf_leg leg, double t_s);

#endif
