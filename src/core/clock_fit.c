/* clock_fit.c - least squares of arrival on the pod's clock, in deviations from the first pair and from the means, so
 * that hours of nanoseconds lose no digits.
 *
 * The slope has a prior: normal about the expected one with the spread of clocks (formats.md: up to 0.3 %). It is what
 * holds the line level in the first second, when jitter alone would tilt it by per cents, and is forgotten within ten.
 */
#include "kneefold/clock_fit.h"

#include <math.h>
#include <string.h>

static const double known_sd = 1e-4;     /* of one whose slope was known before it began anew */
static const double clocks_sd = 2e-3;    /* of clocks: an x-IMU3's are within 3000 ppm */
static const double least_var = 1e-6;    /* s²: (1 ms)², no transport is steadier as far as we can know */
static const double far_least_s = .05;   /* off the line: later than jitter explains ... */
static const double far_jitters = 6;     /* ... or this many standard deviations */
static const unsigned steady_pairs = 20; /* before so many nothing is called far */
static const double far_persists_s = 2;  /* then the clocks, not the link, have changed */
static const unsigned far_persists_pairs = 4;

void kf_clock_fit_init(struct kf_clock_fit *fit)
{
    memset(fit, 0, sizeof *fit);
    fit->slope_sd = clocks_sd;
}

void kf_clock_fit_restart(struct kf_clock_fit *fit)
{
    const bool known = !isnan(kf_clock_fit_drift_ppm(fit));
    const double slope = kf_clock_fit_slope(fit), sd = known ? known_sd : fit->slope_sd;
    kf_clock_fit_init(fit);
    fit->expected_slope = slope;
    fit->slope_sd = sd;
}

static double noise_var(const struct kf_clock_fit *fit)
{
    return fmax(fit->residual_var, least_var);
}

/* What the prior is worth in terms of var_pod. */
static double prior(const struct kf_clock_fit *fit)
{
    return noise_var(fit) / (fit->slope_sd * fit->slope_sd);
}

double kf_clock_fit_slope(const struct kf_clock_fit *fit)
{
    const double worth = prior(fit);
    return fit->started ? (fit->cov + worth * fit->expected_slope) / (fit->var_pod + worth) : fit->expected_slope;
}

static double lag_s(const struct kf_clock_fit *fit, double since_s)
{
    return fit->mean_lag_s + kf_clock_fit_slope(fit) * (since_s - fit->mean_pod_s);
}

/* Whether the pair lies where only a stalled link or another clock can have put it. */
static bool is_far(struct kf_clock_fit *fit, double host_s, double missed_s)
{
    const double jitter_s = sqrt(noise_var(fit));
    if (fit->pairs < steady_pairs || fabs(missed_s) <= fmax(far_least_s, far_jitters * jitter_s)) {
        fit->far_pairs = 0;
        return false;
    }
    if (fit->far_pairs++ == 0)
        fit->far_since_s = host_s;
    return true;
}

static void begin(struct kf_clock_fit *fit, double pod_s, double host_s)
{
    fit->started = true;
    fit->pod0_s = pod_s;
    fit->host0_s = host_s;
}

static void fade_in(struct kf_clock_fit *fit, double since_s, double lag, double missed_s, double fade)
{
    const double pod_step = since_s - fit->mean_pod_s, lag_step = lag - fit->mean_lag_s;
    fit->weight = fade * fit->weight + 1;
    fit->mean_pod_s += pod_step / fit->weight;
    fit->mean_lag_s += lag_step / fit->weight;
    fit->var_pod = fade * fit->var_pod + pod_step * (since_s - fit->mean_pod_s);
    fit->cov = fade * fit->cov + pod_step * (lag - fit->mean_lag_s);
    if (fit->pairs > 0)
        fit->residual_var += (missed_s * missed_s - fit->residual_var) / fmax(1, fit->weight - 1);
}

void kf_clock_fit_add(struct kf_clock_fit *fit, double pod_s, double host_s)
{
    if (!isfinite(pod_s) || !isfinite(host_s) ||
        (fit->started && !(pod_s > fit->last_pod_s && host_s >= fit->last_host_s)))
        return;
    const bool persists = fit->far_pairs >= far_persists_pairs && host_s - fit->far_since_s >= far_persists_s;
    if (persists)
        kf_clock_fit_restart(fit);
    if (!fit->started)
        begin(fit, pod_s, host_s);
    const double since_s = pod_s - fit->pod0_s, lag = host_s - fit->host0_s - since_s;
    const double missed_s = lag - lag_s(fit, since_s);
    const double fade = fit->pairs > 0 ? exp2(-(pod_s - fit->last_pod_s) / KF_CLOCK_HALF_LIFE_S) : 0;
    fit->last_pod_s = pod_s;
    fit->last_host_s = host_s;
    if (is_far(fit, host_s, missed_s))
        return;
    fade_in(fit, since_s, lag, missed_s, fade);
    fit->pairs++;
}

double kf_clock_fit_host_s(const struct kf_clock_fit *fit, double pod_s)
{
    const double since_s = pod_s - fit->pod0_s;
    return fit->started ? fit->host0_s + since_s + lag_s(fit, since_s) : NAN;
}

double kf_clock_fit_pod_s(const struct kf_clock_fit *fit, double host_s)
{
    const double slope = kf_clock_fit_slope(fit);
    const double level_s = fit->mean_lag_s - slope * fit->mean_pod_s; /* the lag at pod0_s */
    return fit->started ? fit->pod0_s + (host_s - fit->host0_s - level_s) / (1 + slope) : NAN;
}

double kf_clock_fit_drift_ppm(const struct kf_clock_fit *fit)
{
    if (!fit->started || fit->last_pod_s - fit->pod0_s < KF_CLOCK_KNOWN_S)
        return NAN;
    return (1 / (1 + kf_clock_fit_slope(fit)) - 1) * 1e6;
}

double kf_clock_fit_jitter_s(const struct kf_clock_fit *fit)
{
    return fit->pairs < 3 ? NAN : sqrt(fit->residual_var);
}

double kf_clock_fit_error_s(const struct kf_clock_fit *fit, double pod_s)
{
    const double from_mean_s = pod_s - fit->pod0_s - fit->mean_pod_s;
    if (fit->pairs < 3)
        return NAN;
    return sqrt(noise_var(fit) * (1 / fit->weight + from_mean_s * from_mean_s / (fit->var_pod + prior(fit))));
}
