/* ximu3_state.h - what the x-IMU3 decoder remembers between two bytes. Private to src/pod/ximu3*.c.
 *
 * Files: ximu3_message.c takes one message apart, ximu3_inertial.c puts samples on the axis of time, ximu3.c is the
 * driver. */
#ifndef KF_XIMU3_STATE_H
#define KF_XIMU3_STATE_H

#include "kneefold/pod.h"
#include "track.h"

enum {
    XIMU3_MESSAGE_MAX = 1024, /* bytes without LF; the longest there is are 256 bytes of an accessory, all stuffed */
    XIMU3_TAIL = 192,         /* bytes an inertial message has at most, in any form */
    XIMU3_VALUES = 9,
    XIMU3_DIRECT = 0 /* `channel` of a message that came through no mux */
};

/* A well-formed message. letter is its type: '{' a command's answer, else as in ASCII messages. */
struct ximu3_message {
    char letter;
    uint32_t channel;           /* XIMU3_DIRECT, or a number made of the mux channels it came through */
    uint64_t time_us;           /* of the sensor's clock; 0 for answers */
    unsigned count;             /* of values; 0 for text */
    double value[XIMU3_VALUES]; /* in the message's own units */
    const uint8_t *text;        /* of answers, strings and types of unknown content */
    size_t length;
};

/* An inertial reading: m/s², rad/s. */
struct ximu3_reading {
    uint64_t time_us;
    float value[6];
    bool saturated;
};

/* One sensor on the port. */
struct ximu3_sensor {
    bool used;
    uint32_t channel;
    bool numbered;
    unsigned stream; /* number of its stream */
    bool running;    /* it has given a sample: */
    uint64_t last_us;
    uint64_t zero_us; /* its clock ... */
    double zero_t_s;  /* ... at this time of the axis */
    uint64_t faults;  /* frames not used when its last sample came */
    unsigned epoch;   /* in which it last gave a sample */
    bool held;        /* a reading whose time follows from nothing waits for the next one to bear it out */
    struct ximu3_reading waiting;
    double heard_t_s;    /* time of the axis when it began to wait; NAN: none yet */
    float temperature_c; /* NAN unknown */
};

struct ximu3 {
    struct kf_pod_stats stats; /* first: kf_pod_stats_first */
    struct kf_pod_track track[KF_POD_MAX_STREAMS];
    struct ximu3_sensor sensor[KF_POD_MAX_STREAMS];
    unsigned streams;
    unsigned epoch;
    bool synced; /* the last message was well formed */

    uint64_t start; /* offset of the message being gathered */
    bool overlong;  /* only its tail is in `text` */
    size_t length;
    uint8_t text[XIMU3_MESSAGE_MAX + 1];
};

/* Takes apart the message in bytes, which an LF (not counted) follows. work has room for XIMU3_MESSAGE_MAX bytes;
 * message->text lies in one of the two. False: it is none. */
bool kf_ximu3_parse(const uint8_t *bytes, size_t count, uint8_t *work, struct ximu3_message *message);

/* An inertial message in SI units; false when a value is beyond any sense. */
bool kf_ximu3_read(const struct ximu3_message *message, struct ximu3_reading *reading);

/* The sensor on this channel; NULL: none yet. */
struct ximu3_sensor *kf_ximu3_sensor_find(struct ximu3 *ximu3, uint32_t channel);

/* True when a reading of this time follows the sensor's last one. */
bool kf_ximu3_follows(const struct ximu3_sensor *sensor, uint64_t time_us);

/* Takes one reading of the sensor on this channel, counts it (good, bad or duplicate) and emits what is certain. */
void kf_ximu3_take(struct ximu3 *ximu3, uint32_t channel, const struct ximu3_reading *reading,
                   const struct kf_pod_sink *sink);

/* The source has ended: settles readings that wait. */
void kf_ximu3_settle(struct ximu3 *ximu3, const struct kf_pod_sink *sink);

/* A time of the sensor's clock on the axis; NAN when it has none yet. */
double kf_ximu3_axis_s(const struct ximu3_sensor *sensor, uint64_t time_us);

#endif
