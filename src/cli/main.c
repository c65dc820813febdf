/* main.c - the one table of commands, and the only place where a command's status becomes the program's.
 *
 * A command is a row here and a file of its own; what is common to all of them (locale, closed pipes, lost output, a
 * mistyped name) is dealt with once. */
#include "config.h"

#include <argp.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "cli/cmd_start.h"
#include "cli/command.h"
#include "cli/complain.h"
#include "core/suggest.h"

extern const struct kf_command kf_command_history, kf_command_compare, kf_command_analyze, kf_command_config,
    kf_command_demo, kf_command_export, kf_command_live, kf_command_mark, kf_command_diff, kf_command_ports,
    kf_command_replay, kf_command_report, kf_command_simulate;

static const struct kf_command *const commands[] = {
    &kf_command_demo,     &kf_command_live,   &kf_command_replay,  &kf_command_analyze, &kf_command_diff,
    &kf_command_report,   &kf_command_export, &kf_command_history, &kf_command_compare, &kf_command_mark,
    &kf_command_simulate, &kf_command_ports,  &kf_command_config,
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

/* argp's --version in every command. */
const char *argp_program_version = "kneefold " PACKAGE_VERSION;

static int help(void)
{
    puts("Usage: kneefold COMMAND [OPTION...]\n"
         "A treadmill-side running coach: says whether the knee folded by itself or was pulled.\n");
    for (int i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
    puts("\n`kneefold COMMAND --help` says more; `man kneefold` says all.");
    return EX_OK;
}

/* What someone gets who typed the name and nothing else. */
static int start(void)
{
    int status = EX_OK;
    if (kf_start(&status))
        return status;
    puts("kneefold " PACKAGE_VERSION ": a treadmill-side running coach.\n"
         "\n"
         "  kneefold demo             a simulated runner: nothing to plug in\n"
         "  kneefold ports            which serial ports there are\n"
         "  kneefold live -s PORT     coach from a pod on that port\n"
         "  kneefold analyze FILE     what a recording shows\n"
         "  kneefold help             all commands");
    return EX_OK;
}

static const struct kf_command *find(const char *name)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int unknown(const char *name)
{
    struct kf_suggestion nearest = {0};
    struct kf_error error;
    for (int i = 0; i < COMMANDS; i++)
        kf_suggest_offer(&nearest, name, commands[i]->name);
    (void)kf_error_set(&error, KF_ERR_ARG, 0, "there is no %s '%.80s'", name[0] == '-' ? "option" : "command", name);
    if (nearest.word)
        kf_error_hint(&error, "did you mean '%s'? `kneefold help` lists them all", nearest.word);
    else
        kf_error_hint(&error, "`kneefold help` lists what there is");
    return kf_complain(&error);
}

static int run(const struct kf_command *command, int argc, char **argv)
{
    char name[64];
    (void)snprintf(name, sizeof name, "kneefold %s", command->name);
    argv[0] = name;
    const int status = kf_complain_of_options(argc, argv);
    return status ? status : command->run(argc, argv);
}

static int help_on(const char *name)
{
    const struct kf_command *command = find(name);
    char option[] = "--help";
    char *argv[] = {NULL, option, NULL};
    return command ? run(command, 2, argv) : unknown(name);
}

int main(int argc, char **argv)
{
    kf_complain_about_output();
    (void)setlocale(LC_ALL, "");
    (void)setlocale(LC_NUMERIC, "C"); /* numbers in files and output have a point everywhere */
    if (argc < 2)
        return start();
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-?") == 0 || strcmp(name, "-h") == 0)
        return help();
    if (strcmp(name, "help") == 0)
        return argc > 2 ? help_on(argv[2]) : help();
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        puts(argp_program_version);
        return EX_OK;
    }
    const struct kf_command *command = find(name);
    return command ? run(command, argc - 1, argv + 1) : unknown(name);
}
