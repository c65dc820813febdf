/* podlink_decode.c - the driver "podlink": gathers frames from bytes in any pieces and gives each to its reader.
 *
 * A frame is acted upon only when it is complete, so how the bytes were cut cannot matter. Counting rules: a frame
 * that fails framing, checksum, version or structure is bad; one without its descriptor is undescribed; a duplicate is
 * a duplicate; all others, unknown types included, are good. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers.h"
#include "podlink_state.h"
#include "report.h"

static void count_bad(struct podlink *link, const char *why, const struct kf_pod_sink *sink)
{
    link->stats.bad_frames++;
    kf_pod_problem(sink, 0, link->frame_start, "frame dropped: %s", why);
}

static void lose_sync(struct podlink *link)
{
    link->stats.resyncs += link->synced;
    link->synced = false;
}

/* The pod counts and clocks anew: nothing learned from its past holds. */
static void restart(struct podlink *link, const struct kf_pod_sink *sink)
{
    link->clock = (struct podlink_clock){.running = false};
    link->placed = false;
    link->boot_known = false;
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++) {
        link->block[i].seen = false;
        kf_pod_track_restart(&link->track[i]);
    }
    if (link->stats.epochs > 0) {
        link->stats.epochs++;
        sink->item(sink->context, &(struct kf_pod_item){.kind = KF_POD_EPOCH, .t_s = link->stats.last_t_s});
    }
}

static void take_status(struct podlink *link, const struct kf_podlink_frame *frame, const struct kf_pod_sink *sink)
{
    enum { PCT_UNKNOWN = 255, TEMPERATURE_UNKNOWN = INT16_MIN };
    const uint8_t *at = frame->payload;
    const int temperature = (int)kf_podlink_get_u16(at + 3) - (at[4] & 0x80 ? 0x10000 : 0);
    struct kf_pod_item item = {.kind = KF_POD_STATUS, .t_s = kf_podlink_axis_s(link, link->clock.now_us)};
    item.u.status.battery_pct = at[0] == PCT_UNKNOWN ? -1 : at[0];
    item.u.status.battery_mv = kf_podlink_get_u16(at + 1);
    item.u.status.temperature_c = temperature == TEMPERATURE_UNKNOWN ? NAN : (float)temperature * 0.01f;
    item.u.status.pod_dropped = kf_podlink_get_u32(at + 5);
    sink->item(sink->context, &item);
}

static void take_mark(struct podlink *link, const struct kf_podlink_frame *frame, const struct kf_pod_sink *sink)
{
    static const char *const names[] = {NULL, "button", "double-press", "long-press"};
    const unsigned code = frame->payload[0];
    struct kf_pod_item item = {
        .kind = KF_POD_MARK, .t_s = kf_podlink_axis_s(link, link->clock.now_us), .u.mark.wall_ns = 0};
    if (code > 0 && code < sizeof names / sizeof names[0])
        (void)snprintf(item.u.mark.text, sizeof item.u.mark.text, "%s", names[code]);
    else
        (void)snprintf(item.u.mark.text, sizeof item.u.mark.text, "button-%u", code);
    sink->item(sink->context, &item);
}

static void take_text(struct podlink *link, const struct kf_podlink_frame *frame, const struct kf_pod_sink *sink)
{
    struct kf_pod_item item = {.kind = KF_POD_TEXT, .t_s = kf_podlink_axis_s(link, link->clock.now_us)};
    const size_t room = sizeof item.u.text.text - 1;
    const size_t length = frame->length < room ? frame->length : room;
    memcpy(item.u.text.text, frame->payload, length);
    item.u.text.text[length] = '\0';
    sink->item(sink->context, &item);
}

