/* reseal.h - makes damaged frames of the pods people can buy pass their checksums, so that a fuzzer reaches what lies
 * behind them. */
#ifndef KF_FUZZ_RESEAL_H
#define KF_FUZZ_RESEAL_H

#include <stddef.h>
#include <stdint.h>

/* Sets the checksum of each WitMotion, Xbus and VectorNav frame found in the bytes, in place. */
void reseal(uint8_t *bytes, size_t count);

#endif
