/* sim_swing.c - one swing by forward dynamics: what a known hamstring force makes of a relaxed recovery.
 *
 * Two links under a prescribed hip (science.md sections 6 and 11). The base gait's inverse dynamics gives the moments
 * a relaxed swing has; a pull adds its own, and the equations of motion say what the leg does then. The whole swing to
 * peak knee flexion is integrated at toe-off, so that its truth is exact; afterwards the deviation from the base goes
 * to zero along a fifth-order polynomial, position, rate and acceleration continuous, until contact. */
#include <math.h>

#include "source/sim_state.h"

static const double step_s = .0005;
static const double gravity = 9.80665;
static const double pulse_s = .150;
static const double degree = 6.283185307179586 / 360;
static const double window_edge_s = .020;  /* W of science.md section 7 */
static const double rejoin_least_s = .080; /* the controller gets at least this long */

/* Maximum of the hamstrings as a group, N per kg of body mass: makes activations of 5, 10 and 20 % show as section 7's
 * last line says. */
static const double force_max_n_kg = 34.4;
static const double hip_arm_m = .05;
/* Rectus femoris, whose missing force "rf-drop" is: same activation scale, arms of its own [K]. */
static const double rectus_hip_arm_m = .04, rectus_knee_arm_m = .04;
/* Where calf meets thigh, and a straight knee: joint stops that only absurd activations reach. */
static const double knee_stop_rad[2] = {-.05, 2.55}, stop_nm_kg_rad = 10, stop_damping = .2;

/* What pushes the leg at one moment whatever its state. */
struct forcing {
    double moment[2]; /* hip, knee: base's own, Nm/kg */
    double hip_acc[2];
    double force_n_kg;
};

/* Biceps femoris, long head (science.md section 11): 3.4, 3.1, 1.1 cm at 20, 60, 100 degrees, the parabola through
 * them. */
static double knee_arm_m(double knee_rad)
{
    const double x = (knee_rad / degree - 60) / 40;
    return fmax(.0310 - .0115 * x - .0085 * x * x, .005);
}

/* Generalised forces of a motion: [hip, knee] moments per kg, flexion positive at the hip, extension at the knee. */
static void inverse_dynamics(const struct kf_leg_inertia *body, const struct sim_base *base, double moment[2])
{
    const double a1 = base->angle[0].value, a2 = base->angle[1].value;
    const double w1 = base->angle[0].rate, w2 = base->angle[1].rate;
    const double x = base->hip[0].accel, y = base->hip[1].accel + gravity;
    const double coupling = body->m2 * body->thigh_m * body->c2_m;
    const double c = cos(a1 - a2), s = sin(a1 - a2);
    const double thigh = (body->j1_m2 + body->m2 * body->thigh_m * body->thigh_m) * base->angle[0].accel +
                         coupling * (c * base->angle[1].accel + s * w2 * w2) +
                         (body->m1 * body->c1_m + body->m2 * body->thigh_m) * (x * cos(a1) + y * sin(a1));
    const double shank = body->j2_m2 * base->angle[1].accel + coupling * (c * base->angle[0].accel - s * w1 * w1) +
                         body->m2 * body->c2_m * (x * cos(a2) + y * sin(a2));
    moment[0] = thigh + shank;
    moment[1] = shank;
}

static struct forcing forcing_at(struct sim_model *model, enum kf_leg side, double t_s)
{
    const struct sim_leg *leg = &model->leg[side];
    struct forcing forcing = {{0, 0}, {0, 0}, 0};
    struct sim_base base;

    sim_gait_base(model, side, t_s, &base);
    inverse_dynamics(&model->body, &base, forcing.moment);
    for (int axis = 0; axis < 2; axis++)
        forcing.hip_acc[axis] = base.hip[axis].accel;
    const double elapsed = t_s - leg->swing.t_to_s;
    if (elapsed > 0 && elapsed < pulse_s) {
        const double wave = sin(elapsed / pulse_s * 180 * degree);
        forcing.force_n_kg = leg->force_max * wave * wave;
    }
    return forcing;
}

static double stop_moment(double knee, double rate)
{
    if (knee > knee_stop_rad[1])
        return fmax(0, stop_nm_kg_rad * (knee - knee_stop_rad[1]) + stop_damping * rate);
    if (knee < knee_stop_rad[0])
        return fmin(0, stop_nm_kg_rad * (knee - knee_stop_rad[0]) + stop_damping * rate);
    return 0;
}

/* Net moments in this state: base, pull (or what replaces it), joint stops. state: angles, then rates. */
static void moments_in(const struct sim_model *model, const struct sim_leg *leg, const struct forcing *forcing,
                       const double state[4], double moment[2])
{
    const double knee = state[0] - state[1], force = forcing->force_n_kg;

    moment[0] = forcing->moment[0];
    moment[1] = forcing->moment[1] + stop_moment(knee, state[2] - state[3]);
    if (leg->swing.rf_drop) {
        moment[0] -= rectus_hip_arm_m * force;
        moment[1] -= rectus_knee_arm_m * force;
        return;
    }
    moment[0] -= hip_arm_m * force;
    if (!model->config->cocontract)
        moment[1] -= knee_arm_m(knee) * force;
}

