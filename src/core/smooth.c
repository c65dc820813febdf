/* smooth.c - the weights of the raised-cosine kernel.
 *
 * They are constants so that the core needs no set-up and no storage: w(i) = (1 + cos(pi i / 7)) / 14 and
 * s(i) = sin(pi i / 7) / sum(i sin(pi i / 7)), i = -6..6 (a Hann window and the slope of it). tests/unit/test_smooth.c
 * recomputes them. */
#include "core/smooth.h"

const double kf_smooth_weight[KF_SMOOTH_TAPS] = {
    0.0070736522926843548, 0.026893585581519046, 0.055534219003120402,  0.087322923854022474, 0.11596355727562381,
    0.13578349056445851,   0.14285714285714285,  0.13578349056445851,   0.11596355727562381,  0.087322923854022474,
    0.055534219003120402,  0.026893585581519046, 0.0070736522926843548,
};

const double kf_smooth_slope[KF_SMOOTH_TAPS] = {
    -0.014147304585368694,
    -0.025492561992300676,
    -0.031788704850902058,
    -0.031788704850902051,
    -0.025492561992300673,
    -0.014147304585368692,
    0,
    0.014147304585368692,
    0.025492561992300673,
    0.031788704850902051,
    0.031788704850902058,
    0.025492561992300676,
    0.014147304585368694,
};
