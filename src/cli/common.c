/* common.c - the options every command that judges swings takes, and the settings they choose.
 *
 * A wrong setting must not be half used: everything that is wrong in any layer is said, line by line, and the command
 * does not start. */
#include "config.h"

#include "cli/common.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/conditions.h"
#include "app/feed.h"
#include "app/settings_apply.h"
#include "cli/complain.h"
#include "cli/span.h"
#include "core/utf8.h"
#include "settings/number.h"
#include "settings/text_file.h"

enum { TOLD_MAX = 20 };        /* problems said before the rest are only counted */
enum { KEY_BASELINE = 0x400 }; /* no letter, and no key of a command */

static const double speed_max_mps = 15; /* faster than any treadmill and any runner */

/* SECTION.KEY=VALUE, and not the name of a file. */
static bool is_assignment(const char *text)
{
    const size_t length = strcspn(text, "=/");
    return text[length] == '=' && memchr(text, '.', length) != NULL;
}

/* A profile is a file's name, which config set may make: one that cannot be seen, or hides the file, is a slip. */
static const char *take_profile(const char *name, struct argp_state *state)
{
    if (!kf_utf8_printable(name))
        kf_complain_usage(state, "--profile: '%s' has characters in it that cannot be seen, or are no UTF-8", name);
    else if (!strchr(name, '/') && !kf_file_name_good(name))
        kf_complain_usage(state, "--profile '%s' is no name (1 to 63 bytes, no = in it, no dot or space in front)",
                          name);
    return name;
}

