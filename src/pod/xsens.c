/* xsens.c - the driver "xsens": Movella (Xsens) MTi pods, which speak Xbus and measure in MTData2 messages.
 *
 * Numbers come in four formats, told by the low bits of each item's id. Time is SampleTimeFine (0.1 ms); where it is
 * missing or stands still the packet counter at 100 Hz, without both the count of messages. A counter that skips tells
 * lost messages. */
#include <math.h>
#include <string.h>

#include "drivers.h"
#include "imu_line.h"
#include "scan.h"

enum {
    PREAMBLE = 0xFA,
    MASTER = 0xFF, /* the only bus id of a pod that is alone */
    EXTENDED = 0xFF,
    LENGTH_MAX = 2048, /* of a message's data, low-level communication protocol */
    MID_GOTO_MEASUREMENT = 0x10,
    MID_GOTO_CONFIG = 0x30,
    MID_MTDATA2 = 0x36,
    MID_OUTPUTS = 0xC0,
    ITEM_HEADER = 3
};

enum item_id { /* without the four bits that name format and axes */
               ITEM_TEMPERATURE = 0x0810,
               ITEM_COUNTER = 0x1020,
               ITEM_TIME_FINE = 0x1060,
               ITEM_ACC = 0x4020,
               ITEM_GYR = 0x8020,
               ITEM_STATUS = 0xE020
};

static const double TICK_S = 1e-4;
static const double NOMINAL_S = 0.01;             /* the rate our START asks for */
static const uint32_t CLIPPED = UINT32_C(0x3F00); /* status bits 8-13: acc x y z, gyr x y z beyond their range */

/* What one MTData2 message says. */
struct measurement {
    bool has_acc, has_gyr, has_time, has_counter, has_celsius;
    uint16_t counter;
    uint32_t time;
    double celsius;
    struct kf_imu_reading reading;
};

struct xsens {
    struct kf_pod_scan scan;
    struct kf_imu_line line;
    bool counted, timed; /* the two below hold */
    uint16_t counter;    /* of the last message */
    uint32_t time;       /* of the last sample */
    uint32_t steps;      /* of the counter, or messages, since the last sample */
    uint64_t faults;     /* bad and lost frames when the last sample came */
};

static uint32_t get_u16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

static uint32_t get_u32(const uint8_t *bytes)
{
    return get_u16(bytes) << 16 | get_u16(bytes + 2);
}

static double get_float(const uint8_t *bytes)
{
    const union {
        uint32_t bits;
        float value;
    } same = {.bits = get_u32(bytes)};
    return (double)same.value;
}

static double get_double(const uint8_t *bytes)
{
    const union {
        uint64_t bits;
        double value;
    } same = {.bits = (uint64_t)get_u32(bytes) << 32 | get_u32(bytes + 4)};
    return same.value;
}

static double get_fp1220(const uint8_t *bytes)
{
    return (double)(int32_t)get_u32(bytes) / 0x1p20;
}

/* The fraction's four bytes stand before the two of the whole part. */
static double get_fp1632(const uint8_t *bytes)
{
    return (double)(int16_t)get_u16(bytes + 4) + (double)get_u32(bytes) / 0x1p32;
}

struct number_format {
    unsigned bytes;
    double (*get)(const uint8_t *bytes);
};

static const struct number_format formats[] = {{4, get_float}, {4, get_fp1220}, {6, get_fp1632}, {8, get_double}};

/* `count` numbers of the format in the item's id; false when its length does not fit. */
static bool get_numbers(uint32_t id, const uint8_t *data, size_t length, unsigned count, double *out)
{
    const struct number_format *format = &formats[id & 3];
    if (length != (size_t)count * format->bytes)
        return false;
    for (unsigned i = 0; i < count; i++)
        out[i] = format->get(data + (size_t)i * format->bytes);
    return true;
}

