/* history.c - a folder of session files is the history: there is nothing beside them that could be lost. */
#include "config.h"

#include "app/history.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/history_cache.h"
#include "store/reader.h"
#include "ui/text.h"

enum { SESSIONS_MAX = 10000 };

static bool take_stride(void *context, const struct kf_swing *swing)
{
    kf_summary_add(&((struct kf_history_session *)context)->summary, swing);
    return true;
}

static bool take_cue(void *context, const struct kf_store_cue *cue)
{
    (void)cue;
    ((struct kf_history_session *)context)->cues++;
    return true;
}

enum kf_status kf_history_read(const char *path, struct kf_history_session *session, struct kf_error *error)
{
    const struct kf_store_rows rows = {.stride = take_stride, .cue = take_cue, .context = session};
    struct kf_store_reader *reader = kf_store_open(path, NULL, error);
    enum kf_status status = KF_OK;
    struct kf_error unread; /* a log cut short leaves the tables as they are */
    char text[KF_STORE_TEXT_MAX];
    memset(session, 0, sizeof *session);
    if (!reader)
        return error->code;
    (void)snprintf(session->path, sizeof session->path, "%s", path);
    (void)kf_store_meta_of(reader, "athlete", text, sizeof text);
    (void)kf_text_clean(session->athlete, sizeof session->athlete, text);
    (void)kf_store_meta_of(reader, "version", text, sizeof text);
    (void)kf_text_clean(session->version, sizeof session->version, text);
    if (kf_store_meta_of(reader, "started_ns", text, sizeof text))
        session->started_ns = strtoll(text, NULL, 10);
    session->minutes = (double)kf_store_end_ns(reader) / 60e9;
    session->complete = kf_store_complete(reader);
    status = kf_store_each(reader, &rows, error);
    if (status == KF_OK && kf_retention_read(reader, &session->retention, &unread) != KF_OK)
        session->retention = (struct kf_retention){0};
    kf_store_close(reader);
    return status;
}

enum kf_status kf_history_recall(const char *path, const char *cache, struct kf_history_session *session,
                                 struct kf_error *error)
{
    if (kf_history_cache_find(cache, path, session))
        return KF_OK;
    const enum kf_status status = kf_history_read(path, session, error);
    if (status == KF_OK && session->complete)
        kf_history_cache_keep(cache, path, session);
    return status;
}

/* ---- figures ---- */

static double weighted(const struct kf_history_session *session, const char *key,
                       double (*figure)(const struct kf_moments *moments))
{
    const struct kf_swing_key *row = kf_swing_key_find(key);
    double sum = 0, weight = 0;
    for (int leg = 0; row && leg < KF_LEG_COUNT; leg++) {
        const struct kf_summary_leg *one = &session->summary.leg[leg];
        const double value = figure(&one->number[row - kf_swing_keys]);
        if (!isfinite(value))
            continue;
        sum += value * (double)one->swings;
        weight += (double)one->swings;
    }
    return weight > 0 ? sum / weight : NAN;
}

double kf_history_mean(const struct kf_history_session *session, const char *key)
{
    return weighted(session, key, kf_moments_mean);
}

double kf_history_sd(const struct kf_history_session *session, const char *key)
{
    return weighted(session, key, kf_moments_sd);
}

double kf_history_pulled_share(const struct kf_history_session *session)
{
    const struct kf_summary_leg *leg = session->summary.leg;
    const double pulled = (double)(leg[KF_LEFT].pulled + leg[KF_RIGHT].pulled),
                 passive = (double)(leg[KF_LEFT].passive + leg[KF_RIGHT].passive);
    return pulled + passive > 0 ? pulled / (pulled + passive) : NAN;
}

/* ---- a folder ---- */

static int by_start(const void *a, const void *b)
{
    const struct kf_history_session *x = a, *y = b;
    if (x->started_ns != y->started_ns)
        return x->started_ns < y->started_ns ? -1 : 1;
    return strcmp(x->path, y->path);
}

static bool is_session_name(const char *name)
{
    const size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".kfs") == 0;
}

/* Room for one more; false without memory. */
static bool grow(struct kf_history_session **sessions, unsigned count)
{
    struct kf_history_session *more = NULL;
    if ((count & (count - 1)) != 0)
        return true;
    more = realloc(*sessions, (count == 0 ? 1 : 2 * (size_t)count) * sizeof **sessions);
    if (more)
        *sessions = more;
    return more != NULL;
}

static enum kf_status read_all(DIR *dir, const char *folder, const char *cache, const char *athlete,
                               struct kf_history_session **sessions, unsigned *count, unsigned *unreadable)
{
    char path[512];
    struct kf_error why;
    for (const struct dirent *entry; *count < SESSIONS_MAX && (entry = readdir(dir)) != NULL;) {
        if (!is_session_name(entry->d_name) ||
            (size_t)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= sizeof path)
            continue;
        if (!grow(sessions, *count))
            return KF_ERR_UNAVAILABLE;
        if (kf_history_recall(path, cache, &(*sessions)[*count], &why) != KF_OK)
            ++*unreadable;
        else if (!athlete || strcmp((*sessions)[*count].athlete, athlete) == 0)
            ++*count;
    }
    return KF_OK;
}

enum kf_status kf_history_folder(const char *folder, const char *cache, const char *athlete,
                                 struct kf_history_session **sessions, unsigned *count, unsigned *unreadable,
                                 struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];
    DIR *dir = opendir(folder);
    enum kf_status status = KF_OK;
    *sessions = NULL;
    *count = *unreadable = 0;
    if (!dir && errno == ENOENT)
        return KF_OK;
    if (!dir) {
        kf_error_set(error, KF_ERR_NO_INPUT, errno, "cannot look into '%.150s': %s", folder, kf_errno_text(errno, why));
        kf_error_hint(error, "-o record.folder=FOLDER names another");
        return KF_ERR_NO_INPUT;
    }
    status = read_all(dir, folder, cache, athlete, sessions, count, unreadable);
    (void)closedir(dir);
    if (status != KF_OK)
        return kf_error_set(error, status, 0, "not enough memory for so many sessions");
    if (*count > 0)
        qsort(*sessions, *count, sizeof **sessions, by_start);
    return KF_OK;
}
