/* bench_core.c - what the mathematics cost: ns an inertial sample through the whole pipeline, and what a sample of EMG
 * adds, decoded beforehand.
 *
 * bench_core [FILE]; the baseline is collected automatically as in live, so that every swing is judged. Frames are
 * off, as in analyze. Best of several passes; the goal is 300 ns. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "core/pipeline_state.h"
#include "kneefold/pod.h"

static const double samples_a_second = 5 * 200; /* five sensors at 200 Hz */

struct samples {
    struct kf_sample *sample;
    size_t count, capacity, inertial;
};

static void keep(void *context, const struct kf_pod_item *item)
{
    struct samples *samples = context;
    if (item->kind != KF_POD_SAMPLE)
        return;
    if (samples->count == samples->capacity) {
        const size_t capacity = samples->capacity ? 2 * samples->capacity : 1024;
        struct kf_sample *grown = realloc(samples->sample, capacity * sizeof *grown);
        if (!grown)
            return;
        samples->sample = grown;
        samples->capacity = capacity;
    }
    samples->sample[samples->count++] = item->u.sample;
    samples->inertial += item->u.sample.kind == KF_KIND_IMU6;
}

static struct samples decode(const struct bench_bytes *input)
{
    struct samples samples = {NULL, 0, 0, 0};
    const struct kf_pod_sink sink = {keep, &samples};
    const size_t head = input->count < 4096 ? input->count : 4096;
    const struct kf_pod_driver *driver = head > 0 ? kf_pod_detect(input->bytes, head) : NULL;
    void *state = driver ? malloc(driver->state_size) : NULL;
    if (state) {
        driver->init(state);
        driver->push(state, input->bytes, input->count, &sink);
        driver->finish(state, &sink);
    }
    free(state);
    return samples;
}

static void count_verdict(void *context, const struct kf_output *output)
{
    *(unsigned *)context += output->kind == KF_OUT_VERDICT;
}

static double pass(struct kf_pipeline *pipeline, const struct samples *samples, bool emg, unsigned *verdicts)
{
    const struct kf_pipeline_config config = {.athlete = kf_athlete_unknown(),
                                              .placement = kf_placement_default(),
                                              .limits = kf_limits_default(),
                                              .auto_baseline = true};
    const struct kf_pipeline_sink sink = {count_verdict, verdicts};
    *verdicts = 0;
    kf_pipeline_init(pipeline, &config);
    const double start_s = bench_now_s();
    for (size_t i = 0; i < samples->count; i++)
        if (emg || samples->sample[i].kind != KF_KIND_EMG)
            kf_pipeline_push(pipeline, &samples->sample[i], &sink);
    kf_pipeline_finish(pipeline, &sink);
    return bench_now_s() - start_s;
}

static double best_of(const struct samples *samples, bool emg, unsigned *verdicts)
{
    static struct kf_pipeline pipeline;
    double best_s = 1e9;
    for (int i = 0; i < BENCH_PASSES; i++) {
        const double took_s = pass(&pipeline, samples, emg, verdicts);
        best_s = took_s < best_s ? took_s : best_s;
    }
    return best_s;
}

/* The same recording with and without its two hamstrings. */
static void bench_emg(void)
{
    struct bench_bytes input = bench_log_emg();
    struct samples samples = decode(&input);
    const size_t electrical = samples.count - samples.inertial;
    unsigned verdicts;
    if (electrical > 0) {
        const double without_s = best_of(&samples, false, &verdicts), with_s = best_of(&samples, true, &verdicts);
        printf("core     EMG          %6.1f ns a sample at 1 kHz; two hamstrings add %.0f %%\n",
               (with_s - without_s) / (double)electrical * 1e9, 100 * (with_s / without_s - 1));
    }
    free(samples.sample);
    bench_free(&input);
}

int main(int argc, char **argv)
{
    struct bench_bytes input = argc > 1 ? bench_file(argv[1]) : bench_log();
    struct samples samples = decode(&input);
    if (samples.inertial > 0) {
        unsigned verdicts;
        const double cost_s = best_of(&samples, true, &verdicts) / (double)samples.inertial;
        printf(
            "core     pipeline     %6.1f ns an inertial sample (goal 300), %u verdicts, %.0f x real time for five at "
            "200 Hz\n",
            cost_s * 1e9, verdicts, 1 / (cost_s * samples_a_second));
    } else {
        printf("core     no inertial samples\n");
    }
    free(samples.sample);
    bench_free(&input);
    if (argc == 1)
        bench_emg();
    return 0;
}
