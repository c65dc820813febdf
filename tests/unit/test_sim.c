/* Protects the simulated runner: that its truth is true (moments recomputed from nothing but positions), that pulls
 * change swings as science.md section 7 says, that strides vary as real ones do, and that sensors read what they
 * should where they sit. Figures are printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "near.h"
#include "source/random.h"
#include "source/sim.h"

enum { TICKS_MAX = 40000, SWINGS_MAX = 1024 };

static const double degree = 3.14159265358979323846 / 180;
static const double gravity = 9.80665;

/* What a run leaves behind. */
static struct run {
    struct kf_leg_inertia body;
    struct kf_sim_config config;
    unsigned ticks, swings, samples;
    struct kf_sim_pose pose[TICKS_MAX];
    struct kf_sim_swing swing[SWINGS_MAX];
} run;

static struct kf_sim_config settings(const char *text)
{
    struct kf_sim_config config;
    struct kf_error error;
    kf_sim_config_default(&config);
    if (kf_sim_config_parse(&config, text, &error) < 0)
        fail_msg("%s: %s", text, error.text);
    return config;
}

/* Runs a simulation to its end; `see` (may be NULL) gets every tick's samples. */
static void simulate(const char *text, void (*see)(const struct kf_sample *samples, unsigned count))
{
    struct kf_error error;
    struct kf_sample samples[KF_SIM_TICK_MAX];
    struct kf_sim_truth truth;
    unsigned count;

    run.config = settings(text);
    run.body = kf_leg_inertia(&run.config.athlete);
    run.ticks = run.swings = run.samples = 0;
    struct kf_sim *sim = kf_sim_create(&run.config, &error);
    assert_non_null(sim);
    while ((count = kf_sim_next(sim, samples)) > 0) {
        assert_true(run.ticks < TICKS_MAX);
        run.pose[run.ticks++] = *kf_sim_pose_of(sim);
        run.samples += count;
        if (see)
            see(samples, count);
        while (kf_sim_truth_next(sim, &truth))
            if (truth.kind == KF_SIM_SWING && run.swings < SWINGS_MAX)
                run.swing[run.swings++] = truth.swing;
    }
    kf_sim_destroy(sim);
}

/* Second derivative by the five-point rule. */
static double second(const double q[5], double h)
{
    return (-q[0] + 16 * q[1] - 30 * q[2] + 16 * q[3] - q[4]) / (12 * h * h);
}

/* Knee and hip moment at tick i by Newton and Euler, body by body, from positions alone. */
static void newton_euler(unsigned i, int leg, double *knee_moment, double *hip_moment)
{
    const struct kf_leg_inertia *b = &run.body;
    const double h = 1.0 / run.config.rate_hz;
    double thigh[5], shank[5], com1[2][5], com2[2][5];

    for (int k = 0; k < 5; k++) {
        const struct kf_sim_leg_pose *p = &run.pose[i - 2 + (unsigned)k].leg[leg];
        const double s1 = sin(p->thigh_rad), c1 = cos(p->thigh_rad), s2 = sin(p->shank_rad), c2 = cos(p->shank_rad);
        thigh[k] = p->thigh_rad;
        shank[k] = p->shank_rad;
        com1[0][k] = p->hip_m[0] + b->c1_m * s1;
        com1[1][k] = p->hip_m[1] - b->c1_m * c1;
        com2[0][k] = p->hip_m[0] + b->thigh_m * s1 + b->c2_m * s2;
        com2[1][k] = p->hip_m[1] - b->thigh_m * c1 - b->c2_m * c2;
    }
    const double s1 = sin(thigh[2]), c1 = cos(thigh[2]), s2 = sin(shank[2]), c2 = cos(shank[2]);
    const double knee_x = b->m2 * second(com2[0], h), knee_y = b->m2 * (second(com2[1], h) + gravity);
    const double hip_x = knee_x + b->m1 * second(com1[0], h);
    const double hip_y = knee_y + b->m1 * (second(com1[1], h) + gravity);
    const double i1 = b->j1_m2 - b->m1 * b->c1_m * b->c1_m, i2 = b->j2_m2 - b->m2 * b->c2_m * b->c2_m;
    const double below = b->thigh_m - b->c1_m;

    *knee_moment = i2 * second(shank, h) + b->c2_m * (s2 * knee_y + c2 * knee_x);
    *hip_moment = i1 * second(thigh, h) + *knee_moment + b->c1_m * (s1 * hip_y + c1 * hip_x) +
                  below * (s1 * knee_y + c1 * knee_x);
}

