/* fuzz_ini.h - one input through reader and writer of settings; the entry libFuzzer calls and `make check` replays. */
#ifndef KF_FUZZ_INI_H
#define KF_FUZZ_INI_H

#include <stddef.h>
#include <stdint.h>

/* The first two bytes choose what is written into the rest. Returns 0; aborts when a promise of ini.h or write.h is
 * broken. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif
