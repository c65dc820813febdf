/* exact.c - noise-free strides and sensor readings (see exact.h). */
#include "exact.h"

#include <math.h>
#include <string.h>

#include "source/random.h"

enum { ORDER = 5 };

static const double pi = 3.14159265358979323846;
static const double gravity = 9.80665;
static const double base_contact_share = .371;
static const double trunk_m = .35; /* hips to the trunk's sensor */

/* mean + sum of a cos + b sin, in degrees or mm: science.md section 11. */
struct series {
    double mean, a[ORDER], b[ORDER];
};

static const struct series thigh_deg = {10.89, {29.93, -8.62, -3.30, .12, -.47}, {-14.67, 6.19, 1.26, .46, .07}};
static const struct series shank_deg = {-40.62, {38.93, 10.60, 2.31, .54, .37}, {14.67, -14.64, .70, -.36, -.30}};
static const struct series hip_x_mm = {0, {-.15, 16.96, -1.02}, {.58, -.65, -1.07}};
static const struct series hip_y_mm = {0, {6.55, 20.49, -3.27}, {3.60, -31.68, .01}};

struct kf_athlete exact_athlete(void)
{
    struct kf_athlete athlete = kf_athlete_unknown();
    athlete.height_m = 1.75;
    athlete.sex = KF_SEX_MALE;
    return athlete;
}

void exact_mount_turn(struct exact_mount *mount, const double axis[3], double angle_rad)
{
    const double c = cos(angle_rad), s = sin(angle_rad);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            mount->turn[i][j] = (1 - c) * axis[i] * axis[j] + (i == j ? c : 0);
    for (int i = 0; i < 3; i++) {
        mount->turn[i][(i + 1) % 3] += s * axis[(i + 2) % 3];
        mount->turn[i][(i + 2) % 3] -= s * axis[(i + 1) % 3];
    }
}

void exact_mount_any(struct exact_mount *mount, unsigned number)
{
    struct kf_random rng;
    double axis[3], length = 0;
    kf_random_seed(&rng, number, 99);
    for (int i = 0; i < 3; i++) {
        axis[i] = kf_random_normal(&rng);
        length += axis[i] * axis[i];
    }
    for (int i = 0; i < 3; i++)
        axis[i] /= sqrt(length);
    exact_mount_turn(mount, axis, kf_random_between(&rng, 0, 2 * pi));
}

void exact_body_init(struct exact_body *body)
{
    const struct kf_athlete athlete = exact_athlete();
    const double z[3] = {0, 0, 1};
    memset(body, 0, sizeof *body);
    body->inertia = kf_leg_inertia(&athlete);
    body->placement = kf_placement_default();
    for (int site = 0; site < KF_SITE_BODY_COUNT; site++)
        exact_mount_turn(&body->mount[site], z, 0);
}

/* ------------------------------------------------------------------------------------------------- readings */

/* A segment that hangs at `angle` from a joint with this acceleration. */
struct link {
    double angle, rate, accel, joint[2];
};

/* Acceleration of the point d down the segment and e in front of it: p = joint + d (sin, -cos) + e (cos, sin). */
static void point_accel(const struct link *link, double d, double e, double out[2])
{
    const double c = cos(link->angle), s = sin(link->angle), w2 = link->rate * link->rate, a = link->accel;
    out[0] = link->joint[0] + d * (a * c - w2 * s) + e * (-a * s - w2 * c);
    out[1] = link->joint[1] + d * (a * s + w2 * c) + e * (a * c - w2 * s);
}

static struct link link_of(const struct exact_body *body, enum kf_site site, const struct kf_sim_pose *pose)
{
    const bool left = site == KF_SITE_THIGH_L || site == KF_SITE_SHANK_L;
    const struct kf_sim_leg_pose *leg = &pose->leg[left ? KF_LEFT : KF_RIGHT];
    struct link thigh = {
        leg->thigh_rad, leg->thigh_radps, leg->thigh_radps2, {leg->hip_acc_mps2[0], leg->hip_acc_mps2[1]}};
    struct link out = {leg->shank_rad, leg->shank_radps, leg->shank_radps2, {0, 0}};
    if (site == KF_SITE_TRUNK) {
        const struct kf_sim_leg_pose *l = &pose->leg[KF_LEFT], *r = &pose->leg[KF_RIGHT];
        return (struct link){
            -pose->lean_rad,
            -pose->lean_radps,
            -pose->lean_radps2,
            {(l->hip_acc_mps2[0] + r->hip_acc_mps2[0]) / 2, (l->hip_acc_mps2[1] + r->hip_acc_mps2[1]) / 2}};
    }
    if (site == KF_SITE_THIGH_L || site == KF_SITE_THIGH_R)
        return thigh;
    point_accel(&thigh, body->inertia.thigh_m, 0, out.joint);
    return out;
}

struct kf_sample exact_sample(const struct exact_body *body, enum kf_site site, const struct kf_sim_pose *pose)
{
    const struct link link = link_of(body, site, pose);
    const bool thigh = site == KF_SITE_THIGH_L || site == KF_SITE_THIGH_R;
    const double length = thigh ? body->inertia.thigh_m : body->inertia.shank_m;
    const double d = site == KF_SITE_TRUNK ? -trunk_m : body->placement.ratio[site] * length;
    const double c = cos(link.angle), s = sin(link.angle);
    const struct exact_mount *mount = &body->mount[site];
    struct kf_sample sample = {.t_s = pose->t_s, .site = site, .kind = KF_KIND_IMU6};
    double accel[2];
    point_accel(&link, d, site == KF_SITE_TRUNK ? 0 : body->placement.offset_m[site], accel);
    accel[1] += gravity;
    const double forward = c * accel[0] + s * accel[1], proximal = -s * accel[0] + c * accel[1];
    for (int i = 0; i < 3; i++) {
        sample.value[i] = (float)(mount->turn[i][0] * forward + mount->turn[i][1] * proximal);
        sample.value[i + 3] = (float)(mount->turn[i][2] * link.rate + mount->gyr_offset_radps[i]);
    }
    return sample;
}

