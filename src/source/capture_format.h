/* capture_format.h - a capture: the exact bytes a pod sent and when each read of them came, in one file.
 *
 * A head of text, which `head -5 FILE` shows, then records until the one that ends it:
 *
 *     kneefold-capture 1
 *     source: /dev/ttyACM0 @ 921600
 *     started: 2026-11-22T19:21:20Z
 *     started_ns: 1795375280123456789
 *                                            an empty line
 *     u64 host_ns, u32 length, bytes         length 1..65536; host_ns: since the start, never falls back
 *     u64 host_ns, u32 0x80000001            the source hung up, or its speed was changed: what follows begins afresh
 *     u64 host_ns, u32 0                     the end; nothing follows
 *
 * Integers are little-endian; started_ns counts from 1970-01-01 UTC. Lines with other keys are ignored, and so are
 * records of other lengths from 0x80000000 on, so that later versions can say more. A capture without its end was cut
 * off, and is good up to there. Documented for users in man/kneefold.1, CAPTURES. Writer: app/capture.h. Everything
 * here is pure: no I/O, no allocation, no clock. */
#ifndef KF_CAPTURE_FORMAT_H
#define KF_CAPTURE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KF_CAPTURE_LINE = 256,    /* bytes of a head line at most, its newline included */
    KF_CAPTURE_LINES = 32,    /* lines of a head at most */
    KF_CAPTURE_HEAD = 512,    /* room our own head needs */
    KF_CAPTURE_RECORD = 12,   /* host_ns and length */
    KF_CAPTURE_BYTES = 65536, /* of one record at most */
    KF_CAPTURE_SOURCE = 128   /* of a source's name, terminator included */
};

/* Lengths that are none: events, without bytes. */
#define KF_CAPTURE_EVENTS UINT32_C(0x80000000) /* from here on */
#define KF_CAPTURE_GONE UINT32_C(0x80000001)

/* Writes the head; `source` is cut and stripped to printable text. Returns its bytes. */
size_t kf_capture_put_head(char out[KF_CAPTURE_HEAD], const char *source, int64_t started_ns);

/* Writes what stands before a record's bytes, or an event; count 0 ends the capture. */
void kf_capture_put_record(uint8_t out[KF_CAPTURE_RECORD], int64_t host_ns, uint32_t count);

/* Whether these leading bytes are a capture's: 0 no, 1 cannot say yet, 2 yes. */
int kf_capture_sniff(const uint8_t *bytes, size_t count);

enum kf_capture_phase { KF_CAPTURE_IN_HEAD, KF_CAPTURE_IN_RECORD, KF_CAPTURE_IN_BYTES, KF_CAPTURE_AT_END };

/* Zero it to begin. Read-only for callers, but for `gone`. */
struct kf_capture_reader {
    enum kf_capture_phase phase;
    const char *fault;  /* NULL, or why nothing more can be read: static words */
    bool gone;          /* the source had hung up before what comes next or came last; the caller clears it */
    uint64_t position;  /* in the file: of the next byte to come */
    int64_t host_ns;    /* of the record whose bytes came last */
    int64_t started_ns; /* 0 unknown */
    char source[KF_CAPTURE_SOURCE]; /* as the file says it: not to be shown unsanitised */
    unsigned lines;
    uint32_t left; /* bytes of the record still to come */
    size_t held;   /* in `hold` */
    char hold[KF_CAPTURE_LINE];
};

/* Takes the next `count` bytes of the file, or fewer: it returns as soon as it stands at bytes of the pod's or at a
 * fault. Returns how many were taken; *pod points at *pod_count pod bytes among them (0: none yet; at most `room`),
 * which all came at reader->host_ns. However the file is cut into calls, the pod's bytes are the same. */
size_t kf_capture_take(struct kf_capture_reader *reader, const uint8_t *bytes, size_t count, size_t room,
                       const uint8_t **pod, size_t *pod_count);

#endif
