/* bench_session.c - what a session file costs: recording it, analysing it again (and where that time goes), and going
 * anywhere in it.
 *
 * bench_session [HOURS [seeks]]; by default 1; with a second word the seeks alone. `make soak` runs a day: memory, size
 * and results must not drift. The goals of issue 6: 2,000 times real time, a seek within 100 ms. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/analysis.h"
#include "app/conditions.h"
#include "app/recording.h"
#include "app/replay.h"
#include "app/scan.h"
#include "app/view_fill.h"
#include "bench.h"
#include "soak.h"

static struct kf_engine_config config;

static void on_event(void *context, const struct kf_engine_event *event)
{
    kf_analysis_event(context, event);
}

static void no_item(void *context, const struct kf_pod_item *item)
{
    (void)context;
    (void)item;
}

/* What other programs take from the processor is not ours: the parts are told in its own seconds. */
static double cpu_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Seconds for reading the log alone. */
static double read_log(const char *path)
{
    struct kf_error error;
    struct kf_record record;
    const double start_s = cpu_s();
    struct kf_feed *feed = kf_feed_open(path, &error);
    while (feed && kf_feed_next(feed, 65536, &record, &error) == KF_OK)
        continue;
    kf_feed_close(feed);
    return cpu_s() - start_s;
}

/* And for decoding it, too. */
static double decode_log(const char *path)
{
    const struct kf_pod_driver *driver = kf_pod_driver_find("podlink");
    const struct kf_pod_sink sink = {no_item, NULL};
    struct kf_error error;
    struct kf_record record;
    void *state = malloc(driver->state_size);
    const double start_s = cpu_s();
    struct kf_feed *feed = kf_feed_open(path, &error);
    driver->init(state);
    while (feed && kf_feed_next(feed, 65536, &record, &error) == KF_OK)
        if (record.kind == KF_RECORD_READ)
            driver->push(state, record.bytes, record.count, &sink);
    kf_feed_close(feed);
    free(state);
    return cpu_s() - start_s;
}

/* The whole way; without a writer, or to /dev/null. */
static double analyze(const char *path, const struct kf_analysis_writer *writer)
{
    static const struct kf_analysis_writer none = {.name = "none"};
    struct kf_error error;
    struct kf_analysis analysis = {.writer = writer ? writer : &none, .out = fopen("/dev/null", "w")};
    const struct kf_engine_listener listener = {on_event, &analysis};
    const double start_s = cpu_s();
    struct kf_engine *engine = kf_engine_create(&config, &listener, &error);
    kf_analysis_begin(&analysis, path, engine);
    if (kf_recording_read(path, engine, NULL, &error) != KF_OK)
        fprintf(stderr, "bench_session: %s\n", error.text);
    kf_analysis_end(&analysis);
    kf_analysis_free(&analysis);
    kf_engine_destroy(engine);
    (void)fclose(analysis.out);
    return cpu_s() - start_s;
}

static double best_of(double (*work)(const char *path), const char *path)
{
    double best_s = INFINITY;
    for (int i = 0; i < 5; i++)
        best_s = fmin(best_s, work(path));
    return best_s;
}

static double core_only(const char *path)
{
    return analyze(path, NULL);
}

static double csv_wall_s = INFINITY; /* on the clock, best of all */

static double with_csv(const char *path)
{
    const double start_s = bench_now_s(), took_s = analyze(path, &kf_analysis_csv);
    csv_wall_s = fmin(csv_wall_s, bench_now_s() - start_s);
    return took_s;
}

static double with_json(const char *path)
{
    return analyze(path, &kf_analysis_json);
}

static void time_analysis(const struct soak *soak)
{
    const double seconds = soak->hours * 3600, log_s = best_of(read_log, soak->path),
                 decoded_s = best_of(decode_log, soak->path), core_s = best_of(core_only, soak->path),
                 csv_s = best_of(with_csv, soak->path), json_s = best_of(with_json, soak->path);
    printf(
        "session  analyze --csv  %6.2f s for %.1f h, %.0f x real time (goal 2000); %.2f s of the processor, %.0f x\n",
        csv_wall_s, soak->hours, seconds / csv_wall_s, csv_s, seconds / csv_s);
    printf("session    of it: decompress %.2f s, decode %.2f s, core and coach %.2f s, output %.2f s (json %.2f s)\n",
           log_s, decoded_s - log_s, core_s - decoded_s, csv_s - core_s, json_s - core_s);
}

