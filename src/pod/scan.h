/* scan.h - finding frames in bytes that may begin anywhere and hold garbage, half frames and false headers.
 *
 * A decoder gives a reader of one frame; the scan calls it at each byte where a frame may begin, and moves on by one
 * byte when there is none, since a false header may hide a good frame. However the bytes were cut, the reader sees the
 * same places in the same order. Private to src/pod. */
#ifndef KF_POD_SCAN_H
#define KF_POD_SCAN_H

#include "kneefold/pod.h"

enum {
    KF_POD_SCAN_BYTES = 4096,   /* bytes held; a reader never asks for more */
    KF_POD_SCAN_MORE = 0,       /* cannot say before more bytes are there */
    KF_POD_SCAN_SKIP = -1,      /* no frame begins here */
    KF_POD_SCAN_IGNORE = -2,    /* one byte of foreign text, which is no fault */
    KF_SNIFF_GAP = 4096,        /* three checksum hits must lie this close together */
    KF_SNIFF_GIVE_UP = 64 << 10 /* bytes without a lock after which a format is ruled out */
};

/* Looks whether a frame begins at bytes[0] of the `count` bytes known so far. Returns how many bytes it took, or one
 * of the codes above; its answer must not depend on bytes it does not need. It counts good and bad frames itself. */
typedef int (*kf_pod_scan_reader)(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink);

struct kf_pod_scan {
    struct kf_pod_stats stats; /* first: kf_pod_stats_first */
    kf_pod_scan_reader read;
    bool synced;     /* the last thing seen was a frame */
    bool ended;      /* no more bytes will come */
    bool half_told;  /* a frame that the end cuts off has been counted */
    uint64_t offset; /* in the stream, of the byte the reader looks at */
    size_t length;
    uint8_t bytes[KF_POD_SCAN_BYTES];
};

/* Zero counts, no bytes. */
void kf_pod_scan_init(struct kf_pod_scan *scan, kf_pod_scan_reader read);

/* The `push` and `finish` of a driver whose state begins with its scan, and is what the reader gets. They count bytes
 * and resyncs; a frame cut off by the end is bad. */
void kf_pod_scan_push(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink);
void kf_pod_scan_finish(void *state, const struct kf_pod_sink *sink);

/* Counts a bad frame at the reader's place and says why; the reader then returns KF_POD_SCAN_SKIP. */
void kf_pod_scan_bad(struct kf_pod_scan *scan, const char *why, const struct kf_pod_sink *sink);

/* Sniffing by checksum: 2 when three frames lie within KF_SNIFF_GAP bytes, gaps allowed (formats.md). `fits` returns
 * the length of the good frame at bytes[0], 0 when there is none or it is not complete. */
int kf_pod_scan_sniff(const uint8_t *bytes, size_t count, size_t (*fits)(const uint8_t *bytes, size_t count));

#endif
