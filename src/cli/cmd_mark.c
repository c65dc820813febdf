/* cmd_mark.c - kneefold mark: sets a mark in the session that runs on another terminal, for a lab that starts its
 * cameras by a script. */
#include "config.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "app/mark_box.h"
#include "cli/command.h"
#include "cli/complain.h"

static const char doc[] = "Set a mark in every session of yours that runs just now.\v"
                          "TEXT is its note; it is stored with the session's time and the time of day. A mark "
                          "'baseline-start' or 'baseline-end' does what it says.";

/* Words are joined by blanks, as echo does. */
static error_t parse(int key, char *arg, struct argp_state *state)
{
    char *text = state->input;
    const size_t used = strlen(text);
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    if ((size_t)snprintf(text + used, KF_MARK_TEXT - used, "%s%s", used ? " " : "", arg) >= KF_MARK_TEXT - used)
        kf_complain_usage(state, "a mark has at most %d bytes", KF_MARK_TEXT - 1);
    return 0;
}

static int mark(int argc, char **argv)
{
    static const struct argp argp = {NULL, parse, "[TEXT...]", doc, NULL, NULL, NULL};
    char text[KF_MARK_TEXT] = "";
    struct kf_error error = {0};
    if (argp_parse(&argp, argc, argv, 0, NULL, text) != 0)
        return EX_USAGE;
    const int reached = kf_mark_send(getenv("XDG_RUNTIME_DIR"), *text ? text : "mark", &error);
    return reached > 0 ? EX_OK : kf_complain(&error);
}

const struct kf_command kf_command_mark = {"mark", "set a mark in the session that runs", mark};
