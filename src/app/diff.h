/* diff.h - one recording, judged by two settings: which verdicts and cues change.
 *
 * kf_diff_recording does all of it. Each settings' engine hears the same records; what it says is kept by a side of the
 * diff, whose kf_diff_hear is its listener. Then kf_diff_compare pairs swings (same leg, toe-off within 60 ms: ids may
 * differ when settings move an event) and cues (same name and leg, within half a second). Allocates; a recording of an
 * hour takes some 2 MB. */
#ifndef KF_DIFF_H
#define KF_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "app/engine.h"
#include "app/recording.h"

enum { KF_DIFF_SIDES = 2, KF_DIFF_MOST = 1000000 }; /* swings or cues of a side; more are not compared */

struct kf_diff_swing {
    unsigned id;
    enum kf_leg leg;
    double t_to_s;
    enum kf_verdict verdict;
    enum kf_muscle muscle;
    enum kf_reason reason;
};

struct kf_diff_cue {
    double t_s;
    bool has_leg;
    enum kf_leg leg;
    char name[KF_CUE_NAME_MAX];
};

struct kf_diff_side {
    struct kf_diff_swing *swing;
    struct kf_diff_cue *cue;
    size_t swing_count, swing_capacity, cue_count, cue_capacity;
    bool full; /* no memory, or KF_DIFF_MOST: some are missing */
};

/* What differs. Of a swing or cue only one side has, the other's pointer is NULL; those of the kind it is not, too. */
struct kf_diff_change {
    double t_s; /* of the toe-off or the cue */
    const struct kf_diff_swing *swing[KF_DIFF_SIDES];
    const struct kf_diff_cue *cue[KF_DIFF_SIDES];
};

struct kf_diff_leg {
    size_t swings, changed; /* changed: verdict, muscle or reason; swings of one side alone are both */
    size_t verdicts;        /* of those the ones whose verdict itself changed */
    size_t from_to[KF_PULLED + 1][KF_PULLED + 1]; /* verdict before, verdict after, of swings both sides have */
};

struct kf_diff {
    struct kf_diff_side side[KF_DIFF_SIDES]; /* before, after */
    struct kf_diff_leg leg[KF_LEG_COUNT];
    size_t cues_changed;
    double end_s;                  /* time of the last sample; NAN unknown */
    struct kf_diff_change *change; /* in order of time */
    size_t change_count, change_capacity;
};

/* The listener of one side; context is a zeroed struct kf_diff_side. */
void kf_diff_hear(void *context, const struct kf_engine_event *event);

/* Fills everything but the sides from them. KF_OK, or KF_ERR_UNAVAILABLE with *error: no memory, or too much of it. */
enum kf_status kf_diff_compare(struct kf_diff *diff, struct kf_error *error);

/* How the recording that `first` is for is judged by other settings: run in the same way, of the same pods. */
struct kf_engine_config kf_diff_other(const struct kf_engine_config *first, const struct kf_settings *other);

/* Reads the recording once for each side, and compares. KF_OK; KF_ERR_AGAIN when the watch stopped it; or *error.
 * kf_diff_free it in any case. */
enum kf_status kf_diff_recording(struct kf_diff *diff, const char *path, const struct kf_engine_config *before,
                                 const struct kf_engine_config *after, const struct kf_recording_watch *watch,
                                 struct kf_error *error);

void kf_diff_free(struct kf_diff *diff);

#endif
