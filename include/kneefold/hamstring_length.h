/* hamstring_length.h - how long the hamstrings are, from hip and knee flexion.
 *
 * A runner who holds the torso vertical shortens the hamstrings with every rearward movement of the leg; by how much
 * depends on the pelvis' tilt, which only a sensor on the pelvis sees (about 1 mm a degree). Polynomials fitted to the
 * path points of the gait2392 model over hip -20..60 and knee 0..120 degrees, 1.4 to 1.8 mm RMS; science.md section 9.
 */
#ifndef KNEEFOLD_HAMSTRING_LENGTH_H
#define KNEEFOLD_HAMSTRING_LENGTH_H

enum kf_hamstring { KF_SEMIMEMBRANOSUS, KF_SEMITENDINOSUS, KF_BICEPS_LONG, KF_HAMSTRING_COUNT };

/* Musculotendon length, mm. hip_rad, knee_rad: flexion positive; a little beyond the fitted range the parabola still
 * holds its course (it turns back at 155 degrees of knee). thigh_m: hip to knee joint centre. NAN when any of them is.
 */
double kf_hamstring_length_mm(enum kf_hamstring muscle, double hip_rad, double knee_rad, double thigh_m);

#endif
