/* marks.c - see marks.h. A session file stores when it began by the wall clock; a record's host time counts from there.
 */
#include "config.h"

#include "app/marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ui/text.h"

static int64_t started_ns(const char *path)
{
    char text[32] = "";
    struct kf_error error;
    struct kf_store_reader *reader = kf_feed_is_session(path) ? kf_store_open(path, NULL, &error) : NULL;
    if (reader)
        (void)kf_store_meta_of(reader, "started_ns", text, sizeof text);
    kf_store_close(reader);
    const int64_t wall_ns = strtoll(text, NULL, 10);
    return wall_ns > 0 && wall_ns < INT64_MAX / 2 ? wall_ns : 0; /* room for a host time on top */
}

struct kf_marks *kf_marks_create(const char *path, bool anonymous, struct kf_error *error)
{
    struct kf_marks *marks = calloc(1, sizeof *marks);
    if (!marks) {
        (void)kf_error_set(error, KF_ERR_UNAVAILABLE, 0, "not enough memory for the marks of a recording");
        return NULL;
    }
    marks->anonymous = anonymous;
    marks->started_ns = anonymous ? 0 : started_ns(path);
    marks->host_clock = marks->started_ns > 0;
    return marks;
}

void kf_marks_destroy(struct kf_marks *marks)
{
    free(marks);
}

bool kf_marks_is_baselines(const char *text)
{
    return strcmp(text, "baseline-start") == 0 || strcmp(text, "baseline-end") == 0;
}

/* A log's word for when it began; a session file knows better. */
static void take_started(struct kf_marks *marks, int64_t wall_ns)
{
    if (!marks->anonymous && !marks->host_clock)
        marks->started_ns = wall_ns;
}

static int64_t time_of_day_ns(const struct kf_marks *marks, double t_s, int64_t told_ns)
{
    if (marks->anonymous || !marks->host_clock)
        return marks->anonymous ? 0 : told_ns;
    return marks->host_ns < INT64_MAX / 2
               ? marks->started_ns + marks->host_ns - kf_marks_ago_ns(kf_engine_time_s(marks->engine), t_s)
               : 0;
}

const struct kf_marks_mark *kf_marks_take(struct kf_marks *marks, const struct kf_engine_event *event)
{
    struct kf_marks_mark *mark = &marks->mark[marks->count < KF_MARKS_MAX ? marks->count : 0];
    if (event->kind == KF_ENGINE_ITEM && event->item->kind == KF_POD_STARTED)
        take_started(marks, event->item->u.started.wall_ns);
    if (event->kind != KF_ENGINE_ITEM || event->item->kind != KF_POD_MARK ||
        strcmp(event->item->u.mark.text, KF_MARKS_AUTO) == 0)
        return NULL;
    if (marks->count == KF_MARKS_MAX) {
        marks->dropped++;
        return NULL;
    }
    marks->count++;
    mark->t_s = event->item->t_s;
    (void)kf_text_clean(mark->text, sizeof mark->text, event->item->u.mark.text);
    if (marks->anonymous && !kf_marks_is_baselines(mark->text))
        (void)snprintf(mark->text, sizeof mark->text, "mark");
    mark->wall_ns = time_of_day_ns(marks, mark->t_s, event->item->u.mark.wall_ns);
    return mark;
}

static void note_time(void *context, const struct kf_record *record)
{
    ((struct kf_marks *)context)->host_ns = record->host_ns;
}

struct kf_recording_watch kf_marks_watch(struct kf_marks *marks, bool (*step)(void *, const struct kf_feed *))
{
    return (struct kf_recording_watch){.before = note_time, .step = step, .context = marks};
}

bool kf_marks_moment(char out[KF_MOMENT_TEXT], int64_t wall_ns)
{
    const time_t seconds = (time_t)(wall_ns / INT64_C(1000000000));
    struct tm utc;
    size_t length = 0;
    out[0] = '\0';
    if (wall_ns <= 0 || !gmtime_r(&seconds, &utc))
        return false;
    length = strftime(out, KF_MOMENT_TEXT, "%Y-%m-%dT%H:%M:%S", &utc);
    if (length == 0)
        return false;
    (void)snprintf(out + length, KF_MOMENT_TEXT - length, ".%03dZ", (int)(wall_ns / 1000000 % 1000));
    return true;
}
