/* bench.c - reads or makes the recordings that are timed, all in memory, so that no disk is measured. */
#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "source/sim.h"

enum { WIRE_BYTES = 4096 };

double bench_now_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static struct bench_bytes read_all(FILE *file)
{
    struct bench_bytes input = {NULL, 0};
    long size = -1;
    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size > 0 && (input.bytes = malloc((size_t)size))) {
        rewind(file);
        input.count = fread(input.bytes, 1, (size_t)size, file);
    }
    if (file)
        (void)fclose(file);
    return input;
}

struct bench_bytes bench_file(const char *path)
{
    return read_all(fopen(path, "rb"));
}

static struct kf_sim *simulated(double seconds)
{
    struct kf_sim_config config;
    kf_sim_config_default(&config);
    config.seconds = seconds;
    return kf_sim_create(&config, NULL);
}

static void write_log(FILE *file, struct kf_sim *sim)
{
    struct kf_sample samples[KF_SIM_TICK_MAX];
    unsigned count;
    kf_sim_csv_header(kf_sim_config_of(sim), file);
    while ((count = kf_sim_next(sim, samples)) > 0)
        kf_sim_csv_tick(samples, count, file);
}

static void write_podlink(FILE *file, struct kf_sim *sim)
{
    uint8_t bytes[WIRE_BYTES];
    int count;
    while ((count = kf_sim_wire_read(sim, INFINITY, bytes, sizeof bytes)) > 0)
        (void)fwrite(bytes, 1, (size_t)count, file);
}

static struct bench_bytes made(void (*write)(FILE *file, struct kf_sim *sim))
{
    struct kf_sim *sim = simulated(60);
    FILE *file = tmpfile();
    if (sim && file)
        write(file, sim);
    kf_sim_destroy(sim);
    return read_all(file);
}

static struct bench_bytes shared_log(const char *name)
{
    char path[2048];
    const char *shared = getenv("KNEEFOLD_SHARED");
    (void)snprintf(path, sizeof path, "%s/data/synthetic/%s.csv", shared ? shared : KF_SRCDIR "/../shared", name);
    return bench_file(path);
}

struct bench_bytes bench_log(void)
{
    const struct bench_bytes input = shared_log("relaxed_then_mixed");
    return input.bytes ? input : made(write_log);
}

struct bench_bytes bench_log_emg(void)
{
    return shared_log("with_emg");
}

struct bench_bytes bench_podlink(void)
{
    return made(write_podlink);
}

void bench_free(struct bench_bytes *input)
{
    free(input->bytes);
    *input = (struct bench_bytes){NULL, 0};
}
