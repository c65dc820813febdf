/* vectornav.c - the driver "vectornav": VN-100 and its kin, ASCII sentences and binary packets in one stream.
 *
 * Foreign text in between (a logger's GPS sentences) is no fault. Binary packets that carry the pod's nanoseconds are
 * timed by them; all else is counted at the rate the pod says it sends (register 7), 40 Hz until it does. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "crc16.h"
#include "csv_number.h"
#include "drivers.h"
#include "imu_line.h"
#include "kneefold/podlink.h"
#include "report.h"
#include "scan.h"
#include "vectornav_packet.h"

enum {
    SENTENCE_MAX = 512, /* bytes of a sentence */
    FIELD_MAX = 13,
    DEFAULT_HZ = 40
};

static const double ACC_FULL_MPS2 = 0.99 * 16 * 9.80665; /* data sheet: 16 g, 2000 deg/s; less 1 % for calibration */
static const double GYR_FULL_RADPS = 0.99 * 2000 * 3.14159265358979323846 / 180;

struct vectornav {
    struct kf_pod_scan scan;
    struct kf_imu_line line;
    double rate_hz;        /* of samples without a time */
    bool binary;           /* packets measure: sentences of the same pod are not needed */
    bool timed;            /* the last sample had a time: */
    uint64_t now_ns;       /* it */
    uint64_t bad, resyncs; /* frames, when the last sample came */
};

/* Sentences that measure: how many numbers, where acceleration (then rate) begins, where a temperature is (0: none). */
static const struct sentence_form {
    char name[8];
    unsigned fields, acc_at, celsius_at;
} forms[] = {{"VNYMR,", 12, 6, 0}, {"VNIMU,", 11, 3, 9}, {"VNQMR,", 13, 7, 0}, {"VNMAR,", 9, 3, 0}};

/* ------------------------------------------------------------------------------------------------- what both share */

static void take_reading(struct vectornav *vn, struct kf_imu_reading *reading, const uint64_t *time_ns,
                         const struct kf_pod_sink *sink)
{
    const uint64_t bad = vn->scan.stats.bad_frames - vn->bad;
    const bool whole = bad == 0 && vn->scan.stats.resyncs == vn->resyncs;
    const double nominal_s = 1 / vn->rate_hz;
    double step_s = (1 + (double)bad) * nominal_s;
    if (time_ns && vn->timed)
        step_s = (double)(int64_t)(*time_ns - vn->now_ns) * 1e-9;
    vn->scan.stats.counted = !time_ns;
    reading->saturated = false;
    for (unsigned i = 0; i < 3; i++)
        reading->saturated |= fabs(reading->value[i]) >= ACC_FULL_MPS2 || fabs(reading->value[3 + i]) >= GYR_FULL_RADPS;
    kf_imu_line_emit(&vn->line, &vn->scan.stats, step_s, whole, nominal_s, reading, sink);
    vn->timed = time_ns;
    vn->now_ns = time_ns ? *time_ns : 0;
    vn->bad = vn->scan.stats.bad_frames;
    vn->resyncs = vn->scan.stats.resyncs;
}

static int refuse(struct vectornav *vn, const char *why, const struct kf_pod_sink *sink)
{
    kf_pod_scan_bad(&vn->scan, why, sink);
    return KF_POD_SCAN_SKIP;
}

/* ------------------------------------------------------------------------------------------------------- sentences */

/* A sentence "$...*hh" (or four digits): `text` begins behind the $ and ends at the *. */
struct sentence {
    const char *text;
    size_t length; /* of text */
    size_t size;   /* bytes of all, $ to checksum */
    bool sound;    /* the checksum is right */
};

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static bool sums_up(const uint8_t *text, size_t length, const uint8_t *digits, unsigned digit_count)
{
    unsigned told = 0, sum = 0;
    for (unsigned i = 0; i < digit_count; i++)
        told = told << 4 | (unsigned)hex_digit(digits[i]);
    for (size_t i = 0; i < length; i++)
        sum ^= text[i];
    if (digit_count == 4)
        sum = kf_crc16_push(0, text, length);
    return (digit_count == 2 || digit_count == 4) && told == sum;
}

