/* watch.c - from a command line to a session on the screen, the same for a pod, a file and the simulator. */
#include "cli/watch.h"

#include <math.h>
#include <string.h>
#include <sysexits.h>

#include "app/live.h"
#include "app/settings_apply.h"
#include "cli/complain.h"
#include "settings/number.h"
#include "source/sim.h"

enum { OPTION_SECONDS = 0x200 };

static const char sim_scheme[] = "sim:";

static const struct argp_option argp_options[] = {
    {"seconds", OPTION_SECONDS, "N", 0, "stop after N seconds", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct kf_watch *watch = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &watch->common;
        return 0;
    case OPTION_SECONDS:
        if (!kf_number_read(arg, &watch->seconds) || watch->seconds < 0)
            kf_complain_usage(state, "--seconds '%s' is no number of seconds", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&kf_common_argp, 0, NULL, 0}, {0}};
const struct argp kf_watch_argp = {argp_options, parse, NULL, NULL, children, NULL, NULL};

struct kf_watch kf_watch_init(void)
{
    struct kf_watch watch = {.seconds = NAN, .speed = 1.0};
    return watch;
}

/* A simulated runner is who the simulator says, not the one of the settings; a name on the command line beats that. */
static void know_simulated_runner(const struct kf_watch *watch, struct kf_engine_config *config)
{
    struct kf_sim_config sim;
    if (strncmp(watch->uri[0], sim_scheme, sizeof sim_scheme - 1) != 0 || watch->common.athlete)
        return;
    kf_sim_config_default(&sim);
    if (kf_sim_config_parse(&sim, watch->uri[0] + sizeof sim_scheme - 1, NULL) != KF_OK)
        return; /* opening it will say why */
    kf_settings_set_runner(&config->settings, &sim.athlete, &sim.placement);
    if (isnan(config->belt_mps))
        config->belt_mps = sim.speed_mps;
}

/* The choices of the settings are the ui's own, in their order. */
_Static_assert(KF_SET_THEME_PLAIN - KF_SET_THEME_SAFE == KF_THEME_PLAIN && KF_THEME_SAFE == 0, "themes");
_Static_assert((int)KF_SET_UNITS_PACE == (int)KF_UNITS_PACE && (int)KF_SET_UNITS_MPS == (int)KF_UNITS_MPS, "units");

static enum kf_glyphs most_glyphs(int setting)
{
    if (setting == KF_SET_GLYPHS_ASCII)
        return KF_GLYPHS_ASCII;
    return setting == KF_SET_GLYPHS_BLOCKS ? KF_GLYPHS_BLOCKS : KF_GLYPHS_BRAILLE;
}

struct kf_term_options kf_watch_term_options(const struct kf_settings *settings)
{
    struct kf_term_options options = kf_term_options_default();
    options.glyphs = most_glyphs(settings->display_glyphs);
    if (settings->display_theme != KF_SET_THEME_AUTO)
        options.theme = (enum kf_theme)(settings->display_theme - KF_SET_THEME_SAFE);
    options.mouse = settings->display_mouse == 1;
    return options;
}

static int exit_status(enum kf_status status, const struct kf_live_end *end, const struct kf_error *error)
{
    const int recorded = end->recording.code == KF_OK ? EX_OK : kf_complain(&end->recording);
    const int captured = end->capture.code == KF_OK ? recorded : kf_complain(&end->capture);
    if (end->signal)
        return 128 + end->signal;
    if (end->output_errno)
        return kf_complain_output(end->output_errno, NULL);
    return status == KF_OK ? captured : kf_complain(error);
}

int kf_watch_run(struct kf_watch *watch)
{
    const struct kf_settings *settings = &watch->common.layers.settings;
    struct kf_live_config live = {.seconds = watch->seconds};
    struct kf_live_end end = {0};
    char profiles[KF_SETTINGS_PATH_MAX + 16];
    struct kf_error error = {0};
    enum kf_status status = KF_OK;
    watch->common.recording = watch->uri[0];
    const int refused = kf_common_load(&watch->common, &live.session.engine);
    if (refused)
        return refused;
    if (watch->skip_warmup)
        kf_common_skip_warmup(&watch->common, &live.session.engine);
    know_simulated_runner(watch, &live.session.engine);
    if (watch->compare_path) { /* what is wrong with them is said before there is a screen */
        struct kf_settings other = live.session.engine.settings;
        const int unusable = kf_common_read_over(watch->compare_path, &other);
        if (unusable)
            return unusable;
    }
    live.session.engine.auto_baseline |= watch->auto_baseline;
    memcpy(live.session.uri, watch->uri, sizeof live.session.uri);
    live.session.athlete = kf_common_athlete(&watch->common);
    live.session.speed = watch->speed;
    live.layers = &watch->common.layers;
    live.request = kf_common_request(&watch->common);
    live.settings_path = watch->common.config_file ? watch->common.config_file : watch->common.layers.user_path;
    (void)snprintf(profiles, sizeof profiles, "%.1000s%s", watch->common.layers.folders.config,
                   *watch->common.layers.folders.config ? "/profiles" : "");
    live.profiles_path = profiles;
    live.term = kf_watch_term_options(settings);
    live.units = (enum kf_units)settings->display_units;
    live.frame_rate_hz = settings->display_fps;
    live.record = settings->record_enabled == KF_SET_RECORD_YES;
    live.record_folder = settings->record_folder;
    live.compare_path = watch->compare_path;
    live.capture_path = watch->capture_path;
    live.capture_overwrite = watch->capture_overwrite;
    status = kf_live_run(&live, &end, &error);
    return exit_status(status, &end, &error);
}
