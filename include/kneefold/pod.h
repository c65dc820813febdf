/* pod.h - from a pod's bytes to items: samples, marks, faults.
 *
 * A decoder is a row of function pointers over a caller-owned block of memory. It is pure: no I/O, no
 * allocation, no clock. It may be fed any number of bytes at a time, down to one, and emits exactly the same
 * items in the same order for any chunking. Bytes from outside are never trusted: whatever arrives, it neither
 * fails nor reads out of bounds; what it could not use it counts.
 *
 * Order of calls: init, push*, finish. Items are handed to the sink during push and finish; an item and all it
 * points to is valid during that call only. Samples of one site come in order of time. */
#ifndef KNEEFOLD_POD_H
#define KNEEFOLD_POD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/athlete.h"
#include "kneefold/sample.h"

enum {
    KF_POD_MAX_STREAMS = 32,
    KF_POD_TEXT_MAX = 256 /* bytes of any text an item carries, terminator included */
};

enum kf_pod_item_kind {
    KF_POD_SAMPLE,    /* u.sample */
    KF_POD_GAP,       /* u.gap: samples known to be missing before the next sample of that stream */
    KF_POD_EPOCH,     /* the pod restarted: nothing is joined across it */
    KF_POD_MARK,      /* u.mark: a log's mark or the pod's button */
    KF_POD_BELT,      /* u.belt: belt speed from a log */
    KF_POD_STARTED,   /* u.started: from a log's header, when its session began */
    KF_POD_ATHLETE,   /* u.athlete: from a log's header; fields not named there are unknown */
    KF_POD_PLACEMENT, /* u.placement: one site's placement from a log's header */
    KF_POD_STATUS,    /* u.status: battery and temperature */
    KF_POD_TEXT,      /* u.text: a message from the pod for the log; raw bytes, never shown unsanitised */
    KF_POD_PROBLEM    /* u.problem: a malformed line or frame, counted already */
};

struct kf_pod_item {
    enum kf_pod_item_kind kind;
    double t_s; /* when it holds, on the log's axis; NAN when it has no time */
    union {
        struct kf_sample sample;
        struct {
            enum kf_site site;
            enum kf_kind kind;
            uint32_t lost; /* samples missing, by sequence and time */
        } gap;
        struct {
            int64_t wall_ns; /* since 1970 UTC, where a log says it; 0 not known */
            char text[KF_POD_TEXT_MAX];
        } mark; /* "baseline-start", "baseline-end", "baseline-auto", "button", free text */
        struct {
            double speed_mps;
        } belt;
        struct {
            int64_t wall_ns; /* since 1970 UTC */
        } started;
        struct kf_athlete athlete;
        struct {
            enum kf_site site;
            double ratio;    /* NAN: not given */
            double offset_m; /* NAN: not given */
        } placement;
        struct {
            int battery_pct;      /* -1 unknown */
            int battery_mv;       /* 0 unknown */
            float temperature_c;  /* NAN unknown */
            uint32_t pod_dropped; /* samples the pod itself dropped since START */
        } status;
        struct {
            char text[KF_POD_TEXT_MAX];
        } text;
        struct {
            uint64_t line;              /* 1-based; 0 for byte formats */
            uint64_t column;            /* 1-based byte column in the line; for byte formats the byte offset */
            char text[KF_POD_TEXT_MAX]; /* what was expected and what stood there (printable) */
        } problem;
    } u;
};

/* One stream as seen so far, for `source.streams` of keys.md. */
struct kf_pod_stream {
    enum kf_site site;
    enum kf_kind kind;
    double rate_hz;     /* measured from sample times; NAN before two samples */
    uint64_t samples;   /* decoded */
    uint64_t lost;      /* missing by sequence and time */
    uint64_t saturated; /* at full scale */
};

/* Counts since init. Their words are those of keys.md, `source`. */
struct kf_pod_stats {
    uint64_t bytes;
    uint64_t good_frames; /* lines, for text formats */
    uint64_t bad_frames;  /* framing, checksum, malformed (text formats: malformed lines, too) */
    uint64_t bad_lines;   /* text formats only */
    uint64_t lost_frames;
    uint64_t duplicate_frames;
    uint64_t undescribed;       /* frames dropped for want of a descriptor */
    uint64_t resyncs;           /* times the decoder had to look for the next frame */
    uint64_t epochs;            /* 1 once a sample has come, +1 at each restart of the pod */
    bool counted;               /* times are counted samples: the pod has sent no clock */
    double first_t_s, last_t_s; /* of samples; NAN before the first */
    char name[64];              /* what the pod calls itself, printable UTF-8; "" unknown */
    unsigned stream_count;
    struct kf_pod_stream stream[KF_POD_MAX_STREAMS];
};

struct kf_pod_sink {
    void (*item)(void *context, const struct kf_pod_item *item);
    void *context;
};

enum kf_pod_command {
    KF_POD_CMD_DESCRIBE, /* say who you are: changes nothing in the pod */
    KF_POD_CMD_START,    /* stream what kneefold needs */
    KF_POD_CMD_STOP,
    KF_POD_CMD_IDENTIFY, /* blink */
    KF_POD_CMD_RATE      /* so many inertial samples a second; the pod takes the nearest it has */
};

struct kf_pod_driver {
    const char *name;  /* as in keys.md `source.format`: "podlink", "kneefold-log" */
    size_t state_size; /* bytes of memory init needs, aligned for max_align_t */
    /* Speeds its pods talk at, the likeliest first (formats.md), 0 ends them; NULL: never on a wire. */
    const unsigned *bauds;

    /* How sure these leading bytes are this format: 0 no, 1 cannot say yet (needs more), 2 yes. */
    int (*sniff)(const uint8_t *bytes, size_t count);
    void (*init)(void *state);
    void (*push)(void *state, const uint8_t *bytes, size_t count, const struct kf_pod_sink *sink);
    /* The source has ended: a last line without newline is used, half frames are counted bad. */
    void (*finish)(void *state, const struct kf_pod_sink *sink);
    const struct kf_pod_stats *(*stats)(const void *state);
    /* NULL, or writes the bytes of a command for the pod and returns how many (0: has no such command, or no room).
     * `rate_hz` counts for RATE alone; a NULL state: nothing is known of the pod yet. Nothing is stored in the pod:
     * switched off and on it is as it was. */
    size_t (*command)(void *state, enum kf_pod_command command, unsigned rate_hz, uint8_t *out, size_t capacity);
    /* NULL, or takes one setting of section [pod.NAME] as text, between init and the first push. Returns NULL, or what
     * it expected instead (static words) and has changed nothing: a key it does not know, a value it cannot use. */
    const char *(*configure)(void *state, const char *key, const char *value);
};

/* All drivers, NULL-terminated, in the order detection tries them. */
extern const struct kf_pod_driver *const kf_pod_drivers[];

/* The driver with this name, or NULL. */
const struct kf_pod_driver *kf_pod_driver_find(const char *name);

/* The driver these leading bytes belong to, or NULL: none says yes (yet). */
const struct kf_pod_driver *kf_pod_detect(const uint8_t *bytes, size_t count);

#endif
