/* series.h - a growing list of numbers and what the tables say of it. NAN where there are too few. */
#ifndef KF_TEST_SERIES_H
#define KF_TEST_SERIES_H

#include <stddef.h>

struct series {
    double *value;
    size_t count, capacity;
};

/* Adds a number; leaves the program when memory runs out. */
void series_add(struct series *series, double value);
void series_append(struct series *series, const struct series *more);
void series_free(struct series *series);

double series_mean(const struct series *series);
double series_sd(const struct series *series); /* with n - 1 */
double series_rms(const struct series *series);
double series_max(const struct series *series);
double series_worst(const struct series *series); /* the largest magnitude */
/* The value below which `share` (0..1) of the numbers lie, by nearest rank; sorts the series. */
double series_quantile(struct series *series, double share);

/* Pearson's, over pairs of two series of one length. */
double series_correlation(const struct series *a, const struct series *b);

#endif
