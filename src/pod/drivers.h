/* drivers.h - every driver there is; driver.c lists them. A new format adds its line here and one there. */
#ifndef KF_POD_DRIVERS_H
#define KF_POD_DRIVERS_H

#include "kneefold/pod.h"

extern const struct kf_pod_driver kf_podlink_driver;
extern const struct kf_pod_driver kf_log_driver;
extern const struct kf_pod_driver kf_csv_driver;
extern const struct kf_pod_driver kf_bitalino_driver;
extern const struct kf_pod_driver kf_cyton_driver;
extern const struct kf_pod_driver kf_xsens_driver;
extern const struct kf_pod_driver kf_vectornav_driver;
extern const struct kf_pod_driver kf_witmotion_driver;
extern const struct kf_pod_driver kf_ximu3_driver;

/* For a driver's `command` whose bytes are known: copies them and returns how many, 0 when they do not fit. */
size_t kf_pod_put_command(const void *bytes, size_t count, uint8_t *out, size_t capacity);

#endif
