/* podlink_samples.c - from the blocks of a SAMPLES frame to samples in SI units on the log's axis.
 *
 * The frame says when its blocks begin; how long a sample lasts is learned from one block to the next (track.h). */
#include "podlink_state.h"

#include <math.h>

enum { LAYOUT_BYTES = 2, BLOCK_HEADER = 2 };
static const double RAD_PER_DEG = 3.14159265358979323846 / 180;
/* A full scale computed as count × scale and rounded twice to f32 may lie this little above its own reading. */
static const double FULL_SCALE_ROUNDING = 2.4e-7;

double kf_podlink_axis_s(const struct podlink *link, int64_t pod_us)
{
    return link->placed ? link->zero_t_s + (double)(pod_us - link->zero_us) * 1e-6 : NAN;
}

/* How a stream's counts become SI units, worked out once for all samples of a block; index 0 for force and the like, 1
 * for rates. There are at most 6 channels: a stream with a row in the statistics has those of its kind. */
struct reading {
    uint8_t format;
    unsigned channels;
    double scale[2];
    double limit[2]; /* from here on a value is at full scale */
};

static struct reading reading_of(const struct kf_podlink_stream *wire)
{
    const double full[2] = {(double)wire->full_a, (double)wire->full_b};
    struct reading reading = {.format = wire->format,
                              .channels = wire->channels,
                              .scale = {(double)wire->scale_a, (double)wire->scale_b},
                              .limit = {INFINITY, INFINITY}};
    for (int i = 0; i < 2; i++)
        if (full[i] > 0)
            reading.limit[i] = full[i] * (1 - FULL_SCALE_ROUNDING);
    return reading;
}

/* Each gives the channels' counts, and whether an integer stands at the end of its range. */

static bool get_i16(const uint8_t *at, unsigned channels, double count[6])
{
    bool rail = false;
    for (unsigned i = 0; i < channels; i++, at += 2) {
        const int32_t value = ((at[0] | at[1] << 8) ^ 0x8000) - 0x8000;
        rail |= value == INT16_MAX || value == INT16_MIN;
        count[i] = value;
    }
    return rail;
}

static bool get_i24(const uint8_t *at, unsigned channels, double count[6])
{
    bool rail = false;
    for (unsigned i = 0; i < channels; i++, at += 3) {
        const int32_t value = ((at[0] | at[1] << 8 | at[2] << 16) ^ 0x800000) - 0x800000;
        rail |= value == 0x7fffff || value == -0x800000;
        count[i] = value;
    }
    return rail;
}

static bool get_f32(const uint8_t *at, unsigned channels, double count[6])
{
    for (unsigned i = 0; i < channels; i++, at += 4)
        count[i] = (double)kf_podlink_get_f32(at);
    return false;
}

/* False when a value is not finite. */
static bool get_sample(const struct reading *reading, const uint8_t *bytes, struct kf_sample *sample)
{
    double count[6];
    sample->saturated = reading->format == KF_PODLINK_I16   ? get_i16(bytes, reading->channels, count)
                        : reading->format == KF_PODLINK_I24 ? get_i24(bytes, reading->channels, count)
                                                            : get_f32(bytes, reading->channels, count);
    for (unsigned i = 0; i < reading->channels; i++) {
        const bool turn = i >= 3;
        const double value = count[i] * reading->scale[turn];
        const double si = turn ? value * RAD_PER_DEG : value;
        if (!(fabs(si) <= (double)3.4e38f))
            return false;
        sample->saturated |= fabs(value) >= reading->limit[turn];
        sample->value[i] = (float)si;
    }
    return true;
}

/* Ties a new epoch to the log's axis at its first sample: 0, or right after what came before. */
static void place_epoch(struct podlink *link, int64_t now_us, double period_s)
{
    if (link->placed)
        return;
    link->placed = true;
    link->zero_us = now_us;
    link->zero_t_s = isnan(link->stats.last_t_s) ? 0 : link->stats.last_t_s + period_s;
}

/* Learns from the step to this block and says what is missing before it. Returns how many samples of this frame's
 * stream came before it: several blocks of one stream in a frame follow each other. */
static unsigned begin_block(struct podlink *link, int slot, double nominal_s, unsigned samples,
                            const struct kf_pod_sink *sink)
{
    struct podlink_block *block = &link->block[slot];
    const int64_t now_us = link->clock.now_us;
    const uint64_t faults = link->stats.lost_frames + link->stats.undescribed + link->stats.bad_frames;
    if (block->seen && block->t_us == now_us) {
        const unsigned before = block->samples;
        block->samples += samples;
        return before;
    }
    if (block->seen) {
        const bool whole = block->faults == faults;
        const double step_s = (double)(now_us - block->t_us) * 1e-6;
        const uint32_t lost = kf_pod_track_step(&link->track[slot], step_s, block->samples, whole, nominal_s);
        kf_pod_emit_gap(&link->stats, &link->track[slot], slot, lost, kf_podlink_axis_s(link, now_us), sink);
    }
    *block = (struct podlink_block){.seen = true, .t_us = now_us, .samples = samples, .faults = faults};
    return 0;
}

static void take_block(struct podlink *link, const struct podlink_stream *stream, const uint8_t *bytes, unsigned count,
                       const struct kf_pod_sink *sink)
{
    static const double LEAST_STEP_S = 1e-6; /* times of one stream never stand still, whatever the pod stamps */
    const int slot = stream->slot;
    struct kf_pod_track *track = &link->track[slot];
    const double nominal_s = stream->wire.rate_hz ? 1.0 / stream->wire.rate_hz : 0;
    const struct reading reading = reading_of(&stream->wire);
    struct kf_pod_item item;
    place_epoch(link, link->clock.now_us, nominal_s > 0 ? nominal_s : LEAST_STEP_S);
    const unsigned before = begin_block(link, slot, nominal_s, count, sink);
    const double period_s = track->learned ? track->period_s : nominal_s;
    const double begin_t_s = kf_podlink_axis_s(link, link->clock.now_us);
    item.kind = KF_POD_SAMPLE;
    item.u.sample = (struct kf_sample){.site = link->stats.stream[slot].site, .kind = link->stats.stream[slot].kind};
    for (unsigned k = 0; k < count; k++) {
        item.t_s = begin_t_s + (before + k) * period_s;
        if (item.t_s <= track->last_t_s)
            item.t_s = track->last_t_s + LEAST_STEP_S;
        if (get_sample(&reading, bytes + (size_t)k * stream->sample_bytes, &item.u.sample))
            kf_pod_emit_sample(&link->stats, track, slot, &item, sink);
        else
            kf_pod_emit_gap(&link->stats, track, slot, 1, item.t_s, sink);
    }
}

bool kf_podlink_take_samples(struct podlink *link, const struct kf_podlink_frame *frame, const struct kf_pod_sink *sink)
{
    size_t at = LAYOUT_BYTES;
    if (frame->length < LAYOUT_BYTES + BLOCK_HEADER)
        return false;
    while (at < frame->length) {
        if (frame->length - at < BLOCK_HEADER)
            return false;
        const struct podlink_stream *stream = kf_podlink_stream_find(link, frame->payload[at]);
        const unsigned count = frame->payload[at + 1];
        at += BLOCK_HEADER;
        if (!stream || stream->sample_bytes == 0 || count == 0 || count > KF_PODLINK_BLOCK_MAX)
            return false;
        if (frame->length - at < (size_t)count * stream->sample_bytes)
            return false;
        if (stream->slot >= 0)
            take_block(link, stream, frame->payload + at, count, sink);
        at += (size_t)count * stream->sample_bytes;
    }
    return true;
}
