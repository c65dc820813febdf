/* ximu3.c - the driver "ximu3": x-io's x-IMU3, alone or several on one port through mux channels.
 *
 * A message ends at LF, which stuffing keeps out of binary ones. Each sensor is a stream, numbered in the order of
 * their mux channels. The clock is the sensor's own, in microseconds. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers.h"
#include "report.h"
#include "ximu3_state.h"

static void take_battery(struct ximu3 *ximu3, const struct ximu3_message *message, const struct kf_pod_sink *sink)
{
    static const double MOST_V = 1000;
    const struct ximu3_sensor *sensor = kf_ximu3_sensor_find(ximu3, message->channel);
    struct kf_pod_item item = {.kind = KF_POD_STATUS, .t_s = NAN};
    const double pct = message->value[0], volts = message->value[1];
    item.u.status.battery_pct = pct >= 0 && pct <= 100 ? (int)lround(pct) : -1;
    item.u.status.battery_mv = volts > 0 && volts < MOST_V ? (int)lround(volts * 1000) : 0;
    item.u.status.temperature_c = sensor ? sensor->temperature_c : NAN;
    item.u.status.pod_dropped = 0;
    if (sensor)
        item.t_s = kf_ximu3_axis_s(sensor, message->time_us);
    sink->item(sink->context, &item);
}

/* Notifications and errors for the log; the button as a mark. */
static void take_words(struct ximu3 *ximu3, const struct ximu3_message *message, const struct kf_pod_sink *sink)
{
    const struct ximu3_sensor *sensor = kf_ximu3_sensor_find(ximu3, message->channel);
    struct kf_pod_item item = {.kind = message->letter == 'O' ? KF_POD_MARK : KF_POD_TEXT, .t_s = NAN};
    if (sensor)
        item.t_s = kf_ximu3_axis_s(sensor, message->time_us);
    if (item.kind == KF_POD_MARK) {
        item.u.mark.wall_ns = 0;
        (void)snprintf(item.u.mark.text, sizeof item.u.mark.text, "button");
    } else {
        (void)snprintf(item.u.text.text, sizeof item.u.text.text, "%.*s", (int)message->length,
                       (const char *)message->text);
    }
    sink->item(sink->context, &item);
}

/* From the answer to a ping: {"ping":{"interface":"USB","name":"x-IMU3","sn":"01234567"}}. */
static void take_answer(struct ximu3 *ximu3, const struct ximu3_message *message)
{
    static const char ping[] = "{\"ping\":{", key[] = "name\":\"";
    char text[XIMU3_MESSAGE_MAX + 1];
    memcpy(text, message->text, message->length);
    text[message->length] = '\0';
    if (message->channel != XIMU3_DIRECT || strncmp(text, ping, sizeof ping - 1) != 0)
        return;
    const char *name = strstr(text, key);
    if (!name)
        return;
    name += sizeof key - 1;
    kf_pod_clean_utf8(ximu3->stats.name, sizeof ximu3->stats.name, name, strcspn(name, "\"\\"));
}

/* False when the message is malformed after all. */
static bool take_message(struct ximu3 *ximu3, const struct ximu3_message *message, const struct kf_pod_sink *sink)
{
    struct ximu3_reading reading;
    struct ximu3_sensor *sensor;
    if (message->letter == 'I') {
        if (!kf_ximu3_read(message, &reading))
            return false;
        kf_ximu3_take(ximu3, message->channel, &reading, sink);
        return true;
    }
    ximu3->stats.good_frames++;
    switch (message->letter) {
    case 'B':
        take_battery(ximu3, message, sink);
        break;
    case 'T':
        sensor = kf_ximu3_sensor_find(ximu3, message->channel);
        if (sensor)
            sensor->temperature_c = fabs(message->value[0]) < 1000 ? (float)message->value[0] : NAN;
        break;
    case 'N':
    case 'F':
    case 'O':
        take_words(ximu3, message, sink);
        break;
    case '{':
        take_answer(ximu3, message);
        break;
    default:
        break;
    }
    return true;
}

