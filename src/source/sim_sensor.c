/* sim_sensor.c - what sensors strapped to the model read: specific force and rate, and EMG, with a real part's faults.
 *
 * A recording differs from the motion by where the sensor sits, how it is turned, its noise and offset, its range and
 * counts, and the ringing of soft tissue after each contact. All are here and all follow from the seed. */
#include <math.h>

#include "source/sim_state.h"

static const double degree = 6.283185307179586 / 360;
static const double gravity = 9.80665;
static const double trunk_per_height = .288; /* hip centre to suprasternale, de Leva 1996, male, rounded [K] */

const float sim_acc_scale_mps2 = (float)(16 * 9.80665 / 32768);
const float sim_gyr_scale_dps = 2000.0F / 32768;
const float sim_emg_scale_uv = (float)(4.5e6 / 24 / 8388608);

/* Noise densities: science.md section 11. Offsets: within its ±20–50 mg and ±0.5–5 deg/s [K which part has which]. */
static const struct part {
    double acc_ug, gyr_mdps; /* per √Hz */
    double acc_offset_mg, gyr_offset_dps;
} parts[] = {
    [KF_SIM_ICM42688] = {75, 2.8, 20, .5},
    [KF_SIM_BMI270] = {160, 7, 20, .5},
    [KF_SIM_LSM6DSO] = {70, 3.8, 20, 1},
    [KF_SIM_ICM20948] = {230, 15, 50, 5},
};

/* Amplitudes of the ringing, g: shank, thigh, trunk (science.md section 11). */
static const double ring_low_g[3] = {5, 3, 1.5}, ring_high_g[3] = {10, 5, 3};

/* EMG: the peak of the terminal-swing burst, µV RMS; tone and full activation as parts of that peak. Fitted to the
 * independent model's recordings (data/synthetic): 320 µV, 11 µV and 71 µV at 20 % activation. */
static const double emg_burst_uv = 320, emg_tone = .035, emg_gain = 1.15;
static const double emg_pulse_s = .150;

static void normalise(double v[3])
{
    const double length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    for (int i = 0; i < 3; i++)
        v[i] /= length;
}

