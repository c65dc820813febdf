/* imu_line.h - the one inertial stream of a pod that does not know where it is worn: its time axis and its losses.
 *
 * Decoders say how long after the last sample the next one was taken; here that becomes seconds since the pod's first
 * sample, gaps and restarts. Private to src/pod. */
#ifndef KF_POD_IMU_LINE_H
#define KF_POD_IMU_LINE_H

#include "kneefold/pod.h"
#include "track.h"

struct kf_imu_line {
    struct kf_pod_track track;
    bool running;        /* a sample has come */
    double t_s;          /* of the last one */
    double said_celsius; /* the last temperature told; NAN: none */
};

/* One measurement: value as in KF_KIND_IMU6, m/s² and rad/s. */
struct kf_imu_reading {
    double value[6];
    bool saturated;
};

void kf_imu_line_init(struct kf_imu_line *line);

/* Seconds from sample to sample: as learned, else nominal_s. */
double kf_imu_line_period_s(const struct kf_imu_line *line, double nominal_s);

/* Emits the reading step_s after the previous one, as stream 0 without a site, and the gap before it. A step that is
 * not above 0 or is longer than a minute means that the pod restarted: an epoch begins one period later. whole: no
 * frame is known to be missing in between. Damaged values (not finite, beyond 1e6) make a gap instead of a sample. */
void kf_imu_line_emit(struct kf_imu_line *line, struct kf_pod_stats *stats, double step_s, bool whole, double nominal_s,
                      const struct kf_imu_reading *reading, const struct kf_pod_sink *sink);

/* Tells the pod's temperature when it has moved by a degree. */
void kf_imu_line_temperature(struct kf_imu_line *line, double celsius, const struct kf_pod_sink *sink);

#endif
