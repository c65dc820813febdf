/* bench_decode.c - what a decoder costs: ns a sample and a row or frame, and how many times faster than real time.
 *
 * bench_decode [FILE [DRIVER]]; by default the shared synthetic log, all in memory, best of several passes. Exits 77
 * without the file. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../pods/feed.h"

enum { PASSES = 7, READ_BYTES = 65536 };

static void count_item(void *context, const struct kf_pod_item *item)
{
    *(unsigned long *)context += item->kind == KF_POD_SAMPLE;
}

static double now_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Decodes everything once; returns the seconds it took. */
static double pass(const struct kf_pod_driver *driver, void *state, const uint8_t *bytes, size_t count,
                   unsigned long *samples)
{
    const struct kf_pod_sink sink = {count_item, samples};
    *samples = 0;
    driver->init(state);
    const double start_s = now_s();
    for (size_t at = 0; at < count; at += READ_BYTES)
        driver->push(state, bytes + at, count - at < READ_BYTES ? count - at : READ_BYTES, &sink);
    driver->finish(state, &sink);
    return now_s() - start_s;
}

static uint8_t *read_input(const char *path, size_t *count)
{
    uint8_t *bytes = NULL;
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!path)
        return feed_read_shared("synthetic/relaxed_then_mixed.csv", count);
    if (file && fseek(file, 0, SEEK_END) == 0) {
        const long size = ftell(file);
        rewind(file);
        bytes = size > 0 ? malloc((size_t)size) : NULL;
        *count = bytes ? fread(bytes, 1, (size_t)size, file) : 0;
    }
    if (file)
        (void)fclose(file);
    return bytes;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    uint8_t *bytes = read_input(argc > 1 ? argv[1] : NULL, &count);
    const struct kf_pod_driver *driver = argc > 2 ? kf_pod_driver_find(argv[2])
                                         : bytes  ? kf_pod_detect(bytes, count < 4096 ? count : 4096)
                                                  : NULL;
    if (!bytes || !driver) {
        fprintf(stderr, "bench_decode: nothing to decode\n");
        free(bytes);
        return FEED_SKIP;
    }
    void *state = malloc(driver->state_size);
    double best_s = 1e9;
    unsigned long samples = 0;
    for (int i = 0; state && i < PASSES; i++) {
        const double took_s = pass(driver, state, bytes, count, &samples);
        best_s = took_s < best_s ? took_s : best_s;
    }
    if (state && samples > 0) {
        const struct kf_pod_stats *stats = driver->stats(state);
        printf("decode %s: %.0f ns a row or frame, %.1f ns a sample, %.0f MB/s, %.0f x real time\n", driver->name,
               best_s * 1e9 / (double)stats->good_frames, best_s * 1e9 / (double)samples, (double)count / best_s / 1e6,
               (stats->last_t_s - stats->first_t_s) / best_s);
    }
    free(state);
    free(bytes);
    return 0;
}
