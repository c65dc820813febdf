/* hamstring.h - the muscles of one leg, and which of them says whether the hamstrings pull.
 *
 * Over the biceps femoris (hamstring_x) or over semimembranosus and semitendinosus (medial_hamstring_x) an electrode
 * sees one side of the group. Where both are worn the larger early-swing ratio counts: one of them pulling is a pull,
 * and tone is only what both agree on. Surface EMG cannot separate the heads of the biceps (science.md section 10).
 * Rectus and gluteus get envelopes as well; nothing is judged by them. */
#ifndef KF_HAMSTRING_H
#define KF_HAMSTRING_H

#include "core/emg.h"

enum { KF_MUSCLE_SITES = KF_SITE_INSOLE_L - KF_SITE_HAMSTRING_L }; /* by site - KF_SITE_HAMSTRING_L */

/* The state of this site, or NULL when it is no muscle. */
struct kf_emg *kf_muscle_at(struct kf_emg muscle[KF_MUSCLE_SITES], enum kf_site site);

/* Every muscle of the leg learns from a swing that has ended: kf_emg_learn. */
void kf_muscles_learn(struct kf_emg muscle[KF_MUSCLE_SITES], enum kf_leg leg, double t_to_s, double t_ic_s);

/* kf_emg_early_ratio of the leg's hamstrings; NAN when none can say. swing_s is the length expected. */
double kf_hamstring_early_ratio(const struct kf_emg muscle[KF_MUSCLE_SITES], enum kf_leg leg, double t_to_s,
                                double swing_s);

/* kf_emg_level of the leg's hamstrings. */
double kf_hamstring_level(const struct kf_emg muscle[KF_MUSCLE_SITES], enum kf_leg leg, double t_s);

#endif