/* Looks in a bad message, byte by byte, for an inertial one that is whole to its end and follows in time: the LF
 * between the two may have been hit. */
static void rescue(struct ximu3 *ximu3, uint8_t *work, const struct kf_pod_sink *sink)
{
    struct ximu3_message message;
    struct ximu3_reading reading;
    for (size_t at = ximu3->length > XIMU3_TAIL ? ximu3->length - XIMU3_TAIL : 1; at < ximu3->length; at++) {
        if (!kf_ximu3_parse(ximu3->text + at, ximu3->length - at, work, &message) || message.letter != 'I')
            continue;
        const struct ximu3_sensor *sensor = kf_ximu3_sensor_find(ximu3, message.channel);
        if (!sensor || !kf_ximu3_follows(sensor, message.time_us) || !kf_ximu3_read(&message, &reading))
            continue;
        ximu3->synced = true;
        kf_ximu3_take(ximu3, message.channel, &reading, sink);
        return;
    }
}

static void end_message(struct ximu3 *ximu3, const struct kf_pod_sink *sink)
{
    uint8_t work[XIMU3_MESSAGE_MAX];
    struct ximu3_message message;
    ximu3->text[ximu3->length] = '\n';
    if (ximu3->length == 0)
        return;
    if (!ximu3->overlong && kf_ximu3_parse(ximu3->text, ximu3->length, work, &message) &&
        take_message(ximu3, &message, sink)) {
        ximu3->synced = true;
        return;
    }
    ximu3->stats.resyncs += ximu3->synced;
    ximu3->synced = false;
    ximu3->stats.bad_frames++;
    kf_pod_problem(sink, 0, ximu3->start, "message dropped: its type, length or byte stuffing is wrong");
    rescue(ximu3, work, sink);
}

/* Adds to the message being gathered; of one that grows too long only the tail is kept. */
static void gather(struct ximu3 *ximu3, const uint8_t *bytes, size_t count)
{
    while (count > 0) {
        const size_t room = XIMU3_MESSAGE_MAX - ximu3->length;
        const size_t piece = count < room ? count : room;
        memcpy(ximu3->text + ximu3->length, bytes, piece);
        ximu3->length += piece;
        bytes += piece;
        count -= piece;
        if (count > 0) {
            ximu3->overlong = true;
            memmove(ximu3->text, ximu3->text + ximu3->length - XIMU3_TAIL, XIMU3_TAIL);
            ximu3->length = XIMU3_TAIL;
        }
    }
}

static void push(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    struct ximu3 *ximu3 = state;
    const uint8_t *end = bytes + count;
    while (bytes < end) {
        const uint8_t *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        const uint8_t *stop = newline ? newline : end;
        gather(ximu3, bytes, (size_t)(stop - bytes));
        ximu3->stats.bytes += (size_t)(stop - bytes) + (newline != NULL);
        bytes = stop + (newline != NULL);
        if (!newline)
            break;
        end_message(ximu3, sink);
        ximu3->start = ximu3->stats.bytes;
        ximu3->length = 0;
        ximu3->overlong = false;
    }
}

static void finish(void *state, const struct kf_pod_sink *sink)
{
    struct ximu3 *ximu3 = state;
    kf_ximu3_settle(ximu3, sink);
    if (ximu3->length > 0) {
        ximu3->stats.bad_frames++;
        kf_pod_problem(sink, 0, ximu3->start, "message dropped: the input ends inside it");
    }
    ximu3->length = 0;
    ximu3->overlong = false;
}

static void init(void *state)
{
    struct ximu3 *ximu3 = state;
    memset(ximu3, 0, sizeof *ximu3);
    kf_pod_stats_init(&ximu3->stats);
    ximu3->synced = true;
    for (unsigned i = 0; i < KF_POD_MAX_STREAMS; i++)
        kf_pod_track_init(&ximu3->track[i]);
}

#define RATE_200_HZ "{\"inertial_message_rate_divisor\":2}\n"
#define RATE_FORMAT "{\"inertial_message_rate_divisor\":%u}\n"
#define APPLY "{\"apply\":null}\n"
#define TO_MUX "^^"