/* 1: a whole sentence of VectorNav's; 0: more bytes are needed; -1: none begins here; -2: one that breaks off. */
static int cut_sentence(const uint8_t *bytes, size_t count, bool ended, struct sentence *sentence)
{
    static const char start[] = "$VN";
    enum { START = sizeof start - 1, DIGITS = 4 };
    size_t at = count < START ? count : START;
    if (memcmp(bytes, start, at) != 0)
        return -1;
    while (at < count && at < SENTENCE_MAX && bytes[at] >= ' ' && bytes[at] < 0x7f && bytes[at] != '*' &&
           bytes[at] != '$')
        at++;
    if (at == count && at < SENTENCE_MAX)
        return 0;
    if (bytes[at] != '*' || at == SENTENCE_MAX)
        return -2;
    unsigned digits = 0;
    while (digits < DIGITS && at + 1 + digits < count && hex_digit(bytes[at + 1 + digits]) >= 0)
        digits++;
    if (digits < DIGITS && at + 1 + digits == count && !ended)
        return 0;
    sentence->text = (const char *)bytes + 1;
    sentence->length = at - 1;
    sentence->size = at + 1 + digits;
    sentence->sound = sums_up(bytes + 1, at - 1, bytes + at + 1, digits);
    return 1;
}

/* The numbers of a sentence behind its name; false unless there are exactly `count`. The text ends with '*'. */
static bool get_fields(const char *text, const char *end, unsigned count, double *out)
{
    for (unsigned i = 0; i < count; i++) {
        text = kf_csv_number(text, &out[i]);
        if (!text || text > end || *text != (i + 1 < count ? ',' : '*'))
            return false;
        text++;
    }
    return true;
}

static bool begins(const struct sentence *sentence, const char *word)
{
    const size_t length = strlen(word);
    return sentence->length >= length && memcmp(sentence->text, word, length) == 0;
}

/* What the pod tells of itself: its model, its rate, its errors. */
static void take_answer(struct vectornav *vn, const struct sentence *sentence, const struct kf_pod_sink *sink)
{
    static const double LEAST_HZ = 1, MOST_HZ = 1000;
    enum { SKIP = sizeof "VNRRG,01," - 1 };
    double rate_hz;
    if (begins(sentence, "VNRRG,01,")) {
        kf_pod_clean_utf8(vn->scan.stats.name, sizeof vn->scan.stats.name, sentence->text + SKIP,
                          sentence->length - SKIP);
    } else if (begins(sentence, "VNRRG,07,") || begins(sentence, "VNWRG,07,")) {
        if (kf_csv_number(sentence->text + SKIP, &rate_hz) && rate_hz >= LEAST_HZ && rate_hz <= MOST_HZ)
            vn->rate_hz = rate_hz;
    } else if (begins(sentence, "VNERR")) {
        struct kf_pod_item item = {.kind = KF_POD_TEXT, .t_s = vn->line.running ? vn->line.t_s : NAN};
        const size_t room = sizeof item.u.text.text - 1;
        memcpy(item.u.text.text, sentence->text, sentence->length < room ? sentence->length : room);
        sink->item(sink->context, &item);
    }
}

