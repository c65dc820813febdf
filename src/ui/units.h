/* units.h - belt speed as treadmills show it: m/s, km/h, or minutes a kilometre. Everything inside is m/s. */
#ifndef KF_UNITS_H
#define KF_UNITS_H

#include "ui/text.h"

enum kf_units { KF_UNITS_MPS, KF_UNITS_KMH, KF_UNITS_PACE, KF_UNITS_COUNT };

/* "3.96 m/s", "14.3 km/h", "4:13 min/km"; "-" when unknown or standing where that has no pace. */
void kf_units_speed(char out[KF_NUMBER_MAX], enum kf_units units, double speed_mps);

/* What one press of + changes, m/s: 0.1 m/s, else 0.1 km/h, the usual step of a treadmill's own keys. */
double kf_units_step_mps(enum kf_units units);

/* "m/s", "km/h", "min/km". */
const char *kf_units_name(enum kf_units units);

#endif
