/* sim_wire.c - the simulated pod's end of the line: podlink frames, and everything a bad link does to them.
 *
 * A DESCRIPTOR and a STATUS every second, SAMPLES frames of a few milliseconds in between; the encoder is the one
 * firmware would use (kneefold/podlink.h). Faults are drawn for each frame after it is made, so the sequence number
 * shows what was lost. A restart is a second without frames, then a new boot id, clock and sequence. */
#include <math.h>
#include <string.h>

#include "source/sim_state.h"

enum { JUNK_MAX = 32, LAYOUT = 1, BATTERY_PERCENT = 87, BATTERY_MV = 3987, TEMPERATURE_CENTI = 3150 };

static const double restart_pause_s = 1;
static const double degrees = 360 / 6.283185307179586;
static const char pod_name[] = "kneefold simulator";

static const uint8_t wire_site[KF_SITE_COUNT] = {
    [KF_SITE_TRUNK] = 1,   [KF_SITE_THIGH_L] = 3,      [KF_SITE_THIGH_R] = 4,      [KF_SITE_SHANK_L] = 5,
    [KF_SITE_SHANK_R] = 6, [KF_SITE_HAMSTRING_L] = 33, [KF_SITE_HAMSTRING_R] = 34,
};

static void describe_streams(struct kf_podlink_descriptor *descriptor, const struct kf_sim_config *config,
                             const struct sim_sensors *sensors)
{
    struct kf_podlink_stream *stream = descriptor->stream;

    for (unsigned i = 0; i < sensors->count; i++, stream++)
        *stream = (struct kf_podlink_stream){(uint8_t)(1 + i),
                                             KF_PODLINK_IMU6,
                                             wire_site[sensors->sensor[i].site],
                                             KF_PODLINK_I16,
                                             6,
                                             (uint16_t)config->rate_hz,
                                             sim_acc_scale_mps2,
                                             sim_gyr_scale_dps,
                                             sim_acc_scale_mps2 * 32768,
                                             sim_gyr_scale_dps * 32768};
    for (unsigned i = 0; i < sensors->emg_count; i++, stream++)
        *stream = (struct kf_podlink_stream){(uint8_t)(1 + sensors->count + i),
                                             KF_PODLINK_EMG,
                                             wire_site[sensors->emg[i].site],
                                             KF_PODLINK_I24,
                                             1,
                                             1000,
                                             sim_emg_scale_uv,
                                             0,
                                             sim_emg_scale_uv * 8388607,
                                             0};
    descriptor->stream_count = (uint8_t)(sensors->count + sensors->emg_count);
}

/* A power-up: new boot id, a clock that starts anew, sequence from 0. */
static void boot(struct sim_wire *wire, double t_s)
{
    wire->descriptor.boot_id = kf_random_u32(&wire->rng);
    wire->clock_us = kf_random_between(&wire->rng, 1e5, 6e7);
    wire->origin_s = t_s;
    wire->encoder.seq = 0;
    wire->next_second_s = t_s;
}

/* A frame's length in ticks: what is asked for, as far as payload and blocks hold it. */
static unsigned ticks_that_fit(const struct kf_sim_config *config, const struct sim_sensors *sensors)
{
    const unsigned emg_a_tick = 1000 / (unsigned)config->rate_hz;
    const unsigned bytes_a_tick = sensors->count * 12 + sensors->emg_count * 3 * emg_a_tick;
    const unsigned room = KF_PODLINK_PAYLOAD_MAX - 2 - 2 * (sensors->count + sensors->emg_count);
    const double asked = fmax(1, round(config->frame_ms * config->rate_hz / 1000));

    return (unsigned)fmin(asked, fmin(room / bytes_a_tick, KF_PODLINK_BLOCK_MAX / emg_a_tick));
}

