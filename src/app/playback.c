/* playback.c - jumps are told from where the head stands now: what lies within a twentieth of a second of it is here,
 * or a key pressed twice would stick at the same stride. */
#include "app/playback.h"

#include <math.h>
#include <string.h>

static const double just_s = .05; /* nearer than this is here, not the next or the one before */

void kf_playback_init(struct kf_playback *playback, struct kf_replay *replay)
{
    memset(playback, 0, sizeof *playback);
    playback->replay = replay;
    playback->loop_from_s = playback->loop_to_s = NAN;
}

/* ---- the time line ---- */

static void sum_up(struct kf_view_timeline *timeline, const struct kf_scan *scan)
{
    timeline->known = true;
    for (unsigned i = 0; i < scan->stride_count; i++) {
        const int at = (int)(scan->stride[i].t_s / scan->end_s * KF_VIEW_TIMELINE);
        if (at < 0 || at >= KF_VIEW_TIMELINE)
            continue;
        struct kf_view_timeline_bin *bin = &timeline->bin[at];
        bin->swings++;
        if (scan->stride[i].verdict == KF_PASSIVE)
            bin->passive++;
        else if (scan->stride[i].verdict == KF_PULLED)
            bin->pulled++;
    }
}

void kf_playback_scanned(struct kf_playback *playback, const struct kf_scan *scan)
{
    playback->scan = *scan;
    playback->scanned = true;
    memset(&playback->timeline, 0, sizeof playback->timeline);
    if (scan->end_s > 0)
        sum_up(&playback->timeline, scan);
}

static void show_marks(struct kf_view *view, const struct kf_scan *scan)
{
    view->mark_count = scan->mark_count;
    for (unsigned i = 0; i < scan->mark_count; i++) {
        view->mark[i].t_s = scan->mark[i].t_s;
        memcpy(view->mark[i].text, scan->mark[i].text, sizeof view->mark[i].text);
    }
}

/* Marks set while watching are in the view already; the scan's are those of the recording. */
void kf_playback_show(const struct kf_playback *playback, struct kf_view *view)
{
    const struct kf_replay *replay = playback->replay;
    view->replay = true;
    view->paused = kf_replay_paused(replay);
    view->ended = kf_replay_ended(replay);
    view->speed = kf_replay_speed_of(replay);
    view->duration_s = playback->scanned ? playback->scan.end_s : kf_replay_end_s(replay);
    view->link = isnan(view->t_s) ? KF_LINK_WAITING : KF_LINK_OK;
    view->age_s = 0;
    view->latency_ms_p50 = view->latency_ms_p95 = NAN;
    for (unsigned i = 0; i < view->pod_count; i++) /* a recording has no link that could do badly now */
        view->pods[i].link = view->link;
    view->timeline = playback->timeline;
    view->loop_from_s = playback->loop_from_s;
    view->loop_to_s = playback->loop_to_s;
    kf_compare_show(&playback->compare, view);
    if (playback->scanned && playback->scan.mark_count >= view->mark_count)
        show_marks(view, &playback->scan);
}

/* ---- moving ---- */

/* The speeds the keys step through: halves and doubles, but for the slowest. */
static double step_speed(double speed, double steps)
{
    static const double speeds[] = {KF_REPLAY_SLOWEST, 0.25, 0.5, 1, 2, 4, 8, KF_REPLAY_FASTEST};
    const int count = sizeof speeds / sizeof speeds[0];
    int at = 0;
    while (at + 1 < count && speeds[at] < speed)
        at++;
    at += steps > 0 ? 1 : -1;
    return speeds[at < 0 ? 0 : at < count ? at : count - 1];
}

/* The nearest of many times after (or before) now; NAN when there is none. */
static void nearer(double *best_s, double t_s, double now_s, bool on)
{
    if (on ? t_s <= now_s + just_s : t_s >= now_s - just_s)
        return;
    if (isnan(*best_s) || (on ? t_s < *best_s : t_s > *best_s))
        *best_s = t_s;
}

/* To the next stride, or the one before. Before the scan is through nobody knows where they are. */
static double find_stride(const struct kf_playback *playback, double now_s, bool on)
{
    double best_s = NAN;
    for (unsigned i = 0; playback->scanned && i < playback->scan.stride_count; i++)
        nearer(&best_s, playback->scan.stride[i].t_s, now_s, on);
    return best_s;
}

static double find_mark(const struct kf_playback *playback, double now_s, bool on)
{
    double best_s = NAN;
    for (unsigned i = 0; playback->scanned && i < playback->scan.mark_count; i++)
        nearer(&best_s, playback->scan.mark[i].t_s, now_s, on);
    return best_s;
}

static void go_to(struct kf_playback *playback, double t_s)
{
    if (!isnan(t_s))
        kf_replay_seek(playback->replay, t_s);
}

/* First its beginning, then its end, then it is gone. */
static void set_loop(struct kf_playback *playback, double now_s)
{
    if (isnan(playback->loop_from_s)) {
        playback->loop_from_s = now_s;
    } else if (isnan(playback->loop_to_s) && now_s > playback->loop_from_s + just_s) {
        playback->loop_to_s = now_s;
        go_to(playback, playback->loop_from_s);
    } else {
        playback->loop_from_s = playback->loop_to_s = NAN;
    }
}

void kf_playback_request(struct kf_playback *playback, const struct kf_request *request)
{
    struct kf_replay *replay = playback->replay;
    const double now_s = kf_replay_position_s(replay);
    if (request->kind == KF_REQUEST_PAUSE)
        kf_replay_pause(replay, !kf_replay_paused(replay));
    else if (request->kind == KF_REQUEST_SEEK)
        kf_replay_seek(replay, now_s + request->value);
    else if (request->kind == KF_REQUEST_SPEED)
        kf_replay_speed(replay, step_speed(kf_replay_speed_of(replay), request->value));
    else if (request->kind == KF_REQUEST_STRIDE)
        go_to(playback, find_stride(playback, now_s, request->value > 0));
    else if (request->kind == KF_REQUEST_MARK_STEP)
        go_to(playback, find_mark(playback, now_s, request->value > 0));
    else if (request->kind == KF_REQUEST_LOOP)
        set_loop(playback, now_s);
}

void kf_playback_step(struct kf_playback *playback, int64_t now_ns)
{
    kf_replay_step(playback->replay, now_ns);
    if (kf_replay_position_s(playback->replay) >= playback->loop_to_s && !kf_replay_seeking(playback->replay))
        go_to(playback, playback->loop_from_s);
}
