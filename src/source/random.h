/* random.h - seeded random numbers that are the same on every machine.
 *
 * PCG-XSH-RR 64/32 (M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for
 * Random Number Generation", HMC-CS-2014-0905, 2014), written from the paper's description. Two generators with one
 * seed and different streams are independent: one a purpose keeps an option from disturbing what others draw. */
#ifndef KF_RANDOM_H
#define KF_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct kf_random {
    uint64_t state, increment;
    double spare; /* the second normal of a pair */
    bool has_spare;
};

void kf_random_seed(struct kf_random *random, uint64_t seed, uint64_t stream);
uint32_t kf_random_u32(struct kf_random *random);
/* 0..limit-1, unbiased; 0 when limit is 0. */
uint32_t kf_random_below(struct kf_random *random, uint32_t limit);
/* Uniform in [0, 1), and in [low, high). */
double kf_random_unit(struct kf_random *random);
double kf_random_between(struct kf_random *random, double low, double high);
/* Standard normal (Marsaglia's polar method). */
double kf_random_normal(struct kf_random *random);

#endif
