/* sim.h - a runner that does not exist: forward-dynamic swings with known pulls, seen by simulated sensors.
 *
 * The verdict can only be tested against swings whose muscle forces are known, and the program must be tried without a
 * pod. The model is science.md section 11: thigh and lumped shank+foot (kf_leg_inertia) under a prescribed hip. Stance
 * follows the base gait; from toe-off the swing is integrated (RK4, 0.5 ms) with the moments the base gait needs plus
 * a hamstring force: activation × maximum × sin² over the 150 ms after toe-off, hip moment −r_h·F, knee −r_k(φ)·F.
 * After peak knee flexion a controller rejoins the base by initial contact.
 *
 * Order of calls: a config (defaults, then set or parse), create, then EITHER next EITHER wire_read until the end, with
 * truth_next in between whenever wanted; destroy. create allocates once; nothing after it does. Same config and seed:
 * same samples, same bytes. Not thread-safe: one thread owns a simulation. Time is simulated: no call reads a clock. */
#ifndef KF_SIM_H
#define KF_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "kneefold/athlete.h"
#include "kneefold/error.h"
#include "kneefold/sample.h"

enum {
    KF_SIM_PULLS_MAX = 8,
    KF_SIM_TICK_MAX = 32 /* samples one kf_sim_next can give */
};

enum kf_sim_pattern {
    KF_SIM_SHARE,  /* each swing after the relaxed block is pulled with probability `share` */
    KF_SIM_BLOCKS, /* 20 s mostly pulled, 20 s mostly relaxed, and again (the demo) */
    KF_SIM_ALWAYS  /* every swing from the first is pulled: a runner without a relaxed baseline */
};
enum kf_sim_mounting {
    KF_SIM_TILTED,     /* each strap off by tilt_deg (SD) about each axis */
    KF_SIM_EXACT,      /* x forward, y up, z right */
    KF_SIM_ANY,        /* any orientation */
    KF_SIM_UPSIDE_DOWN /* tilted, and the right way down */
};
enum kf_sim_swap { KF_SIM_SWAP_NONE, KF_SIM_SWAP_SHANKS, KF_SIM_SWAP_THIGHS, KF_SIM_SWAP_LEGS };
enum kf_sim_legs { KF_SIM_BOTH_LEGS, KF_SIM_LEFT_LEG, KF_SIM_RIGHT_LEG };
/* What this pod is of several on one runner: everything; trunk and left leg; right leg; an EMG amplifier. */
enum kf_sim_sites { KF_SIM_ALL_SITES, KF_SIM_LEFT_SITES, KF_SIM_RIGHT_SITES, KF_SIM_EMG_SITES };
/* Sensor parts, by noise density (science.md section 11). */
enum kf_sim_part { KF_SIM_ICM42688, KF_SIM_BMI270, KF_SIM_LSM6DSO, KF_SIM_ICM20948 };

/* Choices are int, so that one table of options can set them. */
struct kf_sim_config {
    double seed;    /* whole number, 0..2^53 */
    double seconds; /* simulated length; INFINITY: never ends */
    /* the runner */
    struct kf_athlete athlete; /* mass, height and sex known */
    double speed_mps;          /* amplitudes grow with its square root, stride time with its power -0.2 */
    double stand_s, ramp_s, relaxed_s;
    double lean_deg;      /* mean trunk lean, forward positive */
    double lean_drop_deg; /* by how much it falls after the relaxed block */
    /* other faults that set in then, over 4 s; 0 none */
    double cadence_drop_pct; /* fewer steps a minute */
    double limp_pct;         /* the left foot stays longer on the belt, of its contact */
    double sit_deg;          /* the legs stay that much further in front */
    double fold_drop_pct;    /* less of the shank's swing */
    double hip_late_ms;      /* the thigh moves that much later */
    double variation;     /* 0 none, 1 a real runner's stride-to-stride variation */
    /* what the hamstrings do */
    double pull[KF_SIM_PULLS_MAX]; /* activations 0..1 a pulled swing draws from */
    unsigned pull_count;
    int pattern; /* enum kf_sim_pattern */
    double share;
    bool cocontract; /* the quadriceps cancel the pull's knee moment; its hip moment and EMG stay */
    bool rf_drop;    /* the swings chosen get that much less rectus femoris instead of a pull */
    /* the sensors */
    struct kf_placement placement;
    int rate_hz;         /* divides 1000 */
    bool emg;            /* hamstring channels at 1 kHz */
    double emg_noise_uv; /* RMS of what electrode and amplifier add; the terminal-swing burst has 320 */
    int part, mounting, swap, legs, sites;
    double tilt_deg;
    double slip_s, slip_deg; /* then a strap turns about its segment; 0 never */
    int slip_at;             /* thigh_l, thigh_r, shank_l, shank_r */
    bool no_trunk;
    /* the wire */
    double frame_ms;                           /* length of a SAMPLES frame, 5..50 ms; at least one sample */
    double drop_share, flip_share, junk_share; /* probabilities a frame */
    double stall_s, stall_at_s;                /* the link is silent that long from then on, then catches up */
    double restart_s;                          /* the pod restarts; 0 never */
    bool wrap;                                 /* clock and sequence number start just before they wrap */
    double drift_ppm;                          /* the pod's clock runs that much fast */
    double jitter_ms;                          /* each frame arrives late by up to so much (real-time outputs) */
};

