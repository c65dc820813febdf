/* cyton.c - the driver "cyton": OpenBCI's Cyton board as eight channels of EMG.
 *
 * Frames of 33 bytes: A0 (41 when wired straight to the board), sample number, 8 x int24 BE, 6 auxiliary bytes, Cx.
 * 250 Hz is enough for an EMG envelope, not for its spectrum. The auxiliary bytes (an accelerometer at 25 Hz, or a
 * clock, by x) are left: no kind of sample fits them. */
#include <string.h>

#include "counted.h"
#include "drivers.h"

enum { FRAME = 33, HEADER_RADIO = 0xa0, HEADER_WIRED = 0x41, FOOTER = 0xc0, CHANNELS = 8, RAIL = 0x7fffff };

static const double REFERENCE_UV = 4.5e6;
static const double GAIN = 24; /* the board's default, and what `start` sets */

static bool check(const uint8_t *bytes, unsigned size, unsigned *counter)
{
    *counter = bytes[1];
    return (bytes[0] == HEADER_RADIO || bytes[0] == HEADER_WIRED) && (bytes[size - 1] & 0xf0) == FOOTER;
}

static int32_t get_i24(const uint8_t *bytes)
{
    const int32_t value = (int32_t)bytes[0] << 16 | (int32_t)bytes[1] << 8 | bytes[2];
    return value > RAIL ? value - 0x1000000 : value;
}

static void read_frame(const uint8_t *bytes, unsigned size, struct kf_counted_frame *frame)
{
    (void)size;
    frame->channels = CHANNELS;
    for (unsigned i = 0; i < CHANNELS; i++) {
        const int32_t count = get_i24(bytes + 2 + 3 * (size_t)i);
        frame->emg_uv[i] = count * (REFERENCE_UV / GAIN / RAIL);
        frame->saturated[i] = count == RAIL || count == -RAIL - 1;
    }
}

static const struct kf_counted_format format = {
    .rate_hz = 250,
    .modulus = 256,
    .sizes = {FRAME},
    .lock_run = 3,
    .regain_run = 3,
    .grid_run = 1,
    .text_end = "$$$",
    .greeting = "OpenBCI",
    .check = check,
    .read = read_frame,
};
_Static_assert(3 * FRAME <= KF_COUNTED_WINDOW, "a run fits the window");

static int sniff(const uint8_t *bytes, size_t count)
{
    return kf_counted_sniff(&format, bytes, count);
}

static void init(void *state)
{
    kf_counted_init(state, &format);
}

/* Describe asks for the banner and stops a stream. Start sets every channel to powered, gain 24, normal input, in the
 * bias loop, off SRB2 and SRB1 (bipolar electrodes), and streams. */
static size_t command(void *state, enum kf_pod_command what, unsigned rate_hz, uint8_t *out, size_t capacity)
{
    static const char *const words[] = {
        [KF_POD_CMD_DESCRIBE] = "v",
        [KF_POD_CMD_START] = "x1060100Xx2060100Xx3060100Xx4060100Xx5060100Xx6060100Xx7060100Xx8060100Xb",
        [KF_POD_CMD_STOP] = "s",
    };
    (void)state;
    (void)rate_hz; /* 250 Hz is what its radio carries */
    if ((unsigned)what >= sizeof words / sizeof words[0])
        return 0;
    return kf_pod_put_command(words[what], strlen(words[what]), out, capacity);
}

static const unsigned bauds[] = {115200, 0};

const struct kf_pod_driver kf_cyton_driver = {
    .name = "cyton",
    .state_size = sizeof(struct kf_counted),
    .bauds = bauds,
    .sniff = sniff,
    .init = init,
    .push = kf_counted_push,
    .finish = kf_counted_finish,
    .stats = kf_pod_stats_first,
    .command = command,
};
