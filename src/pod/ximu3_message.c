/* ximu3_message.c - one message of an x-IMU3, binary or ASCII, direct or through mux channels, as letter, time, values.
 *
 * Binary messages carry no checksum: their letter, exact length and the stuffing are all there is to check. */
#include <math.h>
#include <string.h>

#include "csv_number.h"
#include "kneefold/podlink.h"
#include "ximu3_state.h"

enum { BINARY = 0x80, MUX = '^', MUX_BYTES = 2, MUX_DEPTH = 3, ANY = 0, HEADER = 1 + 8, FLOAT = 4 };
enum { END = '\n', ESCAPE = 0xdb, ESCAPED_END = 0xdc, ESCAPED_ESCAPE = 0xdd };

/* Values by letter; ANY: text or unknown content. Linear and earth acceleration lost their quaternion in newer
 * firmware. */
static const struct {
    char letter;
    unsigned count, or_count;
} kinds[] = {
    {'I', 6, 6},     {'M', 3, 3},     {'H', 3, 3},     {'Q', 4, 4},     {'R', 9, 9},     {'A', 3, 3},
    {'L', 7, 3},     {'E', 7, 3},     {'U', 4, 4},     {'T', 1, 1},     {'B', 3, 3},     {'W', 2, 2},
    {'S', ANY, ANY}, {'N', ANY, ANY}, {'F', ANY, ANY}, {'Y', ANY, ANY}, {'C', ANY, ANY}, {'O', ANY, ANY},
};

/* Row of this letter, or -1. */
static int find_kind(unsigned letter)
{
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if ((unsigned)kinds[i].letter == letter)
            return (int)i;
    return -1;
}

/* Takes the stuffing out; returns the bytes left, 0 when it is broken. */
static size_t unstuff(const uint8_t *bytes, size_t count, uint8_t *out)
{
    size_t made = 0;
    for (size_t at = 0; at < count; at++) {
        if (bytes[at] != ESCAPE) {
            out[made++] = bytes[at];
            continue;
        }
        if (++at == count || (bytes[at] != ESCAPED_END && bytes[at] != ESCAPED_ESCAPE))
            return 0;
        out[made++] = bytes[at] == ESCAPED_END ? END : ESCAPE;
    }
    return made;
}

static bool parse_binary(const uint8_t *bytes, size_t count, uint8_t *work, struct ximu3_message *message)
{
    const int kind = find_kind((unsigned)bytes[0] - BINARY);
    const size_t length = kind >= 0 ? unstuff(bytes, count, work) : 0;
    if (length < HEADER)
        return false;
    message->letter = kinds[kind].letter;
    message->time_us = kf_podlink_get_u32(work + 1) | (uint64_t)kf_podlink_get_u32(work + 5) << 32;
    message->text = work + HEADER;
    message->length = length - HEADER;
    if (kinds[kind].count == ANY)
        return true;
    message->count = (unsigned)(message->length / FLOAT);
    if (message->length % FLOAT || (message->count != kinds[kind].count && message->count != kinds[kind].or_count))
        return false;
    for (unsigned i = 0; i < message->count; i++)
        message->value[i] = (double)kf_podlink_get_f32(work + HEADER + FLOAT * (size_t)i);
    return true;
}

/* The whole number at bytes, digits only; returns the byte behind it, NULL when there is none or it is too large. */
static const uint8_t *get_time(const uint8_t *bytes, const uint8_t *end, uint64_t *time_us)
{
    const uint8_t *at = bytes;
    for (*time_us = 0; at < end && *at >= '0' && *at <= '9'; at++) {
        const unsigned digit = *at - (unsigned)'0';
        if (*time_us > (UINT64_MAX - digit) / 10)
            return NULL;
        *time_us = *time_us * 10 + digit;
    }
    return at > bytes ? at : NULL;
}

/* The number at text; returns the byte behind it, or NULL. Firmware prints a fraction that rounds up to a whole one as
 * a digit after 9: "14.:000" is 15. */
static const uint8_t *get_value(const uint8_t *text, double *value)
{
    static const char carry[] = ":000";
    const char *end = kf_csv_number((const char *)text, value);
    if (end && end[-1] == '.' && strncmp(end, carry, sizeof carry - 1) == 0) {
        *value += *text == '-' ? -1 : 1;
        end += sizeof carry - 1;
    }
    return (const uint8_t *)end;
}

static bool parse_ascii(const uint8_t *bytes, size_t count, struct ximu3_message *message)
{
    const uint8_t *end = bytes + count;
    const int kind = find_kind(bytes[0]);
    if (kind < 0 || count < 3 || bytes[1] != ',')
        return false;
    const uint8_t *at = get_time(bytes + 2, end, &message->time_us);
    if (!at || (at < end && *at != ','))
        return false;
    message->letter = (char)bytes[0];
    message->text = at < end ? at + 1 : end;
    message->length = (size_t)(end - message->text);
    if (kinds[kind].count == ANY)
        return true;
    for (message->count = 0; at < end && *at == ',' && message->count < XIMU3_VALUES; message->count++) {
        at = get_value(at + 1, &message->value[message->count]);
        if (!at)
            return false;
    }
    return at == end && (message->count == kinds[kind].count || message->count == kinds[kind].or_count);
}

static bool parse_answer(const uint8_t *bytes, size_t count, struct ximu3_message *message)
{
    message->letter = '{';
    message->text = bytes;
    message->length = count;
    for (size_t i = 0; i < count; i++)
        if (bytes[i] < ' ')
            return false;
    return count > 1 && bytes[count - 1] == '}';
}

bool kf_ximu3_parse(const uint8_t *bytes, size_t count, uint8_t *work, struct ximu3_message *message)
{
    *message = (struct ximu3_message){.channel = XIMU3_DIRECT};
    for (unsigned depth = 0; count > MUX_BYTES && bytes[0] == MUX && depth < MUX_DEPTH; depth++) {
        message->channel = message->channel << 8 | bytes[1];
        message->channel += 1u << 24; /* tells a mux's channel 0 from none; the count of channels drops out */
        bytes += MUX_BYTES;
        count -= MUX_BYTES;
    }
    if (count == 0 || count > XIMU3_MESSAGE_MAX)
        return false;
    if (bytes[0] > BINARY)
        return parse_binary(bytes, count, work, message);
    if (bytes[count - 1] == '\r')
        count--;
    if (count > 0 && bytes[0] == '{')
        return parse_answer(bytes, count, message);
    return count > 0 && parse_ascii(bytes, count, message);
}

bool kf_ximu3_read(const struct ximu3_message *message, struct ximu3_reading *reading)
{
    /* The sensor's ranges (x-IMU3 technical specification). */
    static const double FULL_DPS = 2000, FULL_G = 16;
    static const double RAD_PER_DEG = 3.14159265358979323846 / 180, G_MPS2 = 9.80665, ABSURD = 1e6;
    reading->time_us = message->time_us;
    reading->saturated = false;
    for (unsigned i = 0; i < 6; i++) {
        const bool turn = i < 3; /* the message has the turn first */
        const double value = message->value[i];
        if (!(fabs(value) < ABSURD))
            return false;
        reading->value[turn ? 3 + i : i - 3] = (float)(value * (turn ? RAD_PER_DEG : G_MPS2));
        reading->saturated |= fabs(value) >= (turn ? FULL_DPS : FULL_G);
    }
    return true;
}
