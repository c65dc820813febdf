/* seeds.h - what pods of several makers would send, as a start for fuzzing: enough frames to lock, a loss, noise. */
#ifndef KF_FUZZ_SEEDS_H
#define KF_FUZZ_SEEDS_H

#include <stddef.h>
#include <stdint.h>

enum { SEED_ROOM = 4096 }; /* bytes any seed needs at most */

/* Each writes a stream and returns its length. */
size_t seed_bitalino(uint8_t *out); /* four channels, then six */
size_t seed_cyton(uint8_t *out);    /* banner, radio frames, wired frames */
size_t seed_ximu3(uint8_t *out);    /* binary and ASCII, direct and muxed, a restart */

#endif
