/* emg_reference.c - see emg_reference.h. Nothing here is shared with src/core/emg.c. */
#include "emg_reference.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double two_pi = 6.283185307179586477;

/* y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2] */
struct section {
    double b[3], a[3];
};

/* A pair of Butterworth poles at 135 degrees, through s = 2 fs (z - 1) / (z + 1), the edge prewarped. */
static struct section butterworth(double edge_hz, double rate_hz, int high)
{
    const double edge = 2 * rate_hz * tan(two_pi / 2 * edge_hz / rate_hz);
    const double complex pole = edge * cexp(I * two_pi * 3 / 8);
    const double complex z = (2 * rate_hz + pole) / (2 * rate_hz - pole);
    const double zero = high ? 1 : -1; /* both zeros of a high-pass lie at 0 Hz, of a low-pass at half the rate */
    struct section s = {{1, -2 * zero, 1}, {1, -2 * creal(z), creal(z * conj(z))}};
    const double at = -zero; /* where the gain is 1: z = 1 for a low-pass, -1 for a high-pass */
    const double gain = (1 + s.a[1] * at + s.a[2]) / (1 - 2 * zero * at + 1);
    for (int i = 0; i < 3; i++)
        s.b[i] *= gain;
    return s;
}

static void run(const struct section *s, const double *in, unsigned count, double *out)
{
    for (unsigned n = 0; n < count; n++) {
        double sum = 0;
        for (unsigned k = 0; k < 3 && k <= n; k++)
            sum += s->b[k] * in[n - k] - (k > 0 ? s->a[k] * out[n - k] : 0);
        out[n] = sum;
    }
}

static double phase_at(const struct section *s, double f_hz, double rate_hz)
{
    const double complex z = cexp(-I * two_pi * f_hz / rate_hz);
    return carg((s->b[0] + z * (s->b[1] + z * s->b[2])) / (s->a[0] + z * (s->a[1] + z * s->a[2])));
}

static double delay_at(const struct section *s, double f_hz, double rate_hz)
{
    const double df = .01;
    return -(phase_at(s, f_hz + df, rate_hz) - phase_at(s, f_hz, rate_hz)) / (two_pi * df);
}

void emg_reference_envelope(const double *uv, unsigned count, double rate_hz, int upper, double *out)
{
    static double a[EMG_REFERENCE_MAX], b[EMG_REFERENCE_MAX];
    const struct section high = butterworth(20, rate_hz, 1), smooth = butterworth(6, rate_hz, 0);
    run(&high, uv, count, a);
    if (upper) {
        const struct section low = butterworth(fmin(450, .45 * rate_hz), rate_hz, 0);
        run(&low, a, count, b);
        memcpy(a, b, count * sizeof *a);
    }
    for (unsigned i = 0; i < count; i++)
        a[i] = fabs(a[i]);
    run(&smooth, a, count, out);
}

double emg_reference_delay_s(double rate_hz, int upper, double at_hz)
{
    const struct section high = butterworth(20, rate_hz, 1), smooth = butterworth(6, rate_hz, 0);
    double delay_s = delay_at(&smooth, 0, rate_hz) + delay_at(&high, at_hz, rate_hz);
    if (upper) {
        const struct section low = butterworth(fmin(450, .45 * rate_hz), rate_hz, 0);
        delay_s += delay_at(&low, at_hz, rate_hz);
    }
    return delay_s;
}

double emg_reference_at(const double *late, unsigned count, double rate_hz, double delay_s, double t_s)
{
    const double place = (t_s + delay_s) * rate_hz;
    const unsigned before = (unsigned)place;
    if (place < 0 || before + 1 >= count)
        return NAN;
    return late[before] + (place - before) * (late[before + 1] - late[before]);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double emg_reference_percentile(const double *value, unsigned count)
{
    double sorted[64];
    memcpy(sorted, value, count * sizeof *value);
    qsort(sorted, count, sizeof *sorted, ascending);
    const double place = .95 * (count - 1);
    const unsigned before = (unsigned)floor(place);
    return before + 1 < count ? sorted[before] + (place - before) * (sorted[before + 1] - sorted[before])
                              : sorted[before];
}