static int read_sentence(struct vectornav *vn, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    struct sentence sentence;
    double fields[FIELD_MAX];
    const int cut = cut_sentence(bytes, count, vn->scan.ended, &sentence);
    if (cut <= 0)
        return cut == 0    ? KF_POD_SCAN_MORE
               : cut == -1 ? KF_POD_SCAN_IGNORE
                           : refuse(vn, "the sentence breaks off", sink);
    if (!sentence.sound)
        return refuse(vn, "its checksum does not match", sink);
    for (unsigned i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const struct sentence_form *form = &forms[i];
        if (!begins(&sentence, form->name))
            continue;
        const char *first = sentence.text + strlen(form->name);
        if (!get_fields(first, sentence.text + sentence.length, form->fields, fields))
            return refuse(vn, "its fields are not the numbers it must have", sink);
        struct kf_imu_reading reading;
        memcpy(reading.value, fields + form->acc_at, sizeof reading.value);
        vn->scan.stats.good_frames++;
        if (form->celsius_at)
            kf_imu_line_temperature(&vn->line, fields[form->celsius_at], sink);
        if (!vn->binary)
            take_reading(vn, &reading, NULL, sink);
        return (int)sentence.size;
    }
    vn->scan.stats.good_frames++;
    take_answer(vn, &sentence, sink);
    return (int)sentence.size;
}

/* --------------------------------------------------------------------------------------------------------- packets */

static uint64_t get_u64(const uint8_t *bytes)
{
    return kf_podlink_get_u32(bytes) | (uint64_t)kf_podlink_get_u32(bytes + 4) << 32;
}

static void take_packet(struct vectornav *vn, const uint8_t *bytes, const struct vectornav_layout *layout,
                        const struct kf_pod_sink *sink)
{
    const size_t *place = layout->place;
    const size_t acc = place[VECTORNAV_ACC] ? place[VECTORNAV_ACC] : place[VECTORNAV_RAW_ACC];
    const size_t gyr = place[VECTORNAV_GYR] ? place[VECTORNAV_GYR] : place[VECTORNAV_RAW_GYR];
    const bool has_time = place[VECTORNAV_TIME] != 0;
    const uint64_t time_ns = has_time ? get_u64(bytes + place[VECTORNAV_TIME]) : 0;
    struct kf_imu_reading reading;
    if (acc && gyr && has_time && vn->binary && vn->timed && time_ns == vn->now_ns) {
        vn->scan.stats.duplicate_frames++;
        return;
    }
    vn->scan.stats.good_frames++;
    if (place[VECTORNAV_CELSIUS])
        kf_imu_line_temperature(&vn->line, (double)kf_podlink_get_f32(bytes + place[VECTORNAV_CELSIUS]), sink);
    if (!acc || !gyr)
        return;
    for (size_t i = 0; i < 3; i++) {
        reading.value[i] = (double)kf_podlink_get_f32(bytes + acc + 4 * i);
        reading.value[3 + i] = (double)kf_podlink_get_f32(bytes + gyr + 4 * i);
    }
    vn->binary = true;
    take_reading(vn, &reading, has_time ? &time_ns : NULL, sink);
}

static int read_packet(struct vectornav *vn, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    struct vectornav_layout layout;
    const int known = kf_vectornav_layout(bytes, count, &layout);
    if (known < 0)
        return KF_POD_SCAN_SKIP;
    if (known == 0 || layout.size > count)
        return KF_POD_SCAN_MORE;
    if (!kf_vectornav_packet_sound(bytes, layout.size))
        return refuse(vn, "its checksum does not match", sink);
    take_packet(vn, bytes, &layout, sink);
    return (int)layout.size;
}

static int read_frame(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink)
{
    const uint8_t first = bytes[0];
    if (first == '$')
        return read_sentence(state, bytes, count, sink);
    const bool is_text = (first >= ' ' && first < 0x7f) || first == '\r' || first == '\n' || first == '\t';
    return is_text ? KF_POD_SCAN_IGNORE : read_packet(state, bytes, count, sink);
}

/* ---------------------------------------------------------------------------------------------------------- driver */

static void init(void *state)
{
    struct vectornav *vn = state;
    memset(vn, 0, sizeof *vn);
    kf_pod_scan_init(&vn->scan, read_frame);
    kf_imu_line_init(&vn->line);
    vn->rate_hz = DEFAULT_HZ;
}

