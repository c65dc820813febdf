/* sim_model.c - the runner from standing still to the end: contacts, toe-offs, and which swings are pulled.
 *
 * Events follow from the base gait's phase; a swing's pull is decided at its toe-off. Every contact and toe-off and,
 * at its next contact, every swing become a fact of the truth. */
#include <math.h>

#include "source/sim_state.h"

static const double block_s = 20;               /* of the demo's pattern */
static const double block_share[2] = {.9, .05}; /* pulled share of its two kinds of block */

void sim_model_init(struct sim_model *model, const struct kf_sim_config *config)
{
    model->config = config;
    model->body = kf_leg_inertia(&config->athlete);
    kf_random_seed(&model->stride_rng, (uint64_t)config->seed, SIM_RNG_STRIDE);
    kf_random_seed(&model->pull_rng, (uint64_t)config->seed, SIM_RNG_PULL);
    sim_gait_init(model);
    for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
        model->leg[leg].stride = 1;
        model->leg[leg].t_event_s = sim_gait_time(model, (enum kf_leg)leg, 1);
    }
}

static void tell(struct sim_model *model, enum kf_sim_truth_kind kind, enum kf_leg side, double t_s)
{
    struct kf_sim_truth *truth = &model->truth[model->truth_in % SIM_TRUTHS];

    *truth = (struct kf_sim_truth){.kind = kind, .leg = side, .t_s = t_s};
    if (kind == KF_SIM_SWING)
        truth->swing = model->leg[side].swing;
    model->truth_in++;
    if (model->truth_in - model->truth_out > SIM_TRUTHS)
        model->truth_out = model->truth_in - SIM_TRUTHS;
}

bool sim_model_truth(struct sim_model *model, struct kf_sim_truth *out)
{
    if (model->truth_out == model->truth_in)
        return false;
    *out = model->truth[model->truth_out++ % SIM_TRUTHS];
    return true;
}

/* The activation of the swing that begins at t_to_s: less while the runner is still getting going. Draws the same
 * numbers whatever the settings. */
static double choose_pull(struct sim_model *model, double t_to_s)
{
    const struct kf_sim_config *config = model->config;
    const double relaxed_until_s = kf_sim_relaxed_until_s(config);
    const double lot = kf_random_unit(&model->pull_rng), which = kf_random_unit(&model->pull_rng);
    const double pull = config->pull[(unsigned)(which * config->pull_count)] * sim_model_effort(model, t_to_s);

    if (config->pattern == KF_SIM_ALWAYS)
        return pull;
    if (t_to_s < relaxed_until_s)
        return 0;
    if (config->pattern == KF_SIM_SHARE)
        return lot < config->share ? pull : 0;
    const bool quiet = fmod(t_to_s - relaxed_until_s, 2 * block_s) >= block_s;
    return lot < block_share[quiet] ? pull : 0;
}

static void contact(struct sim_model *model, enum kf_leg side)
{
    struct sim_leg *leg = &model->leg[side];

    if (leg->swinging)
        tell(model, KF_SIM_SWING, side, leg->t_event_s);
    tell(model, KF_SIM_IC, side, leg->t_event_s);
    leg->swinging = false;
    leg->touched = true;
    leg->in_contact = true;
    leg->t_ic_s = leg->t_event_s;
    leg->t_event_s = sim_gait_time(model, side, (double)leg->stride + sim_toe_off_phase);
}

static void toe_off(struct sim_model *model, enum kf_leg side)
{
    struct sim_leg *leg = &model->leg[side];
    const double t_to_s = leg->t_event_s;

    tell(model, KF_SIM_TO, side, t_to_s);
    leg->stride++;
    leg->in_contact = false;
    leg->t_event_s = sim_gait_time(model, side, (double)leg->stride);
    leg->swing =
        (struct kf_sim_swing){.leg = side, .t_ic_s = leg->t_ic_s, .t_to_s = t_to_s, .t_next_ic_s = leg->t_event_s};
    leg->swing.pull = choose_pull(model, t_to_s);
    leg->swing.rf_drop = model->config->rf_drop && leg->swing.pull > 0;
    sim_swing_begin(model, side);
}

void sim_model_advance(struct sim_model *model, double t_s)
{
    for (;;) {
        const enum kf_leg side = model->leg[KF_LEFT].t_event_s <= model->leg[KF_RIGHT].t_event_s ? KF_LEFT : KF_RIGHT;
        const struct sim_leg *leg = &model->leg[side];
        if (leg->t_event_s > t_s)
            return;
        if (leg->in_contact)
            toe_off(model, side);
        else
            contact(model, side);
    }
}

void sim_model_pose(struct sim_model *model, double t_s, struct kf_sim_pose *pose)
{
    const struct sim_motion lean = sim_gait_lean(model, t_s);

    pose->t_s = t_s;
    for (int leg = 0; leg < KF_LEG_COUNT; leg++)
        sim_swing_pose(model, (enum kf_leg)leg, t_s, &pose->leg[leg]);
    pose->lean_rad = lean.value;
    pose->lean_radps = lean.rate;
    pose->lean_radps2 = lean.accel;
}
