/* pty_pod.h - a pod of the simulator's bytes on a pseudo-terminal, in a thread of its own and in real time, for the
 * benches that measure what a whole session does with it. */
#ifndef KF_PTY_POD_H
#define KF_PTY_POD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct pty_pod {
    double rate_bytes_s; /* 0: as the runner runs; else so many bytes a second, as fast as that makes him */
    double seconds;
    const char *sim; /* options of the simulator */
    char uri[80];    /* out: where it is */
    _Atomic uint64_t sent_bytes;
    _Atomic double start_s, wrote_s; /* out: when the runner's time was 0, and of the newest bytes (bench_now_s) */
    _Atomic bool done;
    struct pty_pod_thread *thread;
};

bool pty_pod_open(struct pty_pod *pod);
void pty_pod_start(struct pty_pod *pod);
void pty_pod_close(struct pty_pod *pod);

#endif