/* -------------------------------------------------------------------------------------------------- strides */

struct exact_gait exact_gait_default(void)
{
    return (struct exact_gait){4, INFINITY, .690, base_contact_share, 1, 0, 1};
}

/* Real stride shares run faster or slower than the base gait's so that contact takes its share; smooth, monotonic for
 * shares up to .65. */
static double warp(const struct exact_gait *gait, double strides)
{
    const double share = gait->contact_share;
    const double bend = 2 * (base_contact_share - share) / (1 - cos(2 * pi * share));
    return strides + bend * (1 - cos(2 * pi * strides)) / 2;
}

static double play(const struct series *series, double strides)
{
    double value = series->mean;
    for (int k = 0; k < ORDER; k++)
        value += series->a[k] * cos(2 * pi * (k + 1) * strides) + series->b[k] * sin(2 * pi * (k + 1) * strides);
    return value;
}

static double ease(double u)
{
    if (u <= 0 || u >= 1)
        return u >= 1;
    return u * u * u * (10 + u * (6 * u - 15));
}

/* A textbook's walk at ten moments of the stride from contact on, deg: it stands on both feet a fifth of the time. */
static const double walk_thigh_deg[10] = {24, 20, 11, 2, -7, -12, -4, 12, 22, 26};
static const double walk_knee_deg[10] = {3, 13, 16, 8, 4, 9, 36, 61, 53, 20};
static const double walk_rise_m = .022; /* of the hip over each foot, lowest between two */

/* Through the ten points by sines and cosines. */
static double walk(const double point[10], double strides)
{
    double sum = 0;
    for (int i = 0; i < 10; i++) {
        const double x = pi * (strides - i / 10.);
        sum += fabs(sin(x)) < 1e-9 ? point[i] : point[i] * sin(10 * x) / (10 * tan(x));
    }
    return sum;
}

static void place_walking(const struct exact_gait *gait, enum kf_leg leg, double t_s, double out[4])
{
    const double strides = (t_s - gait->stand_s) / gait->walk_period_s - (leg == KF_RIGHT ? .5 : 0);
    const double effort = ease(t_s - gait->stand_s);
    const double thigh_deg_now = walk(walk_thigh_deg, strides);
    out[0] = effort * pi / 180 * thigh_deg_now;
    out[1] = effort * pi / 180 * (thigh_deg_now - walk(walk_knee_deg, strides));
    out[2] = 0;
    out[3] = -effort * walk_rise_m * cos(4 * pi * (strides - .05));
}

static void place_running(const struct exact_gait *gait, enum kf_leg leg, double t_s, double out[4])
{
    const double strides = warp(gait, (t_s - gait->stand_s) / gait->period_s - (leg == KF_RIGHT ? .5 : 0));
    const double effort = gait->amplitude * ease(t_s - gait->stand_s) * (1 - ease((t_s - gait->stop_s) / .5));
    out[0] = effort * pi / 180 * play(&thigh_deg, strides);
    out[1] = effort * pi / 180 * play(&shank_deg, strides);
    out[2] = effort * 1e-3 * play(&hip_x_mm, strides);
    out[3] = effort * 1e-3 * play(&hip_y_mm, strides);
}

/* Thigh, shank, hip forward and hip up at one time, in rad and m. */
static void place(const struct exact_gait *gait, enum kf_leg leg, double t_s, double out[4])
{
    const double runs = gait->walk_until_s > 0 ? ease(t_s - gait->walk_until_s) : 1;
    double walking[4];
    place_running(gait, leg, t_s, out);
    if (runs >= 1)
        return;
    place_walking(gait, leg, t_s, walking);
    for (int i = 0; i < 4; i++)
        out[i] = runs * out[i] + (1 - runs) * walking[i];
}

void exact_gait_pose(const struct exact_gait *gait, double t_s, struct kf_sim_pose *pose)
{
    const double h = 5e-4;
    memset(pose, 0, sizeof *pose);
    pose->t_s = t_s;
    for (int side = 0; side < KF_LEG_COUNT; side++) {
        struct kf_sim_leg_pose *leg = &pose->leg[side];
        double q[5][4], rate[4], accel[4];
        for (int k = 0; k < 5; k++)
            place(gait, (enum kf_leg)side, t_s + (k - 2) * h, q[k]);
        for (int i = 0; i < 4; i++) {
            rate[i] = (q[0][i] - 8 * q[1][i] + 8 * q[3][i] - q[4][i]) / (12 * h);
            accel[i] = (-q[0][i] + 16 * q[1][i] - 30 * q[2][i] + 16 * q[3][i] - q[4][i]) / (12 * h * h);
        }
        leg->thigh_rad = q[2][0];
        leg->shank_rad = q[2][1];
        leg->thigh_radps = rate[0];
        leg->shank_radps = rate[1];
        leg->thigh_radps2 = accel[0];
        leg->shank_radps2 = accel[1];
        leg->hip_acc_mps2[0] = accel[2];
        leg->hip_acc_mps2[1] = accel[3];
    }
}

double exact_gait_ic_s(const struct exact_gait *gait, enum kf_leg leg, unsigned stride)
{
    return gait->stand_s + gait->period_s * (stride + (leg == KF_RIGHT ? .5 : 0));
}

double exact_gait_to_s(const struct exact_gait *gait, enum kf_leg leg, unsigned stride)
{
    return exact_gait_ic_s(gait, leg, stride) + gait->contact_share * gait->period_s;
}
