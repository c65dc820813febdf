/* butterworth.h - a 2nd-order Butterworth low-pass for several channels, with no start-up transient.
 *
 * Until its time constant has passed, the filter gives the running mean of its input; it then starts in the steady
 * state of that mean (science.md section 3). Bilinear transform with the cut-off warped beforehand, tan(pi fc ts): the
 * gain is 1/sqrt(2) exactly at fc and 1 at 0 Hz. Channels share the design and the start-up count; the caller owns two
 * doubles of state a channel, zero at the start. */
#ifndef KNEEFOLD_BUTTERWORTH_H
#define KNEEFOLD_BUTTERWORTH_H

struct kf_butter2 {
    double b0, a1, a2;      /* y = b0 (x + 2 x' + x'') - a1 y' - a2 y'' */
    unsigned settle, count; /* samples of running mean before filtering; samples seen, at most settle */
};

/* A filter of time constant tau_s: cut-off sqrt(2) / (2 pi tau_s), its delay at 0 Hz is tau_s. 0 < ts_s < tau_s. */
struct kf_butter2 kf_butter2_design(double tau_s, double ts_s);

/* One step of the running mean; called by kf_butter2_step, not by users. */
void kf_butter2_settle(struct kf_butter2 *filter, double *z1, double *z2, const double *in, double *out, int channels);

/* One sample of every channel; z1, z2, in and out hold `channels` values; in and out may be the same array.
 * Inline, because with a constant number of channels the loop becomes vector code. */
static inline void kf_butter2_step(struct kf_butter2 *filter, double *restrict z1, double *restrict z2,
                                   const double *in, double *out, int channels)
{
    if (filter->count < filter->settle) {
        kf_butter2_settle(filter, z1, z2, in, out, channels);
        return;
    }
    const double b0 = filter->b0, a1 = filter->a1, a2 = filter->a2;
    for (int i = 0; i < channels; i++) {
        const double scaled = b0 * in[i];
        const double value = scaled + z1[i];
        z1[i] = 2 * scaled - a1 * value + z2[i];
        z2[i] = scaled - a2 * value;
        out[i] = value;
    }
}

#endif
