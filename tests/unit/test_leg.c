/* Protects what a leg makes of its two sensors: a swing is measured over the window the science names, incomplete data
 * never makes a number, quality falls with what was lost or clipped, and restarting keeps what outlives a stride. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/leg.h"
#include "core/smooth.h"
#include "exact.h"
#include "near.h"

static const double degree = 3.14159265358979323846 / 180;
static struct kf_leg_state leg;
static struct kf_segment thigh, shank;

static void know_frame(struct kf_segment *segment, enum kf_site site)
{
    kf_segment_init(segment, site);
    segment->align.has_frame = segment->offset_found = true;
    segment->align.x[0] = segment->align.y[1] = segment->align.z[2] = 1;
}

static int start(void **state)
{
    const struct kf_athlete athlete = exact_athlete();
    const struct kf_placement placement = kf_placement_default();
    (void)state;
    kf_leg_init(&leg, KF_LEFT, &athlete, &placement);
    know_frame(&thigh, KF_SITE_THIGH_L);
    know_frame(&shank, KF_SITE_SHANK_L);
    return 0;
}

/* A trace of which every number is a ramp: the mean over any window is the value at its middle. Knee: flexes at a
 * steady 4 rad/s from toe-off at 1.0 s to the peak at 1.2 s. */
static void put_ramps(void)
{
    for (int64_t step = 150; step < 260; step++) {
        const double t_s = (double)step * KF_GRID_S;
        double value[KF_TRACE_CHANNELS] = {0};
        value[KF_TRACE_THIGH_RATE] = 1;
        value[KF_TRACE_SHANK_RATE] = -3;
        value[KF_TRACE_SHANK_ACCEL] = 10 * t_s;
        value[KF_TRACE_SHANK_FWD] = 5 + 8 * t_s;
        value[KF_TRACE_SHANK_AXIAL] = 12 - 4 * t_s;
        value[KF_TRACE_THIGH_ANGLE] = -.4 + (t_s - 1);
        value[KF_TRACE_SHANK_ANGLE] = -.6 - 3 * (t_s - 1);
        kf_trace_put(&leg.trace, step, value);
    }
}

static void swing_between(double to_s, double peak_s)
{
    leg.swing = kf_swing_unknown();
    leg.swing.t_ic_s = to_s - .25;
    leg.swing.t_to_s = to_s;
    leg.gait.t_peak_knee_s = peak_s;
}

/* W = [TO + 20 ms, peak - 20 ms], its ends between grid steps. */
static void test_window(void **state)
{
    struct kf_knee_means means;
    double angles[2];
    (void)state;
    put_ramps();
    swing_between(1.0017, 1.2043);
    assert_true(kf_leg_measure(&leg, &means, angles));
    const double middle = (1.0217 + 1.1843) / 2;
    assert_near(means.accel_radps2, 10 * middle, 1e-9);
    assert_near(means.fwd_mps2, 5 + 8 * middle, 1e-9);
    assert_near(means.axial_mps2, 12 - 4 * middle, 1e-9);
    assert_near(means.rate2_rad2ps2, 9, 1e-12);
    const double moment = kf_knee_moment(&leg.knee, &means);
    assert_near(leg.swing.mean_knee_moment_nm_kg, moment, 1e-15);
    assert_near(leg.swing.knee_work_j_kg, -moment * 4 * (1.1843 - 1.0217), 1e-9); /* P = -M phi' */
    assert_near(leg.swing.flexor_work_fraction, moment < 0 ? 1 : 0, 1e-12);
    assert_near(leg.swing.to_to_peak_knee_ms, 202.6, 1e-9);
}

static void test_angles(void **state)
{
    struct kf_knee_means means;
    double angles[2];
    (void)state;
    put_ramps();
    leg.knee.thigh_tilt = .01;
    leg.knee.shank_tilt = -.02;
    swing_between(1, 1.2);
    assert_true(kf_leg_measure(&leg, &means, angles));
    assert_near(leg.swing.thigh_to_deg, (-.4 + .01) / degree, 1e-9);
    assert_near(leg.swing.shank_to_deg, (-.6 - .02) / degree, 1e-9);
    assert_near(leg.swing.knee_to_deg, (.2 + .03) / degree, 1e-9);
    assert_near(leg.swing.peak_knee_deg, (1 + .03) / degree, 1e-9);
    assert_near(angles[0] - angles[1], 1, 1e-9); /* as the standing frame sees it: tilts come and go */
}

