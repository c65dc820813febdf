/* hunt.h - at what speed does this pod talk, and what?
 *
 * A serial port opened without a speed is listened to at each speed its pod may talk at: the drivers' own lists in
 * order, or that of the driver that was named (formats.md). A speed gets 1.5 s or 9,000 bytes to make sense, then comes
 * the next, round and round; the first that does stays. A silent pod is asked: at once in podlink (or the driver that
 * was named), and when it stays silent for half of that time in every format that talks at this speed.
 *
 * Pure: times are passed in, bytes come and go through the caller. The same serves a source without a speed (tcp): the
 * list is empty then, and only the asking is left. */
#ifndef KF_HUNT_H
#define KF_HUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/pod.h"

#define KF_HUNT_SPEED_NS INT64_C(1500000000)

enum {
    KF_HUNT_SPEED_BYTES = 9000,
    KF_HUNT_BAUDS = 12,   /* different speeds of all drivers */
    KF_HUNT_SHOWN = 12,   /* bytes kept to show what they look like */
    KF_HUNT_ASK_MAX = 640 /* room that all commands together need */
};

struct kf_hunt {
    const struct kf_pod_driver *driver; /* the one named; NULL: any */
    unsigned baud_count, at;            /* 0: the speed is not ours to choose */
    unsigned baud[KF_HUNT_BAUDS];
    uint64_t heard[KF_HUNT_BAUDS + 1]; /* bytes, of the last time at each speed */
    bool locked;
    unsigned rounds, asked; /* through the list; at this speed */
    int64_t since_ns;       /* at this speed; INT64_MIN: the first step begins it */
    unsigned shown_count;
    uint8_t shown[KF_HUNT_SHOWN]; /* the newest unknown bytes' first */
};

/* Begins. `choose_speed`: kf_source_hunts of the source. */
void kf_hunt_init(struct kf_hunt *hunt, const struct kf_pod_driver *driver, bool choose_speed);
/* The speed to listen at now; 0: leave the line as it is. */
unsigned kf_hunt_baud(const struct kf_hunt *hunt);
/* These bytes came and did not yet make sense. */
void kf_hunt_heard(struct kf_hunt *hunt, const uint8_t *bytes, size_t count);
/* They make sense: this speed stays. */
void kf_hunt_lock(struct kf_hunt *hunt);
/* The time is now_ns. True: kf_hunt_baud has changed; set it, and begin decoding afresh. */
bool kf_hunt_step(struct kf_hunt *hunt, int64_t now_ns);
/* The port has no such speed: it leaves the list, and the next step begins another. */
void kf_hunt_skip(struct kf_hunt *hunt);
/* When to step or ask again, at the latest; INT64_MAX once locked. */
int64_t kf_hunt_wake_ns(const struct kf_hunt *hunt);
/* The bytes to write to the pod now, KF_HUNT_ASK_MAX at most; 0: none. */
size_t kf_hunt_ask(struct kf_hunt *hunt, int64_t now_ns, uint8_t *out, size_t capacity);

/* "115200 baud: 812 bytes, no format yet", "" once locked. Returns `out`; printable, as below. */
char *kf_hunt_say(const struct kf_hunt *hunt, char *out, size_t capacity);
/* Of a hunt without success, as far as it has come: "silent at 921600, 115200 and 9600 baud", or "unknown bytes at
 * 115200 baud: 7e 00 ... |~.|". */
char *kf_hunt_sum_up(const struct kf_hunt *hunt, char *out, size_t capacity);

#endif
