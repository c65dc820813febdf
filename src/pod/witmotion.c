/* witmotion.c - the driver "witmotion": WitMotion pods, both of their protocols.
 *
 * Wired models send frames of 11 bytes with a checksum, one for each quantity. Bluetooth models send acceleration, rate
 * and angle together after "55 61", without a checksum: 20 bytes, or 28 with the clock appended. Such a frame counts
 * when the next one begins where it ends; how long they are is learned from that spacing.
 * Time is the pod's clock (1 ms) where it is sent, else samples at 200 Hz, the rate our START asks for. */
#include <math.h>
#include <string.h>

#include "drivers.h"
#include "imu_line.h"
#include "kneefold/podlink.h"
#include "scan.h"

enum {
    HEADER = 0x55,
    SUMMED_BYTES = 11,
    ID_FIRST = 0x50, /* ids of summed frames: 50 clock .. 5F a register's answer */
    ID_LAST = 0x5F,
    ID_CLOCK = 0x50,
    ID_ACC = 0x51,
    ID_GYR = 0x52,
    ID_MOTION = 0x61, /* unsummed: 9 numbers */
    ID_ANSWER = 0x71, /* unsummed: a register's answer, as long as the others */
    SHORT_BYTES = 20,
    LONG_BYTES = 28,
    LEARN_BYTES = 256, /* spacing not learned from so many bytes will not come */
    FULL_SCALE = 32767
};

static const double NOMINAL_S = 1.0 / 200;
static const double LEAST_STEP_S = 1e-4; /* times never stand still, though the clock may */
static const double ACC_MPS2 = 16 * 9.80665 / 32768;
static const double GYR_RADPS = 2000 * 3.14159265358979323846 / 180 / 32768;

struct witmotion {
    struct kf_pod_scan scan;
    struct kf_imu_line line;
    unsigned spacing;    /* bytes of an unsummed frame, 0: not learned yet */
    bool has_acc;        /* of a sample whose rate is still to come: value[0..2] below */
    uint64_t acc_faults; /* when it came */
    unsigned last_id;    /* of the last summed frame */
    struct kf_imu_reading reading;
    unsigned missed;   /* samples known to be missing since the last one */
    uint64_t faults;   /* bad frames and resyncs when the last sample came */
    bool clock_known;  /* a time was read since the last sample: */
    int64_t clock_ms;  /* it */
    bool clock_joined; /* the axis follows the clock since ... */
    int64_t joined_ms; /* ... this reading ... */
    double since_s;    /* ... and has gone on so far after it */
};

static int get_i16(const uint8_t *bytes)
{
    return (int16_t)kf_podlink_get_u16(bytes);
}

static bool is_unsummed(const uint8_t *bytes)
{
    return bytes[0] == HEADER && (bytes[1] == ID_MOTION || bytes[1] == ID_ANSWER);
}

static bool is_summed(const uint8_t *bytes)
{
    return bytes[0] == HEADER && bytes[1] >= ID_FIRST && bytes[1] <= ID_LAST;
}

static bool sums_up(const uint8_t *bytes)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < SUMMED_BYTES - 1; i++)
        sum += bytes[i];
    return (sum & 0xFF) == bytes[SUMMED_BYTES - 1];
}

/* YY MM DD hh mm ss, milliseconds (u16) as ms since a fixed midnight; -1 when it is no date: a clock never set. */
static int64_t get_clock_ms(const uint8_t *bytes)
{
    const unsigned millis = kf_podlink_get_u16(bytes + 6);
    if (bytes[0] > 99 || bytes[1] < 1 || bytes[1] > 12 || bytes[2] < 1 || bytes[2] > 31 || bytes[3] > 23 ||
        bytes[4] > 59 || bytes[5] > 59 || millis > 999)
        return -1;
    /* Months counted from March, so that a leap day is the year's last. */
    const int month = (bytes[1] + 9) % 12;
    const int year = bytes[0] + 2000 - (month >= 10);
    const int64_t day = 365 * (int64_t)year + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + bytes[2];
    const int64_t second = (day * 24 + bytes[3]) * 3600 + bytes[4] * 60 + bytes[5];
    return second * 1000 + millis;
}

