/* bench_analyze.c - what `kneefold analyze --csv` costs from bytes to the rows of swings: ns an inertial sample.
 *
 * bench_analyze [FILE]; by default a log and a podlink capture (bench.h). The engine is that of analyze with the
 * built-in settings; bytes come from memory and rows go to /dev/null. Best of several passes; the goal is 500 ns. */
#include <stdio.h>
#include <stdlib.h>

#include "app/analysis.h"
#include "app/settings_apply.h"
#include "bench.h"

static const double samples_a_second = 5 * 200; /* five sensors at 200 Hz */

static void on_event(void *context, const struct kf_engine_event *event)
{
    kf_analysis_event(context, event);
}

static uint64_t inertial_samples(const struct kf_pod_stats *stats)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < stats->stream_count; i++)
        sum += stats->stream[i].kind == KF_KIND_IMU6 ? stats->stream[i].samples : 0;
    return sum;
}

/* Analyses everything once; returns the seconds it took, set-up included, or -1. */
static double pass(const struct kf_engine_config *config, const struct bench_bytes *input, FILE *out,
                   uint64_t *inertial)
{
    struct kf_analysis analysis = {.writer = &kf_analysis_csv, .out = out};
    const struct kf_engine_listener listener = {on_event, &analysis};
    const double start_s = bench_now_s();
    struct kf_engine *engine = kf_engine_create(config, &listener, NULL);
    if (!engine)
        return -1;
    kf_analysis_begin(&analysis, "memory", engine);
    for (size_t at = 0; at < input->count; at += BENCH_READ_BYTES)
        kf_engine_push(engine, input->bytes + at,
                       input->count - at < BENCH_READ_BYTES ? input->count - at : BENCH_READ_BYTES);
    if (kf_engine_finish(engine, NULL) == KF_OK)
        kf_analysis_end(&analysis);
    kf_analysis_free(&analysis);
    *inertial = inertial_samples(kf_engine_stats(engine, 0));
    kf_engine_destroy(engine);
    return bench_now_s() - start_s;
}

static void measure(const struct bench_bytes *input, const char *name, FILE *out)
{
    static struct kf_settings settings;
    uint64_t inertial = 0;
    double best_s = 1e9;
    kf_settings_default(&settings);
    const struct kf_engine_config config = kf_settings_engine(&settings);
    for (int i = 0; input->bytes && i < BENCH_PASSES; i++) {
        const double took_s = pass(&config, input, out, &inertial);
        best_s = took_s >= 0 && took_s < best_s ? took_s : best_s;
    }
    if (inertial == 0) {
        printf("analyze  %s: no inertial samples\n", name);
        return;
    }
    const double cost_s = best_s / (double)inertial;
    printf("analyze  %-12s %6.1f ns an inertial sample (goal 500), %.0f x real time for five at 200 Hz\n", name,
           cost_s * 1e9, 1 / (cost_s * samples_a_second));
}

int main(int argc, char **argv)
{
    FILE *out = fopen("/dev/null", "w");
    if (!out)
        return 1;
    struct bench_bytes input = argc > 1 ? bench_file(argv[1]) : bench_log();
    measure(&input, argc > 1 ? "file" : "log", out);
    bench_free(&input);
    if (argc <= 1) {
        input = bench_podlink();
        measure(&input, "podlink", out);
        bench_free(&input);
    }
    (void)fclose(out);
    return 0;
}