static bool take_item(struct measurement *measured, uint32_t id, const uint8_t *data, size_t length)
{
    switch ((enum item_id)(id & 0xFFF0)) {
    case ITEM_ACC:
        measured->has_acc = true;
        return get_numbers(id, data, length, 3, measured->reading.value);
    case ITEM_GYR:
        measured->has_gyr = true;
        return get_numbers(id, data, length, 3, measured->reading.value + 3);
    case ITEM_TEMPERATURE:
        measured->has_celsius = true;
        return get_numbers(id, data, length, 1, &measured->celsius);
    case ITEM_COUNTER:
        measured->has_counter = length == 2;
        measured->counter = (uint16_t)(length == 2 ? get_u16(data) : 0);
        return length == 2;
    case ITEM_TIME_FINE:
        measured->has_time = length == 4;
        measured->time = length == 4 ? get_u32(data) : 0;
        return length == 4;
    case ITEM_STATUS:
        measured->reading.saturated = length == 4 && get_u32(data) & CLIPPED;
        return true;
    default:
        return true;
    }
}

static bool take_items(struct measurement *measured, const uint8_t *data, size_t length)
{
    while (length >= ITEM_HEADER) {
        const size_t piece = data[2];
        if (piece > length - ITEM_HEADER || !take_item(measured, get_u16(data), data + ITEM_HEADER, piece))
            return false;
        data += ITEM_HEADER + piece;
        length -= ITEM_HEADER + piece;
    }
    return length == 0;
}

/* Takes the message's place in the sequence; false when it is the last one again. */
static bool take_counter(struct xsens *xsens, const struct measurement *measured)
{
    uint32_t step = 1;
    if (measured->has_counter && xsens->counted)
        step = (uint16_t)(measured->counter - xsens->counter);
    const bool same_time = measured->has_time && xsens->timed && measured->time == xsens->time;
    if (step == 0 && (same_time || !measured->has_time))
        return false;
    if (step > 1 && step <= INT16_MAX)
        xsens->scan.stats.lost_frames += step - 1;
    xsens->counted = measured->has_counter;
    xsens->counter = measured->counter;
    xsens->steps = xsens->steps > UINT16_MAX ? xsens->steps : xsens->steps + step;
    return true;
}

static void take_measurement(struct xsens *xsens, const struct measurement *measured, const struct kf_pod_sink *sink)
{
    double step_s = xsens->steps * kf_imu_line_period_s(&xsens->line, NOMINAL_S);
    if (measured->has_celsius)
        kf_imu_line_temperature(&xsens->line, measured->celsius, sink);
    if (!measured->has_acc || !measured->has_gyr)
        return;
    if (measured->has_time && xsens->timed && measured->time != xsens->time)
        step_s = (double)(int32_t)(measured->time - xsens->time) * TICK_S;
    const uint64_t faults = xsens->scan.stats.bad_frames + xsens->scan.stats.lost_frames;
    const bool whole = faults == xsens->faults;
    kf_imu_line_emit(&xsens->line, &xsens->scan.stats, step_s, whole, NOMINAL_S, &measured->reading, sink);
    xsens->timed = measured->has_time;
    xsens->scan.stats.counted = !measured->has_time;
    xsens->time = measured->time;
    xsens->steps = 0;
    xsens->faults = faults;
}

/* Bytes of the whole message at `bytes`, 0 when the header is not complete, SIZE_MAX when it is none. */
static size_t message_size(const uint8_t *bytes, size_t count)
{
    enum { HEADER = 4, HEADER_EXTENDED = 6, CHECKSUM = 1 };
    if (bytes[0] != PREAMBLE || (count > 1 && bytes[1] != MASTER))
        return SIZE_MAX;
    if (count < HEADER)
        return 0;
    if (bytes[3] != EXTENDED)
        return (size_t)HEADER + bytes[3] + CHECKSUM;
    if (count < HEADER_EXTENDED)
        return 0;
    const size_t length = get_u16(bytes + 4);
    return length <= LENGTH_MAX ? HEADER_EXTENDED + length + CHECKSUM : SIZE_MAX;
}

static bool sums_up(const uint8_t *bytes, size_t size)
{
    unsigned sum = 0;
    for (size_t i = 1; i < size; i++)
        sum += bytes[i];
    return (sum & 0xFF) == 0;
}