/* Angular accelerations of thigh and shank under these moments. */
static void accelerate(const struct kf_leg_inertia *body, const struct forcing *forcing, const double state[4],
                       const double moment[2], double accel[2])
{
    const double coupling = body->m2 * body->thigh_m * body->c2_m;
    const double c = cos(state[0] - state[1]), s = sin(state[0] - state[1]);
    const double x = forcing->hip_acc[0], y = forcing->hip_acc[1] + gravity;
    const double m11 = body->j1_m2 + body->m2 * body->thigh_m * body->thigh_m;
    const double m12 = coupling * c, m22 = body->j2_m2;
    const double right1 = moment[0] - moment[1] - coupling * s * state[3] * state[3] -
                          (body->m1 * body->c1_m + body->m2 * body->thigh_m) * (x * cos(state[0]) + y * sin(state[0]));
    const double right2 = moment[1] + coupling * s * state[2] * state[2] -
                          body->m2 * body->c2_m * (x * cos(state[1]) + y * sin(state[1]));
    const double determinant = m11 * m22 - m12 * m12;

    accel[0] = (m22 * right1 - m12 * right2) / determinant;
    accel[1] = (m11 * right2 - m12 * right1) / determinant;
}

static void slope(const struct sim_model *model, const struct sim_leg *leg, const struct forcing *forcing,
                  const double state[4], double out[4])
{
    double moment[2];

    moments_in(model, leg, forcing, state, moment);
    accelerate(&model->body, forcing, state, moment, out + 2);
    out[0] = state[2];
    out[1] = state[3];
}

/* One classical Runge-Kutta step of h seconds from t_s. */
static void step(struct sim_model *model, enum kf_leg side, double t_s, double h, const double from[4], double to[4])
{
    const struct sim_leg *leg = &model->leg[side];
    const struct forcing begin = forcing_at(model, side, t_s), middle = forcing_at(model, side, t_s + h / 2),
                         end = forcing_at(model, side, t_s + h);
    double k1[4], k2[4], k3[4], k4[4], at[4];

    slope(model, leg, &begin, from, k1);
    for (int i = 0; i < 4; i++)
        at[i] = from[i] + h / 2 * k1[i];
    slope(model, leg, &middle, at, k2);
    for (int i = 0; i < 4; i++)
        at[i] = from[i] + h / 2 * k2[i];
    slope(model, leg, &middle, at, k3);
    for (int i = 0; i < 4; i++)
        at[i] = from[i] + h * k3[i];
    slope(model, leg, &end, at, k4);
    for (int i = 0; i < 4; i++)
        to[i] = from[i] + h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
}

/* The integrated state at any time between toe-off and the last grid point: a shorter step from the point before. */
static void state_at(struct sim_model *model, enum kf_leg side, double t_s, double state[4])
{
    const struct sim_leg *leg = &model->leg[side];
    const double elapsed = fmax(0, t_s - leg->swing.t_to_s);
    unsigned point = (unsigned)(elapsed / step_s);

    if (point > leg->steps)
        point = leg->steps;
    const double rest = elapsed - point * step_s;
    step(model, side, leg->swing.t_to_s + point * step_s, rest, leg->grid[point], state);
}

/* Integrates until the knee stops flexing, or until the controller must take over. Returns the time of that. */
static double integrate(struct sim_model *model, enum kf_leg side)
{
    struct sim_leg *leg = &model->leg[side];
    const double t0 = leg->swing.t_to_s, last_s = leg->swing.t_next_ic_s - rejoin_least_s;
    bool flexing = false;
    double early = t0, late;

    for (leg->steps = 0; leg->steps < SIM_STEPS_MAX; leg->steps++) {
        const double *state = leg->grid[leg->steps];
        const double t_s = t0 + leg->steps * step_s, rate = state[2] - state[3];
        flexing = flexing || rate > 1;
        if (t_s >= last_s)
            return last_s;
        if (flexing && rate <= 0)
            break;
        early = t_s;
        step(model, side, t_s, step_s, state, leg->grid[leg->steps + 1]);
    }
    late = t0 + leg->steps * step_s;
    while (late - early > 1e-9) {
        const double middle = (early + late) / 2;
        double state[4];
        state_at(model, side, middle, state);
        *(state[2] > state[3] ? &early : &late) = middle;
    }
    return late;
}

/* Mean moment and work over W by Simpson's rule. */
static void judge(struct sim_model *model, enum kf_leg side)
{
    enum { PARTS = 100 };
    struct sim_leg *leg = &model->leg[side];
    const double from = leg->swing.t_to_s + window_edge_s, to = leg->swing.t_peak_knee_s - window_edge_s;
    double moment_sum = 0, power_sum = 0;

    for (int i = 0; i <= PARTS; i++) {
        const double t_s = from + (to - from) * i / PARTS, weight = i == 0 || i == PARTS ? 1 : i % 2 ? 4 : 2;
        const struct forcing forcing = forcing_at(model, side, t_s);
        double state[4], moment[2];
        state_at(model, side, t_s, state);
        moments_in(model, leg, &forcing, state, moment);
        moment_sum += weight * moment[1];
        power_sum -= weight * moment[1] * (state[2] - state[3]);
    }
    leg->swing.mean_knee_moment_nm_kg = moment_sum / (3 * PARTS);
    leg->swing.knee_work_j_kg = power_sum / (3 * PARTS) * (to - from);
}