/* ---- seeking ---- */

static size_t keyframe_bytes(const struct kf_engine *engine)
{
    void *keyframe = malloc(kf_engine_keyframe_size(engine));
    const size_t used = keyframe ? kf_engine_keyframe_save(engine, keyframe) : 0;
    free(keyframe);
    return used + sizeof(struct kf_view_fill);
}

static void time_seeks(const struct soak *soak)
{
    struct kf_error error;
    struct kf_engine_config live = config;
    live.want_frames = true;
    struct kf_engine *engine = kf_engine_create(&live, NULL, &error);
    struct kf_view_fill *fill = calloc(1, sizeof *fill);
    struct kf_scan *scan = calloc(1, sizeof *scan);
    const struct kf_replay_config replay_config = {
        .uri = soak->path, .speed = 1, .engine = engine, .companion = fill, .companion_size = sizeof *fill};
    struct kf_replay *replay = kf_replay_open(&replay_config, &error);
    const struct kf_scan_keyframes keyframes = {kf_replay_keyframes(replay), NULL};
    const atomic_bool never = false;
    const double start_s = bench_now_s();
    double worst_s = 0, sum_s = 0;
    const int seeks = 200;
    (void)kf_scan_run(scan, soak->path, &config, &keyframes, &never);
    const double scan_s = bench_now_s() - start_s;
    kf_replay_step(replay, 0);
    printf("session  the scan that makes seeking fast takes %.2f s; a keyframe is %zu KiB\n", scan_s,
           keyframe_bytes(engine) / 1024);
    for (int i = 0; i < seeks; i++) {
        const double from_s = bench_now_s(), to_s = fmod(i * 0.6180339887, 1) * soak->hours * 3600;
        kf_replay_seek(replay, to_s);
        do
            kf_replay_step(replay, 0);
        while (kf_replay_seeking(replay));
        worst_s = fmax(worst_s, bench_now_s() - from_s);
        sum_s += bench_now_s() - from_s;
    }
    printf("session  %d seeks anywhere: mean %.1f ms, worst %.1f ms (goal 100)\n", seeks, sum_s / seeks * 1e3,
           worst_s * 1e3);
    kf_replay_close(replay);
    kf_engine_destroy(engine);
    free(fill);
    free(scan);
}

static void tell_soak(const struct soak *soak, double took_s)
{
    printf("session  recorded %.1f h in %.1f s, %.0f x real time (simulator, live path, writer); %.1f MB, %.1f MB an "
           "hour; %llu records lost\n",
           soak->hours, took_s, soak->hours * 3600 / took_s, (double)soak->bytes * 1e-6,
           (double)soak->bytes * 1e-6 / soak->hours, (unsigned long long)soak->lost);
    printf("session    memory %ld KiB half way, %ld KiB at the end\n", soak->first_kib, soak->last_kib);
    printf("session    first quarter: peak knee %.2f deg, stride %.4f s, pulled %.3f of %llu swings\n",
           soak->peak_knee_deg[0], soak->stride_s[0], soak->pulled[0], (unsigned long long)soak->swings[0]);
    printf("session    last quarter:  peak knee %.2f deg, stride %.4f s, pulled %.3f of %llu swings\n",
           soak->peak_knee_deg[1], soak->stride_s[1], soak->pulled[1], (unsigned long long)soak->swings[1]);
}

int main(int argc, char **argv)
{
    static struct soak soak;
    char folder[] = "/tmp/kneefold-bench-XXXXXX";
    struct kf_error error;
    const double start_s = bench_now_s();
    if (!mkdtemp(folder) || soak_run(&soak, argc > 1 ? strtod(argv[1], NULL) : 1, folder) != 0)
        return 1;
    tell_soak(&soak, bench_now_s() - start_s);
    struct kf_store_reader *reader = kf_store_open(soak.path, NULL, &error);
    if (reader && kf_conditions_read(reader, &config, &error) == KF_OK) {
        if (argc <= 2)
            time_analysis(&soak);
        time_seeks(&soak);
    }
    kf_store_close(reader);
    (void)remove(soak.path);
    (void)remove(folder);
    return 0;
}