static void test_holes(void **state)
{
    struct kf_knee_means means;
    double angles[2];
    (void)state;
    put_ramps();
    swing_between(1, 1.2);
    leg.trace.valid[220 & (KF_TRACE_STEPS - 1)] = false; /* within W */
    assert_false(kf_leg_measure(&leg, &means, angles));
    assert_true(isnan(leg.swing.mean_knee_moment_nm_kg));
    leg.trace.valid[220 & (KF_TRACE_STEPS - 1)] = true;
    assert_true(kf_leg_measure(&leg, &means, angles));
    swing_between(1, 1.03); /* no room for W */
    assert_false(kf_leg_measure(&leg, &means, angles));
    assert_true(isnan(leg.swing.mean_knee_moment_nm_kg));
    swing_between(.2, 1.2); /* began before the trace did */
    assert_false(kf_leg_measure(&leg, &means, angles));
    swing_between(1, NAN);
    assert_false(kf_leg_measure(&leg, &means, angles));
    swing_between(NAN, 1.2);
    assert_false(kf_leg_measure(&leg, &means, angles));
}

static void test_complete(void **state)
{
    (void)state;
    swing_between(1, 1.2);
    kf_leg_complete(&leg, 1.44);
    assert_near(leg.swing.stride_s, .69, 1e-12);
    assert_near(leg.swing.swing_s, .44, 1e-12);
    assert_near(leg.swing.cadence_spm, 120 / .69, 1e-9);
    kf_leg_complete(&leg, NAN);
    assert_true(isnan(leg.swing.stride_s) && isnan(leg.swing.swing_s) && isnan(leg.swing.cadence_spm));
}

/* Both sensors at rest; `every`: the share of samples that come, `clipped` those that read full scale. */
static void sense(int from, int to, bool (*comes)(int tick), bool (*clipped)(int tick))
{
    for (int tick = from; tick < to; tick++) {
        struct kf_sample sample = {.t_s = tick * KF_GRID_S, .site = KF_SITE_THIGH_L, .kind = KF_KIND_IMU6};
        sample.value[1] = 9.81F;
        kf_segment_push(&thigh, &sample);
        sample.site = KF_SITE_SHANK_L;
        sample.saturated = clipped && clipped(tick);
        if (!comes || comes(tick))
            kf_segment_push(&shank, &sample);
        kf_leg_sense(&leg, &thigh, &shank, NAN, tick);
        kf_leg_show(&leg, tick);
    }
}

static bool third_lost(int tick)
{
    return tick % 3 != 0;
}

static bool all_lost(int tick)
{
    (void)tick;
    return false;
}

static bool one_in_fifty(int tick)
{
    return tick % 50 == 0;
}

static bool always(int tick)
{
    (void)tick;
    return true;
}

static void count_anew(void)
{
    leg.steps = leg.steps_bad = leg.steps_saturated = 0;
}

static void test_quality(void **state)
{
    (void)state;
    assert_near(kf_leg_signal_quality(&leg), 0, 0); /* nothing seen */
    sense(0, 100, NULL, NULL);
    count_anew();
    sense(100, 200, NULL, NULL);
    assert_near(kf_leg_signal_quality(&leg), 1, 0);
    count_anew();
    sense(200, 300, NULL, one_in_fifty); /* four points of a hundred are beside a clipped sample */
    assert_near(kf_leg_signal_quality(&leg), 1 - 5 * .04, 1e-9);
    count_anew();
    sense(300, 400, third_lost, NULL); /* two points of three lie on a bridge */
    assert_true(kf_leg_signal_quality(&leg) < .1);
    sense(400, 420, NULL, always);
    count_anew();
    sense(420, 520, all_lost, NULL);
    assert_near(kf_leg_signal_quality(&leg), 0, 0);
    assert_int_equal(leg.steps_bad, 100);
    assert_int_equal(leg.steps_saturated, 0); /* what clipped long ago is no part of what is lost now */
}

