/* batch_reference.c - whole signals at once (see batch_reference.h). */
#include "batch_reference.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;
static const double grid_hz = 200;

void batch_resample(const double *t_s, const double (*value)[6], unsigned count, double (*out)[6], unsigned steps)
{
    unsigned after = 0;
    for (unsigned step = 0; step < steps; step++) {
        const double at_s = step / grid_hz;
        while (after + 1 < count && t_s[after] < at_s)
            after++;
        const unsigned before = after > 0 ? after - 1 : 0;
        const double span_s = t_s[after] - t_s[before];
        const double part = span_s > 0 ? fmax(0, (at_s - t_s[before]) / span_s) : 0;
        for (int i = 0; i < 6; i++)
            out[step][i] = (1 - part) * value[before][i] + part * value[after][i];
    }
}

void batch_project(const double (*value)[6], unsigned steps, const double turn[3][3], struct batch_signal *out)
{
    memset(out, 0, sizeof *out);
    out->count = steps;
    for (unsigned step = 0; step < steps; step++)
        for (int i = 0; i < 3; i++) {
            out->fwd[step] += turn[i][0] * value[step][i];
            out->axial[step] += turn[i][1] * value[step][i];
            out->rate[step] += turn[i][2] * value[step][i + 3];
        }
}

static double kernel(const double *signal, unsigned count, unsigned step)
{
    double sum = 0, weights = 0;
    for (int i = -7; i <= 7; i++) {
        const double weight = .5 * (1 + cos(pi * i / 7));
        const int at = (int)step + i;
        sum += at >= 0 && at < (int)count ? weight * signal[at] : 0;
        weights += weight;
    }
    return sum / weights;
}

/* Least squares would weigh by distance; this weighs by the slope of the raised cosine, scaled to 1 on a ramp. */
static double slope(const double *signal, unsigned count, unsigned step)
{
    double sum = 0, ramp = 0;
    for (int i = -7; i <= 7; i++) {
        const double weight = sin(pi * i / 7);
        const int at = (int)step + i;
        sum += at >= 0 && at < (int)count ? weight * signal[at] : 0;
        ramp += weight * i / grid_hz;
    }
    return sum / ramp;
}

void batch_smooth(const struct batch_signal *raw, struct batch_signal *out)
{
    out->count = raw->count;
    for (unsigned step = 0; step < raw->count; step++) {
        out->rate[step] = kernel(raw->rate, raw->count, step);
        out->fwd[step] = kernel(raw->fwd, raw->count, step);
        out->axial[step] = kernel(raw->axial, raw->count, step);
        out->accel[step] = slope(raw->rate, raw->count, step);
    }
}

double batch_moment(const struct kf_leg_inertia *leg, const struct batch_sensor *sensor,
                    const struct batch_signal *shank, unsigned step)
{
    const double c = cos(sensor->turn_rad), s = sin(sensor->turn_rad);
    const double e = sensor->e_m * c + sensor->d_m * s, d = sensor->d_m * c - sensor->e_m * s;
    const double rate2 = shank->rate[step] * shank->rate[step], accel = shank->accel[step];
    /* f_t and f_a are those of a sensor on the line between the joints */
    const double f_t = shank->fwd[step] + rate2 * e, f_a = shank->axial[step] - accel * e;
    if (fabs(sensor->tilt_rad) < 1e-12) /* (1) as printed */
        return (leg->j2_m2 - leg->m2 * leg->c2_m * d) * accel + leg->m2 * leg->c2_m * f_t;
    const double knee_t = f_t - accel * d, knee_a = f_a - rate2 * d;
    return leg->j2_m2 * accel + leg->m2 * leg->c2_m * (cos(sensor->tilt_rad) * knee_t + sin(sensor->tilt_rad) * knee_a);
}

double batch_hip_moment(const struct kf_leg_inertia *body, const struct batch_sensor *thigh_at,
                        const struct batch_sensor *shank_at, const struct batch_signal *thigh,
                        const struct batch_signal *shank, double knee_rad, unsigned step)
{
    const double a1 = thigh->accel[step], a2 = shank->accel[step];
    const double w1w1 = thigh->rate[step] * thigh->rate[step], w2w2 = shank->rate[step] * shank->rate[step];
    const double f_t1 = thigh->fwd[step] + w1w1 * thigh_at->e_m;
    const double f_t2 = shank->fwd[step] + w2w2 * shank_at->e_m, f_a2 = shank->axial[step] - a2 * shank_at->e_m;
    const double from_com = body->c2_m - shank_at->d_m;
    const double F_t = body->m2 * (f_t2 + from_com * a2), F_a = body->m2 * (f_a2 + from_com * w2w2);
    return (body->j1_m2 - body->m1 * body->c1_m * thigh_at->d_m) * a1 + body->m1 * body->c1_m * f_t1 +
           batch_moment(body, shank_at, shank, step) + body->thigh_m * (F_t * cos(knee_rad) + F_a * sin(knee_rad));
}

