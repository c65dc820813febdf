/* series.c - the few statistics that accuracy is told by. */
#include "series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void series_add(struct series *series, double value)
{
    if (series->count == series->capacity) {
        series->capacity = series->capacity ? 2 * series->capacity : 256;
        series->value = realloc(series->value, series->capacity * sizeof *series->value);
        if (!series->value) {
            fputs("not enough memory\n", stderr);
            exit(1);
        }
    }
    series->value[series->count++] = value;
}

void series_append(struct series *series, const struct series *more)
{
    for (size_t i = 0; i < more->count; i++)
        series_add(series, more->value[i]);
}

void series_free(struct series *series)
{
    free(series->value);
    *series = (struct series){0};
}

double series_mean(const struct series *series)
{
    double sum = 0;
    for (size_t i = 0; i < series->count; i++)
        sum += series->value[i];
    return series->count ? sum / (double)series->count : NAN;
}

double series_sd(const struct series *series)
{
    const double mean = series_mean(series);
    double sum = 0;
    for (size_t i = 0; i < series->count; i++)
        sum += (series->value[i] - mean) * (series->value[i] - mean);
    return series->count > 1 ? sqrt(sum / (double)(series->count - 1)) : NAN;
}

double series_rms(const struct series *series)
{
    double sum = 0;
    for (size_t i = 0; i < series->count; i++)
        sum += series->value[i] * series->value[i];
    return series->count ? sqrt(sum / (double)series->count) : NAN;
}

double series_max(const struct series *series)
{
    double max = NAN;
    for (size_t i = 0; i < series->count; i++)
        max = fmax(max, series->value[i]);
    return max;
}

double series_worst(const struct series *series)
{
    double worst = NAN;
    for (size_t i = 0; i < series->count; i++)
        worst = fmax(worst, fabs(series->value[i]));
    return worst;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double series_quantile(struct series *series, double share)
{
    if (series->count == 0)
        return NAN;
    qsort(series->value, series->count, sizeof *series->value, ascending);
    const double rank = ceil(share * (double)series->count);
    return series->value[rank < 1 ? 0 : (size_t)rank - 1];
}

double series_correlation(const struct series *a, const struct series *b)
{
    const double mean_a = series_mean(a), mean_b = series_mean(b);
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        const double x = a->value[i] - mean_a, y = b->value[i] - mean_b;
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    return ab / sqrt(aa * bb);
}