static error_t parse_settings(int key, char *arg, struct argp_state *state)
{
    struct kf_common *common = state->input;
    switch (key) {
    case 'c':
        common->config_file = arg;
        return 0;
    case 'p':
        common->profile = take_profile(arg, state);
        return 0;
    case 'o':
        if (common->wants_output && !is_assignment(arg)) {
            common->output = arg;
            return 0;
        }
        if (common->assignment_count == KF_COMMON_MAX_ASSIGNMENTS)
            kf_complain_usage(state, "more than %d times -o: put them into a file for -c", KF_COMMON_MAX_ASSIGNMENTS);
        common->assignments[common->assignment_count++] = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option settings_options[] = {
    {NULL, 0, NULL, 0, "Settings:", 10},
    {"profile", 'p', "NAME", 0, "read the profile NAME over the system's and the user's settings", 10},
    {"config", 'c', "FILE", 0, "read FILE over these", 10},
    {"set", 'o', "SECTION.KEY=VALUE", 0, "set one value over all files (repeatable)", 10},
    {0},
};

const struct argp kf_common_settings_argp = {settings_options, parse_settings, NULL, NULL, NULL, NULL, NULL};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct kf_common *common = state->input;
    switch (key) {
    case 'A':
        if (!kf_file_name_good(arg))
            kf_complain_usage(state, "--athlete '%s' is no name (up to 63 bytes, no / and no =)", arg);
        common->athlete = arg;
        return 0;
    case 'S':
        if (!kf_number_read(arg, &common->speed_mps) || common->speed_mps <= 0 || common->speed_mps > speed_max_mps)
            kf_complain_usage(state, "--speed '%s' is no speed in m/s (above 0, up to %g)", arg, speed_max_mps);
        return 0;
    case ARGP_KEY_INIT:
        state->child_inputs[0] = common;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option runner_options[] = {
    {NULL, 0, NULL, 0, "Runner:", 9},
    {"athlete", 'A', "NAME", 0, "the settings' athlete is NAME and beats the one in a log's header", 9},
    {"speed", 'S', "M/S", 0, "belt speed in m/s, where the log does not say", 9},
    {0},
};

static const struct argp_child children[] = {{&kf_common_settings_argp, 0, NULL, 0}, {0}};

const struct argp kf_common_argp = {runner_options, parse, NULL, NULL, children, NULL, NULL};

static error_t parse_baseline(int key, char *arg, struct argp_state *state)
{
    struct kf_common *common = state->input;
    if (key != KEY_BASELINE)
        return ARGP_ERR_UNKNOWN;
    if (!kf_span_read(arg, &common->baseline_from_s, &common->baseline_to_s))
        kf_complain_usage(state, "--baseline '%s' is no FROM:TO in seconds, such as 16:48", arg);
    common->baseline_given = true;
    return 0;
}

static const struct argp_option baseline_options[] = {
    {"baseline", KEY_BASELINE, "FROM:TO", 0, "the relaxed strides are those from second FROM to second TO", 0},
    {0},
};

const struct argp kf_common_baseline_argp = {baseline_options, parse_baseline, NULL, NULL, NULL, NULL, NULL};

void kf_common_take_file(const char **file, const char *arg, struct argp_state *state)
{
    if (*file)
        kf_complain_usage(state, "one FILE at a time, not '%s' and '%s'", *file, arg);
    *file = arg;
}

struct telling {
    unsigned told;
};

static void tell(void *context, const struct kf_settings_problem *problem)
{
    struct telling *telling = context;
    char text[1536], where[16] = "";
    if (telling->told++ >= TOLD_MAX)
        return;
    if (problem->line > 0)
        (void)snprintf(where, sizeof where, "%s%u", strcmp(problem->file, "-o") == 0 ? " " : ":", problem->line);
    (void)snprintf(text, sizeof text, "%s%s: %s", problem->file, where, problem->text);
    (void)kf_complain_text(KF_ERR_CONFIG, text, problem->hint);
}

static void tell_rest(const struct telling *telling)
{
    if (telling->told > TOLD_MAX)
        fprintf(stderr, "  ... and %u more\n", telling->told - TOLD_MAX);
}

void kf_common_paths(struct kf_common *common)
{
    const struct kf_environment environment = {KF_SYSCONFDIR, KF_PKGDATADIR, getenv("XDG_CONFIG_HOME"),
                                               getenv("XDG_DATA_DIRS"), getenv("HOME")};
    kf_settings_paths(&common->layers, &environment);
}

struct kf_settings_request kf_common_request(const struct kf_common *common)
{
    return (struct kf_settings_request){.profile = common->profile,
                                        .file = common->config_file,
                                        .athlete = common->athlete,
                                        .session = common->is_session ? &common->session : NULL,
                                        .assignments = common->assignments,
                                        .assignment_count = common->assignment_count};
}

int kf_common_load_layers(struct kf_common *common)
{
    struct telling telling = {0};
    const struct kf_settings_listener listener = {tell, &telling};
    const struct kf_settings_request request = kf_common_request(common);
    const enum kf_status status = kf_settings_load(&common->layers, &request, &listener);
    tell_rest(&telling);
    return kf_exit_status(status);
}

int kf_common_settings(struct kf_common *common)
{
    kf_common_paths(common);
    return kf_common_load_layers(common);
}

int kf_common_read_over(const char *path, struct kf_settings *settings)
{
    struct telling telling = {0};
    const struct kf_settings_listener listener = {tell, &telling};
    struct kf_text_file file;
    struct kf_error error;
    enum kf_status status = kf_text_file_read(&file, path, KF_TEXT_FILE_WAIT_MS, &error);
    if (status != KF_OK) {
        tell(&telling,
             &(struct kf_settings_problem){path, 0, error.text,
                                           "name a settings file; `kneefold config show --template >FILE` makes one"});
        return kf_exit_status(status);
    }
    const struct kf_settings_text text = {.name = path, .text = file.text, .length = file.length};
    status = kf_settings_read(settings, NULL, &text, &listener);
    kf_text_file_free(&file);
    tell_rest(&telling);
    return kf_exit_status(status);
}

int kf_common_check_file(const char *path, const struct kf_settings *base)
{
    struct kf_settings settings;
    if (base)
        settings = *base;
    else
        kf_settings_default(&settings);
    return kf_common_read_over(path, &settings);
}

void kf_common_skip_warmup(const struct kf_common *common, struct kf_engine_config *config)
{
    const char *from = common->layers.origin.row[KF_SETTING_INDEX_feedback_warmup_s].file;
    const bool told = from && (from == common->config_file || strcmp(from, "-o") == 0);
    if (!told && !common->is_session)
        config->settings.feedback_warmup_s = 0;
}

/* The body in the settings is that of athlete.name: another name must not get it. */
static int check_athlete(const struct kf_common *common)
{
    const char *name = common->layers.settings.athlete_name;
    struct kf_error error;
    if (!common->athlete || common->layers.athlete_read || !*name || strcmp(name, common->athlete) == 0)
        return 0;
    (void)kf_error_set(&error, KF_ERR_CONFIG, 0, "the settings describe athlete '%s', not '%s'", name, common->athlete);
    kf_error_hint(&error,
                  "give %s a file in athletes/ (man kneefold), or -o athlete.name=... and the rest of [athlete]",
                  common->athlete);
    return kf_complain(&error);
}

/* The conditions of a session file, into *recorded and common->session. Returns 0, or the exit status after saying why
 * not. */
static int load_session(struct kf_common *common, struct kf_engine_config *recorded)
{
    struct kf_error error = {0};
    struct kf_feed *feed = NULL;
    common->is_session = common->recording && kf_feed_is_session(common->recording);
    if (!common->is_session)
        return 0;
    feed = kf_feed_open(common->recording, &error);
    if (!feed || kf_conditions_read(kf_feed_session(feed), recorded, &error) != KF_OK) {
        kf_feed_close(feed);
        return kf_complain(&error);
    }
    if (*kf_store_note(kf_feed_session(feed)))
        fprintf(stderr, "%s: note: %s\n", kf_feed_name(feed), kf_store_note(kf_feed_session(feed)));
    kf_feed_close(feed);
    common->session = recorded->settings;
    return 0;
}

int kf_common_load(struct kf_common *common, struct kf_engine_config *config)
{
    struct kf_engine_config recorded;
    int status = load_session(common, &recorded);
    if (status == 0)
        status = kf_common_settings(common);
    if (status == 0)
        status = check_athlete(common);
    if (status != 0)
        return status;
    *config = kf_settings_engine(&common->layers.settings);
    if (common->is_session)
        kf_conditions_keep(config, &recorded);
    config->athlete_fixed |= common->athlete != NULL;
    if (common->speed_mps > 0)
        config->belt_mps = common->speed_mps;
    if (common->baseline_given) {
        config->baseline_from_s = common->baseline_from_s;
        config->baseline_to_s = common->baseline_to_s;
    }
    return 0;
}

FILE *kf_common_create(const char *path)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (fd >= 0 && !file)
        (void)close(fd);
    return file;
}

const char *kf_common_athlete(const struct kf_common *common)
{
    return common->athlete && !common->layers.athlete_read ? common->athlete : common->layers.settings.athlete_name;
}
