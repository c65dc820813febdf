/* span.h - FROM:TO in seconds on a command line. */
#ifndef KF_SPAN_H
#define KF_SPAN_H

#include <stdbool.h>

/* Reads "16:48". Both >= 0, TO beyond FROM. False, and nothing touched, otherwise. */
bool kf_span_read(const char *text, double *from_s, double *to_s);

#endif