/* The rotation of a unit quaternion (w, x, y, z). */
static void turn_of(const double q[4], double turn[3][3])
{
    const double w = q[0], x = q[1], y = q[2], z = q[3];
    const double rows[3][3] = {{1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
                               {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
                               {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            turn[i][j] = rows[i][j];
}

/* Draws a strap's orientation; the same numbers whatever the mounting, so that only the mounting differs. */
static void mount(struct kf_random *rng, const struct kf_sim_config *config, double turn[3][3])
{
    double draw[4], q[4] = {1, 0, 0, 0};

    for (int i = 0; i < 4; i++)
        draw[i] = kf_random_normal(rng);
    if (config->mounting == KF_SIM_ANY) {
        /* four normals give a uniform rotation */
        const double length = sqrt(draw[0] * draw[0] + draw[1] * draw[1] + draw[2] * draw[2] + draw[3] * draw[3]);
        for (int i = 0; i < 4; i++)
            q[i] = draw[i] / length;
    } else if (config->mounting != KF_SIM_EXACT) {
        const double angle =
            sqrt(draw[1] * draw[1] + draw[2] * draw[2] + draw[3] * draw[3]) * config->tilt_deg * degree;
        double axis[3] = {draw[1], draw[2], draw[3]};
        normalise(axis);
        q[0] = cos(angle / 2);
        for (int i = 0; i < 3; i++)
            q[1 + i] = sin(angle / 2) * axis[i];
    }
    turn_of(q, turn);
    if (config->mounting == KF_SIM_UPSIDE_DOWN) /* half a turn about the forward axis */
        for (int i = 0; i < 3; i++)
            for (int j = 1; j < 3; j++)
                turn[i][j] = -turn[i][j];
}

static double offset_within(struct kf_random *rng, double limit)
{
    return fmin(fmax(kf_random_normal(rng) * limit / 2, -limit), limit);
}

/* The same site on the other leg when these two are swapped. */
static enum kf_site worn_at(enum kf_site site, int swap)
{
    const bool thigh = site == KF_SITE_THIGH_L || site == KF_SITE_THIGH_R;
    const bool shank = site == KF_SITE_SHANK_L || site == KF_SITE_SHANK_R;

    if ((thigh && (swap == KF_SIM_SWAP_THIGHS || swap == KF_SIM_SWAP_LEGS)) ||
        (shank && (swap == KF_SIM_SWAP_SHANKS || swap == KF_SIM_SWAP_LEGS)))
        return (enum kf_site)(site ^ 1);
    return site;
}
_Static_assert((KF_SITE_THIGH_L ^ 1) == KF_SITE_THIGH_R && (KF_SITE_SHANK_L ^ 1) == KF_SITE_SHANK_R,
               "left and right differ in the lowest bit");

static enum kf_leg leg_of(enum kf_site site)
{
    return site & 1 ? KF_RIGHT : KF_LEFT;
}

static bool wanted(const struct kf_sim_config *config, enum kf_site site)
{
    if (site == KF_SITE_TRUNK)
        return !config->no_trunk && config->sites != KF_SIM_RIGHT_SITES;
    if ((config->sites == KF_SIM_LEFT_SITES && leg_of(site) == KF_RIGHT) ||
        (config->sites == KF_SIM_RIGHT_SITES && leg_of(site) == KF_LEFT))
        return false;
    return config->legs == KF_SIM_BOTH_LEGS || (config->legs == KF_SIM_LEFT_LEG) == (leg_of(site) == KF_LEFT);
}

void sim_sensors_init(struct sim_sensors *sensors, const struct kf_sim_config *config)
{
    static const enum kf_site order[SIM_SENSORS_MAX] = {KF_SITE_TRUNK, KF_SITE_THIGH_L, KF_SITE_SHANK_L,
                                                        KF_SITE_THIGH_R, KF_SITE_SHANK_R};
    const struct part *part = &parts[config->part];
    const double root = sqrt(config->rate_hz / 2.0);
    struct kf_random rng;

    sensors->config = config;
    kf_random_seed(&rng, (uint64_t)config->seed, SIM_RNG_MOUNT);
    kf_random_seed(&sensors->noise_rng, (uint64_t)config->seed, SIM_RNG_NOISE);
    kf_random_seed(&sensors->impact_rng, (uint64_t)config->seed, SIM_RNG_IMPACT);
    kf_random_seed(&sensors->emg_rng, (uint64_t)config->seed, SIM_RNG_EMG);
    for (int i = 0; i < SIM_SENSORS_MAX; i++) {
        struct sim_sensor sensor = {.site = order[i], .worn_at = worn_at(order[i], config->swap)};
        mount(&rng, config, sensor.turn);
        for (int axis = 0; axis < 3; axis++) {
            sensor.acc_bias[axis] = offset_within(&rng, part->acc_offset_mg * 1e-3 * gravity);
            sensor.gyr_bias[axis] = offset_within(&rng, part->gyr_offset_dps * degree);
        }
        if (wanted(config, order[i]) && config->sites != KF_SIM_EMG_SITES)
            sensors->sensor[sensors->count++] = sensor;
    }
    for (int leg = 0; leg < KF_LEG_COUNT && (config->emg || config->sites == KF_SIM_EMG_SITES); leg++)
        if (wanted(config, (enum kf_site)(KF_SITE_SHANK_L + leg))) {
            sensors->emg[sensors->emg_count].site = (enum kf_site)(KF_SITE_HAMSTRING_L + leg);
            sensors->emg[sensors->emg_count++].leg = (enum kf_leg)leg;
        }
    sensors->acc_noise = part->acc_ug * 1e-6 * gravity * root;
    sensors->gyr_noise = part->gyr_mdps * 1e-3 * degree * root;
    sensors->trunk_m = config->placement.ratio[KF_SITE_TRUNK] * trunk_per_height * config->athlete.height_m;
}

/* Starts a new ringing when the leg has touched down since the last look. */
static void watch_contacts(struct sim_sensors *sensors, const struct sim_model *model)
{
    for (int side = 0; side < KF_LEG_COUNT; side++) {
        const struct sim_leg *leg = &model->leg[side];
        struct sim_ring *ring = &sensors->ring[side];
        if (!leg->touched || leg->t_ic_s == ring->t_ic_s)
            continue;
        const double effort = sim_model_effort(model, leg->t_ic_s);
        ring->t_ic_s = leg->t_ic_s;
        ring->slow_hz = kf_random_between(&sensors->impact_rng, 12, 20);
        ring->fast_hz = kf_random_between(&sensors->impact_rng, 40, 60);
        ring->decay_s = kf_random_between(&sensors->impact_rng, .015, .020);
        for (int i = 0; i < 3; i++)
            ring->amplitude_mps2[i] =
                effort * gravity * kf_random_between(&sensors->impact_rng, ring_low_g[i], ring_high_g[i]);
    }
}

/* The ringing at t_s; segment 0 shank, 1 thigh, 2 trunk. */
static double ringing(const struct sim_ring *ring, int segment, double t_s)
{
    const double elapsed = t_s - ring->t_ic_s, two_pi = 360 * degree;

    if (ring->t_ic_s <= 0 || elapsed > 10 * ring->decay_s)
        return 0;
    return ring->amplitude_mps2[segment] * exp(-elapsed / ring->decay_s) *
           (.65 * sin(two_pi * ring->slow_hz * elapsed) + .35 * sin(two_pi * ring->fast_hz * elapsed));
}

/* Specific force forward and along the segment of a point d down and e in front, joint being that of its upper end. */
static void feel(const double joint_acc[2], double angle, double rate, double accel, double d, double e, double out[2])
{
    const double x = joint_acc[0], y = joint_acc[1] + gravity;

    out[0] = x * cos(angle) + y * sin(angle) + d * accel - e * rate * rate;
    out[1] = -x * sin(angle) + y * cos(angle) + d * rate * rate + e * accel;
}

static void feel_leg(const struct sim_sensors *sensors, const struct sim_model *model, const struct kf_sim_pose *pose,
                     enum kf_site site, double force[3], double *rate)
{
    const enum kf_leg side = leg_of(site);
    const struct kf_sim_leg_pose *leg = &pose->leg[side];
    const bool thigh = site == KF_SITE_THIGH_L || site == KF_SITE_THIGH_R;
    const double l1 = model->body.thigh_m, w1 = leg->thigh_radps, c = cos(leg->thigh_rad), s = sin(leg->thigh_rad);
    const double d = sensors->config->placement.ratio[site] * (thigh ? l1 : model->body.shank_m);
    const double e = sensors->config->placement.offset_m[site];
    const double knee_acc[2] = {leg->hip_acc_mps2[0] + l1 * (leg->thigh_radps2 * c - w1 * w1 * s),
                                leg->hip_acc_mps2[1] + l1 * (leg->thigh_radps2 * s + w1 * w1 * c)};

    if (thigh)
        feel(leg->hip_acc_mps2, leg->thigh_rad, w1, leg->thigh_radps2, d, e, force);
    else
        feel(knee_acc, leg->shank_rad, leg->shank_radps, leg->shank_radps2, d, e, force);
    *rate = thigh ? w1 : leg->shank_radps;
    const double shock = ringing(&sensors->ring[side], thigh, pose->t_s);
    force[0] += .35 * shock;
    force[1] += shock;
}

/* The trunk points up from between the hips and leans forward by a positive angle, which is a turn about −z. */
static void feel_trunk(const struct sim_sensors *sensors, const struct kf_sim_pose *pose, double force[3], double *rate)
{
    const struct kf_sim_leg_pose *leg = pose->leg;
    const double hip_acc[2] = {(leg[0].hip_acc_mps2[0] + leg[1].hip_acc_mps2[0]) / 2,
                               (leg[0].hip_acc_mps2[1] + leg[1].hip_acc_mps2[1]) / 2};

    feel(hip_acc, -pose->lean_rad, -pose->lean_radps, -pose->lean_radps2, -sensors->trunk_m,
         sensors->config->placement.offset_m[KF_SITE_TRUNK], force);
    force[1] += ringing(&sensors->ring[KF_LEFT], 2, pose->t_s) + ringing(&sensors->ring[KF_RIGHT], 2, pose->t_s);
    *rate = -pose->lean_radps;
}

/* Rounds to i16 counts; notes clipping. */
static double count_of(double value, double scale, bool *saturated)
{
    const double counts = round(value / scale);

    if (counts >= 32767 || counts <= -32768)
        *saturated = true;
    return fmin(fmax(counts, -32768), 32767);
}

/* The strap turns about the segment's long axis. */
static void slip(struct sim_sensors *sensors)
{
    const enum kf_site site = (enum kf_site)(KF_SITE_THIGH_L + sensors->config->slip_at);
    const double c = cos(sensors->config->slip_deg * degree), s = sin(sensors->config->slip_deg * degree);
    sensors->slipped = true;
    for (unsigned i = 0; i < sensors->count; i++)
        for (int axis = 0; axis < 3 && sensors->sensor[i].site == site; axis++) {
            double *turn = sensors->sensor[i].turn[axis];
            const double forward = c * turn[0] + s * turn[2], right = c * turn[2] - s * turn[0];
            turn[0] = forward;
            turn[2] = right;
        }
}

unsigned sim_sensors_read(struct sim_sensors *sensors, const struct sim_model *model, const struct kf_sim_pose *pose,
                          struct kf_sample *out)
{
    const double acc_scale = (double)sim_acc_scale_mps2, gyr_scale = (double)sim_gyr_scale_dps;

    watch_contacts(sensors, model);
    if (!sensors->slipped && sensors->config->slip_s > 0 && pose->t_s >= sensors->config->slip_s)
        slip(sensors);
    for (unsigned i = 0; i < sensors->count; i++) {
        const struct sim_sensor *sensor = &sensors->sensor[i];
        double force[3] = {0, 0, 0}, rate;
        out[i] = (struct kf_sample){.t_s = pose->t_s, .site = sensor->site, .kind = KF_KIND_IMU6};
        if (sensor->worn_at == KF_SITE_TRUNK)
            feel_trunk(sensors, pose, force, &rate);
        else
            feel_leg(sensors, model, pose, sensor->worn_at, force, &rate);
        for (int axis = 0; axis < 3; axis++) {
            const double *turn = sensor->turn[axis];
            const double acc = turn[0] * force[0] + turn[1] * force[1] + turn[2] * force[2] + sensor->acc_bias[axis] +
                               sensors->acc_noise * kf_random_normal(&sensors->noise_rng);
            const double gyr =
                turn[2] * rate + sensor->gyr_bias[axis] + sensors->gyr_noise * kf_random_normal(&sensors->noise_rng);
            out[i].value[axis] = (float)(count_of(acc, acc_scale, &out[i].saturated) * acc_scale);
            out[i].value[3 + axis] = (float)(count_of(gyr / degree, gyr_scale, &out[i].saturated) * gyr_scale * degree);
        }
    }
    return sensors->count;
}

/* RMS of the hamstrings' EMG: tone in early swing, what a pull adds, the terminal-swing burst that brakes the leg. */
static double emg_rms_uv(const struct sim_model *model, enum kf_leg side, double t_s)
{
    const struct sim_leg *leg = &model->leg[side];
    const double effort = sim_model_effort(model, t_s), swing_s = leg->swing.t_next_ic_s - leg->swing.t_to_s;
    double level = emg_tone * effort;

    if (leg->touched && !leg->swinging) /* stance: the end of the burst, then quiet */
        level += .75 * effort * exp(-(t_s - leg->t_ic_s) / .040);
    if (leg->swinging) {
        const double elapsed = t_s - leg->swing.t_to_s, u = (elapsed / swing_s - .55) / .45;
        if (elapsed < emg_pulse_s)
            level += emg_gain * leg->swing.pull * pow(sin(180 * degree * elapsed / emg_pulse_s), 2);
        if (u > 0)
            level += effort * pow(sin(120 * degree * fmin(u, 1)), 2);
    }
    return hypot(model->config->emg_noise_uv, emg_burst_uv * level);
}

unsigned sim_sensors_read_emg(struct sim_sensors *sensors, const struct sim_model *model, double t_s,
                              struct kf_sample *out)
{
    const double scale = (double)sim_emg_scale_uv, full = 8388607;

    for (unsigned i = 0; i < sensors->emg_count; i++) {
        const double value = emg_rms_uv(model, sensors->emg[i].leg, t_s) * kf_random_normal(&sensors->emg_rng);
        const double counts = fmin(fmax(round(value / scale), -full), full);
        out[i] = (struct kf_sample){.t_s = t_s, .site = sensors->emg[i].site, .kind = KF_KIND_EMG};
        out[i].value[0] = (float)(counts * scale);
        out[i].saturated = fabs(counts) >= full;
    }
    return sensors->emg_count;
}