/* Mean moment and work over W of a swing from ticks, moments by newton_euler. */
static void recompute(const struct kf_sim_swing *swing, double *mean, double *work)
{
    const double from = (swing->t_to_s + .02) * run.config.rate_hz,
                 to = (swing->t_peak_knee_s - .02) * run.config.rate_hz;
    double sum = 0, power = 0, weights = 0, hip;

    for (unsigned i = (unsigned)floor(from); i <= (unsigned)ceil(to); i++) {
        const struct kf_sim_leg_pose *p = &run.pose[i].leg[swing->leg];
        /* trapezoids, cut where the window begins and ends */
        const double weight = fmin(i + .5, to) - fmax(i - .5, from);
        double knee;
        if (weight <= 0)
            continue;
        newton_euler(i, (int)swing->leg, &knee, &hip);
        sum += weight * knee;
        power -= weight * knee * (p->thigh_radps - p->shank_radps);
        weights += weight;
    }
    *mean = sum / weights;
    *work = power / run.config.rate_hz;
}

static void test_truth_is_true(void **state)
{
    static const char *const cases[] = {"rate=1000,seconds=25,always,pull=0,0.05,0.1,0.2",
                                        "rate=1000,seconds=15,always,cocontract,pull=0.2,sex=f,height=1.6,speed=3",
                                        "rate=1000,seconds=15,always,rf-drop,pull=0.1,speed=4.5"};
    double worst_mean = 0, worst_work = 0;

    (void)state;
    for (unsigned c = 0; c < sizeof cases / sizeof *cases; c++) {
        simulate(cases[c], NULL);
        assert_true(run.swings > 20);
        for (unsigned i = 0; i < run.swings; i++) {
            double mean, work;
            recompute(&run.swing[i], &mean, &work);
            worst_mean = fmax(worst_mean, fabs(mean - run.swing[i].mean_knee_moment_nm_kg));
            worst_work = fmax(worst_work, fabs(work - run.swing[i].knee_work_j_kg));
        }
    }
    print_message("truth against Newton-Euler: mean moment within %.1e Nm/kg, work within %.1e J/kg\n", worst_mean,
                  worst_work);
    assert_true(worst_mean < 1e-5);
    assert_true(worst_work < 2e-5);
}

/* The moments of a pose, in swing. At peak knee flexion the controller takes over and the stencil would see a corner.
 */
static void test_pose_moments(void **state)
{
    double worst_knee = 0, worst_hip = 0;

    (void)state;
    simulate("rate=1000,seconds=12,always,pull=0.1", NULL);
    for (unsigned i = 2; i + 2 < run.ticks; i++)
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            const struct kf_sim_leg_pose *p = &run.pose[i].leg[leg];
            double knee, hip;
            if (!run.pose[i - 2].leg[leg].swing || !run.pose[i + 2].leg[leg].swing ||
                fabs(p->thigh_radps - p->shank_radps) < .5)
                continue;
            newton_euler(i, leg, &knee, &hip);
            worst_knee = fmax(worst_knee, fabs(knee - p->knee_moment_nm_kg));
            worst_hip = fmax(worst_hip, fabs(hip - p->hip_moment_nm_kg));
        }
    print_message("moments of a pose within %.1e and %.1e Nm/kg\n", worst_knee, worst_hip);
    assert_true(worst_knee < 2e-4);
    assert_true(worst_hip < 4e-4);
}

/* Positions, rates and accelerations of the whole run hang together: no jump at toe-off, peak or contact. */
static void test_motion_is_continuous(void **state)
{
    (void)state;
    simulate("rate=1000,seconds=14,stand=1,relaxed=2,pull=0.2", NULL);
    for (unsigned i = 1; i < run.ticks; i++)
        for (int leg = 0; leg < KF_LEG_COUNT; leg++) {
            const struct kf_sim_leg_pose *a = &run.pose[i - 1].leg[leg], *b = &run.pose[i].leg[leg];
            assert_near(b->shank_rad, a->shank_rad + .0005 * (a->shank_radps + b->shank_radps), 2e-5);
            assert_near(b->shank_radps, a->shank_radps + .0005 * (a->shank_radps2 + b->shank_radps2), 2e-3);
            assert_near(b->thigh_radps, a->thigh_radps + .0005 * (a->thigh_radps2 + b->thigh_radps2), 2e-3);
        }
}

