/* link_health.c - the figures in the screen's header that tell whether the rest of the screen can be believed. */
#include "app/link_health.h"

#include <math.h>
#include <string.h>

#define DRIFT 2e-4 /* the floor rises by 200 ppm: more than crystals differ, too little to hide a delay */

enum { LATENCY_MEMORY = 4096 }; /* reads, then all counts are halved: the old ones fade */

static double seconds(int64_t from_ns, int64_t to_ns)
{
    return (double)(to_ns - from_ns) * 1e-9;
}

void kf_latency_add(struct kf_latency *latency, double ms)
{
    if (!isfinite(ms))
        return;
    const double bin = ms < 0 ? 0 : ms;
    latency->count[bin < KF_LATENCY_BINS - 1 ? (unsigned)bin : KF_LATENCY_BINS - 1]++;
    if (++latency->total < LATENCY_MEMORY)
        return;
    latency->total = 0;
    for (unsigned i = 0; i < KF_LATENCY_BINS; i++) {
        latency->count[i] /= 2;
        latency->total += latency->count[i];
    }
}

double kf_latency_quantile(const struct kf_latency *latency, double fraction)
{
    double wanted = fraction * latency->total;
    if (latency->total == 0)
        return NAN;
    for (unsigned i = 0; i < KF_LATENCY_BINS; i++) {
        wanted -= latency->count[i];
        if (wanted <= 0)
            return i;
    }
    return KF_LATENCY_BINS - 1;
}

void kf_link_init(struct kf_link_health *health)
{
    memset(health, 0, sizeof *health);
    health->floor_s = health->sample_t_s = NAN;
}

/* A read brings the samples since the last one: the newest waited least, the oldest most. Both are counted. */
static void measure_latency(struct kf_link_health *health, int64_t now_ns, double t_s)
{
    const double now_s = (double)now_ns * 1e-9;
    const double oldest_s = fmin(t_s, health->sample_t_s + KF_GRID_S);
    const double floor_s = health->floor_s + DRIFT * fmax(0.0, seconds(health->last_ns, now_ns));
    health->floor_s = fmin(isnan(floor_s) ? INFINITY : floor_s, now_s - t_s);
    kf_latency_add(&health->latency, (now_s - t_s - health->floor_s) * 1e3);
    kf_latency_add(&health->latency, (now_s - oldest_s - health->floor_s) * 1e3);
}

void kf_link_data(struct kf_link_health *health, int64_t now_ns, double t_s)
{
    if (!isnan(t_s) && !(t_s <= health->sample_t_s)) {
        measure_latency(health, now_ns, t_s);
        health->sample_t_s = t_s;
        health->seen = true;
        health->last_ns = now_ns;
    }
    health->gone = false;
}

void kf_link_restart(struct kf_link_health *health)
{
    health->floor_s = health->sample_t_s = NAN;
}

static enum kf_view_link state(const struct kf_link_health *health, int64_t now_ns)
{
    if (health->ended)
        return KF_LINK_ENDED;
    if (health->gone)
        return KF_LINK_GONE;
    if (!health->seen)
        return KF_LINK_WAITING;
    return seconds(health->last_ns, now_ns) > KF_LINK_STALE_S ? KF_LINK_STALE : KF_LINK_OK;
}

void kf_link_fill(const struct kf_link_health *health, int64_t now_ns, struct kf_view_pod *pod)
{
    pod->link = state(health, now_ns);
    pod->age_s = health->seen ? seconds(health->last_ns, now_ns) : NAN;
    pod->latency_ms_p50 = kf_latency_quantile(&health->latency, 0.50);
    pod->latency_ms_p95 = kf_latency_quantile(&health->latency, 0.95);
}
