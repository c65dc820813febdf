/* Protects the tilt's accuracy on a real sensor turned fast by hand: BROAD trial 07 against optical truth. Prints the
 * inclination RMSE over the moving samples; the published implementation reaches 1.39 degrees. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "kneefold/orientation.h"

#define DEG (3.14159265358979323846 / 180)

static const double limit_deg = 1.45;
static const double rate_hz = 2000. / 7; /* SOURCE.txt: 285.7 Hz */

enum { COLUMNS = 12 }; /* time_s, acc xyz, gyr xyz, opt_q wxyz, moving */

/* An empty cell is NAN. False when there are too few. */
static bool read_row(char *line, double row[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        char *end;
        row[i] = strtod(line, &end);
        if (end == line)
            row[i] = NAN;
        if (*end != (i + 1 < COLUMNS ? ',' : '\n'))
            return false;
        line = end + 1;
    }
    return true;
}

/* The angle between up as the filter has it and up by the optical quaternion (sensor to earth, z up), deg. */
static double inclination_error_deg(const struct kf_orientation *o, const double q[4])
{
    const double truth[3] = {2 * (q[1] * q[3] - q[0] * q[2]), 2 * (q[2] * q[3] + q[0] * q[1]),
                             1 - 2 * (q[1] * q[1] + q[2] * q[2])};
    double up[3], cosine = 0;
    kf_orientation_up(o, up);
    for (int i = 0; i < 3; i++)
        cosine += up[i] * truth[i];
    return acos(fmin(1, cosine)) / DEG;
}

int main(void)
{
    const char *shared = getenv("KNEEFOLD_SHARED");
    char path[4096], line[1024];
    double row[COLUMNS], sum = 0;
    long rows = 0, scored = 0;
    struct kf_orientation o;

    snprintf(path, sizeof path, "%s/data/orientation/broad07_60s.csv", shared ? shared : KF_SRCDIR "/../shared");
    FILE *file = fopen(path, "r");
    if (!file) {
        printf("skipped: cannot open '%s' (set KNEEFOLD_SHARED)\n", path);
        return 77;
    }
    kf_orientation_init(&o, 1 / rate_hz);
    while (fgets(line, sizeof line, file)) {
        if (!read_row(line, row) || !isfinite(row[0]))
            continue; /* the header */
        kf_orientation_update(&o, row + 1, row + 4);
        rows++;
        if (row[11] < .5 || !isfinite(row[7]))
            continue;
        const double error_deg = inclination_error_deg(&o, row + 7);
        sum += error_deg * error_deg;
        scored++;
    }
    fclose(file);
    const double rmse_deg = scored ? sqrt(sum / (double)scored) : NAN;
    printf("orientation: BROAD 07, %ld samples, %ld moving: inclination RMSE %.3f deg (limit %.2f, published 1.39)\n",
           rows, scored, rmse_deg, limit_deg);
    return rmse_deg <= limit_deg ? 0 : 1;
}
