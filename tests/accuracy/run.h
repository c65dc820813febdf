/* run.h - a recording put through the engine as analyze does it, and everything it said.
 *
 * Settings are the built-in ones, whatever ini files the machine has. The bytes may come in pieces of any size, or by
 * way of replay, and must then say the same. */
#ifndef KF_TEST_RUN_H
#define KF_TEST_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kneefold/coach.h"
#include "kneefold/pipeline.h"

enum { RUN_EVENTS = 4096, RUN_SWINGS = 2048, RUN_FRAMES = 65536, RUN_CUES = 256 };

struct run_event {
    double t_s, t_now_s; /* when it happened, by the engine; when it was said */
    enum kf_event_kind kind;
    enum kf_leg leg;
};

struct run_swing {
    double t_verdict_s; /* when the verdict was said */
    struct kf_swing verdict;
    struct kf_swing swing; /* the last version: the verdict's until the next contact */
};

struct run_frame {
    double t_s;
    double knee_deg[KF_LEG_COUNT]; /* NAN while not measurable */
};

struct run {
    size_t event_count, swing_count, frame_count;
    unsigned repeated; /* ids not new at a verdict, unknown at a swing, or verdicts that a swing changed */
    unsigned problems; /* malformed lines or frames */
    double baseline_from_s, baseline_to_s; /* marked in the log or given; NAN none */
    struct kf_baseline_report baseline[KF_LEG_COUNT];
    struct run_event event[RUN_EVENTS];
    struct run_swing swing[RUN_SWINGS];
    struct run_frame frame[RUN_FRAMES];
    size_t cue_count;
    struct kf_cue cue[RUN_CUES];
};

struct run_input {
    const uint8_t *bytes;
    size_t count;
    size_t chunk;                          /* bytes at a time */
    double baseline_from_s, baseline_to_s; /* NAN: marks in the log decide */
    bool frames;                           /* keep them */
    bool all_cues;                         /* every shipped rule is on, and none waits for another's banner */
};

/* A new run, or NULL with a line on standard error that names `name`. Give back with free. */
struct run *run_bytes(const struct run_input *input, const char *name);
/* The same by way of replay at its fastest, with a clock of its own making. */
struct run *run_replay(const char *path);

/* The whole file, to be given back with free; NULL with a line on standard error. */
uint8_t *run_load(const char *path, size_t *count);

/* Same events, swings and cues, bit for bit. Otherwise `why` says what differs first. */
bool run_same(const struct run *a, const struct run *b, char *why, size_t capacity);

#endif