static int read_message(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    struct xsens *xsens = state;
    struct measurement measured = {.has_acc = false};
    const size_t size = message_size(bytes, count);
    const size_t header = count > 3 && bytes[3] == EXTENDED ? 6 : 4;
    if (size == SIZE_MAX)
        return KF_POD_SCAN_SKIP;
    if (size == 0 || size > count)
        return KF_POD_SCAN_MORE;
    if (!sums_up(bytes, size)) {
        kf_pod_scan_bad(&xsens->scan, "its checksum does not match", sink);
        return KF_POD_SCAN_SKIP;
    }
    const bool is_data = bytes[2] == MID_MTDATA2;
    if (is_data && !take_items(&measured, bytes + header, size - header - 1)) {
        kf_pod_scan_bad(&xsens->scan, "its items do not fill it", sink);
        return KF_POD_SCAN_SKIP;
    }
    if (is_data && !take_counter(xsens, &measured)) {
        xsens->scan.stats.duplicate_frames++;
        return (int)size;
    }
    xsens->scan.stats.good_frames++;
    if (is_data)
        take_measurement(xsens, &measured, sink);
    return (int)size;
}

static void init(void *state)
{
    struct xsens *xsens = state;
    memset(xsens, 0, sizeof *xsens);
    kf_pod_scan_init(&xsens->scan, read_message);
    kf_imu_line_init(&xsens->line);
}

static size_t put_message(uint8_t *out, uint8_t mid, const uint8_t *data, size_t length)
{
    unsigned sum = (unsigned)MASTER + mid + (unsigned)length;
    out[0] = PREAMBLE;
    out[1] = MASTER;
    out[2] = mid;
    out[3] = (uint8_t)length;
    for (size_t i = 0; i < length; i++) {
        out[4 + i] = data[i];
        sum += data[i];
    }
    out[4 + length] = (uint8_t)((0x100 - (sum & 0xFF)) & 0xFF);
    return length + 5;
}

/* START puts the pod into configuration, asks for counter and time with every message and for acceleration and rate
 * of turn at 100 Hz (which every MTi has), and lets it measure; RATE does so at another rate, up to 400 Hz. STOP leaves
 * it in configuration. */
static size_t command(void *state, enum kf_pod_command what, unsigned rate_hz, uint8_t *out, size_t capacity)
{
    enum { USUAL_HZ = 100, MOST_HZ = 400 };
    const unsigned wanted_hz = what == KF_POD_CMD_RATE ? rate_hz : USUAL_HZ;
    const uint8_t hz[2] = {(uint8_t)((wanted_hz < MOST_HZ ? wanted_hz : MOST_HZ) >> 8),
                           (uint8_t)((wanted_hz < MOST_HZ ? wanted_hz : MOST_HZ) & 0xFF)};
    const uint8_t outputs[] = {0x10, 0x20, 0xFF,  0xFF,  0x10, 0x60, 0xFF,  0xFF,
                               0x40, 0x20, hz[0], hz[1], 0x80, 0x20, hz[0], hz[1]};
    enum { LONGEST = 3 * 5 + sizeof outputs };
    (void)state;
    if (capacity < LONGEST || (what != KF_POD_CMD_START && what != KF_POD_CMD_STOP && what != KF_POD_CMD_RATE))
        return 0;
    size_t made = put_message(out, MID_GOTO_CONFIG, NULL, 0);
    if (what != KF_POD_CMD_STOP) {
        made += put_message(out + made, MID_OUTPUTS, outputs, sizeof outputs);
        made += put_message(out + made, MID_GOTO_MEASUREMENT, NULL, 0);
    }
    return made;
}

static size_t fits(const uint8_t *bytes, size_t count)
{
    const size_t size = message_size(bytes, count);
    return size > 0 && size <= count && sums_up(bytes, size) ? size : 0;
}

/* Xbus' sum has only eight bits: it takes three messages. */
static int sniff(const uint8_t *bytes, size_t count)
{
    return kf_pod_scan_sniff(bytes, count, fits);
}

static const unsigned bauds[] = {115200, 921600, 0};

const struct kf_pod_driver kf_xsens_driver = {
    .name = "xsens",
    .state_size = sizeof(struct xsens),
    .bauds = bauds,
    .sniff = sniff,
    .init = init,
    .push = kf_pod_scan_push,
    .finish = kf_pod_scan_finish,
    .stats = kf_pod_stats_first,
    .command = command,
};
