/* pace.c - a step in stride and contact time (see pace.h). */
#include "core/pace.h"

#include <math.h>
#include <string.h>

enum { NEWEST = 2 }; /* one long stride is a stumble */

/* Above the 4.4 and 5.6 % by which steady strides differ, below the 7 and 10 % of a step of 1 m/s (pace.h). */
static const double stride_step = .05, contact_step = .06;

/* The mean of the newest over the mean of those before them, less one. */
static double change(const double value[KF_PACE_STRIDES])
{
    const int earlier = KF_PACE_STRIDES - NEWEST;
    double before = 0, now = 0;
    for (int i = 0; i < earlier; i++)
        before += value[i];
    for (int i = earlier; i < KF_PACE_STRIDES; i++)
        now += value[i];
    return now / NEWEST * earlier / before - 1;
}

bool kf_pace_add(struct kf_pace *pace, double stride_s, double contact_s)
{
    if (!isfinite(stride_s) || !isfinite(contact_s)) {
        pace->count = 0;
        return false;
    }
    if (pace->count == KF_PACE_STRIDES) {
        pace->count--;
        memmove(pace->stride_s, pace->stride_s + 1, pace->count * sizeof pace->stride_s[0]);
        memmove(pace->contact_s, pace->contact_s + 1, pace->count * sizeof pace->contact_s[0]);
    }
    pace->stride_s[pace->count] = stride_s;
    pace->contact_s[pace->count++] = contact_s;
    if (pace->count < KF_PACE_STRIDES)
        return false;
    const double stride = change(pace->stride_s), contact = change(pace->contact_s);
    return stride * contact > 0 && fabs(stride) > stride_step && fabs(contact) > contact_step;
}
