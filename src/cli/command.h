/* command.h - one subcommand of kneefold: a name, a line for the help, and a main of its own.
 *
 * A command is one file that exports one const struct kf_command, and one row in main.c's table. */
#ifndef KF_COMMAND_H
#define KF_COMMAND_H

struct kf_command {
    const char *name;    /* "analyze" */
    const char *summary; /* one line for `kneefold help` */
    /* argv[0] is "kneefold NAME". Returns the exit status (kf_exit_status, complain.h). */
    int (*run)(int argc, char **argv);
};

#endif
