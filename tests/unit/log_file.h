/* log_file.h - recordings for tests, each in a file of its own: one still sensor at 200 Hz with a mark every second, or
 * a simulated runner with baseline marks. */
#ifndef LOG_FILE_H
#define LOG_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/sim.h"

struct log_file {
    char path[64];
    unsigned marks;
};

/* Rows from first_s on for `seconds`; at most 30 marks, named m0, m1, ... */
static inline struct log_file log_file_make(double first_s, double seconds)
{
    struct log_file log = {.path = "/tmp/kf-test-XXXXXX"};
    const int fd = mkstemp(log.path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file)
        abort();
    fputs("# kneefold-log 1\n", file);
    for (; log.marks < 30 && log.marks < seconds; log.marks++)
        fprintf(file, "# mark: %.1f m%u\n", first_s + log.marks + 0.5, log.marks);
    fputs("time_s,shank_r.acc_x_mps2,shank_r.acc_y_mps2,shank_r.acc_z_mps2,shank_r.gyr_x_dps,shank_r.gyr_y_dps,"
          "shank_r.gyr_z_dps\n",
          file);
    for (long i = 0; i <= (long)(seconds * 200 + 0.5); i++)
        fprintf(file, "%.3f,0,9.81,0,0,0,%ld\n", first_s + (double)i / 200, i % 50);
    if (fclose(file) != 0)
        abort();
    return log;
}

/* The runner of `kneefold simulate --csv FILE --seconds N`. */
static inline struct log_file log_file_simulate(double seconds)
{
    struct log_file log = {.path = "/tmp/kf-test-XXXXXX"};
    const int fd = mkstemp(log.path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    struct kf_sim_config config;
    struct kf_sample samples[KF_SIM_TICK_MAX];
    struct kf_sim *sim = NULL;
    unsigned count = 0;
    kf_sim_config_default(&config);
    config.seconds = seconds;
    sim = kf_sim_create(&config, NULL);
    if (!file || !sim)
        abort();
    kf_sim_csv_header(&config, file);
    while ((count = kf_sim_next(sim, samples)) > 0)
        kf_sim_csv_tick(samples, count, file);
    kf_sim_destroy(sim);
    if (fclose(file) != 0)
        abort();
    return log;
}

static inline void log_file_remove(const struct log_file *log)
{
    (void)unlink(log->path);
}

#endif
