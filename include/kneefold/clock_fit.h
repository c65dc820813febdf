/* clock_fit.h - what time is it on the host when a pod's clock says t? A line fitted as the bytes come.
 *
 * Pods run on their own crystals, some 100 ppm apart, and their bytes arrive late by a changing amount. To bring two
 * pods to one axis each one's clock is fitted to the host's: host = offset + (1 + slope) * pod, by recursive least
 * squares with forgetting (half-life 90 s), which averages the jitter away and follows the drift with temperature.
 * While little is known the slope is held near what clocks usually do, so that at first the offset alone counts.
 * Arrivals far off the line (a link that stalls) are left out until they persist: then the line begins anew.
 *
 * What is the same for all of a pod's bytes, its constant latency, cannot be seen from here and is part of the stated
 * error. Pure: plain values, doubles, no clock; a copy is a keyframe. */
#ifndef KNEEFOLD_CLOCK_FIT_H
#define KNEEFOLD_CLOCK_FIT_H

#include <stdbool.h>
#include <stdint.h>

#define KF_CLOCK_HALF_LIFE_S 90.0 /* podlink.md, Time */
#define KF_CLOCK_KNOWN_S 10.0     /* from then on the drift is stated */

struct kf_clock_fit {
    bool started;
    double pod0_s, host0_s;          /* the first pair: everything below is relative to it, so doubles stay exact */
    double expected_slope, slope_sd; /* before anything is known: of clocks, or of the line before a restart */
    double weight;                   /* of the pairs, faded; so are the rest */
    double mean_pod_s, mean_lag_s;   /* lag: host - pod */
    double var_pod, cov;             /* sums about the means */
    double residual_var;             /* mean square of what the line missed, s² */
    double last_pod_s, last_host_s;
    uint64_t pairs;
    unsigned far_pairs; /* in a row that lay far off the line ... */
    double far_since_s; /* ... since the host's clock said this */
};

void kf_clock_fit_init(struct kf_clock_fit *fit);
/* The line begins anew with the next pair; of the old one the slope is expected again. */
void kf_clock_fit_restart(struct kf_clock_fit *fit);
/* A sample stamped pod_s reached the host at host_s. Not finite, or a time that falls: ignored. */
void kf_clock_fit_add(struct kf_clock_fit *fit, double pod_s, double host_s);
/* The host's time for a pod's. NAN before the first pair. */
double kf_clock_fit_host_s(const struct kf_clock_fit *fit, double pod_s);
/* And back. */
double kf_clock_fit_pod_s(const struct kf_clock_fit *fit, double host_s);
/* Host seconds a pod's second takes, less 1; 0 before anything is known. */
double kf_clock_fit_slope(const struct kf_clock_fit *fit);
/* How fast the pod's clock runs against the host's, parts per million, positive: fast. NAN until known. */
double kf_clock_fit_drift_ppm(const struct kf_clock_fit *fit);
/* Standard deviation of arrival about the line, s: the transport's jitter. NAN before three pairs. */
double kf_clock_fit_jitter_s(const struct kf_clock_fit *fit);
/* Standard error of the line at a pod's time, s: how well two pods can be aligned there, the constant latency aside.
 * NAN before three pairs. */
double kf_clock_fit_error_s(const struct kf_clock_fit *fit, double pod_s);

#endif
