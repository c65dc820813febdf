/* probe.h - what speaks on this port? Opens it, hunts for speed and format (hunt.h), listens a little longer for name
 * and rates, and lets go of it.
 *
 * Driven like a session: the caller polls the descriptor and passes the time in, so that many ports are probed at once
 * and no test has to wait. It ends by itself: one round through the speeds, and KF_PROBE_LISTEN_NS more where something
 * was understood. A pod that was asked to start is asked to stop. */
#ifndef KF_PROBE_H
#define KF_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "app/engine.h"

#define KF_PROBE_LISTEN_NS INT64_C(1200000000) /* podlink describes itself once a second */

struct kf_probe;

enum kf_probe_outcome {
    KF_PROBE_RUNNING,
    KF_PROBE_UNOPENED, /* busy, forbidden, gone */
    KF_PROBE_SILENT,
    KF_PROBE_UNKNOWN, /* bytes of no known format */
    KF_PROBE_FOUND
};

/* A port that cannot be opened is an outcome, not a fault: NULL means that there is no memory. Of `config`, which
 * outlives the probe: pod[0].driver, the one format to look for (NULL: all), and the options of formats. */
struct kf_probe *kf_probe_open(const char *uri, const struct kf_engine_config *config);
/* A wake-up at now_ns (monotonic); `readable`: the descriptor has something. */
void kf_probe_step(struct kf_probe *probe, int64_t now_ns, bool readable);
int kf_probe_poll_fd(const struct kf_probe *probe);     /* -1: none to poll */
int64_t kf_probe_wake_ns(const struct kf_probe *probe); /* INT64_MAX when it has ended */
enum kf_probe_outcome kf_probe_outcome(const struct kf_probe *probe);
/* "podlink at 921600 baud, 'left leg': thigh_l imu6 200 Hz, shank_l imu6 200 Hz", or what else it found, and why
 * there were no samples. Printable. Returns `out`. */
char *kf_probe_say(const struct kf_probe *probe, char *out, size_t capacity);
/* Takes NULL. */
void kf_probe_close(struct kf_probe *probe);

#endif
