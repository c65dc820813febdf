/* clock.c - time, read in one place, so that replay and tests can put their own in its stead. */
#include "config.h"

#include "app/clock.h"

#include <time.h>

static int64_t read_ns(clockid_t id)
{
    struct timespec now = {0};

    /* Both clocks exist wherever this builds, so the call cannot fail. */
    (void)clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t kf_clock_monotonic_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

int64_t kf_clock_wall_ns(void)
{
    return read_ns(CLOCK_REALTIME);
}