/* Counts and emits what the frame holds. Its place in the sequence has been taken. */
static void take_payload(struct podlink *link, const struct kf_podlink_frame *frame,
                         const struct kf_podlink_descriptor *descriptor, const struct kf_pod_sink *sink)
{
    static const uint8_t least[] = {[KF_PODLINK_SAMPLES] = 2,
                                    [KF_PODLINK_STATUS] = 9,
                                    [KF_PODLINK_MARK] = 1,
                                    [KF_PODLINK_TEXT] = 0,
                                    [KF_PODLINK_PONG] = 8};
    if ((frame->type == KF_PODLINK_DESCRIPTOR && !descriptor) ||
        (frame->type < sizeof least && frame->length < least[frame->type])) {
        count_bad(link, "its payload is cut short", sink);
        return;
    }
    if (frame->type == KF_PODLINK_SAMPLES && (!link->described || kf_podlink_get_u16(frame->payload) != link->layout)) {
        link->stats.undescribed++;
        return;
    }
    if (frame->type == KF_PODLINK_SAMPLES && !kf_podlink_take_samples(link, frame, sink)) {
        count_bad(link, "a block of samples is malformed; those before it count", sink);
        return;
    }
    link->stats.good_frames++;
    if (descriptor) {
        kf_podlink_describe(link, descriptor, sink);
        link->boot_known = true;
        link->boot_id = descriptor->boot_id;
    } else if (frame->type == KF_PODLINK_STATUS) {
        take_status(link, frame, sink);
    } else if (frame->type == KF_PODLINK_MARK) {
        take_mark(link, frame, sink);
    } else if (frame->type == KF_PODLINK_TEXT) {
        take_text(link, frame, sink);
    }
}

/* The previous block of the stream this SAMPLES frame begins with, or NULL. */
static const int64_t *previous_block(struct podlink *link, const struct kf_podlink_frame *frame)
{
    if (frame->type != KF_PODLINK_SAMPLES || frame->length < 3 || !link->described ||
        kf_podlink_get_u16(frame->payload) != link->layout)
        return NULL;
    const struct podlink_stream *stream = kf_podlink_stream_find(link, frame->payload[2]);
    return stream && stream->slot >= 0 && link->block[stream->slot].seen ? &link->block[stream->slot].t_us : NULL;
}

static void take_frame(struct podlink *link, const struct kf_podlink_frame *frame, const struct kf_pod_sink *sink)
{
    enum { HOST_TYPES = 0x80 };
    struct kf_podlink_descriptor descriptor;
    const bool is_descriptor = frame->type == KF_PODLINK_DESCRIPTOR &&
                               kf_podlink_decode_descriptor(frame->payload, frame->length, &descriptor) == 0;
    const bool same_boot = is_descriptor && link->boot_known && descriptor.boot_id == link->boot_id;
    uint64_t lost;
    if (frame->type >= HOST_TYPES) { /* an echo of the host, whose seq and clock are not the pod's */
        link->stats.good_frames++;
        return;
    }
    if (is_descriptor && link->boot_known && !same_boot)
        restart(link, sink);
    enum podlink_arrival arrival =
        kf_podlink_clock_take(&link->clock, frame, same_boot, previous_block(link, frame), &lost);
    if (arrival == PODLINK_DUPLICATE) {
        link->stats.duplicate_frames++;
        return;
    }
    if (arrival == PODLINK_RESTART) {
        restart(link, sink);
        (void)kf_podlink_clock_take(&link->clock, frame, false, NULL, &lost);
    }
    link->stats.lost_frames += lost;
    take_payload(link, frame, is_descriptor ? &descriptor : NULL, sink);
}

static void end_frame(struct podlink *link, const struct kf_pod_sink *sink)
{
    static const char *const words[KF_PODLINK_FAULT_COUNT] = {
        [KF_PODLINK_BAD_COBS] = "its byte stuffing is broken",
        [KF_PODLINK_BAD_LENGTH] = "its length is impossible",
        [KF_PODLINK_BAD_CRC] = "its checksum does not match",
        [KF_PODLINK_BAD_VERSION] = "it is of another protocol version",
    };
    struct kf_podlink_frame frame;
    const enum kf_podlink_fault fault = kf_podlink_open(link->code, link->length, link->code, &frame);
    if (fault == KF_PODLINK_OPENED) {
        link->synced = true;
        take_frame(link, &frame, sink);
    } else if (fault != KF_PODLINK_EMPTY) {
        if (fault != KF_PODLINK_BAD_VERSION)
            lose_sync(link);
        count_bad(link, words[fault], sink);
    }
}

static void gather(struct podlink *link, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    if (link->overlong)
        return;
    if (count > sizeof link->code - 1 - link->length) {
        link->overlong = true;
        lose_sync(link);
        count_bad(link, "it is too long", sink);
        return;
    }
    memcpy(link->code + link->length, bytes, count);
    link->length += count;
}

