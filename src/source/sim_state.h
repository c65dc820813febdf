/* sim_state.h - what the simulator's files share: the runner's model, the sensors, the wire.
 *
 * Only the sim_*.c files include it; sim.h is the manual. Three parts, each with its own file and its own random
 * streams, fed in this order every tick: model (what the body does), sensors (what they read), wire (what arrives). */
#ifndef KF_SIM_STATE_H
#define KF_SIM_STATE_H

#include "kneefold/podlink.h"
#include "source/random.h"
#include "source/sim.h"

enum {
    SIM_SPANS = 8,        /* spans of stride-to-stride variation kept: about 3 behind, 4 ahead */
    SIM_STEPS_MAX = 1200, /* 0.5 ms steps of one swing */
    SIM_TRUTHS = 64,      /* facts kept for truth_next; a power of 2 */
    SIM_SENSORS_MAX = 5,  /* trunk, thigh and shank of each leg */
    SIM_STREAMS_MAX = 7   /* and two EMG channels */
};

/* Streams of random numbers: adding a purpose never changes what the others draw. */
enum sim_stream {
    SIM_RNG_STRIDE = 1,
    SIM_RNG_PULL,
    SIM_RNG_MOUNT,
    SIM_RNG_NOISE,
    SIM_RNG_IMPACT,
    SIM_RNG_EMG,
    SIM_RNG_POD,
    SIM_RNG_FAULT,
    SIM_RNG_JITTER /* and one for each of kf_sim_sites after it: pods on one runner are late by themselves */
};

/* A value and its first two derivatives by time. */
struct sim_motion {
    double value, rate, accel;
};

/* Variation is drawn at nodes one nominal stride apart and blended between them. */
struct sim_span {
    double phase0;                                         /* strides since the start, left leg, at the span's start */
    double rate0, rate1;                                   /* strides per second at both ends */
    double gain0[KF_LEG_COUNT][2], gain1[KF_LEG_COUNT][2]; /* amplitude of thigh and shank */
};

/* The base gait of one leg at one moment. Index 0 thigh, 1 shank. */
struct sim_base {
    struct sim_motion angle[2];
    struct sim_motion hip[2]; /* forward, up; m */
};

struct sim_leg {
    long stride;      /* number of the next contact, from 1 */
    bool in_contact;  /* the next event is a toe-off */
    double t_event_s; /* when the next event comes */
    bool swinging;    /* swing below holds between t_to and t_next_ic */
    bool touched;     /* has had a contact: a ringing to remember */
    double t_ic_s;
    struct kf_sim_swing swing;
    double force_max;                  /* of the pulse that is on, N/kg: activation × maximum */
    unsigned steps;                    /* grid points integrated */
    double grid[SIM_STEPS_MAX + 1][4]; /* thigh, shank angle and rate every 0.5 ms from toe-off */
    double rejoin_s;                   /* from peak to contact */
    double rejoin[2][6];               /* polynomial of the deviation from the base after the peak */
};

struct sim_model {
    const struct kf_sim_config *config;
    struct kf_leg_inertia body;
    struct kf_random stride_rng, pull_rng;
    double level;    /* amplitude for the speed, 1 at 3.96 m/s */
    double period_s; /* nominal stride */
    long span_count; /* spans drawn so far */
    struct sim_span span[SIM_SPANS];
    double tempo, drift[KF_LEG_COUNT][2]; /* the variation's state at the newest node */
    struct sim_leg leg[KF_LEG_COUNT];
    struct kf_sim_truth truth[SIM_TRUTHS];
    unsigned long truth_in, truth_out;
};

void sim_model_init(struct sim_model *model, const struct kf_sim_config *config);
/* Passes every event up to t_s (never going back), then pose may be asked for at t_s. */
void sim_model_advance(struct sim_model *model, double t_s);
void sim_model_pose(struct sim_model *model, double t_s, struct kf_sim_pose *pose);
/* 0 while standing, 1 once at full running amplitude. */
double sim_model_effort(const struct sim_model *model, double t_s);
bool sim_model_truth(struct sim_model *model, struct kf_sim_truth *out);

