/* manual.h - kneefold.ini(5) from its hand-written frame and the tables. */
#ifndef KF_TEST_MANUAL_H
#define KF_TEST_MANUAL_H

#include <stdio.h>

/* Copies `frame`, with the lists in the place of the lines @SETTINGS@, @CUE_KEYS@, @METRICS@ and @CUES@. */
void kf_manual_write(FILE *frame, FILE *out);

#endif