void sim_wire_init(struct sim_wire *wire, const struct kf_sim_config *config, const struct sim_sensors *sensors)
{
    struct kf_podlink_descriptor *descriptor = &wire->descriptor;

    kf_random_seed(&wire->rng, (uint64_t)config->seed, SIM_RNG_POD);
    kf_random_seed(&wire->fault_rng, (uint64_t)config->seed, SIM_RNG_FAULT);
    kf_random_seed(&wire->jitter_rng, (uint64_t)config->seed, SIM_RNG_JITTER + (unsigned)config->sites);
    descriptor->layout = LAYOUT;
    for (unsigned i = 0; i < sizeof descriptor->uid; i++)
        descriptor->uid[i] = (uint8_t)kf_random_u32(&wire->rng);
    descriptor->firmware_major = 1;
    descriptor->name = pod_name;
    descriptor->name_length = sizeof pod_name - 1;
    describe_streams(descriptor, config, sensors);
    boot(wire, 0);
    if (config->wrap) {
        wire->clock_us = 4294967296. - 9e6;
        wire->encoder.seq = (uint16_t)(65536 - lround(5000 / config->frame_ms));
    }
    wire->ticks_a_frame = ticks_that_fit(config, sensors);
}

/* The pod's clock when the runner's reads t_s. */
static uint32_t pod_us(const struct kf_sim *sim, double t_s)
{
    const double elapsed_us = (t_s - sim->wire.origin_s) * (1e6 + sim->config.drift_ppm);
    return (uint32_t)((uint64_t)llround(sim->wire.clock_us + elapsed_us) & 0xFFFFFFFFu);
}

/* An encoded frame goes out through the faults. */
static void send_frame(struct kf_sim *sim, const uint8_t *frame, size_t count)
{
    struct sim_wire *wire = &sim->wire;
    const struct kf_sim_config *config = &sim->config;
    const bool drop = kf_random_unit(&wire->fault_rng) < config->drop_share;
    const bool flip = kf_random_unit(&wire->fault_rng) < config->flip_share;
    const bool junk = kf_random_unit(&wire->fault_rng) < config->junk_share;

    wire->stats.frames++;
    if (junk) {
        const uint32_t length = 1 + kf_random_below(&wire->fault_rng, JUNK_MAX);
        for (uint32_t i = 0; i < length; i++)
            wire->out[wire->out_count++] = (uint8_t)kf_random_u32(&wire->fault_rng);
        wire->stats.junk++;
    }
    if (drop) {
        wire->stats.dropped++;
        return;
    }
    memcpy(wire->out + wire->out_count, frame, count);
    if (flip) {
        const uint32_t bit = kf_random_below(&wire->fault_rng, (uint32_t)count * 8);
        wire->out[wire->out_count + bit / 8] ^= (uint8_t)(1u << bit % 8);
        wire->stats.flipped++;
    }
    wire->out_count += count;
}

static void end_frame(struct kf_sim *sim)
{
    uint8_t frame[KF_PODLINK_FRAME_MAX];
    send_frame(sim, frame, kf_podlink_end(&sim->wire.encoder, frame));
}

static void send_descriptor(struct kf_sim *sim, double t_s)
{
    uint8_t frame[KF_PODLINK_FRAME_MAX];
    struct sim_wire *wire = &sim->wire;
    send_frame(sim, frame, kf_podlink_encode_descriptor(&wire->encoder, pod_us(sim, t_s), &wire->descriptor, frame));
    wire->describe = false;
}

static void send_status(struct kf_sim *sim, double t_s)
{
    struct kf_podlink_encoder *encoder = &sim->wire.encoder;

    kf_podlink_begin(encoder, KF_PODLINK_STATUS, pod_us(sim, t_s));
    kf_podlink_put_u8(encoder, BATTERY_PERCENT);
    kf_podlink_put_u16(encoder, BATTERY_MV);
    kf_podlink_put_u16(encoder, TEMPERATURE_CENTI);
    kf_podlink_put_u32(encoder, 0);
    end_frame(sim);
}

