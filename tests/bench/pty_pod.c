/* pty_pod.c - see pty_pod.h. */
#include "pty_pod.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "source/sim.h"

struct pty_pod_thread {
    pthread_t thread;
    int master;
    struct kf_sim *sim;
};

bool pty_pod_open(struct pty_pod *pod)
{
    struct kf_sim_config config;
    struct pty_pod_thread *own = calloc(1, sizeof *own);
    if (!own)
        return false;
    pod->thread = own;
    own->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (own->master < 0 || grantpt(own->master) != 0 || unlockpt(own->master) != 0)
        return false;
    (void)snprintf(pod->uri, sizeof pod->uri, "pty:%s", ptsname(own->master));
    kf_sim_config_default(&config);
    if (kf_sim_config_parse(&config, pod->sim, NULL) != KF_OK)
        return false;
    own->sim = kf_sim_create(&config, NULL);
    return own->sim != NULL;
}

static void put(struct pty_pod *pod, const uint8_t *bytes, size_t count)
{
    uint8_t questions[256];
    while (read(pod->thread->master, questions, sizeof questions) > 0)
        continue;
    while (count > 0) {
        struct pollfd fd = {.fd = pod->thread->master, .events = POLLOUT};
        const ssize_t taken = write(pod->thread->master, bytes, count);
        if (taken < 0 && poll(&fd, 1, 1000) < 1)
            return;
        bytes += taken > 0 ? taken : 0;
        count -= taken > 0 ? (size_t)taken : 0;
        pod->sent_bytes += taken > 0 ? (uint64_t)taken : 0;
    }
}

/* Every few milliseconds what is due by then. */
static void *talk(void *context)
{
    enum { TICK_MS = 2 };
    struct pty_pod *pod = context;
    const double start_s = bench_now_s();
    uint8_t bytes[4096];
    double now_s;
    pod->start_s = start_s;
    while ((now_s = bench_now_s() - start_s) < pod->seconds) {
        const double until_s = pod->rate_bytes_s > 0 ? INFINITY : now_s;
        int count = 1;
        while (count > 0 && (pod->rate_bytes_s <= 0 || (double)pod->sent_bytes < pod->rate_bytes_s * now_s)) {
            count = kf_sim_wire_read(pod->thread->sim, until_s, bytes, sizeof bytes);
            if (count <= 0)
                break;
            pod->wrote_s = bench_now_s();
            put(pod, bytes, (size_t)count);
        }
        (void)poll(NULL, 0, TICK_MS);
    }
    pod->done = true;
    return NULL;
}

void pty_pod_start(struct pty_pod *pod)
{
    if (pthread_create(&pod->thread->thread, NULL, talk, pod) != 0)
        abort();
}

void pty_pod_close(struct pty_pod *pod)
{
    (void)pthread_join(pod->thread->thread, NULL);
    kf_sim_destroy(pod->thread->sim);
    (void)close(pod->thread->master);
    free(pod->thread);
}
