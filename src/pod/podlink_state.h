/* podlink_state.h - what the podlink decoder remembers between two bytes. Private to src/pod/podlink_*.c.
 *
 * Files: podlink_frame.c takes frames apart, podlink_time.c keeps the pod's clock and tells losses from restarts,
 * podlink_layout.c keeps the descriptor, podlink_samples.c makes samples, podlink_decode.c is the driver. */
#ifndef KF_PODLINK_STATE_H
#define KF_PODLINK_STATE_H

#include "kneefold/pod.h"
#include "kneefold/podlink.h"
#include "track.h"

enum { PODLINK_RECENT = 16 };

/* The sender's clock and sequence. Pod times are microseconds since an arbitrary zero, unwrapped to 64 bits. */
struct podlink_clock {
    bool running;           /* a frame has come in this epoch */
    uint16_t seq;           /* of the last frame */
    uint32_t t_us;          /* of the last frame, as sent */
    int64_t now_us;         /* of the last frame, unwrapped */
    bool sampled;           /* a SAMPLES frame has come in this epoch */
    int64_t newest_us;      /* latest time of any frame of this epoch */
    double frames, span_us; /* recent frames in a row and the time they took (fading sums) */
    unsigned moves;         /* steps in which time went on */
    double move_us;         /* their usual length */
    unsigned recent_count;  /* ring of the last frames, for duplicates */
    struct {
        uint16_t seq, crc;
        uint32_t t_us;
    } recent[PODLINK_RECENT];
};

enum podlink_arrival { PODLINK_NEXT, PODLINK_DUPLICATE, PODLINK_RESTART };

/* One described stream. */
struct podlink_stream {
    struct kf_podlink_stream wire;
    unsigned sample_bytes; /* all channels; 0: its blocks cannot be stepped over */
    int slot;              /* row of the statistics, -1: stepped over */
};

/* The last block of a statistics row, in this epoch. */
struct podlink_block {
    bool seen;
    int64_t t_us;
    unsigned samples;
    uint64_t faults; /* frames not used when it came: unchanged since means that nothing is missing */
};

struct podlink {
    struct kf_pod_stats stats; /* first: kf_pod_stats_first */
    struct kf_pod_track track[KF_POD_MAX_STREAMS];
    struct podlink_block block[KF_POD_MAX_STREAMS];

    size_t length;        /* bytes of code gathered */
    uint64_t frame_start; /* offset in the stream of the frame being gathered */
    bool overlong;        /* too long already: waiting for the delimiter */
    bool synced;          /* the last frame was well framed */
    uint8_t code[KF_PODLINK_FRAME_MAX];

    struct podlink_clock clock;
    bool placed;     /* this epoch's pod time is tied to the log's axis: */
    int64_t zero_us; /* pod time ... */
    double zero_t_s; /* ... of this moment on the log's axis */

    bool described;  /* a descriptor has come */
    bool boot_known; /* boot_id is of this epoch */
    uint32_t boot_id;
    uint16_t layout;
    unsigned stream_count;
    struct podlink_stream stream[KF_PODLINK_MAX_STREAMS];

    struct kf_podlink_encoder encoder; /* commands to the pod */
};

/* Takes a frame's seq and t_us. same_boot: a descriptor vouches that the pod has not restarted. after_us: the
 * stream's previous block, before which a SAMPLES frame cannot lie (NULL: none). On PODLINK_NEXT *lost is the number
 * of frames missing before it; on PODLINK_RESTART the clock is unchanged: clear it and take the frame again. */
enum podlink_arrival kf_podlink_clock_take(struct podlink_clock *clock, const struct kf_podlink_frame *frame,
                                           bool same_boot, const int64_t *after_us, uint64_t *lost);

/* Puts a descriptor in force; streams that did not change keep what was learned of them. */
void kf_podlink_describe(struct podlink *link, const struct kf_podlink_descriptor *descriptor,
                         const struct kf_pod_sink *sink);

/* The described stream with this id, or NULL. */
struct podlink_stream *kf_podlink_stream_find(struct podlink *link, uint8_t id);

/* Emits a SAMPLES frame's samples; false when it is malformed (the blocks before the fault have been emitted). */
bool kf_podlink_take_samples(struct podlink *link, const struct kf_podlink_frame *frame,
                             const struct kf_pod_sink *sink);

/* Time on the log's axis of a pod time; NAN before the epoch's first sample. */
double kf_podlink_axis_s(const struct podlink *link, int64_t pod_us);

#endif