static void take_clock(struct witmotion *wit, const uint8_t *bytes)
{
    const int64_t clock_ms = get_clock_ms(bytes);
    wit->clock_known = clock_ms >= 0;
    wit->clock_ms = clock_ms;
}

/* Three raw numbers into value[at..at+2]. */
static void take_numbers(struct kf_imu_reading *reading, unsigned at, const uint8_t *bytes, double scale)
{
    for (unsigned i = 0; i < 3; i++) {
        const int raw = get_i16(bytes + 2 * (size_t)i);
        reading->value[at + i] = raw * scale;
        reading->saturated |= raw >= FULL_SCALE || raw <= -FULL_SCALE;
    }
}

/* Seconds since the last sample: by the clock when it has moved, else by count. */
static double step_to(struct witmotion *wit)
{
    const double counted_s = (1 + wit->missed) * kf_imu_line_period_s(&wit->line, NOMINAL_S);
    const bool moved = wit->clock_known && !(wit->clock_joined && wit->clock_ms == wit->joined_ms);
    if (!moved) {
        wit->since_s += counted_s;
        return counted_s;
    }
    const double gone_s = (double)(wit->clock_ms - wit->joined_ms) * 1e-3;
    const double rest_s = gone_s - wit->since_s;
    const bool was_joined = wit->clock_joined;
    wit->clock_joined = true;
    wit->joined_ms = wit->clock_ms;
    wit->since_s = 0;
    if (!was_joined)
        return counted_s;
    return gone_s > 0 && rest_s < LEAST_STEP_S ? LEAST_STEP_S : rest_s;
}

static uint64_t faults(const struct witmotion *wit)
{
    return wit->scan.stats.bad_frames + wit->scan.stats.resyncs;
}

static void emit(struct witmotion *wit, const struct kf_pod_sink *sink)
{
    const bool whole = wit->missed == 0 && faults(wit) == wit->faults;
    const double step_s = step_to(wit);
    wit->scan.stats.counted = !wit->clock_joined;
    kf_imu_line_emit(&wit->line, &wit->scan.stats, step_s, whole, NOMINAL_S, &wit->reading, sink);
    wit->reading.saturated = false;
    wit->has_acc = false;
    wit->clock_known = false;
    wit->missed = 0;
    wit->faults = faults(wit);
}

static void miss(struct witmotion *wit)
{
    enum { MANY = 1 << 20 };
    wit->missed += wit->line.running && wit->missed < MANY;
}

/* Frames of one sample come with rising ids. An acceleration whose rate did not come must not meet the next one's. */
static void end_burst(struct witmotion *wit, unsigned id)
{
    if (wit->has_acc && (id <= wit->last_id || faults(wit) != wit->acc_faults)) {
        miss(wit);
        wit->has_acc = false;
    }
    wit->last_id = id;
}

static void take_summed(struct witmotion *wit, const uint8_t *bytes, const struct kf_pod_sink *sink)
{
    end_burst(wit, bytes[1]);
    switch (bytes[1]) {
    case ID_CLOCK:
        take_clock(wit, bytes + 2);
        break;
    case ID_ACC:
        wit->has_acc = true;
        wit->acc_faults = faults(wit);
        wit->reading.saturated = false;
        take_numbers(&wit->reading, 0, bytes + 2, ACC_MPS2);
        kf_imu_line_temperature(&wit->line, get_i16(bytes + 8) / 100.0, sink);
        break;
    case ID_GYR:
        take_numbers(&wit->reading, 3, bytes + 2, GYR_RADPS);
        if (wit->has_acc)
            emit(wit, sink);
        else
            miss(wit);
        break;
    default:
        break;
    }
}

static int read_summed(struct witmotion *wit, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    if (count < SUMMED_BYTES)
        return KF_POD_SCAN_MORE;
    if (!sums_up(bytes)) {
        kf_pod_scan_bad(&wit->scan, "its checksum does not match", sink);
        return KF_POD_SCAN_SKIP;
    }
    wit->scan.stats.good_frames++;
    take_summed(wit, bytes, sink);
    return SUMMED_BYTES;
}