void batch_fold(const struct kf_leg_inertia *body, const struct batch_leg *leg, double part[5])
{
    const double g = 9.80665, phi = leg->thigh_rad - leg->shank_rad, theta2 = leg->shank_rad;
    const double kappa = body->thigh_m * body->m2 * body->c2_m / body->j2_m2;
    part[0] = leg->thigh_radps2 - kappa * leg->thigh_radps * leg->thigh_radps * sin(phi);
    part[1] = kappa * leg->thigh_radps2 * cos(phi);
    part[2] = body->m2 * body->c2_m / body->j2_m2 * (leg->hip_mps2[0] * cos(theta2) + leg->hip_mps2[1] * sin(theta2));
    part[3] = body->m2 * body->c2_m / body->j2_m2 * g * sin(theta2);
    part[4] = -leg->knee_moment_nm_kg / body->j2_m2;
}

double batch_mean(const double *signal, double from_s, double to_s)
{
    const unsigned pieces = (unsigned)ceil((to_s - from_s) / 5e-5);
    double sum = 0;
    for (unsigned i = 0; i <= pieces; i++) {
        const double place = (from_s + (to_s - from_s) * i / pieces) * grid_hz;
        const unsigned step = (unsigned)place;
        const double value = signal[step] + (place - step) * (signal[step + 1] - signal[step]);
        sum += (i == 0 || i == pieces ? .5 : 1) * value;
    }
    return sum / pieces;
}

/* Specific force at the far end of lever r of a sensor reading f. */
static void force_at(const struct batch_signal *signal, unsigned step, const double r[2], double out[2])
{
    const double rate2 = signal->rate[step] * signal->rate[step], accel = signal->accel[step];
    out[0] = signal->fwd[step] - accel * r[1] - rate2 * r[0];
    out[1] = signal->axial[step] + accel * r[0] - rate2 * r[1];
}

struct match {
    const struct batch_signal *thigh, *shank;
    const double *knee_rad;
    const unsigned char *used;
    const struct batch_sensor *thigh_at, *shank_at;
    double prior;
};

static void turned(double forward, double up, double angle, double out[2])
{
    out[0] = cos(angle) * forward - sin(angle) * up;
    out[1] = sin(angle) * forward + cos(angle) * up;
}

static double disagreement(const struct match *m, double thigh_turn, double shank_turn)
{
    double sum = m->prior * (thigh_turn * thigh_turn + shank_turn * shank_turn);
    double thigh_lever[2], shank_lever[2], from_thigh[2], seen[2], from_shank[2];
    turned(-m->thigh_at->e_m, m->thigh_at->d_m, thigh_turn, thigh_lever);
    turned(-m->shank_at->e_m, m->shank_at->d_m, shank_turn, shank_lever);
    for (unsigned step = 0; step < m->thigh->count; step++) {
        if (!m->used[step])
            continue;
        force_at(m->thigh, step, thigh_lever, from_thigh);
        turned(from_thigh[0], from_thigh[1], m->knee_rad[step], seen);
        force_at(m->shank, step, shank_lever, from_shank);
        sum += (seen[0] - from_shank[0]) * (seen[0] - from_shank[0]);
        sum += (seen[1] - from_shank[1]) * (seen[1] - from_shank[1]);
    }
    return sum;
}

void batch_turns(const struct batch_signal *thigh, const struct batch_signal *shank, const double *knee_rad,
                 const unsigned char *used, const struct batch_sensor *thigh_at, const struct batch_sensor *shank_at,
                 double prior, double turns[2])
{
    const struct match m = {thigh, shank, knee_rad, used, thigh_at, shank_at, prior};
    const double h = 1e-3;
    double p = 0, q = 0;
    for (int i = 0; i < 8; i++) {
        const double here = disagreement(&m, p, q);
        const double right = disagreement(&m, p + h, q), left = disagreement(&m, p - h, q);
        const double over = disagreement(&m, p, q + h), under = disagreement(&m, p, q - h);
        const double corner = disagreement(&m, p + h, q + h);
        const double gp = (right - left) / (2 * h), gq = (over - under) / (2 * h);
        const double pp = (right - 2 * here + left) / (h * h), qq = (over - 2 * here + under) / (h * h);
        const double pq = (corner - right - over + here) / (h * h), det = pp * qq - pq * pq;
        p -= (qq * gp - pq * gq) / det;
        q -= (pp * gq - pq * gp) / det;
    }
    turns[0] = p;
    turns[1] = q;
}

double batch_crossing(const double *a, const double *b, unsigned step, int rising)
{
    const double from = a[step] - (b ? b[step] : 0), to = a[step + 1] - (b ? b[step + 1] : 0);
    if (rising ? !(from < 0 && to >= 0) : !(from > 0 && to <= 0))
        return NAN;
    return (step + from / (from - to)) / grid_hz;
}
