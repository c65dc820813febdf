/* sink.h - where a cue goes besides the screen: a bell, a command that speaks it.
 *
 * The runner may not look up, so a cue can also be heard. A sink must never disturb the coaching: nothing here waits,
 * and what goes wrong is said once and then left alone. The owner calls, in one thread: init; cue for every cue said;
 * step now and then (at least once a second); close. Times are monotonic and passed in.
 *
 * A new sink is one file with one const struct kf_sink_kind, its state in struct kf_sinks, and one row in sink.c. */
#ifndef KF_SINK_H
#define KF_SINK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "kneefold/coach.h"

enum { KF_SINK_COMMAND_MAX = 256, KF_SINK_TROUBLE_MAX = 160 };

/* The settings of this moment; copied where they are kept. */
struct kf_sink_settings {
    bool bell;
    const char *command; /* "" none */
};

/* command.c: one child at a time. */
struct kf_sink_child {
    pid_t pid;          /* 0: none runs; it leads a process group */
    int64_t started_ns; /* meaningful once there was one */
    bool any, told;     /* one was started; trouble with this command was said */
    bool useless;       /* this command cannot be started: not tried again */
    char command[KF_SINK_COMMAND_MAX];
    unsigned started, dropped; /* dropped: a cue came while one was running, or too soon */
};

struct kf_sinks {
    unsigned bells; /* how often to ring, in all: the owner of the terminal does it */
    struct kf_sink_child child;
    char trouble[KF_SINK_TROUBLE_MAX]; /* the last thing said; "" none */
    unsigned troubles;                 /* grows with each */
};

struct kf_sink_kind {
    const char *name;
    void (*cue)(struct kf_sinks *sinks, const struct kf_sink_settings *settings, const struct kf_cue *cue,
                int64_t now_ns);
    void (*step)(struct kf_sinks *sinks, int64_t now_ns); /* or NULL */
    void (*close)(struct kf_sinks *sinks);                /* or NULL */
};

extern const struct kf_sink_kind kf_sink_bell, kf_sink_command;

void kf_sinks_init(struct kf_sinks *sinks);
void kf_sinks_cue(struct kf_sinks *sinks, const struct kf_sink_settings *settings, const struct kf_cue *cue,
                  int64_t now_ns);
void kf_sinks_step(struct kf_sinks *sinks, int64_t now_ns);
/* Ends what runs. Takes zeroed. */
void kf_sinks_close(struct kf_sinks *sinks);

/* Splits a command line into words, without a shell: blanks separate, '...' and "..." hold together, \ takes the next
 * character as it is (not within '...'). {text}, {cue} and {leg} (left, right, both) become those of the cue, within
 * one word: no text can add an argument. word[] ends with NULL and points into `room`. False when quotes are open or it
 * does not fit. */
enum { KF_SINK_WORDS = 32, KF_SINK_ROOM = 2048 };
bool kf_sink_split(const char *command, const struct kf_cue *cue, char *word[KF_SINK_WORDS + 1],
                   char room[KF_SINK_ROOM]);

#endif