/* With a sensor missing the leg is worn and shows nothing. */
static void test_now(void **state)
{
    (void)state;
    assert_false(leg.now.worn);
    sense(0, 100, NULL, NULL);
    assert_true(leg.now.worn);
    assert_near(leg.now.knee_rad, 0, 1e-9);
    assert_near(leg.now.knee_moment_nm_kg, 0, 1e-6);
    sense(100, 150, all_lost, NULL);
    assert_true(isnan(leg.now.knee_rad) && isnan(leg.now.knee_moment_nm_kg) && isnan(leg.now.thigh_rad));
    assert_null(kf_trace_step(&leg.trace, 149 - KF_SMOOTH_HALF));
}

/* The shank swings backward only, at 4 rad/s. */
static void swing_backward(int from, int to)
{
    for (int tick = from; tick < to; tick++) {
        struct kf_sample sample = {.t_s = tick * KF_GRID_S, .site = KF_SITE_THIGH_L, .kind = KF_KIND_IMU6};
        sample.value[1] = 9.81F;
        kf_segment_push(&thigh, &sample);
        sample.site = KF_SITE_SHANK_L;
        sample.value[5] = -4;
        kf_segment_push(&shank, &sample);
        kf_leg_sense(&leg, &thigh, &shank, NAN, tick);
    }
}

/* Its axis was the wrong way round: frame and past are turned, and the stride in progress is nothing. */
static void test_axis_turned(void **state)
{
    (void)state;
    swing_backward(0, 80);
    leg.gait.phase = KF_PHASE_INITIAL;
    leg.gait.t_to_s = .1;
    leg.knee.weight_open = 5;
    assert_false(leg.turned); /* not on less than .45 s of moving */
    assert_near(kf_segment_at(&shank, 79)->rate_radps, -4, .1);
    swing_backward(80, 130);
    assert_true(leg.turned && leg.signs_known);
    assert_int_equal(leg.gait.phase, KF_PHASE_NONE);
    assert_near(leg.knee.weight_open, 0, 0);
    assert_near(shank.align.z[2], -1, 1e-9);
    assert_near(kf_segment_at(&shank, 90)->rate_radps, 4, .1);
    assert_near(kf_trace_step(&leg.trace, 60)[KF_TRACE_SHANK_RATE], 4, .1);
}

/* Knee, signs and baseline outlive a restart; the stride in progress and what is shown do not. */
static void test_restart(void **state)
{
    const struct kf_knee_means means = {1, 2, 3, 4};
    (void)state;
    sense(0, 100, NULL, NULL);
    leg.signs_known = leg.open = true;
    leg.knee.shank_turn = .1;
    leg.knee.weight_open = 7;
    leg.lean_count = 3;
    leg.gait.phase = KF_PHASE_INITIAL;
    kf_baseline_add(&leg.baseline, &means, 0, 0);
    kf_leg_restart(&leg);
    assert_true(leg.signs_known);
    assert_near(leg.knee.shank_turn, .1, 0);
    assert_int_equal(leg.baseline.count, 1);
    assert_false(leg.open);
    assert_near(leg.knee.weight_open, 0, 0);
    assert_int_equal(leg.lean_count, 0);
    assert_int_equal(leg.gait.phase, KF_PHASE_NONE);
    assert_int_equal(leg.now.phase, KF_PHASE_NONE);
    assert_true(isnan(leg.now.knee_rad));
    assert_null(kf_trace_step(&leg.trace, 90));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_window, start),      cmocka_unit_test_setup(test_angles, start),
        cmocka_unit_test_setup(test_holes, start),       cmocka_unit_test_setup(test_complete, start),
        cmocka_unit_test_setup(test_quality, start),     cmocka_unit_test_setup(test_now, start),
        cmocka_unit_test_setup(test_axis_turned, start), cmocka_unit_test_setup(test_restart, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
