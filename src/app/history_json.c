/* history_json.c - a history for programs: what the list and the screen show, with every number of a swing. */
#include "config.h"

#include <math.h>

#include "app/history_show.h"
#include "app/json.h"
#include "app/marks.h"

static void write_part(struct kf_json *json, const char *key, const struct kf_retention_part *part)
{
    kf_json_key(json, key);
    kf_json_open(json, '{');
    kf_json_pair_count(json, "swings", part->swings);
    kf_json_pair_count(json, "judged", part->judged);
    kf_json_pair_count(json, "pulled", part->pulled);
    kf_json_pair_number(json, "drive_nm_kg", kf_retention_drive_nm_kg(part));
    kf_json_close(json, '}');
}

/* The mean and spread of each number of a swing, both legs together. */
static void write_figures(struct kf_json *json, const struct kf_history_session *session)
{
    for (unsigned i = 0; i < kf_swing_key_count; i++) {
        if (!kf_swing_keys[i].is_number || i == KF_SUMMARY_ROW_pulled)
            continue;
        kf_json_key(json, kf_swing_keys[i].name);
        kf_json_open(json, '{');
        kf_json_pair_number(json, "mean", kf_history_mean(session, kf_swing_keys[i].name));
        kf_json_pair_number(json, "sd", kf_history_sd(session, kf_swing_keys[i].name));
        kf_json_close(json, '}');
    }
}

static void write_session(struct kf_json *json, const struct kf_history_session *session)
{
    const struct kf_summary_leg *leg = session->summary.leg;
    char moment[KF_MOMENT_TEXT];
    kf_json_open(json, '{');
    kf_json_pair_string(json, "file", session->path);
    kf_json_pair_string(json, "athlete", *session->athlete ? session->athlete : NULL);
    kf_json_pair_string(json, "started", kf_marks_moment(moment, session->started_ns) ? moment : NULL);
    kf_json_pair_string(json, "version", *session->version ? session->version : NULL);
    kf_json_pair_number(json, "minutes", session->minutes);
    kf_json_pair_bool(json, "complete", session->complete);
    kf_json_pair_count(json, "swings", leg[KF_LEFT].swings + leg[KF_RIGHT].swings);
    kf_json_pair_count(json, "passive", leg[KF_LEFT].passive + leg[KF_RIGHT].passive);
    kf_json_pair_count(json, "pulled", leg[KF_LEFT].pulled + leg[KF_RIGHT].pulled);
    kf_json_pair_count(json, "cues", session->cues);
    kf_json_pair_number(json, "cue_shown_s", session->cue_shown_s);
    write_part(json, "told", &session->retention.told);
    write_part(json, "alone", &session->retention.alone);
    write_figures(json, session);
    kf_json_close(json, '}');
}

void kf_history_write_json(FILE *out, const struct kf_history *history)
{
    struct kf_json json = {out, false};
    kf_json_open(&json, '{');
    kf_json_key(&json, "sessions");
    kf_json_open(&json, '[');
    for (unsigned i = 0; i < history->count; i++)
        write_session(&json, &history->session[i]);
    kf_json_close(&json, ']');
    kf_json_key(&json, "not_read");
    kf_json_open(&json, '[');
    for (unsigned i = 0; i < history->broken_count && i < KF_HISTORY_BROKEN; i++) {
        kf_json_open(&json, '{');
        kf_json_pair_string(&json, "file", history->broken[i].path);
        kf_json_pair_string(&json, "why", history->broken[i].why);
        kf_json_close(&json, '}');
    }
    kf_json_close(&json, ']');
    kf_json_close(&json, '}');
    putc('\n', out);
}
