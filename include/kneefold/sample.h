/* sample.h - what a pod measured: sites on the body, kinds of sensor, one sample.
 *
 * Every decoder produces struct kf_sample and the pipeline consumes nothing else, so a sample
 * is already in SI units, in the sensor's own axes (however it was strapped on) and on one time axis. */
#ifndef KNEEFOLD_SAMPLE_H
#define KNEEFOLD_SAMPLE_H

#include <stdbool.h>

/* Where a sensor is worn. The order is fixed: it indexes tables. Wire codes: podlink.h. */
enum kf_site {
    KF_SITE_TRUNK, /* sternum or upper back */
    KF_SITE_PELVIS,
    KF_SITE_THIGH_L,
    KF_SITE_THIGH_R,
    KF_SITE_SHANK_L,
    KF_SITE_SHANK_R,
    KF_SITE_FOOT_L,
    KF_SITE_FOOT_R,
    KF_SITE_BODY_COUNT,                       /* inertial sites end here */
    KF_SITE_HAMSTRING_L = KF_SITE_BODY_COUNT, /* biceps femoris, long head */
    KF_SITE_HAMSTRING_R,
    KF_SITE_RECTUS_L,
    KF_SITE_RECTUS_R,
    KF_SITE_MEDIAL_HAMSTRING_L,
    KF_SITE_MEDIAL_HAMSTRING_R,
    KF_SITE_GLUTEUS_L,
    KF_SITE_GLUTEUS_R,
    KF_SITE_INSOLE_L,
    KF_SITE_INSOLE_R,
    KF_SITE_COUNT,
    KF_SITE_NONE = -1
};

enum kf_leg { KF_LEFT = 0, KF_RIGHT = 1, KF_LEG_COUNT = 2 };

enum kf_kind {
    KF_KIND_IMU6, /* value[0..2] specific force m/s² x y z, value[3..5] angular rate rad/s x y z */
    KF_KIND_EMG,  /* value[0] µV */
    KF_KIND_FORCE /* value[0] body weights */
};

struct kf_sample {
    double t_s;        /* on the log's axis: seconds since the first sample of the recording */
    enum kf_site site; /* KF_SITE_NONE: the pod does not know; `stream` is mapped to a site by the settings */
    enum kf_kind kind;
    unsigned stream; /* index of the pod's stream in kf_pod_stats */
    float value[6];  /* by kind, see above; the rest is 0 */
    bool saturated;  /* a channel read at or beyond its full scale */
};

/* "trunk", "thigh_l", "hamstring_r", ...; "none" for anything else. Static storage. */
const char *kf_site_name(enum kf_site site);

/* The site with this name (length bytes, no terminator needed), or KF_SITE_NONE. */
enum kf_site kf_site_from_name(const char *name, unsigned length);

/* "imu6", "emg", "force". */
const char *kf_kind_name(enum kf_kind kind);

/* 'l' or 'r'. */
char kf_leg_letter(enum kf_leg leg);

#endif
