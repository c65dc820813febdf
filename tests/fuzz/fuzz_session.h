/* fuzz_session.h - one input as a session file; the entry libFuzzer calls and `make check` replays. */
#ifndef KF_FUZZ_SESSION_H
#define KF_FUZZ_SESSION_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0; aborts when a promise of store/reader.h is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif
