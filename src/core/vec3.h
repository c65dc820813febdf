/* vec3.h - three-component vectors of double, the few operations alignment needs. */
#ifndef KF_VEC3_H
#define KF_VEC3_H

#include <math.h>
#include <stdbool.h>

static inline double vec3_dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline void vec3_copy(double to[3], const double from[3])
{
    to[0] = from[0];
    to[1] = from[1];
    to[2] = from[2];
}

static inline void vec3_scale(double v[3], double factor)
{
    v[0] *= factor;
    v[1] *= factor;
    v[2] *= factor;
}

/* a × b, right-handed. */
static inline void vec3_cross(const double a[3], const double b[3], double out[3])
{
    out[0] = a[1] * b[2] - a[2] * b[1];
    out[1] = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
}

/* Takes the part of v along the unit vector `axis` away. */
static inline void vec3_reject(double v[3], const double axis[3])
{
    const double along = vec3_dot(v, axis);
    v[0] -= along * axis[0];
    v[1] -= along * axis[1];
    v[2] -= along * axis[2];
}

/* To unit length; false (and unchanged) when v is too short to have a direction. */
static inline bool vec3_normalise(double v[3])
{
    const double length = sqrt(vec3_dot(v, v));
    if (!(length > 1e-9))
        return false;
    vec3_scale(v, 1 / length);
    return true;
}

#endif