/* The spacing of the three headers in equal steps that end first, 0 when there are none. `headers` 2 takes pairs. */
static unsigned find_spacing(const uint8_t *bytes, size_t count, unsigned headers)
{
    static const uint8_t lengths[] = {SHORT_BYTES, LONG_BYTES};
    for (size_t last = SHORT_BYTES; last + 1 < count; last++) {
        for (unsigned i = 0; i < sizeof lengths; i++) {
            const size_t step = lengths[i];
            unsigned met = 0;
            while (met < headers && last >= met * step && is_unsummed(bytes + last - met * step))
                met++;
            if (met == headers)
                return lengths[i];
        }
    }
    return 0;
}

/* Learns wit->spacing from the bytes at hand; false when more may tell. */
static bool learn_spacing(struct witmotion *wit, const uint8_t *bytes, size_t count)
{
    const size_t known = count < LEARN_BYTES ? count : LEARN_BYTES;
    wit->spacing = find_spacing(bytes, known, 3);
    if (wit->spacing == 0 && (known == LEARN_BYTES || wit->scan.ended))
        wit->spacing = find_spacing(bytes, known, 2);
    if (wit->spacing == 0 && wit->scan.ended && (count == SHORT_BYTES || count == LONG_BYTES))
        wit->spacing = (unsigned)count;
    return wit->spacing || known == LEARN_BYTES || wit->scan.ended;
}

/* 1: a frame of this many bytes ends where the next begins, or with the input; 0: not known yet; -1: it does not. */
static int ends_well(const struct witmotion *wit, const uint8_t *bytes, size_t count, size_t length)
{
    if (count >= length + 2)
        return is_unsummed(bytes + length) || is_summed(bytes + length) ? 1 : -1;
    if (count > length && bytes[length] != HEADER)
        return -1;
    if (!wit->scan.ended)
        return 0;
    return count >= length ? 1 : -1;
}

static void take_motion(struct witmotion *wit, const uint8_t *bytes, size_t length, const struct kf_pod_sink *sink)
{
    if (length == LONG_BYTES)
        take_clock(wit, bytes + SHORT_BYTES);
    wit->reading.saturated = false;
    take_numbers(&wit->reading, 0, bytes + 2, ACC_MPS2);
    take_numbers(&wit->reading, 3, bytes + 8, GYR_RADPS);
    emit(wit, sink);
}

static int read_unsummed(struct witmotion *wit, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    if (wit->spacing == 0 && !learn_spacing(wit, bytes, count))
        return KF_POD_SCAN_MORE;
    const size_t length = wit->spacing;
    int well = length ? ends_well(wit, bytes, count, length) : -1;
    if (well < 0 && length) {
        /* Perhaps the pod now sends frames of the other length: two of them in a row say so. */
        const size_t other = (size_t)SHORT_BYTES + LONG_BYTES - length;
        if (count < 2 * other + 2 && !wit->scan.ended)
            return KF_POD_SCAN_MORE;
        if (count >= 2 * other + 2 && is_unsummed(bytes + other) && is_unsummed(bytes + 2 * other)) {
            wit->spacing = (unsigned)other;
            well = 1;
        }
    }
    if (well == 0)
        return KF_POD_SCAN_MORE;
    if (well < 0) {
        kf_pod_scan_bad(&wit->scan, "the next one does not begin where it ends", sink);
        miss(wit);
        return KF_POD_SCAN_SKIP;
    }
    wit->scan.stats.good_frames++;
    if (bytes[1] == ID_MOTION)
        take_motion(wit, bytes, wit->spacing, sink);
    return (int)wit->spacing;
}

static int read_frame(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    if (bytes[0] != HEADER)
        return KF_POD_SCAN_SKIP;
    if (count < 2)
        return KF_POD_SCAN_MORE;
    if (is_unsummed(bytes))
        return read_unsummed(state, bytes, count, sink);
    return is_summed(bytes) ? read_summed(state, bytes, count, sink) : KF_POD_SCAN_SKIP;
}

