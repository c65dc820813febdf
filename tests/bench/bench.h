/* bench.h - what the speed measurements share: a stopwatch, and the recordings they run over.
 *
 * The recording is the shared synthetic log, 60 s of five sensors at 200 Hz; where it is missing, the simulator makes
 * one of the same kind. The same simulated run as podlink bytes is there, too: what a pod would send. */
#ifndef KF_BENCH_H
#define KF_BENCH_H

#include <stddef.h>
#include <stdint.h>

enum { BENCH_PASSES = 7, BENCH_READ_BYTES = 65536 };

struct bench_bytes {
    uint8_t *bytes; /* to be freed by bench_free */
    size_t count;
};

/* Monotonic seconds. */
double bench_now_s(void);

/* A whole file; a log of the shared data or the simulator's; the simulator's podlink. bytes NULL: not to be had. */
struct bench_bytes bench_file(const char *path);
struct bench_bytes bench_log(void);
struct bench_bytes bench_log_emg(void); /* with two hamstrings at 1 kHz; shared data only */
struct bench_bytes bench_podlink(void);
void bench_free(struct bench_bytes *input);

#endif
