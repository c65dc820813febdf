/* hamstring_length.c - musculotendon length as a polynomial of hip and knee flexion (see kneefold/hamstring_length.h).
 *
 * L = (L0 + h hip + k knee + hh hip² + kk knee²) thigh / 0.396 m, mm and degrees: the table of science.md section 9. */
#include "kneefold/hamstring_length.h"

#include <math.h>

struct path {
    double l0, h, k, hh, kk;
};

static const struct path paths[KF_HAMSTRING_COUNT] = {
    [KF_SEMIMEMBRANOSUS] = {417.3, .853, -.782, .00183, .00137},
    [KF_SEMITENDINOSUS] = {466.7, .984, -.934, .00315, .00174},
    [KF_BICEPS_LONG] = {423.2, .989, -.754, .00180, .00243},
};
static const double model_thigh_m = .396;

double kf_hamstring_length_mm(enum kf_hamstring muscle, double hip_rad, double knee_rad, double thigh_m)
{
    const double degrees = 180 / 3.14159265358979323846;
    const double hip = degrees * hip_rad, knee = degrees * knee_rad;
    const struct path *path = &paths[muscle];
    const double model_mm = path->l0 + hip * (path->h + path->hh * hip) + knee * (path->k + path->kk * knee);
    return model_mm * thigh_m / model_thigh_m;
}
