/* scan.h - finding frames in bytes that may begin anywhere and hold garbage, half frames and false headers.
 *
 * A decoder gives a reader of one frame; the scan calls it at each byte where a frame may begin, and moves on by one
 * byte when there is none, since a false header may hide a good frame. However the bytes were cut, the reader sees the
 * same places in the same order. Private to src/pod. */
#ifndef KF_POD_SCAN_H
#define KF_POD_SCAN_H

#include "kneefold/pod.h"

enum {
    KF_SCAN_BYTES = 4096,       /* bytes held; a reader never asks for more */
    KF_SCAN_MORE = 0,           /* cannot say before more bytes are there */
    KF_SCAN_SKIP = -1,          /* no frame begins here */
    KF_SCAN_IGNORE = -2,        /* one byte of foreign text, which is no fault */
    KF_SNIFF_GAP = 4096,        /* three checksum hits must lie this close together */
    KF_SNIFF_GIVE_UP = 64 << 10 /* bytes without a lock after which a format is ruled out */
};

struct kf_scan {
    bool synced;     /* the last thing seen was a frame */
    bool ended;      /* no more bytes will come */
    bool half_told;  /* a frame that the end cuts off has been counted */
    uint64_t offset; /* in the stream, of the byte the reader looks at */
    size_t length;
    uint8_t bytes[KF_SCAN_BYTES];
};

/* Looks whether a frame begins at bytes[0] of the `count` bytes known so far. Returns how many bytes it took, or one
 * of the codes above; its answer must not depend on bytes it does not need. It counts good and bad frames itself. */
typedef int (*kf_scan_reader)(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink);

void kf_scan_init(struct kf_scan *scan);

/* Counts the bytes, hands them to the reader, counts resyncs. */
void kf_scan_push(struct kf_scan *scan, struct kf_pod_stats *stats, kf_scan_reader read, void *state,
                  const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink);

/* No more bytes come: the rest is read with `ended` set; a frame cut off by the end is bad. */
void kf_scan_finish(struct kf_scan *scan, struct kf_pod_stats *stats, kf_scan_reader read, void *state,
                    const struct kf_pod_sink *sink);

/* Counts a bad frame at the reader's place and says why; the reader then returns KF_SCAN_SKIP. */
void kf_scan_bad(const struct kf_scan *scan, struct kf_pod_stats *stats, const char *why,
                 const struct kf_pod_sink *sink);

/* Sniffing by checksum: 2 when three frames lie within KF_SNIFF_GAP bytes, gaps allowed (formats.md). `fits` returns
 * the length of the good frame at bytes[0], 0 when there is none or it is not complete. */
int kf_scan_sniff(const uint8_t *bytes, size_t count, size_t (*fits)(const uint8_t *bytes, size_t count));

#endif
