/* fuzz_capture.h - one input through the reader of captures; the entry libFuzzer calls and `make check` replays. */
#ifndef KF_FUZZ_CAPTURE_H
#define KF_FUZZ_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

/* The first byte chooses how the rest is cut. Returns 0; aborts when a promise of capture_format.h is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif
