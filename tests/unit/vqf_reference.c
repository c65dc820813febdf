/* vqf_reference.c - see vqf_reference.h. Equation by equation from science.md section 3, in the paper's z-up frame. */
#include "vqf_reference.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

struct vqf_series vqf_series_new(double ts_s, int count)
{
    struct vqf_series series = {.ts_s = ts_s, .count = count};
    const size_t n = (size_t)count;
    series.acc = calloc(n, sizeof *series.acc);
    series.gyr = calloc(n, sizeof *series.gyr);
    series.up = calloc(n, sizeof *series.up);
    series.bias_degps = calloc(n, sizeof *series.bias_degps);
    if (!series.acc || !series.gyr || !series.up || !series.bias_degps)
        abort();
    return series;
}

void vqf_series_free(struct vqf_series *series)
{
    free(series->acc);
    free(series->gyr);
    free(series->up);
    free(series->bias_degps);
}

void matrix_product(double a[3][3], double b[3][3], double out[3][3])
{
    double product[3][3] = {{0}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 3; k++)
                product[i][j] += a[i][k] * b[k][j];
    memcpy(out, product, sizeof product);
}

/* Rodrigues: I + sin K + (1 - cos) K², K the cross product with the axis. */
void matrix_of_rotation(const double vector[3], double out[3][3])
{
    const double angle = sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
    double k[3][3] = {{0}}, kk[3][3];
    if (angle > 0)
        for (int i = 0; i < 3; i++) {
            k[(i + 2) % 3][(i + 1) % 3] = vector[i] / angle;
            k[(i + 1) % 3][(i + 2) % 3] = -vector[i] / angle;
        }
    matrix_product(k, k, kk);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            out[i][j] = (i == j) + sin(angle) * k[i][j] + (1 - cos(angle)) * kk[i][j];
}