static double mean_lean_deg(struct sim_model *model, double from_s, double to_s)
{
    enum { PARTS = 64 };
    double sum = 0;

    for (int i = 0; i < PARTS; i++)
        sum += sim_gait_lean(model, from_s + (to_s - from_s) * (i + .5) / PARTS).value;
    return sum / PARTS / degree;
}

/* The fifth-order polynomial that takes a deviation (value, rate, accel) to rest in `length` seconds, by u = 0..1. */
static void plan_rejoin(double value, double rate, double accel, double length, double out[6])
{
    const double r = rate * length, a = accel * length * length / 2;

    out[0] = value;
    out[1] = r;
    out[2] = a;
    out[3] = -10 * value - 6 * r - 3 * a;
    out[4] = 15 * value + 8 * r + 3 * a;
    out[5] = -6 * value - 3 * r - a;
}

void sim_swing_begin(struct sim_model *model, enum kf_leg side)
{
    struct sim_leg *leg = &model->leg[side];
    struct kf_sim_swing *swing = &leg->swing;
    struct sim_base base;
    double state[4], moment[2], accel[2];

    leg->force_max = force_max_n_kg * swing->pull;
    if (swing->rf_drop)
        swing->pull = 0;
    sim_gait_base(model, side, swing->t_to_s, &base);
    for (int part = 0; part < 2; part++) {
        leg->grid[0][part] = base.angle[part].value;
        leg->grid[0][2 + part] = base.angle[part].rate;
    }
    swing->thigh_to_deg = base.angle[0].value / degree;
    swing->knee_to_deg = (base.angle[0].value - base.angle[1].value) / degree;
    swing->t_peak_knee_s = integrate(model, side);
    state_at(model, side, swing->t_peak_knee_s, state);
    swing->peak_knee_deg = (state[0] - state[1]) / degree;
    judge(model, side);
    swing->trunk_lean_deg = mean_lean_deg(model, swing->t_ic_s, swing->t_next_ic_s);

    const struct forcing forcing = forcing_at(model, side, swing->t_peak_knee_s);
    moments_in(model, leg, &forcing, state, moment);
    accelerate(&model->body, &forcing, state, moment, accel);
    sim_gait_base(model, side, swing->t_peak_knee_s, &base);
    leg->rejoin_s = swing->t_next_ic_s - swing->t_peak_knee_s;
    for (int part = 0; part < 2; part++)
        plan_rejoin(state[part] - base.angle[part].value, state[2 + part] - base.angle[part].rate,
                    accel[part] - base.angle[part].accel, leg->rejoin_s, leg->rejoin[part]);
    leg->swinging = true;
}

/* After the peak: base plus what is left of the deviation. */
static void rejoin(const struct sim_leg *leg, double t_s, struct sim_base *base)
{
    const double length = leg->rejoin_s, u = (t_s - leg->swing.t_peak_knee_s) / length;

    for (int part = 0; part < 2; part++) {
        const double *p = leg->rejoin[part];
        struct sim_motion *angle = &base->angle[part];
        angle->value += p[0] + u * (p[1] + u * (p[2] + u * (p[3] + u * (p[4] + u * p[5]))));
        angle->rate += (p[1] + u * (2 * p[2] + u * (3 * p[3] + u * (4 * p[4] + u * 5 * p[5])))) / length;
        angle->accel += (2 * p[2] + u * (6 * p[3] + u * (12 * p[4] + u * 20 * p[5]))) / (length * length);
    }
}

void sim_swing_pose(struct sim_model *model, enum kf_leg side, double t_s, struct kf_sim_leg_pose *pose)
{
    const struct sim_leg *leg = &model->leg[side];
    struct sim_base base;
    double moment[2];

    sim_gait_base(model, side, t_s, &base);
    if (leg->swinging && t_s < leg->swing.t_peak_knee_s) {
        const struct forcing forcing = forcing_at(model, side, t_s);
        double state[4], accel[2];
        state_at(model, side, t_s, state);
        moments_in(model, leg, &forcing, state, moment);
        accelerate(&model->body, &forcing, state, moment, accel);
        for (int part = 0; part < 2; part++)
            base.angle[part] = (struct sim_motion){state[part], state[2 + part], accel[part]};
    } else {
        if (leg->swinging)
            rejoin(leg, t_s, &base);
        inverse_dynamics(&model->body, &base, moment);
    }
    *pose = (struct kf_sim_leg_pose){base.angle[0].value,
                                     base.angle[1].value,
                                     base.angle[0].rate,
                                     base.angle[1].rate,
                                     base.angle[0].accel,
                                     base.angle[1].accel,
                                     {base.hip[0].value, base.hip[1].value},
                                     {base.hip[0].accel, base.hip[1].accel},
                                     moment[1],
                                     moment[0],
                                     leg->swinging};
}
