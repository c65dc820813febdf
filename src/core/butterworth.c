/* butterworth.c - design and start-up of the low-pass of butterworth.h.
 *
 * A slow filter started from zero would take seconds to forget that zero. The running mean is the best estimate
 * while little is known, and a filter loaded with it goes on without a step. */
#include "kneefold/butterworth.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

struct kf_butter2 kf_butter2_design(double tau_s, double ts_s)
{
    const double cutoff_hz = sqrt(2) / (2 * pi * tau_s);
    const double c = tan(pi * cutoff_hz * ts_s);
    const double d = c * c + sqrt(2) * c + 1;
    return (struct kf_butter2){
        .b0 = c * c / d,
        .a1 = 2 * (c * c - 1) / d,
        .a2 = (c * c - sqrt(2) * c + 1) / d,
        .settle = (unsigned)ceil(tau_s / ts_s),
    };
}

void kf_butter2_settle(struct kf_butter2 *filter, double *z1, double *z2, const double *in, double *out, int channels)
{
    filter->count++;
    for (int i = 0; i < channels; i++) {
        z1[i] += in[i];
        out[i] = z1[i] / filter->count;
        if (filter->count == filter->settle) {
            z1[i] = out[i] * (1 - filter->b0);
            z2[i] = out[i] * (filter->b0 - filter->a2);
        }
    }
}
