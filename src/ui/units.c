/* units.c - a pace grows as the belt slows and has no end at rest: where it means nothing it is a dash. */
#include "ui/units.h"

#include <math.h>
#include <stdio.h>

void kf_units_speed(char out[KF_NUMBER_MAX], enum kf_units units, double speed_mps)
{
    long pace_s = speed_mps >= .3 && speed_mps < 100 ? lround(1000 / speed_mps) : -1;

    if (!(fabs(speed_mps) < 100) || (units == KF_UNITS_PACE && pace_s < 0))
        (void)snprintf(out, KF_NUMBER_MAX, "-");
    else if (units == KF_UNITS_PACE)
        (void)snprintf(out, KF_NUMBER_MAX, "%ld:%02ld min/km", pace_s / 60, pace_s % 60);
    else if (units == KF_UNITS_KMH)
        (void)snprintf(out, KF_NUMBER_MAX, "%.1f km/h", speed_mps * 3.6);
    else
        (void)snprintf(out, KF_NUMBER_MAX, "%.2f m/s", speed_mps);
}

double kf_units_step_mps(enum kf_units units)
{
    return units == KF_UNITS_MPS ? .1 : .1 / 3.6;
}

const char *kf_units_name(enum kf_units units)
{
    static const char *const names[KF_UNITS_COUNT] = {"m/s", "km/h", "min/km"};

    return (unsigned)units < KF_UNITS_COUNT ? names[units] : "";
}
