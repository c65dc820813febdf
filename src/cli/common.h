/* common.h - what analyze, live, demo, replay and their kin share on the command line: --profile, -c, -o, --athlete,
 * --speed; --baseline and the one FILE of those that read recordings.
 *
 * A command puts kf_common_argp among its argp children, hands it a zeroed struct kf_common as the child's input
 * (state->child_inputs[]) and, once argp has returned, calls kf_common_load. */
#ifndef KF_COMMON_H
#define KF_COMMON_H

#include <argp.h>
#include <stdbool.h>

#include "app/engine.h"
#include "settings/layers.h"

enum { KF_COMMON_MAX_ASSIGNMENTS = 64 };

struct kf_common {
    const char *config_file; /* -c, or NULL */
    const char *profile;     /* --profile, or NULL */
    const char *assignments[KF_COMMON_MAX_ASSIGNMENTS];
    unsigned assignment_count;
    const char *athlete; /* --athlete, or NULL */
    double speed_mps;    /* --speed; 0 unknown */
    bool baseline_given; /* --baseline: from and to here; else marks, or a session's own conditions, hold */
    double baseline_from_s, baseline_to_s;
    bool wants_output;     /* set before argp: an -o that is no SECTION.KEY=VALUE names the file to write */
    const char *output;    /* that file, or NULL */
    const char *recording; /* set before kf_common_load: what is read; of a session file the conditions it ran under
                              take the place of the system's and the user's settings */
    bool is_session;       /* it is one */
    struct kf_settings session; /* and ran under these */
    struct kf_settings_layers layers;
};

extern const struct argp kf_common_argp;          /* all but --baseline */
extern const struct argp kf_common_settings_argp; /* --profile, -c and -o, with the same input */
extern const struct argp kf_common_baseline_argp; /* --baseline FROM:TO, with the same input */

/* Takes the FILE of a command that reads one; a second one is refused. */
void kf_common_take_file(const char **file, const char *arg, struct argp_state *state);

/* Reads all layers into common->layers. Returns 0, or the exit status after saying on stderr all that is wrong. */
int kf_common_settings(struct kf_common *common);

/* kf_common_settings, and from them fills *config (the rest of it zero or NAN: set driver and frames after this).
 * Returns 0, or the exit status, everything said. */
int kf_common_load(struct kf_common *common, struct kf_engine_config *config);

/* Its two halves: where files are, and reading them. */
void kf_common_paths(struct kf_common *common);
int kf_common_load_layers(struct kf_common *common);

/* What was asked for, for kf_settings_reload and kf_watch_file_settings. Its words are those of *common. */
struct kf_settings_request kf_common_request(const struct kf_common *common);

/* Reads one file over `base` (NULL: the built-in values). Returns 0, or the exit status after saying all that is wrong
 * in it. */
int kf_common_check_file(const char *path, const struct kf_settings *base);

/* Reads one file over *settings. Returns 0, or the exit status after saying all that is wrong in it; then *settings is
 * as it was. */
int kf_common_read_over(const char *path, struct kf_settings *settings);

/* demo, analyze and replay do not wait through a warm-up that some file asks for: it stays only when -c or -o of this
 * very command sets it. */
void kf_common_skip_warmup(const struct kf_common *common, struct kf_engine_config *config);

/* Creates or empties a file for its owner alone, as recordings are: it says how somebody runs, and when. NULL with
 * errno. */
FILE *kf_common_create(const char *path);

/* The athlete's name: that of the athlete's own file, else --athlete, else [athlete] name, else "". */
const char *kf_common_athlete(const struct kf_common *common);

#endif