struct spread {
    double mean, sd;
};

static struct spread spread_of(double (*what)(const struct kf_sim_swing *), double from_s)
{
    double sum = 0, squares = 0;
    unsigned count = 0;

    for (unsigned i = 0; i < run.swings; i++) {
        const double value = what(&run.swing[i]);
        if (run.swing[i].t_ic_s < from_s)
            continue;
        sum += value;
        squares += value * value;
        count++;
    }
    assert_true(count > 10);
    return (struct spread){sum / count, sqrt(fmax(0, squares / count - sum * sum / count / count))};
}

static double moment_of(const struct kf_sim_swing *swing)
{
    return swing->mean_knee_moment_nm_kg;
}

static double peak_of(const struct kf_sim_swing *swing)
{
    return swing->peak_knee_deg;
}

static double stride_of(const struct kf_sim_swing *swing)
{
    return swing->t_next_ic_s - swing->t_ic_s;
}

/* Section 7's last line: 0/5/10/20 % → peak 106/112/119/132 deg, mean moment .156/.131/.106/.065. */
static void test_pull_response(void **state)
{
    static const char *const cases[] = {"pull=0", "pull=0.05", "pull=0.1", "pull=0.2"};
    static const double peaks[] = {106, 112, 119, 132}, moments[] = {.156, .131, .106, .065};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        char text[128];
        (void)snprintf(text, sizeof text, "seconds=90,always,%s", cases[i]);
        simulate(text, NULL);
        const struct spread peak = spread_of(peak_of, 7), moment = spread_of(moment_of, 7);
        print_message("%-10s peak knee %.1f deg (%.0f), mean moment %.4f Nm/kg (%.3f)\n", cases[i], peak.mean, peaks[i],
                      moment.mean, moments[i]);
        assert_near(peak.mean, peaks[i], 1);
        assert_near(moment.mean, moments[i], .006);
    }
}

static void test_stride_variation(void **state)
{
    (void)state;
    simulate("seconds=180,pull=0", NULL);
    const struct spread peak = spread_of(peak_of, 7), moment = spread_of(moment_of, 7),
                        stride = spread_of(stride_of, 7);
    print_message("SD: peak knee %.2f deg, mean moment %.4f Nm/kg, stride %.2f %%\n", peak.sd, moment.sd,
                  100 * stride.sd / stride.mean);
    assert_near(peak.sd, 2.1, .4);
    assert_near(moment.sd, .0057, .0012);
    assert_true(stride.sd / stride.mean < .025 && stride.sd / stride.mean > .004);
    simulate("seconds=30,pull=0,variation=0", NULL);
    assert_near(spread_of(peak_of, 7).sd, 0, 1e-6);
    assert_near(spread_of(stride_of, 7).mean, .690, 1e-9);
}

/* A hidden pull leaves the moment alone; a missing rectus femoris looks like a pull and is none. */
static void test_hard_negatives(void **state)
{
    (void)state;
    simulate("seconds=60,always,pull=0", NULL);
    const struct spread relaxed = spread_of(moment_of, 7), relaxed_peak = spread_of(peak_of, 7);
    simulate("seconds=60,always,pull=0.2,cocontract", NULL);
    assert_near(spread_of(moment_of, 7).mean, relaxed.mean, .006);
    assert_true(spread_of(peak_of, 7).mean < relaxed_peak.mean - 10);
    assert_near(run.swing[5].pull, .2, 0);
    simulate("seconds=60,always,pull=0.1,rf-drop", NULL);
    assert_true(spread_of(moment_of, 7).mean < relaxed.mean - .04);
    assert_near(run.swing[5].pull, 0, 0);
    assert_true(run.swing[5].rf_drop);
    simulate("seconds=60,pull=0,lean-drop=7", NULL);
    assert_near(run.swing[15].trunk_lean_deg, 6, .1);
    assert_near(run.swing[run.swings - 1].trunk_lean_deg, -1, .1);
}