static void push(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    struct podlink *link = state;
    size_t at = 0;
    while (at < count) {
        const uint8_t *zero = memchr(bytes + at, 0, count - at);
        const size_t piece = zero ? (size_t)(zero - bytes) - at : count - at;
        gather(link, bytes + at, piece, sink);
        at += piece;
        link->stats.bytes += piece;
        if (!zero)
            break;
        if (!link->overlong)
            end_frame(link, sink);
        at++;
        link->stats.bytes++;
        link->frame_start = link->stats.bytes;
        link->length = 0;
        link->overlong = false;
    }
}

static void finish(void *state, const struct kf_pod_sink *sink)
{
    struct podlink *link = state;
    if (link->length > 0 && !link->overlong)
        count_bad(link, "the input ends inside it", sink);
    link->length = 0;
    link->overlong = false;
}

static void init(void *state)
{
    struct podlink *link = state;
    memset(link, 0, sizeof *link);
    kf_pod_stats_init(&link->stats);
    link->synced = true;
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++)
        kf_pod_track_init(&link->track[i]);
}

/* RATE for every inertial stream; EMG and force keep theirs, which their signal asks for. */
static size_t set_rates(struct podlink *link, unsigned rate_hz, uint8_t *out, size_t capacity)
{
    enum { RATE_BYTES = KF_PODLINK_HEADER + 3 + 2 + 2 };
    size_t made = 0;
    for (unsigned i = 0; link->described && i < link->stream_count; i++) {
        const struct kf_podlink_stream *wire = &link->stream[i].wire;
        if (wire->kind != KF_PODLINK_IMU6)
            continue;
        if (capacity - made < RATE_BYTES)
            return 0;
        kf_podlink_begin(&link->encoder, KF_PODLINK_RATE, 0);
        kf_podlink_put_u8(&link->encoder, wire->id);
        kf_podlink_put_u16(&link->encoder, (uint16_t)(rate_hz < UINT16_MAX ? rate_hz : UINT16_MAX));
        made += kf_podlink_end(&link->encoder, out + made);
    }
    return made;
}

static size_t command(void *state, enum kf_pod_command what, unsigned rate_hz, uint8_t *out, size_t capacity)
{
    static const enum kf_podlink_type types[] = {[KF_POD_CMD_DESCRIBE] = KF_PODLINK_DESCRIBE,
                                                 [KF_POD_CMD_START] = KF_PODLINK_START,
                                                 [KF_POD_CMD_STOP] = KF_PODLINK_STOP,
                                                 [KF_POD_CMD_IDENTIFY] = KF_PODLINK_IDENTIFY};
    enum { COMMAND_BYTES = KF_PODLINK_HEADER + 2 + 2 }; /* no payload; crc; code byte and delimiter */
    struct podlink *link = state;
    struct kf_podlink_encoder stranger = {.seq = (uint16_t)what}; /* no two different frames of ours look repeated */
    struct kf_podlink_encoder *encoder = link ? &link->encoder : &stranger;
    if (what == KF_POD_CMD_RATE)
        return link ? set_rates(link, rate_hz, out, capacity) : 0;
    if (capacity < COMMAND_BYTES || (unsigned)what >= sizeof types / sizeof types[0])
        return 0;
    kf_podlink_begin(encoder, types[what], 0);
    return kf_podlink_end(encoder, out);
}

/* One good frame is proof: no recording of anything else, and no MiB of noise, held one (formats.md). */
static int sniff(const uint8_t *bytes, size_t count)
{
    enum { GIVE_UP_BYTES = 8192 }; /* several of the longest frames */
    uint8_t body[KF_PODLINK_FRAME_MAX];
    struct kf_podlink_frame frame;
    size_t at = 0;
    while (at < count) {
        const uint8_t *zero = memchr(bytes + at, 0, count - at);
        if (!zero)
            break;
        const size_t length = (size_t)(zero - bytes) - at;
        if (kf_podlink_open(bytes + at, length, body, &frame) == KF_PODLINK_OPENED)
            return 2;
        at += length + 1;
    }
    return count < GIVE_UP_BYTES ? 1 : 0;
}

static const unsigned bauds[] = {921600, 115200, 0};

const struct kf_pod_driver kf_podlink_driver = {
    .name = "podlink",
    .state_size = sizeof(struct podlink),
    .bauds = bauds,
    .sniff = sniff,
    .init = init,
    .push = push,
    .finish = finish,
    .stats = kf_pod_stats_first,
    .command = command,
};