/* The base gait (sim_gait.c). phase: strides since this leg's contact number 0. */
void sim_gait_init(struct sim_model *model);
/* When the leg's phase gets to `phase`, s. */
double sim_gait_time(struct sim_model *model, enum kf_leg leg, double phase);
void sim_gait_base(struct sim_model *model, enum kf_leg leg, double t_s, struct sim_base *base);
struct sim_motion sim_gait_lean(struct sim_model *model, double t_s);
extern const double sim_toe_off_phase;

/* One swing (sim_swing.c): integrates it from toe-off to peak knee and fills leg->swing. */
void sim_swing_begin(struct sim_model *model, enum kf_leg leg);
void sim_swing_pose(struct sim_model *model, enum kf_leg leg, double t_s, struct kf_sim_leg_pose *pose);

/* What a sensor at its place feels, in the segment's axes (forward, proximal, right). */
struct sim_sensor {
    enum kf_site site;               /* the name it sends under */
    enum kf_site worn_at;            /* where it really is */
    double turn[3][3];               /* rows: the sensor's axes in the segment's */
    double acc_bias[3], gyr_bias[3]; /* m/s², rad/s */
};

/* The damped ringing after a contact, one a segment. */
struct sim_ring {
    double t_ic_s, slow_hz, fast_hz, decay_s;
    double amplitude_mps2[3]; /* shank, thigh, trunk */
};

struct sim_sensors {
    const struct kf_sim_config *config;
    struct kf_random noise_rng, impact_rng, emg_rng;
    unsigned count, emg_count;
    struct sim_sensor sensor[SIM_SENSORS_MAX];
    struct {
        enum kf_site site;
        enum kf_leg leg;
    } emg[KF_LEG_COUNT];
    double acc_noise, gyr_noise; /* SD of a sample, m/s² and rad/s */
    double trunk_m;              /* hip to trunk sensor */
    bool slipped;
    struct sim_ring ring[KF_LEG_COUNT];
};

/* Counts × these are values; full scale ±16 g and ±2000 deg/s. EMG: 24 bits of 4.5 V at gain 24, in µV. */
extern const float sim_acc_scale_mps2, sim_gyr_scale_dps, sim_emg_scale_uv;

void sim_sensors_init(struct sim_sensors *sensors, const struct kf_sim_config *config);
/* All inertial samples of a pose; returns how many. */
unsigned sim_sensors_read(struct sim_sensors *sensors, const struct sim_model *model, const struct kf_sim_pose *pose,
                          struct kf_sample *out);
/* One sample of every EMG channel at t_s; returns how many. */
unsigned sim_sensors_read_emg(struct sim_sensors *sensors, const struct sim_model *model, double t_s,
                              struct kf_sample *out);

/* One stream's part of the frame under way, as counts. */
struct sim_block {
    unsigned samples;
    float counts[KF_PODLINK_BLOCK_MAX * 6];
};

struct sim_wire {
    struct kf_podlink_encoder encoder;
    struct kf_podlink_descriptor descriptor;
    struct kf_random rng, fault_rng, jitter_rng;
    struct kf_sim_wire_stats stats;
    double clock_us, origin_s; /* the pod's clock reads clock_us at origin_s */
    double next_second_s;      /* DESCRIPTOR and STATUS are due */
    double late_s;             /* the frame under way arrives so much after it is complete */
    unsigned ticks_a_frame;
    bool restarted, stopped, ended, describe;
    bool pong; /* a PING waits for its answer */
    uint32_t pong_token;
    uint8_t heard[KF_PODLINK_FRAME_MAX]; /* host's frame so far */
    size_t heard_count;
    struct sim_block block[SIM_STREAMS_MAX];
    uint8_t out[4 * (KF_PODLINK_FRAME_MAX + 32)];
    size_t out_count, out_taken;
};

void sim_wire_init(struct sim_wire *wire, const struct kf_sim_config *config, const struct sim_sensors *sensors);

struct kf_sim {
    struct kf_sim_config config;
    struct sim_model model;
    struct sim_sensors sensors;
    struct sim_wire wire;
    struct kf_sim_pose pose;
    unsigned long tick; /* of the next sample */
};

#endif