/* Any activation the options allow gives finite motion. */
static void test_extremes(void **state)
{
    static const char *const cases[] = {"pull=1,speed=6", "pull=1,cocontract,speed=2", "pull=1,rf-drop,variation=3",
                                        "ramp=0.5,stand=0,relaxed=0,pull=0.5"};
    (void)state;
    for (unsigned c = 0; c < sizeof cases / sizeof *cases; c++) {
        char text[128];
        (void)snprintf(text, sizeof text, "always,seconds=20,%s", cases[c]);
        simulate(text, NULL);
        for (unsigned i = 0; i < run.swings; i++)
            assert_true(isfinite(run.swing[i].mean_knee_moment_nm_kg) && run.swing[i].peak_knee_deg < 200 &&
                        run.swing[i].peak_knee_deg > 0);
    }
}

static struct kf_sample shank_seen[TICKS_MAX], thigh_seen[TICKS_MAX];
static unsigned seen;

static void keep_right_leg(const struct kf_sample *samples, unsigned count)
{
    assert_true(count >= 5 && samples[3].site == KF_SITE_THIGH_R && samples[4].site == KF_SITE_SHANK_R);
    thigh_seen[seen] = samples[3];
    shank_seen[seen++] = samples[4];
}

/* Equation (1) of science.md on the shank's own readings gives the knee moment that the model had. */
static void test_sensors_feel_the_moment(void **state)
{
    double worst = 0;

    (void)state;
    seen = 0;
    simulate("seconds=25,mounting=exact,always,pull=0.1", keep_right_leg);
    const struct kf_leg_inertia *b = &run.body;
    const double d = .45 * b->shank_m, e = .04;
    for (unsigned i = 0; i < run.swings; i++) {
        double sum = 0;
        unsigned count = 0;
        if (run.swing[i].leg != KF_RIGHT)
            continue;
        for (unsigned k = (unsigned)ceil((run.swing[i].t_to_s + .02) * 200);
             k <= (unsigned)((run.swing[i].t_peak_knee_s - .02) * 200); k++) {
            const double rate = (double)shank_seen[k].value[5];
            const double accel = (double)(shank_seen[k + 1].value[5] - shank_seen[k - 1].value[5]) * 100;
            sum += (b->j2_m2 - b->m2 * b->c2_m * d) * accel +
                   b->m2 * b->c2_m * ((double)shank_seen[k].value[0] + e * rate * rate);
            count++;
        }
        worst = fmax(worst, fabs(sum / count - run.swing[i].mean_knee_moment_nm_kg));
    }
    print_message("equation (1) on sensor samples: within %.4f Nm/kg\n", worst);
    assert_true(worst < .008);
}

/* At rest a sensor reads gravity up, within its offset; upside down the other way; swapped, the other leg's motion. */
static void test_mountings(void **state)
{
    static const char *const parts[] = {"icm42688", "bmi270", "lsm6dso", "icm20948"};
    char text[128];

    (void)state;
    for (unsigned p = 0; p < 4; p++) {
        seen = 0;
        (void)snprintf(text, sizeof text, "seconds=2,mounting=exact,part=%s", parts[p]);
        simulate(text, keep_right_leg);
        assert_near((double)shank_seen[99].value[1], gravity, .6);
        assert_near((double)shank_seen[99].value[5], 0, 6 * degree);
    }
    seen = 0;
    simulate("seconds=2,mounting=upside-down", keep_right_leg);
    assert_near((double)shank_seen[99].value[1], -gravity, .6);
    seen = 0;
    simulate("seconds=12,mounting=exact,swap=shanks", keep_right_leg);
    assert_near((double)shank_seen[2000].value[5], run.pose[2000].leg[KF_LEFT].shank_radps, .03);
    assert_near((double)thigh_seen[2000].value[5], run.pose[2000].leg[KF_RIGHT].thigh_radps, .03);
    for (unsigned i = 1600; i < 1700; i++) {
        const float *value = shank_seen[i].value;
        const double counts = (double)value[1] / (16 * 9.80665 / 32768);
        assert_near(counts, round(counts), 2e-3);
    }
}

static double emg_squares[2];
static unsigned emg_count[2];

/* Right hamstring in the 150 ms after each toe-off: [0] relaxed block, [1] afterwards, when every swing is pulled. */
static void sum_emg(const struct kf_sample *samples, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const double t_s = samples[i].t_s;
        if (samples[i].site != KF_SITE_HAMSTRING_R || t_s < 8)
            continue;
        assert_true(samples[i].kind == KF_KIND_EMG);
        for (unsigned k = run.swings > 6 ? run.swings - 6 : 0; k < run.swings; k++) {
            const double since = t_s - run.swing[k].t_to_s;
            if (run.swing[k].leg == KF_RIGHT && since < .150 + stride_of(&run.swing[k]) &&
                since > stride_of(&run.swing[k])) {
                emg_squares[t_s > 20] += (double)samples[i].value[0] * (double)samples[i].value[0];
                emg_count[t_s > 20]++;
                break;
            }
        }
    }
}

