/* pace.h - has the belt changed speed, though nobody said so?
 *
 * A runner at another speed is not the runner of the baseline, and while the belt changes the swings belong to neither.
 * A treadmill that is not connected tells nothing, but stride and contact both shorten when it speeds up. */
#ifndef KF_PACE_H
#define KF_PACE_H

#include <stdbool.h>

enum { KF_PACE_STRIDES = 8 };

struct kf_pace {
    unsigned count; /* strides held, newest last */
    double stride_s[KF_PACE_STRIDES], contact_s[KF_PACE_STRIDES];
};

/* Takes a stride of one leg; whether the last two differ from the six before as only another speed makes them: stride
 * by 5 % and contact by 6 %, the same way. Steady real and simulated strides differ by 4.4 and 5.6 % at most, a step of
 * 1 m/s makes 7 and 10 %; a step below some .7 m/s passes unnoticed. NAN, a stride not seen whole, starts anew. */
bool kf_pace_add(struct kf_pace *pace, double stride_s, double contact_s);

#endif
