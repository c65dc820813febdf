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
    struct kf_summary summary;
    struct kf_retention retention; /* all 0 when the log cannot be read to its end */
};

/* KF_OK, or as kf_store_open. */
enum kf_status kf_history_read(const char *path, struct kf_history_session *session, struct kf_error *error);

/* Of both legs together: the mean of a key's means, weighted by their swings; NAN not measured. */
double kf_history_mean(const struct kf_history_session *session, const char *key);
/* The same of their standard deviations. */
double kf_history_sd(const struct kf_history_session *session, const char *key);
/* Swings that were pulled, of those judged; NAN none was. */
double kf_history_pulled_share(const struct kf_history_session *session);

/* As kf_history_read, through the cache in `cache` (history_cache.h; "" none). */
enum kf_status kf_history_recall(const char *path, const char *cache, struct kf_history_session *session,
                                 struct kf_error *error);

/* All session files of a folder in order of their beginning; of one athlete when not NULL. What is no session is
 * passed over and counted. *sessions is to be freed; `cache` as above. */
enum kf_status kf_history_folder(const char *folder, const char *cache, const char *athlete,
                                 struct kf_history_session **sessions, unsigned *count, unsigned *unreadable,
                                 struct kf_error *error);

#endif
