/* sim_config.c - the simulator's options: one table for the command line and the sim: source.
 *
 * A name, its kind, its field and its range stand in one row; reading, checking and the help text follow from it. */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "source/sim.h"

enum { TEXT_MAX = 1024, NAME_MAX_CHARS = 32 };

static const double settling_s = 3; /* of the relaxed block, before its baseline marks */

#define AT(field) offsetof(struct kf_sim_config, field)
#define PLACE(array, site) (AT(placement.array) + sizeof(double) * (site))

const struct kf_sim_option kf_sim_options[] = {
    {"seconds", KF_SIM_REAL, AT(seconds), .1, 864000, "N", "simulated length (real-time outputs: endless; else 120)"},
    {"seed", KF_SIM_REAL, AT(seed), 0, 9007199254740992., "N", "same seed, same runner, same bytes (1)"},
    {"pull", KF_SIM_REALS, AT(pull), 0, 1, "P[,P...]", "hamstring activations a pulled swing draws from (0.1,0.2)"},
    {"share", KF_SIM_REAL, AT(share), 0, 1, "P", "share of swings pulled after the relaxed block (0.5)"},
    {"pattern", KF_SIM_CHOICE, AT(pattern), 0, 0, "share|blocks|always", "which swings are pulled (share)"},
    {"always", KF_SIM_PRESET, 0, 0, 0, NULL, "every swing is pulled, from the first: no relaxed baseline"},
    {"demo", KF_SIM_PRESET, 0, 0, 0, NULL, "stand 3 s; 20 s blocks of mostly pulled and mostly relaxed swings"},
    {"cocontract", KF_SIM_FLAG, AT(cocontract), 0, 0, NULL, "the quadriceps answer every pull: the moment hides it"},
    {"rf-drop", KF_SIM_FLAG, AT(rf_drop), 0, 0, NULL, "less rectus femoris braking instead of pulls"},
    {"speed", KF_SIM_REAL, AT(speed_mps), 2, 6, "M/S", "belt speed (3.96)"},
    {"stand", KF_SIM_REAL, AT(stand_s), 0, 600, "S", "standing still first (4)"},
    {"ramp", KF_SIM_REAL, AT(ramp_s), .5, 60, "S", "from standing to running (2)"},
    {"relaxed", KF_SIM_REAL, AT(relaxed_s), 0, 86400, "S", "relaxed running before the pulls: the baseline (16)"},
    {"variation", KF_SIM_REAL, AT(variation), 0, 3, "X", "stride-to-stride variation, 1 as real runners (1)"},
    {"lean", KF_SIM_REAL, AT(lean_deg), -20, 30, "DEG", "mean trunk lean, forward positive (6)"},
    {"lean-drop", KF_SIM_REAL, AT(lean_drop_deg), -20, 30, "DEG", "by how much it falls after the relaxed block (0)"},
    {"cadence-drop", KF_SIM_REAL, AT(cadence_drop_pct), 0, 40, "PCT", "fewer steps after the relaxed block (0)"},
    {"limp", KF_SIM_REAL, AT(limp_pct), 0, 10, "PCT", "longer contact of the left foot after the relaxed block (0)"},
    {"sit", KF_SIM_REAL, AT(sit_deg), 0, 30, "DEG", "legs further in front after the relaxed block (0)"},
    {"fold-drop", KF_SIM_REAL, AT(fold_drop_pct), 0, 40, "PCT", "less fold after the relaxed block (0)"},
    {"hip-late", KF_SIM_REAL, AT(hip_late_ms), 0, 80, "MS", "thigh later after the relaxed block (0)"},
    {"mass", KF_SIM_REAL, AT(athlete.mass_kg), 20, 250, "KG", "the runner's mass (70)"},
    {"height", KF_SIM_REAL, AT(athlete.height_m), 1, 2.5, "M", "the runner's height (1.75)"},
    {"sex", KF_SIM_CHOICE, AT(athlete.sex), 0, 0, "unknown|m|f", "for segment inertia (m)"},
    {"rate", KF_SIM_INT, AT(rate_hz), 100, 1000, "HZ", "of the inertial sensors; must divide 1000 (200)"},
    {"emg", KF_SIM_FLAG, AT(emg), 0, 0, NULL, "hamstring EMG at 1 kHz"},
    {"emg-noise", KF_SIM_REAL, AT(emg_noise_uv), 0, 10000, "UV", "its noise, RMS; a terminal-swing burst has 320 (20)"},
    {"legs", KF_SIM_CHOICE, AT(legs), 0, 0, "both|left|right", "which legs wear sensors (both)"},
    {"sites", KF_SIM_CHOICE, AT(sites), 0, 0, "all|left|right|emg",
     "one pod of several on a runner of this seed: trunk and left leg, right leg, EMG (all)"},
    {"no-trunk", KF_SIM_FLAG, AT(no_trunk), 0, 0, NULL, "no trunk sensor"},
    {"part", KF_SIM_CHOICE, AT(part), 0, 0, "icm42688|bmi270|lsm6dso|icm20948", "whose noise and offsets (icm42688)"},
    {"mounting", KF_SIM_CHOICE, AT(mounting), 0, 0, "tilted|exact|any|upside-down", "how straps sit (tilted)"},
    {"tilt", KF_SIM_REAL, AT(tilt_deg), 0, 45, "DEG", "tilt of the straps, SD about each axis (3)"},
    {"slip", KF_SIM_REAL, AT(slip_s), 0, 864000, "S", "a strap slips then, turning about its segment (0: never)"},
    {"slip-by", KF_SIM_REAL, AT(slip_deg), -180, 180, "DEG", "by so much (40)"},
    {"slip-at", KF_SIM_CHOICE, AT(slip_at), 0, 0, "thigh_l|thigh_r|shank_l|shank_r", "which one (thigh_l)"},
    {"swap", KF_SIM_CHOICE, AT(swap), 0, 0, "none|shanks|thighs|legs", "sensors on the wrong leg (none)"},
    {"thigh-ratio", KF_SIM_REAL, PLACE(ratio, KF_SITE_THIGH_L), 0, 1, "R", "thigh sensors, from the hip (0.5)"},
    {"shank-ratio", KF_SIM_REAL, PLACE(ratio, KF_SITE_SHANK_L), 0, 1, "R", "shank sensors, from the knee (0.45)"},
    {"thigh-offset", KF_SIM_REAL, PLACE(offset_m, KF_SITE_THIGH_L), -.2, .2, "M", "in front of the thigh (0.06)"},
    {"shank-offset", KF_SIM_REAL, PLACE(offset_m, KF_SITE_SHANK_L), -.2, .2, "M", "in front of the shank (0.04)"},
    {"frame-ms", KF_SIM_REAL, AT(frame_ms), 1, 50, "MS", "length of a frame of samples (10)"},
    {"drop", KF_SIM_REAL, AT(drop_share), 0, 1, "P", "probability that a frame is lost"},
    {"flip", KF_SIM_REAL, AT(flip_share), 0, 1, "P", "probability that a bit of a frame flips"},
    {"junk", KF_SIM_REAL, AT(junk_share), 0, 1, "P", "probability of up to 32 junk bytes before a frame"},
    {"stall", KF_SIM_REAL, AT(stall_s), 0, 3600, "S", "the link is silent that long once (real-time outputs)"},
    {"stall-at", KF_SIM_REAL, AT(stall_at_s), 0, 864000, "S", "when it stalls (30)"},
    {"restart", KF_SIM_REAL, AT(restart_s), 0, 864000, "S", "the pod restarts then: new boot, clock and sequence"},
    {"wrap", KF_SIM_FLAG, AT(wrap), 0, 0, NULL, "clock and sequence number wrap 9 s and 5 s after the start"},
    {"drift", KF_SIM_REAL, AT(drift_ppm), -10000, 10000, "PPM", "the pod's clock runs that much fast (0)"},
    {"jitter", KF_SIM_REAL, AT(jitter_ms), 0, 1000, "MS", "each frame comes late by up to that (real-time outputs)"},
    {NULL, KF_SIM_FLAG, 0, 0, 0, NULL, NULL},
};