static void test_emg(void **state)
{
    (void)state;
    emg_squares[0] = emg_squares[1] = 0;
    emg_count[0] = emg_count[1] = 0;
    simulate("seconds=34,emg,stand=4,ramp=2,relaxed=14,share=1,pull=0.2", sum_emg);
    assert_int_equal(run.samples, 34 * (200 * 5 + 1000 * 2));
    const double relaxed = sqrt(emg_squares[0] / emg_count[0]), pulled = sqrt(emg_squares[1] / emg_count[1]);
    print_message("early-swing EMG: relaxed %.0f uV, 20 %% pull %.0f uV\n", relaxed, pulled);
    assert_near(relaxed, hypot(20, .035 * 320), 2); /* noise and tone */
    assert_near(pulled, hypot(20, 320 * sqrt(.035 * .035 + .035 * .23 + .375 * .23 * .23)), 4);
}

/* The demo: a cue's worth of pulls (3 of 5 on a leg) before 40 s, and later a block without. */
static void test_demo_pattern(void **state)
{
    double first_s = NAN, cue_s = NAN;
    unsigned quiet = 0, quiet_pulled = 0, recent[KF_LEG_COUNT] = {0, 0}, relaxed[KF_LEG_COUNT] = {0, 0};

    (void)state;
    simulate("demo,seconds=62", NULL);
    const double until_s = kf_sim_relaxed_until_s(&run.config), from_s = kf_sim_baseline_from_s(&run.config);
    for (unsigned i = 0; i < run.swings; i++) {
        const struct kf_sim_swing *swing = &run.swing[i];
        const bool pulled = swing->pull > 0;
        unsigned *bits = &recent[swing->leg];
        *bits = (*bits << 1 | pulled) & 31;
        if (pulled && isnan(first_s))
            first_s = swing->t_to_s;
        if (isnan(cue_s) &&
            (*bits & 1) + (*bits >> 1 & 1) + (*bits >> 2 & 1) + (*bits >> 3 & 1) + (*bits >> 4 & 1) >= 3)
            cue_s = swing->t_peak_knee_s;
        relaxed[swing->leg] += swing->t_ic_s >= from_s && swing->t_next_ic_s <= until_s;
        if (swing->t_to_s >= until_s + 20 && swing->t_to_s < until_s + 40) {
            quiet++;
            quiet_pulled += pulled;
        }
    }
    print_message("demo: first pulled swing at %.1f s, third of five at %.1f s; baseline strides %u and %u\n", first_s,
                  cue_s, relaxed[0], relaxed[1]);
    assert_true(first_s >= until_s && cue_s < 30);
    assert_true(relaxed[0] >= 12 && relaxed[1] >= 12);
    assert_true(quiet > 40 && quiet_pulled * 8 < quiet);
}

/* The generator is the paper's: its own seed and stream give the first numbers of the author's demonstration. */
static void test_random(void **state)
{
    static const uint32_t want[] = {0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e};
    struct kf_random random;
    double sum = 0, squares = 0;

    (void)state;
    kf_random_seed(&random, 42, 54);
    for (unsigned i = 0; i < sizeof want / sizeof *want; i++)
        assert_int_equal(kf_random_u32(&random), want[i]);
    for (int i = 0; i < 100000; i++) {
        const double x = kf_random_normal(&random);
        sum += x;
        squares += x * x;
    }
    assert_near(sum / 1e5, 0, .015);
    assert_near(squares / 1e5, 1, .02);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_truth_is_true),
        cmocka_unit_test(test_pose_moments),
        cmocka_unit_test(test_motion_is_continuous),
        cmocka_unit_test(test_pull_response),
        cmocka_unit_test(test_stride_variation),
        cmocka_unit_test(test_hard_negatives),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_sensors_feel_the_moment),
        cmocka_unit_test(test_mountings),
        cmocka_unit_test(test_emg),
        cmocka_unit_test(test_demo_pattern),
    };
    return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