/* A divisor of 400 Hz. */
static size_t set_rate(unsigned rate_hz, uint8_t *out, size_t capacity)
{
    enum { BASE_HZ = 400 };
    const unsigned divisor = rate_hz == 0 || rate_hz >= BASE_HZ ? 1 : (BASE_HZ + rate_hz / 2) / rate_hz;
    const int length =
        snprintf((char *)out, capacity, RATE_FORMAT APPLY TO_MUX RATE_FORMAT TO_MUX APPLY, divisor, divisor);
    return length > 0 && (size_t)length < capacity ? (size_t)length : 0;
}

/* It streams unasked, at 50 Hz by default, and has no command to stop. Start: 200 Hz, at once, for it and for all that
 * hang on its mux. */
static size_t command(void *state, enum kf_pod_command what, unsigned rate_hz, uint8_t *out, size_t capacity)
{
    static const char start[] = RATE_200_HZ APPLY TO_MUX RATE_200_HZ TO_MUX APPLY;
    static const char *const words[] = {
        [KF_POD_CMD_DESCRIBE] = "{\"ping\":null}\n",
        [KF_POD_CMD_START] = start,
        [KF_POD_CMD_STOP] = "",
        [KF_POD_CMD_IDENTIFY] = "{\"strobe\":null}\n",
    };
    (void)state;
    if (what == KF_POD_CMD_RATE)
        return set_rate(rate_hz, out, capacity);
    if ((unsigned)what >= sizeof words / sizeof words[0])
        return 0;
    return kf_pod_put_command(words[what], strlen(words[what]), out, capacity);
}

/* What detection knows of one channel. */
struct trail {
    uint32_t channel;
    uint64_t time_us;
    unsigned run;
};

static struct trail *find_trail(struct trail *trails, unsigned count, uint32_t channel)
{
    struct trail *free = NULL;
    for (unsigned i = 0; i < count; i++) {
        if (trails[i].run > 0 && trails[i].channel == channel)
            return &trails[i];
        if (trails[i].run == 0 && !free)
            free = &trails[i];
    }
    return free ? free : trails;
}

/* Adds an inertial message to its channel's trail; returns the length of its run. */
static unsigned follow(struct trail *trail, const struct ximu3_message *message)
{
    const struct ximu3_sensor before = {.running = true, .last_us = trail->time_us};
    struct ximu3_reading reading;
    if (!kf_ximu3_read(message, &reading))
        return 0;
    const bool goes_on =
        trail->run > 0 && trail->channel == message->channel && kf_ximu3_follows(&before, reading.time_us);
    *trail = (struct trail){message->channel, reading.time_us, goes_on ? trail->run + 1 : 1};
    return trail->run;
}

/* Three inertial messages of one sensor, rising in time, with nothing but well-formed messages in between. */
static int sniff(const uint8_t *bytes, size_t count)
{
    enum { GIVE_UP_BYTES = 1 << 16, ENOUGH = 3, TRAILS = 8 };
    struct trail trails[TRAILS] = {{.run = 0}};
    uint8_t work[XIMU3_MESSAGE_MAX];
    struct ximu3_message message;
    for (size_t at = 0; at < count;) {
        const uint8_t *newline = memchr(bytes + at, '\n', count - at);
        if (!newline)
            break;
        const size_t length = (size_t)(newline - bytes) - at;
        const bool good = kf_ximu3_parse(bytes + at, length, work, &message);
        if (!good)
            memset(trails, 0, sizeof trails);
        else if (message.letter == 'I' && follow(find_trail(trails, TRAILS, message.channel), &message) >= ENOUGH)
            return 2;
        at += length + 1;
    }
    return count < GIVE_UP_BYTES ? 1 : 0;
}

static const unsigned bauds[] = {115200, 0};

const struct kf_pod_driver kf_ximu3_driver = {
    .name = "ximu3",
    .state_size = sizeof(struct ximu3),
    .bauds = bauds,
    .sniff = sniff,
    .init = init,
    .push = push,
    .finish = finish,
    .stats = kf_pod_stats_first,
    .command = command,
};
