/* bitalino.c - the driver "bitalino": the BITalino (r)evolution as one to six channels of EMG.
 *
 * The channels chosen set the frame's size, which no byte tells: it is found from runs of frames (counted.h). A frame
 * is packed from its end backwards: sequence and CRC4, four digital lines, A1-A4 of 10 bits, A5 and A6 of 6 bits.
 * Five and six channels have the same size: A6 is there from the first time its bits are not all zero.
 * The rate is not told either: 1000 Hz, which is what `start` sets. */
#include "counted.h"
#include "drivers.h"

enum { LARGEST = 8, CHANNELS = 6, WIDE_CHANNELS = 4, WIDE_BITS = 10, NARROW_BITS = 6, LOCK_RUN = 8 };

/* From the EMG sensor's data sheet: supply, gain. */
static const double SUPPLY_UV = 3.3e6;
static const double EMG_GAIN = 1009;

/* x^4 + x + 1 over the frame's nibbles, high ones first, the last one (the CRC itself) as zero. */
static unsigned crc4(const uint8_t *bytes, unsigned size)
{
    static const uint8_t times_x4[16] = {0, 3, 6, 5, 12, 15, 10, 9, 11, 8, 13, 14, 7, 4, 1, 2};
    unsigned crc = 0;
    for (unsigned i = 0; i < size; i++) {
        const unsigned low = i + 1 < size ? bytes[i] & 15u : 0;
        crc = times_x4[crc] ^ bytes[i] >> 4;
        crc = times_x4[crc] ^ low;
    }
    return crc;
}

static bool check(const uint8_t *bytes, unsigned size, unsigned *counter)
{
    *counter = bytes[size - 1] >> 4;
    return crc4(bytes, size) == (bytes[size - 1] & 15u);
}

/* The frame's bits as one number, the last byte highest; the channels follow the 12 highest bits. */
static void read_frame(const uint8_t *bytes, unsigned size, struct kf_counted_frame *frame)
{
    static const unsigned channels[LARGEST + 1] = {[3] = 1, [4] = 2, [6] = 3, [7] = 4, [8] = 5};
    uint64_t bits = 0;
    for (unsigned i = size; i-- > 0;)
        bits = bits << 8 | bytes[i];
    unsigned left = size * 8 - 12;
    frame->channels = channels[size];
    for (unsigned i = 0; i < CHANNELS; i++) {
        const unsigned width = i < WIDE_CHANNELS ? WIDE_BITS : NARROW_BITS;
        const unsigned most = (1u << width) - 1;
        left = left > width ? left - width : 0;
        const unsigned count = (unsigned)(bits >> left) & most;
        frame->emg_uv[i] = ((double)count / (most + 1) - 0.5) * (SUPPLY_UV / EMG_GAIN);
        frame->saturated[i] = count == 0 || count == most;
        if (size == LARGEST && i == CHANNELS - 1 && count != 0)
            frame->channels = CHANNELS;
    }
}

static const struct kf_counted_format format = {
    .rate_hz = 1000,
    .modulus = 16,
    .sizes = {3, 4, 6, 7, LARGEST},
    .lock_run = LOCK_RUN,
    .regain_run = 4,
    .grid_run = 2,
    .weak = true,
    .check = check,
    .read = read_frame,
};
_Static_assert(LOCK_RUN *LARGEST <= KF_COUNTED_WINDOW, "a run fits the window");

static int sniff(const uint8_t *bytes, size_t count)
{
    return kf_counted_sniff(&format, bytes, count);
}

static void init(void *state)
{
    kf_counted_init(state, &format);
}

/* Start: 1000 Hz, then live mode with all six channels; a board that streams already takes neither. Its other rates
 * (1, 10, 100 Hz) show no EMG, and no byte would tell the decoder of them: RATE knows 1000 alone. */
static size_t command(void *state, enum kf_pod_command what, unsigned rate_hz, uint8_t *out, size_t capacity)
{
    enum { RATE_1000 = 3 << 6 | 3, LIVE_ALL = 0x3f << 2 | 1, IDLE = 0 };
    static const uint8_t rate[] = {IDLE, RATE_1000, LIVE_ALL}, start[] = {RATE_1000, LIVE_ALL}, stop[] = {IDLE};
    (void)state;
    if (what == KF_POD_CMD_RATE && rate_hz == 1000)
        return kf_pod_put_command(rate, sizeof rate, out, capacity);
    if (what == KF_POD_CMD_START)
        return kf_pod_put_command(start, sizeof start, out, capacity);
    return what == KF_POD_CMD_STOP ? kf_pod_put_command(stop, sizeof stop, out, capacity) : 0;
}

static const unsigned bauds[] = {115200, 0};

const struct kf_pod_driver kf_bitalino_driver = {
    .name = "bitalino",
    .state_size = sizeof(struct kf_counted),
    .bauds = bauds,
    .sniff = sniff,
    .init = init,
    .push = kf_counted_push,
    .finish = kf_counted_finish,
    .stats = kf_pod_stats_first,
    .command = command,
};
