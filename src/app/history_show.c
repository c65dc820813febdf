/* history_show.c - see history_show.h. */
#include "config.h"

#include "app/history_show.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ui/text.h"

static double a_minute(const struct kf_history_session *session, double of_all)
{
    return session->minutes > 0 ? of_all / session->minutes : NAN;
}

static void show_day(char *out, size_t size, int64_t started_ns)
{
    const time_t seconds = (time_t)(started_ns / INT64_C(1000000000));
    struct tm local;
    if (started_ns <= 0 || !localtime_r(&seconds, &local) || strftime(out, size, "%Y-%m-%d %H:%M", &local) == 0)
        (void)snprintf(out, size, "-");
}

void kf_history_show(struct kf_ui_session *out, const struct kf_history_session *session)
{
    const struct kf_summary_leg *leg = session->summary.leg;
    const struct kf_retention *retention = &session->retention;
    *out = (struct kf_ui_session){.cut_off = !session->complete};
    for (int i = 0; i < KF_FIGURE_COUNT; i++)
        out->value[i] = out->sd[i] = NAN;
    show_day(out->day, sizeof out->day, session->started_ns);
    (void)kf_text_clean(out->athlete, sizeof out->athlete, session->athlete);
    out->value[KF_FIGURE_MINUTES] = session->minutes;
    out->value[KF_FIGURE_SWINGS] = (double)(leg[KF_LEFT].swings + leg[KF_RIGHT].swings);
    out->value[KF_FIGURE_PULLED] = 100 * kf_history_pulled_share(session);
    out->value[KF_FIGURE_DRIVE] = kf_history_mean(session, "drive_nm_kg");
    out->sd[KF_FIGURE_DRIVE] = kf_history_sd(session, "drive_nm_kg");
    out->value[KF_FIGURE_KNEE] = kf_history_mean(session, "peak_knee_deg");
    out->sd[KF_FIGURE_KNEE] = kf_history_sd(session, "peak_knee_deg");
    out->value[KF_FIGURE_CADENCE] = kf_history_mean(session, "cadence_spm");
    out->value[KF_FIGURE_CUES] = a_minute(session, (double)session->cues);
    out->value[KF_FIGURE_SHOWN] = a_minute(session, session->cue_shown_s);
    if (retention->told.judged == 0 || retention->alone.judged == 0) /* nothing to compare */
        return;
    out->value[KF_FIGURE_PULLED_TOLD] = 100 * kf_retention_pulled_share(&retention->told);
    out->value[KF_FIGURE_PULLED_ALONE] = 100 * kf_retention_pulled_share(&retention->alone);
    out->value[KF_FIGURE_DRIVE_TOLD] = kf_retention_drive_nm_kg(&retention->told);
    out->value[KF_FIGURE_DRIVE_ALONE] = kf_retention_drive_nm_kg(&retention->alone);
}

void kf_history_show_broken(const struct kf_history *history, char *out, size_t size)
{
    out[0] = '\0';
    if (history->broken_count == 1)
        (void)snprintf(out, size, "not read: %s", history->broken[0].why);
    else if (history->broken_count > 1)
        (void)snprintf(out, size, "%u files not read: %s, ...", history->broken_count, history->broken[0].why);
}
