/* sim.c - one simulation: model, sensors and wire in one block of memory, advanced a tick at a time. */
#include "source/sim.h"

#include <math.h>
#include <stdlib.h>

#include "source/sim_state.h"

static const int emg_rate_hz = 1000;

struct kf_sim *kf_sim_create(const struct kf_sim_config *config, struct kf_error *error)
{
    if (kf_sim_config_check(config, error) < 0)
        return NULL;
    struct kf_sim *sim = calloc(1, sizeof *sim);
    if (!sim) {
        kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "cannot simulate: out of memory");
        return NULL;
    }
    sim->config = *config;
    sim_model_init(&sim->model, &sim->config);
    sim_sensors_init(&sim->sensors, &sim->config);
    sim_wire_init(&sim->wire, &sim->config, &sim->sensors);
    return sim;
}

void kf_sim_destroy(struct kf_sim *sim)
{
    free(sim);
}

const struct kf_sim_config *kf_sim_config_of(const struct kf_sim *sim)
{
    return &sim->config;
}

const struct kf_sim_pose *kf_sim_pose_of(const struct kf_sim *sim)
{
    return &sim->pose;
}

unsigned kf_sim_next(struct kf_sim *sim, struct kf_sample out[KF_SIM_TICK_MAX])
{
    const int rate_hz = sim->config.rate_hz, emg_ticks = emg_rate_hz / rate_hz;
    const double t_s = (double)sim->tick / rate_hz;
    unsigned count;

    if (t_s >= sim->config.seconds)
        return 0;
    sim_model_advance(&sim->model, t_s);
    sim_model_pose(&sim->model, t_s, &sim->pose);
    count = sim_sensors_read(&sim->sensors, &sim->model, &sim->pose, out);
    for (int i = 0; i < emg_ticks && sim->sensors.emg_count > 0; i++) {
        const double emg_t_s = (double)(sim->tick * (unsigned long)emg_ticks + (unsigned long)i) / emg_rate_hz;
        sim_model_advance(&sim->model, emg_t_s);
        count += sim_sensors_read_emg(&sim->sensors, &sim->model, emg_t_s, out + count);
    }
    sim->tick++;
    return count;
}

bool kf_sim_truth_next(struct kf_sim *sim, struct kf_sim_truth *out)
{
    return sim_model_truth(&sim->model, out);
}
