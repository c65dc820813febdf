/* pod_line.h - one pod's line in a live session: opened, its speed found, asked to start, read, and waited for when it
 * has gone.
 *
 * The caller's thread owns it, polls its descriptor and passes the time of each wake-up; what comes leaves as records
 * (kneefold/record.h) through one function. Opening and waiting allocate, reading does not. */
#ifndef KF_POD_LINE_H
#define KF_POD_LINE_H

#include "app/engine.h"
#include "source/hunt.h"
#include "source/rejoin.h"
#include "ui/view.h"

enum { KF_POD_LINE_READ = 16 * 1024 };

struct kf_pod_line_config {
    const char *uri;
    struct kf_engine *engine;           /* asked what it has understood so far; outlives the line */
    unsigned index;                     /* of the pod there, and in records */
    const struct kf_pod_driver *driver; /* the one named; NULL: found */
    unsigned rate_hz;                   /* asked of the pod once it is understood; 0: as it likes */
    bool reopen;                        /* one that has gone is waited for; else it is over */
    /* Takes a record of this pod; its host_ns is the taker's business. */
    void (*record)(void *context, struct kf_record *record);
    void *context;
};

struct kf_pod_line {
    struct kf_pod_line_config config; /* uri: see rejoin */
    struct kf_source *source;         /* NULL while gone and when over */
    struct kf_rejoin rejoin;
    struct kf_hunt hunt;
    bool over, rated;
    enum kf_status status; /* how it ended */
    struct kf_error error; /* of that, or of the last try to open it */
    int64_t heard_ns;      /* of the last bytes */
    int64_t ask_ns;        /* when it may be asked again */
    unsigned starts;       /* times it was asked to start, since it was opened */
    uint64_t undescribed, samples, reopened;
    uint8_t bytes[KF_POD_LINE_READ];
};

/* A source that is open already becomes a line; it is the line's from here on, also when it fails. */
enum kf_status kf_pod_line_init(struct kf_pod_line *line, const struct kf_pod_line_config *config,
                                struct kf_source *source, struct kf_error *error);
/* A wake-up: opens, asks, reads once when `readable` (the descriptor has something) or the source's own time has come.
 */
void kf_pod_line_step(struct kf_pod_line *line, int64_t now_ns, bool readable);
int kf_pod_line_poll_fd(const struct kf_pod_line *line); /* -1: none to poll */
int64_t kf_pod_line_wake_ns(const struct kf_pod_line *line, int64_t now_ns);
/* "pod gone, waiting for ...", "921600 baud: 12 bytes, no format yet"; "" when all is well. Printable. */
char *kf_pod_line_say(const struct kf_pod_line *line, char *out, size_t capacity);
/* Asks the pod to stop (best effort) and closes it. A zeroed line is left alone. */
void kf_pod_line_close(struct kf_pod_line *line);

#endif