static void init(void *state)
{
    struct witmotion *wit = state;
    memset(wit, 0, sizeof *wit);
    kf_pod_scan_init(&wit->scan, read_frame);
    kf_imu_line_init(&wit->line);
}

/* The slowest of its rates (formats.md) that is fast enough, or its fastest. */
static uint8_t rate_code(unsigned rate_hz)
{
    enum { HZ_10 = 0x06, HZ_100 = 0x09, HZ_200 = 0x0B };
    if (rate_hz > 100)
        return HZ_200;
    return rate_hz > 10 ? HZ_100 : HZ_10;
}

/* START unlocks the registers and asks for clock, acceleration and rate (6,600 bytes a second: a port of 115200 baud)
 * 200 times a second; RATE unlocks and asks for another rate. Nothing is saved, so a pod switched off and on is as it
 * was. There is no STOP. */
static size_t command(void *state, enum kf_pod_command what, unsigned rate_hz, uint8_t *out, size_t capacity)
{
    static const uint8_t start[] = {
        0xFF, 0xAA, 0x69, 0x88, 0xB5, /* unlock */
        0xFF, 0xAA, 0x02, 0x07, 0x00, /* content: frames 50, 51, 52 */
        0xFF, 0xAA, 0x03, 0x0B, 0x00, /* rate: 200 Hz */
    };
    const uint8_t rate[] = {0xFF, 0xAA, 0x69, 0x88, 0xB5, 0xFF, 0xAA, 0x03, rate_code(rate_hz), 0x00};
    (void)state;
    if (what == KF_POD_CMD_RATE)
        return kf_pod_put_command(rate, sizeof rate, out, capacity);
    return what == KF_POD_CMD_START ? kf_pod_put_command(start, sizeof start, out, capacity) : 0;
}

static size_t fits_summed(const uint8_t *bytes, size_t count)
{
    return count >= SUMMED_BYTES && is_summed(bytes) && sums_up(bytes) ? SUMMED_BYTES : 0;
}

/* The clocks of three frames in a row go on, by less than ten seconds each. */
static bool clock_steps(const uint8_t *bytes)
{
    enum { MOST_MS = 10000 };
    int64_t last_ms = get_clock_ms(bytes + SHORT_BYTES);
    for (size_t at = LONG_BYTES; at < (size_t)3 * LONG_BYTES; at += LONG_BYTES) {
        const int64_t now_ms = get_clock_ms(bytes + at + SHORT_BYTES);
        if (last_ms < 0 || now_ms <= last_ms || now_ms - last_ms > MOST_MS)
            return false;
        last_ms = now_ms;
    }
    return true;
}

/* Three contiguous frames; of the long ones also a clock that steps, or a fourth. */
static bool fits_unsummed(const uint8_t *bytes, size_t count)
{
    static const uint8_t lengths[] = {SHORT_BYTES, LONG_BYTES};
    for (unsigned i = 0; i < sizeof lengths; i++) {
        const size_t step = lengths[i];
        if (count < 3 * step || !is_unsummed(bytes) || !is_unsummed(bytes + step) || !is_unsummed(bytes + 2 * step))
            continue;
        if (step == SHORT_BYTES || clock_steps(bytes) || (count >= 3 * step + 2 && is_unsummed(bytes + 3 * step)))
            return true;
    }
    return false;
}

static int sniff(const uint8_t *bytes, size_t count)
{
    for (size_t at = 0; at + 3 * (size_t)SHORT_BYTES <= count; at++)
        if (bytes[at] == HEADER && fits_unsummed(bytes + at, count - at))
            return 2;
    return kf_pod_scan_sniff(bytes, count, fits_summed);
}

static const unsigned bauds[] = {115200, 9600, 921600, 0};

const struct kf_pod_driver kf_witmotion_driver = {
    .name = "witmotion",
    .state_size = sizeof(struct witmotion),
    .bauds = bauds,
    .sniff = sniff,
    .init = init,
    .push = kf_pod_scan_push,
    .finish = kf_pod_scan_finish,
    .stats = kf_pod_stats_first,
    .command = command,
};
