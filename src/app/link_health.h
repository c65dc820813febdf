/* link_health.h - is the pod still talking, how much of it gets lost, and how late does it reach the screen?
 *
 * Pure: the caller passes the time of each wake-up. Latency is measured against the fastest samples seen: a pod's clock
 * has an unknown offset, so the least (host - pod) difference, forgotten slowly to follow drift, counts as 0 ms of
 * transport; what a sample took beyond that, batching included, is its latency. */
#ifndef KF_LINK_HEALTH_H
#define KF_LINK_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "kneefold/pod.h"
#include "ui/view.h"

enum { KF_LATENCY_BINS = 512 }; /* of 1 ms; the last holds all that is longer */

struct kf_latency {
    uint32_t count[KF_LATENCY_BINS];
    uint32_t total;
};

/* Adds one latency, ms. Old ones fade: at 4096 all counts are halved. Not finite: ignored. */
void kf_latency_add(struct kf_latency *latency, double ms);
/* The latency under which `fraction` (0..1) of the samples lie, ms, to 1 ms; NAN when empty. */
double kf_latency_quantile(const struct kf_latency *latency, double fraction);

struct kf_link_health {
    bool seen, gone, ended;
    int64_t last_ns;   /* of the last data */
    double floor_s;    /* least host - pod so far */
    double sample_t_s; /* newest sample accounted for */
    struct kf_latency latency;
};

#define KF_LINK_STALE_S 1.0 /* without data for longer the screen is not to be believed */

void kf_link_init(struct kf_link_health *health);
/* Samples up to t_s (NAN: none yet) have come with the bytes read at now_ns. */
void kf_link_data(struct kf_link_health *health, int64_t now_ns, double t_s);
/* The pod restarted: its clock has a new offset. */
void kf_link_restart(struct kf_link_health *health);
/* Fills link, age_s and latency of the view's pod. */
void kf_link_fill(const struct kf_link_health *health, int64_t now_ns, struct kf_view_pod *pod);

#endif
