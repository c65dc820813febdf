/* vqf_reference.h - 6-axis VQF over a whole recording, written to be checked against the paper and nothing else.
 *
 * It shares no choice with src/core/orientation.c: z up as printed, rotation matrices, degrees in the bias filter,
 * textbook difference equations, elimination instead of a closed-form inverse, and every step at every sample. */
#ifndef KF_TEST_VQF_REFERENCE_H
#define KF_TEST_VQF_REFERENCE_H

struct vqf_series {
    double ts_s;
    int count;
    double (*acc)[3], (*gyr)[3]; /* in: m/s², rad/s, sensor axes */
    double (*up)[3];             /* out: up in sensor axes */
    double (*bias_degps)[3];     /* out */
};

struct vqf_series vqf_series_new(double ts_s, int count);
void vqf_series_free(struct vqf_series *series);
void vqf_reference(struct vqf_series *series);

/* The matrix of the rotation vector (axis times angle, rad). */
void matrix_of_rotation(const double vector[3], double out[3][3]);

/* out = a b; out may be either. */
void matrix_product(double a[3][3], double b[3][3], double out[3][3]);

#endif