static void apply(double a[3][3], const double in[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = a[i][0] * in[0] + a[i][1] * in[1] + a[i][2] * in[2];
}

static double clip2(double value)
{
    return fmax(-2, fmin(2, value));
}

/* One channel: the running mean until tau, then the difference equation with that mean as its past. */
struct channel {
    double sum, x[3], y[3];
    int count;
};

static double lowpass(struct channel *c, double in, double tau_s, double ts_s)
{
    const double k = 1 / tan(pi * ts_s * sqrt(2) / (2 * pi * tau_s));
    const double d = 1 + sqrt(2) * k + k * k;
    c->count++;
    if (c->count * ts_s < tau_s + ts_s - 1e-9) {
        c->sum += in;
        for (int i = 0; i < 3; i++)
            c->x[i] = c->y[i] = c->sum / c->count;
        return c->y[0];
    }
    c->x[2] = c->x[1];
    c->x[1] = c->x[0];
    c->x[0] = in;
    c->y[2] = c->y[1];
    c->y[1] = c->y[0];
    c->y[0] = (c->x[0] + 2 * c->x[1] + c->x[2] - 2 * (1 - k * k) * c->y[1] - (1 - sqrt(2) * k + k * k) * c->y[2]) / d;
    return c->y[0];
}

/* Gauss-Jordan with pivoting. */
static void invert(double in[3][3], double out[3][3])
{
    double m[3][6] = {{0}};
    for (int i = 0; i < 3; i++) {
        memcpy(m[i], in[i], sizeof in[i]);
        m[i][i + 3] = 1;
    }
    for (int c = 0; c < 3; c++) {
        int pivot = c;
        for (int r = c; r < 3; r++)
            if (fabs(m[r][c]) > fabs(m[pivot][c]))
                pivot = r;
        for (int j = 0; j < 6; j++) {
            const double held = m[c][j];
            m[c][j] = m[pivot][j];
            m[pivot][j] = held;
        }
        for (int r = 0; r < 3; r++) {
            const double factor = m[r][c] / m[c][c];
            for (int j = 0; j < 6 && r != c; j++)
                m[r][j] -= factor * m[c][j];
        }
    }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            out[i][j] = m[i][j + 3] / m[i][i];
}

/* For every sample whether the sensor rests, and the slow mean of its rate in deg/s. A sample is compared with the
 * mean before it. */
static void find_rest(const struct vqf_series *s, bool *rest, double (*mean_degps)[3])
{
    struct channel c[6];
    double mean[6] = {0}, still_s = 0;
    memset(c, 0, sizeof c);
    for (int i = 0; i < s->count; i++) {
        double rate = 0, force = 0, largest = 0;
        for (int a = 0; a < 3; a++) {
            const double w = s->gyr[i][a] * 180 / pi;
            rate += pow(w - mean[a], 2);
            force += pow(s->acc[i][a] - mean[a + 3], 2);
            mean[a] = mean_degps[i][a] = lowpass(&c[a], w, .5, s->ts_s);
            mean[a + 3] = lowpass(&c[a + 3], s->acc[i][a], .5, s->ts_s);
            largest = fmax(largest, fabs(mean[a]));
        }
        still_s = sqrt(rate) < 2 && sqrt(force) < .5 && largest <= 2 ? still_s + s->ts_s : 0;
        rest[i] = still_s >= 1.5;
    }
}

struct bias_filter {
    double b[3], p[3][3]; /* deg/s, (deg/s)² */
    struct channel turn[3][3], moved[2];
};

static void kalman(struct bias_filter *f, double h[3][3], const double e[3], const double w[3])
{
    double ht[3][3], pht[3][3], s[3][3], inverse[3][3], k[3][3], kh[3][3], khp[3][3];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            ht[i][j] = h[j][i];
    matrix_product(f->p, ht, pht);
    matrix_product(h, pht, s);
    for (int i = 0; i < 3; i++)
        s[i][i] += w[i];
    invert(s, inverse);
    matrix_product(pht, inverse, k);
    for (int i = 0; i < 3; i++)
        f->b[i] = clip2(f->b[i] + k[i][0] * clip2(e[0]) + k[i][1] * clip2(e[1]) + k[i][2] * clip2(e[2]));
    matrix_product(k, h, kh);
    matrix_product(kh, f->p, khp);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            f->p[i][j] -= khp[i][j];
}

/* a: the unit vector of the low-passed force before the correction. */
static void bias_step(struct bias_filter *f, double turn[3][3], const double a[3], bool rest, const double mean[3],
                      double ts_s)
{
    const double v = .1 * .1 * ts_s / 100;
    double slow[3][3], moved[3], expected[3], e[3], w[3], one[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    apply(turn, f->b, moved);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            slow[i][j] = lowpass(&f->turn[i][j], turn[i][j], 3, ts_s);
    for (int i = 0; i < 2; i++)
        moved[i] = lowpass(&f->moved[i], moved[i], 3, ts_s);
    apply(slow, f->b, expected);
    e[0] = -a[1] / ts_s * 180 / pi + moved[0] - expected[0];
    e[1] = a[0] / ts_s * 180 / pi + moved[1] - expected[1];
    e[2] = -expected[2];
    for (int i = 0; i < 3; i++) {
        const double sigma = rest ? .03 : .1;
        if (f->p[i][i] < .5 * .5)
            f->p[i][i] += v;
        if (rest)
            e[i] = mean[i] - f->b[i];
        w[i] = pow(sigma, 4) / v + sigma * sigma;
    }
    if (!rest)
        w[2] /= 1e-4;
    kalman(f, rest ? one : slow, e, w);
}

void vqf_reference(struct vqf_series *s)
{
    /* The first frame differs from y up by a quarter turn, so that headings agree too. */
    double gyr_turn[3][3] = {{1, 0, 0}, {0, 0, -1}, {0, 1, 0}}, acc_turn[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    double step[3][3], turn[3][3], fix[3][3];
    struct channel force[3];
    struct bias_filter f;
    bool *rest = calloc((size_t)s->count, sizeof *rest);
    double(*mean)[3] = calloc((size_t)s->count, sizeof *mean);
    if (!rest || !mean)
        abort();
    memset(force, 0, sizeof force);
    memset(&f, 0, sizeof f);
    f.p[0][0] = f.p[1][1] = f.p[2][2] = .5 * .5;
    find_rest(s, rest, mean);
    for (int i = 0; i < s->count; i++) {
        double angle[3], inertial[3], a[3];
        for (int k = 0; k < 3; k++)
            angle[k] = (s->gyr[i][k] - f.b[k] * pi / 180) * s->ts_s;
        matrix_of_rotation(angle, step);
        matrix_product(gyr_turn, step, gyr_turn);
        apply(gyr_turn, s->acc[i], inertial);
        for (int k = 0; k < 3; k++)
            inertial[k] = lowpass(&force[k], inertial[k], 3, s->ts_s);
        apply(acc_turn, inertial, a);
        const double length = sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]);
        for (int k = 0; k < 3; k++)
            a[k] /= length;
        /* the shortest turn that takes a to z */
        const double sine = hypot(a[0], a[1]), whole = atan2(sine, a[2]);
        const double axis[3] = {sine > 0 ? a[1] / sine * whole : 0, sine > 0 ? -a[0] / sine * whole : 0, 0};
        matrix_of_rotation(axis, fix);
        matrix_product(fix, acc_turn, acc_turn);
        matrix_product(acc_turn, gyr_turn, turn);
        if (i > 0)
            bias_step(&f, turn, a, rest[i], mean[i], s->ts_s);
        memcpy(s->up[i], turn[2], sizeof turn[2]);
        memcpy(s->bias_degps[i], f.b, sizeof f.b);
    }
    free(rest);
    free(mean);
}
