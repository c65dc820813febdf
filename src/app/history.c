/* history.c - a folder of session files is the history: there is nothing beside them that could be lost. */
#include "config.h"

#include "app/history.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/history_cache.h"
#include "kneefold/coach.h"
#include "store/reader.h"
#include "ui/text.h"

enum { SESSIONS_MAX = 10000 }; /* three a day for nine years; the list stays bounded */

/* What is read of a session, and what reading it needs. */
struct gather {
    struct kf_history_session *session;
    double cue_t_s; /* of the last one; NAN none */
};

/* The cue before stood until now, at most. */
static void end_cue(struct gather *gather, double t_s)
{
    if (isfinite(gather->cue_t_s) && isfinite(t_s))
        gather->session->cue_shown_s += fmin(fmax(t_s - gather->cue_t_s, 0), KF_CUE_BANNER_S);
}

static bool take_cue(void *context, const struct kf_store_cue *cue)
{
    struct gather *gather = context;
    gather->session->cues++;
    end_cue(gather, cue->t_s);
    gather->cue_t_s = cue->t_s;
    return true;
}

static bool take_stride(void *context, const struct kf_swing *swing)
{
    kf_summary_add(&((struct gather *)context)->session->summary, swing);
    return true;
}

enum kf_status kf_history_read(const char *path, struct kf_history_session *session, struct kf_error *error)
{
    struct gather gather = {session, NAN};
    const struct kf_store_rows rows = {.stride = take_stride, .cue = take_cue, .context = &gather};
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
    end_cue(&gather, 60 * session->minutes);
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
        const struct kf_moments *moments = &one->number[row - kf_swing_keys];
        const double value = figure(moments);
        if (!isfinite(value))
            continue;
        sum += value * (double)moments->count;
        weight += (double)moments->count;
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
static bool grow(struct kf_history *history)
{
    const unsigned count = history->count;
    if ((count & (count - 1)) != 0)
        return true;
    struct kf_history_session *more =
        realloc(history->session, (count == 0 ? 1 : 2 * (size_t)count) * sizeof *history->session);
    if (more)
        history->session = more;
    return more != NULL;
}

static void note_broken(struct kf_history *history, const char *path, const struct kf_error *why)
{
    if (history->broken_count < KF_HISTORY_BROKEN) {
        struct kf_history_broken *broken = &history->broken[history->broken_count];
        (void)kf_text_clean(broken->path, sizeof broken->path, path);
        (void)kf_text_clean(broken->why, sizeof broken->why, why->text);
    }
    history->broken_count++;
}

static enum kf_status read_all(DIR *dir, const char *folder, const char *cache, const char *athlete,
                               struct kf_history *history)
{
    char path[512];
    for (const struct dirent *entry; history->count < SESSIONS_MAX && (entry = readdir(dir)) != NULL;) {
        struct kf_error why = {0};
        if (!is_session_name(entry->d_name) ||
            (size_t)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= sizeof path)
            continue;
        if (!grow(history))
            return KF_ERR_UNAVAILABLE;
        struct kf_history_session *session = &history->session[history->count];
        if (kf_history_recall(path, cache, session, &why) != KF_OK)
            note_broken(history, path, &why);
        else if (!athlete || strcmp(session->athlete, athlete) == 0)
            history->count++;
    }
    return KF_OK;
}

enum kf_status kf_history_folder(const char *folder, const char *cache, const char *athlete, struct kf_history *history,
                                 struct kf_error *error)
{
    char why[KF_ERRNO_TEXT_MAX];
    DIR *dir = opendir(folder);
    enum kf_status status = KF_OK;
    if (!dir && errno == ENOENT)
        return KF_OK;
    if (!dir) {
        kf_error_set(error, KF_ERR_NO_INPUT, errno, "cannot look into '%.150s': %s", folder, kf_errno_text(errno, why));
        kf_error_hint(error, "-o record.folder=FOLDER names another");
        return KF_ERR_NO_INPUT;
    }
    status = read_all(dir, folder, cache, athlete, history);
    (void)closedir(dir);
    if (status != KF_OK)
        return kf_error_set(error, status, 0, "not enough memory for so many sessions");
    if (history->count > 0)
        qsort(history->session, history->count, sizeof *history->session, by_start);
    return KF_OK;
}

void kf_history_free(struct kf_history *history)
{
    free(history->session);
    memset(history, 0, sizeof *history);
}
