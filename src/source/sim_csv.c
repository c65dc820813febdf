/* sim_csv.c - a simulation as a CSV log, version 1 (design.md).
 *
 * Columns stand in the order of the sensors; streams of different rates share the file by leaving cells empty. */
#include <math.h>
#include <string.h>

#include "source/sim_state.h"

enum { COLUMNS_MAX = SIM_SENSORS_MAX * 6 + KF_LEG_COUNT };

static const double degrees = 360 / 6.283185307179586;
static const char *const sex_letter[] = {"unknown", "m", "f"};

/* "# placement: thigh_l=0.50 …" of the leg sensors worn. */
static void site_line(const struct sim_sensors *sensors, const char *label, const double *value, FILE *file)
{
    fprintf(file, "# %s:", label);
    for (unsigned i = 0; i < sensors->count; i++)
        if (sensors->sensor[i].site != KF_SITE_TRUNK)
            fprintf(file, " %s=%.4g", kf_site_name(sensors->sensor[i].site), value[sensors->sensor[i].site]);
    fputc('\n', file);
}

void kf_sim_csv_header(const struct kf_sim_config *config, FILE *file)
{
    static const char *const signals[] = {"acc_x_mps2", "acc_y_mps2", "acc_z_mps2",
                                          "gyr_x_dps",  "gyr_y_dps",  "gyr_z_dps"};
    struct sim_sensors sensors = {.count = 0};

    sim_sensors_init(&sensors, config);
    fprintf(file, "# kneefold-log 1\n# athlete: mass_kg=%.4g height_m=%.4g", config->athlete.mass_kg,
            config->athlete.height_m);
    if (config->athlete.sex != KF_SEX_UNKNOWN)
        fprintf(file, " sex=%s", sex_letter[config->athlete.sex]);
    fputc('\n', file);
    site_line(&sensors, "placement", config->placement.ratio, file);
    site_line(&sensors, "offset_m", config->placement.offset_m, file);
    fprintf(file, "# belt: 0 %.4g\n", config->speed_mps);
    if (config->pattern != KF_SIM_ALWAYS && config->relaxed_s > 0) {
        fprintf(file, "# mark: %.6g baseline-start\n", kf_sim_baseline_from_s(config));
        fprintf(file, "# mark: %.6g baseline-end\n", kf_sim_relaxed_until_s(config));
    }
    fputs("time_s", file);
    for (unsigned i = 0; i < sensors.count; i++)
        for (unsigned k = 0; k < 6; k++)
            fprintf(file, ",%s.%s", kf_site_name(sensors.sensor[i].site), signals[k]);
    for (unsigned i = 0; i < sensors.emg_count; i++)
        fprintf(file, ",%s.emg_uv", kf_site_name(sensors.emg[i].site));
    fputc('\n', file);
}

/* How many of the samples from `first` on have its time. */
static unsigned same_time(const struct kf_sample *samples, unsigned first, unsigned count)
{
    unsigned last = first + 1;

    while (last < count && samples[last].t_s == samples[first].t_s)
        last++;
    return last - first;
}

static void write_row(const struct kf_sample *samples, unsigned count, unsigned blank, FILE *file)
{
    static const char commas[COLUMNS_MAX + 1] = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,";

    fprintf(file, "%.6f%.*s", samples[0].t_s, (int)blank, commas);
    for (unsigned i = 0; i < count; i++) {
        const float *value = samples[i].value;
        if (samples[i].kind == KF_KIND_EMG)
            fprintf(file, ",%.2f", (double)value[0]);
        else
            fprintf(file, ",%.4f,%.4f,%.4f,%.4f,%.4f,%.4f", (double)value[0], (double)value[1], (double)value[2],
                    (double)value[3] * degrees, (double)value[4] * degrees, (double)value[5] * degrees);
    }
    fputc('\n', file);
}

void kf_sim_csv_tick(const struct kf_sample *samples, unsigned count, FILE *file)
{
    unsigned inertial = 0;

    while (inertial < count && samples[inertial].kind == KF_KIND_IMU6)
        inertial++;
    for (unsigned i = 0; i < count;) {
        const unsigned group = same_time(samples, i, count);
        write_row(samples + i, group, i == 0 ? 0 : inertial * 6, file);
        i += group;
    }
}