/* One row an option: the command line's --name and the URI's name=value. The master copy of names and ranges. */
enum kf_sim_option_kind { KF_SIM_REAL, KF_SIM_INT, KF_SIM_FLAG, KF_SIM_CHOICE, KF_SIM_REALS, KF_SIM_PRESET };
struct kf_sim_option {
    const char *name;
    enum kf_sim_option_kind kind;
    size_t offset;        /* of its field in struct kf_sim_config */
    double low, high;     /* inclusive; numbers only */
    const char *argument; /* "HZ", "any|exact|…" (the choices, in the order of their enum), NULL for a flag */
    const char *help;
};
extern const struct kf_sim_option kf_sim_options[]; /* ends with name NULL */

/* 70 kg, 1.75 m, male, 3.96 m/s; stands 4 s, 2 s ramp, 16 s relaxed, then half the swings pulled by .1 or .2. */
void kf_sim_config_default(struct kf_sim_config *config);
/* Sets one option from text (NULL for a flag). KF_ERR_ARG with *error: unknown name, or out of range. */
enum kf_status kf_sim_config_set(struct kf_sim_config *config, const char *name, const char *value,
                                 struct kf_error *error);
/* "seed=3,pull=0.1,0.2,emg": comma-separated; an item that begins like a number continues the list before it. */
enum kf_status kf_sim_config_parse(struct kf_sim_config *config, const char *text, struct kf_error *error);
/* Whether every field is within its row's range; KF_ERR_ARG with *error naming the first that is not. */
enum kf_status kf_sim_config_check(const struct kf_sim_config *config, struct kf_error *error);
/* When the relaxed block ends, and when its baseline marks stand (the last 3 s of settling excluded), s. */
double kf_sim_relaxed_until_s(const struct kf_sim_config *config);
double kf_sim_baseline_from_s(const struct kf_sim_config *config);

struct kf_sim; /* opaque */

/* NULL with *error: lack of memory, or a field outside its row's range. */
struct kf_sim *kf_sim_create(const struct kf_sim_config *config, struct kf_error *error);
void kf_sim_destroy(struct kf_sim *sim); /* takes NULL */
const struct kf_sim_config *kf_sim_config_of(const struct kf_sim *sim);

/* The samples of the next tick (1 / rate_hz): inertial first, trunk, then thigh and shank of each leg, then each EMG
 * channel's samples up to the next tick. Values are what an i16 sensor's counts say. Returns how many, 0 at the end. */
unsigned kf_sim_next(struct kf_sim *sim, struct kf_sample out[KF_SIM_TICK_MAX]);

/* The exact state at the last tick; angles and signs of science.md section 2. */
struct kf_sim_leg_pose {
    double thigh_rad, shank_rad, thigh_radps, shank_radps, thigh_radps2, shank_radps2;
    double hip_m[2], hip_acc_mps2[2];           /* forward, up */
    double knee_moment_nm_kg, hip_moment_nm_kg; /* of the swing; meaningless in stance */
    bool swing;
};
struct kf_sim_pose {
    double t_s;
    struct kf_sim_leg_pose leg[KF_LEG_COUNT];
    double lean_rad, lean_radps, lean_radps2; /* trunk, forward positive */
};
const struct kf_sim_pose *kf_sim_pose_of(const struct kf_sim *sim);

/* What really happened, by the names of keys.md. Times on the runner's own clock, s since the first sample. */
struct kf_sim_swing {
    enum kf_leg leg;
    double pull; /* activation */
    bool rf_drop;
    double t_ic_s, t_to_s, t_next_ic_s, t_peak_knee_s;
    double peak_knee_deg, knee_to_deg, thigh_to_deg;
    double mean_knee_moment_nm_kg, knee_work_j_kg; /* exact, over W = [TO + 20 ms, peak − 20 ms] */
    double trunk_lean_deg;                         /* mean over the stride */
};
enum kf_sim_truth_kind { KF_SIM_IC, KF_SIM_TO, KF_SIM_SWING };
struct kf_sim_truth {
    enum kf_sim_truth_kind kind;
    enum kf_leg leg;
    double t_s; /* of the event; for a swing its next contact */
    struct kf_sim_swing swing;
};
/* The next fact since the last call; false when there is none. The last 64 are kept. */
bool kf_sim_truth_next(struct kf_sim *sim, struct kf_sim_truth *out);

/* podlink bytes of every frame whose last sample is at or before until_s (INFINITY: as fast as asked), faults included.
 * Returns bytes (> 0), 0 when nothing is due, KF_ERR_END after the last frame. */
int kf_sim_wire_read(struct kf_sim *sim, double until_s, uint8_t *bytes, size_t capacity);
/* When wire_read will have more, s; INFINITY at the end. */
double kf_sim_wire_due_s(const struct kf_sim *sim);
/* Host to pod: DESCRIBE, START, STOP, PING and RATE frames; the rest is ignored. Answers come with the next frame. */
void kf_sim_wire_write(struct kf_sim *sim, const uint8_t *bytes, size_t count);

struct kf_sim_wire_stats {
    uint64_t frames, samples_frames; /* made, lost ones included */
    uint64_t dropped, flipped, junk, restarts;
};
struct kf_sim_wire_stats kf_sim_wire_stats_of(const struct kf_sim *sim);

/* CSV log, version 1 (design.md), baseline marks included: header, then one call a tick. Check ferror afterwards. */
void kf_sim_csv_header(const struct kf_sim_config *config, FILE *file);
void kf_sim_csv_tick(const struct kf_sample *samples, unsigned count, FILE *file);

/* Truth as JSON, in the shape of ../shared/data/synthetic. Grows as it records. */
struct kf_sim_record {
    struct kf_sim_truth *fact;
    size_t count, capacity;
};
enum kf_status kf_sim_record_add(struct kf_sim_record *record, const struct kf_sim_truth *truth);
void kf_sim_record_write(const struct kf_sim_record *record, const struct kf_sim_config *config, FILE *file);
void kf_sim_record_free(struct kf_sim_record *record);

#endif