static void send_pong(struct kf_sim *sim, double t_s)
{
    struct kf_podlink_encoder *encoder = &sim->wire.encoder;

    kf_podlink_begin(encoder, KF_PODLINK_PONG, pod_us(sim, t_s));
    kf_podlink_put_u32(encoder, sim->wire.pong_token);
    kf_podlink_put_u32(encoder, pod_us(sim, t_s));
    end_frame(sim);
    sim->wire.pong = false;
}

/* Files a tick's samples under their streams, as counts. */
static void collect(struct sim_wire *wire, const struct sim_sensors *sensors, const struct kf_sample *samples,
                    unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const float *value = samples[i].value;
        const bool emg = i >= sensors->count;
        struct sim_block *block = &wire->block[emg ? sensors->count + (i - sensors->count) % sensors->emg_count : i];
        float *counts = block->counts + block->samples * (emg ? 1 : 6);
        if (emg) {
            counts[0] = roundf(value[0] / sim_emg_scale_uv);
        } else {
            for (int axis = 0; axis < 3; axis++) {
                counts[axis] = roundf(value[axis] / sim_acc_scale_mps2);
                counts[3 + axis] = (float)round((double)value[3 + axis] * degrees / (double)sim_gyr_scale_dps);
            }
        }
        block->samples++;
    }
}

static void send_samples(struct kf_sim *sim, double t_s)
{
    struct sim_wire *wire = &sim->wire;
    const struct kf_podlink_descriptor *descriptor = &wire->descriptor;

    kf_podlink_begin(&wire->encoder, KF_PODLINK_SAMPLES, pod_us(sim, t_s));
    kf_podlink_put_u16(&wire->encoder, descriptor->layout);
    for (unsigned i = 0; i < descriptor->stream_count; i++) {
        const struct kf_podlink_stream *stream = &descriptor->stream[i];
        const struct sim_block *block = &wire->block[i];
        kf_podlink_put_block(&wire->encoder, stream->id, (uint8_t)block->samples);
        for (unsigned k = 0; k < block->samples * stream->channels; k++)
            kf_podlink_put_count(&wire->encoder, (enum kf_podlink_format)stream->format, block->counts[k]);
    }
    end_frame(sim);
    wire->stats.samples_frames++;
}

/* The next ticks' worth of bytes into wire->out. */
static void make_frame(struct kf_sim *sim)
{
    struct sim_wire *wire = &sim->wire;
    const struct kf_sim_config *config = &sim->config;
    struct kf_sample samples[KF_SIM_TICK_MAX];
    const double t_s = (double)sim->tick / config->rate_hz;
    const bool off = config->restart_s > 0 && t_s >= config->restart_s && t_s < config->restart_s + restart_pause_s;
    unsigned ticks = 0, count;

    wire->out_count = wire->out_taken = 0;
    memset(wire->block, 0, sizeof wire->block);
    for (; ticks < wire->ticks_a_frame && (count = kf_sim_next(sim, samples)) > 0; ticks++)
        collect(wire, &sim->sensors, samples, count);
    wire->ended = ticks < wire->ticks_a_frame;
    wire->late_s = kf_random_unit(&wire->jitter_rng) * config->jitter_ms * 1e-3;
    if (off || ticks == 0)
        return;
    if (config->restart_s > 0 && t_s >= config->restart_s && !wire->restarted) {
        wire->restarted = true;
        wire->stopped = false;
        wire->stats.restarts++;
        boot(wire, t_s);
    }
    const bool second = !wire->stopped && t_s >= wire->next_second_s;
    if (second || wire->describe)
        send_descriptor(sim, t_s);
    if (second) {
        send_status(sim, t_s);
        wire->next_second_s += 1;
    }
    if (wire->pong)
        send_pong(sim, t_s);
    if (!wire->stopped)
        send_samples(sim, t_s);
}

