/* cmd_start.c - the start screen's choices are the commands a person could have typed. */
#include "config.h"

#include "cli/cmd_start.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/recorder.h"
#include "app/start.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/complain.h"
#include "cli/watch.h"

extern const struct kf_command kf_command_demo, kf_command_live, kf_command_replay;

static int run(const struct kf_command *command, char *argv[], int argc)
{
    char name[64];
    (void)snprintf(name, sizeof name, "kneefold %s", command->name);
    argv[0] = name;
    argv[argc] = NULL;
    return command->run(argc, argv);
}

static int carry_out(struct kf_start_choice *choice)
{
    static char by_athlete[] = "--athlete", by_source[] = "--source", rest[] = "--";
    char *argv[8] = {NULL};
    int argc = 1;
    if (choice->action != KF_START_REPLAY && *choice->athlete) {
        argv[argc++] = by_athlete;
        argv[argc++] = choice->athlete;
    }
    if (choice->action == KF_START_DEMO)
        return run(&kf_command_demo, argv, argc);
    if (choice->action == KF_START_LIVE) {
        argv[argc++] = by_source;
        argv[argc++] = choice->source;
        return run(&kf_command_live, argv, argc);
    }
    argv[argc++] = rest; /* a file's name may begin with a dash */
    argv[argc++] = choice->source;
    return run(&kf_command_replay, argv, argc);
}

bool kf_start(int *status)
{
    static struct kf_common common;
    struct kf_start_choice choice = {.action = KF_START_QUIT};
    struct kf_error error = {0};
    char folder[KF_RECORDER_PATH] = "";
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return false;
    *status = kf_common_settings(&common);
    if (*status != EX_OK)
        return true;
    const struct kf_settings *settings = &common.layers.settings;
    if (kf_recorder_folder(settings->record_folder, getenv("XDG_DATA_HOME"), getenv("HOME"), folder, sizeof folder,
                           &error) != KF_OK)
        folder[0] = '\0';
    const struct kf_start_config config = {
        .layers = &common.layers, .recordings = folder, .term = kf_watch_term_options(settings)};
    (void)snprintf(choice.athlete, sizeof choice.athlete, "%s", settings->athlete_name);
    for (;;) {
        if (kf_start_run(&config, &choice, &error) != KF_OK)
            return false;
        if (choice.signal || choice.action == KF_START_QUIT) {
            *status = choice.signal ? 128 + choice.signal : EX_OK;
            return true;
        }
        *status = carry_out(&choice);
        if (*status != EX_OK)
            return true;
    }
}
