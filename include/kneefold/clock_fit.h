/* clock_fit.h - what time is it on the host when a pod's clock says t? A line fitted as the bytes come.
 *
 * Pods run on their own crystals, some 100 ppm apart, and their bytes arrive late by a changing amount. To bring two
 * pods to one axis each one's clock is fitted to the host's: host = offset + (1 + drift) * pod, by recursive least
 * squares with forgetting (half-life 90 s), which averages the jitter away and follows the drift with temperature.
 * What is the same for all of a pod's bytes, its constant latency, cannot be seen from here and is part of the stated
 * error. Pure: plain values, doubles, no clock. */
#ifndef KNEEFOLD_CLOCK_FIT_H
#define KNEEFOLD_CLOCK_FIT_H

#include <stdbool.h>
#include <stdint.h>

#define KF_CLOCK_HALF_LIFE_S 90.0

struct kf_clock_fit {
    bool started;
    double pod0_s, host0_s; /* the first pair: everything below is relative to it, so doubles stay exact */
    double weight, mean_pod_s, mean_host_s; /* of the pairs, faded */
    double var_pod, cov;                    /* faded sums about the means */
    double residual_var;                    /* faded mean square of what the line missed, s² */
    double last_pod_s;
    uint64_t pairs;
};

void kf_clock_fit_init(struct kf_clock_fit *fit);
/* A sample stamped pod_s reached the host at host_s. Not finite, or a pod time that falls: ignored. */
void kf_clock_fit_add(struct kf_clock_fit *fit, double pod_s, double host_s);
/* The host's time for a pod's; with one pair the drift is taken as 0. NAN before the first. */
double kf_clock_fit_host_s(const struct kf_clock_fit *fit, double pod_s);
/* And back. */
double kf_clock_fit_pod_s(const struct kf_clock_fit *fit, double host_s);
/* How fast the pod's clock runs against the host's, parts per million, positive: fast. NAN until known (10 s). */
double kf_clock_fit_drift_ppm(const struct kf_clock_fit *fit);
/* Standard deviation of arrival about the line, s: the transport's jitter. NAN before three pairs. */
double kf_clock_fit_jitter_s(const struct kf_clock_fit *fit);
/* Standard error of the line at a pod's time, s: how well two pods can be aligned there, the constant latency aside. */
double kf_clock_fit_error_s(const struct kf_clock_fit *fit, double pod_s);

#endif
