/* near.h - equality of doubles within a tolerance; cmocka's own compares floats. Include after cmocka.h. */
#ifndef KF_TEST_NEAR_H
#define KF_TEST_NEAR_H

#include <math.h>

/* Fails where got is not within tolerance of want; NAN is near nothing. */
#define assert_near(got, want, tolerance) near_or_fail((got), (want), (tolerance), #got, __FILE__, __LINE__)

static inline void near_or_fail(double got, double want, double tolerance, const char *what, const char *file, int line)
{
    if (fabs(got - want) <= tolerance)
        return;
    print_error("%s = %.12g, expected %.12g within %g\n", what, got, want, tolerance);
    _fail(file, line);
}

#endif
