/* random.c - PCG-XSH-RR 64/32 and what the simulator draws from it.
 *
 * rand() differs between C libraries and has one hidden state; recordings made from a seed must be the same bytes
 * everywhere. The multiplier is the paper's (Knuth's MMIX constant). */
#include "source/random.h"

#include <math.h>

static const uint64_t multiplier = 6364136223846793005u;

void kf_random_seed(struct kf_random *random, uint64_t seed, uint64_t stream)
{
    random->state = 0;
    random->increment = stream << 1 | 1;
    random->spare = 0;
    random->has_spare = false;
    (void)kf_random_u32(random);
    random->state += seed;
    (void)kf_random_u32(random);
}

uint32_t kf_random_u32(struct kf_random *random)
{
    const uint64_t old = random->state;
    const uint32_t folded = (uint32_t)((old >> 18 ^ old) >> 27);
    const uint32_t turn = (uint32_t)(old >> 59);

    random->state = old * multiplier + random->increment;
    return folded >> turn | folded << (-turn & 31);
}

uint32_t kf_random_below(struct kf_random *random, uint32_t limit)
{
    if (limit == 0)
        return 0;
    /* values under 2^32 mod limit would favour small results */
    const uint32_t floor_value = -limit % limit;
    uint32_t value;
    do
        value = kf_random_u32(random);
    while (value < floor_value);
    return value % limit;
}

double kf_random_unit(struct kf_random *random)
{
    return kf_random_u32(random) * 0x1p-32;
}

double kf_random_between(struct kf_random *random, double low, double high)
{
    return low + (high - low) * kf_random_unit(random);
}

double kf_random_normal(struct kf_random *random)
{
    double x, y, square;

    if (random->has_spare) {
        random->has_spare = false;
        return random->spare;
    }
    do {
        x = kf_random_between(random, -1, 1);
        y = kf_random_between(random, -1, 1);
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    const double scale = sqrt(-2 * log(square) / square);
    random->spare = y * scale;
    random->has_spare = true;
    return x * scale;
}
