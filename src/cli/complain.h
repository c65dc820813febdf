/* complain.h - how a command says what failed, and the exit status that goes with it.
 *
 * Every fault is one line saying what failed ("kneefold: cannot open 'x': no such file or directory") and, when
 * there is something to try, a second line. The statuses are those of sysexits(3). */
#ifndef KF_COMPLAIN_H
#define KF_COMPLAIN_H

#include <argp.h>
#include <stdbool.h>

#include "kneefold/error.h"

/* 0, 64 usage, 65 data, 66 no input, 69 unavailable, 70 internal, 74 I/O, 78 configuration. */
int kf_exit_status(enum kf_status status);

/* Prints error's text and hint on stderr and returns kf_exit_status(error->code). Control characters that came in
 * from outside (file names) are left out. */
int kf_complain(const struct kf_error *error);

/* The same for a text made on the spot; hint may be NULL or "". */
int kf_complain_text(enum kf_status status, const char *text, const char *hint);

/* A fault of the command line, for argp's parsers: the same kind of line, then where help is. Does not return, but ends
 * the program with 64. */
KF_PRINTF_LIKE(2, 3)
void kf_complain_usage(const struct argp_state *state, const char *format, ...);

/* An option whose name holds control characters: getopt would print them as they are. Returns 0, or 64, everything
 * said. */
int kf_complain_of_options(int argc, char *const *argv);

/* Makes a failed write to standard output visible at exit: a closed pipe ends quietly with 0, anything else (a full
 * disk) with a line on stderr and 74. Also ignores SIGPIPE and SIGXFSZ, and keeps descriptors 0 to 2 from being taken
 * by files when the program is started without them. Call once, first thing in main. */
void kf_complain_about_output(void);

/* The exit status for an output stream that failed with this errno, said on stderr: 0 for a closed pipe (silent),
 * else 74. `name` is the file's name, or NULL for standard output. */
int kf_complain_output(int os_errno, const char *name);

#endif
