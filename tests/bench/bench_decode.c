/* bench_decode.c - what a decoder costs: ns a sample and a row or frame, and how many times faster than real time.
 *
 * bench_decode [FILE [DRIVER]]; by default a log and a podlink capture (bench.h), best of several passes. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "kneefold/pod.h"

static void count_item(void *context, const struct kf_pod_item *item)
{
    *(unsigned long *)context += item->kind == KF_POD_SAMPLE;
}

/* Decodes everything once; returns the seconds it took. */
static double pass(const struct kf_pod_driver *driver, void *state, const struct bench_bytes *input,
                   unsigned long *samples)
{
    const struct kf_pod_sink sink = {count_item, samples};
    *samples = 0;
    driver->init(state);
    const double start_s = bench_now_s();
    for (size_t at = 0; at < input->count; at += BENCH_READ_BYTES)
        driver->push(state, input->bytes + at,
                     input->count - at < BENCH_READ_BYTES ? input->count - at : BENCH_READ_BYTES, &sink);
    driver->finish(state, &sink);
    return bench_now_s() - start_s;
}

static void measure(const struct bench_bytes *input, const char *driver_name)
{
    const size_t head = input->count < 4096 ? input->count : 4096;
    const struct kf_pod_driver *driver = driver_name ? kf_pod_driver_find(driver_name)
                                         : head > 0  ? kf_pod_detect(input->bytes, head)
                                                     : NULL;
    void *state = driver ? malloc(driver->state_size) : NULL;
    double best_s = 1e9;
    unsigned long samples = 0;
    for (int i = 0; state && i < BENCH_PASSES; i++) {
        const double took_s = pass(driver, state, input, &samples);
        best_s = took_s < best_s ? took_s : best_s;
    }
    if (state && samples > 0) {
        const struct kf_pod_stats *stats = driver->stats(state);
        printf("decode   %-12s %6.1f ns a sample, %6.0f ns a row or frame, %4.0f MB/s, %.0f x real time\n",
               driver->name, best_s * 1e9 / (double)samples, best_s * 1e9 / (double)stats->good_frames,
               (double)input->count / best_s / 1e6, (stats->last_t_s - stats->first_t_s) / best_s);
    } else {
        printf("decode   nothing to decode\n");
    }
    free(state);
}

int main(int argc, char **argv)
{
    struct bench_bytes input = argc > 1 ? bench_file(argv[1]) : bench_log();
    measure(&input, argc > 2 ? argv[2] : NULL);
    bench_free(&input);
    if (argc <= 1) {
        input = bench_podlink();
        measure(&input, NULL);
        bench_free(&input);
    }
    return 0;
}
