/* clock.h - the only place that reads time (tests/check_layering.sh enforces it).
 *
 * The app reads it once a wake-up and passes the value on, so everything below can be tested with invented times. */
#ifndef KF_CLOCK_H
#define KF_CLOCK_H

#include <stdint.h>

/* Nanoseconds since an arbitrary start, never going back; it does not count time asleep (suspend). */
int64_t kf_clock_monotonic_ns(void);

/* Nanoseconds since 1970-01-01 UTC, as the machine believes; may jump. For file names and records, never for
 * intervals. */
int64_t kf_clock_wall_ns(void);

#endif
