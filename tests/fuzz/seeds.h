/* seeds.h - what pods of several makers would send, as a start for fuzzing: enough frames to lock, a loss, noise. */
#ifndef KF_FUZZ_SEEDS_H
#define KF_FUZZ_SEEDS_H

#include <stddef.h>
#include <stdint.h>

enum { SEED_ROOM = 4096 }; /* bytes any seed needs at most */

/* Each writes a stream and returns its length. */
size_t seed_bitalino(uint8_t *out);  /* four channels, then six */
size_t seed_cyton(uint8_t *out);     /* banner, radio frames, wired frames */
size_t seed_ximu3(uint8_t *out);     /* binary and ASCII, direct and muxed, a restart */
size_t seed_witmotion(uint8_t *out); /* summed frames with a clock and without, 55 61 frames of both lengths */
size_t seed_xsens(uint8_t *out);     /* floats, then fixed point after a restart */
size_t seed_vectornav(uint8_t *out); /* sentences, packets of two layouts, a restart */

#endif