/* When the frame under way will be there, the stall aside. */
static double complete_s(const struct kf_sim *sim)
{
    const double emg_s = sim->sensors.emg_count > 0 ? 1.0 / sim->config.rate_hz - 1e-3 : 0; /* what follows a tick */
    const double last_s = (double)(sim->tick + sim->wire.ticks_a_frame - 1) / sim->config.rate_hz + emg_s;
    return fmin(last_s, sim->config.seconds) + sim->wire.late_s;
}

int kf_sim_wire_read(struct kf_sim *sim, double until_s, uint8_t *bytes, size_t capacity)
{
    struct sim_wire *wire = &sim->wire;
    const struct kf_sim_config *config = &sim->config;
    size_t count = 0;

    if (until_s > config->stall_at_s && until_s < config->stall_at_s + config->stall_s)
        until_s = config->stall_at_s;
    while (count < capacity) {
        if (wire->out_taken < wire->out_count) {
            const size_t left = wire->out_count - wire->out_taken, room = capacity - count;
            const size_t part = left < room ? left : room;
            memcpy(bytes + count, wire->out + wire->out_taken, part);
            wire->out_taken += part;
            count += part;
        } else if (!wire->ended && complete_s(sim) <= until_s) {
            make_frame(sim);
        } else {
            break;
        }
    }
    return count > 0 ? (int)count : wire->ended ? KF_ERR_END : 0;
}

double kf_sim_wire_due_s(const struct kf_sim *sim)
{
    const struct sim_wire *wire = &sim->wire;
    const struct kf_sim_config *config = &sim->config;

    if (wire->out_taken < wire->out_count)
        return 0;
    if (wire->ended)
        return INFINITY;
    const double due_s = complete_s(sim);
    if (due_s > config->stall_at_s && due_s < config->stall_at_s + config->stall_s)
        return config->stall_at_s + config->stall_s;
    return due_s;
}

/* One frame from the host, decoded in place. */
static void obey(struct kf_sim *sim, uint8_t *code, size_t count)
{
    struct sim_wire *wire = &sim->wire;
    const int length = kf_cobs_decode(code, count, code);

    if (length < KF_PODLINK_HEADER + 2 || code[1] >> 4 != 1)
        return;
    const size_t body = (size_t)length - 2;
    if (kf_podlink_crc16(code, body) != (uint16_t)(code[body] | code[body + 1] << 8))
        return;
    const uint8_t *payload = code + KF_PODLINK_HEADER;
    switch (code[0]) {
    case KF_PODLINK_START:
        wire->describe = wire->describe || wire->stopped;
        wire->stopped = false;
        break;
    case KF_PODLINK_DESCRIBE:
    case KF_PODLINK_RATE: /* the rate is fixed: answered with the descriptor it has */
        wire->describe = true;
        break;
    case KF_PODLINK_STOP:
        wire->stopped = true;
        break;
    case KF_PODLINK_PING:
        if (body < KF_PODLINK_HEADER + 4)
            break;
        wire->pong = true;
        wire->pong_token =
            payload[0] | (uint32_t)payload[1] << 8 | (uint32_t)payload[2] << 16 | (uint32_t)payload[3] << 24;
        break;
    default:
        break;
    }
}

void kf_sim_wire_write(struct kf_sim *sim, const uint8_t *bytes, size_t count)
{
    struct sim_wire *wire = &sim->wire;

    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            if (wire->heard_count < sizeof wire->heard)
                wire->heard[wire->heard_count] = bytes[i];
            wire->heard_count++; /* past the end: too long to be a frame */
            continue;
        }
        if (wire->heard_count > 0 && wire->heard_count <= sizeof wire->heard)
            obey(sim, wire->heard, wire->heard_count);
        wire->heard_count = 0;
    }
}

struct kf_sim_wire_stats kf_sim_wire_stats_of(const struct kf_sim *sim)
{
    return sim->wire.stats;
}
