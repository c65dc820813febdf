/* podlink_layout.c - the descriptor in force: which stream ids exist, how long their samples are, where they go.
 *
 * What this program cannot use (kinds, sites, formats of a newer pod) it steps over; each is said once. */
#include "podlink_state.h"

#include <math.h>
#include <string.h>

#include "report.h"

struct stream_kind {
    enum kf_kind kind;
    uint8_t channels;
    bool body_only; /* only inertial sites carry it */
};

static const struct stream_kind stream_kinds[] = {
    [KF_PODLINK_IMU6] = {KF_KIND_IMU6, 6, true},
    [KF_PODLINK_EMG] = {KF_KIND_EMG, 1, false},
    [KF_PODLINK_FORCE] = {KF_KIND_FORCE, 1, false},
};
enum { KIND_COUNT = sizeof stream_kinds / sizeof stream_kinds[0] };

struct podlink_stream *kf_podlink_stream_find(struct podlink *link, uint8_t id)
{
    for (unsigned i = 0; i < link->stream_count; i++)
        if (link->stream[i].wire.id == id)
            return &link->stream[i];
    return NULL;
}

/* NULL, or why this stream cannot be used. */
static const char *unusable(const struct kf_podlink_stream *wire, enum kf_site site)
{
    if (wire->kind == 0 || wire->kind >= KIND_COUNT)
        return "its kind is unknown";
    if (wire->channels != stream_kinds[wire->kind].channels)
        return "its number of channels does not fit its kind";
    if (kf_podlink_format_bytes(wire->format) == 0)
        return "its sample format is unknown";
    if (site == KF_SITE_NONE || (stream_kinds[wire->kind].body_only && site >= KF_SITE_BODY_COUNT))
        return "its site is unknown or cannot carry this kind";
    if (!isfinite(wire->scale_a) || !isfinite(wire->scale_b))
        return "its scale is not a number";
    return NULL;
}

static bool slot_taken(const struct podlink *link, unsigned count, int slot)
{
    for (unsigned i = 0; i < count; i++)
        if (link->stream[i].slot == slot)
            return true;
    return false;
}

/* A row of the statistics for the stream at `index`, or -1 and *why. */
static int find_slot(struct podlink *link, unsigned index, const char **why)
{
    const struct kf_podlink_stream *wire = &link->stream[index].wire;
    const enum kf_site site = kf_podlink_site_from_wire(wire->site);
    *why = unusable(wire, site);
    if (*why)
        return -1;
    const int slot = kf_pod_stats_slot(&link->stats, site, stream_kinds[wire->kind].kind);
    if (slot < 0)
        *why = "there are too many streams";
    else if (slot_taken(link, index, slot))
        *why = "another stream has the same site and kind";
    return *why ? -1 : slot;
}

static void put_stream(struct podlink *link, unsigned index, const struct kf_podlink_stream *wire, bool news,
                       const struct kf_pod_sink *sink)
{
    struct podlink_stream *stream = &link->stream[index];
    const char *why;
    stream->wire = *wire;
    stream->sample_bytes = kf_podlink_format_bytes(wire->format) * wire->channels;
    stream->slot = find_slot(link, index, &why);
    if (stream->slot < 0 && news)
        kf_pod_problem(sink, 0, link->frame_start, "descriptor: stream %u is stepped over: %s", wire->id, why);
    if (stream->slot >= 0 && news) {
        kf_pod_track_restart(&link->track[stream->slot]);
        link->block[stream->slot].seen = false;
    }
}

static bool same_wire(const struct kf_podlink_stream *a, const struct kf_podlink_stream *b)
{
    return a->id == b->id && a->kind == b->kind && a->site == b->site && a->format == b->format &&
           a->channels == b->channels && a->rate_hz == b->rate_hz &&
           memcmp(&a->scale_a, &b->scale_a, sizeof(float)) == 0 &&
           memcmp(&a->scale_b, &b->scale_b, sizeof(float)) == 0 && memcmp(&a->full_a, &b->full_a, sizeof(float)) == 0 &&
           memcmp(&a->full_b, &b->full_b, sizeof(float)) == 0;
}

void kf_podlink_describe(struct podlink *link, const struct kf_podlink_descriptor *descriptor,
                         const struct kf_pod_sink *sink)
{
    const unsigned before = link->stream_count;
    link->stream_count = descriptor->stream_count;
    for (unsigned i = 0; i < descriptor->stream_count; i++) {
        const bool same = link->described && i < before && same_wire(&link->stream[i].wire, &descriptor->stream[i]);
        put_stream(link, i, &descriptor->stream[i], !same, sink);
    }
    link->layout = descriptor->layout;
    link->described = true;
    kf_pod_clean_utf8(link->stats.name, sizeof link->stats.name, descriptor->name, descriptor->name_length);
}
