/* smooth.h - low-pass and derivative of a sampled signal, with a delay that is exactly known.
 *
 * Impact ringing and noise must go before moments and events are computed, and every signal must be delayed alike
 * (science.md section 6). A symmetric kernel delays all frequencies by the same KF_SMOOTH_HALF samples. The kernel is
 * a raised cosine of 13 taps: at 200 Hz it is -6 dB at 14.3 Hz and 0 at 28.6 Hz, near the 15 Hz of the reference
 * data, and has no lobes worth the name. The derivative is the slope of the same kernel, exact for a ramp. */
#ifndef KF_SMOOTH_H
#define KF_SMOOTH_H

enum { KF_SMOOTH_HALF = 6, KF_SMOOTH_TAPS = 2 * KF_SMOOTH_HALF + 1 };

/* Variance of the kernel, steps². */
#define KF_SMOOTH_VARIANCE 6.4022

/* Weights of the taps, the oldest sample's first; they add up to 1. */
extern const double kf_smooth_weight[KF_SMOOTH_TAPS];

/* The same for the change per sample of the smoothed signal. */
extern const double kf_smooth_slope[KF_SMOOTH_TAPS];

#endif
