/* history.h - what stored sessions say of a runner, session by session, from their tables alone: nothing is computed
 * anew, so a figure is the one that was shown then. */
#ifndef KF_HISTORY_H
#define KF_HISTORY_H

#include "app/retention.h"
#include "app/summary.h"
#include "kneefold/error.h"

struct kf_history_session {
    char path[512];     /* as found */
    char athlete[64];   /* printable; "" unnamed */
    char version[32];   /* of the program that recorded; printable */
    int64_t started_ns; /* since 1970 UTC; 0 not known */
    double minutes;
    bool complete;
    uint64_t cues;
    double cue_shown_s; /* on the screen, each until the next or KF_CUE_BANNER_S */
    struct kf_summary summary;
    struct kf_retention retention; /* all 0 when the log cannot be read to its end */
};

/* KF_OK, or as kf_store_open. */
enum kf_status kf_history_read(const char *path, struct kf_history_session *session, struct kf_error *error);

/* Of both legs together: the mean of all swings at which the key was measured; NAN none. */
double kf_history_mean(const struct kf_history_session *session, const char *key);
/* The spread within a leg, as the mean of both legs'. */
double kf_history_sd(const struct kf_history_session *session, const char *key);
/* Swings that were pulled, of those judged; NAN none was. */
double kf_history_pulled_share(const struct kf_history_session *session);

/* As kf_history_read, through the cache in `cache` (history_cache.h; "" none). */
enum kf_status kf_history_recall(const char *path, const char *cache, struct kf_history_session *session,
                                 struct kf_error *error);

enum { KF_HISTORY_BROKEN = 16 };

/* Zero it to begin. */
struct kf_history {
    struct kf_history_session *session; /* in order of their beginning; kf_history_free */
    unsigned count;
    unsigned broken_count; /* files that are called .kfs and cannot be read; the first KF_HISTORY_BROKEN are here */
    struct kf_history_broken {
        char path[512], why[256];
    } broken[KF_HISTORY_BROKEN];
};

/* All session files of a folder, of one athlete when not NULL; `cache` as above. A folder that is not there is empty.
 */
enum kf_status kf_history_folder(const char *folder, const char *cache, const char *athlete, struct kf_history *history,
                                 struct kf_error *error);
void kf_history_free(struct kf_history *history);

#endif
