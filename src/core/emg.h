/* emg.h - one muscle: from raw samples to an envelope on the legs' grid, its own peak, and the early-swing ratio.
 *
 * science.md section 10: band-pass 20-450 Hz, rectify, 2nd-order 6 Hz low-pass, each envelope value dated back by the
 * delay of both filters, so that it describes the moment it is read at. At lower rates what is possible of that; see
 * enum kf_emg_form. The amplitude is normalised to the running 95th percentile of the muscle's terminal-swing peak over
 * the last 40 strides. All state is here: no allocation, no clock; values depend on the samples alone.
 *
 * What is not sound is NAN, never zero: the first 75 ms after a start or a gap of more than 25 ms, what a saturated
 * sample reaches, an electrode that has read the same for .1 s. Shorter gaps are bridged on a line. */
#ifndef KF_EMG_STATE_H
#define KF_EMG_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "kneefold/butterworth.h"
#include "kneefold/emg.h"
#include "kneefold/sample.h"

enum {
    KF_EMG_STEPS = 256, /* 1.28 s of the 5 ms grid: a stride */
    KF_EMG_PEAKS = 40   /* strides a peak is remembered: about half a minute */
};

struct kf_emg {
    bool worn;
    bool started; /* there is a sample before */
    bool placed;  /* next_step is meaningful */
    enum kf_emg_form form;
    /* the rate, from the samples' times */
    double last_t_s;
    double span_s, design_span_s; /* between samples, running mean; what the filters were made for, 0 none yet */
    unsigned intervals, odd_intervals;
    /* filters */
    struct kf_butter2 high, low, smooth; /* of the first only the denominator is used */
    double high_gain, high_z[2], low_z[2], smooth_z[2];
    double delay_s;      /* of all of them */
    double sound_from_s; /* envelope before this moment of arrival is not sound */
    double same_uv, same_since_s;
    /* what the signal looks like */
    double watch_sum, watch_square, watch_high;
    unsigned watched, watched_negative, envelope_votes;
    bool is_envelope;
    /* envelope, µV, by grid step modulo KF_EMG_STEPS; NAN: not sound */
    double point_t_s, point_uv; /* the last value made; uv NAN: not sound */
    int64_t next_step;          /* one past the newest step */
    float envelope_uv[KF_EMG_STEPS];
    /* a second of level envelope: rest */
    double level_sum, level_low, level_high;
    unsigned level_steps;
    double rest_uv; /* NAN never seen */
    /* terminal-swing peaks */
    float peak_uv[KF_EMG_PEAKS];
    unsigned peaks, next_peak;
    double percentile_uv;   /* NAN none */
    double early_over_late; /* running mean over swings of early-swing mean over terminal-swing peak */
};

void kf_emg_init(struct kf_emg *emg);

/* Nothing is joined across what follows; rate, rest and peaks stay. */
void kf_emg_restart(struct kf_emg *emg);

/* Takes a sample. One that does not advance time, or is not a number or beyond 10 V, counts as lost. */
void kf_emg_push(struct kf_emg *emg, const struct kf_sample *sample);

/* A swing has ended with contact at t_ic_s: the largest envelope of its last 40 % is one terminal-swing peak. To be
 * called once the envelope has come to t_ic_s; the next toe-off is early enough. Ignored when a fifth of it is not
 * sound. */
void kf_emg_learn(struct kf_emg *emg, double t_to_s, double t_ic_s);

/* The early-swing ratio (science.md section 7): mean envelope over [t_to_s, t_to_s + .4 swing_s], divided by the
 * terminal-swing peak, resting noise taken out of both as power. NAN: not sound, fewer than 5 peaks so far, the last
 * peak far from the others (gain or electrode changed), a muscle that cannot be told from noise, or one that works
 * as the other leg's would. What has not arrived yet may be a fifth of the window. */
double kf_emg_early_ratio(const struct kf_emg *emg, double t_to_s, double swing_s);

/* The newest normalised envelope at or before t_s, at most 60 ms old; NAN: none. */
double kf_emg_level(const struct kf_emg *emg, double t_s);

struct kf_emg_report kf_emg_report(const struct kf_emg *emg);

#endif
