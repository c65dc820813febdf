/* hamstring.c - from the muscles that wear electrodes to the one number a swing is judged by. */
#include "core/hamstring.h"

#include <math.h>
#include <stddef.h>

static const enum kf_site hamstrings[] = {KF_SITE_HAMSTRING_L, KF_SITE_MEDIAL_HAMSTRING_L};

_Static_assert((KF_SITE_HAMSTRING_R - KF_SITE_HAMSTRING_L) == 1 && KF_MUSCLE_SITES % KF_LEG_COUNT == 0,
               "muscles come in pairs, left first");

struct kf_emg *kf_muscle_at(struct kf_emg muscle[KF_MUSCLE_SITES], enum kf_site site)
{
    const int index = (int)site - KF_SITE_HAMSTRING_L;
    return index >= 0 && index < KF_MUSCLE_SITES ? &muscle[index] : NULL;
}

void kf_muscles_learn(struct kf_emg muscle[KF_MUSCLE_SITES], enum kf_leg leg, double t_to_s, double t_ic_s)
{
    for (int i = (int)leg; i < KF_MUSCLE_SITES; i += KF_LEG_COUNT)
        if (muscle[i].worn)
            kf_emg_learn(&muscle[i], t_to_s, t_ic_s);
}

/* fmax passes over NAN: a hamstring that is not worn says nothing. */
double kf_hamstring_early_ratio(const struct kf_emg muscle[KF_MUSCLE_SITES], enum kf_leg leg, double t_to_s,
                                double swing_s)
{
    double most = NAN;
    for (unsigned i = 0; i < sizeof hamstrings / sizeof hamstrings[0]; i++)
        most = fmax(most, kf_emg_early_ratio(&muscle[hamstrings[i] - KF_SITE_HAMSTRING_L + (int)leg], t_to_s, swing_s));
    return most;
}

double kf_hamstring_level(const struct kf_emg muscle[KF_MUSCLE_SITES], enum kf_leg leg, double t_s)
{
    double most = NAN;
    for (unsigned i = 0; i < sizeof hamstrings / sizeof hamstrings[0]; i++)
        most = fmax(most, kf_emg_level(&muscle[hamstrings[i] - KF_SITE_HAMSTRING_L + (int)leg], t_s));
    return most;
}
