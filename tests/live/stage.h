/* stage.h - the program under test in a child process, on a pseudo-terminal or a pipe, with a simulated pod to talk to.
 *
 * The pod sends as fast as it is read, so a minute of running takes a moment; every wait is for a condition, with a
 * limit that only a failure reaches. */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

struct kf_sim;

/* What the program finds as its standard input. */
enum stage_input {
    STAGE_INPUT_USUAL, /* the terminal; of a program that writes to a pipe, nothing */
    STAGE_INPUT_NULL,
    STAGE_INPUT_CLOSED,
    STAGE_INPUT_SILENT /* a pipe that stays open and says nothing */
};

enum { STAGE_LIMIT_MS = 20000, STAGE_OUTPUT_MAX = 1 << 21 };

struct stage {
    /* to be set between stage_open and stage_run, where the usual will not do */
    const char *const *environment; /* "NAME=value" on top of what the test has, "NAME" to take away; NULL-terminated */
    enum stage_input input;
    bool ignores_hangup; /* started by nohup */
    bool job;            /* as a job of a shell, which prints "STOPPED" when it is stopped and ends when it ends */

    pid_t pid;
    int fd;       /* what the program prints, and for a terminal what it reads */
    int terminal; /* the terminal's other side, kept open: -1 for a pipe */
    int listener, pod;
    char pod_path[64];
    struct kf_sim *sim; /* the pod's runner */
    struct termios before;
    double cpu_s; /* that the program had used when stage_wait saw it end */
    size_t count;
    char output[STAGE_OUTPUT_MAX]; /* all that was printed, terminated */
};

/* Listens for the program on a local socket. */
void stage_open(struct stage *stage);
void stage_close(struct stage *stage);

/* Runs kneefold with these arguments (NULL-terminated; "POD" stands for the pod's address) on a terminal of 100 x 30,
 * an xterm, or with its output in a pipe and no input. */
void stage_run(struct stage *stage, bool on_terminal, const char *const *arguments);

/* Waits for the program to connect. */
void stage_accept(struct stage *stage);
/* Sends the simulator's bytes up to its time until_s; with `reading`, takes what the program prints meanwhile. False
 * when the program did not take them within the limit. */
bool stage_feed(struct stage *stage, double until_s, bool reading);
/* The pod has no more to say. */
void stage_end_pod(struct stage *stage);

/* Reads until the program has had nothing to say for a while. */
void stage_settle(struct stage *stage);
bool stage_has(const struct stage *stage, const char *text); /* by now, anywhere */
/* Reads until the output from *from on holds `text`, and moves *from behind it. False after the limit. */
bool stage_expect(struct stage *stage, size_t *from, const char *text);
void stage_type(struct stage *stage, const char *keys);

/* Another size, which the program is told by SIGWINCH. */
void stage_resize(struct stage *stage, int columns, int rows);
/* The terminal is gone, as when its window is closed or the network fails. */
void stage_hang_up(struct stage *stage);
/* The process group that has the terminal: of a job, not of its shell. */
pid_t stage_foreground(const struct stage *stage);

/* Reads to the end of the output and waits for the program. Its wait status, or -1 after the limit. */
int stage_wait(struct stage *stage);
/* The terminal's modes are what they were before the program ran. */
bool stage_is_restored(const struct stage *stage);

#endif
