/* fuzz_pod.h - one input through every decoder; the entry libFuzzer calls and `make check` replays. */
#ifndef KF_FUZZ_POD_H
#define KF_FUZZ_POD_H

#include <stddef.h>
#include <stdint.h>

/* The first byte chooses how the rest is cut. Returns 0; aborts when a promise of pod.h is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif
