/* vectornav_packet.h - VectorNav's binary packets, whose layout each packet tells itself. Private to src/pod. */
#ifndef KF_POD_VECTORNAV_PACKET_H
#define KF_POD_VECTORNAV_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a running coach wants of a packet; places of fields are offsets, 0: not in it. */
enum vectornav_want {
    VECTORNAV_TIME,    /* u64 ns since the pod started */
    VECTORNAV_ACC,     /* 3 floats, m/s², compensated */
    VECTORNAV_GYR,     /* 3 floats, rad/s, compensated */
    VECTORNAV_RAW_ACC, /* the same as measured */
    VECTORNAV_RAW_GYR,
    VECTORNAV_CELSIUS, /* float */
    VECTORNAV_WANTS
};

struct vectornav_layout {
    size_t size; /* bytes of the whole packet, FA and checksum included */
    size_t place[VECTORNAV_WANTS];
};

/* Reads the header at bytes[0] (FA): 1 and the layout; 0: it is not complete; -1: it is no header of a packet whose
 * fields are all known. */
int kf_vectornav_layout(const uint8_t *bytes, size_t count, struct vectornav_layout *layout);

/* The checksum over a whole packet is right. */
bool kf_vectornav_packet_sound(const uint8_t *bytes, size_t size);

/* Its numbers could have been measured: at least one float, all finite and of sane magnitude. Noise with a matching
 * checksum (one in 65,536 headers) does not pass. */
bool kf_vectornav_packet_plausible(const uint8_t *bytes, const struct vectornav_layout *layout);

#endif
