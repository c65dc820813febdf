/* bench_flood.c - what does a pod that talks as fast as 3 Mbaud cost? 300 kB/s for a minute of real time through a
 * pseudo-terminal, session and view: samples lost, processor, and how much the memory grows. The proof without a clock
 * is tests/unit/test_lines. */
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/pump.h"
#include "app/settings_apply.h"
#include "bench.h"
#include "pty_pod.h"

#define SECONDS 60.0
#define RATE_BYTES_S 300e3
#define SETTLED_S 6.0

static long resident_kib(void)
{
    long pages = 0, unused;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fscanf(file, "%ld %ld", &unused, &pages) != 2)
        pages = 0;
    if (file)
        (void)fclose(file);
    return pages * sysconf(_SC_PAGESIZE) / 1024;
}

int main(void)
{
    static struct pty_pod pod = {.seconds = SECONDS, .rate_bytes_s = RATE_BYTES_S, .sim = "demo,emg"};
    static struct kf_view view;
    struct kf_settings settings;
    struct kf_error error = {0};
    long before_kib = 0;
    kf_settings_default(&settings);
    settings.athlete_height_m = 1.75;
    if (!pty_pod_open(&pod))
        return 77;
    struct kf_session_config config = {.engine = kf_settings_engine(&settings), .uri = {pod.uri}, .speed = 1};
    struct kf_session *session = kf_session_open(&config, &error);
    struct kf_pump *pump = session ? kf_pump_start(session, &config, &error) : NULL;
    if (!pump) {
        printf("bench_flood: %s\n", error.text);
        return 1;
    }
    const clock_t cpu = clock();
    const double start_s = bench_now_s();
    pty_pod_start(&pod);
    while (!pod.done || (view.pods[0].bytes < pod.sent_bytes && bench_now_s() - start_s < SECONDS + 5)) {
        (void)poll(NULL, 0, 50);
        (void)kf_pump_view(pump, &view);
        if (before_kib == 0 && bench_now_s() - start_s > SETTLED_S)
            before_kib = resident_kib();
    }
    const double cpu_s = (double)(clock() - cpu) / CLOCKS_PER_SEC, took_s = bench_now_s() - start_s;
    const long after_kib = resident_kib();
    printf("flood, %.0f kB/s for %.0f s over a pseudo-terminal\n", (double)pod.sent_bytes / took_s / 1e3, took_s);
    printf("  %llu bytes sent, %llu understood; %llu bad frames, %.3f %% of samples lost; goal: none\n",
           (unsigned long long)pod.sent_bytes, (unsigned long long)view.pods[0].bytes,
           (unsigned long long)view.pods[0].bad_frames, view.pods[0].loss_pct);
    printf(
        "  processor %.0f %%, the simulator's own part included; memory %ld KiB, grown by %ld KiB since second %.0f\n",
        100 * cpu_s / took_s, after_kib, after_kib - before_kib, SETTLED_S);
    (void)kf_pump_stop(pump, &error);
    pty_pod_close(&pod);
    return 0;
}
