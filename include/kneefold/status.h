/* status.h - one vocabulary of outcomes for the whole program.
 *
 * Functions that can fail return enum kf_status: 0 is success, negative is a fault.
 * Functions that count return the count (>= 0) or a negative kf_status.
 * This header is pure: core code may use it. Texts with details are in error.h. */
#ifndef KNEEFOLD_STATUS_H
#define KNEEFOLD_STATUS_H

enum kf_status {
    KF_OK = 0,
    KF_ERR_ARG = -1,         /* a parameter is out of its documented range (usage, exit 64) */
    KF_ERR_DATA = -2,        /* the bytes make no sense (exit 65) */
    KF_ERR_NO_INPUT = -3,    /* cannot open or read what was named (exit 66) */
    KF_ERR_UNAVAILABLE = -4, /* a service or device is not there or busy (exit 69) */
    KF_ERR_INTERNAL = -5,    /* a promise of this program is broken (exit 70) */
    KF_ERR_IO = -6,          /* reading or writing failed midway (exit 74) */
    KF_ERR_CONFIG = -7,      /* settings cannot be used (exit 78) */
    KF_ERR_FULL = -8,        /* a bounded buffer has no room (never fatal by itself) */
    KF_ERR_AGAIN = -9,       /* nothing yet; try later */
    KF_ERR_END = -10,        /* the source has ended */
};

/* Short English name of a status ("ok", "bad data", ...); never NULL, static storage. */
const char *kf_status_name(enum kf_status status);

#endif