void kf_sim_config_default(struct kf_sim_config *config)
{
    *config = (struct kf_sim_config){
        .seed = 1,
        .seconds = INFINITY,
        .athlete = {70, 1.75, NAN, NAN, KF_SEX_MALE},
        .speed_mps = 3.96,
        .stand_s = 4,
        .ramp_s = 2,
        .relaxed_s = 16,
        .lean_deg = 6,
        .variation = 1,
        .pull = {.1, .2},
        .pull_count = 2,
        .share = .5,
        .placement = kf_placement_default(),
        .rate_hz = 200,
        .emg_noise_uv = 20,
        .tilt_deg = 3,
        .slip_deg = 40,
        .frame_ms = 10,
        .stall_at_s = 30,
    };
}

double kf_sim_relaxed_until_s(const struct kf_sim_config *config)
{
    return config->stand_s + config->ramp_s + config->relaxed_s;
}

double kf_sim_baseline_from_s(const struct kf_sim_config *config)
{
    return config->stand_s + config->ramp_s + fmin(settling_s, config->relaxed_s);
}

static const struct kf_sim_option *find(const char *name)
{
    for (const struct kf_sim_option *option = kf_sim_options; option->name; option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

/* A finite number that takes the whole text. */
static bool read_number(const char *text, double *out)
{
    char *end;

    errno = 0;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && errno == 0 && isfinite(*out);
}

static bool within(const struct kf_sim_option *option, double value)
{
    return value >= option->low && value <= option->high;
}

static enum kf_status refuse(const struct kf_sim_option *option, const char *value, struct kf_error *error)
{
    kf_error_set(error, KF_ERR_ARG, 0, "cannot simulate with %s=%s", option->name, value);
    switch (option->kind) {
    case KF_SIM_CHOICE:
        kf_error_hint(error, "%s is one of %s", option->name, option->argument);
        break;
    case KF_SIM_FLAG:
    case KF_SIM_PRESET:
        kf_error_hint(error, "%s takes no value, or 1 or 0", option->name);
        break;
    case KF_SIM_REAL:
    case KF_SIM_INT:
    case KF_SIM_REALS:
        kf_error_hint(error, "%s is %.16g to %.16g%s", option->name, option->low, option->high,
                      option->kind == KF_SIM_REALS        ? ", up to 8 of them separated by commas"
                      : strcmp(option->name, "rate") == 0 ? " and divides 1000"
                                                          : "");
        break;
    }
    return KF_ERR_ARG;
}

/* The place of `value` among "a|b|c", or -1. */
static int choice_of(const char *choices, const char *value)
{
    const size_t length = strlen(value);

    for (int index = 0; *choices; index++) {
        const size_t span = strcspn(choices, "|");
        if (span == length && memcmp(choices, value, length) == 0)
            return index;
        choices += span + (choices[span] == '|');
    }
    return -1;
}

static bool read_pulls(const struct kf_sim_option *option, struct kf_sim_config *config, const char *value)
{
    char text[TEXT_MAX], *rest = text;

    if (strlen(value) >= sizeof text)
        return false;
    memcpy(text, value, strlen(value) + 1);
    config->pull_count = 0;
    while (rest) {
        char *next = strchr(rest, ',');
        if (next)
            *next++ = '\0';
        double pull;
        if (config->pull_count == KF_SIM_PULLS_MAX || !read_number(rest, &pull) || !within(option, pull))
            return false;
        config->pull[config->pull_count++] = pull;
        rest = next;
    }
    return true;
}

/* Options that set several fields. */
static void apply_preset(struct kf_sim_config *config, const char *name)
{
    if (strcmp(name, "always") == 0) {
        config->pattern = KF_SIM_ALWAYS;
        return;
    }
    config->pattern = KF_SIM_BLOCKS;
    config->stand_s = 3;
}

static bool store_number(const struct kf_sim_option *option, struct kf_sim_config *config, const char *value)
{
    void *field = (char *)config + option->offset;
    double number;

    if (!value || !read_number(value, &number) || !within(option, number))
        return false;
    if (option->kind == KF_SIM_INT) {
        if (number != floor(number) || 1000 % (int)number != 0)
            return false;
        *(int *)field = (int)number;
        return true;
    }
    *(double *)field = number;
    if (option->offset >= AT(placement) && option->offset < AT(placement) + sizeof config->placement)
        ((double *)field)[1] = number; /* both legs */
    return option->offset != AT(seed) || number == floor(number);
}

enum kf_status kf_sim_config_set(struct kf_sim_config *config, const char *name, const char *value,
                                 struct kf_error *error)
{
    const struct kf_sim_option *option = find(name);
    bool good = false;

    if (!option) {
        kf_error_set(error, KF_ERR_ARG, 0, "the simulator has no option '%.*s'", NAME_MAX_CHARS, name);
        kf_error_hint(error, "kneefold simulate --help lists them");
        return KF_ERR_ARG;
    }
    void *field = (char *)config + option->offset;
    const bool on = !value || strcmp(value, "1") == 0;
    switch (option->kind) {
    case KF_SIM_REAL:
    case KF_SIM_INT:
        good = store_number(option, config, value);
        break;
    case KF_SIM_REALS:
        good = value && read_pulls(option, config, value);
        break;
    case KF_SIM_CHOICE:
        *(int *)field = value ? choice_of(option->argument, value) : -1;
        good = *(int *)field >= 0;
        break;
    case KF_SIM_FLAG:
        *(bool *)field = on;
        good = on || strcmp(value, "0") == 0;
        break;
    case KF_SIM_PRESET:
        if (on)
            apply_preset(config, name);
        good = on || strcmp(value, "0") == 0;
        break;
    }
    return good ? KF_OK : refuse(option, value ? value : "", error);
}
_Static_assert(sizeof(enum kf_sex) == sizeof(int), "a choice is stored as an int");

/* The end of an item: the next comma that does not continue a list of numbers. */
static char *item_end(char *item)
{
    for (char *comma = strchr(item, ','); comma; comma = strchr(comma + 1, ','))
        if (!strchr(item, '=') || comma[1] == '\0' || !strchr("0123456789.+-", comma[1]))
            return comma;
    return NULL;
}

enum kf_status kf_sim_config_parse(struct kf_sim_config *config, const char *text, struct kf_error *error)
{
    char copy[TEXT_MAX], *item = copy;

    if (strlen(text) >= sizeof copy)
        return kf_error_set(error, KF_ERR_ARG, 0, "the simulator's options are longer than %d bytes", TEXT_MAX - 1);
    memcpy(copy, text, strlen(text) + 1);
    while (item && *item) {
        char *end = item_end(item);
        if (end)
            *end++ = '\0';
        char *value = strchr(item, '=');
        if (value)
            *value++ = '\0';
        const enum kf_status status = *item ? kf_sim_config_set(config, item, value, error) : KF_OK;
        if (status < 0)
            return status;
        item = end;
    }
    return KF_OK;
}

/* A configuration made by hand may hold what no option would have let in. */
static bool sound(const struct kf_sim_option *option, const struct kf_sim_config *config)
{
    const void *field = (const char *)config + option->offset;

    switch (option->kind) {
    case KF_SIM_REAL:
        return within(option, *(const double *)field) ||
               (option->offset == AT(seconds) && *(const double *)field == INFINITY);
    case KF_SIM_INT:
        return within(option, *(const int *)field) && 1000 % *(const int *)field == 0;
    case KF_SIM_REALS:
        for (unsigned i = 0; i < config->pull_count && i < KF_SIM_PULLS_MAX; i++)
            if (!within(option, config->pull[i]))
                return false;
        return config->pull_count >= 1 && config->pull_count <= KF_SIM_PULLS_MAX;
    case KF_SIM_CHOICE: {
        int choices = 1;
        for (const char *c = option->argument; *c; c++)
            choices += *c == '|';
        return *(const int *)field >= 0 && *(const int *)field < choices;
    }
    case KF_SIM_FLAG:
    case KF_SIM_PRESET:
        break;
    }
    return true;
}

enum kf_status kf_sim_config_check(const struct kf_sim_config *config, struct kf_error *error)
{
    for (const struct kf_sim_option *option = kf_sim_options; option->name; option++)
        if (!sound(option, config))
            return refuse(option, "what was given", error);
    return KF_OK;
}