/* Appends "$word*hh" and a line's end; 0 when there is no room. */
static size_t put_sentence(const char *word, uint8_t *out, size_t capacity)
{
    enum { WRAPPING = sizeof "$*hh\r\n" };
    unsigned sum = 0;
    if (capacity < strlen(word) + WRAPPING)
        return 0;
    for (const char *at = word; *at; at++)
        sum ^= (unsigned char)*at;
    return (size_t)snprintf((char *)out, capacity, "$%s*%02X\r\n", word, sum);
}

/* Of the rates the pod has for sentences the next one up (register 7), when it is sentences that it sends; else the
 * divisor of its packets (register 75, of 800 Hz). */
static size_t set_rate(const struct vectornav *vn, unsigned rate_hz, uint8_t *out, size_t capacity)
{
    static const unsigned hz[] = {1, 2, 4, 5, 10, 20, 25, 40, 50, 100, 200};
    enum { BASE_HZ = 800, RATES = sizeof hz / sizeof hz[0] };
    char word[40];
    unsigned at = 0;
    while (at + 1 < RATES && hz[at] < rate_hz)
        at++;
    if (vn && !vn->binary && vn->scan.stats.good_frames > 0)
        (void)snprintf(word, sizeof word, "VNWRG,07,%u", hz[at]);
    else
        (void)snprintf(word, sizeof word, "VNWRG,75,3,%u,01,0201",
                       rate_hz == 0 || rate_hz >= BASE_HZ ? 1 : (BASE_HZ + rate_hz / 2) / rate_hz);
    return put_sentence(word, out, capacity);
}

/* DESCRIBE asks for the model. START turns sentences off and binary output 1 on, on both ports: time since start and
 * the measured acceleration and rate, a quarter of the pod's 800 Hz: 38 bytes 200 times a second, which 115200 baud
 * can carry. STOP turns both off. Nothing is saved. */
static size_t command(void *state, enum kf_pod_command what, unsigned rate_hz, uint8_t *out, size_t capacity)
{
    static const char *const words[][2] = {[KF_POD_CMD_DESCRIBE] = {"VNRRG,01", NULL},
                                           [KF_POD_CMD_START] = {"VNWRG,06,0", "VNWRG,75,3,4,01,0201"},
                                           [KF_POD_CMD_STOP] = {"VNWRG,06,0", "VNWRG,75,0,4,01,0201"}};
    size_t made = 0;
    if (what == KF_POD_CMD_RATE)
        return set_rate(state, rate_hz, out, capacity);
    for (unsigned i = 0; i < 2 && (size_t)what < sizeof words / sizeof words[0]; i++) {
        const char *word = words[what][i];
        const size_t count = word ? put_sentence(word, out + made, capacity - made) : 0;
        if (word && count == 0)
            return 0;
        made += count;
    }
    return made;
}

/* One sound sentence or one sound packet that could have been measured is proof, as are two sound packets. */
static int sniff(const uint8_t *bytes, size_t count)
{
    struct sentence sentence;
    struct vectornav_layout layout;
    unsigned packets = 0;
    for (size_t at = 0; at < count; at++) {
        if (bytes[at] == '$' && cut_sentence(bytes + at, count - at, false, &sentence) == 1 && sentence.sound)
            return 2;
        if (kf_vectornav_layout(bytes + at, count - at, &layout) != 1 || layout.size > count - at ||
            !kf_vectornav_packet_sound(bytes + at, layout.size))
            continue;
        if (++packets == 2 || kf_vectornav_packet_plausible(bytes + at, &layout))
            return 2;
    }
    return count < KF_SNIFF_GIVE_UP ? 1 : 0;
}

static const unsigned bauds[] = {115200, 921600, 0};

const struct kf_pod_driver kf_vectornav_driver = {
    .name = "vectornav",
    .state_size = sizeof(struct vectornav),
    .bauds = bauds,
    .sniff = sniff,
    .init = init,
    .push = kf_pod_scan_push,
    .finish = kf_pod_scan_finish,
    .stats = kf_pod_stats_first,
    .command = command,
};
