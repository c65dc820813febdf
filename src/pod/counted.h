/* counted.h - amplifiers whose frames have a fixed size, a small counter and no checksum to speak of: finding where
 * their frames begin, keeping hold of it, and turning the counter into time and losses. Private to src/pod.
 *
 * A single frame proves little, so a run of frames in which the counter goes up by one is what locks. In doubt one byte
 * is passed over at a time, so that a false frame never hides a true one. Such a frame holds one sample of every
 * channel; channel k is stream k of the statistics, without a site. Their clock is the counter: t_s = frames since the
 * first (lost ones included) / nominal rate. */
#ifndef KF_POD_COUNTED_H
#define KF_POD_COUNTED_H

#include "kneefold/pod.h"
#include "track.h"

enum {
    KF_COUNTED_CHANNELS = 8,
    KF_COUNTED_WINDOW = 99, /* bytes that settle any doubt: the longest run asked for */
    KF_COUNTED_HOLD = 1024,
    KF_COUNTED_SIZES = 6 /* of frames, terminator included */
};

/* One channel's reading; unused channels are those from `channels` on. */
struct kf_counted_frame {
    unsigned channels;
    double emg_uv[KF_COUNTED_CHANNELS];
    bool saturated[KF_COUNTED_CHANNELS];
};

/* What tells one such format from another. */
struct kf_counted_format {
    double rate_hz;                   /* nominal */
    unsigned modulus;                 /* of the counter */
    unsigned sizes[KF_COUNTED_SIZES]; /* frame sizes in bytes, rising; 0 ends them */
    unsigned lock_run;                /* contiguous frames that find the frame size */
    unsigned regain_run;              /* ... that find the frames again when the size is known */
    unsigned grid_run;                /* ... when they stand where they should, but frames before them do not */
    bool weak;                        /* one frame with a wrong count where a frame should be is no proof */
    const char *text_end;             /* what ends the pod's messages to people; NULL: it sends none */
    const char *greeting;             /* the message that begins with this holds the pod's name; NULL: none */
    bool (*check)(const uint8_t *bytes, unsigned size, unsigned *counter); /* could be a frame */
    void (*read)(const uint8_t *bytes, unsigned size, struct kf_counted_frame *frame);
};

struct kf_counted {
    struct kf_pod_stats stats; /* first: kf_pod_stats_first */
    const struct kf_counted_format *format;
    struct kf_pod_track track[KF_COUNTED_CHANNELS];
    bool restarted;   /* the pod said so: count and time are joined to nothing before */
    unsigned size;    /* of the frames; 0: not yet found */
    unsigned counter; /* of the last frame */
    uint64_t index;   /* of the last frame since the first, lost ones included */
    unsigned channels;

    uint64_t skipped; /* bytes since the last frame ... */
    uint64_t wasted;  /* ... that were no message of the pod either */
    unsigned text_length;
    char text[KF_POD_TEXT_MAX];

    size_t length;
    uint8_t hold[KF_COUNTED_HOLD];
};

/* The functions of a driver's row, but for the format. */
void kf_counted_init(struct kf_counted *counted, const struct kf_counted_format *format);
void kf_counted_push(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink);
void kf_counted_finish(void *state, const struct kf_pod_sink *sink);
int kf_counted_sniff(const struct kf_counted_format *format, const uint8_t *bytes, size_t count);

#endif
