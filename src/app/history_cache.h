/* history_cache.h - what was read of a session file, kept so that a long history need not be read again each time.
 *
 * Derived data: a file a session in $XDG_CACHE_HOME/kneefold/history, private to the user, of this program's version
 * alone. One that is missing, stale, damaged or of another version is as if it had never been; deleting them loses
 * nothing. */
#ifndef KF_HISTORY_CACHE_H
#define KF_HISTORY_CACHE_H

#include "app/history.h"

enum { KF_HISTORY_CACHE_PATH = 512 };

/* Where they are, from the environment's values (either may be NULL); "" when there is no such place: then nothing is
 * kept. */
void kf_history_cache_folder(const char *xdg_cache_home, const char *home, char out[KF_HISTORY_CACHE_PATH]);

/* True when `path` is as it was (size and time of change) when *session was kept. */
bool kf_history_cache_find(const char *folder, const char *path, struct kf_history_session *session);

/* Keeps it, if that can be done. Only what is complete should be: a session that runs changes beside its file. */
void kf_history_cache_keep(const char *folder, const char *path, const struct kf_history_session *session);

#endif
