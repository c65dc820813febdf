/* emg.h - what is known of one muscle's surface EMG: how its envelope was made, and how far it may be believed.
 *
 * An amplitude in µV says nothing by itself: it depends on skin, electrodes and their place. So an envelope is always
 * given as a ratio, with the name of what it was divided by (CEDE: Besomi et al. 2020, J Electromyogr Kinesiol 53,
 * 102438). Here that is the muscle's own terminal-swing peak, kf_emg_normalisation. */
#ifndef KNEEFOLD_EMG_H
#define KNEEFOLD_EMG_H

#include <stdbool.h>

/* How the envelope is made: by the rate measured from the samples' times and by what the signal looks like. */
enum kf_emg_form {
    KF_EMG_UNKNOWN, /* too few samples yet, or fewer than 40 a second */
    KF_EMG_BAND,    /* about 1 kHz and more: 20-450 Hz, rectified, 6 Hz low-pass */
    KF_EMG_NARROW,  /* 100 Hz to there (OpenBCI Cyton: 250): from 20 Hz to what the converter left, then the same */
    KF_EMG_ENVELOPE /* an envelope already: slower than 100 Hz, or never negative with next to nothing above 20 Hz */
};

/* "unknown", "20-450 Hz", "20 Hz to half the rate", "envelope as delivered". Static storage. */
const char *kf_emg_form_name(enum kf_emg_form form);

/* What every ratio and every normalised envelope is divided by, in words for a screen or an export. */
extern const char kf_emg_normalisation[];

struct kf_emg_report {
    bool worn; /* has delivered a sample */
    enum kf_emg_form form;
    double rate_hz;  /* measured; NAN unknown */
    double peak_uv;  /* running 95th percentile of the terminal-swing peak; NAN before the first swings */
    double rest_uv;  /* the envelope of this muscle at rest: noise; NAN when it was never seen at rest */
    unsigned swings; /* terminal swings behind peak_uv, at most 40 */
    bool misplaced;  /* works after toe-off as it should before contact: on the other leg, or no hamstring */
    double quality;  /* 0..1: share of the last 1.28 s with a sound signal; 0 while the peak drowns in noise */
};

#endif
