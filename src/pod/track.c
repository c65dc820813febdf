/* track.c - learning a stream's period from its own time stamps, and telling lost samples by it.
 *
 * The first steps take the shortest (a gap only makes a step longer), later ones a slow mean; a step that does not
 * fit is a gap when long and jitter when short, and many of them in a row mean that the rate itself has changed. */
#include "track.h"

#include <math.h>
#include <string.h>

enum {
    YOUNG_STEPS = 3, /* until then a long step is not yet called a gap */
    MEAN_STEPS = 64, /* the mean's memory */
    ODD_STEPS = 8    /* so many misfits in a row are a new rate */
};

void kf_pod_track_init(struct kf_pod_track *track)
{
    *track = (struct kf_pod_track){.last_t_s = NAN, .least_t_s = -INFINITY};
}

void kf_pod_track_restart(struct kf_pod_track *track)
{
    track->period_s = 0;
    track->learned = 0;
    track->odd = 0;
    track->missing = 0;
    track->last_t_s = NAN;
}

static void learn_anew(struct kf_pod_track *track, double period_s)
{
    track->period_s = period_s;
    track->learned = 1;
    track->odd = 0;
}

static uint32_t round_lost(double excess)
{
    return excess >= (double)UINT32_MAX ? UINT32_MAX : (uint32_t)(excess + 0.5);
}

uint32_t kf_pod_track_step(struct kf_pod_track *track, double step_s, unsigned samples, bool whole, double nominal_s)
{
    if (!(step_s > 0) || samples == 0)
        return 0;
    const double observed_s = step_s / samples;
    if (track->learned == 0 && whole) {
        learn_anew(track, observed_s);
        return 0;
    }
    const double period_s = track->learned ? track->period_s : nominal_s;
    if (!(period_s > 0))
        return 0;
    const double excess = step_s / period_s - samples;
    if (!whole)
        return excess > 0 ? round_lost(excess) : 0;

    const double slack = fmax(0.5, 0.04 * samples);
    const bool fits = fabs(excess) < slack;
    track->odd = fits ? 0 : track->odd + 1;
    if (track->odd >= ODD_STEPS) {
        learn_anew(track, observed_s);
        return 0;
    }
    if (track->learned < YOUNG_STEPS) {
        track->period_s = fits ? period_s + (observed_s - period_s) / (track->learned + 1) : fmin(period_s, observed_s);
        track->learned++;
        return 0;
    }
    if (fits) {
        track->learned += track->learned < MEAN_STEPS;
        track->period_s += (observed_s - track->period_s) / track->learned;
        return 0;
    }
    return excess > 0 ? round_lost(excess) : 0;
}

void kf_pod_stats_init(struct kf_pod_stats *stats)
{
    memset(stats, 0, sizeof *stats);
    stats->first_t_s = NAN;
    stats->last_t_s = NAN;
}

const struct kf_pod_stats *kf_pod_stats_first(const void *state)
{
    return state;
}

int kf_pod_stats_slot(struct kf_pod_stats *stats, enum kf_site site, enum kf_kind kind)
{
    for (unsigned i = 0; i < stats->stream_count; i++)
        if (stats->stream[i].site == site && stats->stream[i].kind == kind)
            return (int)i;
    if (stats->stream_count == KF_POD_MAX_STREAMS)
        return -1;
    stats->stream[stats->stream_count] = (struct kf_pod_stream){.site = site, .kind = kind, .rate_hz = NAN};
    return (int)stats->stream_count++;
}

int kf_pod_stats_slot_stream(struct kf_pod_stats *stats, unsigned stream, enum kf_kind kind)
{
    if (stream >= KF_POD_MAX_STREAMS)
        return -1;
    while (stats->stream_count <= stream)
        stats->stream[stats->stream_count++] =
            (struct kf_pod_stream){.site = KF_SITE_NONE, .kind = kind, .rate_hz = NAN};
    if (stats->stream[stream].samples == 0)
        stats->stream[stream].kind = kind;
    return (int)stream;
}

void kf_pod_emit_gap(struct kf_pod_stats *stats, struct kf_pod_track *track, int slot, uint32_t lost, double t_s,
                     const struct kf_pod_sink *sink)
{
    struct kf_pod_stream *stream = &stats->stream[slot];
    struct kf_pod_item item;
    if (lost == 0)
        return;
    stream->lost += lost;
    track->missing = lost > UINT32_MAX - track->missing ? UINT32_MAX : track->missing + lost;
    item.kind = KF_POD_GAP;
    item.t_s = t_s;
    item.u.gap.site = stream->site;
    item.u.gap.kind = stream->kind;
    item.u.gap.lost = lost;
    sink->item(sink->context, &item);
}

void kf_pod_emit_sample(struct kf_pod_stats *stats, struct kf_pod_track *track, int slot, struct kf_pod_item *item,
                        const struct kf_pod_sink *sink)
{
    struct kf_pod_stream *stream = &stats->stream[slot];
    const double t_s = fmax(item->t_s, track->least_t_s);
    if (stats->epochs == 0)
        stats->epochs = 1;
    stream->samples++;
    stream->saturated += item->u.sample.saturated;
    if (!isnan(track->last_t_s)) {
        track->steps += 1 + (uint64_t)track->missing;
        track->span_s += t_s - track->last_t_s;
        if (track->span_s > 0)
            stream->rate_hz = (double)track->steps / track->span_s;
    }
    track->missing = 0;
    track->last_t_s = track->least_t_s = t_s;
    if (!(stats->first_t_s <= t_s))
        stats->first_t_s = t_s;
    if (!(stats->last_t_s >= t_s))
        stats->last_t_s = t_s;
    item->t_s = item->u.sample.t_s = t_s;
    item->u.sample.stream = (unsigned)slot;
    sink->item(sink->context, item);
}
